package ssg

import (
	"strings"
	"testing"

	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

func TestJSONLDStandsInAScript(t *testing.T) {
	if got := jsonLD([]any{thing{"name": "</script><script>x()"}}); strings.Contains(got, "<") {
		t.Errorf("jsonLD = %s", got)
	}
}

func TestAbsoluteLinks(t *testing.T) {
	sites, err := urls.New("https://rose-ash.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	s := scene{r: NewRenderer(sites, site.Assets{}, nil), app: urls.Blog}
	in := `<a href="/about/">a</a><img src="/media/a/b.svg"><a href="//other.example/">b</a><a href="https://other.example/">c</a><a href="#d">d</a>`
	want := `<a href="https://rose-ash.com/about/">a</a><img src="https://rose-ash.com/media/a/b.svg"><a href="//other.example/">b</a><a href="https://other.example/">c</a><a href="#d">d</a>`
	if got := s.absoluteLinks(in); got != want {
		t.Errorf("absoluteLinks = %s, want %s", got, want)
	}
}

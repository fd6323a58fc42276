package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestReference reads /docs as a browser would: it asks nobody but us, runs
// nothing, every link leads somewhere and every operation is there.
func TestReference(t *testing.T) {
	h, _ := toy(t)
	res := ask(h, "GET", "/docs", "")
	if res.StatusCode != http.StatusOK {
		t.Fatalf("/docs = %d", res.StatusCode)
	}
	page, err := goquery.NewDocumentFromReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	page.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id, _ := s.Attr("id")
		if ids[id] {
			t.Errorf("two elements have the id %q", id)
		}
		ids[id] = true
	})
	for _, id := range []string{"getSeed", "createSeed", "uploadPicture", "schema-Seed", "schema-Problem", "tag-site"} {
		if !ids[id] {
			t.Errorf("nothing has the id %q", id)
		}
	}
	if n := page.Find("script, style, [style], [onclick], img, iframe").Length(); n != 0 {
		t.Errorf("%d elements that the policy forbids", n)
	}
	page.Find("[href], [src]").Each(func(_ int, s *goquery.Selection) {
		href := s.AttrOr("href", s.AttrOr("src", ""))
		u, err := url.Parse(href)
		switch {
		case err != nil || u.Host != "" || u.Scheme != "":
			t.Errorf("%q leads to another host", href)
		case strings.HasPrefix(href, "#"):
			if !ids[u.Fragment] {
				t.Errorf("%q leads nowhere", href)
			}
		default:
			if got := ask(h, "GET", href, ""); got.StatusCode != http.StatusOK {
				t.Errorf("%q answers %d", href, got.StatusCode)
			}
		}
	})
	if title := page.Find("#createSeed .lock").Text(); !strings.Contains(title, "blog:write") {
		t.Errorf("the scope is shown as %q", title)
	}
	if example := page.Find("#createSeed .code").Text(); !strings.Contains(example, `"variety": "Ailsa Craig"`) {
		t.Errorf("the example is %q", example)
	}
	if lang := page.Find("html").AttrOr("lang", ""); lang != "en" {
		t.Errorf("lang = %q", lang)
	}
	if n := page.Find("nav[aria-label]").Length(); n != 1 {
		t.Errorf("%d named navigations, want 1", n)
	}
}

func TestDocumentFiles(t *testing.T) {
	h, _ := toy(t)
	for path, want := range map[string]struct{ media, start string }{
		"/openapi.yaml":     {"application/openapi+yaml", "openapi: 3.1.0\n"},
		"/openapi.json":     {"application/openapi+json", "{"},
		"/openapi-3.0.yaml": {"application/openapi+yaml", "openapi: 3.0.3\n"},
		"/openapi-3.0.json": {"application/openapi+json", "{"},
	} {
		res := ask(h, "GET", path, "")
		body := read(t, res)
		if res.StatusCode != 200 || res.Header.Get("Content-Type") != want.media || !strings.HasPrefix(body, want.start) {
			t.Errorf("%s = %d %s %.40q", path, res.StatusCode, res.Header.Get("Content-Type"), body)
		}
		again := ask(h, "GET", path, "", "If-None-Match", res.Header.Get("ETag"))
		if again.StatusCode != http.StatusNotModified {
			t.Errorf("%s with its ETag = %d, want 304", path, again.StatusCode)
		}
	}
	if res := ask(h, "GET", "/docs/", ""); res.StatusCode != http.StatusMovedPermanently || res.Header.Get("Location") != "/docs" {
		t.Errorf("/docs/ = %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
}

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	site "rose-ash.com/roseash/site-templates"
)

func TestFloorSteps(t *testing.T) {
	loaf := contract.Post{HTML: "<p>Rye &amp; water.</p>", ShowTitleAndFeatureImage: true, PostCard: contract.PostCard{
		Title: "Rye <loaf>", Path: "/rye/", Excerpt: "Dark.", PublishedAt: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC),
		FeatureImage: &contract.Image{URL: "/media/rye.webp"}, Tags: []contract.TagLink{{Slug: "bread", Name: "Bread"}},
		Authors: []contract.AuthorLink{{Slug: "bakery", Name: "The bakery"}}}}
	set := contract.SiteSettings{Title: "Rose Ash", Locale: "en-GB"}
	view := postView(set, loaf, contract.PostCard{Title: "Older"}, contract.PostCard{Title: "Newer"}, `x<script type="application/ld+json">{"a":1}</script>y`)
	var page strings.Builder
	if err := site.Post(view).Render(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Rye &lt;loaf&gt;", "<p>Rye &amp; water.</p>", `{"a":1}</script>`, "/tag/bread/", "/author/bakery/", "Older", "Newer",
		siteURL + "/rye/", siteURL + "/media/rye.webp"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	raw, err := json.Marshal([]site.PostPage{view, view})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "views.json")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := floorSteps(t.Context(), []string{file, filepath.Join(dir, "out")}, &out); err != nil {
		t.Fatal(err)
	}
	var s steps
	if err := json.Unmarshal([]byte(out.String()), &s); err != nil {
		t.Fatal(err)
	}
	if s.Size != int64(page.Len()) || s.Template+s.Hash <= 0 || s.Write <= 0 || s.Nested <= 0 {
		t.Errorf("steps are %+v, of a page of %d bytes", s, page.Len())
	}
	flat, _ := filepath.Glob(filepath.Join(dir, "out", "*.html"))
	nested, _ := filepath.Glob(filepath.Join(dir, "out", "*", "index.html"))
	if len(flat) != 2*floorRounds || len(nested) != 2*floorRounds {
		t.Errorf("%d and %d files were written", len(flat), len(nested))
	}
}

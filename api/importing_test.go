package api_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/shared/contract"
)

// siteOf writes files below a folder of the test's own.
func siteOf(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// bringSite imports a folder and returns what became of its files.
func bringSite(t *testing.T, app *api.App, dir string, o api.MarkdownOptions) (list []contract.Imported) {
	t.Helper()
	o.Report = func(i contract.Imported) { list = append(list, i) }
	if err := app.ImportMarkdown(t.Context(), os.DirFS(dir), o); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestImportMarkdown(t *testing.T) {
	app, _ := whole(t)
	dir := siteOf(t, map[string]string{
		"content/_index.md": "---\ntitle: Home\n---\n", "content/about.md": "+++\ntitle = 'About'\n+++\nUs.",
		"content/blog/a.md": "---\ntitle: A\ndate: 2020-01-02\ntags: [x]\naliases: [/b/]\n---\nText.", "content/blog/README.md": "# No head",
		"content/blog/bad.md": "---\ntitle: [\n---\n", "content/blog/date.md": "---\ndate: soon\n---\n",
		"content/blog/old.md":   "---\ndate: 2020-01-02\nexpiryDate: 2020-02-01\n---\nOver.",
		"content/market/rye.md": "---\ntitle: Rye\nprice: 3.50\ncategories: [Bread]\nweight: 800 g\n---\nDark.",
		"themes/x/README.md":    "---\ntitle: Theme\n---\n",
	})
	want := []contract.Imported{
		{File: "_index.md", Change: "skipped", Reason: "the page of a section: this site makes its own"},
		{File: "about.md", Type: "page", Change: "created", Slug: "about", Path: "/about/"},
		{File: "blog/README.md", Change: "skipped", Reason: "it has no front matter"},
		{File: "blog/a.md", Type: "post", Change: "created", Slug: "a", Path: "/a/", Warnings: []string{"aliases are not carried over yet"}},
		{File: "blog/bad.md", Change: "refused"},
		{File: "blog/date.md", Change: "refused", Reason: "its date is no date that can be read"},
		{File: "blog/old.md", Type: "post", Change: "created", Slug: "old", Warnings: []string{"its date of expiry is over: it comes as a draft"}},
		{File: "market/rye.md", Type: "product", Change: "created", Slug: "rye", Path: "/products/rye/"},
	}
	for _, dryRun := range []bool{true, false} {
		got := bringSite(t, app, dir, api.MarkdownOptions{DryRun: dryRun})
		for i := range got {
			if got[i].File == "blog/bad.md" {
				if !strings.HasPrefix(got[i].Reason, "its YAML front matter is malformed in line ") {
					t.Errorf("%q", got[i].Reason)
				}
				got[i].Reason = ""
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("dry run %v (-want +got):\n%s", dryRun, diff)
		}
	}
	// The content folder by itself is the same site.
	for _, i := range bringSite(t, app, filepath.Join(dir, "content"), api.MarkdownOptions{}) {
		if i.Change != contract.ImportUnchanged && i.Change != contract.ImportSkipped && i.Change != contract.ImportRefused {
			t.Errorf("%s was %s the second time", i.File, i.Change)
		}
	}
}

// TestImportMarkdownInBatches: files are stored in their order across batches,
// and one that is refused keeps no other back.
func TestImportMarkdownInBatches(t *testing.T) {
	app, _ := whole(t)
	files := map[string]string{}
	const posts, products = 430, 230
	for n := range posts {
		files[fmt.Sprintf("blog/%03d.md", n)] = fmt.Sprintf("---\ntitle: P\nslug: p%d\ndate: 2020-01-02\ntags: [t%d]\nauthors: [a%d]\n---\nText %d.", n%400, n%7, n%3, n)
	}
	for n := range products {
		files[fmt.Sprintf("market/%03d.md", n)] = fmt.Sprintf("---\ntitle: Q\nslug: q%d\nprice: %d.50\ncategories: [c%d, d%d]\n---\nText.", n, n+1, n%3, n%9)
	}
	dir := siteOf(t, files)
	var seen [][2]int
	counts := map[string]int{}
	last := ""
	o := api.MarkdownOptions{Progress: func(done, total int) { seen = append(seen, [2]int{done, total}) }}
	for _, i := range bringSite(t, app, dir, o) {
		counts[i.Type+" "+string(i.Change)]++
		if i.Change == contract.ImportRefused && i.Reason != fmt.Sprintf("the slug %s is that of %q", i.Slug, "blog/0"+fmt.Sprintf("%02s.md", i.Slug[1:])) {
			t.Errorf("%s: %s", i.File, i.Reason)
		}
		if i.File < last {
			t.Errorf("%s comes after %s", i.File, last)
		}
		last = i.File
	}
	if diff := cmp.Diff(map[string]int{"post created": 400, "post refused": 30, "product created": products}, counts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][2]int{{200, 660}, {400, 660}, {600, 660}, {660, 660}}, seen); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
	posted, _, err := app.Blog.Posts(t.Context(), contract.PostQuery{Type: contract.TypePost, Tag: "t3", Limit: 100})
	if err != nil || len(posted) == 0 || posted[0].Tags[0].Slug != "t3" {
		t.Errorf("posts of a tag: %d, %v", len(posted), err)
	}
}

package blog

import (
	"slices"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
)

func TestWantedPath(t *testing.T) {
	for _, c := range []struct{ at, url, slug, want string }{
		{"https://ghost.example", "https://ghost.example/bread/", "bread", "/bread/"},
		{"https://ghost.example", "https://www.example/2026/05/bread", "bread", "/2026/05/bread/"},
		{"https://ghost.example/blog", "https://ghost.example/blog/bread/", "bread", "/bread/"},
		{"https://ghost.example/blog", "https://ghost.example/blogs/bread/", "bread", "/blogs/bread/"},
		{"https://ghost.example", "https://ghost.example/market/bread/", "bread", "/pages/bread/"},
		{"https://ghost.example", "https://ghost.example/Bread/", "bread", "/pages/bread/"},
		{"https://ghost.example", "https://ghost.example/b%20d/", "bread", "/pages/bread/"},
		{"https://ghost.example", "https://ghost.example/", "bread", "/pages/bread/"},
		{"https://ghost.example", "://", "bread", "/pages/bread/"},
		{"https://ghost.example", "https://ghost.example/" + strings.Repeat("a/", 600), "bread", "/pages/bread/"},
		{"", "", "bread", "/bread/"},
		{"", "", "search", "/pages/search/"},
	} {
		y := NewSync(New(nil, nil), SyncOptions{URL: c.at})
		got, flag := y.wantedPath(&blogdb.Post{Status: "published"}, ghost.Post{Slug: c.slug, URL: c.url})
		if got != c.want || strings.HasPrefix(got, "/pages/") != (flag != "") {
			t.Errorf("%s below %s stands at %s with %q, want %s", c.url, c.at, got, flag, c.want)
		}
	}
	y := NewSync(New(nil, nil), SyncOptions{URL: "https://ghost.example"})
	if got, _ := y.wantedPath(&blogdb.Post{Status: "draft"}, ghost.Post{Slug: "bread", URL: "https://ghost.example/p/499d9183/"}); got != "/bread/" {
		t.Errorf("a draft stands at %s", got)
	}
}

// FuzzAddresses looks for documents whose gates are otherwise once their addresses are ours,
// and for paths that the database refuses.
func FuzzAddresses(f *testing.F) {
	f.Add(`<a href="https://ghost.example/b/">x</a><!--members-only--><img src="__GHOST_URL__/content/images/a.png">`, "https://ghost.example/b/")
	f.Add(`<a href="https://ghost.example/" title="<!--kg-gated-block:begin nonMember:true memberSegment:&quot;&quot; -->">x</a>`, "https://ghost.example/%62/")
	f.Add(`<textarea><a href="__GHOST_URL__/x/"></textarea><!--kg-gated-block:end-->`, "//ghost.example/a/../b")
	f.Fuzz(func(t *testing.T, document, address string) {
		a := &addresses{options: SyncOptions{URL: "https://ghost.example"}, host: "ghost.example", origin: "https://ghost.example", paths: map[string]string{}}
		ours := a.ours(document)
		if strings.Contains(document, ghostURL) {
			document = strings.ReplaceAll(document, ghostURL, a.options.URL) // a placeholder may be half of a mark
		}
		if !slices.Equal(gate.FindAllString(document, -1), gate.FindAllString(ours, -1)) || len(paywall.FindAllString(document, -1)) != len(paywall.FindAllString(ours, -1)) {
			t.Errorf("%q has other gates as %q", document, ours)
		}
		y := &Sync{options: a.options}
		path, _ := y.wantedPath(&blogdb.Post{Status: "published"}, ghost.Post{Slug: address, Title: "x", URL: address})
		if !usablePath.MatchString(path) || len(path) > 1000 {
			t.Errorf("%q would stand at %q", address, path)
		}
	})
}

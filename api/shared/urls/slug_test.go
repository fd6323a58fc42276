package urls_test

import (
	"net/url"
	"path"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rose-ash.com/roseash/api/shared/urls"
)

func TestSlug(t *testing.T) {
	tests := map[string]string{
		"Rye Bread, Saturday!":           "rye-bread-saturday",
		"Déjà vu":                        "deja-vu",
		"Straße & Łódź":                  "strasse-lodz",
		"it's Rosé’s turn":               "its-roses-turn",
		"  --a  b--  ":                   "a-b",
		"ﬁne ½ cup":                      "fine-1-2-cup",
		"Æblekage på Ærø":                "aeblekage-pa-aero",
		"100% C++":                       "100-c",
		"日本語":                            "",
		"日本語 2":                          "2",
		"":                               "",
		"co\u00adop":                     "coop",
		strings.Repeat("a", 300):         strings.Repeat("a", 191),
		strings.Repeat("abcdefghi ", 30): strings.TrimSuffix(strings.Repeat("abcdefghi-", 19), "-"),
		strings.Repeat("a", 191) + " b":  strings.Repeat("a", 191),
		"\xff\xfe":                       "",
	}
	for title, want := range tests {
		if got := urls.Slug(title); got != want {
			t.Errorf("Slug(%q) = %q, want %q", title, got, want)
		}
	}
}

func checkSlug(t interface{ Errorf(string, ...any) }, title string) {
	slug := urls.Slug(title)
	if slug == "" {
		return
	}
	if !urls.ValidSlug(slug) {
		t.Errorf("Slug(%q) = %q, which is not valid", title, slug)
	}
	if again := urls.Slug(slug); again != slug {
		t.Errorf("Slug(%q) = %q, but its own slug is %q", title, slug, again)
	}
	if strings.Contains(slug, "--") {
		t.Errorf("Slug(%q) = %q, with two dashes in a row", title, slug)
	}
}

func TestSlugIsValidOrEmpty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkSlug(t, rapid.String().Draw(t, "title")) })
}

func FuzzSlug(f *testing.F) {
	for _, seed := range []string{"", "a", "Straße", "--", "½", "ﷺ", strings.Repeat("ß ", 120), "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, title string) { checkSlug(t, title) })
}

func TestValidSlug(t *testing.T) {
	for _, s := range []string{"a", "0", "a-b", "a--b", strings.Repeat("a", 191)} {
		if !urls.ValidSlug(s) {
			t.Errorf("ValidSlug(%q) = false, want true", s)
		}
	}
	for _, s := range []string{"", "-a", "a-", "A", "a_b", "a/b", "..", "a.b", "é", "a b", "a\n", strings.Repeat("a", 192)} {
		if urls.ValidSlug(s) {
			t.Errorf("ValidSlug(%q) = true, want false", s)
		}
	}
}

func TestReserved(t *testing.T) {
	for word := range strings.FieldsSeq(`v1 docs openapi.yaml openapi.json oauth .well-known _dev fragments hooks
		media market events cart checkout orders account login editor shop organise checkin ics ap nodeinfo social
		read search pages tag author livez readyz metrics V1 _assets problems`) {
		if !urls.Reserved(word) {
			t.Errorf("Reserved(%q) = false, want true", word)
		}
	}
	for _, slug := range []string{"bread", "marketing", "v11", "products", "reading"} {
		if urls.Reserved(slug) {
			t.Errorf("Reserved(%q) = true, want false", slug)
		}
	}
	if !urls.ReservedIn(urls.Market, "products") || !urls.ReservedIn(urls.Events, "cart") || urls.ReservedIn(urls.Blog, "products") {
		t.Error("ReservedIn does not follow the apps' own paths")
	}
}

func TestPages(t *testing.T) {
	tests := map[string]string{
		urls.Home():                                  "/",
		urls.Post("bread"):                           "/bread/",
		urls.Post("market"):                          "/pages/market/",
		urls.Tag("news"):                             "/tag/news/",
		urls.Author("sam"):                           "/author/sam/",
		urls.Category("food"):                        "/food/",
		urls.Category("food", "bread"):               "/food/bread/",
		urls.Product("rye-loaf"):                     "/products/rye-loaf/",
		urls.Calendar("hall"):                        "/hall/",
		urls.Entry("hall", "choir", "20260501t1900"): "/hall/choir/20260501t1900/",
		urls.Numbered(urls.Home(), 0):                "/",
		urls.Numbered(urls.Home(), 2):                "/page/2/",
		urls.Numbered(urls.Tag("news"), 3):           "/tag/news/page/3/",
		urls.Feed(urls.Home()):                       "/rss.xml",
		urls.Feed(urls.Tag("news")):                  "/tag/news/rss.xml",
		urls.Sitemap():                               "/sitemap.xml",
		urls.SitemapShard("posts-1"):                 "/sitemap-posts-1.xml",
		urls.Robots():                                "/robots.txt",
		urls.Search():                                "/search/",
		urls.Brand("hill-mill"):                      "/brands/hill-mill/",
		urls.Producer("hill-mill"):                   "/producers/hill-mill/",
		urls.Label("organic"):                        "/labels/organic/",
		urls.Collection("autumn"):                    "/collections/autumn/",
		urls.ReadGated("bread"):                      "/read/bread/",
	}
	for got, want := range tests {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// A segment never becomes two, or none, whatever it holds.
func FuzzSegment(f *testing.F) {
	for _, seed := range []string{"a", "..", ".", "../..", "a/b", "%2e%2e", "é", "?q#f", "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, slug string) {
		if slug == "" {
			return
		}
		got := urls.Product(slug)
		u, err := url.Parse(got)
		if err != nil {
			t.Fatalf("Product(%q) = %q: %v", slug, got, err)
		}
		if u.RawQuery != "" || u.Fragment != "" || strings.Count(u.EscapedPath(), "/") != 3 {
			t.Errorf("Product(%q) = %q", slug, got)
		}
		if path.Clean(got)+"/" != got {
			t.Errorf("Product(%q) = %q is cleaned to %q", slug, got, path.Clean(got))
		}
	})
}

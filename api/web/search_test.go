package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// oneShelf is a market with one product, and a blog with one post.
type oneShelf struct{ asked ProductSearch }

func (*oneShelf) Settings(context.Context) (contract.SiteSettings, error) {
	return contract.SiteSettings{Title: "Rose Ash", Timezone: "Europe/London", Navigation: []contract.NavItem{{Label: "Visit", URL: "/visit/"}}}, nil
}

func (f *oneShelf) FindProducts(_ context.Context, query ProductSearch) (found ProductsFound, err error) {
	f.asked = query
	switch {
	case slices.Contains(query.Brands, "nobody"):
		return found, problem.Unprocessable("the request does not fit its description").WithField("query.brand", "expected ids or slugs of what there is")
	case query.Category == "nowhere":
		return found, problem.NotFound("no such category")
	case query.Cursor == "stale":
		return found, problem.Unprocessable("the cursor is of another list or query").WithCode("invalid_cursor")
	case query.Category == "down":
		return found, problem.Unavailable("the database is away")
	case strings.Contains(query.Words, "nothing"):
		return found, nil
	}
	least, most := contract.Money{AmountMinor: 85, Currency: "GBP"}, contract.Money{AmountMinor: 2400, Currency: "GBP"}
	return ProductsFound{
		Cards: []contract.ProductCard{{Slug: "rye-loaf", Name: "Rye <loaf>", Price: least, Labels: []contract.TermLink{{Name: "Organic"}}}},
		Next:  "onward", Total: 57, Categories: []Counted{{Value: "bread", Name: "Bread", Count: 12}},
		Brands:   []Counted{{Value: "baker", Name: "The Baker", Count: 3, Chosen: slices.Contains(query.Brands, "baker")}},
		FreeFrom: []Counted{{Value: "milk", Count: 9}}, InStock: Counted{Value: "in_stock", Count: 50, Chosen: query.InStock},
		Least: &least, Most: &most,
	}, nil
}

func (*oneShelf) FindTexts(_ context.Context, words string, _ int) ([]TextFound, error) {
	if words != "rye" {
		return nil, nil
	}
	return []TextFound{{Title: "Oven week", URL: "https://rose.example/oven/", Snippet: []site.SnippetPart{{Text: "our <b> "}, {Text: "rye", Hit: true}},
		Card: contract.PostCard{PublishedAt: time.Date(2026, 5, 1, 23, 30, 0, 0, time.UTC)}}}, nil
}

func searching(t testing.TB) (*oneShelf, http.Handler) {
	t.Helper()
	sites, err := urls.New("https://rose.example", nil)
	if err != nil {
		t.Fatal(err)
	}
	f := &oneShelf{}
	r := chi.NewRouter()
	page := &SearchPage{Finder: f, Sites: sites, Assets: site.DefaultAssets(), Clock: clock.NewManual(time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC))}
	page.Mount(r)
	return f, r
}

func TestSearchPage(t *testing.T) {
	f, h := searching(t)
	for _, tt := range []struct {
		target    string
		status    int
		want, not []string
	}{
		{"/search/", 200, []string{"57 products", "Rye &lt;loaf&gt;", "/market/products/rye-loaf/", `name="brand" value="baker"`, "£0.85 to £24.00",
			`href="/search/?category=bread"`, `href="/search/?cursor=onward"`, "© 2026 Rose Ash", `href="/visit/"`, `rel="canonical" href="https://rose.example/search/"`},
			[]string{"noindex", "best match", "checked", "Rye <loaf>"}},
		{"/search/?q=rye", 200, []string{`value="rye"`, "best match", "noindex", "Oven week", "our &lt;b&gt; ", "<mark>rye</mark>", "2 May 2026", "rye – Search – Rose Ash"}, nil},
		{"/search/?q=rye&brand=baker&availability=in_stock&price_max=5&sort=price", 200,
			[]string{`checked`, "The Baker", "Up to £5", `href="/search/?availability=in_stock&amp;price_max=5&amp;q=rye&amp;sort=price"`, `value="price" selected`,
				`href="/search/?q=rye&amp;sort=price" rel="nofollow">Clear all`}, []string{"Oven week"}},
		{"/search/?cursor=onward", 200, []string{"To the first"}, nil},
		{"/search/?q=nothing+%22at+all%22", 200, []string{"Nothing was found for “nothing &#34;at all&#34;”", "No products"}, nil},
		{"/search/?q=&brand=&price_min=&sort=&unknown=1", 200, []string{"57 products"}, []string{"noindex"}},
		// What cannot be asked for is told, and the form stays as it was sent.
		{"/search/?brand=nobody&q=rye", 422, []string{"There is no such brand.", `value="rye"`, `value="nobody"`, `role="alert"`}, []string{"57 products", "No products"}},
		{"/search/?category=nowhere", 404, []string{"No such category.", `name="category" value="nowhere"`}, nil},
		{"/search/?cursor=stale", 422, []string{"Begin again"}, nil},
		{"/search/?price_min=%C2%A32.50x", 422, []string{"A price is written like 2.50."}, nil},
		{"/search/?price_min=9&price_max=2", 422, []string{"below the lowest"}, nil},
		{"/search/?sort=cheapest", 422, []string{"no way to sort"}, nil},
		{"/search/?availability=soon", 422, []string{"in stock"}, nil},
		{"/search/?reduced=perhaps", 422, []string{"that are reduced"}, nil},
		{"/search/?q=" + strings.Repeat("a", 10_000), 422, []string{"That is too long."}, nil},
		{"/search/?brand=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21", 422, []string{"more than can be chosen"}, nil},
		{"/search/?q=%00%ff%E2%80%AErye", 200, nil, []string{"\x00", "\xff"}},
		{"/search/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", 200, nil, []string{"<script>alert"}},
		{"/search/?category=down", 503, []string{"unavailable"}, nil},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, tt.target, nil))
		name := tt.target[:min(len(tt.target), 60)]
		if w.Code != tt.status {
			t.Errorf("%s = %d, want %d", name, w.Code, tt.status)
		}
		for _, want := range tt.want {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s lacks %q", name, want)
			}
		}
		for _, not := range tt.not {
			if strings.Contains(w.Body.String(), not) {
				t.Errorf("%s has %q", name, not)
			}
		}
		if tt.status != 503 && w.Header().Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s: Cache-Control %q", name, w.Header().Get("Cache-Control"))
		}
	}

	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/search/?price_min=2,5&price_max=10&free_from=milk&free_from=nuts,milk&brand=a&brand=b&reduced=true&category=bread", nil))
	if a := f.asked; a.PriceMin != 250 || a.PriceMax != 1000 || !slices.Equal(a.FreeFrom, []string{"milk", "nuts"}) || !slices.Equal(a.Brands, []string{"a", "b"}) || !a.Reduced || a.Category != "bread" {
		t.Errorf("asked for %+v", a)
	}
	w = httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/search?q=rye", nil))
	if w.Code != 308 || w.Header().Get("Location") != "/search/?q=rye" {
		t.Errorf("/search = %d to %s", w.Code, w.Header().Get("Location"))
	}
}

// FuzzSearchAddress: whatever the address, the page answers, and what it links to asks
// for nothing that was not asked for.
func FuzzSearchAddress(f *testing.F) {
	for _, s := range []string{"q=rye&sort=-price", "price_min=1e9&price_max=-1", "brand=%00&brand=,,,&label=a;b", "%zz", "q=%F0%9F%8D%9E&cursor=x", "free_from=milk&free_from=milk"} {
		f.Add(s)
	}
	_, h := searching(f)
	f.Fuzz(func(t *testing.T, query string) {
		r := httptest.NewRequest(http.MethodGet, "/search/", nil)
		r.URL.RawQuery = query
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != 200 && w.Code != 404 && w.Code != 422 && !strings.Contains(query, "down") {
			t.Fatalf("%q = %d", query, w.Code)
		}
		values, _ := url.ParseQuery(query)
		a, err := readAsked(values)
		if err != nil {
			return
		}
		again, err := url.Parse(a.address(func(v url.Values) { v.Set("cursor", a.Cursor) }))
		if err != nil {
			t.Fatal(err)
		}
		b, err := readAsked(again.Query())
		b.values, a.values = nil, nil
		if err != nil || b.Words != a.Words || b.PriceMin != a.PriceMin || !slices.Equal(b.Brands, a.Brands) || b.Sort != a.Sort || b.InStock != a.InStock {
			t.Fatalf("%q asks for %+v, its own address for %+v, %v", query, a, b, err)
		}
	})
}

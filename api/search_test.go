package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/search"
	"rose-ash.com/roseash/api/shared/contract"
)

// soon is how long a change may take to be found, with room for a busy machine; how
// long it took is logged.
const soon = 2 * time.Minute

// searched are the titles that a text finds by its words.
func searched(t *testing.T, app *api.App, text string) []string {
	t.Helper()
	results, err := app.Search.Search(t.Context(), search.Query{Text: text, Limit: 100})
	if err != nil {
		t.Fatalf("Search(%q): %v", text, err)
	}
	titles := []string{}
	for _, hit := range results.Items {
		if hit.Match == search.MatchWords {
			titles = append(titles, hit.Title)
		}
	}
	return titles
}

// awaitFound waits until a text finds these titles, in any order.
func awaitFound(t *testing.T, app *api.App, text string, want ...string) {
	t.Helper()
	slices.Sort(want)
	for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		got := searched(t, app, text)
		slices.Sort(got)
		if slices.Equal(got, want) {
			t.Logf("%q after %v", text, time.Since(begun).Round(time.Millisecond))
			return
		}
		if time.Since(begun) > soon {
			t.Fatalf("%q finds %q, want %q", text, got, want)
		}
	}
}

// working is an app whose bus runs to the end of the test.
func working(t *testing.T) *api.App {
	t.Helper()
	app, _ := whole(t)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- app.Bus.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return app
}

func p[T any](v T) *T { return &v }

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// TestSearchFollows: what is published, changed, renamed and withdrawn is found so,
// through the bus; what is gated is never found.
func TestSearchFollows(t *testing.T) {
	app := working(t)
	ctx := t.Context()
	edited := must[blog.Edited](t)
	post := edited(app.Blog.CreatePost(ctx, contract.TypePost, blog.PostFields{
		Title: p("Sourdough diary"), SourceFormat: p(contract.FormatHTML), Visibility: p(contract.VisibilityMembers),
		Source: p("<p>Everybody may read freecanary.</p><!--members-only--><p>Only members read gatedcanary.</p>"),
		Tags:   &[]string{"Ovens"},
	}))
	if got := searched(t, app, "diary"); len(got) > 0 {
		t.Errorf("a draft is found: %q", got)
	}
	post = edited(app.Blog.Publish(ctx, contract.TypePost, string(post.ID), nil))
	awaitFound(t, app, "freecanary", "Sourdough diary")
	awaitFound(t, app, "ovens", "Sourdough diary")
	if !strings.Contains(post.MembersHTML, "gatedcanary") {
		t.Fatal("the post has no gated part")
	}
	if got := searched(t, app, "gatedcanary"); len(got) > 0 {
		t.Errorf("gated words find %q", got)
	}

	category := must[contract.Category](t)(app.Market.CreateCategory(ctx, market.CategoryFields{Slug: p("bread"), Name: p("Loaves")}))
	product := must[contract.Product](t)
	loaf := product(app.Market.CreateProduct(ctx, market.ProductFields{
		Slug: p("rye"), Name: p("Rye loaf"), Category: p("bread"),
		Variants: &[]market.VariantFields{{SKU: "RYE-800", Name: "800 g", Price: market.Price{AmountMinor: 325, Currency: "GBP"}, Quantity: 800, Unit: contract.UnitGram}},
	}))
	loaf = product(app.Market.PublishProduct(ctx, "rye"))
	awaitFound(t, app, "rye-800", "Rye loaf")
	loaf = product(app.Market.UpdateProduct(ctx, "rye", loaf.Version, market.ProductFields{Name: p("Black loaf")}))
	awaitFound(t, app, "rye", "Black loaf") // its sku
	awaitFound(t, app, "black", "Black loaf")
	must[contract.Category](t)(app.Market.UpdateCategory(ctx, "bread", category.Version, market.CategoryFields{Name: p("Bakery")}))
	awaitFound(t, app, "bakery", "Black loaf")
	awaitFound(t, app, "loaves")
	product(app.Market.UnpublishProduct(ctx, "rye"))
	awaitFound(t, app, "bakery")
	edited(app.Blog.Unpublish(ctx, contract.TypePost, string(post.ID), nil))
	awaitFound(t, app, "diary")
}

// TestSearchBegins: an index that is missing is made when the bus begins to run, and
// what withdrew meanwhile is not in it.
func TestSearchBegins(t *testing.T) {
	app, pool := whole(t)
	ctx := t.Context()
	if _, err := app.Seed(ctx, demo(t), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Exec(ctx, "DELETE FROM bus.domain_events"); err != nil {
		t.Fatal(err)
	}
	if err := app.Search.Reindex(ctx, nil); err != nil {
		t.Fatal(err)
	}
	count := func() (n int) {
		if err := pool.QueryRow(ctx, "SELECT count(*) FROM search.documents").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	want := count()
	if want < 50 {
		t.Fatalf("%d documents of the demo", want)
	}
	if _, err := pool.Exec(ctx, "TRUNCATE search.documents, search.state"); err != nil {
		t.Fatal(err)
	}
	running, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- app.Bus.Run(running) }()
	defer func() { cancel(); <-ended }()
	for begun := time.Now(); count() != want; time.Sleep(20 * time.Millisecond) {
		if time.Since(begun) > soon {
			t.Fatalf("%d documents, want %d", count(), want)
		}
	}
}

// TestSearchOperation: what can be asked for, and what is refused.
func TestSearchOperation(t *testing.T) {
	app, pool := whole(t)
	ctx := t.Context()
	if _, err := app.Seed(ctx, demo(t), nil); err != nil {
		t.Fatal(err)
	}
	if err := app.Search.Reindex(ctx, nil); err != nil {
		t.Fatal(err)
	}
	handler := app.Handler(nil)
	at := func(q string) string { return "/v1/search?q=" + url.QueryEscape(q) }
	apitest.Run(t, handler, pool, []apitest.Scenario{
		{Name: "words", URL: at("bread"), Status: 200, Want: []string{`"match":"words"`, `"hit":true`}, NotWant: []string{`"match":"similar"`},
			WantHeader: map[string]string{"Cache-Control": "public, max-age=5"}, Events: map[string]int{"*": 0}},
		{Name: "kinds", URL: at("bread") + "&kinds=post,page", Status: 200, NotWant: []string{`"kind":"product"`}},
		{Name: "spelt alike", URL: at("sourdogh"), Status: 200, Want: []string{`"match":"similar"`, "ourdough"}},
		{Name: "nothing", URL: at("xyzzy plugh"), Status: 200, Want: []string{`"items":[]`}},
		{Name: "operators only", URL: at(`"" - | & ! ( ) :* <->`), Status: 200, Want: []string{`"items":[]`}},
		{Name: "from right to left", URL: at("\u202e\u05d0\u05d1 خبز\u2066"), Status: 200},
		{Name: "odd letters", URL: at("ﷺ𝕭𝖗𝖊𝖆𝖉🍞ß½e\u0301"), Status: 200},
		{Name: "200 characters", URL: at(strings.Repeat("é", 200)), Status: 200},
		{Name: "201 characters", URL: at(strings.Repeat("é", 201)), Status: 422, Want: []string{"query.q"}},
		{Name: "10 KB", URL: at(apitest.Canary + strings.Repeat("a ", 5_000)), Status: 422, Want: []string{"query.q"}, NotWant: []string{apitest.Canary}},
		{Name: "empty", URL: "/v1/search?q=", Status: 422, Want: []string{"query.q"}},
		{Name: "missing", URL: "/v1/search", Status: 422, Want: []string{"query.q"}},
		{Name: "blanks", URL: at("  \t"), Status: 422, Want: []string{"query.q"}},
		{Name: "a NUL", URL: "/v1/search?q=a%00b", Status: 400, Want: []string{"unreadable"}},
		{Name: "no UTF-8", URL: "/v1/search?q=%ff", Status: 400, Want: []string{"unreadable"}},
		{Name: "a kind that there is not", URL: at("bread") + "&kinds=tag", Status: 422, Want: []string{"query.kinds"}},
		{Name: "a forged cursor", URL: at("bread") + "&cursor=eyJyIjoxfQ", Status: 422, Want: []string{"invalid_cursor"}},
		{Name: "too many at once", URL: at("bread") + "&limit=101", Status: 422, Want: []string{"query.limit"}},
	})

	// Pages follow each other, and an answer that is known is not sent again.
	seen := map[string]bool{}
	cursor := ""
	for {
		res, body := apitest.Ask(t, handler, apitest.Scenario{URL: at("bread") + "&limit=3&cursor=" + url.QueryEscape(cursor)})
		var page search.SearchResults
		if err := json.Unmarshal(body, &page); err != nil || res.StatusCode != 200 {
			t.Fatalf("%d %s", res.StatusCode, body)
		}
		for _, hit := range page.Items {
			if seen[hit.ID] {
				t.Errorf("%s twice", hit.Title)
			}
			seen[hit.ID] = true
		}
		if res, _ := apitest.Ask(t, handler, apitest.Scenario{URL: at("bread") + "&limit=3&cursor=" + url.QueryEscape(cursor), Header: map[string]string{"If-None-Match": res.Header.Get("ETag")}}); res.StatusCode != 304 {
			t.Errorf("asked again: %d", res.StatusCode)
		}
		if cursor = page.NextCursor; cursor == "" {
			break
		}
	}
	if len(seen) < 6 {
		t.Errorf("%d found", len(seen))
	}

	// The page stands on the same.
	for target, want := range map[string][]string{
		"/search/?q=bread":         {"Posts, pages and events", "<mark>", "product-card", "noindex"},
		"/search/?category=bakery": {"<h1>Bakery</h1>", "product-card", `name="category" value="bakery"`},
		"/search/?label=organic&availability=in_stock&sort=-price": {"product-card", "Clear all", "checked"},
	} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
		if w.Code != 200 {
			t.Errorf("%s = %d", target, w.Code)
		}
		for _, text := range want {
			if !strings.Contains(w.Body.String(), text) {
				t.Errorf("%s lacks %q", target, text)
			}
		}
	}
	for target, status := range map[string]int{"/search/?brand=nobody": 422, "/search/?category=nowhere": 404, "/search/?free_from=stones": 422, "/search/?cursor=x": 422} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
		if w.Code != status || !strings.Contains(w.Body.String(), `role="alert"`) {
			t.Errorf("%s = %d, want %d with a word of it", target, w.Code, status)
		}
	}
}

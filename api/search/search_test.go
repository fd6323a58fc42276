package search

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"rose-ash.com/roseash/api/shared/contract"
)

func named(id, name string) contract.TermLink {
	return contract.TermLink{ID: contract.TermID(id), Name: name}
}

func TestFinds(t *testing.T) {
	w := newWorld(t)
	w.post("Our oven week", "<p>How the <b>bakers</b> make bread: rye bread, and Crème fraîche beside it.</p>")
	w.post("Bread", "<p>Nothing else.</p>")
	w.post("What is new in the bread shed", "<p>A shed, not a shop.</p>")
	w.post("About us", "<p>Who we are.</p>", func(p *contract.Post) { p.Type = contract.TypePage })
	w.product("Rye loaf", "Dark bread, sour and good for a week.", func(p *contract.Product) {
		brand := named("brand_1", "Über-Bäckerei")
		p.Brand = &brand
		p.Labels = []contract.TermLink{named("label_1", "Gluten-free")}
		p.Variants = []contract.Variant{{SKU: "RYE-800", Name: "800 g", GTIN: "5012345678900"}}
	})
	w.product("Porridge oats", "Rolled.", func(p *contract.Product) { p.DescriptionHTML = "<p>Organic &amp; slow.</p>" })

	// The title itself, then titles, then summaries, then texts.
	w.finds("bread", "Bread", "What is new in the bread shed", "Rye loaf", "Our oven week")
	w.finds("BREADS ", "Bread", "What is new in the bread shed", "Rye loaf", "Our oven week")
	w.finds(`"rye bread"`, "Our oven week")
	w.finds(`"bread rye"`, "Our oven week") // bread: rye bread
	w.finds(`"shed bread"`)
	w.finds("bread -rye -nothing", "What is new in the bread shed")
	w.finds(`bread -"rye bread"`, "Bread", "What is new in the bread shed", "Rye loaf")
	w.finds("oats or shed", "Porridge oats", "What is new in the bread shed")
	w.finds("porr", "Porridge oats")
	w.finds("rye lo", "Rye loaf")
	w.finds("uber backerei", "Rye loaf")
	w.finds("gluten-free", "Rye loaf")
	w.finds("gluten free", "Rye loaf")
	w.finds("creme fraiche", "Our oven week")
	w.finds("rye-800", "Rye loaf")
	w.finds("5012345678900", "Rye loaf")
	w.finds("baker's", "Our oven week")
	w.finds("organic", "Porridge oats")
	w.finds("about us", "About us")
	w.finds("poridge", "(Porridge oats)")
	w.finds("zzzz")
	w.finds("-bread")
	w.finds(`"" ( & | ! <->`)
	w.finds("=product")
	if got := w.titles("bread", Product); !slices.Equal(got, []string{"Rye loaf"}) {
		t.Errorf("products: %q", got)
	}
	if got := w.titles("us", Page, Product); !slices.Equal(got, []string{"About us"}) {
		t.Errorf("pages: %q", got)
	}

	results, err := w.Search(t.Context(), Query{Text: "sour"})
	if err != nil || len(results.Items) != 1 {
		t.Fatalf("sour: %+v, %v", results, err)
	}
	hit := results.Items[0]
	if hit.URL != "https://coop.example/market/products/q5/" || hit.Kind != Product || !slices.Contains(hit.Snippet, SearchFragment{"sour", true}) {
		t.Errorf("hit = %+v", hit)
	}
}

// TestPages: pages follow each other without gap or repetition, whatever the limit.
func TestPages(t *testing.T) {
	w := newWorld(t)
	for i := range 25 {
		w.post(fmt.Sprint("Loaf ", i), "<p>flour</p>")
		w.product(fmt.Sprint("Flour ", i%3), "")
	}
	for _, limit := range []int{1, 7, 50} {
		var all []string
		for cursor := ""; ; {
			results, err := w.Search(t.Context(), Query{Text: "flour", Limit: limit, Cursor: cursor})
			if err != nil {
				t.Fatal(err)
			}
			for _, hit := range results.Items {
				all = append(all, hit.ID)
			}
			if cursor = results.NextCursor; cursor == "" {
				break
			}
		}
		slices.Sort(all)
		if len(slices.Compact(all)) != 50 {
			t.Errorf("limit %d: %d found", limit, len(all))
		}
	}
	for _, cursor := range []string{"x", "e30x", "bnVsbA", strings.Repeat("A", 400)} {
		if _, err := w.Search(t.Context(), Query{Text: "flour", Cursor: cursor}); err == nil && cursor != "bnVsbA" {
			t.Errorf("cursor %q is taken", cursor)
		}
	}
}

// TestCommon: words that most documents have find the best all the same.
func TestCommon(t *testing.T) {
	w := newWorld(t)
	const filler = 3500
	_, err := w.pool.Exec(t.Context(), `
		INSERT INTO search.documents (id, kind, path, title, folded, summary, beginning, published_at, updated_at, refs, digest, head, words)
		SELECT 'post_' || md5(i::text), 'post', '/x/', 'Jam ' || i, 'jam ' || i, '', '', $1::timestamptz - i * interval '1 hour', $1, '{}', '', h,
			h || setweight(to_tsvector('search.english', 'people like it'), 'D')
		FROM (SELECT i, search.head_of('post', 'jam ' || i, '', '') AS h FROM generate_series(1, $2::integer) AS i) AS x`, morning, filler)
	if err != nil {
		t.Fatal(err)
	}
	w.product("Jam", "")
	w.product("Of people", "")
	if got := w.titles("jam"); got[0] != "Jam" || got[1] != "Jam 1" || len(got) != DefaultLimit {
		t.Errorf("jam finds %q", got)
	}
	// Common in texts, seldom in heads: those first, then the newest others.
	if got := w.titles("people "); got[0] != "Of people" || got[1] != "Jam 1" || len(got) != DefaultLimit {
		t.Errorf("people finds %q", got)
	}
	if got := w.titles("jam", Product); !slices.Equal(got, []string{"Jam"}) {
		t.Errorf("jam finds the products %q", got)
	}
	seen := 0
	for cursor := ""; ; {
		results, err := w.Search(t.Context(), Query{Text: "jam", Limit: 100, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		seen += len(results.Items)
		if cursor = results.NextCursor; cursor == "" {
			break
		}
	}
	if seen < mostRanked || seen > newestHeads {
		t.Errorf("%d are ranked", seen)
	}
}

// TestFollows: what is changed or withdrawn is found so, whatever the order and however
// often it is told.
func TestFollows(t *testing.T) {
	w := newWorld(t)
	id := w.post("Leeks", "<p>green</p>")
	w.index(string(id), string(id))
	w.finds("leeks", "Leeks")
	p := w.town.posts[id]
	p.Title = "Chard"
	w.town.posts[id] = p
	w.index(string(id))
	w.finds("chard", "Chard")
	w.finds("leeks")
	delete(w.town.posts, id)
	w.index(string(id))
	w.index(string(id))
	w.finds("chard")

	// Many at once, over and over, while it changes.
	oats := w.product("Oats", "")
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for n := range 10 {
				w.mu.Lock()
				p := w.town.products[oats]
				p.Name = fmt.Sprintf("Oats%d Oats%d", i, n)
				w.town.products[oats] = p
				w.mu.Unlock()
				w.index(string(oats))
			}
		})
	}
	group.Wait()
	results, err := w.Search(t.Context(), Query{Text: w.town.products[oats].Name})
	if err != nil || len(results.Items) == 0 || results.Items[0].Title != w.town.products[oats].Name || results.Items[0].Match != MatchWords {
		t.Errorf("the last name %q finds %+v, %v", w.town.products[oats].Name, results.Items, err)
	}
}

// TestReindex: what is missing comes, what is gone goes, and the version is noted.
func TestReindex(t *testing.T) {
	w := newWorld(t)
	for i := range 7 {
		w.post(fmt.Sprint("Leek ", i), "")
		w.product(fmt.Sprint("Oats ", i), "")
	}
	ctx := t.Context()
	if _, err := w.pool.Exec(ctx, "DELETE FROM search.documents WHERE title LIKE '%3'"); err != nil {
		t.Fatal(err)
	}
	gone := w.post("Ghost", "")
	delete(w.town.posts, gone)
	done := 0
	if err := w.Reindex(ctx, func(n int) { done = n }); err != nil {
		t.Fatal(err)
	}
	if done != 15 {
		t.Errorf("%d were looked at, want 15", done)
	}
	if n := len(w.titles("leek or oats")); n != 14 {
		t.Errorf("%d found, want 14", n)
	}
	w.finds("ghost")
	if made, err := w.queries.MadeBy(ctx); err != nil || made != Version {
		t.Errorf("made by %d, %v", made, err)
	}
}

// TestNames: a document knows whose names are in it.
func TestNames(t *testing.T) {
	w := newWorld(t)
	tag := func(p *contract.Post) {
		p.Tags = []contract.TagLink{{ID: "tag_1", Name: "Kitchen"}}
		p.Authors = []contract.AuthorLink{{ID: "author_1", Name: "Sam"}}
	}
	id := w.post("Soup", "", tag)
	w.post("Stew", "")
	w.finds("kitchen", "Soup")
	w.finds("sam", "Soup")
	for ref, want := range map[string]int{"tag_1": 1, "author_1": 1, "tag_2": 0} {
		if ids, err := w.queries.DocumentsNaming(context.Background(), []string{ref}); err != nil || len(ids) != want {
			t.Errorf("%s is named by %v, %v", ref, ids, err)
		}
	}
	p := w.town.posts[id]
	p.Tags = []contract.TagLink{{ID: "tag_1", Name: "Larder"}}
	w.town.posts[id] = p
	w.index(string(id))
	w.finds("larder", "Soup")
	w.finds("kitchen")
}

// TestMonster: texts as long as they come, and of any characters, can be indexed.
func TestMonster(t *testing.T) {
	w := newWorld(t)
	var long strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&long, "word%d ", i)
	}
	w.post("Long "+strings.Repeat("x", 1900), "<p>"+long.String()+"</p>")
	w.post("One word", "<p>"+strings.Repeat("y", 50_000)+"</p>")
	w.post("Odd \x01\x02 \u202e\x7f", "<p>\x01canary\x02 &#1; \ufffd "+strings.Repeat("é", 3000)+"</p>")
	w.finds("one word", "One word")
	w.finds("word17", "Long "+strings.Repeat("x", 1900))
	results, err := w.Search(t.Context(), Query{Text: "canary"})
	if err != nil || len(results.Items) != 1 {
		t.Fatalf("%+v, %v", results, err)
	}
	if s := results.Items[0].Snippet; len(s) < 2 || s[0].Text != "canary" || !s[0].Hit {
		t.Errorf("snippet %+v", s)
	}
}

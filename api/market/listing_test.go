package market_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// grocery is a shop with a few goods of every kind:
//
//	bakery
//	  bread: rye (organic, free of milk, GB, 300), wheat (FR, 200), spelt (organic, free of milk and nuts, sold out, 400)
//	  buns:  bun (GB, 100, reduced)
//	fruit: apple (organic, GB, 150)
func grocery(t testing.TB) *shop {
	s := newShop(t)
	s.category("bakery", "")
	s.category("bread", "bakery")
	s.category("buns", "bakery")
	s.category("fruit", "")
	for _, slug := range []string{"mill", "oven"} {
		s.term(contract.BrandTaxonomy, slug)
	}
	s.term(contract.ProducerTaxonomy, "farm")
	s.term(contract.LabelTaxonomy, "organic")
	s.term(contract.LabelTaxonomy, "vegan")
	s.goods("rye", "bread", "mill", "GB", 300, []string{"organic", "vegan"}, "milk")
	s.goods("wheat", "bread", "oven", "FR", 200, nil)
	s.goods("spelt", "bread", "mill", "", 400, []string{"organic"}, "milk", "nuts")
	s.goods("bun", "buns", "oven", "GB", 100, nil)
	s.goods("apple", "fruit", "", "GB", 150, []string{"organic", "vegan"})
	s.exec("UPDATE market.variants SET track_stock = true WHERE sku = 'spelt-1'")
	s.exec("UPDATE market.variants SET price_valid_until = shared.clock() + interval '1 day', lowest_price_minor = 120 WHERE sku = 'bun-1'")
	return s
}

// goods publishes a product, the last words being what it is free of.
func (s *shop) goods(slug, category, brand, country string, price int64, labels []string, free ...contract.AllergenCode) contract.Product {
	s.t.Helper()
	claims, allergens := []market.ClaimFields{}, []contract.Allergen{}
	for _, label := range labels {
		claims = append(claims, market.ClaimFields{Label: label, Source: contract.Declared})
	}
	for _, code := range free {
		allergens = append(allergens, contract.Allergen{Code: code, State: contract.FreeOf})
	}
	_, err := s.CreateProduct(s.t.Context(), market.ProductFields{
		Slug: &slug, Name: ptr(strings.ToUpper(slug[:1]) + slug[1:]), Category: &category, Brand: &brand, Labels: &claims, Allergens: &allergens,
		Origin: &contract.Origin{Country: country}, Variants: &[]market.VariantFields{variant(slug+"-1", price, 100, contract.UnitGram)},
	})
	if err != nil {
		s.t.Fatalf("CreateProduct(%s): %v", slug, err)
	}
	p, err := s.PublishProduct(s.t.Context(), slug)
	if err != nil {
		s.t.Fatalf("PublishProduct(%s): %v", slug, err)
	}
	return p
}

func (s *shop) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.pool.Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
}

// outline is a list in one line: the slugs, and of each facet what it counts.
func outline(list market.ProductList) (slugs, facets string) {
	for _, item := range list.Items {
		slugs += " " + item.Slug
	}
	f := list.Facets
	if f == nil {
		return strings.TrimSpace(slugs), ""
	}
	words := []string{fmt.Sprint(f.Total)}
	add := func(name string, n int, chosen bool) {
		word := fmt.Sprintf("%s:%d", name, n)
		if chosen {
			word += "*"
		}
		words = append(words, word)
	}
	for _, c := range f.Category {
		add(c.Slug, c.Count, false)
	}
	for _, terms := range [][]market.TermCount{f.Brand, f.Producer, f.Label} {
		for _, c := range terms {
			add(c.Slug, c.Count, c.Chosen)
		}
	}
	for _, c := range f.FreeFrom {
		add(string(c.Code), c.Count, c.Chosen)
	}
	for _, c := range f.Country {
		add(c.Code, c.Count, c.Chosen)
	}
	for _, c := range f.Availability {
		add(string(c.Value), c.Count, c.Chosen)
	}
	add("reduced", f.Reduced.Count, f.Reduced.Chosen)
	if f.Price != nil {
		words = append(words, fmt.Sprintf("%d-%d", f.Price.Min.AmountMinor, f.Price.Max.AmountMinor))
	}
	return strings.TrimSpace(slugs), strings.Join(words, " ")
}

func TestFacets(t *testing.T) {
	s := grocery(t)
	mill := get[contract.Term](s, "/v1/brands/mill").ID
	for query, want := range map[string][2]string{
		"": {"apple bun rye spelt wheat",
			"5 bakery:4 fruit:1 mill:2 oven:2 organic:3 vegan:2 milk:2 nuts:1 GB:3 FR:1 in_stock:4 out_of_stock:1 reduced:1 100-400"},
		"category=bakery&sort=price": {"bun wheat rye spelt",
			"4 bread:3 buns:1 mill:2 oven:2 organic:2 vegan:1 milk:2 nuts:1 GB:2 FR:1 in_stock:3 out_of_stock:1 reduced:1 100-400"},
		"category=buns": {"bun", "1 oven:1 GB:1 in_stock:1 reduced:1 100-100"},
		"brand=mill&sort=-price": {"spelt rye", // another brand could be had instead
			"2 bakery:2 mill:2* oven:2 organic:2 vegan:1 milk:2 nuts:1 GB:1 in_stock:1 out_of_stock:1 reduced:0 300-400"},
		"brand=oven," + string(mill): {"bun rye spelt wheat",
			"4 bakery:4 mill:2* oven:2* organic:2 vegan:1 milk:2 nuts:1 GB:2 FR:1 in_stock:3 out_of_stock:1 reduced:1 100-400"},
		"label=organic,vegan": {"apple rye", // both are wanted, and organic with vegan is as many
			"2 bakery:1 fruit:1 mill:1 organic:2* vegan:2* milk:1 GB:2 in_stock:2 reduced:0 150-300"},
		"free_from=milk,nuts": {"spelt", "1 bakery:1 mill:1 organic:1 milk:1* nuts:1* out_of_stock:1 reduced:0 400-400"},
		"country=FR,GB&availability=in_stock&price_max=200": {"apple bun wheat",
			"3 bakery:2 fruit:1 oven:2 organic:1 vegan:1 GB:2* FR:1* in_stock:3* reduced:1 100-300"},
		"availability=out_of_stock":          {"spelt", "1 bakery:1 mill:1 organic:1 milk:1 nuts:1 in_stock:4 out_of_stock:1* reduced:0 400-400"},
		"reduced=true":                       {"bun", "1 bakery:1 oven:1 GB:1 in_stock:1 reduced:1* 100-100"},
		"reduced=true&brand=mill":            {"", "0 oven:1 mill:0* reduced:0*"},
		"price_min=150&price_max=300":        {"apple rye wheat", "3 bakery:2 fruit:1 mill:1 oven:1 organic:2 vegan:2 milk:1 GB:2 FR:1 in_stock:3 reduced:0 100-400"},
		"sort=newest&producer=farm":          {"", "0 farm:0* reduced:0"},
		"sort=newest&limit=2&category=fruit": {"apple", "1 organic:1 vegan:1 GB:1 in_stock:1 reduced:0 150-150"},
	} {
		slugs, facets := outline(get[market.ProductList](s, "/v1/products?include=facets&"+query))
		if diff := cmp.Diff(want, [2]string{slugs, facets}); diff != "" {
			t.Errorf("%q (-want +got)\n%s", query, diff)
		}
		if plain, none := outline(get[market.ProductList](s, "/v1/products?"+query)); plain != want[0] || none != "" {
			t.Errorf("%q without facets: %q %q", query, plain, none)
		}
	}
}

func TestWalksFilteredLists(t *testing.T) {
	s := grocery(t)
	for _, query := range []string{"", "sort=price", "sort=-price", "sort=newest", "category=bakery", "label=organic", "sort=price&availability=in_stock,out_of_stock"} {
		var walked, whole []string
		for _, item := range get[market.ProductList](s, "/v1/products?"+query).Items {
			whole = append(whole, item.Slug)
		}
		for next := "-"; next != ""; {
			list := get[market.ProductList](s, "/v1/products?limit=2&"+query+"&cursor="+url.QueryEscape(strings.Trim(next, "-")))
			for _, item := range list.Items {
				walked = append(walked, item.Slug)
			}
			next = list.NextCursor
		}
		if !slices.Equal(walked, whole) || len(whole) < 3 {
			t.Errorf("%q by two: %v, want %v", query, walked, whole)
		}
	}
}

func TestListsRefuse(t *testing.T) {
	s := grocery(t)
	organic := get[contract.Term](s, "/v1/labels/organic").ID
	for path, want := range map[string]string{
		"?category=nowhere&sort=price": "404 not_found ",
		"?brand=nobody":                "422 invalid query.brand",
		"?brand=mill,nobody":           "422 invalid query.brand",
		"?brand=" + string(organic):    "422 invalid query.brand", // the id of a label
		"?producer=mill":               "422 invalid query.producer",
		"?label=%2F":                   "422 invalid query.label",
		"?free_from=water":             "422 invalid query.free_from[0]",
		"?country=gb":                  "422 invalid query.country",
		"?country=GBR":                 "422 invalid query.country",
		"?availability=sold_out":       "422 invalid query.availability[0]",
		"?price_min=-1":                "422 invalid query.price_min",
		"?sort=relevance":              "422 invalid query.sort",
		"?include=prices":              "422 invalid query.include[0]",
		"?colour=red":                  "422 invalid query",
		"?page=0&include=facets":       "422 invalid query.page",
		"?page=0&sort=price":           "422 invalid query.page",
		"?ids=prod_x&brand=mill":       "422 invalid query.ids",
		"/rye/related?limit=25":        "422 invalid query.limit",
		"/nothing/related":             "404 not_found ",
		"/prod_00000000000000000000000000000000/related": "404 not_found ",
	} {
		res, body := ask(s, "/v1/products"+path)
		var d problem.Details
		if err := json.Unmarshal(body, &d); err != nil {
			t.Fatalf("%s: %v in %s", path, err, body)
		}
		got := fmt.Sprintf("%d %s ", res.StatusCode, d.Code)
		if len(d.Errors) > 0 {
			got += d.Errors[0].Location
		}
		if got != want {
			t.Errorf("%s = %s, want %s", path, got, want)
		}
	}
	draft := market.ListQuery{ProductQuery: market.ProductQuery{Status: contract.DraftProduct}, Sort: market.CheapestFirst}
	if _, err := s.List(t.Context(), draft); problem.Code(err) != "invalid" {
		t.Errorf("drafts by price: %v", err)
	}
}

// A cursor is good for the query that gave it out and for no other.
func TestCursorsOfOtherQueries(t *testing.T) {
	s := grocery(t)
	products := func(slugs ...string) (ids []contract.ProductID) {
		for _, slug := range slugs {
			ids = append(ids, get[contract.Product](s, "/v1/products/"+slug).ID)
		}
		return ids
	}
	filter := func(f market.ProductFilter) market.ListQuery { return market.ListQuery{ProductFilter: f} }
	queries := []market.ListQuery{
		{}, {Sort: market.CheapestFirst}, {Sort: market.DearestFirst}, {Sort: market.NewestFirst},
		{ProductQuery: market.ProductQuery{Category: "bakery"}}, {ProductQuery: market.ProductQuery{Status: contract.DraftProduct}},
		filter(market.ProductFilter{Brands: []string{"mill"}}), filter(market.ProductFilter{Brands: []string{"oven"}}),
		filter(market.ProductFilter{Brands: []string{"oven", "mill"}}), filter(market.ProductFilter{Labels: []string{"organic"}}),
		filter(market.ProductFilter{FreeFrom: []contract.AllergenCode{"milk"}}), filter(market.ProductFilter{Countries: []string{"GB"}}),
		filter(market.ProductFilter{PriceMin: 1}), filter(market.ProductFilter{PriceMax: 1000}),
		filter(market.ProductFilter{Availability: []contract.Availability{contract.InStock}}),
		{Only: products("rye", "apple", "bun"), Sort: market.ByRelevance, Of: "r"},
		{Only: products("rye", "apple", "bun"), Sort: market.ByRelevance, Of: "b"},
	}
	s.product("draft-a", "fruit")
	s.product("draft-b", "fruit")
	for i, q := range queries {
		q.Limit = 1
		list, err := s.List(t.Context(), q)
		if err != nil || list.NextCursor == "" {
			t.Fatalf("%+v: cursor %q, %v", q, list.NextCursor, err)
		}
		for j, other := range queries {
			other.Cursor, other.Facets = list.NextCursor, i == j && other.Status == ""
			if _, err := s.List(t.Context(), other); (err == nil) != (i == j) || err != nil && problem.Code(err) != "invalid_cursor" {
				t.Errorf("cursor of %+v for %+v: %v", q, other, err)
			}
		}
	}
	same := filter(market.ProductFilter{Brands: []string{"mill", string(get[contract.Term](s, "/v1/brands/oven").ID), "mill"}})
	list, err := s.List(t.Context(), market.ListQuery{ProductQuery: market.ProductQuery{Limit: 1}, ProductFilter: queries[8].ProductFilter})
	if err != nil {
		t.Fatal(err)
	}
	same.Cursor = list.NextCursor
	if _, err := s.List(t.Context(), same); err != nil {
		t.Errorf("the same brands by another name: %v", err)
	}
}

// What a search found is listed in its order, or sorted and counted as any list.
func TestOnlyWhatWasFound(t *testing.T) {
	s := grocery(t)
	var hits []contract.ProductID
	for _, slug := range []string{"spelt", "apple", "rye", "bun"} {
		hits = append(hits, get[contract.Product](s, "/v1/products/"+slug).ID)
	}
	hits = append(hits, "prod_00000000000000000000000000000000", "not an id", hits[0])
	for sort, want := range map[market.ProductSort]string{
		market.ByRelevance: "spelt apple rye bun", market.ByName: "apple bun rye spelt", market.DearestFirst: "spelt rye apple bun",
	} {
		list, err := s.List(t.Context(), market.ListQuery{Only: hits, Sort: sort, Facets: true})
		if slugs, _ := outline(list); err != nil || slugs != want || list.Facets.Total != 4 {
			t.Errorf("by %s: %q, %v, want %q", sort, slugs, err, want)
		}
	}
	if list, err := s.List(t.Context(), market.ListQuery{Only: []contract.ProductID{}, Facets: true}); err != nil || list.Facets.Total != 0 || len(list.Items) != 0 {
		t.Errorf("nothing found: %d, %v", len(list.Items), err)
	}
}

func TestRelatedProducts(t *testing.T) {
	s := grocery(t)
	list := get[market.RelatedList](s, "/v1/products/rye/related?limit=3")
	var got []string
	for _, card := range list.Items {
		got = append(got, card.Slug)
	}
	// spelt shares most, and is sold out; two labels are as much as the bakery alone,
	// and the apple is nearer in price than the bun.
	if want := []string{"wheat", "apple", "bun"}; !slices.Equal(got, want) {
		t.Errorf("related to rye: %v, want %v", got, want)
	}
	s.exec("UPDATE market.variants SET track_stock = false")
	cards, err := s.Related(context.Background(), string(get[contract.Product](s, "/v1/products/rye").ID), 1)
	if err != nil || len(cards) != 1 || cards[0].Slug != "spelt" {
		t.Errorf("related with spelt in stock: %v, %v", cards, err)
	}
	s.product("draft", "bread")
	if res, _ := ask(s, "/v1/products/draft/related"); res.StatusCode != 404 {
		t.Errorf("related to a draft: %d", res.StatusCode)
	}
}

// TestBitsOfAllergens ties the order of the codes to the bits that lists are filtered by.
func TestBitsOfAllergens(t *testing.T) {
	s := newShop(t)
	for i, code := range contract.AllergenCodes {
		var bits int
		given := map[contract.AllergenCode]any{code: map[string]string{"state": "free"}}
		if err := s.pool.QueryRow(t.Context(), "SELECT market.free_bits($1)", given).Scan(&bits); err != nil {
			t.Fatal(err)
		}
		if bits != 1<<i {
			t.Errorf("%s is bit %b, not %d", code, bits, i)
		}
	}
}

package market_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/paging"
	"rose-ash.com/roseash/db"
)

// answered is a list as it is on the wire.
type answered struct {
	Items []struct {
		contract.Product
		Ordinal, Page *int
	} `json:"items"`
	Next  string              `json:"next_cursor"`
	Pages *contract.ListPages `json:"pages"`
}

// slugs are the items' slugs, with the ordinal and page of those that have them.
func (a answered) slugs() string {
	var words []string
	for _, i := range a.Items {
		word := i.Slug
		if i.Ordinal != nil && i.Page != nil {
			word += fmt.Sprintf("(%d/%d)", *i.Ordinal, *i.Page)
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// five are the published products e to a, made a minute apart, all below food and
// every other one in bread, with pages of two; d is not built yet and x a draft.
func five(t *testing.T) (s *shop, ids map[string]contract.ProductID) {
	t.Helper()
	s, ids = newShop(t), map[string]contract.ProductID{}
	s.category("food", "")
	s.category("bread", "food")
	var places []paging.Place
	for i, slug := range []string{"e", "d", "c", "b", "a", "x"} {
		s.clock.Advance(time.Minute)
		p := s.product(slug, []string{"bread", "food"}[i%2])
		ids[slug] = p.ID
		if slug == "x" {
			continue
		}
		if _, err := s.PublishProduct(t.Context(), slug); err != nil {
			t.Fatal(err)
		}
		if slug == "d" {
			continue
		}
		in := []string{paging.ListProducts}
		for _, c := range p.CategoryIDs {
			in = append(in, paging.ProductsOf(c))
		}
		places = append(places, paging.Place{Item: string(p.ID), At: p.CreatedAt, Lists: in})
	}
	err := db.InTx(t.Context(), s.pool, func(tx pgx.Tx) error {
		_, err := paging.Put(t.Context(), tx, places, func(string) int { return 2 })
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, ids
}

func TestWhereProductsStandInLists(t *testing.T) {
	s, ids := five(t)
	number := func(n int) *int { return &n }
	sealed := &contract.ListPages{Size: 2, Sealed: 1}
	for query, want := range map[string]struct {
		slugs string
		pages *contract.ListPages
	}{
		"":                                   {"a b c d e", nil},
		"include=details":                    {"a b c d e", nil},
		"include=ordinals":                   {"a(3/0) b(2/0) c(1/1) d e(0/1)", sealed},
		"include=details,ordinals&limit=2":   {"a(3/0) b(2/0)", sealed},
		"include=ordinals&category=bread":    {"a(2/0) c(1/0) e(0/0)", &contract.ListPages{Size: 2}},
		"page=0":                             {"a b", &contract.ListPages{Size: 2, Sealed: 1, Older: number(1)}},
		"page=1&include=details,ordinals":    {"c(1/1) e(0/1)", &contract.ListPages{Size: 2, Sealed: 1, Newer: number(0)}},
		"page=0&category=food":               {"a b", &contract.ListPages{Size: 2, Sealed: 1, Older: number(1)}},
		"page=0&category=bread":              {"a c e", &contract.ListPages{Size: 2}},
		"ids=" + string(ids["b"]):            {"b", nil},
		"ids=" + string(ids["b"]) + ",b,xx,": {"b", nil},
		"ids=" + string(ids["b"]) + "&include=ordinals,details": {"b(2/0)", sealed},
		"ids=" + string(ids["x"]) + "&include=details":          {"", nil},
	} {
		a := get[answered](s, "/v1/products?"+query)
		if a.slugs() != want.slugs {
			t.Errorf("%s: %s, want %s", query, a.slugs(), want.slugs)
		}
		if diff := cmp.Diff(want.pages, a.Pages); diff != "" {
			t.Errorf("%s: pages (-want +got)\n%s", query, diff)
		}
		for _, item := range a.Items {
			if !strings.Contains(query, "details") {
				continue
			}
			if diff := cmp.Diff(get[contract.Product](s, "/v1/products/"+item.Slug), item.Product); diff != "" {
				t.Errorf("%s: %s (-read by id +item)\n%s", query, item.Slug, diff)
			}
		}
	}
}

func TestWhatProductListsRefuse(t *testing.T) {
	s, ids := five(t)
	refused := func(url, location string) apitest.Scenario {
		return apitest.Scenario{Name: url, URL: url, Header: editor, Status: 422, Want: []string{`"code":"invalid"`, `"location":"` + location}}
	}
	many := slices.Repeat([]string{string(ids["a"])}, 101)
	apitest.Run(t, s.handler, s.pool, []apitest.Scenario{
		refused("/v1/products?page=-1", "query.page"),
		refused("/v1/products?page="+apitest.Canary, "query.page"),
		refused("/v1/products?include=html", "query.include"),
		refused("/v1/products?include="+apitest.Canary, "query.include"),
		refused("/v1/products?ids="+strings.Join(many, ","), "query.ids"),
		refused("/v1/products?ids=x&category=bread", "query.ids"),
		refused("/v1/products?ids=x&page=0", "query.ids"),
		refused("/v1/products?ids=x&status=draft", "query.ids"),
		refused("/v1/products?page=0&status=draft", "query.page"),
		refused("/v1/products?include=details&status=draft", "query.include"),
		{Name: "no such page", URL: "/v1/products?page=2", Status: 404},
		{Name: "no page of an unknown category", URL: "/v1/products?page=0&category=nothing", Status: 404},
		{Name: "no ordinals of an unknown category", URL: "/v1/products?include=ordinals&category=nothing", Status: 404},
		{Name: "drafts have no ordinal", URL: "/v1/products?include=ordinals&status=draft", Header: editor, Status: 200, Want: []string{`"slug":"x"`}, NotWant: []string{`"ordinal"`}},
	})
}

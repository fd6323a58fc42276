package market_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// fits is contract.Rule in Go, on what the API shows of a product.
func fits(rule contract.Rule, p contract.Product) bool {
	if slices.Contains(rule.Except, p.ID) {
		return false
	}
	if slices.Contains(rule.Products, p.ID) {
		return true
	}
	wanted := func(list []contract.TermID, has ...*contract.TermLink) bool {
		return len(list) == 0 || slices.ContainsFunc(has, func(t *contract.TermLink) bool { return t != nil && slices.Contains(list, t.ID) })
	}
	labels := make([]*contract.TermLink, len(p.Labels))
	for i := range p.Labels {
		labels[i] = &p.Labels[i]
	}
	free := func(code contract.AllergenCode) bool {
		says := func(list []contract.Allergen) bool {
			return slices.ContainsFunc(list, func(a contract.Allergen) bool { return a.Code == code && a.State == contract.FreeOf })
		}
		for _, v := range p.Variants {
			if v.Allergens != nil && !says(v.Allergens) || v.Allergens == nil && !says(p.Allergens) {
				return false
			}
		}
		return len(p.Variants) > 0 || says(p.Allergens)
	}
	narrows := len(rule.Categories)+len(rule.Brands)+len(rule.Producers)+len(rule.Labels)+len(rule.FreeFrom)+len(rule.Countries) > 0 || rule.Reduced
	return narrows &&
		(len(rule.Categories) == 0 || slices.ContainsFunc(p.CategoryIDs, func(c contract.CategoryID) bool { return slices.Contains(rule.Categories, c) })) &&
		wanted(rule.Brands, p.Brand) && wanted(rule.Producers, p.Producer) && wanted(rule.Labels, labels...) &&
		!slices.ContainsFunc(rule.FreeFrom, func(code contract.AllergenCode) bool { return !free(code) }) &&
		(len(rule.Countries) == 0 || slices.Contains(rule.Countries, p.Origin.Country)) &&
		(!rule.Reduced || slices.ContainsFunc(p.Variants, func(v contract.Variant) bool { return v.Reduction != nil }))
}

// exact checks that every product, drafts too, is in the collections that it fits.
func (s *shop) exact(t interface {
	Helper()
	Errorf(string, ...any)
	Fatal(...any)
}, slugs []string) {
	t.Helper()
	collections, err := s.Terms(s.t.Context(), contract.CollectionTaxonomy)
	if err != nil {
		t.Fatal(err)
	}
	for _, slug := range slugs {
		p, err := s.AnyProduct(s.t.Context(), slug)
		if err != nil {
			t.Fatal(err)
		}
		var want, got []string
		for _, c := range collections {
			if fits(*c.Rule, p) {
				want = append(want, c.Slug)
			}
		}
		for _, c := range p.Collections {
			got = append(got, c.Slug)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s is in (-rule +stored)\n%s", slug, diff)
		}
	}
}

// stall is a market of which all is random.
type stall struct {
	*shop
	categories []contract.Category
	terms      map[contract.Taxonomy][]contract.Term
	products   []string
	ids        []contract.ProductID
}

func newStall(t *testing.T, products int) *stall {
	s := &stall{shop: newShop(t), terms: map[contract.Taxonomy][]contract.Term{}}
	for i, parent := range []string{"", "c0", "c1", ""} {
		s.categories = append(s.categories, s.category(fmt.Sprintf("c%d", i), parent))
	}
	for _, taxonomy := range []contract.Taxonomy{contract.BrandTaxonomy, contract.ProducerTaxonomy, contract.LabelTaxonomy} {
		for i := range 2 {
			s.terms[taxonomy] = append(s.terms[taxonomy], s.term(taxonomy, fmt.Sprintf("t%d", i)))
		}
	}
	for i := range products {
		slug := fmt.Sprintf("p%d", i)
		p := s.product(slug, "c0")
		if i%3 > 0 {
			if _, err := s.PublishProduct(t.Context(), slug); err != nil {
				t.Fatal(err)
			}
		}
		s.products, s.ids = append(s.products, slug), append(s.ids, p.ID)
	}
	return s
}

// pick is a few of list; most often none.
func pick[T any](r *rand.Rand, list []T) (some []T) {
	if r.IntN(3) > 0 {
		return nil
	}
	for _, v := range list {
		if r.IntN(2) == 0 {
			some = append(some, v)
		}
	}
	return some
}

func termIDs(terms []contract.Term) (ids []contract.TermID) {
	for _, t := range terms {
		ids = append(ids, t.ID)
	}
	return ids
}

func (s *stall) rule(r *rand.Rand) contract.Rule {
	var categories []contract.CategoryID
	for _, c := range s.categories {
		categories = append(categories, c.ID)
	}
	return contract.Rule{
		Categories: pick(r, categories), Brands: pick(r, termIDs(s.terms[contract.BrandTaxonomy])),
		Producers: pick(r, termIDs(s.terms[contract.ProducerTaxonomy])), Labels: pick(r, termIDs(s.terms[contract.LabelTaxonomy])),
		FreeFrom: pick(r, []contract.AllergenCode{contract.Milk, contract.Nuts}), Countries: pick(r, []string{"GB", "FR"}),
		Reduced: r.IntN(8) == 0, Products: pick(r, s.ids), Except: pick(r, s.ids),
	}
}

func (s *stall) allergens(r *rand.Rand) *[]contract.Allergen {
	var list []contract.Allergen
	for _, code := range []contract.AllergenCode{contract.Milk, contract.Nuts} {
		states := []contract.AllergenState{contract.FreeOf, contract.FreeOf, contract.Contains, contract.Unknown}
		list = append(list, contract.Allergen{Code: code, State: states[r.IntN(4)]})
	}
	return &list
}

func (s *stall) fields(r *rand.Rand, slug string) market.ProductFields {
	one := func(taxonomy contract.Taxonomy) *string {
		if r.IntN(3) == 0 {
			return ptr("")
		}
		return ptr(s.terms[taxonomy][r.IntN(2)].Slug)
	}
	labels, variants := []market.ClaimFields{}, []market.VariantFields{}
	for _, l := range pick(r, s.terms[contract.LabelTaxonomy]) {
		labels = append(labels, market.ClaimFields{Label: string(l.ID), Source: contract.Declared})
	}
	for i := range 1 + r.IntN(2) {
		v := variant(fmt.Sprintf("%s-%d", slug, i+1), 100+r.Int64N(3), 100, contract.UnitGram)
		if v.Allergens = &[]contract.Allergen{}; r.IntN(3) == 0 {
			v.Allergens = s.allergens(r)
		}
		variants = append(variants, v)
	}
	return market.ProductFields{
		Category: ptr(s.categories[r.IntN(len(s.categories))].Slug), Brand: one(contract.BrandTaxonomy), Producer: one(contract.ProducerTaxonomy),
		Labels: &labels, Allergens: s.allergens(r), Origin: &contract.Origin{Country: []string{"", "GB", "FR"}[r.IntN(3)]}, Variants: &variants,
	}
}

// change does something at random, as one of many who may do the same; of two with
// the same version one is refused.
func (s *stall) change(r *rand.Rand) error {
	ctx := s.t.Context()
	switch r.IntN(8) {
	case 0, 1, 2:
		slug := s.products[r.IntN(len(s.products))]
		p, err := s.AnyProduct(ctx, slug)
		if err == nil {
			_, err = s.UpdateProduct(ctx, slug, p.Version, s.fields(r, slug))
		}
		return err
	case 3:
		c := s.categories[2-r.IntN(2)]
		now, err := s.Category(ctx, string(c.ID))
		if err == nil {
			_, err = s.UpdateCategory(ctx, string(c.ID), now.Version, market.CategoryFields{Parent: ptr([]string{"", "c0", "c3"}[r.IntN(3)])})
		}
		return err
	case 4:
		p, err := s.AnyProduct(ctx, s.products[r.IntN(len(s.products))])
		if err == nil {
			_, err = s.PlanPrice(ctx, p.Variants[0].ID, market.PlannedPriceFields{
				List: "public", Price: market.Price{AmountMinor: 50, Currency: "GBP"}, ValidUntil: ptr(s.clock.Now().AddDate(0, 0, 7))})
		}
		return err
	case 5:
		slug := fmt.Sprintf("k%d", r.IntN(4))
		rule := s.rule(r)
		_, err := s.CreateTerm(ctx, contract.CollectionTaxonomy, market.TermFields{Slug: &slug, Name: &slug, Rule: &rule})
		return err
	default:
		slug := fmt.Sprintf("k%d", r.IntN(4))
		now, err := s.Term(ctx, contract.CollectionTaxonomy, slug)
		if err != nil {
			return err
		}
		if r.IntN(6) == 0 {
			return s.DeleteTerm(ctx, contract.CollectionTaxonomy, slug, now.Version)
		}
		rule := s.rule(r)
		_, err = s.UpdateTerm(ctx, contract.CollectionTaxonomy, slug, now.Version, market.TermFields{Rule: &rule})
		return err
	}
}

// expected is what writers may do to each other.
func expected(err error) bool {
	return slices.Contains([]string{"", "precondition_failed", "not_found", "slug_taken", "price_planned", "below_itself", "sku_taken"}, problem.Code(err))
}

// Whatever is done, a product is in the collections whose rules it fits.
func TestCollectionsAreTheirRules(t *testing.T) {
	s := newStall(t, 6)
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		for range 4 {
			if err := s.change(r); !expected(err) {
				t.Fatal(err)
			}
		}
		s.exact(t, s.products)
	})
}

// Who changes rules, categories, prices and products at once leaves them exact.
func TestCollectionsAreTheirRulesAmongMany(t *testing.T) {
	s := newStall(t, 6)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	for round := range 12 {
		var group sync.WaitGroup
		for writer := range 8 {
			group.Go(func() {
				r := rand.New(rand.NewPCG(seed, uint64(round*8+writer)))
				for range 4 {
					if err := s.change(r); !expected(err) {
						t.Errorf("a writer failed: %v", err)
					}
				}
			})
		}
		group.Wait()
		if s.exact(t, s.products); t.Failed() {
			return
		}
		s.clock.Advance(1)
	}
}

// TestLifeOfACollection: who is told of what.
func TestLifeOfACollection(t *testing.T) {
	s := newShop(t)
	food := s.category("food", "")
	s.category("bread", "food")
	s.category("soap", "")
	rye, draft := s.published("rye-loaf", "bread"), s.product("oat-loaf", "bread")
	s.published("olive", "soap")
	s.events()
	const list, path = "/v1/collections", "/v1/collections/to-eat"
	ifMatch := map[string]string{}
	remember := func(_ *testing.T, res *http.Response, _ []byte) {
		ifMatch["Authorization"], ifMatch["If-Match"] = editor["Authorization"], res.Header.Get("ETag")
	}
	// said checks the one event that a step makes.
	said := func(containers int, products ...contract.ProductID) func(*testing.T, *http.Response, []byte) {
		return func(t *testing.T, res *http.Response, body []byte) {
			if res.Header.Get("ETag") != "" {
				remember(t, res, body)
			}
			for _, e := range s.events() {
				if !strings.HasPrefix(e, "market.term_updated") {
					continue
				}
				if strings.Count(e, "prod_") != len(products) || strings.Count(e, "container_id") != containers {
					t.Errorf("%s: want %d containers and %v", e, containers, products)
				}
				for _, p := range products {
					if !strings.Contains(e, string(p)) {
						t.Errorf("%s: without %s", e, p)
					}
				}
			}
		}
	}
	in := func(slug string, want ...string) apitest.Scenario {
		return apitest.Scenario{Name: slug + " is in " + strings.Join(want, " "), URL: "/v1/products/" + slug, Status: 200, Header: editor,
			After: func(t *testing.T, _ *http.Response, _ []byte) {
				p, err := s.AnyProduct(t.Context(), slug)
				got := []string{}
				for _, c := range p.Collections {
					got = append(got, c.Slug)
				}
				if diff := cmp.Diff(append([]string{}, want...), got); err != nil || diff != "" {
					t.Errorf("%v (-want +got)\n%s", err, diff)
				}
			}}
	}
	patch := func(name, body string, events map[string]int, after func(*testing.T, *http.Response, []byte)) apitest.Scenario {
		return apitest.Scenario{Name: name, Method: "PATCH", URL: path, Header: ifMatch, Body: body, Status: 200, Events: events, After: after}
	}
	page := `{"container_type":"page","container_id":"` + somePage + `"}`
	post := `{"container_type":"post","container_id":"` + somePost + `"}`
	product := func(slug, body string, events map[string]int) apitest.Scenario {
		header := map[string]string{}
		return apitest.Scenario{Name: slug + " " + body, Method: "PATCH", URL: "/v1/products/" + slug, Header: header, Body: body, Status: 200, Events: events,
			Before: func(t *testing.T) {
				res, _ := apitest.Ask(t, s.handler, apitest.Scenario{URL: "/v1/products/" + slug, Header: editor})
				header["Authorization"], header["If-Match"] = editor["Authorization"], res.Header.Get("ETag")
			}}
	}
	updated := map[string]int{"market.product_updated": 1, "*": 0}
	apitest.Run(t, s.handler, s.pool, []apitest.Scenario{
		{Name: "made with its products", Method: "POST", URL: list, Header: editor, Status: 201, After: said(1, rye.ID),
			Body: `{"name":"To eat","slug":"to-eat","rule":{"categories":["` + string(food.ID) + `"]},"placements":[` + page + `]}`,
			Want: []string{`"rule":{"categories":["cat_`, `"container_type":"page"`}},
		in("rye-loaf", "to-eat"), in("oat-loaf", "to-eat"), in("olive"),
		patch("the same rule", `{"rule":{"categories":["`+string(food.ID)+`"]}}`, quiet, nil),
		patch("a rule that finds the same", `{"rule":{"categories":["`+string(food.ID)+`"],"except":[]}}`, quiet, remember),
		patch("without rye", `{"rule":{"categories":["`+string(food.ID)+`"],"except":["`+string(rye.ID)+`"]}}`, nil, said(1, rye.ID)),
		in("rye-loaf"), in("oat-loaf", "to-eat"),
		patch("a draft alone", `{"rule":{"products":["`+string(draft.ID)+`"]}}`, quiet, remember),
		patch("under a post instead", `{"placements":[`+post+`]}`, nil, said(2)),
		patch("and the page again", `{"placements":[`+post+`,`+page+`]}`, nil, said(2)),
		patch("in another order", `{"placements":[`+page+`,`+post+`]}`, quiet, nil),
		patch("what is from Britain", `{"rule":{"countries":["GB"]}}`, quiet, remember),
		product("rye-loaf", `{"origin":{"country":"GB"}}`, updated),
		in("rye-loaf", "to-eat"), in("oat-loaf"),
		product("oat-loaf", `{"origin":{"country":"GB"}}`, quiet),
		in("oat-loaf", "to-eat"),
		patch("what is of food", `{"rule":{"categories":["`+string(food.ID)+`"]}}`, quiet, remember),
		{Name: "a category moved away", Method: "PATCH", URL: "/v1/categories/bread", Header: with(editor, "If-Match", `"v1-x"`), Body: `{"parent":"soap"}`, Status: 200, After: said(2, rye.ID)},
		in("rye-loaf"),
		{Name: "and back", Method: "PATCH", URL: "/v1/categories/bread", Header: with(editor, "If-Match", `"v2-x"`), Body: `{"parent":"food"}`, Status: 200,
			Events: map[string]int{"market.category_updated": 1, "market.term_updated": 1, "*": 0}},
		in("rye-loaf", "to-eat"),
		{Name: "the version now", URL: path, Status: 200, After: remember},
		{Name: "deleted in use", Method: "DELETE", URL: path, Header: ifMatch, Status: 204, After: said(2, rye.ID)},
		in("rye-loaf"), in("oat-loaf"),
	})
	if on, err := s.PlacedOn(t.Context(), []string{somePage, somePost}); err != nil || len(on) != 0 {
		t.Errorf("PlacedOn = %v, %v, want nothing", on, err)
	}
}

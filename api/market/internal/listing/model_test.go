package listing_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rose-ash.com/roseash/api/market/internal/listing"
	"rose-ash.com/roseash/api/shared/contract"
)

// model is a catalogue as a plain list, which every question is answered from by
// looking at each product.
type model struct {
	products   map[uuid.UUID]listing.Product
	categories []listing.Category
	terms      map[uuid.UUID]listing.Term
}

// asked is a query by ids, which both sides understand.
type asked struct {
	category                  uuid.UUID
	brands, producers, labels []uuid.UUID
	collection                uuid.UUID
	listing.Query
}

func number(n int) uuid.UUID { return uuid.MustParse(fmt.Sprintf("019ab3f4-0000-7000-8000-%012x", n)) }

func (m *model) under(category, top uuid.UUID) bool {
	for _, c := range m.path(category) {
		if c == top {
			return true
		}
	}
	return false
}

// path runs from a category up to its root.
func (m *model) path(category uuid.UUID) (path []uuid.UUID) {
	for category != uuid.Nil {
		path = append(path, category)
		i := slices.IndexFunc(m.categories, func(c listing.Category) bool { return c.ID == category })
		category = m.categories[i].Parent
	}
	return path
}

func either(have, want []uuid.UUID) bool {
	return len(want) == 0 || slices.ContainsFunc(want, func(id uuid.UUID) bool { return slices.Contains(have, id) })
}

// fits says whether a product passes all filters but the one left out.
func (m *model) fits(p listing.Product, q asked, without string) bool {
	if q.category != uuid.Nil && !m.under(p.Category, q.category) {
		return false
	}
	for _, label := range q.labels {
		if !slices.Contains(p.Terms, label) {
			return false
		}
	}
	return p.Free&q.Free == q.Free &&
		(without == "brand" || either(p.Terms, q.brands)) &&
		(without == "producer" || either(p.Terms, q.producers)) &&
		(without == "country" || len(q.Countries) == 0 || slices.Contains(q.Countries, p.Country)) &&
		(without == "price" || p.Price >= q.PriceMin && (q.PriceMax == 0 || p.Price <= q.PriceMax)) &&
		(without == "availability" || q.InStock == q.OutOfStock || q.InStock == p.InStock) &&
		(without == "reduced" || !q.Reduced || p.Reduced) &&
		(q.collection == uuid.Nil || slices.Contains(p.Terms, q.collection)) &&
		(q.Only == nil || slices.Contains(q.Only, p.ID))
}

func (m *model) list(q asked, s listing.Sort) (ids []uuid.UUID) {
	var list []listing.Product
	for _, p := range m.products {
		if m.fits(p, q, "") {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b listing.Product) int {
		names := cmp.Or(strings.Compare(a.Key, b.Key), strings.Compare(a.ID.String(), b.ID.String()))
		switch s {
		case listing.CheapestFirst:
			return cmp.Or(cmp.Compare(a.Price, b.Price), names)
		case listing.DearestFirst:
			return -cmp.Or(cmp.Compare(a.Price, b.Price), names)
		case listing.NewestFirst:
			return -cmp.Or(a.Created.Compare(b.Created), names)
		case listing.Given:
			return slices.Index(q.Only, a.ID) - slices.Index(q.Only, b.ID)
		}
		return names
	})
	for _, p := range list {
		ids = append(ids, p.ID)
	}
	return ids
}

// facets counts each value by asking every product.
func (m *model) facets(q asked) *listing.Facets {
	count := func(without string, has func(listing.Product) bool) (n int) {
		for _, p := range m.products {
			if m.fits(p, q, without) && has(p) {
				n++
			}
		}
		return n
	}
	all := func(listing.Product) bool { return true }
	f := &listing.Facets{
		Total:      count("", all),
		InStock:    count("availability", func(p listing.Product) bool { return p.InStock }),
		OutOfStock: count("availability", func(p listing.Product) bool { return !p.InStock }),
		Reduced:    count("reduced", func(p listing.Product) bool { return p.Reduced }),
	}
	for _, c := range m.categories {
		if c.Parent == q.category {
			f.Categories = value(f.Categories, &c, count("", func(p listing.Product) bool { return m.under(p.Category, c.ID) }), false)
		}
	}
	for _, t := range m.terms {
		has := func(p listing.Product) bool { return slices.Contains(p.Terms, t.ID) }
		switch t.Taxonomy {
		case contract.BrandTaxonomy:
			f.Brands = value(f.Brands, &t, count("brand", has), slices.Contains(q.brands, t.ID))
		case contract.ProducerTaxonomy:
			f.Producers = value(f.Producers, &t, count("producer", has), slices.Contains(q.producers, t.ID))
		case contract.LabelTaxonomy:
			f.Labels = value(f.Labels, &t, count("", has), slices.Contains(q.labels, t.ID))
		}
	}
	for i := range 14 {
		f.FreeFrom = value(f.FreeFrom, i, count("", func(p listing.Product) bool { return p.Free&(1<<i) != 0 }), q.Free&(1<<i) != 0)
	}
	for _, code := range countries[1:] {
		f.Countries = value(f.Countries, code, count("country", func(p listing.Product) bool { return p.Country == code }), slices.Contains(q.Countries, code))
	}
	for _, currency := range currencies {
		r := listing.PriceRange{Currency: currency, Min: 1 << 62}
		r.Count = count("price", func(p listing.Product) bool {
			if p.Currency == currency && m.fits(p, q, "price") {
				r.Min, r.Max = min(r.Min, p.Price), max(r.Max, p.Price)
			}
			return p.Currency == currency
		})
		if r.Count > 0 {
			f.Prices = append(f.Prices, r)
		}
	}
	slices.SortFunc(f.Prices, func(a, b listing.PriceRange) int {
		return cmp.Or(b.Count-a.Count, strings.Compare(a.Currency, b.Currency))
	})
	sorted(f.Categories, func(c *listing.Category) string { return c.Key + "\x00" + c.Slug })
	sorted(f.Brands, termKey)
	sorted(f.Producers, termKey)
	sorted(f.Labels, termKey)
	sorted(f.FreeFrom, func(i int) string { return fmt.Sprintf("%02d", i) })
	sorted(f.Countries, func(c string) string { return c })
	return f
}

func termKey(t *listing.Term) string { return t.Key + "\x00" + t.Slug }

func value[T any](list []listing.Count[T], v T, n int, chosen bool) []listing.Count[T] {
	if n == 0 && !chosen {
		return list
	}
	return append(list, listing.Count[T]{Value: v, Count: n, Chosen: chosen})
}

func sorted[T any](list []listing.Count[T], key func(T) string) {
	slices.SortFunc(list, func(a, b listing.Count[T]) int {
		return cmp.Or(b.Count-a.Count, strings.Compare(key(a.Value), key(b.Value)))
	})
}

var (
	countries  = []string{"", "DE", "FR", "GB"}
	currencies = []string{"EUR", "GBP"}
	taxonomies = []contract.Taxonomy{contract.BrandTaxonomy, contract.ProducerTaxonomy, contract.LabelTaxonomy, contract.CollectionTaxonomy}
)

// change draws a change of the model, applies it and returns it. Products that are
// in a category or have a term that goes are put into what is left.
func (m *model) change(t *rapid.T) (c listing.Change) {
	if m.categories == nil || rapid.IntRange(0, 3).Draw(t, "tree") == 0 {
		c.Categories = []listing.Category{}
		for i := range rapid.IntRange(1, 6).Draw(t, "categories") {
			category := listing.Category{ID: number(100 + i), Slug: fmt.Sprint("c", i), Key: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "key")}
			if i > 0 && rapid.Bool().Draw(t, "below") {
				category.Parent = number(100 + rapid.IntRange(0, i-1).Draw(t, "parent"))
			}
			c.Categories = append(c.Categories, category)
		}
		m.categories = c.Categories
	}
	if len(m.terms) == 0 || one(t, 3, "terms") {
		for i := range 12 {
			id := number(200 + i)
			switch rapid.IntRange(0, 3).Draw(t, "term") {
			case 0, 2:
				term := listing.Term{ID: id, Taxonomy: taxonomies[i%4], Slug: fmt.Sprint("t", i), Key: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "key")}
				m.terms[id] = term
				c.Terms = append(c.Terms, term)
			case 1:
				delete(m.terms, id)
				c.TermsGone = append(c.TermsGone, id)
			}
		}
	}
	for i := range 24 {
		id := number(i)
		old, is := m.products[id]
		lost := is && (slices.ContainsFunc(old.Terms, func(t uuid.UUID) bool { return m.terms[t].ID == uuid.Nil }) ||
			!slices.ContainsFunc(m.categories, func(c listing.Category) bool { return c.ID == old.Category }))
		switch draw := rapid.IntRange(0, 5).Draw(t, "product"); {
		case draw == 0 && !lost:
			delete(m.products, id)
			c.Gone = append(c.Gone, id)
		case draw == 1 || lost:
			m.products[id] = m.product(t, id)
			c.Put = append(c.Put, m.products[id])
		case draw == 2 && is: // as a sale leaves it
			old.InStock = !old.InStock
			m.products[id] = old
			c.Put = append(c.Put, old)
		}
	}
	return c
}

func (m *model) product(t *rapid.T, id uuid.UUID) listing.Product {
	p := listing.Product{
		ID: id, Key: rapid.SampledFrom([]string{"apple", "bread", "carrot", "date"}).Draw(t, "name"),
		Price: rapid.Int64Range(1, 4).Draw(t, "price") * 100, Currency: rapid.SampledFrom(currencies).Draw(t, "currency"),
		Created: time.UnixMicro(rapid.Int64Range(0, 5).Draw(t, "at")), Category: rapid.SampledFrom(m.categories).Draw(t, "category").ID,
		Free: listing.Allergens(rapid.Uint16Range(0, 1<<14-1).Draw(t, "free")), Country: rapid.SampledFrom(countries).Draw(t, "country"),
		InStock: rapid.Bool().Draw(t, "stock"), Reduced: rapid.Bool().Draw(t, "reduced"),
	}
	has := map[contract.Taxonomy]bool{}
	for i := range 12 {
		term, is := m.terms[number(200+i)]
		single := term.Taxonomy == contract.BrandTaxonomy || term.Taxonomy == contract.ProducerTaxonomy
		if is && !(single && has[term.Taxonomy]) && rapid.Bool().Draw(t, "has") {
			p.Terms, has[term.Taxonomy] = append(p.Terms, term.ID), true
		}
	}
	return p
}

// one draws true one time in n.
func one(t *rapid.T, n int, what string) bool { return rapid.IntRange(1, n).Draw(t, what) == n }

// query draws a query for x.
func (m *model) query(t *rapid.T, x *listing.Index) (q asked) {
	if one(t, 4, "in category") {
		q.category = rapid.SampledFrom(m.categories).Draw(t, "category").ID
		q.Category = x.CategoryByID(q.category)
	}
	for i := range 12 {
		term, is := m.terms[number(200+i)]
		if !is || !one(t, 8, "chosen") {
			continue
		}
		ref := x.TermByID(term.Taxonomy, term.ID)
		if ref == 0 || ref != x.TermBySlug(term.Taxonomy, term.Slug) {
			t.Fatalf("term %s is %d by id and %d by slug", term.Slug, ref, x.TermBySlug(term.Taxonomy, term.Slug))
		}
		switch term.Taxonomy {
		case contract.BrandTaxonomy:
			q.brands, q.Brands = append(q.brands, term.ID), append(q.Brands, ref)
		case contract.ProducerTaxonomy:
			q.producers, q.Producers = append(q.producers, term.ID), append(q.Producers, ref)
		case contract.LabelTaxonomy:
			q.labels, q.Labels = append(q.labels, term.ID), append(q.Labels, ref)
		case contract.CollectionTaxonomy:
			q.collection, q.Collection = term.ID, ref
		}
	}
	if one(t, 4, "free") {
		q.Free = 1 << rapid.IntRange(0, 13).Draw(t, "of")
	}
	if one(t, 4, "by country") {
		q.Countries = rapid.SliceOfNDistinct(rapid.SampledFrom(countries[1:]), 1, 2, rapid.ID).Draw(t, "countries")
	}
	if one(t, 5, "min") {
		q.PriceMin = rapid.Int64Range(0, 500).Draw(t, "from")
	}
	if one(t, 5, "max") {
		q.PriceMax = rapid.Int64Range(0, 500).Draw(t, "to")
	}
	q.InStock, q.OutOfStock = one(t, 4, "in"), one(t, 6, "out")
	q.Reduced = one(t, 6, "reduced")
	if one(t, 4, "only") {
		for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, 30), 0, 20, rapid.ID).Draw(t, "ids") {
			q.Only = append(q.Only, number(i))
		}
		if q.Only == nil {
			q.Only = []uuid.UUID{}
		}
	}
	return q
}

// The index answers as if it looked at every product, whatever changed before and
// whatever is asked for; walked page by page it gives the list.
func TestAnswersAsAPlainList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &model{products: map[uuid.UUID]listing.Product{}, terms: map[uuid.UUID]listing.Term{}}
		b := listing.NewBuilder()
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			x := b.Apply(m.change(t))
			if x.Len() != len(m.products) {
				t.Fatalf("%d products, want %d", x.Len(), len(m.products))
			}
			q := m.query(t, x)
			s := listing.Sort(rapid.IntRange(0, 3).Draw(t, "sort"))
			if q.Only != nil && rapid.Bool().Draw(t, "relevance") {
				s = listing.Given
			}
			m.compare(t, x, q, s, rapid.IntRange(1, 7).Draw(t, "limit"))
		}
	})
}

func (m *model) compare(t *rapid.T, x *listing.Index, q asked, s listing.Sort, limit int) {
	var got []uuid.UUID
	r := listing.Request{Query: q.Query, Sort: s, Limit: limit, Facets: rapid.Bool().Draw(t, "facets")}
	for {
		a := x.Select(r)
		got = append(got, a.IDs...)
		if r.Facets {
			if diff := gocmp.Diff(m.facets(q), a.Facets, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("facets of %+v (-want +got)\n%s", q, diff)
			}
		}
		if r.After = a.Next; a.Next == nil {
			break
		}
		if len(a.IDs) != limit || len(got) >= len(m.products) {
			t.Fatalf("a page of %d after %d, and more to come", len(a.IDs), len(got))
		}
	}
	if diff := gocmp.Diff(m.list(q, s), got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("%+v by %d (-want +got)\n%s", q, s, diff)
	}
}

package listing_test

import (
	"testing"

	"rose-ash.com/roseash/api/market/internal/listing"
	"rose-ash.com/roseash/api/shared/contract"
)

// What 50,000 products cost: a page with all facets by several mixes of filters, one
// without facets, what is related, and taking in one change and all of them.
func BenchmarkIndex(b *testing.B) {
	c := catalogue(50_000)
	builder := listing.NewBuilder()
	x := builder.Apply(c)
	brand := x.TermBySlug(contract.BrandTaxonomy, "t0")
	label := x.TermBySlug(contract.LabelTaxonomy, "t0")
	narrow := listing.Query{Category: x.CategoryBySlug("c4"), Brands: []listing.Ref{brand}, Labels: []listing.Ref{label},
		Free: 1 << 6, Countries: []string{"GB", "IT"}, PriceMax: 500, InStock: true}
	for _, bb := range []struct {
		name string
		listing.Request
	}{
		{"facets/all", listing.Request{Limit: 24, Facets: true}},
		{"facets/category", listing.Request{Query: listing.Query{Category: x.CategoryBySlug("c4")}, Sort: listing.CheapestFirst, Limit: 24, Facets: true}},
		{"facets/brand", listing.Request{Query: listing.Query{Brands: []listing.Ref{brand}}, Limit: 24, Facets: true}},
		{"facets/free_from", listing.Request{Query: listing.Query{Free: 1<<6 | 1<<9, InStock: true}, Sort: listing.NewestFirst, Limit: 24, Facets: true}},
		{"facets/narrow", listing.Request{Query: narrow, Sort: listing.DearestFirst, Limit: 24, Facets: true}},
		{"page/all", listing.Request{Limit: 24}},
		{"page/narrow", listing.Request{Query: narrow, Limit: 24}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				x.Select(bb.Request)
			}
		})
	}
	b.Run("related", func(b *testing.B) {
		for b.Loop() {
			x.Related(c.Put[777].ID, 8)
		}
	})
	b.Run("change/stock", func(b *testing.B) {
		b.ReportAllocs()
		p := c.Put[25_000]
		for b.Loop() {
			p.InStock = !p.InStock
			builder.Apply(listing.Change{Put: []listing.Product{p}})
		}
	})
	b.Run("change/price", func(b *testing.B) {
		b.ReportAllocs()
		p := c.Put[25_000]
		for b.Loop() {
			p.Price++
			builder.Apply(listing.Change{Put: []listing.Product{p}})
		}
	})
	b.Run("change/all", func(b *testing.B) {
		for b.Loop() {
			listing.NewBuilder().Apply(c)
		}
	})
}

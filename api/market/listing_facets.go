// Facets as the API shows them.

package market

import (
	"cmp"
	"slices"
	"strings"

	"rose-ash.com/roseash/api/market/internal/listing"
	"rose-ash.com/roseash/api/shared/contract"
)

// ProductFacets counts the products of a list by what can be filtered by, each facet
// under the name of its parameter. Values of brand, producer, country and availability
// are alternatives, and their counts are of the list without the filter of that facet;
// labels and free_from are demands that are all met, and theirs are of the list as it
// is. Values stand by count, the highest first, then by name. A value without products
// is there only where it is chosen; of more than fifty the others are left out.
type ProductFacets struct {
	Total        int                 `json:"total" example:"57" doc:"How many products the list has."`
	Category     []CategoryCount     `json:"category" doc:"The categories below the chosen one, or at the top, each with all below it."`
	Brand        []TermCount         `json:"brand" doc:"Without the filter brand."`
	Producer     []TermCount         `json:"producer" doc:"Without the filter producer."`
	Label        []TermCount         `json:"label" doc:"What is left with this label as well."`
	FreeFrom     []AllergenCount     `json:"free_from" doc:"What is left that is known to be free of this as well."`
	Country      []CountryCount      `json:"country" doc:"Without the filter country."`
	Availability []AvailabilityCount `json:"availability" doc:"Without the filter availability."`
	Reduced      ReducedCount        `json:"reduced"`
	Price        *PriceRange         `json:"price,omitempty" doc:"Without price_min and price_max; absent where there is no product."`
}

// CategoryCount is a category below the chosen one.
type CategoryCount struct {
	contract.CategoryLink
	Count int `json:"count" example:"12"`
}

// TermCount is a brand, producer or label in a facet.
type TermCount struct {
	contract.TermLink
	Count  int  `json:"count" example:"12"`
	Chosen bool `json:"chosen" example:"false" doc:"Whether it is among the filters."`
}

// AllergenCount is an allergen in a facet.
type AllergenCount struct {
	Code   contract.AllergenCode `json:"code" enum:"celery,gluten,crustaceans,eggs,fish,lupin,milk,molluscs,mustard,nuts,peanuts,sesame,soya,sulphites" example:"milk"`
	Count  int                   `json:"count" example:"12"`
	Chosen bool                  `json:"chosen" example:"false" doc:"Whether it is among the filters."`
}

// CountryCount is a country of origin in a facet.
type CountryCount struct {
	Code   string `json:"code" example:"GB" doc:"ISO 3166-1 alpha-2."`
	Count  int    `json:"count" example:"12"`
	Chosen bool   `json:"chosen" example:"false" doc:"Whether it is among the filters."`
}

// AvailabilityCount is an availability in a facet.
type AvailabilityCount struct {
	Value  contract.Availability `json:"value" enum:"in_stock,out_of_stock" example:"in_stock"`
	Count  int                   `json:"count" example:"12"`
	Chosen bool                  `json:"chosen" example:"false" doc:"Whether it is among the filters."`
}

// ReducedCount is how many have a reduced price.
type ReducedCount struct {
	Count  int  `json:"count" example:"3"`
	Chosen bool `json:"chosen" example:"false" doc:"Whether it is among the filters."`
}

// PriceRange is the lowest and the highest price of a list. Where a shop has several
// currencies it is of the one that most products of the list have.
type PriceRange struct {
	Min contract.Money `json:"min"`
	Max contract.Money `json:"max"`
}

// productFacets shows what the index counted for q.
func productFacets(q listing.Query, f *listing.Facets) *ProductFacets {
	out := &ProductFacets{
		Total: f.Total, Category: make([]CategoryCount, len(f.Categories)),
		Brand: termCounts(f.Brands), Producer: termCounts(f.Producers), Label: termCounts(f.Labels),
		FreeFrom: make([]AllergenCount, len(f.FreeFrom)), Country: make([]CountryCount, len(f.Countries)),
		Availability: []AvailabilityCount{}, Reduced: ReducedCount{f.Reduced, q.Reduced},
	}
	for i, c := range f.Categories {
		out.Category[i] = CategoryCount{categoryLink(c.Value.ID, c.Value.Slug, c.Value.Name), c.Count}
	}
	for i, c := range f.FreeFrom {
		out.FreeFrom[i] = AllergenCount{contract.AllergenCodes[c.Value], c.Count, c.Chosen}
	}
	for i, c := range f.Countries {
		out.Country[i] = CountryCount{c.Value, c.Count, c.Chosen}
	}
	for _, c := range []AvailabilityCount{
		{contract.InStock, f.InStock, q.InStock}, {contract.OutOfStock, f.OutOfStock, q.OutOfStock},
	} {
		if c.Count > 0 || c.Chosen {
			out.Availability = append(out.Availability, c)
		}
	}
	slices.SortStableFunc(out.Availability, func(a, b AvailabilityCount) int {
		return cmp.Or(b.Count-a.Count, strings.Compare(string(a.Value), string(b.Value)))
	})
	if len(f.Prices) > 0 {
		p := f.Prices[0]
		out.Price = &PriceRange{contract.Money{AmountMinor: p.Min, Currency: p.Currency}, contract.Money{AmountMinor: p.Max, Currency: p.Currency}}
	}
	return out
}

func termCounts(counts []listing.Count[*listing.Term]) []TermCount {
	list := make([]TermCount, len(counts))
	for i, c := range counts {
		list[i] = TermCount{termLink(c.Value.Taxonomy, c.Value.ID, c.Value.Slug, c.Value.Name), c.Count, c.Chosen}
	}
	return list
}

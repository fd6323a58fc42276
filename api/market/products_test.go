package market_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
)

func TestProductShowsAll(t *testing.T) {
	s := newShop(t)
	bakery, bread := s.category("bakery", ""), s.category("bread", "bakery")
	brand := s.term(contract.BrandTaxonomy, "rose-ash-bakery")
	made, err := s.CreateProduct(t.Context(), market.ProductFields{
		Slug: ptr("rye-loaf"), Name: ptr("Rye loaf"), Category: ptr("bread"), Summary: ptr("Dark."),
		Brand: ptr("rose-ash-bakery"), Description: ptr("Two *days*."),
		Images: &[]market.Picture{{URL: "/media/" + hash + "/rye.jpg", Alt: "A loaf", Width: 12, Height: 8}, {URL: "/media/" + hash + "/cut.jpg"}},
		Variants: &[]market.VariantFields{
			variant("RYE-800", 420, 800, contract.UnitGram), variant("RYE-400", 325, 400, contract.UnitGram),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.PublishProduct(t.Context(), "rye-loaf"); err != nil {
		t.Fatal(err)
	}
	got := get[contract.Product](s, "/v1/products/rye-loaf")
	price := contract.Money{AmountMinor: 325, Currency: "GBP"}
	unitPrice := contract.UnitPrice{Money: contract.Money{AmountMinor: 813, Currency: "GBP"}, Per: "kg"}
	images := []contract.Image{
		{URL: "/media/" + hash + "/rye.jpg", Alt: "A loaf", Width: 12, Height: 8}, {URL: "/media/" + hash + "/cut.jpg"},
	}
	want := contract.Product{
		ProductCard: contract.ProductCard{
			ID: made.ID, Slug: "rye-loaf", Name: "Rye loaf", Summary: "Dark.", Brand: &brand.TermLink, Labels: []contract.TermLink{}, Collections: []contract.TermLink{}, Image: &images[0],
			Category: bread.CategoryLink, Price: price, UnitPrice: unitPrice, VariantName: "RYE-400", VariantCount: 2, Availability: contract.InStock,
			CategoryIDs: []contract.CategoryID{bread.ID, bakery.ID}, CreatedAt: s.clock.Now(), UpdatedAt: s.clock.Now(),
		},
		Particulars: contract.Particulars{Allergens: allUnknown()}, Options: []string{}, Claims: []contract.Claim{},
		Status: contract.PublishedProduct, Description: "Two *days*.", DescriptionHTML: "<p>Two <em>days</em>.</p>", Images: images,
		Variants: []contract.Variant{
			{ID: made.Variants[0].ID, SKU: "RYE-800", Name: "RYE-800", Price: contract.Money{AmountMinor: 420, Currency: "GBP"},
				Quantity: 800, Unit: "g", Options: []string{}, Pieces: 1, OrderStep: 1, OrderMin: 1, Availability: contract.InStock,
				UnitPrice: contract.UnitPrice{Money: contract.Money{AmountMinor: 525, Currency: "GBP"}, Per: "kg"}},
			{ID: made.Variants[1].ID, SKU: "RYE-400", Name: "RYE-400", Price: price, Quantity: 400, Unit: "g",
				Options: []string{}, Pieces: 1, OrderStep: 1, OrderMin: 1, Availability: contract.InStock, UnitPrice: unitPrice},
		},
		Ancestors: []contract.CategoryLink{bakery.CategoryLink}, Version: 2,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("product (-want +got)\n%s", diff)
	}
	for _, query := range []market.ProductQuery{{}, {Category: "bakery"}, {Category: string(bread.ID)}} {
		cards, next, err := s.Products(t.Context(), query)
		if diff := cmp.Diff([]contract.ProductCard{want.ProductCard}, cards); err != nil || next != "" || diff != "" {
			t.Errorf("Products(%+v): next %q, %v (-want +got)\n%s", query, next, err, diff)
		}
	}
}

// The cart that the document of the API shows.

package cart

import (
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
)

// exampleCart has a line, whose price has changed, and a code.
func exampleCart() Cart {
	gbp := func(minor int64) contract.Money { return contract.Money{AmountMinor: minor, Currency: "GBP"} }
	left, at := int64(12), time.Date(2026, 5, 1, 9, 30, 0, 0, time.UTC)
	lines, discounts, totals := money.Sum(
		[]contract.PricedLine{{
			ID: "line_019ab3f47c2e7d06b8a1f0c2d3e4f511", Quantity: 2, Note: "Sliced, please.",
			Offer: contract.Offer{
				Kind: contract.ProductLine, ID: "var_019ab3f47c2e7d06b8a1f0c2d3e4f507", Name: "Rye loaf", VariantName: "800 g loaf", SKU: "RYE-800", Slug: "rye-loaf",
				Price: gbp(325), PublicPrice: gbp(350), Deposit: gbp(0), Quantity: 800, Unit: contract.UnitGram, OrderStep: 1, OrderMin: 1, OrderMax: 12, Available: &left,
				CategoryIDs: []contract.CategoryID{"cat_019ab3f47c2e7d06b8a1f0c2d3e4f506"},
				Allergens:   []contract.Allergen{{Code: "gluten", State: contract.Contains, Detail: "rye"}},
				Ingredients: "Wholemeal **rye** flour, water, salt", LabelHash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
			},
		}},
		[]contract.Discount{{ID: "disc_019ab3f47c2e7d06b8a1f0c2d3e4f512", Code: "SPRING-10", Name: "Spring fair", Kind: contract.PercentDiscount, PercentBP: 1000}},
		0, "GBP")
	return Cart{
		ID: "cart_019ab3f47c2e7d06b8a1f0c2d3e4f510", Version: 3, Note: "Please pack the eggs on top.", Totals: totals, UpdatedAt: &at,
		Lines:     []CartLine{{PricedLine: lines[0], AddedPriceMinor: 300, Notices: []CartNotice{{Code: PriceChanged}}}},
		Discounts: []CartCode{{Discount: discounts[0]}},
	}
}

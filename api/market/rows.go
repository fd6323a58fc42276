// Rows of the database as the contract shows them.

package market

import (
	"encoding/json"
	"slices"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// jsonVariant is a variant as the view market.product_pages packs it.
type jsonVariant struct {
	ID         uuid.UUID     `json:"id"`
	SKU        string        `json:"sku"`
	Name       string        `json:"name"`
	PriceMinor int64         `json:"price_minor"`
	VATRate    int           `json:"vat_rate"`
	Quantity   int64         `json:"quantity"`
	Unit       contract.Unit `json:"unit"`
}

// jsonLink is an ancestor as the view market.product_pages packs it.
type jsonLink struct {
	ID   uuid.UUID `json:"id"`
	Slug string    `json:"slug"`
	Name string    `json:"name"`
}

func categoryLink(u uuid.UUID, slug, name string) contract.CategoryLink {
	return contract.CategoryLink{ID: id.Format[contract.CategoryID](categoryPrefix, u), Slug: slug, Name: name}
}

// upward is a category's path as cards show it: from the category up to the root.
func upward(path []uuid.UUID) []contract.CategoryID {
	ids := categoryIDs(path)
	slices.Reverse(ids)
	return ids
}

// productCards shows rows; those of one category share their CategoryIDs.
func productCards(rows []marketdb.ProductCard) []contract.ProductCard {
	cards := make([]contract.ProductCard, len(rows))
	categories := map[uuid.UUID][]contract.CategoryID{}
	for i, r := range rows {
		ids, ok := categories[r.CategoryID]
		if !ok {
			ids = upward(r.CategoryPath)
			categories[r.CategoryID] = ids
		}
		cards[i] = productCard(r, ids)
	}
	return cards
}

func productCard(r marketdb.ProductCard, categories []contract.CategoryID) contract.ProductCard {
	price := contract.Money{AmountMinor: r.PriceMinor, Currency: r.Currency}
	return contract.ProductCard{
		ID: id.Format[contract.ProductID](productPrefix, r.ID), Slug: r.Slug, Name: r.Name,
		Summary: r.Summary, Brand: r.Brand, Image: r.Image,
		Category: categoryLink(r.CategoryID, r.CategorySlug, r.CategoryName), CategoryIDs: categories,
		Price: price, UnitPrice: UnitPrice(price, r.Quantity, contract.Unit(r.Unit)),
		VariantName: r.VariantName, VariantCount: int(r.Variants), CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
}

// product fails only when the view's JSON does not fit, which is our own fault.
func product(r marketdb.ProductPage) (contract.Product, error) {
	p := contract.Product{
		ProductCard: contract.ProductCard{
			ID: id.Format[contract.ProductID](productPrefix, r.ID), Slug: r.Slug, Name: r.Name,
			Summary: r.Summary, Brand: r.Brand, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
			Category:    categoryLink(r.CategoryID, r.CategorySlug, r.CategoryName),
			CategoryIDs: upward(r.CategoryPath),
			Price:       contract.Money{Currency: r.Currency},
			UnitPrice:   UnitPrice(contract.Money{Currency: r.Currency}, 0, contract.UnitEach),
		},
		Status: contract.ProductStatus(r.Status), Description: r.Description, DescriptionHTML: r.DescriptionHtml,
		Images: r.Images, Version: r.Version,
	}
	if len(r.Images) > 0 {
		p.Image = &r.Images[0]
	}
	var ancestors []jsonLink
	if err := json.Unmarshal(r.Ancestors, &ancestors); err != nil {
		return p, err
	}
	p.Ancestors = make([]contract.CategoryLink, len(ancestors))
	for i, a := range ancestors {
		p.Ancestors[i] = categoryLink(a.ID, a.Slug, a.Name)
	}
	variants, err := variantsOf(r)
	if err != nil {
		return p, err
	}
	p.Variants = make([]contract.Variant, len(variants))
	for i, v := range variants {
		price := contract.Money{AmountMinor: v.PriceMinor, Currency: r.Currency}
		p.Variants[i] = contract.Variant{
			ID: id.Format[contract.VariantID](variantPrefix, v.ID), SKU: v.SKU, Name: v.Name, Price: price,
			VATRate: v.VATRate, Quantity: v.Quantity, Unit: v.Unit, UnitPrice: UnitPrice(price, v.Quantity, v.Unit),
		}
	}
	if len(p.Variants) > 0 {
		low := slices.MinFunc(p.Variants, func(a, b contract.Variant) int {
			return int(min(max(a.Price.AmountMinor-b.Price.AmountMinor, -1), 1))
		})
		p.Price, p.UnitPrice, p.VariantName, p.VariantCount = low.Price, low.UnitPrice, low.Name, len(p.Variants)
	}
	return p, nil
}

func variantsOf(r marketdb.ProductPage) ([]jsonVariant, error) {
	var variants []jsonVariant
	err := json.Unmarshal(r.Variants, &variants)
	return variants, err
}

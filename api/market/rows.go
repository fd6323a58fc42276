// Rows of the database as the contract shows them.

package market

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/money"
)

// jsonLink is an ancestor as the view market.product_pages packs it.
type jsonLink struct {
	ID   uuid.UUID `json:"id"`
	Slug string    `json:"slug"`
	Name string    `json:"name"`
}

// jsonTerm is a term of a product as the views pack it.
type jsonTerm struct {
	jsonLink
	Taxonomy    contract.Taxonomy    `json:"taxonomy"`
	Source      contract.ClaimSource `json:"source"`
	Certificate string               `json:"certificate"`
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

// group puts the terms of a product, which come by name, where a card shows them.
func group(card *contract.ProductCard, terms []jsonTerm) {
	card.Labels, card.Collections = []contract.TermLink{}, []contract.TermLink{}
	for _, t := range terms {
		link := termLink(t.Taxonomy, t.ID, t.Slug, t.Name)
		switch t.Taxonomy {
		case contract.BrandTaxonomy:
			card.Brand = &link
		case contract.ProducerTaxonomy:
			card.Producer = &link
		case contract.LabelTaxonomy:
			card.Labels = append(card.Labels, link)
		case contract.CollectionTaxonomy:
			card.Collections = append(card.Collections, link)
		}
	}
}

// claims says who says what of the labels among terms.
func claims(terms []jsonTerm) []contract.Claim {
	list := []contract.Claim{}
	for _, t := range terms {
		if t.Taxonomy == contract.LabelTaxonomy {
			list = append(list, contract.Claim{
				Label: termLink(t.Taxonomy, t.ID, t.Slug, t.Name), Source: t.Source, Certificate: t.Certificate})
		}
	}
	return list
}

// productCards shows rows; those of one category share their CategoryIDs. It fails
// only when the view's JSON does not fit, which is our own fault.
func productCards(rows []marketdb.ProductCard) ([]contract.ProductCard, error) {
	cards := make([]contract.ProductCard, len(rows))
	categories := map[uuid.UUID][]contract.CategoryID{}
	for i, r := range rows {
		ids, ok := categories[r.CategoryID]
		if !ok {
			ids = upward(r.CategoryPath)
			categories[r.CategoryID] = ids
		}
		var err error
		if cards[i], err = productCard(r, ids); err != nil {
			return nil, err
		}
	}
	return cards, nil
}

func productCard(r marketdb.ProductCard, categories []contract.CategoryID) (contract.ProductCard, error) {
	price := contract.Money{AmountMinor: r.PriceMinor, Currency: r.Currency}
	card := contract.ProductCard{
		ID: id.Format[contract.ProductID](productPrefix, r.ID), Slug: r.Slug, Name: r.Name,
		Summary: r.Summary, Image: r.Image,
		Category: categoryLink(r.CategoryID, r.CategorySlug, r.CategoryName), CategoryIDs: categories,
		Price: price, MemberPrice: optionalMoney(r.MemberPriceMinor, r.Currency),
		UnitPrice: money.UnitPrice(price, r.Quantity, contract.Unit(r.Unit)),
		Reduction: reduction(r.PriceValidUntil, r.LowestPriceMinor, r.Currency), VariantName: r.VariantName,
		VariantCount: int(r.Variants), Availability: availability(r.InStock), CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
	var terms []jsonTerm
	err := json.Unmarshal(r.Terms, &terms)
	group(&card, terms)
	return card, err
}

func optionalMoney(minor *int64, currency string) *contract.Money {
	if minor == nil {
		return nil
	}
	return &contract.Money{AmountMinor: *minor, Currency: currency}
}

func reduction(until *time.Time, lowest *int64, currency string) *contract.Reduction {
	if until == nil || lowest == nil {
		return nil
	}
	return &contract.Reduction{ValidUntil: until.UTC(), Lowest: contract.Money{AmountMinor: *lowest, Currency: currency}}
}

func availability(inStock bool) contract.Availability {
	if inStock {
		return contract.InStock
	}
	return contract.OutOfStock
}

// product shows a product as readers see it. It fails only when the view's JSON does
// not fit, which is our own fault.
func product(r marketdb.ProductPage) (contract.Product, error) {
	p, err := editorsProduct(r)
	for i := range p.Variants {
		p.Variants[i].SupplierSKU = ""
	}
	return p, err
}

// editorsProduct is product with what only editors see.
func editorsProduct(r marketdb.ProductPage) (contract.Product, error) {
	p := contract.Product{
		ProductCard: contract.ProductCard{
			ID: id.Format[contract.ProductID](productPrefix, r.ID), Slug: r.Slug, Name: r.Name,
			Summary: r.Summary, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
			Category:     categoryLink(r.CategoryID, r.CategorySlug, r.CategoryName),
			CategoryIDs:  upward(r.CategoryPath),
			Price:        contract.Money{Currency: r.Currency},
			UnitPrice:    money.UnitPrice(contract.Money{Currency: r.Currency}, 0, contract.UnitEach),
			Availability: contract.OutOfStock,
		},
		Status: contract.ProductStatus(r.Status), Description: r.Description, DescriptionHTML: r.DescriptionHtml,
		Images: r.Images, Options: r.Options, Version: r.Version,
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
	var terms []jsonTerm
	if err := json.Unmarshal(r.Terms, &terms); err != nil {
		return p, err
	}
	group(&p.ProductCard, terms)
	p.Claims = claims(terms)
	var err error
	if p.Particulars, err = particulars(r); err != nil {
		return p, err
	}
	return p, sell(&p, r)
}

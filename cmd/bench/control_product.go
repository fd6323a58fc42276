// The control's products: the rows of the statements as the API shows them.

package main

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/etag"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/money"
)

// packed are parts that a statement packs as JSON.
type (
	packedLink struct {
		ID          uuid.UUID
		Slug, Name  string
		Taxonomy    contract.Taxonomy
		Source      contract.ClaimSource
		Certificate string
	}
	packedAllergens map[contract.AllergenCode]struct {
		State  contract.AllergenState
		Detail string
	}
	packedVariant struct {
		ID           uuid.UUID
		SKU, Name    string
		Options      []string
		PriceMinor   int64      `json:"price_minor"`
		MemberPrice  *int64     `json:"member_price_minor"`
		ValidUntil   *time.Time `json:"price_valid_until"`
		LowestPrice  *int64     `json:"lowest_price_minor"`
		VATRate      int        `json:"vat_rate"`
		Quantity     int64
		Pieces       int
		Unit         contract.Unit
		SoldByWeight bool  `json:"sold_by_weight"`
		OrderStep    int64 `json:"order_step"`
		OrderMin     int64 `json:"order_min"`
		TrackStock   bool  `json:"track_stock"`
		Available    *int64
	}
)

func controlProduct(pool *pgxpool.Pool, header http.Header, r *http.Request) (any, error) {
	p, err := controlPage(pool, r)
	inStock := make([]contract.Availability, len(p.Variants))
	for i, v := range p.Variants {
		inStock[i] = v.Availability
	}
	header.Set("ETag", etag.Of(p.Version, p.Category, p.Ancestors, p.Brand, p.Producer, p.Labels, p.Collections, inStock))
	return p, err
}

func controlPage(pool *pgxpool.Pool, r *http.Request) (p contract.Product, err error) {
	var product, category uuid.UUID
	var path []uuid.UUID
	var allergens, ancestors, terms, variants []byte
	var none any
	err = pool.QueryRow(r.Context(), productPageBySlug, r.PathValue("product")).Scan(&product, &p.Slug, &p.Name, &none, &p.Summary,
		&p.Description, &p.DescriptionHTML, &category, (*string)(&p.Status), &p.Price.Currency, &p.Images, &p.Version, &p.CreatedAt, &p.UpdatedAt,
		&none, &none, &none, &none, &p.Options, &p.LegalName, &p.Ingredients, &p.IngredientsHTML, &allergens, &p.Nutrition, &p.Storage, &p.Usage,
		&p.Origin.Country, &p.Origin.Region, &p.Business.Name, &p.Business.Address, &p.AgeLimit,
		&p.Category.Slug, &p.Category.Name, &path, &ancestors, &terms, &variants)
	if err != nil {
		return p, err
	}
	p.ID, p.Category.ID = id.Format[contract.ProductID]("prod", product), id.Format[contract.CategoryID]("cat", category)
	p.CategoryIDs, p.CreatedAt, p.UpdatedAt = controlPath(path), p.CreatedAt.UTC(), p.UpdatedAt.UTC()
	if len(p.Images) > 0 {
		p.Image = &p.Images[0]
	}
	var links []packedLink
	var states packedAllergens
	var sold []packedVariant
	for _, part := range []struct {
		text []byte
		into any
	}{{ancestors, &links}, {allergens, &states}, {variants, &sold}} {
		if err := json.Unmarshal(part.text, part.into); err != nil {
			return p, err
		}
	}
	p.Ancestors = make([]contract.CategoryLink, len(links))
	for i, a := range links {
		p.Ancestors[i] = contract.CategoryLink{ID: id.Format[contract.CategoryID]("cat", a.ID), Slug: a.Slug, Name: a.Name}
	}
	p.Claims = []contract.Claim{}
	claims, err := controlTerms(&p.ProductCard, terms)
	for _, c := range claims {
		p.Claims = append(p.Claims, contract.Claim{Label: c.link(), Source: c.Source, Certificate: c.Certificate})
	}
	for _, code := range contract.AllergenCodes {
		a := contract.Allergen{Code: code, State: contract.Unknown}
		if is, known := states[code]; known {
			a.State, a.Detail = is.State, is.Detail
		}
		p.Allergens = append(p.Allergens, a)
	}
	controlVariants(&p, sold)
	return p, err
}

func (l packedLink) link() contract.TermLink {
	return contract.TermLink{ID: id.Format[contract.TermID](string(l.Taxonomy), l.ID), Slug: l.Slug, Name: l.Name}
}

// controlTerms puts the terms where a card shows them, and returns the labels.
func controlTerms(card *contract.ProductCard, text []byte) (labels []packedLink, err error) {
	var terms []packedLink
	err = json.Unmarshal(text, &terms)
	card.Labels, card.Collections = []contract.TermLink{}, []contract.TermLink{}
	for _, t := range terms {
		link := t.link()
		switch t.Taxonomy {
		case contract.BrandTaxonomy:
			card.Brand = &link
		case contract.ProducerTaxonomy:
			card.Producer = &link
		case contract.LabelTaxonomy:
			labels, card.Labels = append(labels, t), append(card.Labels, link)
		case contract.CollectionTaxonomy:
			card.Collections = append(card.Collections, link)
		}
	}
	return labels, err
}

func controlVariants(p *contract.Product, sold []packedVariant) {
	p.Availability, p.VariantCount = contract.OutOfStock, len(sold)
	currency := p.Price.Currency
	p.Variants = make([]contract.Variant, len(sold))
	for i, v := range sold {
		price := contract.Money{AmountMinor: v.PriceMinor, Currency: currency}
		p.Variants[i] = contract.Variant{ID: id.Format[contract.VariantID]("var", v.ID), SKU: v.SKU, Name: v.Name, Options: v.Options, Price: price,
			VATRate: v.VATRate, Quantity: v.Quantity, Pieces: v.Pieces, Unit: v.Unit, UnitPrice: money.UnitPrice(price, v.Quantity, v.Unit),
			SoldByWeight: v.SoldByWeight, OrderStep: v.OrderStep, OrderMin: v.OrderMin, TrackStock: v.TrackStock,
			Reduction: controlReduction(v.ValidUntil, v.LowestPrice, currency), Availability: contract.OutOfStock}
		if v.Available == nil || *v.Available >= v.OrderMin {
			p.Variants[i].Availability, p.Availability = contract.InStock, contract.InStock
		}
	}
	low := slices.MinFunc(p.Variants, func(a, b contract.Variant) int { return cmp.Compare(a.Price.AmountMinor, b.Price.AmountMinor) })
	p.Price, p.UnitPrice, p.VariantName, p.Reduction = low.Price, low.UnitPrice, low.Name, low.Reduction
}

func controlReduction(until *time.Time, lowest *int64, currency string) *contract.Reduction {
	if until == nil || lowest == nil {
		return nil
	}
	return &contract.Reduction{ValidUntil: until.UTC(), Lowest: contract.Money{AmountMinor: *lowest, Currency: currency}}
}

// controlPath shows the ids of a path, which begins at the root, the other way.
func controlPath(path []uuid.UUID) []contract.CategoryID {
	ids := make([]contract.CategoryID, len(path))
	for i, u := range path {
		ids[len(path)-1-i] = id.Format[contract.CategoryID]("cat", u)
	}
	return ids
}

// Variants as the contract shows them.

package market

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/money"
)

// jsonVariant is a variant as the view market.product_pages packs it.
type jsonVariant struct {
	ID           uuid.UUID       `json:"id"`
	SKU          string          `json:"sku"`
	Name         string          `json:"name"`
	Options      []string        `json:"options"`
	GTIN         *string         `json:"gtin"`
	CaseGTIN     *string         `json:"case_gtin"`
	CaseSize     int             `json:"case_size"`
	PriceMinor   int64           `json:"price_minor"`
	MemberPrice  *int64          `json:"member_price_minor"`
	ValidUntil   *time.Time      `json:"price_valid_until"`
	LowestPrice  *int64          `json:"lowest_price_minor"`
	DepositMinor int64           `json:"deposit_minor"`
	VATRate      int             `json:"vat_rate"`
	Quantity     int64           `json:"quantity"`
	Drained      *int64          `json:"drained_quantity"`
	Pieces       int             `json:"pieces"`
	Unit         contract.Unit   `json:"unit"`
	SupplierSKU  string          `json:"supplier_sku"`
	SoldByWeight bool            `json:"sold_by_weight"`
	OrderStep    int64           `json:"order_step"`
	OrderMin     int64           `json:"order_min"`
	OrderMax     *int64          `json:"order_max"`
	Allergens    storedAllergens `json:"allergens"` // nil: those of the product
	TrackStock   bool            `json:"track_stock"`
	Available    *int64          `json:"available"` // nil: not counted
}

func variantsOf(r marketdb.ProductPage) ([]jsonVariant, error) {
	var variants []jsonVariant
	err := json.Unmarshal(r.Variants, &variants)
	return variants, err
}

// sell shows the variants of r on p, and on its card the one with the lowest price.
func sell(p *contract.Product, r marketdb.ProductPage) error {
	variants, err := variantsOf(r)
	p.Variants = make([]contract.Variant, len(variants))
	for i, v := range variants {
		p.Variants[i] = v.contract(r.Currency)
		if p.Variants[i].Availability == contract.InStock {
			p.Availability = contract.InStock
		}
	}
	if len(p.Variants) > 0 {
		low := slices.MinFunc(p.Variants, func(a, b contract.Variant) int {
			return cmp.Compare(a.Price.AmountMinor, b.Price.AmountMinor)
		})
		p.Price, p.MemberPrice, p.UnitPrice, p.Reduction = low.Price, low.MemberPrice, low.UnitPrice, low.Reduction
		p.VariantName, p.VariantCount = low.Name, len(p.Variants)
	}
	return err
}

func (v jsonVariant) contract(currency string) contract.Variant {
	price, measured := contract.Money{AmountMinor: v.PriceMinor, Currency: currency}, v.Quantity
	if v.Drained != nil {
		measured = *v.Drained
	}
	shown := contract.Variant{
		ID: id.Format[contract.VariantID](variantPrefix, v.ID), SKU: v.SKU, Name: v.Name, Options: v.Options,
		GTIN: orZero(v.GTIN), CaseGTIN: orZero(v.CaseGTIN), CaseSize: v.CaseSize, Price: price,
		MemberPrice: optionalMoney(v.MemberPrice, currency), Reduction: reduction(v.ValidUntil, v.LowestPrice, currency),
		VATRate: v.VATRate, Quantity: v.Quantity, Drained: orZero(v.Drained), Pieces: v.Pieces, Unit: v.Unit,
		UnitPrice: money.UnitPrice(price, measured, v.Unit), SoldByWeight: v.SoldByWeight,
		OrderStep: v.OrderStep, OrderMin: v.OrderMin, OrderMax: orZero(v.OrderMax),
		Availability: availability(v.Available == nil || *v.Available >= v.OrderMin), TrackStock: v.TrackStock,
		SupplierSKU: v.SupplierSKU,
	}
	if v.DepositMinor > 0 {
		shown.Deposit = &contract.Money{AmountMinor: v.DepositMinor, Currency: currency}
	}
	if shown.MemberPrice != nil {
		shown.MemberUnit = new(money.UnitPrice(*shown.MemberPrice, measured, v.Unit))
	}
	if v.Allergens != nil {
		shown.Allergens = v.Allergens.all()
	}
	return shown
}

// orZero is what p points to, or the zero value.
func orZero[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// orNil points to v, or is nil for the zero value.
func orNil[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

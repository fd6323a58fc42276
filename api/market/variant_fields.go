// What an editor sets of variants, and what may stand there.

package market

import (
	"fmt"
	"regexp"

	"rose-ash.com/roseash/api/shared/contract"
)

// VariantFields are what an editor sets of a variant. One with the ID or, where
// that is empty, the SKU of a variant that is there is that variant changed: a nil
// field stays as it is. A new one has the amounts and words that are not given at
// zero, and is ordered one by one.
type VariantFields struct {
	ID           contract.VariantID   `json:"id,omitempty" pattern:"^var_[0-9a-f]{32}$" maxLength:"36" example:"var_019ab3f47c2e7d06b8a1f0c2d3e4f507" doc:"The variant that is changed; without it the one with this sku, or a new one."`
	SKU          string               `json:"sku" pattern:"^[A-Za-z0-9][A-Za-z0-9._/-]*$" maxLength:"64" example:"RYE-800" doc:"Unique in the whole market."`
	Name         string               `json:"name" minLength:"1" maxLength:"100" example:"800 g loaf"`
	Options      *[]string            `json:"options,omitempty" maxItems:"3" example:"[\"800 g\"]" doc:"A value for each of the product's options; no two variants have the same."`
	GTIN         *string              `json:"gtin,omitempty" pattern:"^([0-9]{8}|[0-9]{12,14})?$" maxLength:"14" example:"5012345678900" doc:"GS1 number of one, with its check digit; unique in the whole market; empty for none."`
	CaseGTIN     *string              `json:"case_gtin,omitempty" pattern:"^([0-9]{8}|[0-9]{12,14})?$" maxLength:"14" example:"15012345678907" doc:"GS1 number of a case; empty for none."`
	CaseSize     *int                 `json:"case_size,omitempty" minimum:"0" maximum:"100000" example:"6" doc:"How many are in a case; 0: not known."`
	SupplierSKU  *string              `json:"supplier_sku,omitempty" maxLength:"64" example:"PRS-118240" doc:"What the supplier calls it; shown to editors only."`
	Price        Price                `json:"price" doc:"With VAT, without the deposit; from now on, until the next price that is planned."`
	MemberPrice  *Amount              `json:"member_price,omitempty" doc:"What members pay, where that is another price; 0: what all pay."`
	Deposit      *Amount              `json:"deposit,omitempty" doc:"Paid on top, and given back for the empty container; 0: none."`
	VATRate      int                  `json:"vat_rate" minimum:"0" maximum:"10000" example:"0" doc:"Basis points: 2000 is 20 %."`
	Quantity     int64                `json:"quantity" minimum:"1" maximum:"1000000000" example:"800" doc:"How much of the unit is in it."`
	Drained      *int64               `json:"drained_quantity,omitempty" minimum:"0" maximum:"1000000000" example:"240" doc:"How much of the unit is in it without the liquid, and what the unit price is of; 0: the same."`
	Pieces       *int                 `json:"pieces,omitempty" minimum:"1" maximum:"100000" example:"1" doc:"How many pieces the quantity is divided into."`
	Unit         contract.Unit        `json:"unit" enum:"g,ml,each" example:"g"`
	SoldByWeight *bool                `json:"sold_by_weight,omitempty" example:"false" doc:"Ordered in grams, the price being that of the quantity; else by the piece."`
	OrderStep    *int64               `json:"order_step,omitempty" minimum:"1" maximum:"1000000" example:"1" doc:"Pieces, or grams where it is sold by weight, are ordered in multiples of this."`
	OrderMin     *int64               `json:"order_min,omitempty" minimum:"1" maximum:"1000000" example:"1" doc:"The fewest that can be ordered; a multiple of the step."`
	OrderMax     *int64               `json:"order_max,omitempty" minimum:"0" maximum:"1000000" example:"12" doc:"The most that can be ordered at once; a multiple of the step; 0: no limit."`
	Allergens    *[]contract.Allergen `json:"allergens,omitempty" maxItems:"14" doc:"Where they differ from the product's: all that is known. Empty: those of the product."`
	TrackStock   *bool                `json:"track_stock,omitempty" example:"true" doc:"Whether stock is counted; what is not counted is always in stock."`
}

// Price is an amount above zero; contract.Money with the limits of a price.
type Price struct {
	AmountMinor int64  `json:"amount_minor" minimum:"1" maximum:"99999999999" example:"325" doc:"Minor units: pence, cents."`
	Currency    string `json:"currency" pattern:"^[A-Z]{3}$" maxLength:"3" example:"GBP" doc:"ISO 4217 code; the same for all variants of a product."`
}

// Amount is a Price that may be zero, which means that there is none.
type Amount struct {
	AmountMinor int64  `json:"amount_minor" minimum:"0" maximum:"99999999999" example:"25" doc:"Minor units: pence, cents; 0: none."`
	Currency    string `json:"currency" pattern:"^[A-Z]{3}$" maxLength:"3" example:"GBP" doc:"ISO 4217 code; that of the price."`
}

var (
	skuForm    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$`)
	currencies = regexp.MustCompile(`^[A-Z]{3}$`)
)

// checkVariants looks at each variant by itself, and at what those that are given
// must have in common.
func checkVariants(variants []VariantFields) error {
	if len(variants) > maxVariants {
		return invalid("body.variants", "expected at most 50")
	}
	skus, gtins := map[string]bool{}, map[string]bool{}
	for i, v := range variants {
		at := fmt.Sprintf("body.variants[%d]", i)
		switch {
		case skus[v.SKU]:
			return invalid(at+".sku", "is twice in the list")
		case v.Price.Currency != variants[0].Price.Currency:
			return invalid(at+".price.currency", "expected the same for all variants")
		case v.GTIN != nil && *v.GTIN != "" && gtins[gtin14(*v.GTIN)]:
			return invalid(at+".gtin", "is twice in the list")
		}
		if err := v.check(at); err != nil {
			return err
		}
		skus[v.SKU] = true
		if v.GTIN != nil && *v.GTIN != "" {
			gtins[gtin14(*v.GTIN)] = true
		}
	}
	return nil
}

// check looks at what needs nothing but the field itself; what depends on other
// fields, which may stay as they are, is looked at by checkOrder and checkOptions.
func (v VariantFields) check(at string) error {
	switch {
	case !skuForm.MatchString(v.SKU):
		return invalid(at+".sku", "expected letters, digits and . _ / - between them")
	case v.Price.AmountMinor < 1 || v.Price.AmountMinor > maxPrice:
		return invalid(at+".price.amount_minor", "expected a price above zero")
	case !currencies.MatchString(v.Price.Currency):
		return invalid(at+".price.currency", "expected an ISO 4217 code")
	case v.VATRate < 0 || v.VATRate > 10_000:
		return invalid(at+".vat_rate", "expected basis points from 0 to 10000")
	case v.Quantity < 1 || v.Quantity > maxQuantity:
		return invalid(at+".quantity", "expected an amount above zero")
	case v.Unit != contract.UnitGram && v.Unit != contract.UnitMillilitre && v.Unit != contract.UnitEach:
		return invalid(at+".unit", "expected g, ml or each")
	case v.GTIN != nil && *v.GTIN != "" && !ValidGTIN(*v.GTIN):
		return invalid(at+".gtin", "expected 8, 12, 13 or 14 digits of which the last is the check digit")
	case v.CaseGTIN != nil && *v.CaseGTIN != "" && !ValidGTIN(*v.CaseGTIN):
		return invalid(at+".case_gtin", "expected 8, 12, 13 or 14 digits of which the last is the check digit")
	case outside(v.CaseSize, 0, maxCase):
		return invalid(at+".case_size", "expected a number from 0 to 100000")
	case outside(v.Pieces, 1, maxCase):
		return invalid(at+".pieces", "expected a number from 1 to 100000")
	case outside(v.Drained, 0, maxQuantity):
		return invalid(at+".drained_quantity", "expected no more than the quantity")
	case outside(v.OrderStep, 1, maxOrder):
		return invalid(at+".order_step", "expected a number from 1 to 1000000")
	case outside(v.OrderMin, 1, maxOrder):
		return invalid(at+".order_min", "expected a number from 1 to 1000000")
	case outside(v.OrderMax, 0, maxOrder):
		return invalid(at+".order_max", "expected a number from 0 to 1000000")
	}
	if err := v.MemberPrice.check(at+".member_price", v.Price.Currency); err != nil {
		return err
	}
	if err := v.Deposit.check(at+".deposit", v.Price.Currency); err != nil {
		return err
	}
	if v.SupplierSKU != nil {
		if err := checkLine(at+".supplier_sku", *v.SupplierSKU, 0, 64); err != nil {
			return err
		}
	}
	if v.Allergens != nil {
		if _, err := storeAllergens(at+".allergens", *v.Allergens); err != nil {
			return err
		}
	}
	return checkLine(at+".name", v.Name, 1, 100)
}

func (a *Amount) check(at, currency string) error {
	switch {
	case a == nil:
		return nil
	case a.AmountMinor < 0 || a.AmountMinor > maxPrice:
		return invalid(at+".amount_minor", "expected an amount of 0 or more")
	case a.Currency != currency:
		return invalid(at+".currency", "expected that of the price")
	}
	return nil
}

// outside tells that a number is given and not from least to most.
func outside[N int | int64](n *N, least, most N) bool { return n != nil && (*n < least || *n > most) }

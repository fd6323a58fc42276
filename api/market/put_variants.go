// Storing the variants of a product.

package market

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// putVariants makes the product's variants those that are given, and the prices that
// change those in force from at on. Where none are given it makes sure that those
// which are there fit the product's options. The caller turns the variants that are
// returned afterwards.
func putVariants(ctx context.Context, q *marketdb.Queries, row marketdb.ProductPage, fields *[]VariantFields, at time.Time) (ids []uuid.UUID, err error) {
	stored, err := variantsOf(row)
	if err != nil {
		return nil, err
	}
	if fields == nil {
		values := make([][]string, len(stored))
		for i, v := range stored {
			values[i] = v.Options
		}
		return nil, checkOptions(row.Options, values)
	}
	variants, err := merge(row, stored, *fields)
	if err != nil {
		return nil, err
	}
	values := make([][]string, len(variants))
	ids = make([]uuid.UUID, len(variants))
	for i, v := range variants {
		ids[i], values[i] = v.ID, v.Options
	}
	if err := checkOptions(row.Options, values); err != nil {
		return nil, err
	}
	if err := keepReserved(ctx, q, []uuid.UUID{row.ID}, ids); err != nil {
		return nil, err
	}
	if err := q.KeepVariants(ctx, marketdb.KeepVariantsParams{ProductID: row.ID, Ids: ids}); err != nil {
		return nil, err
	}
	before := make(map[uuid.UUID]jsonVariant, len(stored))
	for _, v := range stored {
		before[v.ID] = v
	}
	for _, v := range variants {
		if err := q.PutVariant(ctx, v); err != nil {
			return nil, err
		}
		if err := putPrices(ctx, q, before[v.ID], v, at); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// putPrices writes the prices of a variant that change into the lists. What stays as
// the editor saw it is no price that was set: the lists may say another by now, which
// the variant has not been turned to yet.
func putPrices(ctx context.Context, q *marketdb.Queries, was jsonVariant, v marketdb.PutVariantParams, at time.Time) error {
	if v.PriceMinor != was.PriceMinor {
		if err := setPrice(ctx, q, v.ID, publicList, v.PriceMinor, at); err != nil {
			return err
		}
	}
	switch {
	case orZero(v.MemberPriceMinor) == orZero(was.MemberPrice):
		return nil
	case v.MemberPriceMinor == nil:
		return endPrice(ctx, q, v.ID, memberList, at)
	}
	return setPrice(ctx, q, v.ID, memberList, *v.MemberPriceMinor, at)
}

// merge finds for each of the fields the variant that it changes, or a new one, and
// returns all variants as they are to be.
func merge(row marketdb.ProductPage, stored []jsonVariant, fields []VariantFields) ([]marketdb.PutVariantParams, error) {
	byID, bySKU := map[uuid.UUID]jsonVariant{}, map[string]uuid.UUID{}
	for _, v := range stored {
		byID[v.ID], bySKU[v.SKU] = v, v.ID
	}
	variants := make([]marketdb.PutVariantParams, len(fields))
	// Those named by id first, so that two may swap their skus.
	for i, v := range fields {
		if v.ID == "" {
			continue
		}
		u, ok := id.Parse(variantPrefix, v.ID)
		was, there := byID[u]
		if !ok || !there {
			return nil, invalid(fmt.Sprintf("body.variants[%d].id", i), "expected a variant of this product, once")
		}
		delete(byID, u)
		variants[i] = was.row(row.ID)
	}
	for i, v := range fields {
		if v.ID == "" {
			if was, there := byID[bySKU[v.SKU]]; there {
				delete(byID, was.ID)
				variants[i] = was.row(row.ID)
			} else {
				variants[i] = jsonVariant{ID: id.New(), Pieces: 1, OrderStep: 1, OrderMin: 1}.row(row.ID)
			}
		}
		variants[i].SortOrder = int32(i)
		if err := v.apply(fmt.Sprintf("body.variants[%d]", i), &variants[i]); err != nil {
			return nil, err
		}
	}
	return variants, nil
}

// row is the variant as it is stored.
func (v jsonVariant) row(product uuid.UUID) marketdb.PutVariantParams {
	r := marketdb.PutVariantParams{
		ID: v.ID, ProductID: product, Options: v.Options, Gtin: v.GTIN, CaseGtin: v.CaseGTIN, CaseSize: int32(v.CaseSize),
		Pieces: int32(v.Pieces), DrainedQuantity: v.Drained, SupplierSku: v.SupplierSKU, SoldByWeight: v.SoldByWeight,
		OrderStep: v.OrderStep, OrderMin: v.OrderMin, OrderMax: v.OrderMax, DepositMinor: v.DepositMinor,
		MemberPriceMinor: v.MemberPrice, TrackStock: v.TrackStock,
	}
	if r.Options == nil {
		r.Options = []string{}
	}
	if v.Allergens != nil {
		r.Allergens = v.Allergens.json()
	}
	return r
}

// apply writes the fields that are given onto r. It fails with 422 where they do not
// go together with those that stay.
func (v VariantFields) apply(at string, r *marketdb.PutVariantParams) error {
	r.Sku, r.Name, r.PriceMinor, r.Currency = v.SKU, v.Name, v.Price.AmountMinor, v.Price.Currency
	r.VatRate, r.Quantity, r.Unit = int32(v.VATRate), v.Quantity, string(v.Unit)
	if v.Options != nil {
		r.Options = append([]string{}, *v.Options...)
	}
	if v.GTIN != nil {
		r.Gtin = orNil(*v.GTIN)
	}
	if v.CaseGTIN != nil {
		r.CaseGtin = orNil(*v.CaseGTIN)
	}
	if v.CaseSize != nil {
		r.CaseSize = int32(*v.CaseSize)
	}
	if v.Pieces != nil {
		r.Pieces = int32(*v.Pieces)
	}
	if v.Drained != nil {
		r.DrainedQuantity = orNil(*v.Drained)
	}
	if v.MemberPrice != nil {
		r.MemberPriceMinor = orNil(v.MemberPrice.AmountMinor)
	}
	if v.Deposit != nil {
		r.DepositMinor = v.Deposit.AmountMinor
	}
	if v.OrderMax != nil {
		r.OrderMax = orNil(*v.OrderMax)
	}
	if v.Allergens != nil {
		r.Allergens = nil
		if len(*v.Allergens) > 0 {
			allergens, err := storeAllergens(at+".allergens", *v.Allergens)
			if err != nil {
				return err
			}
			r.Allergens = allergens.json()
		}
	}
	take(&r.SupplierSku, v.SupplierSKU)
	take(&r.SoldByWeight, v.SoldByWeight)
	take(&r.OrderStep, v.OrderStep)
	take(&r.OrderMin, v.OrderMin)
	take(&r.TrackStock, v.TrackStock)
	return checkOrder(at, r)
}

// take sets what is given.
func take[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// checkOrder looks at the fields of a variant that depend on each other.
func checkOrder(at string, r *marketdb.PutVariantParams) error {
	switch {
	case r.DrainedQuantity != nil && *r.DrainedQuantity > r.Quantity:
		return invalid(at+".drained_quantity", "expected no more than the quantity")
	case r.SoldByWeight && r.Unit != string(contract.UnitGram):
		return invalid(at+".sold_by_weight", "expected a quantity in g")
	case r.OrderMin < r.OrderStep || r.OrderMin%r.OrderStep != 0:
		return invalid(at+".order_min", "expected a multiple of order_step")
	case r.OrderMax != nil && *r.OrderMax%r.OrderStep != 0:
		return invalid(at+".order_max", "expected a multiple of order_step")
	case r.OrderMax != nil && *r.OrderMax < r.OrderMin:
		return invalid(at+".order_max", "expected no less than order_min")
	}
	return nil
}

// checkOptions wants of every variant a value for each option, and no two variants
// with the same.
func checkOptions(options []string, variants [][]string) error {
	seen := map[string]bool{}
	for i, values := range variants {
		at := fmt.Sprintf("body.variants[%d].options", i)
		if len(values) != len(options) {
			return invalid(at, "expected a value for each of the product's options")
		}
		for n, value := range values {
			if err := checkLine(fmt.Sprintf("%s[%d]", at, n), value, 1, 100); err != nil {
				return err
			}
		}
		key := strings.Join(values, "\n")
		if len(options) > 0 && seen[key] {
			return invalid(at, "expected values that no other variant has")
		}
		seen[key] = true
	}
	return nil
}

// checkOptionNames looks at what variants may differ in.
func checkOptionNames(options []string) error {
	if len(options) > maxOptions {
		return invalid("body.options", "expected at most 3")
	}
	for i, name := range options {
		at := fmt.Sprintf("body.options[%d]", i)
		if err := checkLine(at, name, 1, 50); err != nil {
			return err
		}
		if slices.Contains(options[:i], name) {
			return invalid(at, "is twice in the list")
		}
	}
	return nil
}

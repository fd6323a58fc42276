// The whole catalogue as a table: what changes, as the fields that an editor sets.

package market

import (
	"slices"
	"strings"

	"rose-ash.com/roseash/api/market/internal/sheet"
	"rose-ash.com/roseash/api/shared/contract"
)

// set makes the fields of what changes.
func (i *tableItem) set() {
	i.fields = productFields(&i.after, func(columns ...string) bool {
		return i.made || slices.ContainsFunc(columns, func(c string) bool { return slices.Contains(i.columns, c) })
	})
	var all []VariantFields
	for n := range i.after.Variants {
		v := &i.after.Variants[n]
		if n >= len(i.before.Variants) {
			i.created++
			all = append(all, variantFields(v, func(string) bool { return true }))
			continue
		}
		differ := sheet.Differences(&i.before, &i.after, &i.before.Variants[n], v)
		if len(differ) > 0 {
			i.changed++
		}
		for _, column := range differ {
			if !slices.Contains(i.own, column) {
				i.own = append(i.own, column)
			}
		}
		all = append(all, variantFields(v, func(column string) bool { return slices.Contains(differ, column) }))
	}
	if i.created+i.changed > 0 {
		i.fields.Variants = &all
	}
}

// productFields are the fields of the columns that change.
func productFields(p *contract.Product, changes func(columns ...string) bool) (f ProductFields) {
	for _, text := range []struct {
		column string
		to     **string
		from   string
	}{
		{sheet.ProductColumn, &f.Slug, p.Slug}, {"name", &f.Name, p.Name}, {"category", &f.Category, p.Category.Slug},
		{"brand", &f.Brand, slugOf(p.Brand)}, {"producer", &f.Producer, slugOf(p.Producer)}, {"summary", &f.Summary, p.Summary},
		{"description", &f.Description, p.Description}, {"legal_name", &f.LegalName, p.LegalName},
		{"ingredients", &f.Ingredients, p.Ingredients}, {"storage", &f.Storage, p.Storage}, {"usage", &f.Usage, p.Usage},
	} {
		if changes(text.column) {
			*text.to = &text.from
		}
	}
	if changes(columnsLike("allergen_")...) {
		f.Allergens = &p.Allergens
	}
	if changes(nutritionColumns...) {
		f.Nutrition = FieldsOfNutrition(p.Nutrition)
	}
	if changes("origin_country", "origin_region") {
		f.Origin = &p.Origin
	}
	if changes("business_name", "business_address") {
		f.Business = &p.Business
	}
	if changes("age_limit") {
		f.AgeLimit = &p.AgeLimit
	}
	if changes("labels") {
		list := make([]ClaimFields, len(p.Claims))
		for i, c := range p.Claims {
			list[i] = ClaimFields{Label: c.Label.Slug, Source: c.Source, Certificate: c.Certificate}
		}
		f.Labels = &list
	}
	if changes("images") {
		list := make([]Picture, len(p.Images))
		for i, m := range p.Images {
			list[i] = Picture{URL: m.URL, Alt: m.Alt, Width: m.Width, Height: m.Height}
		}
		f.Images = &list
	}
	if changes("options") {
		f.Options = &p.Options
	}
	return f
}

var nutritionColumns = []string{"nutrition_per", "energy_kj", "energy_kcal", "fat_g", "saturates_g", "carbohydrate_g", "sugars_g",
	"fibre_g", "protein_g", "salt_g", "serving_quantity"}

func columnsLike(prefix string) (names []string) {
	for _, c := range sheet.Columns() {
		if strings.HasPrefix(c.Name, prefix) {
			names = append(names, c.Name)
		}
	}
	return names
}

func slugOf(t *contract.TermLink) string {
	if t == nil {
		return ""
	}
	return t.Slug
}

// variantFields are a variant's fields: those that always have to be given, and those
// of the columns that change.
func variantFields(v *contract.Variant, changes func(column string) bool) VariantFields {
	f := VariantFields{ID: v.ID, SKU: v.SKU, Name: v.Name, Price: Price{AmountMinor: v.Price.AmountMinor, Currency: v.Price.Currency},
		VATRate: v.VATRate, Quantity: v.Quantity, Unit: v.Unit}
	set(changes("option_values"), &f.Options, v.Options)
	set(changes("gtin"), &f.GTIN, v.GTIN)
	set(changes("case_gtin"), &f.CaseGTIN, v.CaseGTIN)
	set(changes("case_size"), &f.CaseSize, v.CaseSize)
	set(changes("supplier_sku"), &f.SupplierSKU, v.SupplierSKU)
	set(changes("drained_quantity"), &f.Drained, v.Drained)
	set(changes("pieces"), &f.Pieces, v.Pieces)
	set(changes("sold_by_weight"), &f.SoldByWeight, v.SoldByWeight)
	set(changes("order_step"), &f.OrderStep, v.OrderStep)
	set(changes("order_min"), &f.OrderMin, v.OrderMin)
	set(changes("order_max"), &f.OrderMax, v.OrderMax)
	set(changes("track_stock"), &f.TrackStock, v.TrackStock)
	set(changes("member_price") || changes("currency"), &f.MemberPrice, amountOf(v.MemberPrice, v.Price.Currency))
	set(changes("deposit") || changes("currency"), &f.Deposit, amountOf(v.Deposit, v.Price.Currency))
	if changes("variant_allergens") {
		f.Allergens = &v.Allergens
	}
	return f
}

func set[T any](changes bool, to **T, from T) {
	if changes {
		*to = &from
	}
}

func amountOf(m *contract.Money, currency string) Amount {
	if m == nil {
		return Amount{Currency: currency}
	}
	return Amount{AmountMinor: m.AmountMinor, Currency: m.Currency}
}

// prices are those of variants that were there and change.
func (i *tableItem) prices() []CataloguePrice {
	list := []CataloguePrice{}
	for n := range i.before.Variants {
		was, is := i.before.Variants[n], i.after.Variants[n]
		if was.Price != is.Price {
			list = append(list, CataloguePrice{SKU: was.SKU, List: publicList, Before: &was.Price, After: &is.Price})
		}
		if orZero(was.MemberPrice) != orZero(is.MemberPrice) {
			list = append(list, CataloguePrice{SKU: was.SKU, List: memberList, Before: was.MemberPrice, After: is.MemberPrice})
		}
	}
	return list
}

// The columns of a variant.

package sheet

import (
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
)

var selling = []Column{
	ofVariant(SKUColumn, "sku", true, func(v *contract.Variant) *string { return &v.SKU }),
	ofVariant("variant", "name", false, func(v *contract.Variant) *string { return &v.Name }),
	{
		Name: "option_values", Location: "options", OfVariant: true,
		write: func(_ *contract.Product, v *contract.Variant) string { return list(v.Options) },
		read: func(c cell, _ *contract.Product, v *contract.Variant) string {
			v.Options = readList(c.text)
			return ""
		},
	},
	number("gtin", "gtin", func(v *contract.Variant) *string { return &v.GTIN }),
	number("case_gtin", "case_gtin", func(v *contract.Variant) *string { return &v.CaseGTIN }),
	count("case_size", "case_size", 0, func(v *contract.Variant) int64 { return int64(v.CaseSize) },
		func(v *contract.Variant, n int64) { v.CaseSize = int(n) }),
	count("pieces", "pieces", 1, func(v *contract.Variant) int64 { return int64(v.Pieces) },
		func(v *contract.Variant, n int64) { v.Pieces = int(n) }),
	count("quantity", "quantity", 0, func(v *contract.Variant) int64 { return v.Quantity },
		func(v *contract.Variant, n int64) { v.Quantity = n }),
	{
		Name: "unit", Location: "unit", OfVariant: true,
		write: func(_ *contract.Product, v *contract.Variant) string { return string(v.Unit) },
		read: func(c cell, _ *contract.Product, v *contract.Variant) string {
			switch u := contract.Unit(strings.ToLower(c.code())); u {
			case contract.UnitGram, contract.UnitMillilitre, contract.UnitEach:
				v.Unit = u
			default:
				return "expected g, ml or each"
			}
			return ""
		},
	},
	count("drained_quantity", "drained_quantity", 0, func(v *contract.Variant) int64 { return v.Drained },
		func(v *contract.Variant, n int64) { v.Drained = n }),
	{
		Name: "currency", Location: "price.currency", OfVariant: true,
		write: func(_ *contract.Product, v *contract.Variant) string { return v.Price.Currency },
		read: func(c cell, _ *contract.Product, v *contract.Variant) string {
			code := strings.ToUpper(c.code())
			if len(code) != 3 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
				return "expected an ISO 4217 code such as GBP"
			}
			v.Price.Currency = code
			if v.MemberPrice != nil {
				v.MemberPrice = &contract.Money{AmountMinor: v.MemberPrice.AmountMinor, Currency: code}
			}
			if v.Deposit != nil {
				v.Deposit = &contract.Money{AmountMinor: v.Deposit.AmountMinor, Currency: code}
			}
			return ""
		},
	},
	{
		Name: "price", Location: "price.amount_minor", OfVariant: true,
		write: func(_ *contract.Product, v *contract.Variant) string {
			return amount(v.Price.AmountMinor, v.Price.Currency)
		},
		read: func(c cell, _ *contract.Product, v *contract.Variant) (reason string) {
			minor, reason := readAmount(c, v.Price.Currency)
			if reason == "" && minor == 0 {
				reason = "expected a price above zero"
			}
			if reason == "" {
				v.Price.AmountMinor = minor
			}
			return reason
		},
	},
	besides("member_price", "member_price.amount_minor", func(v *contract.Variant) **contract.Money { return &v.MemberPrice }),
	besides("deposit", "deposit.amount_minor", func(v *contract.Variant) **contract.Money { return &v.Deposit }),
	{
		Name: "vat_rate", Location: "vat_rate", OfVariant: true,
		write: func(_ *contract.Product, v *contract.Variant) string { return rate(v.VATRate) },
		read: func(c cell, _ *contract.Product, v *contract.Variant) (reason string) {
			points, reason := readRate(c)
			if reason == "" {
				v.VATRate = points
			}
			return reason
		},
	},
}

var ordering = []Column{
	flag("sold_by_weight", "sold_by_weight", func(v *contract.Variant) *bool { return &v.SoldByWeight }),
	count("order_step", "order_step", 1, func(v *contract.Variant) int64 { return v.OrderStep },
		func(v *contract.Variant, n int64) { v.OrderStep = n }),
	count("order_min", "order_min", 1, func(v *contract.Variant) int64 { return v.OrderMin },
		func(v *contract.Variant, n int64) { v.OrderMin = n }),
	count("order_max", "order_max", 0, func(v *contract.Variant) int64 { return v.OrderMax },
		func(v *contract.Variant, n int64) { v.OrderMax = n }),
	ofVariant("supplier_sku", "supplier_sku", false, func(v *contract.Variant) *string { return &v.SupplierSKU }),
	flag("track_stock", "track_stock", func(v *contract.Variant) *bool { return &v.TrackStock }),
	{
		Name: "variant_allergens", Location: "allergens", OfVariant: true,
		write: func(_ *contract.Product, v *contract.Variant) string {
			if s := allergens(v.Allergens); s != "" || len(v.Allergens) == 0 {
				return s
			}
			return string(contract.Unknown)
		},
		read: func(c cell, _ *contract.Product, v *contract.Variant) (reason string) {
			v.Allergens, reason = readAllergens(c.text)
			return reason
		},
	},
}

// readAllergens reads what a variant has of its own: nothing, "unknown" for that
// nothing is known, or some of the fourteen.
func readAllergens(s string) (all []contract.Allergen, reason string) {
	items := readList(s)
	if len(items) == 0 {
		return nil, ""
	}
	all = Unknowns()
	if len(items) == 1 && strings.TrimSpace(items[0]) == string(contract.Unknown) {
		return all, ""
	}
	for _, item := range items {
		code, rest, _ := strings.Cut(item, "=")
		at := -1
		for i, a := range all {
			if string(a.Code) == strings.ToLower(strings.TrimSpace(code)) {
				at = i
			}
		}
		state, detail, reason := readSays(rest)
		if at < 0 || reason != "" {
			return nil, "expected allergens such as gluten=contains: rye; milk=free"
		}
		all[at].State, all[at].Detail = state, detail
	}
	return all, ""
}

// Unknowns are the fourteen allergens, of which nothing is known.
func Unknowns() []contract.Allergen {
	all := make([]contract.Allergen, len(contract.AllergenCodes))
	for i, code := range contract.AllergenCodes {
		all[i] = contract.Allergen{Code: code, State: contract.Unknown}
	}
	return all
}

// number is a column of digits that a spreadsheet likes to round.
func number(name, location string, field func(v *contract.Variant) *string) Column {
	c := ofVariant(name, location, true, field)
	c.read = func(c cell, _ *contract.Product, v *contract.Variant) string {
		s := c.code()
		if s != "" && !digits(s) {
			return "expected digits only; a spreadsheet may have rounded the number: format the column as text"
		}
		*field(v) = s
		return ""
	}
	return c
}

// besides is a column of an amount that there need not be.
func besides(name, location string, field func(v *contract.Variant) **contract.Money) Column {
	return Column{
		Name: name, Location: location, OfVariant: true,
		write: func(_ *contract.Product, v *contract.Variant) string {
			if m := *field(v); m != nil {
				return amount(m.AmountMinor, m.Currency)
			}
			return ""
		},
		read: func(c cell, _ *contract.Product, v *contract.Variant) string {
			minor, reason := readAmount(c, v.Price.Currency)
			if reason != "" {
				return reason
			}
			*field(v) = nil
			if minor > 0 {
				*field(v) = &contract.Money{AmountMinor: minor, Currency: v.Price.Currency}
			}
			return ""
		},
	}
}

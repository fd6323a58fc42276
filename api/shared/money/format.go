// Prices as people and as machines read them.

package money

import (
	"cmp"
	"strconv"

	"rose-ash.com/roseash/api/shared/contract"
)

// symbols are those that stand before the amount everywhere.
var symbols = map[string]string{"GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥"}

// Format writes an amount for people: £3.25, 12.00 CHF.
func Format(m contract.Money) string {
	if symbol, ok := symbols[m.Currency]; ok {
		return symbol + Decimal(m)
	}
	return Decimal(m) + " " + m.Currency
}

// Symbol is the sign of a currency, or its code where it has none that stands before
// amounts everywhere.
func Symbol(code string) string { return cmp.Or(symbols[code], code) }

// Decimal writes an amount as machines read it: 3.25, by the currency's own
// number of decimals (ISO 4217).
func Decimal(m contract.Money) string { return WriteDecimal(m.AmountMinor, Places(m.Currency), false) }

// PerUnit writes what one kilogram, litre or piece costs: £6.50 / kg.
func PerUnit(u contract.UnitPrice) string {
	if u.Per == "" {
		return ""
	}
	if u.Per == "each" {
		return Format(u.Money) + " each"
	}
	return Format(u.Money) + " / " + u.Per
}

// Size writes a quantity in the unit people use: 500 g, 1.5 kg, 750 ml, 6.
func Size(quantity int64, unit contract.Unit) string {
	large := map[contract.Unit]string{contract.UnitGram: "kg", contract.UnitMillilitre: "L"}[unit]
	switch {
	case unit == contract.UnitEach && quantity == 1:
		return "each"
	case unit == contract.UnitEach:
		return "pack of " + strconv.FormatInt(quantity, 10)
	case quantity < 1000:
		return strconv.FormatInt(quantity, 10) + " " + string(unit)
	}
	return WriteDecimal(quantity, 3, true) + " " + large
}

// Rate writes a rate given in basis points: "includes 20% VAT".
func Rate(rate int) string {
	if rate == 0 {
		return "no VAT"
	}
	return "includes " + WriteDecimal(int64(rate), 2, true) + "% VAT"
}

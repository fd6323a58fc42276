// Prices as people and as machines read them.

package money

import (
	"fmt"
	"strconv"

	"golang.org/x/text/currency"

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

// Decimal writes an amount as machines read it: 3.25, by the currency's own
// number of decimals (ISO 4217).
func Decimal(m contract.Money) string {
	digits := 2
	if unit, err := currency.ParseISO(m.Currency); err == nil {
		digits, _ = currency.Standard.Rounding(unit)
	}
	if digits == 0 {
		return strconv.FormatInt(m.AmountMinor, 10)
	}
	scale := int64(1)
	for range digits {
		scale *= 10
	}
	sign, amount := "", m.AmountMinor
	if amount < 0 {
		sign, amount = "-", -amount
	}
	return fmt.Sprintf("%s%d.%0*d", sign, amount/scale, digits, amount%scale)
}

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
	return strconv.FormatFloat(float64(quantity)/1000, 'f', -1, 64) + " " + large
}

// Rate writes a rate given in basis points: "includes 20% VAT".
func Rate(rate int) string {
	if rate == 0 {
		return "no VAT"
	}
	return "includes " + strconv.FormatFloat(float64(rate)/100, 'f', -1, 64) + "% VAT"
}

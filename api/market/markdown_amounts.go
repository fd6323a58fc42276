// Amounts as people write them at the head of a file: exact, or refused.

package market

import (
	"strconv"
	"strings"

	"golang.org/x/text/currency"

	"rose-ash.com/roseash/api/shared/contract"
)

// decimal reads digits with at most one point as an integer of the unit that has
// so many decimals: 12.5 of 2 is 1250. Further decimals may only be zeros. ok is
// false for anything else, a number that begins with two zeros or is above
// maxPrice included. No floating-point number is made on the way.
func decimal(text string, decimals int) (n int64, ok bool) {
	whole, part, point := strings.Cut(text, ".")
	if whole == "" || point && part == "" || len(whole) > 1 && whole[0] == '0' {
		return 0, false
	}
	kept := part
	if len(part) > decimals {
		kept = part[:decimals]
		if strings.Trim(part[decimals:], "0") != "" {
			return 0, false
		}
	}
	for _, c := range []byte(whole + kept + strings.Repeat("0", decimals-len(kept))) {
		if c < '0' || c > '9' {
			return 0, false
		}
		if n = n*10 + int64(c-'0'); n > maxPrice {
			return 0, false
		}
	}
	return n, true
}

// symbols are those that stand for one currency.
var symbols = map[string]string{"£": "GBP", "€": "EUR"}

// priceOf reads a price: 3.50, £3.50 or 3.50 GBP. code is the currency that the
// file names, or empty. reason says why it is refused.
func priceOf(text, code string) (price Price, reason string) {
	number, named, _ := strings.Cut(text, " ")
	for symbol, of := range symbols {
		if rest, ok := strings.CutPrefix(number, symbol); ok {
			number, named = rest, of
		}
	}
	named = strings.ToUpper(strings.TrimSpace(named))
	switch {
	case named != "" && code != "" && named != code:
		return price, "its price and its currency do not agree"
	case named != "":
		code = named
	case code == "":
		code = defaultCurrency
	}
	unit, err := currency.ParseISO(code)
	if err != nil || !currencies.MatchString(code) {
		return price, "its currency is no ISO 4217 code"
	}
	digits, _ := currency.Standard.Rounding(unit)
	amount, ok := decimal(number, digits)
	switch {
	case !ok:
		return price, "its price is no amount with " + strconv.Itoa(digits) + " decimals at the most, such as 3.50"
	case amount == 0:
		return price, "its price is not above zero"
	}
	return Price{AmountMinor: amount, Currency: code}, ""
}

// vatOf reads a rate in percent as basis points.
func vatOf(text string) (rate int, ok bool) {
	if text == "" {
		return 0, true
	}
	n, ok := decimal(strings.TrimSpace(strings.TrimSuffix(text, "%")), 2)
	return int(n), ok && n <= 10_000
}

// measures are the units that quantities are written in, as our units: so many of
// the small one.
var measures = map[string]struct {
	unit  contract.Unit
	times int64
}{
	"g": {contract.UnitGram, 1}, "gram": {contract.UnitGram, 1}, "grams": {contract.UnitGram, 1},
	"kg": {contract.UnitGram, 1000}, "kilo": {contract.UnitGram, 1000}, "kilogram": {contract.UnitGram, 1000},
	"ml": {contract.UnitMillilitre, 1}, "cl": {contract.UnitMillilitre, 10}, "dl": {contract.UnitMillilitre, 100},
	"l": {contract.UnitMillilitre, 1000}, "litre": {contract.UnitMillilitre, 1000}, "liter": {contract.UnitMillilitre, 1000},
	"": {contract.UnitEach, 1}, "each": {contract.UnitEach, 1}, "piece": {contract.UnitEach, 1}, "pieces": {contract.UnitEach, 1},
}

// quantityOf reads how much is sold at once: 500 g, 1.5 kg, or a number of the
// unit that is given. Nothing is one piece. ok is false for other units and parts
// of a gram.
func quantityOf(text, unit string) (quantity int64, in contract.Unit, ok bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" {
		text = "1"
	}
	number := strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyz")
	if written := text[len(number):]; written != "" {
		unit = written
	}
	m, known := measures[strings.TrimSpace(unit)]
	n, exact := decimal(strings.TrimSpace(number), 3)
	if !known || !exact || n*m.times%1000 != 0 {
		return 0, "", false
	}
	if quantity = n * m.times / 1000; quantity == 0 || quantity > maxQuantity {
		return 0, "", false
	}
	return quantity, m.unit, true
}

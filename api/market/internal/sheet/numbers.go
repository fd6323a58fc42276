// Numbers as people write them, kept as whole numbers of a small unit.

package sheet

import (
	"strconv"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
)

// whole writes a number; 0 is an empty cell unless it is told apart from none.
func whole(n int64, zero bool) string {
	if n == 0 && !zero {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// readWhole reads digits; an empty cell is none.
func readWhole(s string, none int64) (n int64, reason string) {
	if s == "" {
		return none, ""
	}
	if !digits(s) || len(s) > 18 {
		return 0, "expected a whole number"
	}
	n, _ = strconv.ParseInt(s, 10, 64)
	return n, ""
}

// decimal writes a number of 1/10^places as a decimal: 1400 of 3 places is 1.4.
func decimal(n int64, places int) string { return money.WriteDecimal(n, places, true) }

// readDecimal is the opposite of decimal. A comma stands for the point where the
// file's separator is another.
func readDecimal(s string, places int, comma bool) (n int64, ok bool) {
	if comma && !strings.Contains(s, ".") {
		s = strings.Replace(s, ",", ".", 1)
	}
	return money.ParseDecimal(s, places)
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// amount writes minor units as money.Decimal does.
func amount(minor int64, code string) string {
	return money.Decimal(contract.Money{AmountMinor: minor, Currency: code})
}

// readAmount reads a price such as 3.25; an empty cell is 0.
func readAmount(c cell, code string) (minor int64, reason string) {
	s := c.code()
	if s == "" {
		return 0, ""
	}
	minor, ok := readDecimal(s, money.Places(code), c.decimalComma)
	if !ok {
		return 0, "expected an amount such as 3.25, without a sign for the currency"
	}
	return minor, ""
}

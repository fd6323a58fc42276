// Amounts as people type them.

package money

import (
	"strconv"
	"strings"

	"golang.org/x/text/currency"
)

// Places is how many decimals amounts of a currency have (ISO 4217); 2 where the
// currency is not known.
func Places(code string) int {
	if code == "GBP" || code == "EUR" {
		return 2
	}
	unit, err := currency.ParseISO(code)
	if err != nil {
		return 2
	}
	places, _ := currency.Standard.Rounding(unit)
	return places
}

// ParseDecimal reads a number that is not negative as a whole number of 1/10^places:
// "1.4" of 3 places is 1400. It takes digits and at most one point, with no more
// decimals than there are places.
func ParseDecimal(text string, places int) (n int64, ok bool) {
	before, after, found := strings.Cut(text, ".")
	if before+after == "" || found && after == "" || len(after) > places || len(before) > 15 {
		return 0, false
	}
	all := before + after + strings.Repeat("0", places-len(after))
	if strings.Trim(all, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(all, 10, 64)
	if err != nil {
		return 0, false
	}
	return n, true
}

// WriteDecimal is the opposite of ParseDecimal, with all places or, trimmed, without
// the zeros at the end: 1400 of 3 places is 1.400, trimmed 1.4.
func WriteDecimal(n int64, places int, trimmed bool) string {
	sign, digits := "", strconv.FormatInt(n, 10)
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	digits = strings.Repeat("0", max(places+1-len(digits), 0)) + digits
	before, after := digits[:len(digits)-places], digits[len(digits)-places:]
	if trimmed {
		after = strings.TrimRight(after, "0")
	}
	if after == "" {
		return sign + before
	}
	return sign + before + "." + after
}

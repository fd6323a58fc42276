// Amounts: JSON numbers of major units outside, whole minor units inside.

package sumupsim

import (
	"encoding/json"
	"strconv"
	"strings"
)

// decimals are those of the currencies that SumUp takes.
var decimals = map[string]int{
	"BGN": 2, "BRL": 2, "CHF": 2, "CLP": 0, "COP": 2, "CZK": 2, "DKK": 2, "EUR": 2, "GBP": 2,
	"HRK": 2, "HUF": 2, "NOK": 2, "PLN": 2, "RON": 2, "SEK": 2, "USD": 2,
}

// major writes minor units as JSON encoders of floating-point numbers do: 12.1, not 12.10.
func major(minor int64, currency string) json.Number {
	places, known := decimals[currency]
	if !known {
		places = 2
	}
	sign := ""
	if minor < 0 {
		sign, minor = "-", -minor
	}
	digits := strconv.FormatInt(minor, 10)
	if len(digits) <= places {
		digits = strings.Repeat("0", places+1-len(digits)) + digits
	}
	whole, rest := digits[:len(digits)-places], strings.TrimRight(digits[len(digits)-places:], "0")
	if rest != "" {
		rest = "." + rest
	}
	return json.Number(sign + whole + rest)
}

// minor reads an amount; ok is false where it is not above zero, has more decimals than the
// currency, an exponent, or more digits than any payment.
func minor(amount json.Number, currency string) (value int64, ok bool) {
	places, known := decimals[currency]
	whole, rest, _ := strings.Cut(amount.String(), ".")
	rest = strings.TrimRight(rest, "0")
	if !known || len(rest) > places || len(whole) > 12 || strings.ContainsAny(whole+rest, "eE+-") {
		return 0, false
	}
	value, err := strconv.ParseInt(whole+rest+strings.Repeat("0", places-len(rest)), 10, 64)
	return value, err == nil && value > 0
}

// exact is an amount for people: 12.10.
func exact(minor int64, currency string) string {
	text := major(minor, currency).String()
	whole, rest, _ := strings.Cut(text, ".")
	if places := decimals[currency]; places > 0 {
		return whole + "." + (rest + "00")[:places]
	}
	return whole
}

// Amounts between JSON numbers of major units and integers of minor units.

package sumup

import (
	"encoding/json"
	"errors"
	"strings"

	"rose-ash.com/roseash/api/shared/money"
)

// maxAmount keeps sums of all that fits into an answer within an int64.
const maxAmount = 1e13

var errAmount = errors.New("sumup: not an amount")

// number is a JSON number as it was written; empty: there was none.
type number json.Number

// UnmarshalJSON takes what is written as a number, and null; json.Number itself would take
// a string too.
func (n *number) UnmarshalJSON(raw []byte) error {
	text := string(raw)
	if text == "null" {
		return nil
	}
	if text == "" || strings.Trim(text, "-.0123456789") != "" {
		return errAmount
	}
	*n = number(text)
	return nil
}

// minor is a number as an amount of a currency, in minor units. It fails where there is
// none, and for more decimals than the currency has.
func (n number) minor(currency string) (int64, error) {
	digits, negative := strings.CutPrefix(string(n), "-")
	amount, ok := money.ParseDecimal(digits, money.Places(currency))
	if !ok || amount > maxAmount || !isCurrency(currency) {
		return 0, errAmount
	}
	if negative {
		amount = -amount
	}
	return amount, nil
}

// positive is minor of what cannot be below zero.
func (n number) positive(currency string) (int64, error) {
	amount, err := n.minor(currency)
	if amount < 0 {
		return 0, errAmount
	}
	return amount, err
}

// optional is minor, and 0 where nothing was said.
func (n number) optional(currency string) (int64, error) {
	if n == "" {
		return 0, nil
	}
	return n.minor(currency)
}

func isCurrency(code string) bool {
	return len(code) == 3 && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// written is an amount as a JSON number with exactly the currency's decimals: 12.10.
func written(minor int64, currency string) json.Number {
	return json.Number(money.WriteDecimal(minor, money.Places(currency), false))
}

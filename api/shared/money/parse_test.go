package money_test

import (
	"testing"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
)

func TestParseDecimal(t *testing.T) {
	for _, tt := range []struct {
		text   string
		places int
		n      int64
		ok     bool
	}{
		{"3.25", 2, 325, true}, {"3", 2, 300, true}, {"3.2", 2, 320, true}, {".5", 2, 50, true}, {"007", 2, 700, true},
		{"1.4", 3, 1400, true}, {"12", 0, 12, true}, {"999999999.99", 2, 99_999_999_999, true},
		{"", 2, 0, false}, {".", 2, 0, false}, {"3.", 2, 0, false}, {"3.255", 2, 0, false}, {"1.0", 0, 0, false}, {"-1", 2, 0, false},
		{"+1", 2, 0, false}, {"1e3", 2, 0, false}, {"1,25", 2, 0, false}, {"£3", 2, 0, false}, {" 3", 2, 0, false}, {"1.2.3", 3, 0, false},
		{"9999999999999999", 2, 0, false}, {"999999999999999", 9, 0, false}, {"٣", 2, 0, false},
	} {
		if n, ok := money.ParseDecimal(tt.text, tt.places); n != tt.n || ok != tt.ok {
			t.Errorf("ParseDecimal(%q, %d) = %d %v, want %d %v", tt.text, tt.places, n, ok, tt.n, tt.ok)
		}
	}
}

// FuzzParseDecimal: what is read is written as a number that reads the same, and
// amounts are written as Decimal writes them.
func FuzzParseDecimal(f *testing.F) {
	f.Add("3.25", uint8(2))
	f.Add("0.000", uint8(3))
	f.Fuzz(func(t *testing.T, text string, places uint8) {
		n, ok := money.ParseDecimal(text, int(places%10))
		if !ok {
			return
		}
		for _, trimmed := range []bool{true, false} {
			if again, ok := money.ParseDecimal(money.WriteDecimal(n, int(places%10), trimmed), int(places%10)); !ok || again != n {
				t.Errorf("%q is %d, and back %d", text, n, again)
			}
		}
		for _, code := range []string{"GBP", "JPY", "KWD"} {
			want := money.Decimal(contract.Money{AmountMinor: n, Currency: code})
			if got := money.WriteDecimal(n, money.Places(code), false); got != want {
				t.Errorf("%d %s is %s, want %s", n, code, got, want)
			}
		}
	})
}

package market

import (
	"strings"
	"testing"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
)

func TestPriceOf(t *testing.T) {
	for _, c := range []struct {
		text, code string
		minor      int64
		currency   string
	}{
		{"3.50", "", 350, "GBP"}, {"3.5", "", 350, "GBP"}, {"3", "EUR", 300, "EUR"}, {"0.01", "", 1, "GBP"}, {"3.5000", "", 350, "GBP"},
		{"£3.50", "", 350, "GBP"}, {"€3.50", "EUR", 350, "EUR"}, {"3.50 chf", "", 350, "CHF"}, {"500", "JPY", 500, "JPY"},
		{"1.234", "KWD", 1234, "KWD"}, {"999999999.99", "", 99_999_999_999, "GBP"}, {"19.99", "", 1999, "GBP"}, {"1.005", "KWD", 1005, "KWD"},
	} {
		if got, reason := priceOf(c.text, c.code); reason != "" || got != (Price{c.minor, c.currency}) {
			t.Errorf("priceOf(%q, %q) = %v, %q, want %d %s", c.text, c.code, got, reason, c.minor, c.currency)
		}
	}
	for _, c := range []struct{ text, code, reason string }{
		{"0", "", "not above zero"}, {"-1", "", "no amount"}, {"+1", "", "no amount"}, {"1.005", "", "no amount"}, {"1,50", "", "no amount"},
		{"1e2", "", "no amount"}, {"007", "", "no amount"}, {".5", "", "no amount"}, {"1.", "", "no amount"}, {"0x10", "", "no amount"},
		{"1000000000", "", "no amount"}, {"3.50", "XXZ", "ISO 4217"}, {"3.50", "GB", "ISO 4217"}, {"£3", "EUR", "do not agree"}, {"$3", "", "no amount"},
		{"3.5", "JPY", "no amount"}, {"NaN", "", "no amount"}, {strings.Repeat("9", 400), "", "no amount"}, {"", "", "no amount"},
	} {
		if got, reason := priceOf(c.text, c.code); !strings.Contains(reason, c.reason) {
			t.Errorf("priceOf(%q, %q) = %v, %q, want it refused: %s", c.text, c.code, got, reason, c.reason)
		}
	}
}

func TestQuantityOf(t *testing.T) {
	for _, c := range []struct {
		text, unit string
		quantity   int64
		in         contract.Unit
		name       string
	}{
		{"", "", 1, "each", "each"}, {"6", "", 6, "each", "pack of 6"}, {"500", "g", 500, "g", "500 g"}, {"500 g", "", 500, "g", "500 g"},
		{"1.5kg", "", 1500, "g", "1.5 kg"}, {"1.5", "KG", 0, "", ""}, {"0.75 L", "", 750, "ml", "750 ml"}, {"2 litre", "", 2000, "ml", "2 L"},
		{"75 cl", "", 750, "ml", "750 ml"}, {"1.25 kg", "each", 1250, "g", "1.25 kg"}, {"0.0005 kg", "", 0, "", ""}, {"0.5", "", 0, "", ""},
		{"3 lb", "", 0, "", ""}, {"0", "g", 0, "", ""}, {"about 3", "", 0, "", ""}, {"99999999 kg", "", 0, "", ""},
	} {
		quantity, in, ok := quantityOf(c.text, c.unit)
		if quantity != c.quantity && ok || in != c.in || ok != (c.in != "") {
			t.Errorf("quantityOf(%q, %q) = %d %s, %v, want %d %s", c.text, c.unit, quantity, in, ok, c.quantity, c.in)
		}
		if ok && money.Size(quantity, in) != c.name {
			t.Errorf("money.Size(%d, %s) = %q, want %q", quantity, in, money.Size(quantity, in), c.name)
		}
	}
}

// FuzzPriceOf: what is read is written the same again, to the last digit.
func FuzzPriceOf(f *testing.F) {
	f.Add("3.50", "GBP")
	f.Add("£0.010", "")
	f.Add("12 JPY", "")
	f.Fuzz(func(t *testing.T, text, code string) {
		price, reason := priceOf(text, code)
		if reason != "" {
			return
		}
		if price.AmountMinor < 1 || price.AmountMinor > maxPrice || !currencies.MatchString(price.Currency) {
			t.Fatalf("priceOf(%q, %q) = %v", text, code, price)
		}
		digits := strings.Trim(strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, text), "0")
		var minor []byte
		for n := price.AmountMinor; n > 0; n /= 10 {
			minor = append([]byte{byte('0' + n%10)}, minor...)
		}
		if strings.Trim(string(minor), "0") != digits {
			t.Fatalf("priceOf(%q, %q) = %v", text, code, price)
		}
	})
}

package money_test

import (
	"testing"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
)

func TestFormat(t *testing.T) {
	for want, m := range map[string]contract.Money{
		"£3.25": {AmountMinor: 325, Currency: "GBP"}, "£0.05": {AmountMinor: 5, Currency: "GBP"},
		"£-1.00": {AmountMinor: -100, Currency: "GBP"}, "¥120": {AmountMinor: 120, Currency: "JPY"}, "1.234 KWD": {AmountMinor: 1234, Currency: "KWD"},
		"12.00 CHF": {AmountMinor: 1200, Currency: "CHF"},
	} {
		if got := money.Format(m); got != want {
			t.Errorf("Format(%v) = %q, want %q", m, got, want)
		}
	}
}

func TestSize(t *testing.T) {
	for _, c := range []struct {
		n    int64
		unit contract.Unit
		want string
	}{
		{500, "g", "500 g"}, {1000, "g", "1 kg"}, {2500, "g", "2.5 kg"}, {750, "ml", "750 ml"}, {5000, "ml", "5 L"},
		{1, "each", "each"}, {6, "each", "pack of 6"},
	} {
		if got := money.Size(c.n, c.unit); got != c.want {
			t.Errorf("Size(%d, %s) = %q, want %q", c.n, c.unit, got, c.want)
		}
	}
	if got := money.Rate(2000) + ", " + money.Rate(500) + ", " + money.Rate(0) + ", " + money.Rate(1750); got != "includes 20% VAT, includes 5% VAT, no VAT, includes 17.5% VAT" {
		t.Errorf("Rate = %q", got)
	}
}

func TestPerUnit(t *testing.T) {
	for want, u := range map[string]contract.UnitPrice{
		"£6.50 / kg": {Money: contract.Money{AmountMinor: 650, Currency: "GBP"}, Per: "kg"},
		"£0.30 each": {Money: contract.Money{AmountMinor: 30, Currency: "GBP"}, Per: "each"},
		"":           {},
	} {
		if got := money.PerUnit(u); got != want {
			t.Errorf("PerUnit(%v) = %q, want %q", u, got, want)
		}
	}
}

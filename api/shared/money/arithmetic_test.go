package money_test

import (
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
)

// cases is how many random amounts each of the comparisons with big integers takes.
const cases = 200_000

func pounds(minor int64) contract.Money { return contract.Money{AmountMinor: minor, Currency: "GBP"} }

func TestUnitPrice(t *testing.T) {
	for _, tt := range []struct {
		minor, quantity int64
		unit            contract.Unit
		want            int64
		per             string
	}{
		{325, 400, contract.UnitGram, 813, "kg"},
		{1, 2000, contract.UnitGram, 1, "kg"}, // a half goes up
		{1, 2001, contract.UnitGram, 0, "kg"},
		{180, 750, contract.UnitMillilitre, 240, "L"},
		{200, 6, contract.UnitEach, 33, "each"},
		{201, 6, contract.UnitEach, 34, "each"},
		{99_999_999_999, 1, contract.UnitGram, 99_999_999_999_000, "kg"},
		{99_999_999_999, 1_000_000_000, contract.UnitEach, 100, "each"},
		{0, 0, contract.UnitEach, 0, "each"},
		{325, -400, contract.UnitGram, 0, "kg"},
	} {
		got := money.UnitPrice(pounds(tt.minor), tt.quantity, tt.unit)
		if want := (contract.UnitPrice{Money: pounds(tt.want), Per: tt.per}); got != want {
			t.Errorf("UnitPrice(%d, %d, %s) = %v, want %v", tt.minor, tt.quantity, tt.unit, got, want)
		}
	}
}

func TestWeighedAndVAT(t *testing.T) {
	for _, tt := range []struct{ price, quantity, amount, want int64 }{
		{250, 1000, 350, 88}, {250, 1000, 2, 1}, {249, 1000, 2, 0}, {399, 100, 100, 399}, {399, 100, 0, 0}, {399, 0, 10, 0},
	} {
		if got := money.Weighed(pounds(tt.price), tt.quantity, tt.amount); got != pounds(tt.want) {
			t.Errorf("Weighed(%d, %d, %d) = %v, want %d", tt.price, tt.quantity, tt.amount, got, tt.want)
		}
	}
	for _, tt := range []struct {
		gross int64
		rate  int
		want  int64
	}{
		{120, 2000, 20}, {100, 2000, 17}, {3, 2000, 1}, {2, 2000, 0}, {325, 0, 0}, {105, 500, 5}, {-120, 2000, -20}, {-3, 2000, -1},
	} {
		if got := money.VAT(pounds(tt.gross), tt.rate); got != pounds(tt.want) {
			t.Errorf("VAT(%d, %d) = %v, want %d", tt.gross, tt.rate, got, tt.want)
		}
	}
}

// exact is amount·times/of by big integers: the nearest whole number, a half away
// from zero.
func exact(amount, times, of int64) int64 {
	n := new(big.Int).Mul(big.NewInt(amount), big.NewInt(times))
	negative := n.Sign() < 0
	n.Abs(n).Mul(n, big.NewInt(2)).Add(n, big.NewInt(of)).Div(n, big.NewInt(2*of))
	if negative {
		n.Neg(n)
	}
	return n.Int64()
}

// anyOf is a number from least to most, as likely small as large: of every length in
// bits alike.
func anyOf(r *rand.Rand, least, most int64) int64 {
	return least + r.Int64N(min(most-least, 1<<r.Int64N(42))+1)
}

func random(t *testing.T) *rand.Rand {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, %d cases", seed, cases)
	return rand.New(rand.NewPCG(seed, 1))
}

// Unit prices are the same as by big integers, for all that the market stores.
func TestUnitPriceIsExact(t *testing.T) {
	r := random(t)
	units := []contract.Unit{contract.UnitGram, contract.UnitMillilitre, contract.UnitEach}
	for range cases {
		price, quantity, unit := anyOf(r, 0, 99_999_999_999), anyOf(r, 1, 1_000_000_000), units[r.IntN(len(units))]
		times := int64(1000)
		if unit == contract.UnitEach {
			times = 1
		}
		if got, want := money.UnitPrice(pounds(price), quantity, unit).AmountMinor, exact(price, times, quantity); got != want {
			t.Fatalf("UnitPrice(%d, %d, %s) = %d, want %d", price, quantity, unit, got, want)
		}
	}
}

// So are lines of what is sold by weight, up to the most that can be ordered.
func TestWeighedIsExact(t *testing.T) {
	r := random(t)
	for range cases {
		price, quantity, amount := anyOf(r, 0, 99_999_999_999), anyOf(r, 1, 1_000_000_000), anyOf(r, 0, 1_000_000)
		if got, want := money.Weighed(pounds(price), quantity, amount).AmountMinor, exact(price, amount, quantity); got != want {
			t.Fatalf("Weighed(%d, %d, %d) = %d, want %d", price, quantity, amount, got, want)
		}
	}
}

// And the VAT in a price or in what is paid back, at every rate; what is left is
// never less than nothing.
func TestVATIsExact(t *testing.T) {
	r := random(t)
	for range cases {
		gross, rate := anyOf(r, 0, 99_999_999_999), anyOf(r, 0, 10_000)
		if r.IntN(4) == 0 {
			gross = -gross
		}
		got, want := money.VAT(pounds(gross), int(rate)).AmountMinor, exact(gross, rate, 10_000+rate)
		if got != want {
			t.Fatalf("VAT(%d, %d) = %d, want %d", gross, rate, got, want)
		}
		if net := gross - got; gross >= 0 && (net < 0 || got < 0) || gross < 0 && (net > 0 || got > 0) {
			t.Fatalf("VAT(%d, %d) = %d, which leaves %d", gross, rate, got, net)
		}
	}
}

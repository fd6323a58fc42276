package market_test

import (
	"math/big"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

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
	} {
		got := market.UnitPrice(contract.Money{AmountMinor: tt.minor, Currency: "GBP"}, tt.quantity, tt.unit)
		want := contract.UnitPrice{Money: contract.Money{AmountMinor: tt.want, Currency: "GBP"}, Per: tt.per}
		if got != want {
			t.Errorf("UnitPrice(%d, %d, %s) = %v, want %v", tt.minor, tt.quantity, tt.unit, got, want)
		}
	}
}

// The unit price is the whole number nearest to the true one, a half upwards.
func TestUnitPriceIsTheNearest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minor := rapid.Int64Range(1, 99_999_999_999).Draw(t, "price")
		quantity := rapid.Int64Range(1, 1_000_000_000).Draw(t, "quantity")
		unit := rapid.SampledFrom([]contract.Unit{contract.UnitGram, contract.UnitMillilitre, contract.UnitEach}).Draw(t, "unit")
		got := market.UnitPrice(contract.Money{AmountMinor: minor, Currency: "GBP"}, quantity, unit)
		times := int64(1000)
		if unit == contract.UnitEach {
			times = 1
		}
		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(minor), big.NewInt(times)), big.NewInt(quantity))
		over := new(big.Rat).Sub(new(big.Rat).SetInt64(got.AmountMinor), exact)
		if half := big.NewRat(1, 2); over.Cmp(half) > 0 || over.Cmp(new(big.Rat).Neg(half)) <= 0 {
			t.Fatalf("UnitPrice(%d, %d, %s) = %d, which is %s off", minor, quantity, unit, got.AmountMinor, over.FloatString(3))
		}
	})
}

// FuzzReference asks for whatever a path can hold: it is found or it is not,
// and the database never gets to see what it could not read.
func FuzzReference(f *testing.F) {
	s := newShop(f)
	s.category("bread", "")
	s.published("rye-loaf", "bread")
	for _, ref := range []string{"rye-loaf", "prod_00000000000000000000000000000000", "../x", "\x00", "\xff", "", "cat_", "%", strings.Repeat("a", 300), "RYE-LOAF"} {
		f.Add(ref)
	}
	f.Fuzz(func(t *testing.T, ref string) {
		if _, err := s.Product(t.Context(), ref); err != nil && problem.Code(err) != "not_found" {
			t.Errorf("Product(%q): %v", ref, err)
		}
		if _, err := s.Category(t.Context(), ref); err != nil && problem.Code(err) != "not_found" {
			t.Errorf("Category(%q): %v", ref, err)
		}
		_, _, err := s.Products(t.Context(), market.ProductQuery{Category: ref, Cursor: ref})
		if code := problem.Code(err); err != nil && code != "not_found" && code != "invalid_cursor" {
			t.Errorf("Products(%q): %v", ref, err)
		}
	})
}

// FuzzFields makes products of whatever text there is: each is made or refused
// with a 4xx, and what was made reads back the same.
func FuzzFields(f *testing.F) {
	s := newShop(f)
	s.category("bread", "")
	for _, text := range []string{"Rye loaf", "", " ", "\x00", "\xff", "é\u0301", "<script>", strings.Repeat("ﷺ", 200), "a\nb", "\u202e", "~"} {
		f.Add(text, text)
	}
	n := 0
	f.Fuzz(func(t *testing.T, line, text string) {
		n++
		slug := "p" + strconv.Itoa(n)
		made, err := s.CreateProduct(t.Context(), market.ProductFields{
			Slug: &slug, Name: &line, Summary: &line, Brand: &line, Description: &text, Category: ptr("bread")})
		if err != nil {
			if d := problem.From(err); d.Status != 422 {
				t.Errorf("CreateProduct(%q, %q): %v", line, text, err)
			}
			return
		}
		if made.Name != line || made.Description != text {
			t.Errorf("made %q, %q of %q, %q", made.Name, made.Description, line, text)
		}
	})
}

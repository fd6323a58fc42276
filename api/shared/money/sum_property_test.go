package money_test

import (
	"flag"
	"math/big"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
)

var baskets = flag.Int("baskets", 2000, "how many random baskets TestI14 and TestI15 add up")

// check runs a property over as many baskets as the flag says.
func check(t *testing.T, property func(*rapid.T)) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	before := checks.Value.String()
	if err := checks.Value.Set(strconv.Itoa(*baskets)); err != nil {
		t.Fatal(err)
	}
	defer checks.Value.Set(before)
	rapid.Check(t, property)
	t.Logf("%d baskets", *baskets)
}

var rates = []int{0, 500, 1250, 1750, 2000, 10_000}

// price is from nothing to a thousand million, as likely small as large.
func price(t *rapid.T) int64 {
	return rapid.Int64Range(0, 1<<rapid.IntRange(0, 36).Draw(t, "bits")).Draw(t, "price")
}

// aLine is a line that may be in a basket.
func aLine(t *rapid.T) contract.PricedLine {
	l := contract.PricedLine{Offer: contract.Offer{Price: pounds(price(t)), VATRate: rapid.SampledFrom(rates).Draw(t, "rate")}}
	l.Offer.CategoryIDs = rapid.SliceOfN(rapid.SampledFrom([]contract.CategoryID{"a", "b", "c"}), 0, 2).Draw(t, "categories")
	if rapid.Bool().Draw(t, "weighed") {
		l.Offer.SoldByWeight, l.Offer.Unit = true, contract.UnitGram
		l.Offer.Quantity = rapid.SampledFrom([]int64{1, 100, 250, 1000, 25_000}).Draw(t, "of")
		l.Quantity = rapid.Int64Range(1, max(1, min(1_000_000, money.MaxLine*l.Offer.Quantity/max(1, l.Offer.Price.AmountMinor)))).Draw(t, "grams")
		return l
	}
	l.Offer.Deposit = pounds(rapid.SampledFrom([]int64{0, 0, 15, 25}).Draw(t, "deposit"))
	each := max(1, l.Offer.Price.AmountMinor+l.Offer.Deposit.AmountMinor)
	l.Quantity = rapid.Int64Range(1, max(1, min(1_000_000, money.MaxLine/each))).Draw(t, "pieces")
	return l
}

func aDiscount(t *rapid.T) contract.Discount {
	d := contract.Discount{Kind: contract.PercentDiscount}
	if rapid.Bool().Draw(t, "fixed") {
		d.Kind, d.AmountMinor = contract.FixedDiscount, max(1, price(t))
	} else {
		d.PercentBP = rapid.IntRange(1, 10_000).Draw(t, "bp")
	}
	d.CategoryIDs = rapid.SliceOfN(rapid.SampledFrom([]contract.CategoryID{"a", "b", "d"}), 0, 2).Draw(t, "for")
	return d
}

// TestI14: whatever is in a basket, its sums are exact: lines, fee and deposits less discounts
// are the total, the shares of VAT are the tax, a discount and a fee are shared out to the last
// penny and to nobody's harm by more than one, and parts of lines add up to them.
func TestI14(t *testing.T) {
	check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.Custom(aLine), 0, 12).Draw(t, "lines")
		discounts := rapid.SliceOfN(rapid.Custom(aDiscount), 0, 4).Draw(t, "discounts")
		delivery := rapid.SampledFrom([]int64{0, 1, 299, 350, price(t)}).Draw(t, "delivery")
		summed, applied, totals := money.Sum(lines, discounts, delivery, "GBP")
		sumsHold(t, summed, applied, totals, delivery)
		discountsHold(t, lines, discounts, applied)
		taxHolds(t, summed, totals, delivery)
		for _, l := range summed {
			partsHold(t, l)
		}
	})
}

// sumsHold: the totals are the sums of what they are of.
func sumsHold(t *rapid.T, lines []contract.PricedLine, discounts []contract.Discount, totals contract.Totals, delivery int64) {
	var gross, discount, net, deposit, taken, tax, taxed int64
	for i, l := range lines {
		want, quantity := l.Offer.Price.AmountMinor*l.Quantity, l.Quantity
		if l.Offer.SoldByWeight {
			want, quantity = exact(l.Offer.Price.AmountMinor, l.Quantity, l.Offer.Quantity), 0
		}
		if l.GrossMinor != want || l.NetMinor != l.GrossMinor-l.DiscountMinor || l.NetMinor < 0 || l.DiscountMinor < 0 || l.DepositMinor != l.Offer.Deposit.AmountMinor*quantity {
			t.Fatalf("line %d: %+v, want %d before discounts", i, l, want)
		}
		gross, discount, net, deposit = gross+l.GrossMinor, discount+l.DiscountMinor, net+l.NetMinor, deposit+l.DepositMinor
	}
	for _, d := range discounts {
		taken += d.TakenMinor
	}
	for _, v := range totals.VAT {
		tax, taxed = tax+v.VATMinor, taxed+v.GrossMinor
	}
	got := []int64{totals.GrossMinor, totals.DiscountMinor, taken, totals.DepositMinor, totals.DeliveryMinor, totals.TotalMinor, totals.VATMinor, taxed}
	want := []int64{gross, discount, discount, deposit, delivery, net + deposit + delivery, tax, net + delivery}
	if !slices.Equal(got, want) {
		t.Fatalf("gross, discount, taken, deposit, delivery, total, tax, taxed = %d, want %d", got, want)
	}
}

// discountsHold: each discount takes what it should of what the ones before it have left, and
// each line its part of it.
func discountsHold(t *rapid.T, lines []contract.PricedLine, discounts, applied []contract.Discount) {
	for i, d := range applied {
		before, _, _ := money.Sum(lines, discounts[:i], 0, "GBP")
		after, _, _ := money.Sum(lines, discounts[:i+1], 0, "GBP")
		var left int64
		for _, l := range before {
			if money.Eligible(d, l.Offer) {
				left += l.NetMinor
			}
		}
		want := min(d.AmountMinor, left)
		if d.Kind == contract.PercentDiscount {
			want = exact(left, int64(d.PercentBP), 10_000)
		}
		if d.TakenMinor != want {
			t.Fatalf("discount %d takes %d of %d, want %d", i, d.TakenMinor, left, want)
		}
		for j := range after {
			share := before[j].NetMinor - after[j].NetMinor
			if !money.Eligible(d, after[j].Offer) {
				if share != 0 {
					t.Fatalf("discount %d takes %d of line %d, which it is not for", i, share, j)
				}
				continue
			}
			nearTo(t, share, want, before[j].NetMinor, left)
		}
	}
}

// nearTo: share is amount·weight/whole, rounded up or down.
func nearTo(t *rapid.T, share, amount, weight, whole int64) {
	if whole == 0 {
		return
	}
	exactly := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(amount), big.NewInt(weight)), big.NewInt(whole))
	off := new(big.Rat).Sub(new(big.Rat).SetInt64(share), exactly)
	if off.Abs(off).Cmp(big.NewRat(1, 1)) >= 0 {
		t.Fatalf("a share of %d is %d, and %s exactly", amount, share, exactly.FloatString(3))
	}
}

// taxHolds: the shares are by rate, each once, with the tax of their lines and of their part of
// the fee.
func taxHolds(t *rapid.T, lines []contract.PricedLine, totals contract.Totals, delivery int64) {
	net, tax, all := map[int]int64{}, map[int]int64{}, int64(0)
	for _, l := range lines {
		if want := exact(l.NetMinor, int64(l.Offer.VATRate), 10_000+int64(l.Offer.VATRate)); l.VATMinor != want {
			t.Fatalf("the VAT in %d at %d is %d, want %d", l.NetMinor, l.Offer.VATRate, l.VATMinor, want)
		}
		net[l.Offer.VATRate], tax[l.Offer.VATRate] = net[l.Offer.VATRate]+l.NetMinor, tax[l.Offer.VATRate]+l.VATMinor
		all += l.NetMinor
	}
	last := -1
	for _, v := range totals.VAT {
		if v.Rate <= last {
			t.Fatalf("the rates are %v", totals.VAT)
		}
		last = v.Rate
		fee := v.GrossMinor - net[v.Rate]
		nearTo(t, fee, delivery, net[v.Rate], all)
		if want := tax[v.Rate] + exact(fee, int64(v.Rate), 10_000+int64(v.Rate)); v.VATMinor != want || fee < 0 {
			t.Fatalf("the tax at %d is %d, want %d with %d of the fee", v.Rate, v.VATMinor, want, fee)
		}
	}
}

// partsHold: a line that goes back piece by piece pays back what was paid, never more.
func partsHold(t *rapid.T, l contract.PricedLine) {
	var back contract.PricedLine
	for left := l.Quantity; left > 0; {
		next := rapid.Int64Range(0, left-1).Draw(t, "left")
		lost := money.Between(l, left, next)
		if lost.Quantity != left-next || lost.NetMinor < 0 || lost.DepositMinor < 0 || lost.GrossMinor != lost.NetMinor+lost.DiscountMinor {
			t.Fatalf("from %d to %d of %+v goes %+v", left, next, l, lost)
		}
		back.Quantity += lost.Quantity
		back.GrossMinor += lost.GrossMinor
		back.DiscountMinor += lost.DiscountMinor
		back.NetMinor += lost.NetMinor
		back.DepositMinor += lost.DepositMinor
		back.VATMinor += lost.VATMinor
		left = next
	}
	if back.Quantity != l.Quantity || back.GrossMinor != l.GrossMinor || back.DiscountMinor != l.DiscountMinor || back.NetMinor != l.NetMinor ||
		back.DepositMinor != l.DepositMinor || back.VATMinor != l.VATMinor {
		t.Fatalf("all of %+v gives back %+v", l, back)
	}
}

// TestI15: what is weighed out costs its grams times the price, rounded half up once for the
// line, and what is said about a kilogram is the same integers.
func TestI15(t *testing.T) {
	check(t, func(t *rapid.T) {
		quantity := rapid.Int64Range(1, 25_000).Draw(t, "of")
		cost := rapid.Int64Range(0, 10_000_000).Draw(t, "price")
		wanted := rapid.Int64Range(1, 1_000_000).Draw(t, "grams")
		line := contract.PricedLine{Quantity: wanted, Offer: contract.Offer{Price: pounds(cost), SoldByWeight: true, Quantity: quantity, Unit: contract.UnitGram}}
		lines, _, totals := money.Sum([]contract.PricedLine{line}, nil, 0, "GBP")
		if want := exact(cost, wanted, quantity); lines[0].GrossMinor != want || totals.TotalMinor != want {
			t.Fatalf("%d g at %d for %d g cost %d, want %d", wanted, cost, quantity, lines[0].GrossMinor, want)
		}
		unit := exact(cost, 1000, quantity)
		want := "£" + strconv.FormatInt(unit/100, 10) + "." + strconv.FormatInt(unit/10%10, 10) + strconv.FormatInt(unit%10, 10) + " / kg"
		if got := money.PerUnit(money.UnitPrice(pounds(cost), quantity, contract.UnitGram)); got != want {
			t.Fatalf("%d for %d g is %s, want %s", cost, quantity, got, want)
		}
	})
}

// What a basket comes to.

package money

import (
	"cmp"
	"math/bits"
	"slices"

	"rose-ash.com/roseash/api/shared/contract"
)

// MaxLine is the most that one line may cost with its deposit, in minor units. Who fills
// baskets sees to it; sums of a thousand such lines fit.
const MaxLine = 99_999_999_999

// Sum is what lines come to, with discounts and the fee of delivery, in minor units of
// currency. It is the one place where this is reckoned: cart, checkout and counter show
// and store what it says. It reads each line's Offer and Quantity and each discount's kind,
// amount and categories; the answer holds copies with the rest filled in, in the same order.
//
//   - A line's gross is its price times the pieces or, sold by weight, [Weighed]. Its deposit
//     is that of its pieces.
//   - Discounts apply in their order, each to what is left of the lines that it is for:
//     basis points of their sum, rounded half up, or an amount, but never more than that sum.
//     It is shared out in proportion by [Share], so that nothing of it is lost.
//   - The VAT of a line is that in its net, rounded half up ([VAT]). Deposits are outside of it.
//   - The fee is shared over the rates in proportion to what is paid at each; a share's VAT
//     is rounded half up. Where nothing is paid for goods it goes by what they would have cost,
//     and at the highest rate where they cost nothing either.
//
// Lines of more than [MaxLine] are the caller's error, and so is a negative fee.
func Sum(lines []contract.PricedLine, discounts []contract.Discount, deliveryMinor int64, currency string) ([]contract.PricedLine, []contract.Discount, contract.Totals) {
	lines, discounts = slices.Clone(lines), slices.Clone(discounts)
	for i := range lines {
		gross := Gross(lines[i].Offer, lines[i].Quantity)
		lines[i].GrossMinor, lines[i].DiscountMinor, lines[i].NetMinor = gross, 0, gross
		lines[i].DepositMinor = deposit(lines[i].Offer, lines[i].Quantity)
	}
	for i := range discounts {
		discounts[i].TakenMinor = take(lines, discounts[i])
	}
	totals := contract.Totals{Currency: currency, DeliveryMinor: deliveryMinor}
	for i, l := range lines {
		lines[i].VATMinor = VAT(contract.Money{AmountMinor: l.NetMinor, Currency: currency}, l.Offer.VATRate).AmountMinor
		totals.GrossMinor += l.GrossMinor
		totals.DiscountMinor += l.DiscountMinor
		totals.DepositMinor += l.DepositMinor
	}
	totals.TotalMinor = totals.GrossMinor - totals.DiscountMinor + totals.DepositMinor + totals.DeliveryMinor
	totals.VAT = taxed(lines, deliveryMinor, currency)
	for _, share := range totals.VAT {
		totals.VATMinor += share.VATMinor
	}
	return lines, discounts, totals
}

// Part is what so much of a line is worth: a copy of it with the quantity, and amounts in
// proportion, rounded half up. It counts from the beginning, so that what lies between two
// quantities is the difference of their parts ([Between]) and such pieces always add up to
// the line, in whatever order they are taken. quantity is from 0 to the line's.
func Part(line contract.PricedLine, quantity int64) contract.PricedLine {
	whole := line.Quantity
	if quantity == whole || whole <= 0 {
		return line
	}
	line.Quantity = quantity
	line.GrossMinor = portion(line.GrossMinor, quantity, whole)
	line.NetMinor = portion(line.NetMinor, quantity, whole)
	line.DiscountMinor = line.GrossMinor - line.NetMinor
	line.DepositMinor = portion(line.DepositMinor, quantity, whole)
	line.VATMinor = portion(line.VATMinor, quantity, whole)
	return line
}

// Between is what a line loses when its quantity goes down from one to another: what is
// paid back for it is its NetMinor and DepositMinor. Losses of one line add up to it.
func Between(line contract.PricedLine, from, to int64) contract.PricedLine {
	lost, rest := Part(line, from), Part(line, to)
	lost.Quantity -= rest.Quantity
	lost.GrossMinor -= rest.GrossMinor
	lost.DiscountMinor -= rest.DiscountMinor
	lost.NetMinor -= rest.NetMinor
	lost.DepositMinor -= rest.DepositMinor
	lost.VATMinor -= rest.VATMinor
	return lost
}

// Share divides amount in proportion to weights by the largest remainder (Hamilton's
// method): the shares are whole and add up to it. Of equal remainders the first gets more.
// Neither amount nor any weight is negative. Without any weight above zero the first share
// is all of it.
func Share(amount int64, weights []int64) []int64 {
	shares := make([]int64, len(weights))
	var whole uint64
	for _, w := range weights {
		whole += uint64(w)
	}
	if whole == 0 {
		if len(shares) > 0 {
			shares[0] = amount
		}
		return shares
	}
	type rest struct {
		at   int
		over uint64
	}
	rests, left := make([]rest, len(weights)), amount
	for i, w := range weights {
		hi, lo := bits.Mul64(uint64(amount), uint64(w))
		share, over := bits.Div64(hi, lo, whole)
		shares[i], rests[i] = int64(share), rest{i, over}
		left -= int64(share)
	}
	slices.SortStableFunc(rests, func(a, b rest) int { return cmp.Compare(b.over, a.over) })
	for _, r := range rests[:left] {
		shares[r.at]++
	}
	return shares
}

// Gross is what so much of an offer costs before discounts and without the deposit: pieces,
// or grams of what is sold by weight.
func Gross(o contract.Offer, quantity int64) int64 {
	if o.SoldByWeight {
		return Weighed(o.Price, o.Quantity, quantity).AmountMinor
	}
	return o.Price.AmountMinor * quantity
}

// deposit is what is paid on top of so much of an offer; nothing on what is weighed out.
func deposit(o contract.Offer, quantity int64) int64 {
	if o.SoldByWeight {
		return 0
	}
	return o.Deposit.AmountMinor * quantity
}

// take takes a discount off lines, and returns how much that is.
func take(lines []contract.PricedLine, d contract.Discount) (taken int64) {
	weights := make([]int64, len(lines))
	var left int64
	for i, l := range lines {
		if Eligible(d, l.Offer) {
			weights[i] = l.NetMinor
			left += l.NetMinor
		}
	}
	switch d.Kind {
	case contract.PercentDiscount:
		taken = min(portion(left, int64(d.PercentBP), 10_000), left)
	case contract.FixedDiscount:
		taken = min(d.AmountMinor, left)
	}
	if taken == 0 {
		return 0
	}
	for i, share := range Share(taken, weights) {
		lines[i].DiscountMinor += share
		lines[i].NetMinor -= share
	}
	return taken
}

// Eligible tells whether a discount is for what is offered: it is in one of its categories
// or the discount names none.
func Eligible(d contract.Discount, o contract.Offer) bool {
	return len(d.CategoryIDs) == 0 || slices.ContainsFunc(o.CategoryIDs, func(c contract.CategoryID) bool {
		return slices.Contains(d.CategoryIDs, c)
	})
}

// taxed are the shares of VAT in lines and in the fee of delivery, by rate.
func taxed(lines []contract.PricedLine, delivery int64, currency string) []contract.VATShare {
	shares := []contract.VATShare{}
	var gross []int64 // by share, before discounts
	for _, l := range lines {
		at, found := slices.BinarySearchFunc(shares, l.Offer.VATRate, func(s contract.VATShare, rate int) int { return cmp.Compare(s.Rate, rate) })
		if !found {
			shares = slices.Insert(shares, at, contract.VATShare{Rate: l.Offer.VATRate})
			gross = slices.Insert(gross, at, 0)
		}
		shares[at].GrossMinor += l.NetMinor
		shares[at].VATMinor += l.VATMinor
		gross[at] += l.GrossMinor
	}
	if delivery == 0 || len(shares) == 0 {
		if delivery != 0 {
			shares = append(shares, contract.VATShare{GrossMinor: delivery})
		}
		return shares
	}
	for i, fee := range Share(delivery, feeWeights(shares, gross)) {
		shares[i].GrossMinor += fee
		shares[i].VATMinor += VAT(contract.Money{AmountMinor: fee, Currency: currency}, shares[i].Rate).AmountMinor
	}
	return shares
}

// feeWeights are what the fee of delivery is shared out by.
func feeWeights(shares []contract.VATShare, gross []int64) []int64 {
	weights := make([]int64, len(shares))
	var net, before int64
	for i, s := range shares {
		weights[i] = s.GrossMinor
		net += s.GrossMinor
		before += gross[i]
	}
	switch {
	case net > 0:
		return weights
	case before > 0:
		return gross
	}
	weights[len(weights)-1] = 1
	return weights
}

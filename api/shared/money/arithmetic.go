// Prices, unit prices and VAT in whole minor units.

package money

import (
	"math/bits"

	"rose-ash.com/roseash/api/shared/contract"
)

// UnitPrice is the price of one kilogram, litre or piece of what costs price and
// holds quantity of unit, rounded half up to the minor unit. Deposits are no part of
// price (Price Marking Order 2004, article 1). It is zero where the quantity is not
// positive.
func UnitPrice(price contract.Money, quantity int64, unit contract.Unit) contract.UnitPrice {
	times, per := int64(1000), "kg"
	switch unit {
	case contract.UnitMillilitre:
		per = "L"
	case contract.UnitEach:
		times, per = 1, "each"
	}
	u := contract.UnitPrice{Money: contract.Money{Currency: price.Currency}, Per: per}
	if quantity > 0 {
		u.AmountMinor = portion(price.AmountMinor, times, quantity)
	}
	return u
}

// Weighed is the price of amount of what costs price for quantity, both in the same
// unit, rounded half up once: what a line of goods sold by weight costs. It is zero
// where the quantity is not positive.
func Weighed(price contract.Money, quantity, amount int64) contract.Money {
	if quantity <= 0 {
		return contract.Money{Currency: price.Currency}
	}
	return contract.Money{AmountMinor: portion(price.AmountMinor, amount, quantity), Currency: price.Currency}
}

// VAT is the tax in a price that includes it, at a rate in basis points (2000 is
// 20 %), rounded half up to the minor unit (HMRC notice 700, section 17.5, allows
// rounding a line at a time).
func VAT(gross contract.Money, rate int) contract.Money {
	return contract.Money{AmountMinor: portion(gross.AmountMinor, int64(rate), 10_000+int64(rate)), Currency: gross.Currency}
}

// portion is amount·times/of, rounded half up, away from zero where it is negative.
// times is not negative, of is above zero. The product has 128 bits; a result that
// does not fit 64 is a programmer's error and panics.
func portion(amount, times, of int64) int64 {
	if amount < 0 {
		return -portion(-amount, times, of)
	}
	hi, lo := bits.Mul64(uint64(amount), uint64(times))
	lo, carry := bits.Add64(lo, uint64(of)/2, 0)
	whole, _ := bits.Div64(hi+carry, lo, uint64(of))
	return int64(whole)
}

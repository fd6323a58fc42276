// Unit prices: what one kilogram, litre or piece costs.

package market

import "rose-ash.com/roseash/api/shared/contract"

// UnitPrice is the price of one kilogram, litre or piece of what costs price
// and holds quantity of unit, rounded half up to the minor unit. It is zero
// where the quantity is not positive. Prices up to 9·10^15 minor units and
// quantities up to 10^15 do not overflow; the database allows far less.
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
		// Divided before it is multiplied, so that the product stays small.
		whole, rest := price.AmountMinor/quantity, price.AmountMinor%quantity
		u.AmountMinor = whole*times + (2*rest*times+quantity)/(2*quantity)
	}
	return u
}

// What the lines of an order are to those who held them for it.

package orders

import (
	"encoding/json"
	"slices"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/contract"
)

// kindsOf are the kinds of an order's lines, in the order in which their owners are asked.
func kindsOf(lines []ordersdb.Line) []contract.LineKind {
	var kinds []contract.LineKind
	for _, l := range lines {
		if kind := contract.LineKind(l.Kind); !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}

// takes is what the lines of one kind take.
func takes(lines []ordersdb.Line, kind contract.LineKind) (list []contract.Take) {
	for _, l := range lines {
		if l.Kind == string(kind) && l.Quantity > 0 {
			list = append(list, contract.Take{Kind: kind, ID: l.Thing, Quantity: l.Quantity})
		}
	}
	return list
}

// givenBack are lines as the cart gets them back.
func givenBack(lines []ordersdb.Line) (back []contract.ReturnedLine) {
	for _, l := range lines {
		if l.Quantity == 0 {
			continue
		}
		var offer contract.Offer
		_ = json.Unmarshal(l.Offer, &offer) // what it cost then only tells whether it costs something else now
		back = append(back, contract.ReturnedLine{Kind: contract.LineKind(l.Kind), ID: l.Thing, Quantity: l.Quantity,
			Note: l.Note, AddedUnitMinor: offer.Price.AmountMinor})
	}
	return back
}

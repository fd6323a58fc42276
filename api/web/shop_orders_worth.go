// What parts of an order are worth: what goes back where there was not enough, where it is
// cancelled, and where a line is refunded. The API reckons in the same way, and decides.

package web

import (
	"net/http"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
)

// pending is how much of an order's money is on its way back.
func (d orderDoc) pending() (minor int64) {
	for _, f := range d.Refunds {
		if f.Status != "done" && f.Status != "failed" {
			minor += f.AmountMinor
		}
	}
	return minor
}

// most is how much of an order's money can still go back.
func (d orderDoc) most() int64 { return d.PaidMinor - d.RefundedMinor - d.pending() }

// priced is the line as it was ordered.
func (l orderLineDoc) priced() contract.PricedLine {
	return contract.PricedLine{ID: l.ID, Offer: l.Offer, Quantity: l.Ordered, GrossMinor: l.GrossMinor, DiscountMinor: l.DiscountMinor,
		NetMinor: l.NetMinor, DepositMinor: l.DepositMinor, VATMinor: l.VATMinor}
}

// lost is what a line's quantity is worth from one number down to another.
func (l orderLineDoc) lost(from, to int64) int64 {
	part := money.Between(l.priced(), from, to)
	return min(part.NetMinor+part.DepositMinor, max(0, l.NetMinor+l.DepositMinor-l.RefundedMinor))
}

// cancelWorth is what goes back where an order is cancelled now: what was not handed over,
// and the fee of delivery where nothing was.
func (d orderDoc) cancelWorth() (minor int64) {
	handed := false
	for _, l := range d.Lines {
		minor += l.lost(l.Quantity, l.Fulfilled)
		handed = handed || l.Fulfilled > 0
	}
	if !handed {
		minor += d.Totals.DeliveryMinor
	}
	return min(minor, max(0, d.most()))
}

// refundedParts is what of an order has gone back so far, by its credit notes.
type refundedParts struct {
	quantities map[contract.LineID]int64
	delivery   int64
}

func (s *ShopOrders) refundedParts(r *http.Request, o orderDoc) (gone refundedParts, err error) {
	gone.quantities = map[contract.LineID]int64{}
	for _, d := range o.Documents {
		if d.Kind != "credit_note" {
			continue
		}
		note, _, err := read[paperDoc](s, r, d.Href, nil)
		if err != nil {
			return gone, err
		}
		gone.delivery += note.Totals.DeliveryMinor
		for _, l := range note.Lines {
			gone.quantities[l.Line] += l.Quantity
		}
	}
	for _, l := range o.Lines { // what is on its way back has no credit note yet
		gone.quantities[l.ID] = max(gone.quantities[l.ID], l.Ordered-l.Quantity)
	}
	return gone, nil
}

// What goes back, by line and by rate of VAT.

package orders

import (
	"encoding/json"
	"maps"
	"slices"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/money"
)

// returned is all that has gone back of an order up to some refund.
type returned struct {
	lines    map[contract.LineID]returnedLine
	delivery int64
	rest     int64                     // for no line in particular
	shares   map[int]contract.VATShare // by rate
}

type returnedLine struct{ quantity, net, deposit, vat int64 }

// returnedBy adds up refunds. What is for a line is divided between it and its deposit in
// proportion; what is for delivery by the rates at which that was taxed; what is for nothing
// in particular over all that was paid. Tax goes back in proportion, so that all of it is
// back with all of the money.
func returnedBy(order ordersdb.Order, lines []ordersdb.Line, refunds []ordersdb.Refund) (returned, error) {
	r := returned{lines: map[contract.LineID]returnedLine{}, shares: map[int]contract.VATShare{}}
	amounts := map[contract.LineID]int64{}
	for _, refund := range refunds {
		var parts []refundPart
		if err := json.Unmarshal(refund.Lines, &parts); err != nil {
			return r, err
		}
		r.rest += refund.AmountMinor
		for _, p := range parts {
			r.rest -= p.AmountMinor
			if p.Line == "" {
				r.delivery += p.AmountMinor
				continue
			}
			l := r.lines[p.Line]
			l.quantity += p.Quantity
			r.lines[p.Line] = l
			amounts[p.Line] += p.AmountMinor
		}
	}
	totals, err := totalsOf(order)
	if err != nil {
		return r, err
	}
	ofDelivery := map[int]contract.VATShare{}
	for _, share := range totals.VAT {
		ofDelivery[share.Rate] = share
	}
	for _, row := range lines {
		line, _, err := documentLine(row)
		if err != nil {
			return r, err
		}
		fee := ofDelivery[line.VATRate]
		fee.GrossMinor -= row.NetMinor
		fee.VATMinor -= row.VatMinor
		ofDelivery[line.VATRate] = fee
		l := r.lines[line.Line]
		split := money.Share(amounts[line.Line], []int64{row.NetMinor, row.DepositMinor})
		l.net, l.deposit, l.vat = split[0], split[1], fraction(row.VatMinor, split[0], row.NetMinor)
		r.lines[line.Line] = l
		r.add(line.VATRate, l.net, l.vat)
	}
	r.spread(r.delivery, slices.Collect(maps.Values(ofDelivery)), 0)
	r.spread(r.rest, totals.VAT, totals.DepositMinor)
	return r, nil
}

// spread divides an amount over shares, and what is outside of VAT.
func (r *returned) spread(amount int64, over []contract.VATShare, outside int64) {
	over = slices.SortedFunc(slices.Values(over), func(a, b contract.VATShare) int { return a.Rate - b.Rate })
	weights := make([]int64, len(over), len(over)+1)
	for i, share := range over {
		weights[i] = max(0, share.GrossMinor)
	}
	for i, part := range money.Share(amount, append(weights, outside)) {
		if i < len(over) {
			r.add(over[i].Rate, part, fraction(over[i].VATMinor, part, over[i].GrossMinor))
		}
	}
}

func (r *returned) add(rate int, gross, vat int64) {
	share := r.shares[rate]
	r.shares[rate] = contract.VATShare{Rate: rate, GrossMinor: share.GrossMinor + gross, VATMinor: share.VATMinor + vat}
}

// fraction is amount·part/of, rounded half up; all of it for all.
func fraction(amount, part, of int64) int64 {
	return money.Share(amount, []int64{part, max(0, of-part)})[0]
}

// credit fills a credit note with what one refund adds to those before it.
func credit(doc *Document, order ordersdb.Order, lines []ordersdb.Line, before []ordersdb.Refund, refund ordersdb.Refund) error {
	was, err := returnedBy(order, lines, before)
	if err != nil {
		return err
	}
	is, err := returnedBy(order, lines, append(slices.Clone(before), refund))
	if err != nil {
		return err
	}
	t := contract.Totals{Currency: order.Currency, DeliveryMinor: is.delivery - was.delivery, VAT: []contract.VATShare{}}
	for _, row := range lines {
		line, _, err := documentLine(row)
		if err != nil {
			return err
		}
		a, b := was.lines[line.Line], is.lines[line.Line]
		line.Quantity, line.NetMinor, line.DepositMinor, line.VATMinor = b.quantity-a.quantity, b.net-a.net, b.deposit-a.deposit, b.vat-a.vat
		line.GrossMinor = line.NetMinor
		if a != b {
			doc.Lines = append(doc.Lines, line)
		}
		t.GrossMinor += line.NetMinor
		t.DepositMinor += line.DepositMinor
	}
	if rest := is.rest - was.rest; rest != 0 {
		doc.Lines = append(doc.Lines, DocumentLine{Name: "Money back", GrossMinor: rest, NetMinor: rest})
		t.GrossMinor += rest
	}
	for _, rate := range slices.Sorted(maps.Keys(is.shares)) {
		a, b := was.shares[rate], is.shares[rate]
		if a != b {
			t.VAT = append(t.VAT, contract.VATShare{Rate: rate, GrossMinor: b.GrossMinor - a.GrossMinor, VATMinor: b.VATMinor - a.VATMinor})
			t.VATMinor += b.VATMinor - a.VATMinor
		}
	}
	t.TotalMinor = t.GrossMinor + t.DepositMinor + t.DeliveryMinor
	doc.Totals = t
	return nil
}

// lineID shows a line's id.
func lineID(row ordersdb.Line) contract.LineID {
	return id.Format[contract.LineID](linePrefix, row.ID)
}

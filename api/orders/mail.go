// Mails about an order, to whoever ordered.

package orders

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/zones"
)

// Kinds of mails about orders.
const (
	mailPaid        = "order_paid"
	mailReady       = "order_ready"
	mailRefunded    = "order_refunded"
	mailCancelled   = "order_cancelled"
	mailLatePayment = "order_late_payment"
	mailChanged     = "order_changed"
)

// tell queues a mail about an order, in the caller's transaction; orders without an address
// (the counter's) get none. change adds what only the caller knows, and may be nil. The lines
// are those that are still wanted. order_paid repeats the right to cancel as it was accepted
// (Consumer Contracts Regulations 2013, regulation 16) and names allergens.
func (s *Service) tell(ctx context.Context, tx pgx.Tx, order ordersdb.Order, kind string, change func(*contract.OrderMail)) error {
	if order.Email == "" {
		return nil
	}
	q := ordersdb.New(tx)
	lines, err := q.OrderLines(ctx, order.ID)
	if err != nil {
		return err
	}
	m := contract.OrderMail{Reference: order.Reference, Name: order.Name, Link: s.link(order), PlacedAt: order.PlacedAt, Lines: []contract.OrderMailLine{}}
	if m.Totals, err = totalsOf(order); err != nil {
		return err
	}
	for _, l := range lines {
		if l.Quantity == 0 {
			continue
		}
		line, err := mailLine(l)
		if err != nil {
			return err
		}
		m.Lines = append(m.Lines, line)
	}
	d, err := deliveryOf(order)
	if err != nil {
		return err
	}
	if d != nil {
		m.Delivery, m.Instructions = d.label(), d.Instructions
	}
	if kind == mailPaid && order.TermsVersion != nil {
		words, err := q.AcceptedTerms(ctx, *order.TermsVersion)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		m.Cancellation = words.Cancellation
	}
	if change != nil {
		change(&m)
	}
	return s.Mail.Queue(ctx, tx, contract.Mail{Kind: kind, To: order.Email, Data: m})
}

// mailLine is a line as mails show it: what of it is still wanted costs what it cost.
func mailLine(l ordersdb.Line) (contract.OrderMailLine, error) {
	var offer contract.Offer
	if err := json.Unmarshal(l.Offer, &offer); err != nil {
		return contract.OrderMailLine{}, err
	}
	name := offer.Name
	if offer.VariantName != "" && offer.VariantName != offer.Name {
		name += ", " + offer.VariantName
	}
	return contract.OrderMailLine{Name: name, Quantity: l.Quantity, ByWeight: offer.SoldByWeight,
		NetMinor: wanted(l, offer).NetMinor, Allergens: offer.Allergens}, nil
}

// label says where and when in one line: Collection at the barn, Friday 3 May, 16:00 to 18:00.
func (d OrderDelivery) label() string {
	if d.Slot == nil {
		return d.Name
	}
	zone, err := zones.Load(d.Timezone)
	if err != nil {
		zone = time.UTC
	}
	from, to := d.Slot.StartsAt.In(zone), d.Slot.EndsAt.In(zone)
	end := to.Format("15:04")
	if from.YearDay() != to.YearDay() || from.Year() != to.Year() {
		end = to.Format("Monday 2 January, 15:04")
	}
	return d.Name + ", " + from.Format("Monday 2 January, 15:04") + " to " + end
}

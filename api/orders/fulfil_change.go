// What fulfilment, edits and cancellation share: an order that is locked, lines that shrink,
// and the money of them that goes back.

package orders

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/idempotency"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/db"
)

// changing is an order that is being changed: locked by the transaction, with its lines, and
// the time at which it was. What its methods plan is written by write.
type changing struct {
	s     *Service
	tx    pgx.Tx
	q     *ordersdb.Queries
	order ordersdb.Order
	lines []ordersdb.Line
	now   time.Time
	cause Cause

	left     map[string]int64 // what may still go back, by line; '' is delivery
	released []contract.Take
	handed   []contract.Take
	parts    []refundPart
}

// changeOrder runs do on an order, locked, in one transaction that happens once for a
// request, and answers with the order as it is afterwards; a replay too. before runs ahead
// of the order's lock and may be nil. It fails as visit, idempotency.Once, before and do do.
func (s *Service) changeOrder(ctx context.Context, v visit, key string, request idempotency.Request, before func(pgx.Tx) error, do func(*changing) error) (shown Order, replayed bool, err error) {
	order := publicOrderID(v.Order.ID)
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) (err error) {
		replayed, err = idempotency.Once(ctx, tx, request, &order, func() error {
			if before != nil {
				if err := before(tx); err != nil {
					return err
				}
			}
			c, err := s.lockForChange(ctx, tx, v.Order.ID, byRequest(ctx, v.Actor))
			if err != nil {
				return err
			}
			return do(c)
		})
		return err
	})
	if err != nil {
		return shown, false, err
	}
	shown, err = s.OrderByID(ctx, order, key)
	return shown, replayed, err
}

// lockForChange locks an order, and reads what it is to be changed by.
func (s *Service) lockForChange(ctx context.Context, tx pgx.Tx, order uuid.UUID, cause Cause) (*changing, error) {
	c := &changing{s: s, tx: tx, q: ordersdb.New(tx), cause: cause, left: map[string]int64{}}
	var err error
	if c.order, err = c.q.LockOrder(ctx, order); err != nil {
		return nil, err
	}
	// A statement of its own: the time at which the lock was there.
	if c.now, err = c.q.Now(ctx); err != nil {
		return nil, err
	}
	if c.lines, err = c.q.OrderLines(ctx, order); err != nil {
		return nil, err
	}
	back, err := c.q.RefundedLines(ctx, order)
	if err != nil {
		return nil, err
	}
	c.left[""] = c.order.DeliveryMinor
	for _, l := range c.lines {
		c.left[string(lineID(l))] = l.NetMinor + l.DepositMinor
	}
	for _, b := range back {
		c.left[b.Line] -= b.AmountMinor
	}
	return c, nil
}

// requester is whose Idempotency-Key it is: whoever signed in, or the one order that a guest
// may change.
func requester(ctx context.Context, order contract.OrderID) string {
	if p, ok := auth.PrincipalFrom(ctx); ok {
		return p.Name
	}
	return "guest " + string(order)
}

// line finds a line by its id.
func (c *changing) line(line contract.LineID) *ordersdb.Line {
	u, ok := id.Parse(linePrefix, line)
	for i := range c.lines {
		if ok && c.lines[i].ID == u {
			return &c.lines[i]
		}
	}
	return nil
}

// lower takes a line's quantity down: what it loses is let go of, and what was paid for it
// goes back, but for what is left of the line by then (money.Part): whatever went back of
// it before, all parts add up to the line.
func (c *changing) lower(l *ordersdb.Line, to int64) error {
	if to >= l.Quantity {
		return nil
	}
	offer, err := offerOf(*l)
	if err != nil {
		return err
	}
	stays := money.Part(contract.PricedLine{
		Offer: offer, Quantity: l.Ordered, GrossMinor: l.GrossMinor, DiscountMinor: l.DiscountMinor,
		NetMinor: l.NetMinor, DepositMinor: l.DepositMinor, VATMinor: l.VatMinor,
	}, to)
	line := lineID(*l)
	c.released = append(c.released, contract.Take{Kind: contract.LineKind(l.Kind), ID: l.Thing, Quantity: l.Quantity - to})
	c.giveBack(line, l.Quantity-to, c.left[string(line)]-stays.NetMinor-stays.DepositMinor)
	l.Quantity = to
	return nil
}

// hand hands over so much of a line.
func (c *changing) hand(l *ordersdb.Line, quantity int64) {
	if quantity == 0 {
		return
	}
	c.handed = append(c.handed, contract.Take{Kind: contract.LineKind(l.Kind), ID: l.Thing, Quantity: quantity})
	l.Fulfilled += quantity
}

// giveBack plans the refund of a part, no more than is left of it.
func (c *changing) giveBack(line contract.LineID, quantity, amount int64) {
	amount = max(0, min(amount, c.left[string(line)]))
	c.left[string(line)] -= amount
	c.parts = append(c.parts, refundPart{Line: line, Quantity: quantity, AmountMinor: amount})
}

// write tells suppliers what was let go of and handed over, and writes the lines.
func (c *changing) write(ctx context.Context) error {
	order := publicOrderID(c.order.ID)
	for _, kind := range kindsOf(c.lines) {
		release, hand := takesOf(c.released, kind), takesOf(c.handed, kind)
		supplier := c.s.Suppliers[kind]
		switch {
		case len(release)+len(hand) == 0:
			continue
		case supplier == nil:
			return fmt.Errorf("orders: nobody supplies lines of the kind %s", kind)
		}
		// The first of the two locks all that the order holds, by id.
		if len(release) > 0 {
			if err := supplier.Release(ctx, c.tx, order, release); err != nil {
				return err
			}
		}
		if len(hand) > 0 {
			if err := supplier.Fulfil(ctx, c.tx, order, c.cause.Actor, hand); err != nil {
				return err
			}
		}
	}
	p := ordersdb.ChangeLinesParams{OrderID: c.order.ID}
	for _, l := range c.lines {
		p.Ids, p.Quantities, p.Fulfilleds = append(p.Ids, l.ID), append(p.Quantities, l.Quantity), append(p.Fulfilleds, l.Fulfilled)
	}
	return c.q.ChangeLines(ctx, p)
}

// refund asks for the planned parts to go back, never more than is left of what was paid,
// and tells how much that is. It comes after stock, because a refund in cash is done at once
// and takes the counter of credit notes.
func (c *changing) refund(ctx context.Context, reason, note string) (int64, error) {
	pending, err := c.q.OnTheWayBack(ctx, c.order.ID)
	if err != nil {
		return 0, err
	}
	most, sum := c.order.PaidMinor-c.order.RefundedMinor-pending, int64(0)
	parts := c.parts[:0]
	for _, p := range c.parts {
		p.AmountMinor = max(0, min(p.AmountMinor, most-sum))
		if sum += p.AmountMinor; p.Quantity > 0 || p.AmountMinor > 0 {
			parts = append(parts, p)
		}
	}
	if sum == 0 {
		return 0, nil
	}
	c.order, err = c.s.refund(ctx, c.tx, c.order, refundRequest{AmountMinor: sum, Reason: reason, Note: note, Parts: parts, Cause: c.cause})
	return sum, err
}

// record records the order as after, which is made from c.order.
func (c *changing) record(ctx context.Context, after ordersdb.Order, kind string, details map[string]any) error {
	var err error
	c.order, err = c.s.record(ctx, c.tx, c.order, after, kind, c.cause, details)
	return err
}

func takesOf(all []contract.Take, kind contract.LineKind) (some []contract.Take) {
	for _, t := range all {
		if t.Kind == kind {
			some = append(some, t)
		}
	}
	return some
}

func offerOf(l ordersdb.Line) (offer contract.Offer, err error) {
	return offer, json.Unmarshal(l.Offer, &offer)
}

// Handing orders over, in whole or in parts; what is short is paid back.

package orders

import (
	"context"
	"fmt"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/idempotency"
	"rose-ash.com/roseash/api/shared/problem"
)

// FulfilmentFields are what of an order is handed over now.
type FulfilmentFields struct {
	Lines  []LineQuantity `json:"lines" maxItems:"100" doc:"What is handed over; each line once. What is sold by weight in grams as it was weighed."`
	Final  bool           `json:"final,omitempty" example:"true" doc:"Nothing more of the order follows: what has not been handed over is short, and what was paid for it goes back."`
	Reason string         `json:"reason,omitempty" maxLength:"500" example:"The rye was sold out." doc:"Why something is short, for whoever ordered."`
}

// LineQuantity is so much of a line of an order.
type LineQuantity struct {
	Line     contract.LineID `json:"line" pattern:"^line_[0-9a-f]{32}$" maxLength:"37" example:"line_019ab3f47c2e7d06b8a1f0c2d3e4f511"`
	Quantity int64           `json:"quantity" minimum:"0" maximum:"1000000" example:"2" doc:"Pieces, or grams of what is sold by weight."`
}

// handedLine is what an event says of a line that was handed over, or was short.
type handedLine struct {
	Line   contract.LineID `json:"line"`
	Handed int64           `json:"handed"`
	Short  int64           `json:"short,omitempty"`
}

// Fulfil hands over so much of an order, in one transaction: goods leave the stock, and what
// is short where it is final is let go of and refunded (reason `short`), with a mail. The
// order is part_fulfilled until nothing is left of any line, then fulfilled;
// contract.OrderFulfilled is emitted. The request makes it happen once.
//
// It fails with 404 where there is no such order, with 409 `wrong_state` where it is not
// paid, has ended or been handed over, and with 422 where a line is not the order's, is
// named twice, is more than is left of it, or where nothing at all would have been handed
// over: that is a cancellation.
func (s *Service) Fulfil(ctx context.Context, order contract.OrderID, request idempotency.Request, f FulfilmentFields) (Order, bool, error) {
	v, err := s.visitAsShop(ctx, order)
	if err != nil {
		return Order{}, false, err
	}
	var ok bool
	if f.Reason, ok = manyLines(f.Reason); !ok {
		return Order{}, false, field("body.reason", "expected text")
	}
	return s.changeOrder(ctx, v, "", request, nil, func(c *changing) error { return c.fulfil(ctx, f) })
}

func (c *changing) fulfil(ctx context.Context, f FulfilmentFields) error {
	if c.order.Status != "paid" && c.order.Status != "part_fulfilled" {
		return wrongState()
	}
	events, short, err := c.handOver(f)
	if err != nil {
		return err
	}
	if err := c.write(ctx); err != nil {
		return err
	}
	refunded := int64(0)
	if short {
		if refunded, err = c.refund(ctx, "short", f.Reason); err != nil {
			return err
		}
	}
	after, kind := c.order, "fulfilment.part"
	after.Status, after.FulfilmentStatus = "part_fulfilled", "part_fulfilled"
	if !somethingLeft(c.lines) {
		kind = "fulfilled"
		after.Status, after.FulfilmentStatus, after.FulfilledAt = "fulfilled", "fulfilled", &c.now
	}
	details := map[string]any{"lines": events}
	if short {
		details["refund_minor"], details["reason"] = refunded, f.Reason
	}
	if err := c.record(ctx, after, kind, details); err != nil {
		return err
	}
	if short {
		if err := c.s.tell(ctx, c.tx, c.order, mailChanged, func(m *contract.OrderMail) { m.RefundMinor, m.Reason = refunded, f.Reason }); err != nil {
			return err
		}
	}
	return bus.Emit(ctx, c.tx, contract.OrderFulfilled{OrderRef: orderRef(c.order)})
}

// handOver plans what becomes of each line, and tells it.
func (c *changing) handOver(f FulfilmentFields) (events []handedLine, short bool, err error) {
	now := make(map[*ordersdb.Line]int64, len(f.Lines))
	total := int64(0)
	for i, want := range f.Lines {
		at := fmt.Sprintf("body.lines[%d]", i)
		l := c.line(want.Line)
		if l == nil {
			return nil, false, badLine(at+".line", "expected a line of this order")
		}
		if _, again := now[l]; again {
			return nil, false, badLine(at+".line", "expected each line once")
		}
		if want.Quantity > l.Quantity-l.Fulfilled {
			return nil, false, badLine(at+".quantity", "expected no more than is left to be handed over")
		}
		now[l] = want.Quantity
		total += want.Quantity
	}
	for i := range c.lines {
		l := &c.lines[i]
		e := handedLine{Line: lineID(*l), Handed: now[l]}
		c.hand(l, now[l])
		if f.Final {
			e.Short = l.Quantity - l.Fulfilled
			if err := c.lower(l, l.Fulfilled); err != nil {
				return nil, false, err
			}
		}
		if e.Handed+e.Short > 0 {
			events = append(events, e)
		}
		short = short || e.Short > 0
	}
	switch {
	case total == 0 && !f.Final:
		return nil, false, badLine("body.lines", "expected something to be handed over")
	case nothingOf(c.lines):
		return nil, false, badLine("body.lines", "expected something to be handed over; an order of which nothing is had is cancelled")
	}
	return events, short, nil
}

// somethingLeft tells whether something is left to be handed over.
func somethingLeft(lines []ordersdb.Line) bool {
	for _, l := range lines {
		if l.Fulfilled < l.Quantity {
			return true
		}
	}
	return false
}

// nothingOf tells whether nothing has been handed over.
func nothingOf(lines []ordersdb.Line) bool {
	for _, l := range lines {
		if l.Fulfilled > 0 {
			return false
		}
	}
	return true
}

func badLine(at, message string) *problem.Details {
	return problem.Unprocessable("the lines do not fit the order").WithField(at, message)
}

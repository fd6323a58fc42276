// Cancelling orders: by whoever ordered, and by the shop.

package orders

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/idempotency"
	"rose-ash.com/roseash/api/shared/problem"
)

// CancelFields are what is said of a cancellation.
type CancelFields struct {
	Reason string `json:"reason,omitempty" maxLength:"500" example:"The van broke down; we are sorry." doc:"Why, for whoever ordered, where the shop cancels."`
}

// Cancel ends an order. One that nobody has paid: first SumUp is told that it is not to be
// paid any more, outside of the transaction; then slot and stock are free again and its
// lines go back to the cart. One that is paid: what has not been handed over is let go of
// and all that was paid for it goes back, with the fee of delivery where nothing has been
// handed over. contract.OrderEnded is emitted, and a mail tells of it, but for one that
// nobody has paid and whose shopper cancels it. The request makes it happen once.
//
// Whoever ordered may cancel while it is not paid, and a paid one until its window closes
// (409 `window_closed`), where it has one, or it is being picked (409 `picking_started`); the shop until it has
// been handed over. It fails with 409 `wrong_state` after that, with 409 `paid_meanwhile`
// where a payment has just come in, and with 503 `payment_unknown` where SumUp does not say
// whether it has.
func (s *Service) Cancel(ctx context.Context, order contract.OrderID, key string, request idempotency.Request, f CancelFields) (Order, bool, error) {
	v, shop, err := s.visitToChange(ctx, order, key)
	if err != nil {
		return Order{}, false, err
	}
	var ok bool
	if f.Reason, ok = manyLines(f.Reason); !ok {
		return Order{}, false, field("body.reason", "expected text")
	}
	unpaid := v.Order.Status == "pending_payment"
	if unpaid {
		if v.Order.PaymentStatus == "review" && !shop {
			return Order{}, false, wrongState()
		}
		closed, err := s.deactivate(ctx, v.Order.ID, byRequest(ctx, v.Actor))
		switch {
		case err != nil:
			return Order{}, false, err
		case !closed && v.Order.PaymentStatus != "review":
			return Order{}, false, paidMeanwhile()
		}
	}
	carts := func(tx pgx.Tx) error {
		if !unpaid || v.Order.CartID == nil {
			return nil
		}
		return s.Cart.LockFor(ctx, tx, contract.CartID(*v.Order.CartID))
	}
	return s.changeOrder(ctx, v, key, request, carts, func(c *changing) error {
		switch {
		case unpaid:
			return c.cancelUnpaid(ctx, shop, f)
		case c.order.Status != "paid" && c.order.Status != "part_fulfilled":
			return wrongState()
		case !shop:
			if err := c.mayShopper(); err != nil {
				return err
			}
		}
		return c.cancelPaid(ctx, shop, f)
	})
}

// paidMeanwhile is the 409 of who cancels what is being paid at that moment.
func paidMeanwhile() *problem.Details {
	return problem.Conflict("the order has just been paid; cancel it again, and the money goes back").WithCode("paid_meanwhile")
}

// mayShopper tells whether whoever ordered may still change a paid order: the window, where
// it has one, is open by the time at which the order was locked, and nobody picks it yet.
func (c *changing) mayShopper() error {
	switch {
	case c.order.Status != "paid":
		return wrongState()
	case c.order.FulfilmentStatus != "unfulfilled":
		return problem.Conflict("the order is being picked; ask the shop").WithCode("picking_started")
	case c.order.EditableUntil != nil && !c.now.Before(*c.order.EditableUntil):
		return problem.Conflict("the time for changes is over; ask the shop").WithCode("window_closed")
	}
	return nil
}

// cancelUnpaid ends an order of which SumUp has said that it cannot be paid any more. What
// happened since then is looked at again, now that the order is locked.
func (c *changing) cancelUnpaid(ctx context.Context, shop bool, f CancelFields) error {
	switch _, err := c.q.LiveAttempt(ctx, c.order.ID); {
	case c.order.PaidAt != nil:
		return paidMeanwhile()
	case c.order.Status != "pending_payment", c.order.PaymentStatus == "review" && !shop:
		return wrongState()
	case err == nil:
		return problem.Conflict("the order is being paid in another window").WithCode("in_progress").WithRetryAfter(time.Second)
	case !errors.Is(err, pgx.ErrNoRows):
		return err
	}
	if c.order.SlotID != nil {
		if err := c.s.freeSlot(ctx, c.tx, *c.order.SlotID); err != nil {
			return err
		}
	}
	if err := c.releaseAll(ctx); err != nil {
		return err
	}
	if c.order.CartID != nil {
		if err := c.s.Cart.GiveBack(ctx, c.tx, contract.CartID(*c.order.CartID), publicOrderID(c.order.ID), givenBack(c.lines)); err != nil {
			return err
		}
	}
	return c.cancelled(ctx, 0, shop, f)
}

// cancelPaid ends a paid order; what of it has been handed over stays so.
func (c *changing) cancelPaid(ctx context.Context, shop bool, f CancelFields) error {
	whole := nothingOf(c.lines)
	if c.order.SlotID != nil {
		if err := c.s.freeSlot(ctx, c.tx, *c.order.SlotID); err != nil {
			return err
		}
	}
	for i := range c.lines {
		if err := c.lower(&c.lines[i], c.lines[i].Fulfilled); err != nil {
			return err
		}
	}
	if whole {
		c.giveBack("", 0, c.order.DeliveryMinor)
	}
	if err := c.write(ctx); err != nil {
		return err
	}
	refunded, err := c.refund(ctx, "cancelled", f.Reason)
	if err != nil {
		return err
	}
	return c.cancelled(ctx, refunded, true, f)
}

// cancelled records that the order has ended, and tells of it.
func (c *changing) cancelled(ctx context.Context, refunded int64, mailed bool, f CancelFields) error {
	after := c.order
	after.Status, after.EndedAt = "cancelled", &c.now
	if err := c.record(ctx, after, "cancelled", map[string]any{"refund_minor": refunded, "reason": f.Reason}); err != nil {
		return err
	}
	if mailed {
		if err := c.s.tell(ctx, c.tx, c.order, mailCancelled, func(m *contract.OrderMail) { m.RefundMinor, m.Reason = refunded, f.Reason }); err != nil {
			return err
		}
	}
	return bus.Emit(ctx, c.tx, contract.OrderEnded{OrderRef: orderRef(c.order)})
}

// releaseAll lets go of all that the order holds.
func (c *changing) releaseAll(ctx context.Context) error {
	for _, kind := range kindsOf(c.lines) {
		if supplier := c.s.Suppliers[kind]; supplier != nil {
			if err := supplier.Release(ctx, c.tx, publicOrderID(c.order.ID), nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// Editing orders that are paid: less of a line, another slot, another note.

package orders

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/idempotency"
	"rose-ash.com/roseash/api/shared/problem"
)

// EditFields are what is changed of an order; what is absent stays.
type EditFields struct {
	Lines []LineQuantity   `json:"lines,omitempty" maxItems:"100" doc:"How much is wanted of these lines from now on: never more than before. 0 takes a line out."`
	Slot  *contract.SlotID `json:"slot,omitempty" pattern:"^slot_[0-9a-f]{32}$" maxLength:"37" example:"slot_019ab3f47c2e7d06b8a1f0c2d3e4f514" doc:"Another time of the same way of delivery."`
	Note  *string          `json:"note,omitempty" maxLength:"1000" example:"Leave it with the neighbours."`
}

// editedLine is what an event says of a line that was edited.
type editedLine struct {
	Line contract.LineID `json:"line"`
	From int64           `json:"from"`
	To   int64           `json:"to"`
}

// Edit changes a paid order of which nothing has been handed over, in one transaction: what
// lines lose is let go of and paid back (reason `edited`); a place in another slot is taken
// and the old one is free again. Prices and discounts stay as they were, and so does the fee
// of delivery. A mail tells of it. The request makes it happen once.
//
// Whoever ordered may edit until the window closes (409 `window_closed`, by the database's
// clock once the order is locked) or it is being picked (409 `picking_started`); the shop
// until something has been handed over. It fails with 409 `wrong_state` in any other state,
// with 409 `window_closed` and `slot_full` of the new slot, and with 422 where a line is not
// the order's or is off its step, where more is wanted than before, and where nothing would
// be left: that is a cancellation.
func (s *Service) Edit(ctx context.Context, order contract.OrderID, key string, request idempotency.Request, f EditFields) (Order, bool, error) {
	v, shop, err := s.visitToChange(ctx, order, key)
	if err != nil {
		return Order{}, false, err
	}
	if len(f.Lines) == 0 && f.Slot == nil && f.Note == nil {
		return Order{}, false, field("body", "expected something to change")
	}
	if f.Note != nil {
		note, ok := manyLines(*f.Note)
		if !ok {
			return Order{}, false, field("body.note", "expected text")
		}
		f.Note = &note
	}
	return s.changeOrder(ctx, v, key, request, nil, func(c *changing) error {
		if c.order.Status != "paid" || !nothingOf(c.lines) {
			return wrongState()
		}
		if !shop {
			if err := c.mayShopper(); err != nil {
				return err
			}
		}
		return c.edit(ctx, f)
	})
}

func (c *changing) edit(ctx context.Context, f EditFields) error {
	edited, err := c.shrink(f.Lines)
	if err != nil {
		return err
	}
	moved, err := c.moveSlot(ctx, f.Slot)
	if err != nil {
		return err
	}
	if err := c.write(ctx); err != nil {
		return err
	}
	refunded, err := c.refund(ctx, "edited", "")
	if err != nil {
		return err
	}
	after, details := c.order, map[string]any{}
	if f.Note != nil && *f.Note != after.Note {
		after.Note, details["note"] = *f.Note, true
	}
	if moved != nil {
		after.SlotID, after.Delivery, after.EditableUntil = moved.SlotID, moved.Delivery, moved.EditableUntil
		details["slot"] = *f.Slot
	}
	if len(edited) > 0 {
		details["lines"], details["refund_minor"] = edited, refunded
	}
	if len(details) == 0 {
		return nil // it is so already
	}
	if err := c.record(ctx, after, "edited", details); err != nil {
		return err
	}
	return c.s.tell(ctx, c.tx, c.order, mailChanged, func(m *contract.OrderMail) { m.RefundMinor = refunded })
}

// shrink plans what lines lose.
func (c *changing) shrink(wants []LineQuantity) (edited []editedLine, err error) {
	seen := make(map[*ordersdb.Line]bool, len(wants))
	for i, want := range wants {
		at := fmt.Sprintf("body.lines[%d]", i)
		l := c.line(want.Line)
		switch {
		case l == nil:
			return nil, badLine(at+".line", "expected a line of this order")
		case seen[l]:
			return nil, badLine(at+".line", "expected each line once")
		case want.Quantity > l.Quantity:
			return nil, badLine(at+".quantity", "expected no more than before; order more separately")
		case want.Quantity == l.Quantity:
			continue
		}
		seen[l] = true
		offer, err := offerOf(*l)
		if err != nil {
			return nil, err
		}
		if want.Quantity > 0 && (want.Quantity < offer.OrderMin || offer.OrderStep > 0 && want.Quantity%offer.OrderStep != 0) {
			return nil, badLine(at+".quantity", "expected 0, or a multiple of order_step from order_min on")
		}
		edited = append(edited, editedLine{want.Line, l.Quantity, want.Quantity})
		if err := c.lower(l, want.Quantity); err != nil {
			return nil, err
		}
	}
	if len(edited) > 0 && !somethingLeft(c.lines) {
		return nil, badLine("body.lines", "expected something to be left; to have nothing, cancel the order")
	}
	return edited, nil
}

// moveSlot takes a place in another slot and gives the old one back: what the order is to
// say of it, or nil where it stays.
func (c *changing) moveSlot(ctx context.Context, to *contract.SlotID) (*ordersdb.Order, error) {
	if to == nil || c.order.SlotID != nil && id.Format[contract.SlotID](slotPrefix, *c.order.SlotID) == *to {
		return nil, nil
	}
	slot, ok := id.Parse(slotPrefix, *to)
	if !ok || c.order.SlotID == nil || c.order.DeliveryID == nil {
		return nil, otherDelivery()
	}
	if err := c.q.LockSlots(ctx, []uuid.UUID{slot, *c.order.SlotID}); err != nil {
		return nil, err
	}
	row, err := c.s.takeSlot(ctx, c.tx, slot)
	switch {
	case err != nil:
		return nil, err
	case row.DeliveryID != *c.order.DeliveryID:
		return nil, otherDelivery()
	}
	if err := c.s.freeSlot(ctx, c.tx, *c.order.SlotID); err != nil {
		return nil, err
	}
	delivery, err := deliveryOf(c.order)
	if err != nil {
		return nil, err
	}
	if delivery == nil {
		return nil, errors.New("orders: an order with a slot and without a delivery")
	}
	delivery.Slot = &OrderSlot{*to, id.Format[contract.WindowID](windowPrefix, row.WindowID), row.StartsAt, row.EndsAt}
	after := c.order
	after.SlotID, after.EditableUntil = &slot, &row.ClosesAt
	after.Delivery, err = json.Marshal(delivery)
	return &after, err
}

func otherDelivery() *problem.Details {
	return problem.Unprocessable("the request does not fit the order").WithField("body.slot", "expected a time of the same way of delivery")
}

// visitToChange is visit for who would change an order; shop tells that they may do it as
// the shop. It fails with 403 where they may only look.
func (s *Service) visitToChange(ctx context.Context, order contract.OrderID, key string) (v visit, shop bool, err error) {
	if v, err = s.visit(ctx, s.queries(), order, key); err != nil {
		return v, false, err
	}
	p, known := auth.PrincipalFrom(ctx)
	switch shop = known && p.Has(auth.ScopeOrdersWrite); {
	case shop:
	case !v.Own:
		return v, false, lacksScope(auth.ScopeOrdersWrite)
	case v.Order.UserID != nil && !p.Has(auth.ScopeCartWrite):
		return v, false, lacksScope(auth.ScopeCartWrite)
	}
	return v, shop, nil
}

func lacksScope(scope string) *problem.Details {
	return problem.Forbidden("whoever asks lacks the scope that is needed").WithCode("insufficient_scope").
		WithHeader("WWW-Authenticate", `Bearer error="insufficient_scope", scope="`+scope+`"`)
}

// visitAsShop is visit for who runs the shop; the operation's security has seen to that.
func (s *Service) visitAsShop(ctx context.Context, order contract.OrderID) (visit, error) {
	v, err := s.visit(ctx, s.queries(), order, "")
	v.Actor = shopActor(ctx)
	return v, err
}

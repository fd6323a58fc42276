// Money that comes when it is not needed any more: after the end of the order, or a second
// time.

package orders

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/orders/sumup"
	"rose-ash.com/roseash/api/shared/contract"
)

// late is money for an order that has ended. One that has expired is bought after all, where
// its goods and its slot are still to be had; else the money goes back, with a mail.
func (s *Service) late(ctx context.Context, tx pgx.Tx, order ordersdb.Order, a ordersdb.Attempt, paid sumup.Transaction, now time.Time, cause Cause) error {
	if order.Status == "expired" {
		held, err := s.holdAgain(ctx, tx, order)
		if err != nil {
			return err
		}
		if held {
			_, err = s.markPaid(ctx, tx, order, paid.AmountMinor, cause)
			return err
		}
	}
	order, err := s.record(ctx, tx, order, received(order, paid.AmountMinor, now), "payment.late", cause,
		map[string]any{"attempt": attemptID(a.ID), "amount_minor": paid.AmountMinor})
	if err != nil {
		return err
	}
	order, err = s.refundOf(ctx, tx, order, payment{"sumup", paid.ID}, refundRequest{AmountMinor: paid.AmountMinor, Reason: "late_payment", Cause: cause})
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, order, "order_late_payment", func(m *contract.OrderMail) { m.RefundMinor = paid.AmountMinor })
}

// holdAgain takes slot and goods of an expired order once more, or nothing: what it has
// tried is undone where it cannot have all.
func (s *Service) holdAgain(ctx context.Context, tx pgx.Tx, order ordersdb.Order) (held bool, err error) {
	lines, err := ordersdb.New(tx).OrderLines(ctx, order.ID)
	if err != nil {
		return false, err
	}
	try, err := tx.Begin(ctx)
	if err != nil {
		return false, err
	}
	defer try.Rollback(context.WithoutCancel(ctx))
	if order.SlotID != nil {
		if n, err := ordersdb.New(try).EnterSlot(ctx, *order.SlotID); err != nil || n == 0 {
			return false, err
		}
	}
	for _, kind := range kindsOf(lines) {
		supplier, want := s.Suppliers[kind], takes(lines, kind)
		if supplier == nil {
			return false, nil
		}
		if len(want) == 0 {
			continue
		}
		short, err := supplier.Reserve(ctx, try, publicOrderID(order.ID), want)
		if err != nil || len(short) > 0 {
			return false, err
		}
	}
	return true, try.Commit(ctx)
}

// twice is money for an order that is paid already: it goes back, and somebody is shown it.
func (s *Service) twice(ctx context.Context, tx pgx.Tx, order ordersdb.Order, a ordersdb.Attempt, paid sumup.Transaction, now time.Time, cause Cause) error {
	if err := s.difference(ctx, ordersdb.New(tx), difference{kind: "paid_twice", about: paid.ID, order: order.ID, theirs: &paid.AmountMinor,
		currency: paid.Currency, details: map[string]any{"attempt": attemptID(a.ID)}}); err != nil {
		return err
	}
	order, err := s.record(ctx, tx, order, received(order, paid.AmountMinor, now), "payment.twice", cause,
		map[string]any{"attempt": attemptID(a.ID), "amount_minor": paid.AmountMinor})
	if err != nil {
		return err
	}
	_, err = s.refundOf(ctx, tx, order, payment{"sumup", paid.ID}, refundRequest{AmountMinor: paid.AmountMinor, Reason: "paid_twice", Cause: cause})
	return err
}

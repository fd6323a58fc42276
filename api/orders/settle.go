// Settling: money for an attempt is there, and what that does, once.

package orders

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/orders/sumup"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// settle makes an order paid: money for an attempt is there. In the caller's transaction, in
// which it locks the order first; doing it twice does nothing, by the unique key of the
// ledger. What the money was not needed for any more goes back: see late and twice. paid has
// been compared with the attempt.
func (s *Service) settle(ctx context.Context, tx pgx.Tx, attempt uuid.UUID, paid sumup.Transaction, cause Cause) error {
	q := ordersdb.New(tx)
	a, err := q.Attempt(ctx, attempt)
	if err != nil {
		return err
	}
	order, err := q.LockOrder(ctx, a.OrderID)
	if err != nil {
		return err
	}
	if a, err = q.LockAttempt(ctx, attempt); err != nil {
		return err
	}
	now, err := q.Now(ctx)
	if err != nil {
		return err
	}
	at := paid.At
	if at.IsZero() {
		at = now
	}
	_, err = q.InsertLedger(ctx, ordersdb.InsertLedgerParams{
		ID: id.New(), Provider: "sumup", TransactionID: paid.ID, Kind: "payment",
		OrderID: &a.OrderID, AttemptID: &a.ID, AmountMinor: paid.AmountMinor, Currency: paid.Currency, At: at,
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := q.PayAttempt(ctx, a.ID); err != nil {
		return err
	}
	s.Log.InfoContext(ctx, "a payment came in", "order", publicOrderID(order.ID), "attempt", attemptID(a.ID), "cause", cause.Cause)
	switch {
	case order.PaidAt != nil:
		return s.twice(ctx, tx, order, a, paid, now, cause)
	case order.Status == "pending_payment":
		_, err = s.markPaid(ctx, tx, order, paid.AmountMinor, cause)
		return err
	}
	return s.late(ctx, tx, order, a, paid, now, cause)
}

// markPaid is what being paid does to an order that is locked: allocation, status, event,
// invoice, mail; for free orders and the counter too. amountMinor is what came in. The
// counter of invoices is the last lock that it takes. It fails with 409 `wrong_state` where
// the order cannot be paid any more.
func (s *Service) markPaid(ctx context.Context, tx pgx.Tx, order ordersdb.Order, amountMinor int64, cause Cause) (ordersdb.Order, error) {
	q := ordersdb.New(tx)
	now, err := q.Now(ctx)
	if err != nil {
		return order, err
	}
	lines, err := q.OrderLines(ctx, order.ID)
	if err != nil {
		return order, err
	}
	for _, kind := range kindsOf(lines) {
		if supplier := s.Suppliers[kind]; supplier != nil {
			if err := supplier.Allocate(ctx, tx, publicOrderID(order.ID)); err != nil {
				return order, err
			}
		}
	}
	after := received(order, amountMinor, now)
	after.Status, after.ExpiresAt, after.EndedAt = "paid", nil, nil
	order, err = s.record(ctx, tx, order, after, "paid", cause, map[string]any{"amount_minor": amountMinor})
	if err != nil {
		return order, err
	}
	if err := bus.Emit(ctx, tx, contract.OrderPaid{OrderRef: orderRef(order)}); err != nil {
		return order, err
	}
	invoice, err := s.issueInvoice(ctx, tx, order)
	if err != nil {
		return order, err
	}
	return order, s.tell(ctx, tx, order, "order_paid", func(m *contract.OrderMail) { m.Invoice = invoice })
}

// received is an order to which money has come; its payment never goes back to paid.
func received(o ordersdb.Order, amountMinor int64, now time.Time) ordersdb.Order {
	o.PaidMinor += amountMinor
	if o.PaidAt == nil {
		o.PaidAt, o.PaymentStatus = &now, "paid"
	}
	return o
}

// sentBack is an order of which money has gone back. What it cost may have been paid more
// than once: it is refunded only as far as less than that is left. What a bank takes back may
// have been on its way back already: the ledger has both, the order no more than came in.
func sentBack(o ordersdb.Order, amountMinor int64) ordersdb.Order {
	o.RefundedMinor = min(o.RefundedMinor+amountMinor, o.PaidMinor)
	switch left := o.PaidMinor - o.RefundedMinor; {
	case left == 0:
		o.PaymentStatus = "refunded"
	case left < o.TotalMinor && o.PaymentStatus == "paid":
		o.PaymentStatus = "part_refunded"
	}
	return o
}

// orderRef is what events say of an order.
func orderRef(o ordersdb.Order) contract.OrderRef {
	ref := contract.OrderRef{Order: publicOrderID(o.ID)}
	if o.UserID != nil {
		ref.User = contract.UserID(*o.UserID)
	}
	return ref
}

// dueOf is when an attempt is to be looked at; the zero time: never.
func dueOf(a ordersdb.Attempt) time.Time {
	if a.VerifyDue == nil {
		return time.Time{}
	}
	return *a.VerifyDue
}

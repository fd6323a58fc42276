// Comparing one payment: which of ours it is, and what has gone back of it.

package orders

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/orders/sumup"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/db"
)

// byNight is the cause of what the comparison changes.
var byNight = Cause{"sumup", "night"}

// settleLag is how long SumUp may go on showing less than has gone back.
const settleLag = time.Hour

// compare compares a payment with ours, and remembers that it was shown.
func (n *night) compare(ctx context.Context, t sumup.Transaction) error {
	known, err := n.s.queries().KnownPayment(ctx, t.ID)
	ours := err == nil
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	order := known.OrderID
	switch {
	case !ours && !moved(t):
		return nil
	case !ours:
		if order, err = n.unknown(ctx, t); err != nil {
			return err
		}
		known, err = n.s.queries().KnownPayment(ctx, t.ID)
		if ours = err == nil; !ours && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
	}
	if ours {
		if err := n.sums(ctx, known, t); err != nil {
			return err
		}
	}
	if t.AmountMinor <= 0 {
		return nil
	}
	return n.s.queries().SeeTransaction(ctx, ordersdb.SeeTransactionParams{
		TransactionID: t.ID, Code: t.Code, OrderID: order, AmountMinor: t.AmountMinor, RefundedMinor: t.RefundedMinor,
		ChargedBackMinor: chargedBack(t), Currency: t.Currency, Status: string(t.Status), At: t.At,
	})
}

// unknown is money that the ledger does not have: of an attempt of ours, which is settled,
// of a sale over the counter, or made elsewhere. It returns the order that it is for.
func (n *night) unknown(ctx context.Context, t sumup.Transaction) (*uuid.UUID, error) {
	a, ours, err := n.attemptOf(ctx, t)
	if err != nil {
		return nil, err
	}
	q := n.s.queries()
	if !ours {
		order, err := q.CounterSale(ctx, ordersdb.CounterSaleParams{AmountMinor: t.AmountMinor, Currency: t.Currency, TransactionID: t.ID,
			Since: t.At.Add(-15 * time.Minute), Until: t.At.Add(15 * time.Minute)})
		if err == nil {
			return order, nil
		}
		if !errors.Is(err, pgx.ErrNoRows) {
			return nil, err
		}
		return nil, n.show(ctx, q, finding{kind: "foreign_payment", about: t.ID, theirs: &t.AmountMinor, currency: t.Currency,
			details: map[string]any{"code": t.Code, "at": t.At}})
	}
	if a.Status == attemptMismatch || t.AmountMinor != a.AmountMinor || t.Currency != a.Currency || t.MerchantCode != "" && t.MerchantCode != n.s.MerchantCode {
		shown, err := q.HasMismatch(ctx, &a.OrderID)
		if err != nil || shown {
			return &a.OrderID, err
		}
		return &a.OrderID, n.show(ctx, q, finding{kind: "paid_mismatch", about: t.ID, order: &a.OrderID, ours: &a.AmountMinor, theirs: &t.AmountMinor,
			currency: t.Currency, details: map[string]any{"attempt": attemptID(a.ID), "code": t.Code}})
	}
	return &a.OrderID, n.settle(ctx, a, t)
}

// attemptOf finds the attempt that a payment is for: by our reference, where SumUp tells it,
// else by the checkouts of all attempts that it may be for.
func (n *night) attemptOf(ctx context.Context, t sumup.Transaction) (a ordersdb.Attempt, found bool, err error) {
	q := n.s.queries()
	if t.ForeignID != "" {
		u, err := q.AttemptOfReference(ctx, t.ForeignID)
		if err == nil {
			a, err = q.Attempt(ctx, u)
			return a, err == nil, err
		}
		if !errors.Is(err, pgx.ErrNoRows) {
			return a, false, err
		}
	}
	candidates, err := q.PayableAttempts(ctx, ordersdb.PayableAttemptsParams{AmountMinor: t.AmountMinor, Currency: t.Currency,
		Since: t.At.Add(-3 * time.Hour), Until: t.At.Add(nightGrace)})
	if err != nil {
		return a, false, err
	}
	for _, a := range candidates {
		r := n.s.Provider.Checkout(ctx, *a.ProviderID)
		if r.Outcome == sumup.Missing {
			continue
		}
		if r.Outcome != sumup.Found {
			return a, false, untoldError(code(r))
		}
		for _, of := range r.Value.Transactions {
			if of.ID == t.ID {
				return a, true, nil
			}
		}
		if r.Value.TransactionID == t.ID {
			return a, true, nil
		}
	}
	return a, false, nil
}

// settle settles a payment of ours that nobody has told us of. One that is new may still be
// on its way to us: that is no difference.
func (n *night) settle(ctx context.Context, a ordersdb.Attempt, t sumup.Transaction) error {
	return db.InTx(ctx, n.s.Pool, func(tx pgx.Tx) error {
		q := ordersdb.New(tx)
		if _, err := q.LockOrder(ctx, a.OrderID); err != nil {
			return err
		}
		if _, err := q.KnownPayment(ctx, t.ID); !errors.Is(err, pgx.ErrNoRows) {
			return err // somebody was quicker
		}
		if err := n.s.settle(ctx, tx, a.ID, t, byNight); err != nil {
			return err
		}
		if t.At.After(n.run.ToAt.Add(-nightGrace)) {
			return nil
		}
		return n.show(ctx, q, finding{kind: "payment_missed", about: t.ID, order: &a.OrderID, theirs: &t.AmountMinor, currency: t.Currency,
			details: map[string]any{"attempt": attemptID(a.ID), "code": t.Code, "at": t.At}})
	})
}

// sums compares the amounts of a payment that the ledger has.
func (n *night) sums(ctx context.Context, known ordersdb.KnownPaymentRow, t sumup.Transaction) error {
	theirs := t.AmountMinor
	if !moved(t) {
		theirs = 0
	}
	if theirs != known.AmountMinor || t.Currency != known.Currency {
		return n.show(ctx, n.s.queries(), finding{kind: "amount", about: t.ID, order: known.OrderID, ours: &known.AmountMinor, theirs: &theirs,
			currency: t.Currency, details: map[string]any{"what": "payment", "status": t.Status}})
	}
	if back := t.RefundedMinor - known.RefundedMinor; back > 0 {
		if err := n.refunded(ctx, known, t); err != nil {
			return err
		}
	} else if back < 0 && !known.Moving && n.run.StartedAt.Sub(known.ChangedAt) > settleLag {
		if err := n.show(ctx, n.s.queries(), finding{kind: "amount", about: t.ID, order: known.OrderID, ours: &known.RefundedMinor, theirs: &t.RefundedMinor,
			currency: t.Currency, details: map[string]any{"what": "refunds"}}); err != nil {
			return err
		}
	}
	if chargedBack(t) > known.ChargedBackMinor {
		return n.chargeback(ctx, known, t)
	}
	return nil
}

// change locks the order of a payment and reads the payment again; do is done in the same
// transaction, unless a refund of it is on its way.
func (n *night) change(ctx context.Context, known ordersdb.KnownPaymentRow, transaction string,
	do func(tx pgx.Tx, order ordersdb.Order, known ordersdb.KnownPaymentRow) error) error {
	if known.OrderID == nil {
		return nil
	}
	return db.InTx(ctx, n.s.Pool, func(tx pgx.Tx) error {
		q := ordersdb.New(tx)
		order, err := q.LockOrder(ctx, *known.OrderID)
		if err != nil {
			return err
		}
		now, err := q.KnownPayment(ctx, transaction)
		if err != nil || now.Moving {
			return err
		}
		return do(tx, order, now)
	})
}

// refunded takes a refund into the books that was not made by us.
func (n *night) refunded(ctx context.Context, known ordersdb.KnownPaymentRow, t sumup.Transaction) error {
	return n.change(ctx, known, t.ID, func(tx pgx.Tx, order ordersdb.Order, known ordersdb.KnownPaymentRow) error {
		q := ordersdb.New(tx)
		back := t.RefundedMinor - known.RefundedMinor
		if back <= 0 {
			return nil
		}
		f := finding{kind: "refund_outside", about: t.ID, order: &order.ID, ours: &known.RefundedMinor, theirs: &t.RefundedMinor,
			currency: t.Currency, details: map[string]any{"code": t.Code}}
		if back > known.AmountMinor-known.RefundedMinor-known.ChargedBackMinor {
			f.kind, f.details = "amount", map[string]any{"what": "refunds"}
			return n.show(ctx, q, f)
		}
		row, err := q.InsertRefund(ctx, ordersdb.InsertRefundParams{ID: id.New(), OrderID: order.ID, Provider: "sumup", TransactionID: t.ID,
			AmountMinor: back, Currency: order.Currency, Reason: "outside", Lines: []byte("[]"), Actor: byNight.Actor})
		if err != nil {
			return err
		}
		if err := n.show(ctx, q, f); err != nil {
			return err
		}
		_, err = n.s.refunded(ctx, tx, order, row, byNight) // locks the counter last
		return err
	})
}

// chargeback takes money into the books that a bank has taken back. What was sold stays sold:
// there is no credit note.
func (n *night) chargeback(ctx context.Context, known ordersdb.KnownPaymentRow, t sumup.Transaction) error {
	return n.change(ctx, known, t.ID, func(tx pgx.Tx, order ordersdb.Order, known ordersdb.KnownPaymentRow) error {
		q := ordersdb.New(tx)
		theirs := chargedBack(t)
		back := min(theirs-known.ChargedBackMinor, known.AmountMinor-known.RefundedMinor-known.ChargedBackMinor)
		if theirs <= known.ChargedBackMinor {
			return nil
		}
		if err := n.show(ctx, q, finding{kind: "chargeback", about: t.ID, order: &order.ID, ours: &known.ChargedBackMinor, theirs: &theirs,
			currency: t.Currency, details: map[string]any{"code": t.Code}}); err != nil || back <= 0 {
			return err
		}
		sequence, err := q.ChargebacksOf(ctx, t.ID)
		if err != nil {
			return err
		}
		at := n.run.StartedAt
		for _, e := range t.Events {
			if e.Type == chargebackType && !e.At.IsZero() {
				at = e.At
			}
		}
		if _, err := q.InsertLedger(ctx, ordersdb.InsertLedgerParams{ID: id.New(), Provider: "sumup", TransactionID: t.ID, Kind: "chargeback", Sequence: sequence,
			OrderID: &order.ID, AmountMinor: -back, Currency: t.Currency, At: at}); err != nil {
			return err
		}
		_, err = n.s.record(ctx, tx, order, sentBack(order, back), "chargeback", byNight, map[string]any{"amount_minor": back})
		return err
	})
}

// chargebackType is SumUp's name of the event.
const chargebackType = "CHARGE_BACK"

// chargedBack is what banks have taken back of a payment.
func chargedBack(t sumup.Transaction) (minor int64) {
	for _, e := range t.Events {
		if e.Type == chargebackType && e.Status != "FAILED" {
			minor += max(e.AmountMinor, -e.AmountMinor)
		}
	}
	return minor
}

// The end of a refund: it was made, or it cannot be made.

package orders

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// refunded is what a refund that was made does to its order, which is locked: ledger, lines,
// sums, event, credit note, mail. Doing it twice does nothing.
func (s *Service) refunded(ctx context.Context, tx pgx.Tx, order ordersdb.Order, r ordersdb.Refund, cause Cause) (ordersdb.Order, error) {
	q := ordersdb.New(tx)
	if n, err := q.FinishRefund(ctx, r.ID); err != nil || n == 0 {
		return order, err
	}
	now, err := q.Now(ctx)
	if err != nil {
		return order, err
	}
	before, err := q.RefundedOf(ctx, ordersdb.RefundedOfParams{Provider: r.Provider, TransactionID: r.TransactionID})
	if err != nil {
		return order, err
	}
	_, err = q.InsertLedger(ctx, ordersdb.InsertLedgerParams{
		ID: id.New(), Provider: r.Provider, TransactionID: r.TransactionID, Kind: "refund", Sequence: before.Next,
		OrderID: &order.ID, RefundID: &r.ID, AmountMinor: -r.AmountMinor, Currency: r.Currency, At: now,
	})
	if errors.Is(err, pgx.ErrNoRows) {
		// Whoever writes refunds holds the order's lock: this cannot be, and must not pass.
		return order, fmt.Errorf("orders: two refunds in one place of the ledger: %w", err)
	}
	if err != nil {
		return order, err
	}
	if err := refundLines(ctx, q, order, r); err != nil {
		return order, err
	}
	order, err = s.record(ctx, tx, order, sentBack(order, r.AmountMinor), "refund.done", cause,
		map[string]any{"refund": refundID(r.ID), "amount_minor": r.AmountMinor})
	if err != nil {
		return order, err
	}
	if err := bus.Emit(ctx, tx, contract.OrderRefunded{OrderRef: orderRef(order), AmountMinor: r.AmountMinor}); err != nil {
		return order, err
	}
	if r.Reason == "late_payment" {
		return order, nil // nothing was sold, and they were told when the money came
	}
	// What was paid twice was sold once, and what came too late bought nothing: whoever sends it
	// back, and why, there is nothing to correct.
	surplus, err := q.IsSurplus(ctx, ordersdb.IsSurplusParams{OrderID: order.ID, Provider: r.Provider, TransactionID: r.TransactionID})
	if err != nil {
		return order, err
	}
	if !surplus {
		if _, err := s.issueCreditNote(ctx, tx, order, r); err != nil {
			return order, err
		}
	}
	return order, s.tell(ctx, tx, order, mailRefunded, func(m *contract.OrderMail) {
		m.RefundMinor, m.Reason = r.AmountMinor, r.Note
	})
}

// refundLines counts a refund at the lines that it is for.
func refundLines(ctx context.Context, q *ordersdb.Queries, order ordersdb.Order, r ordersdb.Refund) error {
	var parts []refundPart
	if err := json.Unmarshal(r.Lines, &parts); err != nil {
		return err
	}
	for _, p := range parts {
		u, ok := id.Parse(linePrefix, p.Line)
		if !ok || p.AmountMinor == 0 {
			continue // delivery
		}
		if _, err := q.RefundLine(ctx, ordersdb.RefundLineParams{ID: u, OrderID: order.ID, AmountMinor: p.AmountMinor}); err != nil {
			return err
		}
	}
	return nil
}

// refused ends a refund that SumUp does not make: somebody is shown it.
func (s *Service) refused(ctx context.Context, tx pgx.Tx, order ordersdb.Order, r ordersdb.Refund, fault string, cause Cause) error {
	q := ordersdb.New(tx)
	if n, err := q.FailRefund(ctx, ordersdb.FailRefundParams{ID: r.ID, Fault: fault}); err != nil || n == 0 {
		return err
	}
	s.Log.ErrorContext(ctx, "SumUp refuses a refund", "refund", refundID(r.ID), "order", publicOrderID(order.ID), "code", fault)
	if err := s.difference(ctx, q, difference{kind: "refund_failed", about: string(refundID(r.ID)), order: order.ID, ours: &r.AmountMinor,
		currency: r.Currency, details: map[string]any{"refund": refundID(r.ID), "transaction": r.TransactionID, "code": fault}}); err != nil {
		return err
	}
	_, err := s.record(ctx, tx, order, order, "refund.failed", cause, map[string]any{"refund": refundID(r.ID), "code": fault})
	return err
}

// Refunds: asking for money of an order to go back. refund_send.go sends it.

package orders

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

// Statuses of refunds.
const (
	refundRequested = "requested"
	refundSending   = "sending"
	refundUnknown   = "unknown"
	refundDone      = "done"
)

// refundRequest is money that is to go back.
type refundRequest struct {
	AmountMinor int64
	Reason      string // of orders.refunds
	Note        string
	Parts       []refundPart
	Cause       Cause
}

// refundPart is what of a refund is for one line; an empty line is delivery.
type refundPart struct {
	Line        contract.LineID `json:"line,omitempty"`
	Quantity    int64           `json:"quantity,omitempty"` // that is no longer to be had, or was given back
	AmountMinor int64           `json:"amount_minor"`
}

// payment is a payment as its provider names it.
type payment struct{ provider, id string }

// refundTooMuch is the 409 of who would send back more than came in.
func refundTooMuch() *problem.Details {
	return problem.Conflict("that is more than is left of what was paid").WithCode("refund_too_much")
}

// refund asks for money of an order to go back, in the caller's transaction, which has locked
// the order; the job sends it after the commit. Cash and the counter's card reader are
// counted as done at once. parts say how much is for which line. It returns the order as it
// then is. It fails with 409 `refund_too_much` where less than that is left of what came in,
// after all that went back or is on its way.
func (s *Service) refund(ctx context.Context, tx pgx.Tx, order ordersdb.Order, r refundRequest) (ordersdb.Order, error) {
	q := ordersdb.New(tx)
	pending, err := q.OnTheWayBack(ctx, order.ID)
	if err != nil {
		return order, err
	}
	if r.AmountMinor <= 0 || r.AmountMinor > order.PaidMinor-order.RefundedMinor-pending {
		return order, refundTooMuch()
	}
	payments, err := q.PaymentsOfOrder(ctx, &order.ID)
	if err != nil {
		return order, err
	}
	// Nearly always there is one payment; of several the first that has enough, or what each has.
	for _, p := range payments {
		if p.AmountMinor-p.BackMinor-p.PendingMinor >= r.AmountMinor {
			return s.refundOf(ctx, tx, order, payment{p.Provider, p.TransactionID}, r)
		}
	}
	for _, p := range payments {
		left := min(p.AmountMinor-p.BackMinor-p.PendingMinor, r.AmountMinor)
		if left <= 0 {
			continue
		}
		one := r
		one.AmountMinor = left
		if order, err = s.refundOf(ctx, tx, order, payment{p.Provider, p.TransactionID}, one); err != nil {
			return order, err
		}
		r.AmountMinor, r.Parts = r.AmountMinor-left, nil
	}
	if r.AmountMinor > 0 {
		return order, refundTooMuch()
	}
	return order, nil
}

// refundOf is refund of one payment, of which there is enough.
func (s *Service) refundOf(ctx context.Context, tx pgx.Tx, order ordersdb.Order, p payment, r refundRequest) (ordersdb.Order, error) {
	if r.Parts == nil {
		r.Parts = []refundPart{}
	}
	parts, err := json.Marshal(r.Parts)
	if err != nil {
		return order, err
	}
	row, err := ordersdb.New(tx).InsertRefund(ctx, ordersdb.InsertRefundParams{
		ID: id.New(), OrderID: order.ID, Provider: p.provider, TransactionID: p.id, AmountMinor: r.AmountMinor, Currency: order.Currency,
		Reason: r.Reason, Note: r.Note, Lines: parts, Actor: r.Cause.Actor,
	})
	if err != nil {
		return order, err
	}
	order, err = s.record(ctx, tx, order, order, "refund.requested", r.Cause, map[string]any{
		"refund": refundID(row.ID), "amount_minor": r.AmountMinor, "reason": r.Reason})
	if err != nil {
		return order, err
	}
	if p.provider != "sumup" {
		return s.refunded(ctx, tx, order, row, r.Cause)
	}
	return order, s.sendSoon(ctx, tx, row.ID)
}

// refundID shows a refund's id.
func refundID(u uuid.UUID) contract.RefundID { return id.Format[contract.RefundID](refundPrefix, u) }

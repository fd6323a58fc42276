// What a checkout that was fetched must be, so that it counts as ours and as paid.

package orders

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/orders/sumup"
	"rose-ash.com/roseash/api/shared/id"
)

// faultMismatch says that SumUp shows something else than was asked for.
const faultMismatch = "mismatch"

// asAsked tells whether a checkout is the attempt's, and asks for its money.
func (s *Service) asAsked(a ordersdb.Attempt, c sumup.Checkout) bool {
	return c.Reference == a.Reference && (a.ProviderID == nil || c.ID == *a.ProviderID) &&
		c.MerchantCode == s.MerchantCode && c.AmountMinor == a.AmountMinor && c.Currency == a.Currency
}

// otherwise tells, once, that a checkout asks for something else than was asked for. Nobody is
// led to it, and its order waits until it has ended.
func (s *Service) otherwise(ctx context.Context, a ordersdb.Attempt, c sumup.Checkout) {
	if a.Fault != faultMismatch {
		s.Log.ErrorContext(ctx, "SumUp shows a checkout that is not as it was asked for", "attempt", attemptID(a.ID), "merchant", c.MerchantCode == s.MerchantCode,
			"currency", c.Currency == a.Currency, "amount", c.AmountMinor == a.AmountMinor)
	}
}

// payments are the payments of a checkout that is paid: the one that it names, and first. ok
// is false where anything is not what was asked for. Another successful one beside it means
// that somebody has paid twice; it must be right in itself to be counted.
func (s *Service) payments(a ordersdb.Attempt, c sumup.Checkout) (payments []sumup.Transaction, ok bool) {
	if !s.asAsked(a, c) || c.TransactionID == "" {
		return nil, false
	}
	var others []sumup.Transaction
	for _, t := range c.Transactions {
		if t.Status != sumup.TransactionSuccessful && t.Status != sumup.TransactionRefunded {
			if t.ID == c.TransactionID {
				return nil, false
			}
			continue
		}
		if t.ID == "" || t.AmountMinor != a.AmountMinor || t.Currency != a.Currency || t.MerchantCode != "" && t.MerchantCode != s.MerchantCode {
			return nil, false
		}
		if t.ID == c.TransactionID {
			payments = append(payments, t)
		} else {
			others = append(others, t)
		}
	}
	return append(payments, others...), len(payments) == 1
}

// quarantine puts an attempt aside that was paid with other money than was asked for. Its
// order is neither paid nor does it end, until a person has looked; a later look that finds
// everything right settles it. After a day nobody looks by themselves any more.
func (s *Service) quarantine(ctx context.Context, tx pgx.Tx, a ordersdb.Attempt, c sumup.Checkout, cause Cause) error {
	q := ordersdb.New(tx)
	order, err := q.LockOrder(ctx, a.OrderID)
	if err != nil {
		return err
	}
	if a, err = q.LockAttempt(ctx, a.ID); err != nil || a.Status == attemptPaid {
		return err
	}
	if a.Status == attemptMismatch && age(a) > missedFor {
		return q.RestAttempt(ctx, ordersdb.RestAttemptParams{ID: a.ID, Status: a.Status, Taken: dueOf(a), ProviderStatus: string(c.Status)})
	}
	if a.Status == attemptMismatch {
		return q.PlanAttempt(ctx, ordersdb.PlanAttemptParams{ID: a.ID, Status: a.Status, Taken: dueOf(a), Pause: tier(a).Seconds(),
			ProviderStatus: string(c.Status), Fault: faultMismatch})
	}
	if _, err := q.QuarantineAttempt(ctx, ordersdb.QuarantineAttemptParams{ID: a.ID, Pause: tier(a).Seconds()}); err != nil {
		return err
	}
	s.Log.ErrorContext(ctx, "a payment is not what was asked for", "attempt", attemptID(a.ID), "order", publicOrderID(order.ID))
	about := c.ID
	if a.ProviderID != nil {
		about = *a.ProviderID
	}
	details := map[string]any{"attempt": attemptID(a.ID), "reference": c.Reference == a.Reference, "merchant": c.MerchantCode == s.MerchantCode,
		"currency": c.Currency == a.Currency, "amount": c.AmountMinor == a.AmountMinor, "transactions": len(c.Transactions)}
	if err := s.difference(ctx, q, difference{kind: "paid_mismatch", about: about, order: a.OrderID, ours: &a.AmountMinor, theirs: &c.AmountMinor,
		currency: a.Currency, details: details}); err != nil {
		return err
	}
	if order.Status != "pending_payment" || order.PaymentStatus != "unpaid" {
		return nil
	}
	after := order
	after.PaymentStatus = "review"
	_, err = s.record(ctx, tx, order, after, "payment.review", cause, map[string]any{"attempt": attemptID(a.ID)})
	return err
}

// difference is something for a person to look at.
type difference struct {
	kind, about  string // about is SumUp's id of a checkout or a transaction
	order        uuid.UUID
	ours, theirs *int64
	currency     string
	details      map[string]any
}

// difference shows a person something, once until they have resolved it.
func (s *Service) difference(ctx context.Context, q *ordersdb.Queries, d difference) error {
	details, err := json.Marshal(d.details)
	if err != nil {
		return err
	}
	return q.ShowDifference(ctx, ordersdb.ShowDifferenceParams{ID: id.New(), Kind: d.kind, TransactionID: d.about, OrderID: &d.order,
		OursMinor: d.ours, TheirsMinor: d.theirs, Currency: d.currency, Details: details})
}

// The end of an attempt, and of an order that nobody has paid.

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
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// fate is what is known of an attempt.
type fate int

// Nothing is known of the zero value: it may be paid still, or be paid already.
const (
	fateUnknown fate = iota
	fateClosed
	fatePaid
)

// cannotTell is the 503 of who would change what may be being paid.
func cannotTell() *problem.Details {
	return problem.Unavailable("SumUp does not say whether this has been paid; nothing will be charged twice, please try again soon").
		WithCode("payment_unknown").WithRetryAfter(10 * time.Second)
}

// deactivate makes sure, outside of a transaction, that a live attempt of an order can no
// longer be paid. ok: it is closed, or there is none and nothing was paid. Else the attempt
// was paid, and has been settled, or nobody can tell (503 `payment_unknown`).
func (s *Service) deactivate(ctx context.Context, order uuid.UUID, cause Cause) (ok bool, err error) {
	a, err := s.queries().LiveAttempt(ctx, order)
	if errors.Is(err, pgx.ErrNoRows) {
		o, err := s.queries().Order(ctx, order)
		return err == nil && o.PaymentStatus == "unpaid", err
	}
	if err != nil {
		return false, err
	}
	if s.Provider == nil {
		return false, cannotTell()
	}
	// It was not taken for this look, which must not put off the next one that is planned.
	a.VerifyDue = &time.Time{}
	switch fate, err := s.shut(ctx, context.WithoutCancel(ctx), a, cause); {
	case err != nil || fate == fatePaid:
		return false, err
	case fate == fateClosed:
		return true, nil
	}
	return false, cannotTell()
}

// shut ends an attempt at SumUp and reads what it has come to: only that read says that
// it is closed. The checkout of one that may not have been made yet is made first, because
// the request that makes it may still be on its way: SumUp takes a reference once.
func (s *Service) shut(ctx, kept context.Context, a ordersdb.Attempt, cause Cause) (fate, error) {
	now, err := s.queries().Now(ctx)
	if err != nil {
		return fateUnknown, err
	}
	if a.ProviderID == nil {
		var known bool
		if a, known, err = s.locate(ctx, kept, a, now); err != nil {
			return fateUnknown, err
		}
		if !known {
			return s.fateOf(kept, a)
		}
	}
	ended := s.Provider.Deactivate(ctx, *a.ProviderID)
	a, r, err := s.read(ctx, kept, a)
	switch {
	case err != nil:
		return fateUnknown, err
	case r.Outcome != sumup.Found && missed(a, r, now) && ended.Outcome == sumup.Missing:
		// Whoever ends the order now has seen the difference that this is.
		if err := s.untold(kept, a, r, now); err != nil {
			return fateUnknown, err
		}
		if cause.Actor == "sumup" || cause.Actor == "system" {
			return fateUnknown, nil
		}
		return fateClosed, s.closed(kept, a, "missing")
	case r.Outcome != sumup.Found:
		return fateUnknown, s.unknown(kept, a, code(r), r.After)
	case r.Value.Status == sumup.Failed && ended.Outcome == sumup.Conflict && failedFor(a, r.Value):
		// It cannot be ended because it is over: its payment failed, for good.
		return fateClosed, s.closed(kept, a, string(r.Value.Status))
	}
	return s.act(kept, a, r.Value, cause)
}

// failedFor tells whether a checkout was refused its payment, and was so at an earlier look.
func failedFor(a ordersdb.Attempt, c sumup.Checkout) bool {
	for _, t := range c.Transactions {
		if t.Status != sumup.TransactionFailed && t.Status != sumup.TransactionCancelled {
			return false
		}
	}
	return len(c.Transactions) > 0 && c.TransactionID == "" && a.ProviderStatus == string(sumup.Failed)
}

// fateOf is what the row of an attempt says.
func (s *Service) fateOf(ctx context.Context, a ordersdb.Attempt) (fate, error) {
	a, err := s.queries().Attempt(ctx, a.ID)
	switch {
	case err != nil:
		return fateUnknown, err
	case a.Status == attemptPaid:
		return fatePaid, nil
	case a.Status == attemptClosed:
		return fateClosed, nil
	}
	return fateUnknown, nil
}

// endUnpaid ends an order whose time is over and which nobody has paid or can pay any more:
// slot and stock are free again and its lines go back to the cart. Anything else stays as it
// is, so that calling it is always right.
func (s *Service) endUnpaid(ctx context.Context, order uuid.UUID, cause Cause) error {
	seen, err := s.queries().Order(ctx, order)
	if err != nil || seen.Status != "pending_payment" {
		return err
	}
	return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := ordersdb.New(tx)
		if seen.CartID != nil {
			if err := s.Cart.LockFor(ctx, tx, contract.CartID(*seen.CartID)); err != nil {
				return err
			}
		}
		o, err := q.LockOrder(ctx, order)
		if err != nil {
			return err
		}
		now, err := q.Now(ctx)
		if err != nil {
			return err
		}
		if o.Status != "pending_payment" || o.PaymentStatus != "unpaid" || o.ExpiresAt == nil || now.Before(*o.ExpiresAt) {
			return nil
		}
		if _, err := q.LiveAttempt(ctx, order); !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		return s.release(ctx, tx, o, now, cause)
	})
}

// release ends an order that is locked, after the cart's lock, as expired.
func (s *Service) release(ctx context.Context, tx pgx.Tx, o ordersdb.Order, now time.Time, cause Cause) error {
	lines, err := ordersdb.New(tx).OrderLines(ctx, o.ID)
	if err != nil {
		return err
	}
	if o.SlotID != nil {
		if err := s.freeSlot(ctx, tx, *o.SlotID); err != nil {
			return err
		}
	}
	for _, kind := range kindsOf(lines) {
		if supplier := s.Suppliers[kind]; supplier != nil {
			if err := supplier.Release(ctx, tx, publicOrderID(o.ID), nil); err != nil {
				return err
			}
		}
	}
	if o.CartID != nil {
		if err := s.Cart.GiveBack(ctx, tx, contract.CartID(*o.CartID), publicOrderID(o.ID), givenBack(lines)); err != nil {
			return err
		}
	}
	after := o
	after.Status, after.EndedAt = "expired", &now
	if o, err = s.record(ctx, tx, o, after, "expired", cause, nil); err != nil {
		return err
	}
	return bus.Emit(ctx, tx, contract.OrderEnded{OrderRef: orderRef(o)})
}

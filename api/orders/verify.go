// Looking at an attempt: SumUp's checkout is fetched, compared, and acted on.

package orders

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/orders/sumup"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// Verify asks SumUp for an attempt's checkout and acts on what it says: settles it once,
// closes it, or plans when to ask again; an order whose time is over ends, once it is known
// that nobody can pay it any more. It fails with nothing of SumUp's: what it cannot tell stays
// as it is. cause is webhook, poll, return, expiry or night. 404 where there is no such attempt.
func (s *Service) Verify(ctx context.Context, attempt contract.AttemptID, cause string) error {
	u, ok := id.Parse(attemptPrefix, attempt)
	if !ok {
		return noAttempt()
	}
	_, err := s.look(ctx, u, cause, false)
	return err
}

func noAttempt() *problem.Details { return problem.NotFound("there is no such payment attempt") }

// look is Verify; with due only an attempt whose time has come is looked at, for the cause that
// its row names. It tells when the next look is due; nil: never.
func (s *Service) look(ctx context.Context, attempt uuid.UUID, cause string, due bool) (*time.Time, error) {
	// Who is called off meanwhile still writes down what SumUp has said.
	kept := context.WithoutCancel(ctx)
	a, err := s.queries().TakeAttempt(ctx, ordersdb.TakeAttemptParams{ID: attempt, Due: due, Lease: asking.Seconds()})
	if errors.Is(err, pgx.ErrNoRows) {
		a, err = s.queries().Attempt(ctx, attempt)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil, noAttempt()
		}
		return a.VerifyDue, err
	}
	if err != nil {
		return nil, err
	}
	if due {
		cause = a.VerifyCause
	}
	if err := s.verify(ctx, kept, a, Cause{"sumup", cause}); err != nil {
		return nil, err
	}
	a, err = s.queries().Attempt(kept, attempt)
	return a.VerifyDue, err
}

// verify looks at an attempt that was taken for it. Calls go out with ctx; what they say is
// written with kept.
func (s *Service) verify(ctx, kept context.Context, a ordersdb.Attempt, cause Cause) error {
	switch {
	case a.Status == attemptPaid:
		return s.rest(kept, a)
	case s.Provider == nil:
		return s.unknown(kept, a, "not_configured", time.Hour)
	}
	now, over, err := s.times(ctx, a)
	if err != nil {
		return err
	}
	if over && (a.Status == attemptCreating || a.Status == attemptOpen) {
		if _, err := s.shut(ctx, kept, a, cause); err != nil {
			return err
		}
		return s.endUnpaid(kept, a.OrderID, Cause{"system", "expiry"})
	}
	if a.ProviderID == nil {
		var known bool
		if a, known, err = s.locate(ctx, kept, a, now); err != nil || !known {
			return err
		}
	}
	a, r, err := s.read(ctx, kept, a)
	if err != nil {
		return err
	}
	if r.Outcome != sumup.Found {
		return s.untold(kept, a, r, now)
	}
	_, err = s.act(kept, a, r.Value, cause)
	return err
}

// read reads the attempt's checkout. Where SumUp has none by the id that it once told us, it
// is asked by our reference: that is what makes a checkout ours.
func (s *Service) read(ctx, kept context.Context, a ordersdb.Attempt) (ordersdb.Attempt, sumup.Result[sumup.Checkout], error) {
	r := s.Provider.Checkout(ctx, *a.ProviderID)
	if r.Outcome != sumup.Missing {
		return a, r, nil
	}
	found := s.Provider.FindByReference(ctx, a.Reference)
	if found.Outcome != sumup.Found || found.Value.ID == *a.ProviderID {
		return a, r, nil
	}
	n, err := s.queries().MoveAttempt(kept, ordersdb.MoveAttemptParams{ID: a.ID, ProviderID: &found.Value.ID, Was: a.ProviderID})
	if err != nil || n == 0 {
		return a, sumup.Result[sumup.Checkout]{Code: faultMismatch}, err
	}
	a.ProviderID = &found.Value.ID
	return a, found, nil
}

// times is the clock, and whether the order of an attempt has no more time to be paid.
func (s *Service) times(ctx context.Context, a ordersdb.Attempt) (now time.Time, over bool, err error) {
	if now, err = s.queries().Now(ctx); err != nil {
		return now, false, err
	}
	o, err := s.queries().Order(ctx, a.OrderID)
	if err != nil {
		return now, false, err
	}
	return now, o.Status != "pending_payment" || o.ExpiresAt != nil && !now.Before(*o.ExpiresAt), nil
}

// locate finds the checkout of an attempt that may have none yet. Where SumUp has none it is
// made; one whose time is over cannot be paid even if it is made now.
func (s *Service) locate(ctx, kept context.Context, a ordersdb.Attempt, now time.Time) (_ ordersdb.Attempt, known bool, err error) {
	r := s.Provider.FindByReference(ctx, a.Reference)
	switch {
	case r.Outcome == sumup.Found:
		return s.adopt(kept, a, r.Value)
	case r.Outcome == sumup.Missing && a.Status != attemptCreating:
		return a, false, s.rest(kept, a)
	case r.Outcome == sumup.Missing && !now.Before(a.ValidUntil):
		return a, false, s.closed(kept, a, "")
	case r.Outcome == sumup.Missing:
		o, err := s.queries().Order(ctx, a.OrderID)
		if err != nil {
			return a, false, err
		}
		return s.create(ctx, a, o)
	}
	return a, false, s.unknown(kept, a, code(r), r.After)
}

// act does what a checkout that was read demands, and tells what became of the attempt.
func (s *Service) act(ctx context.Context, a ordersdb.Attempt, c sumup.Checkout, cause Cause) (fate, error) {
	switch {
	case c.Status == sumup.Paid:
		return s.paid(ctx, a, c, cause)
	case a.Status == attemptClosed:
		return fateClosed, s.rest(ctx, a)
	case a.Status == attemptMismatch && age(a) > missedFor:
		return fateUnknown, s.rest(ctx, a)
	case c.Status == sumup.Expired && c.Reference == a.Reference && c.ID == *a.ProviderID:
		// Whatever it asked for: nobody can pay it any more.
		return s.ended(ctx, a, string(c.Status))
	case !s.asAsked(a, c):
		s.otherwise(ctx, a, c)
		return fateUnknown, s.unknown(ctx, a, faultMismatch, 0)
	}
	if a.HostedUrl == "" && c.HostedURL != "" && a.Status == attemptOpen {
		if err := s.queries().ShowCheckout(ctx, ordersdb.ShowCheckoutParams{ID: a.ID, HostedUrl: c.HostedURL}); err != nil {
			return fateUnknown, err
		}
	}
	o, err := s.queries().Order(ctx, a.OrderID)
	if err != nil {
		return fateUnknown, err
	}
	// The order's end is a time to look too.
	pause := tier(a)
	if o.ExpiresAt != nil && a.UpdatedAt.Before(*o.ExpiresAt) {
		pause = min(pause, o.ExpiresAt.Sub(a.UpdatedAt))
	}
	return fateUnknown, s.plan(ctx, a, pause, string(c.Status), "")
}

// paid settles an attempt whose checkout is paid, or puts it aside where the money is not
// what was asked for.
func (s *Service) paid(ctx context.Context, a ordersdb.Attempt, c sumup.Checkout, cause Cause) (fate, error) {
	payments, ok := s.payments(a, c)
	err := db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		if !ok {
			return s.quarantine(ctx, tx, a, c, cause)
		}
		for _, payment := range payments {
			if err := s.settle(ctx, tx, a.ID, payment, cause); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || !ok {
		return fateUnknown, err
	}
	return fatePaid, nil
}

// untold plans the next look at a checkout that could not be read. SumUp has shown it once:
// that it does not know it now says nothing about money, until much time has passed; then a
// person has to look.
func (s *Service) untold(ctx context.Context, a ordersdb.Attempt, r sumup.Result[sumup.Checkout], now time.Time) error {
	if a.Status == attemptClosed {
		return s.rest(ctx, a)
	}
	if missed(a, r, now) {
		if err := s.difference(ctx, s.queries(), difference{kind: "missing_there", about: *a.ProviderID, order: a.OrderID,
			ours: &a.AmountMinor, currency: a.Currency, details: map[string]any{"attempt": attemptID(a.ID)}}); err != nil {
			return err
		}
		return s.plan(ctx, a, 6*time.Hour, a.ProviderStatus, "missing")
	}
	return s.unknown(ctx, a, code(r), r.After)
}

// missed tells whether SumUp has forgotten a checkout for so long that it cannot be paid.
func missed(a ordersdb.Attempt, r sumup.Result[sumup.Checkout], now time.Time) bool {
	return r.Outcome == sumup.Missing && now.After(a.ValidUntil.Add(missedFor))
}

// ended closes an attempt whose checkout has ended; one that was put aside stays so.
func (s *Service) ended(ctx context.Context, a ordersdb.Attempt, status string) (fate, error) {
	if a.Status == attemptMismatch {
		return fateUnknown, s.unknown(ctx, a, faultMismatch, 0)
	}
	return fateClosed, s.closed(ctx, a, status)
}

// closed marks an attempt as one that cannot be paid any more.
func (s *Service) closed(ctx context.Context, a ordersdb.Attempt, status string) error {
	if a.Status == attemptClosed {
		return s.rest(ctx, a)
	}
	n, err := s.queries().CloseAttempt(ctx, ordersdb.CloseAttemptParams{ID: a.ID, ProviderStatus: status, Pause: lateLook.Seconds()})
	if err != nil || n == 0 {
		return err
	}
	return nil
}

// rest plans no further look.
func (s *Service) rest(ctx context.Context, a ordersdb.Attempt) error {
	if a.VerifyDue == nil {
		return nil
	}
	return s.queries().RestAttempt(ctx, ordersdb.RestAttemptParams{ID: a.ID, Status: a.Status, Taken: *a.VerifyDue, ProviderStatus: a.ProviderStatus})
}

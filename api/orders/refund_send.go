// Sending refunds to SumUp. It gives them no id: after an answer that was lost only what it
// shows of the payment tells whether the money went back.

package orders

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/orders/sumup"
	"rose-ash.com/roseash/db"
)

const (
	// notSeen is the fault of a refund that SumUp did not show at one look.
	notSeen = "not_seen"
	// firstRead is how long after a lost answer SumUp is asked, and readApart how long after a
	// look that showed nothing it is asked again: only then the refund is sent once more.
	// SumUp shows refunds late; one that is late itself costs less than one that is made twice.
	firstRead = 5 * time.Second
	readApart = 5 * time.Minute
	// refusedFor is how long a refund that SumUp refuses after a lost answer is looked for.
	refusedFor = time.Hour
	// stuckFor is after how long a person is told of a refund of which SumUp says nothing.
	stuckFor = 24 * time.Hour
)

type refundJob struct {
	Refund uuid.UUID `json:"refund"`
}

// Kind names the job in River's table.
func (refundJob) Kind() string { return "orders.refund" }

type refundWorker struct {
	river.WorkerDefaults[refundJob]
	s *Service
}

// Timeout is longer than all calls of one turn.
func (w *refundWorker) Timeout(*river.Job[refundJob]) time.Duration { return asking + 15*time.Second }

// NextRetry is for a database that was away: soon.
func (w *refundWorker) NextRetry(job *river.Job[refundJob]) time.Time {
	return w.s.retryAt(job.Attempt)
}

// Work sends a refund, or finds out what became of it, and comes again until that is known.
func (w *refundWorker) Work(ctx context.Context, job *river.Job[refundJob]) error {
	due, err := w.s.sendRefund(ctx, job.Args.Refund)
	return w.s.comeAgain(ctx, due, err)
}

// sendSoon brings somebody to a refund as soon as tx commits.
func (s *Service) sendSoon(ctx context.Context, tx pgx.Tx, refund uuid.UUID) error {
	return s.Bus.InsertOnceTx(ctx, tx, refundJob{refund}, river.InsertOpts{Queue: paymentQueue, MaxAttempts: jobTries})
}

// sendRefund takes a refund on by one step, if its time has come. It tells when the next one
// is due; nil: it is over.
func (s *Service) sendRefund(ctx context.Context, refund uuid.UUID) (*time.Time, error) {
	kept := context.WithoutCancel(ctx)
	r, err := s.queries().TakeRefund(ctx, ordersdb.TakeRefundParams{ID: refund, Lease: asking.Seconds()})
	if errors.Is(err, pgx.ErrNoRows) {
		if r, err = s.queries().Refund(ctx, refund); errors.Is(err, pgx.ErrNoRows) {
			return nil, nil
		}
		return r.Due, err
	}
	if err != nil {
		return nil, err
	}
	if s.Provider == nil {
		err = s.planRefund(kept, r, r.Status, time.Hour, "not_configured")
	} else if seen := s.Provider.Transaction(ctx, r.TransactionID); seen.Outcome != sumup.Found {
		err = s.planRefund(kept, r, r.Status, refundPause(r, seen.After), code(seen))
	} else if r.Status == refundRequested {
		err = s.sendOnce(ctx, kept, r, seen.Value)
	} else {
		err = s.resolve(ctx, kept, r, seen.Value)
	}
	if err != nil {
		return nil, err
	}
	asked := sinceAsked(r)
	if r, err = s.queries().Refund(kept, refund); err == nil && r.Due != nil && asked > stuckFor {
		err = s.stuck(kept, r)
	}
	return r.Due, err
}

// stuck shows a person a refund that is neither made nor refused, while it goes on.
func (s *Service) stuck(ctx context.Context, r ordersdb.Refund) error {
	return s.difference(ctx, s.queries(), difference{kind: "refund_failed", about: string(refundID(r.ID)), order: r.OrderID, ours: &r.AmountMinor,
		currency: r.Currency, details: map[string]any{"refund": refundID(r.ID), "transaction": r.TransactionID, "code": r.Fault, "status": r.Status}})
}

// sendOnce sends a refund of which SumUp shows nothing. That it may have been sent is
// written down before.
func (s *Service) sendOnce(ctx, kept context.Context, r ordersdb.Refund, seen sumup.Transaction) error {
	n, err := s.queries().SendRefund(ctx, ordersdb.SendRefundParams{ID: r.ID, SeenMinor: seen.RefundedMinor, Lease: asking.Seconds()})
	var taken *pgconn.PgError
	if n == 0 && err == nil || errors.As(err, &taken) && taken.ConstraintName == "refunds_sending" {
		// Another refund of the payment is on its way; what SumUp shows must tell them apart.
		return s.planRefund(kept, r, r.Status, firstRead, "waits")
	}
	if err != nil {
		return err
	}
	r.Status, r.Tries = refundSending, r.Tries+1
	answer := s.Provider.Refund(ctx, r.TransactionID, r.AmountMinor, r.Currency)
	switch {
	case answer.Outcome == sumup.Found:
		return s.finish(kept, r)
	case answer.Code == sumup.CodeNotSent && r.Tries == 1:
		return s.planRefund(kept, r, refundRequested, refundPause(r, answer.After), answer.Code)
	case answer.Outcome == sumup.Unknown:
		return s.planRefund(kept, r, refundUnknown, max(firstRead, answer.After), code(answer))
	}
	return s.refusal(ctx, kept, r, answer)
}

// refusal is what SumUp's no to a refund means: one that was sent before may have been made.
func (s *Service) refusal(ctx, kept context.Context, r ordersdb.Refund, answer sumup.Result[struct{}]) error {
	seen := s.Provider.Transaction(ctx, r.TransactionID)
	if seen.Outcome != sumup.Found {
		// It says nothing at all now; that says nothing of the refund.
		return s.planRefund(kept, r, refundUnknown, refundPause(r, seen.After), code(seen))
	}
	made, err := s.made(kept, r, seen.Value)
	switch {
	case err != nil:
		return err
	case r.Tries > 1 && made:
		return s.finish(kept, r)
	case r.Tries > 1 && sinceAsked(r) < refusedFor:
		return s.planRefund(kept, r, refundUnknown, refundPause(r, answer.After), code(answer))
	}
	return s.withRefund(kept, r, func(tx pgx.Tx, order ordersdb.Order, r ordersdb.Refund) error {
		return s.refused(kept, tx, order, r, code(answer), Cause{"sumup", "poll"})
	})
}

// resolve finds out whether a refund was made whose answer was lost. SumUp may show it late:
// only where two looks some time apart do not show it, it is sent once more. It counts as on
// its way all the time, so that nobody takes it for one that was made elsewhere.
func (s *Service) resolve(ctx, kept context.Context, r ordersdb.Refund, seen sumup.Transaction) error {
	made, err := s.made(kept, r, seen)
	switch {
	case err != nil:
		return err
	case made:
		return s.finish(kept, r)
	case r.Status == refundSending || r.Fault != notSeen:
		return s.planRefund(kept, r, refundUnknown, readApart, notSeen)
	}
	return s.sendOnce(ctx, kept, r, seen)
}

// made tells whether SumUp shows a refund that was sent: more has gone back of the payment than
// before, and than is in the books.
func (s *Service) made(ctx context.Context, r ordersdb.Refund, seen sumup.Transaction) (bool, error) {
	now, err := s.queries().Refund(ctx, r.ID)
	if err != nil {
		return false, err
	}
	known, err := s.queries().RefundedOf(ctx, ordersdb.RefundedOfParams{Provider: r.Provider, TransactionID: r.TransactionID})
	return seen.RefundedMinor >= max(now.BeforeMinor, known.BackMinor)+r.AmountMinor, err
}

// finish marks a refund as made.
func (s *Service) finish(ctx context.Context, r ordersdb.Refund) error {
	return s.withRefund(ctx, r, func(tx pgx.Tx, order ordersdb.Order, r ordersdb.Refund) error {
		_, err := s.refunded(ctx, tx, order, r, Cause{"sumup", "poll"})
		return err
	})
}

// withRefund locks a refund's order, and then the refund.
func (s *Service) withRefund(ctx context.Context, r ordersdb.Refund, do func(pgx.Tx, ordersdb.Order, ordersdb.Refund) error) error {
	return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := ordersdb.New(tx)
		order, err := q.LockOrder(ctx, r.OrderID)
		if err != nil {
			return err
		}
		if r, err = q.LockRefund(ctx, r.ID); err != nil {
			return err
		}
		return do(tx, order, r)
	})
}

// planRefund says when a refund is taken on next, and as what.
func (s *Service) planRefund(ctx context.Context, r ordersdb.Refund, status string, pause time.Duration, fault string) error {
	return s.queries().PlanRefund(ctx, ordersdb.PlanRefundParams{ID: r.ID, OldStatus: r.Status, Status: status, Pause: pause.Seconds(), Fault: fault})
}

// refundPause grows with the age of a refund, and is no less than SumUp asks for.
func refundPause(r ordersdb.Refund, after time.Duration) time.Duration {
	return max(clamp(sinceAsked(r)/6, firstRead, 5*time.Minute), after)
}

// sinceAsked is how old a refund was when it was taken.
func sinceAsked(r ordersdb.Refund) time.Duration { return r.Due.Sub(r.CreatedAt) - asking }

// What is done about payments in the background.

package orders

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/db"
)

const (
	// paymentQueue is the queue of what asks SumUp. Each of its jobs may be done twice at
	// once: orders are locked one by one, and what came of it is kept by unique keys.
	paymentQueue   = "payments"
	paymentWorkers = 4

	sweepEvery = time.Minute
	// sweepLate is how late something is that no job has come for.
	sweepLate = 15 * time.Second
	sweepMost = 1000

	// jobTries is more than a day of a database that is away.
	jobTries  = 1000
	retryLast = time.Minute
)

// paymentJobs registers the looks at attempts, the sending of refunds, and the sweep each
// minute. The rows say what is due and when; jobs only bring somebody to look, and the sweep
// finds what none has come for.
func (s *Service) paymentJobs() {
	s.Bus.AddQueue(paymentQueue, paymentWorkers, bus.TakenOver())
	bus.AddWorker(s.Bus, &lookWorker{s: s})
	bus.AddWorker(s.Bus, &refundWorker{s: s})
	bus.AddWorker(s.Bus, &sweepWorker{s: s})
	s.Bus.Periodic(river.NewPeriodicJob(river.PeriodicInterval(sweepEvery),
		func() (river.JobArgs, *river.InsertOpts) {
			return sweepJob{}, &river.InsertOpts{Queue: paymentQueue, MaxAttempts: 1}
		},
		&river.PeriodicJobOpts{RunOnStart: true}))
}

type lookJob struct {
	Attempt uuid.UUID `json:"attempt"`
}

// Kind names the job in River's table.
func (lookJob) Kind() string { return "orders.verify" }

type lookWorker struct {
	river.WorkerDefaults[lookJob]
	s *Service
}

// Timeout is longer than all calls of one look.
func (w *lookWorker) Timeout(*river.Job[lookJob]) time.Duration { return asking + 15*time.Second }

// NextRetry is for a database that was away: soon.
func (w *lookWorker) NextRetry(job *river.Job[lookJob]) time.Time { return w.s.retryAt(job.Attempt) }

// Work looks at an attempt whose time has come, and comes again for the next time.
func (w *lookWorker) Work(ctx context.Context, job *river.Job[lookJob]) error {
	due, err := w.s.look(ctx, job.Args.Attempt, "poll", true)
	return w.s.comeAgain(ctx, due, err)
}

// comeAgain has a job done once more when its row says.
func (s *Service) comeAgain(ctx context.Context, due *time.Time, err error) error {
	if err != nil || due == nil {
		return err
	}
	now, err := s.queries().Now(ctx)
	if err != nil {
		return err
	}
	return river.JobSnooze(max(due.Sub(now), 0))
}

// retryAt is when a job that failed is tried again: soon at first.
func (s *Service) retryAt(attempt int) time.Time {
	return s.Clock.Now().Add(min(time.Second<<min(attempt, 10), retryLast))
}

// lookLater enqueues the looks at a new attempt.
func (s *Service) lookLater(ctx context.Context, tx pgx.Tx, attempt uuid.UUID, pause time.Duration) error {
	_, err := s.Bus.InsertTx(ctx, tx, lookJob{attempt}, &river.InsertOpts{Queue: paymentQueue, MaxAttempts: jobTries, ScheduledAt: s.Clock.Now().Add(pause)})
	return err
}

// lookNow brings somebody to look at an attempt as soon as tx commits; the row says whether
// its time has come.
func (s *Service) lookNow(ctx context.Context, tx pgx.Tx, attempt uuid.UUID) error {
	return s.Bus.InsertOnceTx(ctx, tx, lookJob{attempt}, river.InsertOpts{Queue: paymentQueue, MaxAttempts: jobTries})
}

type sweepJob struct{}

// Kind names the job in River's table.
func (sweepJob) Kind() string { return "orders.sweep" }

type sweepWorker struct {
	river.WorkerDefaults[sweepJob]
	s *Service
}

// Work brings somebody to all that is overdue.
func (w *sweepWorker) Work(ctx context.Context, _ *river.Job[sweepJob]) error { return w.s.sweep(ctx) }

// sweep brings somebody to look at what is overdue, whatever became of its job, and ends
// orders whose time is over and which nobody can pay any more.
func (s *Service) sweep(ctx context.Context) error {
	q := s.queries()
	attempts, err := q.OverdueAttempts(ctx, ordersdb.OverdueAttemptsParams{Late: sweepLate.Seconds(), Most: sweepMost})
	if err != nil {
		return err
	}
	refunds, err := q.OverdueRefunds(ctx, ordersdb.OverdueRefundsParams{Late: sweepLate.Seconds(), Most: sweepMost})
	if err != nil {
		return err
	}
	// One by one: who locks several jobs meets others who lock them in another order.
	for _, attempt := range attempts {
		if err := db.InTx(ctx, s.Pool, func(tx pgx.Tx) error { return s.lookNow(ctx, tx, attempt) }); err != nil {
			return err
		}
	}
	for _, refund := range refunds {
		if err := db.InTx(ctx, s.Pool, func(tx pgx.Tx) error { return s.sendSoon(ctx, tx, refund) }); err != nil {
			return err
		}
	}
	over, err := q.UnpaidOrders(ctx, sweepMost)
	if err != nil {
		return err
	}
	for _, order := range over {
		// One that cannot end does not stand in the way of the others.
		if err := s.endUnpaid(ctx, order, Cause{"system", "expiry"}); err != nil {
			s.Log.ErrorContext(ctx, "an unpaid order could not be ended", "order", publicOrderID(order), "error", err)
		}
	}
	return nil
}

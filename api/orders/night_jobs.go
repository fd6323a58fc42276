// When the comparison is made: each night, and when somebody asks for it.

package orders

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api/shared/bus"
)

// nightHour is when it is made, in UTC: when hardly anybody buys.
const nightHour = 3

// nightJobs registers the comparison.
func (s *Service) nightJobs() {
	bus.AddWorker(s.Bus, &nightWorker{s: s})
	s.Bus.Periodic(river.NewPeriodicJob(nightly{}, func() (river.JobArgs, *river.InsertOpts) {
		return nightJob{}, &river.InsertOpts{Queue: paymentQueue, MaxAttempts: 3}
	}, nil))
}

// nightly is a schedule.
type nightly struct{}

// Next is the next nightHour.
func (nightly) Next(now time.Time) time.Time {
	now = now.UTC()
	at := time.Date(now.Year(), now.Month(), now.Day(), nightHour, 0, 0, 0, time.UTC)
	if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

// nightJob makes the comparison that was begun; none: it begins one.
type nightJob struct {
	Run *uuid.UUID `json:"run,omitempty"`
}

// Kind names the job in River's table.
func (nightJob) Kind() string { return "orders.reconcile" }

type nightWorker struct {
	river.WorkerDefaults[nightJob]
	s *Service
}

// Timeout is shorter than what a run may last.
func (w *nightWorker) Timeout(*river.Job[nightJob]) time.Duration { return nightLasts - time.Minute }

// Work compares once.
func (w *nightWorker) Work(ctx context.Context, job *river.Job[nightJob]) error {
	if w.s.Provider == nil {
		return nil
	}
	if job.Args.Run == nil {
		_, err := w.s.Reconcile(ctx)
		return err
	}
	run, err := w.s.queries().Reconciliation(ctx, *job.Args.Run)
	if err != nil || run.Status != "running" {
		return err
	}
	_, err = w.s.night(ctx, run)
	return err
}

// nightSoon enqueues the comparison that has begun in tx.
func (s *Service) nightSoon(ctx context.Context, tx pgx.Tx, run uuid.UUID) error {
	return s.Bus.InsertOnceTx(ctx, tx, nightJob{&run}, river.InsertOpts{Queue: paymentQueue, MaxAttempts: 3})
}

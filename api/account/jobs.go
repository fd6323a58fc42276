// What is done in the background: making exports, and erasing them.

package account

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api/account/internal/accountdb"
	"rose-ash.com/roseash/api/shared/bus"
)

const (
	// queue is the queue of exports, made one by one in each process.
	queue = "account"

	exportTime  = 2 * time.Minute
	exportTries = 5
	// exportStuck is when an export counts as one that nobody works at any more.
	exportStuck = 6 * time.Hour
)

// Jobs registers the making of exports, and their erasure each hour. Call it before the bus
// runs.
func (s *Service) Jobs(b *bus.Bus) {
	b.AddQueue(queue, 1, bus.TakenOver())
	bus.AddWorker(b, &exportWorker{s: s})
	bus.AddWorker(b, &pruneWorker{s: s})
	b.Periodic(river.NewPeriodicJob(river.PeriodicInterval(time.Hour),
		func() (river.JobArgs, *river.InsertOpts) {
			return pruneJob{}, &river.InsertOpts{Queue: queue, MaxAttempts: 3}
		},
		&river.PeriodicJobOpts{RunOnStart: true}))
}

type exportJob struct {
	ID uuid.UUID `json:"id"`
}

// Kind names the job in River's table.
func (exportJob) Kind() string { return "account.export" }

type exportWorker struct {
	river.WorkerDefaults[exportJob]
	s *Service
}

// Timeout is longer than River's: somebody may have been here for years.
func (w *exportWorker) Timeout(*river.Job[exportJob]) time.Duration { return exportTime }

// Work makes the export. Doing it twice at once makes one of the two.
func (w *exportWorker) Work(ctx context.Context, job *river.Job[exportJob]) error {
	err := w.s.make(ctx, job.Args.ID)
	if err != nil && job.Attempt >= job.MaxAttempts {
		now := w.s.Clock.Now()
		if err := w.s.queries().FailExport(context.WithoutCancel(ctx), accountdb.FailExportParams{ID: job.Args.ID, Now: &now}); err != nil {
			return err
		}
	}
	return err
}

type pruneJob struct{}

// Kind names the job in River's table.
func (pruneJob) Kind() string { return "account.prune" }

type pruneWorker struct {
	river.WorkerDefaults[pruneJob]
	s *Service
}

// Work erases what has had its time.
func (w *pruneWorker) Work(ctx context.Context, _ *river.Job[pruneJob]) error { return w.s.Prune(ctx) }

// Prune erases archives whose time is over, gives up exports that nobody works at any more,
// and forgets old ones.
func (s *Service) Prune(ctx context.Context) error {
	now, q := s.Clock.Now(), s.queries()
	if _, err := q.ExpireExports(ctx, now); err != nil {
		return err
	}
	if _, err := q.FailStuckExports(ctx, accountdb.FailStuckExportsParams{Now: &now, StuckSince: now.Add(-exportStuck)}); err != nil {
		return err
	}
	_, err := q.DeleteOldExports(ctx, now.Add(-exportKnown))
	return err
}

// What the domain does by itself: dates are added to series as time goes on, and instants are
// computed anew when the zone data change.

package events

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/zones"
	"rose-ash.com/roseash/db"
)

const (
	extendEvery = 24 * time.Hour
	extendBatch = 100           // entries that are looked up at a time
	extendLock  = 4_735_120_981 // advisory: one process at a time
)

// Jobs registers what the domain does by itself, at start and daily. Call it before the bus
// runs.
func (s *Service) Jobs(b *bus.Bus) {
	bus.AddWorker(b, &extendWorker{s: s})
	b.Periodic(river.NewPeriodicJob(river.PeriodicInterval(extendEvery),
		func() (river.JobArgs, *river.InsertOpts) { return extendJob{}, &river.InsertOpts{MaxAttempts: 3} },
		&river.PeriodicJobOpts{RunOnStart: true}))
}

type extendJob struct{}

// Kind names the job in River's table.
func (extendJob) Kind() string { return "events.extend" }

type extendWorker struct {
	river.WorkerDefaults[extendJob]
	s *Service
}

// Timeout is longer than River's: every series may be due at once.
func (w *extendWorker) Timeout(*river.Job[extendJob]) time.Duration { return 15 * time.Minute }

// Work keeps the dates up once.
func (w *extendWorker) Work(ctx context.Context, _ *river.Job[extendJob]) error {
	return w.s.KeepUp(ctx)
}

// KeepUp gives every series its dates of the next Ahead months where some of them are not
// stored, and entries whose instants come from other zone data those of the program's; their
// ids and wall times stay. Each entry is a transaction of its own, with EntryUpdated where
// visitors see a difference. What is up to date stays as it is, and one entry that cannot be
// kept up does not keep the others from it. Where another process is at it nothing is done.
func (s *Service) KeepUp(ctx context.Context) error {
	_, err := db.Alone(ctx, s.Pool, extendLock, func() error {
		q := s.queries()
		// A day early everywhere rather than late where the day has begun already.
		until := s.Clock.Now().Truncate(oneDay).AddDate(0, Ahead, 1)
		return errors.Join(
			s.each(ctx, func(after uuid.UUID) ([]uuid.UUID, error) {
				return q.EntriesToRezone(ctx, eventsdb.EntriesToRezoneParams{ZoneVersion: zones.Version(), After: after, Count: extendBatch})
			}),
			s.each(ctx, func(after uuid.UUID) ([]uuid.UUID, error) {
				return q.EntriesToExtend(ctx, eventsdb.EntriesToExtendParams{Until: until, After: after, Count: extendBatch})
			}))
	})
	return err
}

// each brings the entries that due lists, in the order of their ids, up to date.
func (s *Service) each(ctx context.Context, due func(after uuid.UUID) ([]uuid.UUID, error)) error {
	var failed []error
	after := uuid.UUID{}
	for {
		list, err := due(after)
		if err != nil || len(list) == 0 {
			return errors.Join(append(failed, err)...)
		}
		for _, entry := range list {
			if err := s.keepUp(ctx, entry); err != nil {
				failed = append(failed, fmt.Errorf("events: %s: %w", entryID(entry), err))
			}
			if ctx.Err() != nil {
				return errors.Join(failed...)
			}
		}
		after = list[len(list)-1]
	}
}

// keepUp brings one entry up to date.
func (s *Service) keepUp(ctx context.Context, entry uuid.UUID) error {
	return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		row, err := eventsdb.New(tx).LockEntry(ctx, entry)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil // deleted meanwhile
		}
		if err != nil {
			return err
		}
		done, err := s.settle(ctx, tx, &row, row, false)
		if err != nil || len(done.touched) == 0 || !public(contract.EntryState(row.State)) {
			return err
		}
		return announce(ctx, tx, &row, &row, done.touched)
	})
}

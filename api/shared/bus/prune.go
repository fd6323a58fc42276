// Pruning: events are kept for a while after all is done, then deleted.

package bus

import (
	"context"
	"time"

	"github.com/riverqueue/river"
)

const (
	eventRetention = 30 * 24 * time.Hour
	deadRetention  = 90 * 24 * time.Hour // of jobs that were given up
	pruneBatch     = 500
)

// An event stays while a job for it has not led to its mark, dead ones too.
const pruneSQL = `
DELETE FROM bus.domain_events WHERE id IN (
	SELECT e.id FROM bus.domain_events e
	WHERE e.created_at < shared.clock() - make_interval(secs => $1)
	AND e.dispatched_at IS NOT NULL AND e.built_at IS NOT NULL
	AND NOT EXISTS (
		SELECT FROM river.river_job j
		WHERE j.` + isHandleJob + ` AND j.args @> jsonb_build_object('event_id', e.id)
		AND NOT EXISTS (SELECT FROM bus.handled d WHERE d.event_id = e.id AND d.handler = j.args ->> 'handler')
	)
	ORDER BY e.created_at LIMIT $2
)`

// Prune deletes events older than 30 days that every handler has handled and
// the builder has built, and returns how many. Run does it every hour. An event
// that is dead for a handler stays until River drops the dead job, after 90 days.
func (b *Bus) Prune(ctx context.Context) (int64, error) {
	for deleted := int64(0); ; {
		tag, err := b.pool.Exec(ctx, pruneSQL, eventRetention.Seconds(), pruneBatch)
		if err != nil {
			return deleted, err
		}
		deleted += tag.RowsAffected()
		if tag.RowsAffected() < pruneBatch {
			_, err := b.pool.Exec(ctx, "DELETE FROM bus.handlers WHERE seen_at < shared.clock() - make_interval(secs => $1)", eventRetention.Seconds())
			return deleted, err
		}
	}
}

type pruneJob struct{}

// Kind names the job in River's table.
func (pruneJob) Kind() string { return "bus.prune" }

type pruneWorker struct {
	river.WorkerDefaults[pruneJob]
	b *Bus
}

// Work retires and prunes once.
func (w *pruneWorker) Work(ctx context.Context, _ *river.Job[pruneJob]) error {
	if err := w.b.retire(ctx); err != nil {
		return err
	}
	_, err := w.b.Prune(ctx)
	return err
}

var prunePeriodically = river.NewPeriodicJob(river.PeriodicInterval(time.Hour),
	func() (river.JobArgs, *river.InsertOpts) {
		return pruneJob{}, &river.InsertOpts{Queue: handleQueue, MaxAttempts: 3}
	}, nil)

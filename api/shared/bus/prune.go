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

// An event stays while a job for it, dead ones too, has not led to its mark.
// The time is a subquery so that the index on created_at can be used.
const pruneSQL = `
DELETE FROM bus.domain_events WHERE id IN (
	SELECT id FROM bus.domain_events
	WHERE created_at < (SELECT shared.clock() - make_interval(secs => $1))
	AND dispatched_at IS NOT NULL AND built_at IS NOT NULL
	AND id NOT IN (
		SELECT (args ->> 'event_id')::bigint FROM river.river_job
		WHERE ` + isHandleJob + ` AND state IN (` + deadStates + `, ` + liveStates + `)
		AND NOT EXISTS (SELECT FROM bus.handled
			WHERE event_id = (args ->> 'event_id')::bigint AND handler = args ->> 'handler')
	)
	ORDER BY created_at LIMIT $2
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

// Pruning: keys are kept for a day.

package idempotency

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/db"
)

// Retention is how long a key is kept at least.
const Retention = 24 * time.Hour

const pruneBatch = 1000

// Jobs registers the job that prunes keys each hour. Call it before the bus runs.
func Jobs(b *bus.Bus, pool *db.Pool) {
	bus.AddWorker(b, &pruneWorker{pool: pool})
	b.Periodic(river.NewPeriodicJob(river.PeriodicInterval(time.Hour),
		func() (river.JobArgs, *river.InsertOpts) { return pruneJob{}, &river.InsertOpts{MaxAttempts: 3} }, nil))
}

// Prune deletes the keys that are older than Retention and returns how many.
func Prune(ctx context.Context, pool *db.Pool) (int64, error) {
	for deleted := int64(0); ; {
		tag, err := pool.Exec(ctx, `
DELETE FROM shared.idempotency_keys WHERE (principal, key) IN (
	SELECT principal, key FROM shared.idempotency_keys
	WHERE created_at < (SELECT shared.clock() - make_interval(secs => $1)) ORDER BY created_at LIMIT $2
)`, Retention.Seconds(), pruneBatch)
		deleted += tag.RowsAffected()
		if err != nil || tag.RowsAffected() < pruneBatch {
			return deleted, err
		}
	}
}

type pruneJob struct{}

// Kind names the job in River's table.
func (pruneJob) Kind() string { return "idempotency.prune" }

type pruneWorker struct {
	river.WorkerDefaults[pruneJob]
	pool *db.Pool
}

// Work prunes once.
func (w *pruneWorker) Work(ctx context.Context, _ *river.Job[pruneJob]) error {
	_, err := Prune(ctx, w.pool)
	return err
}

// Jobs of which one that waits is enough.

package bus

import (
	"context"
	"encoding/json"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
)

// One of them is enough. Who locked several would meet others who lock the same ones in
// another order.
const forwardSQL = `
UPDATE river.river_job SET state = 'available', scheduled_at = least(scheduled_at, clock_timestamp())
WHERE id = (
    SELECT id FROM river.river_job
    WHERE queue = $1 AND kind = $2 AND args = $3::jsonb AND state IN ('available', 'scheduled', 'retryable')
    ORDER BY id LIMIT 1 FOR UPDATE
)`

// InsertOnceTx enqueues a job in the caller's transaction unless one of its kind with the
// same arguments waits in the queue already; that one is brought forward if it was to be
// done later. One that is running does not count: it may have looked before what the caller
// has just changed. (River's own unique jobs count it.) Two transactions at once may both
// enqueue one. The queue must be one of AddQueue's; it wakes as soon as the transaction
// commits.
func (b *Bus) InsertOnceTx(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts river.InsertOpts) error {
	encoded, err := json.Marshal(args)
	if err != nil {
		return err
	}
	waits, err := tx.Exec(ctx, forwardSQL, opts.Queue, args.Kind(), encoded)
	if err != nil {
		return err
	}
	if waits.RowsAffected() == 0 {
		if _, err := b.InsertTx(ctx, tx, args, &opts); err != nil {
			return err
		}
	}
	return wakeRiver(ctx, tx, opts.Queue)
}

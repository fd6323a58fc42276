// Taking over what a killed process was handling.

package bus

import (
	"context"
	"hash/fnv"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/db"
)

// lockClass is the first half of the advisory locks by which processes that run
// the bus show that they live; the second is a hash of the process's id. The
// server frees the lock as soon as the process is gone.
const lockClass = 0x627573 // "bus"

func lockKey(id string) int32 {
	h := fnv.New32a()
	h.Write([]byte(id))
	return int32(h.Sum32())
}

// holdLock is shared, so that two ids with one hash do not wait for each other.
func (b *Bus) holdLock(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "SELECT pg_advisory_lock_shared($1, $2)", lockClass, lockKey(b.id))
	return err
}

const othersSQL = `
SELECT DISTINCT attempted_by[array_upper(attempted_by, 1)] FROM river.river_job
WHERE state = 'running' AND queue = ANY ($1) AND attempted_by[array_upper(attempted_by, 1)] <> $2`

const strandedSQL = `
UPDATE river.river_job SET
	state = (CASE WHEN attempt < max_attempts THEN 'available' ELSE 'discarded' END)::river.river_job_state,
	scheduled_at = clock_timestamp(),
	finalized_at = CASE WHEN attempt < max_attempts THEN NULL ELSE clock_timestamp() END,
	errors = array_append(errors, jsonb_build_object('at', clock_timestamp(), 'attempt', attempt,
		'error', 'the process that worked on it is gone', 'trace', ''))
WHERE state = 'running' AND queue = ANY ($1) AND attempted_by[array_upper(attempted_by, 1)] = $2`

// takeOver gives the jobs of dead processes back to the queue of handlers, and to those
// that are TakenOver. The attempt counts, so that an event which kills its process is dead in the end.
//
// A process that lives and has lost its session for a moment may have its jobs
// taken over too. That does no harm: the second run of a handler waits for the
// first one's mark in bus.handled and then does nothing. A domain's own jobs
// have no such mark, so they are left to River's rescue, unless the domain says that
// they may be done twice at once.
func (b *Bus) takeOver(ctx context.Context) error {
	rows, err := b.pool.Query(ctx, othersSQL, b.takenOver, b.id)
	if err != nil {
		return err
	}
	others, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, other := range others {
		if err := b.takeOverFrom(ctx, other); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bus) takeOverFrom(ctx context.Context, other string) error {
	return db.InTx(ctx, b.pool, func(tx pgx.Tx) error {
		var gone bool
		if err := tx.QueryRow(ctx, "SELECT pg_try_advisory_xact_lock($1, $2)", lockClass, lockKey(other)).Scan(&gone); err != nil || !gone {
			return err
		}
		tag, err := tx.Exec(ctx, strandedSQL, b.takenOver, other)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		b.log.Warn("took over jobs of a process that is gone", "jobs", tag.RowsAffected())
		for _, queue := range b.takenOver {
			if err := wakeRiver(ctx, tx, queue); err != nil {
				return err
			}
		}
		return nil
	})
}

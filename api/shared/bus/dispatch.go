// The dispatcher: from an event to one River job a handler.

package bus

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"rose-ash.com/roseash/db"
)

const batch = 100

// Events are taken by row locks, by any number of processes at once, and by the
// null mark, so that one whose transaction commits late is not jumped over.
// The statement's snapshot holds the handlers that were announced before the
// event was emitted.
const dispatchSQL = `
WITH batch AS (
	SELECT id FROM bus.domain_events WHERE dispatched_at IS NULL
	ORDER BY id %s LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED
), marked AS (
	UPDATE bus.domain_events e SET dispatched_at = shared.clock() FROM batch WHERE e.id = batch.id
	RETURNING e.id, e.kind, e.created_at
)
SELECT m.id, coalesce(h.handler, ''), coalesce(h.max_attempts, 0), m.created_at < shared.clock() - interval '5 seconds'
FROM marked m LEFT JOIN bus.handlers h ON h.kind = m.kind AND h.seen_at > shared.clock() - interval '1 day'
ORDER BY m.id`

var dispatchFrom = map[bool]string{
	false: fmt.Sprintf(dispatchSQL, "ASC"),
	true:  fmt.Sprintf(dispatchSQL, "DESC"),
}

// River's priorities: an event that has waited long does not hold up new ones.
const (
	prompt = 1
	late   = 3
)

// drain dispatches until nothing is left, from both ends in turn: a backlog
// shrinks while what is emitted now is not kept waiting by it.
func (b *Bus) drain(ctx context.Context) error {
	for newest := false; ; newest = !newest {
		n, err := b.dispatch(ctx, newest)
		if err != nil || n < batch {
			return err
		}
	}
}

// dispatch marks one batch and makes its jobs in one transaction.
func (b *Bus) dispatch(ctx context.Context, newest bool) (events int, err error) {
	err = db.InTx(ctx, b.pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, dispatchFrom[newest], batch)
		if err != nil {
			return err
		}
		var jobs []river.InsertManyParams
		var id, last int64
		var handler string
		var attempts int
		var waited bool
		_, err = pgx.ForEachRow(rows, []any{&id, &handler, &attempts, &waited}, func() error {
			if id != last {
				events, last = events+1, id
			}
			if handler == "" {
				return nil
			}
			priority := prompt
			if waited {
				priority = late
			}
			jobs = append(jobs, river.InsertManyParams{
				Args:       handleJob{Handler: handler, EventID: id},
				InsertOpts: &river.InsertOpts{Queue: handleQueue, MaxAttempts: attempts, Priority: priority},
			})
			return nil
		})
		if err != nil {
			return err
		}
		if err := b.InsertManyTx(ctx, tx, jobs); err != nil || len(jobs) == 0 {
			return err
		}
		return wakeRiver(ctx, tx, handleQueue)
	})
	return events, err
}

// wakeRiver notifies a queue whatever River's own limiter thinks: a second batch
// within its cooldown would wait for the poll.
func wakeRiver(ctx context.Context, tx pgx.Tx, queue string) error {
	_, err := tx.Exec(ctx, `SELECT pg_notify('`+riverSchema+`.river_insert', json_build_object('queue', $1::text)::text)`, queue)
	return err
}

// Replaying: a dead event is given to its handler again.

package bus

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

const replaySQL = `
SELECT h.max_attempts,
	EXISTS (SELECT FROM bus.handled d WHERE d.event_id = e.id AND d.handler = h.handler),
	coalesce(j.id, 0), coalesce(j.state::text, '')
FROM bus.domain_events e
JOIN bus.handlers h ON h.kind = e.kind AND h.handler = $2
LEFT JOIN LATERAL (
	SELECT id, state FROM river.river_job
	WHERE ` + isHandleJob + ` AND args @> jsonb_build_object('event_id', e.id, 'handler', h.handler)
	ORDER BY id DESC LIMIT 1
) j ON true
WHERE e.id = $1
FOR NO KEY UPDATE OF e`

// Replay gives an event to a handler again: one that is dead for it, one that
// waits for its next attempt (which then comes at once), or one from before the
// handler was there. With force also one that was handled; its mark is taken
// away. The handler has all its attempts again.
//
// It fails with problem.NotFound where there is no such event or no such
// handler of its kind, and with problem.Conflict where the event is handled and
// force is false, or is just being worked on. It has a transaction of its own.
func (b *Bus) Replay(ctx context.Context, eventID int64, handler string, force bool) error {
	return db.InTx(ctx, b.pool, func(tx pgx.Tx) error {
		var attempts int
		var handled bool
		var jobID int64
		var state string
		err := tx.QueryRow(ctx, replaySQL, eventID, handler).Scan(&attempts, &handled, &jobID, &state)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return problem.NotFound("no such event, or no such handler of its kind")
		case err != nil:
			return err
		case handled && !force:
			return problem.Conflict("the handler has handled this event; force does it again")
		case !handled && (state == "available" || state == "running"):
			return problem.Conflict("the event is already on its way to the handler")
		case !handled && (state == "retryable" || state == "scheduled"):
			_, err := b.inserter.JobRetryTx(ctx, tx, jobID)
			return err
		}
		if _, err := tx.Exec(ctx, "DELETE FROM bus.handled WHERE event_id = $1 AND handler = $2", eventID, handler); err != nil {
			return err
		}
		_, err = b.InsertTx(ctx, tx, handleJob{Handler: handler, EventID: eventID},
			&river.InsertOpts{Queue: handleQueue, MaxAttempts: attempts, Priority: prompt})
		return err
	})
}

// The registry of handlers in the database, by which versions of the program
// that run side by side know one another's.

package bus

import "context"

const announceSQL = `
INSERT INTO bus.handlers (handler, kind, max_attempts, seen_at)
SELECT handler, kind, max_attempts, shared.clock()
FROM unnest($1::text[], $2::text[], $3::smallint[]) AS h (handler, kind, max_attempts)
ORDER BY handler
ON CONFLICT (handler) DO UPDATE
SET kind = excluded.kind, max_attempts = excluded.max_attempts, seen_at = excluded.seen_at`

// Announce writes the handlers that this process has to the database, so that
// events get their jobs whichever process dispatches them. Every process that
// may emit calls it before it does; Run calls it too, and again each minute.
func (b *Bus) Announce(ctx context.Context) error {
	var names, kinds []string
	var attempts []int16
	for _, h := range b.handlers {
		names, kinds = append(names, h.name), append(kinds, h.kind)
		attempts = append(attempts, int16(h.maxAttempts))
	}
	if len(names) == 0 {
		return nil
	}
	_, err := b.pool.Exec(ctx, announceSQL, names, kinds, attempts)
	return err
}

const retireSQL = `
UPDATE river.river_job SET state = 'cancelled', finalized_at = clock_timestamp(),
	errors = array_append(errors, jsonb_build_object('at', clock_timestamp(), 'attempt', attempt,
		'error', 'no version of the program has this handler any more', 'trace', ''))
WHERE queue = $1 AND state IN ('available', 'retryable', 'scheduled') AND ` + isHandleJob + `
AND NOT EXISTS (
	SELECT FROM bus.handlers h
	WHERE h.handler = args ->> 'handler' AND h.seen_at > shared.clock() - interval '1 day')`

// retire gives up the jobs of handlers that no version of the program has
// announced for a day, which nobody would ever fetch. Should such a handler
// come back, its events can be replayed.
func (b *Bus) retire(ctx context.Context) error {
	tag, err := b.pool.Exec(ctx, retireSQL, handleQueue)
	if n := tag.RowsAffected(); n > 0 {
		b.log.Error("events are dead for handlers that no version has any more", "jobs", n)
	}
	return err
}

// Listing: what became of events, for `roseash admin events`.

package bus

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// State is what became of an event, or of an event for one handler.
type State string

// The states. An event is Dead when it is dead for any handler, Done when all
// have handled it. Waiting, Running and Retrying are a handler's only; they
// make the event Pending, as does not being dispatched.
const (
	Pending  State = "pending"
	Waiting  State = "waiting"
	Running  State = "running"
	Retrying State = "retrying" // failed before, will be tried again
	Dead     State = "dead"     // given up; Replay tries it again
	Done     State = "done"
)

// Filter says which events Events lists. The zero value of a field leaves it
// out; Limit is then 50.
type Filter struct {
	Kind   string
	State  State // Pending, Dead or Done
	Before int64 // an event's id, for the next page
	Limit  int   // at most 500
}

// Entry is an event with what became of it.
type Entry struct {
	Record
	State        State
	DispatchedAt *time.Time // its handlers have their jobs
	BuiltAt      *time.Time // the builder has acknowledged it
	Handlers     []Delivery // sorted by name
}

// Delivery is what became of an event for one handler. Attempt counts those
// that began. Error is the last one, internal: not for outsiders. River forgets
// finished jobs after a day, and with them everything but State and HandledAt.
type Delivery struct {
	Handler     string     `json:"handler"`
	State       State      `json:"state"`
	Attempt     int        `json:"attempt"`
	MaxAttempts int        `json:"max_attempts"`
	NextAt      *time.Time `json:"next_at"`
	HandledAt   *time.Time `json:"handled_at"`
	Error       string     `json:"error"`
}

// River's states of a job that was given up, and of one that is still to be done.
const (
	deadStates = "'cancelled', 'discarded'"
	liveStates = "'available', 'pending', 'retryable', 'running', 'scheduled'"
)

// A replay makes a new job, so a handler's newest job counts; its mark in
// bus.handled counts more than any job. The conditions on $3 narrow the events
// that are looked at by an index before states are worked out.
const eventsSQL = `
SELECT id, kind, data, created_at, state, dispatched_at, built_at, coalesce(handlers, '[]') FROM (
	SELECT e.*, d.handlers, CASE
		WHEN d.dead THEN 'dead' WHEN e.dispatched_at IS NULL OR d.open THEN 'pending' ELSE 'done' END AS state
	FROM bus.domain_events e, LATERAL (
		SELECT jsonb_agg(s ORDER BY handler) AS handlers, bool_or(state = 'dead') AS dead,
			bool_or(state NOT IN ('dead', 'done')) AS open
		FROM (
			SELECT handler, CASE
					WHEN handled_at IS NOT NULL OR j.state = 'completed' THEN 'done'
					WHEN j.state IN ('cancelled', 'discarded') THEN 'dead'
					WHEN j.state = 'running' THEN 'running'
					WHEN coalesce(array_length(j.errors, 1), 0) > 0 THEN 'retrying'
					ELSE 'waiting' END AS state,
				coalesce(attempt, 0) AS attempt, coalesce(max_attempts, 0) AS max_attempts, handled_at,
				CASE WHEN j.state IN ('available', 'retryable', 'scheduled') THEN scheduled_at END AS next_at,
				coalesce(errors[array_upper(errors, 1)] ->> 'error', '') AS error
			FROM (
				SELECT DISTINCT ON (args ->> 'handler') args ->> 'handler' AS handler, river_job.*
				FROM river.river_job
				WHERE ` + isHandleJob + ` AND args @> jsonb_build_object('event_id', e.id)
				ORDER BY args ->> 'handler', id DESC
			) j
			FULL JOIN (SELECT handler, handled_at FROM bus.handled WHERE event_id = e.id) h USING (handler)
		) s
	) d
	WHERE ($1 = '' OR e.kind = $1) AND ($2 = 0 OR e.id < $2)
	AND ($3 <> 'dead' OR e.id IN (
		SELECT (args ->> 'event_id')::bigint FROM river.river_job
		WHERE ` + isHandleJob + ` AND state IN (` + deadStates + `)))
	AND ($3 <> 'pending' OR e.dispatched_at IS NULL OR e.id IN (
		SELECT (args ->> 'event_id')::bigint FROM river.river_job
		WHERE ` + isHandleJob + ` AND state IN (` + liveStates + `)))
) x
WHERE $3 = '' OR state = $3
ORDER BY id DESC LIMIT $4`

// Events lists events, the newest first, with the states of their handlers.
func (b *Bus) Events(ctx context.Context, f Filter) ([]Entry, error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	rows, err := b.pool.Query(ctx, eventsSQL, f.Kind, f.Before, string(f.State), min(f.Limit, 500))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (e Entry, err error) {
		err = row.Scan(&e.ID, &e.Kind, &e.Data, &e.CreatedAt, &e.State, &e.DispatchedAt, &e.BuiltAt, &e.Handlers)
		return e, err
	})
}

// Stats are what an operator watches. The ages are zero where the count is.
type Stats struct {
	Undispatched       int
	OldestUndispatched time.Duration
	Unbuilt            int
	OldestUnbuilt      time.Duration
	Dead               int // events times handlers
}

const statsSQL = `
SELECT u.n, u.age, v.n, v.age, d.n FROM
	(SELECT count(*) AS n, coalesce(extract(epoch FROM shared.clock() - min(created_at)), 0)::float8 AS age
		FROM bus.domain_events WHERE dispatched_at IS NULL) u,
	(SELECT count(*) AS n, coalesce(extract(epoch FROM shared.clock() - min(created_at)), 0)::float8 AS age
		FROM bus.domain_events WHERE built_at IS NULL) v,
	(SELECT count(DISTINCT j.args) AS n FROM river.river_job j
		WHERE j.` + isHandleJob + ` AND j.state IN (` + deadStates + `)
		AND NOT EXISTS (SELECT FROM bus.handled h
			WHERE h.event_id = (j.args ->> 'event_id')::bigint AND h.handler = j.args ->> 'handler')
		AND NOT EXISTS (SELECT FROM river.river_job again
			WHERE again.kind = j.kind AND again.args = j.args AND again.state IN (` + liveStates + `))) d`

// Stats counts what waits and what is dead. It reads partial indexes and is
// cheap enough for every scrape of the metrics.
func (b *Bus) Stats(ctx context.Context) (s Stats, err error) {
	var undispatched, unbuilt float64
	err = b.pool.QueryRow(ctx, statsSQL).Scan(&s.Undispatched, &undispatched, &s.Unbuilt, &unbuilt, &s.Dead)
	s.OldestUndispatched = time.Duration(max(undispatched, 0) * float64(time.Second))
	s.OldestUnbuilt = time.Duration(max(unbuilt, 0) * float64(time.Second))
	return s, err
}

// Counting in the database what costs money or mail: for all processes, and through
// restarts.

package ratelimit

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"rose-ash.com/roseash/api/shared/clock"
)

// Querier is a transaction or a pool.
type Querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// A row that is there is locked first, so that of those who come at once each sees what the
// one before has left. Refused, it stays as it is. A row that was made since the statement
// began, and has no room, is in neither branch.
const takeSQL = `
WITH clock AS MATERIALIZED (SELECT shared.clock() AS now),
taken AS (
	INSERT INTO shared.rate_limits AS l (key, whole_at)
	SELECT $1, now + make_interval(secs => $2) FROM clock
	ON CONFLICT (key) DO UPDATE SET whole_at = greatest(l.whole_at, shared.clock()) + make_interval(secs => $2)
	WHERE greatest(l.whole_at, shared.clock()) + make_interval(secs => $2) <= shared.clock() + make_interval(secs => $3)
	RETURNING whole_at
)
SELECT true, extract(epoch FROM whole_at - now)::float8 FROM taken, clock
UNION ALL
SELECT false, extract(epoch FROM whole_at - now)::float8 FROM shared.rate_limits, clock
WHERE key = $1 AND NOT EXISTS (SELECT FROM taken)`

// Take counts a request in tx, or at once where q is a pool. It is the same algorithm as
// Limiter's. The key says who asks for what, "sign_in 192.0.2.7"; only its hash is stored.
// Two requests of one key wait for each other until the first one's transaction ends; a
// refusal changes nothing, and neither does what is rolled back. It panics for a policy that
// allows nothing.
func Take(ctx context.Context, q Querier, key string, p Policy) (State, error) {
	if p.Quota < 1 || p.Window < time.Duration(p.Quota)*clock.Precision {
		panic("ratelimit: a quota of at least one, and a microsecond for each")
	}
	// The database's times have microseconds: rounded up, a quota would lack its last one.
	each := (p.Window / time.Duration(p.Quota)).Truncate(clock.Precision)
	hash := sha256.Sum256([]byte(key))
	var s State
	var seconds float64
	err := q.QueryRow(ctx, takeSQL, hash[:], each.Seconds(), p.Window.Seconds()).Scan(&s.OK, &seconds)
	if errors.Is(err, pgx.ErrNoRows) {
		return State{Reset: p.Window, Retry: each}, nil
	}
	if err != nil {
		return State{}, err
	}
	s.Reset = min(max(0, time.Duration(seconds*float64(time.Second))), p.Window)
	if s.OK {
		s.Remaining = int64((p.Window - s.Reset) / each)
	} else {
		s.Retry = max(s.Reset+each-p.Window, time.Millisecond)
	}
	return s, nil
}

// Execer is a transaction or a pool.
type Execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

const pruneBatch = 1000

// Prune forgets those whose quota is whole again, and returns how many.
func Prune(ctx context.Context, pool Execer) (int64, error) {
	for deleted := int64(0); ; {
		tag, err := pool.Exec(ctx, `
DELETE FROM shared.rate_limits WHERE key IN (
	SELECT key FROM shared.rate_limits WHERE whole_at < (SELECT shared.clock()) ORDER BY whole_at LIMIT $1 FOR UPDATE SKIP LOCKED
)`, pruneBatch)
		deleted += tag.RowsAffected()
		if err != nil || tag.RowsAffected() < pruneBatch {
			return deleted, err
		}
	}
}

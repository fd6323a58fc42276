// One process at a time: advisory locks that a session holds.

package db

import (
	"context"
)

// Alone runs fn while this process holds the advisory lock on the database, and
// returns fn's error. held is false, and fn is not run, where another process
// holds it: waiting for it in the server would be ended by the statement's
// deadline, so that the caller asks again. The lock dies with its session; what
// must not be done twice even then needs a constraint as well.
func Alone(ctx context.Context, pool *Pool, lock int64, fn func() error) (held bool, err error) {
	conn, err := pool.conn(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Release()
	if err := conn.QueryRow(ctx, "select pg_try_advisory_lock($1)", lock).Scan(&held); err != nil || !held {
		return false, err
	}
	defer func() {
		// The session goes back to the pool: it must not keep the lock.
		if _, err := conn.Exec(context.WithoutCancel(ctx), "select pg_advisory_unlock($1)", lock); err != nil {
			conn.Conn().Close(context.WithoutCancel(ctx))
		}
	}()
	return true, fn()
}

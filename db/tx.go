// Transactions: one way to begin one.

package db

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// InTx runs fn in a transaction of pool and commits it. When fn returns an
// error or panics, everything it did is rolled back and the error (or panic)
// goes on to the caller. Nothing that leaves the process belongs into fn: no
// HTTP call, no file, no mail.
func InTx(ctx context.Context, pool *Pool, fn func(tx pgx.Tx) error) (err error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	// The request may be gone; the connection must still be given back clean.
	defer tx.Rollback(context.WithoutCancel(ctx))
	if err := fn(tx); err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

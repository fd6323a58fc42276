// Many statements in one exchange with the database.

package market

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// queue keeps statements of a transaction that answer nothing and sends them together,
// so that the code that writes one product can write thousands. A statement seems to
// have changed no row; what it fails with is told by flush, or by the next question.
type queue struct {
	pgx.Tx
	batch *pgx.Batch
}

func newQueue(tx pgx.Tx) *queue { return &queue{tx, &pgx.Batch{}} }

// Exec keeps a statement.
func (q *queue) Exec(_ context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	q.batch.Queue(sql, args...)
	return pgconn.CommandTag{}, nil
}

// Query sends what was kept first.
func (q *queue) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if err := q.flush(ctx); err != nil {
		return nil, err
	}
	return q.Tx.Query(ctx, sql, args...)
}

// QueryRow sends what was kept first.
func (q *queue) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	if err := q.flush(ctx); err != nil {
		return failedRow{err}
	}
	return q.Tx.QueryRow(ctx, sql, args...)
}

// flush sends what was kept, in its order, and returns the first error.
func (q *queue) flush(ctx context.Context) error {
	batch := q.batch
	q.batch = &pgx.Batch{}
	if batch.Len() == 0 {
		return nil
	}
	return q.Tx.SendBatch(ctx, batch).Close()
}

type failedRow struct{ err error }

// Scan returns the error of the statements before.
func (r failedRow) Scan(...any) error { return r.err }

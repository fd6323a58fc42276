// The builder's side: it takes events directly, without jobs, to coalesce them.

package bus

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Querier is a transaction or a pool.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

const unbuiltSQL = `
SELECT id, kind, data, created_at FROM bus.domain_events WHERE built_at IS NULL ORDER BY id LIMIT $1`

// Unbuilt returns at most limit events that the builder has not acknowledged,
// oldest first. It locks nothing: there is one builder at a time.
func Unbuilt(ctx context.Context, q Querier, limit int) ([]Record, error) {
	rows, err := q.Query(ctx, unbuiltSQL, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Record])
}

// MarkBuilt acknowledges events in the caller's transaction: their pages are as
// they should be. Marking one again changes nothing.
func MarkBuilt(ctx context.Context, tx pgx.Tx, ids []int64) error {
	_, err := tx.Exec(ctx, `
UPDATE bus.domain_events SET built_at = shared.clock() WHERE id = ANY ($1) AND built_at IS NULL`, ids)
	return err
}

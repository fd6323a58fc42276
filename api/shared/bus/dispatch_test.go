package bus

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/db/dbtest"
)

// TestBacklogIsTakenFromBothEnds: the oldest batch, the newest, what is left;
// and what has waited long stands behind what has not.
func TestBacklogIsTakenFromBothEnds(t *testing.T) {
	t.Parallel()
	ctx, pool := t.Context(), dbtest.New(t)
	b := New(pool, nil)
	Handle(b, "test.note", func(context.Context, pgx.Tx, quietly) error { return nil })
	if err := b.Announce(ctx); err != nil {
		t.Fatal(err)
	}
	_, err := pool.Exec(ctx, `INSERT INTO bus.domain_events (kind, data, created_at)
		SELECT 'test.quietly', '{}', shared.clock() - CASE WHEN n <= $1 THEN interval '1 minute' ELSE '0' END
		FROM generate_series(1, 3 * $1) n`, batch)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.drain(ctx); err != nil {
		t.Fatal(err)
	}
	rows, err := pool.Query(ctx, "SELECT id FROM bus.domain_events WHERE dispatched_at IS NOT NULL ORDER BY dispatched_at, id")
	if err != nil {
		t.Fatal(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		t.Fatal(err)
	}
	var first []int64
	for part := range slices.Chunk(ids, batch) {
		first = append(first, slices.Min(part))
	}
	if diff := cmp.Diff([]int64{1, 2*batch + 1, batch + 1}, first); diff != "" {
		t.Errorf("first id of each batch (-want +got):\n%s", diff)
	}
	var behind, before int
	if err := pool.QueryRow(ctx, `SELECT count(*) FILTER (WHERE priority = 3), count(*) FILTER (WHERE priority = 1)
		FROM river.river_job`).Scan(&behind, &before); err != nil {
		t.Fatal(err)
	}
	if behind != batch || before != 2*batch {
		t.Errorf("%d jobs behind and %d before, want %d and %d", behind, before, batch, 2*batch)
	}
}

// Writing memberships, in statements of bounded size.

package paging

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// batch is how many rows one statement writes, so that each is done well within
// the statement timeout.
const batch = 20_000

const (
	removeSQL = `
DELETE FROM ssg.list_members m USING unnest($1::int[], $2::int[]) AS x (list, ordinal)
WHERE m.list = x.list AND m.ordinal = x.ordinal`

	retimeSQL = `
UPDATE ssg.list_members m SET at = x.at
FROM unnest($1::int[], $2::int[], $3::timestamptz[]) AS x (list, ordinal, at)
WHERE m.list = x.list AND m.ordinal = x.ordinal`

	addSQL = `
INSERT INTO ssg.list_members (list, ordinal, at, item)
SELECT * FROM unnest($1::int[], $2::int[], $3::timestamptz[], $4::text[])`
)

// write does what compare found.
func write(ctx context.Context, tx pgx.Tx, lists []*list) error {
	var removed, retimed, added columns
	for _, l := range lists {
		for _, m := range l.removed {
			removed.add(l.id, m.ordinal, m.at, m.item)
		}
		for i, m := range l.retimed {
			retimed.add(l.id, m.ordinal, l.now[i], m.item)
		}
		for _, m := range l.added {
			added.add(l.id, m.ordinal, m.at, m.item)
		}
	}
	for part := range removed.batches() {
		if _, err := tx.Exec(ctx, removeSQL, part.list, part.ordinal); err != nil {
			return fmt.Errorf("remove members: %w", err)
		}
	}
	for part := range retimed.batches() {
		if _, err := tx.Exec(ctx, retimeSQL, part.list, part.ordinal, part.at); err != nil {
			return fmt.Errorf("retime members: %w", err)
		}
	}
	for part := range added.batches() {
		if _, err := tx.Exec(ctx, addSQL, part.list, part.ordinal, part.at, part.item); err != nil {
			return fmt.Errorf("add members: %w", err)
		}
	}
	return nil
}

// many is how many rows written at once make the table's statistics worthless;
// autovacuum would come a minute later.
const many = 10_000

// analyse renews the statistics after a bulk change. It is the last step: its lock
// makes another bulk change wait, which must not hold anything that this needs.
func analyse(ctx context.Context, tx pgx.Tx, lists []*list) error {
	rows := 0
	for _, l := range lists {
		rows += len(l.added) + len(l.removed) + len(l.retimed)
	}
	if rows < many {
		return nil
	}
	if _, err := tx.Exec(ctx, "ANALYZE ssg.lists, ssg.list_members"); err != nil {
		return fmt.Errorf("analyze: %w", err)
	}
	return nil
}

// columns are rows of members as unnest takes them.
type columns struct {
	list, ordinal []int
	at            []time.Time
	item          []string
}

func (c *columns) add(list, ordinal int, at time.Time, item string) {
	c.list, c.ordinal = append(c.list, list), append(c.ordinal, ordinal)
	c.at, c.item = append(c.at, at), append(c.item, item)
}

// batches yields the rows in parts.
func (c *columns) batches() func(yield func(columns) bool) {
	return func(yield func(columns) bool) {
		for from := 0; from < len(c.list); from += batch {
			to := min(from+batch, len(c.list))
			if !yield(columns{c.list[from:to], c.ordinal[from:to], c.at[from:to], c.item[from:to]}) {
				return
			}
		}
	}
}

// collect reads a query of one column.
func collect[T any](ctx context.Context, db DBTX, sql string, args ...any) ([]T, error) {
	rows, err := db.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[T])
}

// Sealing: how many pages of a list are closed.

package paging

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Both bounds are given, though there is nothing above, so that the planner
// expects few rows and takes the index.
const openSQL = `
SELECT x.list, o.block, o.live
FROM unnest($1::int[], $2::int[], $3::int[], $4::int[]) AS x (list, size, low, high), LATERAL (
	SELECT m.ordinal / x.size AS block, count(*) AS live FROM ssg.list_members m
	WHERE m.list = x.list AND m.ordinal >= x.low AND m.ordinal < x.high
	GROUP BY 1
) o`

// The newest items on sealed pages, as many as the open page lacks.
const lackSQL = `
SELECT x.list, s.ordinal
FROM unnest($1::int[], $2::int[], $3::int[]) AS x (list, low, lack), LATERAL (
	SELECT m.ordinal FROM ssg.list_members m
	WHERE m.list = x.list AND m.ordinal < x.low ORDER BY m.ordinal DESC LIMIT x.lack
) s`

const sealSQL = `
UPDATE ssg.lists l SET next = x.next, sealed = x.sealed
FROM unnest($1::int[], $2::int[], $3::int[]) AS x (id, next, sealed)
WHERE l.id = x.id AND (l.next, l.sealed) IS DISTINCT FROM (x.next, x.sealed)`

// reseal seals and unseals pages of changed lists, stores the result, and notes
// which pages came into being or ceased to exist by it.
func reseal(ctx context.Context, tx pgx.Tx, lists []*list) error {
	open, err := blocks(ctx, tx, lists)
	if err != nil {
		return fmt.Errorf("count open pages: %w", err)
	}
	byID := map[int]*list{}
	var ids, lows, lacks []int
	for _, l := range lists {
		byID[l.id] = l
		live := open[l.id]
		l.seal(live)
		if lack := lacking(l.size, live); lack > 0 && l.sealed > 0 {
			ids, lows, lacks = append(ids, l.id), append(lows, l.size*l.sealed), append(lacks, lack)
		}
	}
	if len(ids) > 0 {
		rows, err := tx.Query(ctx, lackSQL, ids, lows, lacks)
		if err != nil {
			return err
		}
		found := map[int][]int{}
		var id, ordinal int
		if _, err := pgx.ForEachRow(rows, []any{&id, &ordinal}, func() error {
			found[id] = append(found[id], ordinal)
			return nil
		}); err != nil {
			return fmt.Errorf("unseal pages: %w", err)
		}
		for i, id := range ids {
			byID[id].unseal(found[id], lacks[i])
		}
	}
	var next, sealed []int
	ids = ids[:0]
	for _, l := range lists {
		ids, next, sealed = append(ids, l.id), append(next, l.next), append(sealed, l.sealed)
	}
	if _, err := tx.Exec(ctx, sealSQL, ids, next, sealed); err != nil {
		return fmt.Errorf("seal pages: %w", err)
	}
	return nil
}

// blocks counts the items of the open pages by list and block of ordinals.
func blocks(ctx context.Context, tx pgx.Tx, lists []*list) (map[int]map[int]int, error) {
	var ids, sizes, lows, highs []int
	for _, l := range lists {
		ids, sizes = append(ids, l.id), append(sizes, l.size)
		lows, highs = append(lows, l.size*l.sealed), append(highs, l.next)
	}
	rows, err := tx.Query(ctx, openSQL, ids, sizes, lows, highs)
	if err != nil {
		return nil, err
	}
	open := map[int]map[int]int{}
	var id, block, live int
	_, err = pgx.ForEachRow(rows, []any{&id, &block, &live}, func() error {
		if open[id] == nil {
			open[id] = map[int]int{}
		}
		open[id][block] = live
		return nil
	})
	return open, err
}

// seal seals the first block of the open page while that keeps a page's worth
// without it. live counts the items of the open page's blocks.
func (l *list) seal(live map[int]int) {
	total := sum(live)
	for total-live[l.sealed] >= l.size {
		total -= live[l.sealed]
		if live[l.sealed] > 0 {
			l.pages[l.sealed+1] = true
			l.resealed = true
		}
		l.sealed++
	}
}

// lacking is how many items an open page is short of half a page.
func lacking(size int, live map[int]int) int { return (size+1)/2 - sum(live) }

// unseal takes sealed pages into the open one, from the last, until that does
// not lack items. newest are the items on them, as many as it lacks if there are.
func (l *list) unseal(newest []int, lack int) {
	l.resealed = true
	for _, ordinal := range newest {
		l.pages[ordinal/l.size+1] = true
	}
	l.sealed = 0
	if len(newest) == lack {
		l.sealed = newest[lack-1] / l.size
	}
}

func sum(live map[int]int) (n int) {
	for _, k := range live {
		n += k
	}
	return n
}

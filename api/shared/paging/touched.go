// What a change touches: pages by their items and links, items by their neighbours.

package paging

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
)

// The nearest items outside of ranges of ordinals: of those that reseal moved to or
// from the open page, and of those that have no items now.
const spansSQL = `
SELECT x.list,
	coalesce((SELECT max(m.ordinal) FROM ssg.list_members m WHERE m.list = x.list AND m.ordinal < x.low), -1),
	coalesce((SELECT min(m.ordinal) FROM ssg.list_members m WHERE m.list = x.list AND m.ordinal >= x.high), -1)
FROM unnest($1::int[], $2::int[], $3::int[], $4::boolean[]) AS x (list, low, high, resealed)
WHERE x.resealed OR NOT EXISTS (
	SELECT FROM ssg.list_members m WHERE m.list = x.list AND m.ordinal >= x.low AND m.ordinal < x.high)`

// findPages notes the pages whose items or order a change touches; and where a
// page came into being or ceased to exist, those beside it, which link to it or
// did. What reseal did is one range: between its pages nothing else lies.
func findPages(ctx context.Context, tx pgx.Tx, lists []*list) error {
	var ids, lows, highs []int
	var resealed []bool
	span := func(l *list, low, high int, reseal bool) {
		ids, lows, highs = append(ids, l.id), append(lows, l.size*low), append(highs, l.size*high)
		resealed = append(resealed, reseal)
	}
	byID := map[int]*list{}
	for _, l := range lists {
		byID[l.id] = l
		touched := map[int]bool{}
		for _, m := range l.removed {
			touched[page(m.ordinal, l.size, l.before)] = true
		}
		for p := range touched {
			l.pages[p] = true
			if p > 0 && p <= l.sealed {
				span(l, p-1, p, false)
			}
		}
		// Where reseal took an item from one page to another, it noted both.
		for _, m := range slices.Concat(l.retimed, l.added) {
			l.pages[page(m.ordinal, l.size, l.sealed)] = true
		}
		if l.resealed {
			l.pages[0] = true
			span(l, min(l.before, l.sealed), max(l.before, l.sealed), true)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := tx.Query(ctx, spansSQL, ids, lows, highs, resealed)
	if err != nil {
		return err
	}
	var id, older, newer int
	_, err = pgx.ForEachRow(rows, []any{&id, &older, &newer}, func() error {
		l := byID[id]
		for _, ordinal := range []int{older, newer} {
			if ordinal >= 0 {
				l.pages[page(ordinal, l.size, l.sealed)] = true
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("pages beside: %w", err)
	}
	return nil
}

const besideSQL = `
SELECT x.list, b.item FROM unnest($1::int[], $2::timestamptz[], $3::text[]) AS x (list, at, item), LATERAL (
	(SELECT m.item FROM ssg.list_members m WHERE m.list = x.list AND (m.at, m.item) > (x.at, x.item)
		ORDER BY m.at, m.item LIMIT 1)
	UNION ALL
	(SELECT m.item FROM ssg.list_members m WHERE m.list = x.list AND (m.at, m.item) < (x.at, x.item)
		ORDER BY m.at DESC, m.item DESC LIMIT 1)
) b`

// findBeside notes the items next to where others came, went, or were. In a list
// that had none before there are no others.
func findBeside(ctx context.Context, tx pgx.Tx, lists []*list) error {
	var spots columns
	own := map[int]map[string]bool{}
	byID := map[int]*list{}
	for _, l := range lists {
		if l.fresh {
			continue
		}
		byID[l.id], own[l.id] = l, map[string]bool{}
		for _, m := range l.removed {
			spots.add(l.id, m.ordinal, m.at, m.item)
		}
		for i, m := range l.retimed {
			spots.add(l.id, m.ordinal, m.at, m.item)
			spots.add(l.id, m.ordinal, l.now[i], m.item)
			own[l.id][m.item] = true
		}
		for _, m := range l.added {
			spots.add(l.id, m.ordinal, m.at, m.item)
			own[l.id][m.item] = true
		}
	}
	for part := range spots.batches() {
		rows, err := tx.Query(ctx, besideSQL, part.list, part.at, part.item)
		if err != nil {
			return err
		}
		var id int
		var item string
		if _, err := pgx.ForEachRow(rows, []any{&id, &item}, func() error {
			if !own[id][item] {
				byID[id].beside[item] = true
			}
			return nil
		}); err != nil {
			return fmt.Errorf("items beside: %w", err)
		}
	}
	return nil
}

// Reading lists from the tables.

package paging

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Stored reads lists from the database. Within a transaction it sees what that
// has written.
type Stored struct{ DB DBTX }

var _ Reader = Stored{}

// Where a page begins and ends is worked out outside of the subqueries, so that
// the planner takes each for a short range.
const leavesSQL = `
SELECT r.n - 1, p.size, p.sealed, m.items, m.older, m.newer
FROM unnest($1::text[], $2::int[]) WITH ORDINALITY AS r (list, page, n)
JOIN ssg.lists p ON p.name = r.list AND r.page BETWEEN 0 AND p.sealed
CROSS JOIN LATERAL (SELECT
	CASE r.page WHEN 0 THEN p.size * p.sealed ELSE p.size * (r.page - 1) END AS low,
	CASE r.page WHEN 0 THEN p.next ELSE p.size * r.page END AS high OFFSET 0) s
CROSS JOIN LATERAL (SELECT
	(SELECT array_agg(item ORDER BY at DESC, item DESC) FROM ssg.list_members
		WHERE list = p.id AND ordinal >= s.low AND ordinal < s.high) AS items,
	(SELECT max(ordinal) FROM ssg.list_members WHERE list = p.id AND ordinal < s.low) AS older,
	(SELECT min(ordinal) FROM ssg.list_members WHERE list = p.id AND ordinal >= s.high) AS newer OFFSET 0) m
WHERE m.items IS NOT NULL`

// Leaves implements Reader.
func (s Stored) Leaves(ctx context.Context, refs []Ref) ([]Leaf, error) {
	leaves := make([]Leaf, len(refs))
	lists, numbers := make([]string, len(refs)), make([]int, len(refs))
	for i, r := range refs {
		leaves[i] = Leaf{List: r.List, Page: r.Page, Newer: None, Older: None}
		lists[i], numbers[i] = r.List, number(r.Page)
	}
	rows, err := s.DB.Query(ctx, leavesSQL, lists, numbers)
	if err != nil {
		return nil, err
	}
	var n, size, sealed int
	var items []string
	var older, newer *int
	_, err = pgx.ForEachRow(rows, []any{&n, &size, &sealed, &items, &older, &newer}, func() error {
		leaf := &leaves[n]
		leaf.Items, leaf.Exists = items, true
		items = nil // the next row gets a slice of its own
		if older != nil {
			leaf.Older = page(*older, size, sealed)
		}
		if newer != nil {
			leaf.Newer = page(*newer, size, sealed)
		}
		return nil
	})
	return leaves, err
}

const newestSQL = `
SELECT l.name, m.item FROM ssg.lists l, LATERAL (
	SELECT item, at FROM ssg.list_members WHERE list = l.id ORDER BY at DESC, item DESC LIMIT $2
) m
WHERE l.name = ANY($1::text[]) ORDER BY l.id, m.at DESC, m.item DESC`

// Newest implements Reader.
func (s Stored) Newest(ctx context.Context, lists []string, n int) (map[string][]string, error) {
	newest := map[string][]string{}
	rows, err := s.DB.Query(ctx, newestSQL, lists, n)
	if err != nil {
		return nil, err
	}
	var name, item string
	_, err = pgx.ForEachRow(rows, []any{&name, &item}, func() error {
		newest[name] = append(newest[name], item)
		return nil
	})
	return newest, err
}

const aroundSQL = `
SELECT m.item,
	coalesce((SELECT o.item FROM ssg.list_members o WHERE o.list = m.list AND (o.at, o.item) > (m.at, m.item)
		ORDER BY o.at, o.item LIMIT 1), ''),
	coalesce((SELECT o.item FROM ssg.list_members o WHERE o.list = m.list AND (o.at, o.item) < (m.at, m.item)
		ORDER BY o.at DESC, o.item DESC LIMIT 1), '')
FROM ssg.lists l
JOIN unnest($2::text[]) AS i (item) ON true
JOIN ssg.list_members m ON m.list = l.id AND m.item = i.item
WHERE l.name = $1`

// Around implements Reader.
func (s Stored) Around(ctx context.Context, list string, items []string) (map[string]Neighbours, error) {
	around := make(map[string]Neighbours, len(items))
	rows, err := s.DB.Query(ctx, aroundSQL, list, items)
	if err != nil {
		return nil, err
	}
	var item string
	var n Neighbours
	_, err = pgx.ForEachRow(rows, []any{&item, &n.Newer, &n.Older}, func() error {
		around[item] = n
		return nil
	})
	return around, err
}

const nearSQL = `
SELECT l.name, m.item, (
	SELECT array_agg(o.item ORDER BY o.after, o.far) FROM (
		(SELECT item, false AS after, m.ordinal - ordinal AS far FROM ssg.list_members
			WHERE list = m.list AND ordinal < m.ordinal ORDER BY ordinal DESC LIMIT $3)
		UNION ALL
		(SELECT item, true, ordinal - m.ordinal FROM ssg.list_members
			WHERE list = m.list AND ordinal > m.ordinal ORDER BY ordinal LIMIT $3)
		ORDER BY after, far LIMIT $3
	) o)
FROM unnest($1::text[], $2::text[]) AS r (list, item)
JOIN ssg.lists l ON l.name = r.list
JOIN ssg.list_members m ON m.list = l.id AND m.item = r.item`

// Near implements Reader.
func (s Stored) Near(ctx context.Context, refs []ItemRef, n int) (map[ItemRef][]string, error) {
	near := make(map[ItemRef][]string, len(refs))
	lists, items := make([]string, len(refs)), make([]string, len(refs))
	for i, r := range refs {
		lists[i], items[i] = r.List, r.Item
	}
	rows, err := s.DB.Query(ctx, nearSQL, lists, items, n)
	if err != nil {
		return nil, err
	}
	var ref ItemRef
	var others []string
	_, err = pgx.ForEachRow(rows, []any{&ref.List, &ref.Item, &others}, func() error {
		near[ref] = others
		others = nil
		return nil
	})
	return near, err
}

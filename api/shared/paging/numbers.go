// Reading the numbers of pages and shards, and where items stand.

package paging

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// From each shard that has items to the first item behind it: as many looks into
// the index as there are shards.
const shardsSQL = `
WITH RECURSIVE walk (list, ordinal) AS (
	SELECT l.id, m.ordinal FROM ssg.lists l, LATERAL (
		SELECT ordinal FROM ssg.list_members WHERE list = l.id ORDER BY ordinal LIMIT 1
	) m WHERE l.name = $1
	UNION ALL
	SELECT w.list, m.ordinal FROM walk w, LATERAL (
		SELECT ordinal FROM ssg.list_members
		WHERE list = w.list AND ordinal >= (w.ordinal / $2 + 1)::bigint * $2 ORDER BY ordinal LIMIT 1
	) m
)
SELECT ordinal / $2 FROM walk ORDER BY 1`

// Shards implements Reader.
func (s Stored) Shards(ctx context.Context, list string, size int) ([]int, error) {
	return collect[int](ctx, s.DB, shardsSQL, list, size)
}

const shardSQL = `
SELECT r.list, r.number, m.items
FROM unnest($1::text[], $2::int[]) AS r (list, number)
JOIN ssg.lists l ON l.name = r.list
CROSS JOIN LATERAL (
	SELECT array_agg(item ORDER BY ordinal) AS items FROM ssg.list_members
	WHERE list = l.id AND ordinal >= r.number::bigint * $3 AND ordinal < (r.number::bigint + 1) * $3
) m
WHERE m.items IS NOT NULL`

// Shard implements Reader.
func (s Stored) Shard(ctx context.Context, refs []ShardRef, size int) (map[ShardRef][]string, error) {
	shards := make(map[ShardRef][]string, len(refs))
	lists, numbers := make([]string, len(refs)), make([]int, len(refs))
	for i, r := range refs {
		lists[i], numbers[i] = r.List, number(r.Number)
	}
	rows, err := s.DB.Query(ctx, shardSQL, lists, numbers, size)
	if err != nil {
		return nil, err
	}
	var ref ShardRef
	var items []string
	_, err = pgx.ForEachRow(rows, []any{&ref.List, &ref.Number, &items}, func() error {
		shards[ref] = items
		items = nil
		return nil
	})
	return shards, err
}

// The same walk as over shards, through all lists, until the open page, which
// every list that has items has.
const pagesSQL = `
WITH RECURSIVE walk (list, name, size, sealed, ordinal) AS (
	SELECT l.id, l.name, l.size, l.sealed, m.ordinal FROM ssg.lists l, LATERAL (
		SELECT ordinal FROM ssg.list_members WHERE list = l.id ORDER BY ordinal LIMIT 1
	) m WHERE $1::text[] IS NULL OR l.name = ANY($1)
	UNION ALL
	SELECT w.list, w.name, w.size, w.sealed, m.ordinal FROM walk w, LATERAL (
		SELECT ordinal FROM ssg.list_members
		WHERE list = w.list AND ordinal >= (w.ordinal / w.size + 1)::bigint * w.size ORDER BY ordinal LIMIT 1
	) m WHERE w.ordinal < w.size * w.sealed
)
SELECT name, array_agg(ordinal / size + 1 ORDER BY ordinal) FILTER (WHERE ordinal < size * sealed)
FROM walk GROUP BY name`

// Pages implements Reader.
func (s Stored) Pages(ctx context.Context) (map[string][]int, error) {
	return s.pages(ctx, nil)
}

// pages are those of the lists, or of all where none is named.
func (s Stored) pages(ctx context.Context, lists []string) (map[string][]int, error) {
	pages := map[string][]int{}
	rows, err := s.DB.Query(ctx, pagesSQL, lists)
	if err != nil {
		return nil, err
	}
	var name string
	var numbers []int
	_, err = pgx.ForEachRow(rows, []any{&name, &numbers}, func() error {
		pages[name] = numbers
		numbers = nil
		return nil
	})
	return pages, err
}

const ordinalsSQL = `
SELECT m.item, m.ordinal, l.size, l.sealed
FROM ssg.lists l
JOIN unnest($2::text[]) AS i (item) ON true
JOIN ssg.list_members m ON m.list = l.id AND m.item = i.item
WHERE l.name = $1`

// Ordinals returns where those of the items stand that are in the list, for the
// answers of the API. It fails only as the database does.
func (s Stored) Ordinals(ctx context.Context, list string, items []string) (map[string]Ordinal, error) {
	ordinals := make(map[string]Ordinal, len(items))
	rows, err := s.DB.Query(ctx, ordinalsSQL, list, items)
	if err != nil {
		return nil, err
	}
	var item string
	var ordinal, size, sealed int
	_, err = pgx.ForEachRow(rows, []any{&item, &ordinal, &size, &sealed}, func() error {
		ordinals[item] = Ordinal{ordinal, page(ordinal, size, sealed)}
		return nil
	})
	return ordinals, err
}

// Lists returns those of the lists that there are, by name, also ones that have
// lost all their items. With Ordinals it is what NewMemory needs. It fails only
// as the database does.
func (s Stored) Lists(ctx context.Context, names []string) ([]List, error) {
	rows, err := s.DB.Query(ctx, `SELECT name, size, sealed FROM ssg.lists WHERE name = ANY($1::text[]) ORDER BY name`, names)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[List])
}

// Put: the memberships of items are made what they are to be.

package paging

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// Place says in which lists an item is to be, and where in time. Without lists
// it is to be in none. At is taken by the microsecond, as the database keeps it.
type Place struct {
	Item  string
	At    time.Time
	Lists []string
}

// Moved is what changed in one list.
type Moved struct {
	List    string
	Added   []string // by ordinal
	Removed []string // sorted, as are the others
	Retimed []string // have another date
	// Beside are the other items whose Neighbours may be others now.
	Beside []string
	// Pages are the pages whose items, order or links may be others now, also
	// those that have ceased to exist.
	Pages []int
}

// Put makes the memberships of the items exactly what places say; other items
// stay as they are. What comes into a list gets its next ordinals, in order of
// (At, Item); what is in it keeps its ordinal, also with another At. Then pages
// are sealed and unsealed. It returns what changed, by name of the list.
//
// Where an item is named twice, the last place counts. size gives the page size
// of a list that is new; one that exists keeps its own.
//
// All is done in the caller's transaction, which must be READ COMMITTED. It locks
// the items, then the lists in order of name, until the end of the transaction;
// so that two never wait for each other, call it once in a transaction, after
// which that may only read. Cost: about ten statements for any number of places
// up to 20,000 memberships, none of which looks at a whole list.
//
// It fails where an item or the name of a list is empty, a name is longer than
// 500 characters or has control characters, or size is not positive.
func Put(ctx context.Context, tx pgx.Tx, places []Place, size func(list string) int) ([]Moved, error) {
	items, wanted := plan(places)
	if len(items) == 0 {
		return nil, nil
	}
	if _, err := tx.Exec(ctx, lockItemsSQL, itemLock, stripes(items)); err != nil {
		return nil, fmt.Errorf("lock items: %w", err)
	}
	lists, err := lock(ctx, tx, items, slices.Sorted(maps.Keys(wanted)), size)
	if err != nil {
		return nil, err
	}
	if err := compare(ctx, tx, lists, items, wanted); err != nil {
		return nil, err
	}
	lists = slices.DeleteFunc(lists, func(l *list) bool { return !l.changed() })
	if len(lists) == 0 {
		return nil, nil
	}
	for _, step := range []func(context.Context, pgx.Tx, []*list) error{write, reseal, findPages, findBeside, analyse} {
		if err := step(ctx, tx, lists); err != nil {
			return nil, err
		}
	}
	moved := make([]Moved, len(lists))
	for i, l := range lists {
		moved[i] = l.moved()
	}
	return moved, nil
}

// list is a list while Put works on it.
type list struct {
	id, size, next, sealed int
	name                   string
	before                 int  // sealed, before
	resealed               bool // items have gone to or from the open page by it
	fresh                  bool // has never had items

	added, removed []member
	retimed        []member    // as they were
	now            []time.Time // when the retimed are
	pages          map[int]bool
	beside         map[string]bool
}

// member is an item of a list while Put works on it.
type member struct {
	item    string
	at      time.Time
	ordinal int
}

func (l *list) changed() bool { return len(l.added)+len(l.removed)+len(l.retimed) > 0 }

func (l *list) moved() Moved {
	names := func(members []member) (items []string) {
		for _, m := range members {
			items = append(items, m.item)
		}
		return items
	}
	m := Moved{List: l.name, Added: names(l.added), Removed: names(l.removed), Retimed: names(l.retimed)}
	slices.Sort(m.Removed)
	slices.Sort(m.Retimed)
	m.Beside = slices.Sorted(maps.Keys(l.beside))
	m.Pages = slices.Sorted(maps.Keys(l.pages))
	return m
}

// plan turns places around: what is wanted by list and item, and all the items.
func plan(places []Place) (items []string, wanted map[string]map[string]time.Time) {
	last := make(map[string]int, len(places))
	for i, p := range places {
		last[p.Item] = i
	}
	wanted = map[string]map[string]time.Time{}
	for i, p := range places {
		if last[p.Item] != i {
			continue
		}
		items = append(items, p.Item)
		for _, name := range p.Lists {
			if wanted[name] == nil {
				wanted[name] = map[string]time.Time{}
			}
			wanted[name][p.Item] = micro(p.At)
		}
	}
	slices.Sort(items)
	return items, wanted
}

// micro is a time as the database keeps it.
func micro(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// itemLock is the class of the advisory locks on items. They are few, however
// many items there are, because the server's table of locks is not large.
const (
	itemLock  = 0x70616765 // "page"
	itemLocks = 64
)

// The memberships of an item do not change while its lock is held, also where it
// has none that could be locked. They are taken in the order of the array.
const lockItemsSQL = `SELECT pg_advisory_xact_lock($1, stripe) FROM unnest($2::int[]) AS stripe`

// stripes are the locks of the items, ascending.
func stripes(items []string) []int {
	set := map[int]bool{}
	for _, item := range items {
		h := fnv.New32a()
		h.Write([]byte(item))
		set[int(h.Sum32()%itemLocks)] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// An item is looked up by itself: OFFSET 0 keeps the planner from reading all
// members for a join, which it would while the table has no statistics.
const listsOfSQL = `
SELECT name FROM ssg.lists WHERE id IN (
	SELECT m.list FROM unnest($1::text[]) AS i (item), LATERAL (
		SELECT list FROM ssg.list_members WHERE item = i.item OFFSET 0
	) m)`

// Lists that another transaction is just making are waited for, in order of name
// as with the locks.
const makeListsSQL = `
INSERT INTO ssg.lists (name, size)
SELECT n.name, n.size FROM unnest($1::text[], $2::int[]) AS n (name, size)
WHERE NOT EXISTS (SELECT FROM ssg.lists l WHERE l.name = n.name)
ORDER BY n.name COLLATE "C"
ON CONFLICT (name) DO NOTHING`

const lockListsSQL = `
SELECT id, name, size, next, sealed FROM ssg.lists WHERE name = ANY($1::text[])
ORDER BY name FOR NO KEY UPDATE`

// lock makes the wanted lists that are not there, and locks them and those in
// which the items are now.
func lock(ctx context.Context, tx pgx.Tx, items, wanted []string, size func(string) int) ([]*list, error) {
	sizes := make([]int, len(wanted))
	for i, name := range wanted {
		if sizes[i] = size(name); sizes[i] <= 0 {
			return nil, fmt.Errorf("paging: the page size of a list is %d", sizes[i])
		}
	}
	names, err := collect[string](ctx, tx, listsOfSQL, items)
	if err != nil {
		return nil, fmt.Errorf("lists of items: %w", err)
	}
	if len(wanted) > 0 {
		if _, err := tx.Exec(ctx, makeListsSQL, wanted, sizes); err != nil {
			return nil, fmt.Errorf("make lists: %w", err)
		}
	}
	return lockNamed(ctx, tx, append(names, wanted...))
}

func lockNamed(ctx context.Context, tx pgx.Tx, names []string) ([]*list, error) {
	rows, err := tx.Query(ctx, lockListsSQL, names)
	if err != nil {
		return nil, err
	}
	lists, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (*list, error) {
		l := &list{pages: map[int]bool{}, beside: map[string]bool{}}
		err := row.Scan(&l.id, &l.name, &l.size, &l.next, &l.sealed)
		l.before, l.fresh = l.sealed, l.next == 0
		return l, err
	})
	if err != nil {
		return nil, fmt.Errorf("lock lists: %w", err)
	}
	return lists, nil
}

const membershipsSQL = `
SELECT m.* FROM unnest($1::text[]) AS i (item), LATERAL (
	SELECT list, ordinal, item, at FROM ssg.list_members WHERE item = i.item OFFSET 0
) m`

// compare finds what is to be done: what is wanted and is not, and the reverse.
// It uses up wanted.
func compare(ctx context.Context, tx pgx.Tx, lists []*list, items []string, wanted map[string]map[string]time.Time) error {
	byID := make(map[int]*list, len(lists))
	for _, l := range lists {
		byID[l.id] = l
	}
	rows, err := tx.Query(ctx, membershipsSQL, items)
	if err != nil {
		return err
	}
	var id int
	var m member
	_, err = pgx.ForEachRow(rows, []any{&id, &m.ordinal, &m.item, &m.at}, func() error {
		l := byID[id]
		at, stays := wanted[l.name][m.item]
		switch {
		case !stays:
			l.removed = append(l.removed, m)
		case !at.Equal(m.at):
			l.retimed, l.now = append(l.retimed, m), append(l.now, at)
		}
		delete(wanted[l.name], m.item)
		return nil
	})
	if err != nil {
		return fmt.Errorf("memberships: %w", err)
	}
	for _, l := range lists {
		for item, at := range wanted[l.name] {
			l.added = append(l.added, member{item: item, at: at})
		}
		slices.SortFunc(l.added, func(a, b member) int {
			return cmp.Or(a.at.Compare(b.at), strings.Compare(a.item, b.item))
		})
		for i := range l.added {
			l.added[i].ordinal = l.next
			l.next++
		}
	}
	return nil
}

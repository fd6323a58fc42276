// What lists, pages and places are, and what can be read of them.

package paging

import (
	"context"
	"math"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// DBTX is where Stored reads: a *db.Pool or a pgx.Tx.
type DBTX interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// None is the number of a page that is not there: an end of a list.
const None = -1

// Ref names a page: the open one by 0, a sealed one by its number from 1.
type Ref struct {
	List string
	Page int
}

// Leaf is a page of a list. One that does not exist has no Items, and None on
// both sides; the open page exists when the list has any item.
type Leaf struct {
	List   string
	Page   int
	Items  []string // the newest first; where two have one time, the greater name first
	Newer  int      // the page to the newer side: 0 is the open page, None from there
	Older  int      // the page to the older side, None from the oldest
	Exists bool
}

// ItemRef names an item of a list.
type ItemRef struct {
	List, Item string
}

// Neighbours are the items beside another in order of time, empty at an end.
type Neighbours struct {
	Newer, Older string
}

// ShardRef names a shard: the ordinals from size*Number until size*(Number+1).
// Unlike pages, shards are never sealed or open.
type ShardRef struct {
	List   string
	Number int
}

// List is what is stored of a list itself.
type List struct {
	Name   string
	Size   int // items of a page
	Sealed int // how many pages are sealed
}

// Member is an item of a list. At has the precision of a microsecond.
type Member struct {
	List    string
	Item    string
	At      time.Time
	Ordinal int
}

// Ordinal is where an item stands in a list.
type Ordinal struct {
	Ordinal int
	Page    int // 0 is the open page
}

// Reader is what can be read of lists. A list that is not known has no items;
// nothing fails for that. Methods that take several of something answer all at
// once, in one query. Sizes are positive, and n is not negative. They fail only as
// the database or the context does.
type Reader interface {
	// Leaves returns the pages in the order of refs.
	Leaves(ctx context.Context, refs []Ref) ([]Leaf, error)
	// Newest returns the newest n items of each list, the newest first. Lists
	// without items are left out.
	Newest(ctx context.Context, lists []string, n int) (map[string][]string, error)
	// Around returns the neighbours in time of those items that are in the list.
	Around(ctx context.Context, list string, items []string) (map[string]Neighbours, error)
	// Near returns for each item that is in its list at most n others: those that
	// came into the list last before it, the nearest first, and where there are
	// fewer than n, those that came after it, the nearest first. What comes into
	// the list later does not change the answer once n came before.
	Near(ctx context.Context, refs []ItemRef, n int) (map[ItemRef][]string, error)
	// Shards returns the numbers of the list's shards of size ordinals that have
	// items, ascending.
	Shards(ctx context.Context, list string, size int) ([]int, error)
	// Shard returns the items of shards by ordinal ascending. Empty shards are
	// left out.
	Shard(ctx context.Context, refs []ShardRef, size int) (map[ShardRef][]string, error)
	// Pages returns, for every list that has items, the numbers of the sealed
	// pages that exist, ascending. Each of the lists has its open page besides.
	Pages(ctx context.Context) (map[string][]int, error)
	// Names returns the lists that have items, sorted.
	Names(ctx context.Context) ([]string, error)
}

// number is a page's or shard's number as the database can take it. One that is
// out of its range, from an address that somebody made up, names nothing.
func number(n int) int { return max(-1, min(n, math.MaxInt32)) }

// page is the page of an ordinal where so many pages are sealed.
func page(ordinal, size, sealed int) int {
	if block := ordinal / size; block < sealed {
		return block + 1
	}
	return 0
}

// Repacking: a list's ordinals are made anew, which moves its items to other pages.

package paging

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/problem"
)

// First beyond the ordinals that are there, then back to the front: no row takes
// the place of one that has not moved yet.
const (
	aheadSQL = `
UPDATE ssg.list_members m SET ordinal = $2 + o.place
FROM (SELECT ordinal, row_number() OVER (ORDER BY at, item) - 1 AS place FROM ssg.list_members WHERE list = $1) o
WHERE m.list = $1 AND m.ordinal = o.ordinal`
	backSQL = `UPDATE ssg.list_members SET ordinal = ordinal - $2 WHERE list = $1`
)

// Repack gives the items of a list the ordinals from 0 in order of (at, item) and
// seals anew, so that pages are full and in order again. It returns what changed:
// the Pages are all that were there or are. Its cost is that of the whole list.
//
// It works in the caller's transaction and locks the list until its end. It fails
// with problem.NotFound where there is no such list.
func Repack(ctx context.Context, tx pgx.Tx, name string) (Moved, error) {
	locked, err := lockNamed(ctx, tx, []string{name})
	if err != nil {
		return Moved{}, err
	}
	if len(locked) == 0 {
		return Moved{}, problem.NotFound("no such list")
	}
	l := locked[0]
	was, err := pagesOf(ctx, tx, name)
	if err != nil {
		return Moved{}, err
	}
	tag, err := tx.Exec(ctx, aheadSQL, l.id, l.next)
	if err == nil {
		_, err = tx.Exec(ctx, backSQL, l.id, l.next)
	}
	if err != nil {
		return Moved{}, fmt.Errorf("repack: %w", err)
	}
	l.next, l.sealed = int(tag.RowsAffected()), 0
	if err := reseal(ctx, tx, locked); err != nil {
		return Moved{}, err
	}
	is, err := pagesOf(ctx, tx, name)
	if err != nil {
		return Moved{}, err
	}
	for _, p := range append(was, is...) {
		l.pages[p] = true
	}
	return l.moved(), nil
}

// pagesOf are all pages of a list, the open one among them.
func pagesOf(ctx context.Context, tx pgx.Tx, name string) ([]int, error) {
	all, err := Stored{tx}.pages(ctx, []string{name})
	if err != nil {
		return nil, err
	}
	sealed, exists := all[name]
	if !exists {
		return nil, nil
	}
	return append(sealed, 0), nil
}

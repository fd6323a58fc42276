// What it costs does not grow with the lists.

package paging_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/paging"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

func twenty(string) int { return 20 }

// corpus is n items in five lists each: one that has all, the others of ten
// thousand items at most.
func corpus(n int) []paging.Place {
	places := make([]paging.Place, n)
	for i := range places {
		places[i] = paging.Place{Item: fmt.Sprintf("post:%06d", i), At: epoch.Add(time.Duration(i) * time.Minute), Lists: []string{
			"blog", fmt.Sprint("section:", i%5), fmt.Sprint("tag:", i%40), fmt.Sprint("tag:", 40+i%300), fmt.Sprint("author:", i%50),
		}}
	}
	return places
}

// works is each thing that can be done, for one item or a few of n.
func works(n int) map[string]func(ctx context.Context, tx pgx.Tx) error {
	mid := fmt.Sprintf("post:%06d", n/2)
	lists := []string{"blog", "section:1", "tag:1", "tag:41", "author:1"}
	change := func(p paging.Place) func(context.Context, pgx.Tx) error {
		return func(ctx context.Context, tx pgx.Tx) error {
			moved, err := paging.Put(ctx, tx, []paging.Place{p}, twenty)
			if err == nil && len(moved) < 5 {
				err = fmt.Errorf("%d lists moved", len(moved))
			}
			return err
		}
	}
	return map[string]func(ctx context.Context, tx pgx.Tx) error{
		"add":    change(paging.Place{Item: "new", At: epoch.AddDate(10, 0, 0), Lists: lists}),
		"retime": change(paging.Place{Item: mid, At: epoch.AddDate(10, 0, 0), Lists: lists}),
		"remove": change(paging.Place{Item: mid}),
		"leaves": func(ctx context.Context, tx pgx.Tx) error {
			var refs []paging.Ref
			for _, l := range lists {
				refs = append(refs, paging.Ref{List: l, Page: 0})
			}
			_, err := paging.Stored{DB: tx}.Leaves(ctx, append(refs, paging.Ref{List: "blog", Page: 20}))
			return err
		},
		"newest": func(ctx context.Context, tx pgx.Tx) error {
			_, err := paging.Stored{DB: tx}.Newest(ctx, lists, 20)
			return err
		},
		"around": func(ctx context.Context, tx pgx.Tx) error {
			_, err := paging.Stored{DB: tx}.Around(ctx, "blog", []string{mid, "post:000000"})
			return err
		},
		"near": func(ctx context.Context, tx pgx.Tx) error {
			_, err := paging.Stored{DB: tx}.Near(ctx, []paging.ItemRef{{List: "blog", Item: mid}}, 6)
			return err
		},
		"shard": func(ctx context.Context, tx pgx.Tx) error {
			_, err := paging.Stored{DB: tx}.Shard(ctx, []paging.ShardRef{{List: "blog", Number: 3}}, 100)
			return err
		},
		"shards": func(ctx context.Context, tx pgx.Tx) error {
			_, err := paging.Stored{DB: tx}.Shards(ctx, "blog", n/10)
			return err
		},
		"ordinals": func(ctx context.Context, tx pgx.Tx) error {
			_, err := paging.Stored{DB: tx}.Ordinals(ctx, "blog", []string{mid})
			return err
		},
	}
}

var errBack = errors.New("rolled back")

// TestLooksAtFewRows counts the rows that the server fetches, with a plan made for
// the values and with one made for any.
func TestLooksAtFewRows(t *testing.T) {
	t.Parallel()
	const n = 6000
	pool := dbtest.New(t)
	put(t, pool, twenty, corpus(n)...)
	const most = 700 // six pages of at most 39, counted twice, and some
	for _, mode := range []string{"force_custom_plan", "force_generic_plan"} {
		for name, work := range works(n) {
			var before, rows int
			err := db.InTx(t.Context(), pool, func(tx pgx.Tx) error {
				if _, err := tx.Exec(t.Context(), "SET LOCAL plan_cache_mode = "+mode); err != nil {
					return err
				}
				// The session counts on from what it has not reported yet.
				const fetched = `SELECT coalesce(sum(seq_tup_read + idx_tup_fetch), 0)
					FROM pg_stat_xact_user_tables WHERE relname = 'list_members'`
				err := tx.QueryRow(t.Context(), fetched).Scan(&before)
				err = errors.Join(err, work(t.Context(), tx))
				return errors.Join(err, tx.QueryRow(t.Context(), fetched).Scan(&rows), errBack)
			})
			if !errors.Is(err, errBack) {
				t.Fatalf("%s: %v", name, err)
			}
			t.Logf("%s, %s: %d rows", name, mode, rows-before)
			if rows -= before; rows > most || rows == 0 {
				t.Errorf("%s, %s: fetched %d rows of %d, want some and at most %d", name, mode, rows, 5*n, most)
			}
		}
	}
}

// Benchmark works on 50,000 items in five lists each.
func Benchmark(b *testing.B) {
	pool := dbtest.New(b)
	const n = 50_000
	start := time.Now()
	put(b, pool, twenty, corpus(n)...)
	b.Logf("Put of %d items in 5 lists each: %v", n, time.Since(start).Round(time.Millisecond))
	works := works(n)
	works["all pages"] = func(ctx context.Context, tx pgx.Tx) error {
		pages, err := paging.Stored{DB: tx}.Pages(ctx)
		if err != nil {
			return err
		}
		var refs []paging.Ref
		for list, numbers := range pages {
			for _, p := range append(numbers, 0) {
				refs = append(refs, paging.Ref{List: list, Page: p})
			}
		}
		_, err = paging.Stored{DB: tx}.Leaves(ctx, refs)
		return err
	}
	for name, work := range works {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				err := db.InTx(b.Context(), pool, func(tx pgx.Tx) error { return errors.Join(work(b.Context(), tx), errBack) })
				if !errors.Is(err, errBack) {
					b.Fatal(err)
				}
			}
		})
	}
}

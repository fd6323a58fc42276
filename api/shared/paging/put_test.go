// Put by examples: what one change touches, what is refused, and many at once.

package paging_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/paging"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

func five(string) int { return 5 }

// at is a place in one list, n hours after the epoch.
func at(n int, lists ...string) paging.Place {
	return paging.Place{Item: fmt.Sprintf("%04d", n), At: epoch.Add(time.Duration(n) * time.Hour), Lists: lists}
}

func upTo(n int, lists ...string) (places []paging.Place) {
	for i := range n {
		places = append(places, at(i, lists...))
	}
	return places
}

// TestAppend: something new touches the open page, and when that seals a page
// also this and the one before it.
func TestAppend(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	put(t, pool, five, upTo(1005, "blog")...)
	for n := 1005; n < 1025; n++ {
		want := []int{0}
		if n%5 == 4 { // there are n+1 now
			want = []int{0, (n+1)/5 - 2, (n+1)/5 - 1}
		}
		moved := put(t, pool, five, at(n, "blog"))
		if diff := cmp.Diff([]paging.Moved{{List: "blog", Added: []string{at(n).Item}, Beside: []string{at(n - 1).Item}, Pages: want}}, moved); diff != "" {
			t.Errorf("item %d (-want +got):\n%s", n, diff)
		}
	}
	if moved := put(t, pool, five, at(7, "blog")); moved != nil {
		t.Errorf("Put of what is so already = %v, want nothing", moved)
	}
}

// TestOrdinalsAreNotGivenAgain: also when a list has lost everything.
func TestOrdinalsAreNotGivenAgain(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	put(t, pool, five, upTo(30, "blog")...)
	moved := put(t, pool, five, upTo(30)...)
	if want := []int{0, 1, 2, 3, 4, 5}; len(moved) != 1 || len(moved[0].Removed) != 30 || !slices.Equal(moved[0].Pages, want) {
		t.Errorf("emptying = %v, want the pages %v", moved, want)
	}
	stored := paging.Stored{DB: pool}
	if pages, err := stored.Pages(t.Context()); err != nil || len(pages) > 0 {
		t.Errorf("Pages of an empty list = %v, %v", pages, err)
	}
	put(t, pool, func(string) int { return 99 }, at(3, "blog"))
	got, err := stored.Ordinals(t.Context(), "blog", []string{"0003"})
	if want := (paging.Ordinal{Ordinal: 30}); err != nil || got["0003"] != want {
		t.Errorf("Ordinals = %v, %v, want %v", got, err, want)
	}
	lists, err := stored.Lists(t.Context(), []string{"blog"})
	if want := (paging.List{Name: "blog", Size: 5}); err != nil || len(lists) != 1 || lists[0] != want {
		t.Errorf("Lists = %v, %v, want %v", lists, err, want)
	}
}

// TestDatedBack: an old date gives no place on an old page.
func TestDatedBack(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	put(t, pool, five, upTo(30, "blog")...)
	early := paging.Place{Item: "early", At: epoch.Add(90 * time.Minute), Lists: []string{"blog"}}
	want := []paging.Moved{{List: "blog", Added: []string{"early"}, Beside: []string{"0001", "0002"}, Pages: []int{0}}}
	if diff := cmp.Diff(want, put(t, pool, five, early)); diff != "" {
		t.Errorf("Put (-want +got):\n%s", diff)
	}
	want = []paging.Moved{{List: "blog", Retimed: []string{"0001"}, Beside: []string{"0000", "0029", "early"}, Pages: []int{1}}}
	late := at(1, "blog")
	late.At = epoch.AddDate(1, 0, 0)
	if diff := cmp.Diff(want, put(t, pool, five, late)); diff != "" {
		t.Errorf("Put (-want +got):\n%s", diff)
	}
}

func TestPutRefuses(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	for name, c := range map[string]struct {
		place paging.Place
		size  int
	}{
		"no item":           {paging.Place{Lists: []string{"blog"}}, 5},
		"no name":           {paging.Place{Item: "x", Lists: []string{""}}, 5},
		"control character": {paging.Place{Item: "x", Lists: []string{"a\nb"}}, 5},
		"no size":           {paging.Place{Item: "x", Lists: []string{"blog"}}, 0},
	} {
		err := db.InTx(t.Context(), pool, func(tx pgx.Tx) error {
			_, err := paging.Put(t.Context(), tx, []paging.Place{c.place}, func(string) int { return c.size })
			return err
		})
		if err == nil {
			t.Errorf("%s: Put gave no error", name)
		}
	}
	if err := db.InTx(t.Context(), pool, func(tx pgx.Tx) error {
		_, err := paging.Repack(t.Context(), tx, "none")
		return err
	}); err == nil {
		t.Error("Repack of no list gave no error")
	}
}

// TestTogether: many write the same items and lists at once; what is left is what
// one after the other could have left.
func TestTogether(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	names := []string{"a", "b", "c", "d", "e", "f"}
	var mu sync.Mutex
	said := map[string][]string{} // of an item, all that was said: time and lists
	var wait sync.WaitGroup
	for worker := range 16 {
		wait.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(worker)))
			for round := range 12 {
				var places []paging.Place
				for n := range 4 {
					item := fmt.Sprintf("own-%d-%d-%d", worker, round, n)
					if n < 3 {
						item = fmt.Sprint("shared", random.IntN(10))
					}
					p := paging.Place{Item: item, At: epoch.Add(time.Duration(worker*100+round) * time.Second)}
					for _, i := range random.Perm(len(names))[:random.IntN(4)] {
						p.Lists = append(p.Lists, names[i])
					}
					slices.Sort(p.Lists)
					places = append(places, p)
				}
				mu.Lock()
				for _, p := range places {
					said[p.Item] = append(said[p.Item], fmt.Sprint(p.At.Unix(), p.Lists))
					if len(p.Lists) == 0 {
						said[p.Item] = append(said[p.Item], "")
					}
				}
				mu.Unlock()
				err := db.InTx(context.Background(), pool, func(tx pgx.Tx) error {
					_, err := paging.Put(context.Background(), tx, places, func(string) int { return 3 })
					return err
				})
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	sound(t, pool)
	rows, err := pool.Query(t.Context(), `
		SELECT m.item, extract(epoch FROM m.at)::bigint, array_agg(l.name ORDER BY l.name)
		FROM ssg.list_members m JOIN ssg.lists l ON l.id = m.list GROUP BY m.item, m.at`)
	if err != nil {
		t.Fatal(err)
	}
	left := map[string]string{}
	var item string
	var unix int64
	var lists []string
	if _, err := pgx.ForEachRow(rows, []any{&item, &unix, &lists}, func() error {
		if left[item] != "" {
			t.Errorf("%s has two times", item)
		}
		left[item] = fmt.Sprint(unix, lists)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for item, all := range said {
		if !slices.Contains(all, left[item]) {
			t.Errorf("%s is left as %q, which nobody said: %q", item, left[item], all)
		}
	}
}

// sound: the rules that hold between any two transactions.
func sound(t *testing.T, pool *db.Pool) {
	t.Helper()
	for rule, sql := range map[string]string{
		"the next ordinal is beyond all": `
			SELECT count(*) FROM ssg.list_members m JOIN ssg.lists l ON l.id = m.list WHERE m.ordinal >= l.next`,
		"an ordinal and an item are once in a list": `
			SELECT count(*) - least(count(DISTINCT (list, ordinal)), count(DISTINCT (list, item))) FROM ssg.list_members`,
		"the open page is neither too full nor too empty": `
			SELECT count(*) FROM ssg.lists l, LATERAL (
				SELECT count(*) FILTER (WHERE ordinal >= l.size * l.sealed) AS open,
					count(*) FILTER (WHERE ordinal >= l.size * (l.sealed + 1)) AS rest
				FROM ssg.list_members WHERE list = l.id
			) m WHERE m.rest >= l.size OR m.open < (l.size + 1) / 2 AND l.sealed > 0`,
	} {
		var broken int
		if err := pool.QueryRow(t.Context(), sql).Scan(&broken); err != nil || broken != 0 {
			t.Errorf("%s: %d times not, %v", rule, broken, err)
		}
	}
}

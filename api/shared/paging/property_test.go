// Put against the model, and the two readers against each other.

package paging_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"rose-ash.com/roseash/api/shared/paging"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func put(t testing.TB, pool *db.Pool, size func(string) int, places ...paging.Place) (moved []paging.Moved) {
	t.Helper()
	err := db.InTx(context.Background(), pool, func(tx pgx.Tx) (err error) {
		moved, err = paging.Put(context.Background(), tx, places, size)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return moved
}

// some draws a subset.
func some[T any](rt *rapid.T, label string, of []T) []T {
	var chosen []T
	for i, v := range of {
		if rapid.Bool().Draw(rt, fmt.Sprint(label, i)) {
			chosen = append(chosen, v)
		}
	}
	return chosen
}

func TestPutDoesAsTheModel(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	names := []string{"a", "b", "Z"}
	items := make([]string, 24)
	for i := range items {
		items[i] = []string{"A", "a", "é", "10"}[i%4] + strconv.Itoa(i)
	}
	rapid.Check(t, func(rt *rapid.T) {
		if _, err := pool.Exec(t.Context(), "DELETE FROM ssg.lists"); err != nil {
			t.Fatal(err)
		}
		size := func(list string) int { return int(list[0])%4 + 1 } // a: 2, b: 3, Z: 3
		if rapid.Bool().Draw(rt, "pages of one") {
			size = func(string) int { return 1 }
		}
		m := &model{lists: map[string]*modelList{}}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			was := m.clone()
			if len(m.lists) > 0 && rapid.IntRange(0, 9).Draw(rt, "repack") == 0 {
				name := rapid.SampledFrom(m.names()).Draw(rt, "list")
				var moved paging.Moved
				if err := db.InTx(t.Context(), pool, func(tx pgx.Tx) (err error) {
					moved, err = paging.Repack(t.Context(), tx, name)
					return err
				}); err != nil {
					rt.Fatal(err)
				}
				m.repack(name)
				checkPages(rt, t, was, m, []paging.Moved{moved}, false)
				checkReads(rt, pool, m, items)
				continue
			}
			var places []paging.Place
			keep := rapid.IntRange(0, 2).Draw(rt, "keep") // many go, some go, none goes
			for _, item := range some(rt, "item", items) {
				at := epoch.Add(time.Duration(rapid.IntRange(0, 9).Draw(rt, "at")) * time.Hour)
				lists := some(rt, "in", names)
				if keep == 0 {
					lists = nil
				} else if keep == 2 {
					lists = names
				}
				places = append(places, paging.Place{Item: item, At: at, Lists: lists})
			}
			if len(places) > 1 && rapid.Bool().Draw(rt, "again") { // an item twice, a list twice
				again := places[len(places)-1]
				again.Item, again.Lists = places[0].Item, slices.Concat(again.Lists, again.Lists)
				places = append(places, again)
			}
			m.put(places, size)
			moved := put(t, pool, size, places...)
			checkMoved(rt, was, m, moved)
			checkPages(rt, t, was, m, moved, true)
			checkBeside(rt, t, was, m, moved)
			checkReads(rt, pool, m, items)
		}
	})
}

// checkMoved: what came, went and got another time, of all lists and no others.
func checkMoved(rt *rapid.T, was, is *model, moved []paging.Moved) {
	var want []paging.Moved
	for _, name := range is.names() {
		before, after := was.items(name), is.items(name)
		w := paging.Moved{List: name}
		for _, m := range is.lists[name].members {
			if at, in := before[m.Item]; !in {
				w.Added = append(w.Added, m.Item)
			} else if !at.Equal(m.At) {
				w.Retimed = append(w.Retimed, m.Item)
			}
		}
		for item := range before {
			if _, in := after[item]; !in {
				w.Removed = append(w.Removed, item)
			}
		}
		slices.Sort(w.Removed)
		slices.Sort(w.Retimed)
		if len(w.Added)+len(w.Removed)+len(w.Retimed) > 0 {
			want = append(want, w)
		}
	}
	if diff := cmp.Diff(want, moved, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(paging.Moved{}, "Pages", "Beside")); diff != "" {
		rt.Fatalf("Put = (-want +got)\n%s", diff)
	}
}

// checkPages: every page that is another than before is named; and where exact is
// asked, no other is but those with an item of which the date changed.
func checkPages(rt *rapid.T, t *testing.T, was, is *model, moved []paging.Moved, exact bool) {
	before, after := was.memory(t), is.memory(t)
	for _, name := range is.names() {
		var got paging.Moved
		for _, m := range moved {
			if m.List == name {
				got = m
			}
		}
		last := is.lists[name].Sealed
		if l := was.lists[name]; l != nil {
			last = max(last, l.Sealed)
		}
		old, now := leaves(t, before, name, last), leaves(t, after, name, last)
		for p := range old {
			named, differs := slices.Contains(got.Pages, p), !reflect.DeepEqual(old[p], now[p])
			retimed := slices.ContainsFunc(got.Retimed, func(item string) bool {
				return slices.Contains(old[p].Items, item) || slices.Contains(now[p].Items, item)
			})
			if differs && !named {
				rt.Fatalf("page %d of %s changed and is not in %v:\n%s", p, name, got.Pages, cmp.Diff(old[p], now[p]))
			}
			if exact && named && !differs && !retimed {
				rt.Fatalf("page %d of %s is in %v and did not change: %v", p, name, got.Pages, now[p])
			}
		}
	}
}

// checkBeside: every other item that has other neighbours is named.
func checkBeside(rt *rapid.T, t *testing.T, was, is *model, moved []paging.Moved) {
	before, after := was.memory(t), is.memory(t)
	for _, m := range moved {
		var items []string
		for _, o := range is.lists[m.List].members {
			items = append(items, o.Item)
		}
		old, _ := before.Around(t.Context(), m.List, items)
		now, _ := after.Around(t.Context(), m.List, items)
		for _, item := range items {
			if old[item] != now[item] && !slices.Contains(slices.Concat(m.Added, m.Retimed, m.Beside), item) {
				rt.Fatalf("%s in %s had the neighbours %v, has %v and is not named", item, m.List, old[item], now[item])
			}
		}
	}
}

// checkReads: the tables say what the model says.
func checkReads(rt *rapid.T, pool *db.Pool, m *model, items []string) {
	ctx := context.Background()
	stored, memory := paging.Stored{DB: pool}, m.memory(rt)
	names := append(m.names(), "none")
	n := rapid.IntRange(0, 5).Draw(rt, "n")
	size := rapid.IntRange(1, 7).Draw(rt, "shard size")
	var refs []paging.Ref
	var shards []paging.ShardRef
	var itemRefs []paging.ItemRef
	for _, name := range names {
		for p := range 20 {
			refs = append(refs, paging.Ref{List: name, Page: p - 1})
			shards = append(shards, paging.ShardRef{List: name, Number: p - 1})
		}
		for _, item := range items {
			itemRefs = append(itemRefs, paging.ItemRef{List: name, Item: item})
		}
	}
	type answers struct {
		Leaves   []paging.Leaf
		Newest   map[string][]string
		Near     map[paging.ItemRef][]string
		Shard    map[paging.ShardRef][]string
		Pages    map[string][]int
		Around   []map[string]paging.Neighbours
		Shards   [][]int
		Ordinals []map[string]paging.Ordinal
	}
	read := func(r paging.Reader) (a answers) {
		var errs [7]error
		a.Leaves, errs[0] = r.Leaves(ctx, refs)
		a.Newest, errs[1] = r.Newest(ctx, names, n)
		a.Near, errs[2] = r.Near(ctx, itemRefs, n)
		a.Shard, errs[3] = r.Shard(ctx, shards, size)
		a.Pages, errs[4] = r.Pages(ctx)
		for _, name := range names {
			var around map[string]paging.Neighbours
			var numbers []int
			around, errs[5] = r.Around(ctx, name, items)
			numbers, errs[6] = r.Shards(ctx, name, size)
			a.Around, a.Shards = append(a.Around, around), append(a.Shards, numbers)
		}
		for _, err := range errs {
			if err != nil {
				rt.Fatal(err)
			}
		}
		return a
	}
	want, got := read(memory), read(stored)
	var wantLists []paging.List
	for _, name := range m.names() {
		l := m.lists[name]
		wantLists = append(wantLists, l.List)
		ordinals := map[string]paging.Ordinal{}
		for _, o := range l.members {
			p := 0
			if o.Ordinal < l.Size*l.Sealed {
				p = o.Ordinal/l.Size + 1
			}
			ordinals[o.Item] = paging.Ordinal{Ordinal: o.Ordinal, Page: p}
		}
		want.Ordinals = append(want.Ordinals, ordinals)
		stood, err := stored.Ordinals(ctx, name, items)
		if err != nil {
			rt.Fatal(err)
		}
		got.Ordinals = append(got.Ordinals, stood)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		rt.Fatalf("Stored differs from the model (-model +stored):\n%s", diff)
	}
	lists, err := stored.Lists(ctx, names)
	if diff := cmp.Diff(wantLists, lists, cmpopts.EquateEmpty()); err != nil || diff != "" {
		rt.Fatalf("Lists: %v (-model +stored):\n%s", err, diff)
	}
}

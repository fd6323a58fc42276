// What the tests of search share: posts and products that come and go, and an index
// of them in a database of its own.

package search

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// town is what is public, as the blog and the market answer it.
type town struct {
	mu       sync.Mutex
	posts    map[contract.PostID]contract.Post
	products map[contract.ProductID]contract.Product
}

func (w *town) PostsByID(_ context.Context, ids []contract.PostID) (list []contract.Post, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range ids {
		if p, ok := w.posts[id]; ok {
			list = append(list, p)
		}
	}
	return list, nil
}

// walked are the keys after a cursor, three at a time.
func walked[K cmp.Ordered, V any](m map[K]V, cursor K) (list []K, next K) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if k > cursor && len(list) < 3 {
			list = append(list, k)
		}
	}
	if len(list) == 3 {
		next = list[2]
	}
	return list, next
}

func (w *town) WalkPosts(_ context.Context, cursor string) (cards []contract.PostCard, next string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ids, last := walked(w.posts, contract.PostID(cursor))
	for _, id := range ids {
		cards = append(cards, w.posts[id].PostCard)
	}
	return cards, string(last), nil
}

func (w *town) ProductsByID(_ context.Context, ids []contract.ProductID) (list []contract.Product, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range ids {
		if p, ok := w.products[id]; ok {
			list = append(list, p)
		}
	}
	return list, nil
}

func (w *town) WalkProducts(_ context.Context, cursor string) (cards []contract.ProductCard, next string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ids, last := walked(w.products, contract.ProductID(cursor))
	for _, id := range ids {
		cards = append(cards, w.products[id].ProductCard)
	}
	return cards, string(last), nil
}

// world is an index of a town.
type world struct {
	testing.TB
	*Service
	*town
	n int
}

func newWorld(t testing.TB) *world {
	t.Helper()
	sites, err := urls.New("https://coop.example", nil)
	if err != nil {
		t.Fatal(err)
	}
	w := &town{posts: map[contract.PostID]contract.Post{}, products: map[contract.ProductID]contract.Product{}}
	return &world{TB: t, Service: New(dbtest.New(t), w, w, sites), town: w}
}

var morning = time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)

// post publishes a post, each newer than the last, and has it indexed.
func (w *world) post(title, html string, change ...func(*contract.Post)) contract.PostID {
	w.Helper()
	w.n++
	id := contract.PostID(fmt.Sprintf("post_%032x", w.n))
	p := contract.Post{PostCard: contract.PostCard{ID: id, Type: contract.TypePost, Slug: fmt.Sprint("p", w.n), Path: fmt.Sprintf("/p%d/", w.n),
		Title: title, PublishedAt: morning.Add(time.Duration(w.n) * time.Hour)}, HTML: html}
	for _, c := range change {
		c(&p)
	}
	w.mu.Lock()
	w.town.posts[id] = p
	w.mu.Unlock()
	w.index(string(id))
	return id
}

// product publishes a product and has it indexed.
func (w *world) product(name, summary string, change ...func(*contract.Product)) contract.ProductID {
	w.Helper()
	w.n++
	id := contract.ProductID(fmt.Sprintf("prod_%032x", w.n))
	p := contract.Product{ProductCard: contract.ProductCard{ID: id, Slug: fmt.Sprint("q", w.n), Name: name, Summary: summary,
		CreatedAt: morning.Add(time.Duration(w.n) * time.Hour)}}
	for _, c := range change {
		c(&p)
	}
	w.mu.Lock()
	w.town.products[id] = p
	w.mu.Unlock()
	w.index(string(id))
	return id
}

// index is what a handler does.
func (w *world) index(ids ...string) {
	w.Helper()
	ctx := context.Background()
	if err := db.InTx(ctx, w.pool, func(tx pgx.Tx) error { return w.refresh(ctx, tx, ids...) }); err != nil {
		w.Fatal(err)
	}
}

// titles are the titles of what is found, those that are only similar in brackets.
func (w *world) titles(text string, kinds ...Kind) []string {
	w.Helper()
	results, err := w.Search(context.Background(), Query{Text: text, Kinds: kinds})
	if err != nil {
		w.Fatalf("Search(%q): %v", text, err)
	}
	list := []string{}
	for _, hit := range results.Items {
		if hit.Match == MatchSimilar {
			hit.Title = "(" + hit.Title + ")"
		}
		list = append(list, hit.Title)
	}
	return list
}

// finds fails the test unless exactly these are found, in this order.
func (w *world) finds(text string, want ...string) {
	w.Helper()
	if got := w.titles(text); !slices.Equal(got, want) {
		w.Errorf("%q finds %q, want %q", text, got, want)
	}
}

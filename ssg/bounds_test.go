// What each event costs: how many pages are rendered and written, whatever the size
// of the site. The large size takes minutes:
//
//	go test ./ssg -run TestBounds -bounds 1000,50000

package ssg_test

import (
	"context"
	"crypto/md5"
	"flag"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db"

	"github.com/jackc/pgx/v5"
)

var boundSizes = flag.String("bounds", "1000", "posts of the sites on which the cost of each event is asserted")

// Parts of bounds. A post is in 5 lists, each of which has a page that shows it and
// a feed: all posts, 3 tags, 1 author.
const (
	self       = 1
	neighbours = 2
	lists      = 5
	feeds      = 5
	shard      = 1 // the part of the sitemap, for the date of change
	sealing    = 2 // pages of a list that change besides the open one when it seals
)

// bound is what an event may cost at the most.
type bound struct {
	event string
	most  int // pages that are rendered, and that are written or deleted
	why   string
	do    func(w *library) error
}

func (w *library) publishOne(title string, change func(*blog.PostFields)) error {
	w.publish(title, func(f *blog.PostFields) {
		f.Tags, f.Authors = ptr([]string{"Tag 1", "Tag 2", "Tag 3"}), ptr([]string{"author-1"})
		if change != nil {
			change(f)
		}
	})
	return nil
}

func (w *library) updateProduct(n int, f func(contract.Product) market.ProductFields) error {
	p, err := w.market.AnyProduct(context.Background(), fmt.Sprintf("product-%d", n))
	if err == nil {
		_, err = w.market.UpdateProduct(context.Background(), string(p.ID), p.Version, f(p))
	}
	return err
}

func price(minor int64) func(contract.Product) market.ProductFields {
	return func(p contract.Product) market.ProductFields {
		v := p.Variants[0]
		return market.ProductFields{Variants: ptr([]market.VariantFields{{
			SKU: v.SKU, Name: v.Name, Price: market.Price{AmountMinor: minor, Currency: "GBP"}, Quantity: v.Quantity, Unit: v.Unit}})}
	}
}

// set changes rows that no editor changes here, but a synced blog does, and
// announces it.
func (w *library) set(sql string, event bus.Event) error {
	return db.InTx(context.Background(), w.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(context.Background(), sql); err != nil {
			return err
		}
		return bus.Emit(context.Background(), tx, event)
	})
}

// other is a body of the length of those in the library.
func other(words string) *string { return ptr(words + strings.Repeat(" and more", 40)) }

// bounds are the events in the order in which they happen, on post 500 in the
// middle, on the newest, and on others so that each event finds an untouched one.
func bounds(n int) []bound {
	newest := n - 1
	return []bound{
		{"body of an old post", self + shard, "its page; no list shows the body", func(w *library) error {
			return w.update(500, blog.PostFields{Source: other("Other words of 500")})
		}},
		{"body of the newest post", self + feeds + shard, "feeds have the text", func(w *library) error {
			return w.update(newest, blog.PostFields{Source: other("Other words")})
		}},
		{"title of an old post", self + neighbours + lists + shard, "where its card is: neighbours and lists", func(w *library) error {
			return w.update(510, blog.PostFields{Title: ptr("Renamed")})
		}},
		{"title of the newest post", self + neighbours - 1 + lists + feeds + shard, "and feeds; nothing is newer", func(w *library) error {
			return w.update(newest, blog.PostFields{Title: ptr("Renamed")})
		}},
		{"slug of an old post", self + 1 + neighbours + lists + shard, "where its link is, and the old address goes", func(w *library) error {
			return w.update(520, blog.PostFields{Slug: ptr("moved")})
		}},
		{"slug of the newest post", self + 1 + neighbours - 1 + lists + feeds + shard, "and feeds", func(w *library) error {
			w.newest = w.post(newest)
			return w.updateByID(w.newest, blog.PostFields{Slug: ptr("moved-too")})
		}},
		{"new post", self + neighbours - 1 + lists + feeds + shard + 1, "open pages, feeds, the post before, a new part of the sitemap and its index", func(w *library) error {
			return w.publishOne("New", nil)
		}},
		{"new post, dated back", self + neighbours + lists + shard, "neighbours by date; open pages, for ordinals go on; too old for feeds", func(w *library) error {
			return w.publishOne("Late", func(f *blog.PostFields) { f.PublishedAt = ptr(w.clock.Now().Add(-time.Duration(w.n/2) * time.Minute)) })
		}},
		{"unpublish an old post", self + neighbours + lists + shard, "its page goes; neighbours meet; a hole in each list", func(w *library) error {
			_, err := w.blog.Unpublish(context.Background(), contract.TypePost, w.post(530), nil)
			return err
		}},
		{"unpublish the newest post", self + neighbours - 1 + lists + feeds + shard, "feeds take the next", func(w *library) error {
			_, err := w.blog.Unpublish(context.Background(), contract.TypePost, "new", nil)
			return err
		}},
		{"delete an old post", self + neighbours + lists + shard, "as unpublishing", func(w *library) error {
			e, err := w.blog.EditedPost(context.Background(), contract.TypePost, w.post(540))
			if err == nil {
				err = w.blog.DeletePost(context.Background(), contract.TypePost, string(e.ID), e.Version)
			}
			return err
		}},
		{"retag an old post", self + 2 + shard, "the page that it leaves, the open one that it comes to; cards show the first tag only", func(w *library) error {
			return w.update(550, blog.PostFields{Tags: ptr([]string{"Tag 0", "Tag 7", "Tag 20"})})
		}},
		{"retag an old post, its first tag", self + neighbours + lists + 1 + shard, "its card changes as well", func(w *library) error {
			return w.update(560, blog.PostFields{Tags: ptr([]string{"Tag 3", "Tag 17", "Tag 24"})})
		}},
		{"a new tag", self + 2 + 1 + shard, "its page and feed, the tags' part of the sitemap", func(w *library) error {
			return w.update(570, blog.PostFields{Tags: ptr([]string{"Tag 20", "Tag 2", "Tag 9", "Fresh"})})
		}},
		{"price of an old product", self + 3 + 4 + shard, "3 categories; those that it is shown near to", func(w *library) error {
			return w.updateProduct(100, price(250))
		}},
		{"price of the newest product", self + 3 + 2 + shard, "3 categories, both front pages", func(w *library) error {
			return w.updateProduct(w.n/5-1, price(250))
		}},
		{"summary of an old product", self + 3 + 4 + shard, "its card", func(w *library) error {
			return w.updateProduct(105, func(contract.Product) market.ProductFields { return market.ProductFields{Summary: ptr("Sweet.")} })
		}},
		{"description of an old product", self + shard, "its page; no list shows it", func(w *library) error {
			return w.updateProduct(110, func(contract.Product) market.ProductFields {
				return market.ProductFields{Description: ptr("Grown here.")}
			})
		}},
		{"author renamed", visitors + neighbours + 2 + 25 + 2 + 1, "his posts and those beside them, the pages of lists that show them, his page and feed, the authors' part of the sitemap: linear in his posts", func(w *library) error {
			return w.set(`UPDATE blog.authors SET name = 'Renamed', updated_at = updated_at + interval '1 day' WHERE slug = 'author-5'`, contract.AuthorUpdated{ID: w.author(5)})
		}},
		{"category renamed", 30 + 2 + 1 + 2, "its products, its page and that of the one above, the categories' part of the sitemap; two that know its name and do not show it: linear in its products", func(w *library) error {
			g, err := w.market.Category(context.Background(), "category-7")
			if err == nil {
				_, err = w.market.UpdateCategory(context.Background(), string(g.ID), g.Version, market.CategoryFields{Name: ptr("Renamed")})
			}
			return err
		}},
		{"brand renamed", 30 + 1 + 1 + 6, "its products, its page, the brands' part of the sitemap, the lists with its products: linear in its products", func(w *library) error {
			return w.updateTerm(contract.BrandTaxonomy, "brand-1", market.TermFields{Name: ptr("Renamed")})
		}},
		{"brand described", self + 1, "its page; the brands' part of the sitemap is rendered in vain", func(w *library) error {
			return w.updateTerm(contract.BrandTaxonomy, "brand-1", market.TermFields{Description: ptr("Known for it.")})
		}},
		{"collection renamed", self + 1 + 1 + 1, "its page, the post that shows it, the market's front, the collections' part of the sitemap", func(w *library) error {
			return w.updateTerm(contract.CollectionTaxonomy, "collection-1", market.TermFields{Name: ptr("Renamed")})
		}},
		{"a product comes into a collection", self + 1 + 1 + 1 + shard, "its own page, that of the collection, the post that shows it; parts of the sitemap", func(w *library) error {
			return w.updateTerm(contract.CollectionTaxonomy, "collection-1", market.TermFields{Rule: ptr(collectionOf(120, 140))})
		}},
		{"collection placed elsewhere", 1 + 1 + 1 + 1, "the post that showed it, the one that shows it now; its page and a part of the sitemap are rendered in vain", func(w *library) error {
			return w.updateTerm(contract.CollectionTaxonomy, "collection-1", market.TermFields{Placements: &[]contract.Container{
				{Type: "post", ID: fmt.Sprintf("post_%x", md5.Sum([]byte("post601")))}}})
		}},
		{"an old product is sold out", self + 3 + 4 + shard, "3 categories; those that it is shown near to", func(w *library) error {
			return w.updateProduct(115, func(p contract.Product) market.ProductFields {
				f := price(100)(p)
				(*f.Variants)[0].TrackStock = ptr(true)
				return f
			})
		}},
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	type cost struct{ rendered, changed int }
	costs := map[string]map[int]cost{}
	var sizes []int
	for _, size := range strings.Split(*boundSizes, ",") {
		n, err := strconv.Atoi(size)
		if err != nil || n%500 != 0 || n < 1000 {
			t.Fatalf("-bounds %s: expected multiples of 500 from 1000", *boundSizes)
		}
		sizes = append(sizes, n)
		t.Run(size, func(t *testing.T) {
			w := newLibrary(t, n)
			w.drain()
			w.equalsFull()
			spend := func(do func(*library) error) cost {
				t.Helper()
				w.steps = nil
				must(t, do(w))
				w.clock.Advance(time.Minute)
				w.drain()
				var c cost
				for _, s := range w.steps {
					c.rendered, c.changed = c.rendered+s.Rendered, c.changed+s.Written+s.Deleted
				}
				return c
			}
			for _, b := range bounds(n) {
				c := spend(b.do)
				t.Logf("%-34s rendered %3d, changed %3d, at most %3d", b.event, c.rendered, c.changed, b.most)
				if c.rendered > b.most || c.changed > b.most || c.changed == 0 {
					t.Errorf("%s: %d pages rendered and %d changed, at most %d: %s", b.event, c.rendered, c.changed, b.most, b.why)
				}
				if costs[b.event] == nil {
					costs[b.event] = map[int]cost{}
				}
				costs[b.event][n] = c
			}
			// In 20 posts every list of theirs seals a page once.
			most := self + neighbours - 1 + lists + feeds + shard + 1 + sealing*lists
			for i := range 20 {
				if c := spend(func(w *library) error { return w.publishOne(fmt.Sprint("Seals ", i), nil) }); c.rendered > most {
					t.Errorf("new post %d: %d pages rendered, at most %d", i, c.rendered, most)
				}
			}
			all := 0
			for name := range w.tree() {
				if strings.HasSuffix(name, ".html") && !strings.Contains(name, "/_fragments/") {
					all++
				}
			}
			c := spend(func(w *library) error { return w.navigate() })
			t.Logf("%-34s rendered %3d, changed %3d, pages %d", "navigation", c.rendered, c.changed, all)
			if c.changed != all {
				t.Errorf("navigation: %d pages changed of %d", c.changed, all)
			}
			w.equalsFull()
		})
	}
	for event, of := range costs {
		for _, n := range sizes[1:] {
			if of[n] != of[sizes[0]] {
				t.Errorf("%s: %+v at %d posts, %+v at %d", event, of[sizes[0]], sizes[0], of[n], n)
			}
		}
	}
}

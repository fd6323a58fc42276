package ssg_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/ssg"
)

var (
	sequences = flag.Int("sequences", 8, "random sequences of changes")
	seedFlag  = flag.Uint64("seed", 0, "of the random sequences; 0: by the clock")
)

// TestAnySequenceEqualsFull makes random changes to a site of 60 posts, 30
// products and some calendars, whose lists have pages of 5. After each sequence of 50 changes and
// more, built some at a time, the tree is what a full build makes in an empty
// directory, bytes and set of files; and after each build no file was written
// whose bytes did not change. A sequence begins where the one before ended.
func TestAnySequenceEqualsFull(t *testing.T) {
	seed := *seedFlag
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", seed)
	// Short parts come and go, and fetch little that other pages read.
	t.Cleanup(ssg.SetSitemapLength(7))
	c := newChaos(t, rand.New(rand.NewPCG(seed, 0)))
	for n := range *sequences {
		for steps := 0; steps < 50; {
			some := 1 + c.rnd.IntN(6)
			for range some {
				c.change()
			}
			steps += some
			before := c.files()
			c.drain()
			c.writtenForNothing(before)
		}
		c.equalsFull()
		c.readable()
		if t.Failed() {
			t.Fatalf("sequence %d of seed %d: %s", n, seed, strings.Join(c.log, "; "))
		}
		c.log = nil
	}
	c.eventful()
}

// chaos is a world in which anything may happen.
type chaos struct {
	*world
	ctx        context.Context
	rnd        *rand.Rand
	posts      []string
	products   []string
	categories []string
	terms      map[contract.Taxonomy][]string // ids
	on         happenings
	made       int
	log        []string
}

var chaosTags = []string{"Bakery", "Garden", "Kitchen", "Seeds", "Water", "#internal"}

func newChaos(t testing.TB, rnd *rand.Rand) *chaos {
	c := &chaos{world: newWorld(t, nil), ctx: context.Background(), rnd: rnd, terms: map[contract.Taxonomy][]string{}}
	for _, parent := range []string{"", "", "roots", "leaves"} {
		c.category(parent)
	}
	for range 3 {
		for _, taxonomy := range taxonomies {
			c.newTerm(taxonomy)
		}
	}
	for _, name := range []string{"ada", "bea", "cyn"} {
		if _, err := c.pool.Exec(c.ctx, `INSERT INTO blog.authors (id, slug, name, created_at, updated_at)
			VALUES (gen_random_uuid(), $1, $1, shared.clock(), shared.clock())`, name); err != nil {
			t.Fatal(err)
		}
	}
	for range 60 {
		c.newPost()
	}
	for range 30 {
		c.newProduct()
	}
	c.beginEvents()
	c.drain()
	return c
}

// check lets refusals of what cannot be done pass.
func (c *chaos) check(err error) {
	c.t.Helper()
	switch problem.Code(err) {
	case "", "not_found", "slug_taken", "version_mismatch", "below_itself", "too_deep", "in_use":
		if err != nil && problem.Code(err) == "" {
			c.t.Fatal(err)
		}
	default:
		c.t.Fatalf("%s: %v", problem.Code(err), err)
	}
}

func (c *chaos) one(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return list[c.rnd.IntN(len(list))]
}

func (c *chaos) tags() *[]string {
	var tags []string
	for _, tag := range chaosTags {
		if c.rnd.IntN(3) == 0 {
			tags = append(tags, tag)
		}
	}
	return &tags
}

// instant is a moment of the last years, so that posts are dated back.
func (c *chaos) instant() time.Time {
	return c.clock.Now().Add(-time.Duration(c.rnd.IntN(1_000_000)) * time.Minute)
}

func (c *chaos) newPost() {
	c.made++
	f := blog.PostFields{
		Title: ptr(fmt.Sprintf("Post %d", c.made)), Tags: c.tags(), Authors: ptr([]string{c.one([]string{"ada", "bea", "cyn"})}), Featured: ptr(c.rnd.IntN(5) == 0),
		Source: ptr(fmt.Sprintf("Words of %d.\n\n<!--members-only-->\n\nMore of %d.", c.made, c.made)),
	}
	if c.rnd.IntN(4) == 0 {
		f.PublishedAt = ptr(c.instant())
	}
	if c.rnd.IntN(6) == 0 {
		f.Visibility = ptr(contract.VisibilityMembers)
	}
	typ := contract.TypePost
	if c.rnd.IntN(8) == 0 {
		typ = contract.TypePage
	}
	made, err := c.blog.CreatePost(c.ctx, typ, f)
	if err == nil {
		_, err = c.blog.Publish(c.ctx, typ, string(made.ID), nil)
	}
	c.check(err)
	c.posts = append(c.posts, string(typ)+" "+string(made.ID))
	c.clock.Advance(time.Minute)
}

func (c *chaos) category(parent string) {
	c.made++
	f := market.CategoryFields{Name: ptr(fmt.Sprintf("Shelf %d", c.made)), Slug: ptr(fmt.Sprintf("shelf-%d", c.made))}
	if parent != "" && len(c.categories) > 0 {
		f.Parent = ptr(c.one(c.categories))
	}
	made, err := c.market.CreateCategory(c.ctx, f)
	c.check(err)
	if err == nil { // else the tree was too deep already
		c.categories = append(c.categories, string(made.ID))
	}
}

func (c *chaos) newProduct() {
	c.made++
	p, err := c.market.CreateProduct(c.ctx, market.ProductFields{
		Name: ptr(fmt.Sprintf("Thing %d", c.rnd.IntN(1000))), Slug: ptr(fmt.Sprintf("thing-%d", c.made)), Category: ptr(c.one(c.categories)),
		Brand: ptr(c.maybe(contract.BrandTaxonomy)), Producer: ptr(c.maybe(contract.ProducerTaxonomy)), Labels: c.labels(),
		Variants: ptr([]market.VariantFields{{SKU: fmt.Sprintf("T%d", c.made), Name: "1 kg", Price: market.Price{AmountMinor: 140, Currency: "GBP"}, Quantity: 1000, Unit: contract.UnitGram}}),
	})
	if err == nil {
		_, err = c.market.PublishProduct(c.ctx, string(p.ID))
	}
	c.check(err)
	c.products = append(c.products, string(p.ID))
	c.clock.Advance(time.Second)
}

// step is something that may happen.
type step struct {
	name string
	do   func()
}

// change does one thing at random.
func (c *chaos) change() {
	all := append(append(c.termChanges(), c.eventChanges()...), []step{
		{"publish", c.newPost}, {"publish", c.newPost}, {"product", c.newProduct},
		{"body", func() { c.edit(blog.PostFields{Source: ptr(fmt.Sprintf("Other words %d.", c.rnd.IntN(1000)))}) }},
		{"body below the excerpt", func() {
			c.edit(blog.PostFields{Source: ptr(strings.Repeat("Some words. ", 80) + fmt.Sprint(c.rnd.IntN(1000)))})
		}},
		{"title", func() { c.edit(blog.PostFields{Title: ptr(fmt.Sprintf("Renamed %d", c.rnd.IntN(1000)))}) }},
		{"slug", func() { c.edit(blog.PostFields{Slug: ptr(fmt.Sprintf("moved-%d", c.rnd.IntN(60)))}) }},
		{"date", func() { c.edit(blog.PostFields{PublishedAt: ptr(c.instant())}) }},
		{"retag", func() { c.edit(blog.PostFields{Tags: c.tags()}) }},
		{"gate", func() { c.edit(blog.PostFields{Visibility: ptr(contract.VisibilityPaid)}) }},
		{"ungate", func() { c.edit(blog.PostFields{Visibility: ptr(contract.VisibilityPublic)}) }},
		{"nothing", func() { c.edit(blog.PostFields{Featured: ptr(false)}) }},
		{"unpublish", func() {
			typ, id := c.post()
			_, err := c.blog.Unpublish(c.ctx, typ, id, nil)
			c.check(err)
		}},
		{"republish", func() {
			typ, id := c.post()
			_, err := c.blog.Publish(c.ctx, typ, id, nil)
			c.check(err)
		}},
		{"delete", func() {
			typ, id := c.post()
			if e, err := c.blog.EditedPost(c.ctx, typ, id); err == nil && len(c.posts) > 50 {
				c.check(c.blog.DeletePost(c.ctx, typ, id, e.Version))
			}
		}},
		{"price", func() {
			c.editProduct(func(p contract.Product) market.ProductFields {
				v := p.Variants[0]
				return market.ProductFields{Variants: ptr([]market.VariantFields{{SKU: v.SKU, Name: v.Name, Price: market.Price{AmountMinor: int64(1 + c.rnd.IntN(900)), Currency: "GBP"}, Quantity: v.Quantity, Unit: v.Unit}})}
			})
		}},
		{"summary", func() {
			c.editProduct(func(contract.Product) market.ProductFields {
				return market.ProductFields{Summary: ptr(fmt.Sprintf("Sweet %d", c.rnd.IntN(1000)))}
			})
		}},
		{"reshelve", func() {
			c.editProduct(func(contract.Product) market.ProductFields {
				return market.ProductFields{Category: ptr(c.one(c.categories))}
			})
		}},
		{"product off", func() {
			_, err := c.market.UnpublishProduct(c.ctx, c.one(c.products))
			c.check(err)
		}},
		{"product on", func() {
			_, err := c.market.PublishProduct(c.ctx, c.one(c.products))
			c.check(err)
		}},
		{"rename category", func() {
			if g, err := c.market.Category(c.ctx, c.one(c.categories)); err == nil {
				_, err = c.market.UpdateCategory(c.ctx, string(g.ID), g.Version, market.CategoryFields{Name: ptr(fmt.Sprintf("Shelf %d", c.rnd.IntN(1000)))})
				c.check(err)
			}
		}},
		{"rename author", c.renameAuthor},
		{"move category", func() {
			if g, err := c.market.Category(c.ctx, c.one(c.categories)); err == nil {
				_, err = c.market.UpdateCategory(c.ctx, string(g.ID), g.Version, market.CategoryFields{Parent: ptr(c.one(c.categories))})
				c.check(err)
			}
		}},
		{"new category", func() {
			if len(c.categories) < 12 {
				c.category("any")
			}
		}},
		{"navigation", func() {
			if c.rnd.IntN(4) > 0 {
				return
			}
			_, version, err := c.blog.VersionedSettings(c.ctx)
			c.check(err)
			_, _, err = c.blog.UpdateSettings(c.ctx, version, blog.SettingsFields{Description: ptr(fmt.Sprint("For all ", c.rnd.IntN(1000)))})
			c.check(err)
		}},
		{"clock", func() {
			if c.rnd.IntN(20) == 0 {
				c.clock.Advance(200 * 24 * time.Hour)
			}
		}},
	}...)
	one := all[c.rnd.IntN(len(all))]
	c.log = append(c.log, one.name)
	one.do()
}

// renameAuthor does what a sync does: no editor renames an author here.
func (c *chaos) renameAuthor() {
	c.check(db.InTx(c.ctx, c.pool, func(tx pgx.Tx) error {
		var author uuid.UUID
		err := tx.QueryRow(c.ctx, `UPDATE blog.authors SET name = $1, updated_at = shared.clock() WHERE slug = $2 RETURNING id`,
			fmt.Sprintf("Author %d", c.rnd.IntN(1000)), c.one([]string{"ada", "bea", "cyn"})).Scan(&author)
		if err != nil {
			return err
		}
		return bus.Emit(c.ctx, tx, contract.AuthorUpdated{ID: id.Format[contract.AuthorID]("author", author)})
	}))
}

func (c *chaos) post() (contract.PostType, string) {
	typ, id, _ := strings.Cut(c.one(c.posts), " ")
	return contract.PostType(typ), id
}

func (c *chaos) edit(f blog.PostFields) {
	typ, id := c.post()
	e, err := c.blog.EditedPost(c.ctx, typ, id)
	if err == nil {
		_, err = c.blog.UpdatePost(c.ctx, typ, id, e.Version, f)
	}
	c.check(err)
	c.clock.Advance(time.Second)
}

func (c *chaos) editProduct(f func(contract.Product) market.ProductFields) {
	p, err := c.market.AnyProduct(c.ctx, c.one(c.products))
	if err == nil {
		_, err = c.market.UpdateProduct(c.ctx, string(p.ID), p.Version, f(p))
	}
	c.check(err)
	c.clock.Advance(time.Second)
}

// inode tells a file that was written again from one that was left alone.
type inode struct {
	number uint64
	bytes  string
}

func (w *world) files() map[string]inode {
	w.t.Helper()
	files := map[string]inode{}
	for name, body := range w.tree() {
		info, err := os.Stat(filepath.Join(w.dir, name))
		if err != nil {
			w.t.Fatal(err)
		}
		files[name] = inode{info.Sys().(*syscall.Stat_t).Ino, body}
	}
	return files
}

func (w *world) writtenForNothing(before map[string]inode) {
	w.t.Helper()
	for name, now := range w.files() {
		if was, there := before[name]; there && was.bytes == now.bytes && was.number != now.number {
			w.t.Errorf("%s was written again with the same bytes", name)
		}
	}
}

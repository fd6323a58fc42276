// Worlds for tests that break something.

package ssg_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
)

// town is a world with a dozen posts and some products, whose builder makes
// siblings. In each round a
// guest comes, a post whose words are in no other.
type town struct {
	*world
	ids   map[string]string // of the posts, by their first slug
	round int
	guest blog.Edited
}

func newTown(t testing.TB) *town {
	t.Helper()
	w := &town{world: newWorld(t, nil), ids: map[string]string{}}
	w.builder.Compress = true
	for i := range 12 {
		slug := fmt.Sprintf("post-%d", i)
		made := w.publish(fmt.Sprintf("Post %d", i), func(f *blog.PostFields) {
			f.Slug, f.Tags = &slug, ptr([]string{[]string{"Roots", "Leaves"}[i%2]})
		})
		w.ids[slug] = string(made.ID)
	}
	w.shelf("roots", 7)
	w.receive()
	w.settle()
	return w
}

// shelf makes a category with products.
func (w *world) shelf(slug string, products int) {
	w.t.Helper()
	ctx := context.Background()
	if _, err := w.market.CreateCategory(ctx, market.CategoryFields{Name: ptr("Shelf " + slug), Slug: &slug}); err != nil {
		w.t.Fatal(err)
	}
	for i := range products {
		name := fmt.Sprintf("%s-%d", slug, i)
		p, err := w.market.CreateProduct(ctx, market.ProductFields{
			Name: &name, Slug: &name, Category: &slug,
			Variants: ptr([]market.VariantFields{{SKU: name, Name: "1 kg", Price: market.Price{AmountMinor: 140, Currency: "GBP"}, Quantity: 1000, Unit: contract.UnitGram}}),
		})
		if err == nil {
			_, err = w.market.PublishProduct(ctx, string(p.ID))
		}
		if err != nil {
			w.t.Fatal(err)
		}
		w.clock.Advance(time.Second)
	}
}

// secret are words of the guest.
func (w *town) secret() string { return fmt.Sprintf("qzx%dqzx", w.round) }

// receive publishes the guest of the next round, who has a tag of its own.
func (w *town) receive() {
	w.t.Helper()
	w.round++
	w.guest = w.publish("Guest "+w.secret(), func(f *blog.PostFields) { f.Tags = ptr([]string{"Only " + w.secret(), "Roots"}) })
}

// settle builds all there is to build, with siblings.
func (w *town) settle() {
	w.t.Helper()
	w.drain()
	if err := w.builder.Leisure(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

// stir makes changes that need many steps: the guest is taken down and with it its
// tag, a post moves, another gets a tag that is new, one has another title, and the
// next guest comes. It returns words that are to be nowhere after.
func (w *town) stir() (gone string) {
	w.t.Helper()
	gone = w.secret()
	w.unpublish(w.guest.ID)
	w.edit("post-3", blog.PostFields{Slug: ptr(fmt.Sprintf("moved-%d", w.round))})
	w.edit("post-5", blog.PostFields{Tags: ptr([]string{fmt.Sprintf("New %d", w.round)})})
	w.edit("post-6", blog.PostFields{Title: ptr(fmt.Sprintf("Renamed %d", w.round))})
	w.receive()
	return gone
}

// unpublish takes a post down.
func (w *town) unpublish(id contract.PostID) {
	w.t.Helper()
	if _, err := w.blog.Unpublish(context.Background(), contract.TypePost, string(id), nil); err != nil {
		w.t.Fatal(err)
	}
}

// describe changes what every page shows.
func (w *town) describe(site string) {
	w.t.Helper()
	ctx := context.Background()
	_, version, err := w.blog.VersionedSettings(ctx)
	if err == nil {
		_, _, err = w.blog.UpdateSettings(ctx, version, blog.SettingsFields{Description: &site})
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// edit changes a post that began with a slug.
func (w *town) edit(slug string, f blog.PostFields) {
	w.t.Helper()
	ctx := context.Background()
	e, err := w.blog.EditedPost(ctx, contract.TypePost, w.ids[slug])
	if err == nil {
		_, err = w.blog.UpdatePost(ctx, contract.TypePost, w.ids[slug], e.Version, f)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.clock.Advance(time.Second)
}

// equalsBuild fails where the pages are not those of a full build.
func (w *town) equalsBuild(pages map[string]string) {
	w.t.Helper()
	want, err := w.builder.FromScratch(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	for name, body := range want {
		if pages[name] != body {
			w.t.Errorf("%s is not what a full build makes", name)
		}
	}
	for name := range pages {
		if _, ok := want[name]; !ok {
			w.t.Errorf("%s is left over", name)
		}
	}
}

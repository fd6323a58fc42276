// Where the generator reads, and the reader that remembers what was read.

package ssg

import (
	"context"
	"sync"

	"rose-ash.com/roseash/api/shared/contract"
)

// Blog is what the generator needs of the blog. All of it is public; found is
// false for what has no page, or none any more.
type Blog interface {
	Settings(ctx context.Context) (contract.SiteSettings, error)
	Posts(ctx context.Context, query contract.PostQuery) ([]contract.PostCard, string, error)
	FullPosts(ctx context.Context, query contract.PostQuery) ([]contract.Post, string, error)
	PublicPost(ctx context.Context, id contract.PostID) (post contract.Post, found bool, err error)
	Neighbours(ctx context.Context, id contract.PostID) (contract.Neighbours, error)
	Tags(ctx context.Context, limit int, afterSlug string) ([]contract.Tag, string, error)
	PublicTag(ctx context.Context, id contract.TagID) (tag contract.Tag, found bool, err error)
	Authors(ctx context.Context, limit int, afterSlug string) ([]contract.Author, string, error)
	PublicAuthor(ctx context.Context, id contract.AuthorID) (author contract.Author, found bool, err error)
}

// Market is what the generator needs of the market.
type Market interface {
	Categories(ctx context.Context) ([]contract.Category, error)
	PublicProducts(ctx context.Context, category contract.CategoryID, cursor string) ([]contract.ProductCard, string, error)
	PublicProduct(ctx context.Context, id contract.ProductID) (product contract.Product, found bool, err error)
}

// pageful is how many items are read at once.
const pageful = 100

// feedLength is how many posts a feed holds.
const feedLength = 20

// Keys of the lists, and the beginnings of the keys of single things. A key
// names what a unit read and what an event changed.
const (
	keySettings   = "settings"
	keyPosts      = "posts" // the list of all posts
	keyPages      = "pages"
	keyCategories = "categories" // the tree
	keyProducts   = "products"
)

func keyPost(id contract.PostID) string              { return string(id) }
func keyTag(id contract.TagID) string                { return string(id) }
func keyTagPosts(id contract.TagID) string           { return "posts:" + string(id) }
func keyAuthor(id contract.AuthorID) string          { return string(id) }
func keyAuthorPosts(id contract.AuthorID) string     { return "posts:" + string(id) }
func keyProduct(id contract.ProductID) string        { return string(id) }
func keyCategory(id contract.CategoryID) string      { return string(id) }
func keyCategoryItems(id contract.CategoryID) string { return "products:" + string(id) }

// batch holds what every page of one build shows, read once.
type batch struct {
	settings   func() (contract.SiteSettings, error)
	categories func() ([]contract.Category, error)
}

func newBatch(ctx context.Context, blog Blog, market Market) *batch {
	return &batch{
		settings:   sync.OnceValues(func() (contract.SiteSettings, error) { return blog.Settings(ctx) }),
		categories: sync.OnceValues(func() ([]contract.Category, error) { return market.Categories(ctx) }),
	}
}

// reader reads for one unit and records the keys of what it read.
type reader struct {
	blog   Blog
	market Market
	batch  *batch
	keys   map[string]bool
}

func (r *reader) read(keys ...string) {
	for _, k := range keys {
		r.keys[k] = true
	}
}

func (r *reader) readCard(c contract.PostCard) {
	r.read(keyPost(c.ID))
	for _, t := range c.Tags {
		r.read(keyTag(t.ID))
	}
	for _, a := range c.Authors {
		r.read(keyAuthor(a.ID))
	}
}

func (r *reader) settings() (contract.SiteSettings, error) {
	r.read(keySettings)
	return r.batch.settings()
}

func (r *reader) categories() ([]contract.Category, error) {
	r.read(keyCategories)
	return r.batch.categories()
}

// cards reads a whole list of posts, key being the list's.
func (r *reader) cards(ctx context.Context, key string, query contract.PostQuery) ([]contract.PostCard, error) {
	r.read(key)
	cards, err := all(func(cursor string) ([]contract.PostCard, string, error) {
		query.Limit, query.Cursor = pageful, cursor
		return r.blog.Posts(ctx, query)
	})
	for _, c := range cards {
		r.readCard(c)
	}
	return cards, err
}

// newest reads the posts of a feed with their bodies.
func (r *reader) newest(ctx context.Context, key string, query contract.PostQuery) ([]contract.Post, error) {
	r.read(key)
	query.Limit = feedLength
	posts, _, err := r.blog.FullPosts(ctx, query)
	for _, p := range posts {
		r.readCard(p.PostCard)
	}
	return posts, err
}

func (r *reader) post(ctx context.Context, id contract.PostID) (contract.Post, bool, error) {
	r.read(keyPost(id))
	p, found, err := r.blog.PublicPost(ctx, id)
	if found {
		r.readCard(p.PostCard)
	}
	return p, found, err
}

func (r *reader) neighbours(ctx context.Context, id contract.PostID) (contract.Neighbours, error) {
	n, err := r.blog.Neighbours(ctx, id)
	for _, c := range []*contract.PostCard{n.Newer, n.Older} {
		if c != nil {
			r.readCard(*c)
		}
	}
	return n, err
}

// products reads a whole list of products; no category means all.
func (r *reader) products(ctx context.Context, category contract.CategoryID) ([]contract.ProductCard, error) {
	cards, err := all(func(cursor string) ([]contract.ProductCard, string, error) {
		return r.market.PublicProducts(ctx, category, cursor)
	})
	r.readProducts(category, cards)
	return cards, err
}

// some reads the first n products of a list. What it depends on grows with what
// is shown and not with the list.
func (r *reader) some(ctx context.Context, category contract.CategoryID, n int) ([]contract.ProductCard, error) {
	cards, _, err := r.market.PublicProducts(ctx, category, "")
	cards = cards[:min(len(cards), n)]
	r.readProducts(category, cards)
	return cards, err
}

func (r *reader) readProducts(category contract.CategoryID, cards []contract.ProductCard) {
	if category == "" {
		r.read(keyProducts)
	} else {
		r.read(keyCategoryItems(category))
	}
	for _, c := range cards {
		r.read(keyProduct(c.ID), keyCategory(c.Category.ID))
	}
}

func (r *reader) product(ctx context.Context, id contract.ProductID) (contract.Product, bool, error) {
	r.read(keyProduct(id))
	p, found, err := r.market.PublicProduct(ctx, id)
	if found {
		r.read(keyCategory(p.Category.ID))
		for _, c := range p.Ancestors {
			r.read(keyCategory(c.ID))
		}
	}
	return p, found, err
}

// all walks a list to its end.
func all[T any](page func(cursor string) ([]T, string, error)) ([]T, error) {
	var items []T
	for cursor := ""; ; {
		some, next, err := page(cursor)
		if err != nil {
			return nil, err
		}
		items = append(items, some...)
		if next == "" {
			return items, nil
		}
		cursor = next
	}
}

// A batch: what the units of one build read, fetched with few queries whatever
// their number.

package ssg

import (
	"context"
	"slices"
	"sync"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/paging"
)

// Lengths of what is shown of a list beside its pages.
const (
	feedLength           = 20
	productsOnHome       = 4
	productsOnMarketHome = 12
	relatedProducts      = 4
	productsPlaced       = 4 // of a collection under a post or page
)

// sitemapLength is how many places one part of a sitemap has; a variable for tests.
var sitemapLength = 500

// siteFacet is what every page shows. It is nobody's dependency: when it changes,
// every page is made again.
type siteFacet struct {
	Settings contract.SiteSettings
	Year     int
	Events   bool // there are calendars that take entries
	zone     *time.Location
}

// batch holds things by id. It is filled by need and read by many goroutines
// after; only the hashes are computed as they are asked for.
type batch struct {
	src  Sources
	site siteFacet

	posts        map[contract.PostID]*contract.Post
	cards        map[contract.PostID]*contract.PostCard
	tags         map[contract.TagID]*contract.Tag
	authors      map[contract.AuthorID]*contract.Author
	products     map[contract.ProductID]*contract.Product
	productCards map[contract.ProductID]*contract.ProductCard
	categories   map[contract.CategoryID]*contract.Category
	tree         []contract.Category
	terms        map[contract.TermID]*contract.Term
	shown        map[string][]contract.TermID // terms with a page, by the list they are in
	placed       map[string][]contract.TermID // collections by the post that shows them
	leaves       map[paging.Ref]paging.Leaf
	newest       map[string][]string
	around       map[string]paging.Neighbours
	near         map[string][]string
	shards       map[Unit][]string
	shardNumbers map[string][]int
	eventsRead

	mu     sync.Mutex
	hashes map[string]int64
}

func newBatch(ctx context.Context, src Sources, now time.Time) (*batch, error) {
	settings, err := src.Blog.Settings(ctx)
	if err != nil {
		return nil, err
	}
	settings.UpdatedAt = time.Time{} // on no page
	zone := location(settings.Timezone)
	b := &batch{
		src: src, site: siteFacet{Settings: settings, Year: now.In(zone).Year(), zone: zone},
		posts: map[contract.PostID]*contract.Post{}, cards: map[contract.PostID]*contract.PostCard{},
		tags: map[contract.TagID]*contract.Tag{}, authors: map[contract.AuthorID]*contract.Author{},
		products: map[contract.ProductID]*contract.Product{}, productCards: map[contract.ProductID]*contract.ProductCard{},
		terms: map[contract.TermID]*contract.Term{}, shown: map[string][]contract.TermID{}, placed: map[string][]contract.TermID{},
		leaves: map[paging.Ref]paging.Leaf{}, newest: map[string][]string{}, around: map[string]paging.Neighbours{},
		near: map[string][]string{}, shards: map[Unit][]string{}, shardNumbers: map[string][]int{}, hashes: map[string]int64{},
		eventsRead: newEventsRead(now, zone),
	}
	err = b.loadCalendars(ctx)
	b.site.Events = len(b.active()) > 0
	return b, err
}

// hash is the hash of a facet's value, computed once.
func (b *batch) hash(key string, value func() any) int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	h, ok := b.hashes[key]
	if !ok {
		h = hashOf(value())
		b.hashes[key] = h
	}
	return h
}

// load fetches things by id into a map; what is not there is remembered as nil,
// so that nothing is asked for twice.
func load[K comparable, V any](ctx context.Context, into map[K]*V, ids []K, fetch func(context.Context, []K) ([]V, error), id func(*V) K) error {
	var missing []K
	for _, i := range ids {
		if _, known := into[i]; !known {
			into[i] = nil
			missing = append(missing, i)
		}
	}
	for some := range slices.Chunk(missing, 500) {
		values, err := fetch(ctx, some)
		if err != nil {
			return err
		}
		for i := range values {
			into[id(&values[i])] = &values[i]
		}
	}
	return nil
}

// without are the ids that are not in a map.
func without[K comparable, V any](ids []K, known map[K]*V) []K {
	var rest []K
	for _, i := range ids {
		if _, there := known[i]; !there {
			rest = append(rest, i)
		}
	}
	return rest
}

func (b *batch) loadPosts(ctx context.Context, ids []contract.PostID) error {
	return load(ctx, b.posts, ids, b.src.Blog.PostsByID, func(p *contract.Post) contract.PostID { return p.ID })
}

// loadCards leaves out the posts that are there as a whole.
func (b *batch) loadCards(ctx context.Context, ids []contract.PostID) error {
	return load(ctx, b.cards, without(ids, b.posts), b.src.Blog.PostCardsByID, func(c *contract.PostCard) contract.PostID { return c.ID })
}

func (b *batch) loadTags(ctx context.Context, ids []contract.TagID) error {
	return load(ctx, b.tags, ids, b.src.Blog.TagsByID, func(t *contract.Tag) contract.TagID { return t.ID })
}

func (b *batch) loadAuthors(ctx context.Context, ids []contract.AuthorID) error {
	return load(ctx, b.authors, ids, b.src.Blog.AuthorsByID, func(a *contract.Author) contract.AuthorID { return a.ID })
}

func (b *batch) loadProducts(ctx context.Context, ids []contract.ProductID) error {
	return load(ctx, b.products, ids, b.src.Market.ProductsByID, func(p *contract.Product) contract.ProductID { return p.ID })
}

func (b *batch) loadProductCards(ctx context.Context, ids []contract.ProductID) error {
	return load(ctx, b.productCards, without(ids, b.products), b.src.Market.ProductCardsByID, func(c *contract.ProductCard) contract.ProductID { return c.ID })
}

func (b *batch) loadTerms(ctx context.Context, ids []contract.TermID) error {
	return load(ctx, b.terms, ids, b.src.Market.TermsByID, func(t *contract.Term) contract.TermID { return t.ID })
}

func (b *batch) loadCategories(ctx context.Context) error {
	if b.categories != nil {
		return nil
	}
	tree, err := b.src.Market.Categories(ctx)
	if err != nil {
		return err
	}
	b.tree, b.categories = tree, make(map[contract.CategoryID]*contract.Category, len(tree))
	for i := range tree {
		b.categories[tree[i].ID] = &tree[i]
	}
	return nil
}

func (b *batch) card(id contract.PostID) *contract.PostCard {
	if p := b.posts[id]; p != nil {
		return &p.PostCard
	}
	return b.cards[id]
}

func (b *batch) productCard(id contract.ProductID) *contract.ProductCard {
	if p := b.products[id]; p != nil {
		return &p.ProductCard
	}
	return b.productCards[id]
}

// loadLeaves fetches pages of lists.
func (b *batch) loadLeaves(ctx context.Context, refs []paging.Ref) error {
	var missing []paging.Ref
	for _, r := range refs {
		if _, known := b.leaves[r]; !known {
			missing = append(missing, r)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	leaves, err := b.src.Lists.Leaves(ctx, missing)
	for i, l := range leaves {
		b.leaves[missing[i]] = l
	}
	return err
}

// loadNewest fetches the newest of lists, as many as are shown anywhere.
func (b *batch) loadNewest(ctx context.Context, lists []string) error {
	byCount := map[int][]string{}
	for _, l := range lists {
		if _, known := b.newest[l]; !known {
			b.newest[l] = nil
			byCount[newestOf(l)] = append(byCount[newestOf(l)], l)
		}
	}
	for n, some := range byCount {
		newest, err := b.src.Lists.Newest(ctx, some, n)
		if err != nil {
			return err
		}
		for l, items := range newest {
			b.newest[l] = items
		}
	}
	return nil
}

// newestOf is how many of a list's newest are shown; 0 of one whose newest are
// shown nowhere.
func newestOf(list string) int {
	_, id := paged(list)
	switch {
	case fed(list):
		return feedLength
	case list == listProducts:
		return productsOnMarketHome
	case taxonomyOf(id) == contract.CollectionTaxonomy:
		return productsPlaced
	}
	return 0
}

func idsOf[T ~string](items []string) []T {
	ids := make([]T, len(items))
	for i, s := range items {
		ids[i] = T(s)
	}
	return ids
}

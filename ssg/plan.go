// Planning: from what changed to the units that are rendered again.

package ssg

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/paging"
	"rose-ash.com/roseash/ssg/internal/ssgdb"
)

// Read is what the index knows of a unit: the hash of what it read under a key.
type Read struct {
	Unit  Unit
	Key   string
	Value int64
}

// Touched is what a change does to facets: their values now, the units that show
// a changed thing itself, and the units that must read a key and may be new.
type Touched struct {
	Values map[string]int64
	Direct []Unit
	Show   map[Unit]string
}

// Affected is the units to render: those that are the changed things' own, those
// that read another value than there is now, and those that should have read a
// key and have not, because they do not exist yet. It is a pure function; the
// units come in the order of writing, the direct ones of a rank first.
func Affected(t Touched, index []Read) []Unit {
	units := slices.Clone(t.Direct)
	shown := map[Unit]bool{}
	for _, r := range index {
		if v, ok := t.Values[r.Key]; ok && v != r.Value {
			units = append(units, r.Unit)
		}
		if t.Show[r.Unit] == r.Key {
			shown[r.Unit] = true
		}
	}
	for u := range t.Show {
		if !shown[u] {
			units = append(units, u)
		}
	}
	slices.SortFunc(units[len(t.Direct):], func(a, b Unit) int { return cmp.Compare(a.String(), b.String()) })
	return inOrder(units)
}

// planner finds what a change touches, in the transaction that stores the new
// places in lists.
type planner struct {
	*batch
	ctx  context.Context
	tx   pgx.Tx
	q    *ssgdb.Queries
	size func(list string) int
	// indexes are the units of the sitemap's indexes.
	indexes []Unit
	// parts are units of the sitemap that may come or go without being planned directly.
	parts []Unit
	// madeFor is the day that the pages were made for.
	madeFor string
	Touched
}

// plan stores where the changed things are in lists and returns what is touched.
func (p *planner) plan(c Change) (Touched, error) {
	p.Touched = Touched{Values: map[string]int64{}, Show: map[Unit]string{}}
	if err := p.read(&c); err != nil {
		return p.Touched, err
	}
	items := slices.Concat(stringsOf(c.Posts), stringsOf(c.Products))
	before, err := p.q.Places(p.ctx, items)
	if err != nil {
		return p.Touched, err
	}
	moved, err := paging.Put(p.ctx, p.tx, p.places(c), p.size)
	if err != nil {
		return p.Touched, err
	}
	after, err := p.q.Places(p.ctx, items)
	if err != nil {
		return p.Touched, err
	}
	p.things(c)
	p.turn(p.madeFor)
	if err := p.changedEvents(c); err != nil {
		return p.Touched, err
	}
	if err := p.lists(moved); err != nil {
		return p.Touched, err
	}
	if err := p.shelves(c, moved); err != nil {
		return p.Touched, err
	}
	return p.Touched, p.sitemap(before, after)
}

// read fetches the changed things as they are now. A category that moved takes
// its products along, a term those that came into it or left it.
func (p *planner) read(c *Change) error {
	for _, g := range unique(c.Shelves) {
		items, err := p.q.ListItems(p.ctx, productsOf(g))
		if err != nil {
			return err
		}
		c.Products = append(c.Products, idsOf[contract.ProductID](items)...)
	}
	c.Products = append(c.Products, c.Members...)
	c.Posts, c.Products = unique(c.Posts), unique(c.Products)
	if len(c.Categories) > 0 {
		if err := p.loadCategories(p.ctx); err != nil {
			return err
		}
	}
	for _, load := range []func() error{
		func() error { return p.loadPosts(p.ctx, c.Posts) },
		func() error { return p.loadProductCards(p.ctx, c.Products) },
		func() error { return p.loadTags(p.ctx, c.Tags) },
		func() error { return p.loadAuthors(p.ctx, c.Authors) },
		func() error { return p.loadTerms(p.ctx, c.Terms) },
	} {
		if err := load(); err != nil {
			return err
		}
	}
	return nil
}

// places says in which lists the changed things are to be.
func (p *planner) places(c Change) []paging.Place {
	places := make([]paging.Place, 0, len(c.Posts)+len(c.Products))
	for _, id := range c.Posts {
		place := paging.Place{Item: string(id)}
		if post := p.posts[id]; post != nil {
			place = placeOfPost(post.PostCard)
		}
		places = append(places, place)
	}
	for _, id := range c.Products {
		place := paging.Place{Item: string(id)}
		if card := p.productCard(id); card != nil {
			place = placeOfProduct(*card)
		}
		places = append(places, place)
	}
	return places
}

// placeOfPost: a page is in no list but that of the pages.
func placeOfPost(c contract.PostCard) paging.Place {
	place := paging.Place{Item: string(c.ID), At: c.PublishedAt, Lists: []string{listPages}}
	if c.Type == contract.TypePost {
		place.Lists = []string{listPosts}
		for _, t := range c.Tags {
			place.Lists = append(place.Lists, postsOf(t.ID))
		}
		for _, a := range c.Authors {
			place.Lists = append(place.Lists, postsOf(a.ID))
		}
	}
	return place
}

func placeOfProduct(c contract.ProductCard) paging.Place {
	place := paging.Place{Item: string(c.ID), At: c.CreatedAt, Lists: []string{listProducts}}
	for _, g := range c.CategoryIDs {
		place.Lists = append(place.Lists, productsOf(g))
	}
	for _, t := range termsOf(c) {
		place.Lists = append(place.Lists, productsOf(t.ID))
	}
	return place
}

// value sets a key's value now; a thing that is not there has none.
func (p *planner) value(key string, there bool, value func() any) {
	p.Values[key] = 0
	if there {
		p.Values[key] = p.hash(key, value)
	}
}

// things sets the values of the changed things' facets, and names their own units.
func (p *planner) things(c Change) {
	for _, id := range c.Posts {
		post := p.posts[id]
		p.Direct = append(p.Direct, Unit{Kind: kindPost, ID: string(id)})
		p.value(key(id, facetCard), post != nil, func() any { return cardFacet(post.PostCard) })
		p.value(key(id, facetItem), post != nil, func() any { return post })
	}
	for _, id := range c.Products {
		card := p.productCard(id)
		p.Direct = append(p.Direct, Unit{Kind: kindProduct, ID: string(id)})
		p.value(key(id, facetCard), card != nil, func() any { return productFacet(*card) })
	}
	for _, id := range c.Tags {
		t := p.tags[id]
		p.value(key(id, facetLink), t != nil, func() any { return t.TagLink })
		p.value(key(id, facetPage), t != nil, func() any { return tagFacet(*t) })
		p.Direct = append(p.Direct, Unit{Kind: kindSitemap, ID: listTags})
	}
	for _, id := range c.Authors {
		a := p.authors[id]
		p.value(key(id, facetLink), a != nil, func() any { return a.AuthorLink })
		p.value(key(id, facetByline), a != nil, func() any { return byline{a.AuthorLink, a.Bio} })
		p.value(key(id, facetPage), a != nil, func() any { return authorFacet(*a) })
		p.Direct = append(p.Direct, Unit{Kind: kindSitemap, ID: listAuthors})
	}
	if len(c.Categories) > 0 {
		p.tree(c.Categories)
	}
	p.changedTerms(c)
}

// tree sets the facets of the whole category tree: it is small, and a category's
// name stands on what is above, beside and below it.
func (p *planner) tree(changed []contract.CategoryID) {
	r := p.reader(Unit{})
	r.categoryCards("")
	for _, id := range changed {
		p.Values[key(id, facetLink)], p.Values[key(id, facetPage)] = 0, 0
		p.Show[Unit{Kind: kindCategory, ID: string(id)}] = key(id, facetPage)
	}
	for _, c := range p.batch.tree {
		r.category(c.ID)
		r.categoryLinks(c.CategoryLink)
		r.categoryCards(c.ID)
	}
	maps.Copy(p.Values, r.reads)
	p.Direct = append(p.Direct, Unit{Kind: kindSitemap, ID: listCategories})
}

// sitemap names the parts of the sitemap in which things stood or stand, and its
// index where a part comes or goes.
func (p *planner) sitemap(before, after []ssgdb.PlacesRow) error {
	for _, at := range slices.Concat(before, after) {
		if sharded[at.List] {
			p.Direct = append(p.Direct, Unit{Kind: kindSitemap, ID: at.List, Page: int(at.Ordinal) / sitemapLength})
		}
	}
	parts := p.parts
	for _, u := range p.Direct {
		if u.Kind == kindSitemap {
			parts = append(parts, u)
		}
	}
	known, err := p.q.KnownUnits(p.ctx, unitNames(parts))
	if err != nil {
		return err
	}
	var n needs
	for _, u := range unique(parts) {
		n.add(u)
	}
	if err := p.fetchShards(p.ctx, &n); err != nil {
		return err
	}
	for _, u := range parts {
		if slices.Contains(known, u.String()) != p.hasPart(u) {
			p.Direct = append(p.Direct, p.indexes...)
			return nil
		}
	}
	return nil
}

// lists sets the values of what changed in lists, and names the pages that show
// them.
func (p *planner) lists(moved []paging.Moved) error {
	var refs []paging.Ref
	var names []string
	for _, m := range moved {
		names = append(names, m.List)
		for _, n := range m.Pages {
			refs = append(refs, paging.Ref{List: m.List, Page: n})
		}
		if m.List == listPosts {
			for _, item := range m.Beside {
				p.Direct = append(p.Direct, Unit{Kind: kindPost, ID: item})
			}
		}
	}
	if err := p.related(moved); err != nil {
		return err
	}
	names = slices.DeleteFunc(names, func(l string) bool { return newestOf(l) == 0 })
	if err := p.loadNewest(p.ctx, names); err != nil {
		return err
	}
	if err := p.loadLeaves(p.ctx, refs); err != nil {
		return err
	}
	for _, r := range refs {
		p.leaf(r)
	}
	for _, m := range moved {
		p.archive(m)
	}
	for _, l := range names {
		p.front(l)
	}
	return nil
}

// leaf sets the value of a list's page.
func (p *planner) leaf(r paging.Ref) {
	kind, id := paged(r.List)
	if kind == "" {
		return
	}
	l, k := p.leaves[r], keyLeaf(r)
	p.value(k, true, func() any { return valueOfLeaf(l) })
	if l.Exists || r.Page == 0 {
		p.Show[Unit{Kind: kind, ID: id, Page: r.Page}] = k
	}
}

// archive names the part of the sitemap that an archive, or the page of a term,
// has come into with the first thing on it, or left with the last.
func (p *planner) archive(m paging.Moved) {
	kind, id := paged(m.List)
	of := map[string]string{kindTag: listTags, kindAuthor: listAuthors, kindTerm: termLists[taxonomyOf(id)]}[kind]
	if of != "" && of != listCollections && p.cameOrWent(m) {
		p.Direct = append(p.Direct, Unit{Kind: kindSitemap, ID: of})
	}
}

// cameOrWent tells a list that has got its first things or lost its last. One that has got
// as many as a page at once may have had none before.
func (p *planner) cameOrWent(m paging.Moved) bool {
	l, loaded := p.leaves[paging.Ref{List: m.List}]
	if !loaded || l.Exists && l.Older != paging.None {
		return loaded && len(m.Added) >= p.size(m.List)
	}
	return !l.Exists || len(l.Items) == len(m.Added)
}

// front sets the values of a list's newest.
func (p *planner) front(list string) {
	counts := []int{newestOf(list)}
	if list == listProducts {
		counts = append(counts, productsOnHome)
	} else if fed(list) {
		p.Show[Unit{Kind: kindFeed, ID: list}] = keyNewest(list, feedLength)
	}
	for _, n := range counts {
		items := p.newest[list]
		items = items[:min(len(items), n)]
		p.value(keyNewest(list, n), true, func() any { return items })
	}
}

func unique[T comparable](items []T) []T {
	seen := map[T]bool{}
	return slices.DeleteFunc(items, func(i T) bool {
		twice := seen[i]
		seen[i] = true
		return twice
	})
}

func stringsOf[T ~string](ids []T) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

// The reader: the only way in which a page gets at data. It records what was read
// and the hash of the value that it read.

package ssg

import (
	"cmp"
	"slices"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/paging"
)

// reader reads for one unit.
type reader struct {
	*batch
	unit  Unit
	reads map[string]int64
}

func (b *batch) reader(u Unit) *reader { return &reader{batch: b, unit: u, reads: map[string]int64{}} }

func (r *reader) record(key string, value func() any) { r.reads[key] = r.hash(key, value) }

// mixed is the hash that a unit records which read two values under one key: it has no
// value that there is, so that the event of the change that came between finds the unit.
const mixed = -1

// recordLink records a part of something else that was read. What the batch holds was read
// at several moments, and may name one thing in two ways: the hash is that of the value
// that this unit read, and not one that the batch has of the key.
func (r *reader) recordLink(key string, link any) {
	h := hashOf(link)
	if was, known := r.reads[key]; known && was != h {
		h = mixed
	}
	r.reads[key] = h
}

// nothing records that a thing was looked for and is not there.
func (r *reader) nothing(key string) { r.reads[key] = 0 }

// postCard is the card of a post as lists and neighbours show it.
func (r *reader) postCard(id contract.PostID) (contract.PostCard, bool) {
	k := key(id, facetCard)
	c := r.card(id)
	if c == nil {
		r.nothing(k)
		return contract.PostCard{}, false
	}
	card := cardFacet(*c)
	r.record(k, func() any { return card })
	r.links(card.Tags, card.Authors)
	return card, true
}

// links records the links that stand in a card or on a post's page.
func (r *reader) links(tags []contract.TagLink, authors []contract.AuthorLink) {
	for _, t := range tags {
		r.recordLink(key(t.ID, facetLink), t)
	}
	for _, a := range authors {
		r.recordLink(key(a.ID, facetLink), a)
	}
}

// post is the unit's own post or page.
func (r *reader) post() (contract.Post, bool) {
	p := r.posts[contract.PostID(r.unit.ID)]
	if p == nil {
		return contract.Post{}, false
	}
	r.links(p.Tags, p.Authors)
	return *p, true
}

// item is a post as a feed shows it.
func (r *reader) item(id contract.PostID) (contract.Post, bool) {
	k := key(id, facetItem)
	p := r.posts[id]
	if p == nil {
		r.nothing(k)
		return contract.Post{}, false
	}
	r.record(k, func() any { return p })
	r.links(p.Tags, p.Authors)
	return *p, true
}

func (r *reader) byline(a contract.AuthorLink) byline {
	line := byline{AuthorLink: a}
	if author := r.authors[a.ID]; author != nil {
		line.Bio = author.Bio
	}
	r.recordLink(key(a.ID, facetByline), line)
	return line
}

func (r *reader) tag(id contract.TagID) (contract.Tag, bool) {
	t := r.tags[id]
	if t == nil {
		r.nothing(key(id, facetPage))
		return contract.Tag{}, false
	}
	tag := tagFacet(*t)
	r.record(key(id, facetPage), func() any { return tag })
	return tag, true
}

func (r *reader) author(id contract.AuthorID) (contract.Author, bool) {
	a := r.authors[id]
	if a == nil {
		r.nothing(key(id, facetPage))
		return contract.Author{}, false
	}
	author := authorFacet(*a)
	r.record(key(id, facetPage), func() any { return author })
	return author, true
}

// category is a category as its own pages show it.
func (r *reader) category(id contract.CategoryID) (contract.Category, bool) {
	c := r.categories[id]
	if c == nil {
		r.nothing(key(id, facetPage))
		return contract.Category{}, false
	}
	category := categoryFacet(*c)
	r.record(key(id, facetPage), func() any { return category })
	return category, true
}

// categoryCards are the categories right below one; the zero id is the root's,
// whose children are whoever has no parent.
func (r *reader) categoryCards(parent contract.CategoryID) []categoryCard {
	var cards []categoryCard
	for _, c := range r.tree {
		if parent == "" && c.ParentID == nil || c.ParentID != nil && *c.ParentID == parent {
			cards = append(cards, cardOfCategory(c))
		}
	}
	r.record(keyChildren(parent), func() any { return cards })
	return cards
}

// keyChildren is the key of the categories below one, "market" being the root.
func keyChildren(parent contract.CategoryID) string {
	return key(cmp.Or(string(parent), kindMarket), facetCard)
}

func cardOfCategory(c contract.Category) categoryCard {
	return categoryCard{c.CategoryLink, c.Description, c.Image, c.Children}
}

func (r *reader) productCardOf(id contract.ProductID) (contract.ProductCard, bool) {
	k := key(id, facetCard)
	c := r.productCard(id)
	if c == nil {
		r.nothing(k)
		return contract.ProductCard{}, false
	}
	card := productFacet(*c)
	r.record(k, func() any { return card })
	r.termLinks(card.Labels...)
	if card.Brand != nil {
		r.termLinks(*card.Brand)
	}
	return card, true
}

func (r *reader) categoryLinks(links ...contract.CategoryLink) {
	for _, c := range links {
		r.recordLink(key(c.ID, facetLink), c)
	}
}

// product is the unit's own product.
func (r *reader) product() (contract.Product, bool) {
	p := r.products[contract.ProductID(r.unit.ID)]
	if p == nil {
		return contract.Product{}, false
	}
	r.categoryLinks(p.Category)
	r.categoryLinks(p.Ancestors...)
	r.termLinks(p.Labels...)
	for _, t := range []*contract.TermLink{p.Brand, p.Producer} {
		if t != nil {
			r.termLinks(*t)
		}
	}
	return *p, true
}

// leaf is the unit's page of its list.
func (r *reader) leaf() paging.Leaf {
	ref := paging.Ref{List: r.unit.list(), Page: r.unit.Page}
	l := r.leaves[ref]
	r.record(keyLeaf(ref), func() any { return valueOfLeaf(l) })
	return l
}

func valueOfLeaf(l paging.Leaf) leafValue { return leafValue{l.Items, l.Newer, l.Older} }

// first are the newest n of a list.
func (r *reader) first(list string, n int) []string {
	items := r.newest[list]
	items = items[:min(len(items), n)]
	r.record(keyNewest(list, n), func() any { return items })
	return items
}

// cardsOf are the cards of posts, in the order of items.
func (r *reader) cardsOf(items []string) []contract.PostCard {
	cards := make([]contract.PostCard, 0, len(items))
	for _, id := range items {
		if c, ok := r.postCard(contract.PostID(id)); ok {
			cards = append(cards, c)
		}
	}
	return cards
}

// productsOf are the cards of products, in the order of items.
func (r *reader) productsOf(items []string) []contract.ProductCard {
	cards := make([]contract.ProductCard, 0, len(items))
	for _, id := range items {
		if c, ok := r.productCardOf(contract.ProductID(id)); ok {
			cards = append(cards, c)
		}
	}
	return cards
}

// byName puts products in the order in which a shelf shows them.
func byName(products []contract.ProductCard) []contract.ProductCard {
	slices.SortStableFunc(products, func(a, b contract.ProductCard) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	return products
}

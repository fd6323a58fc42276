// Which reads a unit needs, so that those of many units are fetched together.

package ssg

import (
	"context"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/paging"
)

// needs is what some units read, by kind of read.
type needs struct {
	whole      []contract.PostID // with bodies
	cards      []contract.PostID
	around     []string
	tags       []contract.TagID
	authors    []contract.AuthorID
	products   []contract.ProductID
	stock      []contract.ProductID // cards
	terms      []contract.TermID
	termLists  []string // terms with a page
	placedOn   []string // posts and pages
	leaves     []paging.Ref
	newest     []string
	shards     []Unit
	index      bool // the numbers of the sitemap's parts
	categories bool
	events     eventsNeeds
}

func (n *needs) add(u Unit) {
	n.addEvents(u)
	switch u.Kind {
	case kindPost:
		n.whole, n.around = append(n.whole, contract.PostID(u.ID)), append(n.around, u.ID)
		n.placedOn = append(n.placedOn, u.ID)
	case kindProduct:
		n.products, n.categories = append(n.products, contract.ProductID(u.ID)), true
	case kindHome:
		n.leaves, n.newest = append(n.leaves, paging.Ref{List: listPosts, Page: u.Page}), append(n.newest, listProducts)
	case kindTag:
		n.leaves, n.tags = append(n.leaves, paging.Ref{List: u.list(), Page: u.Page}), append(n.tags, contract.TagID(u.ID))
	case kindAuthor:
		n.leaves, n.authors = append(n.leaves, paging.Ref{List: u.list(), Page: u.Page}), append(n.authors, contract.AuthorID(u.ID))
	case kindCategory:
		n.leaves, n.categories = append(n.leaves, paging.Ref{List: u.list(), Page: u.Page}), true
	case kindTerm:
		n.leaves, n.terms = append(n.leaves, paging.Ref{List: u.list(), Page: u.Page}), append(n.terms, contract.TermID(u.ID))
	case kindMarket:
		n.newest, n.categories = append(n.newest, listProducts), true
		n.termLists = append(n.termLists, listCollections, listLabels)
	case kindFeed:
		n.newest = append(n.newest, u.ID)
		switch kind, id := paged(u.ID); kind {
		case kindTag:
			n.tags = append(n.tags, contract.TagID(id))
		case kindAuthor:
			n.authors = append(n.authors, contract.AuthorID(id))
		}
	case kindSitemap:
		n.shards, n.categories = append(n.shards, u), n.categories || u.ID == listCategories
	case kindIndex:
		n.index = true
	}
}

// fetch makes the batch hold all that the units read.
func (b *batch) fetch(ctx context.Context, units []Unit) error {
	var n needs
	for _, u := range units {
		n.add(u)
	}
	if err := b.fetchTerms(ctx, &n); err != nil {
		return err
	}
	if err := b.fetchEvents(ctx, &n); err != nil {
		return err
	}
	if err := b.fetchLists(ctx, &n); err != nil {
		return err
	}
	if err := b.loadTerms(ctx, n.terms); err != nil {
		return err
	}
	if err := b.loadPosts(ctx, n.whole); err != nil {
		return err
	}
	for _, id := range n.whole {
		if p := b.posts[id]; p != nil {
			for _, a := range p.Authors {
				n.authors = append(n.authors, a.ID)
			}
		}
	}
	if err := b.loadCards(ctx, n.cards); err != nil {
		return err
	}
	if err := b.loadTags(ctx, n.tags); err != nil {
		return err
	}
	if err := b.loadAuthors(ctx, n.authors); err != nil {
		return err
	}
	if n.categories {
		if err := b.loadCategories(ctx); err != nil {
			return err
		}
	}
	if err := b.fetchRelated(ctx, &n); err != nil {
		return err
	}
	return b.loadProductCards(ctx, n.stock)
}

// fetchLists reads places in lists, and adds what stands there to the needs.
func (b *batch) fetchLists(ctx context.Context, n *needs) error {
	if err := b.loadLeaves(ctx, n.leaves); err != nil {
		return err
	}
	for _, r := range n.leaves {
		n.members(r.List, b.leaves[r].Items)
	}
	if err := b.loadNewest(ctx, n.newest); err != nil {
		return err
	}
	for _, l := range n.newest {
		if fed(l) {
			n.whole = append(n.whole, idsOf[contract.PostID](b.newest[l])...)
		} else {
			n.members(l, b.newest[l])
		}
	}
	if len(n.around) > 0 {
		around, err := b.src.Lists.Around(ctx, listPosts, n.around)
		if err != nil {
			return err
		}
		for item, next := range around {
			b.around[item] = next
			for _, id := range []string{next.Newer, next.Older} {
				if id != "" {
					n.cards = append(n.cards, contract.PostID(id))
				}
			}
		}
	}
	return b.fetchShards(ctx, n)
}

// fetchShards reads which things are in parts of the sitemap: for the long lists
// those of some ordinals, for the others all.
func (b *batch) fetchShards(ctx context.Context, n *needs) error {
	if n.index {
		for _, l := range mapped {
			if !sharded[l] {
				n.shards = append(n.shards, Unit{Kind: kindSitemap, ID: l})
				continue
			}
			if l == listDates {
				if err := b.loadDateParts(ctx); err != nil {
					return err
				}
				continue
			}
			numbers, err := b.src.Lists.Shards(ctx, l, sitemapLength)
			if err != nil {
				return err
			}
			b.shardNumbers[l] = numbers
		}
	}
	var refs []paging.ShardRef
	for _, u := range n.shards {
		if u.ID == listDates {
			if err := b.loadAddresses(ctx, u); err != nil {
				return err
			}
		} else if _, known := b.shards[u]; !known && sharded[u.ID] {
			refs = append(refs, paging.ShardRef{List: u.ID, Number: u.Page})
		}
	}
	if len(refs) > 0 {
		shards, err := b.src.Lists.Shard(ctx, refs, sitemapLength)
		if err != nil {
			return err
		}
		for _, r := range refs {
			b.shards[Unit{Kind: kindSitemap, ID: r.List, Page: r.Number}] = shards[r]
		}
	}
	for _, u := range n.shards {
		if !sharded[u.ID] {
			if err := b.fetchWhole(ctx, u); err != nil {
				return err
			}
		}
		n.members(u.ID, b.shards[u])
	}
	return nil
}

// fetchWhole reads a list that is in one part of the sitemap: the tags or authors
// that have posts, the categories, or the terms that have a page.
func (b *batch) fetchWhole(ctx context.Context, u Unit) error {
	if _, known := b.shards[u]; known {
		return nil
	}
	var items []string
	if termList(u.ID) {
		err := b.loadShown(ctx, u.ID)
		b.shards[u] = stringsOf(b.shown[u.ID])
		return err
	}
	if u.ID == listEvents {
		err := b.loadCalendars(ctx)
		b.shards[u] = stringsOf(b.calendarIDs())
		return err
	}
	if u.ID == listCategories {
		if err := b.loadCategories(ctx); err != nil {
			return err
		}
		for _, c := range b.tree {
			items = append(items, string(c.ID))
		}
		b.shards[u] = items
		return nil
	}
	names, err := b.src.Lists.Names(ctx)
	for _, l := range names {
		if kind, id := paged(l); kind == kindTag && u.ID == listTags || kind == kindAuthor && u.ID == listAuthors {
			items = append(items, id)
		}
	}
	b.shards[u] = items
	return err
}

// members are things of a list whose cards are read.
func (n *needs) members(list string, items []string) {
	switch of, _ := paged(list); {
	case of == kindHome || of == kindTag || of == kindAuthor || list == listPages:
		n.cards = append(n.cards, idsOf[contract.PostID](items)...)
	case list == listTags:
		n.tags = append(n.tags, idsOf[contract.TagID](items)...)
	case list == listAuthors:
		n.authors = append(n.authors, idsOf[contract.AuthorID](items)...)
	case termList(list):
		n.terms = append(n.terms, idsOf[contract.TermID](items)...)
	case of == kindCategory || of == kindTerm || list == listProducts:
		n.stock = append(n.stock, idsOf[contract.ProductID](items)...)
	}
}

// fetchRelated reads products and what stands near them in their category.
func (b *batch) fetchRelated(ctx context.Context, n *needs) error {
	if err := b.loadProducts(ctx, n.products); err != nil {
		return err
	}
	var refs []paging.ItemRef
	for _, id := range n.products {
		if p := b.products[id]; p != nil {
			refs = append(refs, paging.ItemRef{List: productsOf(p.Category.ID), Item: string(id)})
		}
	}
	if len(refs) == 0 {
		return nil
	}
	near, err := b.src.Lists.Near(ctx, refs, relatedProducts)
	if err != nil {
		return err
	}
	for _, r := range refs {
		b.near[r.Item] = near[r]
		n.stock = append(n.stock, idsOf[contract.ProductID](near[r])...)
	}
	return nil
}

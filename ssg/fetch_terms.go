// Reading terms: those that have a page, and those that posts show.

package ssg

import (
	"context"
	"slices"

	"rose-ash.com/roseash/api/shared/contract"
)

// termList tells the lists of terms.
func termList(list string) bool {
	for _, l := range termLists {
		if l == list {
			return true
		}
	}
	return false
}

// fetchTerms reads which terms have pages and which collections posts show, and adds
// them, and the first of what they hold, to the needs.
func (b *batch) fetchTerms(ctx context.Context, n *needs) error {
	for _, list := range n.termLists {
		if err := b.loadShown(ctx, list); err != nil {
			return err
		}
		n.terms = append(n.terms, b.shown[list]...)
	}
	if err := b.loadPlaced(ctx, n.placedOn); err != nil {
		return err
	}
	for _, at := range n.placedOn {
		for _, id := range b.placed[at] {
			n.terms, n.newest = append(n.terms, id), append(n.newest, productsOf(id))
		}
	}
	return nil
}

// loadPlaced reads the collections that posts show.
func (b *batch) loadPlaced(ctx context.Context, posts []string) error {
	var missing []string
	for _, at := range posts {
		if _, known := b.placed[at]; !known {
			b.placed[at] = nil
			missing = append(missing, at)
		}
	}
	for some := range slices.Chunk(missing, 500) {
		placed, err := b.src.Market.PlacedOn(ctx, some)
		if err != nil {
			return err
		}
		for at, ids := range placed {
			b.placed[at] = ids
		}
	}
	return nil
}

// loadShown reads which terms of a list have a page: all collections, and of the
// others those that have products.
func (b *batch) loadShown(ctx context.Context, list string) error {
	if _, known := b.shown[list]; known {
		return nil
	}
	ids := []contract.TermID{}
	if list == listCollections {
		terms, err := b.src.Market.Terms(ctx, contract.CollectionTaxonomy)
		if err != nil {
			return err
		}
		for i, t := range terms {
			b.terms[t.ID] = &terms[i]
			ids = append(ids, t.ID)
		}
	} else {
		names, err := b.src.Lists.Names(ctx)
		if err != nil {
			return err
		}
		for _, l := range names {
			if _, id := paged(l); termLists[taxonomyOf(id)] == list {
				ids = append(ids, contract.TermID(id))
			}
		}
	}
	slices.Sort(ids)
	b.shown[list] = ids
	return nil
}

// Planning of brands, producers, labels and collections.

package ssg

import (
	"maps"
	"slices"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/paging"
)

// termsOf are all terms of a product.
func termsOf(c contract.ProductCard) []contract.TermLink {
	terms := slices.Concat(c.Labels, c.Collections)
	for _, t := range []*contract.TermLink{c.Brand, c.Producer} {
		if t != nil {
			terms = append(terms, *t)
		}
	}
	return terms
}

// changedTerms sets the values of the changed terms' facets. A collection has a page
// from the beginning, the others from their first product on, whose list shows it. What
// stands under a post is not among what the post read, so that a post that shows no
// collection costs nothing in the index: those that do are named by the event.
func (p *planner) changedTerms(c Change) {
	for _, id := range c.Terms {
		t := p.terms[id]
		p.value(key(id, facetLink), t != nil, func() any { return t.TermLink })
		p.value(key(id, facetPage), t != nil, func() any { return termFacet(*t) })
		taxonomy := taxonomyOf(id)
		if taxonomy == contract.CollectionTaxonomy {
			p.Show[Unit{Kind: kindTerm, ID: string(id)}] = key(id, facetPage)
		}
		if list := termLists[taxonomy]; list != "" {
			p.Direct = append(p.Direct, Unit{Kind: kindSitemap, ID: list})
		}
	}
	for _, id := range c.Placed {
		p.Direct = append(p.Direct, Unit{Kind: kindPost, ID: string(id)})
	}
}

// shelves sets what the market's home shows of terms: the collections where one of
// them changed, the labels where one did or where one came or went with its products.
func (p *planner) shelves(c Change, moved []paging.Moved) error {
	var n needs
	for _, id := range c.Terms {
		n.onMarketHome(termLists[taxonomyOf(id)])
	}
	for _, m := range moved {
		if _, id := paged(m.List); p.cameOrWent(m) && taxonomyOf(id) == contract.LabelTaxonomy {
			n.onMarketHome(listLabels)
		}
	}
	if err := p.fetchTerms(p.ctx, &n); err != nil {
		return err
	}
	if err := p.loadTerms(p.ctx, n.terms); err != nil {
		return err
	}
	r := p.reader(Unit{})
	for _, list := range n.termLists {
		r.termCards(list)
	}
	maps.Copy(p.Values, r.reads)
	return nil
}

// onMarketHome adds a list of terms that the market's home shows.
func (n *needs) onMarketHome(list string) {
	if (list == listCollections || list == listLabels) && !slices.Contains(n.termLists, list) {
		n.termLists = append(n.termLists, list)
	}
}

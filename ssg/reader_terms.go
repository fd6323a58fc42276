// Reading brands, producers, labels and collections.

package ssg

import (
	"cmp"
	"slices"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
)

// termLinks records links to terms, whose names a page shows.
func (r *reader) termLinks(links ...contract.TermLink) {
	for _, t := range links {
		r.recordLink(key(t.ID, facetLink), t)
	}
}

// termLink is the link of a term that is named elsewhere.
func (r *reader) termLink(id contract.TermID) (contract.TermLink, bool) {
	t := r.terms[id]
	if t == nil {
		r.nothing(key(id, facetLink))
		return contract.TermLink{}, false
	}
	r.termLinks(t.TermLink)
	return t.TermLink, true
}

// term is the unit's own term: all of it for its open page, its name for the others.
func (r *reader) term() (contract.Term, bool) {
	id := contract.TermID(r.unit.ID)
	if r.unit.Page > 0 {
		link, found := r.termLink(id)
		return contract.Term{TermLink: link}, found
	}
	t := r.terms[id]
	if t == nil {
		r.nothing(key(id, facetPage))
		return contract.Term{}, false
	}
	term := termFacet(*t)
	r.record(key(id, facetPage), func() any { return term })
	return term, true
}

// termCards are the terms of a list that have a page, by name.
func (r *reader) termCards(list string) []termCard {
	var cards []termCard
	for _, id := range r.shown[list] {
		if t := r.terms[id]; t != nil {
			cards = append(cards, termCard{t.TermLink, t.Image})
		}
	}
	slices.SortFunc(cards, func(a, b termCard) int { return compareTerms(a.TermLink, b.TermLink) })
	r.record(key(list, facetTerms), func() any { return cards })
	return cards
}

func compareTerms(a, b contract.TermLink) int {
	return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
}

// placement is a collection under a post, with the first of its products.
type placement struct {
	contract.TermLink
	Products []contract.ProductCard
}

// placements are the collections that the unit's post shows, by name; one that has
// no products is not shown.
func (r *reader) placements() []placement {
	var all []placement
	for _, id := range r.placed[r.unit.ID] {
		link, found := r.termLink(id)
		products := r.productsOf(r.first(productsOf(id), productsPlaced))
		if found && len(products) > 0 {
			all = append(all, placement{link, products})
		}
	}
	slices.SortFunc(all, func(a, b placement) int { return compareTerms(a.TermLink, b.TermLink) })
	return all
}

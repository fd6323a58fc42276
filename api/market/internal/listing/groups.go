// Categories and terms by the small numbers that products hold.

package listing

import (
	"maps"
	"slices"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/shared/contract"
)

// groups is the tree and the terms. A number once given stays, also after the
// category or the term is gone; number 0 is none.
type groups struct {
	categories     []category
	categoryByID   map[uuid.UUID]Ref
	categoryBySlug map[string]Ref
	terms          []Term
	termByID       map[uuid.UUID]Ref
	termBySlug     map[termName]Ref
}

type category struct {
	Category
	parent Ref
}

type termName struct {
	taxonomy contract.Taxonomy
	slug     string
}

func noGroups() *groups {
	return &groups{
		categories: make([]category, 1), categoryByID: map[uuid.UUID]Ref{}, categoryBySlug: map[string]Ref{},
		terms: make([]Term, 1), termByID: map[uuid.UUID]Ref{}, termBySlug: map[termName]Ref{},
	}
}

// with returns the groups after the change, and the same ones where it has none.
func (g *groups) with(c Change) *groups {
	if c.Categories == nil && len(c.Terms)+len(c.TermsGone) == 0 {
		return g
	}
	next := *g
	if c.Categories != nil {
		next.plant(c.Categories)
	}
	if len(c.Terms)+len(c.TermsGone) > 0 {
		next.name(c.Terms, c.TermsGone)
	}
	return &next
}

// plant replaces the tree.
func (g *groups) plant(tree []Category) {
	numbers := g.categoryByID
	g.categories = slices.Clone(g.categories)
	for i := range g.categories {
		g.categories[i] = category{}
	}
	g.categoryByID, g.categoryBySlug = make(map[uuid.UUID]Ref, len(tree)), make(map[string]Ref, len(tree))
	for _, c := range tree {
		ref, known := numbers[c.ID]
		if !known {
			ref = Ref(len(g.categories))
			g.categories = append(g.categories, category{})
		}
		g.categories[ref].Category = c
		g.categoryByID[c.ID], g.categoryBySlug[c.Slug] = ref, ref
	}
	for i := range g.categories {
		g.categories[i].parent = g.categoryByID[g.categories[i].Parent]
	}
}

// name adds, changes and removes terms.
func (g *groups) name(put []Term, gone []uuid.UUID) {
	g.terms, g.termByID, g.termBySlug = slices.Clone(g.terms), maps.Clone(g.termByID), maps.Clone(g.termBySlug)
	// All slugs go before any comes: two terms may have exchanged theirs.
	for _, id := range gone {
		if ref := g.termByID[id]; ref != 0 {
			delete(g.termBySlug, nameOf(g.terms[ref]))
			delete(g.termByID, id)
			g.terms[ref] = Term{}
		}
	}
	for _, t := range put {
		if ref := g.termByID[t.ID]; ref != 0 {
			delete(g.termBySlug, nameOf(g.terms[ref]))
		}
	}
	for _, t := range put {
		ref := g.termByID[t.ID]
		if ref == 0 {
			ref = Ref(len(g.terms))
			g.terms = append(g.terms, Term{})
		}
		g.terms[ref] = t
		g.termByID[t.ID], g.termBySlug[nameOf(t)] = ref, ref
	}
}

func nameOf(t Term) termName { return termName{t.Taxonomy, t.Slug} }

// CategoryByID is 0 where there is no such category.
func (x *Index) CategoryByID(id uuid.UUID) Ref { return x.groups.categoryByID[id] }

// CategoryBySlug is 0 where there is no such category.
func (x *Index) CategoryBySlug(slug string) Ref { return x.groups.categoryBySlug[slug] }

// TermByID is 0 where there is no such term of that taxonomy.
func (x *Index) TermByID(taxonomy contract.Taxonomy, id uuid.UUID) Ref {
	ref := x.groups.termByID[id]
	if x.groups.terms[ref].Taxonomy != taxonomy {
		return 0
	}
	return ref
}

// TermBySlug is 0 where there is no such term.
func (x *Index) TermBySlug(taxonomy contract.Taxonomy, slug string) Ref {
	return x.groups.termBySlug[termName{taxonomy, slug}]
}

// CategoryID is the id of the category that ref names.
func (x *Index) CategoryID(ref Ref) uuid.UUID { return x.groups.categories[ref].ID }

// TermID is the id of the term that ref names.
func (x *Index) TermID(ref Ref) uuid.UUID { return x.groups.terms[ref].ID }

// below is the child of top on the way down to ref; top 0 is above the roots. It is
// 0 where ref is not below top.
func (g *groups) below(top, ref Ref) Ref {
	for ref != 0 {
		parent := g.categories[ref].parent
		if parent == top {
			return ref
		}
		ref = parent
	}
	return 0
}

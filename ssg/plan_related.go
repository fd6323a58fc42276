// Planning of related products.

package ssg

import (
	"slices"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/paging"
)

// related names the products beside which others stand now than before: those
// near what came into the list of their category, which has what is in the
// categories below as well, and those that showed what has left it.
func (p *planner) related(moved []paging.Moved) error {
	var refs []paging.ItemRef
	var left []string
	for _, m := range moved {
		if kind, _ := paged(m.List); kind != kindCategory {
			continue
		}
		for _, item := range m.Added {
			refs = append(refs, paging.ItemRef{List: m.List, Item: item})
		}
		for _, item := range m.Removed {
			left = append(left, key(item, facetCard))
		}
	}
	if len(refs) > 0 {
		if err := p.nearTo(refs); err != nil {
			return err
		}
	}
	if len(left) == 0 {
		return nil
	}
	rows, err := p.q.Dependents(p.ctx, left)
	for _, r := range rows {
		if u := parseUnit(r.Unit); u.Kind == kindProduct {
			p.Direct = append(p.Direct, u)
		}
	}
	return err
}

// nearTo names the products near others, where the list is that of their own category.
func (p *planner) nearTo(refs []paging.ItemRef) error {
	near, err := p.src.Lists.Near(p.ctx, refs, relatedProducts)
	if err != nil {
		return err
	}
	var ids []contract.ProductID
	for _, items := range near {
		ids = append(ids, idsOf[contract.ProductID](items)...)
	}
	if err := p.loadProductCards(p.ctx, slices.Clone(ids)); err != nil {
		return err
	}
	for _, r := range refs {
		for _, item := range near[r] {
			if card := p.productCard(contract.ProductID(item)); card != nil && productsOf(card.Category.ID) == r.List {
				p.Direct = append(p.Direct, Unit{Kind: kindProduct, ID: item})
			}
		}
	}
	return nil
}

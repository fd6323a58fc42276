// Pages of brands, producers, labels and collections, and the places where a
// collection is shown besides its own page.

package ssg

import (
	"cmp"
	"context"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// taxonomies is what a visitor calls them.
var taxonomies = map[contract.Taxonomy]string{
	contract.BrandTaxonomy: "Brand", contract.ProducerTaxonomy: "Producer",
	contract.LabelTaxonomy: "Label", contract.CollectionTaxonomy: "Collection",
}

// termPath is a term's path in the market.
func termPath(t contract.TermLink) string {
	switch taxonomyOf(t.ID) {
	case contract.BrandTaxonomy:
		return urls.Brand(t.Slug)
	case contract.ProducerTaxonomy:
		return urls.Producer(t.Slug)
	case contract.LabelTaxonomy:
		return urls.Label(t.Slug)
	}
	return urls.Collection(t.Slug)
}

func (s scene) termLink(t contract.TermLink) site.Link {
	return site.Link{Text: t.Name, URL: s.link(urls.Market, termPath(t))}
}

// term is a page of a term's products. A collection has a page though it is empty,
// because somebody made it to be shown; a brand without products, as a tag without
// posts, says nothing.
func (r *Renderer) term(ctx context.Context, from *reader) (*Page, error) {
	t, found := from.term()
	list := from.leaf()
	taxonomy := taxonomyOf(from.unit.ID)
	if !found || !list.Exists && (from.unit.Page > 0 || taxonomy != contract.CollectionTaxonomy) {
		return nil, nil
	}
	s := r.scene(from, urls.Market)
	l, products := s.leafAt(termPath(t.TermLink), list), byName(from.productsOf(list.Items))
	self := s.termLink(t.TermLink)
	self.Current = true
	crumbs := append(s.trail(), self)
	h := head{title: t.Name, description: cmp.Or(firstWords(t.DescriptionHTML), t.Name+" at "+s.settings.Title+"."), picture: t.Image}
	if l.open {
		h.jsonLD = s.termLD(t, l.at, crumbs, products)
	}
	return r.page(ctx, urls.Market, l.at, site.Term(site.TermPage{
		Kind: taxonomies[taxonomy], Name: t.Name, Description: t.DescriptionHTML, Picture: s.picture(t.Image),
		Place: t.Place, Website: t.Website, Breadcrumbs: crumbs, FilterURL: s.filter(string(taxonomy), t.Slug),
		Products: s.productCards(products), Pager: l.pager, Frame: s.frame(l.at, l.head(h)),
	}))
}

// collectionCards are the collections on the market's home.
func (s scene) collectionCards(cards []termCard) []site.CategoryCard {
	var views []site.CategoryCard
	for _, c := range cards {
		views = append(views, site.CategoryCard{Link: s.termLink(c.TermLink), Picture: s.picture(c.Image)})
	}
	return views
}

func (s scene) termNames(cards []termCard) []site.Link {
	var links []site.Link
	for _, c := range cards {
		links = append(links, s.termLink(c.TermLink))
	}
	return links
}

// placed are the collections that stand under a post or page.
func (s scene) placed(placements []placement) []site.Placed {
	var views []site.Placed
	for _, p := range placements {
		views = append(views, site.Placed{Link: s.termLink(p.TermLink), Products: s.productCards(p.Products)})
	}
	return views
}

// The market's lists: home and categories, and the cards on them.

package ssg

import (
	"cmp"
	"context"
	"net/url"
	"slices"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

func (s scene) productCard(c contract.ProductCard) site.ProductCard { return s.shared().ProductCard(c) }

func (s scene) productCards(products []contract.ProductCard) []site.ProductCard {
	cards := make([]site.ProductCard, len(products))
	for i, p := range products {
		cards[i] = s.productCard(p)
	}
	return cards
}

func (s scene) categoryLink(c contract.CategoryLink) site.Link {
	return site.Link{Text: c.Name, URL: s.link(urls.Market, urls.Category(c.Slug))}
}

func (s scene) categoryCard(c categoryCard) site.CategoryCard {
	card := site.CategoryCard{Link: s.categoryLink(c.CategoryLink), Description: c.Description, Picture: s.picture(c.Image)}
	for _, child := range c.Children {
		card.Children = append(card.Children, s.categoryLink(child))
	}
	return card
}

func (s scene) categoryCards(cards []categoryCard) []site.CategoryCard {
	var views []site.CategoryCard
	for _, c := range cards {
		views = append(views, s.categoryCard(c))
	}
	return views
}

func (r *Renderer) marketHome(ctx context.Context, from *reader) (*Page, error) {
	s := r.scene(from, urls.Market)
	intro := "What is on the shelves of " + s.settings.Title + "."
	view := site.MarketPage{
		Intro: intro, Categories: s.categoryCards(from.categoryCards("")),
		Products:    s.productCards(from.productsOf(from.first(listProducts, productsOnMarketHome))),
		Collections: s.collectionCards(from.termCards(listCollections)), Labels: s.termNames(from.termCards(listLabels)),
	}
	view.Calendars = s.placedCalendars(from, contract.InMarket, "")
	view.Frame = s.frame(urls.Home(), head{title: "Market", description: intro, jsonLD: []any{s.organisation(), s.breadcrumbLD(s.trail())}})
	return r.page(ctx, urls.Market, urls.Home(), site.Market(view))
}

func (r *Renderer) category(ctx context.Context, from *reader) (*Page, error) {
	c, found := from.category(contract.CategoryID(from.unit.ID))
	list := from.leaf()
	if !found || from.unit.Page > 0 && !list.Exists {
		return nil, nil
	}
	s := r.scene(from, urls.Market)
	at := urls.Category(c.Slug)
	l, products := s.leafAt(at, list), byName(from.productsOf(list.Items))
	crumbs := s.trail(slices.Concat(c.Ancestors, []contract.CategoryLink{c.CategoryLink})...)
	from.categoryLinks(c.Ancestors...)
	h := head{title: c.Name, description: cmp.Or(c.Description, c.Name+" at "+s.settings.Title+"."), picture: c.Image}
	var children []site.CategoryCard
	if l.open { // on all pages, one name below would change all of them
		h.jsonLD = s.categoryLD(c.Name, l.at, crumbs, products)
		children = s.categoryCards(from.categoryCards(c.ID))
	}
	return r.page(ctx, urls.Market, l.at, site.Category(site.CategoryPage{
		Name: c.Name, Description: c.Description, Picture: s.picture(c.Image), Breadcrumbs: crumbs,
		FilterURL: s.filter("category", c.Slug), Children: children, Products: s.productCards(products), Pager: l.pager, Frame: s.frame(l.at, l.head(h)),
	}))
}

// filter is where the products of a category or term can be filtered and sorted.
func (s scene) filter(by, slug string) string {
	return s.link(urls.Blog, urls.Search()) + "?" + url.Values{by: {slug}}.Encode()
}

// trail is the way from the market's home to a category.
func (s scene) trail(path ...contract.CategoryLink) []site.Link {
	trail := []site.Link{{Text: "Market", URL: s.link(urls.Market, urls.Home())}}
	for _, c := range path {
		trail = append(trail, s.categoryLink(c))
	}
	return trail
}

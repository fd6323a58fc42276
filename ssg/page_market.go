// The market's pages: home, categories, products.

package ssg

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

func (s scene) productCard(c contract.ProductCard) site.ProductCard {
	return site.ProductCard{
		URL: s.link(urls.Market, urls.Product(c.Slug)), Name: c.Name, Brand: c.Brand, Summary: c.Summary,
		Picture: s.picture(c.Image), Category: site.Link{Text: c.Category.Name, URL: s.link(urls.Market, urls.Category(c.Category.Slug))},
		Size: c.VariantName, From: c.VariantCount > 1, Price: money(c.Price), UnitPrice: unitPrice(c.UnitPrice),
	}
}

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
		Products: s.productCards(from.productsOf(from.first(listProducts, productsOnMarketHome))),
	}
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
		Children: children, Products: s.productCards(products), Pager: l.pager, Frame: s.frame(l.at, l.head(h)),
	}))
}

// trail is the way from the market's home to a category.
func (s scene) trail(path ...contract.CategoryLink) []site.Link {
	trail := []site.Link{{Text: "Market", URL: s.link(urls.Market, urls.Home())}}
	for _, c := range path {
		trail = append(trail, s.categoryLink(c))
	}
	return trail
}

func (r *Renderer) product(ctx context.Context, from *reader) (*Page, error) {
	p, found := from.product()
	if !found {
		return nil, nil
	}
	s := r.scene(from, urls.Market)
	at := urls.Product(p.Slug)
	crumbs := s.trail(slices.Concat(p.Ancestors, []contract.CategoryLink{p.Category})...)
	view := site.ProductPage{
		Name: p.Name, Brand: p.Brand, Summary: p.Summary, Breadcrumbs: crumbs, Description: p.DescriptionHTML,
	}
	for i := range p.Images {
		if picture := s.picture(&p.Images[i]); picture != nil {
			picture.Eager = i == 0
			view.Pictures = append(view.Pictures, *picture)
		}
	}
	for _, v := range p.Variants {
		amount := size(v.Quantity, v.Unit)
		if strings.Contains(v.Name, amount) {
			amount = "" // the name says it
		}
		view.Variants = append(view.Variants, site.Variant{
			SKU: v.SKU, Name: v.Name, Size: amount, Price: money(v.Price),
			UnitPrice: unitPrice(v.UnitPrice), VAT: vat(v.VATRate),
		})
	}
	view.Related = s.productCards(from.productsOf(from.near[from.unit.ID]))
	view.Frame = s.frame(at, head{
		title: p.Name, description: cmp.Or(p.Summary, p.Name+" at "+s.settings.Title+"."), picture: p.Image,
		product: &p.ProductCard, jsonLD: s.productLD(p, crumbs),
	})
	return r.page(ctx, urls.Market, at, site.Product(view))
}

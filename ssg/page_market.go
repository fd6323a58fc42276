// The market's pages: home, categories, products.

package ssg

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// Items in the market's lists.
const (
	productsOnPage       = 24
	productsOnMarketHome = 12
	relatedProducts      = 4
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

func (s scene) categoryCard(c contract.Category) site.CategoryCard {
	card := site.CategoryCard{Link: s.categoryLink(c.CategoryLink), Description: c.Description, Picture: s.picture(c.Image)}
	for _, child := range c.Children {
		card.Children = append(card.Children, s.categoryLink(child))
	}
	return card
}

// childrenOf are the categories right below one; the zero id is the root's.
func childrenOf(tree []contract.Category, parent contract.CategoryID) []contract.Category {
	var children []contract.Category
	for _, c := range tree {
		if parent == "" && c.ParentID == nil || c.ParentID != nil && *c.ParentID == parent {
			children = append(children, c)
		}
	}
	return children
}

func (r *Renderer) marketHome(ctx context.Context, from *reader) ([]Page, error) {
	s, err := r.scene(from, urls.Market)
	if err != nil {
		return nil, err
	}
	tree, err := from.categories()
	if err != nil {
		return nil, err
	}
	products, err := from.products(ctx, "")
	if err != nil {
		return nil, err
	}
	intro := "What is on the shelves of " + s.settings.Title + "."
	view := site.MarketPage{Intro: intro, Products: s.productCards(spread(products, productsOnMarketHome))}
	for _, c := range childrenOf(tree, "") {
		view.Categories = append(view.Categories, s.categoryCard(c))
	}
	view.Frame = s.frame(urls.Home(), head{title: "Market", description: intro, jsonLD: []any{s.organisation(), s.breadcrumbLD(s.trail())}})
	page, err := r.page(ctx, urls.Market, urls.Home(), site.Market(view))
	return []Page{page}, err
}

// spread picks n products from as many categories as there are, in turn.
func spread(products []contract.ProductCard, n int) []contract.ProductCard {
	byCategory := map[contract.CategoryID][]contract.ProductCard{}
	var order []contract.CategoryID
	for _, p := range products {
		if byCategory[p.Category.ID] == nil {
			order = append(order, p.Category.ID)
		}
		byCategory[p.Category.ID] = append(byCategory[p.Category.ID], p)
	}
	var picked []contract.ProductCard
	for round := 0; len(picked) < min(n, len(products)); round++ {
		for _, c := range order {
			if round < len(byCategory[c]) && len(picked) < n {
				picked = append(picked, byCategory[c][round])
			}
		}
	}
	return picked
}

func (r *Renderer) category(ctx context.Context, from *reader, id contract.CategoryID) ([]Page, error) {
	from.read(keyCategory(id))
	tree, err := from.categories()
	if err != nil {
		return nil, err
	}
	var c *contract.Category
	for i := range tree {
		if tree[i].ID == id {
			c = &tree[i]
		}
	}
	if c == nil {
		return nil, nil
	}
	s, err := r.scene(from, urls.Market)
	if err != nil {
		return nil, err
	}
	products, err := from.products(ctx, id)
	if err != nil {
		return nil, err
	}
	crumbs := s.trail(slices.Concat(c.Ancestors, []contract.CategoryLink{c.CategoryLink})...)
	var children []site.CategoryCard
	for _, child := range childrenOf(tree, id) {
		children = append(children, s.categoryCard(child))
	}
	return paginated(ctx, s, urls.Category(c.Slug), products, productsOnPage, func(l leaf[contract.ProductCard]) templ.Component {
		h := head{title: c.Name, description: cmp.Or(c.Description, c.Name+" at "+s.settings.Title+"."), picture: c.Image}
		if l.first {
			h.jsonLD = s.categoryLD(c.Name, l.at, crumbs, l.items)
		}
		return site.Category(site.CategoryPage{
			Name: c.Name, Description: c.Description, Picture: s.picture(c.Image), Breadcrumbs: crumbs, Children: children,
			Products: s.productCards(l.items), Pager: l.pager, Frame: s.frame(l.at, l.head(h)),
		})
	})
}

// trail is the way from the market's home to a category.
func (s scene) trail(path ...contract.CategoryLink) []site.Link {
	trail := []site.Link{{Text: "Market", URL: s.link(urls.Market, urls.Home())}}
	for _, c := range path {
		trail = append(trail, s.categoryLink(c))
	}
	return trail
}

func (r *Renderer) product(ctx context.Context, from *reader, id contract.ProductID) ([]Page, error) {
	p, found, err := from.product(ctx, id)
	if err != nil || !found {
		return nil, err
	}
	s, err := r.scene(from, urls.Market)
	if err != nil {
		return nil, err
	}
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
	siblings, err := from.some(ctx, p.Category.ID, relatedProducts+1)
	if err != nil {
		return nil, err
	}
	for _, c := range siblings {
		if c.ID != id && len(view.Related) < relatedProducts {
			view.Related = append(view.Related, s.productCard(c))
		}
	}
	view.Frame = s.frame(at, head{
		title: p.Name, description: cmp.Or(p.Summary, p.Name+" at "+s.settings.Title+"."), picture: p.Image,
		product: &p.ProductCard, jsonLD: s.productLD(p, crumbs),
	})
	page, err := r.page(ctx, urls.Market, at, site.Product(view))
	return []Page{page}, err
}

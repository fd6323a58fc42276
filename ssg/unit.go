// Units: what is rendered at once.

package ssg

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
)

// Unit names what is rendered at once: a kind, and for most kinds the id of the
// thing: "home", "post/post_019a…".
type Unit string

// Kinds of units, in the order in which their pages are written: what is linked
// to comes before what links, so that no link leads nowhere meanwhile.
const (
	kindAssets   = "assets"
	kindPost     = "post"
	kindProduct  = "product"
	kindTag      = "tag"
	kindAuthor   = "author"
	kindCategory = "category"
	kindHome     = "home"
	kindMarket   = "market"
	kindNotFound = "notfound"
	kindFeed     = "feed"
	kindSitemap  = "sitemap"
	kindRobots   = "robots"
)

var rank = map[string]int{}

func init() {
	for i, kind := range []string{kindAssets, kindPost, kindProduct, kindTag, kindAuthor, kindCategory,
		kindHome, kindMarket, kindNotFound, kindFeed, kindSitemap, kindRobots} {
		rank[kind] = i
	}
}

func unit(kind, id string) Unit { return Unit(kind + "/" + id) }

// Kind is the part before the id.
func (u Unit) Kind() string {
	kind, _, _ := strings.Cut(string(u), "/")
	return kind
}

// ID is the part after the kind, empty for a unit of which there is one.
func (u Unit) ID() string {
	_, id, _ := strings.Cut(string(u), "/")
	return id
}

// sortUnits puts units in the order of writing and drops repeated ones.
func sortUnits(units []Unit) []Unit {
	slices.SortFunc(units, func(a, b Unit) int {
		return cmp.Or(cmp.Compare(rank[a.Kind()], rank[b.Kind()]), cmp.Compare(a, b))
	})
	return slices.Compact(units)
}

// everything lists the units of the whole site, from the data.
func everything(ctx context.Context, blog Blog, market Market) ([]Unit, error) {
	units := []Unit{kindAssets, kindHome, kindMarket, kindNotFound, kindFeed, kindSitemap, kindRobots}
	for _, typ := range []contract.PostType{contract.TypePost, contract.TypePage} {
		posts, err := all(func(cursor string) ([]contract.PostCard, string, error) {
			return blog.Posts(ctx, contract.PostQuery{Type: typ, Limit: pageful, Cursor: cursor})
		})
		if err != nil {
			return nil, err
		}
		for _, p := range posts {
			units = append(units, unit(kindPost, string(p.ID)))
		}
	}
	tags, err := all(func(after string) ([]contract.Tag, string, error) { return blog.Tags(ctx, pageful, after) })
	if err != nil {
		return nil, err
	}
	for _, t := range tags {
		units = append(units, unit(kindTag, string(t.ID)))
	}
	authors, err := all(func(after string) ([]contract.Author, string, error) { return blog.Authors(ctx, pageful, after) })
	if err != nil {
		return nil, err
	}
	for _, a := range authors {
		units = append(units, unit(kindAuthor, string(a.ID)))
	}
	categories, err := market.Categories(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range categories {
		units = append(units, unit(kindCategory, string(c.ID)))
	}
	products, err := all(func(cursor string) ([]contract.ProductCard, string, error) {
		return market.PublicProducts(ctx, "", cursor)
	})
	if err != nil {
		return nil, err
	}
	for _, p := range products {
		units = append(units, unit(kindProduct, string(p.ID)))
	}
	return sortUnits(units), nil
}

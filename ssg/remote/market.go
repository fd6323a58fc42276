// The market through the API.

package remote

import (
	"context"
	"net/http"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/openapi/client"
)

// Categories implements ssg.Market.
func (m market) Categories(ctx context.Context) ([]contract.Category, error) {
	var a answer[contract.Category]
	err := m.get(ctx, "list-categories", func(ctx context.Context) (*http.Response, error) { return m.api.ListCategories(ctx, nil) }, &a)
	return a.Items, err
}

// ProductsByID implements ssg.Market.
func (m market) ProductsByID(ctx context.Context, ids []contract.ProductID) ([]contract.Product, error) {
	return byID[contract.ProductID, contract.Product](ctx, m.Site, "list-products", ids, func(ctx context.Context, some *[]string) (*http.Response, error) {
		return m.api.ListProducts(ctx, &client.ListProductsParams{
			Ids: some, Include: &[]client.ListProductsParamsInclude{client.ListProductsParamsIncludeDetails},
		})
	})
}

// ProductCardsByID implements ssg.Market.
func (m market) ProductCardsByID(ctx context.Context, ids []contract.ProductID) ([]contract.ProductCard, error) {
	return byID[contract.ProductID, contract.ProductCard](ctx, m.Site, "list-products", ids, func(ctx context.Context, some *[]string) (*http.Response, error) {
		return m.api.ListProducts(ctx, &client.ListProductsParams{Ids: some})
	})
}

// WalkProducts implements ssg.Market: it goes through what was there when the site
// was opened.
func (m market) WalkProducts(ctx context.Context, cursor string) ([]contract.ProductCard, string, error) {
	ids, next := step(m.products, cursor)
	cards, err := m.ProductCardsByID(ctx, ids)
	return inOrderOf(ids, cards, func(c *contract.ProductCard) contract.ProductID { return c.ID }), next, err
}

// ProductBySlug implements ssg.Market.
func (m market) ProductBySlug(ctx context.Context, slug string) (contract.ProductID, bool, error) {
	var p contract.ProductCard
	found, err := m.one(ctx, "get-product", slug, whole(m.api.GetProduct), &p)
	return p.ID, found && p.Slug == slug, err
}

// What the generator of pages reads of the market, in the generator's own terms.

package api

import (
	"context"
	"errors"
	"net/http"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// MarketPages is the market as pages show it: what is published, a hundred
// cards at a time, and a product by its id or none at all. It satisfies
// ssg.Market; the blog satisfies ssg.Blog as it is.
type MarketPages struct{ market *market.Service }

// MarketPages returns the generator's view of the market.
func (a *App) MarketPages() MarketPages { return MarketPages{a.Market} }

// Categories is the whole tree, depth first.
func (m MarketPages) Categories(ctx context.Context) ([]contract.Category, error) {
	return m.market.Categories(ctx)
}

// PublicProducts lists published products by name with the cursor of the next
// page. An empty category means all of them; one that is gone holds nothing.
func (m MarketPages) PublicProducts(ctx context.Context, category contract.CategoryID, cursor string) ([]contract.ProductCard, string, error) {
	cards, next, err := m.market.Products(ctx, market.ProductQuery{
		Category: string(category), Limit: market.MaxLimit, Cursor: cursor,
	})
	if missing(err) {
		return nil, "", nil
	}
	return cards, next, err
}

// PublicProduct is a published product; found is false for a draft and for what
// does not exist.
func (m MarketPages) PublicProduct(ctx context.Context, id contract.ProductID) (p contract.Product, found bool, err error) {
	p, err = m.market.Product(ctx, string(id))
	if missing(err) {
		return contract.Product{}, false, nil
	}
	return p, err == nil, err
}

// missing tells a 404 of a service from a failure.
func missing(err error) bool {
	var d *problem.Details
	return errors.As(err, &d) && d.Status == http.StatusNotFound
}

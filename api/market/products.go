// Reading products.

package market

import (
	"context"

	"rose-ash.com/roseash/api/shared/contract"
)

// Product is the published product that ref, an id or a slug, names; anything
// else is a 404 `not_found`.
func (s *Service) Product(ctx context.Context, ref string) (contract.Product, error) {
	page, err := productPage(ctx, s.queries, ref)
	if err == nil && page.Status != string(contract.PublishedProduct) {
		err = noProduct()
	}
	if err != nil {
		return contract.Product{}, err
	}
	return product(page)
}

// AnyProduct is Product in any status, for those who may write.
func (s *Service) AnyProduct(ctx context.Context, ref string) (contract.Product, error) {
	page, err := productPage(ctx, s.queries, ref)
	if err != nil {
		return contract.Product{}, err
	}
	return editorsProduct(page)
}

// Reading products.

package market

import (
	"context"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/problem"
)

// Limits of a page of a list.
const (
	DefaultLimit = 24
	MaxLimit     = 100
)

// ProductQuery says which products a list shows. Category is an id or a slug
// and includes all below it; empty means every product. The zero Status means
// published. Limit is 1 to MaxLimit, 0 means DefaultLimit. Cursor is the next
// of the page before.
type ProductQuery struct {
	Category string
	Status   contract.ProductStatus
	Limit    int
	Cursor   string
}

// Products lists products by name, and the cursor of the page that follows,
// empty after the last. A product whose name changes while somebody walks the
// list may be met twice or not at all; all others are met once. A category that
// does not exist is a 404, a cursor that is not ours a 422 `invalid_cursor`.
func (s *Service) Products(ctx context.Context, query ProductQuery) (cards []contract.ProductCard, next string, err error) {
	after, count, err := query.page()
	if err != nil {
		return nil, "", err
	}
	if query.Status == "" {
		query.Status = contract.PublishedProduct
	}
	var rows []marketdb.ProductCard
	if query.Category == "" {
		rows, err = s.queries.ProductCards(ctx, marketdb.ProductCardsParams{
			Status: string(query.Status), AfterKey: after.Key, AfterID: after.ID, Count: count + 1})
	} else {
		var category uuid.UUID
		if category, err = s.knownCategory(ctx, query.Category); err != nil {
			return nil, "", err
		}
		rows, err = s.queries.ProductCardsIn(ctx, marketdb.ProductCardsInParams{
			Status: string(query.Status), AfterKey: after.Key, AfterID: after.ID, Count: count + 1, Category: category})
	}
	if err != nil {
		return nil, "", err
	}
	// One more than asked for tells whether there is a page after this.
	if len(rows) > int(count) {
		rows = rows[:count]
		last := rows[count-1]
		next = cursor.Encode(position{last.SortKey, last.ID})
	}
	return productCards(rows), next, nil
}

func (q ProductQuery) page() (after position, count int32, err error) {
	if q.Limit == 0 {
		q.Limit = DefaultLimit
	}
	if q.Limit < 1 || q.Limit > MaxLimit {
		return after, 0, invalid("query.limit", "expected a number from 1 to 100")
	}
	err = cursor.Decode(q.Cursor, &after)
	return after, int32(q.Limit), err
}

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
	return product(page)
}

// PublicProducts is what the generator reads lists by: pages of MaxLimit
// published products of a category and all below it, or of the whole market
// where category is empty. A category that is gone has none.
func (s *Service) PublicProducts(ctx context.Context, category contract.CategoryID, cursor string) (cards []contract.ProductCard, next string, err error) {
	cards, next, err = s.Products(ctx, ProductQuery{Category: string(category), Limit: MaxLimit, Cursor: cursor})
	if category != "" && problem.Code(err) == "not_found" {
		return nil, "", nil
	}
	return cards, next, err
}

// PublicProduct is Product for the generator: found is false for a product that
// is not, or no longer, published.
func (s *Service) PublicProduct(ctx context.Context, id contract.ProductID) (p contract.Product, found bool, err error) {
	p, err = s.Product(ctx, string(id))
	if problem.Code(err) == "not_found" {
		return p, false, nil
	}
	return p, err == nil, err
}

// Reading many at once: what whoever makes pages of all that is published reads by.

package market

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/id"
)

// walkLength is how many cards WalkProducts returns at once.
const walkLength = 500

// ProductsByID returns the published products among ids, in no order that
// matters and each once; what is unknown, no id or a draft is left out. It is one
// statement, however many there are.
func (s *Service) ProductsByID(ctx context.Context, ids []contract.ProductID) ([]contract.Product, error) {
	rows, err := s.queries.ProductPagesByID(ctx, parsed(ids))
	products := make([]contract.Product, len(rows))
	for i, r := range rows {
		if err == nil {
			products[i], err = product(r)
		}
	}
	return products, err
}

// ProductCardsByID is ProductsByID with only what lists show.
func (s *Service) ProductCardsByID(ctx context.Context, ids []contract.ProductID) ([]contract.ProductCard, error) {
	rows, err := s.queries.ProductCardsByID(ctx, parsed(ids))
	if err != nil {
		return nil, err
	}
	return productCards(rows)
}

// WalkProducts returns the next 500 published products, those that were made
// first before the others, and the cursor of those that follow, empty after the
// last. An empty cursor begins. What is published from beginning to end is met
// exactly once. It fails with 422 `invalid_cursor`.
func (s *Service) WalkProducts(ctx context.Context, after string) (cards []contract.ProductCard, next string, err error) {
	var at step
	if err := cursor.Decode(after, &at); err != nil {
		return nil, "", err
	}
	rows, err := s.queries.WalkProductCards(ctx, marketdb.WalkProductCardsParams{AfterAt: at.At, AfterID: at.ID, Count: walkLength + 1})
	if err != nil {
		return nil, "", err
	}
	if len(rows) > walkLength {
		rows = rows[:walkLength]
		last := rows[walkLength-1]
		next = cursor.Encode(step{last.CreatedAt, last.ID})
	}
	cards, err = productCards(rows)
	return cards, next, err
}

// ProductBySlug returns the published product with the slug.
func (s *Service) ProductBySlug(ctx context.Context, slug string) (productID contract.ProductID, found bool, err error) {
	if !readable(slug) {
		return "", false, nil
	}
	u, err := s.queries.ProductIDBySlug(ctx, slug)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	return id.Format[contract.ProductID](productPrefix, u), true, nil
}

// step is a place in the walk: after the product that was made then, with the id.
type step struct {
	At time.Time `json:"a"`
	ID uuid.UUID `json:"i"`
}

// parsed reads the ids that are ids of products; others name nothing.
func parsed(ids []contract.ProductID) []uuid.UUID {
	uuids := make([]uuid.UUID, 0, len(ids))
	for _, s := range ids {
		if u, ok := id.Parse(productPrefix, s); ok {
			uuids = append(uuids, u)
		}
	}
	return uuids
}

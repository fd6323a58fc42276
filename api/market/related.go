// What else somebody may want who looks at a product.

package market

import (
	"context"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// Limits of related products.
const (
	DefaultRelated = 8
	MaxRelated     = 24
)

// RelatedList is the products that are like one.
type RelatedList struct {
	Items []contract.ProductCard `json:"items" doc:"Those in stock first, then what shares most."`
}

// Related returns published products that share most with the one that ref, an id or
// a slug, names: collections, the way down the category tree, brand, producer, labels.
// Those in stock come first; among equals the nearest in price, then by name. There
// are limit of them at the most, 0 meaning DefaultRelated, and fewer where fewer share
// anything. Anything but a published product is a 404 `not_found`.
func (s *Service) Related(ctx context.Context, ref string, limit int) ([]contract.ProductCard, error) {
	if limit == 0 {
		limit = DefaultRelated
	}
	if limit < 1 || limit > MaxRelated {
		return nil, invalid("query.limit", "expected a number from 1 to 24")
	}
	u, found, err := s.publishedID(ctx, ref)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, noProduct()
	}
	index, err := s.picture.current(ctx)
	if err != nil {
		return nil, err
	}
	related, found := index.Related(u, limit)
	if !found {
		return nil, noProduct()
	}
	return s.cardsInOrder(ctx, related)
}

// publishedID is the id of the product that ref, an id or a slug, names. It does not
// promise that an id is in use.
func (s *Service) publishedID(ctx context.Context, ref string) (u uuid.UUID, found bool, err error) {
	if u, isID := id.Parse(productPrefix, ref); isID {
		return u, true, nil
	}
	p, found, err := s.ProductBySlug(ctx, ref)
	if err != nil || !found {
		return u, false, err
	}
	u, _ = id.Parse(productPrefix, p)
	return u, true, nil
}

// cardsInOrder reads the cards of published products in the order of their ids here.
func (s *Service) cardsInOrder(ctx context.Context, uuids []uuid.UUID) ([]contract.ProductCard, error) {
	ids := make([]contract.ProductID, len(uuids))
	for i, u := range uuids {
		ids[i] = id.Format[contract.ProductID](productPrefix, u)
	}
	cards, err := s.ProductCardsByID(ctx, ids)
	sortBy(ids, cards, func(c contract.ProductCard) contract.ProductID { return c.ID })
	return cards, err
}

type relatedInput struct {
	Product string `path:"product" minLength:"1" maxLength:"100" example:"rye-loaf" doc:"Id or slug."`
	Limit   int    `query:"limit" minimum:"1" maximum:"24" default:"8" example:"8" doc:"How many at the most."`
}

type relatedOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         RelatedList
}

func (s *Service) listRelated(ctx context.Context, in *relatedInput) (*relatedOutput, error) {
	cards, err := s.Related(ctx, in.Product, in.Limit)
	if err != nil {
		return nil, err
	}
	return &relatedOutput{cachePublic, RelatedList{cards}}, nil
}

// Stock: how much there is of what is counted.

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

// StockLevel is how much there is of a variant: pieces, or grams of what is sold
// by weight.
type StockLevel struct {
	Variant     contract.VariantID `json:"variant" example:"var_019ab3f47c2e7d06b8a1f0c2d3e4f507"`
	SKU         string             `json:"sku" example:"RYE-800"`
	VariantName string             `json:"variant_name" example:"800 g loaf"`
	Product     contract.ProductID `json:"product" example:"prod_019ab3f47c2e7d06b8a1f0c2d3e4f508"`
	ProductSlug string             `json:"product_slug" example:"rye-loaf"`
	ProductName string             `json:"product_name" example:"Rye loaf"`
	OnHand      int64              `json:"on_hand" example:"12" doc:"What is in the shop: the sum of all movements."`
	Reserved    int64              `json:"reserved" example:"2" doc:"What of it belongs to orders."`
	Available   int64              `json:"available" example:"10" doc:"What of it can be sold: on_hand less reserved."`
	UpdatedAt   *time.Time         `json:"updated_at,omitempty" doc:"When it last changed; absent where nothing has moved yet."`
}

// StockList is some of the stock.
type StockList struct {
	Items      []StockLevel `json:"items" doc:"By sku."`
	NextCursor string       `json:"next_cursor,omitempty" example:"eyJrIjoicnllIGxvYWYifQ" doc:"Pass as cursor to read on; absent on the last page."`
}

// StockQuery says which stock is wanted: all that is counted, or of one product
// (id or slug), of one sku, and where no more than AvailableMax is left. Limit is
// 1 to MaxLimit, 0 means DefaultLimit.
type StockQuery struct {
	Product      string
	SKU          string
	AvailableMax *int64
	Limit        int
	Cursor       string
}

// stockPosition is a place in the stock: after this sku.
type stockPosition struct {
	SKU string `json:"s"`
}

// Stock lists the stock of variants that are counted, by sku; those of which
// nothing has moved yet have none. An unknown product is a 404, a cursor that is
// not ours a 422 `invalid_cursor`.
func (s *Service) Stock(ctx context.Context, query StockQuery) (page StockList, err error) {
	var after stockPosition
	if err := cursor.Decode(query.Cursor, &after); err != nil {
		return page, err
	}
	if query.Limit, err = limitOf(query.Limit); err != nil {
		return page, err
	}
	params := marketdb.StockLevelsParams{AfterSku: after.SKU, AvailableMax: query.AvailableMax, Count: int32(query.Limit) + 1}
	if query.SKU != "" {
		params.Sku = &query.SKU
	}
	if query.Product != "" {
		u, err := anyProductID(ctx, s.queries, query.Product)
		if err != nil {
			return page, err
		}
		params.ProductID = &u
	}
	rows, err := s.queries.StockLevels(ctx, params)
	if err != nil {
		return page, err
	}
	if len(rows) > query.Limit {
		rows = rows[:query.Limit]
		page.NextCursor = cursor.Encode(stockPosition{rows[query.Limit-1].Sku})
	}
	page.Items = make([]StockLevel, len(rows))
	for i, row := range rows {
		page.Items[i] = stockLevel(marketdb.StockLevelsOfRow(row))
	}
	return page, nil
}

func stockLevel(r marketdb.StockLevelsOfRow) StockLevel {
	return StockLevel{
		Variant: id.Format[contract.VariantID](variantPrefix, r.ID), SKU: r.Sku, VariantName: r.Name,
		Product: id.Format[contract.ProductID](productPrefix, r.ProductID), ProductSlug: r.Slug, ProductName: r.ProductName,
		OnHand: r.OnHand, Reserved: r.Reserved, Available: r.OnHand - r.Reserved, UpdatedAt: r.UpdatedAt,
	}
}

// anyProductID finds the product that ref, an id or a slug, names, in any status.
func anyProductID(ctx context.Context, q *marketdb.Queries, ref string) (u uuid.UUID, err error) {
	u, isID := id.Parse(productPrefix, ref)
	switch {
	case isID:
		var rows []marketdb.ProductPathsRow
		if rows, err = q.ProductPaths(ctx, []uuid.UUID{u}); err == nil && len(rows) == 0 {
			err = noProduct()
		}
		return u, err
	case readable(ref):
		u, err = q.AnyProductID(ctx, ref)
	default:
		err = pgx.ErrNoRows
	}
	if errors.Is(err, pgx.ErrNoRows) {
		err = noProduct()
	}
	return u, err
}

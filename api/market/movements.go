// Movements: what comes into the shop and what leaves it, by the counter and by
// the web alike.

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

const movementPrefix = "move"

// MovementID is an id of a movement: move_…
type MovementID string

// Reason is why stock moves.
type Reason string

// Received and Returned bring in, CounterSale, OrderSent and Wasted take out,
// Counted and Corrected do either. OrderSent is for orders alone.
const (
	Received    Reason = "received"
	CounterSale Reason = "counter_sale"
	OrderSent   Reason = "order"
	Returned    Reason = "returned"
	Counted     Reason = "counted"
	Wasted      Reason = "wasted"
	Corrected   Reason = "corrected"
)

// Movement is a change of stock that happened. It stays as it is: what was wrong
// is put right by another.
type Movement struct {
	ID        MovementID         `json:"id" example:"move_019ab3f47c2e7d06b8a1f0c2d3e4f50b"`
	Variant   contract.VariantID `json:"variant" example:"var_019ab3f47c2e7d06b8a1f0c2d3e4f507"`
	SKU       string             `json:"sku" example:"RYE-800" doc:"Of the variant, as it is now."`
	Change    int64              `json:"change" example:"-2" doc:"How much came (above zero) or left."`
	OnHand    int64              `json:"on_hand" example:"12" doc:"How much there was after it."`
	Reason    Reason             `json:"reason" enum:"received,counter_sale,order,returned,counted,wasted,corrected" example:"counter_sale"`
	Note      string             `json:"note,omitempty" example:"two dented tins"`
	Actor     string             `json:"actor" example:"till" doc:"Who moved it."`
	CreatedAt time.Time          `json:"created_at" example:"2030-05-01T09:30:00Z"`
}

// MovementList is some movements.
type MovementList struct {
	Items      []Movement `json:"items" doc:"The newest first."`
	NextCursor string     `json:"next_cursor,omitempty" example:"eyJrIjoicnllIGxvYWYifQ" doc:"Pass as cursor to read on; absent on the last page."`
}

// MovementQuery says which movements are wanted: all, or those of the variant that
// Variant or SKU names. Limit is 1 to MaxLimit, 0 means DefaultLimit.
type MovementQuery struct {
	Variant contract.VariantID
	SKU     string
	Limit   int
	Cursor  string
}

// Movements lists movements of stock, the newest first. An unknown variant is a
// 404, a cursor that is not ours a 422 `invalid_cursor`.
func (s *Service) Movements(ctx context.Context, query MovementQuery) (page MovementList, err error) {
	before := step{At: endOfTime}
	if err := cursor.Decode(query.Cursor, &before); err != nil {
		return page, err
	}
	if query.Limit, err = limitOf(query.Limit); err != nil {
		return page, err
	}
	rows, err := s.movements(ctx, query, before)
	if err != nil {
		return page, err
	}
	if len(rows) > query.Limit {
		rows = rows[:query.Limit]
		last := rows[query.Limit-1]
		page.NextCursor = cursor.Encode(step{last.CreatedAt, last.ID})
	}
	page.Items = make([]Movement, len(rows))
	for i, r := range rows {
		page.Items[i] = movement(r)
	}
	return page, nil
}

func (s *Service) movements(ctx context.Context, query MovementQuery, before step) ([]marketdb.MovementsRow, error) {
	count := int32(query.Limit) + 1
	if query.Variant == "" && query.SKU == "" {
		return s.queries.Movements(ctx, marketdb.MovementsParams{BeforeAt: before.At, BeforeID: before.ID, Count: count})
	}
	variant, err := variantNamed(ctx, s.queries, query.Variant, query.SKU)
	if err != nil {
		return nil, err
	}
	of, err := s.queries.MovementsOf(ctx, marketdb.MovementsOfParams{
		VariantID: variant, BeforeAt: before.At, BeforeID: before.ID, Count: count})
	rows := make([]marketdb.MovementsRow, len(of))
	for i, r := range of {
		rows[i] = marketdb.MovementsRow(r)
	}
	return rows, err
}

// variantNamed finds the variant that an id or a sku names; one of them is empty.
func variantNamed(ctx context.Context, q *marketdb.Queries, variant contract.VariantID, sku string) (uuid.UUID, error) {
	switch {
	case variant != "" && sku != "":
		return uuid.UUID{}, invalid("query.sku", "give the variant or its sku")
	case variant != "":
		u, ok := id.Parse(variantPrefix, variant)
		if !ok {
			return u, noSuchVariant()
		}
		_, err := variantOf(ctx, q, u)
		return u, err
	}
	u, err := q.VariantIDBySKU(ctx, sku)
	if errors.Is(err, pgx.ErrNoRows) {
		err = noSuchVariant()
	}
	return u, err
}

func movement(r marketdb.MovementsRow) Movement {
	return Movement{
		ID: id.Format[MovementID](movementPrefix, r.ID), Variant: id.Format[contract.VariantID](variantPrefix, r.VariantID),
		SKU: r.Sku, Change: r.Change, OnHand: r.OnHand, Reason: Reason(r.Reason), Note: r.Note, Actor: r.Actor, CreatedAt: r.CreatedAt,
	}
}

// Moving stock.

package market

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/idempotency"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

const (
	maxMoves = 200
	// maxStock is the most there can be of a variant: a thousand tonnes in grams.
	maxStock = 1_000_000_000
)

// StockMove is one movement that is asked for. Variant or SKU names the variant;
// either Change says by how much, or Counted how much was found.
type StockMove struct {
	Variant contract.VariantID `json:"variant,omitempty" pattern:"^var_[0-9a-f]{32}$" maxLength:"36" example:"var_019ab3f47c2e7d06b8a1f0c2d3e4f507" doc:"The variant; or give its sku."`
	SKU     string             `json:"sku,omitempty" pattern:"^[A-Za-z0-9][A-Za-z0-9._/-]*$" maxLength:"64" example:"RYE-800" doc:"The variant's sku; or give its id."`
	Change  *int64             `json:"change,omitempty" minimum:"-1000000000" maximum:"1000000000" example:"-2" doc:"Pieces, or grams of what is sold by weight: above zero what comes in, below zero what leaves. For every reason but counted."`
	Counted *int64             `json:"counted,omitempty" minimum:"0" maximum:"1000000000" example:"12" doc:"How much was found, for the reason counted: the change follows from it."`
	Reason  Reason             `json:"reason" enum:"received,counter_sale,returned,counted,wasted,corrected" example:"counter_sale" doc:"received and returned come in, counter_sale and wasted leave, counted and corrected do either."`
	Note    string             `json:"note,omitempty" maxLength:"500" example:"two dented tins" doc:"One line for those who read it later."`
}

// StockMoved is what movements came to.
type StockMoved struct {
	Movements []Movement   `json:"movements" doc:"In the order in which they were asked for, without counts that found what there was."`
	Stock     []StockLevel `json:"stock" doc:"Of each variant that was named, by sku, after the last of them."`
}

// MoveStock makes 1 to 200 movements by actor in one transaction, all or none, in
// their order; a variant may be in several. The request makes it happen once: its
// replay answers what the first was answered, with replayed true, and fails as
// [idempotency.Once] does. Where availability changes on a published product,
// ProductUpdated is emitted in the same transaction, once a product.
//
// It fails with 422 on movements that are wrong or name no variant, with 409
// `stock_not_tracked` where stock of a variant is not counted, 409
// `insufficient_stock` where less would be on hand than is reserved, and 409
// `too_much_stock` above 1,000,000,000. The problem names each of them.
func (s *Service) MoveStock(ctx context.Context, request idempotency.Request, actor string, moves []StockMove) (moved StockMoved, replayed bool, err error) {
	if err := checkMoves(moves); err != nil {
		return moved, false, err
	}
	err = db.InTx(ctx, s.pool, func(tx pgx.Tx) (err error) {
		replayed, err = idempotency.Once(ctx, tx, request, &moved, func() (err error) {
			moved, err = s.moveStock(ctx, tx, actor, moves)
			return err
		})
		return err
	})
	return moved, replayed, err
}

// moveStock holds the products, then the stock, each by id, and writes the
// movements. It shares the collections, because whoever changes a rule notes the
// products that come or leave in no such order.
func (s *Service) moveStock(ctx context.Context, tx pgx.Tx, actor string, moves []StockMove) (moved StockMoved, err error) {
	q := marketdb.New(tx)
	if err := q.ShareCollections(ctx); err != nil {
		return moved, err
	}
	named, err := namedVariants(ctx, q, moves)
	if err != nil {
		return moved, err
	}
	variants := slices.Clone(named)
	slices.SortFunc(variants, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	variants = slices.Compact(variants)
	if _, err := q.KeepProductsOf(ctx, variants); err != nil {
		return moved, err
	}
	sold, err := q.StockedVariants(ctx, variants)
	if err != nil {
		return moved, err
	}
	if err := countedAll(sold, named); err != nil {
		return moved, err
	}
	if err := q.OpenStock(ctx, marketdb.OpenStockParams{Variants: variants, At: s.clock.Now()}); err != nil {
		return moved, err
	}
	stock, err := q.LockStock(ctx, variants)
	if err != nil {
		return moved, err
	}
	book := newStockBook(stock)
	rows, err := book.enter(moves, named, actor, s.clock.Now())
	if err != nil {
		return moved, err
	}
	if err := book.write(ctx, tx, sold, rows); err != nil {
		return moved, err
	}
	levels, err := q.StockLevelsOf(ctx, variants)
	return shownMoves(rows, levels), err
}

func shownMoves(rows []marketdb.InsertMovementsParams, levels []marketdb.StockLevelsOfRow) StockMoved {
	moved := StockMoved{Movements: make([]Movement, len(rows)), Stock: make([]StockLevel, len(levels))}
	skus := map[uuid.UUID]string{}
	for i, level := range levels {
		moved.Stock[i] = stockLevel(level)
		skus[level.ID] = level.Sku
	}
	for i, r := range rows {
		moved.Movements[i] = movement(marketdb.MovementsRow{ID: r.ID, VariantID: r.VariantID, Change: r.Change,
			OnHand: r.OnHand, Reason: r.Reason, Note: r.Note, Actor: r.Actor, CreatedAt: r.CreatedAt, Sku: skus[r.VariantID]})
	}
	return moved
}

// namedVariants finds the variant of each movement, or fails with a 422 that names
// those without one.
func namedVariants(ctx context.Context, q *marketdb.Queries, moves []StockMove) ([]uuid.UUID, error) {
	var params marketdb.VariantsToMoveParams
	for _, m := range moves {
		if u, ok := id.Parse(variantPrefix, m.Variant); ok {
			params.Ids = append(params.Ids, u)
		} else {
			params.Skus = append(params.Skus, m.SKU)
		}
	}
	rows, err := q.VariantsToMove(ctx, params)
	if err != nil {
		return nil, err
	}
	byID, bySKU := map[uuid.UUID]bool{}, map[string]uuid.UUID{}
	for _, r := range rows {
		byID[r.ID], bySKU[r.Sku] = true, r.ID
	}
	unknown := problem.Unprocessable("the request does not fit its description")
	named := make([]uuid.UUID, len(moves))
	for i, m := range moves {
		u, isID := id.Parse(variantPrefix, m.Variant)
		if isID && !byID[u] {
			unknown = unknown.WithField(moveAt(i, "variant"), "expected a variant")
		}
		if !isID {
			if u = bySKU[m.SKU]; u == (uuid.UUID{}) {
				unknown = unknown.WithField(moveAt(i, "sku"), "expected the sku of a variant")
			}
		}
		named[i] = u
	}
	return named, orNone(unknown)
}

// countedAll is a problem that names the movements of variants that were removed
// since they were found (422), or of those that are not counted (409).
func countedAll(sold []marketdb.StockedVariantsRow, named []uuid.UUID) error {
	tracked := map[uuid.UUID]bool{}
	for _, v := range sold {
		tracked[v.ID] = v.TrackStock
	}
	gone := problem.Unprocessable("the request does not fit its description")
	uncounted := problem.Conflict("the stock of a variant is not counted").WithCode("stock_not_tracked")
	for i, u := range named {
		counted, there := tracked[u]
		switch {
		case !there:
			gone = gone.WithField(moveAt(i, "variant"), "expected a variant")
		case !counted:
			uncounted = uncounted.WithField(moveAt(i, "variant"), "expected a variant of which stock is counted")
		}
	}
	if err := orNone(gone); err != nil {
		return err
	}
	return orNone(uncounted)
}

// orNone is d where it names a field, else nil.
func orNone(d *problem.Details) error {
	if len(d.Errors) == 0 {
		return nil
	}
	return d
}

func moveAt(i int, field string) string { return fmt.Sprintf("body.movements[%d].%s", i, field) }

// checkMoves looks at each movement by itself and names the first that is wrong.
func checkMoves(moves []StockMove) error {
	if len(moves) == 0 || len(moves) > maxMoves {
		return invalid("body.movements", "expected 1 to 200")
	}
	for i, m := range moves {
		if err := m.check(i); err != nil {
			return err
		}
	}
	return nil
}

func (m StockMove) check(i int) error {
	_, isID := id.Parse(variantPrefix, m.Variant)
	switch {
	case (m.Variant == "") == (m.SKU == ""):
		return invalid(moveAt(i, "variant"), "give the variant or its sku, and not both")
	case m.Variant != "" && !isID:
		return invalid(moveAt(i, "variant"), "expected a variant")
	case m.SKU != "" && !skuForm.MatchString(m.SKU):
		return invalid(moveAt(i, "sku"), "expected the sku of a variant")
	}
	if err := checkLine(moveAt(i, "note"), m.Note, 0, 500); err != nil {
		return err
	}
	if m.Reason == Counted {
		switch {
		case m.Change != nil:
			return invalid(moveAt(i, "change"), "for this reason give counted instead")
		case m.Counted == nil || *m.Counted < 0 || *m.Counted > maxStock:
			return invalid(moveAt(i, "counted"), "expected a number from 0 to 1000000000")
		}
		return nil
	}
	switch {
	case m.Counted != nil:
		return invalid(moveAt(i, "counted"), "goes with the reason counted alone")
	case m.Change == nil || *m.Change == 0 || *m.Change < -maxStock || *m.Change > maxStock:
		return invalid(moveAt(i, "change"), "expected a number from -1000000000 to 1000000000, and not 0")
	}
	switch m.Reason {
	case Received, Returned:
		if *m.Change < 0 {
			return invalid(moveAt(i, "change"), "expected a number above 0 for this reason")
		}
	case CounterSale, Wasted:
		if *m.Change > 0 {
			return invalid(moveAt(i, "change"), "expected a number below 0 for this reason")
		}
	case Corrected:
	default:
		return invalid(moveAt(i, "reason"), "expected received, counter_sale, returned, counted, wasted or corrected")
	}
	return nil
}

// The book of stock: what movements come to, before they are written.

package market

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

// stockBook is the stock of some variants, held by the transaction.
type stockBook map[uuid.UUID]*stockLine

// stockLine is one variant's: before is what was on hand when the book was opened.
type stockLine struct{ before, onHand, reserved int64 }

func newStockBook(rows []marketdb.LockStockRow) stockBook {
	book := stockBook{}
	for _, r := range rows {
		book[r.VariantID] = &stockLine{before: r.OnHand, onHand: r.OnHand, reserved: r.Reserved}
	}
	return book
}

// enter makes movements in their order and returns their rows, without counts that
// found what there was. It fails with a 409 that names those that cannot be.
func (b stockBook) enter(moves []StockMove, named []uuid.UUID, actor string, at time.Time) ([]marketdb.InsertMovementsParams, error) {
	short := problem.Conflict("less would be on hand than is reserved").WithCode("insufficient_stock")
	over := problem.Conflict("more would be on hand than can be counted").WithCode("too_much_stock")
	rows := make([]marketdb.InsertMovementsParams, 0, len(moves))
	for i, m := range moves {
		line, field := b[named[i]], "change"
		var change int64
		if m.Counted != nil {
			change, field = *m.Counted-line.onHand, "counted"
		} else {
			change = *m.Change
		}
		switch after := line.onHand + change; {
		case after < line.reserved:
			short = short.WithField(moveAt(i, field), "expected no more to leave than is available")
		case after > maxStock:
			over = over.WithField(moveAt(i, field), "expected at most 1000000000 on hand after it")
		case change != 0:
			line.onHand = after
			rows = append(rows, marketdb.InsertMovementsParams{ID: id.New(), VariantID: named[i], Change: change,
				OnHand: after, Reason: string(m.Reason), Note: m.Note, Actor: actor, CreatedAt: at})
		}
	}
	if err := orNone(short); err != nil {
		return nil, err
	}
	return rows, orNone(over)
}

// write writes the movements and what they left, and announces the products of
// which a variant has come or gone. Variants are in the order of their products,
// so that the notes of what changed are taken in one order by all.
func (b stockBook) write(ctx context.Context, tx pgx.Tx, sold []marketdb.StockedVariantsRow, rows []marketdb.InsertMovementsParams) error {
	if len(rows) == 0 {
		return nil
	}
	q := marketdb.New(tx)
	if _, err := q.InsertMovements(ctx, rows); err != nil {
		return err
	}
	var params []marketdb.SetOnHandParams
	var turned []uuid.UUID
	for _, v := range sold {
		line := b[v.ID]
		if line.onHand == line.before {
			continue
		}
		params = append(params, marketdb.SetOnHandParams{VariantID: v.ID, OnHand: line.onHand, At: rows[0].CreatedAt})
		if (line.before-line.reserved >= v.OrderMin) != (line.onHand-line.reserved >= v.OrderMin) {
			turned = append(turned, v.ProductID)
		}
	}
	var failed error
	q.SetOnHand(ctx, params).Exec(func(_ int, err error) {
		if err != nil && failed == nil {
			failed = err
		}
	})
	if failed != nil || len(turned) == 0 {
		return failed
	}
	return announce(ctx, tx, turned)
}

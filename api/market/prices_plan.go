// Planning a price: where it goes among those that are there.

package market

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

// when checks the fields and says from when until when the price shall hold.
func (f PlannedPriceFields) when(currency string, now time.Time) (when validity, err error) {
	switch {
	case f.List != publicList && f.List != memberList:
		return when, invalid("body.list", "expected public or member")
	case f.Price.AmountMinor < 1 || f.Price.AmountMinor > maxPrice:
		return when, invalid("body.price.amount_minor", "expected a price above zero")
	case f.Price.Currency != currency:
		return when, invalid("body.price.currency", "expected the currency of the product")
	}
	when.from = now
	if f.ValidFrom != nil {
		when.from = f.ValidFrom.UTC().Truncate(clock.Precision)
	}
	if when.from.Before(now) || when.from.After(now.Add(planAhead)) {
		return when, invalid("body.valid_from", "expected a time to come, at most ten years ahead")
	}
	if f.ValidUntil == nil {
		return when, nil
	}
	when.until = new(f.ValidUntil.UTC().Truncate(clock.Precision))
	if !when.until.After(when.from) || when.until.After(now.Add(planAhead)) {
		return when, invalid("body.valid_until", "expected a time after valid_from, at most ten years ahead")
	}
	return when, nil
}

// plan writes a price that was checked, and returns its row. The product is held.
func plan(ctx context.Context, q *marketdb.Queries, variant uuid.UUID, f PlannedPriceFields, when validity, now time.Time) (row marketdb.PriceRow, err error) {
	if when.until == nil {
		_, err = q.SetPrice(ctx, marketdb.SetPriceParams{ID: id.New(), VariantID: variant, List: f.List,
			PriceMinor: f.Price.AmountMinor, At: when.from, CreatedAt: now})
	} else {
		err = planFor(ctx, q, variant, f, when, now)
	}
	if err == nil {
		err = planTurns(ctx, q, variant, when, now)
	}
	if err != nil {
		return row, err
	}
	return q.PriceAt(ctx, marketdb.PriceAtParams{VariantID: variant, List: f.List, At: when.from})
}

// planFor writes a temporary price: what it falls into is divided, and goes on
// after it.
func planFor(ctx context.Context, q *marketdb.Queries, variant uuid.UUID, f PlannedPriceFields, when validity, now time.Time) error {
	met, err := q.PricesWithin(ctx, marketdb.PricesWithinParams{
		VariantID: variant, List: f.List, ValidFrom: when.from, ValidUntil: when.until})
	if err != nil {
		return err
	}
	if len(met) > 0 {
		around := span(met[0].Valid)
		if len(met) > 1 || around.from.After(when.from) || around.until != nil && !around.until.After(*when.until) {
			return problem.Conflict("another price begins or ends in that time").WithCode("price_planned").
				WithField("body.valid_until", "choose a time in which nothing is planned, or take back what is")
		}
		if err := divide(ctx, q, met[0], around, when); err != nil {
			return err
		}
	}
	return q.InsertPrice(ctx, marketdb.InsertPriceParams{ID: id.New(), VariantID: variant, List: f.List,
		PriceMinor: f.Price.AmountMinor, ValidFrom: when.from, ValidUntil: when.until, CreatedAt: now})
}

// divide makes room in a price for a temporary one. The part before keeps the row;
// where there is none, the price begins when the other ends.
func divide(ctx context.Context, q *marketdb.Queries, row marketdb.PriceRow, around, when validity) error {
	if around.from.Equal(when.from) {
		return q.SpanPrice(ctx, marketdb.SpanPriceParams{ID: row.ID, ValidFrom: *when.until, ValidUntil: around.until})
	}
	if err := q.SpanPrice(ctx, marketdb.SpanPriceParams{ID: row.ID, ValidFrom: around.from, ValidUntil: &when.from}); err != nil {
		return err
	}
	return q.InsertPrice(ctx, marketdb.InsertPriceParams{ID: id.New(), VariantID: row.VariantID, List: row.List,
		PriceMinor: row.PriceMinor, ValidFrom: *when.until, ValidUntil: around.until, CreatedAt: row.CreatedAt})
}

// planTurns notes when the turn job has to look at the variant.
func planTurns(ctx context.Context, q *marketdb.Queries, variant uuid.UUID, when validity, now time.Time) error {
	times := []time.Time{when.from}
	if when.until != nil {
		times = append(times, *when.until)
	}
	for _, at := range times {
		if at.After(now) {
			if err := q.PlanTurn(ctx, marketdb.PlanTurnParams{VariantID: variant, At: at}); err != nil {
				return err
			}
		}
	}
	return nil
}

// unplan removes a price that has not begun. The one before it goes on in its
// place, and becomes one again with what follows where that costs the same.
func unplan(ctx context.Context, q *marketdb.Queries, variant, price uuid.UUID, now time.Time) error {
	row, err := q.PriceByID(ctx, marketdb.PriceByIDParams{ID: price, VariantID: variant})
	if errors.Is(err, pgx.ErrNoRows) {
		return noSuchPrice()
	}
	if err != nil {
		return err
	}
	gone := span(row.Valid)
	if !gone.from.After(now) {
		return problem.Conflict("the price has begun, and what has been stays").WithCode("price_begun")
	}
	if err := q.DeletePrice(ctx, price); err != nil {
		return err
	}
	before, err := q.PriceUntil(ctx, marketdb.PriceUntilParams{VariantID: variant, List: row.List, At: gone.from})
	if err != nil || len(before) == 0 {
		return err
	}
	until := gone.until
	if until != nil {
		after, err := q.PriceAt(ctx, marketdb.PriceAtParams{VariantID: variant, List: row.List, At: *until})
		switch {
		case errors.Is(err, pgx.ErrNoRows):
		case err != nil:
			return err
		case after.PriceMinor == before[0].PriceMinor:
			if err := q.DeletePrice(ctx, after.ID); err != nil {
				return err
			}
			until = span(after.Valid).until
		}
	}
	return q.SpanPrice(ctx, marketdb.SpanPriceParams{ID: before[0].ID, ValidFrom: span(before[0].Valid).from, ValidUntil: until})
}

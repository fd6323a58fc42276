// Price lists: what a variant costs whom, and from when until when.

package market

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// Price lists. What is not on the members' list costs members what it costs all.
const (
	publicList = "public"
	memberList = "member"
)

const (
	pricePrefix = "price"
	// planAhead is how far from now a price may begin or end.
	planAhead = 10 * 366 * 24 * time.Hour
)

// endOfTime is after every price.
var endOfTime = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// PriceID is an id of a price: price_…
type PriceID string

// PriceState is where a price is in time.
type PriceState string

// A past price stays as it was; a planned one can be taken back.
const (
	PastPrice    PriceState = "past"
	CurrentPrice PriceState = "current"
	PlannedPrice PriceState = "planned"
)

// PlannedPriceFields are what an editor sets of a price. Without ValidFrom it
// begins now; with ValidUntil it is temporary.
type PlannedPriceFields struct {
	List       string     `json:"list" enum:"public,member" example:"public" doc:"Whom it is for: everybody, or members."`
	Price      Price      `json:"price" doc:"With VAT, in the product's currency."`
	ValidFrom  *time.Time `json:"valid_from,omitempty" example:"2030-05-04T00:00:00Z" doc:"When it begins; now where it is not given. Not in the past, and at most ten years ahead."`
	ValidUntil *time.Time `json:"valid_until,omitempty" example:"2030-05-11T00:00:00Z" doc:"When it ends, and what was before goes on. Without it the price holds until the next change that is planned."`
}

// ListedPrice is what a variant costs on one list for some time. What has begun
// and ended stays as it was.
type ListedPrice struct {
	ID         PriceID        `json:"id" example:"price_019ab3f47c2e7d06b8a1f0c2d3e4f50a"`
	List       string         `json:"list" enum:"public,member" example:"public" doc:"Whom it is for: everybody, or members."`
	Price      contract.Money `json:"price" doc:"With VAT."`
	State      PriceState     `json:"state" enum:"past,current,planned" example:"planned"`
	ValidFrom  time.Time      `json:"valid_from" example:"2030-05-04T00:00:00Z" doc:"When it begins or began."`
	ValidUntil *time.Time     `json:"valid_until,omitempty" example:"2030-05-11T00:00:00Z" doc:"When it ends; absent where no end is planned."`
	CreatedAt  time.Time      `json:"created_at" example:"2030-05-01T09:30:00Z"`
}

// PriceList is some prices of a variant.
type PriceList struct {
	Items      []ListedPrice `json:"items" doc:"Those that begin last come first."`
	NextCursor string        `json:"next_cursor,omitempty" example:"eyJrIjoicnllIGxvYWYifQ" doc:"Pass as cursor to read on; absent on the last page."`
}

// PriceQuery says which prices of a variant are wanted: those of one list, or of
// both where List is empty. Limit is 1 to MaxLimit, 0 means DefaultLimit.
type PriceQuery struct {
	List   string
	Limit  int
	Cursor string
}

// setPrice makes minor the variant's price on a list from at on, for as long as
// the price that it replaces had still to go. It writes nothing where it is so
// already. at is read from the clock while the caller's transaction holds the
// product; the caller brings the variant's columns up to date afterwards, by
// TurnVariants.
func setPrice(ctx context.Context, q *marketdb.Queries, variant uuid.UUID, list string, minor int64, at time.Time) error {
	_, err := q.SetPrice(ctx, marketdb.SetPriceParams{
		ID: id.New(), VariantID: variant, List: list, PriceMinor: minor, At: at, CreatedAt: at})
	return err
}

// endPrice ends the price that is in force on a list. Prices that are planned stay.
// at, and what the caller does afterwards, are as for setPrice.
func endPrice(ctx context.Context, q *marketdb.Queries, variant uuid.UUID, list string, at time.Time) error {
	_, err := q.EndPrice(ctx, marketdb.EndPriceParams{VariantID: variant, List: list, At: at})
	return err
}

// Prices are a variant's past, current and planned prices. An unknown variant is
// a 404, a cursor that is not ours a 422 `invalid_cursor`.
func (s *Service) Prices(ctx context.Context, variant contract.VariantID, query PriceQuery) (page PriceList, err error) {
	u, ok := id.Parse(variantPrefix, variant)
	if !ok {
		return page, noSuchVariant()
	}
	before := step{At: endOfTime}
	if err := cursor.Decode(query.Cursor, &before); err != nil {
		return page, err
	}
	if query.Limit, err = limitOf(query.Limit); err != nil {
		return page, err
	}
	sold, err := variantOf(ctx, s.queries, u)
	if err != nil {
		return page, err
	}
	rows, err := s.queries.ListPrices(ctx, marketdb.ListPricesParams{
		VariantID: u, List: query.List, BeforeAt: before.At, BeforeID: before.ID, Count: int32(query.Limit) + 1})
	if err != nil {
		return page, err
	}
	if len(rows) > query.Limit {
		rows = rows[:query.Limit]
		last := rows[query.Limit-1]
		page.NextCursor = cursor.Encode(step{span(last.Valid).from, last.ID})
	}
	page.Items = make([]ListedPrice, len(rows))
	for i, row := range rows {
		page.Items[i] = listedPrice(row, sold.Currency, s.clock.Now())
	}
	return page, nil
}

// PlanPrice sets a price from now or a time to come on. Without an end it holds
// until the next change that is planned; where it is so already nothing changes,
// and the price that says so is returned. With an end it is temporary: what was
// before goes on afterwards, and no other price may begin or end meanwhile (409
// `price_planned`). It fails with 404 for an unknown variant and with 422 on a
// field that is wrong. What begins at once is announced in the same transaction.
func (s *Service) PlanPrice(ctx context.Context, variant contract.VariantID, fields PlannedPriceFields) (made ListedPrice, err error) {
	u, ok := id.Parse(variantPrefix, variant)
	if !ok {
		return made, noSuchVariant()
	}
	err = s.writePrice(ctx, u, func(tx pgx.Tx, q *marketdb.Queries, sold marketdb.VariantProductRow, now time.Time) error {
		when, err := fields.when(sold.Currency, now)
		if err != nil {
			return err
		}
		row, err := plan(ctx, q, u, fields, when, now)
		made = listedPrice(row, sold.Currency, now)
		return err
	})
	return made, err
}

// UnplanPrice takes back a price that has not begun: what is in force before it
// goes on for as long as it would have held. Unknown prices are a 404, those that
// have begun a 409 `price_begun`.
func (s *Service) UnplanPrice(ctx context.Context, variant contract.VariantID, price PriceID) error {
	u, ok := id.Parse(variantPrefix, variant)
	priced, isPrice := id.Parse(pricePrefix, price)
	if !ok || !isPrice {
		return noSuchPrice()
	}
	return s.writePrice(ctx, u, func(tx pgx.Tx, q *marketdb.Queries, _ marketdb.VariantProductRow, now time.Time) error {
		return unplan(ctx, q, u, priced, now)
	})
}

// writePrice runs write with the variant's product held, then brings the
// variant's columns up to date and announces what readers see of it.
func (s *Service) writePrice(ctx context.Context, variant uuid.UUID,
	write func(tx pgx.Tx, q *marketdb.Queries, sold marketdb.VariantProductRow, now time.Time) error) error {
	return db.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := marketdb.New(tx)
		if err := q.ShareCollections(ctx); err != nil {
			return err
		}
		if _, err := q.LockProductsOf(ctx, []uuid.UUID{variant}); err != nil {
			return err
		}
		sold, err := variantOf(ctx, q, variant)
		if err != nil {
			return err
		}
		now := s.clock.Now()
		if err := write(tx, q, sold, now); err != nil {
			return err
		}
		return turn(ctx, tx, []uuid.UUID{variant}, now)
	})
}

func variantOf(ctx context.Context, q *marketdb.Queries, variant uuid.UUID) (marketdb.VariantProductRow, error) {
	row, err := q.VariantProduct(ctx, variant)
	if errors.Is(err, pgx.ErrNoRows) {
		err = noSuchVariant()
	}
	return row, err
}

func noSuchVariant() error { return problem.NotFound("no such variant") }
func noSuchPrice() error   { return problem.NotFound("no such price") }

func listedPrice(row marketdb.PriceRow, currency string, now time.Time) ListedPrice {
	when := span(row.Valid)
	p := ListedPrice{
		ID: id.Format[PriceID](pricePrefix, row.ID), List: row.List,
		Price: contract.Money{AmountMinor: row.PriceMinor, Currency: currency}, State: CurrentPrice,
		ValidFrom: when.from, ValidUntil: when.until, CreatedAt: row.CreatedAt,
	}
	switch {
	case when.from.After(now):
		p.State = PlannedPrice
	case when.until != nil && !when.until.After(now):
		p.State = PastPrice
	}
	return p
}

// validity is a time from an instant on and until another, which is not part of
// it; nil: without an end.
type validity struct {
	from  time.Time
	until *time.Time
}

func span(r pgtype.Range[pgtype.Timestamptz]) validity {
	v := validity{from: r.Lower.Time.UTC()}
	if r.UpperType == pgtype.Exclusive {
		v.until = new(r.Upper.Time.UTC())
	}
	return v
}

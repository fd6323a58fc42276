// Discounts as the shop keeps them.

package cart

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"rose-ash.com/roseash/api/cart/internal/cartdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// DiscountCode is a discount with all that the shop has to know of it.
type DiscountCode struct {
	ID            contract.DiscountID   `json:"id" example:"disc_019ab3f47c2e7d06b8a1f0c2d3e4f512"`
	Code          string                `json:"code" example:"SPRING-10" doc:"What is typed, in any case."`
	Name          string                `json:"name" example:"Spring fair" doc:"What it is called in carts and on invoices."`
	Kind          contract.DiscountKind `json:"kind" enum:"percent,fixed" example:"percent"`
	PercentBP     int                   `json:"percent_bp,omitempty" example:"1000" doc:"Of percent, in basis points: 1000 is 10 %."`
	AmountMinor   int64                 `json:"amount_minor,omitempty" example:"500" doc:"Of fixed, in minor units."`
	Currency      string                `json:"currency,omitempty" example:"GBP" doc:"ISO 4217 code, where there are amounts."`
	CategoryIDs   []contract.CategoryID `json:"category_ids" example:"[\"cat_019ab3f47c2e7d06b8a1f0c2d3e4f506\"]" doc:"It is for what is in one of these or below them; none: for everything."`
	MinimumMinor  int64                 `json:"minimum_minor" example:"2000" doc:"What the lines that it is for have to come to, before discounts."`
	UsageLimit    int                   `json:"usage_limit,omitempty" example:"100" doc:"How many orders may use it; absent: any number."`
	UsagePerBuyer int                   `json:"usage_per_buyer,omitempty" example:"1" doc:"How many orders of one buyer may use it; absent: any number. Guests are told apart by their e-mail address."`
	MembersOnly   bool                  `json:"members_only" example:"false" doc:"Only who has signed in may use it."`
	Used          int                   `json:"used" example:"12" doc:"How many orders use it that are paid or may still be."`
	StartsAt      *time.Time            `json:"starts_at,omitempty" doc:"When it begins to hold; absent: it does."`
	EndsAt        *time.Time            `json:"ends_at,omitempty" doc:"When it stops to hold; absent: never."`
	Active        bool                  `json:"active" example:"true" doc:"false: nobody can use it, whatever the dates say."`
	Version       int64                 `json:"version" example:"3" doc:"Counts the changes; the ETag."`
	CreatedAt     time.Time             `json:"created_at"`
	UpdatedAt     time.Time             `json:"updated_at"`
}

// DiscountList is some of the discounts.
type DiscountList struct {
	Items      []DiscountCode `json:"items" doc:"The newest first."`
	NextCursor string         `json:"next_cursor,omitempty" example:"eyJrIjoicnllIGxvYWYifQ" doc:"Pass as cursor to read on; absent on the last page."`
}

// discountPosition is a place in the list: before this one.
type discountPosition struct {
	ID uuid.UUID `json:"i"`
}

// maxDiscountPage is the most of one page.
const maxDiscountPage = 100

// Discounts lists discounts, the newest first; active, where it is given, says which. limit is
// 1 to 100. It fails with 422 `invalid_cursor`.
func (s *Service) Discounts(ctx context.Context, active *bool, limit int, after string) (page DiscountList, err error) {
	limit = min(max(limit, 1), maxDiscountPage)
	params := cartdb.DiscountsParams{Active: active, Count: int32(limit) + 1}
	var position discountPosition
	if err := cursor.Decode(after, &position); err != nil {
		return page, err
	}
	if after != "" {
		params.After = &position.ID
	}
	rows, err := s.queries().Discounts(ctx, params)
	if err != nil {
		return page, err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		page.NextCursor = cursor.Encode(discountPosition{rows[limit-1].ID})
	}
	page.Items = make([]DiscountCode, len(rows))
	for i, r := range rows {
		page.Items[i] = discountCode(r)
	}
	return page, nil
}

// Discount is one discount; 404 where there is none of that id.
func (s *Service) Discount(ctx context.Context, ref contract.DiscountID) (DiscountCode, error) {
	u, ok := id.Parse(discountPrefix, ref)
	if !ok {
		return DiscountCode{}, noDiscount()
	}
	row, err := s.queries().Discount(ctx, u)
	if errors.Is(err, pgx.ErrNoRows) {
		err = noDiscount()
	}
	return discountCode(row), err
}

// CreateDiscount makes a discount. It fails with 422 on fields that are wrong or do not go
// together, and with 409 `code_taken`.
func (s *Service) CreateDiscount(ctx context.Context, f DiscountFields) (DiscountCode, error) {
	row := cartdb.Discount{ID: id.New(), CategoryIds: []string{}, Active: true}
	if err := f.apply(&row); err != nil {
		return DiscountCode{}, err
	}
	row, err := s.queries().InsertDiscount(ctx, cartdb.InsertDiscountParams{
		ID: row.ID, Code: row.Code, Name: row.Name, Kind: row.Kind, PercentBp: row.PercentBp, AmountMinor: row.AmountMinor, Currency: row.Currency,
		CategoryIds: row.CategoryIds, MinimumMinor: row.MinimumMinor, UsageLimit: row.UsageLimit, UsagePerBuyer: row.UsagePerBuyer,
		MembersOnly: row.MembersOnly, StartsAt: row.StartsAt, EndsAt: row.EndsAt, Active: row.Active,
	})
	return discountCode(row), taken(err)
}

// UpdateDiscount changes the fields that are given. Orders that were placed keep what they got.
// It fails with 404, with 412 where version is not the current one, with 422 on fields that are
// wrong, a usage_limit below what was used among them, and with 409 `code_taken`.
func (s *Service) UpdateDiscount(ctx context.Context, ref contract.DiscountID, version int64, f DiscountFields) (code DiscountCode, err error) {
	u, ok := id.Parse(discountPrefix, ref)
	if !ok {
		return code, noDiscount()
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := cartdb.New(tx)
		row, err := q.LockDiscount(ctx, u)
		if errors.Is(err, pgx.ErrNoRows) {
			return noDiscount()
		}
		if err != nil {
			return err
		}
		if row.Version != version {
			return problem.PreconditionFailed("this was changed since the version that was named")
		}
		if err := f.apply(&row); err != nil {
			return err
		}
		row, err = q.UpdateDiscount(ctx, cartdb.UpdateDiscountParams{
			ID: row.ID, Code: row.Code, Name: row.Name, Kind: row.Kind, PercentBp: row.PercentBp, AmountMinor: row.AmountMinor, Currency: row.Currency,
			CategoryIds: row.CategoryIds, MinimumMinor: row.MinimumMinor, UsageLimit: row.UsageLimit, UsagePerBuyer: row.UsagePerBuyer,
			MembersOnly: row.MembersOnly, StartsAt: row.StartsAt, EndsAt: row.EndsAt, Active: row.Active,
		})
		code = discountCode(row)
		return taken(err)
	})
	return code, err
}

// EndDiscount has nobody use a discount from now on. It stays, with what was used of it. It
// fails with 404, and with 412 where version is not the current one.
func (s *Service) EndDiscount(ctx context.Context, ref contract.DiscountID, version int64) error {
	inactive := false
	_, err := s.UpdateDiscount(ctx, ref, version, DiscountFields{Active: &inactive})
	return err
}

func noDiscount() *problem.Details { return problem.NotFound("no such discount") }

// taken turns a code that another discount has into its problem.
func taken(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.ConstraintName == "discounts_code" {
		return problem.Conflict("another discount has this code").WithCode("code_taken").WithField("body.code", "is taken")
	}
	return err
}

func discountCode(d cartdb.Discount) DiscountCode {
	shown := discountOf(d)
	code := DiscountCode{
		ID: shown.ID, Code: d.Code, Name: d.Name, Kind: shown.Kind, PercentBP: shown.PercentBP, AmountMinor: shown.AmountMinor,
		CategoryIDs: shown.CategoryIDs, MinimumMinor: d.MinimumMinor, MembersOnly: d.MembersOnly, Used: int(d.Used),
		StartsAt: d.StartsAt, EndsAt: d.EndsAt, Active: d.Active, Version: d.Version, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
	}
	if code.CategoryIDs == nil {
		code.CategoryIDs = []contract.CategoryID{}
	}
	if d.Currency != nil {
		code.Currency = *d.Currency
	}
	if d.UsageLimit != nil {
		code.UsageLimit = int(*d.UsageLimit)
	}
	if d.UsagePerBuyer != nil {
		code.UsagePerBuyer = int(*d.UsagePerBuyer)
	}
	return code
}

// What the shop sets of a discount, and what may stand there.

package cart

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"rose-ash.com/roseash/api/cart/internal/cartdb"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
)

// DiscountFields are what the shop sets of a discount. A nil field stays as it is; a new
// discount needs Code, Name, Kind and what belongs to its kind.
type DiscountFields struct {
	Code          *string                `json:"code,omitempty" pattern:"^[A-Za-z0-9-]{3,40}$" maxLength:"40" example:"SPRING-10" doc:"Letters, digits and hyphens; kept in capitals."`
	Name          *string                `json:"name,omitempty" minLength:"1" maxLength:"120" example:"Spring fair" doc:"What it is called in carts and on invoices."`
	Kind          *string                `json:"kind,omitempty" enum:"percent,fixed" example:"percent"`
	PercentBP     *int32                 `json:"percent_bp,omitempty" minimum:"1" maximum:"10000" example:"1000" doc:"Of percent, in basis points: 1000 is 10 %."`
	AmountMinor   *int64                 `json:"amount_minor,omitempty" minimum:"1" maximum:"99999999999" example:"500" doc:"Of fixed, in minor units."`
	Currency      *string                `json:"currency,omitempty" pattern:"^([A-Z]{3})?$" maxLength:"3" example:"GBP" doc:"ISO 4217 code; needed for fixed and with a minimum, empty for none."`
	CategoryIDs   *[]contract.CategoryID `json:"category_ids,omitempty" maxItems:"50" example:"[\"cat_019ab3f47c2e7d06b8a1f0c2d3e4f506\"]" doc:"Only for what is in one of these or below them; none: for everything."`
	MinimumMinor  *int64                 `json:"minimum_minor,omitempty" minimum:"0" maximum:"99999999999" example:"2000" doc:"What the lines that it is for have to come to, before discounts; 0 for none."`
	UsageLimit    *int32                 `json:"usage_limit,omitempty" minimum:"0" maximum:"1000000000" example:"100" doc:"How many orders may use it; 0 for any number."`
	UsagePerBuyer *int32                 `json:"usage_per_buyer,omitempty" minimum:"0" maximum:"1000000000" example:"1" doc:"How many orders of one buyer may use it; 0 for any number."`
	MembersOnly   *bool                  `json:"members_only,omitempty" example:"false" doc:"Only who has signed in may use it."`
	StartsAt      *string                `json:"starts_at,omitempty" maxLength:"40" example:"2026-05-01T00:00:00Z" doc:"When it begins to hold (RFC 3339); empty for at once."`
	EndsAt        *string                `json:"ends_at,omitempty" maxLength:"40" example:"2026-06-01T00:00:00Z" doc:"When it stops to hold (RFC 3339); empty for never."`
	Active        *bool                  `json:"active,omitempty" example:"true" doc:"false: nobody can use it."`
}

const maxCategories = 50

var (
	currencyText = regexp.MustCompile(`^[A-Z]{3}$`)
	categoryText = regexp.MustCompile(`^cat_[0-9a-f]{32}$`)
)

// apply writes the fields that are given onto row. It fails with a 422 that names one that is
// wrong, or does not go with the others.
func (f DiscountFields) apply(row *cartdb.Discount) error {
	if f.Code != nil {
		row.Code = normal(*f.Code)
	}
	if f.Name != nil {
		row.Name = strings.TrimSpace(*f.Name)
	}
	if f.Kind != nil {
		row.Kind = *f.Kind
		// What belongs to the other kind goes with it.
		if row.Kind == string(contract.FixedDiscount) {
			row.PercentBp = nil
		} else {
			row.AmountMinor = nil
		}
	}
	if f.PercentBP != nil {
		row.PercentBp = f.PercentBP
	}
	if f.AmountMinor != nil {
		row.AmountMinor = f.AmountMinor
	}
	if f.Currency != nil {
		row.Currency = nil
		if *f.Currency != "" {
			row.Currency = f.Currency
		}
	}
	if f.CategoryIDs != nil {
		row.CategoryIds = []string{}
		for _, c := range *f.CategoryIDs {
			if !slices.Contains(row.CategoryIds, string(c)) {
				row.CategoryIds = append(row.CategoryIds, string(c))
			}
		}
	}
	if f.MinimumMinor != nil {
		row.MinimumMinor = *f.MinimumMinor
	}
	row.UsageLimit, row.UsagePerBuyer = orNone(f.UsageLimit, row.UsageLimit), orNone(f.UsagePerBuyer, row.UsagePerBuyer)
	if f.MembersOnly != nil {
		row.MembersOnly = *f.MembersOnly
	}
	if f.Active != nil {
		row.Active = *f.Active
	}
	if err := moment("body.starts_at", f.StartsAt, &row.StartsAt); err != nil {
		return err
	}
	if err := moment("body.ends_at", f.EndsAt, &row.EndsAt); err != nil {
		return err
	}
	return checkDiscount(*row)
}

// orNone is a limit that was given, nil for 0; else what it was.
func orNone(given, was *int32) *int32 {
	switch {
	case given == nil:
		return was
	case *given == 0:
		return nil
	}
	return given
}

// moment reads a time that was given; empty is none.
func moment(location string, given *string, to **time.Time) error {
	if given == nil {
		return nil
	}
	if *given == "" {
		*to = nil
		return nil
	}
	at, err := time.Parse(time.RFC3339, *given)
	if err != nil || at.Year() < 1970 || at.Year() > 9999 {
		return invalid(location, "expected a time as RFC 3339 writes it")
	}
	at = at.UTC().Truncate(clock.Precision)
	*to = &at
	return nil
}

// checkDiscount says which field of a discount is wrong.
func checkDiscount(d cartdb.Discount) error {
	percent := d.Kind == string(contract.PercentDiscount)
	for _, fault := range []struct {
		wrong             bool
		location, message string
	}{
		{!codeText.MatchString(d.Code), "body.code", "expected 3 to 40 letters, digits and hyphens"},
		{d.Name == "" || !utf8.ValidString(d.Name) || utf8.RuneCountInString(d.Name) > 120 || strings.ContainsFunc(d.Name, unicode.IsControl), "body.name", "expected a line of 1 to 120 characters"},
		{!percent && d.Kind != string(contract.FixedDiscount), "body.kind", "expected percent or fixed"},
		{percent != (d.PercentBp != nil), "body.percent_bp", "expected for percent, and only there"},
		{percent == (d.AmountMinor != nil), "body.amount_minor", "expected for fixed, and only there"},
		{d.PercentBp != nil && (*d.PercentBp < 1 || *d.PercentBp > 10_000), "body.percent_bp", "expected 1 to 10000"},
		{d.AmountMinor != nil && (*d.AmountMinor < 1 || *d.AmountMinor > 99_999_999_999), "body.amount_minor", "expected an amount above zero"},
		{d.MinimumMinor < 0 || d.MinimumMinor > 99_999_999_999, "body.minimum_minor", "expected an amount"},
		{d.Currency != nil && !currencyText.MatchString(*d.Currency), "body.currency", "expected three capital letters"},
		{d.Currency == nil && (!percent || d.MinimumMinor > 0), "body.currency", "is needed where there is an amount"},
		{len(d.CategoryIds) > maxCategories || slices.ContainsFunc(d.CategoryIds, func(c string) bool { return !categoryText.MatchString(c) }), "body.category_ids", "expected up to 50 ids of categories"},
		{d.UsageLimit != nil && (*d.UsageLimit < 1 || *d.UsageLimit < d.Used), "body.usage_limit", "is less than was used"},
		{d.UsagePerBuyer != nil && *d.UsagePerBuyer < 1, "body.usage_per_buyer", "expected a number above zero"},
		{d.StartsAt != nil && d.EndsAt != nil && !d.EndsAt.After(*d.StartsAt), "body.ends_at", "expected a time after it starts"},
	} {
		if fault.wrong {
			return invalid(fault.location, fault.message)
		}
	}
	return nil
}

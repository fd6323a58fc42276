package cart

import (
	"strings"
	"testing"
	"unicode/utf8"

	"rose-ash.com/roseash/api/cart/internal/cartdb"
	"rose-ash.com/roseash/api/shared/problem"
)

// FuzzDiscountFields: what the shop's fields make is what the database takes, or a 422.
func FuzzDiscountFields(f *testing.F) {
	f.Add("spring-10", "Spring", "percent", "GBP", "2026-05-01T00:00:00Z", "", int32(1000), int64(0), int32(5))
	f.Add("A B", "", "fixed", "pounds", "tomorrow", "0000-00-00T00:00:00Z", int32(-1), int64(1<<62), int32(-5))
	f.Add("ſpring", "a\u2028b", "percent", "", "9999-12-31T23:59:59-23:59", "2026-05-01T00:00:00.000000001Z", int32(1), int64(1), int32(0))
	f.Add("000", "\x90", "percent", "", "", "", int32(1), int64(1), int32(1))
	f.Fuzz(func(t *testing.T, code, name, kind, currency, starts, ends string, bp int32, amount int64, limit int32) {
		row := cartdb.Discount{CategoryIds: []string{}}
		fields := DiscountFields{Code: &code, Name: &name, Kind: &kind, Currency: &currency, StartsAt: &starts, EndsAt: &ends, UsageLimit: &limit}
		if kind == "percent" {
			fields.PercentBP = &bp
		} else {
			fields.AmountMinor = &amount
		}
		if err := fields.apply(&row); err != nil {
			if problem.From(err).Status != 422 || strings.Contains(err.Error(), "Spring") {
				t.Fatalf("apply: %v", err)
			}
			return
		}
		ok := codeText.MatchString(row.Code) && row.Code == normal(row.Code) && utf8.RuneCountInString(row.Name) <= 120 && row.Name != "" && utf8.ValidString(row.Name) &&
			(row.PercentBp != nil) == (row.Kind == "percent") && (row.AmountMinor != nil) == (row.Kind == "fixed") &&
			(row.AmountMinor == nil || row.Currency != nil && *row.AmountMinor > 0) && (row.UsageLimit == nil || *row.UsageLimit > 0) &&
			(row.StartsAt == nil || row.EndsAt == nil || row.EndsAt.After(*row.StartsAt))
		if !ok {
			t.Errorf("apply makes %+v", row)
		}
	})
}

// FuzzNotes: two notes are one that is not too long, has all of the first, and stays as it is
// when the second is put to it again.
func FuzzNotes(f *testing.F) {
	f.Add("on top", "not too ripe", 20)
	f.Add("é", strings.Repeat("ü", 30), 8)
	f.Fuzz(func(t *testing.T, a, b string, most int) {
		if most < 0 || most > 1000 || checkText("", a, most) != nil || checkText("", b, most) != nil {
			return
		}
		both := joined(a, b, most)
		if utf8.RuneCountInString(both) > most || !strings.HasPrefix(both, a) || !utf8.ValidString(both) {
			t.Errorf("joined(%q, %q, %d) = %q", a, b, most, both)
		}
		if again := joined(both, b, most); strings.Contains(both, b) && again != both {
			t.Errorf("once more: %q, then %q", both, again)
		}
	})
}

package seed

import (
	"slices"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/zones"
)

func TestShop(t *testing.T) {
	s := content(t).Shop
	if s.Business.Name == "" || s.Business.Address == "" || s.Terms == "" || s.Cancellation == "" {
		t.Errorf("business, terms or cancellation is missing: %+v", s.Business)
	}
	var kinds []string
	for _, d := range s.Delivery {
		kinds = append(kinds, d.Kind)
		for _, slot := range d.Slots {
			if slot.To <= slot.From || slot.Capacity < 1 {
				t.Errorf("%s: a slot from %d to %d for %d", d.Name, slot.From, slot.To, slot.Capacity)
			}
		}
	}
	if !slices.Contains(kinds, "collection") || !slices.Contains(kinds, "delivery") {
		t.Errorf("kinds of delivery: %v", kinds)
	}
	for _, d := range s.Discounts {
		if (d.Percent > 0) == (d.Amount > 0) {
			t.Errorf("%s takes %d basis points and %d pence", d.Code, d.Percent, d.Amount)
		}
	}
}

func TestWeekTimeNext(t *testing.T) {
	london, err := zones.Load("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	thursday := WeekTime{Weekday{time.Thursday}, 6 * 60}
	for _, tt := range []struct{ from, want string }{
		{"2026-11-23T12:00", "2026-11-26T06:00"},
		{"2026-11-26T05:59", "2026-11-26T06:00"},
		{"2026-11-26T06:00", "2026-12-03T06:00"},
		{"2026-10-22T06:00", "2026-10-29T06:00"}, // over the end of summer time
	} {
		from, err := time.ParseInLocation("2006-01-02T15:04", tt.from, london)
		if err != nil {
			t.Fatal(err)
		}
		if got := thursday.Next(from).Format("2006-01-02T15:04"); got != tt.want {
			t.Errorf("after %s: %s, want %s", tt.from, got, tt.want)
		}
	}
}

package seed_test

import (
	"testing"
	"time"

	"rose-ash.com/roseash/db/seed"
)

func TestFirstDay(t *testing.T) {
	today := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC) // a Monday
	for _, tt := range []struct {
		first seed.FirstDay
		want  string
	}{
		{seed.FirstDay{Day: seed.Weekday{Weekday: time.Monday}}, "2026-11-23"},
		{seed.FirstDay{Day: seed.Weekday{Weekday: time.Tuesday}, Weeks: -1}, "2026-11-17"},
		{seed.FirstDay{Day: seed.Weekday{Weekday: time.Sunday}, Weeks: 2}, "2026-12-13"},
		{seed.FirstDay{Day: seed.Weekday{Weekday: time.Wednesday}, Ordinal: 1, Months: -6}, "2026-05-06"},
		{seed.FirstDay{Day: seed.Weekday{Weekday: time.Thursday}, Ordinal: 3, Months: 2}, "2027-01-21"},
		{seed.FirstDay{Day: seed.Weekday{Weekday: time.Friday}, Ordinal: -1, Months: -1}, "2026-10-30"},
		{seed.FirstDay{Day: seed.Weekday{Weekday: time.Monday}, Ordinal: -1, Months: 0}, "2026-11-30"},
	} {
		if got := tt.first.On(today).Format(time.DateOnly); got != tt.want {
			t.Errorf("%+v on %s = %s, want %s", tt.first, today.Format(time.DateOnly), got, tt.want)
		}
	}
}

// TestEvents: every state that visitors see is in the demo, and each kind of repeating.
func TestEvents(t *testing.T) {
	data, err := seed.Content()
	if err != nil {
		t.Fatal(err)
	}
	e := data.Events
	if len(e.Calendars) < 3 || len(e.Venues) < 2 || len(e.Entries) < 8 {
		t.Fatalf("%d calendars, %d venues, %d entries", len(e.Calendars), len(e.Venues), len(e.Entries))
	}
	seen := map[string]bool{}
	for _, x := range e.Entries {
		if (x.Minutes > 0) == (x.Days > 0) {
			t.Errorf("%s lasts %d minutes and %d days", x.Slug, x.Minutes, x.Days)
		}
		for what, is := range map[string]bool{
			"once": x.RRule == "" && x.AlsoWeeks == nil, "series": x.RRule != "", "dates": x.AlsoWeeks != nil, "all day": x.Days > 0,
			"private": x.Private, "online": x.Attendance == "online", "mixed": x.Attendance == "mixed", "changed": x.Changes != nil,
			"night": x.Minutes > 0 && int(x.At)+x.Minutes > 24*60,
		} {
			seen[what] = seen[what] || is
		}
	}
	for _, what := range []string{"once", "series", "dates", "all day", "private", "online", "mixed", "changed", "night"} {
		if !seen[what] {
			t.Errorf("the demo has no entry of the kind %q", what)
		}
	}
}

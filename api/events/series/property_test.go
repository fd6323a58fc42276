package series_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rose-ash.com/roseash/api/events/localtime"
	"rose-ash.com/roseash/api/events/series"
	"rose-ash.com/roseash/api/shared/zones"
)

// drawnRule is a rule of the kind that the API accepts.
func drawnRule(t *rapid.T) string {
	freq := rapid.SampledFrom([]string{"DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "YEARLY"}).Draw(t, "freq")
	rule := "FREQ=" + freq
	some := func(name string, values []string, most int) {
		if rapid.Bool().Draw(t, "with "+name) {
			picked := rapid.SliceOfNDistinct(rapid.SampledFrom(values), 1, most, rapid.ID).Draw(t, name)
			rule += ";" + name + "=" + strings.Join(picked, ",")
		}
	}
	if n := rapid.IntRange(1, 4).Draw(t, "interval"); n > 1 {
		rule += fmt.Sprint(";INTERVAL=", n)
	}
	if rapid.Bool().Draw(t, "counted") {
		rule += fmt.Sprint(";COUNT=", rapid.IntRange(1, 60).Draw(t, "count"))
	} else if rapid.Bool().Draw(t, "ends") {
		rule += ";UNTIL=" + day(rapid.IntRange(0, 900).Draw(t, "until")).Format("20060102T150405")
	}
	weekdays := []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}
	switch freq {
	case "DAILY", "WEEKLY":
		some("BYDAY", weekdays, 4)
		if freq == "WEEKLY" && rapid.Bool().Draw(t, "sunday") {
			rule += ";WKST=SU"
		}
	case "MONTHLY":
		if rapid.Bool().Draw(t, "numbered") {
			some("BYDAY", []string{"1MO", "2TU", "3WE", "4TH", "5FR", "-1FR", "-2SA", "SU"}, 2)
		} else {
			some("BYMONTHDAY", []string{"1", "5", "15", "24", "28", "31", "-1", "-5", "-20"}, 3)
		}
	case "YEARLY":
		some("BYMONTH", []string{"1", "2", "3", "11", "12"}, 2)
		if rapid.Bool().Draw(t, "numbered") && strings.Contains(rule, "BYMONTH=") {
			some("BYDAY", []string{"1MO", "2TU", "-1FR"}, 2)
		}
	}
	if strings.Contains(rule, ";BY") && freq != "DAILY" && rapid.IntRange(0, 4).Draw(t, "position") == 0 {
		rule += ";BYSETPOS=" + rapid.SampledFrom([]string{"1", "-1", "1,-1", "2"}).Draw(t, "which")
	}
	return rule
}

// drawnSeries is a series whose first date is one of its rule, with some left out and added.
func drawnSeries(t *rapid.T) localtime.Series {
	zone, err := zones.Load(rapid.SampledFrom([]string{"Europe/London", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe"}).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	s := localtime.Series{Zone: zone, AllDay: rapid.Bool().Draw(t, "all day"), Rule: drawnRule(t)}
	at := day(rapid.IntRange(-40, 40).Draw(t, "from"))
	length := 3 * time.Hour
	if s.AllDay {
		at, length = at.Add(-19*time.Hour), 24*time.Hour
		s.Rule, _ = localtime.Canonical(s.Rule, true)
	}
	s.Start, s.End = at, at.Add(length)
	open := s
	open.Rule = withoutCount(s.Rule)
	first, err := open.Recurrences(at.AddDate(4, 0, 0), 2000)
	if err != nil || len(first) == 0 {
		t.Skip("the rule has no date") // of rapid: another is drawn
	}
	s.Start, s.End = first[0], first[0].Add(length)
	dates := dated(t, s)
	for range rapid.IntRange(0, 2).Draw(t, "left out") {
		s.ExDates = append(s.ExDates, rapid.SampledFrom(append(dates, s.Start)).Draw(t, "which"))
	}
	for range rapid.IntRange(0, 2).Draw(t, "added") {
		s.RDates = append(s.RDates, s.Start.AddDate(0, 0, rapid.IntRange(-9, 300).Draw(t, "where")))
	}
	return s
}

func withoutCount(rule string) string {
	parts := strings.Split(rule, ";")
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return strings.HasPrefix(p, "COUNT=") }), ";")
}

// horizon is how far the models look.
var horizon = day(800)

func dated(t *rapid.T, s localtime.Series) []time.Time {
	walls, err := s.Recurrences(horizon, 5000)
	if err != nil {
		t.Fatalf("%+v: %v", s, err)
	}
	return walls
}

func TestMatchProperties(t *testing.T) {
	walls := func(t *rapid.T, name string) []time.Time {
		list := days(rapid.SliceOfNDistinct(rapid.IntRange(0, 60), 0, 25, rapid.ID).Draw(t, name)...)
		slices.SortFunc(list, time.Time.Compare)
		return list
	}
	rapid.Check(t, func(t *rapid.T) {
		before, after := walls(t, "before"), walls(t, "after")
		became := series.Match(before, after)
		if len(became) != len(before) {
			t.Fatalf("%d of %d", len(became), len(before))
		}
		last := -1
		for i, to := range became {
			same := slices.IndexFunc(after, before[i].Equal)
			if same >= 0 && to != same {
				t.Fatalf("%v is in both lists, and became %d", before[i], to)
			}
			if to < 0 {
				continue
			}
			if to <= last || to >= len(after) {
				t.Fatalf("matches cross, or are none: %v", became)
			}
			last = to
		}
		if len(before) == len(after) && !slices.ContainsFunc(before, func(w time.Time) bool { return slices.ContainsFunc(after, w.Equal) }) && slices.Contains(became, -1) {
			t.Fatalf("as many new ones as old, and %v", became)
		}
	})
}

// TestCutExpands: the dates of the two parts are those of the series, wherever it is cut.
func TestCutExpands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawnSeries(t)
		dates := dated(t, s)
		if len(dates) < 2 {
			t.Skip("nothing to cut")
		}
		at := rapid.IntRange(1, len(dates)-1).Draw(t, "at")
		head, tail, ok := series.Cut(s, dates[at])
		if !ok {
			t.Fatalf("%+v is not cut at %v", s, dates[at])
		}
		if got := dated(t, head); !slices.EqualFunc(got, dates[:at], time.Time.Equal) {
			t.Fatalf("head %+v has %v, want %v", head, got, dates[:at])
		}
		if got := dated(t, tail); !slices.EqualFunc(got, dates[at:], time.Time.Equal) {
			t.Fatalf("tail %+v has %v, want %v", tail, got, dates[at:])
		}
		if tail.End.Sub(tail.Start) != s.End.Sub(s.Start) || head.End.Sub(head.Start) != s.End.Sub(s.Start) {
			t.Fatal("another length")
		}
	})
}

// TestShiftExpands: to move a series and then list it is to list it and then move each date.
func TestShiftExpands(t *testing.T) {
	defined := 0
	rapid.Check(t, func(t *rapid.T) {
		s := drawnSeries(t)
		by := drawnShift(t, s)
		moved, ok := series.Shift(s, by, s.End.Sub(s.Start))
		if !ok {
			return
		}
		defined++
		var want []time.Time
		for _, wall := range dated(t, s) {
			want = append(want, wall.Add(by))
		}
		got, err := moved.Recurrences(horizon.Add(by), 5000)
		if err != nil || !slices.EqualFunc(got, want, time.Time.Equal) {
			t.Fatalf("%+v by %v is %+v, which has\n%v (%v), want\n%v", s, by, moved, got, err, want)
		}
	})
	if defined < 20 {
		t.Errorf("only %d were defined", defined)
	}
}

func drawnShift(t *rapid.T, s localtime.Series) time.Duration {
	by := time.Duration(rapid.OneOf(rapid.IntRange(-9, 9), rapid.IntRange(-400, 400)).Draw(t, "days")) * 24 * time.Hour
	if !s.AllDay {
		by += time.Duration(rapid.IntRange(-30, 30).Draw(t, "hours")) * time.Hour
	}
	return by
}

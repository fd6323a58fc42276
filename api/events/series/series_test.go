package series_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/events/localtime"
	"rose-ash.com/roseash/api/events/series"
	"rose-ash.com/roseash/api/shared/zones"
)

// day is 19:00 so many days after 24 November 2026, a Tuesday.
func day(n int) time.Time { return time.Date(2026, 11, 24+n, 19, 0, 0, 0, time.UTC) }

func days(ns ...int) (walls []time.Time) {
	for _, n := range ns {
		walls = append(walls, day(n))
	}
	return walls
}

// every are the days from first, so many of them, step apart.
func every(first, step, count int) (walls []time.Time) {
	for i := range count {
		walls = append(walls, day(first+i*step))
	}
	return walls
}

func TestMatch(t *testing.T) {
	for name, test := range map[string]struct {
		before, after []time.Time
		want          []int
	}{
		"nothing":                      {nil, days(1), []int{}},
		"all gone":                     {days(1, 2), nil, []int{-1, -1}},
		"the same":                     {days(0, 7, 14), days(0, 7, 14), []int{0, 1, 2}},
		"once, years later":            {days(0), days(700), []int{0}},
		"another weekday":              {days(0, 7, 14), days(1, 8, 15), []int{0, 1, 2}},
		"another weekday, one less":    {days(0, 7, 14), days(1, 8), []int{0, 1, -1}},
		"a week later":                 {days(0, 7, 14, 21), days(7, 14, 21, 28), []int{-1, 0, 1, 2}},
		"a week earlier":               {days(7, 14, 21), days(0, 7, 14), []int{1, 2, -1}},
		"every two weeks":              {days(0, 7, 14, 21, 28), days(0, 14, 28), []int{0, -1, 1, -1, 2}},
		"two weeks, another weekday":   {days(0, 7, 14, 21, 28), days(1, 15, 29), []int{0, -1, 1, -1, 2}},
		"twice a week":                 {days(0, 7), days(0, 2, 7, 9), []int{0, 2}},
		"one left out, one added":      {days(0, 7, 14), days(0, 9, 14), []int{0, 1, 2}},
		"one left out":                 {days(0, 7, 14), days(0, 14), []int{0, -1, 1}},
		"the last moved":               {days(0, 7), days(0, 40), []int{0, 1}},
		"weekly twice to yearly":       {days(0, 7), days(0, 365, 730), []int{0, -1}},
		"weekly thrice to yearly":      {days(0, 7, 14), days(1, 366), []int{0, -1, -1}},
		"as near before as after":      {days(7), days(0, 14), []int{0}},
		"two as near":                  {days(0, 14), days(7), []int{0, -1}},
		"stretches keep to themselves": {days(0, 2, 4, 10, 20), days(1, 10, 18, 20), []int{0, -1, -1, 1, 3}},
	} {
		if got := series.Match(test.before, test.after); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// TestMatchYearsOn: who comes to the first date of a weekly series that begins a week later, is
// not taken along to its last date, nor to any other.
func TestMatchYearsOn(t *testing.T) {
	before, after := every(0, 7, 104), every(7, 7, 104)
	became := series.Match(before, after)
	if became[0] != -1 || became[1] != 0 || became[103] != 102 {
		t.Errorf("Match = %v", became)
	}
}

// supper is a series of evenings from 24 November 2026.
func supper(t testing.TB, rule string) localtime.Series {
	zone, err := zones.Load("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return localtime.Series{Zone: zone, Start: day(0), End: day(0).Add(3 * time.Hour), Rule: rule}
}

func recurrences(t testing.TB, s localtime.Series, until time.Time) []time.Time {
	t.Helper()
	walls, err := s.Recurrences(until, 100_000)
	if err != nil {
		t.Fatalf("%+v: %v", s, err)
	}
	return walls
}

func TestCut(t *testing.T) {
	for name, test := range map[string]struct {
		rule         string
		rdates       []time.Time
		exdates      []time.Time
		at           time.Time
		head, tail   string
		start        time.Time
		heads, tails []time.Time // RDates of both
	}{
		"open":        {rule: "FREQ=WEEKLY", at: day(14), head: "FREQ=WEEKLY;UNTIL=20261201T190000", tail: "FREQ=WEEKLY", start: day(14)},
		"until":       {rule: "FREQ=WEEKLY;UNTIL=20270301", at: day(14), head: "FREQ=WEEKLY;UNTIL=20261201T190000", tail: "FREQ=WEEKLY;UNTIL=20270301", start: day(14)},
		"count":       {rule: "FREQ=WEEKLY;COUNT=10", at: day(14), head: "FREQ=WEEKLY;COUNT=2", tail: "FREQ=WEEKLY;COUNT=8", start: day(14)},
		"left out":    {rule: "FREQ=WEEKLY;COUNT=10", exdates: days(7, 21), at: day(14), head: "FREQ=WEEKLY;COUNT=2", tail: "FREQ=WEEKLY;COUNT=8", start: day(14)},
		"added":       {rule: "FREQ=WEEKLY;COUNT=3", rdates: days(1, 15), at: day(14), head: "FREQ=WEEKLY;COUNT=2", tail: "FREQ=WEEKLY;COUNT=1", start: day(14), heads: days(1), tails: days(15)},
		"at an added": {rule: "FREQ=WEEKLY;COUNT=3", rdates: days(8), at: day(8), head: "FREQ=WEEKLY;COUNT=2", tail: "FREQ=WEEKLY;COUNT=1", start: day(14), tails: days(8)},
		"at the last, added": {rule: "FREQ=WEEKLY;COUNT=2", rdates: days(30, 40), at: day(30), head: "FREQ=WEEKLY;COUNT=2", start: day(30),
			tails: days(40)},
		"at the start, after an added": {rule: "FREQ=WEEKLY", rdates: days(-3, -2), at: day(0), tail: "FREQ=WEEKLY", start: day(0), heads: days(-2)},
		"only added":                   {rdates: days(3, 5, 9), at: day(5), start: day(5), heads: days(3), tails: days(9)},
		"leap years":                   {rule: "FREQ=YEARLY;INTERVAL=4", rdates: days(1), at: day(1), head: "FREQ=YEARLY;UNTIL=20261124T190000;INTERVAL=4", tail: "FREQ=YEARLY;INTERVAL=4", start: time.Date(2030, 11, 24, 19, 0, 0, 0, time.UTC), tails: days(1)},
	} {
		t.Run(name, func(t *testing.T) {
			s := supper(t, test.rule)
			s.RDates, s.ExDates = test.rdates, test.exdates
			head, tail, ok := series.Cut(s, test.at)
			if !ok {
				t.Fatal("not cut")
			}
			if head.Rule != test.head || tail.Rule != test.tail || !tail.Start.Equal(test.start) || tail.End.Sub(tail.Start) != 3*time.Hour {
				t.Errorf("%q and %q from %v", head.Rule, tail.Rule, tail.Start)
			}
			if !slices.Equal(head.RDates, test.heads) || !slices.Equal(tail.RDates, test.tails) {
				t.Errorf("added: %v and %v", head.RDates, tail.RDates)
			}
			until := day(3000)
			if diff := cmp.Diff(recurrences(t, s, until), append(recurrences(t, head, until), recurrences(t, tail, until)...)); diff != "" {
				t.Errorf("together they have (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCutRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		rule    string
		exdates []time.Time
		at      time.Time
	}{
		"the first":            {"FREQ=WEEKLY", nil, day(0)},
		"no date":              {"FREQ=WEEKLY", nil, day(6)},
		"before all":           {"FREQ=WEEKLY", nil, day(-7)},
		"after all":            {"FREQ=WEEKLY;COUNT=3", nil, day(21)},
		"one left out":         {"FREQ=WEEKLY", days(7), day(7)},
		"the first that is in": {"FREQ=WEEKLY", days(0), day(7)},
		"once":                 {"", nil, day(0)},
		"no rule":              {"FREQ=OFTEN", nil, day(7)},
	} {
		s := supper(t, test.rule)
		s.ExDates = test.exdates
		if _, _, ok := series.Cut(s, test.at); ok {
			t.Errorf("%s: cut", name)
		}
	}
}

func TestShift(t *testing.T) {
	const hour, d = time.Hour, 24 * time.Hour
	for _, test := range []struct {
		rule string
		by   time.Duration
		want string // "no" where it is not defined
	}{
		{"", 40 * d, ""},
		{"FREQ=DAILY;BYHOUR=19", 0, "FREQ=DAILY;BYHOUR=19"},
		{"FREQ=DAILY;BYHOUR=19", hour, "no"},
		{"FREQ=HOURLY", hour, "no"},
		{"FREQ=WEEKLY;UNTIL=20261215T190000", hour, "FREQ=WEEKLY;UNTIL=20261215T200000"},
		{"FREQ=WEEKLY;UNTIL=20261215", hour, "FREQ=WEEKLY;UNTIL=20261216T005959"},
		{"FREQ=WEEKLY", 3 * d, "FREQ=WEEKLY"},
		{"FREQ=WEEKLY;BYDAY=TU,FR", d, "FREQ=WEEKLY;BYDAY=WE,SA"},
		{"FREQ=WEEKLY;BYDAY=TU,SU", d, "FREQ=WEEKLY;BYDAY=MO,WE"},
		{"FREQ=WEEKLY;BYDAY=TU,SU", 6 * hour, "FREQ=WEEKLY;BYDAY=MO,WE"},
		{"FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU", d, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;WKST=TU"},
		{"FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", d, "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"},
		{"FREQ=WEEKLY;BYDAY=TU,FR", -8 * d, "FREQ=WEEKLY;BYDAY=MO,TH"},
		{"FREQ=WEEKLY;BYMONTH=11,12", d, "no"},
		{"FREQ=WEEKLY;BYMONTH=11,12", hour, "FREQ=WEEKLY;BYMONTH=11,12"},
		{"FREQ=DAILY;BYDAY=TU,WE,TH", 2 * d, "FREQ=DAILY;BYDAY=TH,FR,SA"},
		{"FREQ=DAILY;BYMONTH=11", d, "no"},
		{"FREQ=MONTHLY", 4 * d, "FREQ=MONTHLY"},
		{"FREQ=MONTHLY", 5 * d, "no"},
		{"FREQ=MONTHLY;BYMONTHDAY=1,24", 4 * d, "FREQ=MONTHLY;BYMONTHDAY=5,28"},
		{"FREQ=MONTHLY;BYMONTHDAY=1,24", -d, "no"},
		{"FREQ=MONTHLY;BYMONTHDAY=-7,-9", 6 * d, "FREQ=MONTHLY;BYMONTHDAY=-3,-1"},
		{"FREQ=MONTHLY;BYMONTHDAY=-7", 7 * d, "no"},
		{"FREQ=MONTHLY;BYMONTHDAY=24,31", -3 * d, "no"},
		{"FREQ=MONTHLY;BYDAY=4TU", d, "no"},
		{"FREQ=MONTHLY;BYDAY=4TU", -7 * d, "FREQ=MONTHLY;BYDAY=3TU"},
		{"FREQ=MONTHLY;BYDAY=4TU", 7 * d, "no"},
		{"FREQ=MONTHLY;BYDAY=-1TU", -7 * d, "FREQ=MONTHLY;BYDAY=-2TU"},
		{"FREQ=MONTHLY;BYDAY=TU,2MO", -7 * d, "no"},
		{"FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=24", d, "no"},
		{"FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1", d, "no"},
		{"FREQ=YEARLY", 30 * d, "FREQ=YEARLY"},
		{"FREQ=YEARLY", 120 * d, "no"},
		{"FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=24", 10 * d, "FREQ=YEARLY;BYMONTHDAY=4;BYMONTH=12"},
		{"FREQ=YEARLY;BYMONTH=11", 45 * d, "FREQ=YEARLY;BYMONTH=1"},
		{"FREQ=YEARLY;BYMONTH=3,11", 2 * d, "FREQ=YEARLY;BYMONTH=3,11"},
		{"FREQ=YEARLY;BYMONTH=3,11", 10 * d, "no"},
		{"FREQ=YEARLY;BYMONTH=11;BYDAY=4TU", -7 * d, "FREQ=YEARLY;BYDAY=3TU;BYMONTH=11"},
		{"FREQ=YEARLY;BYDAY=47TU", 7 * d, "FREQ=YEARLY;BYDAY=48TU"},
		{"FREQ=YEARLY;BYYEARDAY=328", d, "no"},
	} {
		t.Run(fmt.Sprint(test.rule, " by ", test.by), func(t *testing.T) {
			s := supper(t, test.rule)
			moved, ok := series.Shift(s, test.by, hour)
			if ok != (test.want != "no") {
				t.Fatalf("defined: %v", ok)
			}
			if !ok {
				return
			}
			if moved.Rule != test.want || moved.End.Sub(moved.Start) != hour {
				t.Errorf("%q, lasting %v", moved.Rule, moved.End.Sub(moved.Start))
			}
		})
	}
	s := supper(t, "FREQ=DAILY")
	s.AllDay, s.Start = true, time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	if _, ok := series.Shift(s, hour, d); ok {
		t.Error("what takes whole days is moved by an hour")
	}
	if _, ok := series.Shift(s, d, hour); ok {
		t.Error("what takes whole days lasts an hour")
	}
}

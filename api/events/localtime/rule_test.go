package localtime_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"rose-ash.com/roseash/api/events/localtime"
	"rose-ash.com/roseash/api/shared/zones"
)

// TestExpandEnds: rules that have no date, or hardly any, cost no more than the time asked for.
// Some of them keep the library, other engines too, looking for ever.
func TestExpandEnds(t *testing.T) {
	until := time.Date(2028, 11, 24, 0, 0, 0, 0, time.UTC)
	for rule, most := range map[string]int{
		"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31":                      0,
		"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31":                       0,
		"FREQ=DAILY;INTERVAL=100000":                               1,
		"FREQ=DAILY;INTERVAL=999999999":                            1,
		"FREQ=WEEKLY;INTERVAL=999999999":                           1,
		"FREQ=MONTHLY;INTERVAL=999999999":                          1,
		"FREQ=YEARLY;INTERVAL=999999999":                           1,
		"FREQ=DAILY;INTERVAL=7;BYDAY=WE":                           0,
		"FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31":                   0,
		"FREQ=MONTHLY;BYMONTH=12;BYDAY=20MO":                       0,
		"FREQ=MONTHLY;BYDAY=-53MO":                                 0,
		"FREQ=YEARLY;BYMONTH=12;BYDAY=53SU,-53MO":                  0,
		"FREQ=MONTHLY;BYDAY=MO;BYSETPOS=366":                       0,
		"FREQ=HOURLY;INTERVAL=24;BYHOUR=5":                         0,
		"FREQ=MINUTELY;INTERVAL=1440;BYHOUR=5":                     0,
		"FREQ=SECONDLY;INTERVAL=86400;BYMINUTE=1":                  0,
		"FREQ=SECONDLY;BYSECOND=1;BYSETPOS=2":                      0,
		"FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=31":                    0,
		"FREQ=SECONDLY;INTERVAL=999999999":                         1,
		"FREQ=MINUTELY;BYHOUR=5;BYMINUTE=7;BYMONTH=1;BYMONTHDAY=1": 2,
	} {
		s := weekly(t)
		s.Rule = rule
		dates, err := s.Expand(until, 800)
		if err != nil || len(dates) != most {
			t.Errorf("%s: %d dates, %v, want %d", rule, len(dates), err, most)
		}
	}
	for _, rule := range []string{
		"FREQ=SECONDLY", "FREQ=SECONDLY;BYSECOND=0,30", "FREQ=DAILY;BYHOUR=9,19", "FREQ=HOURLY;COUNT=801",
		"FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12;BYMINUTE=0,1,2,3,4,5,6,7,8,9,10,11,12;BYSECOND=0,1,2,3,4,5,6,7,8,9,10,11,12",
	} {
		s := weekly(t)
		s.Rule = rule
		if dates, err := s.Expand(until, 800); !errors.Is(err, localtime.ErrTooMany) {
			t.Errorf("%s: %d dates, %v", rule, len(dates), err)
		}
	}
}

// TestExpandLimit: as many as the limit are fine, and those that ExDates take away do not count.
func TestExpandLimit(t *testing.T) {
	s := weekly(t)
	s.Rule = "FREQ=DAILY;COUNT=10"
	until := s.Start.AddDate(1, 0, 0)
	if dates, err := s.Expand(until, 10); err != nil || len(dates) != 10 {
		t.Errorf("%d dates, %v", len(dates), err)
	}
	if _, err := s.Expand(until, 9); !errors.Is(err, localtime.ErrTooMany) {
		t.Errorf("one more than the limit: %v", err)
	}
	s.ExDates = []time.Time{s.Start.AddDate(0, 0, 4)}
	if dates, err := s.Expand(until, 9); err != nil || len(dates) != 9 {
		t.Errorf("with one left out: %d dates, %v", len(dates), err)
	}
	s.RDates = []time.Time{s.Start.Add(time.Hour)}
	if _, err := s.Expand(until, 9); !errors.Is(err, localtime.ErrTooMany) {
		t.Errorf("with one added: %v", err)
	}
	if dates, err := s.Expand(s.Start, 0); err != nil || len(dates) != 0 {
		t.Errorf("before the start: %d dates, %v", len(dates), err)
	}
}

// TestSubDailySetPos has what other engines spin on.
func TestSubDailySetPos(t *testing.T) {
	s := weekly(t)
	s.Rule = "FREQ=HOURLY;BYMINUTE=0,15,45;BYSETPOS=-1,1;COUNT=3"
	walls, err := s.Recurrences(s.Start.AddDate(1, 0, 0), 800)
	want := []time.Time{s.Start, s.Start.Add(45 * time.Minute), s.Start.Add(time.Hour)}
	if err != nil || !slices.Equal(walls, want) {
		t.Errorf("%v, %v", walls, err)
	}
}

// TestEndsNeverBefore: what lasts does so on each date, also where it begins in a gap and ends after it.
func TestEndsNeverBefore(t *testing.T) {
	for _, name := range []string{"Europe/London", "Pacific/Apia", "Australia/Lord_Howe", "Antarctica/Troll"} {
		zone, err := zones.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, length := range []time.Duration{0, time.Minute, 20 * time.Minute, time.Hour, 3 * time.Hour, 24 * time.Hour} {
			start := time.Date(2011, 1, 1, 0, 10, 0, 0, time.UTC)
			s := localtime.Series{Zone: zone, Start: start, End: start.Add(length), Rule: "FREQ=HOURLY"}
			dates, err := s.Expand(start.AddDate(1, 0, 2), 10_000)
			if err != nil || len(dates) < 8000 {
				t.Fatalf("%d dates, %v", len(dates), err)
			}
			for _, d := range dates {
				if d.Until.Before(d.At) || length > 0 && !d.Until.After(d.At) {
					t.Fatalf("%s: %v until %v", name, d.At, d.Until)
				}
			}
		}
	}
}

// FuzzRule: whatever a rule is, it is refused or followed, in bounded work; what is followed is in
// its order, once each, in its time; and what is written of it means the same.
func FuzzRule(f *testing.F) {
	for _, rule := range append([]string{
		"FREQ=WEEKLY;BYDAY=TU;COUNT=10", "FREQ=MONTHLY;BYDAY=-1FR,MO;BYSETPOS=-1", "FREQ=YEARLY;BYWEEKNO=53;WKST=SU", "FREQ=YEARLY;BYYEARDAY=-366,366",
		"FREQ=HOURLY;INTERVAL=24;BYHOUR=5", "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=31", "FREQ=DAILY;UNTIL=20261224", "FREQ=YEARLY;BYMONTH=12;BYDAY=53MO",
	}, wrongRules...) {
		f.Add(rule, int64(1_795_000_000), false)
	}
	zone, err := zones.Load("Europe/London")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, rule string, at int64, allDay bool) {
		start := time.Unix(at%8_000_000_000, 0).UTC() // to 2223, from 1716
		s := localtime.Series{Zone: zone, AllDay: allDay, Start: start, End: start.Add(time.Hour), Rule: rule}
		until := start.AddDate(2, 0, 0)
		dates, err := s.Recurrences(until, 800)
		canonical, canonicalErr := localtime.Canonical(rule, allDay)
		s.Words()
		if canonicalErr != nil {
			if err == nil {
				t.Fatalf("%q is followed, and not written", rule)
			}
			return
		}
		if again, err := localtime.Canonical(canonical, allDay); err != nil || again != canonical {
			t.Fatalf("%q is written %q, and that %q (%v)", rule, canonical, again, err)
		}
		for i, d := range dates {
			if !d.Before(until) || i > 0 && !dates[i-1].Before(d) || i == 0 && d.Before(start.AddDate(0, 0, -1)) {
				t.Fatalf("%q from %v has %v", rule, start, d)
			}
		}
		s.Rule = canonical
		same, sameErr := s.Recurrences(until, 800)
		if (err == nil) != (sameErr == nil) || !slices.EqualFunc(dates, same, time.Time.Equal) {
			t.Fatalf("%q has %d dates (%v), written as %q it has %d (%v)", rule, len(dates), err, canonical, len(same), sameErr)
		}
	})
}

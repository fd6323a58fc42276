package localtime_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"rose-ash.com/roseash/api/events/localtime"
	"rose-ash.com/roseash/api/shared/zones"
)

// searched is Resolve by looking at every instant, a minute apart, that may have the wall time.
func searched(wall time.Time, zone *time.Location) (at time.Time, how localtime.Adjustment) {
	var shown []time.Time
	for t := wall.Add(-27 * time.Hour); t.Before(wall.Add(27 * time.Hour)); t = t.Add(time.Minute) {
		if localtime.Wall(t, zone).Equal(wall) {
			shown = append(shown, t)
		}
	}
	switch {
	case len(shown) > 1:
		return shown[0], localtime.Overlap
	case len(shown) == 1:
		return shown[0], localtime.Regular
	}
	// The last instant at which the clocks are still before the wall time has the offset before the gap.
	t := wall.Add(-27 * time.Hour)
	for localtime.Wall(t.Add(time.Minute), zone).Before(wall) {
		t = t.Add(time.Minute)
	}
	_, offset := t.In(zone).Zone()
	return wall.Add(-time.Duration(offset) * time.Second), localtime.Gap
}

// TestResolveAsSearched holds Resolve against that, in all zones, most of it about their changes.
func TestResolveAsSearched(t *testing.T) {
	names := zones.Names()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(names).Draw(t, "zone")
		zone, err := zones.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		// Offsets were no whole minutes long ago.
		day := time.Date(rapid.IntRange(1975, 2100).Draw(t, "year"), time.Month(rapid.IntRange(1, 12).Draw(t, "month")),
			rapid.IntRange(1, 31).Draw(t, "day"), 0, 0, 0, 0, time.UTC)
		wall := day.Add(time.Duration(rapid.IntRange(0, 24*60-1).Draw(t, "minute")) * time.Minute)
		if rapid.Bool().Draw(t, "near a change") {
			for range 200 {
				_, before := day.In(zone).Zone()
				day = day.AddDate(0, 0, 2)
				if _, after := day.In(zone).Zone(); before != after {
					break
				}
			}
			wall = day.Add(time.Duration(rapid.IntRange(-60*60, 12*60).Draw(t, "about")) * time.Minute)
		}
		at, how := localtime.Resolve(wall, zone)
		wantAt, wantHow := searched(wall, zone)
		if !at.Equal(wantAt) || how != wantHow {
			t.Fatalf("%s in %s: %v %q, want %v %q", wall, name, at, how, wantAt, wantHow)
		}
		if shown := localtime.Wall(at, zone); (how == localtime.Gap) == shown.Equal(wall) || shown.Before(wall) {
			t.Fatalf("%s in %s, %q: clocks show %s", wall, name, how, shown)
		}
	})
}

// TestResolveEverywhere goes through the last days of years, where the standard library's bounds
// of periods are not what they say, and through changes in the far future, in all zones.
func TestResolveEverywhere(t *testing.T) {
	for _, name := range zones.Names() {
		zone, err := zones.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		for year := 1900; year <= 2400; year += 4 {
			for day := -3; day <= 3; day++ {
				wall := time.Date(year, 12, 31+day, 12, 0, 0, 0, time.UTC)
				if at, how := localtime.Resolve(wall, zone); how != localtime.Gap && !localtime.Wall(at, zone).Equal(wall) {
					t.Errorf("%s in %s: clocks show %s", wall, name, localtime.Wall(at, zone))
				}
			}
		}
	}
}

func TestParse(t *testing.T) {
	for text, allDay := range map[string]bool{
		"2026-11-24T19:00:00": false, "0001-01-01T00:00:00": false, "9999-12-31T23:59:59": false, "2024-02-29": true,
	} {
		wall, err := localtime.Parse(text, allDay)
		if err != nil || localtime.Format(wall, allDay) != text || wall.Location() != time.UTC {
			t.Errorf("Parse(%q) = %v, %v", text, wall, err)
		}
	}
	for _, text := range []string{
		"", "2026-11-24", "2026-11-24T19:00", "2026-11-24T19:00:00Z", "2026-11-24 19:00:00", "2026-11-24T24:00:00", "2026-02-29T19:00:00",
		"2026-11-24T19:00:00.5", "2026-11-24T19:00:0", "2026-11-24T19:0:000", "0000-11-24T19:00:00", "2026-11-24T19:00:60", "２026-11-24T19:00",
	} {
		if wall, err := localtime.Parse(text, false); err == nil {
			t.Errorf("Parse(%q) = %v", text, wall)
		}
	}
	for _, text := range []string{"", "2026-11-24T19:00:00", "2026-1-24", "2026-02-29", "24-11-2026", "0000-01-01"} {
		if wall, err := localtime.Parse(text, true); err == nil {
			t.Errorf("Parse(%q) of a date = %v", text, wall)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("2026-11-24T19:00:00", false)
	f.Add("2026-11-24", true)
	f.Fuzz(func(t *testing.T, text string, allDay bool) {
		wall, err := localtime.Parse(text, allDay)
		if err == nil && localtime.Format(wall, allDay) != text {
			t.Errorf("Parse(%q) is written %q", text, localtime.Format(wall, allDay))
		}
	})
}

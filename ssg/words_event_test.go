package ssg

import (
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/zones"
)

// instant is a wall time in a zone.
func instant(t *testing.T, local, zone string) time.Time {
	t.Helper()
	z, err := zones.Load(zone)
	if err != nil {
		t.Fatal(err)
	}
	w := wall(local)
	return time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), 0, z)
}

func TestSpanWords(t *testing.T) {
	for _, c := range []struct{ start, end, words, short string }{
		{"2026-11-24T19:00:00", "2026-11-24T22:00:00", "Tuesday 24 November 2026, 19:00–22:00", "19:00–22:00"},
		{"2026-11-24T19:00:00", "2026-11-24T19:00:00", "Tuesday 24 November 2026, 19:00", "19:00"},
		{"2026-11-24T19:00:00", "2026-11-25T00:00:00", "Tuesday 24 November 2026, 19:00–midnight", "19:00–midnight"},
		{"2026-11-24T22:00:00", "2026-11-25T02:00:00", "Tuesday 24 November 2026, 22:00–02:00 the next day", "22:00–02:00 the next day"},
		{"2026-11-27T18:00:00", "2026-11-29T16:00:00", "Friday 27 November, 18:00, to Sunday 29 November 2026, 16:00", "18:00, to Sunday 29 November, 16:00"},
		{"2026-12-31T18:00:00", "2027-01-02T00:00:00", "Thursday 31 December 2026, 18:00, to Friday 1 January 2027, midnight", "18:00, to Friday 1 January, midnight"},
		{"2026-11-24", "2026-11-25", "Tuesday 24 November 2026, all day", "All day"},
		{"2026-11-27", "2026-11-30", "Friday 27 November to Sunday 29 November 2026", "To Sunday 29 November"},
		{"2026-12-30", "2027-01-03", "Wednesday 30 December 2026 to Saturday 2 January 2027", "To Saturday 2 January"},
	} {
		s := span{start: wall(c.start), end: wall(c.end), allDay: len(c.start) == len(time.DateOnly), zone: "Europe/London"}
		if got := s.words(); got != c.words {
			t.Errorf("words of %s to %s = %q, want %q", c.start, c.end, got, c.words)
		}
		if got := s.short(); got != c.short {
			t.Errorf("short of %s to %s = %q, want %q", c.start, c.end, got, c.short)
		}
	}
}

// TestSpanOn: what lasts several days says on each of them what it is there.
func TestSpanOn(t *testing.T) {
	s := span{start: wall("2026-11-27T18:00:00"), end: wall("2026-11-29T16:00:00")}
	for iso, want := range map[string]string{"2026-11-27": "from 18:00", "2026-11-28": "All day", "2026-11-29": "to 16:00"} {
		if got := s.on(wall(iso)); got != want {
			t.Errorf("on %s: %q, want %q", iso, got, want)
		}
	}
}

func TestZoneWords(t *testing.T) {
	for _, c := range []struct{ zone, local, want string }{
		{"Europe/London", "2026-11-24T19:00:00", ""},
		{"America/New_York", "2026-11-24T19:00:00", "New York time, GMT-5"},
		{"Asia/Kolkata", "2026-11-24T19:00:00", "Kolkata time, GMT+5:30"},
		{"Pacific/Apia", "2026-11-24T19:00:00", "Apia time, GMT+13"},
		{"Africa/Abidjan", "2026-11-24T19:00:00", "Abidjan time, GMT"},
		{"America/St_Johns", "2026-11-24T19:00:00", "St Johns time, GMT-3:30"},
		{"Etc/UTC", "2026-11-24T19:00:00", "Universal time, GMT"},
	} {
		s := span{start: wall(c.local), zone: c.zone, at: instant(t, c.local, c.zone)}
		if got := s.zoneWords("Europe/London"); got != c.want {
			t.Errorf("%s: %q, want %q", c.zone, got, c.want)
		}
	}
}

// TestClockNote: at the hour that the clocks skip or show twice it is said what happens.
func TestClockNote(t *testing.T) {
	london, err := zones.Load("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	gap := span{start: wall("2026-03-29T01:30:00"), zone: "Europe/London", at: time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC), adjusted: "gap"}
	if got, want := gap.clockNote(), "The clocks go forward over 01:30 that day: it begins when they show 02:30."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	overlap := span{start: wall("2026-10-25T01:30:00"), zone: "Europe/London", at: time.Date(2026, 10, 25, 1, 30, 0, 0, time.FixedZone("BST", 3600)).In(london), adjusted: "overlap"}
	if got, want := overlap.clockNote(), "The clocks go back that day and show 01:30 twice: it begins at the first, GMT+1."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := (span{start: wall("2026-10-25T01:30:00"), zone: "Europe/London"}).clockNote(); got != "" {
		t.Errorf("%q for an hour at which nothing happens", got)
	}
}

func TestFeatureWords(t *testing.T) {
	got := featureWords(contract.Venue{Accessibility: []string{"step_free", "baby_change"}})
	if len(got) != 2 || got[0] != "Step-free access" || got[1] != "Baby change" {
		t.Errorf("featureWords = %q", got)
	}
}

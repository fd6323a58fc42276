package ical_test

import (
	"slices"
	"testing"
	"time"

	"github.com/teambition/rrule-go"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/ical"
	"rose-ash.com/roseash/api/shared/zones"
)

// until is up to when the dates of tests' entries are known.
var until = wall(2028, 12, 1, 0, 0)

// instantOf finds the instant of a wall time by looking at all quarters of an hour around it:
// the first that shows it, or where none does, by what was in force before.
func instantOf(t testing.TB, wall time.Time, zone *time.Location) (at time.Time, adjusted string) {
	t.Helper()
	var showing []time.Time
	before := 0
	for d := -16 * time.Hour; d <= 16*time.Hour; d += 15 * time.Minute {
		_, offset := wall.Add(d).In(zone).Zone()
		shown := wall.Add(d).Add(time.Duration(offset) * time.Second)
		if shown.Equal(wall) {
			showing = append(showing, wall.Add(d))
		}
		if shown.Before(wall) && len(showing) == 0 {
			before = offset
		}
	}
	switch len(showing) {
	case 0:
		return wall.Add(-time.Duration(before) * time.Second), "gap"
	case 1:
		return showing[0], ""
	default:
		return showing[0], "overlap"
	}
}

func parseWall(t testing.TB, text string) time.Time {
	t.Helper()
	for _, form := range []string{"2006-01-02T15:04:05", "2006-01-02"} {
		if wall, err := time.Parse(form, text); err == nil {
			return wall
		}
	}
	t.Fatalf("wall time %q", text)
	return time.Time{}
}

func formatWall(wall time.Time, allDay bool) string {
	if allDay {
		return wall.Format("2006-01-02")
	}
	return wall.Format("2006-01-02T15:04:05")
}

// newEntry is a confirmed entry with the dates that its rule gives.
func newEntry(t testing.TB, uid, zone, start, end, rule string, rdates, exdates []string) contract.Entry {
	t.Helper()
	e := contract.Entry{
		UID: uid, State: contract.EntryConfirmed, Kind: contract.EntryPublic, Timezone: zone, AllDay: len(start) == 10,
		LocalStart: start, LocalEnd: end, RRule: rule, RDates: rdates, ExDates: exdates, EditedAt: stamp,
		CreatedAt: stamp.Add(-time.Hour), Attendance: contract.InPerson,
	}
	e.ID, e.Slug, e.Title = contract.EntryID("entry_"+uid), uid, "Entry "+uid
	e.Calendar = contract.CalendarLink{Slug: "suppers", Name: "Suppers"}
	first, last := parseWall(t, start), parseWall(t, end)
	walls := []time.Time{first}
	if rule != "" {
		option, err := rrule.StrToROption(rule)
		if err != nil {
			t.Fatal(err)
		}
		option.Dtstart = first
		r, err := rrule.NewRRule(*option)
		if err != nil {
			t.Fatal(err)
		}
		walls = r.Between(first, until, true)
	}
	for _, text := range rdates {
		walls = append(walls, parseWall(t, text))
	}
	slices.SortFunc(walls, time.Time.Compare)
	for _, w := range slices.CompactFunc(walls, time.Time.Equal) {
		if !slices.Contains(exdates, formatWall(w, e.AllDay)) {
			e.Occurrences = append(e.Occurrences, date(t, e, w, w, w.Add(last.Sub(first))))
		}
	}
	return e
}

// date is an occurrence of an entry.
func date(t testing.TB, e contract.Entry, recurrence, start, end time.Time) contract.Occurrence {
	t.Helper()
	zone, err := zones.Load(e.Timezone)
	if err != nil {
		t.Fatal(err)
	}
	o := contract.Occurrence{
		ID: contract.OccurrenceID("occ_" + e.UID + "_" + recurrence.Format("20060102T1504")), Slug: recurrence.Format("2006-01-02"),
		Recurrence: formatWall(recurrence, e.AllDay), LocalStart: formatWall(start, e.AllDay), LocalEnd: formatWall(end, e.AllDay),
		Status: contract.Scheduled,
	}
	o.StartsAt, o.Adjusted = instantOf(t, start, zone)
	if o.EndsAt, _ = instantOf(t, end, zone); o.EndsAt.Before(o.StartsAt) {
		o.EndsAt = o.StartsAt
	}
	return o
}

// change edits the date of an entry that has a recurrence.
func change(t testing.TB, e contract.Entry, recurrence string, edit func(o *contract.Occurrence)) contract.Entry {
	t.Helper()
	i := slices.IndexFunc(e.Occurrences, func(o contract.Occurrence) bool { return o.Recurrence == recurrence })
	if i < 0 {
		t.Fatalf("%s has no date %s", e.UID, recurrence)
	}
	e.Occurrences = slices.Clone(e.Occurrences)
	edit(&e.Occurrences[i])
	return e
}

// move gives a date other times.
func move(t testing.TB, e contract.Entry, recurrence, start, end string) contract.Entry {
	t.Helper()
	return change(t, e, recurrence, func(o *contract.Occurrence) {
		moved := date(t, e, parseWall(t, recurrence), parseWall(t, start), parseWall(t, end))
		moved.Moved = true
		*o = moved
	})
}

var links = ical.Links{
	Entry: func(e contract.Entry) string { return "https://roseash.example/events/suppers/" + e.Slug + "/" },
	Occurrence: func(e contract.Entry, o contract.Occurrence) string {
		return "https://roseash.example/events/suppers/" + e.Slug + "/" + o.Slug + "/"
	},
}

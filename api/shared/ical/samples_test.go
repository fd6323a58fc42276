package ical_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/ical"
)

var samplesDir = flag.String("samples", "", "directory for TestWriteSamples, which other programs read")

// model is what a feed says, date by date; readers of other makes are compared with it.
type model struct {
	Feeds []feedModel `json:"feeds"`
}

type feedModel struct {
	File  string      `json:"file"`
	From  string      `json:"from"`  // dates are those that begin from this day on
	Until string      `json:"until"` // and before this one
	Dates []dateModel `json:"dates"`
}

// dateModel is a date with instants in UTC, or days.
type dateModel struct {
	UID     string `json:"uid"`
	Start   string `json:"start"`
	End     string `json:"end"`
	Summary string `json:"summary"`
	RDate   bool   `json:"rdate,omitempty"` // beside the rule
}

// datesOf is what an entry's events are to say.
func datesOf(e contract.Entry) []dateModel {
	var dates []dateModel
	for _, o := range e.Occurrences {
		once := e.RRule == "" && len(e.RDates) == 0
		if o.Status != contract.Scheduled && !once {
			continue
		}
		d := dateModel{UID: e.UID, Start: o.StartsAt.UTC().Format(time.RFC3339), End: o.EndsAt.UTC().Format(time.RFC3339), Summary: e.Title}
		d.RDate = slices.Contains(e.RDates, o.Recurrence) || o.Kept && !slices.Contains(e.ExDates, o.Recurrence)
		if e.AllDay {
			d.Start, d.End = o.LocalStart, o.LocalEnd
		}
		if o.Title != "" {
			d.Summary = o.Title
		}
		if e.Kind == contract.EntryPrivate {
			d.Summary = "Busy"
		}
		if d.Start < until.Format(time.RFC3339) {
			dates = append(dates, d)
		}
	}
	return dates
}

// hostile are titles that a feed is to carry as they are.
var hostile = map[string]string{
	"inject":   "Soup\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil\r\nSUMMARY:Evil",
	"escapes":  `Back\slash, comma; semicolon: colon "quotes" \n no line end`,
	"emoji":    strings.Repeat("🍲👩‍🍳 zuppa ", 40),
	"rtl":      "עונג שבת \u202eevil\u202c مساء الخير",
	"long":     strings.Repeat("A very long evening with soup, bread and singing. ", 205),
	"controls": "Bell\x07 null\x00 escape\x1b[31m delete\x7f next\u0085line\u2028separator",
	"invalid":  "half a rune \xe2\x82 here",
	"blanks":   "tab\tand  two blanks",
}

// samples are entries of every kind, by the name of their file.
func samples(t testing.TB) map[string][]contract.Entry {
	london, newYork := "Europe/London", "America/New_York"
	weekly := newEntry(t, "weekly", london, "2026-11-24T19:00:00", "2026-11-24T22:00:00", "FREQ=WEEKLY;BYDAY=TU", nil, nil)
	moved := move(t, weekly, "2026-12-08T19:00:00", "2026-12-09T18:30:00", "2026-12-09T21:00:00")
	moved = change(t, moved, "2026-12-15T19:00:00", func(o *contract.Occurrence) { o.Title = "Soup supper with music" })
	moved = change(t, moved, "2026-12-22T19:00:00", func(o *contract.Occurrence) { o.Status = contract.Cancelled })
	moved = change(t, moved, "2026-12-29T19:00:00", func(o *contract.Occurrence) { o.Status = contract.Postponed })
	kept := newEntry(t, "kept", london, "2026-11-24T19:00:00", "2026-11-24T22:00:00", "FREQ=WEEKLY;COUNT=4", []string{"2026-12-31T19:00:00"}, []string{"2026-12-01T19:00:00"})
	keptDate := date(t, kept, wall(2027, 1, 6, 19, 0), wall(2027, 1, 6, 19, 0), wall(2027, 1, 6, 22, 0))
	keptExcluded := date(t, kept, wall(2026, 12, 1, 19, 0), wall(2026, 12, 1, 20, 0), wall(2026, 12, 1, 21, 0))
	keptDate.Kept, keptExcluded.Kept, keptExcluded.Moved = true, true, true
	kept.Occurrences = append(kept.Occurrences, keptDate, keptExcluded)
	cancelled := newEntry(t, "cancelled", london, "2026-11-24T19:00:00", "2026-11-24T22:00:00", "", nil, nil)
	cancelled = change(t, cancelled, "2026-11-24T19:00:00", func(o *contract.Occurrence) { o.Status = contract.Cancelled })
	private := newEntry(t, "private", london, "2026-11-26T10:00:00", "2026-11-26T12:00:00", "FREQ=WEEKLY;COUNT=3", nil, nil)
	private.Kind = contract.EntryPrivate
	rich := newEntry(t, "rich", london, "2026-11-27T19:00:00", "2026-11-27T22:00:00", "", nil, nil)
	latitude, longitude := 50.97, -3.71
	rich.Venue = &contract.Venue{Name: "Rose Ash Hall", Street: "1 Church Lane", Locality: "Rose Ash", PostalCode: "EX36 4RB", Latitude: &latitude, Longitude: &longitude}
	rich.Summary, rich.DescriptionHTML = "Three soups.", "<p>Bring a <em>bowl</em>, or <a href=\"https://bowls.example/\">borrow one</a>.</p>\n<ul>\n<li>Leek</li><li>Pea &amp; mint</li></ul>"
	rich.Image = &contract.Image{URL: "https://roseash.example/soup.jpg"}
	rich.Attendance, rich.OnlineURL, rich.OnlinePublic = contract.Mixed, "https://meet.example/soup?a=1,2;b", true
	all := map[string][]contract.Entry{
		"once":     {newEntry(t, "once", london, "2026-11-24T19:00:00", "2026-11-24T22:00:00", "", nil, nil)},
		"weekly":   {weekly},
		"moved":    {moved},
		"kept":     {kept},
		"rich":     {rich},
		"private":  {private},
		"cancel":   {cancelled},
		"excluded": {newEntry(t, "excluded", newYork, "2026-11-24T19:00:00", "2026-11-24T22:00:00", "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=12", []string{"2026-12-25T12:00:00"}, []string{"2026-11-26T19:00:00", "2026-12-03T19:00:00"})},
		"rdates":   {newEntry(t, "rdates", london, "2026-11-24T19:00:00", "2026-11-24T22:00:00", "", []string{"2026-12-03T19:00:00", "2027-06-03T19:00:00"}, nil)},
		"all-day": {
			newEntry(t, "day", london, "2026-12-25", "2026-12-26", "FREQ=YEARLY", nil, []string{"2027-12-25"}),
			newEntry(t, "days", "Pacific/Apia", "2026-12-30", "2027-01-03", "", nil, nil),
			newEntry(t, "until-day", newYork, "2026-11-28", "2026-11-29", "FREQ=WEEKLY;UNTIL=20261226", nil, nil),
		},
		"until": {
			newEntry(t, "until", newYork, "2026-11-24T20:00:00", "2026-11-24T22:00:00", "FREQ=WEEKLY;UNTIL=20270105T200000", nil, nil),
			newEntry(t, "until-summer", london, "2027-05-04T00:30:00", "2027-05-04T02:00:00", "FREQ=DAILY;UNTIL=20270509T003000", nil, nil),
			newEntry(t, "until-overlap", london, "2027-10-28T01:30:00", "2027-10-28T02:30:00", "FREQ=DAILY;UNTIL=20271031T013000", nil, nil),
		},
		"gap": {
			newEntry(t, "gap", london, "2027-03-14T01:30:00", "2027-03-14T04:00:00", "FREQ=WEEKLY;COUNT=4", nil, nil),
			newEntry(t, "gap-first", newYork, "2027-03-14T02:30:00", "2027-03-14T03:30:00", "FREQ=WEEKLY;COUNT=3", nil, nil),
			newEntry(t, "gap-once", "Australia/Lord_Howe", "2027-10-03T02:15:00", "2027-10-03T05:00:00", "", nil, nil),
		},
		"repeated-hour": {
			newEntry(t, "repeated", london, "2026-10-18T01:30:00", "2026-10-18T02:45:00", "FREQ=WEEKLY;COUNT=3", nil, nil),
			newEntry(t, "repeated-once", newYork, "2026-11-01T01:30:00", "2026-11-01T01:45:00", "", nil, nil),
			newEntry(t, "repeated-first", newYork, "2026-11-01T01:15:00", "2026-11-01T03:00:00", "FREQ=DAILY;COUNT=3", nil, nil),
		},
		"night":      {newEntry(t, "night", london, "2026-10-17T22:00:00", "2026-10-18T03:00:00", "FREQ=WEEKLY;COUNT=24", nil, nil)},
		"moment":     {newEntry(t, "moment", london, "2026-11-24T19:00:00", "2026-11-24T19:00:00", "FREQ=DAILY;COUNT=3", nil, nil)},
		"casablanca": {newEntry(t, "casablanca", "Africa/Casablanca", "2026-11-24T19:00:00", "2026-11-24T22:00:00", "FREQ=WEEKLY", nil, nil)},
		"dublin":     {newEntry(t, "dublin", "Europe/Dublin", "2026-11-24T19:00:00", "2026-11-24T22:00:00", "FREQ=MONTHLY;BYDAY=-1TU", nil, nil)},
		"utc":        {newEntry(t, "utc", "UTC", "2026-11-24T19:00:00", "2026-11-24T22:00:00", "FREQ=WEEKLY;COUNT=3", nil, nil)},
	}
	for name, title := range hostile {
		e := newEntry(t, "hostile-"+name, london, "2026-11-24T19:00:00", "2026-11-24T22:00:00", "FREQ=WEEKLY;COUNT=2", nil, nil)
		e.Title, e.Summary = title, title
		e = change(t, e, "2026-12-01T19:00:00", func(o *contract.Occurrence) { o.Title = title + " again" })
		all["hostile-"+name] = []contract.Entry{e}
	}
	for _, name := range []string{"once", "weekly", "excluded", "all-day", "until", "gap", "repeated-hour", "casablanca", "dublin", "moved"} {
		for _, e := range all[name] {
			if name == "moved" {
				e.UID = "moved"
			}
			all["everything"] = append(all["everything"], e)
		}
	}
	return all
}

// eventsOf are the events of entries.
func eventsOf(t testing.TB, entries []contract.Entry) []ical.Event {
	t.Helper()
	var events []ical.Event
	for _, e := range entries {
		more, err := ical.Events(e, links)
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, more...)
	}
	return events
}

// TestWriteSamples writes feeds, and beside them what they are to say, for other programs to
// read: those of e2e/ical. Each is without fault.
func TestWriteSamples(t *testing.T) {
	dir := *samplesDir
	if dir == "" {
		dir = t.TempDir()
	}
	var m model
	for name, entries := range samples(t) {
		file, err := ical.Calendar{
			Name: "Sample " + name, Description: "Of " + name + ".", URL: "https://roseash.example/events/", Colour: "#7a1f3d",
			Refresh: 15 * time.Minute, Events: eventsOf(t, entries),
		}.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range ical.Lint(file) {
			t.Errorf("%s line %d: %s", name, p.Line, p.What)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".ics"), file, 0o644); err != nil {
			t.Fatal(err)
		}
		feed := feedModel{File: name + ".ics", From: "2026-01-01", Until: until.Format("2006-01-02")}
		for _, e := range entries {
			e.Title = shown(e.Title)
			for i := range e.Occurrences {
				e.Occurrences[i].Title = shown(e.Occurrences[i].Title)
			}
			feed.Dates = append(feed.Dates, datesOf(e)...)
		}
		m.Feeds = append(m.Feeds, feed)
	}
	raw, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "model.json"), raw, 0o644); err != nil {
		t.Fatal(err)
	}
}

// shown is a text as feeds carry it: every line end is "\n", and there are no controls.
func shown(text string) string {
	text = string([]rune(strings.ReplaceAll(text, "\r\n", "\n")))
	return strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune("\r\n\u0085\u2028\u2029", r):
			return '\n'
		case r == '\t':
			return r
		case r < ' ', r >= 0x7f && r < 0xa0, r == '\ufeff':
			return -1
		}
		return r
	}, text)
}

package ical_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/ical"
)

// fileOf is a feed of entries, without folds.
func fileOf(t testing.TB, entries ...contract.Entry) string {
	t.Helper()
	file, err := ical.Calendar{Name: "Suppers", Events: eventsOf(t, entries)}.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(file), "\r\n ", "")
}

// TestEvents looks at the lines that matter of each sample.
func TestEvents(t *testing.T) {
	all := samples(t)
	for _, c := range []struct {
		sample     string
		events     int
		want, none []string
	}{
		{"once", 1, []string{"DTSTART;TZID=Europe/London:20261124T190000", "DTEND;TZID=Europe/London:20261124T220000", "URL:https://roseash.example/events/suppers/once/", "STATUS:CONFIRMED", "SEQUENCE:0", "DTSTAMP:20261120T120000Z", "LAST-MODIFIED:20261120T120000Z", "CREATED:20261120T110000Z", "CATEGORIES:Suppers"}, []string{"RRULE:FREQ=WEEKLY", "RECURRENCE-ID", "METHOD"}},
		{"weekly", 1, []string{"RRULE:FREQ=WEEKLY;BYDAY=TU"}, []string{"RECURRENCE-ID", "EXDATE", "RDATE"}},
		{"moved", 3, []string{
			"RECURRENCE-ID;TZID=Europe/London:20261208T190000\r\nDTSTART;TZID=Europe/London:20261209T183000\r\nDTEND;TZID=Europe/London:20261209T210000",
			"SUMMARY:Soup supper with music", "EXDATE;TZID=Europe/London:20261222T190000,20261229T190000", "URL:https://roseash.example/events/suppers/weekly/2026-12-08/",
		}, []string{"CANCELLED"}},
		{"kept", 2, []string{"RDATE:20261231T190000Z,20270106T190000Z", "RECURRENCE-ID;TZID=Europe/London:20261201T190000\r\nDTSTART;TZID=Europe/London:20261201T200000"}, []string{"EXDATE"}},
		{"cancel", 1, []string{"STATUS:CANCELLED"}, []string{"EXDATE"}},
		{"private", 1, []string{"SUMMARY:Busy", "CLASS:PRIVATE"}, []string{"SUMMARY:Entry", "/private/", "LOCATION:Rose", "CATEGORIES"}},
		{"excluded", 1, []string{"RDATE:20261225T170000Z", "EXDATE;TZID=America/New_York:20261126T190000,20261203T190000"}, nil},
		{"rdates", 1, []string{"RRULE:FREQ=DAILY;COUNT=1\r\nRDATE:20261203T190000Z,20270603T180000Z"}, nil},
		{"all-day", 3, []string{"DTSTART;VALUE=DATE:20261225", "DTEND;VALUE=DATE:20261226", "EXDATE;VALUE=DATE:20271225", "UNTIL=20261226\r\n"}, []string{"VTIMEZONE"}},
		{"until", 4, []string{"UNTIL=20270106T010000Z", "UNTIL=20270508T233000Z", "UNTIL=20271031T013000Z"}, nil},
		{"gap", 5, []string{
			"RECURRENCE-ID;TZID=Europe/London:20270328T013000\r\nDTSTART;TZID=Europe/London:20270328T023000",
			"DTSTART;TZID=America/New_York:20270314T023000\r\nDURATION:PT1H\r\n", "RECURRENCE-ID;TZID=America/New_York:20270314T023000\r\nDTSTART;TZID=America/New_York:20270314T033000",
			"DTSTART;TZID=Australia/Lord_Howe:20271003T024500",
		}, []string{"DTSTART;TZID=Australia/Lord_Howe:20271003T021500"}},
		{"repeated-hour", 5, []string{"RECURRENCE-ID;TZID=Europe/London:20261025T013000\r\nDTSTART:20261025T003000Z", "DTSTART:20261101T053000Z"}, nil},
		{"night", 3, []string{"RECURRENCE-ID;TZID=Europe/London:20261024T220000\r\nDTSTART;TZID=Europe/London:20261024T220000\r\nDTEND;TZID=Europe/London:20261025T030000"}, nil},
		{"moment", 1, []string{"DTSTART;TZID=Europe/London:20261124T190000\r\nRRULE"}, []string{"DTEND", "DURATION"}},
		{"utc", 1, []string{"DTSTART:20261124T190000Z", "DTEND:20261124T220000Z"}, []string{"VTIMEZONE", "TZID"}},
		{"rich", 1, []string{
			`DESCRIPTION:Three soups.\n\nBring a bowl\, or borrow one (https://bowls.example/).\n\n- Leek\n- Pea & mint`, `LOCATION:Rose Ash Hall\, 1 Church Lane\, Rose Ash\, EX36 4RB`,
			"GEO:50.970000;-3.710000", "CONFERENCE;VALUE=URI:https://meet.example/soup?a=1,2;b", "IMAGE;VALUE=URI;DISPLAY=BADGE:https://roseash.example/soup.jpg",
		}, nil},
	} {
		t.Run(c.sample, func(t *testing.T) {
			file := fileOf(t, all[c.sample]...)
			if n := strings.Count(file, "BEGIN:VEVENT"); n != c.events {
				t.Errorf("%d events, want %d", n, c.events)
			}
			for _, want := range c.want {
				if !strings.Contains(file, want) {
					t.Errorf("no %q", want)
				}
			}
			for _, none := range c.none {
				if strings.Contains(file, none) {
					t.Errorf("there is %q", none)
				}
			}
			if t.Failed() {
				t.Log(file)
			}
		})
	}
}

func TestStates(t *testing.T) {
	for state, want := range map[contract.EntryState]string{
		contract.EntryConfirmed: "CONFIRMED", contract.EntryProvisional: "TENTATIVE", contract.EntryCancelled: "CANCELLED", contract.EntryPostponed: "CANCELLED",
	} {
		e := samples(t)["moved"][0]
		e.State = state
		if file := fileOf(t, e); strings.Count(file, "STATUS:"+want) != 3 {
			t.Errorf("%s: want %s three times in\n%s", state, want, file)
		}
	}
}

// TestPrivate: what is private is not written, whatever an event has.
func TestPrivate(t *testing.T) {
	latitude := 1.5
	file, err := ical.Calendar{Events: []ical.Event{{
		UID: "a", Stamp: stamp, Zone: "UTC", Start: wall(2026, 11, 24, 19, 0), End: wall(2026, 11, 24, 20, 0), Private: true, Summary: "Secret", Description: "Secret",
		Location: "Secret", Latitude: &latitude, Longitude: &latitude, URL: "https://secret.example/", Conference: "https://secret.example/", OrganizerName: "Secret",
		OrganizerEmail: "secret@secret.example", Image: "https://secret.example/", Categories: []string{"Secret"}, AccessibilityURL: "https://secret.example/",
	}}}.Bytes()
	if err != nil || strings.Contains(strings.ToLower(string(file)), "secret") || strings.Contains(string(file), "1.5") || !strings.Contains(string(file), "SUMMARY:Busy\r\n") {
		t.Errorf("%v\n%s", err, file)
	}
	for _, e := range []contract.Entry{{Busy: true}, {Kind: contract.EntryPrivate}} {
		e.UID, e.Timezone, e.LocalStart, e.LocalEnd, e.EditedAt, e.Title = "a@b", "UTC", "2026-11-24T19:00:00", "2026-11-24T20:00:00", stamp, "Secret"
		single, err := ical.Single(e, contract.Occurrence{ID: "occ_1", LocalStart: e.LocalStart, LocalEnd: e.LocalEnd, Title: "Secret"}, links)
		if err != nil || single.Summary != "Busy" || !single.Private || single.URL != "" || single.UID != "occ_1@b" {
			t.Errorf("%+v, %v", single, err)
		}
	}
}

// TestSingle is one date of a series, with what is its own.
func TestSingle(t *testing.T) {
	e := samples(t)["moved"][0]
	for _, o := range e.Occurrences[:6] {
		single, err := ical.Single(e, o, links)
		if err != nil {
			t.Fatal(err)
		}
		title, status := e.Title, "CONFIRMED"
		if o.Title != "" {
			title = o.Title
		}
		if o.Status != contract.Scheduled {
			status = "CANCELLED"
		}
		if single.UID != string(o.ID) || single.Rule != "" || single.Recurrence != nil || single.Summary != title || single.Status != status ||
			formatWall(single.Start, false) != o.LocalStart || formatWall(single.End, false) != o.LocalEnd || !strings.HasSuffix(single.URL, "/"+o.Slug+"/") {
			t.Errorf("%+v of %+v", single, o)
		}
	}
}

// TestFailures: what no member's words can bring about.
func TestFailures(t *testing.T) {
	good := ical.Event{UID: "a", Stamp: stamp, Zone: "Europe/London", Start: wall(2026, 11, 24, 19, 0), End: wall(2026, 11, 24, 22, 0)}
	for name, spoil := range map[string]func(e *ical.Event){
		"zone": func(e *ical.Event) { e.Zone = "Europe/Nowhere" }, "uid": func(e *ical.Event) { e.UID = "\x00" }, "stamp": func(e *ical.Event) { e.Stamp = time.Time{} },
		"rule": func(e *ical.Event) { e.Rule = "FREQ=DAILY\r\nX-EVIL:1" }, "until": func(e *ical.Event) { e.Rule = "FREQ=DAILY;UNTIL=2026" },
	} {
		e := good
		spoil(&e)
		if file, err := (ical.Calendar{Events: []ical.Event{e}}).Bytes(); err == nil {
			t.Errorf("%s: no error for\n%s", name, file)
		}
	}
	for _, e := range []contract.Entry{
		{Timezone: "Europe/Nowhere", LocalStart: "2026-11-24T19:00:00", LocalEnd: "2026-11-24T20:00:00"},
		{Timezone: "UTC", LocalStart: "2026-11-24", LocalEnd: "2026-11-24T20:00:00"},
		{Timezone: "UTC", LocalStart: "2026-11-24T19:00:00", LocalEnd: "2026-11-24T20:00:00", RDates: []string{"x"}},
	} {
		if _, err := ical.Events(e, links); err == nil {
			t.Errorf("no error for %+v", e)
		}
	}
}

func TestColours(t *testing.T) {
	for colour, want := range map[string]string{"#7a1f3d": "brown", "#000080": "navy", "#ffffff": "white", "": "", "red": "", "#12345": "", "#\r\n0000": ""} {
		file, err := ical.Calendar{Colour: colour}.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		if has := strings.Contains(string(file), "COLOR:"+want+"\r\n"); want != "" && !has || want == "" && strings.Contains(string(file), "COLOR") {
			t.Errorf("%q: want %q in\n%s", colour, want, file)
		}
	}
}

// TestSameBytes: the same calendar has the same file.
func TestSameBytes(t *testing.T) {
	for name, entries := range samples(t) {
		if a, b := fileOf(t, entries...), fileOf(t, entries...); a != b {
			t.Errorf("%s differs", name)
		}
	}
}

func BenchmarkThousandEntries(b *testing.B) {
	entries := make([]contract.Entry, 1000)
	weekly := newEntry(b, "weekly", "Europe/London", "2026-11-24T19:00:00", "2026-11-24T22:00:00", "FREQ=WEEKLY;BYDAY=TU", nil, []string{"2026-12-29T19:00:00"})
	for i := range entries {
		entries[i] = weekly
		entries[i].UID = fmt.Sprint("uid-", i)
		entries[i].DescriptionHTML = "<p>" + strings.Repeat("Three soups, bread, and whoever comes. ", 20) + "</p>"
	}
	b.ReportAllocs()
	for b.Loop() {
		file, err := ical.Calendar{Name: "All", Events: eventsOf(b, entries)}.Bytes()
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(file)))
	}
}

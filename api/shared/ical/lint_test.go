package ical_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/ical"
)

// sound is a file without fault, in which the cases of TestLint make one.
func sound(t *testing.T) string {
	t.Helper()
	e := newEntry(t, "supper", "Europe/London", "2026-11-24T19:00:00", "2026-11-24T22:00:00", "FREQ=WEEKLY;UNTIL=20270105T190000",
		[]string{"2027-02-03T19:00:00"}, []string{"2026-12-01T19:00:00"})
	e.Title = "Soup, bread; and whoever comes. Bring a bowl, a spoon and a song é🍲"
	e = move(t, e, "2026-12-08T19:00:00", "2026-12-09T18:30:00", "2026-12-09T21:00:00")
	day := newEntry(t, "day", "Europe/London", "2026-12-25", "2026-12-26", "FREQ=YEARLY;UNTIL=20281225", nil, []string{"2027-12-25"})
	file, err := ical.Calendar{Name: "Suppers", URL: "https://roseash.example/events/suppers/", Refresh: time.Hour, Events: append(eventsOf(t, []contract.Entry{e}), eventsOf(t, []contract.Entry{day})...)}.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if problems := ical.Lint(file); problems != nil {
		t.Fatalf("Lint of a sound file: %v\n%s", problems, file)
	}
	return string(file)
}

// TestLint makes one fault at a time.
func TestLint(t *testing.T) {
	file := sound(t)
	for _, c := range []struct{ name, old, new, what string }{
		{"bare line feed", "CALSCALE:GREGORIAN\r\n", "CALSCALE:GREGORIAN\n", "CR LF"},
		{"carriage return inside", "SUMMARY:Soup", "SUMMARY:So\rup", "control character"},
		{"no end of the last line", "END:VCALENDAR\r\n", "END:VCALENDAR", "no end"},
		{"long line", "URL:https://roseash.example/", "URL:https://roseash.example/" + strings.Repeat("x", 60), "octets"},
		{"long line of few characters", "X-WR-CALNAME:Suppers", "X-WR-CALNAME:" + strings.Repeat("é", 40), "octets"},
		{"a character cut", "é", "\xc3\r\n \xa9", "no UTF-8"},
		{"byte order mark", "BEGIN:VCALENDAR", "\ufeffBEGIN:VCALENDAR", "byte order mark"},
		{"control character", "NAME:Suppers", "NAME:Sup\x07pers", "control character"},
		{"separator of lines", "NAME:Suppers", "NAME:Sup\u2028pers", "control character"},
		{"empty line", "CALSCALE:GREGORIAN\r\n", "CALSCALE:GREGORIAN\r\n\r\n", "an empty line"},
		{"begins with a folded line", "BEGIN:VCALENDAR\r\n", " BEGIN:VCALENDAR\r\n", "goes on from nothing"},
		{"no content line", "CALSCALE:GREGORIAN", "CALSCALE", "no content line"},
		{"a quote too many", "DTSTART;TZID=Europe/London", `DTSTART;TZID="Europe/London`, "no content line"},
		{"comma not escaped", `Soup\, bread`, `Soup, bread`, "SUMMARY is not spelled"},
		{"semicolon not escaped", `bread\; and`, `bread; and`, "SUMMARY is not spelled"},
		{"backslash not escaped", `Soup\, bread`, `Soup\x bread`, "SUMMARY is not spelled"},
		{"METHOD", "CALSCALE:GREGORIAN", "METHOD:PUBLISH", "METHOD"},
		{"no VERSION", "VERSION:2.0\r\n", "", "no VERSION"},
		{"other VERSION", "VERSION:2.0", "VERSION:1.0", "VERSION is not spelled"},
		{"no PRODID", "PRODID:-//Rose Ash//Calendars//EN\r\n", "", "no PRODID"},
		{"no UID", "UID:day\r\n", "", "no UID"},
		{"two UIDs", "UID:day\r\n", "UID:day\r\nUID:other\r\n", "UID is there already"},
		{"no DTSTAMP", "UID:day\r\nDTSTAMP:20261120T120000Z\r\n", "UID:day\r\n", "no DTSTAMP"},
		{"local DTSTAMP", "UID:day\r\nDTSTAMP:20261120T120000Z\r\n", "UID:day\r\nDTSTAMP:20261120T120000\r\n", "DTSTAMP is not spelled"},
		{"no DTSTART", "DTSTART;VALUE=DATE:20261225\r\n", "", "no DTSTART"},
		{"floating", "DTSTART;TZID=Europe/London:20261209T183000", "DTSTART:20261209T183000", "DTSTART is not spelled"},
		{"zone and Z", "DTSTART;TZID=Europe/London:20261209T183000", "DTSTART;TZID=Europe/London:20261209T183000Z", "DTSTART is not spelled"},
		{"no such day", "DTSTART;VALUE=DATE:20261225", "DTSTART;VALUE=DATE:20261325", "DTSTART is not spelled"},
		{"no VTIMEZONE", "DTSTART;TZID=Europe/London:20261209T183000", "DTSTART;TZID=Europe/Paris:20261209T183000", "without a VTIMEZONE"},
		{"unknown zone", "DTSTART;TZID=Europe/London:20261209T183000", "DTSTART;TZID=GMT Standard Time:20261209T183000", "DTSTART is not spelled"},
		{"VTIMEZONE without TZID", "TZID:Europe/London\r\n", "", "no TZID"},
		{"observance without an offset", "TZOFFSETTO:+0100\r\n", "", "no TZOFFSETTO"},
		{"offset of a day", "TZOFFSETTO:+0100", "TZOFFSETTO:+2400", "TZOFFSETTO is not spelled"},
		{"UNTIL local", "UNTIL=20270105T190000Z", "UNTIL=20270105T190000", "UNTIL"},
		{"UNTIL a date", "UNTIL=20270105T190000Z", "UNTIL=20270105", "UNTIL"},
		{"UNTIL a time of days", "UNTIL=20281225", "UNTIL=20281225T000000Z", "UNTIL"},
		{"COUNT and UNTIL", "UNTIL=20281225", "COUNT=3;UNTIL=20281225", "COUNT and UNTIL"},
		{"sub-daily", "FREQ=YEARLY;UNTIL", "FREQ=HOURLY;UNTIL", "RRULE is not spelled"},
		{"DTEND and DURATION", "DTEND;VALUE=DATE:20261226\r\n", "DTEND;VALUE=DATE:20261226\r\nDURATION:P1D\r\n", "DTEND and DURATION"},
		{"DTEND before DTSTART", "DTEND;VALUE=DATE:20261226", "DTEND;VALUE=DATE:20261225", "not after"},
		{"DTEND of another type", "DTEND;VALUE=DATE:20261226", "DTEND:20261226T000000Z", "another type"},
		{"EXDATE of another type", "EXDATE;VALUE=DATE:20271225", "EXDATE;TZID=Europe/London:20271225T000000", "another type or zone"},
		{"EXDATE in UTC", "EXDATE;TZID=Europe/London:20261201T190000", "EXDATE:20261201T190000Z", "another type or zone"},
		{"RECURRENCE-ID of another type", "RECURRENCE-ID;TZID=Europe/London:20261208T190000", "RECURRENCE-ID;VALUE=DATE:20261208", "another type or zone"},
		{"the same event again", "RECURRENCE-ID;TZID=Europe/London:20261208T190000\r\n", "", "is there already"},
		{"a date of no series", "UID:day\r\nDTSTAMP:20261120T120000Z\r\n", "UID:day\r\nDTSTAMP:20261120T120000Z\r\nRECURRENCE-ID;VALUE=DATE:20261225\r\n", "not there"},
		{"injected property", "CATEGORIES:Suppers", "ATTENDEE:mailto:evil@evil.example", "no feed has"},
		{"injected event", "SUMMARY:Entry day", "SUMMARY:Entry day\r\nBEGIN:VEVENT\r\nSUMMARY:Evil\r\nEND:VEVENT", "does not belong here"},
		{"injected alarm", "SUMMARY:Entry day", "SUMMARY:Entry day\r\nBEGIN:VALARM\r\nEND:VALARM", "does not belong here"},
		{"second SUMMARY", "SUMMARY:Entry day", "SUMMARY:Entry day\r\nSUMMARY:Evil", "SUMMARY is there already"},
		{"parameter", "SUMMARY:Entry day", "SUMMARY;X-EVIL=1:Entry day", "a parameter"},
		{"address with a blank", "URL:https://roseash.example/events/suppers/day/", "URL:https://roseash.example/events suppers/day/", "URL is not spelled"},
		{"unknown STATUS", "STATUS:CONFIRMED", "STATUS:MAYBE", "STATUS is not spelled"},
		{"no END", "END:VEVENT\r\nEND:VCALENDAR", "END:VCALENDAR", "not open"},
		{"property outside", "END:VCALENDAR\r\n", "END:VCALENDAR\r\nX-EVIL:1\r\n", "outside"},
		{"second calendar", "END:VCALENDAR\r\n", "END:VCALENDAR\r\nBEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n", "second calendar"},
		{"SEQUENCE below zero", "SEQUENCE:0", "SEQUENCE:-1", "SEQUENCE is not spelled"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(file, c.old) {
				t.Fatalf("there is no %q in\n%s", c.old, file)
			}
			problems := ical.Lint([]byte(strings.Replace(file, c.old, c.new, 1)))
			if !slices.ContainsFunc(problems, func(p ical.Problem) bool { return strings.Contains(p.What, c.what) && p.Line > 0 }) {
				t.Errorf("Lint found %v, want %q", problems, c.what)
			}
		})
	}
	for _, file := range []string{"", "\r\n", "x", "BEGIN:VCALENDAR\r\n", "END:VCALENDAR\r\n"} {
		if ical.Lint([]byte(file)) == nil {
			t.Errorf("Lint(%q) finds nothing", file)
		}
	}
}

// FuzzLint feeds it whatever there is.
func FuzzLint(f *testing.F) {
	f.Add([]byte("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"))
	f.Add([]byte("BEGIN:VEVENT\r\nDTSTART;TZID=\"a\":2\r\n x\r\nEND:VCALENDAR"))
	f.Add([]byte("A;B=,\";:\\"))
	f.Fuzz(func(t *testing.T, file []byte) {
		for _, p := range ical.Lint(file) {
			if p.Line < 1 || p.What == "" {
				t.Errorf("%+v", p)
			}
		}
	})
}

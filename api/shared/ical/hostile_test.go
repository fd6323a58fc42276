package ical_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	goical "github.com/emersion/go-ical"
	"pgregory.net/rapid"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/ical"
	"rose-ash.com/roseash/api/shared/zones"
)

// words draws what somebody might enter to break a file: pieces of iCalendar, line ends,
// controls, signs of all planes, bytes that are no UTF-8, and much of it.
func words() *rapid.Generator[string] {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{
			"\r\n", "\n", "\r", "\n ", "BEGIN:VEVENT", "END:VEVENT", "\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil\r\n", "\r\nMETHOD:CANCEL",
			`\n`, `\`, `\\`, ";", ",", ":", `"`, "^n", "=", "\x00", "\x1b[2J", "\x7f", "\u0085", "\u2028", "\u2029", "\ufeff", "\u202e",
			"🍲", "👩‍🍳", "é", "e\u0301", "שבת", "مساء", "\xff", "\xe2\x82", "\U0010ffff", " ", "\t",
		}),
		rapid.String(),
		rapid.StringN(60, 80, -1),
		rapid.Map(rapid.IntRange(0, 10_000), func(n int) string { return strings.Repeat("x", n) }),
	)
	return rapid.Map(rapid.SliceOfN(piece, 0, 6), func(pieces []string) string { return strings.Join(pieces, "") })
}

// TestHostileWords: whatever the words are, a feed lints clean and says just them.
func TestHostileWords(t *testing.T) {
	names := zones.Names()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) string { return words().Draw(t, name) }
		e := contract.Entry{
			UID: "u" + draw("uid"), State: contract.EntryConfirmed, Kind: contract.EntryPublic, EditedAt: stamp,
			Timezone: rapid.SampledFrom(names).Draw(t, "zone"), LocalStart: "2026-11-24T19:00:00", LocalEnd: "2026-11-24T22:00:00",
			Sequence: rapid.IntRange(0, 1<<31-1).Draw(t, "sequence"), Organizer: draw("organizer"), Summary: draw("summary"),
			DescriptionHTML: draw("description"), Attendance: contract.Mixed, OnlineURL: draw("online"),
			Venue: &contract.Venue{Name: "v" + draw("venue"), Street: draw("street")}, Image: &contract.Image{URL: draw("image")},
		}
		e.Title, e.Calendar.Name = draw("title"), draw("calendar")
		start := wall(2026, 11, 24, 19, 0)
		if rapid.Bool().Draw(t, "series") {
			e.RRule = "FREQ=WEEKLY"
			o := contract.Occurrence{
				Recurrence: "2026-12-01T19:00:00", LocalStart: "2026-12-01T19:00:00", LocalEnd: "2026-12-01T22:00:00",
				StartsAt: start.AddDate(0, 0, 7), EndsAt: start.AddDate(0, 0, 7).Add(3 * time.Hour), Status: contract.Scheduled, Title: "t" + draw("date"),
			}
			e.Occurrences = []contract.Occurrence{o}
		}
		l := ical.Links{Entry: func(contract.Entry) string { return draw("url") }}
		events, err := ical.Events(e, l)
		if err != nil {
			t.Fatal(err)
		}
		name := draw("name")
		file, err := ical.Calendar{Name: name, Description: draw("about"), URL: draw("page"), Colour: draw("colour"), Events: events}.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		if problems := ical.Lint(file); problems != nil {
			t.Fatalf("%v\n%q", problems, file)
		}
		read, err := goical.NewDecoder(bytes.NewReader(file)).Decode()
		if err != nil {
			t.Fatalf("%v\n%q", err, file)
		}
		equal(t, "NAME", read.Props, "NAME", name)
		if n := len(read.Events()); n != len(events) {
			t.Fatalf("%d events, want %d", n, len(events))
		}
		for i, back := range read.Events() {
			want := events[i]
			equal(t, fmt.Sprint("SUMMARY of ", i), back.Props, "SUMMARY", want.Summary)
			equal(t, fmt.Sprint("UID of ", i), back.Props, "UID", e.UID)
			equal(t, fmt.Sprint("DESCRIPTION of ", i), back.Props, "DESCRIPTION", want.Description)
			equal(t, fmt.Sprint("LOCATION of ", i), back.Props, "LOCATION", want.Location)
			if back.Props.Get("DTSTART").Value != want.Start.Format("20060102T150405") && !strings.HasSuffix(back.Props.Get("DTSTART").Value, "Z") {
				t.Errorf("DTSTART %s, want %s", back.Props.Get("DTSTART").Value, want.Start)
			}
		}
		if events[0].Summary != e.Title {
			t.Errorf("summary %q, want %q", events[0].Summary, e.Title)
		}
	})
}

// equal compares a text with what a feed is to say of it.
func equal(t *rapid.T, what string, props goical.Props, name, want string) {
	got, err := props.Text(name)
	if err != nil || got != shown(want) {
		t.Fatalf("%s is %q, want %q (%v)", what, got, shown(want), err)
	}
}

// FuzzTitle: a title is nothing but a title.
func FuzzTitle(f *testing.F) {
	for _, title := range hostile {
		f.Add(title)
	}
	f.Fuzz(func(t *testing.T, title string) {
		e := ical.Event{UID: "a" + title, Stamp: stamp, Zone: "Europe/London", Start: wall(2026, 11, 24, 19, 0), End: wall(2026, 11, 24, 22, 0), Summary: title, OrganizerName: title, OrganizerEmail: "kitchen@roseash.example", URL: title, Image: title, Categories: []string{title}, AccessibilityURL: title}
		file, err := ical.Calendar{Name: title, Events: []ical.Event{e}}.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		if problems := ical.Lint(file); problems != nil {
			t.Fatalf("%v\n%q", problems, file)
		}
		read, err := goical.NewDecoder(bytes.NewReader(file)).Decode()
		if err != nil || len(read.Events()) != 1 {
			t.Fatalf("%v\n%q", err, file)
		}
		if got, err := read.Events()[0].Props.Text("SUMMARY"); err != nil || got != shown(title) {
			t.Fatalf("%q, want %q (%v)", got, shown(title), err)
		}
	})
}

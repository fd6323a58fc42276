package icsread_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/events/internal/icsread"
)

const testdata = "../../testdata/import"

func files(t testing.TB) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(testdata, "*.ics"))
	if err != nil || len(names) < 50 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	all := make(map[string][]byte)
	for _, name := range names {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(name), ".ics")] = file
	}
	return all
}

// one reads the only series of a file.
func one(t *testing.T, name string) *icsread.Series {
	t.Helper()
	file, err := icsread.Read(files(t)[name], "Europe/London")
	if err != nil || len(file.Series) != 1 || len(file.Faults) != 0 {
		t.Fatalf("%s: %+v, %v", name, file, err)
	}
	return file.Series[0]
}

// TestForeign are files as other programs write them.
func TestForeign(t *testing.T) {
	for name, want := range map[string]string{
		"outlook": "Europe/London 2026-11-24T19:00 2026-11-24T22:00 Outlook", "mozilla": "America/New_York 2026-11-24T19:00 2026-11-24T22:00 Secret words",
		"location": "America/Sao_Paulo 2026-11-24T19:00 2026-11-24T22:00 Secret words", "floating": "Europe/London 2026-11-24T19:00 2026-11-24T22:00 Secret words",
		"bare_lf": "Europe/London 2026-11-24T19:00 2026-11-24T22:00 Secret words", "bare_cr": "Europe/London 2026-11-24T19:00 2026-11-24T22:00 Secret words",
		"bom": "Europe/London 2026-11-24T19:00 2026-11-24T22:00 Secret words", "utf16": "Europe/London 2026-11-24T19:00 2026-11-24T22:00 Crème",
		"windows1252": "Europe/London 2026-11-24T19:00 2026-11-24T22:00 Crème", "fold_in_character": "Europe/London 2026-11-24T19:00 2026-11-24T22:00 Crème",
	} {
		s := one(t, name)
		if got := s.Zone + " " + s.Start.Format("2006-01-02T15:04") + " " + s.End.Format("2006-01-02T15:04") + " " + s.Title; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestTimes(t *testing.T) {
	all := files(t)
	for name, want := range map[string][]string{
		"durations": {"2026-11-24T19:00 2026-11-24T20:30", "2026-11-24T00:00 2026-12-03T00:00", "2026-11-24T19:00 2026-11-24T19:00", "2026-11-24T00:00 2026-11-25T00:00", "2026-11-24T00:00 2026-11-25T00:00", "2027-10-30T22:00 2027-10-31T02:00"},
		"utc":       {"2026-06-24T19:00 2026-06-24T22:00", "2026-11-24T19:00 2026-11-24T22:00"},
	} {
		file, err := icsread.Read(all[name], "Europe/London")
		if err != nil || len(file.Series) != len(want) {
			t.Fatalf("%s: %+v, %v", name, file, err)
		}
		for i, s := range file.Series {
			if got := s.Start.Format("2006-01-02T15:04") + " " + s.End.Format("2006-01-02T15:04"); got != want[i] {
				t.Errorf("%s %d: %s, want %s", name, i, got, want[i])
			}
		}
	}
	file, _ := icsread.Read(all["utc"], "Europe/London")
	if a, b := file.Series[0].Zone, file.Series[1].Zone; a != "Europe/London" || b != "UTC" {
		t.Errorf("what happens once in UTC is of %s, a series of %s", a, b)
	}
}

func TestSeries(t *testing.T) {
	s := one(t, "series")
	show := func(walls []time.Time) (text string) {
		for _, w := range walls {
			text += w.Format("2006-01-02T15:04 ")
		}
		return text
	}
	if s.Rule != "FREQ=WEEKLY;UNTIL=20270105T190000" || show(s.RDates) != "2026-12-03T19:00 " || show(s.ExDates) != "2026-12-01T19:00 2026-12-08T19:00 " || s.Sequence != 2 {
		t.Errorf("%+v", s.Event)
	}
	if len(s.Dates) != 2 || s.Dates[0].Title != "Moved" || show([]time.Time{s.Dates[0].Recurrence, s.Dates[0].Start, s.Dates[0].End}) != "2026-12-15T19:00 2026-12-16T18:00 2026-12-16T20:00 " || !s.Dates[1].Cancelled {
		t.Errorf("%+v", s.Dates)
	}
}

func TestWords(t *testing.T) {
	file, err := icsread.Read(files(t)["words"], "Europe/London")
	if err != nil || len(file.Series) != 2 {
		t.Fatal(file, err)
	}
	a, b := file.Series[0], file.Series[1]
	if a.Title != `A , b; c \ d 🍲 שלום folded` || !a.Private || a.Venue != "Village green, Rose Ash" || a.Online != "" ||
		a.Description != "Bring a \\*bowl\\*, and\\\n\\# no heading\\\n1\\. no list\n\nSee <https://soup.example/a_b_c>" || strings.Join(a.Notes, " ") != "people_left_out" {
		t.Errorf("%+v", a.Event)
	}
	if len([]rune(b.Title)) != 200 || b.Online != "https://meet.example/soup" || strings.Join(b.Notes, " ") != "title_cut" {
		t.Errorf("%+v", b.Event)
	}
}

// TestDigest: DTSTAMP alone makes no difference, anything else does.
func TestDigest(t *testing.T) {
	file := files(t)["series"]
	digest := func(file []byte) [32]byte {
		read, err := icsread.Read(file, "Europe/London")
		if err != nil || len(read.Series) != 1 {
			t.Fatal(read, err)
		}
		return read.Series[0].Digest
	}
	was := digest(file)
	if digest(bytes.ReplaceAll(file, []byte("DTSTAMP:2026"), []byte("DTSTAMP:2027"))) != was || digest(bytes.ReplaceAll(file, []byte("\r\n"), []byte("\n"))) != was {
		t.Error("another stamp or line end is another event")
	}
	if digest(bytes.Replace(file, []byte("SUMMARY:Moved"), []byte("SUMMARY:Other"), 1)) == was {
		t.Error("other words are the same event")
	}
}

func TestUnreadable(t *testing.T) {
	all := files(t)
	for name, want := range map[string]error{
		"empty": icsread.ErrNotCalendar, "html_fault": icsread.ErrNotCalendar, "too_many_events": icsread.ErrTooMany, "message": icsread.ErrMessage,
	} {
		if _, err := icsread.Read(all[name], "Europe/London"); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
}

// FuzzRead: nothing that a file has makes it panic, and what it says of a file is of that file.
func FuzzRead(f *testing.F) {
	for _, file := range files(f) {
		if len(file) < 10_000 {
			f.Add(file)
		}
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		read, err := icsread.Read(file, "Europe/London")
		if err != nil {
			return
		}
		lines := bytes.Count(file, []byte("\n")) + bytes.Count(file, []byte("\r")) + 1
		for _, fault := range read.Faults {
			if fault.Line < 1 || fault.Line > lines || fault.Code == "" {
				t.Errorf("%+v of %d lines", fault, lines)
			}
		}
		for _, s := range read.Series {
			if s.UID == "" || s.Title == "" || s.Zone == "" || s.End.Before(s.Start) || strings.ContainsAny(s.Title, "\r\n\x00") || len([]rune(s.Title)) > 200 {
				t.Errorf("%+v", s)
			}
			for _, d := range s.Dates {
				if d.End.Before(d.Start) || d.Zone != s.Zone || d.AllDay != s.AllDay {
					t.Errorf("%+v of %+v", d, s)
				}
			}
		}
	})
}

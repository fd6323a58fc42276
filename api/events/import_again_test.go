package events_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"rose-ash.com/roseash/api/events"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/ical"
)

// newer is a file as its program writes it after a change.
func newer(file string, sequence int) string {
	return strings.NewReplacer("SEQUENCE:2\r\n", "", "DTSTAMP:2026", fmt.Sprintf("SEQUENCE:%d\r\nDTSTAMP:2026", sequence)).Replace(strings.ReplaceAll(strings.ReplaceAll(file, "\r\n", "\n"), "\n", "\r\n"))
}

// TestImportElsewhere: a UID is one entry's of the site, in whatever calendar it is, so that a
// feed of several calendars has it once.
func TestImportElsewhere(t *testing.T) {
	h := newHall(t)
	file := foreign(t, "words")
	h.imported("?dry_run=false&state=confirmed", file)
	asCarverImports := func(file string) string {
		t.Helper()
		r, err := h.ImportCalendar(h.as("carver"), "workshops", []byte(file), events.ImportOptions{State: contract.EntryConfirmed})
		if err != nil {
			t.Fatal(err)
		}
		return outcomes(r)
	}
	if got := asCarverImports(file); got != "4 skipped elsewhere; 17 skipped elsewhere" {
		t.Error(got)
	}
	// What is told as Busy, or as a single date, is told under UIDs of ours: they are nobody else's.
	e := h.byTitle(`A , b; c \ d 🍲 שלום folded`)
	seen, err := h.Entry(t.Context(), e.ID)
	if err != nil || !seen.Busy {
		t.Fatal(err)
	}
	single, err := ical.Single(seen, seen.Occurrences[0], ical.Links{})
	if err != nil {
		t.Fatal(err)
	}
	for _, uid := range []string{seen.UID, single.UID} {
		again := strings.Replace(foreign(t, "floating"), "floating@x", uid, 1)
		if got := asCarverImports(again); got != "4 skipped elsewhere" {
			t.Errorf("%s: %s", uid, got)
		}
		if got := outcomes(h.imported("?dry_run=false", again)); got != "4 skipped made_here" {
			t.Errorf("%s: %s", uid, got)
		}
	}
	// It goes with an entry into another calendar.
	h.change(e, events.EntryEdit{EntryFields: events.EntryFields{Calendar: &h.workshop.ID}})
	changed := newer(file, 9)
	if got := outcomes(h.imported("?dry_run=false", changed)); !strings.HasPrefix(got, "4 skipped elsewhere") {
		t.Error(got)
	}
	if got := asCarverImports(changed); !strings.HasPrefix(got, "4 updated") {
		t.Error(got)
	}
	if n := h.count("SELECT count(*) - count(DISTINCT uid) FROM events.entries"); n != 0 {
		t.Errorf("%d entries share a UID", n)
	}
}

// TestImportElsewhereAtOnce: two calendars that import a file at once share its entries out.
func TestImportElsewhereAtOnce(t *testing.T) {
	h := newHall(t)
	file := foreign(t, "durations")
	var all sync.WaitGroup
	reports := make([]events.ImportReport, 6)
	for i := range reports {
		all.Go(func() {
			var err error
			reports[i], err = h.ImportCalendar(h.as("owner"), []string{"suppers", "workshops"}[i%2], []byte(file), events.ImportOptions{State: contract.EntryDraft})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	made := 0
	for _, r := range reports {
		made += r.Created
		for _, e := range r.Events {
			if e.Outcome == events.ImportSkipped && e.Code != "elsewhere" {
				t.Errorf("skipped as %s", e.Code)
			}
		}
	}
	if n := h.count("SELECT count(*) FROM events.entries"); n != 6 || made != 6 {
		t.Errorf("%d entries, %d told as created, want 6", n, made)
	}
}

// TestImportKeepsStatus: a file can cancel a date, which is noted, and brings back none that
// somebody has cancelled or postponed here; what no file has a word for stays.
func TestImportKeepsStatus(t *testing.T) {
	h := newHall(t)
	file := foreign(t, "series")
	h.imported("?dry_run=false&state=confirmed", file)
	noted := "SELECT count(*) FROM events.transitions WHERE occurrence_id IS NOT NULL AND from_state = 'scheduled' AND to_state = 'cancelled'"
	if n := h.count(noted); n != 1 {
		t.Errorf("the date that the file cancels is noted %d times", n)
	}
	e := h.byTitle("Series")
	off, moved := h.at(e, "2026-12-29"), h.at(e, "2026-12-16")
	h.change(e, events.EntryEdit{Apply: events.EditThis, Occurrence: off.ID, EntryFields: events.EntryFields{Title: of("Ours"), Summary: of("Our words.")}})
	h.change(e, events.EntryEdit{Apply: events.EditThis, Occurrence: moved.ID, EntryFields: events.EntryFields{Summary: of("More words.")}})
	for id, status := range map[contract.OccurrenceID]contract.OccurrenceStatus{off.ID: contract.Cancelled, moved.ID: contract.Postponed} {
		if _, err := h.SetOccurrenceStatus(h.as("cook"), id, nil, status, "The cook is ill."); err != nil {
			t.Fatal(err)
		}
	}
	later := strings.Replace(newer(file, 3), "20261216T18", "20261216T17", 1)
	r := h.imported("?dry_run=false", later)
	if got := outcomes(r); r.Updated != 3 || strings.Join(r.Events[0].Notes, " ") != "status_kept" {
		t.Errorf("%s, %v", got, r.Events[0].Notes)
	}
	after := h.entry(e.ID)
	date, other := h.at(after, "2026-12-29"), h.at(after, "2026-12-16")
	if date.Status != contract.Cancelled || date.Reason != "The cook is ill." || date.Title != "" || date.Summary != "Our words." {
		t.Errorf("the date that was cancelled here is %+v", date)
	}
	if other.Status != contract.Postponed || other.Reason == "" || other.LocalStart != "2026-12-16T17:00:00" || other.Summary != "More words." || other.Title != "Moved" {
		t.Errorf("the date that was postponed here is %+v", other)
	}
	// The file cancels what is postponed.
	last := strings.Replace(newer(file, 4), "SUMMARY:Moved", "SUMMARY:Moved\r\nSTATUS:CANCELLED", 1)
	h.imported("?dry_run=false", last)
	if o := h.at(h.entry(e.ID), "2026-12-16"); o.Status != contract.Cancelled || o.Reason != "" {
		t.Errorf("the date that the file cancels is %+v", o)
	}
	if n := h.count("SELECT count(*) FROM events.transitions WHERE from_state = 'postponed' AND to_state = 'cancelled' AND occurrence_id IS NOT NULL"); n != 1 {
		t.Errorf("it is noted %d times", n)
	}
	if odd := h.count(`SELECT count(*) FROM events.occurrences o WHERE status <> COALESCE(
		(SELECT to_state FROM events.transitions t WHERE t.occurrence_id = o.id ORDER BY t.id DESC LIMIT 1), 'scheduled')`); odd != 0 {
		t.Errorf("%d dates have a status that is not noted", odd)
	}
}

// TestImportTooManyDates: a file makes so many dates at the most; the rest of it is for another
// time, for which what was made is not counted.
func TestImportTooManyDates(t *testing.T) {
	h := newHall(t)
	var file strings.Builder
	file.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Other//EN\r\n")
	for i := range 30 {
		fmt.Fprintf(&file, "BEGIN:VEVENT\r\nUID:%d@x\r\nDTSTAMP:20261101T120000Z\r\nDTSTART;TZID=Europe/London:20261124T190000\r\n"+
			"DTEND;TZID=Europe/London:20261124T200000\r\nSUMMARY:Daily %d\r\nRRULE:FREQ=DAILY;COUNT=700\r\nEND:VEVENT\r\n", i, i)
	}
	file.WriteString("BEGIN:VEVENT\r\nUID:last@x\r\nDTSTAMP:20261101T120000Z\r\nDTSTART;TZID=Europe/London:20261124T190000\r\nSUMMARY:Last\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
	r := h.imported("?dry_run=false", file.String())
	if r.Created != 28 || r.Skipped != 3 || r.Events[28].Code != "too_many_dates" || r.Events[30].Code != "too_many_dates" {
		t.Errorf("%d created, %d skipped: %s", r.Created, r.Skipped, outcomes(r))
	}
	if n := h.count("SELECT count(*) FROM events.occurrences"); n != 28*700 {
		t.Errorf("%d dates", n)
	}
	if r = h.imported("?dry_run=false", file.String()); r.Unchanged != 28 || r.Created != 3 {
		t.Errorf("%d unchanged, %d created: %s", r.Unchanged, r.Created, outcomes(r))
	}
}

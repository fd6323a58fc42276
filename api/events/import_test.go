package events_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/events"
	"rose-ash.com/roseash/api/shared/contract"
)

// importing sends a file to a calendar.
func (h *hall) importing(who map[string]string, calendar, query, file string) (status int, body []byte) {
	h.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/v1/calendars/"+calendar+"/imports"+query, strings.NewReader(file))
	r.Header.Set("Content-Type", "text/calendar; charset=utf-8")
	for name, value := range who {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w.Code, w.Body.Bytes()
}

// imported imports a file as the cook and must work.
func (h *hall) imported(query, file string) (report events.ImportReport) {
	h.t.Helper()
	status, body := h.importing(asCook, "suppers", query, file)
	if err := json.Unmarshal(body, &report); err != nil || status != http.StatusOK {
		h.t.Fatalf("%d %s", status, body)
	}
	return report
}

// outcomes shows a report: "line outcome code".
func outcomes(r events.ImportReport) string {
	var all []string
	for _, e := range r.Events {
		all = append(all, strings.TrimSpace(fmt.Sprint(e.Line, " ", e.Outcome, " ", e.Code)))
	}
	return strings.Join(all, "; ")
}

func foreign(t testing.TB, name string) string {
	t.Helper()
	file, err := os.ReadFile(filepath.Join("testdata", "import", name+".ics"))
	if err != nil {
		t.Fatal(err)
	}
	return string(file)
}

// TestImportBroken: what is wrong with a file is told by line and code, never by its words, and
// the sound event beside the broken one is taken.
func TestImportBroken(t *testing.T) {
	h := newHall(t)
	for name, want := range map[string]string{
		"no_colon": "10 skipped malformed_line; 12 created", "open_quote": "10 skipped malformed_line; 12 created",
		"parameter_cut": "10 skipped malformed_line; 12 created", "parameter_after_quote": "10 skipped malformed_line; 12 created",
		"empty_name": "10 skipped malformed_line; 12 created", "raw_line_ends": "10 skipped malformed_line; 12 created",
		"no_uid": "4 skipped no_uid; 10 created", "long_uid": "5 skipped bad_uid; 11 created", "two_uids": "5 skipped repeated_property; 12 created",
		"no_title": "4 skipped no_title; 10 created", "no_start": "4 skipped no_start; 10 created", "bad_start": "7 skipped bad_time; 10 created",
		"start_of_words": "7 skipped bad_time; 10 created", "year_0001": "7 skipped bad_time; 10 created", "end_before_start": "8 skipped end_before_start; 11 created",
		"end_of_another_type": "8 skipped end_type; 11 created", "unknown_zone": "7 skipped unknown_timezone; 10 created",
		"negative_duration": "9 skipped bad_duration; 11 created", "duration_of_words": "9 skipped bad_duration; 11 created",
		"two_years_long": "4 skipped too_long; 11 created", "sub_daily": "4 skipped rule_frequency; 12 created", "rule_of_words": "4 skipped rule_invalid; 12 created",
		"count_and_until": "4 skipped rule_count_and_until; 12 created", "start_outside_rule": "4 skipped start_outside_rule; 12 created",
		"two_rules": "10 skipped repeated_property; 13 created", "exrule": "11 skipped unsupported_exrule; 13 created", "bad_exdate": "11 skipped bad_time; 13 created",
		"too_many_rdates": "10 skipped too_many_dates; 41 created", "every_day_left_out": "4 skipped rule_empty; 13 created",
		"repeated_uid": "4 created; 12 skipped repeated_uid", "no_series": "10 skipped no_series; 12 created",
		"range": "10 skipped unsupported_range; 12 created", "date_of_another_type": "9 skipped date_type; 11 created", "no_such_date": "4 skipped no_such_date; 12 created",
		"repeated_date": "4 created; 11 created; 25 skipped repeated_date", "cancelled": "4 skipped cancelled; 12 created",
		"no_end": "4 created; 11 skipped unfinished", "event_in_event": "10 skipped unfinished; 10 created", "wrong_end": "10 skipped unfinished; 12 created",
		"deep": "18 skipped too_deep; 91 created", "long_line": "10 skipped line_too_long; 12 created", "many_properties": "4 skipped too_many_properties; 611 created",
	} {
		t.Run(name, func(t *testing.T) {
			file := foreign(t, name)
			if got := outcomes(h.imported("", file)); got != want {
				t.Errorf("%s, want %s", got, want)
			}
			if _, body := h.importing(asCook, "suppers", "", file); strings.Contains(string(body), "Secret") || strings.Contains(string(body), "@x") {
				t.Errorf("the answer has words of the file: %s", body)
			}
		})
	}
	for name, code := range map[string]string{
		"html_fault": "not_a_calendar", "empty": "", "message": "calendar_message", "too_many_events": "too_many_events",
	} {
		status, body := h.importing(asCook, "suppers", "", foreign(t, name))
		if status < 400 || status > 422 || !strings.Contains(string(body), code) {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	if n := h.count("SELECT count(*) FROM events.entries"); n != 0 {
		t.Errorf("dry runs have stored %d entries", n)
	}
}

func (h *hall) count(query string) (n int) {
	h.t.Helper()
	if err := h.pool.QueryRow(h.t.Context(), query).Scan(&n); err != nil {
		h.t.Fatal(err)
	}
	return n
}

// entriesOf are the calendar's entries by their titles, as its organisers see them.
func (h *hall) byTitle(title string) contract.Entry {
	h.t.Helper()
	var id string
	if err := h.pool.QueryRow(h.t.Context(), "SELECT 'entry_' || replace(id::text, '-', '') FROM events.entries WHERE title = $1", title).Scan(&id); err != nil {
		h.t.Fatalf("%s: %v", title, err)
	}
	e, err := h.Entry(h.as("cook"), contract.EntryID(id))
	if err != nil {
		h.t.Fatal(err)
	}
	return e
}

// TestImportSeries: a series with its dates, again, changed, and older.
func TestImportSeries(t *testing.T) {
	h := newHall(t)
	file := foreign(t, "series")
	if got := outcomes(h.imported("?dry_run=false", file)); got != "4 created; 16 created; 25 created" {
		t.Fatal(got)
	}
	e := h.byTitle("Series")
	if e.State != contract.EntryDraft || e.UID != "series@x" || e.Sequence != 2 || e.RRule != "FREQ=WEEKLY;UNTIL=20270105T190000" || e.Timezone != "Europe/London" {
		t.Errorf("%+v", e)
	}
	var dates []string
	for _, o := range e.Occurrences {
		dates = append(dates, strings.TrimSpace(o.LocalStart[5:16]+" "+o.Title+" "+string(o.Status)))
	}
	if got, want := strings.Join(dates, "; "), "11-24T19:00  scheduled; 12-03T19:00  scheduled; 12-16T18:00 Moved scheduled; 12-22T19:00  cancelled; 12-29T19:00  scheduled; 01-05T19:00  scheduled"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := outcomes(h.imported("?dry_run=false", strings.ReplaceAll(file, "DTSTAMP:2026", "DTSTAMP:2027"))); got != "4 unchanged; 16 unchanged; 25 unchanged" {
		t.Error(got)
	}
	ids := map[contract.OccurrenceID]bool{}
	for _, o := range e.Occurrences {
		ids[o.ID] = true
	}
	later := strings.ReplaceAll(strings.ReplaceAll(file, "SEQUENCE:2", "SEQUENCE:3"), "SUMMARY:Moved", "SUMMARY:Moved again")
	if got := outcomes(h.imported("", later)); got != "4 updated; 16 updated; 25 updated" {
		t.Error(got)
	}
	if again := h.byTitle("Series"); again.Version != e.Version {
		t.Error("a dry run has changed the entry")
	}
	if got := outcomes(h.imported("?dry_run=false", later)); got != "4 updated; 16 updated; 25 updated" {
		t.Error(got)
	}
	after := h.byTitle("Series")
	for _, o := range after.Occurrences {
		if !ids[o.ID] {
			t.Errorf("the date %s has another id", o.Recurrence)
		}
	}
	if after.Occurrences[2].Title != "Moved again" || after.Sequence < 3 {
		t.Errorf("%+v", after.Occurrences[2])
	}
	if got := outcomes(h.imported("?dry_run=false", file)); got != "4 skipped older; 16 skipped older; 25 skipped older" {
		t.Error(got)
	}
}

// TestImportStates: drafts, or what visitors see at once; what is cancelled in the file.
func TestImportStates(t *testing.T) {
	h := newHall(t)
	file := foreign(t, "floating")
	r := h.imported("?dry_run=false&state=confirmed", file)
	if r.Created != 1 || r.DryRun || r.Events[0].Entry == "" {
		t.Fatalf("%+v", r)
	}
	e := h.byTitle("Secret words")
	if e.State != contract.EntryConfirmed || e.PublishedAt == nil || e.ID != r.Events[0].Entry {
		t.Errorf("%+v", e)
	}
	if got := outcomes(h.imported("?dry_run=false", strings.Replace(file, "END:VEVENT", "STATUS:CANCELLED\r\nEND:VEVENT", 1))); got != "4 updated" {
		t.Error(got)
	}
	if e := h.byTitle("Secret words"); e.State != contract.EntryCancelled {
		t.Errorf("%s", e.State)
	}
	h.imported("?dry_run=false&state=confirmed", strings.NewReplacer("floating@x", "tentative@x", "Secret words", "Tentative", "END:VEVENT", "STATUS:TENTATIVE\r\nEND:VEVENT").Replace(file))
	if e := h.byTitle("Tentative"); e.State != contract.EntryProvisional {
		t.Errorf("%s", e.State)
	}
	made := h.confirmed(h.weekly())
	own := strings.Replace(file, "floating@x", made.UID, 1)
	if got := outcomes(h.imported("?dry_run=false", own)); got != "4 skipped made_here" {
		t.Error(got)
	}
}

// TestImportTellsNothing: what is private, here or in the file, is not told by a later file that
// says nothing of it, nor is an address online that nobody has shown.
func TestImportTellsNothing(t *testing.T) {
	h := newHall(t)
	const head, event = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n", "BEGIN:VEVENT\r\nUID:quiet@x\r\nDTSTAMP:20261101T120000Z\r\n"
	series := event + "DTSTART;TZID=Europe/London:20261124T190000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nSUMMARY:Soup\r\nCONFERENCE;VALUE=URI:https://meet.example/%s\r\nEND:VEVENT\r\n"
	date := event + "RECURRENCE-ID;TZID=Europe/London:20261201T190000\r\nDTSTART;TZID=Europe/London:20261201T200000\r\nDURATION:PT1H\r\nSUMMARY:Qzx secret\r\nDESCRIPTION:Qzx secret\r\nCLASS:PRIVATE\r\nEND:VEVENT\r\n"
	file := func(address string) string { return head + fmt.Sprintf(series, address) + date + "END:VCALENDAR\r\n" }
	h.imported("?dry_run=false&state=confirmed", file("one"))
	e := h.byTitle("Soup")
	if raw, _ := json.Marshal(e); strings.Contains(string(raw), "Qzx") || e.Kind != contract.EntryPublic || e.Occurrences[1].LocalStart != "2026-12-01T20:00:00" {
		t.Errorf("of the private date is told: %s", raw)
	}
	h.change(e, events.EntryEdit{EntryFields: events.EntryFields{Kind: of(contract.EntryPrivate), OnlinePublic: of(true)}})
	if got := h.imported("?dry_run=false", file("two")); got.Updated != 2 {
		t.Fatalf("%+v", got)
	}
	if e = h.entry(e.ID); e.Kind != contract.EntryPrivate || e.OnlineURL != "https://meet.example/two" || e.OnlinePublic {
		t.Errorf("the entry is %s, at %s, shown %v", e.Kind, e.OnlineURL, e.OnlinePublic)
	}
}

// TestImportWords: texts become Markdown that reads the same, and places venues.
func TestImportWords(t *testing.T) {
	h := newHall(t)
	file := foreign(t, "words")
	r := h.imported("?dry_run=false", file)
	if got := outcomes(r); got != "4 created; 17 created" || strings.Join(r.Events[0].Notes, " ") != "people_left_out place_in_description" || strings.Join(r.Events[1].Notes, " ") != "title_cut" {
		t.Fatalf("%+v", r)
	}
	e := h.byTitle(`A , b; c \ d 🍲 שלום folded`)
	if want := "<p>Village green, Rose Ash</p>\n<p>Bring a *bowl*, and<br>"; e.Kind != contract.EntryPrivate || !strings.HasPrefix(strings.ReplaceAll(e.DescriptionHTML, "<br/>", "<br>"), want) {
		t.Errorf("%q, want %q", e.DescriptionHTML, want)
	}
	h.imported("?dry_run=false", strings.NewReplacer("words@x", "hall@x", "online@x", "online2@x", "Village green", "rose ash hall", "A \\, b", "In the hall").Replace(file))
	if e := h.byTitle(`In the hall; c \ d 🍲 שלום folded`); e.Venue == nil || e.Venue.ID != h.venue.ID {
		t.Errorf("%+v", e.Venue)
	}
}

// TestImportRefused: who may, and what is too much.
func TestImportRefused(t *testing.T) {
	h := newHall(t)
	file := foreign(t, "floating")
	for _, c := range []struct {
		who      map[string]string
		calendar string
		file     string
		want     int
		code     string
	}{
		{nil, "suppers", file, 401, ""},
		{asReader, "suppers", file, 403, ""},
		{asMember, "suppers", file, 403, ""},
		{asCarver, "suppers", file, 403, "not_organiser"},
		{asCook, "workshops", file, 403, "not_organiser"},
		{asCook, "nothing", file, 404, "not_found"},
		{asOwner, "workshops", file, 200, ""},
		{asCook, string(h.suppers.ID), file, 200, ""},
		{asCook, "suppers", strings.Repeat("X", 4<<20+1), 413, ""},
		{asCook, "suppers?state=declined", file, 404, ""},
	} {
		status, body := h.importing(c.who, c.calendar, "", c.file)
		if strings.Contains(c.calendar, "?") {
			status, body = h.importing(c.who, "suppers", "?state=declined", c.file)
			c.want = 422
		}
		if status != c.want || !strings.Contains(string(body), c.code) {
			t.Errorf("%v %s: %d %s, want %d %s", c.who, c.calendar, status, body, c.want, c.code)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/v1/calendars/suppers/imports", strings.NewReader(file))
	r.Header.Set("Content-Type", "text/plain")
	r.Header.Set("Authorization", "Bearer cook")
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	if w.Code != http.StatusUnsupportedMediaType {
		t.Errorf("%d", w.Code)
	}
}

// TestImportAtOnce: two imports of a file at once make each entry once.
func TestImportAtOnce(t *testing.T) {
	h := newHall(t)
	file := foreign(t, "durations")
	done := make(chan string, 4)
	for range cap(done) {
		go func() {
			r, err := h.ImportCalendar(h.as("cook"), "suppers", []byte(file), events.ImportOptions{State: contract.EntryDraft})
			done <- fmt.Sprint(r.Skipped, err)
		}()
	}
	for range cap(done) {
		select {
		case got := <-done:
			if got != "0<nil>" && got != "0 <nil>" {
				t.Error(got)
			}
		case <-time.After(time.Minute):
			t.Fatal("an import does not end")
		}
	}
	if n := h.count("SELECT count(*) FROM events.entries"); n != 6 {
		t.Errorf("%d entries, want 6", n)
	}
}

package events_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/events"
	"rose-ash.com/roseash/api/shared/contract"
)

// secretWord is in every text of a private entry, and nowhere else.
const secretWord = "Zwetschgenknoedel"

// set is one entry of suppers in each state, and a private one, all in November 2026.
type set struct {
	*desk
	byState map[contract.EntryState]contract.Entry // public ones; the submitted one is pia's
	private contract.Entry
}

func newSet(t testing.TB) *set {
	h := newDesk(t)
	s := &set{desk: h, byState: map[contract.EntryState]contract.Entry{}}
	for i, state := range []contract.EntryState{contract.EntryDraft, contract.EntryProvisional, contract.EntryConfirmed, contract.EntryDeclined, contract.EntryCancelled, contract.EntryPostponed} {
		e := h.entry("organiser", h.suppers, "Supper "+string(state), fmt.Sprintf("2026-11-%02dT19:00:00", 10+i), `"state":"draft"`)
		for _, next := range map[contract.EntryState][]contract.EntryState{
			contract.EntryProvisional: {contract.EntryProvisional}, contract.EntryConfirmed: {contract.EntryConfirmed},
			contract.EntryDeclined:  {contract.EntrySubmitted, contract.EntryDeclined},
			contract.EntryCancelled: {contract.EntryConfirmed, contract.EntryCancelled}, contract.EntryPostponed: {contract.EntryConfirmed, contract.EntryPostponed},
		}[state] {
			tag := h.must("organiser", "GET", "/v1/entries/"+string(e.ID), "", nil)
			h.must("organiser", "PUT", "/v1/entries/"+string(e.ID)+"/state", fmt.Sprintf(`{"state":%q}`, next), &e, "If-Match", tag)
		}
		s.byState[state] = e
	}
	s.byState[contract.EntrySubmitted] = h.entry("proposer", h.suppers, "Supper submitted", "2026-11-20T19:00:00", `"summary":"By Pia."`)
	h.must("admin", "POST", "/v1/venues", `{"slug":"cellar","name":"`+secretWord+` cellar"}`, nil)
	var cellar contract.Venue
	h.must("admin", "GET", "/v1/venues/cellar", "", &cellar)
	s.private = h.entry("organiser", h.suppers, secretWord, "2026-11-21T19:00:00", fmt.Sprintf(
		`"state":"confirmed","kind":"private","slug":%q,"summary":%q,"description":%q,"organizer":%q,"attendance":"mixed","online_url":"https://meet.example/%s","online_public":true,"venue":%q`,
		strings.ToLower(secretWord), secretWord, secretWord, secretWord, secretWord, cellar.ID))
	if s.private.Busy || s.private.Title != secretWord {
		t.Fatalf("its organiser sees %+v", s.private)
	}
	// As though it had come from a file, with whatever its program takes as UID.
	if _, err := h.pool.Exec(t.Context(), "UPDATE events.entries SET uid = $1 WHERE kind = 'private'", secretWord+"@"+secretWord+".example"); err != nil {
		t.Fatal(err)
	}
	h.must("admin", "PATCH", "/v1/venues/cellar", `{"name":"Cellar"}`, nil, "If-Match", `"v1-x"`)
	return s
}

// sees tells who may know of the entries in a state.
func sees(who string, state contract.EntryState) bool {
	switch who {
	case "organiser", "admin":
		return true
	case "proposer":
		if state == contract.EntrySubmitted {
			return true
		}
	}
	return state == contract.EntryConfirmed || state == contract.EntryCancelled || state == contract.EntryPostponed
}

var allStates = []contract.EntryState{contract.EntryDraft, contract.EntrySubmitted, contract.EntryProvisional, contract.EntryConfirmed,
	contract.EntryDeclined, contract.EntryCancelled, contract.EntryPostponed}

func query(states []contract.EntryState) string {
	words := make([]string, len(states))
	for i, s := range states {
		words[i] = string(s)
	}
	return strings.Join(words, ",")
}

// TestWhoReads: each person and each state, by every operation that reads.
func TestWhoReads(t *testing.T) {
	s := newSet(t)
	whole := func(who string) bool { return who == "organiser" || who == "admin" }
	var list []apitest.Scenario
	for _, who := range everybody {
		header, cache := map[string]string{}, "public, no-cache"
		if who != "" {
			header, cache = apitest.Bearer(who), "private, no-store"
		}
		var want, not, all, none []string
		for _, state := range allStates {
			e, word := s.byState[state], `"title":"Supper `+string(state)+`"`
			status := http.StatusNotFound
			if sees(who, state) {
				status = http.StatusOK
				all = append(all, word)
			} else {
				none = append(none, word)
			}
			if sees("", state) {
				want = append(want, word)
			} else {
				not = append(not, word)
			}
			list = append(list,
				apitest.Scenario{Name: who + " reads " + string(state), URL: "/v1/entries/" + string(e.ID), Header: header, Status: status},
				apitest.Scenario{Name: who + " reads a date of " + string(state), URL: "/v1/occurrences/" + string(e.Occurrences[0].ID), Header: header, Status: status})
		}
		hidden, shown := `"title":"Busy"`, secretWord
		if whole(who) {
			hidden, shown = shown, hidden
		}
		scenario := func(name, url string, want, not []string) apitest.Scenario {
			return apitest.Scenario{Name: who + " " + name, URL: url, Header: header, Status: 200, Want: want, NotWant: not, WantHeader: map[string]string{"Cache-Control": cache}}
		}
		var ids []string
		for _, e := range s.byState {
			ids = append(ids, string(e.ID))
		}
		list = append(list,
			scenario("lists entries", "/v1/entries?limit=100", append(want, hidden), append(not, shown)),
			scenario("lists all states", "/v1/entries?limit=100&include=occurrences&state="+query(allStates), append(all, hidden), append(none, shown)),
			scenario("lists entries by id", "/v1/entries?ids="+strings.Join(append(ids, string(s.private.ID)), ","), append(all, hidden), append(none, shown)),
			scenario("lists dates", "/v1/occurrences?limit=500", append(want, hidden), append(not, shown)),
			scenario("lists dates of all states", "/v1/occurrences?limit=500&state="+query(allStates), append(all, hidden), append(none, shown)),
			scenario("lists without what is private", "/v1/occurrences?limit=500&public=true", want, append(not, hidden, shown)),
			scenario("lists entries without what is private", "/v1/entries?limit=100&public=true", want, append(not, hidden, shown)),
			scenario("reads the private one", "/v1/entries/"+string(s.private.ID), []string{hidden}, []string{shown}),
			scenario("reads its date", "/v1/occurrences/"+string(s.private.Occurrences[0].ID), []string{hidden}, []string{shown}),
		)
		found := []string{`"items":[]`}
		if whole(who) {
			found = []string{secretWord}
		}
		for _, url := range []string{"/v1/entries?q=" + secretWord, "/v1/entries?calendar=suppers&slug=" + strings.ToLower(secretWord)} {
			list = append(list, scenario("looks for its words "+url, url, found, nil))
		}
	}
	list = append(list,
		apitest.Scenario{Name: "pia's own", URL: "/v1/entries?mine=true", Header: apitest.Bearer("proposer"), Status: 200, Want: []string{"Supper submitted", string(pia)}, NotWant: []string{"Supper confirmed"}},
		apitest.Scenario{Name: "mia has none", URL: "/v1/entries?mine=true", Header: apitest.Bearer("member"), Status: 200, Want: []string{`"items":[]`}},
		apitest.Scenario{Name: "nobody's own", URL: "/v1/entries?mine=true", Status: 422},
		apitest.Scenario{Name: "months", URL: "/v1/calendars/suppers/months", Status: 200, Want: []string{`{"month":"2026-11","count":4}`}},
		apitest.Scenario{Name: "months of all", URL: "/v1/calendars/all/months", Status: 200, Want: []string{`{"month":"2026-11","count":4}`}},
		apitest.Scenario{Name: "months of a calendar without", URL: "/v1/calendars/workshops/months", Status: 200, Want: []string{`"items":[]`}},
		apitest.Scenario{Name: "months of none", URL: "/v1/calendars/unknown/months", Status: 404},
		apitest.Scenario{Name: "words", URL: "/v1/entries?q=SUPPER%20conf", Status: 200, Want: []string{"Supper confirmed"}, NotWant: []string{"Supper cancelled"}},
		apitest.Scenario{Name: "by address", URL: "/v1/entries?calendar=suppers&slug=supper-confirmed", Status: 200, Want: []string{"Supper confirmed"}, NotWant: []string{"Supper cancelled"}},
		apitest.Scenario{Name: "what is not over", URL: "/v1/entries?from=2026-11-15", Status: 200, Want: []string{"Supper postponed"}, NotWant: []string{"Supper confirmed"}},
		apitest.Scenario{Name: "of another calendar", URL: "/v1/entries?calendar=workshops", Status: 200, Want: []string{`"items":[]`}},
		apitest.Scenario{Name: "of a calendar that is not there", URL: "/v1/entries?calendar=unknown", Status: 422},
		apitest.Scenario{Name: "ids and more", URL: "/v1/entries?q=x&ids=" + string(s.private.ID), Status: 422},
		apitest.Scenario{Name: "a day that is none", URL: "/v1/occurrences?from=2026-02-30", Status: 422},
		apitest.Scenario{Name: "dates of a day", URL: "/v1/occurrences?calendar=suppers&from=2026-11-12&until=2026-11-13", Status: 200, Want: []string{"Supper confirmed"}, NotWant: []string{"Supper cancelled", "Busy"}},
		apitest.Scenario{Name: "dates after an instant", URL: "/v1/occurrences?after=2026-11-15T20:59:59Z", Status: 200, Want: []string{"Supper postponed"}, NotWant: []string{"Supper confirmed"}},
		apitest.Scenario{Name: "dates when it is over", URL: "/v1/occurrences?after=2026-11-15T21:00:00Z", Status: 200, NotWant: []string{"Supper postponed"}},
	)
	apitest.Run(t, s.handler, s.pool, list)
}

// TestGenerator: what pages are made of is what visitors see, word for word.
func TestGenerator(t *testing.T) {
	s := newSet(t)
	ctx := t.Context()
	links, next, err := s.WalkEntries(ctx, "")
	if err != nil || next != "" || len(links) != 4 {
		t.Fatalf("WalkEntries: %d, %q, %v", len(links), next, err)
	}
	ids, err := s.CalendarEntries(ctx, nil)
	if err != nil || len(ids) != 4 {
		t.Fatalf("CalendarEntries: %v, %v", ids, err)
	}
	for i, l := range links {
		if l.ID != ids[i] {
			t.Errorf("entry %d is %s and %s", i, l.ID, ids[i])
		}
	}
	var every []contract.EntryID
	for _, e := range s.byState {
		every = append(every, e.ID)
	}
	entries, err := s.EntriesByID(ctx, append(every, s.private.ID, s.private.ID, "entry_none", "post_"+contract.EntryID(strings.Repeat("0", 32))))
	if err != nil || len(entries) != 4 {
		t.Fatalf("EntriesByID: %d, %v", len(entries), err)
	}
	cards, err := s.Dates(ctx, contract.OccurrenceQuery{})
	if err != nil || len(cards) != 4 {
		t.Fatalf("Dates: %d, %v", len(cards), err)
	}
	told := map[string]contract.OccurrenceStatus{}
	for _, c := range cards {
		told[c.Title] = c.Status
	}
	if told["Supper cancelled"] != contract.Cancelled || told["Supper postponed"] != contract.Postponed || told["Supper confirmed"] != contract.Scheduled {
		t.Errorf("visitors are told %v", told)
	}
	if all := fmt.Sprintf("%+v %+v %+v", links, entries, cards); strings.Contains(all, secretWord) || strings.Contains(strings.ToLower(all), strings.ToLower(secretWord)) || strings.Contains(all, "ellar") {
		t.Errorf("the private one is told of: %s", all)
	}
	for _, slug := range []string{"supper-draft", "supper-submitted", strings.ToLower(secretWord), "nothing", "..", ""} {
		if _, found, err := s.EntryBySlug(ctx, "suppers", slug); found || err != nil {
			t.Errorf("EntryBySlug(%q) = %v, %v", slug, found, err)
		}
	}
	if id, found, err := s.EntryBySlug(ctx, "suppers", "supper-confirmed"); !found || err != nil || id != s.byState[contract.EntryConfirmed].ID {
		t.Errorf("EntryBySlug = %s, %v, %v", id, found, err)
	}
	// A private one that is off takes no time.
	tag := s.must("organiser", "GET", "/v1/entries/"+string(s.private.ID), "", nil)
	s.must("organiser", "PUT", "/v1/entries/"+string(s.private.ID)+"/state", `{"state":"cancelled"}`, nil, "If-Match", tag)
	if cards, err = s.Dates(ctx, contract.OccurrenceQuery{}); err != nil || len(cards) != 3 {
		t.Errorf("%d dates, %v", len(cards), err)
	}
	if months, err := s.Months(ctx, nil); err != nil || len(months) != 1 || months[0].Count != 3 {
		t.Errorf("months: %v, %v", months, err)
	}
	// What is archived is not among all, and still there by its name.
	tag = s.must("admin", "GET", "/v1/calendars/suppers", "", nil)
	s.must("admin", "PATCH", "/v1/calendars/suppers", `{"archived":true}`, nil, "If-Match", tag)
	if cards, err = s.Dates(ctx, contract.OccurrenceQuery{}); err != nil || len(cards) != 0 {
		t.Errorf("%d dates of an archived calendar, %v", len(cards), err)
	}
	if cards, err = s.Dates(ctx, contract.OccurrenceQuery{Calendars: []contract.CalendarID{s.suppers}}); err != nil || len(cards) != 3 {
		t.Errorf("%d dates, %v", len(cards), err)
	}
	if cards, err = s.Dates(ctx, contract.OccurrenceQuery{Calendars: []contract.CalendarID{}}); err != nil || len(cards) != 0 {
		t.Errorf("%d dates of no calendar, %v", len(cards), err)
	}
	if ids, err = s.CalendarEntries(ctx, nil); err != nil || len(ids) != 0 {
		t.Errorf("%v, %v", ids, err)
	}
}

// TestTagsOfReaders: an answer has another ETag for who is told more, of a version too.
func TestTagsOfReaders(t *testing.T) {
	h := newDesk(t)
	e := h.entry("admin", h.suppers, "Online supper", "2026-11-24T19:00:00", `"state":"confirmed","attendance":"online","online_url":"https://meet.example/soup"`)
	for _, url := range []string{"/v1/entries/" + string(e.ID), "/v1/occurrences/" + string(e.Occurrences[0].ID)} {
		if all, theirs := h.must("", "GET", url, "", nil), h.must("organiser", "GET", url, "", nil); all == "" || all == theirs {
			t.Errorf("%s: visitors have %s, its organiser %s", url, all, theirs)
		}
	}
}

// TestLocalDays: dates belong to the days and months that their own clocks show.
func TestLocalDays(t *testing.T) {
	h := newDesk(t)
	h.entry("admin", h.suppers, "Kiritimati", "2026-12-01T00:30:00", `"state":"confirmed","timezone":"Pacific/Kiritimati"`) // 30 November, 10:30 UTC
	h.entry("admin", h.suppers, "Pago Pago", "2026-11-30T23:00:00", `"state":"confirmed","timezone":"Pacific/Pago_Pago","attendance":"in_person"`)
	h.entry("admin", h.suppers, "Camp", "2026-11-28", `"state":"confirmed","all_day":true,"local_end":"2027-01-02"`)
	h.entry("admin", h.suppers, "Moment", "2026-11-01T00:00:00", `"state":"confirmed"`)
	ctx := t.Context()
	titles := func(q contract.OccurrenceQuery) string {
		cards, err := h.Dates(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		var list []string
		for _, c := range cards {
			list = append(list, c.Title)
		}
		slices.Sort(list)
		return strings.Join(list, ", ")
	}
	for _, c := range []struct{ from, until, want string }{
		{"2026-11-01", "2026-12-01", "Camp, Moment, Pago Pago"},
		{"2026-12-01", "2027-01-01", "Camp, Kiritimati, Pago Pago"},
		{"2027-01-01", "2027-01-02", "Camp"},
		{"2027-01-02", "", ""},
		{"", "2026-11-02", "Moment"},
		{"2026-11-02", "2026-11-28", ""},
		{"", "", "Camp, Kiritimati, Moment, Pago Pago"},
	} {
		if got := titles(contract.OccurrenceQuery{From: c.from, Until: c.until}); got != c.want {
			t.Errorf("from %q until %q: %q, want %q", c.from, c.until, got, c.want)
		}
	}
	months, err := h.Months(ctx, []contract.CalendarID{h.suppers})
	want := []contract.MonthCount{{Month: "2026-11", Count: 3}, {Month: "2026-12", Count: 3}, {Month: "2027-01", Count: 1}}
	if err != nil || !slices.Equal(months, want) {
		t.Errorf("months: %v, want %v (%v)", months, want, err)
	}
	for _, m := range want { // a month has as many dates as are counted
		first, err := time.Parse("2006-01", m.Month)
		if err != nil {
			t.Fatal(err)
		}
		cards, err := h.Dates(ctx, contract.OccurrenceQuery{From: first.Format(time.DateOnly), Until: first.AddDate(0, 1, 0).Format(time.DateOnly)})
		if err != nil || len(cards) != m.Count {
			t.Errorf("%s has %d dates, %d are counted (%v)", m.Month, len(cards), m.Count, err)
		}
	}
}

// TestPagesOfDates: a list read page by page is the list, whatever begins at once.
func TestPagesOfDates(t *testing.T) {
	h := newDesk(t)
	for i := range 7 {
		h.entry("admin", h.suppers, fmt.Sprintf("At once %d", i), "2026-11-24T19:00:00", "")
	}
	h.entry("admin", h.suppers, "Weekly", "2026-11-03T19:00:00", `"state":"confirmed","rrule":"FREQ=WEEKLY;COUNT=5"`)
	for path, want := range map[string]int{"/v1/occurrences": 12, "/v1/entries": 8} {
		seen := map[string]bool{}
		url := path + "?limit=2"
		for pages := 0; ; pages++ {
			var page struct {
				Items      []struct{ ID string }
				NextCursor string `json:"next_cursor"`
			}
			h.must("", "GET", url, "", &page)
			for _, item := range page.Items {
				if seen[item.ID] {
					t.Errorf("%s: %s comes twice", path, item.ID)
				}
				seen[item.ID] = true
			}
			if page.NextCursor == "" || pages > 20 {
				break
			}
			url = path + "?limit=2&cursor=" + page.NextCursor
		}
		if len(seen) != want {
			t.Errorf("%s has %d, want %d", path, len(seen), want)
		}
	}
	if res, _ := h.ask("", "GET", "/v1/occurrences?cursor=nonsense", ""); res.StatusCode != 422 {
		t.Errorf("a cursor that is none: %d", res.StatusCode)
	}
	var d events.OccurrenceDetails
	var page struct{ Items []contract.OccurrenceCard }
	h.must("", "GET", "/v1/occurrences?limit=1", "", &page)
	h.must("", "GET", "/v1/occurrences/"+string(page.Items[0].ID), "", &d)
	if !page.Items[0].Series || d.Recurrence != "2026-11-03T19:00:00" || d.Slug != "2026-11-03" || d.Entry.Title != "Weekly" {
		t.Errorf("the first is %+v", d)
	}
}

// TestListsWithoutDates: dates that nobody asks for are not read.
func TestListsWithoutDates(t *testing.T) {
	h := newHall(t)
	e := h.confirmed(h.weekly())
	h.run("ALTER TABLE events.occurrences RENAME COLUMN reason TO unread") // which lists do not decide by
	for url, status := range map[string]int{"/v1/entries": 200, "/v1/entries?ids=" + string(e.ID): 200, "/v1/entries?include=occurrences": 500} {
		res, body := apitest.Ask(t, h.handler, apitest.Scenario{URL: url})
		if res.StatusCode != status || status == 200 && !strings.Contains(string(body), `"occurrences":[]`) {
			t.Errorf("%s: %d %s", url, res.StatusCode, body)
		}
	}
}

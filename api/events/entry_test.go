package events_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/events"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

var nothingSaid = map[string]int{"*": 0}

// entryBody is a new entry in JSON: a supper of one evening, with more fields or others.
func entryBody(calendar contract.CalendarID, more string) string {
	fields := map[string]any{"calendar": calendar, "title": "Soup supper", "local_start": "2026-11-24T19:00:00", "local_end": "2026-11-24T22:00:00"}
	if err := json.Unmarshal([]byte("{"+more+"}"), &fields); err != nil {
		panic(err)
	}
	raw, _ := json.Marshal(fields)
	return string(raw)
}

func TestWhoMakesEntries(t *testing.T) {
	h := newHall(t)
	archived, err := h.UpdateCalendar(h.as("owner"), string(h.calendar("old", true).ID), 1, events.CalendarFields{Archived: of(true)})
	if err != nil {
		t.Fatal(err)
	}
	post := func(name string, who map[string]string, body string, status int, said map[string]int, want ...string) apitest.Scenario {
		return apitest.Scenario{Name: name, Method: "POST", URL: "/v1/entries", Header: who, Body: body, Status: status, Events: said, Want: want}
	}
	suppers, workshops := h.suppers.ID, h.workshop.ID
	published := map[string]int{"events.entry_published": 1, "*": 0}
	apitest.Run(t, h.handler, h.pool, []apitest.Scenario{
		post("a visitor", nil, entryBody(suppers, ""), 401, nothingSaid),
		post("somebody with no part in events", asReader, entryBody(suppers, ""), 403, nothingSaid, "insufficient_scope"),
		post("an organiser's draft", asCook, entryBody(suppers, ""), 201, nothingSaid, `"state":"draft"`),
		post("an organiser's own, at once", asCook, entryBody(suppers, `"state":"confirmed"`), 201, published, `"state":"confirmed"`, `"slug":"soup-supper-2"`),
		post("an organiser of another calendar", asCarver, entryBody(workshops, `"state":"confirmed"`), 201, published),
		post("an organiser proposes elsewhere", asCarver, entryBody(suppers, ""), 201, nothingSaid, `"state":"submitted"`),
		post("an organiser confirms elsewhere", asCarver, entryBody(suppers, `"state":"confirmed"`), 403, nothingSaid, "not_organiser"),
		post("a member proposes", asMember, entryBody(suppers, `"title":"Caf\u00e9 \ud83c\udf72 \u05de\u05e8\u05e7"`), 201, nothingSaid, `"state":"submitted"`, memberID, "Café 🍲 מרק"),
		post("a member's draft", asMember, entryBody(suppers, `"state":"draft"`), 201, nothingSaid, `"state":"draft"`),
		post("a member confirms", asMember, entryBody(suppers, `"state":"confirmed"`), 403, nothingSaid, "not_organiser"),
		post("a member where nobody proposes", asMember, entryBody(workshops, ""), 403, nothingSaid, "proposals_closed"),
		post("whoever may do all", asOwner, entryBody(workshops, `"state":"provisional"`), 201, nothingSaid, `"state":"provisional"`),
		post("an archived calendar", asOwner, entryBody(archived.ID, ""), 409, nothingSaid, "calendar_archived"),
		post("a calendar that is not there", asOwner, entryBody("cal_019ab3f47c2e7d06b8a1f0c2d3e4f5ff", ""), 422, nothingSaid, "body.calendar"),
	})
	for range 8 {
		if res, body := h.send("POST", "/v1/entries", asMember, json.RawMessage(entryBody(suppers, ""))); res.StatusCode != 201 {
			t.Fatalf("%d %s", res.StatusCode, body)
		}
	}
	apitest.Run(t, h.handler, h.pool, []apitest.Scenario{
		post("the eleventh proposal", asMember, entryBody(suppers, ""), 409, nothingSaid, "too_many_proposals"),
		post("another's first", asOther, entryBody(suppers, ""), 201, nothingSaid),
	})
}

func TestWhatEntriesCannotBe(t *testing.T) {
	h := newHall(t)
	refuse := func(name, more, code string) apitest.Scenario {
		return apitest.Scenario{Name: name, Method: "POST", URL: "/v1/entries", Header: asCook, Body: entryBody(h.suppers.ID, more), Status: 422,
			Want: []string{code}, NotWant: []string{apitest.Canary}, Events: nothingSaid}
	}
	apitest.Run(t, h.handler, h.pool, []apitest.Scenario{
		refuse("no title", `"title":" "`, "body.title"),
		refuse("a line break in a title", `"title":"Soup\r\nATTENDEE:mailto:a@b.example"`, "body.title"),
		refuse("a tab in a summary", `"summary":"So\tup"`, "body.summary"),
		refuse("a line separator", `"title":"So\u2028up"`, "body.title"),
		refuse("direction turned round", `"title":"Soup \u202egnp.exe"`, "body.title"),
		refuse("a title of ten kilobytes", `"title":"`+strings.Repeat("x", 10_000)+`"`, "body.title"),
		refuse("a title of 201 characters", `"title":"`+strings.Repeat("é", 201)+`"`, "body.title"),
		refuse("scripts", `"description":"<script>x</script>"`, "unsafe_html"),
		refuse("no time", `"local_start":"yesterday `+apitest.Canary[:5]+`"`, "body.local_start"),
		refuse("an offset in a local time", `"local_start":"2026-11-24T19:00:00Z"`, "body.local_start"),
		refuse("a date where a time belongs", `"local_start":"2026-11-24"`, "body.local_start"),
		refuse("the end before the start", `"local_end":"2026-11-24T18:00:00"`, "end_before_start"),
		refuse("an all-day date of no length", `"all_day":true,"local_start":"2026-11-24","local_end":"2026-11-24"`, "end_before_start"),
		refuse("a date of 400 days", `"local_end":"2027-12-29T18:00:00"`, "too_long"),
		refuse("a year that calendars do not have", `"local_start":"0001-01-01T00:00:00"`, "body.local_start"),
		refuse("an unknown zone", `"timezone":"Europe/Rose_Ash"`, "unknown_timezone"),
		refuse("the machine's zone", `"timezone":"Local"`, "unknown_timezone"),
		refuse("hourly", `"rrule":"FREQ=HOURLY"`, "rule_frequency"),
		refuse("every hour of days", `"rrule":"FREQ=DAILY;BYHOUR=1,2,3"`, "rule_part"),
		refuse("COUNT with UNTIL", `"rrule":"FREQ=DAILY;COUNT=3;UNTIL=20270101T000000"`, "rule_count_and_until"),
		refuse("the first date outside the rule", `"rrule":"FREQ=WEEKLY;BYDAY=WE"`, "start_outside_rule"),
		refuse("no rule at all", `"rrule":"every tuesday"`, "rule_invalid"),
		refuse("too many dates besides a rule", `"rrule":"FREQ=DAILY","rdates":[`+days(71, "T20:00:00")+`]`, "too_many_dates"),
		refuse("no date left", `"exdates":["2026-11-24T19:00:00"],"rdates":["2026-11-24T19:00:00"]`, "rule_empty"),
		refuse("a slug that is a month", `"slug":"2026-11"`, "reserved_slug"),
		refuse("a picture from elsewhere", `"image":{"url":"https://elsewhere.example/a.png","alt":""}`, "body.image.url"),
		refuse("a venue that is not there", `"venue":"venue_019ab3f47c2e7d06b8a1f0c2d3e4f5ff"`, "body.venue"),
		refuse("an online address in person", `"online_url":"https://meet.example/"`, "body.online_url"),
		refuse("an address that runs", `"attendance":"online","online_url":"javascript:alert(1)"`, "body.online_url"),
		refuse("a venue online", `"attendance":"online","venue":"`+string(h.venue.ID)+`"`, "body.venue"),
		{Name: "a title of 200 characters", Method: "POST", URL: "/v1/entries", Header: asCook, Body: entryBody(h.suppers.ID, `"title":"`+strings.Repeat("é", 200)+`"`), Status: 201},
		{Name: "every day for ever", Method: "POST", URL: "/v1/entries", Header: asCook, Body: entryBody(h.suppers.ID, `"rrule":"FREQ=DAILY","slug":"daily"`), Status: 201},
		{Name: "a slug that is taken", Method: "POST", URL: "/v1/entries", Header: asCook, Body: entryBody(h.suppers.ID, `"slug":"daily"`), Status: 409, Want: []string{"slug_taken"}},
		{Name: "all day", Method: "POST", URL: "/v1/entries", Header: asCook, Body: entryBody(h.suppers.ID, `"all_day":true,"local_start":"2026-11-24","local_end":"2026-11-26"`), Status: 201,
			Want: []string{`"local_start":"2026-11-24"`, `"local_end":"2026-11-26"`, `"slug":"2026-11-24"`}},
	})
}

// days are so many days from 25 November 2026 on as JSON.
func days(n int, clock string) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("%q", fmt.Sprintf("2027-%02d-%02d%s", 1+i/28, 1+i%28, clock))
	}
	return strings.Join(list, ",")
}

func TestWhoChangesEntries(t *testing.T) {
	h := newHall(t)
	draft, public := h.made(h.weekly(), contract.EntryDraft), h.confirmed(h.weekly())
	proposal, err := h.CreateEntry(h.as("member"), events.EntryToMake{EntryFields: h.weekly()})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		who                     string
		draft, public, proposal int
	}{
		{"", 401, 401, 401}, {"reader", 403, 403, 403}, {"other", 404, 403, 404}, {"carver", 404, 403, 404},
		{"member", 404, 403, 200}, {"cook", 200, 200, 200}, {"owner", 200, 200, 200},
	} {
		header := map[string]string{}
		if tt.who != "" {
			header = bearer(tt.who)
		}
		for e, status := range map[*contract.Entry]int{&draft: tt.draft, &public: tt.public, &proposal: tt.proposal} {
			version := h.entry(e.ID).Version
			for _, do := range []struct {
				method, path string
				header       map[string]string
				body         any
			}{
				{"PATCH", "", tagged(header, version), map[string]any{"title": "Soup by " + tt.who + "!"}},
				{"POST", "/preview", header, map[string]any{"title": "Stew"}},
			} {
				if res, body := h.send(do.method, "/v1/entries/"+string(e.ID)+do.path, do.header, do.body); res.StatusCode != status {
					t.Errorf("%s%s of a %s entry by %q: %d, want %d: %s", do.method, do.path, e.State, tt.who, res.StatusCode, status, body)
				}
			}
		}
	}
	// What is answered is its proposer's no more, and where it was taken from is told nobody else.
	answered := h.entry(proposal.ID)
	if _, err := h.SetEntryState(h.as("cook"), answered.ID, answered.Version, contract.EntryProvisional, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := h.UpdateEntry(h.as("member"), answered.ID, answered.Version+1, events.EntryEdit{}); problem.Code(err) != "not_organiser" {
		t.Errorf("the proposer: %v", err)
	}
	if seen := get[contract.Entry](h, "/v1/entries/"+string(public.ID), nil); seen.ProposedBy != "" {
		t.Errorf("%+v", seen)
	}
}

// get reads something and must find it.
func get[T any](h *hall, url string, header map[string]string) (v T) {
	h.t.Helper()
	res, body := apitest.Ask(h.t, h.handler, apitest.Scenario{URL: url, Header: header})
	if res.StatusCode != http.StatusOK {
		h.t.Fatalf("GET %s = %d %s", url, res.StatusCode, body)
	}
	if err := json.Unmarshal(body, &v); err != nil {
		h.t.Fatal(err)
	}
	return v
}

func TestEditsOverHTTP(t *testing.T) {
	h := newHall(t)
	e := h.confirmed(h.weekly())
	url := "/v1/entries/" + string(e.ID)
	third := string(e.Occurrences[2].ID)
	updated := map[string]int{"events.entry_updated": 1, "*": 0}
	apitest.Run(t, h.handler, h.pool, []apitest.Scenario{
		{Name: "no If-Match", Method: "PATCH", URL: url, Header: asCook, Body: `{}`, Status: 428, Events: nothingSaid},
		{Name: "an old version", Method: "PATCH", URL: url, Header: tagged(asCook, 7), Body: `{"title":"Stew"}`, Status: 412, Events: nothingSaid},
		{Name: "nothing", Method: "PATCH", URL: url, Header: tagged(asCook, 1), Body: `{"title":"Soup supper"}`, Status: 200, Want: []string{`"version":1`}, Events: nothingSaid},
		{Name: "a title", Method: "PATCH", URL: url, Header: tagged(asCook, 1), Body: `{"title":"Stew"}`, Status: 200, Want: []string{`"version":2`, `"sequence":0`}, Events: updated},
		{Name: "Markdown that shows the same", Method: "PATCH", URL: url, Header: tagged(asCook, 2), Body: `{"description":"Bring a _bowl_."}`, Status: 200, Want: []string{`"version":3`}, Events: nothingSaid},
		{Name: "this without a date", Method: "PATCH", URL: url, Header: tagged(asCook, 3), Body: `{"apply":"this","title":"x"}`, Status: 422, Want: []string{"body.occurrence"}},
		{Name: "another's date", Method: "PATCH", URL: url, Header: tagged(asCook, 3), Body: `{"apply":"this","occurrence":"occ_019ab3f47c2e7d06b8a1f0c2d3e4f5ff","title":"x"}`, Status: 422, Want: []string{"body.occurrence"}},
		{Name: "this", Method: "PATCH", URL: url, Header: tagged(asCook, 3), Body: `{"apply":"this","occurrence":"` + third + `","title":"With music"}`, Status: 200, Want: []string{"With music", `"title":"Stew"`}, Events: updated},
		{Name: "this again", Method: "PATCH", URL: url, Header: tagged(asCook, 4), Body: `{"apply":"this","occurrence":"` + third + `","title":"With music"}`, Status: 200, Want: []string{`"version":4`}, Events: nothingSaid},
		{Name: "a rule that cannot come along", Method: "PATCH", URL: url, Header: tagged(asCook, 4), Body: `{"rrule":"FREQ=MONTHLY;COUNT=8;BYDAY=1TU"}`, Status: 200},
		{Name: "so that a day is not enough", Method: "PATCH", URL: url, Header: tagged(asCook, 5), Body: `{"local_start":"2026-11-04T19:00:00"}`, Status: 422, Want: []string{"rule_needed"}, Events: nothingSaid},
		{Name: "but with a rule it is", Method: "PATCH", URL: url, Header: tagged(asCook, 5), Body: `{"local_start":"2026-11-04T19:00:00","rrule":"FREQ=MONTHLY;COUNT=8;BYDAY=1WE"}`, Status: 200, Want: []string{"2026-12-02"}, Events: updated},
		{Name: "to whole days", Method: "PATCH", URL: url, Header: tagged(asCook, 6), Body: `{"all_day":true}`, Status: 422, Want: []string{"body.local_start", "body.local_end"}},
		{Name: "to whole days, with them", Method: "PATCH", URL: url, Header: tagged(asCook, 6), Body: `{"all_day":true,"local_start":"2026-11-04","local_end":"2026-11-05"}`, Status: 200, Want: []string{`"local_start":"2026-12-02"`}, Events: updated},
		{Name: "to a calendar of others", Method: "PATCH", URL: url, Header: tagged(asCook, 7), Body: `{"calendar":"` + string(h.workshop.ID) + `"}`, Status: 403, Want: []string{"not_organiser"}},
		{Name: "to another calendar", Method: "PATCH", URL: url, Header: tagged(asOwner, 7), Body: `{"calendar":"` + string(h.workshop.ID) + `"}`, Status: 200, Want: []string{`"slug":"workshops"`}, Events: updated},
		{Name: "an entry that is not there", Method: "PATCH", URL: "/v1/entries/entry_019ab3f47c2e7d06b8a1f0c2d3e4f5ff", Header: tagged(asOwner, 7), Body: `{}`, Status: 404},
		{Name: "a preview", Method: "POST", URL: url + "/preview", Header: asOwner, Body: `{"local_start":"2026-11-05","local_end":"2026-11-06","rrule":""}`, Status: 200, Want: []string{`"splits":false`}, Events: nothingSaid},
		{Name: "a preview of what cannot be", Method: "POST", URL: url + "/preview", Header: asOwner, Body: `{"rrule":"FREQ=SECONDLY"}`, Status: 422, Want: []string{"rule_frequency"}, Events: nothingSaid},
	})
}

func TestCopies(t *testing.T) {
	h := newHall(t)
	e := h.confirmed(h.weekly())
	f := h.weekly()
	f.Calendar = &h.workshop.ID
	theirs := h.confirmed(f)
	url := "/v1/entries/" + string(e.ID) + "/duplicate"
	apitest.Run(t, h.handler, h.pool, []apitest.Scenario{
		{Name: "a member", Method: "POST", URL: url, Header: asMember, Body: `{"local_start":"2027-01-05T19:00:00"}`, Status: 403},
		{Name: "another's organiser", Method: "POST", URL: url, Header: asCarver, Body: `{"local_start":"2027-01-05T19:00:00"}`, Status: 403, Want: []string{"not_organiser"}},
		{Name: "into another's calendar", Method: "POST", URL: url, Header: asCook, Body: `{"local_start":"2027-01-05T19:00:00","calendar":"` + string(h.workshop.ID) + `"}`, Status: 403},
		{Name: "into another's that takes proposals", Method: "POST", URL: "/v1/entries/" + string(theirs.ID) + "/duplicate", Header: asCarver,
			Body: `{"local_start":"2027-01-05T19:00:00","calendar":"` + string(h.suppers.ID) + `"}`, Status: 403, Want: []string{"not_organiser"}, Events: nothingSaid},
		{Name: "no time", Method: "POST", URL: url, Header: asCook, Body: `{"local_start":"soon"}`, Status: 422, Want: []string{"body.local_start"}},
		{Name: "a copy", Method: "POST", URL: url, Header: asCook, Body: `{"local_start":"2027-01-06T18:00:00"}`, Status: 201, Events: nothingSaid,
			Want: []string{`"state":"draft"`, `"rrule":"FREQ=WEEKLY;COUNT=8;BYDAY=WE"`, `"local_end":"2027-01-06T21:00:00"`, `"slug":"soup-supper-2"`, `"Three soups."`}, NotWant: []string{e.UID}},
	})
}

// TestPicturesFromElsewhere: who may not upload names pictures of this site only, or leaves what
// is there.
func TestPicturesFromElsewhere(t *testing.T) {
	h := newHall(t)
	h.who["artist"] = auth.Principal{Name: "artist", Scopes: []string{auth.ScopeEventsWrite, auth.ScopeMediaWrite}}
	name := "/" + strings.Repeat("0a", 32) + "/soup.jpg"
	elsewhere := events.EntryFields{Image: &events.EntryPicture{URL: "https://elsewhere.example" + name}}
	f := h.weekly()
	f.Image = &events.EntryPicture{URL: "/media" + name}
	e, err := h.CreateEntry(h.as("member"), events.EntryToMake{EntryFields: f})
	if err != nil {
		t.Fatal(err)
	}
	_, edited := h.UpdateEntry(h.as("member"), e.ID, e.Version, events.EntryEdit{EntryFields: elsewhere})
	f.Image = elsewhere.Image
	_, made := h.CreateEntry(h.as("member"), events.EntryToMake{EntryFields: f})
	for what, err := range map[string]error{"editing": edited, "making": made} {
		if d := problem.From(err); err == nil || d.Status != 422 || d.Errors[0].Location != "body.image.url" {
			t.Errorf("%s: %v", what, err)
		}
	}
	if e, err = h.UpdateEntry(h.as("artist"), e.ID, e.Version, events.EntryEdit{EntryFields: elsewhere}); err != nil || e.Image == nil {
		t.Fatalf("who may upload: %v", err)
	}
	elsewhere.Image.Alt, elsewhere.Title = "Soup", of("Stew")
	if e, err = h.UpdateEntry(h.as("member"), e.ID, e.Version, events.EntryEdit{EntryFields: elsewhere}); err != nil || e.Image.Alt != "Soup" {
		t.Errorf("what is there: %v", err)
	}
}

// TestRulesThatGetTooLong: a rule as long as can be stored has no room for what a cut or a move
// would add to it.
func TestRulesThatGetTooLong(t *testing.T) {
	h := newHall(t)
	f := h.weekly()
	rule := "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;BYSETPOS=1"
	for n := 2; len(rule) <= 496; n++ {
		rule += fmt.Sprint(",", n)
	}
	f.RRule = &rule
	e := h.confirmed(f)
	if len(e.RRule) < 490 || len(e.RRule) > 500 {
		t.Fatalf("%d bytes", len(e.RRule))
	}
	for name, edit := range map[string]events.EntryEdit{
		"a cut":  {Apply: events.EditFollowing, Occurrence: e.Occurrences[3].ID, EntryFields: events.EntryFields{Title: of("Stew")}},
		"a move": {EntryFields: events.EntryFields{LocalStart: of("2026-11-04T19:00:00")}},
	} {
		if _, err := h.UpdateEntry(h.as("cook"), e.ID, e.Version, edit); problem.Code(err) != "rule_needed" {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := h.PreviewEntry(h.as("cook"), e.ID, edit); problem.Code(err) != "rule_needed" {
			t.Errorf("the preview of %s: %v", name, err)
		}
	}
	if made, err := h.DuplicateEntry(h.as("cook"), e.ID, "2027-01-06T19:00:00", ""); err != nil || made.RRule != "" {
		t.Errorf("a copy has the rule %q, %v", made.RRule, err)
	}
}

// TestProposersWithoutTheScope: a token of a member's that is not for proposing knows no more of
// what they have proposed than a visitor.
func TestProposersWithoutTheScope(t *testing.T) {
	h := newHall(t)
	draft, err := h.CreateEntry(h.as("member"), events.EntryToMake{EntryFields: h.weekly(), State: contract.EntryDraft})
	if err != nil {
		t.Fatal(err)
	}
	h.who["app"] = auth.Principal{Name: memberID, User: memberID, Scopes: []string{"account:write"}}
	_, update := h.UpdateEntry(h.as("app"), draft.ID, draft.Version, events.EntryEdit{})
	_, read := h.Entry(h.as("app"), draft.ID)
	_, _, history := h.Transitions(h.as("app"), draft.ID, 10, "")
	for name, err := range map[string]error{"changing": update, "reading": read, "its history": history} {
		if problem.Code(err) != "not_found" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTryRecurrence(t *testing.T) {
	h := newHall(t)
	try := func(name, body string, want ...string) apitest.Scenario {
		return apitest.Scenario{Name: name, Method: "POST", URL: "/v1/recurrences/preview", Body: body, Status: 200, Want: want, Events: nothingSaid}
	}
	apitest.Run(t, h.handler, h.pool, []apitest.Scenario{
		try("Tuesdays", `{"timezone":"Europe/London","local_start":"2026-11-24T19:00:00","local_end":"2026-11-24T22:00:00","rrule":"freq=weekly;byday=tu"}`,
			`"rrule":"FREQ=WEEKLY;BYDAY=TU"`, `"words":"Every week on Tuesday"`, `"faults":[]`, `"starts_at":"2026-11-24T19:00:00Z"`, `"count":105`),
		try("over a gap", `{"timezone":"Europe/London","local_start":"2027-03-21T01:30:00","local_end":"2027-03-21T02:30:00","rrule":"FREQ=WEEKLY;COUNT=2"}`, `"adjusted":"gap"`),
		try("hourly", `{"timezone":"Europe/London","local_start":"2026-11-24T19:00:00","local_end":"2026-11-24T22:00:00","rrule":"FREQ=HOURLY"}`, `"code":"rule_frequency"`, `"field":"rrule"`, `"dates":[]`),
		try("no zone", `{"timezone":"x","local_start":"2026-11-24T19:00:00","local_end":"2026-11-24T22:00:00"}`, `"code":"unknown_timezone"`, `"field":"timezone"`),
		try("no time", `{"timezone":"Europe/London","local_start":"x","local_end":"2026-11-24T22:00:00"}`, `"field":"local_start"`),
	})
}

package events_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/shared/contract"
)

const post = "post_019ab3f47c2e7d06b8a1f0c2d3e4f50a"

// bad is a scenario of the admin that is refused with a code.
func bad(name, method, url, body, code string, status int) apitest.Scenario {
	return apitest.Scenario{Name: name, Method: method, URL: url, Body: body, Header: apitest.Bearer("admin"), Status: status,
		Want: []string{`"code":"` + code + `"`}, Events: map[string]int{}}
}

func TestCalendars(t *testing.T) {
	h := newDesk(t)
	tag := h.must("", "GET", "/v1/calendars/suppers", "", nil)
	with := func(header map[string]string, more ...string) map[string]string {
		for i := 0; i < len(more); i += 2 {
			header[more[i]] = more[i+1]
		}
		return header
	}
	invalid := func(name, body, code string) apitest.Scenario {
		return bad(name, "POST", "/v1/calendars", body, code, 422)
	}
	list := []apitest.Scenario{
		{Name: "the list is everybody's", URL: "/v1/calendars", Status: 200, Want: []string{`"slug":"suppers"`, `"slug":"workshops"`},
			WantHeader: map[string]string{"Cache-Control": "public, no-cache"}},
		{Name: "by slug", URL: "/v1/calendars/suppers", Status: 200, Want: []string{string(h.suppers), `"timezone":"Europe/London"`}},
		{Name: "by id", URL: "/v1/calendars/" + string(h.suppers), Status: 200},
		{Name: "unknown", URL: "/v1/calendars/unknown", Status: 404, Want: []string{`"not_found"`}},
		{Name: "a foreign id", URL: "/v1/calendars/cal_00000000000000000000000000000000", Status: 404},
		{Name: "made by the admin", Method: "POST", URL: "/v1/calendars", Header: apitest.Bearer("admin"), Status: 201,
			Body:   `{"slug":"market-days","name":"Market days","description":"Every *week*.","colour":"#7a1f3d","timezone":"Asia/Tokyo","placements":[{"container_type":"site","view":"next"},{"container_type":"page","container_id":"` + post + `","view":"month"}]}`,
			Want:   []string{"<em>week", `"view":"month"`, `"timezone":"Asia/Tokyo"`},
			Events: map[string]int{"events.calendar_updated": 1}},
		bad("its slug is taken", "POST", "/v1/calendars", `{"slug":"market-days","name":"x"}`, "slug_taken", 409),
		invalid("a word of the site", `{"slug":"archive","name":"x"}`, "reserved_slug"),
		invalid("a month", `{"slug":"2026-11","name":"x"}`, "reserved_slug"),
		invalid("the word for all", `{"slug":"all","name":"x"}`, "reserved_slug"),
		invalid("a word of the server", `{"slug":"ics","name":"x"}`, "reserved_slug"),
		invalid("no name", `{"slug":"x"}`, "invalid"),
		invalid("a blank name", `{"slug":"x","name":" "}`, "invalid"),
		invalid("a name of two lines", `{"slug":"x","name":"a\r\nBEGIN:VEVENT"}`, "invalid"),
		invalid("a name of 10 KB", `{"slug":"x","name":"`+strings.Repeat("x", 10_000)+`"}`, "invalid"),
		invalid("an unknown zone", `{"slug":"x","name":"x","timezone":"Europe/Rose_Ash"}`, "unknown_timezone"),
		invalid("the machine's zone", `{"slug":"x","name":"x","timezone":"Local"}`, "unknown_timezone"),
		invalid("a script", `{"slug":"x","name":"x","description":"<script>alert(1)</script>"}`, "unsafe_html"),
		invalid("a page without id", `{"slug":"x","name":"x","placements":[{"container_type":"page","view":"list"}]}`, "invalid"),
		invalid("a site with id", `{"slug":"x","name":"x","placements":[{"container_type":"site","container_id":"`+post+`","view":"list"}]}`, "invalid"),
		invalid("twice in one place", `{"slug":"x","name":"x","placements":[{"container_type":"site","view":"list"},{"container_type":"site","view":"next"}]}`, "invalid"),
		invalid("a view that is none", `{"slug":"x","name":"x","placements":[{"container_type":"site","view":"year"}]}`, "invalid"),
		bad("without If-Match", "PATCH", "/v1/calendars/suppers", `{"name":"x"}`, "precondition_required", 428),
		{Name: "of another version", Method: "PATCH", URL: "/v1/calendars/suppers", Header: apitest.Bearer("admin", "If-Match", `"v9-x"`), Body: `{"name":"x"}`, Status: 412},
		{Name: "nothing changes", Method: "PATCH", URL: "/v1/calendars/suppers", Header: apitest.Bearer("admin", "If-Match", tag), Body: `{"name":"suppers"}`,
			Status: 200, Want: []string{`"version":1`}, Events: map[string]int{}},
		{Name: "changed and archived", Method: "PATCH", URL: "/v1/calendars/suppers", Header: apitest.Bearer("admin", "If-Match", tag),
			Body: `{"name":"Suppers","archived":true,"placements":[{"container_type":"market","view":"list"}]}`, Status: 200,
			Want: []string{`"version":2`, `"archived":true`, `"container_type":"market"`}, Events: map[string]int{"events.calendar_updated": 1}},
		{Name: "still there", URL: "/v1/calendars", Status: 200, Want: []string{`"archived":true`}},
		{Name: "unknown ones are not changed", Method: "PATCH", URL: "/v1/calendars/unknown", Header: apitest.Bearer("admin", "If-Match", tag), Body: `{"name":"x"}`, Status: 404},
	}
	for _, token := range everybody[:5] {
		header, status := map[string]string{}, 401
		if token != "" {
			header, status = apitest.Bearer(token), 403
		}
		list = append(list,
			apitest.Scenario{Name: "not made by " + token, Method: "POST", URL: "/v1/calendars", Body: `{"slug":"mine","name":"Mine"}`, Header: header, Status: status, Events: map[string]int{}},
			apitest.Scenario{Name: "not changed by " + token, Method: "PATCH", URL: "/v1/calendars/workshops", Body: `{"name":"Mine"}`,
				Header: with(map[string]string{"If-Match": tag, "Authorization": header["Authorization"]}), Status: status, Events: map[string]int{}},
			apitest.Scenario{Name: "no venue by " + token, Method: "POST", URL: "/v1/venues", Body: `{"slug":"mine","name":"Mine"}`, Header: header, Status: status})
	}
	apitest.Run(t, h.handler, h.pool, list)

	var told string
	if err := h.pool.QueryRow(t.Context(), "SELECT data::text FROM bus.domain_events WHERE kind = 'events.calendar_updated' ORDER BY id DESC LIMIT 1").Scan(&told); err != nil || !strings.Contains(told, "market") {
		t.Errorf("the last event tells %s (%v)", told, err)
	}
}

// TestUnplaced: an event's placements are those before and after the change together.
func TestUnplaced(t *testing.T) {
	h := newDesk(t)
	var made contract.Calendar
	tag := h.must("admin", "POST", "/v1/calendars", `{"slug":"a","name":"A","placements":[{"container_type":"post","container_id":"`+post+`","view":"list"}]}`, &made)
	h.must("admin", "PATCH", "/v1/calendars/a", `{"placements":[{"container_type":"site","view":"next"}]}`, &made, "If-Match", tag)
	if len(made.Placements) != 1 || made.Placements[0].ContainerType != contract.InSite {
		t.Errorf("placed in %v", made.Placements)
	}
	var told string
	if err := h.pool.QueryRow(t.Context(), "SELECT data::text FROM bus.domain_events WHERE kind = 'events.calendar_updated' ORDER BY id DESC LIMIT 1").Scan(&told); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(told, post) || !strings.Contains(told, `"site"`) {
		t.Errorf("the event tells of %s", told)
	}
}

func TestVenues(t *testing.T) {
	h := newDesk(t)
	invalid := func(name, fields, code string) apitest.Scenario {
		return bad(name, "POST", "/v1/venues", `{"slug":"x","name":"x",`+fields+`}`, code, 422)
	}
	apitest.Run(t, h.handler, h.pool, []apitest.Scenario{
		{Name: "made", Method: "POST", URL: "/v1/venues", Header: apitest.Bearer("admin"), Status: 201,
			Body: `{"slug":"hall","name":"Rose Ash Hall","street":"1 Church Lane","country":"GB","latitude":50.97,"longitude":-3.71,"accessibility":["hearing_loop","step_free"],"website":"https://hall.example/"}`,
			Want: []string{`"accessibility":["step_free","hearing_loop"]`, `"timezone":"Europe/London"`, `"latitude":50.97`}},
		{Name: "another", Method: "POST", URL: "/v1/venues", Header: apitest.Bearer("admin"), Status: 201, Body: `{"slug":"barn","name":"barn"}`, Want: []string{`"accessibility":[]`}},
		{Name: "by name", URL: "/v1/venues?limit=1", Status: 200, Want: []string{`"slug":"barn"`, "next_cursor"}, NotWant: []string{`"slug":"hall"`}},
		{Name: "by slug", URL: "/v1/venues/hall", Status: 200, Want: []string{`"country":"GB"`}},
		{Name: "unknown", URL: "/v1/venues/nowhere", Status: 404},
		bad("taken", "POST", "/v1/venues", `{"slug":"hall","name":"x"}`, "slug_taken", 409),
		invalid("a code that is none", `"accessibility":["ramp"]`, "invalid"),
		invalid("a code twice", `"accessibility":["step_free","step_free"]`, "invalid"),
		invalid("half a point", `"latitude":1`, "invalid"),
		invalid("beyond the pole", `"latitude":91,"longitude":1`, "invalid"),
		invalid("a point and none", `"latitude":1,"longitude":1,"no_point":true`, "invalid"),
		invalid("an unknown zone", `"timezone":"Mars/Olympus"`, "unknown_timezone"),
		invalid("a country in words", `"country":"England"`, "invalid"),
		invalid("a website that runs", `"website":"javascript:alert(1)"`, "invalid"),
		invalid("a street of two lines", `"street":"a\nb"`, "invalid"),
		bad("changed without If-Match", "PATCH", "/v1/venues/hall", `{}`, "precondition_required", 428),
		bad("removed without If-Match", "DELETE", "/v1/venues/hall", ``, "precondition_required", 428),
		{Name: "changed by a stranger", Method: "PATCH", URL: "/v1/venues/hall", Body: `{}`, Header: map[string]string{"If-Match": `"v1-x"`}, Status: 401},
		{Name: "changed by an organiser", Method: "PATCH", URL: "/v1/venues/hall", Body: `{}`, Header: apitest.Bearer("organiser", "If-Match", `"v1-x"`), Status: 403},
		{Name: "changed", Method: "PATCH", URL: "/v1/venues/hall", Body: `{"no_point":true,"website":""}`, Header: apitest.Bearer("admin", "If-Match", `"v1-x"`),
			Status: 200, Want: []string{`"version":2`}, NotWant: []string{"latitude", "website"}, Events: map[string]int{"events.venue_updated": 1}},
		{Name: "removed", Method: "DELETE", URL: "/v1/venues/barn", Header: apitest.Bearer("admin", "If-Match", `"v1-x"`), Status: 204},
		{Name: "gone", Method: "DELETE", URL: "/v1/venues/barn", Header: apitest.Bearer("admin", "If-Match", `"v1-x"`), Status: 404},
	})
}

// TestVenueInUse: what happens at a venue keeps it, and follows its changes.
func TestVenueInUse(t *testing.T) {
	h := newDesk(t)
	var hall contract.Venue
	h.must("admin", "POST", "/v1/venues", `{"slug":"hall","name":"Hall"}`, &hall)
	shown := h.entry("admin", h.suppers, "Soup", "2026-11-24T19:00:00", fmt.Sprintf(`"state":"confirmed","venue":%q`, hall.ID))
	h.entry("admin", h.suppers, "Draft", "2026-11-25T19:00:00", fmt.Sprintf(`"venue":%q`, hall.ID))
	private := h.entry("admin", h.suppers, "Board", "2026-11-26T19:00:00", fmt.Sprintf(`"state":"confirmed","kind":"private","venue":%q`, hall.ID))
	res, body := h.ask("admin", "DELETE", "/v1/venues/hall", "", "If-Match", `"v1-x"`)
	if res.StatusCode != http.StatusConflict || !strings.Contains(string(body), `"in_use"`) {
		t.Errorf("a venue in use: %d %s", res.StatusCode, body)
	}
	h.clock.Advance(3600e9)
	h.must("admin", "PATCH", "/v1/venues/hall", `{"name":"The Hall"}`, nil, "If-Match", `"v1-x"`)
	var told string
	if err := h.pool.QueryRow(t.Context(), "SELECT data::text FROM bus.domain_events WHERE kind = 'events.venue_updated'").Scan(&told); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(told, string(shown.ID)) || strings.Count(told, "entry_") != 1 {
		t.Errorf("the event tells of %s, want of %s alone", told, shown.ID)
	}
	var after contract.Entry
	h.must("", "GET", "/v1/entries/"+string(shown.ID), "", &after)
	if after.Venue == nil || after.Venue.Name != "The Hall" || !after.EditedAt.After(shown.EditedAt) || after.Version != shown.Version {
		t.Errorf("the entry is at %v, edited at %s, version %d", after.Venue, after.EditedAt, after.Version)
	}
	// Where a private one is, its DTSTAMP does not tell: the event has no file made anew for it.
	if h.must("", "GET", "/v1/entries/"+string(private.ID), "", &after); !after.EditedAt.Equal(private.EditedAt) {
		t.Errorf("the private entry is edited at %s, was at %s", after.EditedAt, private.EditedAt)
	}
}

package events_test

import (
	"fmt"
	"testing"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/events"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

var states = []contract.EntryState{contract.EntryDraft, contract.EntrySubmitted, contract.EntryProvisional, contract.EntryConfirmed,
	contract.EntryDeclined, contract.EntryCancelled, contract.EntryPostponed}

// TestEveryTransition tries every state from every state, as an organiser.
func TestEveryTransition(t *testing.T) {
	legal := map[string]bool{}
	for _, step := range []string{"draft submitted", "draft provisional", "draft confirmed", "submitted provisional", "submitted confirmed", "submitted declined",
		"provisional confirmed", "provisional declined", "declined draft", "confirmed cancelled", "confirmed postponed", "postponed confirmed",
		"postponed cancelled", "cancelled confirmed"} {
		legal[step] = true
	}
	visible := map[contract.EntryState]bool{contract.EntryConfirmed: true, contract.EntryCancelled: true, contract.EntryPostponed: true}
	h := newHall(t)
	f := h.weekly()
	f.RRule = nil
	var scenarios []apitest.Scenario
	for _, from := range states {
		for _, to := range states {
			e := h.made(f, from)
			put := apitest.Scenario{Name: fmt.Sprint(from, " to ", to), Method: "PUT", URL: "/v1/entries/" + string(e.ID) + "/state", Header: tagged(asCook, 1),
				Body: fmt.Sprintf(`{"state":%q,"reason":"So it is."}`, to), Status: 200, Want: []string{fmt.Sprintf(`"state":%q`, to)}, Events: nothingSaid}
			again := put
			again.Name += " again"
			switch {
			case from == to:
				put.Want = append(put.Want, `"version":1`)
			case !legal[fmt.Sprint(from, " ", to)]:
				put.Status, put.Want = 409, []string{"illegal_transition", "it is " + string(from)}
				scenarios = append(scenarios, put)
				continue
			case visible[to] && !visible[from]:
				put.Events = map[string]int{"events.entry_published": 1, "*": 0}
			case visible[to] && visible[from]:
				put.Events = map[string]int{"events.entry_updated": 1, "*": 0}
			}
			scenarios = append(scenarios, put, again)
		}
	}
	apitest.Run(t, h.handler, h.pool, scenarios)
	h.transitionsHold()
}

func TestMembersSubmitAndTakeBack(t *testing.T) {
	h := newHall(t)
	e, err := h.CreateEntry(h.as("member"), events.EntryToMake{EntryFields: h.weekly()})
	if err != nil {
		t.Fatal(err)
	}
	url := "/v1/entries/" + string(e.ID)
	put := func(name string, who map[string]string, version int64, state string, status int, want ...string) apitest.Scenario {
		return apitest.Scenario{Name: name, Method: "PUT", URL: url + "/state", Header: tagged(who, version), Body: `{"state":"` + state + `"}`, Status: status, Want: want, Events: nothingSaid}
	}
	apitest.Run(t, h.handler, h.pool, []apitest.Scenario{
		put("a member confirms", asMember, 1, "confirmed", 403, "not_organiser"),
		put("another member", asOther, 1, "draft", 404),
		put("an organiser takes it back", asCook, 1, "draft", 409, "illegal_transition"),
		put("its proposer takes it back", asMember, 1, "draft", 200, `"state":"draft"`),
		put("and again", asMember, 1, "draft", 200, `"version":2`),
		put("an old version", asMember, 1, "submitted", 412),
		{Name: "nobody's version", Method: "PUT", URL: url + "/state", Header: asMember, Body: `{"state":"submitted"}`, Status: 428},
		put("and submits", asMember, 2, "submitted", 200, `"state":"submitted"`),
		put("an organiser declines", asCook, 3, "declined", 200, `"state":"declined"`),
		put("its proposer cannot answer that", asMember, 4, "draft", 403, "not_organiser"),
		{Name: "what became of it", URL: url + "/transitions?limit=2", Header: asCook, Status: 200, Want: []string{`"to":"declined"`, `"to":"submitted"`, "next_cursor"}, NotWant: []string{`"to":"draft"`}},
		{Name: "is its proposer's to read, but not who organises", URL: url + "/transitions", Header: asMember, Status: 200,
			Want: []string{`"to":"declined"`, `"actor":"` + memberID}, NotWant: []string{"user_019ab3f47c2e7d06b8a1f0c2d3e4f503"}},
		{Name: "nor another organiser's", URL: url + "/transitions", Header: asCarver, Status: 404},
		{Name: "deleting without a version", Method: "DELETE", URL: url, Header: asCook, Status: 428},
		{Name: "deleting an old version", Method: "DELETE", URL: url, Header: tagged(asCook, 1), Status: 412},
		{Name: "deleting what another proposed", Method: "DELETE", URL: url, Header: tagged(asOther, 4), Status: 404},
		{Name: "deleting what is declined", Method: "DELETE", URL: url, Header: tagged(asCook, 4), Status: 204, Events: nothingSaid},
		{Name: "deleting it again", Method: "DELETE", URL: url, Header: tagged(asCook, 4), Status: 404},
	})
	declined, err := h.CreateEntry(h.as("member"), events.EntryToMake{EntryFields: h.weekly()})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		state contract.EntryState
		code  string
	}{{contract.EntryProvisional, "not_organiser"}, {contract.EntryDeclined, ""}} {
		if declined, err = h.SetEntryState(h.as("owner"), declined.ID, declined.Version, step.state, ""); err != nil {
			t.Fatal(err)
		}
		if err := h.DeleteEntry(h.as("member"), declined.ID, declined.Version); problem.Code(err) != step.code {
			t.Errorf("its proposer deletes what is %s: %v", step.state, err)
		}
	}
	public, kept := h.confirmed(h.weekly()), h.made(h.weekly(), contract.EntryDraft)
	h.save(memberID, kept.Occurrences[3])
	for _, e := range []contract.Entry{public, kept} {
		if err := h.DeleteEntry(h.as("cook"), e.ID, e.Version); problem.Code(err) != "not_deletable" {
			t.Errorf("deleting a %s entry: %v", e.State, err)
		}
	}
	if n := len(h.entry(kept.ID).Occurrences); n != 8 {
		t.Errorf("%d dates are left", n)
	}
}

func TestStatusOfDates(t *testing.T) {
	h := newHall(t)
	e := h.confirmed(h.weekly())
	url := "/v1/occurrences/" + string(e.Occurrences[1].ID) + "/status"
	updated := map[string]int{"events.entry_updated": 1, "*": 0}
	put := func(name string, who map[string]string, body string, status int, said map[string]int, want ...string) apitest.Scenario {
		return apitest.Scenario{Name: name, Method: "PUT", URL: url, Header: who, Body: body, Status: status, Events: said, Want: want}
	}
	apitest.Run(t, h.handler, h.pool, []apitest.Scenario{
		put("a visitor", nil, `{"status":"cancelled"}`, 401, nothingSaid),
		put("a member", asMember, `{"status":"cancelled"}`, 403, nothingSaid),
		put("another's organiser", asCarver, `{"status":"cancelled"}`, 403, nothingSaid, "not_organiser"),
		put("an old version", tagged(asCook, 9), `{"status":"cancelled"}`, 412, nothingSaid),
		put("no status", asCook, `{"status":"gone"}`, 422, nothingSaid),
		put("a reason of two lines", asCook, `{"status":"cancelled","reason":"a\nb"}`, 422, nothingSaid, "body.reason"),
		put("postponed", tagged(asCook, 1), `{"status":"postponed"}`, 200, updated, `"status":"postponed"`, `"sequence":1`),
		put("cancelled", asCook, `{"status":"cancelled","reason":"The cook is ill."}`, 200, updated, "The cook is ill."),
		put("cancelled again", tagged(asCook, 1), `{"status":"cancelled","reason":"The cook is ill."}`, 200, nothingSaid, `"version":3`),
		put("postponed after that", asCook, `{"status":"postponed"}`, 409, nothingSaid, "illegal_transition", "it is cancelled"),
		put("taken back", asCook, `{"status":"scheduled","reason":"x"}`, 200, updated, `"sequence":3`),
		{Name: "a date that is not there", Method: "PUT", URL: "/v1/occurrences/occ_019ab3f47c2e7d06b8a1f0c2d3e4f5ff/status", Header: asCook, Body: `{"status":"cancelled"}`, Status: 404},
	})
	if o := h.entry(e.ID).Occurrences[1]; o.Reason != "" || o.Status != contract.Scheduled {
		t.Errorf("%+v", o)
	}
	draft := h.made(h.weekly(), contract.EntryDraft)
	if _, err := h.SetOccurrenceStatus(h.as("carver"), draft.Occurrences[0].ID, nil, contract.Cancelled, ""); problem.Code(err) != "not_found" {
		t.Errorf("a date of another's draft: %v", err)
	}
	h.transitionsHold()
}

// transitionsHold: the steps that are written down lead from nothing to what is.
func (h *hall) transitionsHold() {
	h.t.Helper()
	for what, sql := range map[string]string{
		"entries whose last step is another": `SELECT count(*) FROM events.entries e WHERE state IS DISTINCT FROM
			(SELECT to_state FROM events.transitions t WHERE t.entry_id = e.id AND t.occurrence_id IS NULL ORDER BY t.id DESC LIMIT 1)`,
		"steps that do not begin where the one before ended": `SELECT count(*) FROM (SELECT from_state, coalesce(lag(to_state) OVER (PARTITION BY entry_id ORDER BY id), '') AS was
			FROM events.transitions WHERE occurrence_id IS NULL) s WHERE from_state <> was`,
		"dates whose last step is another": `SELECT count(*) FROM events.occurrences o WHERE status <> coalesce(
			(SELECT to_state FROM events.transitions t WHERE t.occurrence_id = o.id ORDER BY t.id DESC LIMIT 1), 'scheduled')`,
	} {
		var n int
		if err := h.pool.QueryRow(h.t.Context(), sql).Scan(&n); err != nil || n != 0 {
			h.t.Errorf("%d %s (%v)", n, what, err)
		}
	}
}

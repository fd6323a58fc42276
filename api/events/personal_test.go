package events_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/events"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/ical"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// TestMyCalendar: every operation on what members keep for themselves, and who may ask.
func TestMyCalendar(t *testing.T) {
	s := newSet(t)
	confirmed, draft := s.byState[contract.EntryConfirmed].Occurrences[0].ID, s.byState[contract.EntryDraft].Occurrences[0].ID
	submitted, private := s.byState[contract.EntrySubmitted].Occurrences[0].ID, s.private.Occurrences[0].ID
	list := []apitest.Scenario{
		{Name: "follows by slug", Method: "PUT", URL: "/v1/me/calendars/suppers", Header: apitest.Bearer("member"), Status: 204},
		{Name: "twice is once", Method: "PUT", URL: "/v1/me/calendars/" + string(s.suppers), Header: apitest.Bearer("member"), Status: 204},
		{Name: "no unknown one", Method: "PUT", URL: "/v1/me/calendars/unknown", Header: apitest.Bearer("member"), Status: 404},
		{Name: "lists it", URL: "/v1/me/calendars", Header: apitest.Bearer("member"), Status: 200, Want: []string{`"slug":"suppers"`, "followed_at"}, NotWant: []string{"workshops"},
			WantHeader: map[string]string{"Cache-Control": "private, no-store"}},
		{Name: "which is nobody else's", URL: "/v1/me/calendars", Header: apitest.Bearer("proposer"), Status: 200, Want: []string{`"items":[]`}},
		{Name: "ends it", Method: "DELETE", URL: "/v1/me/calendars/suppers", Header: apitest.Bearer("member"), Status: 204},
		{Name: "which may be done again", Method: "DELETE", URL: "/v1/me/calendars/suppers", Header: apitest.Bearer("member"), Status: 204},
		{Name: "and is gone", URL: "/v1/me/calendars", Header: apitest.Bearer("member"), Status: 200, Want: []string{`"items":[]`}},

		{Name: "saves", Method: "PUT", URL: "/v1/me/occurrences/" + string(confirmed), Header: apitest.Bearer("member"), Status: 204},
		{Name: "saves again", Method: "PUT", URL: "/v1/me/occurrences/" + string(confirmed), Header: apitest.Bearer("member"), Status: 204},
		{Name: "not what is a draft", Method: "PUT", URL: "/v1/me/occurrences/" + string(draft), Header: apitest.Bearer("member"), Status: 404},
		{Name: "not what is private", Method: "PUT", URL: "/v1/me/occurrences/" + string(private), Header: apitest.Bearer("member"), Status: 404},
		{Name: "not what is not there", Method: "PUT", URL: "/v1/me/occurrences/occ_00000000000000000000000000000000", Header: apitest.Bearer("member"), Status: 404},
		{Name: "its organiser saves the private one", Method: "PUT", URL: "/v1/me/occurrences/" + string(private), Header: apitest.Bearer("organiser"), Status: 204},
		{Name: "who proposed it saves the proposal", Method: "PUT", URL: "/v1/me/occurrences/" + string(submitted), Header: apitest.Bearer("proposer"), Status: 204},
		{Name: "nobody else does", Method: "PUT", URL: "/v1/me/occurrences/" + string(submitted), Header: apitest.Bearer("other"), Status: 404},
		{Name: "lists what is saved", URL: "/v1/me/occurrences", Header: apitest.Bearer("member"), Status: 200, Want: []string{string(confirmed), "saved_at"}, NotWant: []string{string(private)}},
		{Name: "its organiser sees the private one", URL: "/v1/me/occurrences", Header: apitest.Bearer("organiser"), Status: 200, Want: []string{secretWord}},
		{Name: "what is over", URL: "/v1/me/occurrences?after=2027-01-01T00:00:00Z", Header: apitest.Bearer("member"), Status: 200, Want: []string{`"items":[]`}},
		{Name: "takes it away", Method: "DELETE", URL: "/v1/me/occurrences/" + string(confirmed), Header: apitest.Bearer("member"), Status: 204},
		{Name: "which may be done again", Method: "DELETE", URL: "/v1/me/occurrences/" + string(confirmed), Header: apitest.Bearer("member"), Status: 204},

		{Name: "an app makes no address", Method: "POST", URL: "/v1/me/calendar-feeds", Body: `{"name":"App"}`, Header: apitest.Bearer("app"), Status: 403, Want: []string{"session_required"}},
		{Name: "without a name", Method: "POST", URL: "/v1/me/calendar-feeds", Body: `{"name":" "}`, Header: apitest.Bearer("member"), Status: 422},
		{Name: "no feed of that id", Method: "DELETE", URL: "/v1/me/calendar-feeds/feed_00000000000000000000000000000000", Header: apitest.Bearer("member"), Status: 404},
		{Name: "a program has no addresses", URL: "/v1/me/calendar-feeds", Header: apitest.Bearer("program"), Status: 403, Want: []string{"no_user"}},
	}
	for i := range 10 {
		list = append(list, apitest.Scenario{Name: fmt.Sprint("address ", i), Method: "POST", URL: "/v1/me/calendar-feeds", Body: `{"name":"Phone"}`, Header: apitest.Bearer("member"), Status: 201,
			Want:       []string{"https://coop.example/ics/me/", "webcal://coop.example/ics/me/"},
			WantHeader: map[string]string{"Cache-Control": "private, no-store"}})
	}
	list = append(list,
		apitest.Scenario{Name: "one more", Method: "POST", URL: "/v1/me/calendar-feeds", Body: `{"name":"Phone"}`, Header: apitest.Bearer("member"), Status: 409, Want: []string{"too_many_feeds"}},
		apitest.Scenario{Name: "another has none", URL: "/v1/me/calendar-feeds", Header: apitest.Bearer("proposer"), Status: 200, Want: []string{`"items":[]`}},
		apitest.Scenario{Name: "they are not told again", URL: "/v1/me/calendar-feeds", Header: apitest.Bearer("member"), Status: 200, Want: []string{`"name":"Phone"`}, NotWant: []string{"/ics/me/", "webcal"}})
	for _, op := range []string{"GET /v1/me/calendars", "PUT /v1/me/calendars/suppers", "DELETE /v1/me/calendars/suppers", "GET /v1/me/occurrences", "PUT /v1/me/occurrences/" + string(confirmed),
		"DELETE /v1/me/occurrences/" + string(confirmed), "GET /v1/me/calendar-feeds", "DELETE /v1/me/calendar-feeds/feed_00000000000000000000000000000000"} {
		method, url, _ := strings.Cut(op, " ")
		list = append(list, apitest.Scenario{Name: "a stranger: " + op, Method: method, URL: url, Status: 401})
	}
	apitest.Run(t, s.handler, s.pool, list)

	// A feed of another is not there.
	var feeds struct{ Items []events.Feed }
	s.must("member", "GET", "/v1/me/calendar-feeds", "", &feeds)
	if res, _ := s.ask("proposer", "DELETE", "/v1/me/calendar-feeds/"+string(feeds.Items[0].ID), ""); res.StatusCode != http.StatusNotFound || len(feeds.Items) != 10 {
		t.Errorf("another's feed: %d, of %d", res.StatusCode, len(feeds.Items))
	}
	// What is withdrawn is not listed, and comes back with its entry.
	s.must("member", "PUT", "/v1/me/occurrences/"+string(confirmed), "", nil)
	if _, err := s.pool.Exec(t.Context(), "UPDATE events.entries SET state = 'draft' WHERE title = 'Supper confirmed'"); err != nil {
		t.Fatal(err)
	}
	files, err := s.ExportUser(t.Context(), mia)
	if text, _ := json.Marshal(files); err != nil || !bytes.Contains(text, []byte("saved_dates")) || bytes.Contains(text, []byte("Supper confirmed")) {
		t.Errorf("the export tells of what is withdrawn: %s %v", text, err)
	}
	var saved struct{ Items []events.SavedDate }
	if s.must("member", "GET", "/v1/me/occurrences", "", &saved); len(saved.Items) != 0 || s.number("SELECT count(*) FROM events.saved WHERE user_id = $1", mia) != 1 {
		t.Errorf("%d dates are listed", len(saved.Items))
	}
}

// feed makes somebody's address and returns its secret.
func (h *desk) feed(token string) (secret string, made events.MadeFeed) {
	h.t.Helper()
	h.must(token, "POST", "/v1/me/calendar-feeds", `{"name":"Phone"}`, &made)
	_, rest, _ := strings.Cut(made.URL, "/ics/me/")
	return strings.TrimSuffix(rest, ".ics"), made
}

func (h *desk) file(secret string) string {
	h.t.Helper()
	file, err := h.MemberFeed(h.t.Context(), secret)
	if err != nil {
		h.t.Fatal(err)
	}
	if faults := ical.Lint(file); len(faults) > 0 {
		h.t.Errorf("the file: %v\n%s", faults, file)
	}
	return string(file)
}

func TestMemberFeed(t *testing.T) {
	s := newSet(t)
	h := s.desk
	weekly := h.entry("other", h.workshops, "Weekly workshop", "2026-11-03T10:00:00", `"state":"confirmed","rrule":"FREQ=WEEKLY;COUNT=4"`)
	secret, made := h.feed("member")
	if len(secret) != 43 || !strings.HasPrefix(made.Webcal, "webcal://coop.example/") {
		t.Fatalf("the address is %s, %s", made.URL, made.Webcal)
	}
	if text := h.file(secret); strings.Contains(text, "VEVENT") {
		t.Errorf("who follows nothing has\n%s", text)
	}
	h.must("member", "PUT", "/v1/me/calendars/suppers", "", nil)
	h.must("member", "PUT", "/v1/me/occurrences/"+string(weekly.Occurrences[2].ID), "", nil)
	h.must("member", "PUT", "/v1/me/occurrences/"+string(s.byState[contract.EntryConfirmed].Occurrences[0].ID), "", nil) // is there already
	text := h.file(secret)
	for want, times := range map[string]int{"SUMMARY:Supper confirmed": 1, "SUMMARY:Supper cancelled": 1, "SUMMARY:Busy": 1, "SUMMARY:Weekly workshop": 1, "20261117T100000": 1,
		"CLASS:PRIVATE": 1, "Supper draft": 0, "Supper submitted": 0, "Supper declined": 0, secretWord: 0, strings.ToLower(secretWord): 0, "ellar": 0, "RRULE:FREQ=WEEKLY": 0, "METHOD": 0} {
		if n := strings.Count(text, want); n != times {
			t.Errorf("%q is there %d times, want %d", want, n, times)
		}
	}
	if again := h.file(secret); again != text {
		t.Error("the same entries are other bytes")
	}
	// An address gets into other hands: its organiser reads no more of the private one there.
	h.must("organiser", "PUT", "/v1/me/calendars/suppers", "", nil)
	h.must("admin", "PUT", "/v1/me/occurrences/"+string(s.private.Occurrences[0].ID), "", nil)
	for _, who := range []string{"organiser", "admin"} {
		theirs, _ := h.feed(who)
		if text := h.file(theirs); strings.Contains(text, secretWord) || strings.Count(text, "SUMMARY:Busy") != 1 {
			t.Errorf("the %s reads\n%s", who, text)
		}
	}
	// used_at is to the hour, and only written once in each.
	var feeds struct{ Items []events.Feed }
	h.must("member", "GET", "/v1/me/calendar-feeds", "", &feeds)
	if used := feeds.Items[0].UsedAt; used == nil || !used.Equal(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)) {
		t.Errorf("used at %v", used)
	}
	h.clock.Advance(100 * time.Minute)
	h.file(secret)
	if h.must("member", "GET", "/v1/me/calendar-feeds", "", &feeds); !feeds.Items[0].UsedAt.Equal(time.Date(2026, 11, 1, 13, 0, 0, 0, time.UTC)) {
		t.Errorf("used at %v", feeds.Items[0].UsedAt)
	}
	h.must("member", "DELETE", "/v1/me/calendar-feeds/"+string(made.ID), "", nil)
	for _, wrong := range []string{secret, "", "x", strings.Repeat("a", 43), strings.Repeat("a", 4300), "../../" + strings.Repeat("a", 37)} {
		if _, err := h.MemberFeed(t.Context(), wrong); problem.Code(err) != "not_found" {
			t.Errorf("MemberFeed(%q) = %v", wrong, err)
		}
	}
}

// TestFeedSecrets: no secret is in the database.
func TestFeedSecrets(t *testing.T) {
	h := newDesk(t)
	secret, _ := h.feed("member")
	h.file(secret)
	rows, err := h.pool.Query(t.Context(), `SELECT table_schema || '.' || table_name FROM information_schema.tables
		WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 20 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	for _, table := range tables {
		if n := h.number("SELECT count(*) FROM "+table+" t WHERE strpos(t::text, $1) > 0", secret); n != 0 {
			t.Errorf("%s has the secret", table)
		}
	}
}

// leftOf is how many rows of the events' tables name a user.
func (h *desk) leftOf(user contract.UserID) (n int) {
	for _, table := range []string{"calendars", "venues", "placements", "entries", "occurrences", "transitions", "follows", "saved", "feeds", "erased"} {
		n += h.number("SELECT count(*) FROM events."+table+" t WHERE strpos(t::text, $1) > 0", string(user))
	}
	return n
}

func (h *desk) erase(user contract.UserID) {
	ctx := context.WithoutCancel(h.t.Context())
	if err := db.InTx(ctx, h.pool, func(tx pgx.Tx) error { return h.Erase(ctx, tx, user) }); err != nil {
		h.t.Errorf("Erase: %v", err)
	}
}

// TestErase: an export has what there is, and nothing of it is left.
func TestErase(t *testing.T) {
	s := newSet(t)
	h := s.desk
	h.must("proposer", "PUT", "/v1/me/calendars/suppers", "", nil)
	h.must("proposer", "PUT", "/v1/me/occurrences/"+string(s.byState[contract.EntryConfirmed].Occurrences[0].ID), "", nil)
	secret, _ := h.feed("proposer")
	h.entry("proposer", h.suppers, "Not for anybody yet", "2026-11-25T19:00:00", `"state":"draft"`)
	h.must("member", "PUT", "/v1/me/calendars/suppers", "", nil)
	files, err := h.ExportUser(t.Context(), pia)
	text, _ := json.Marshal(files)
	for _, want := range []string{"followed_calendars", "saved_dates", "calendar_feeds", "proposed_entries", "entry_changes", "Supper confirmed", "By Pia.", `"2026-11-12T19:00:00"`} {
		if err != nil || !bytes.Contains(text, []byte(want)) {
			t.Errorf("the export lacks %s: %s %v", want, text, err)
		}
	}
	if bytes.Contains(text, []byte(secret)) {
		t.Error("the export has the secret")
	}
	h.erase(pia)
	h.erase(pia)
	if n := h.leftOf(pia); n != 0 {
		t.Errorf("%d rows name who was erased", n)
	}
	if _, err := h.MemberFeed(t.Context(), secret); problem.Code(err) != "not_found" {
		t.Errorf("the feed: %v", err)
	}
	if h.number("SELECT count(*) FROM events.entries WHERE title = 'Supper submitted'") != 1 || h.number("SELECT count(*) FROM events.follows") != 1 {
		t.Error("what is not theirs alone went too")
	}
	if h.number("SELECT count(*) FROM events.entries WHERE title = 'Not for anybody yet'") != 0 || h.number("SELECT count(*) FROM events.entries WHERE title = 'Supper draft'") != 1 {
		t.Error("of drafts, theirs alone are to go")
	}
	for _, op := range []string{"PUT /v1/me/calendars/suppers", "PUT /v1/me/occurrences/" + string(s.byState[contract.EntryConfirmed].Occurrences[0].ID), "POST /v1/me/calendar-feeds"} {
		method, url, _ := strings.Cut(op, " ")
		body := ""
		if method == "POST" {
			body = `{"name":"x"}`
		}
		if res, text := h.ask("proposer", method, url, body); res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s of who is erased: %d %s", op, res.StatusCode, text)
		}
	}
	if files, err := h.ExportUser(t.Context(), pia); err != nil || len(files) != 0 {
		t.Errorf("an export has %v, %v", files, err)
	}
}

// TestEraseRace: whatever is on its way while somebody is erased, nothing of theirs is left.
func TestEraseRace(t *testing.T) {
	h := newDesk(t)
	weekly := h.entry("admin", h.suppers, "Weekly", "2026-11-03T19:00:00", `"state":"confirmed","rrule":"FREQ=WEEKLY;COUNT=20"`)
	const people = 12
	var all sync.WaitGroup
	for i := range people {
		user := contract.UserID(fmt.Sprintf("user_%032x", 0x1000+i))
		h.tokens[fmt.Sprint(i)] = person(user, nil)
	}
	for i := range people {
		token := fmt.Sprint(i)
		begun := make(chan struct{})
		for part := range 4 {
			all.Go(func() {
				for k := range 5 {
					switch part {
					case 0:
						h.ask(token, "PUT", "/v1/me/calendars/suppers", "")
						h.ask(token, "DELETE", "/v1/me/calendars/suppers", "")
						h.ask(token, "PUT", "/v1/me/calendars/workshops", "")
					case 1:
						h.ask(token, "PUT", "/v1/me/occurrences/"+string(weekly.Occurrences[k].ID), "")
					case 2:
						h.ask(token, "POST", "/v1/me/calendar-feeds", `{"name":"Phone"}`)
					default:
						if k == 1 {
							close(begun)
						}
						h.ask(token, "GET", "/v1/me/occurrences", "")
						h.ask(token, "POST", "/v1/entries", fmt.Sprintf(`{"calendar":%q,"title":"Proposed","local_start":"2026-11-24T19:00:00","local_end":"2026-11-24T20:00:00"}`, h.suppers))
					}
				}
			})
		}
		all.Go(func() {
			<-begun
			h.erase(h.tokens[token].User)
		})
	}
	all.Wait()
	for i := range people {
		if n := h.leftOf(h.tokens[fmt.Sprint(i)].User); n != 0 {
			t.Errorf("person %d is in %d rows", i, n)
		}
	}
	if n := h.number("SELECT count(*) FROM events.follows") + h.number("SELECT count(*) FROM events.saved") + h.number("SELECT count(*) FROM events.feeds"); n != 0 {
		t.Errorf("%d rows are nobody's", n)
	}
}

// TestFeedsAtOnce: however many are asked for at once, ten are made.
func TestFeedsAtOnce(t *testing.T) {
	h := newDesk(t)
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() { h.ask("member", "POST", "/v1/me/calendar-feeds", `{"name":"Phone"}`) })
	}
	all.Wait()
	if n := h.number("SELECT count(*) FROM events.feeds"); n != 10 {
		t.Errorf("%d feeds, want 10", n)
	}
}

package events_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/events"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// desk is calendars on a database of their own, with the API in front: a calendar of suppers
// and one of workshops, each with an organiser.
type desk struct {
	t testing.TB
	*events.Service
	pool    *db.Pool
	clock   *clock.Manual
	handler http.Handler
	tokens  apitest.Tokens

	suppers, workshops contract.CalendarID
}

// People, by their tokens.
var (
	mia = contract.UserID("user_00000000000000000000000000000001") // a member
	pia = contract.UserID("user_00000000000000000000000000000002") // a member who proposes
	oda = contract.UserID("user_00000000000000000000000000000003") // organises suppers
	ole = contract.UserID("user_00000000000000000000000000000004") // organises workshops
	ada = contract.UserID("user_00000000000000000000000000000005") // keeps all calendars
)

// person is somebody who has signed in on the pages.
func person(user contract.UserID, organises []contract.CalendarID, scopes ...string) auth.Principal {
	return auth.Principal{Name: string(user), User: user, Session: contract.SessionID("sess_" + string(user[5:])), Organises: organises,
		Scopes: append([]string{auth.ScopeAccountWrite, auth.ScopeEventsPropose}, scopes...)}
}

// newDesk is at 1 November 2026, 12:00 UTC.
func newDesk(t testing.TB) *desk {
	t.Helper()
	sites, err := urls.New("https://coop.example", nil)
	if err != nil {
		t.Fatal(err)
	}
	h := &desk{t: t, pool: dbtest.New(t), clock: clock.NewManual(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)), tokens: apitest.Tokens{}}
	h.Service = events.New(events.Options{
		Pool: h.pool, Clock: h.clock, Bus: bus.New(h.pool, slog.New(slog.DiscardHandler)), Sites: sites,
		Settings: func(context.Context) (contract.SiteSettings, error) {
			return contract.SiteSettings{Title: "Rose Ash", Timezone: "Europe/London"}, nil
		},
	})
	h.handler = api.NewHandler(api.HandlerOptions{
		Log:        slog.New(slog.DiscardHandler),
		Routes:     []api.Routes{h.Routes},
		Middleware: []func(huma.API) api.Middleware{func(a huma.API) api.Middleware { return auth.Middleware(a, h.tokens) }},
	})
	h.tokens["admin"] = person(ada, nil, auth.ScopeEventsWrite)
	h.suppers = h.calendar("suppers", `"proposals":true`)
	h.workshops = h.calendar("workshops", `"position":1`)
	h.tokens["member"], h.tokens["proposer"] = person(mia, nil), person(pia, nil)
	h.tokens["organiser"] = person(oda, []contract.CalendarID{h.suppers}, auth.ScopeEventsOrganise)
	h.tokens["other"] = person(ole, []contract.CalendarID{h.workshops}, auth.ScopeEventsOrganise)
	h.tokens["program"] = auth.Principal{Name: "app_1", Client: "app_1", Scopes: []string{auth.ScopeAccountWrite, auth.ScopeEventsPropose}}
	h.tokens["app"] = auth.Principal{Name: string(mia), User: mia, Client: "app_2", Scopes: []string{auth.ScopeAccountWrite}}
	return h
}

// everybody are who may ask, the visitor being nobody.
var everybody = []string{"", "member", "proposer", "organiser", "other", "admin"}

// ask sends a request, as nobody where token is empty.
func (h *desk) ask(token, method, url, body string, more ...string) (*http.Response, []byte) {
	h.t.Helper()
	header := map[string]string{}
	if token != "" {
		header = apitest.Bearer(token)
	}
	for i := 0; i < len(more); i += 2 {
		header[more[i]] = more[i+1]
	}
	return apitest.Ask(h.t, h.handler, apitest.Scenario{Method: method, URL: url, Body: body, Header: header})
}

// must is ask for what succeeds; into, where it is not nil, gets the answer. It returns the ETag.
func (h *desk) must(token, method, url, body string, into any, more ...string) string {
	h.t.Helper()
	res, text := h.ask(token, method, url, body, more...)
	if res.StatusCode >= 300 {
		h.t.Fatalf("%s %s as %q = %d %s", method, url, token, res.StatusCode, text)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			h.t.Fatal(err)
		}
	}
	return res.Header.Get("ETag")
}

func (h *desk) calendar(slug, more string) contract.CalendarID {
	h.t.Helper()
	var made contract.Calendar
	h.must("admin", "POST", "/v1/calendars", fmt.Sprintf(`{"slug":%q,"name":%q,%s}`, slug, slug, more), &made)
	return made.ID
}

// entry makes an entry of a calendar that lasts two hours, or as fields say.
func (h *desk) entry(token string, calendar contract.CalendarID, title, start, fields string) contract.Entry {
	h.t.Helper()
	if fields == "" {
		fields = `"state":"confirmed"`
	}
	if len(start) == len("2026-11-24T19:00:00") {
		at, err := time.Parse("2006-01-02T15:04:05", start)
		if err != nil {
			h.t.Fatal(err)
		}
		fields += fmt.Sprintf(`,"local_end":%q`, at.Add(2*time.Hour).Format("2006-01-02T15:04:05"))
	}
	var made contract.Entry
	h.must(token, "POST", "/v1/entries", fmt.Sprintf(`{"calendar":%q,"title":%q,"local_start":%q,%s}`, calendar, title, start, fields), &made)
	return made
}

// number is the one number that a query answers.
func (h *desk) number(sql string, args ...any) (n int) {
	h.t.Helper()
	if err := h.pool.QueryRow(context.WithoutCancel(h.t.Context()), sql, args...).Scan(&n); err != nil {
		h.t.Fatal(err)
	}
	return n
}

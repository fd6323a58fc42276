package events_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/events"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// Who makes requests: somebody who may do all, organisers of two calendars, two members who
// propose, somebody who has no part in events.
var (
	asOwner  = bearer("owner")
	asCook   = bearer("cook")   // organises suppers
	asCarver = bearer("carver") // organises workshops
	asMember = bearer("member")
	asOther  = bearer("other")
	asReader = bearer("reader")
)

func bearer(name string) map[string]string {
	return map[string]string{"Authorization": "Bearer " + name}
}

// plus adds a header.
func plus(header map[string]string, name, value string) map[string]string {
	h := maps.Clone(header)
	h[name] = value
	return h
}

type verified map[string]auth.Principal

func (v verified) Verify(_ context.Context, c auth.Credentials) (auth.Principal, error) {
	p, ok := v[c.Token]
	if !ok {
		return p, auth.ErrRefused
	}
	return p, nil
}

// hall is events on a database of its own, with the API in front and two calendars: suppers
// takes proposals, workshops does not.
type hall struct {
	t testing.TB
	*events.Service
	pool              *db.Pool
	clock             *clock.Manual
	handler           http.Handler
	who               verified
	suppers, workshop contract.Calendar
	venue             contract.Venue
}

const memberID, otherID = "user_019ab3f47c2e7d06b8a1f0c2d3e4f501", "user_019ab3f47c2e7d06b8a1f0c2d3e4f502"

func newHall(t testing.TB) *hall {
	t.Helper()
	sites, err := urls.New("https://roseash.example", nil)
	if err != nil {
		t.Fatal(err)
	}
	h := &hall{t: t, pool: dbtest.New(t), clock: clock.NewManual(time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC))}
	h.Service = events.New(events.Options{Pool: h.pool, Clock: h.clock, Sites: sites,
		Settings: func(context.Context) (contract.SiteSettings, error) {
			return contract.SiteSettings{Timezone: "Europe/London"}, nil
		}})
	h.who = verified{"owner": {Name: "owner", Scopes: []string{auth.ScopeEventsWrite}}}
	h.suppers = h.calendar("suppers", true)
	h.workshop = h.calendar("workshops", false)
	maps.Copy(h.who, verified{
		"cook": {Name: "user_019ab3f47c2e7d06b8a1f0c2d3e4f503", User: "user_019ab3f47c2e7d06b8a1f0c2d3e4f503",
			Scopes: []string{auth.ScopeEventsOrganise}, Organises: []contract.CalendarID{h.suppers.ID}},
		"carver": {Name: "user_019ab3f47c2e7d06b8a1f0c2d3e4f504", User: "user_019ab3f47c2e7d06b8a1f0c2d3e4f504",
			Scopes: []string{auth.ScopeEventsOrganise}, Organises: []contract.CalendarID{h.workshop.ID}},
		"member": {Name: memberID, User: memberID, Scopes: []string{auth.ScopeEventsPropose}},
		"other":  {Name: otherID, User: otherID, Scopes: []string{auth.ScopeEventsPropose}},
		"reader": {Name: "reader", Scopes: []string{"blog:write"}},
	})
	h.venue, err = h.CreateVenue(h.as("owner"), events.VenueFields{Name: of("Rose Ash Hall"), Slug: of("hall"), Timezone: of("Europe/London")})
	if err != nil {
		t.Fatal(err)
	}
	h.handler = api.NewHandler(api.HandlerOptions{
		Log:        slog.New(slog.DiscardHandler),
		Routes:     []api.Routes{h.Routes},
		Middleware: []func(huma.API) api.Middleware{func(a huma.API) api.Middleware { return auth.Middleware(a, h.who) }},
	})
	return h
}

func of[T any](v T) *T { return &v }

// as is a request of somebody's.
func (h *hall) as(name string) context.Context {
	return auth.WithPrincipal(h.t.Context(), h.who[name])
}

func (h *hall) calendar(slug string, proposals bool) contract.Calendar {
	h.t.Helper()
	c, err := h.CreateCalendar(h.as("owner"), events.CalendarFields{Slug: &slug, Name: of(strings.ToUpper(slug[:1]) + slug[1:]),
		Timezone: of("Europe/London"), Proposals: &proposals})
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

// weekly is a supper on Tuesdays from 3 November 2026 on, eight times.
func (h *hall) weekly() events.EntryFields {
	return events.EntryFields{Calendar: &h.suppers.ID, Title: of("Soup supper"), Summary: of("Three soups."), Description: of("Bring a *bowl*."),
		LocalStart: of("2026-11-03T19:00:00"), LocalEnd: of("2026-11-03T22:00:00"), RRule: of("FREQ=WEEKLY;COUNT=8;BYDAY=TU")}
}

// confirmed makes an entry that visitors see.
func (h *hall) confirmed(f events.EntryFields) contract.Entry {
	h.t.Helper()
	return h.made(f, contract.EntryConfirmed)
}

func (h *hall) made(f events.EntryFields, state contract.EntryState) contract.Entry {
	h.t.Helper()
	e, err := h.CreateEntry(h.as("owner"), events.EntryToMake{EntryFields: f, State: state})
	if err != nil {
		h.t.Fatalf("CreateEntry: %v", err)
	}
	return e
}

// change changes an entry as its owner and must work.
func (h *hall) change(e contract.Entry, edit events.EntryEdit) contract.Entry {
	h.t.Helper()
	after, err := h.UpdateEntry(h.as("owner"), e.ID, h.entry(e.ID).Version, edit)
	if err != nil {
		h.t.Fatalf("UpdateEntry(%+v): %v", edit, err)
	}
	return after
}

func (h *hall) entry(ref contract.EntryID) contract.Entry {
	h.t.Helper()
	e, err := h.Entry(h.as("owner"), ref)
	if err != nil {
		h.t.Fatal(err)
	}
	return e
}

// save has somebody keep a date.
func (h *hall) save(user string, o contract.Occurrence) {
	h.t.Helper()
	h.run("INSERT INTO events.saved (user_id, occurrence_id, at) VALUES ($1, right($2, 32)::uuid, '2026-11-02') ON CONFLICT DO NOTHING", user, o.ID)
}

func (h *hall) run(sql string, args ...any) {
	h.t.Helper()
	if _, err := h.pool.Exec(h.t.Context(), sql, args...); err != nil {
		h.t.Fatal(err)
	}
}

// said are the domain events since the last call, as kind and data.
func (h *hall) said() []string {
	h.t.Helper()
	rows, err := h.pool.Query(h.t.Context(), "WITH e AS (DELETE FROM bus.domain_events RETURNING *) SELECT kind || ' ' || data::text FROM e ORDER BY id")
	if err != nil {
		h.t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

// send makes a request with a body of JSON.
func (h *hall) send(method, url string, header map[string]string, body any) (*http.Response, []byte) {
	h.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		h.t.Fatal(err)
	}
	return apitest.Ask(h.t, h.handler, apitest.Scenario{Method: method, URL: url, Header: header, Body: string(raw)})
}

// starts are when the dates of an entry begin, with what is odd about them.
func starts(e contract.Entry) []string {
	list := make([]string, len(e.Occurrences))
	for i, o := range e.Occurrences {
		list[i] = o.LocalStart
		if o.Kept {
			list[i] += " kept"
		}
		if o.Moved {
			list[i] += " moved"
		}
	}
	return list
}

// at is the date of an entry whose slug begins so.
func (h *hall) at(e contract.Entry, slug string) contract.Occurrence {
	h.t.Helper()
	for _, o := range e.Occurrences {
		if strings.HasPrefix(o.Slug, slug) {
			return o
		}
	}
	h.t.Fatalf("no date %s in %v", slug, starts(e))
	return contract.Occurrence{}
}

// tagged is who makes a request, with the version of an entry that they saw.
func tagged(header map[string]string, version int64) map[string]string {
	return plus(header, "If-Match", fmt.Sprintf(`"v%d-x"`, version))
}

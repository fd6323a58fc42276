// What becomes of calendars' pages when something is taken away, moves, or a day passes.

package ssg_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/events"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
)

// hall is a town with a calendar, and a supper in it whose words are in nothing else.
type hall struct {
	*town
	calendar contract.Calendar
}

func newHall(t *testing.T) *hall {
	t.Helper()
	h := &hall{town: newTown(t)}
	places := []contract.CalendarPlacement{
		{ContainerType: contract.InSite, View: contract.ViewList}, {ContainerType: contract.InMarket, View: contract.ViewMonth},
		{ContainerType: contract.InPost, ContainerID: h.ids["post-1"], View: contract.ViewNext},
	}
	var err error
	h.calendar, err = h.events.CreateCalendar(organiser(), events.CalendarFields{Name: ptr("Suppers"), Slug: ptr("suppers"), Timezone: ptr("Europe/London"), Placements: &places})
	must(t, err)
	return h
}

// supper makes an entry on the next day.
func (h *hall) supper(slug string, change func(*events.EntryFields)) contract.Entry {
	h.t.Helper()
	start := h.clock.Now().Truncate(24*time.Hour).AddDate(0, 0, 1).Add(19 * time.Hour)
	f := events.EntryFields{
		Calendar: &h.calendar.ID, Title: ptr("Supper " + slug), Slug: &slug, LocalStart: local(start, false), LocalEnd: local(start.Add(3*time.Hour), false),
	}
	if change != nil {
		change(&f)
	}
	made, err := h.events.CreateEntry(organiser(), events.EntryToMake{EntryFields: f, State: contract.EntryConfirmed})
	must(h.t, err)
	h.clock.Advance(time.Second)
	return made
}

// change edits an entry as it is now.
func (h *hall) change(id contract.EntryID, f events.EntryFields) contract.Entry {
	h.t.Helper()
	e, err := h.events.Entry(organiser(), id)
	if err == nil {
		e, err = h.events.UpdateEntry(organiser(), id, e.Version, events.EntryEdit{EntryFields: f})
	}
	must(h.t, err)
	h.clock.Advance(time.Second)
	return e
}

// TestEntryMadePrivate: of an entry that is made private nothing but its times stands in any
// file, compressed or kept for going back, and no rollback brings it back.
func TestEntryMadePrivate(t *testing.T) {
	t.Parallel()
	for _, times := range []string{"once", "a series"} {
		t.Run(times, func(t *testing.T) {
			t.Parallel()
			h := newHall(t)
			secret := "qzxsecretqzx"
			e := h.supper("quiet-"+secret, func(f *events.EntryFields) {
				f.Title, f.Description, f.Summary = ptr("Supper "+secret), ptr("For "+secret), ptr(secret)
				if times == "a series" {
					f.RRule = ptr("FREQ=WEEKLY;COUNT=5")
				}
			})
			other := h.supper("open", nil)
			h.settle()
			shownIn := shown(h.pages(), secret)
			if len(shownIn) < 12 {
				t.Fatalf("only %d files show it: %v", len(shownIn), shownIn)
			}
			// What showed it is kept: of the lists by other changes, of its own pages by others of it.
			h.change(other.ID, events.EntryFields{Title: ptr("Supper, renamed")})
			h.settle()
			h.change(e.ID, events.EntryFields{Title: ptr("Supper and " + secret)})
			h.settle()
			to := h.generation()
			h.change(e.ID, events.EntryFields{Kind: ptr(contract.EntryPrivate)})
			h.settle()
			absent(t, h.dir, secret)
			h.equalsBuild(h.pages())
			if text := h.pages()["main/events/2026-11/index.html"]; !strings.Contains(text, "Busy") {
				t.Error("the month does not say that the time is taken")
			}
			h.rollback(to)
			h.settle()
			absent(t, h.dir, secret)
			h.resume()
			absent(t, h.dir, secret)
		})
	}
}

// TestPrivateWhilePaused: what is made private goes though publishing is paused.
func TestPrivateWhilePaused(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	secret := "qzxsecretqzx"
	e := h.supper("quiet", func(f *events.EntryFields) { f.Title = ptr("Supper " + secret) })
	other := h.supper("other", nil)
	h.settle()
	to := h.generation()
	h.describe("Other words")
	h.settle()
	h.rollback(to)
	before := h.pages()
	h.clock.Advance(36 * time.Hour) // nor does a day that passes change what was rolled back
	h.settle()
	same(t, h.pages(), before)
	h.change(other.ID, events.EntryFields{Title: ptr("Renamed")}) // what takes nothing away waits
	h.settle()
	same(t, h.pages(), before)
	h.change(e.ID, events.EntryFields{Kind: ptr(contract.EntryPrivate)})
	h.settle()
	absent(t, h.dir, secret)
	h.resume()
	absent(t, h.dir, secret)
}

// TestResolveEvents: pages that are not on disk yet, those that have moved with their date, the
// series of a single date, and moved feeds.
func TestResolveEvents(t *testing.T) {
	t.Parallel()
	for name, own := range map[string]map[urls.App]string{"one origin": nil, "events apart": {urls.Events: "http://events.localhost:8080"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHall(t)
			tree, at := "main", "/events"
			if own != nil {
				tree, at = "events", ""
			}
			h.dir = t.TempDir()
			h.builder = h.newBuilder(own, "apart")
			once := h.supper("once", nil)
			often := h.supper("often", func(f *events.EntryFields) { f.RRule = ptr("FREQ=WEEKLY;COUNT=3") })
			resolves := func(path, location string, body, gone bool) {
				t.Helper()
				a, err := h.builder.Resolve(t.Context(), tree, path)
				if err != nil || a.Location != location || (len(a.Body) > 0) != body || a.Gone != gone || a.Temporary {
					t.Errorf("Resolve(%s) = %q, %d bytes, gone %v, %v", path, a.Location, len(a.Body), a.Gone, err)
				}
			}
			for _, path := range []string{"/", "/archive/", "/2026-11/", "/suppers/", "/suppers/archive/", "/suppers/2026-12/", "/suppers/often/",
				"/suppers/often/2026-11-30/", "/suppers/once/2026-11-23/"} {
				resolves(at+path, "", true, false)
			}
			resolves(at+"/suppers/once/", at+"/suppers/once/2026-11-23/", false, false)
			for _, path := range []string{"/2027-11/", "/suppers/2027-11/", "/suppers/never/", "/suppers/once/2026-11-24/", "/2026-13/", "/suppers/once/2026-11-23/more/", "/suppers/archive/more/"} {
				resolves(at+path, "", false, false)
			}
			h.drain()
			resolves(at+"/suppers/once/", at+"/suppers/once/2026-11-23/", false, false)
			h.change(once.ID, events.EntryFields{Slug: ptr("just-once"), LocalStart: ptr("2026-11-26T19:00:00")})
			h.drain()
			resolves(at+"/suppers/once/2026-11-23/", at+"/suppers/just-once/2026-11-26/", false, false)
			resolves("/ics/calendars/suppers/once.ics", "/ics/calendars/suppers/just-once.ics", false, false)
			c, err := h.events.UpdateCalendar(organiser(), string(h.calendar.ID), h.calendar.Version, events.CalendarFields{Slug: ptr("meals")})
			must(t, err)
			h.drain()
			resolves("/ics/calendars/suppers.ics", "/ics/calendars/meals.ics", false, false)
			resolves("/ics/calendars/suppers/once.ics", "/ics/calendars/meals/just-once.ics", false, false)
			resolves(at+"/suppers/often/2026-11-30/", at+"/meals/often/2026-11-30/", false, false)
			resolves(at+"/suppers/2026-11/", at+"/meals/2026-11/", false, false)
			later, err := h.events.UpdateEntry(organiser(), often.ID, often.Version, events.EntryEdit{
				EntryFields: events.EntryFields{Slug: ptr("later")}, Apply: events.EditFollowing, Occurrence: often.Occurrences[1].ID})
			must(t, err)
			h.drain()
			resolves(at+"/meals/often/2026-11-30/", at+"/meals/"+later.Slug+"/2026-11-30/", false, false)
			resolves(at+"/suppers/often/2026-11-30/", at+"/meals/"+later.Slug+"/2026-11-30/", false, false)
			h.change(once.ID, events.EntryFields{Kind: ptr(contract.EntryPrivate)})
			h.drain()
			resolves(at+"/meals/just-once/2026-11-26/", "", false, true)
			resolves("/ics/calendars/meals/just-once.ics", "", false, true)
			h.calendar = c
			h.equalsFull()
		})
	}
}

// TestMidnight: in the night after a date the lists of what comes lose it, its own page says
// that it is over, and the pages of other dates are left alone. The day is the site's.
func TestMidnight(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := context.Background()
	_, version, err := h.blog.VersionedSettings(ctx)
	if err == nil {
		_, _, err = h.blog.UpdateSettings(ctx, version, blog.SettingsFields{Timezone: ptr("Pacific/Auckland")})
	}
	must(t, err)
	for i := range 3 {
		h.supper(fmt.Sprintf("supper-%d", i), func(f *events.EntryFields) {
			f.LocalStart, f.LocalEnd = ptr(fmt.Sprintf("2026-11-%dT06:00:00", 24+i)), ptr(fmt.Sprintf("2026-11-%dT07:00:00", 24+i))
		})
	}
	h.clock.Set(time.Date(2026, 11, 24, 10, 59, 0, 0, time.UTC)) // 23:59 in Auckland
	h.settle()
	lists := []string{"main/index.html", "main/events/index.html", "main/events/suppers/index.html",
		"main/_fragments/calendar/all/list.html", "main/_fragments/calendar/" + string(h.calendar.ID) + "/next.html", "main/post-1/index.html"}
	before := h.pages()
	for _, name := range lists {
		if !strings.Contains(before[name], "Supper supper-0") {
			t.Errorf("%s does not show what is on today", name)
		}
	}
	h.clock.Set(time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC))
	h.steps = nil
	h.settle()
	after := h.pages()
	for _, name := range lists {
		if strings.Contains(after[name], "Supper supper-0") || !strings.Contains(after[name], "Supper supper-1") {
			t.Errorf("%s does not show what comes since midnight", name)
		}
	}
	for i := range 3 {
		name := fmt.Sprintf("main/events/suppers/supper-%d/2026-11-%d/index.html", i, 24+i)
		if changed := before[name] != after[name]; changed != (i == 0) {
			t.Errorf("%s changed: %v", name, changed)
		}
	}
	h.steps = nil
	h.clock.Advance(23 * time.Hour)
	h.settle()
	if len(h.steps) > 0 {
		t.Errorf("%d steps before the next midnight", len(h.steps))
	}
	h.equalsBuild(after)
}

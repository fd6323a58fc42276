// What may happen to calendars, venues, entries and their dates.

package ssg_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"rose-ash.com/roseash/api/events"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/ical"
	"rose-ash.com/roseash/api/shared/problem"
)

// canary stands in what visitors are not to read.
const canary = "qzxcanaryqzx"

// mostCalendars and mostEntries bound what a world of chance has.
const (
	mostCalendars = 5
	mostEntries   = 40
)

// happenings are the calendars and entries of a world.
type happenings struct {
	calendars []contract.CalendarID
	venues    []contract.VenueID
	entries   []contract.EntryID
	done      int // changes, and those that were refused
	refused   int
}

// organiser makes a context of whoever may do everything.
func organiser() context.Context {
	return auth.WithPrincipal(context.Background(), auth.Principal{Name: "organiser", Scopes: []string{auth.AllScopes}})
}

// refusable lets refusals of what cannot be done pass, and no other fault.
func (c *chaos) refusable(err error) {
	c.t.Helper()
	switch code := problem.Code(err); {
	case err == nil:
		c.on.done++
	case code == "" || code == "internal":
		c.t.Fatal(err)
	default:
		c.on.refused++
	}
}

func (c *chaos) beginEvents() {
	for range 3 {
		c.newCalendar()
	}
	for range 3 {
		c.newVenue()
	}
	for range 15 {
		c.newEntry()
	}
}

func any1[T ~string](c *chaos, from []T) T {
	if len(from) == 0 {
		return "none"
	}
	return from[c.rnd.IntN(len(from))]
}

func (c *chaos) newCalendar() {
	if len(c.on.calendars) >= mostCalendars {
		return
	}
	c.made++
	made, err := c.events.CreateCalendar(organiser(), events.CalendarFields{
		Name: ptr(fmt.Sprintf("Calendar %d", c.made)), Slug: ptr(fmt.Sprintf("calendar-%d", c.made)), Timezone: ptr(c.zone()), Placements: c.placements(),
	})
	c.refusable(err)
	if err == nil {
		c.on.calendars = append(c.on.calendars, made.ID)
	}
}

func (c *chaos) zone() string {
	return c.one([]string{"Europe/London", "Europe/London", "America/New_York", "Pacific/Auckland"})
}

// placements are homes, and posts and pages of which some may not be there.
func (c *chaos) placements() *[]contract.CalendarPlacement {
	places := []contract.CalendarPlacement{}
	view := func() contract.CalendarView {
		return contract.CalendarView(c.one([]string{"list", "month", "next"}))
	}
	for _, at := range []contract.ContainerType{contract.InSite, contract.InMarket} {
		if c.rnd.IntN(3) == 0 {
			places = append(places, contract.CalendarPlacement{ContainerType: at, View: view()})
		}
	}
	if len(c.posts) > 0 && c.rnd.IntN(2) == 0 {
		typ, id := c.post()
		places = append(places, contract.CalendarPlacement{ContainerType: contract.ContainerType(typ), ContainerID: id, View: view()})
	}
	return &places
}

func (c *chaos) newVenue() {
	c.made++
	made, err := c.events.CreateVenue(organiser(), events.VenueFields{Name: ptr(fmt.Sprintf("Hall %d", c.made)), Slug: ptr(fmt.Sprintf("hall-%d", c.made))})
	c.refusable(err)
	if err == nil {
		c.on.venues = append(c.on.venues, made.ID)
	}
}

// start is a wall time of the weeks around now.
func (c *chaos) start() time.Time {
	day := c.clock.Now().AddDate(0, 0, c.rnd.IntN(120)-40).Truncate(24 * time.Hour)
	return day.Add(time.Duration(c.rnd.IntN(24)) * time.Hour)
}

func local(t time.Time, allDay bool) *string {
	if allDay {
		return ptr(t.Format(time.DateOnly))
	}
	return ptr(t.Format("2006-01-02T15:04:05"))
}

// rule is any rule: most entries happen once.
func (c *chaos) recurrence(start time.Time) string {
	day := strings.ToUpper(start.Format("Mon")[:2])
	return c.one([]string{"", "", "", "FREQ=WEEKLY;COUNT=6;BYDAY=" + day, "FREQ=DAILY;COUNT=3", "FREQ=MONTHLY;COUNT=4", "FREQ=DAILY;INTERVAL=20;COUNT=2", "FREQ=YEARLY"})
}

// newEntry makes any entry. The words of private ones, and addresses online that are not for
// everybody, hold the canary.
func (c *chaos) newEntry() {
	if len(c.on.entries) >= mostEntries {
		return
	}
	c.made++
	start, allDay := c.start(), c.rnd.IntN(5) == 0
	if allDay {
		start = start.Truncate(24 * time.Hour)
	}
	end := start.Add(time.Duration(1+c.rnd.IntN(5)) * time.Hour)
	if allDay || c.rnd.IntN(8) == 0 {
		end = start.Truncate(24*time.Hour).AddDate(0, 0, 1+c.rnd.IntN(4))
	}
	f := events.EntryFields{
		Calendar: ptr(any1(c, c.on.calendars)), Title: ptr(fmt.Sprintf("Supper %d", c.made)), Description: ptr("Bring a bowl."), Slug: ptr(fmt.Sprintf("entry-%d", c.made)),
		AllDay: &allDay, LocalStart: local(start, allDay), LocalEnd: local(end, allDay), RRule: ptr(c.recurrence(start)),
	}
	switch c.rnd.IntN(6) {
	case 0:
		f.Kind, f.Title, f.Summary = ptr(contract.EntryPrivate), ptr("Private "+canary), ptr(canary)
	case 1:
		f.Attendance, f.OnlineURL = ptr(contract.Online), ptr("https://meet.example/"+canary)
	default:
		f.Venue = ptr(any1(c, c.on.venues))
	}
	state := contract.EntryConfirmed
	if c.rnd.IntN(5) == 0 {
		state, f.Title = contract.EntryDraft, ptr("Draft "+canary)
	}
	made, err := c.events.CreateEntry(organiser(), events.EntryToMake{EntryFields: f, State: state})
	c.refusable(err)
	if err == nil {
		c.on.entries = append(c.on.entries, made.ID)
	}
	c.clock.Advance(time.Second)
}

// entry is any entry, as its organisers see it.
func (c *chaos) entry() (contract.Entry, bool) {
	e, err := c.events.Entry(organiser(), any1(c, c.on.entries))
	c.refusable(err)
	return e, err == nil
}

func (c *chaos) editEntry(f func(e contract.Entry) events.EntryEdit) {
	e, found := c.entry()
	if !found {
		return
	}
	after, err := c.events.UpdateEntry(organiser(), e.ID, e.Version, f(e))
	c.refusable(err)
	if err == nil && !slices.Contains(c.on.entries, after.ID) {
		c.on.entries = append(c.on.entries, after.ID)
	}
	c.clock.Advance(time.Second)
}

// open tells an entry whose words everybody may read.
func open(e contract.Entry) bool {
	return e.Kind == contract.EntryPublic && (e.State == contract.EntryConfirmed || e.State == contract.EntryPostponed || e.State == contract.EntryCancelled)
}

func (c *chaos) editCalendar(f events.CalendarFields) {
	g, err := c.events.Calendar(organiser(), string(any1(c, c.on.calendars)))
	if err == nil {
		_, err = c.events.UpdateCalendar(organiser(), string(g.ID), g.Version, f)
	}
	c.refusable(err)
}

// oneDate edits some dates of an entry: one, or it and those after.
func (c *chaos) oneDate(f events.EntryFields) {
	c.editEntry(func(e contract.Entry) events.EntryEdit {
		if len(e.Occurrences) == 0 || !open(e) {
			return events.EntryEdit{}
		}
		o := e.Occurrences[c.rnd.IntN(len(e.Occurrences))]
		edit := events.EntryEdit{EntryFields: f, Apply: events.EditThis, Occurrence: o.ID}
		if c.rnd.IntN(3) == 0 {
			edit.Apply = events.EditFollowing
		}
		if f.Title == nil {
			at, err := time.Parse("2006-01-02T15:04:05", o.LocalStart)
			if err != nil {
				return events.EntryEdit{}
			}
			edit.LocalStart = local(at.Add(time.Duration(c.rnd.IntN(100)-50)*time.Hour), false)
		}
		return edit
	})
}

func (c *chaos) eventChanges() []step {
	all := func(f func(e contract.Entry) events.EntryFields) func() {
		return func() {
			c.editEntry(func(e contract.Entry) events.EntryEdit { return events.EntryEdit{EntryFields: f(e)} })
		}
	}
	n := func() int { return c.rnd.IntN(1000) }
	return []step{
		{"new entry", c.newEntry}, {"new entry", c.newEntry}, {"new calendar", c.newCalendar}, {"new venue", c.newVenue},
		{"rename entry", all(func(e contract.Entry) events.EntryFields {
			if !open(e) {
				return events.EntryFields{Title: ptr(fmt.Sprint(canary, n()))}
			}
			return events.EntryFields{Title: ptr(fmt.Sprintf("Renamed %d", n()))}
		})},
		{"describe entry", all(func(e contract.Entry) events.EntryFields {
			return events.EntryFields{Description: ptr(fmt.Sprintf("Bring %d.", n()))}
		})},
		{"entry's slug", all(func(contract.Entry) events.EntryFields {
			return events.EntryFields{Slug: ptr(fmt.Sprintf("supper-%d", c.rnd.IntN(40)))}
		})},
		{"entry's calendar", all(func(contract.Entry) events.EntryFields {
			return events.EntryFields{Calendar: ptr(any1(c, c.on.calendars))}
		})},
		{"entry's venue", all(func(contract.Entry) events.EntryFields { return events.EntryFields{Venue: ptr(any1(c, c.on.venues))} })},
		{"entry's times", all(func(e contract.Entry) events.EntryFields {
			start := c.start()
			if e.AllDay {
				start = start.Truncate(24 * time.Hour)
			}
			return events.EntryFields{LocalStart: local(start, e.AllDay), RRule: ptr(c.recurrence(start))}
		})},
		{"entry's rule", all(func(contract.Entry) events.EntryFields {
			return events.EntryFields{RRule: ptr(c.recurrence(c.start()))}
		})},
		{"make private", all(func(contract.Entry) events.EntryFields { return events.EntryFields{Kind: ptr(contract.EntryPrivate)} })},
		{"make public", all(func(contract.Entry) events.EntryFields {
			return events.EntryFields{Kind: ptr(contract.EntryPublic), Title: ptr("No secret"), Summary: ptr("")}
		})},
		{"move a date", func() { c.oneDate(events.EntryFields{}) }},
		{"rename a date", func() { c.oneDate(events.EntryFields{Title: ptr(fmt.Sprintf("Special %d", n()))}) }},
		{"state", func() {
			if e, found := c.entry(); found {
				state := contract.EntryState(c.one([]string{"confirmed", "cancelled", "postponed", "confirmed", "declined", "provisional"}))
				if state == contract.EntryConfirmed && !open(e) && e.Kind == contract.EntryPublic {
					var err error
					e, err = c.events.UpdateEntry(organiser(), e.ID, e.Version, events.EntryEdit{EntryFields: events.EntryFields{Title: ptr("Agreed")}})
					c.refusable(err)
				}
				_, err := c.events.SetEntryState(organiser(), e.ID, e.Version, state, "")
				c.refusable(err)
			}
		}},
		{"status", func() {
			if e, found := c.entry(); found && len(e.Occurrences) > 0 {
				status := contract.OccurrenceStatus(c.one([]string{"scheduled", "cancelled", "postponed"}))
				_, err := c.events.SetOccurrenceStatus(organiser(), e.Occurrences[c.rnd.IntN(len(e.Occurrences))].ID, nil, status, "The cook is ill.")
				c.refusable(err)
			}
		}},
		{"delete entry", func() {
			if e, found := c.entry(); found {
				c.refusable(c.events.DeleteEntry(organiser(), e.ID, e.Version))
			}
		}},
		{"keep up", func() { c.refusable(c.events.KeepUp(c.ctx)) }},
		{"rename calendar", func() { c.editCalendar(events.CalendarFields{Name: ptr(fmt.Sprintf("Calendar %d", n()))}) }},
		{"move calendar", func() { c.editCalendar(events.CalendarFields{Slug: ptr(fmt.Sprintf("calendar-%d", c.rnd.IntN(20)))}) }},
		{"describe calendar", func() { c.editCalendar(events.CalendarFields{Description: ptr(fmt.Sprintf("For %d.", n()))}) }},
		{"calendar's place", func() { c.editCalendar(events.CalendarFields{Position: ptr(c.rnd.IntN(5))}) }},
		{"place calendar", func() { c.editCalendar(events.CalendarFields{Placements: c.placements()}) }},
		{"archive calendar", func() { c.editCalendar(events.CalendarFields{Archived: ptr(c.rnd.IntN(2) == 0)}) }},
		{"rename venue", func() {
			v, err := c.events.Venue(c.ctx, string(any1(c, c.on.venues)))
			if err == nil {
				_, err = c.events.UpdateVenue(organiser(), string(v.ID), v.Version, events.VenueFields{Name: ptr(fmt.Sprintf("Hall %d", n()))})
			}
			c.refusable(err)
		}},
		{"midnight", func() { c.clock.Advance(time.Duration(1+c.rnd.IntN(72)) * time.Hour) }},
	}
}

// eventful fails where hardly anything of events is in a tree, or hardly any change was made.
func (c *chaos) eventful() {
	c.t.Helper()
	kinds := map[string]int{}
	for name := range c.tree() {
		switch dir := filepath.Dir(name); {
		case strings.Contains(name, "/ics/calendars/") && strings.Count(name, "/") == 4:
			kinds["feeds of entries"]++
		case strings.Contains(name, "/_fragments/calendar/"):
			kinds["fragments"]++
		case strings.HasPrefix(dir, "main/events/") && strings.Count(dir, "/") == 4:
			kinds["dates"]++
		case strings.HasPrefix(dir, "main/events/") && strings.Count(dir, "/") == 3:
			kinds["series, months and archives"]++
		}
	}
	for kind, least := range map[string]int{"feeds of entries": 3, "fragments": 12, "dates": 10, "series, months and archives": 10} {
		if kinds[kind] < least {
			c.t.Errorf("only %d %s", kinds[kind], kind)
		}
	}
	if c.on.done < c.on.refused {
		c.t.Errorf("%d changes were made and %d refused", c.on.done, c.on.refused)
	}
	c.t.Logf("%v, %d changes, %d refused", kinds, c.on.done, c.on.refused)
}

// readable fails where a file holds what visitors are not to read, or a feed is not as calendar
// programs read it.
func (c *chaos) readable() {
	c.t.Helper()
	for name, body := range c.tree() {
		if strings.Contains(body, canary) {
			c.t.Errorf("%s holds private words", name)
		}
		if filepath.Ext(name) != ".ics" {
			continue
		}
		if faults := ical.Lint([]byte(body)); len(faults) > 0 {
			c.t.Errorf("%s: %v", name, faults)
		}
	}
}

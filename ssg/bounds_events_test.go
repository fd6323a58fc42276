// What each event of calendars costs on a site of a thousand entries.

package ssg_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/events"
	"rose-ash.com/roseash/api/shared/contract"
)

// programme is a world of a thousand entries in four calendars, one each on a day, from 20 days
// ago on; entry i is entry-i. Entry 0 is a weekly series of 30 dates instead. Of the calendars
// one is shown by the market and one by a post.
type programme struct {
	*world
	calendars []contract.CalendarID
	entries   []contract.EntryID
	venue     contract.VenueID
}

const (
	programmed    = 1000
	weekly        = 30 // dates of the series
	perDay        = 4
	before        = 20 // days of it that are over
	calendarPages = 1  // a list of what comes, or an archive
	fragments     = 3
)

func newProgramme(t *testing.T) *programme {
	t.Helper()
	w := &programme{world: newWorld(t, nil)}
	post := w.publish("Shows a calendar", nil)
	for i := range perDay {
		places := []contract.CalendarPlacement{}
		switch i {
		case 2:
			places = append(places, contract.CalendarPlacement{ContainerType: contract.InMarket, View: contract.ViewNext})
		case 3:
			places = append(places, contract.CalendarPlacement{ContainerType: contract.InPost, ContainerID: string(post.ID), View: contract.ViewList})
		}
		c, err := w.events.CreateCalendar(organiser(), events.CalendarFields{Name: ptr(fmt.Sprintf("Calendar %d", i)), Slug: ptr(fmt.Sprintf("calendar-%d", i)), Timezone: ptr("UTC"), Placements: &places})
		must(t, err)
		w.calendars = append(w.calendars, c.ID)
	}
	v, err := w.events.CreateVenue(organiser(), events.VenueFields{Name: ptr("The hall"), Slug: ptr("hall")})
	must(t, err)
	w.venue = v.ID
	for i := range programmed {
		w.entries = append(w.entries, w.newEntry(i, func(f *events.EntryFields) {
			switch i {
			case 0:
				f.RRule = ptr(fmt.Sprintf("FREQ=WEEKLY;COUNT=%d", weekly))
			case 601:
				f.Venue = &w.venue
			}
		}))
	}
	w.drain()
	return w
}

// newEntry makes an entry on its day.
func (w *programme) newEntry(i int, change func(*events.EntryFields)) contract.EntryID {
	w.t.Helper()
	start := w.clock.Now().Truncate(24*time.Hour).AddDate(0, 0, i/perDay-before).Add(19 * time.Hour)
	f := events.EntryFields{
		Calendar: &w.calendars[i%perDay], Title: ptr(fmt.Sprintf("Entry %d", i)), Slug: ptr(fmt.Sprintf("entry-%d", i)), Description: ptr("Words."),
		LocalStart: local(start, false), LocalEnd: local(start.Add(2*time.Hour), false),
	}
	if change != nil {
		change(&f)
	}
	made, err := w.events.CreateEntry(organiser(), events.EntryToMake{EntryFields: f, State: contract.EntryConfirmed})
	must(w.t, err)
	return made.ID
}

func (w *programme) edit(i int, f events.EntryFields) {
	w.t.Helper()
	e, err := w.events.Entry(organiser(), w.entries[i])
	if err == nil {
		_, err = w.events.UpdateEntry(organiser(), e.ID, e.Version, events.EntryEdit{EntryFields: f})
	}
	must(w.t, err)
}

// TestBoundsOfEvents: changing one of a thousand entries rewrites its pages, its feeds and the
// lists that show what has changed of it, and nothing else.
func TestBoundsOfEvents(t *testing.T) {
	t.Parallel()
	w := newProgramme(t)
	feed := w.tree()["main/ics/all.ics"]
	if n := strings.Count(feed, "BEGIN:VEVENT"); n != programmed {
		t.Fatalf("the feed of all has %d entries", n)
	}
	const (
		// Of an entry with one date: its page and file; that there is none of a series is
		// found out too.
		own   = 2
		none  = 1
		feeds = 2 // of the calendar, of all
		month = 2 // of the calendar, of all
		part  = 1 // of the sitemap
		// Lists of what comes: of the calendar and of all, with their fragments "list" and
		// "next", and the blog's home.
		coming = 2*(calendarPages+2) + 1
		day    = 1 + perDay + 1 + perDay + fragments*(1+perDay) + 1 + 1 + 1 // calendars, archives, fragments, home, market, post
	)
	for _, b := range []struct {
		event    string
		rendered int
		changed  int
		do       func()
	}{
		{"description of an entry", own + none + feeds, own + feeds, func() { w.edit(600, events.EntryFields{Description: ptr("Other words.")}) }},
		{"description of one that the market shows", own + none + feeds + 1, own + feeds + 1, func() { w.edit(602, events.EntryFields{Description: ptr("Other words.")}) }},
		{"description of one under a post", own + none + feeds + 1, own + feeds + 1, func() { w.edit(603, events.EntryFields{Description: ptr("Other words.")}) }},
		{"title of an entry", own + none + feeds + month, own + feeds + month, func() { w.edit(604, events.EntryFields{Title: ptr("Renamed")}) }},
		{"slug of an entry", own + none + feeds + month + part, 2*own + feeds + month + part, func() { w.edit(608, events.EntryFields{Slug: ptr("moved")}) }},
		// This month's fragments too.
		{"title of what comes next", own + none + feeds + month + coming + 2, own + feeds + month + coming + 2, func() { w.edit(perDay*before, events.EntryFields{Title: ptr("Renamed")}) }},
		// How many dates a month has stands in the archive, and the lists know when there are none.
		{"a new entry", own + none + feeds + month + part + 4*calendarPages, own + feeds + month + part, func() { w.newEntry(612, func(f *events.EntryFields) { f.Slug = ptr("new") }) }},
		{"venue renamed", own + none + feeds + month, own + feeds, func() {
			v, err := w.events.Venue(organiser(), string(w.venue))
			must(t, err)
			_, err = w.events.UpdateVenue(organiser(), string(v.ID), v.Version, events.VenueFields{Name: ptr("The old hall")})
			must(t, err)
		}},
		{"one of a series' dates cancelled", weekly + own + feeds + month, own + 5 + feeds + month, func() {
			e, err := w.events.Entry(organiser(), w.entries[0])
			must(t, err)
			_, err = w.events.SetOccurrenceStatus(organiser(), e.Occurrences[20].ID, nil, contract.Cancelled, "The cook is ill.")
			must(t, err)
		}},
		{"an entry taken away", own + none + feeds + month + part + 4*calendarPages, own + feeds + month + part, func() {
			e, err := w.events.Entry(organiser(), w.entries[620])
			must(t, err)
			f := events.EntryFields{Kind: ptr(contract.EntryPrivate)}
			_, err = w.events.UpdateEntry(organiser(), e.ID, e.Version, events.EntryEdit{EntryFields: f})
			must(t, err)
		}},
		{"a post", 5, 5, func() { w.publish("Other things", func(f *blog.PostFields) { f.Tags = ptr([]string{}) }) }},
		// What was on that day is over: four pages, of which one is also that of a series.
		{"midnight", day + perDay + 1, day, func() { w.clock.Set(w.clock.Now().Truncate(24*time.Hour).AddDate(0, 0, 1)) }},
	} {
		w.steps = nil
		b.do()
		w.clock.Advance(time.Second)
		w.drain()
		rendered, changed := 0, 0
		for _, s := range w.steps {
			rendered, changed = rendered+s.Rendered, changed+s.Written+s.Deleted
		}
		t.Logf("%-42s rendered %3d of at most %3d, changed %3d of at most %3d", b.event, rendered, b.rendered, changed, b.changed)
		if rendered > b.rendered || changed > b.changed || changed == 0 {
			t.Errorf("%s: %d pages rendered, at most %d; %d changed, at most %d", b.event, rendered, b.rendered, changed, b.changed)
		}
	}
	w.equalsFull()
}

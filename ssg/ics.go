// iCalendar files: of an entry, of a calendar, of all, and of the calendars that something
// shows. They have no METHOD, so that programs take them as something to subscribe to.

package ssg

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/ical"
	"rose-ash.com/roseash/api/shared/urls"
)

// feedRefresh is how often a program is asked to fetch a feed again.
const feedRefresh = time.Hour

// icsFile is the iCalendar file that the unit names; nil where there is none: of a private
// entry, of a post that is not public or shows no calendar.
func (r *Renderer) icsFile(from *reader) (*Page, error) {
	s := r.scene(from, urls.Events)
	switch id := from.unit.ID; {
	case id == feedOfAll:
		return s.feedFile(urls.AllICS(), ical.Calendar{
			Name: s.settings.Title, Description: s.settings.Description, URL: s.absolute(urls.Home()),
		}, from.feed(""))
	case id == feedOfMarket:
		return s.placedFile(from, urls.MarketICS(), contract.InMarket, ical.Calendar{
			Name: s.settings.Title + " – Market", URL: r.sites.URL(urls.Market, urls.Home()),
		})
	case isCalendar(id):
		if c, found := from.calendar(contract.CalendarID(id)); found {
			return s.feedFile(urls.CalendarICS(c.Slug), ical.Calendar{
				Name: c.Name, Description: c.Description, Colour: c.Colour, Zone: c.Timezone, URL: s.absolute(urls.Calendar(c.Slug)),
			}, from.feed(c.ID))
		}
	case isEntry(id):
		if e, found := from.entry(contract.EntryID(id)); found && !e.Busy && len(e.Occurrences) > 0 {
			return s.entryFile(e)
		}
	default:
		if post, found := from.postCard(contract.PostID(id)); found {
			return s.placedFile(from, urls.PageICS(id), contract.InPost, ical.Calendar{
				Name: post.Title + " – " + s.settings.Title, URL: r.sites.URL(urls.Blog, post.Path),
			})
		}
	}
	return nil, nil
}

// entryFile is an entry with all its dates.
func (s scene) entryFile(e contract.Entry) (*Page, error) {
	return s.feedFile(urls.EntryICS(e.Calendar.Slug, e.Slug), ical.Calendar{
		Name: e.Title, Colour: e.Calendar.Colour, URL: s.absolute(entryPath(e)),
	}, []contract.Entry{e})
}

// placedFile has the entries of the calendars that something shows.
func (s scene) placedFile(from *reader, at string, container contract.ContainerType, c ical.Calendar) (*Page, error) {
	id := from.unit.ID
	if container == contract.InMarket {
		id = ""
	}
	var entries []contract.Entry
	placed := from.batch.placedCalendars(container, id)
	for _, p := range placed {
		entries = append(entries, from.feed(p.calendar)...)
	}
	if len(placed) == 0 {
		return nil, nil
	}
	return s.feedFile(at, c, entries)
}

// feedFile is an iCalendar file at the root of the origin of events. Entries come in the order
// of their ids, which is that of their making: what is changed stays in its place.
func (s scene) feedFile(at string, c ical.Calendar, entries []contract.Entry) (*Page, error) {
	c.Refresh, c.Zone = feedRefresh, cmp.Or(c.Zone, s.settings.Timezone)
	slices.SortFunc(entries, func(a, b contract.Entry) int { return strings.Compare(string(a.ID), string(b.ID)) })
	links := ical.Links{
		Entry: func(e contract.Entry) string { return s.absolute(entryPath(e)) },
		Occurrence: func(e contract.Entry, o contract.Occurrence) string {
			return s.absolute(urls.Entry(e.Calendar.Slug, e.Slug, o.Slug))
		},
	}
	for _, e := range entries {
		if e.Image != nil {
			image := *e.Image
			image.URL = s.outside(image.URL)
			e.Image = &image
		}
		events, err := ical.Events(e, links)
		if err != nil {
			return nil, err
		}
		c.Events = append(c.Events, events...)
	}
	body, err := c.Bytes()
	if err != nil {
		return nil, err
	}
	return s.r.rootFile(urls.Events, at, body), nil
}

// entryPath is where an entry can be read: with all its dates, or its only one.
func entryPath(e contract.Entry) string {
	if single(&e) {
		return urls.Entry(e.Calendar.Slug, e.Slug, e.Occurrences[0].Slug)
	}
	return urls.Series(e.Calendar.Slug, e.Slug)
}

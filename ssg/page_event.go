// What pages of events are made of: cards of dates, places, links between calendars.

package ssg

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// eventScene makes what shows dates. Abroad, on other sites, all addresses are absolute.
type eventScene struct {
	scene
	abroad bool
}

func (r *Renderer) eventScene(from *reader) eventScene {
	return eventScene{scene: r.scene(from, urls.Events)}
}

// dates makes dates for a page of any app.
func (s scene) dates() eventScene { return eventScene{scene: s} }

// at is the address of a page of events.
func (s eventScene) at(path string) string {
	if s.abroad {
		return s.r.sites.URL(urls.Events, path)
	}
	return s.link(urls.Events, path)
}

// calendarPath is the path in events of a calendar, "" being all of them.
func calendarPath(slug string) string {
	if slug == "" {
		return urls.Home()
	}
	return urls.Calendar(slug)
}

func (s eventScene) calendarTag(c contract.CalendarLink) site.Tag {
	return site.Tag{Link: site.Link{Text: c.Name, URL: s.at(urls.Calendar(c.Slug))}, Color: c.Colour}
}

// card is a date in a list; mixed says that the list is of several calendars.
func (s eventScene) card(c contract.OccurrenceCard, mixed bool) site.EventCard {
	when := spanOfCard(c)
	card := site.EventCard{
		Title: c.Title, Summary: c.Summary, Day: eventDay(when.start), Start: when.machine(when.start, c.StartsAt), Time: when.short(),
		Zone: when.zoneWords(s.settings.Timezone), Place: placeWords(c), Busy: c.Busy,
	}
	if !c.Busy {
		card.URL, card.Status = s.at(datePath(c)), statusWords[c.Status]
	}
	if mixed {
		tag := s.calendarTag(c.Entry.Calendar)
		card.Calendar = &tag
	}
	return card
}

func (s eventScene) cards(dates []contract.OccurrenceCard, mixed bool) []site.EventCard {
	var cards []site.EventCard
	for _, c := range dates {
		cards = append(cards, s.card(c, mixed))
	}
	return cards
}

func datePath(c contract.OccurrenceCard) string {
	return urls.Entry(c.Entry.Calendar.Slug, c.Entry.Slug, c.Slug)
}

// statusWords is what has become of a date; a scheduled one says nothing.
var statusWords = map[contract.OccurrenceStatus]string{contract.Cancelled: "Cancelled", contract.Postponed: "Postponed"}

// placeWords is where a date is, in a line.
func placeWords(c contract.OccurrenceCard) string {
	switch {
	case c.Busy:
		return ""
	case c.Attendance == contract.Online:
		return "Online"
	case c.Attendance == contract.Mixed && c.Place != "":
		return c.Place + " and online"
	case c.Attendance == contract.Mixed:
		return "In person and online"
	}
	return c.Place
}

// cardOf is a date of an entry as lists have it.
func cardOf(e contract.Entry, o contract.Occurrence) contract.OccurrenceCard {
	c := contract.OccurrenceCard{
		ID: o.ID, Slug: o.Slug, Entry: e.EntryLink, State: e.State, Status: statusOf(e, o), Title: cmp.Or(o.Title, e.Title), Summary: cmp.Or(o.Summary, e.Summary),
		Busy: e.Busy, Series: len(e.Occurrences) > 1, Timezone: e.Timezone, AllDay: e.AllDay, LocalStart: o.LocalStart, LocalEnd: o.LocalEnd,
		StartsAt: o.StartsAt, EndsAt: o.EndsAt, Attendance: e.Attendance,
	}
	if v := venueOf(e, o); v != nil {
		c.Place = v.Name
	}
	return c
}

// statusOf is what a visitor is told of a date: what became of the entry counts for it too.
func statusOf(e contract.Entry, o contract.Occurrence) contract.OccurrenceStatus {
	switch {
	case o.Status == contract.Cancelled || e.State == contract.EntryCancelled:
		return contract.Cancelled
	case o.Status == contract.Postponed || e.State == contract.EntryPostponed:
		return contract.Postponed
	}
	return contract.Scheduled
}

// venueOf is where a date is; nil online.
func venueOf(e contract.Entry, o contract.Occurrence) *contract.Venue {
	switch {
	case e.Attendance == contract.Online:
		return nil
	case o.Venue != nil:
		return o.Venue
	}
	return e.Venue
}

// onlineURL is where everybody may take part from afar; empty where it is for those who have a
// place.
func onlineURL(e contract.Entry, o contract.Occurrence) string {
	if e.Attendance == contract.InPerson || !e.OnlinePublic {
		return ""
	}
	return cmp.Or(o.OnlineURL, e.OnlineURL)
}

// onlineWords say how one takes part from afar; empty where one cannot.
func onlineWords(e contract.Entry, address string) string {
	switch {
	case e.Attendance == contract.InPerson:
		return ""
	case address != "":
		return "Join online"
	case e.Attendance == contract.Mixed:
		return "You can take part online too. Those who have a place get the address."
	}
	return "Those who have a place get the address."
}

func placeOf(v *contract.Venue) *site.Place {
	if v == nil {
		return nil
	}
	p := &site.Place{Name: v.Name, MapURL: mapURL(v), Website: v.Website, Features: featureWords(*v), Note: v.AccessibilityNote}
	for _, line := range []string{v.Street, v.Locality, strings.TrimSpace(v.Region + " " + v.PostalCode)} {
		if line != "" {
			p.Address = append(p.Address, line)
		}
	}
	if v.Country != "" && len(p.Address) > 0 {
		p.Address = append(p.Address, site.Country(v.Country))
	}
	return p
}

// mapURL is a map of a place on OpenStreetMap: a link, nothing is fetched from there.
func mapURL(v *contract.Venue) string {
	const maps = "https://www.openstreetmap.org/"
	if v.Latitude != nil && v.Longitude != nil {
		lat, lon := coordinate(*v.Latitude), coordinate(*v.Longitude)
		return maps + "?" + url.Values{"mlat": {lat}, "mlon": {lon}}.Encode() + "#map=17/" + lat + "/" + lon
	}
	if address := addressLine(v); address != "" {
		return maps + "search?" + url.Values{"query": {address}}.Encode()
	}
	return ""
}

func coordinate(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// addressLine is an address in one line, without the name; empty where there is none.
func addressLine(v *contract.Venue) string {
	parts := []string{v.Street, v.Locality, v.Region, v.PostalCode, site.Country(v.Country)}
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), ", ")
}

// trail is the way from all events to a calendar, and on to what is in it.
func (s eventScene) trail(c contract.CalendarLink, on ...site.Link) []site.Link {
	trail := []site.Link{{Text: "Events", URL: s.at(urls.Home())}}
	if c.Slug != "" {
		trail = append(trail, s.calendarTag(c).Link)
	}
	return append(trail, on...)
}

// byDay puts dates, which are in the order of time, under the days on which they begin, and
// these under their months. month is the address of a month as a table.
func (s eventScene) byDay(dates []contract.OccurrenceCard, mixed bool, month func(string) string) []site.EventMonth {
	days := map[string][]site.EventCard{}
	var order []string
	for _, c := range dates {
		card := s.card(c, mixed)
		if days[card.Day.ISO] == nil {
			order = append(order, card.Day.ISO)
		}
		days[card.Day.ISO] = append(days[card.Day.ISO], card)
	}
	slices.Sort(order)
	var months []site.EventMonth
	for _, iso := range order {
		if name := monthName(monthOf(iso)); len(months) == 0 || months[len(months)-1].Name != name {
			months = append(months, site.EventMonth{Name: name, URL: month(monthOf(iso))})
		}
		m := &months[len(months)-1]
		m.Days = append(m.Days, site.EventDates{EventDay: days[iso][0].Day, Events: days[iso]})
	}
	return months
}

// grid is a month as a table, what lasts several days standing on each of them.
func (s eventScene) grid(month string, dates []contract.OccurrenceCard, mixed bool) site.MonthGrid {
	first := firstOfMonth(month)
	grid := site.MonthGrid{Month: month, Name: monthName(month), Zone: s.settings.Timezone}
	events := map[time.Time][]site.EventCard{}
	for _, c := range dates {
		when := spanOfCard(c)
		card := s.card(c, mixed)
		last := when.last()
		if !when.long() {
			last = day(when.start) // an evening that ends after midnight is that day's
		}
		for d := later(day(when.start), first); !d.After(last) && monthOf(d.Format(time.DateOnly)) == month; d = d.AddDate(0, 0, 1) {
			card.Time = when.on(d)
			events[d] = append(events[d], card)
		}
	}
	for d := first.AddDate(0, 0, -(int(first.Weekday())+6)%7); !d.After(first.AddDate(0, 1, -1)); {
		week := make([]site.MonthDay, 7)
		for i := range week {
			if d.Month() == first.Month() {
				week[i] = site.MonthDay{EventDay: eventDay(d), Events: events[d]}
			}
			d = d.AddDate(0, 0, 1)
		}
		grid.Weeks = append(grid.Weeks, week)
	}
	return grid
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

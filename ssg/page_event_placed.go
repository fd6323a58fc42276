// Calendars on pages that are about something else, and on other sites.

package ssg

import (
	"bytes"
	"cmp"
	"context"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// placedCalendars are those that a home, a post or a page shows.
func (s scene) placedCalendars(from *reader, container contract.ContainerType, id string) []site.PlacedCalendar {
	var views []site.PlacedCalendar
	for _, p := range from.placedCalendars(container, id) {
		views = append(views, s.dates().placed(p.Calendar, p.View, p.Cards, monthOf(from.today())))
	}
	return views
}

// homeCalendars are those that the blog's home shows; where nobody has said which, the next
// dates of all, if there are any.
func (s scene) homeCalendars(from *reader) []site.PlacedCalendar {
	if placed := s.placedCalendars(from, contract.InSite, ""); len(placed) > 0 {
		return placed
	}
	cards := from.upcoming(nil, comingPlaced)
	if len(cards) == 0 {
		return nil
	}
	d := s.dates()
	return []site.PlacedCalendar{{Link: site.Link{Text: "What is on", URL: d.at(urls.Home())}, Next: d.cards(cards, true)}}
}

// placed is a calendar in a view; the zero calendar is all of them. month is the day's.
func (s eventScene) placed(c contract.Calendar, view contract.CalendarView, cards []contract.OccurrenceCard, month string) site.PlacedCalendar {
	mixed := c.ID == ""
	p := site.PlacedCalendar{
		Link: site.Link{Text: cmp.Or(c.Name, "What is on"), URL: s.at(calendarPath(c.Slug))}, Color: c.Colour,
		WebcalURL: webcalAddress(s.feedAddress(feedPath(c.Slug))),
	}
	switch view {
	case contract.ViewMonth:
		grid := s.grid(month, cards, mixed)
		p.Grid = &grid
	case contract.ViewNext:
		p.Next = s.cards(cards, mixed)
	default:
		p.Months = s.byDay(cards, mixed, func(string) string { return "" })
	}
	return p
}

// fragmentPage is a calendar for other sites, as a document of its own.
func (r *Renderer) fragmentPage(ctx context.Context, from *reader) (*Page, error) {
	s := r.eventScene(from)
	s.abroad = true
	id, view := fragmentOf(from.unit)
	c, found := s.calendarOf(from, id)
	if !found {
		return nil, nil
	}
	var some []contract.CalendarID
	name := "all"
	if id != "" {
		some, name = []contract.CalendarID{id}, string(id)
	} else {
		c.Name = s.settings.Title
	}
	var cards []contract.OccurrenceCard
	month := monthOf(from.today())
	switch view {
	case contract.ViewMonth:
		cards = from.month(id, month)
	case contract.ViewNext:
		cards = from.upcoming(some, comingNext)
	default:
		cards = from.upcoming(some, comingEmbedded)
	}
	page := site.FragmentPage{
		Lang: s.settings.Locale, Title: c.Name + " – " + s.settings.Title, Assets: s.r.assets, PlacedCalendar: s.placed(c, view, cards, month),
	}
	if c.Name == s.settings.Title {
		page.Title = c.Name
	}
	var body bytes.Buffer
	if err := site.Fragment(page).Render(ctx, &body); err != nil {
		return nil, err
	}
	return r.rootFile(urls.Events, urls.CalendarFragment(name, string(view)), body.Bytes()), nil
}

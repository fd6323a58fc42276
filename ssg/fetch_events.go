// Which reads units of events need, and those parts of other units that show calendars.

package ssg

import (
	"context"
	"slices"
	"strconv"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
)

// eventsNeeds is what some units read of events.
type eventsNeeds struct {
	calendars bool
	entries   []contract.EntryID
	coming    []contract.CalendarID
	months    []contract.CalendarID
	inMonth   []monthRef
	listed    []contract.CalendarID
	shownOn   []placedUnit
	feedsOf   []placedUnit // feeds of the calendars that something shows
	fragments []Unit
}

// placedUnit is something that may show calendars.
type placedUnit struct {
	container contract.ContainerType
	id        string
}

// addEvents adds what a unit reads of events.
func (n *needs) addEvents(u Unit) {
	e := &n.events
	switch u.Kind {
	case kindHome:
		if u.Page == 0 {
			e.coming, e.shownOn = append(e.coming, ""), append(e.shownOn, placedUnit{contract.InSite, ""})
		}
	case kindMarket:
		e.shownOn = append(e.shownOn, placedUnit{contract.InMarket, ""})
	case kindPost:
		e.shownOn = append(e.shownOn, placedUnit{contract.InPost, u.ID})
	case kindOccurrence:
		id, _ := occurrenceOf(u)
		e.entries = append(e.entries, id)
	case kindEntry:
		e.entries = append(e.entries, contract.EntryID(u.ID))
	case kindMonth:
		at := monthOfUnit(u)
		e.months, e.inMonth = append(e.months, at.calendar), append(e.inMonth, at)
	case kindCalendar:
		e.coming, e.months = append(e.coming, contract.CalendarID(u.ID)), append(e.months, contract.CalendarID(u.ID))
	case kindArchive:
		e.months = append(e.months, contract.CalendarID(u.ID))
	case kindFragment:
		e.fragments = append(e.fragments, u)
	case kindICS:
		n.addFeed(u)
	case kindSitemap:
		if u.ID != listEvents && u.ID != listDates {
			return
		}
	case kindIndex:
	default:
		return
	}
	e.calendars = true
}

// addFeed adds what an iCalendar file reads.
func (n *needs) addFeed(u Unit) {
	e := &n.events
	switch {
	case u.ID == feedOfAll:
		e.listed = append(e.listed, "")
	case u.ID == feedOfMarket:
		e.feedsOf = append(e.feedsOf, placedUnit{contract.InMarket, ""})
	case isCalendar(u.ID):
		e.listed = append(e.listed, contract.CalendarID(u.ID))
	case isEntry(u.ID):
		e.entries = append(e.entries, contract.EntryID(u.ID))
	default:
		e.feedsOf = append(e.feedsOf, placedUnit{contract.InPost, u.ID})
		n.cards = append(n.cards, contract.PostID(u.ID))
	}
}

// fetchEvents reads what units need of events.
func (b *batch) fetchEvents(ctx context.Context, n *needs) error {
	e := &n.events
	if !e.calendars {
		return nil
	}
	if err := b.loadCalendars(ctx); err != nil {
		return err
	}
	month := monthOf(b.day)
	show := func(id contract.CalendarID, view contract.CalendarView) {
		if view == contract.ViewMonth {
			e.inMonth, e.months = append(e.inMonth, monthRef{id, month}), append(e.months, id)
		} else {
			e.coming = append(e.coming, id)
		}
	}
	for _, at := range e.shownOn {
		for _, p := range b.placedCalendars(at.container, at.id) {
			show(p.calendar, p.view)
		}
	}
	for _, u := range e.fragments {
		show(fragmentOf(u))
	}
	for _, at := range e.feedsOf {
		for _, p := range b.placedCalendars(at.container, at.id) {
			e.listed = append(e.listed, p.calendar)
		}
	}
	if err := b.loadListed(ctx, e.listed); err != nil {
		return err
	}
	for _, id := range unique(e.listed) {
		e.entries = append(e.entries, b.listed[id]...)
	}
	for _, load := range []func() error{
		func() error { return b.loadEntries(ctx, e.entries) },
		func() error { return b.loadComing(ctx, e.coming) },
		func() error { return b.loadMonths(ctx, e.months) },
		func() error { return b.loadInMonth(ctx, e.inMonth) },
	} {
		if err := load(); err != nil {
			return err
		}
	}
	return nil
}

// numberOf is the number of a month's part of the sitemap, and monthNumbered the month.
func numberOf(month string) int {
	from, _ := monthBounds(month)
	n, _ := strconv.Atoi(from[:4] + from[5:7])
	return n
}

func monthNumbered(n int) string {
	s := strconv.Itoa(n)
	if len(s) != 6 {
		return ""
	}
	return s[:4] + "-" + s[4:]
}

// loadAddresses reads the paths of the pages of a month's dates, and of the series that they
// are of: of all calendars, for what is archived keeps its pages.
func (b *batch) loadAddresses(ctx context.Context, u Unit) error {
	if _, known := b.shards[u]; known {
		return nil
	}
	if err := b.loadCalendars(ctx); err != nil {
		return err
	}
	from, until := monthBounds(monthNumbered(u.Page))
	cards, err := b.src.Events.Dates(ctx, contract.OccurrenceQuery{Calendars: b.calendarIDs(), From: from, Until: until, Public: true})
	paths := []string{}
	for _, c := range cards {
		if monthOf(c.LocalStart) != monthNumbered(u.Page) {
			continue // it stands where it begins
		}
		if c.Series {
			paths = append(paths, urls.Series(c.Entry.Calendar.Slug, c.Entry.Slug))
		}
		paths = append(paths, urls.Entry(c.Entry.Calendar.Slug, c.Entry.Slug, c.Slug))
	}
	b.shards[u] = unique(paths)
	return err
}

// loadDateParts finds the months that have a part of the sitemap.
func (b *batch) loadDateParts(ctx context.Context) error {
	if _, known := b.shardNumbers[listDates]; known {
		return nil
	}
	if err := b.loadCalendars(ctx); err != nil {
		return err
	}
	months, err := b.src.Events.Months(ctx, b.calendarIDs())
	if err != nil {
		return err
	}
	numbers := []int{}
	for _, m := range months {
		u := Unit{Kind: kindSitemap, ID: listDates, Page: numberOf(m.Month)}
		if err := b.loadAddresses(ctx, u); err != nil {
			return err
		}
		if len(b.shards[u]) > 0 {
			numbers = append(numbers, u.Page)
		}
	}
	slices.Sort(numbers)
	b.shardNumbers[listDates] = numbers
	return nil
}

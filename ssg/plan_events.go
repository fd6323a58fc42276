// Planning of calendars, entries and dates, and of the day that passes.

package ssg

import (
	"slices"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
)

// changedEvents sets the values of the facets that calendars, entries and venues have, and
// names the units of changed entries. Pages with lists of dates are not among these: they are
// found by what they show.
func (p *planner) changedEvents(c Change) error {
	if len(c.Entries)+len(c.Venues)+len(c.Calendars) == 0 {
		return nil
	}
	if err := p.loadCalendars(p.ctx); err != nil {
		return err
	}
	if err := p.loadEntries(p.ctx, slices.Concat(c.Entries, c.Venued)); err != nil {
		return err
	}
	c = p.venued(c)
	for _, id := range unique(c.Entries) {
		p.changedEntry(id)
	}
	if len(c.Calendars) > 0 {
		p.changedCalendars(c)
	}
	calendars := unique(slices.Concat([]contract.CalendarID{""}, c.EntriesOf, c.Calendars))
	for _, load := range []func() error{
		func() error { return p.loadComing(p.ctx, calendars) },
		func() error { return p.loadMonths(p.ctx, calendars) },
		func() error { return p.loadListed(p.ctx, calendars) },
	} {
		if err := load(); err != nil {
			return err
		}
	}
	for _, id := range calendars {
		p.calendarDates(id)
	}
	return p.changedMonths(c)
}

// venued takes the entries at changed venues for changed, in all the months they have.
func (p *planner) venued(c Change) Change {
	for _, id := range c.Venues {
		p.Values[key(id, facetLink)] = 0 // unless an entry says what it is now, nobody has the value
	}
	for _, id := range c.Venued {
		e := p.entries[id]
		c.Entries = append(c.Entries, id)
		if e == nil {
			continue
		}
		c.EntriesOf = append(c.EntriesOf, e.Calendar.ID)
		for _, month := range monthsOf(e) {
			c.Months = append(c.Months, monthRef{e.Calendar.ID, month})
		}
		for _, v := range append(venuesOf(e), e.Venue) {
			if v != nil && slices.Contains(c.Venues, v.ID) {
				p.Values[key(v.ID, facetLink)] = hashOf(venueFacet(*v))
			}
		}
	}
	return c
}

func venuesOf(e *contract.Entry) (venues []*contract.Venue) {
	for _, o := range e.Occurrences {
		venues = append(venues, o.Venue)
	}
	return venues
}

// changedEntry names an entry's own units. Those of dates that it has no more are found by
// what they read.
func (p *planner) changedEntry(id contract.EntryID) {
	e := p.entries[id]
	p.value(key(id, facetPage), e != nil, func() any { return entryFacet(*e) })
	p.Values[key(id, facetCard)] = 0
	if e != nil {
		p.Values[key(id, facetCard)] = hashOf(e.EntryLink)
		p.Direct = append(p.Direct, entryUnits(e)...)
	}
}

// changedCalendars sets what is shown of calendars, and names what shows them or did.
func (p *planner) changedCalendars(c Change) {
	r := p.reader(Unit{})
	r.calendars()
	r.all()
	for k, v := range r.reads {
		p.Values[k] = v
	}
	for _, id := range unique(c.Calendars) {
		now := p.calendar(id)
		p.Values[key(id, facetLink)] = 0
		p.value(key(id, facetPage), now != nil, func() any { return calendarFacet(*now) })
		if now != nil {
			p.Values[key(id, facetLink)] = hashOf(now.CalendarLink)
			for _, u := range calendarUnits(id) {
				p.Show[u] = key(id, facetPage)
			}
		}
	}
	for _, at := range c.Containers {
		p.Direct = append(p.Direct, placementUnits(at)...)
	}
	p.Direct = append(p.Direct, Unit{Kind: kindSitemap, ID: listEvents})
}

// calendarDates sets the values of a calendar's lists of dates but the months' own.
func (p *planner) calendarDates(id contract.CalendarID) {
	cards, months, entries := p.coming[id], p.months[id], p.listed[id]
	for _, n := range comingLengths {
		some := firstOf(cards, n)
		p.value(keyComing(id, n), true, func() any { return some })
	}
	p.value(keyMonths(id), true, func() any { return months })
	p.value(keyEntries(id), true, func() any { return entries })
	for _, m := range months {
		b, k := beside(months, m.Month), keyBeside(id, m.Month)
		p.value(k, true, func() any { return b })
		p.Show[monthUnit(id, m.Month)] = k
	}
}

// changedMonths sets the values of months that have or had changed dates, in their calendars,
// in all, and in the sitemap.
func (p *planner) changedMonths(c Change) error {
	var refs []monthRef
	var months []string
	for _, at := range c.Months {
		refs, months = append(refs, at, monthRef{"", at.month}), append(months, at.month)
	}
	// The months of a calendar that has been archived, or is not any more, come or go where all
	// are: those pages read which calendars all are. The pages' addresses are the calendar's.
	for _, id := range c.Calendars {
		for _, m := range p.months[id] {
			months = append(months, m.Month)
		}
	}
	refs, months = unique(refs), unique(months)
	if err := p.loadInMonth(p.ctx, refs); err != nil {
		return err
	}
	for _, at := range refs {
		cards, k := p.inMonth[at], keyMonth(at.calendar, at.month)
		p.value(k, true, func() any { return cards })
		b := beside(p.months[at.calendar], at.month) // the page of a month without dates goes
		p.value(keyBeside(at.calendar, at.month), true, func() any { return b })
	}
	for _, month := range months {
		u := Unit{Kind: kindSitemap, ID: listDates, Page: numberOf(month)}
		if err := p.loadAddresses(p.ctx, u); err != nil {
			return err
		}
		paths, k := p.shards[u], keyAddresses(month)
		p.value(k, true, func() any { return paths })
		if len(paths) > 0 {
			p.Show[u] = k
		}
		p.parts = append(p.parts, u)
	}
	return nil
}

// turn sets the values of what the day is and which days are over, where the pages were made
// for an earlier one.
func (p *planner) turn(was string) {
	if was == p.day {
		return
	}
	p.Values[keyDay] = hashOf(p.day)
	from, err := time.Parse(time.DateOnly, was)
	if err != nil {
		return // no pages were made for any day yet
	}
	for at := from; at.Format(time.DateOnly) < p.day; at = at.AddDate(0, 0, 1) {
		p.Values[keyOver(at.Format(time.DateOnly))] = hashOf(true)
	}
}

// Reading calendars, entries and their dates. A list of dates is one facet, whose value is
// its cards; of each entry that it shows the card is recorded too, so that a page is known by
// what stands on it. Package-wide: the zero CalendarID stands for all calendars that are not
// archived.

package ssg

import (
	"cmp"
	"slices"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
)

// Lengths of lists of what comes; upcoming takes any of these.
const (
	comingNext     = 3  // the view "next"
	comingPlaced   = 5  // on a home, under a post: the view "list"
	comingEmbedded = 20 // in a fragment: the view "list"
	comingPage     = 30 // a calendar's own page
)

var comingLengths = []int{comingNext, comingPlaced, comingEmbedded, comingPage}

// today is the site's local day, "2026-11-24". Whoever reads it is made again each midnight.
func (r *reader) today() string {
	r.recordLink(keyDay, r.day)
	return r.day
}

// over tells whether a date was over when the day began. Where it was not, the page is made
// again in the night after the date, and in no other.
func (r *reader) over(o contract.Occurrence) bool {
	last := r.lastDay(o.EndsAt)
	if last < r.day {
		return true
	}
	r.recordLink(keyOver(last), false)
	return false
}

// calendars are all calendars in their order, archived ones too.
func (r *reader) calendars() []contract.Calendar {
	calendars := make([]contract.Calendar, len(r.batch.calendars))
	for i, c := range r.batch.calendars {
		calendars[i] = calendarFacet(c)
	}
	r.record(keyCalendars, func() any { return calendars })
	return calendars
}

// calendar is a calendar as its own pages show it, without its placements.
func (r *reader) calendar(id contract.CalendarID) (contract.Calendar, bool) {
	c := r.batch.calendar(id)
	if c == nil {
		r.nothing(key(id, facetPage))
		return contract.Calendar{}, false
	}
	calendar := calendarFacet(*c)
	r.record(key(id, facetPage), func() any { return calendar })
	return calendar, true
}

// entry is an entry with its dates.
func (r *reader) entry(id contract.EntryID) (contract.Entry, bool) {
	e := r.entries[id]
	if e == nil {
		r.nothing(key(id, facetPage))
		return contract.Entry{}, false
	}
	entry := entryFacet(*e)
	r.record(key(id, facetPage), func() any { return entry })
	r.calendarLink(e.Calendar)
	r.venue(e.Venue)
	for _, o := range e.Occurrences {
		r.venue(o.Venue)
	}
	return entry, true
}

// occurrence is the unit's own date, with its entry.
func (r *reader) occurrence() (e contract.Entry, o contract.Occurrence, found bool) {
	entry, date := occurrenceOf(r.unit)
	if e, found = r.entry(entry); !found {
		return e, o, false
	}
	at := slices.IndexFunc(e.Occurrences, func(o contract.Occurrence) bool { return o.ID == date })
	if at < 0 {
		return e, o, false
	}
	return e, e.Occurrences[at], true
}

// upcoming are the first n public dates of some calendars that are not over when the day
// begins, cancelled ones too; nil: of all calendars. n is one of the lengths above, or less
// than the greatest.
func (r *reader) upcoming(calendars []contract.CalendarID, n int) []contract.OccurrenceCard {
	r.today()
	if calendars == nil {
		r.all()
		calendars = []contract.CalendarID{""}
	}
	var cards []contract.OccurrenceCard
	for _, id := range calendars {
		some := firstOf(r.batch.coming[id], roundUp(n))
		r.record(keyComing(id, roundUp(n)), func() any { return some })
		cards = append(cards, some...)
	}
	if len(calendars) > 1 {
		slices.SortStableFunc(cards, compareDates)
	}
	return r.dates(firstOf(cards, n))
}

// coming is what a calendar's own page shows of what comes.
func (r *reader) coming(id contract.CalendarID) []contract.OccurrenceCard {
	if id == "" {
		return r.upcoming(nil, comingPage)
	}
	return r.upcoming([]contract.CalendarID{id}, comingPage)
}

// month are the dates of a month, "2026-11", with those of private entries as "Busy".
func (r *reader) month(calendar contract.CalendarID, month string) []contract.OccurrenceCard {
	if calendar == "" {
		r.all()
	}
	cards := r.inMonth[monthRef{calendar, month}]
	r.record(keyMonth(calendar, month), func() any { return cards })
	return r.dates(cards)
}

// months are those that have dates, in their order.
func (r *reader) months(calendar contract.CalendarID) []contract.MonthCount {
	if calendar == "" {
		r.all()
	}
	months := r.batch.months[calendar]
	r.record(keyMonths(calendar), func() any { return months })
	return months
}

// monthsBeside are the nearest months before and after one that have dates, empty where
// there is none. Months must not be read for that: they change with each date.
func (r *reader) monthsBeside(calendar contract.CalendarID, month string) (before, after string) {
	b := r.besideMonth(calendar, month)
	return b.Before, b.After
}

// hasMonth tells whether a month has dates and so a page.
func (r *reader) hasMonth(calendar contract.CalendarID, month string) bool {
	return r.besideMonth(calendar, month).There
}

func (r *reader) besideMonth(calendar contract.CalendarID, month string) besideMonth {
	if calendar == "" {
		r.all()
	}
	b := beside(r.batch.months[calendar], month)
	r.record(keyBeside(calendar, month), func() any { return b })
	return b
}

// placedCalendar is a calendar that something shows besides its own pages: with View "next"
// the next date, with "list" the next five, with "month" those of the day's month.
type placedCalendar struct {
	Calendar contract.Calendar
	View     contract.CalendarView
	Cards    []contract.OccurrenceCard
}

// placedCalendars are the calendars that a home, or the post or page with an id, shows, in
// their order; archived ones are not shown. Which they are is not among what the unit read:
// those that show some are named by the event.
func (r *reader) placedCalendars(container contract.ContainerType, id string) []placedCalendar {
	var placed []placedCalendar
	for _, at := range r.batch.placedCalendars(container, id) {
		c, _ := r.calendar(at.calendar)
		p := placedCalendar{Calendar: c, View: at.view}
		some := []contract.CalendarID{at.calendar}
		switch at.view {
		case contract.ViewNext:
			p.Cards = r.upcoming(some, comingNext)
		case contract.ViewMonth:
			p.Cards = r.month(at.calendar, monthOf(r.today()))
		default:
			p.Cards = r.upcoming(some, comingPlaced)
		}
		placed = append(placed, p)
	}
	return placed
}

// feed are the entries of a calendar's feed.
func (r *reader) feed(calendar contract.CalendarID) []contract.Entry {
	if calendar == "" {
		r.all()
	}
	ids := r.listed[calendar]
	r.record(keyEntries(calendar), func() any { return ids })
	var entries []contract.Entry
	for _, id := range ids {
		if e, found := r.entry(id); found {
			entries = append(entries, e)
		}
	}
	return entries
}

// dates records the links that cards show.
func (r *reader) dates(cards []contract.OccurrenceCard) []contract.OccurrenceCard {
	for _, c := range cards {
		r.recordLink(key(c.Entry.ID, facetCard), c.Entry)
		r.calendarLink(c.Entry.Calendar)
	}
	return cards
}

func (r *reader) calendarLink(c contract.CalendarLink) { r.recordLink(key(c.ID, facetLink), c) }

func (r *reader) venue(v *contract.Venue) {
	if v != nil {
		r.recordLink(key(v.ID, facetLink), venueFacet(*v))
	}
}

// all records which calendars "all" are.
func (r *reader) all() { r.record(keyAll, func() any { return r.batch.active() }) }

// roundUp is the length under which a list of n dates is recorded.
func roundUp(n int) int {
	for _, length := range comingLengths {
		if n <= length {
			return length
		}
	}
	return comingPage
}

func firstOf[T any](items []T, n int) []T { return items[:min(len(items), n)] }

// compareDates is the order of time.
func compareDates(a, b contract.OccurrenceCard) int {
	return cmp.Or(a.StartsAt.Compare(b.StartsAt), cmp.Compare(a.ID, b.ID))
}

// lastDay is the site's local day on which something ends.
func (b *batch) lastDay(ends time.Time) string {
	return ends.Add(-time.Nanosecond).In(b.site.zone).Format(time.DateOnly)
}

// addresses are the paths in the unit's part of the sitemap.
func (r *reader) addresses() []string {
	paths := r.shards[r.unit]
	r.record(keyAddresses(monthNumbered(r.unit.Page)), func() any { return paths })
	return paths
}

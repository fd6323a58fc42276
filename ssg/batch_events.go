// What units read of calendars, entries and dates, fetched with few queries.

package ssg

import (
	"context"
	"slices"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
)

// eventsRead is a batch's part of events. The zero CalendarID stands for all calendars that
// are not archived.
type eventsRead struct {
	day      string    // the site's local day
	midnight time.Time // when it began

	haveCalendars bool
	calendars     []contract.Calendar
	entries       map[contract.EntryID]*contract.Entry
	coming        map[contract.CalendarID][]contract.OccurrenceCard // the first comingPage
	months        map[contract.CalendarID][]contract.MonthCount
	inMonth       map[monthRef][]contract.OccurrenceCard
	listed        map[contract.CalendarID][]contract.EntryID // entries of feeds
}

func newEventsRead(now time.Time, zone *time.Location) eventsRead {
	local := now.In(zone)
	return eventsRead{
		day: local.Format(time.DateOnly), midnight: time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, zone),
		entries: map[contract.EntryID]*contract.Entry{}, coming: map[contract.CalendarID][]contract.OccurrenceCard{},
		months: map[contract.CalendarID][]contract.MonthCount{}, inMonth: map[monthRef][]contract.OccurrenceCard{},
		listed: map[contract.CalendarID][]contract.EntryID{},
	}
}

// loadCalendars reads all calendars.
func (b *batch) loadCalendars(ctx context.Context) (err error) {
	if !b.haveCalendars {
		b.calendars, err = b.src.Events.PublicCalendars(ctx)
		b.haveCalendars = err == nil
	}
	return err
}

func (b *batch) loadEntries(ctx context.Context, ids []contract.EntryID) error {
	return load(ctx, b.entries, ids, b.src.Events.EntriesByID, func(e *contract.Entry) contract.EntryID { return e.ID })
}

// only are the calendars that a query of one is about; nil for all.
func only(id contract.CalendarID) []contract.CalendarID {
	if id == "" {
		return nil
	}
	return []contract.CalendarID{id}
}

// perCalendar fetches what is not yet there of calendars.
func perCalendar[K comparable, V any](into map[K][]V, keys []K, fetch func(K) ([]V, error)) error {
	for _, k := range keys {
		if _, known := into[k]; known {
			continue
		}
		items, err := fetch(k)
		if err != nil {
			return err
		}
		into[k] = items
	}
	return nil
}

// loadComing reads what comes of calendars, as much as is shown anywhere.
func (b *batch) loadComing(ctx context.Context, calendars []contract.CalendarID) error {
	return perCalendar(b.coming, calendars, func(id contract.CalendarID) ([]contract.OccurrenceCard, error) {
		return b.src.Events.Dates(ctx, contract.OccurrenceQuery{Calendars: only(id), After: b.midnight, Public: true, Limit: comingPage})
	})
}

func (b *batch) loadMonths(ctx context.Context, calendars []contract.CalendarID) error {
	return perCalendar(b.months, calendars, func(id contract.CalendarID) ([]contract.MonthCount, error) {
		return b.src.Events.Months(ctx, only(id))
	})
}

func (b *batch) loadInMonth(ctx context.Context, refs []monthRef) error {
	return perCalendar(b.inMonth, refs, func(r monthRef) ([]contract.OccurrenceCard, error) {
		from, until := monthBounds(r.month)
		return b.src.Events.Dates(ctx, contract.OccurrenceQuery{Calendars: only(r.calendar), From: from, Until: until})
	})
}

func (b *batch) loadListed(ctx context.Context, calendars []contract.CalendarID) error {
	return perCalendar(b.listed, calendars, func(id contract.CalendarID) ([]contract.EntryID, error) {
		ids, err := b.src.Events.CalendarEntries(ctx, only(id))
		slices.Sort(ids)
		return ids, err
	})
}

// monthBounds are the first day of a month and of the next; empty ones for what is no month.
func monthBounds(month string) (from, until string) {
	first, err := time.Parse("2006-01", month)
	if err != nil {
		return "9999-12-31", "9999-12-31"
	}
	return first.Format(time.DateOnly), first.AddDate(0, 1, 0).Format(time.DateOnly)
}

func (b *batch) calendar(id contract.CalendarID) *contract.Calendar {
	for i := range b.calendars {
		if b.calendars[i].ID == id {
			return &b.calendars[i]
		}
	}
	return nil
}

// active are the calendars that are not archived.
func (b *batch) active() []contract.CalendarID {
	var ids []contract.CalendarID
	for _, c := range b.calendars {
		if !c.Archived {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// calendarIDs are all calendars, archived ones too; never nil, which would mean others.
func (b *batch) calendarIDs() []contract.CalendarID {
	ids := make([]contract.CalendarID, len(b.calendars))
	for i, c := range b.calendars {
		ids[i] = c.ID
	}
	return ids
}

// placedAt is a calendar that something shows.
type placedAt struct {
	calendar contract.CalendarID
	view     contract.CalendarView
}

// placedCalendars are the calendars that a home, or the post or page with an id, shows.
// Whether it is a post or a page the id says.
func (b *batch) placedCalendars(container contract.ContainerType, id string) (placed []placedAt) {
	for _, c := range b.calendars {
		for _, p := range c.Placements {
			if !c.Archived && p.ContainerID == id && (id != "" || p.ContainerType == container) {
				placed = append(placed, placedAt{c.ID, p.View})
			}
		}
	}
	return placed
}

// single tells an entry that has one date, and so no page of its own besides.
func single(e *contract.Entry) bool { return len(e.Occurrences) == 1 }

// monthsOf are the months that have a date of an entry.
func monthsOf(e *contract.Entry) (months []string) {
	for _, o := range e.Occurrences {
		for month := monthOf(o.LocalStart); month <= monthOf(o.LocalEnd); {
			months = append(months, month)
			_, next := monthBounds(month)
			month = monthOf(next)
		}
	}
	return unique(months)
}

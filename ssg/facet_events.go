// Facets of calendars, entries and dates.

package ssg

import (
	"cmp"
	"strconv"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
)

// thingEvents is the thing of facets that are no one calendar's.
const thingEvents = "events"

// Facets of events as a whole.
const (
	keyDay       = thingEvents + "#day"       // the site's local day
	keyCalendars = thingEvents + "#calendars" // all calendars with what their pages show
	keyAll       = thingEvents + "#all"       // which calendars count where all are meant
)

// keyOver is the key of whether a day is over.
func keyOver(day string) string { return key(thingEvents, "over."+day) }

// dated is the thing whose facets the dates of a calendar are.
func dated(c contract.CalendarID) string { return cmp.Or(string(c), thingEvents) }

func keyComing(c contract.CalendarID, n int) string {
	return key(dated(c), "upcoming."+strconv.Itoa(n))
}
func keyMonth(c contract.CalendarID, month string) string  { return key(dated(c), "month."+month) }
func keyMonths(c contract.CalendarID) string               { return key(dated(c), "months") }
func keyBeside(c contract.CalendarID, month string) string { return key(dated(c), "beside."+month) }
func keyEntries(c contract.CalendarID) string              { return key(dated(c), "entries") }

// keyAddresses is the key of a month's part of the sitemap.
func keyAddresses(month string) string { return key(thingEvents, "addresses."+month) }

// monthRef is a month of a calendar, or of all.
type monthRef struct {
	calendar contract.CalendarID
	month    string
}

// besideMonth is where a month stands among those that have dates.
type besideMonth struct {
	There         bool
	Before, After string
}

// beside finds the place of a month, which need not have dates; months are in order.
func beside(months []contract.MonthCount, month string) (b besideMonth) {
	for _, m := range months {
		switch {
		case m.Month < month:
			b.Before = m.Month
		case m.Month == month:
			b.There = true
		default:
			b.After = m.Month
			return b
		}
	}
	return b
}

// monthOf is the month of a local day or time.
func monthOf(local string) string { return local[:min(len(local), len("2006-01"))] }

func calendarFacet(c contract.Calendar) contract.Calendar {
	c.CreatedAt, c.UpdatedAt, c.Version, c.Placements = time.Time{}, time.Time{}, 0, nil
	return c
}

func entryFacet(e contract.Entry) contract.Entry {
	e.UpdatedAt, e.Version = time.Time{}, 0
	return e
}

func venueFacet(v contract.Venue) contract.Venue {
	v.CreatedAt, v.UpdatedAt, v.Version = time.Time{}, time.Time{}, 0
	return v
}

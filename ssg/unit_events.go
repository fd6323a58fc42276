// Units of events: pages, fragments and feeds of calendars, entries and dates.

package ssg

import (
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
)

// Ids of units that are no one calendar's.
const (
	fragmentsOfAll = "all"    // kindFragment: "all/list"
	feedOfAll      = "all"    // kindICS
	feedOfMarket   = "market" // kindICS: the calendars that the market shows
)

// views are the fragments of a calendar.
var views = []contract.CalendarView{contract.ViewList, contract.ViewMonth, contract.ViewNext}

func occurrenceUnit(e contract.EntryID, o contract.OccurrenceID) Unit {
	return Unit{Kind: kindOccurrence, ID: string(e) + "/" + string(o)}
}

func occurrenceOf(u Unit) (contract.EntryID, contract.OccurrenceID) {
	e, o, _ := strings.Cut(u.ID, "/")
	return contract.EntryID(e), contract.OccurrenceID(o)
}

func monthUnit(c contract.CalendarID, month string) Unit {
	return Unit{Kind: kindMonth, ID: string(c) + "/" + month}
}

func monthOfUnit(u Unit) monthRef {
	c, month, _ := strings.Cut(u.ID, "/")
	return monthRef{contract.CalendarID(c), month}
}

func fragmentUnit(c contract.CalendarID, v contract.CalendarView) Unit {
	id := string(c)
	if id == "" {
		id = fragmentsOfAll
	}
	return Unit{Kind: kindFragment, ID: id + "/" + string(v)}
}

// fragmentOf is the calendar, empty for all, and the view of a fragment.
func fragmentOf(u Unit) (contract.CalendarID, contract.CalendarView) {
	id, view, _ := strings.Cut(u.ID, "/")
	if id == fragmentsOfAll {
		id = ""
	}
	return contract.CalendarID(id), contract.CalendarView(view)
}

func feedUnit(c contract.CalendarID) Unit {
	if c == "" {
		return Unit{Kind: kindICS, ID: feedOfAll}
	}
	return Unit{Kind: kindICS, ID: string(c)}
}

// calendarUnits are the units that each calendar has, and all together, besides months.
func calendarUnits(c contract.CalendarID) []Unit {
	units := []Unit{{Kind: kindCalendar, ID: string(c)}, {Kind: kindArchive, ID: string(c)}, feedUnit(c)}
	for _, v := range views {
		units = append(units, fragmentUnit(c, v))
	}
	return units
}

// entryUnits are the units of an entry that visitors see.
func entryUnits(e *contract.Entry) []Unit {
	units := []Unit{{Kind: kindEntry, ID: string(e.ID)}, {Kind: kindICS, ID: string(e.ID)}}
	for _, o := range e.Occurrences {
		units = append(units, occurrenceUnit(e.ID, o.ID))
	}
	return units
}

// placementUnits are the units that show a calendar besides its own.
func placementUnits(p contract.CalendarPlacement) []Unit {
	switch p.ContainerType {
	case contract.InSite:
		return []Unit{{Kind: kindHome}}
	case contract.InMarket:
		return []Unit{{Kind: kindMarket}, {Kind: kindICS, ID: feedOfMarket}}
	}
	return []Unit{{Kind: kindPost, ID: p.ContainerID}, {Kind: kindICS, ID: p.ContainerID}}
}

func isCalendar[T ~string](id T) bool { return strings.HasPrefix(string(id), "cal_") }
func isEntry[T ~string](id T) bool    { return strings.HasPrefix(string(id), "entry_") }

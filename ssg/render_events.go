// Rendering events: which units have a page. What it shows is in page_event*.go and ics.go.

package ssg

import (
	"context"
	"io/fs"
	"path"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
)

// makeEvents renders a unit of events; nil without an error where it has no page: an entry that
// visitors do not see or of which they know the times only, a series of one date, a month
// without dates.
func (r *Renderer) makeEvents(ctx context.Context, from *reader) (*Page, error) {
	switch from.unit.Kind {
	case kindOccurrence:
		if e, _, found := from.occurrence(); found && !e.Busy {
			return r.occurrencePage(ctx, from)
		}
	case kindEntry:
		if e, found := from.entry(contract.EntryID(from.unit.ID)); found && !e.Busy && len(e.Occurrences) > 1 {
			return r.seriesPage(ctx, from)
		}
	case kindMonth:
		if at := monthOfUnit(from.unit); from.hasMonth(at.calendar, at.month) && from.hasCalendar(at.calendar) {
			return r.monthPage(ctx, from)
		}
	case kindCalendar:
		if from.hasCalendar(contract.CalendarID(from.unit.ID)) {
			return r.calendarPage(ctx, from)
		}
	case kindArchive:
		if from.hasCalendar(contract.CalendarID(from.unit.ID)) {
			return r.archivePage(ctx, from)
		}
	case kindFragment:
		if id, _ := fragmentOf(from.unit); from.hasCalendar(id) {
			return r.fragmentPage(ctx, from)
		}
	case kindICS:
		return r.icsFile(from)
	case kindScript:
		return r.script()
	}
	return nil, nil
}

// hasCalendar tells whether there is a calendar, all of them always being there.
func (r *reader) hasCalendar(id contract.CalendarID) bool {
	if id == "" {
		return true
	}
	_, found := r.calendar(id)
	return found
}

// fixedEvents are the units of events that every site has.
func (r *Renderer) fixedEvents() []Unit {
	return append(calendarUnits(""), Unit{Kind: kindICS, ID: feedOfMarket}, Unit{Kind: kindScript})
}

// script copies the bundled web component to the address that other sites have in their
// pages: that address stays, the bundled file's name does not.
func (r *Renderer) script() (*Page, error) {
	want := strings.TrimSuffix(path.Base(urls.CalendarScript()), ".js")
	names, err := fs.Glob(r.files, want+"-*.js")
	if err != nil || len(names) == 0 {
		return nil, err
	}
	body, err := fs.ReadFile(r.files, names[0])
	return r.rootFile(urls.Events, urls.CalendarScript(), body), err
}

// Resolving addresses of events.

package ssg

import (
	"context"
	"slices"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
)

// locateInEvents takes a path below the home of events: "", "suppers/2026-11/",
// "suppers/soup/2026-11-24/".
func (m *Maker) locateInEvents(ctx context.Context, path string) (Unit, bool, error) {
	segments := strings.Split(strings.TrimSuffix(path, "/"), "/")
	if path == "" {
		return Unit{Kind: kindCalendar}, true, nil
	}
	if u, is := wordInCalendar("", segments[0]); is {
		return u, len(segments) == 1, nil
	}
	calendars, err := m.Sources.Events.PublicCalendars(ctx)
	at := slices.IndexFunc(calendars, func(c contract.Calendar) bool { return c.Slug == segments[0] })
	if err != nil || at < 0 {
		return Unit{}, false, err
	}
	calendar := calendars[at].ID
	if len(segments) == 1 {
		return Unit{Kind: kindCalendar, ID: string(calendar)}, true, nil
	}
	if u, is := wordInCalendar(calendar, segments[1]); is {
		return u, len(segments) == 2, nil
	}
	if !urls.ValidSlug(segments[1]) || len(segments) > 3 {
		return Unit{}, false, nil
	}
	entry, found, err := m.Sources.Events.EntryBySlug(ctx, segments[0], segments[1])
	if err != nil || !found {
		return Unit{}, false, err
	}
	if len(segments) == 2 {
		return Unit{Kind: kindEntry, ID: string(entry)}, true, nil
	}
	entries, err := m.Sources.Events.EntriesByID(ctx, []contract.EntryID{entry})
	for _, e := range entries {
		for _, o := range e.Occurrences {
			if o.Slug == segments[2] {
				return occurrenceUnit(entry, o.ID), true, err
			}
		}
	}
	return Unit{}, false, err
}

// wordInCalendar tells the words that are not an entry's.
func wordInCalendar(calendar contract.CalendarID, word string) (Unit, bool) {
	if urls.CalendarArchive("") == "/"+word+"/" {
		return Unit{Kind: kindArchive, ID: string(calendar)}, true
	}
	if _, err := time.Parse("2006-01", word); err == nil {
		return monthUnit(calendar, word), true
	}
	return Unit{}, false
}

// onlyDate is where an entry can be read whose page is that of its only date.
func (m *Maker) onlyDate(ctx context.Context, u Unit) (location string, err error) {
	if u.Kind != kindEntry {
		return "", nil
	}
	entries, err := m.Sources.Events.EntriesByID(ctx, []contract.EntryID{contract.EntryID(u.ID)})
	for _, e := range entries {
		if !e.Busy && single(&e) {
			return m.Renderer.sites.Path(urls.Events, entryPath(e)), err
		}
	}
	return "", err
}

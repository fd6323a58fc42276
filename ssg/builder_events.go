// Events in full builds, and what they take away.

package ssg

import (
	"context"
	"slices"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/ssg/internal/ssgdb"
)

// walkEvents goes through calendars, their months, and entries with their dates.
func (m *Maker) walkEvents(ctx context.Context) ([]Unit, error) {
	calendars, err := m.Sources.Events.PublicCalendars(ctx)
	if err != nil {
		return nil, err
	}
	var units []Unit
	ids := []contract.CalendarID{}
	for _, c := range calendars {
		ids = append(ids, c.ID)
		units = append(units, calendarUnits(c.ID)...)
		for _, p := range c.Placements {
			if p.ContainerID != "" {
				units = append(units, Unit{Kind: kindICS, ID: p.ContainerID})
			}
		}
	}
	for _, id := range append(ids, "") {
		months, err := m.Sources.Events.Months(ctx, only(id))
		if err != nil {
			return nil, err
		}
		for _, month := range months {
			units = append(units, monthUnit(id, month.Month))
		}
	}
	months, err := m.Sources.Events.Months(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, month := range months {
		units = append(units, Unit{Kind: kindSitemap, ID: listDates, Page: numberOf(month.Month)})
	}
	err = walk(func(cursor string) ([]contract.EntryLink, string, error) {
		return m.Sources.Events.WalkEntries(ctx, cursor)
	},
		func(links []contract.EntryLink) error {
			for some := range slices.Chunk(links, 100) { // each may have hundreds of dates
				entries := make([]contract.EntryID, len(some))
				for i, link := range some {
					entries[i] = link.ID
				}
				whole, err := m.Sources.Events.EntriesByID(ctx, entries)
				if err != nil {
					return err
				}
				for i := range whole {
					if !whole[i].Busy {
						units = append(units, entryUnits(&whole[i])...)
					}
				}
			}
			return ctx.Err()
		})
	return units, err
}

// concealed tells an entry of which visitors are not to see what they may have seen before:
// one that is not public any more, that is private, or whose address online is kept from them.
func concealed(e *contract.Entry) bool {
	return e == nil || e.Busy || e.Attendance != contract.InPerson && !e.OnlinePublic
}

// withdrawnEntries are the pages of changed entries that are not public any more. Of what they
// were only the index knows.
func (b *Builder) withdrawnEntries(ctx context.Context, read *batch, c Change) (pages []Unit, err error) {
	if err := read.loadEntries(ctx, c.Entries); err != nil {
		return nil, err
	}
	var keys []string
	for _, id := range unique(c.Entries) {
		if e := read.entries[id]; e == nil || e.Busy {
			keys = append(keys, key(id, facetPage))
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	rows, err := ssgdb.New(b.Pool).Dependents(ctx, keys)
	for _, r := range rows {
		entry, _, _ := strings.Cut(r.Key, "#")
		if u := parseUnit(r.Unit); u.ID == entry || strings.HasPrefix(u.ID, entry+"/") {
			pages = append(pages, u)
		}
	}
	return pages, err
}

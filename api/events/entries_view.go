// Entries as their rows make them, for those who may know all of them and for those who may not.

package events

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/events/localtime"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/etag"
)

// entriesView are entries with their dates, in the order of rows, in three statements however
// many there are. Those of which sees is false are as visitors see them: a private one says
// only that the time is taken.
func (s *Service) entriesView(ctx context.Context, q *eventsdb.Queries, rows []eventsdb.Entry, sees func(eventsdb.Entry) bool) ([]contract.Entry, error) {
	if len(rows) == 0 {
		return []contract.Entry{}, nil
	}
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	dates, err := q.OccurrencesOfAll(ctx, ids)
	if err != nil {
		return nil, err
	}
	return s.entriesWith(ctx, q, rows, dates, sees)
}

// entriesWith is entriesView with dates that are known, those of an entry in the order of time.
func (s *Service) entriesWith(ctx context.Context, q *eventsdb.Queries, rows []eventsdb.Entry, occurrences []eventsdb.Occurrence, sees func(eventsdb.Entry) bool) ([]contract.Entry, error) {
	entries := make([]contract.Entry, len(rows))
	if len(rows) == 0 {
		return entries, nil
	}
	calendarIDs, venueIDs := make([]uuid.UUID, len(rows)), []uuid.UUID{}
	for i, row := range rows {
		calendarIDs[i] = row.CalendarID
		if row.VenueID != nil {
			venueIDs = append(venueIDs, *row.VenueID)
		}
	}
	dates := make(map[uuid.UUID][]eventsdb.Occurrence, len(rows))
	for _, o := range occurrences {
		dates[o.EntryID] = append(dates[o.EntryID], o)
		if o.VenueID != nil {
			venueIDs = append(venueIDs, *o.VenueID)
		}
	}
	links, err := calendarLinks(ctx, q, calendarIDs)
	if err != nil {
		return nil, err
	}
	venues, err := venuesOfEntries(ctx, q, venueIDs)
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		if entries[i], err = s.viewEntry(row, dates[row.ID], venues, links[row.CalendarID], sees(row)); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// viewEntry is an entry with its dates, which are in the order of time. venues has at least
// those that are named. Who does not see it learns neither an online address that is for those
// who take part nor who proposed it, and of a private one nothing but the times.
func (s *Service) viewEntry(row eventsdb.Entry, dates []eventsdb.Occurrence, venues map[uuid.UUID]contract.Venue, calendar contract.CalendarLink, sees bool) (contract.Entry, error) {
	span, err := seriesOf(row)
	if err != nil {
		return contract.Entry{}, err
	}
	wall := func(t time.Time) string { return localtime.Format(t, row.AllDay) }
	e := contract.Entry{
		EntryLink: contract.EntryLink{ID: entryID(row.ID), Slug: row.Slug, Title: row.Title, Calendar: calendar},
		UID:       row.Uid, Sequence: int(row.Sequence), State: contract.EntryState(row.State), Kind: contract.EntryKind(row.Kind),
		Summary: row.Summary, Description: row.Description, DescriptionHTML: row.DescriptionHtml, Image: row.Image,
		Timezone: row.Timezone, AllDay: row.AllDay, LocalStart: wall(row.LocalStart), LocalEnd: wall(row.LocalEnd),
		RRule: row.Rrule, RDates: mapped(row.Rdates, wall), ExDates: mapped(row.Exdates, wall), Repeats: span.Words(),
		Attendance: contract.Attendance(row.Attendance), Venue: venueIn(venues, row.VenueID), OnlineURL: row.OnlineUrl,
		OnlinePublic: row.OnlinePublic, Organizer: row.Organizer, ProposedBy: contract.UserID(row.ProposedBy),
		Occurrences: make([]contract.Occurrence, len(dates)), PublishedAt: row.PublishedAt, EditedAt: row.EditedAt,
		Version: row.Version, CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt,
	}
	if row.SplitFrom != nil {
		from := entryID(*row.SplitFrom)
		e.SplitFrom = &from
	}
	for i, o := range dates {
		e.Occurrences[i] = viewOccurrence(o, row.AllDay, venues)
	}
	if !sees {
		hide(&e, s.uid(row.ID))
	}
	return e, nil
}

// viewOccurrence is one date with what is its own.
func viewOccurrence(o eventsdb.Occurrence, allDay bool, venues map[uuid.UUID]contract.Venue) contract.Occurrence {
	return contract.Occurrence{
		ID: occurrenceID(o.ID), Slug: o.Slug, Recurrence: localtime.Format(o.RecurrenceLocal, allDay),
		LocalStart: localtime.Format(o.LocalStart, allDay), LocalEnd: localtime.Format(o.LocalEnd, allDay),
		StartsAt: o.StartsAt, EndsAt: o.EndsAt, Adjusted: o.Adjusted, Status: contract.OccurrenceStatus(o.Status), Reason: o.Reason,
		Moved: o.Moved, Kept: o.Kept, PreviousStart: o.PreviousStart,
		Title: orZero(o.Title), Summary: orZero(o.Summary), Description: orZero(o.Description), DescriptionHTML: orZero(o.DescriptionHtml),
		Venue: venueIn(venues, o.VenueID), OnlineURL: orZero(o.OnlineUrl),
	}
}

// hide takes from an entry what visitors do not learn. A private one that came from a file has
// a UID that others chose, and which may tell of it: it is told under uid.
func hide(e *contract.Entry, uid string) {
	e.ProposedBy = ""
	if e.Kind == contract.EntryPrivate {
		reduced := contract.Entry{
			EntryLink: contract.EntryLink{ID: e.ID, Title: busy, Calendar: e.Calendar}, UID: uid, Sequence: e.Sequence, State: e.State,
			Kind: e.Kind, Busy: true, Timezone: e.Timezone, AllDay: e.AllDay, LocalStart: e.LocalStart, LocalEnd: e.LocalEnd,
			RRule: e.RRule, RDates: e.RDates, ExDates: e.ExDates, Repeats: e.Repeats, Attendance: contract.InPerson,
			SplitFrom: e.SplitFrom, Occurrences: e.Occurrences, PublishedAt: e.PublishedAt, EditedAt: e.EditedAt, Version: e.Version,
			CreatedAt: e.CreatedAt, UpdatedAt: e.UpdatedAt,
		}
		for i, o := range reduced.Occurrences {
			reduced.Occurrences[i] = contract.Occurrence{
				ID: o.ID, Recurrence: o.Recurrence, LocalStart: o.LocalStart, LocalEnd: o.LocalEnd, StartsAt: o.StartsAt, EndsAt: o.EndsAt,
				Adjusted: o.Adjusted, Status: o.Status, Moved: o.Moved, Kept: o.Kept, PreviousStart: o.PreviousStart,
			}
		}
		*e = reduced
		return
	}
	if e.OnlinePublic {
		return
	}
	e.OnlineURL = ""
	for i := range e.Occurrences {
		e.Occurrences[i].OnlineURL = ""
	}
}

// entryETag is the entity tag of an entry as it is answered: its dates, its venue and its
// calendar can change without a version of it, and not everybody is told the same.
func entryETag(e contract.Entry) string { return etag.Of(e.Version, e) }

// calendarLinks are links to calendars, by id.
func calendarLinks(ctx context.Context, q *eventsdb.Queries, ids []uuid.UUID) (map[uuid.UUID]contract.CalendarLink, error) {
	rows, err := q.CalendarsOfEntries(ctx, ids)
	links := make(map[uuid.UUID]contract.CalendarLink, len(rows))
	for _, r := range rows {
		links[r.ID] = calendarLink(r.ID, r.Slug, r.Name, r.Colour)
	}
	return links, err
}

// venuesOfEntries are venues by id; the database is asked only where there are any.
func venuesOfEntries(ctx context.Context, q *eventsdb.Queries, ids []uuid.UUID) (map[uuid.UUID]contract.Venue, error) {
	venues := map[uuid.UUID]contract.Venue{}
	if len(ids) == 0 {
		return venues, nil
	}
	rows, err := q.VenuesOfEntries(ctx, ids)
	for _, r := range rows {
		venues[r.ID] = venueView(r)
	}
	return venues, err
}

func venueIn(venues map[uuid.UUID]contract.Venue, ref *uuid.UUID) *contract.Venue {
	if ref == nil {
		return nil
	}
	venue, known := venues[*ref]
	if !known {
		return nil
	}
	venue.Accessibility = slices.Clone(venue.Accessibility)
	return &venue
}

// mapped is a list with each item made another; nil of none.
func mapped[T, U any](list []T, to func(T) U) []U {
	if len(list) == 0 {
		return nil
	}
	out := make([]U, len(list))
	for i, v := range list {
		out[i] = to(v)
	}
	return out
}

func orZero[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// What the generator reads: what visitors see, nothing of drafts, proposals and declined
// entries, and of private ones only that the time is taken.

package events

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/urls"
)

// busy is the title of a private entry for those who may know no more.
const busy = "Busy"

// publicStates are those in which visitors see an entry, as public says.
var publicStates = []string{string(contract.EntryConfirmed), string(contract.EntryPostponed), string(contract.EntryCancelled)}

// walkBatch is how many entries WalkEntries gives at a time.
const walkBatch = 500

// PublicCalendars are all calendars in their order, archived ones too.
func (s *Service) PublicCalendars(ctx context.Context) ([]contract.Calendar, error) {
	q := s.queries()
	rows, err := q.PublicCalendars(ctx)
	if err != nil {
		return nil, err
	}
	return calendarsView(ctx, q, rows)
}

// Open tells whether there is a calendar that is not archived.
func (s *Service) Open(ctx context.Context) (bool, error) { return s.queries().AnyCalendar(ctx) }

// EntriesByID are entries with their dates; what visitors do not see is left out. They come in
// the order in which they were made, each once.
func (s *Service) EntriesByID(ctx context.Context, ids []contract.EntryID) ([]contract.Entry, error) {
	q := s.queries()
	rows, err := q.PublicEntriesByID(ctx, parseIDs(entryPrefix, ids))
	if err != nil {
		return nil, err
	}
	return s.entriesView(ctx, q, rows, func(eventsdb.Entry) bool { return false })
}

// WalkEntries goes through the entries that visitors see, the oldest first. Links to private
// ones have no slug and the title "Busy". It fails with 422 `invalid_cursor`.
func (s *Service) WalkEntries(ctx context.Context, mark string) (entries []contract.EntryLink, next string, err error) {
	after := struct {
		ID uuid.UUID `json:"i"`
	}{}
	if err := cursor.Decode(mark, &after); err != nil {
		return nil, "", err
	}
	rows, err := s.queries().WalkEntries(ctx, eventsdb.WalkEntriesParams{After: after.ID, Count: walkBatch + 1})
	if err != nil {
		return nil, "", err
	}
	if len(rows) > walkBatch {
		rows = rows[:walkBatch]
		after.ID = rows[walkBatch-1].ID
		next = cursor.Encode(after)
	}
	entries = make([]contract.EntryLink, len(rows))
	for i, r := range rows {
		entries[i] = entryLink(r.ID, r.Slug, r.Title, calendarLink(r.CalendarID, r.CalendarSlug, r.CalendarName, r.CalendarColour))
		if contract.EntryKind(r.Kind) == contract.EntryPrivate {
			entries[i].Slug, entries[i].Title = "", busy
		}
	}
	return entries, next, nil
}

// CalendarEntries are the entries of calendars that feeds have, by id, in the order in which
// they were made; nil: of all that are not archived.
func (s *Service) CalendarEntries(ctx context.Context, calendars []contract.CalendarID) ([]contract.EntryID, error) {
	q := s.queries()
	named, err := calendarsNamed(ctx, q, calendars)
	if err != nil {
		return nil, err
	}
	rows, err := q.CalendarEntries(ctx, named)
	ids := make([]contract.EntryID, len(rows))
	for i, u := range rows {
		ids[i] = entryID(u)
	}
	return ids, err
}

// EntryBySlug finds an entry that visitors see, by its address. Private ones have none.
func (s *Service) EntryBySlug(ctx context.Context, calendar, entry string) (found contract.EntryID, ok bool, err error) {
	if !urls.ValidSlug(calendar) || !urls.ValidSlug(entry) {
		return "", false, nil
	}
	u, err := s.queries().EntryBySlug(ctx, eventsdb.EntryBySlugParams{Calendar: calendar, Entry: entry})
	if errors.Is(err, pgx.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	return entryID(u), true, nil
}

// NextDates are the first dates of entries that are not over and take place, by entry: of what
// visitors see, and nothing of what is private.
func (s *Service) NextDates(ctx context.Context, ids []contract.EntryID) (map[contract.EntryID]contract.OccurrenceCard, error) {
	rows, err := s.queries().NextDates(ctx, eventsdb.NextDatesParams{Entries: parseIDs(entryPrefix, ids), EndsAfter: s.Clock.Now()})
	if err != nil {
		return nil, err
	}
	next := make(map[contract.EntryID]contract.OccurrenceCard, len(rows))
	for _, r := range rows {
		if next[entryID(r.EntryID)], err = card(r, false); err != nil {
			return nil, err
		}
	}
	return next, nil
}

// calendarsNamed are those of calendars that there are; nil: all that are not archived.
func calendarsNamed(ctx context.Context, q *eventsdb.Queries, calendars []contract.CalendarID) ([]uuid.UUID, error) {
	return q.CalendarIDs(ctx, eventsdb.CalendarIDsParams{Every: calendars == nil, Ids: parseIDs(calendarPrefix, calendars)})
}

// parseIDs are the ids among refs that are of their kind.
func parseIDs[T ~string](prefix string, refs []T) []uuid.UUID {
	ids := make([]uuid.UUID, 0, len(refs))
	for _, ref := range refs {
		if u, ok := id.Parse(prefix, ref); ok {
			ids = append(ids, u)
		}
	}
	return ids
}

func calendarLink(u uuid.UUID, slug, name, colour string) contract.CalendarLink {
	return contract.CalendarLink{ID: calendarID(u), Slug: slug, Name: name, Colour: colour}
}

func entryLink(u uuid.UUID, slug, title string, calendar contract.CalendarLink) contract.EntryLink {
	return contract.EntryLink{ID: entryID(u), Slug: slug, Title: title, Calendar: calendar}
}

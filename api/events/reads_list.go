// Entries and dates as the API gives them: to each what they may know.

package events

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/etag"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/urls"
)

// EntryQuery asks for entries. Whoever asks gets those that they may know of.
type EntryQuery struct {
	Calendars []string              // ids or slugs; none: all, archived ones too
	States    []contract.EntryState // none: those that visitors see, or with Mine every one
	Slug      string                // the last part of the address
	Words     string                // in title or summary
	From      string                // a local day: what has a date that is not over before it
	Mine      bool                  // what whoever asks has proposed
	Public    bool                  // leave out what is private
	Bare      bool                  // without dates, which are many
	Limit     int
	Cursor    string
}

// everyState is all states of entries.
var everyState = []contract.EntryState{contract.EntryDraft, contract.EntrySubmitted, contract.EntryProvisional, contract.EntryConfirmed,
	contract.EntryDeclined, contract.EntryCancelled, contract.EntryPostponed}

// Entries are entries with their dates, or without, in the order in which they were made. It fails with 422
// for a calendar that there is not, for a day that is none, and with `invalid_cursor`.
func (s *Service) Entries(ctx context.Context, q EntryQuery) (entries []contract.Entry, next string, err error) {
	after := struct {
		ID uuid.UUID `json:"i"`
	}{}
	if err := cursor.Decode(q.Cursor, &after); err != nil {
		return nil, "", err
	}
	v, queries := viewerOf(ctx), s.queries()
	params := eventsdb.ListEntriesParams{After: after.ID, Every: len(q.Calendars) == 0, PublicOnly: q.Public, Viewer: string(v.member),
		Slug: q.Slug, Words: q.Words, Mine: q.Mine, Count: int32(q.Limit) + 1, States: states(q.States, publicStates)}
	if q.Mine {
		params.States = states(q.States, states(everyState, nil))
	}
	if params.Calendars, err = calendarRefs(ctx, queries, q.Calendars); err != nil {
		return nil, "", err
	}
	if params.Known, err = v.calendars(ctx, queries); err != nil {
		return nil, "", err
	}
	if q.From != "" {
		from, err := day("query.from", q.From, beginning)
		if err != nil {
			return nil, "", err
		}
		params.Begin = &from
	}
	rows, err := queries.ListEntries(ctx, params)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > q.Limit {
		rows = rows[:q.Limit]
		after.ID = rows[q.Limit-1].ID
		next = cursor.Encode(after)
	}
	entries, err = s.entriesAsked(ctx, queries, rows, q.Bare)
	return entries, next, err
}

// EntriesNamed are the entries among ids that whoever asks may know of, in the order in which
// they were made; bare ones have no dates.
func (s *Service) EntriesNamed(ctx context.Context, ids []contract.EntryID, bare bool) ([]contract.Entry, error) {
	v, q := viewerOf(ctx), s.queries()
	rows, err := q.EntryRows(ctx, parseIDs(entryPrefix, ids))
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(row eventsdb.Entry) bool { return !v.meets(row) })
	return s.entriesAsked(ctx, q, rows, bare)
}

// entriesAsked are entries as whoever asks may know them; of bare ones no date is read.
func (s *Service) entriesAsked(ctx context.Context, q *eventsdb.Queries, rows []eventsdb.Entry, bare bool) ([]contract.Entry, error) {
	if bare {
		return s.entriesWith(ctx, q, rows, nil, viewerOf(ctx).knows)
	}
	return s.entriesView(ctx, q, rows, viewerOf(ctx).knows)
}

// Entry is an entry with its dates. It fails with 404 for one that is not there, or that
// whoever asks may not know of.
func (s *Service) Entry(ctx context.Context, entry contract.EntryID) (contract.Entry, error) {
	found, err := s.EntriesNamed(ctx, []contract.EntryID{entry}, false)
	if err != nil {
		return contract.Entry{}, err
	}
	if len(found) == 0 {
		return contract.Entry{}, noEntry()
	}
	return found[0], nil
}

// OccurrencesAsked are dates of entries in states (none: those that visitors see) for whoever
// asks, and where the list goes on. It fails as Dates does, and with 422 `invalid_cursor`.
func (s *Service) OccurrencesAsked(ctx context.Context, q contract.OccurrenceQuery, in []contract.EntryState, mark string) (list []contract.OccurrenceCard, next string, err error) {
	after := place{At: beginning}
	if err := cursor.Decode(mark, &after); err != nil {
		return nil, "", err
	}
	limit := q.Limit
	q.Limit++
	if list, err = s.dates(ctx, viewerOf(ctx), q, states(in, publicStates), after); err != nil {
		return nil, "", err
	}
	if len(list) > limit {
		list = list[:limit]
		last := list[limit-1]
		u, _ := id.Parse(occurrencePrefix, last.ID)
		next = cursor.Encode(place{last.StartsAt, u})
	}
	return list, next, nil
}

// OccurrenceDetails is one date with all that there is to know of it: what is its own in place
// of its entry's.
type OccurrenceDetails struct {
	contract.OccurrenceCard
	Recurrence      string          `json:"recurrence" example:"2026-11-24T19:00:00" doc:"When the series has it, local: RECURRENCE-ID."`
	Adjusted        string          `json:"adjusted,omitempty" enum:"gap,overlap" example:"gap" doc:"gap: the clocks skip local_start, it begins as if they had not; overlap: they show it twice, it is the first."`
	Reason          string          `json:"reason,omitempty" example:"The cook is ill." doc:"Of cancelling or postponing."`
	Moved           bool            `json:"moved,omitempty" example:"false" doc:"Its times are its own and not the series'."`
	Kept            bool            `json:"kept,omitempty" example:"false" doc:"The series has it no more, and somebody refers to it."`
	PreviousStart   *time.Time      `json:"previous_start,omitempty" doc:"When it was to begin before it was moved."`
	DescriptionHTML string          `json:"description_html,omitempty" example:"<p>Bring a bowl.</p>"`
	Venue           *contract.Venue `json:"venue,omitempty"`
	OnlineURL       string          `json:"online_url,omitempty" example:"https://meet.example/soup" doc:"Only to those who may know it."`
	Organizer       string          `json:"organizer,omitempty" example:"The kitchen" doc:"Absent: the site."`
	Version         int64           `json:"version" example:"3" doc:"The entry's: counts the changes of it and of its dates; the ETag."`
}

// Occurrence is one date. It fails with 404 for one that is not there, or of whose entry whoever
// asks may not know.
func (s *Service) Occurrence(ctx context.Context, occurrence contract.OccurrenceID) (d OccurrenceDetails, err error) {
	v, q := viewerOf(ctx), s.queries()
	u, ok := id.Parse(occurrencePrefix, occurrence)
	if !ok {
		return d, noOccurrence()
	}
	row, entry, err := findDate(ctx, q, u, v)
	if err != nil {
		return d, err
	}
	e, o, err := s.dateView(ctx, q, entry, row, v.knows(entry))
	if err != nil {
		return d, err
	}
	shown, err := q.DateCard(ctx, u)
	if err != nil {
		return d, err
	}
	if d.OccurrenceCard, err = card(shown, v.knows(entry)); err != nil {
		return d, err
	}
	d.Recurrence, d.Adjusted, d.Reason, d.Moved, d.Kept, d.PreviousStart = o.Recurrence, o.Adjusted, o.Reason, o.Moved, o.Kept, o.PreviousStart
	d.DescriptionHTML, d.OnlineURL, d.Venue = orElse(o.DescriptionHTML, e.DescriptionHTML), orElse(o.OnlineURL, e.OnlineURL), e.Venue
	if o.Venue != nil {
		d.Venue = o.Venue
	}
	d.Organizer, d.Version = e.Organizer, e.Version
	return d, nil
}

// findDate is a date and its entry, of which v may know; else a 404.
func findDate(ctx context.Context, q *eventsdb.Queries, u uuid.UUID, v viewer) (row eventsdb.Occurrence, entry eventsdb.Entry, err error) {
	if row, err = q.FindOccurrence(ctx, u); err == nil {
		entry, err = q.FindEntry(ctx, row.EntryID)
	}
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !v.meets(entry) {
		err = noOccurrence()
	}
	return row, entry, err
}

// dateView is an entry with one of its dates only, and that date.
func (s *Service) dateView(ctx context.Context, q *eventsdb.Queries, entry eventsdb.Entry, row eventsdb.Occurrence, sees bool) (e contract.Entry, o contract.Occurrence, err error) {
	links, err := calendarLinks(ctx, q, []uuid.UUID{entry.CalendarID})
	if err != nil {
		return e, o, err
	}
	var at []uuid.UUID
	for _, venue := range []*uuid.UUID{entry.VenueID, row.VenueID} {
		if venue != nil {
			at = append(at, *venue)
		}
	}
	venues, err := venuesOfEntries(ctx, q, at)
	if err != nil {
		return e, o, err
	}
	if e, err = s.viewEntry(entry, []eventsdb.Occurrence{row}, venues, links[entry.CalendarID], sees); err != nil {
		return e, o, err
	}
	return e, e.Occurrences[0], nil
}

func occurrenceETag(d OccurrenceDetails) string { return etag.Of(d.Version, d) }

// states are those asked for as the database has them, otherwise where none are.
func states(asked []contract.EntryState, otherwise []string) []string {
	if len(asked) == 0 {
		return otherwise
	}
	return mapped(asked, func(state contract.EntryState) string { return string(state) })
}

// orElse is the first text that there is.
func orElse(own, otherwise string) string {
	if own != "" {
		return own
	}
	return otherwise
}

// calendarRefs are the calendars that refs, ids or slugs, name. It fails with 422 where one is
// not there.
func calendarRefs(ctx context.Context, q *eventsdb.Queries, refs []string) ([]uuid.UUID, error) {
	ids, slugs := []uuid.UUID{}, []string{}
	for _, ref := range refs {
		if u, ok := id.Parse(calendarPrefix, ref); ok {
			ids = append(ids, u)
		} else if urls.ValidSlug(ref) {
			slugs = append(slugs, ref)
		} else {
			return nil, calendarNotThere()
		}
	}
	slices.Sort(slugs)
	slugs = slices.Compact(slugs)
	if len(slugs) > 0 {
		found, err := q.CalendarsBySlug(ctx, slugs)
		if err == nil && len(found) < len(slugs) {
			err = calendarNotThere()
		}
		return append(ids, found...), err
	}
	return ids, nil
}

// calendarNotThere is a 422: a filter names what is not there.
func calendarNotThere() error { return invalid("query.calendar", "expected ids or slugs of calendars") }

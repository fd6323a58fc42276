// Dates of many entries in the order of time, as lists and months show them.

package events

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/events/localtime"
	"rose-ash.com/roseash/api/shared/contract"
)

// The ends of time, as far as queries are concerned.
var (
	beginning = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	end       = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
)

// place is where in the order of time a date is.
type place struct {
	At time.Time `json:"a"`
	ID uuid.UUID `json:"i"`
}

// Dates are the occurrences that a query asks for, in the order of time: two statements, however
// many there are. It fails with 422 `invalid` for days that are none.
func (s *Service) Dates(ctx context.Context, q contract.OccurrenceQuery) ([]contract.OccurrenceCard, error) {
	return s.dates(ctx, viewer{}, q, publicStates, place{At: beginning})
}

// dates are the Dates of entries in states that a viewer may know of, after a place in their
// order.
func (s *Service) dates(ctx context.Context, v viewer, q contract.OccurrenceQuery, states []string, after place) ([]contract.OccurrenceCard, error) {
	params := eventsdb.DateCardsParams{States: states, Viewer: string(v.member), AfterAt: after.At, AfterID: after.ID, PublicOnly: q.Public, EndsAfter: beginning}
	var err error
	if params.Begin, err = day("query.from", q.From, beginning); err != nil {
		return nil, err
	}
	if params.Until, err = day("query.until", q.Until, end); err != nil {
		return nil, err
	}
	// No wall time is a day away from the same time in UTC.
	params.Least, params.Most = params.Begin.AddDate(0, 0, -1), params.Until.AddDate(0, 0, 1)
	if !q.After.IsZero() {
		params.EndsAfter = q.After
		if q.After.After(params.Least) {
			params.Least = q.After
		}
	}
	if q.Limit > 0 {
		limit := int32(q.Limit)
		params.Count = &limit
	}
	queries := s.queries()
	if params.Calendars, err = calendarsNamed(ctx, queries, q.Calendars); err != nil {
		return nil, err
	}
	if params.Known, err = v.calendars(ctx, queries); err != nil {
		return nil, err
	}
	rows, err := queries.DateCards(ctx, params)
	if err != nil {
		return nil, err
	}
	return cards(rows, v)
}

// cards are dates as lists show them to a viewer.
func cards(rows []eventsdb.EventsDateCard, v viewer) ([]contract.OccurrenceCard, error) {
	list := make([]contract.OccurrenceCard, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = card(r, v.knowsOf(r.CalendarID, r.ProposedBy)); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// day reads a local day; empty is otherwise.
func day(location, text string, otherwise time.Time) (time.Time, error) {
	if text == "" {
		return otherwise, nil
	}
	at, err := localtime.Parse(text, true)
	if err != nil || at.Before(beginning) || at.After(end) {
		return at, invalid(location, "expected a day such as 2026-11-24")
	}
	return at, nil
}

// card is a date as lists show it; a private one is told whole only to who may know it.
func card(r eventsdb.EventsDateCard, whole bool) (contract.OccurrenceCard, error) {
	calendar := calendarLink(r.CalendarID, r.CalendarSlug, r.CalendarName, r.CalendarColour)
	c := contract.OccurrenceCard{
		ID: occurrenceID(r.ID), State: contract.EntryState(r.State), Status: told(r.State, r.Status), Timezone: r.Timezone, AllDay: r.AllDay,
		LocalStart: localtime.Format(r.LocalStart, r.AllDay), LocalEnd: localtime.Format(r.LocalEnd, r.AllDay), StartsAt: r.StartsAt, EndsAt: r.EndsAt,
	}
	if contract.EntryKind(r.Kind) == contract.EntryPrivate && !whole {
		c.Title, c.Busy, c.Attendance = busy, true, contract.InPerson
		c.Entry = entryLink(r.EntryID, "", busy, calendar)
		return c, nil
	}
	c.Slug, c.Title, c.Summary, c.Series = r.Slug, r.Title, r.Summary, r.Series
	c.Entry = entryLink(r.EntryID, r.EntrySlug, r.EntryTitle, calendar)
	c.Attendance, c.Place = contract.Attendance(r.Attendance), r.Place
	if len(r.Image) > 0 {
		return c, json.Unmarshal(r.Image, &c.Image)
	}
	return c, nil
}

// told is what becomes of a date, as its entry's state and its own status say together.
func told(state, status string) contract.OccurrenceStatus {
	switch {
	case contract.EntryState(state) == contract.EntryCancelled || contract.OccurrenceStatus(status) == contract.Cancelled:
		return contract.Cancelled
	case contract.EntryState(state) == contract.EntryPostponed:
		return contract.Postponed
	}
	return contract.OccurrenceStatus(status)
}

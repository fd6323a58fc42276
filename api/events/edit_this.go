// Editing one date of a series.

package events

import (
	"context"
	"reflect"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// editThis gives one date texts, a place and times of its own. What is given empty, or as the
// series has it, is the series' again.
func (s *Service) editThis(ctx context.Context, tx pgx.Tx, h held, was eventsdb.Occurrence, f EntryFields) error {
	q := eventsdb.New(tx)
	date := was
	if err := wholeSeries(f); err != nil {
		return err
	}
	if err := applyDateTexts(ctx, q, &date, h.row, f); err != nil {
		return err
	}
	if date.DescriptionHtml != nil {
		if err := s.Pictures.Complete(ctx, tx, date.DescriptionHtml); err != nil {
			return err
		}
	}
	var err error
	if date.LocalStart, date.LocalEnd, err = givenTimes(f, was.LocalStart, was.LocalEnd, false, h.row.AllDay); err != nil {
		return err
	}
	if date.LocalEnd.Sub(date.LocalStart) > maxSpan {
		return tooLong()
	}
	retimed := !date.LocalStart.Equal(was.LocalStart) || !date.LocalEnd.Equal(was.LocalEnd)
	if !retimed && reflect.DeepEqual(date, was) {
		return nil
	}
	date.Moved = date.Moved || retimed
	placed := !reflect.DeepEqual(date.VenueID, was.VenueID) || !reflect.DeepEqual(date.OnlineUrl, was.OnlineUrl)
	return s.putDate(ctx, tx, h.row, was, date, retimed || placed)
}

// putDate stores what is a date's own. sequel says that the change is of time, place or status,
// which raises the SEQUENCE.
func (s *Service) putDate(ctx context.Context, tx pgx.Tx, before eventsdb.Entry, was, date eventsdb.Occurrence, sequel bool) error {
	q, after, at := eventsdb.New(tx), before, s.Clock.Now()
	seen := !dateShownAlike(before, was, date)
	after.UpdatedAt = at
	if seen {
		after.EditedAt = at
		if sequel {
			after.Sequence++
		}
	}
	if err := updateEntry(ctx, q, after); err != nil {
		return err
	}
	if err := q.OverrideOccurrence(ctx, ownOf(date, at)); err != nil {
		return err
	}
	done, err := s.settle(ctx, tx, &before, after, public(contract.EntryState(before.State)))
	if err != nil || !seen {
		return err
	}
	months := map[string]bool{}
	for _, month := range done.months {
		months[month] = true
	}
	monthsOf(was, months)
	return announce(ctx, tx, &before, &after, sorted(months))
}

// ownOf is what is a date's own, as it is stored.
func ownOf(date eventsdb.Occurrence, at time.Time) eventsdb.OverrideOccurrenceParams {
	return eventsdb.OverrideOccurrenceParams{
		ID: date.ID, LocalStart: date.LocalStart, LocalEnd: date.LocalEnd, Moved: date.Moved, Title: date.Title, Summary: date.Summary,
		Description: date.Description, DescriptionHtml: date.DescriptionHtml, VenueID: date.VenueID, OnlineUrl: date.OnlineUrl,
		Status: date.Status, Reason: date.Reason, At: at,
	}
}

// dateShownAlike tells whether visitors see the same of two states of a date of an entry.
func dateShownAlike(entry eventsdb.Entry, a, b eventsdb.Occurrence) bool {
	shown := func(o eventsdb.Occurrence) eventsdb.Occurrence {
		o.Description = nil
		if !entry.OnlinePublic {
			o.OnlineUrl = nil
		}
		if contract.EntryKind(entry.Kind) == contract.EntryPrivate {
			o.Title, o.Summary, o.DescriptionHtml, o.VenueID, o.OnlineUrl, o.Reason = nil, nil, nil, nil, nil, ""
		}
		return o
	}
	return reflect.DeepEqual(shown(a), shown(b))
}

// wholeSeries refuses with 422 the fields that one date cannot have for itself.
func wholeSeries(f EntryFields) error {
	d := problem.Unprocessable("one date has texts, a place and times of its own and nothing else")
	for _, field := range []struct {
		location string
		given    bool
	}{
		{"body.calendar", f.Calendar != nil}, {"body.slug", f.Slug != nil}, {"body.kind", f.Kind != nil}, {"body.image", f.Image != nil},
		{"body.timezone", f.Timezone != nil}, {"body.all_day", f.AllDay != nil}, {"body.rrule", f.RRule != nil},
		{"body.rdates", f.RDates != nil}, {"body.exdates", f.ExDates != nil}, {"body.attendance", f.Attendance != nil},
		{"body.online_public", f.OnlinePublic != nil}, {"body.organizer", f.Organizer != nil},
	} {
		if field.given {
			d = d.WithField(field.location, "is the whole series'")
		}
	}
	if len(d.Errors) == 0 {
		return nil
	}
	return d
}

// applyDateTexts writes onto a date of an entry the texts and the place that are given.
func applyDateTexts(ctx context.Context, q *eventsdb.Queries, date *eventsdb.Occurrence, entry eventsdb.Entry, f EntryFields) error {
	if f.Title != nil {
		if err := checkLine("body.title", *f.Title, 0, maxTitle); err != nil {
			return err
		}
		date.Title = own(*f.Title, entry.Title)
	}
	if f.Summary != nil {
		if err := checkLine("body.summary", *f.Summary, 0, maxSummary); err != nil {
			return err
		}
		date.Summary = own(*f.Summary, entry.Summary)
	}
	if f.Description != nil {
		html, err := rendered(*f.Description, maxDescription)
		if err != nil {
			return err
		}
		if date.Description, date.DescriptionHtml = own(*f.Description, entry.Description), nil; date.Description != nil {
			date.DescriptionHtml = &html
		}
	}
	if f.Venue != nil {
		venue, err := venueNamed(ctx, q, *f.Venue)
		if err != nil {
			return err
		}
		if venue != nil && contract.Attendance(entry.Attendance) == contract.Online {
			return invalid("body.venue", "expected none where attendance is online")
		}
		if date.VenueID = venue; venue != nil && entry.VenueID != nil && *venue == *entry.VenueID {
			date.VenueID = nil
		}
	}
	if f.OnlineURL != nil {
		if err := checkOnlineURL(*f.OnlineURL); err != nil {
			return err
		}
		if *f.OnlineURL != "" && contract.Attendance(entry.Attendance) == contract.InPerson {
			return invalid("body.online_url", "expected none where attendance is in_person")
		}
		date.OnlineUrl = own(*f.OnlineURL, entry.OnlineUrl)
	}
	return nil
}

// own is a text that a date has for itself; nil where it is the series'.
func own(text, series string) *string {
	if text == "" || text == series {
		return nil
	}
	return &text
}

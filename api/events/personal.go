// What members keep for themselves: calendars that they follow, and single dates.

package events

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// maxSaved is how many dates a member may save.
const maxSaved = 1000

// FollowedCalendar is a calendar that somebody follows.
type FollowedCalendar struct {
	contract.Calendar
	FollowedAt time.Time `json:"followed_at"`
}

// SavedDate is a date that somebody has saved.
type SavedDate struct {
	contract.OccurrenceCard
	SavedAt time.Time `json:"saved_at"`
}

// memberOf is the user who makes the request. It fails with 403 `no_user` for a program that
// acts by itself.
func memberOf(ctx context.Context) (string, error) {
	p, _ := auth.PrincipalFrom(ctx)
	if p.User == "" {
		return "", problem.Forbidden("only people have this").WithCode("no_user")
	}
	return string(p.User), nil
}

// storeFor runs fn in a transaction that may store something of a member: one at a time, and after
// their data were erased not at all, which is a 401.
func (s *Service) storeFor(ctx context.Context, member string, fn func(tx pgx.Tx, q *eventsdb.Queries) error) error {
	return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := eventsdb.New(tx)
		if err := lockMember(ctx, q, member); err != nil {
			return err
		}
		return fn(tx, q)
	})
}

// lockMember keeps a member's other requests, and their erasure, waiting to the end of the
// transaction. It fails with 401 where their data were erased.
func lockMember(ctx context.Context, q *eventsdb.Queries, member string) error {
	if err := q.LockMember(ctx, member); err != nil {
		return err
	}
	gone, err := q.IsErased(ctx, member)
	if err == nil && gone {
		err = problem.Unauthorized("this account is no more")
	}
	return err
}

// FollowedCalendars are the calendars that whoever asks follows, in the order of calendars.
func (s *Service) FollowedCalendars(ctx context.Context) ([]FollowedCalendar, error) {
	member, err := memberOf(ctx)
	if err != nil {
		return nil, err
	}
	q := s.queries()
	rows, err := q.FollowsOf(ctx, member)
	if err != nil {
		return nil, err
	}
	calendars, err := calendarsView(ctx, q, mapped(rows, func(r eventsdb.FollowsOfRow) eventsdb.Calendar { return r.Calendar }))
	list := make([]FollowedCalendar, len(calendars))
	for i, c := range calendars {
		list[i] = FollowedCalendar{c, rows[i].At}
	}
	return list, err
}

// Follow has whoever asks follow a calendar, an id or a slug; twice is once. It fails with 404
// for one that there is not.
func (s *Service) Follow(ctx context.Context, ref string) error {
	member, err := memberOf(ctx)
	if err != nil {
		return err
	}
	return s.storeFor(ctx, member, func(_ pgx.Tx, q *eventsdb.Queries) error {
		calendar, err := findCalendar(ctx, q, ref)
		if err != nil {
			return err
		}
		return q.Follow(ctx, eventsdb.FollowParams{UserID: member, CalendarID: calendar.ID, At: s.Clock.Now()})
	})
}

// Unfollow ends what Follow began; where nothing was begun it does nothing.
func (s *Service) Unfollow(ctx context.Context, ref string) error {
	member, err := memberOf(ctx)
	if err != nil {
		return err
	}
	q := s.queries()
	calendar, err := findCalendar(ctx, q, ref)
	if err != nil {
		return err
	}
	return q.Unfollow(ctx, eventsdb.UnfollowParams{UserID: member, CalendarID: calendar.ID})
}

// SavedDates are limit dates that whoever asks has saved and that end after an instant, in the
// order of time, and where the list goes on. Those that are not public any more are left out, and come
// back with their entry. It fails with 422 `invalid_cursor`.
func (s *Service) SavedDates(ctx context.Context, after time.Time, limit int, mark string) (list []SavedDate, next string, err error) {
	member, err := memberOf(ctx)
	if err != nil {
		return nil, "", err
	}
	from := place{At: beginning}
	if err := cursor.Decode(mark, &from); err != nil {
		return nil, "", err
	}
	if after.IsZero() {
		after = beginning
	}
	v, q := viewerOf(ctx), s.queries()
	known, err := v.calendars(ctx, q)
	if err != nil {
		return nil, "", err
	}
	rows, err := q.SavedCards(ctx, eventsdb.SavedCardsParams{UserID: member, EndsAfter: after, AfterAt: from.At, AfterID: from.ID, Known: known, Count: int32(limit) + 1})
	if err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1].EventsDateCard
		next = cursor.Encode(place{last.StartsAt, last.ID})
	}
	list = make([]SavedDate, len(rows))
	for i, r := range rows {
		list[i].SavedAt = r.At
		if list[i].OccurrenceCard, err = card(r.EventsDateCard, v.knowsOf(r.EventsDateCard.CalendarID, r.EventsDateCard.ProposedBy)); err != nil {
			return nil, "", err
		}
	}
	return list, next, nil
}

// Save has whoever asks keep a date; twice is once. The date is not removed by an edit of its
// series from then on. It fails with 404 for a date that is not there or of which they may know
// no more than that the time is taken, and with 409 `too_many_saved`.
func (s *Service) Save(ctx context.Context, occurrence contract.OccurrenceID) error {
	member, err := memberOf(ctx)
	if err != nil {
		return err
	}
	u, ok := id.Parse(occurrencePrefix, occurrence)
	if !ok {
		return noOccurrence()
	}
	v := viewerOf(ctx)
	err = s.storeFor(ctx, member, func(_ pgx.Tx, q *eventsdb.Queries) error {
		_, entry, err := findDate(ctx, q, u, v)
		if err != nil {
			return err
		}
		if contract.EntryKind(entry.Kind) == contract.EntryPrivate && !v.knows(entry) {
			return noOccurrence()
		}
		n, err := q.CountSaved(ctx, eventsdb.CountSavedParams{UserID: member, Besides: u})
		if err != nil {
			return err
		}
		if n >= maxSaved {
			return problem.Conflict("there are %d saved dates already; take one away first", maxSaved).WithCode("too_many_saved")
		}
		return q.Save(ctx, eventsdb.SaveParams{UserID: member, OccurrenceID: u, At: s.Clock.Now()})
	})
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.ConstraintName == "saved_occurrence_id_fkey" { // it was removed meanwhile
		return noOccurrence()
	}
	return err
}

// Unsave ends what Save began; where nothing was begun it does nothing.
func (s *Service) Unsave(ctx context.Context, occurrence contract.OccurrenceID) error {
	member, err := memberOf(ctx)
	if err != nil {
		return err
	}
	u, ok := id.Parse(occurrencePrefix, occurrence)
	if !ok {
		return noOccurrence()
	}
	return s.queries().Unsave(ctx, eventsdb.UnsaveParams{UserID: member, OccurrenceID: u})
}

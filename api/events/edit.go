// Editing entries: all dates, one of them, or one and those that follow.

package events

import (
	"context"
	"reflect"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/db"
)

// EditScope says how much of a series an edit is about.
type EditScope string

// What an edit is about: the whole series, one date of it, or this date and all after it.
const (
	EditAll       EditScope = "all"
	EditThis      EditScope = "this"
	EditFollowing EditScope = "following"
)

// EntryEdit is a change of an entry.
type EntryEdit struct {
	EntryFields
	Apply      EditScope             `json:"apply,omitempty" enum:"all,this,following" example:"all" doc:"What is changed: the whole series (where nothing is said), one date (texts, place and times only), or this date and all after it, which become an entry of their own."`
	Occurrence contract.OccurrenceID `json:"occurrence,omitempty" maxLength:"100" example:"occ_019ab3f47c2e7d06b8a1f0c2d3e4f506" doc:"The date; this and following need it. With all and following, local_start and local_end are its, and the series moves so that it has them too; where only the hour changes, on the days that it is on."`
}

// UpdateEntry changes an entry: the fields that are given, of as many dates as the edit says.
// version is the one that the editor saw; where it is not the current one that is a 412
// `precondition_failed`. It emits EntryUpdated in the same transaction where visitors see a
// difference. A change that changes nothing makes no version. The answer is the entry that has
// the change: with following a new one, split_from the other, unless the date is the first. It
// fails as CreateEntry does, with 404 and with 403 `not_organiser`, and with 422 `rule_needed`
// where a series cannot move without a new rule.
func (s *Service) UpdateEntry(ctx context.Context, ref contract.EntryID, version int64, e EntryEdit) (after contract.Entry, err error) {
	u, err := parseEntry(ref)
	if err != nil {
		return after, err
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		changed, err := s.edit(ctx, tx, u, &version, e)
		if err != nil {
			return err
		}
		after, err = s.viewOne(ctx, eventsdb.New(tx), changed)
		return err
	})
	return after, refusedEntry(err)
}

// edit is UpdateEntry in tx; version may be nil. It returns the entry that has the change.
func (s *Service) edit(ctx context.Context, tx pgx.Tx, ref uuid.UUID, version *int64, e EntryEdit) (changed uuid.UUID, err error) {
	h, err := hold(ctx, tx, ref, version, unanswered)
	if err != nil {
		return ref, err
	}
	var date *eventsdb.Occurrence
	switch {
	case e.Occurrence != "":
		if date, err = dateOf(ctx, eventsdb.New(tx), h.row, e.Occurrence); err != nil {
			return ref, err
		}
	case e.Apply == EditThis || e.Apply == EditFollowing:
		return ref, missing(map[string]bool{"body.occurrence": true})
	}
	switch e.Apply {
	case EditAll, "":
		return ref, s.editAll(ctx, tx, h, date, e.EntryFields)
	case EditThis:
		if !isSeries(h.row) && !date.Kept {
			return ref, s.editAll(ctx, tx, h, date, e.EntryFields)
		}
		return ref, s.editThis(ctx, tx, h, *date, e.EntryFields)
	case EditFollowing:
		return s.editFollowing(ctx, tx, h, *date, e.EntryFields)
	}
	return ref, invalid("body.apply", "expected all, this or following")
}

// dateOf is one of an entry's dates. It fails with 422.
func dateOf(ctx context.Context, q *eventsdb.Queries, row eventsdb.Entry, ref contract.OccurrenceID) (*eventsdb.Occurrence, error) {
	u, ok := id.Parse(occurrencePrefix, ref)
	if ok {
		dates, err := q.OccurrencesOf(ctx, row.ID)
		if err != nil {
			return nil, err
		}
		for _, date := range dates {
			if date.ID == u {
				return &date, nil
			}
		}
	}
	return nil, invalid("body.occurrence", "expected one of the entry's dates")
}

// editAll changes a whole entry; ref is the date whose times are given. Of an entry that is no
// series it is the only one, which may have times of its own still.
func (s *Service) editAll(ctx context.Context, tx pgx.Tx, h held, ref *eventsdb.Occurrence, f EntryFields) error {
	before := h.row
	if ref == nil && !isSeries(before) {
		dates, err := eventsdb.New(tx).OccurrencesOf(ctx, before.ID)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(dates, func(o eventsdb.Occurrence) bool { return o.Moved && !o.Kept }); i >= 0 {
			ref = &dates[i]
		}
	}
	after, err := s.applied(ctx, tx, before, ref, f)
	if err != nil {
		return err
	}
	along, err := s.moveAlong(ctx, tx, ref, before, after, f)
	if err != nil {
		return err
	}
	var had []string
	if along {
		had = monthsOfAll(*ref)
	}
	return s.put(ctx, tx, before, after, had)
}

// moveAlong gives the date by which the times of a whole series are told the times that are
// given, where it has times of its own: it would stay where it is while the series moves. along
// says that they are others.
func (s *Service) moveAlong(ctx context.Context, tx pgx.Tx, ref *eventsdb.Occurrence, before, after eventsdb.Entry, f EntryFields) (along bool, err error) {
	if ref == nil || !ref.Moved && !ref.Kept {
		return false, nil
	}
	date := *ref
	if date.LocalStart, date.LocalEnd, err = givenTimes(f, ref.LocalStart, ref.LocalEnd, before.AllDay != after.AllDay, after.AllDay); err != nil {
		return false, err
	}
	switch {
	case date.LocalStart.Equal(ref.LocalStart) && date.LocalEnd.Equal(ref.LocalEnd):
		return false, nil
	case date.LocalEnd.Sub(date.LocalStart) > maxSpan:
		return false, tooLong()
	}
	date.Moved = ref.Kept || apart(*ref, date.LocalStart) != 0 // else it is the series' again
	return true, eventsdb.New(tx).OverrideOccurrence(ctx, ownOf(date, s.Clock.Now()))
}

// applied is an entry with the fields that are given.
func (s *Service) applied(ctx context.Context, tx pgx.Tx, before eventsdb.Entry, ref *eventsdb.Occurrence, f EntryFields) (after eventsdb.Entry, err error) {
	q := eventsdb.New(tx)
	after = before
	if err := s.checkPicture(ctx, f.Image, before.Image); err != nil {
		return after, err
	}
	if err := applyTexts(ctx, q, &after, f); err != nil {
		return after, err
	}
	if err := applyTiming(&after, f, ref); err != nil {
		return after, err
	}
	if f.Calendar != nil && *f.Calendar != calendarID(before.CalendarID) {
		calendar, err := shareCalendar(ctx, q, *f.Calendar)
		switch {
		case err != nil:
			return after, err
		case !mayOrganise(ctx, *f.Calendar) || !mayOrganise(ctx, calendarID(before.CalendarID)):
			return after, notOrganiser()
		case calendar.ArchivedAt != nil:
			return after, archived()
		}
		after.CalendarID = calendar.ID
		if f.Slug == nil {
			if after.Slug, err = freeSlug(ctx, q, calendar.ID, after.Title); err != nil {
				return after, err
			}
		}
	}
	return after, s.Pictures.Complete(ctx, tx, &after.DescriptionHtml)
}

// put stores an entry that the transaction holds, with its dates, and announces what visitors
// see of the change; nothing where there is none. had, where it is not nil, are the months that
// one of its dates was in which has been given other times.
func (s *Service) put(ctx context.Context, tx pgx.Tx, before, after eventsdb.Entry, had []string) error {
	timed := !sameTiming(before, after)
	if !timed && had == nil && reflect.DeepEqual(untimed(before), untimed(after)) {
		return nil
	}
	q := eventsdb.New(tx)
	seen := had != nil || !shownAlike(before, after)
	after = s.stamped(before, after, seen)
	if had != nil && !timed {
		after.Sequence++
	}
	if err := updateEntry(ctx, q, after); err != nil {
		return err
	}
	var months []string
	if timed || had != nil {
		done, err := s.settle(ctx, tx, &before, after, public(contract.EntryState(before.State)))
		if err != nil {
			return err
		}
		months = done.months
	} else {
		dates, err := q.OccurrencesOf(ctx, after.ID)
		if err != nil {
			return err
		}
		months = monthsOfAll(dates...)
	}
	if !seen {
		return nil
	}
	for _, month := range had {
		if !slices.Contains(months, month) {
			months = append(months, month)
		}
	}
	slices.Sort(months)
	return announce(ctx, tx, &before, &after, months)
}

// stamped is an entry with what a change that is seen makes of its SEQUENCE and its DTSTAMP
// (RFC 5545 sections 3.8.7.4 and 3.8.7.2).
func (s *Service) stamped(before, after eventsdb.Entry, seen bool) eventsdb.Entry {
	after.UpdatedAt = s.Clock.Now()
	if !seen {
		return after
	}
	after.EditedAt = after.UpdatedAt
	if !sameTiming(before, after) || before.State != after.State || before.Attendance != after.Attendance ||
		before.OnlineUrl != after.OnlineUrl || !reflect.DeepEqual(before.VenueID, after.VenueID) {
		after.Sequence++
	}
	return after
}

// shownAlike tells whether visitors see the same of two states of an entry, its dates aside.
func shownAlike(a, b eventsdb.Entry) bool {
	return sameTiming(a, b) && reflect.DeepEqual(shown(a), shown(b))
}

// shown is what visitors see, and what they see by: of what they do not see nothing.
func shown(row eventsdb.Entry) eventsdb.Entry {
	row = untimed(row)
	row.Description = ""
	if !row.OnlinePublic {
		row.OnlineUrl = ""
	}
	if contract.EntryKind(row.Kind) == contract.EntryPrivate {
		row.Title, row.Slug, row.Summary, row.DescriptionHtml, row.Image, row.Organizer = "", "", "", "", nil, ""
		row.VenueID, row.OnlineUrl, row.OnlinePublic, row.Attendance = nil, "", false, ""
	}
	return row
}

// untimed is an entry without what sameTiming compares, and without what is not a matter of
// its editors.
func untimed(row eventsdb.Entry) eventsdb.Entry {
	row.Timezone, row.AllDay, row.LocalStart, row.LocalEnd, row.Rrule, row.Rdates, row.Exdates = "", false, time.Time{}, time.Time{}, "", nil, nil
	row.EditedAt, row.UpdatedAt, row.Version, row.Sequence = time.Time{}, time.Time{}, 0, 0
	return row
}

func updateEntry(ctx context.Context, q *eventsdb.Queries, row eventsdb.Entry) error {
	return q.UpdateEntry(ctx, eventsdb.UpdateEntryParams{
		ID: row.ID, CalendarID: row.CalendarID, Sequence: row.Sequence, Slug: row.Slug, State: row.State, Kind: row.Kind,
		Title: row.Title, Summary: row.Summary, Description: row.Description, DescriptionHtml: row.DescriptionHtml, Image: row.Image,
		Timezone: row.Timezone, AllDay: row.AllDay, LocalStart: row.LocalStart, LocalEnd: row.LocalEnd, Rrule: row.Rrule,
		Rdates: orEmpty(row.Rdates), Exdates: orEmpty(row.Exdates), Attendance: row.Attendance, VenueID: row.VenueID,
		OnlineUrl: row.OnlineUrl, OnlinePublic: row.OnlinePublic, Organizer: row.Organizer, PublishedAt: row.PublishedAt,
		EditedAt: row.EditedAt, UpdatedAt: row.UpdatedAt,
	})
}

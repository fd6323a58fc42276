// Who may do what with an entry.

package events

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

func noEntry() *problem.Details      { return problem.NotFound("no such entry") }
func noOccurrence() *problem.Details { return problem.NotFound("no such date") }

// proposed tells whether whoever makes the request has proposed an entry.
func proposed(ctx context.Context, row eventsdb.Entry) bool {
	p, known := auth.PrincipalFrom(ctx)
	return known && p.User != "" && row.ProposedBy == string(p.User)
}

// knows tells whether whoever makes the request may read all of an entry, in whatever state.
func knows(ctx context.Context, row eventsdb.Entry) bool { return viewerOf(ctx).knows(row) }

// States in which those who have proposed an entry may change it, until it is answered, and in
// which an entry can be deleted.
var (
	unanswered = []contract.EntryState{contract.EntryDraft, contract.EntrySubmitted}
	deletable  = []contract.EntryState{contract.EntryDraft, contract.EntrySubmitted, contract.EntryDeclined}
)

// changeable fails where whoever makes the request may not change an entry: as if there were
// none where they may not see it either, else with 403 `not_organiser`. organiser is false for
// those who have proposed it, who may do so in the states that are theirs.
func changeable(ctx context.Context, row eventsdb.Entry, theirs []contract.EntryState) (organiser bool, err error) {
	state := contract.EntryState(row.State)
	switch known := knows(ctx, row); {
	case mayOrganise(ctx, calendarID(row.CalendarID)):
		return true, nil
	case known && slices.Contains(theirs, state):
		return false, nil
	case known || public(state):
		return false, notOrganiser()
	}
	return false, noEntry()
}

// lockActor keeps the erasure of whoever makes the request waiting to the end of the
// transaction, which may note what they do: it comes before the locks on entries, as in Erase.
// It fails with 401 where their data were erased.
func lockActor(ctx context.Context, q *eventsdb.Queries) error {
	p, _ := auth.PrincipalFrom(ctx)
	if p.User == "" {
		return nil
	}
	return lockMember(ctx, q, string(p.User))
}

// held is an entry that a transaction may change.
type held struct {
	row       eventsdb.Entry
	calendar  eventsdb.Calendar
	organiser bool
}

// hold locks who makes the request, the calendar of an entry and then the entry, and reads both.
// version, where it is not nil, is the one that an editor saw, and theirs as for changeable. It
// fails with 404, as changeable and lockActor do, and with 412.
func hold(ctx context.Context, tx pgx.Tx, ref uuid.UUID, version *int64, theirs []contract.EntryState) (h held, err error) {
	q := eventsdb.New(tx)
	found, err := q.FindEntry(ctx, ref)
	if err != nil {
		return h, orNoEntry(err)
	}
	if _, err := changeable(ctx, found, theirs); err != nil {
		return h, err // nobody is made to wait by who may not change it
	}
	if err := lockActor(ctx, q); err != nil {
		return h, err
	}
	if h.calendar, err = q.ShareCalendar(ctx, found.CalendarID); err != nil {
		return h, err
	}
	if h.row, err = q.LockEntry(ctx, ref); err != nil {
		return h, orNoEntry(err)
	}
	if h.organiser, err = changeable(ctx, h.row, theirs); err != nil {
		return h, err
	}
	if h.row.CalendarID != found.CalendarID {
		return h, sameVersion(0, h.row.Version)
	}
	if version != nil {
		return h, sameVersion(*version, h.row.Version)
	}
	return h, nil
}

func orNoEntry(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return noEntry()
	}
	return err
}

// parseEntry is the row that an id names; a 404 where it is no id of an entry.
func parseEntry(ref contract.EntryID) (uuid.UUID, error) {
	u, ok := id.Parse(entryPrefix, ref)
	if !ok {
		return u, noEntry()
	}
	return u, nil
}

// viewOne is an entry as whoever has changed it sees it.
func (s *Service) viewOne(ctx context.Context, q *eventsdb.Queries, ref uuid.UUID) (contract.Entry, error) {
	row, err := q.FindEntry(ctx, ref)
	if err != nil {
		return contract.Entry{}, orNoEntry(err)
	}
	list, err := s.entriesView(ctx, q, []eventsdb.Entry{row}, viewerOf(ctx).knows)
	if err != nil {
		return contract.Entry{}, err
	}
	return list[0], nil
}

// What becomes of entries and of their dates, who did it and why.

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
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// leads says from which state an entry can come into which. Only its proposer takes a
// submitted one back to a draft.
var leads = map[contract.EntryState][]contract.EntryState{
	contract.EntryDraft:       {contract.EntrySubmitted, contract.EntryProvisional, contract.EntryConfirmed},
	contract.EntrySubmitted:   {contract.EntryDraft, contract.EntryProvisional, contract.EntryConfirmed, contract.EntryDeclined},
	contract.EntryProvisional: {contract.EntryConfirmed, contract.EntryDeclined},
	contract.EntryDeclined:    {contract.EntryDraft},
	contract.EntryConfirmed:   {contract.EntryCancelled, contract.EntryPostponed},
	contract.EntryPostponed:   {contract.EntryConfirmed, contract.EntryCancelled},
	contract.EntryCancelled:   {contract.EntryConfirmed},
}

// statusLeads is leads for one date.
var statusLeads = map[contract.OccurrenceStatus][]contract.OccurrenceStatus{
	contract.Scheduled: {contract.Cancelled, contract.Postponed},
	contract.Postponed: {contract.Scheduled, contract.Cancelled},
	contract.Cancelled: {contract.Scheduled},
}

// EntryTransition is one step of what became of an entry or of one of its dates.
type EntryTransition struct {
	Occurrence contract.OccurrenceID `json:"occurrence,omitempty" example:"occ_019ab3f47c2e7d06b8a1f0c2d3e4f506" doc:"The date that it is about; absent: the entry."`
	From       string                `json:"from,omitempty" example:"submitted" doc:"Absent: it was made."`
	To         string                `json:"to" example:"confirmed"`
	Actor      string                `json:"actor,omitempty" example:"user_019ab3f47c2e7d06b8a1f0c2d3e4f501" doc:"The user or program; absent where an organiser is not told to who has proposed the entry."`
	Reason     string                `json:"reason,omitempty" example:"The hall is free."`
	At         time.Time             `json:"at"`
}

// SetEntryState brings an entry into a state, notes who did it and why, and emits in the same
// transaction what visitors see of it. An entry that is in the state already stays as it is,
// whatever its version. version is as for UpdateEntry. It fails with 409 `illegal_transition`
// where the state that it is in does not lead there, and as UpdateEntry does; with 403
// `proposals_closed` where a member submits to a calendar that takes no proposals.
func (s *Service) SetEntryState(ctx context.Context, ref contract.EntryID, version int64, state contract.EntryState, reason string) (after contract.Entry, err error) {
	u, err := parseEntry(ref)
	if err != nil {
		return after, err
	}
	if err := errors.Join(knownState(state), checkLine("body.reason", reason, 0, maxReason)); err != nil {
		return after, err
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		h, err := hold(ctx, tx, u, nil, unanswered)
		if err != nil {
			return err
		}
		q := eventsdb.New(tx)
		if contract.EntryState(h.row.State) != state {
			if err := sameVersion(version, h.row.Version); err != nil {
				return err
			}
			if err := s.turn(ctx, tx, h, state, reason); err != nil {
				return err
			}
		}
		after, err = s.viewOne(ctx, q, u)
		return err
	})
	return after, refusedEntry(err)
}

// turn brings an entry that the transaction holds into another state.
func (s *Service) turn(ctx context.Context, tx pgx.Tx, h held, state contract.EntryState, reason string) error {
	from := contract.EntryState(h.row.State)
	members := []contract.EntryState{contract.EntryDraft, contract.EntrySubmitted}
	switch {
	case !h.organiser && !slices.Contains(members, state):
		return notOrganiser()
	case !slices.Contains(leads[from], state), from == contract.EntrySubmitted && state == contract.EntryDraft && !proposed(ctx, h.row):
		return illegalTransition(string(from))
	case !h.organiser && state == contract.EntrySubmitted && !h.calendar.Proposals:
		return proposalsClosed()
	case !h.organiser && state == contract.EntrySubmitted && h.calendar.ArchivedAt != nil:
		return archived()
	}
	q, after := eventsdb.New(tx), h.row
	after.State = string(state)
	after = s.stamped(h.row, after, true)
	if state == contract.EntryConfirmed && after.PublishedAt == nil {
		after.PublishedAt = &after.UpdatedAt
	}
	if err := updateEntry(ctx, q, after); err != nil {
		return err
	}
	if err := s.note(ctx, q, after.ID, nil, string(from), after.State, reason); err != nil {
		return err
	}
	dates, err := q.OccurrencesOf(ctx, after.ID)
	if err != nil {
		return err
	}
	return announce(ctx, tx, &h.row, &after, monthsOfAll(dates...))
}

// SetOccurrenceStatus cancels or postpones one date, or takes that back, notes who did it and
// why, and emits EntryUpdated in the same transaction where visitors see it. version, where it
// is not nil, is the entry's that the editor saw. A date that has the status, for this reason,
// stays as it is, whatever the version. It fails with 404, with 403 `not_organiser`, with 409
// `illegal_transition` and with 412.
func (s *Service) SetOccurrenceStatus(ctx context.Context, ref contract.OccurrenceID, version *int64, status contract.OccurrenceStatus, reason string) (after contract.Entry, err error) {
	u, ok := id.Parse(occurrencePrefix, ref)
	if !ok {
		return after, noOccurrence()
	}
	if _, known := statusLeads[status]; !known {
		return after, invalid("body.status", "expected scheduled, cancelled or postponed")
	}
	if err := checkLine("body.reason", reason, 0, maxReason); err != nil {
		return after, err
	}
	if status == contract.Scheduled {
		reason = ""
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := eventsdb.New(tx)
		entry, err := s.setStatus(ctx, tx, u, version, status, reason)
		if err != nil {
			return err
		}
		after, err = s.viewOne(ctx, q, entry)
		return err
	})
	return after, refusedEntry(err)
}

// setStatus is SetOccurrenceStatus in tx; it returns the date's entry.
func (s *Service) setStatus(ctx context.Context, tx pgx.Tx, ref uuid.UUID, version *int64, status contract.OccurrenceStatus, reason string) (entry uuid.UUID, err error) {
	q := eventsdb.New(tx)
	found, err := q.FindOccurrence(ctx, ref)
	if err != nil {
		return entry, orNoOccurrence(err)
	}
	h, err := hold(ctx, tx, found.EntryID, nil, unanswered)
	if err != nil {
		if problem.Code(err) == "not_found" {
			err = noOccurrence()
		}
		return entry, err
	}
	if !h.organiser {
		return entry, notOrganiser()
	}
	was, err := q.FindOccurrence(ctx, ref)
	if err != nil {
		return entry, orNoOccurrence(err)
	}
	from := contract.OccurrenceStatus(was.Status)
	switch {
	case was.EntryID != h.row.ID: // a series was cut meanwhile
		return entry, sameVersion(0, h.row.Version)
	case from == status && was.Reason == reason:
		return h.row.ID, nil
	case version != nil && *version != h.row.Version:
		return entry, sameVersion(*version, h.row.Version)
	case from != status && !slices.Contains(statusLeads[from], status):
		return entry, illegalTransition(string(from))
	}
	date := was
	date.Status, date.Reason = string(status), reason
	if from != status {
		if err := s.note(ctx, q, h.row.ID, &ref, was.Status, date.Status, reason); err != nil {
			return entry, err
		}
	}
	return h.row.ID, s.putDate(ctx, tx, h.row, was, date, from != status)
}

func orNoOccurrence(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return noOccurrence()
	}
	return err
}

// note writes down what became of an entry, or of one of its dates.
func (s *Service) note(ctx context.Context, q *eventsdb.Queries, entry uuid.UUID, date *uuid.UUID, from, to, reason string) error {
	return q.InsertTransition(ctx, eventsdb.InsertTransitionParams{
		EntryID: entry, OccurrenceID: date, FromState: from, ToState: to, Actor: actor(ctx), Reason: reason, At: s.Clock.Now()})
}

// Transitions are what became of an entry and of its dates, the latest first, for those who
// may organise it and for who has proposed it, who is not told who organises. It fails with 404,
// 403 `not_organiser` and 422 `invalid_cursor`.
func (s *Service) Transitions(ctx context.Context, ref contract.EntryID, limit int, mark string) (list []EntryTransition, next string, err error) {
	u, err := parseEntry(ref)
	if err != nil {
		return nil, "", err
	}
	place := struct {
		ID int64 `json:"i"`
	}{1 << 62}
	if err := cursor.Decode(mark, &place); err != nil {
		return nil, "", err
	}
	q := s.queries()
	row, err := q.FindEntry(ctx, u)
	if err != nil {
		return nil, "", orNoEntry(err)
	}
	who := viewerOf(ctx)
	switch {
	case who.knows(row):
	case who.meets(row):
		return nil, "", notOrganiser()
	default:
		return nil, "", noEntry()
	}
	rows, err := q.TransitionsOf(ctx, eventsdb.TransitionsOfParams{EntryID: u, Before: place.ID, Count: int32(limit) + 1})
	if err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		place.ID = rows[limit-1].ID
		next = cursor.Encode(place)
	}
	list = make([]EntryTransition, len(rows))
	for i, r := range rows {
		list[i] = EntryTransition{From: r.FromState, To: r.ToState, Actor: r.Actor, Reason: r.Reason, At: r.At}
		if !mayOrganise(ctx, calendarID(row.CalendarID)) && r.Actor != string(who.member) {
			list[i].Actor = ""
		}
		if r.OccurrenceID != nil {
			list[i].Occurrence = occurrenceID(*r.OccurrenceID)
		}
	}
	return list, next, nil
}

// knownState refuses with 422 what is no state.
func knownState(state contract.EntryState) error {
	if _, known := leads[state]; !known {
		return invalid("body.state", "expected one of the states")
	}
	return nil
}

// illegalTransition is a 409 that names the state that something is in.
func illegalTransition(from string) error {
	return problem.Conflict("it is %s, which does not lead there", from).WithCode("illegal_transition")
}

// DeleteEntry removes an entry that visitors never saw and of whose dates nobody has saved one:
// organisers, and who has proposed it.
// version is as for UpdateEntry. It fails with 409 `not_deletable`, and as UpdateEntry does.
func (s *Service) DeleteEntry(ctx context.Context, ref contract.EntryID, version int64) error {
	u, err := parseEntry(ref)
	if err != nil {
		return err
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		h, err := hold(ctx, tx, u, &version, deletable)
		if err != nil {
			return err
		}
		if !slices.Contains(deletable, contract.EntryState(h.row.State)) {
			return notDeletable()
		}
		return eventsdb.New(tx).DeleteEntry(ctx, u) // a date that somebody has saved holds it
	})
	return refusedEntry(err)
}

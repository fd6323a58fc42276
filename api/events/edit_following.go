// Cutting a series at one of its dates.

package events

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/events/localtime"
	"rose-ash.com/roseash/api/events/series"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// editFollowing cuts a series: the dates from one on, with their ids, are a new entry's, which
// gets the change. At the first date there is nothing to cut.
func (s *Service) editFollowing(ctx context.Context, tx pgx.Tx, h held, from eventsdb.Occurrence, f EntryFields) (heir uuid.UUID, err error) {
	q, before := eventsdb.New(tx), h.row
	if from.Kept {
		return before.ID, invalid("body.occurrence", "expected a date that the series has")
	}
	dates, err := q.OccurrencesOf(ctx, before.ID)
	if err != nil {
		return before.ID, err
	}
	first := true
	for _, date := range dates {
		first = first && (date.Kept || !date.RecurrenceLocal.Before(from.RecurrenceLocal))
	}
	if first {
		return before.ID, s.editAll(ctx, tx, h, &from, f)
	}
	is, err := seriesOf(before)
	if err != nil {
		return before.ID, err
	}
	headSeries, tailSeries, ok := series.Cut(is, from.RecurrenceLocal)
	if !ok {
		return before.ID, invalid("body.occurrence", "expected a date that the series has")
	}
	if max(len(headSeries.Rule), len(tailSeries.Rule)) > maxRule {
		return before.ID, ruleNeeded()
	}
	head, tail := before, before
	give(&head, headSeries)
	give(&tail, tailSeries)
	tail.ID, tail.SplitFrom, tail.Sequence, tail.Version = id.New(), &before.ID, 0, 1
	tail.Uid = s.uid(tail.ID)
	if tail.Slug, err = freeSlug(ctx, q, tail.CalendarID, before.Title+" "+from.LocalStart.Format("2006-01-02")); err != nil {
		return before.ID, err
	}
	at := s.Clock.Now()
	tail.CreatedAt, tail.UpdatedAt, tail.EditedAt = at, at, at
	if err := insertEntry(ctx, q, tail); err != nil {
		return before.ID, err
	}
	if err := s.note(ctx, q, tail.ID, nil, "", tail.State, ""); err != nil {
		return before.ID, err
	}
	if err := q.HandOverOccurrences(ctx, eventsdb.HandOverOccurrencesParams{
		Heir: tail.ID, EntryID: before.ID, Recurrence: from.RecurrenceLocal, At: at}); err != nil {
		return before.ID, err
	}
	head = s.stamped(before, head, true)
	if err := updateEntry(ctx, q, head); err != nil {
		return before.ID, err
	}
	if _, err := s.settle(ctx, tx, &before, head, false); err != nil {
		return before.ID, err
	}
	return tail.ID, s.settleHeir(ctx, tx, before, head, tail, &from, f, monthsOfAll(dates...))
}

// settleHeir gives the entry that has taken over dates the change, and announces both; months
// are those of the series before it was cut.
func (s *Service) settleHeir(ctx context.Context, tx pgx.Tx, before, head, tail eventsdb.Entry, from *eventsdb.Occurrence, f EntryFields, months []string) error {
	changed, err := s.applied(ctx, tx, tail, from, f)
	if err != nil {
		return err
	}
	if err := updateEntry(ctx, eventsdb.New(tx), changed); err != nil {
		return err
	}
	along, err := s.moveAlong(ctx, tx, from, tail, changed, f)
	if err != nil {
		return err
	}
	told := public(contract.EntryState(before.State)) && (along || !sameTiming(tail, changed))
	done, err := s.settle(ctx, tx, &tail, changed, told)
	if err != nil {
		return err
	}
	if err := announce(ctx, tx, &before, &head, months); err != nil {
		return err
	}
	return announce(ctx, tx, nil, &changed, done.months)
}

// give makes a series when an entry happens.
func give(row *eventsdb.Entry, when localtime.Series) {
	row.LocalStart, row.LocalEnd, row.Rrule = when.Start, when.End, when.Rule
	row.Rdates, row.Exdates = orEmpty(when.RDates), orEmpty(when.ExDates)
}

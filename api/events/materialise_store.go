// The rows of a plan, and which months they are in.

package events

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
)

// store makes the rows of an entry what a plan says. Keys are deferred to the end of the
// transaction: one date may take the place of another.
func (s *Service) store(ctx context.Context, q *eventsdb.Queries, entry uuid.UUID, was []eventsdb.Occurrence, shall plan) error {
	at := s.Clock.Now()
	put, move := eventsdb.InsertOccurrencesParams{EntryID: entry, At: at}, eventsdb.MoveOccurrencesParams{At: at}
	stored := make(map[uuid.UUID]eventsdb.Occurrence, len(was))
	for _, row := range was {
		stored[row.ID] = row
	}
	for _, row := range shall.rows {
		if shall.fresh[row.ID] {
			put.Ids, put.Recurrences, put.Slugs = append(put.Ids, row.ID), append(put.Recurrences, row.RecurrenceLocal), append(put.Slugs, row.Slug)
			put.LocalStarts, put.LocalEnds = append(put.LocalStarts, row.LocalStart), append(put.LocalEnds, row.LocalEnd)
			put.Starts, put.Ends, put.Adjusted = append(put.Starts, row.StartsAt), append(put.Ends, row.EndsAt), append(put.Adjusted, row.Adjusted)
			continue
		}
		if sameDate(stored[row.ID], row) {
			continue
		}
		previous := time.Time{}
		if row.PreviousStart != nil {
			previous = *row.PreviousStart
		}
		move.Ids, move.Recurrences, move.Slugs = append(move.Ids, row.ID), append(move.Recurrences, row.RecurrenceLocal), append(move.Slugs, row.Slug)
		move.LocalStarts, move.LocalEnds = append(move.LocalStarts, row.LocalStart), append(move.LocalEnds, row.LocalEnd)
		move.Starts, move.Ends, move.Adjusted = append(move.Starts, row.StartsAt), append(move.Ends, row.EndsAt), append(move.Adjusted, row.Adjusted)
		move.Moved, move.Kept, move.Previous = append(move.Moved, row.Moved), append(move.Kept, row.Kept), append(move.Previous, previous)
	}
	if len(shall.gone) > 0 {
		if err := q.DeleteOccurrences(ctx, shall.gone); err != nil {
			return err
		}
	}
	if len(move.Ids) > 0 {
		if err := q.MoveOccurrences(ctx, move); err != nil {
			return err
		}
	}
	if len(put.Ids) > 0 {
		return q.InsertOccurrences(ctx, put)
	}
	return nil
}

// compare says what a plan does to the rows that there were.
func compare(was []eventsdb.Occurrence, shall plan) (done settled) {
	all, touched := map[string]bool{}, map[string]bool{}
	stored := make(map[uuid.UUID]eventsdb.Occurrence, len(was))
	gone := set(shall.gone)
	for _, row := range was {
		stored[row.ID] = row
		monthsOf(row, all)
		if gone[row.ID] {
			monthsOf(row, touched)
		}
	}
	for _, row := range shall.rows {
		monthsOf(row, all)
		old, had := stored[row.ID]
		if had && sameDate(old, row) {
			continue
		}
		monthsOf(row, touched)
		if had {
			monthsOf(old, touched)
			done.retimed = done.retimed || !old.StartsAt.Equal(row.StartsAt) || !old.EndsAt.Equal(row.EndsAt)
		}
	}
	done.months, done.touched = sorted(all), sorted(touched)
	return done
}

// monthsOf adds the local months that a date touches, "2026-11".
func monthsOf(row eventsdb.Occurrence, months map[string]bool) {
	last := row.LocalEnd.Add(-time.Microsecond)
	month := time.Date(row.LocalStart.Year(), row.LocalStart.Month(), 1, 0, 0, 0, 0, time.UTC)
	for first := true; first || !month.After(last); first = false {
		months[month.Format("2006-01")] = true
		month = month.AddDate(0, 1, 0)
	}
}

// monthsOfAll are the months of several dates.
func monthsOfAll(rows ...eventsdb.Occurrence) []string {
	months := map[string]bool{}
	for _, row := range rows {
		monthsOf(row, months)
	}
	return sorted(months)
}

func sorted(months map[string]bool) []string {
	list := make([]string, 0, len(months))
	for month := range months {
		list = append(list, month)
	}
	slices.Sort(list)
	return list
}

// Storing the dates of what was read of iCalendar files.

package events

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/events/internal/icsread"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// finish stores the dates of an entry, what is their own, and what was read, and tells of it. It
// fails with 422 `too_many_dates` where the file has made as many as it may.
func (i importing) finish(ctx context.Context, before *eventsdb.Entry, after eventsdb.Entry, done *imported) error {
	if err := i.charge(before, after); err != nil {
		return err
	}
	months, err := i.materialise(ctx, i.tx, before, after)
	if err != nil {
		return err
	}
	if before != nil || len(i.from.Dates) > 0 {
		more, err := i.dates(ctx, after, done)
		if err != nil {
			return err
		}
		months = append(months, more...)
		slices.Sort(months)
		months = slices.Compact(months)
	}
	put := eventsdb.PutImportParams{EntryID: after.ID, Digest: i.from.Digest[:], Sequence: int32(i.from.Sequence), At: i.Clock.Now()}
	if !i.from.Modified.IsZero() {
		put.Modified = &i.from.Modified
	}
	if err := i.q.PutImport(ctx, put); err != nil {
		return err
	}
	return announce(ctx, i.tx, before, &after, months)
}

// charge counts the dates of an entry. Once there are too many it does not even list them.
func (i importing) charge(before *eventsdb.Entry, after eventsdb.Entry) error {
	if *i.left >= 0 {
		shall, _, err := i.expand(before, after)
		if err != nil {
			return err
		}
		*i.left -= len(shall.dates)
	}
	if *i.left < 0 {
		return problem.Unprocessable("the file has too many dates").WithCode("too_many_dates")
	}
	return nil
}

// dates gives each date what is its own, and takes away what is not in the file any more.
func (i importing) dates(ctx context.Context, entry eventsdb.Entry, done *imported) (months []string, err error) {
	rows, err := i.q.LockOccurrences(ctx, entry.ID)
	if err != nil {
		return nil, err
	}
	done.dates = make([]string, len(i.from.Dates))
	taken, kept := make(map[uuid.UUID]bool), false
	for n, date := range i.from.Dates {
		at := slices.IndexFunc(rows, func(o eventsdb.Occurrence) bool { return o.RecurrenceLocal.Equal(date.Recurrence) && !o.Kept })
		if at < 0 {
			done.dates[n] = "no_such_date"
			continue
		}
		taken[rows[at].ID] = true
		off, err := i.override(ctx, entry, rows[at], &i.from.Dates[n])
		if err != nil {
			return nil, err
		}
		kept = kept || off
	}
	for _, row := range rows {
		if !taken[row.ID] && !row.Kept {
			off, err := i.override(ctx, entry, row, nil)
			if err != nil {
				return nil, err
			}
			kept = kept || off
		}
	}
	if kept {
		done.notes = append(done.notes, noteStatus)
	}
	settled, err := i.settle(ctx, i.tx, &entry, entry, false)
	return append(settled.months, monthsOfAll(rows...)...), err
}

// override stores what is a date's own; of nil, nothing is but its summary, of which files have
// no word. A file can cancel a date, which is noted, and does not bring back one that is off:
// somebody here may have cancelled it. kept tells that the file has such a one on.
func (i importing) override(ctx context.Context, entry eventsdb.Entry, row eventsdb.Occurrence, date *icsread.Event) (kept bool, err error) {
	put := eventsdb.OverrideOccurrenceParams{ID: row.ID, LocalStart: row.RecurrenceLocal,
		LocalEnd: row.RecurrenceLocal.Add(entry.LocalEnd.Sub(entry.LocalStart)),
		Summary:  row.Summary, Status: row.Status, Reason: row.Reason, At: i.Clock.Now()}
	kept = contract.OccurrenceStatus(row.Status) != contract.Scheduled && (date == nil || !date.Cancelled)
	if date == nil {
		if !row.Moved && row.Title == nil && row.Description == nil && row.VenueID == nil && row.OnlineUrl == nil {
			return kept, nil
		}
		return kept, i.q.OverrideOccurrence(ctx, put)
	}
	if date.End.Sub(date.Start) > maxSpan {
		return kept, tooLong()
	}
	put.Moved = !date.Start.Equal(put.LocalStart) || !date.End.Equal(put.LocalEnd)
	put.LocalStart, put.LocalEnd = date.Start, date.End
	if date.Cancelled && contract.OccurrenceStatus(row.Status) != contract.Cancelled {
		put.Status, put.Reason = string(contract.Cancelled), ""
		if err := i.note(ctx, i.q, entry.ID, &row.ID, row.Status, put.Status, ""); err != nil {
			return kept, err
		}
	}
	if !date.Private || contract.EntryKind(entry.Kind) == contract.EntryPrivate { // else of its words nothing is told
		if err := i.words(ctx, entry, *date, &put); err != nil {
			return kept, err
		}
	}
	return kept, i.q.OverrideOccurrence(ctx, put)
}

// words writes down the texts and the place that a date has for itself.
func (i importing) words(ctx context.Context, entry eventsdb.Entry, date icsread.Event, put *eventsdb.OverrideOccurrenceParams) error {
	put.Title = own(date.Title, entry.Title)
	venue, text, err := i.place(ctx, date)
	if err != nil {
		return err
	}
	if venue != nil && contract.Attendance(entry.Attendance) != contract.Online && (entry.VenueID == nil || *venue != *entry.VenueID) {
		put.VenueID = venue
	}
	if put.Description = own(text, entry.Description); put.Description != nil {
		html, err := rendered(text, maxDescription)
		if err != nil {
			return err
		}
		put.DescriptionHtml = &html
	}
	if contract.Attendance(entry.Attendance) != contract.InPerson {
		put.OnlineUrl = own(date.Online, entry.OnlineUrl)
	}
	return nil
}

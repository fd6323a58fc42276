// What becomes of an entry's dates in an edit, without a database: which row is which date
// now, which are new, which go and which are kept beside the series.

package events

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/events/localtime"
	"rose-ash.com/roseash/api/events/series"
	"rose-ash.com/roseash/api/shared/id"
)

// oneDay is one by the calendar: wall times know no clock changes.
const oneDay = 24 * time.Hour

// planned is what is to be known of an edit to plan its dates.
type planned struct {
	entry    eventsdb.Entry // after the edit
	zone     *time.Location
	dates    []localtime.Date      // that the series has now
	matching int                   // how many of these, the first, can be one that was stored
	was      []eventsdb.Occurrence // that are stored
	referred map[uuid.UUID]bool    // ids of those that somebody refers to
	told     bool                  // visitors knew when they are, and an editor changes that
	now      time.Time
}

// plan is how the rows shall be.
type plan struct {
	rows  []eventsdb.Occurrence // all, those of the series in its order before those that are kept
	fresh map[uuid.UUID]bool    // of them, those that are new
	gone  []uuid.UUID           // rows that are to be removed
}

// plan decides. A row that the series has beyond the dates that are matched is that one still;
// others follow their date as series.Match says; one without a date goes, unless
// somebody refers to it. One that was kept is the series' again
// where the series has its recurrence again.
func (p planned) plan() plan {
	var regular, beside []eventsdb.Occurrence
	for _, row := range p.was {
		if row.Kept {
			beside = append(beside, row)
		} else {
			regular = append(regular, row)
		}
	}
	slices.SortFunc(regular, byRecurrence)
	slices.SortFunc(beside, byRecurrence)
	taken := map[int]eventsdb.Occurrence{}
	regular = slices.DeleteFunc(regular, func(row eventsdb.Occurrence) bool {
		at, has := p.find(row.RecurrenceLocal)
		if has = has && at >= p.matching; has {
			taken[at] = row
		}
		return has
	})
	became := series.Match(recurrences(regular), recurrencesOf(p.dates[:p.matching]))
	for i, row := range regular {
		if became[i] >= 0 {
			taken[became[i]] = row
		} else {
			beside = append(beside, row)
		}
	}
	out := plan{fresh: map[uuid.UUID]bool{}}
	kept := []eventsdb.Occurrence{}
	for _, row := range beside {
		at, again := p.find(row.RecurrenceLocal)
		switch _, has := taken[at]; {
		case again && !has:
			taken[at] = row
		case p.referred[row.ID]:
			kept = append(kept, row)
		default:
			out.gone = append(out.gone, row.ID)
		}
	}
	used := map[time.Time]bool{}
	for i, date := range p.dates {
		row, old := taken[i]
		if !old {
			row = eventsdb.Occurrence{ID: id.New(), EntryID: p.entry.ID, Status: "scheduled"}
			out.fresh[row.ID] = true
		}
		out.rows = append(out.rows, p.regular(row, date, old))
		used[date.Recurrence] = true
	}
	for _, row := range kept {
		row.Kept = true
		for used[row.RecurrenceLocal] { // the series has another date there
			row.RecurrenceLocal = row.RecurrenceLocal.Add(time.Second)
		}
		used[row.RecurrenceLocal] = true
		out.rows = append(out.rows, p.timed(row, row, true))
	}
	nameDates(out.rows)
	return out
}

// find is the index of the date that the series has at a recurrence.
func (p planned) find(recurrence time.Time) (at int, has bool) {
	return slices.BinarySearchFunc(p.dates, recurrence, func(d localtime.Date, t time.Time) int { return d.Recurrence.Compare(t) })
}

// regular is a row as a date of the series. Times that are its own stay.
func (p planned) regular(row eventsdb.Occurrence, date localtime.Date, old bool) eventsdb.Occurrence {
	was := row
	row.RecurrenceLocal, row.Kept = date.Recurrence, false
	if !row.Moved {
		row.LocalStart, row.LocalEnd = date.Start, date.End
	}
	row = p.timed(row, was, old)
	row.Moved = !row.LocalStart.Equal(date.Start) || !row.LocalEnd.Equal(date.End)
	return row
}

// timed gives a row the instants of its wall times. was is how it was told before.
func (p planned) timed(row, was eventsdb.Occurrence, old bool) eventsdb.Occurrence {
	if p.entry.AllDay {
		row.LocalStart, row.LocalEnd = wholeDays(row.LocalStart, row.LocalEnd)
	}
	span := localtime.Span(row.LocalStart, row.LocalEnd, p.zone)
	row.StartsAt, row.EndsAt, row.Adjusted = span.At, span.Until, string(span.How)
	if old && p.told && !row.StartsAt.Equal(was.StartsAt) && was.StartsAt.After(p.now) {
		previous := was.StartsAt
		row.PreviousStart = &previous
	}
	if row.PreviousStart != nil && row.PreviousStart.Equal(row.StartsAt) {
		row.PreviousStart = nil
	}
	return row
}

// wholeDays are the days that a span touches.
func wholeDays(start, end time.Time) (from, until time.Time) {
	from, until = start.Truncate(oneDay), end.Truncate(oneDay)
	if until.Before(end) || !until.After(from) {
		until = until.Add(oneDay)
	}
	return from, until
}

// nameDates gives rows their slugs: the local day, with the time where an entry has several on
// a day, and with a number where that is not enough.
func nameDates(rows []eventsdb.Occurrence) {
	order := make([]int, len(rows))
	perDay, perMinute := map[string]int{}, map[string]int{}
	for i, row := range rows {
		order[i] = i
		perDay[row.LocalStart.Format(time.DateOnly)]++
	}
	slices.SortStableFunc(order, func(a, b int) int { return byRecurrence(rows[a], rows[b]) })
	for _, i := range order {
		slug := rows[i].LocalStart.Format(time.DateOnly)
		if perDay[slug] > 1 {
			slug = rows[i].LocalStart.Format("2006-01-02-1504")
			if perMinute[slug]++; perMinute[slug] > 1 {
				slug = fmt.Sprintf("%s-%d", slug, perMinute[slug])
			}
		}
		rows[i].Slug = slug
	}
}

// sameDate tells that two states of a row need no storing.
func sameDate(a, b eventsdb.Occurrence) bool {
	return a.RecurrenceLocal.Equal(b.RecurrenceLocal) && a.Slug == b.Slug && a.LocalStart.Equal(b.LocalStart) &&
		a.LocalEnd.Equal(b.LocalEnd) && a.StartsAt.Equal(b.StartsAt) && a.EndsAt.Equal(b.EndsAt) && a.Adjusted == b.Adjusted &&
		a.Moved == b.Moved && a.Kept == b.Kept && (a.PreviousStart == nil) == (b.PreviousStart == nil) &&
		(a.PreviousStart == nil || a.PreviousStart.Equal(*b.PreviousStart))
}

func byRecurrence(a, b eventsdb.Occurrence) int {
	if c := a.RecurrenceLocal.Compare(b.RecurrenceLocal); c != 0 {
		return c
	}
	return slices.Compare(a.ID[:], b.ID[:])
}

func recurrences(rows []eventsdb.Occurrence) []time.Time {
	walls := make([]time.Time, len(rows))
	for i, row := range rows {
		walls[i] = row.RecurrenceLocal
	}
	return walls
}

func recurrencesOf(dates []localtime.Date) []time.Time {
	walls := make([]time.Time, len(dates))
	for i, date := range dates {
		walls[i] = date.Recurrence
	}
	return walls
}

// Storing the dates of entries.

package events

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/events/localtime"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/zones"
)

// maxStored is how many dates an edit may give an entry, those that have been included.
const maxStored = 5000

// unlimited is for series that were accepted: time goes on, and they get more dates.
const unlimited = 1 << 20

// Years that an entry can be in.
const (
	firstYear = 1900
	lastYear  = 2200
)

// materialise makes an entry's occurrences what its row says, in tx, which holds the row: dates
// from its series up to Ahead months (see horizon), each the one that it was before the edit as
// series.Match says, instants by the zone data of now. before is the row before the change,
// nil for a new entry. Overrides stay with their date; a date that the series has no more goes,
// unless somebody refers to it: then it is kept. It stores expanded_until and
// zone_version. Faults are 422 with the codes of localtime.Fault. months are those that have or
// had a date.
func (s *Service) materialise(ctx context.Context, tx pgx.Tx, before *eventsdb.Entry, after eventsdb.Entry) (months []string, err error) {
	told := before != nil && public(contract.EntryState(before.State)) && !sameTiming(*before, after)
	done, err := s.settle(ctx, tx, before, after, told)
	return done.months, err
}

// settled is what materialise has done.
type settled struct {
	months  []string // that have or had a date
	touched []string // of them, those in which something has changed
	retimed bool     // a date that was there begins or ends at another instant
}

// settle is materialise that tells more. told says that visitors know when the dates are and
// that somebody changes that: previous_start says then what they knew.
func (s *Service) settle(ctx context.Context, tx pgx.Tx, before *eventsdb.Entry, after eventsdb.Entry, told bool) (done settled, err error) {
	q := eventsdb.New(tx)
	was, err := q.LockOccurrences(ctx, after.ID)
	if err != nil {
		return done, err
	}
	p, until, err := s.expand(before, after)
	if err != nil {
		return done, err
	}
	referred, err := q.ReferredOccurrences(ctx, after.ID)
	if err != nil {
		return done, err
	}
	p.was, p.referred, p.told = was, set(referred), told
	shall := p.plan()
	if err := s.store(ctx, q, after.ID, was, shall); err != nil {
		return done, err
	}
	done = compare(was, shall)
	edited := after.EditedAt
	if done.retimed && before != nil && sameTiming(*before, after) { // the zone data have changed
		edited = s.Clock.Now()
	}
	return done, q.StampExpansion(ctx, eventsdb.StampExpansionParams{
		ID: after.ID, ExpandedUntil: until, ZoneVersion: zones.Version(), EditedAt: edited})
}

// expand lists the dates that an entry is to have, and up to when.
func (s *Service) expand(before *eventsdb.Entry, after eventsdb.Entry) (p planned, until time.Time, err error) {
	span, err := seriesOf(after)
	if err != nil {
		return p, until, err
	}
	now := s.Clock.Now()
	today := localtime.Wall(now, span.Zone).Truncate(oneDay)
	until = horizon(before, after, today)
	edited := before == nil || !sameTiming(*before, after)
	limit := unlimited
	if edited {
		limit = maxStored
		if err := checkTiming(span); err != nil {
			return p, until, err
		}
	}
	dates, err := span.Expand(until, limit)
	if err != nil {
		return p, until, faulty(err)
	}
	if edited && (len(dates) == 0 || within(dates, today) > MaxDates) {
		return p, until, faulty(tooMany(len(dates) == 0))
	}
	return planned{entry: after, zone: span.Zone, dates: dates, matching: matching(before, after, dates), now: now}, until, nil
}

// matching is how many of the dates are in the time for which dates were stored, moved along
// with the series: a series that is moved as a whole has as many there as before, so that each
// is the one that it was.
func matching(before *eventsdb.Entry, after eventsdb.Entry, dates []localtime.Date) int {
	if before == nil {
		return len(dates)
	}
	until := before.ExpandedUntil.Add(after.LocalStart.Sub(before.LocalStart))
	n, _ := slices.BinarySearchFunc(dates, until, func(d localtime.Date, t time.Time) int { return d.Recurrence.Compare(t) })
	return n
}

// horizon is up to when dates are stored, a midnight by the wall: Ahead months from today, and
// a month more where it is set anew, so that this is seldom. It moves with a series that is
// moved, so that none of its dates fall off its end.
func horizon(before *eventsdb.Entry, after eventsdb.Entry, today time.Time) time.Time {
	var until time.Time
	if before != nil {
		by := after.LocalStart.Sub(before.LocalStart)
		until = before.ExpandedUntil.Add(by).Add(oneDay - 1).Truncate(oneDay)
	}
	if until.Before(today.AddDate(0, Ahead, 0)) {
		until = today.AddDate(0, Ahead+1, 0)
	}
	least := []time.Time{after.LocalStart}
	if after.Rrule == "" {
		least = append(least, after.Rdates...)
	}
	for _, wall := range least {
		if beyond := wall.Truncate(oneDay).Add(oneDay); beyond.After(until) {
			until = beyond
		}
	}
	return until
}

// within counts the dates of Ahead months from a day.
func within(dates []localtime.Date, from time.Time) (n int) {
	until := from.AddDate(0, Ahead, 0)
	for _, d := range dates {
		if !d.Recurrence.Before(from) && d.Recurrence.Before(until) {
			n++
		}
	}
	return n
}

// seriesOf is when an entry happens. It fails with 422 `unknown_timezone`.
func seriesOf(row eventsdb.Entry) (localtime.Series, error) {
	zone, err := zones.Load(row.Timezone)
	if errors.Is(err, zones.ErrUnknown) {
		err = faulty(&localtime.Fault{Field: "timezone", Code: "unknown_timezone", Detail: "expected the IANA name of a time zone"})
	}
	return localtime.Series{Zone: zone, AllDay: row.AllDay, Start: row.LocalStart, End: row.LocalEnd,
		Rule: row.Rrule, RDates: row.Rdates, ExDates: row.Exdates}, err
}

// isSeries tells whether an entry can have several dates.
func isSeries(row eventsdb.Entry) bool { return row.Rrule != "" || len(row.Rdates) > 0 }

// checkTiming refuses what an editor may not give.
func checkTiming(s localtime.Series) error {
	if s.Start.Year() < firstYear || s.End.Year() > lastYear {
		return invalid("body.local_start", "expected a year from 1900 to 2200")
	}
	return faulty(s.Check(s.Start.AddDate(0, Ahead, 0), MaxDates))
}

// tooMany is the fault of a series that has too many dates in the time that is stored, or none.
func tooMany(none bool) error {
	if none {
		return &localtime.Fault{Field: "rrule", Code: "rule_empty", Detail: "the series has no date"}
	}
	return localtime.ErrTooMany
}

// faulty turns what is wrong with a series into a 422 with its code and field. Other errors
// stay as they are.
func faulty(err error) error {
	if errors.Is(err, localtime.ErrTooMany) {
		err = &localtime.Fault{Field: "rrule", Code: "too_many_dates", Detail: "the series has more than 800 dates in 24 months, or too many in all"}
	}
	var fault *localtime.Fault
	if !errors.As(err, &fault) {
		return err
	}
	return problem.Unprocessable("%s", fault.Detail).WithCode(fault.Code).WithField("body."+fault.Field, fault.Detail)
}

// sameTiming tells that two states of an entry have the same dates.
func sameTiming(a, b eventsdb.Entry) bool {
	return a.Timezone == b.Timezone && a.AllDay == b.AllDay && a.LocalStart.Equal(b.LocalStart) && a.LocalEnd.Equal(b.LocalEnd) &&
		a.Rrule == b.Rrule && slices.EqualFunc(a.Rdates, b.Rdates, time.Time.Equal) && slices.EqualFunc(a.Exdates, b.Exdates, time.Time.Equal)
}

func set(ids []uuid.UUID) map[uuid.UUID]bool {
	s := make(map[uuid.UUID]bool, len(ids))
	for _, u := range ids {
		s[u] = true
	}
	return s
}

// When an entry happens, as an editor sets it.

package events

import (
	"slices"
	"time"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/events/localtime"
	"rose-ash.com/roseash/api/events/series"
	"rose-ash.com/roseash/api/shared/problem"
)

// applyTiming writes onto a row when it happens. ref is the date whose times are given, nil for
// the first: the series moves so that it has that one then, with its rule, unless a rule is given
// too. One that is on another day than the series has it, and stays there, takes it along by the
// clock only. By one that is kept beside the series it moves by as much as that does. It fails with
// 422: the codes of localtime.Fault, and `rule_needed` where the rule cannot move along. Whether
// the outcome can be is materialise's to say.
func applyTiming(row *eventsdb.Entry, f EntryFields, ref *eventsdb.Occurrence) error {
	before := *row
	if f.Timezone != nil {
		row.Timezone = *f.Timezone
		if _, err := seriesOf(*row); err != nil {
			return err
		}
	}
	if f.AllDay != nil {
		row.AllDay = *f.AllDay
	}
	from, until := before.LocalStart, before.LocalEnd
	if ref != nil {
		from, until = ref.LocalStart, ref.LocalEnd
	}
	start, end, err := givenTimes(f, from, until, row.AllDay != before.AllDay, row.AllDay)
	if err != nil {
		return err
	}
	if f.RRule != nil {
		if row.Rrule, err = localtime.Canonical(*f.RRule, row.AllDay); err != nil {
			return faulty(err)
		}
	}
	length, lasts := end.Sub(start), before.LocalEnd.Sub(before.LocalStart)
	switch {
	case ref == nil || f.LocalStart == nil && f.LocalEnd == nil:
	case ref.Moved && !ref.Kept:
		from = ref.RecurrenceLocal.Add(apart(*ref, start))
		until = from.Add(lasts)
	case ref.Kept && row.AllDay == before.AllDay:
		length += lasts - until.Sub(from)
	}
	if !start.Equal(from) || !end.Equal(until) {
		if length < 0 {
			return endBeforeStart()
		}
		if err := move(row, before, start.Sub(from), length, f.RRule != nil); err != nil {
			return err
		}
	}
	if row.Rdates, err = givenDates("rdates", f.RDates, row.Rdates, row.AllDay); err != nil {
		return err
	}
	if row.Exdates, err = givenDates("exdates", f.ExDates, row.Exdates, row.AllDay); err != nil {
		return err
	}
	if !isSeries(*row) {
		row.Exdates = []time.Time{}
	}
	return nil
}

// apart is by how many days a date, moved to another day, stays away from the one on which its
// series has it, where it is told to begin at a local time: by none if that is on another day again.
func apart(date eventsdb.Occurrence, start time.Time) time.Duration {
	if !start.Truncate(oneDay).Equal(date.LocalStart.Truncate(oneDay)) {
		return 0
	}
	return date.LocalStart.Sub(date.RecurrenceLocal).Round(oneDay)
}

// givenTimes are the times of a date that has been from one to another; it lasts as long where
// only its start is given. Dates that become times, and the other way round, must be given.
func givenTimes(f EntryFields, from, until time.Time, other, allDay bool) (start, end time.Time, err error) {
	if other && (f.LocalStart == nil || f.LocalEnd == nil) {
		return start, end, missing(map[string]bool{"body.local_start": f.LocalStart == nil, "body.local_end": f.LocalEnd == nil})
	}
	start, end = from, until
	if f.LocalStart != nil {
		if start, err = wall("body.local_start", *f.LocalStart, allDay); err != nil {
			return start, end, err
		}
		end = start.Add(until.Sub(from))
	}
	if f.LocalEnd != nil {
		if end, err = wall("body.local_end", *f.LocalEnd, allDay); err != nil {
			return start, end, err
		}
	}
	if end.Before(start) || allDay && end.Equal(start) {
		return start, end, endBeforeStart()
	}
	return start, end, nil
}

// move moves an entry by as much as one of its dates, and gives all that length.
func move(row *eventsdb.Entry, before eventsdb.Entry, by, length time.Duration, ruled bool) error {
	if !ruled && row.AllDay == before.AllDay {
		is, err := seriesOf(before)
		if err != nil {
			return err
		}
		shall, ok := series.Shift(is, by, length)
		if !ok || len(shall.Rule) > maxRule {
			return ruleNeeded()
		}
		row.LocalStart, row.LocalEnd, row.Rrule, row.Rdates, row.Exdates = shall.Start, shall.End, shall.Rule, shall.RDates, shall.ExDates
		return nil
	}
	row.LocalStart = before.LocalStart.Add(by)
	if row.AllDay {
		row.LocalStart = row.LocalStart.Truncate(oneDay)
	}
	row.LocalEnd = row.LocalStart.Add(length)
	row.Rdates, row.Exdates = movedDates(before.Rdates, by, row.AllDay), movedDates(before.Exdates, by, row.AllDay)
	if ruled || row.Rrule == "" {
		return nil
	}
	if !row.LocalStart.Truncate(oneDay).Equal(before.LocalStart.Truncate(oneDay)) {
		return ruleNeeded()
	}
	var err error
	row.Rrule, err = localtime.Canonical(before.Rrule, row.AllDay)
	return faulty(err)
}

func movedDates(walls []time.Time, by time.Duration, allDay bool) []time.Time {
	moved := make([]time.Time, len(walls))
	for i, w := range walls {
		if moved[i] = w.Add(by); allDay {
			moved[i] = moved[i].Truncate(oneDay)
		}
	}
	return moved
}

// givenDates are the dates of a list in their order, each once; those that there are where none
// are given. It is never nil, as the database wants it.
func givenDates(name string, given *[]string, is []time.Time, allDay bool) ([]time.Time, error) {
	walls := append([]time.Time{}, is...)
	if given != nil {
		if len(*given) > MaxDates {
			return nil, invalid("body."+name, "expected at most 800 dates")
		}
		walls = make([]time.Time, len(*given))
		for i, text := range *given {
			var err error
			if walls[i], err = wall("body."+name, text, allDay); err != nil {
				return nil, err
			}
		}
	}
	slices.SortFunc(walls, time.Time.Compare)
	return slices.CompactFunc(walls, time.Time.Equal), nil
}

// wall reads a local time, or a date where allDay. It fails with 422.
func wall(location, text string, allDay bool) (time.Time, error) {
	t, err := localtime.Parse(text, allDay)
	switch {
	case err != nil && allDay:
		return t, invalid(location, "expected a date such as 2026-11-24")
	case err != nil:
		return t, invalid(location, "expected a local time such as 2026-11-24T19:00:00")
	case t.Year() < firstYear || t.Year() > lastYear:
		return t, invalid(location, "expected a year from 1900 to 2200")
	}
	return t, nil
}

func endBeforeStart() error {
	return faulty(&localtime.Fault{Field: "local_end", Code: "end_before_start", Detail: "it ends before it begins"})
}

// maxRule is how long a rule may be, in bytes.
const maxRule = 500

// ruleNeeded is a 422: the rule names days that the dates are no more on, or would be too long.
func ruleNeeded() error {
	return problem.Unprocessable("the rule cannot be kept for these dates").WithCode("rule_needed").
		WithField("body.rrule", "give the rule that the series is to have now")
}

func tooLong() error {
	return faulty(&localtime.Fault{Field: "local_end", Code: "too_long", Detail: "it lasts longer than 366 days"})
}

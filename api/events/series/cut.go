// A series cut in two.

package series

import (
	"slices"
	"time"

	"rose-ash.com/roseash/api/events/localtime"
)

// maxDates is how many dates before a cut are looked at.
const maxDates = 100_000

// Cut cuts a series before the date whose recurrence is at: head keeps what is earlier (UNTIL
// the last of these, or COUNT lowered, RDates and ExDates with them), tail begins at it with the
// same rule (COUNT less those before). Together they have the dates of the series, each once. A
// tail that is cut at one of RDates has it as such still where the rule goes on after it, and
// begins with the rule. ok is false where head would have no date, or the series has no such
// date, or its rule cannot be read.
func Cut(s localtime.Series, at time.Time) (head, tail localtime.Series, ok bool) {
	dates, err := s.Recurrences(at.Add(time.Second), maxDates)
	if err != nil || len(dates) < 2 || !dates[len(dates)-1].Equal(at) {
		return head, tail, false
	}
	bare := s
	bare.RDates, bare.ExDates = nil, nil
	ruled, err := bare.Recurrences(at, maxDates)
	if err != nil {
		return head, tail, false
	}
	head, tail = s, s
	head.RDates, tail.RDates = part(s.RDates, at)
	head.ExDates, tail.ExDates = part(s.ExDates, at)
	var rule localtime.Rule
	if s.Rule != "" {
		if rule, err = localtime.ParseRule(s.Rule); err != nil {
			return head, tail, false
		}
	}
	if len(ruled) == 0 || s.Rule == "" {
		head = listed(head, dates[:len(dates)-1])
	} else {
		short := rule
		if rule.Count > 0 {
			short.Count = len(ruled)
		} else {
			short.Until, short.UntilDate = ruled[len(ruled)-1], s.AllDay
		}
		head.Rule = short.String()
	}
	start, more := next(bare, at, ruled)
	if !more {
		tail = listed(tail, append([]time.Time{at}, tail.RDates...))
		return head, tail, true
	}
	if s.Rule != "" {
		if rule.Count > 0 {
			rule.Count -= len(ruled)
		}
		tail.Rule = rule.String()
	}
	tail.Start, tail.End = start, start.Add(s.End.Sub(s.Start))
	return head, tail, true
}

// next is the first date at or after a wall time that a series has by its rule, which has had
// those in earlier.
func next(s localtime.Series, at time.Time, earlier []time.Time) (start time.Time, more bool) {
	// One more than the earlier ones, however far away: a year is not enough for 29 February.
	for _, years := range []int{0, 1, 8, 800} {
		dates, err := s.Recurrences(at.AddDate(years, 0, 0).Add(time.Second), maxDates)
		if err != nil {
			return start, false
		}
		if len(dates) > len(earlier) {
			return dates[len(earlier)], true
		}
	}
	return start, false
}

// listed is a series without a rule: these dates of it, those left out taken away.
func listed(s localtime.Series, dates []time.Time) localtime.Series {
	dates = slices.DeleteFunc(slices.Clone(dates), func(d time.Time) bool {
		return slices.ContainsFunc(s.ExDates, d.Equal)
	})
	slices.SortFunc(dates, time.Time.Compare)
	dates = slices.CompactFunc(dates, time.Time.Equal)
	length := s.End.Sub(s.Start)
	s.Rule, s.ExDates = "", nil
	s.Start, s.End, s.RDates = dates[0], dates[0].Add(length), dates[1:]
	return s
}

// part is what of a list is before a wall time, and what is not.
func part(walls []time.Time, at time.Time) (before, after []time.Time) {
	for _, wall := range walls {
		if wall.Before(at) {
			before = append(before, wall)
		} else {
			after = append(after, wall)
		}
	}
	return before, after
}

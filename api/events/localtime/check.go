// The series that the API accepts.

package localtime

import (
	"errors"
	"time"
)

// MaxLength is how long one date may last.
const MaxLength = 366 * 24 * time.Hour

// maxListed is how many dates may be added by RDates, and taken away by ExDates.
const maxListed = 800

// forever is longer than any rule keeps quiet: the calendar repeats itself after it.
const forever = 2 * cycle

// Check tells what is wrong, nil for nothing: the subset that the API accepts (no sub-daily
// rules, at most limit dates before until, and the others of Fault). The error is a *Fault.
func (s Series) Check(until time.Time, limit int) error {
	if fault := s.check(until, limit); fault != nil {
		return fault
	}
	return nil
}

func (s Series) check(until time.Time, limit int) *Fault {
	if s.Zone == nil {
		return &Fault{"timezone", "unknown_timezone", "That time zone is not known."}
	}
	if s.End.Before(s.Start) || s.AllDay && !midnight(s.End).After(midnight(s.Start)) {
		return &Fault{"local_end", "end_before_start", "The end is before the beginning."}
	}
	if s.End.Sub(s.Start) > MaxLength {
		return &Fault{"local_end", "too_long", "One date lasts 366 days at most. Something that comes back is a repetition."}
	}
	if len(s.RDates) > maxListed {
		return &Fault{"rdates", "too_many_dates", "There are more than 800 further dates."}
	}
	if len(s.ExDates) > maxListed {
		return &Fault{"exdates", "too_many_dates", "There are more than 800 dates left out."}
	}
	if s.Rule != "" {
		if fault := s.checkRule(); fault != nil {
			return fault
		}
	}
	dates, err := s.Recurrences(until, limit)
	var fault *Fault
	switch {
	case errors.Is(err, ErrTooMany):
		return ruleFault("too_many_dates", "The series has too many dates. Let it end earlier, or repeat less often.")
	case errors.As(err, &fault):
		return fault
	case len(dates) == 0 && s.empty():
		return ruleFault("rule_empty", "No date is left: all of them are left out.")
	}
	return nil
}

// checkRule tells what of a rule the API does not accept.
func (s Series) checkRule() *Fault {
	rule, err := ParseRule(s.Rule)
	if err != nil {
		var fault *Fault
		errors.As(err, &fault)
		return fault
	}
	switch {
	case rule.Freq > Daily:
		return ruleFault("rule_frequency", "A series repeats daily, weekly, monthly or yearly. For several times a day make several series.")
	case len(rule.BySecond)+len(rule.ByMinute)+len(rule.ByHour) > 0:
		return ruleFault("rule_part", "A repetition names no times of the day (BYHOUR, BYMINUTE, BYSECOND): the series has those of its first date.")
	case len(rule.ByYearDay)+len(rule.ByWeekNo) > 0:
		return ruleFault("rule_part", "Days and weeks counted in the year (BYYEARDAY, BYWEEKNO) are not supported. Name months and days instead.")
	}
	start := s.Start
	if s.AllDay {
		start = midnight(start)
	}
	if !rule.Until.IsZero() && rule.last().Before(start) {
		return ruleFault("rule_empty", "The repetition ends before it begins.")
	}
	// UNTIL is of no weight for the first date now, nor COUNT.
	if first, err := rule.between(start, start.Add(time.Second), 1); err != nil || len(first) == 0 {
		return &Fault{"rrule", "start_outside_rule", "The first date is not one of those that the repetition has. Let it begin on one of them, or change the repetition."}
	}
	return nil
}

// empty tells whether a series has no date at all, ever.
func (s Series) empty() bool {
	dates, err := s.Recurrences(s.Start.AddDate(forever, 0, 0), 0)
	return err == nil && len(dates) == 0
}

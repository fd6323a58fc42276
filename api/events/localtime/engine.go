// Rules made dates, in wall time: teambition/rrule-go on a clock that knows no zones, and around
// it what RFC 5545 asks for and that library does not do. Rules of less than a day are in subdaily.go.

package localtime

import (
	"slices"
	"time"

	"github.com/teambition/rrule-go"
)

// The library steps from period to period until it finds a date, or the year 9999 is over: a rule
// without any would take it eight thousand years. The calendar repeats itself every 400, weekdays
// included, so that a rule can be followed in a later age and what is found be brought back: then
// the end of its calendar is near.
const (
	lastYear = 9999
	cycle    = 400
)

// longest is an INTERVAL that is beyond the last year for every frequency from daily.
const longest = 4_000_000

// maxTimes is how many times of a day a rule may name; a year of them is made at once.
const maxTimes = 1440

// between are the wall times of the rule from start up to until, exclusive, in their order. It
// fails with ErrTooMany where there are more than limit.
func (r Rule) between(start, until time.Time, limit int) ([]time.Time, error) {
	if !r.Until.IsZero() {
		if beyond := r.last().Add(time.Second); beyond.Before(until) {
			until = beyond
		}
	}
	if end := time.Date(lastYear, 1, 1, 0, 0, 0, 0, time.UTC); until.After(end) {
		until = end
	}
	if !start.Before(until) || start.Year() < 1 {
		return nil, nil
	}
	var walls []time.Time
	collect := func(wall time.Time) (more bool) {
		walls = append(walls, wall)
		return len(walls) <= limit && (r.Count == 0 || len(walls) < r.Count)
	}
	follow := r.follow
	if r.Freq > Daily {
		follow = r.followWithinDays
	}
	if err := follow(start, until, collect); err != nil {
		return nil, err
	}
	if len(walls) > limit {
		return nil, ErrTooMany
	}
	return walls, nil
}

// follow calls yield with each wall time of a rule of whole days from start up to until, as
// long as it wants more. COUNT and UNTIL are the caller's.
func (r Rule) follow(start, until time.Time, yield func(time.Time) bool) error {
	if max(1, len(r.ByHour))*max(1, len(r.ByMinute))*max(1, len(r.BySecond)) > maxTimes {
		return ErrTooMany
	}
	days, possible := r.days(start)
	if !possible {
		return nil
	}
	ages := (lastYear - 1 - until.Year()) / cycle * cycle
	option := rrule.ROption{
		Freq:     []rrule.Frequency{rrule.YEARLY, rrule.MONTHLY, rrule.WEEKLY, rrule.DAILY}[r.Freq],
		Dtstart:  r.begin(start).AddDate(ages, 0, 0),
		Interval: min(r.Interval, longest),
		Wkst:     weekdays[r.WeekStart],
		Until:    until.Add(-time.Second).AddDate(ages, 0, 0),
		Bysetpos: r.BySetPos, Bymonth: r.ByMonth, Bymonthday: r.ByMonthDay, Byyearday: r.ByYearDay,
		Byweekno: r.ByWeekNo, Byweekday: days, Byhour: r.ByHour, Byminute: r.ByMinute, Bysecond: r.BySecond,
	}
	engine, err := rrule.NewRRule(option)
	if err != nil {
		return ruleFault("rule_invalid", "The repetition cannot be followed.")
	}
	next := engine.Iterator()
	for {
		found, ok := next()
		if !ok {
			return nil
		}
		wall := found.AddDate(-ages, 0, 0)
		if wall.Before(start) {
			continue
		}
		if !yield(wall) {
			return nil
		}
	}
}

var weekdays = []rrule.Weekday{rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU}

// begin is where the first period is followed from. The library's first week would otherwise
// begin at start, and BYSETPOS count from there.
func (r Rule) begin(start time.Time) time.Time {
	if r.Freq != Weekly {
		return start
	}
	return start.AddDate(0, 0, -((WeekdayOf(start) - r.WeekStart + 7) % 7))
}

// days is BYDAY as the library wants it; possible is false where no day can be meant.
func (r Rule) days(start time.Time) (days []rrule.Weekday, possible bool) {
	byDay := r.ByDay
	if len(byDay) == 0 {
		// What a rule leaves open is as in its start (RFC 5545 section 3.3.10). The library takes
		// the whole week where only BYWEEKNO is given.
		if r.Freq == Weekly || len(r.ByWeekNo) > 0 && len(r.ByMonthDay)+len(r.ByYearDay) == 0 {
			byDay = []Day{{Weekday: WeekdayOf(start)}}
		}
	}
	// Numbered and plain weekdays beside each other would have to hold both for the library:
	// the plain ones become all their numbers. Numbers beyond a month's fifth make it read
	// past the end of its tables.
	most := 53
	if r.Freq == Monthly || len(r.ByMonth) > 0 {
		most = 5
	}
	numbered := slices.ContainsFunc(byDay, func(d Day) bool { return d.Nth != 0 })
	for _, d := range byDay {
		switch {
		case d.Nth == 0 && numbered:
			for n := 1; n <= most; n++ {
				days = append(days, weekdays[d.Weekday].Nth(n))
			}
		case d.Nth == 0:
			days = append(days, weekdays[d.Weekday])
		case -most <= d.Nth && d.Nth <= most:
			days = append(days, weekdays[d.Weekday].Nth(d.Nth))
		}
	}
	return days, len(days) > 0 || len(byDay) == 0
}

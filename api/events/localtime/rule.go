// Recurrence rules: what they say, and how they are read and written.

package localtime

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Freq is how long the periods of a rule are.
type Freq int

// The frequencies of RFC 5545, the longest first.
const (
	Yearly Freq = iota
	Monthly
	Weekly
	Daily
	Hourly
	Minutely
	Secondly
)

var freqNames = []string{"YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"}

// Day is a weekday, 0 being Monday, and which one of the month or year: 0 for all, -1 for the last.
type Day struct{ Nth, Weekday int }

var dayNames = []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

// WeekdayOf is the number of a wall time's weekday, 0 being Monday.
func WeekdayOf(wall time.Time) int { return (int(wall.Weekday()) + 6) % 7 }

// Rule is an RRULE (RFC 5545 section 3.3.10) in local time. Its lists are in their order and
// have nothing twice.
type Rule struct {
	Freq      Freq
	Interval  int       // at least 1
	Count     int       // 0: none
	Until     time.Time // wall, inclusive; zero: none
	UntilDate bool      // Until is a date: that day is still included

	BySecond, ByMinute, ByHour               []int
	ByDay                                    []Day
	ByMonthDay, ByYearDay, ByWeekNo, ByMonth []int
	BySetPos                                 []int
	WeekStart                                int // weekday, 0 being Monday
}

const (
	untilDateLayout = "20060102"
	untilTimeLayout = "20060102T150405"
)

// String writes the rule in RFC 5545's order of parts, without what is the default.
func (r Rule) String() string {
	var b strings.Builder
	b.WriteString("FREQ=" + freqNames[r.Freq])
	if !r.Until.IsZero() {
		layout := untilTimeLayout
		if r.UntilDate {
			layout = untilDateLayout
		}
		b.WriteString(";UNTIL=" + r.Until.Format(layout))
	}
	if r.Count > 0 {
		b.WriteString(";COUNT=" + strconv.Itoa(r.Count))
	}
	if r.Interval > 1 {
		b.WriteString(";INTERVAL=" + strconv.Itoa(r.Interval))
	}
	list := func(name string, values []int) {
		for i, v := range values {
			if i == 0 {
				b.WriteString(";" + name + "=")
			} else {
				b.WriteByte(',')
			}
			b.WriteString(strconv.Itoa(v))
		}
	}
	list("BYSECOND", r.BySecond)
	list("BYMINUTE", r.ByMinute)
	list("BYHOUR", r.ByHour)
	for i, d := range r.ByDay {
		if i == 0 {
			b.WriteString(";BYDAY=")
		} else {
			b.WriteByte(',')
		}
		if d.Nth != 0 {
			b.WriteString(strconv.Itoa(d.Nth))
		}
		b.WriteString(dayNames[d.Weekday])
	}
	list("BYMONTHDAY", r.ByMonthDay)
	list("BYYEARDAY", r.ByYearDay)
	list("BYWEEKNO", r.ByWeekNo)
	list("BYMONTH", r.ByMonth)
	list("BYSETPOS", r.BySetPos)
	if r.WeekStart != 0 {
		b.WriteString(";WKST=" + dayNames[r.WeekStart])
	}
	return b.String()
}

// Canonical is a rule as it is stored: upper case, parts in RFC 5545's order, UNTIL local and of
// the kind of the series (a date where allDay; a date that ends what has times is the end of that
// day), no needless INTERVAL=1. The empty rule stays empty. It fails with a *Fault.
func Canonical(rule string, allDay bool) (string, error) {
	if rule == "" {
		return "", nil
	}
	r, err := ParseRule(rule)
	if err != nil {
		return "", err
	}
	return r.For(allDay).String(), nil
}

// For is the rule with an UNTIL of the kind of its series: a date, or a time.
func (r Rule) For(allDay bool) Rule {
	if r.Until.IsZero() || r.UntilDate == allDay {
		return r
	}
	if allDay {
		r.Until = midnight(r.Until)
	} else {
		r.Until = midnight(r.Until).Add(24*time.Hour - time.Second)
	}
	r.UntilDate = allDay
	return r
}

// last is the last wall time that a rule's UNTIL lets in.
func (r Rule) last() time.Time {
	if r.UntilDate {
		return midnight(r.Until).Add(24*time.Hour - time.Second)
	}
	return r.Until
}

// sortInts orders a list as rules are stored: those from the beginning, then those from the end.
func sortInts(values []int) []int {
	slices.SortFunc(values, func(a, b int) int {
		if (a < 0) != (b < 0) {
			return b - a
		}
		return a - b
	})
	return slices.Compact(values)
}

// SortDays orders weekdays as rules are stored: from Monday, each from its first to its last.
func SortDays(days []Day) []Day {
	slices.SortFunc(days, func(a, b Day) int {
		if a.Weekday != b.Weekday {
			return a.Weekday - b.Weekday
		}
		if (a.Nth < 0) != (b.Nth < 0) {
			return b.Nth - a.Nth
		}
		return a.Nth - b.Nth
	})
	return slices.Compact(days)
}

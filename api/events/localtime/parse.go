// Reading recurrence rules: strict, with faults that tell whoever edits what to change.

package localtime

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxRule is how long a rule may be, in bytes: as much as is stored.
const maxRule = 500

// ParseRule reads an RRULE value. It fails with a *Fault on what RFC 5545 section 3.3.10 does
// not allow, and on an UNTIL in UTC, which is no local time.
func ParseRule(text string) (Rule, error) {
	if len(text) > maxRule {
		return Rule{}, ruleFault("rule_invalid", "The repetition is too long.")
	}
	r := Rule{Freq: -1, Interval: 1}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(strings.ToUpper(text), ";") {
		name, value, ok := strings.Cut(part, "=")
		if !ok || value == "" {
			return Rule{}, ruleFault("rule_invalid", "The repetition is not written as NAME=VALUE parts with semicolons between them.")
		}
		if seen[name] {
			return Rule{}, ruleFault("rule_invalid", "The repetition has the same part twice.")
		}
		seen[name] = true
		if fault := r.set(name, value); fault != nil {
			return Rule{}, fault
		}
	}
	if fault := r.coherent(); fault != nil {
		return Rule{}, fault
	}
	return r, nil
}

// bounds of the parts that are lists of numbers; signed ones may count from the end, and have no 0.
var bounds = map[string]struct {
	low, high int
	signed    bool
}{
	"BYSECOND": {0, 59, false}, "BYMINUTE": {0, 59, false}, "BYHOUR": {0, 23, false},
	"BYMONTHDAY": {1, 31, true}, "BYYEARDAY": {1, 366, true}, "BYWEEKNO": {1, 53, true},
	"BYMONTH": {1, 12, false}, "BYSETPOS": {1, 366, true},
}

// set reads one part.
func (r *Rule) set(name, value string) *Fault {
	if b, ok := bounds[name]; ok {
		values, ok := numbers(value, b.low, b.high, b.signed)
		if !ok {
			return ruleFault("rule_invalid", "A part of the repetition has a number that is not possible there.")
		}
		*r.list(name) = values
		return nil
	}
	switch name {
	case "FREQ":
		r.Freq = Freq(slices.Index(freqNames, value))
		if r.Freq < 0 {
			return ruleFault("rule_invalid", "FREQ is none of YEARLY, MONTHLY, WEEKLY and DAILY.")
		}
	case "INTERVAL":
		n, ok := number(value, 1, 999_999_999, false)
		if !ok {
			return ruleFault("rule_invalid", "INTERVAL is not a whole number from 1.")
		}
		r.Interval = n
	case "COUNT":
		n, ok := number(value, 1, 999_999_999, false)
		if !ok {
			return ruleFault("rule_invalid", "COUNT is not a whole number from 1.")
		}
		r.Count = n
	case "UNTIL":
		return r.setUntil(value)
	case "BYDAY":
		return r.setDays(value)
	case "WKST":
		r.WeekStart = slices.Index(dayNames, value)
		if r.WeekStart < 0 {
			return ruleFault("rule_invalid", "WKST is not a weekday such as MO.")
		}
	default: // RSCALE and SKIP of RFC 7529 among others
		return ruleFault("rule_part", "The repetition has a part that is not known here.")
	}
	return nil
}

// list is where the numbers of a part go.
func (r *Rule) list(name string) *[]int {
	return map[string]*[]int{
		"BYSECOND": &r.BySecond, "BYMINUTE": &r.ByMinute, "BYHOUR": &r.ByHour,
		"BYMONTHDAY": &r.ByMonthDay, "BYYEARDAY": &r.ByYearDay, "BYWEEKNO": &r.ByWeekNo,
		"BYMONTH": &r.ByMonth, "BYSETPOS": &r.BySetPos,
	}[name]
}

func (r *Rule) setUntil(value string) *Fault {
	layout := untilTimeLayout
	if len(value) == len(untilDateLayout) {
		layout, r.UntilDate = untilDateLayout, true
	}
	if len(value) != len(layout) {
		return ruleFault("rule_invalid", "UNTIL is not a local time such as 20261224T190000, without Z, or a date such as 20261224.")
	}
	until, err := time.Parse(layout, value)
	if err != nil || until.Year() < 2 { // the zero time is none
		return ruleFault("rule_invalid", "UNTIL is not a local time such as 20261224T190000, without Z, or a date such as 20261224.")
	}
	r.Until = until
	return nil
}

func (r *Rule) setDays(value string) *Fault {
	for text := range strings.SplitSeq(value, ",") {
		if len(text) < 2 {
			return ruleFault("rule_invalid", "BYDAY is not a list of weekdays such as MO or 2TU.")
		}
		nth, name := text[:len(text)-2], text[len(text)-2:]
		day := Day{Weekday: slices.Index(dayNames, name)}
		ok := day.Weekday >= 0
		if ok && nth != "" {
			day.Nth, ok = number(nth, 1, 53, true)
		}
		if !ok {
			return ruleFault("rule_invalid", "BYDAY is not a list of weekdays such as MO or 2TU.")
		}
		r.ByDay = append(r.ByDay, day)
	}
	r.ByDay = SortDays(r.ByDay)
	return nil
}

// coherent tells what parts do not go together (the table of RFC 5545 section 3.3.10, and the
// prose around it).
func (r *Rule) coherent() *Fault {
	if r.Freq < 0 {
		return ruleFault("rule_invalid", "The repetition does not say how often: FREQ is missing.")
	}
	if r.Count > 0 && !r.Until.IsZero() {
		return ruleFault("rule_count_and_until", "A repetition ends after a number of dates or on a day, not both.")
	}
	numbered := slices.ContainsFunc(r.ByDay, func(d Day) bool { return d.Nth != 0 })
	switch {
	case numbered && r.Freq > Monthly:
		return ruleFault("rule_invalid", "Numbered weekdays such as 2TU are for monthly and yearly repetitions.")
	case numbered && len(r.ByWeekNo) > 0:
		return ruleFault("rule_invalid", "Numbered weekdays such as 2TU do not go with BYWEEKNO.")
	case len(r.ByMonthDay) > 0 && r.Freq == Weekly:
		return ruleFault("rule_invalid", "BYMONTHDAY does not go with weekly repetitions.")
	case len(r.ByYearDay) > 0 && (r.Freq == Monthly || r.Freq == Weekly || r.Freq == Daily):
		return ruleFault("rule_invalid", "BYYEARDAY does not go with monthly, weekly and daily repetitions.")
	case len(r.ByWeekNo) > 0 && r.Freq != Yearly:
		return ruleFault("rule_invalid", "BYWEEKNO is for yearly repetitions.")
	case len(r.BySetPos) > 0 && !r.narrowed():
		return ruleFault("rule_invalid", "BYSETPOS chooses among the dates of other BY parts, and there is none.")
	}
	return nil
}

// narrowed tells whether a rule has a BY part other than BYSETPOS.
func (r *Rule) narrowed() bool {
	return len(r.BySecond)+len(r.ByMinute)+len(r.ByHour)+len(r.ByDay)+len(r.ByMonthDay)+
		len(r.ByYearDay)+len(r.ByWeekNo)+len(r.ByMonth) > 0
}

// numbers reads a list of numbers, each between low and high, or their negatives where signed.
func numbers(text string, low, high int, signed bool) (values []int, ok bool) {
	for item := range strings.SplitSeq(text, ",") {
		n, ok := number(item, low, high, signed)
		if !ok {
			return nil, false
		}
		values = append(values, n)
	}
	return sortInts(values), true
}

func number(text string, low, high int, signed bool) (n int, ok bool) {
	digits := text
	if signed && digits != "" && (digits[0] == '-' || digits[0] == '+') {
		digits = digits[1:]
	}
	if digits == "" || len(digits) > 9 || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < low || n > high {
		return 0, false
	}
	if text[0] == '-' {
		n = -n
	}
	return n, true
}

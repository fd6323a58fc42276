// A series moved as a whole.

package series

import (
	"slices"
	"time"

	"rose-ash.com/roseash/api/events/localtime"
)

const day = 24 * time.Hour

// Shift moves every date of a series by the difference of the start of one of them, and gives
// them another length: by is what is added to wall times, length the new one. A rule whose
// parts name days is moved along where all of them can be: WEEKLY and DAILY BYDAY by any days,
// BYMONTHDAY where no month is left whatever its length, numbered weekdays by whole weeks where
// every month has them still, a day of the year where 29 February is not passed. ok is false
// where that is not defined, and the editor must give a new rule; also where what takes whole
// days would be moved, or last, by less than one.
func Shift(s localtime.Series, by, length time.Duration) (moved localtime.Series, ok bool) {
	if s.AllDay && (by%day != 0 || length%day != 0) {
		return s, false
	}
	moved = s
	moved.Start = s.Start.Add(by)
	moved.End = moved.Start.Add(length)
	moved.RDates, moved.ExDates = added(s.RDates, by), added(s.ExDates, by)
	if s.Rule == "" || by == 0 {
		return moved, true
	}
	rule, err := localtime.ParseRule(s.Rule)
	if err != nil || rule.Freq > localtime.Daily || len(rule.ByHour)+len(rule.ByMinute)+len(rule.BySecond) > 0 {
		return s, false
	}
	if !rule.Until.IsZero() {
		rule = rule.For(s.AllDay)
		rule.Until = rule.Until.Add(by)
	}
	// All dates have the clock of the first, so that all move by as many days as that.
	days := int(date(moved.Start).Sub(date(s.Start)) / day)
	if days != 0 {
		if rule, ok = shiftRule(rule, s.Start, days); !ok {
			return s, false
		}
	}
	moved.Rule = rule.String()
	return moved, true
}

// shiftRule is a rule whose dates are those of another, all moved by some days.
func shiftRule(r localtime.Rule, start time.Time, days int) (moved localtime.Rule, ok bool) {
	if len(r.ByYearDay)+len(r.ByWeekNo) > 0 {
		return r, false
	}
	switch r.Freq {
	case localtime.Daily:
		if len(r.ByMonth)+len(r.ByMonthDay)+len(r.BySetPos) > 0 {
			return r, false
		}
		r.ByDay = turned(r.ByDay, days)
		return r, true
	case localtime.Weekly:
		if len(r.ByMonth) > 0 {
			return r, false
		}
		// Where it matters which days are one week, the weeks move with their days.
		alone := len(r.ByDay) == 0 || len(r.ByDay) == 1 && r.ByDay[0].Weekday == localtime.WeekdayOf(start)
		if len(r.BySetPos) > 0 || r.Interval > 1 && !alone {
			r.WeekStart = turn(r.WeekStart, days)
		}
		r.ByDay = turned(r.ByDay, days)
		return r, true
	}
	switch {
	case len(r.ByDay) > 0 && len(r.ByMonthDay) > 0:
		return r, false
	case len(r.ByDay) > 0:
		return shiftNumbered(r, days)
	case r.Freq == localtime.Yearly && len(r.ByMonth) <= 1 && len(r.ByMonthDay) <= len(r.ByMonth) && len(r.BySetPos) == 0:
		if moved, ok := shiftYearDay(r, start, days); ok {
			return moved, true
		}
	}
	return shiftMonthDays(r, start, days)
}

// shiftNumbered moves weekdays such as 2TU: by whole weeks, to numbers that there always are.
func shiftNumbered(r localtime.Rule, days int) (moved localtime.Rule, ok bool) {
	most := 4
	if r.Freq == localtime.Yearly && len(r.ByMonth) == 0 {
		most = 52
	}
	list := slices.Clone(r.ByDay)
	for i, d := range list {
		to := d.Nth + days/7
		if days%7 != 0 || d.Nth == 0 || d.Nth > most || -d.Nth > most || to > most || -to > most || to*d.Nth <= 0 {
			return r, false
		}
		list[i].Nth = to
	}
	r.ByDay = localtime.SortDays(list)
	return r, true
}

// shiftYearDay moves one day of the year, over the ends of months too, where it comes out the
// same in every year.
func shiftYearDay(r localtime.Rule, start time.Time, days int) (moved localtime.Rule, ok bool) {
	month, monthDay := start.Month(), start.Day()
	if len(r.ByMonth) == 1 {
		month = time.Month(r.ByMonth[0])
	}
	if len(r.ByMonthDay) == 1 {
		monthDay = r.ByMonthDay[0]
	}
	if days > 366 || days < -366 || monthDay < 0 {
		return r, false
	}
	var to time.Time
	for year := 2025; year <= 2028; year++ { // each year's place beside a leap year
		from := time.Date(year, month, monthDay, 0, 0, 0, 0, time.UTC)
		shifted := from.AddDate(0, 0, days)
		if from.Day() != monthDay || year > 2025 && (shifted.Month() != to.Month() || shifted.Day() != to.Day()) {
			return r, false
		}
		to = shifted
	}
	if len(r.ByMonth) == 1 {
		r.ByMonth = []int{int(to.Month())}
	}
	if len(r.ByMonthDay) == 1 {
		r.ByMonthDay = []int{to.Day()}
	}
	return r, true
}

// shiftMonthDays moves days of the month within it, where every month has both.
func shiftMonthDays(r localtime.Rule, start time.Time, days int) (moved localtime.Rule, ok bool) {
	list := slices.Clone(r.ByMonthDay)
	if len(list) == 0 {
		list = []int{start.Day()}
	}
	for i, d := range list {
		to := d + days
		if d > 28 || d < -28 || to > 28 || to < -28 || to*d <= 0 {
			return r, false
		}
		list[i] = to
	}
	if len(r.ByMonthDay) > 0 {
		r.ByMonthDay = list
	}
	return r, true
}

// turned are weekdays some days later.
func turned(list []localtime.Day, days int) []localtime.Day {
	list = slices.Clone(list)
	for i := range list {
		list[i].Weekday = turn(list[i].Weekday, days)
	}
	return localtime.SortDays(list)
}

func turn(weekday, days int) int { return ((weekday+days)%7 + 7) % 7 }

// added are wall times some time later.
func added(walls []time.Time, by time.Duration) []time.Time {
	if len(walls) == 0 {
		return nil
	}
	moved := make([]time.Time, len(walls))
	for i, wall := range walls {
		moved[i] = wall.Add(by)
	}
	return moved
}

// date is the midnight that a wall time's day begins with.
func date(wall time.Time) time.Time {
	year, month, monthDay := wall.Date()
	return time.Date(year, month, monthDay, 0, 0, 0, 0, time.UTC)
}

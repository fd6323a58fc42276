// Series in English.

package localtime

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// severalDates is said of what no words are for.
const severalDates = "On several dates"

// Words says a rule in English: "Every two weeks on Tuesday, until 3 June 2027"; empty for
// what happens once; "On several dates" where only RDates make it a series, or where the rule
// is one that the API does not accept.
func (s Series) Words() string {
	if s.Rule == "" {
		if len(s.RDates) == 0 {
			return ""
		}
		return severalDates
	}
	r, err := ParseRule(s.Rule)
	if err != nil || r.Freq > Daily || len(r.BySecond)+len(r.ByMinute)+len(r.ByHour)+len(r.ByYearDay)+len(r.ByWeekNo) > 0 {
		return severalDates
	}
	words := r.words(s.Start)
	switch {
	case r.Count == 1:
		words += ", once"
	case r.Count > 1:
		words += ", " + counted(r.Count) + " times"
	case !r.Until.IsZero():
		words += ", until " + r.Until.Format("2 January 2006")
	}
	if len(s.RDates) > 0 {
		words += ", and on other dates"
	}
	return words
}

func (r Rule) words(start time.Time) string {
	switch r.Freq {
	case Daily:
		return every(r.Interval, "day") + r.on() + months(r.ByMonth)
	case Weekly:
		if len(r.ByDay) == 7 && r.Interval == 1 && len(r.BySetPos) == 0 {
			return "Every day" + months(r.ByMonth)
		}
		if len(r.ByDay) == 0 {
			r.ByDay = []Day{{Weekday: WeekdayOf(start)}}
		}
		return every(r.Interval, "week") + r.on() + months(r.ByMonth)
	case Monthly:
		if len(r.ByDay)+len(r.ByMonthDay) == 0 {
			r.ByMonthDay = []int{start.Day()}
		}
		return every(r.Interval, "month") + r.on() + months(r.ByMonth)
	}
	return every(r.Interval, "year") + r.inYear(start)
}

// inYear is what follows "Every year".
func (r Rule) inYear(start time.Time) string {
	if len(r.ByDay)+len(r.ByMonthDay) == 0 {
		if len(r.ByMonth) == 0 {
			r.ByMonth = []int{int(start.Month())}
		}
		r.ByMonthDay = []int{start.Day()}
	}
	fromEnd := slices.ContainsFunc(r.ByMonthDay, func(d int) bool { return d < 0 })
	if len(r.ByDay) == 0 && len(r.ByMonth) == 1 && len(r.BySetPos) == 0 && !fromEnd {
		var dates []string
		for _, d := range r.ByMonthDay {
			dates = append(dates, strconv.Itoa(d))
		}
		return " on " + listed(dates, "and") + " " + time.Month(r.ByMonth[0]).String()
	}
	switch {
	case len(r.ByMonth) > 0:
		return r.on() + months(r.ByMonth)
	case len(r.ByMonthDay) > 0:
		return r.on() + " of every month"
	}
	return r.on() + " of the year"
}

// on is on which days of its periods a rule has dates: " on Tuesday", " on the 13th, if that is a
// Friday", " on the last day from Monday to Friday".
func (r Rule) on() string {
	workdays := slices.Equal(r.ByDay, []Day{{0, 0}, {0, 1}, {0, 2}, {0, 3}, {0, 4}})
	words := ""
	switch {
	case len(r.ByMonthDay) > 0 && workdays:
		words = " on the " + monthDays(r.ByMonthDay) + ", if that is from Monday to Friday"
	case len(r.ByMonthDay) > 0 && len(r.ByDay) > 0:
		words = " on the " + monthDays(r.ByMonthDay) + ", if that is " + dayNamesOf(r.ByDay, "a ", "or")
	case len(r.ByMonthDay) > 0:
		words = " on the " + monthDays(r.ByMonthDay)
	case workdays:
		words = " from Monday to Friday"
	case len(r.ByDay) > 0:
		words = " on " + dayNamesOf(r.ByDay, "", "and")
	}
	if len(r.BySetPos) == 0 {
		return words
	}
	var positions []string
	for _, p := range r.BySetPos {
		positions = append(positions, ordinal(p))
	}
	which := " on the " + listed(positions, "and")
	numbered := slices.ContainsFunc(r.ByDay, func(d Day) bool { return d.Nth != 0 })
	switch {
	case len(r.ByMonthDay) > 0 || numbered || len(r.ByDay) == 0:
		return which + " of these:" + strings.TrimPrefix(words, " on")
	case workdays:
		return which + " day" + words
	}
	return which + " " + dayNamesOf(r.ByDay, "", "or")
}

// every is "Every week", "Every two weeks".
func every(interval int, unit string) string {
	if interval == 1 {
		return "Every " + unit
	}
	return "Every " + counted(interval) + " " + unit + "s"
}

// dayNamesOf are weekdays: "Tuesday and the last Friday", those without a number after an article.
func dayNamesOf(days []Day, article, and string) string {
	var names []string
	for _, d := range days {
		name := time.Weekday((d.Weekday + 1) % 7).String()
		if d.Nth != 0 {
			name = "the " + ordinal(d.Nth) + " " + name
		} else {
			name = article + name
		}
		names = append(names, name)
	}
	return listed(names, and)
}

// monthDays are days of a month: "1st, 15th and last day".
func monthDays(days []int) string {
	var names []string
	for _, d := range days {
		if d < 0 {
			names = append(names, ordinal(d)+" day")
		} else {
			names = append(names, nth(d))
		}
	}
	return listed(names, "and")
}

// months is " in June and July".
func months(numbers []int) string {
	if len(numbers) == 0 {
		return ""
	}
	var names []string
	for _, n := range numbers {
		names = append(names, time.Month(n).String())
	}
	return " in " + listed(names, "and")
}

// ordinal is "second", "last", "second to last", "20th".
func ordinal(n int) string {
	if n == -1 {
		return "last"
	}
	end := ""
	if n < 0 {
		n, end = -n, " to last"
	}
	if small := []string{"", "first", "second", "third", "fourth", "fifth"}; n < len(small) {
		return small[n] + end
	}
	return nth(n) + end
}

// nth is "1st", "2nd", "11th".
func nth(n int) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}

// counted is a number from two to twelve as a word.
func counted(n int) string {
	words := []string{"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}
	if n >= 2 && n-2 < len(words) {
		return words[n-2]
	}
	return strconv.Itoa(n)
}

// listed is "a", "a and b", "a, b and c".
func listed(items []string, and string) string {
	if len(items) == 1 {
		return items[0]
	}
	return strings.Join(items[:len(items)-1], ", ") + " " + and + " " + items[len(items)-1]
}

// How an entry repeats: the fields of a form and the rule of RFC 5545 section 3.3.10 that they
// stand for. What the fields cannot say is left to the field of the rule itself.

package web

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	site "rose-ash.com/roseash/site-templates"
)

// ruleWeekdays are the weekdays as rules name them, from Monday on.
var ruleWeekdays = []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

func ruleWeekday(t time.Time) string { return ruleWeekdays[(int(t.Weekday())+6)%7] }

// ruleFields are the fields of a form that say how an entry repeats.
var ruleFields = append([]string{"repeat", "interval", "by", "ordinal", "weekday", "ends", "until", "count", "rrule"}, prefixed("days.", ruleWeekdays)...)

func prefixed(prefix string, names []string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = prefix + name
	}
	return all
}

// frequencies are the repetitions that fields can say, by their words in forms.
var frequencies = map[string]string{"daily": "DAILY", "weekly": "WEEKLY", "monthly": "MONTHLY", "yearly": "YEARLY"}

// ordinalDay is a weekday counted in its month: 2TU, -1FR.
var ordinalDay = regexp.MustCompile(`^(-1|[1-5])(MO|TU|WE|TH|FR|SA|SU)$`)

// ruleValues writes a rule into the fields of a form; start is the first date, zero: not known
// yet.
func ruleValues(to map[string]string, rule string, start time.Time) {
	for name, value := range map[string]string{"repeat": "never", "interval": "1", "by": "day", "ordinal": "1", "weekday": "MO", "ends": "never", "until": "", "count": "", "rrule": rule} {
		to[name] = value
	}
	for _, d := range ruleWeekdays {
		to["days."+d] = ""
	}
	if !start.IsZero() {
		to["ordinal"], to["weekday"] = strconv.Itoa((start.Day()-1)/7+1), ruleWeekday(start)
	}
	if rule == "" {
		return
	}
	said := map[string]string{}
	if !sayRule(said, rule, start) {
		to["repeat"] = "rule"
		return
	}
	for name, value := range said {
		to[name] = value
	}
}

// sayRule says a rule by fields; false where they cannot.
func sayRule(to map[string]string, rule string, start time.Time) bool {
	parts := map[string]string{}
	for part := range strings.SplitSeq(strings.ToUpper(rule), ";") {
		name, value, ok := strings.Cut(part, "=")
		if _, twice := parts[name]; !ok || twice {
			return false
		}
		parts[name] = value
	}
	take := func(name string) string { v := parts[name]; delete(parts, name); return v }
	for word, freq := range frequencies {
		if parts["FREQ"] == freq {
			to["repeat"] = word
		}
	}
	delete(parts, "FREQ")
	if interval := take("INTERVAL"); interval != "" {
		to["interval"] = interval
	}
	if wkst := take("WKST"); wkst != "" && wkst != "MO" {
		return false
	}
	if until := take("UNTIL"); until != "" {
		day, err := time.Parse("20060102", until[:min(8, len(until))])
		if err != nil {
			return false
		}
		to["ends"], to["until"] = "until", day.Format(time.DateOnly)
	}
	if count := take("COUNT"); count != "" {
		to["ends"], to["count"] = "count", count
	}
	byDay, monthDay, month := take("BYDAY"), take("BYMONTHDAY"), take("BYMONTH")
	if len(parts) > 0 || monthDay != "" && monthDay != strconv.Itoa(start.Day()) {
		return false
	}
	switch to["repeat"] {
	case "daily":
		return byDay+monthDay+month == ""
	case "weekly":
		return monthDay+month == "" && sayDays(to, byDay)
	case "monthly":
		return month == "" && (monthDay == "" || byDay == "") && sayOrdinal(to, byDay)
	case "yearly":
		here := month == strconv.Itoa(int(start.Month()))
		return (here || month == "" && byDay == "") && (monthDay == "" || byDay == "") && sayOrdinal(to, byDay)
	}
	return false
}

func sayDays(to map[string]string, byDay string) bool {
	if byDay == "" {
		return true
	}
	for day := range strings.SplitSeq(byDay, ",") {
		if !slices.Contains(ruleWeekdays, day) {
			return false
		}
		to["days."+day] = "yes"
	}
	return true
}

func sayOrdinal(to map[string]string, byDay string) bool {
	if byDay == "" {
		return true
	}
	m := ordinalDay.FindStringSubmatch(byDay)
	if m == nil {
		return false
	}
	to["by"], to["ordinal"], to["weekday"] = "weekday", m[1], m[2]
	return true
}

// ruleTyped is the rule that the fields of a form stand for; empty: it happens once. What is
// wrong is noted.
func ruleTyped(f site.Form, start time.Time, allDay bool) string {
	repeat := f.Values["repeat"]
	freq := frequencies[repeat]
	switch {
	case repeat == "rule":
		return strings.TrimPrefix(strings.TrimSpace(f.Values["rrule"]), "RRULE:")
	case freq == "":
		return ""
	}
	rule := "FREQ=" + freq
	if n, given := wholeTyped(f, "interval"); given && f.Errors["interval"] == "" && n != 1 {
		if n < 1 || n > 1000 {
			f.Errors["interval"] = "expected a number from 1 to 1000"
		}
		rule += fmt.Sprintf(";INTERVAL=%d", n)
	}
	counted := f.Values["ordinal"] + f.Values["weekday"]
	switch {
	case repeat == "weekly":
		var days []string
		for _, d := range ruleWeekdays {
			if f.Values["days."+d] == "yes" {
				days = append(days, d)
			}
		}
		if len(days) > 0 {
			rule += ";BYDAY=" + strings.Join(days, ",")
		}
	case f.Values["by"] != "weekday" || repeat == "daily":
	case !ordinalDay.MatchString(counted):
		f.Errors["weekday"] = "expected one of these"
	case repeat == "yearly":
		rule += fmt.Sprintf(";BYMONTH=%d;BYDAY=%s", start.Month(), counted)
	default:
		rule += ";BYDAY=" + counted
	}
	return rule + ruleEnd(f, allDay)
}

// ruleEnd is when a rule ends.
func ruleEnd(f site.Form, allDay bool) string {
	switch f.Values["ends"] {
	case "until":
		day, err := time.Parse(time.DateOnly, strings.TrimSpace(f.Values["until"]))
		switch {
		case err != nil:
			f.Errors["until"] = "expected a day, such as 2030-05-04"
		case allDay:
			return day.Format(";UNTIL=20060102")
		}
		return day.Format(";UNTIL=20060102") + "T235959" // the layout would take 235959 for a date
	case "count":
		n, given := wholeTyped(f, "count")
		if !given || n < 1 {
			f.Errors["count"] = "expected how many dates there are"
		}
		return fmt.Sprintf(";COUNT=%d", n)
	}
	return ""
}

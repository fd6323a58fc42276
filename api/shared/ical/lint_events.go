// Checks of events as a whole, and of all of a file together.

package ical

import (
	"strings"
	"time"
)

// wholeFile checks what properties say of each other.
func (l *linter) wholeFile() {
	masters := make(map[string]*component)
	for _, e := range l.events {
		if _, date := e.one("RECURRENCE-ID"); !date {
			if uid, ok := e.one("UID"); ok && masters[uid.value] == nil {
				masters[uid.value] = e
			}
		}
	}
	seen := make(map[string]bool)
	for _, e := range l.events {
		l.event(e)
		uid, _ := e.one("UID")
		recurrence, date := e.one("RECURRENCE-ID")
		key := uid.value + "\x00" + recurrence.value
		if seen[key] {
			l.add(e.line, "an event with this UID and RECURRENCE-ID is there already")
		}
		seen[key] = true
		if date {
			l.override(e, recurrence, masters[uid.value])
		}
	}
}

// event checks the times of one.
func (l *linter) event(e *component) {
	start, ok := e.one("DTSTART")
	if !ok {
		return // it has been said
	}
	for _, p := range e.props {
		if id := p.params["TZID"]; id != "" && !l.zones[id] {
			l.add(p.line, "a TZID without a VTIMEZONE")
		}
	}
	end, ends := e.one("DTEND")
	if length, lasts := e.one("DURATION"); ends && lasts {
		l.add(length.line, "DTEND and DURATION")
	}
	if ends {
		if isDate(end) != isDate(start) {
			l.add(end.line, "DTEND is of another type than DTSTART")
		} else if end.params["TZID"] == start.params["TZID"] && end.value <= start.value {
			l.add(end.line, "DTEND is not after DTSTART")
		}
	}
	for _, name := range []string{"RDATE", "EXDATE"} {
		for _, p := range e.all(name) {
			utc := name == "RDATE" && p.params["TZID"] == "" && !isDate(p) // which may be another instant of the same series
			if isDate(p) != isDate(start) || p.params["TZID"] != start.params["TZID"] && !utc {
				l.add(p.line, "%s is of another type or zone than DTSTART", name)
			}
		}
	}
	if rule, ok := e.one("RRULE"); ok {
		l.rule(rule, start)
	}
}

// rule checks how a rule ends.
func (l *linter) rule(rule, start property) {
	_, until, ends := strings.Cut(rule.value, "UNTIL=")
	if !ends {
		return
	}
	until, _, _ = strings.Cut(until, ";")
	form := utcForm
	if isDate(start) {
		form = dateForm
	}
	if _, err := time.Parse(form, until); err != nil {
		l.add(rule.line, "UNTIL is to be in UTC, or a date where DTSTART is one")
	}
	if strings.Contains(rule.value, "COUNT=") {
		l.add(rule.line, "COUNT and UNTIL")
	}
}

// override checks an event that stands for one date of a series.
func (l *linter) override(e *component, recurrence property, master *component) {
	for _, name := range []string{"RRULE", "RDATE", "EXDATE"} {
		if p, ok := e.one(name); ok {
			l.add(p.line, "%s in what is one date", name)
		}
	}
	if master == nil {
		l.add(e.line, "one date of a series that is not there")
		return
	}
	if start, ok := master.one("DTSTART"); ok && (isDate(recurrence) != isDate(start) || recurrence.params["TZID"] != start.params["TZID"]) {
		l.add(recurrence.line, "RECURRENCE-ID is of another type or zone than the series")
	}
}

func isDate(p property) bool { return p.params["VALUE"] == "DATE" }

// The times of events: DTSTART to EXDATE.

package ical

import (
	"fmt"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/zones"
)

// utc tells whether a zone's times are written with a Z and need no VTIMEZONE.
func utc(zone string) bool { return zone == "UTC" || zone == "Etc/UTC" }

// repeats tells whether an event is a series.
func (e *Event) repeats() bool { return e.Rule != "" || len(e.RDates) > 0 }

// times writes when an event is.
func (w *writer) times(e *Event) error {
	zone, err := zones.Load(e.Zone)
	if err != nil {
		return fmt.Errorf("ical: %w", err)
	}
	form := times{AllDay: e.AllDay, UTC: utc(e.Zone), Name: e.Zone, zone: zone}
	if e.Recurrence != nil {
		form.write(w, "RECURRENCE-ID", *e.Recurrence)
	}
	switch {
	case e.repeats() && e.Recurrence == nil:
		form.write(w, "DTSTART", e.Start)
		form.seriesEnd(w, e.Start, e.End)
	case !e.End.After(e.Start): // a moment: DTEND must be later than DTSTART
		form.once(w, "DTSTART", e.Start)
	default:
		form.once(w, "DTSTART", e.Start)
		form.end(w, e.Start, e.End)
	}
	if e.Recurrence != nil {
		return nil
	}
	switch {
	case e.Rule != "":
		rule, err := form.rule(e.Rule)
		if err != nil {
			return err
		}
		w.line("RRULE", rule)
	case len(e.RDates) > 0: // ical.js leaves DTSTART out of a series that has no rule
		w.line("RRULE", "FREQ=DAILY;COUNT=1")
	}
	form.instants(w, "RDATE", e.RDates)
	form.list(w, "EXDATE", e.ExDates)
	return nil
}

// times is how wall times of a zone are written.
type times struct {
	AllDay, UTC bool
	Name        string
	zone        *time.Location
}

// head is a property's name with the parameters that its values need.
func (t times) head(property string) string {
	switch {
	case t.AllDay:
		return property + ";VALUE=DATE"
	case t.UTC:
		return property
	default:
		return property + ";TZID=" + t.Name
	}
}

func (t times) value(wall time.Time) string {
	switch {
	case t.AllDay:
		return wall.Format(dateForm)
	case t.UTC:
		return wall.Format(utcForm)
	default:
		return wall.Format(wallForm)
	}
}

// write writes a time as it stands on the wall, for what a series counts in.
func (t times) write(w *writer, property string, wall time.Time) {
	w.line(t.head(property), t.value(wall))
}

// once writes a time of what happens once, so that no program can mistake the instant: in a gap
// as what the clocks do show then, in an overlap in UTC.
func (t times) once(w *writer, property string, wall time.Time) {
	if !t.AllDay && !t.UTC {
		at, again, regular := resolve(wall, t.zone)
		switch {
		case regular:
		case at.Equal(again):
			wall = toWall(at, t.zone)
		default:
			w.line(property, at.Format(utcForm))
			return
		}
	}
	t.write(w, property, wall)
}

// end writes DTEND of what happens once. Where the clocks go back over it or a gap swallows it,
// the end may be the same instant as the start, or earlier: it is left out then.
func (t times) end(w *writer, start, end time.Time) {
	if !t.AllDay {
		from, _, _ := resolve(start, t.zone)
		until, _, _ := resolve(end, t.zone)
		if !until.After(from) {
			return
		}
	}
	t.once(w, "DTEND", end)
}

// seriesEnd writes how long each date of a series takes: DTEND, or DURATION where the clocks
// change during its first date, since the difference of the two is what all dates have.
func (t times) seriesEnd(w *writer, start, end time.Time) {
	if !end.After(start) {
		return
	}
	if !t.AllDay && !t.UTC && !t.even(start, end) {
		w.line("DURATION", duration(end.Sub(start)))
		return
	}
	t.write(w, "DTEND", end)
}

// even tells whether clocks run evenly from one wall time to another, both of which they show
// once: then the time between them is their difference.
func (t times) even(start, end time.Time) bool {
	from, _, once := resolve(start, t.zone)
	until, _, also := resolve(end, t.zone)
	return once && also && until.Sub(from) == end.Sub(start)
}

// instants writes RDATE in UTC, since libical takes those of a zone for times in UTC; days as days.
func (t times) instants(w *writer, property string, walls []time.Time) {
	if !t.AllDay && !t.UTC {
		there := t.zone
		t.UTC, t.zone = true, time.UTC
		instants := make([]time.Time, len(walls))
		for i, wall := range walls {
			instants[i], _, _ = resolve(wall, there)
		}
		walls = instants
	}
	t.list(w, property, walls)
}

// perLine is how many dates stand in one line, for the programs that read no long ones.
const perLine = 20

// list writes RDATE or EXDATE.
func (t times) list(w *writer, property string, walls []time.Time) {
	for len(walls) > 0 {
		n := min(perLine, len(walls))
		values := make([]string, n)
		for i, wall := range walls[:n] {
			values[i] = t.value(wall)
		}
		w.line(t.head(property), strings.Join(values, ","))
		walls = walls[n:]
	}
}

// rule is an RRULE with its UNTIL in UTC, or a date for all-day (RFC 5545 section 3.3.10).
func (t times) rule(rule string) (string, error) {
	if !spelledRule(rule) {
		return "", fmt.Errorf("ical: a rule that is not spelled as one")
	}
	before, until, found := strings.Cut(rule, "UNTIL=")
	if !found {
		return rule, nil
	}
	value, after, _ := strings.Cut(until, ";")
	wall, err := parseUntil(value)
	if err != nil {
		return "", err
	}
	switch {
	case t.AllDay:
		value = wall.Format(dateForm)
	default:
		if len(value) == len(dateForm) {
			wall = wall.Add(24*time.Hour - time.Second)
		}
		// The second of a repeated hour: a program that takes a date there for the second one
		// has it still, and there is no other date in between.
		_, again, _ := resolve(wall, t.zone)
		value = again.UTC().Format(utcForm)
	}
	if after != "" {
		value += ";" + after
	}
	return before + "UNTIL=" + value, nil
}

// parseUntil reads the local UNTIL of a rule.
func parseUntil(value string) (time.Time, error) {
	form := wallForm
	if len(value) == len(dateForm) {
		form = dateForm
	}
	wall, err := time.Parse(form, value)
	if err != nil {
		return time.Time{}, fmt.Errorf("ical: UNTIL: %w", err)
	}
	return wall, nil
}

// spelledRule tells whether a rule has only the characters of one.
func spelledRule(rule string) bool {
	for i := range len(rule) {
		c := rule[i]
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune("=;,+-", rune(c)) {
			return false
		}
	}
	return strings.Contains(rule, "FREQ=")
}

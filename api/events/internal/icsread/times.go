// When events are.

package icsread

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	goical "github.com/emersion/go-ical"

	"rose-ash.com/roseash/api/events/localtime"
	"rose-ash.com/roseash/api/shared/zones"
)

// maxDates is how many dates an event may list beside its rule.
const maxDates = 800

// moment is a DATE or DATE-TIME: a wall time of a zone, of none ("floating"), or an instant,
// whose zone is UTC.
type moment struct {
	wall time.Time
	zone string
	date bool
}

// moment reads a value of a property.
func (r *reader) moment(p goical.Prop, value string) (m moment, code string) {
	value = strings.ToUpper(strings.TrimSpace(value))
	var err error
	switch {
	case len(value) == len("20060102"):
		m.date = true
		m.wall, err = time.Parse("20060102", value)
	case strings.HasSuffix(value, "Z"):
		m.zone = "UTC"
		m.wall, err = time.Parse("20060102T150405Z", value)
	default:
		m.wall, err = time.Parse("20060102T150405", value)
	}
	if err != nil || m.wall.Year() < 1900 || m.wall.Year() > 2200 {
		return m, "bad_time"
	}
	if id := p.Params.Get("TZID"); id != "" && m.zone == "" && !m.date {
		var known bool
		if m.zone, known = r.zones.zone(id); !known {
			return m, "unknown_timezone"
		}
	}
	return m, ""
}

// in is a moment as clocks of an event's zone show it, or its day where the event is all-day.
func (m moment) in(e *Event) time.Time {
	wall := m.wall
	if !m.date && m.zone != "" && m.zone != e.Zone {
		from, err := zones.Load(m.zone)
		to, err2 := zones.Load(e.Zone)
		if err == nil && err2 == nil {
			at, _ := localtime.Resolve(wall, from)
			wall = localtime.Wall(at, to)
		}
	}
	if e.AllDay {
		return wall.Truncate(24 * time.Hour)
	}
	return wall
}

// times reads DTSTART, DTEND and DURATION.
func (r *reader) times(c component, e *Event) *Fault {
	p := c.props.Get("DTSTART")
	if p == nil {
		return c.fault("DTSTART", "no_start")
	}
	start, code := r.moment(*p, p.Value)
	if code != "" {
		return c.fault("DTSTART", code)
	}
	e.AllDay, e.Zone = start.date, start.zone
	if e.Zone == "" {
		e.Zone = r.zone
	}
	if start.zone == "UTC" && c.props.Get("RRULE") == nil && c.props.Get("RDATE") == nil {
		e.Zone = r.homeOf(start)
	}
	e.Start = start.in(e)
	end, length := c.props.Get("DTEND"), c.props.Get("DURATION")
	switch {
	case end != nil:
		m, code := r.moment(*end, end.Value)
		if code == "" && m.date != start.date {
			code = "end_type"
		}
		if code != "" {
			return c.fault("DTEND", code)
		}
		if e.End = m.in(e); e.AllDay && e.End.Equal(e.Start) {
			e.End = e.Start.AddDate(0, 0, 1) // a common mistake: the last day, and not the one after
		}
		if e.End.Before(e.Start) {
			return c.fault("DTEND", "end_before_start")
		}
	case length != nil:
		days, exact, ok := parseDuration(length.Value)
		if !ok || e.AllDay && exact%(24*time.Hour) != 0 {
			return c.fault("DURATION", "bad_duration")
		}
		e.End = after(e, days, exact, c.props.Get("RRULE") == nil)
		if e.AllDay && !e.End.After(e.Start) {
			e.End = e.Start.AddDate(0, 0, 1)
		}
	case e.AllDay:
		e.End = e.Start.AddDate(0, 0, 1)
	default:
		e.End = e.Start
	}
	return nil
}

// homeOf is the zone for what happens once and is told in UTC: the calendar's, unless its clocks
// show that time twice and it is the second.
func (r *reader) homeOf(m moment) string {
	zone, err := zones.Load(r.zone)
	if err != nil {
		return m.zone
	}
	if at, _ := localtime.Resolve(localtime.Wall(m.wall, zone), zone); !at.Equal(m.wall) {
		return m.zone
	}
	return r.zone
}

// after is when an event ends that lasts so many days, which are as long as clocks make them,
// and so long besides. Of a series it is counted on the wall, since all its dates are to end at
// the same time.
func after(e *Event, days int, exact time.Duration, once bool) time.Time {
	end := e.Start.AddDate(0, 0, days)
	zone, err := zones.Load(e.Zone)
	if e.AllDay || !once || err != nil || exact == 0 {
		return end.Add(exact)
	}
	at, _ := localtime.Resolve(end, zone)
	return localtime.Wall(at.Add(exact), zone)
}

var durations = regexp.MustCompile(`^\+?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?$`)

// parseDuration reads a DURATION that is not negative (RFC 5545 section 3.3.6).
func parseDuration(value string) (days int, exact time.Duration, ok bool) {
	parts := durations.FindStringSubmatch(strings.ToUpper(strings.TrimSpace(value)))
	if parts == nil || strings.HasSuffix(parts[0], "P") || strings.HasSuffix(parts[0], "T") {
		return 0, 0, false
	}
	number := func(i int) int { n, _ := strconv.Atoi(parts[i]); return n }
	exact = time.Duration(number(3))*time.Hour + time.Duration(number(4))*time.Minute + time.Duration(number(5))*time.Second
	return 7*number(1) + number(2), exact, true
}

// series reads the rule and the dates beside it.
func (r *reader) series(c component, e *Event) *Fault {
	if len(c.props["EXRULE"]) > 0 {
		return c.fault("EXRULE", "unsupported_exrule")
	}
	if p := c.props.Get("RRULE"); p != nil {
		rule, ok := r.rule(p.Value, e)
		if !ok {
			return c.fault("RRULE", "rule_invalid")
		}
		e.Rule = rule
	}
	for _, list := range []struct {
		name string
		to   *[]time.Time
	}{{"RDATE", &e.RDates}, {"EXDATE", &e.ExDates}} {
		for _, p := range c.props[list.name] {
			for value := range strings.SplitSeq(p.Value, ",") {
				value, _, _ = strings.Cut(value, "/") // of a PERIOD only its beginning
				m, code := r.moment(p, value)
				if code == "" && len(*list.to) == maxDates {
					code = "too_many_dates"
				}
				if code != "" {
					return c.fault(list.name, code)
				}
				wall := m.in(e)
				if m.date && !e.AllDay { // the day of what has times
					wall = wall.Add(e.Start.Sub(e.Start.Truncate(24 * time.Hour)))
				}
				*list.to = append(*list.to, wall)
			}
		}
		slices.SortFunc(*list.to, time.Time.Compare)
		*list.to = slices.CompactFunc(*list.to, time.Time.Equal)
	}
	return nil
}

// rule is a rule with its UNTIL in local time, a date where the event is all-day.
func (r *reader) rule(value string, e *Event) (rule string, ok bool) {
	parts := strings.Split(strings.ToUpper(strings.TrimRight(strings.TrimSpace(value), ";")), ";")
	for i, part := range parts {
		until, found := strings.CutPrefix(part, "UNTIL=")
		if !found {
			continue
		}
		m, code := r.moment(goical.Prop{}, until)
		if code != "" {
			return "", false
		}
		wall := m.in(e)
		switch {
		case e.AllDay:
			parts[i] = "UNTIL=" + wall.Format("20060102")
		case m.date:
			parts[i] = "UNTIL=" + wall.Add(24*time.Hour-time.Second).Format("20060102T150405")
		default:
			parts[i] = "UNTIL=" + wall.Format("20060102T150405")
		}
	}
	return strings.Join(parts, ";"), true
}

// asDate turns an event into a date of a series, by the clocks of its zone.
func (r *reader) asDate(c component, e *Event, s *Series) *Fault {
	p := c.props.Get("RECURRENCE-ID")
	if p.Params.Get("RANGE") != "" {
		return c.fault("RECURRENCE-ID", "unsupported_range")
	}
	m, code := r.moment(*p, p.Value)
	if code == "" && e.AllDay != s.AllDay {
		code = "date_type"
	}
	if code != "" {
		return c.fault("RECURRENCE-ID", code)
	}
	e.Recurrence = m.in(&s.Event)
	if m.date && !s.AllDay {
		e.Recurrence = e.Recurrence.Add(s.Start.Sub(s.Start.Truncate(24 * time.Hour)))
	}
	if e.Zone != s.Zone && !e.AllDay {
		start, end := moment{wall: e.Start, zone: e.Zone}, moment{wall: e.End, zone: e.Zone}
		e.Start, e.End = start.in(&s.Event), end.in(&s.Event)
	}
	e.Zone = s.Zone
	if e.End.Before(e.Start) {
		return c.fault("DTEND", "end_before_start")
	}
	return nil
}

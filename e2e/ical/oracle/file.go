// Cases as iCalendar files. The VTIMEZONE lists every change of the zone's clocks in the time
// of the case, by the zone data that this program itself decides by, so that engines are
// compared and not their data.

package main

import (
	"fmt"
	"strings"
	"time"

	"rose-ash.com/roseash/api/events/localtime"
	"rose-ash.com/roseash/api/shared/zones"
)

const (
	basicDate     = "20060102"
	basicDateTime = "20060102T150405"
)

// file is the case as an iCalendar file with one event.
func (c testCase) file() (string, error) {
	zone, err := zones.Load(c.Zone)
	if err != nil {
		return "", err
	}
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	add("BEGIN:VCALENDAR")
	add("VERSION:2.0")
	add("PRODID:-//Rose Ash//oracle//EN")
	parameters, layout, suffix := ";TZID="+c.Zone, basicDateTime, ""
	switch {
	case c.AllDay:
		parameters, layout = ";VALUE=DATE", basicDate
	case c.Zone == "UTC":
		parameters, suffix = "", "Z"
	default:
		lines = append(lines, c.timezone(zone)...)
	}
	add("BEGIN:VEVENT")
	add("UID:%s", c.Name)
	add("DTSTAMP:20260101T000000Z")
	dates := func(name string, walls ...string) {
		for _, wall := range walls {
			add("%s%s:%s%s", name, parameters, c.wall(wall).Format(layout), suffix)
		}
	}
	dates("DTSTART", c.Start)
	if c.Rule != "" {
		rule, err := c.ruleInUTC(zone)
		if err != nil {
			return "", err
		}
		add("RRULE:%s", rule)
	}
	dates("RDATE", c.RDates...)
	dates("EXDATE", c.ExDates...)
	add("END:VEVENT")
	add("END:VCALENDAR")
	return strings.Join(lines, "\r\n") + "\r\n", nil
}

// ruleInUTC is the rule with its UNTIL as iCalendar files have it (RFC 5545 section 3.3.10).
func (c testCase) ruleInUTC(zone *time.Location) (string, error) {
	parts := strings.Split(c.Rule, ";")
	for i, part := range parts {
		text, ok := strings.CutPrefix(part, "UNTIL=")
		if !ok || c.AllDay {
			continue
		}
		until, err := time.Parse(basicDateTime, text)
		if err != nil {
			return "", err
		}
		at, _ := localtime.Resolve(until, zone)
		parts[i] = "UNTIL=" + at.Format(basicDateTime) + "Z"
	}
	return strings.Join(parts, ";"), nil
}

// timezone is the VTIMEZONE of a case: what the clocks have first, and each change until a year
// after its last date.
func (c testCase) timezone(zone *time.Location) []string {
	lines := []string{"BEGIN:VTIMEZONE", "TZID:" + c.Zone}
	from := c.wall(c.Start).AddDate(-2, 0, 0)
	last := c.wall(c.Start)
	if len(c.Want) > 0 {
		last = c.wall(strings.Fields(c.Want[len(c.Want)-1])[0])
	}
	_, offset := from.In(zone).Zone()
	lines = append(lines, observance(from.In(zone).IsDST(), from, offset, offset)...)
	for at := from; at.Before(last.AddDate(1, 0, 0)); at = at.Add(time.Hour) {
		// Clocks are changed at whole hours of some zone, or halves and quarters of them; seconds are
		// of times before all cases. ZoneBounds does not do (see localtime).
		_, next := at.Add(time.Hour).In(zone).Zone()
		if next == offset {
			continue
		}
		onset := at
		for {
			if _, now := onset.In(zone).Zone(); now == next {
				break
			}
			onset = onset.Add(time.Minute)
		}
		lines = append(lines, observance(onset.In(zone).IsDST(), onset.Add(time.Duration(offset)*time.Second), offset, next)...)
		offset = next
	}
	return append(lines, "END:VTIMEZONE")
}

func observance(summer bool, onset time.Time, from, to int) []string {
	name := "STANDARD"
	if summer {
		name = "DAYLIGHT"
	}
	return []string{"BEGIN:" + name, "DTSTART:" + onset.Format(basicDateTime),
		"TZOFFSETFROM:" + utcOffset(from), "TZOFFSETTO:" + utcOffset(to), "END:" + name}
}

func utcOffset(seconds int) string {
	sign := "+"
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	text := fmt.Sprintf("%s%02d%02d", sign, seconds/3600, seconds/60%60)
	if seconds%60 != 0 {
		text += fmt.Sprintf("%02d", seconds%60)
	}
	return text
}

// wall reads a wall time of the case.
func (c testCase) wall(text string) time.Time {
	wall, err := localtime.Parse(text, len(text) == len("2006-01-02"))
	if err != nil {
		panic(fmt.Sprintf("%s: %q: %v", c.Name, text, err)) // the cases are committed
	}
	return wall
}

// instant is a wall time of the case as engines write it: an instant, or a date.
func (c testCase) instant(text string) string {
	if c.AllDay {
		return text
	}
	zone, err := zones.Load(c.Zone)
	if err != nil {
		panic(err)
	}
	at, _ := localtime.Resolve(c.wall(text), zone)
	return at.Format(time.RFC3339)
}

// Wall times and the instants that they are.

package ical

import (
	"fmt"
	"time"
)

// Forms in which the API writes wall times.
const (
	localForm    = "2006-01-02T15:04:05"
	localDayForm = "2006-01-02"
)

// parseLocal reads a wall time, or a date for all-day, as contract.Entry has them.
func parseLocal(text string, allDay bool) (time.Time, error) {
	form := localForm
	if allDay {
		form = localDayForm
	}
	wall, err := time.Parse(form, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("ical: local time: %w", err)
	}
	return wall, nil
}

// nextChange is when a zone shows something else next, before an instant; zero for never.
//
// time.Time.ZoneBounds is not enough where a zone goes by its rule for years to come: it has a
// bound at each new year, and on 31 December of leap years an end that has passed.
func nextChange(at, before time.Time, zone *time.Location) time.Time {
	name, offset := at.In(zone).Zone()
	summer := at.In(zone).IsDST()
	for {
		_, end := at.In(zone).ZoneBounds()
		if end.IsZero() {
			return time.Time{}
		}
		if !end.After(at) {
			end = time.Date(at.UTC().Year()+1, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		if !end.Before(before) {
			return time.Time{}
		}
		then := end.In(zone)
		if n, o := then.Zone(); n != name || o != offset || then.IsDST() != summer {
			return end
		}
		at = end
	}
}

// farthest is more than any zone is, or ever was, from UTC.
const farthest = 16 * time.Hour

// resolve is the instant of a wall time: in a gap with the offset before it, in an overlap the
// first (RFC 5545 section 3.3.5), again being the last that the clocks show it. regular is false
// in both.
func resolve(wall time.Time, zone *time.Location) (at, again time.Time, regular bool) {
	found := 0
	last := wall.Add(farthest)
	for from := wall.Add(-farthest); ; {
		_, offset := from.In(zone).Zone()
		end := nextChange(from, last, zone)
		shown := wall.Add(-time.Duration(offset) * time.Second)
		switch {
		case shown.Before(from): // not yet
		case end.IsZero() || shown.Before(end):
			if found == 0 {
				at = shown
			}
			again = shown
			found++
		case found == 0: // no more, unless the next offset has it: then this was the one before the gap
			at, again = shown, shown
		}
		if end.IsZero() {
			return at, again, found == 1
		}
		from = end
	}
}

// toWall is what clocks in a zone show at an instant.
func toWall(at time.Time, zone *time.Location) time.Time {
	_, offset := at.In(zone).Zone()
	return at.UTC().Add(time.Duration(offset) * time.Second)
}

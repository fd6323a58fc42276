// Wall times and the instants that they are.

package localtime

import (
	"errors"
	"time"
)

// A wall time is a time.Time in UTC whose clock reads what clocks on the wall show; it is no
// instant. Local dates are wall times at midnight.

// Adjustment says how a wall time became an instant.
type Adjustment string

// Regular is a time that clocks show once; in a Gap they skip it, and it is taken with the
// offset before; in an Overlap they show it twice, and it is the first (RFC 5545 section 3.3.5).
const (
	Regular Adjustment = ""
	Gap     Adjustment = "gap"
	Overlap Adjustment = "overlap"
)

// reach is further than any zone's clocks are, or ever were, from UTC.
const reach = 27 * time.Hour

// Resolve is the instant of a wall time in a zone, in UTC. There always is one: in a gap the
// clocks then show a time later than the wall time, by as much as they were put forward.
func Resolve(wall time.Time, zone *time.Location) (at time.Time, how Adjustment) {
	// Each period of one offset that may hold the wall time is tried, the earliest first, so
	// that nothing is assumed about how far a change goes: half an hour, or a whole day.
	period := wall.Add(-reach).In(zone)
	for {
		end, last := ending(period)
		at = instant(wall, period)
		if last || at.Before(end) {
			if !last && again(wall, end) {
				return at, Overlap
			}
			return at, Regular
		}
		if instant(wall, end).Before(end) {
			// Later than this period by its clocks, and earlier than the next by those.
			return at, Gap
		}
		period = end
	}
}

// instant is when clocks would show a wall time if they had the offset of a period always.
func instant(wall, period time.Time) time.Time {
	_, offset := period.Zone()
	return wall.Add(-time.Duration(offset) * time.Second).UTC()
}

// again tells whether clocks show a wall time in a period that begins at start or later.
func again(wall, start time.Time) bool {
	for start.Before(wall.Add(reach)) {
		at := instant(wall, start)
		end, last := ending(start)
		if !at.Before(start) && (last || at.Before(end)) {
			return true
		}
		if last {
			return false
		}
		start = end
	}
	return false
}

// ending is when a period of one offset ends at the latest, the next one possibly having the
// same; last is that there is none. time.Time.ZoneBounds ends the periods of a zone that goes by
// its rule at 365 days of a year, and has an end that is over on 31 December of leap years:
// these go to the year's end, near which no rule changes its clocks.
func ending(period time.Time) (end time.Time, last bool) {
	_, end = period.ZoneBounds()
	if end.IsZero() {
		return end, true
	}
	if !end.After(period) {
		end = time.Date(period.UTC().Year()+1, 1, 1, 0, 0, 0, 0, time.UTC).In(period.Location())
	}
	return end, false
}

// Wall is what clocks in a zone show at an instant.
func Wall(at time.Time, zone *time.Location) time.Time {
	local := at.In(zone)
	year, month, day := local.Date()
	hour, minute, second := local.Clock()
	return time.Date(year, month, day, hour, minute, second, local.Nanosecond(), time.UTC)
}

const (
	dateLayout     = "2006-01-02"
	dateTimeLayout = "2006-01-02T15:04:05"
)

// errNotATime is what Parse fails with. It says nothing of what it read.
var errNotATime = errors.New("localtime: not a local time")

// Parse reads "2026-11-24T19:00:00", or "2026-11-24" where allDay: a wall time of the years 1
// to 9999, with no offset and no fraction of a second. It fails on anything else.
func Parse(text string, allDay bool) (wall time.Time, err error) {
	layout := dateTimeLayout
	if allDay {
		layout = dateLayout
	}
	if len(text) != len(layout) { // time.Parse reads fractions that its layout does not name
		return time.Time{}, errNotATime
	}
	wall, err = time.Parse(layout, text)
	if err != nil || wall.Year() < 1 {
		return time.Time{}, errNotATime
	}
	return wall, nil
}

// Format writes a wall time as Parse reads it.
func Format(wall time.Time, allDay bool) string {
	if allDay {
		return wall.Format(dateLayout)
	}
	return wall.Format(dateTimeLayout)
}

// midnight is the beginning of a wall time's day.
func midnight(wall time.Time) time.Time {
	year, month, day := wall.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// VTIMEZONE: what clocks of a zone show in the years that a calendar's events are in.

package ical

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/zones"
)

// span is from when to when events of a zone are.
type span struct {
	zone        string
	first, last int // years
}

// Series without an end are described up to horizon, or for ahead years from what is known of
// them, whichever is later. lookahead is how many years more are looked at, to see whether what
// clocks do goes on.
const (
	horizon   = 2037
	ahead     = 10
	lookahead = 4
)

// spansOf says which zones events need a VTIMEZONE of, in the order of their names.
func spansOf(events []Event) ([]span, error) {
	var spans []span
	for i := range events {
		e := &events[i]
		if e.AllDay || utc(e.Zone) {
			continue
		}
		first, last, err := e.years()
		if err != nil {
			return nil, err
		}
		known := slices.IndexFunc(spans, func(s span) bool { return s.zone == e.Zone })
		if known < 0 {
			spans = append(spans, span{e.Zone, first, last})
			continue
		}
		s := &spans[known]
		s.first, s.last = min(s.first, first), max(s.last, last)
	}
	slices.SortFunc(spans, func(a, b span) int { return strings.Compare(a.zone, b.zone) })
	return spans, nil
}

// years are the first and the last of an event.
func (e *Event) years() (first, last int, err error) {
	first, last = e.Start.Year(), max(e.Start.Year(), e.End.Year())
	walls := e.RDates
	if e.Recurrence != nil {
		walls = append(walls[:len(walls):len(walls)], *e.Recurrence)
	}
	for _, wall := range walls {
		first, last = min(first, wall.Year()), max(last, wall.Year())
	}
	if e.Rule == "" || e.Recurrence != nil {
		return first, last, nil
	}
	_, until, found := strings.Cut(e.Rule, "UNTIL=")
	if !found {
		return first, max(horizon, last+ahead), nil
	}
	until, _, _ = strings.Cut(until, ";")
	wall, err := parseUntil(until)
	if err != nil {
		return 0, 0, err
	}
	return first, max(last, wall.Year()), nil
}

// onset is when an observance begins.
type onset struct {
	at       time.Time // wall time before it: DTSTART
	instant  time.Time
	from, to int // seconds east of UTC
	name     string
	daylight bool
}

// timezone writes a VTIMEZONE.
func (w *writer) timezone(s span) error {
	zone, err := zones.Load(s.zone)
	if err != nil {
		return fmt.Errorf("ical: %w", err)
	}
	w.line("BEGIN", "VTIMEZONE")
	w.line("TZID", s.zone)
	w.line("X-LIC-LOCATION", s.zone)
	last := time.Date(s.last+1, 1, 2, 0, 0, 0, 0, time.UTC)
	for _, o := range observances(onsets(zone, s.first, s.last+lookahead), s.last+lookahead) {
		if o.rule != "" || o.instant.Before(last) {
			w.observance(o)
		}
	}
	w.line("END", "VTIMEZONE")
	return nil
}

func (w *writer) observance(o observance) {
	name := "STANDARD"
	if o.daylight {
		name = "DAYLIGHT"
	}
	w.line("BEGIN", name)
	w.line("DTSTART", o.at.Format(wallForm))
	w.line("TZOFFSETFROM", offset(o.from))
	w.line("TZOFFSETTO", offset(o.to))
	if o.rule != "" {
		w.line("RRULE", o.rule)
	}
	w.text("TZNAME", o.name)
	w.line("END", name)
}

// onsets lists the observances of a zone: the one in force when the first year begins, and all
// that begin up to the end of the last.
func onsets(zone *time.Location, first, last int) []onset {
	from := time.Date(first, 1, 1, 0, 0, 0, 0, time.UTC).Add(-24 * time.Hour)
	end := time.Date(last+1, 1, 1, 0, 0, 0, 0, time.UTC)
	var begin time.Time // of what is in force then
	for at := from.AddDate(-2, 0, 0); !at.IsZero() && !at.After(from); at = nextChange(at, from, zone) {
		begin = at
	}
	if begin.Equal(from.AddDate(-2, 0, 0)) { // no change in two years
		if begin, _ = from.In(zone).ZoneBounds(); begin.IsZero() {
			begin = time.Date(min(first-1, 1970), 1, 1, 0, 0, 0, 0, time.UTC)
		}
	}
	var list []onset
	for at := begin; !at.IsZero(); at = nextChange(at, end, zone) {
		before, now := at.Add(-time.Second).In(zone), at.In(zone)
		_, was := before.Zone()
		name, is := now.Zone()
		list = append(list, onset{
			at: at.UTC().Add(time.Duration(was) * time.Second), instant: at.UTC(), from: was, to: is, name: name,
			// Where winter is what the law calls the deviation (Dublin, Casablanca), programs
			// expect summer all the same: DAYLIGHT is what puts the clocks forward.
			daylight: is > was && (now.IsDST() || before.IsDST()) || is == was && now.IsDST(),
		})
	}
	return list
}

// observance is an onset that happens once, or every year by a rule.
type observance struct {
	onset
	rule string
}

// observances joins onsets that repeat every year into rules; last is the year up to which
// there are onsets. A rule that holds to there has no end.
func observances(list []onset, last int) []observance {
	type kind struct {
		month    time.Month
		weekday  time.Weekday
		clock    time.Duration
		from, to int
		name     string
		daylight bool
	}
	alike := make(map[kind][]onset)
	for _, o := range list {
		k := kind{o.at.Month(), o.at.Weekday(), o.at.Sub(o.at.Truncate(24 * time.Hour)), o.from, o.to, o.name, o.daylight}
		alike[k] = append(alike[k], o)
	}
	var all []observance
	for _, list := range alike {
		for len(list) > 0 {
			n, day := run(list)
			if n < 3 {
				all = append(all, observance{onset: list[0]})
				list = list[1:]
				continue
			}
			rule := "FREQ=YEARLY;BYMONTH=" + strconv.Itoa(int(list[0].at.Month())) + ";BYDAY=" + day
			if end := list[n-1]; end.at.Year() < last {
				rule += ";UNTIL=" + end.instant.Format(utcForm)
			}
			all = append(all, observance{list[0], rule})
			list = list[n:]
		}
	}
	slices.SortFunc(all, func(a, b observance) int { return a.instant.Compare(b.instant) })
	return all
}

// run says how many onsets at the beginning of a list follow each other year by year on the
// same day of their month, and which day that is: "-1SU" for the last Sunday, "2SU" for the
// second.
func run(list []onset) (n int, day string) {
	for _, ordinal := range [...]func(time.Time) int{fromEnd, fromStart} {
		first := list[0].at
		k := 1
		for k < len(list) && list[k].at.Year() == first.Year()+k && ordinal(list[k].at) == ordinal(first) {
			k++
		}
		if ordinal(first) != 0 && k > n {
			n, day = k, strconv.Itoa(ordinal(first))+strings.ToUpper(first.Weekday().String()[:2])
		}
	}
	return n, day
}

// fromStart is 2 on the second Monday of a month, and so on.
func fromStart(day time.Time) int { return (day.Day()-1)/7 + 1 }

// fromEnd is -1 on the last Monday of a month, and so on; only the last counts.
func fromEnd(day time.Time) int {
	if day.AddDate(0, 0, 7).Month() != day.Month() {
		return -1
	}
	return 0
}

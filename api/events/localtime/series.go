// Series and their dates.

package localtime

import (
	"slices"
	"time"
)

// Series is when something happens. Start and End are wall times of the first date, End being
// exclusive; Rule is an RRULE value without "RRULE:", empty for what happens once, its UNTIL
// in local time ("20261224T190000", or a date).
type Series struct {
	Zone    *time.Location
	AllDay  bool
	Start   time.Time
	End     time.Time
	Rule    string
	RDates  []time.Time
	ExDates []time.Time
}

// Date is one date of a series.
type Date struct {
	Recurrence time.Time // wall: RECURRENCE-ID
	Start, End time.Time // wall
	At, Until  time.Time // instants; Until is never before At
	How        Adjustment
}

// Expand lists the dates whose Recurrence is before until (wall, exclusive), in their order,
// each once. COUNT counts what the rule has, dates in gaps and those that ExDates take away
// among them; Start is a date only where the rule has it. It fails with ErrTooMany where there
// are more than limit, and with a *Fault on a rule that cannot be read. Its work is bounded by
// the time between Start and until, whatever the rule is.
func (s Series) Expand(until time.Time, limit int) ([]Date, error) {
	walls, err := s.Recurrences(until, limit)
	if err != nil {
		return nil, err
	}
	dates := make([]Date, len(walls))
	for i, wall := range walls {
		dates[i] = s.date(wall)
	}
	return dates, nil
}

// Recurrences are those of the dates that Expand lists; it fails as that does.
func (s Series) Recurrences(until time.Time, limit int) ([]time.Time, error) {
	if limit < 0 {
		limit = 0
	}
	walls, err := s.byRule(until, limit+len(s.ExDates))
	if err != nil {
		return nil, err
	}
	for _, wall := range s.RDates {
		if s.AllDay {
			wall = midnight(wall)
		}
		if wall.Before(until) {
			walls = append(walls, wall)
		}
	}
	slices.SortFunc(walls, time.Time.Compare)
	walls = slices.CompactFunc(walls, time.Time.Equal)
	without := make(map[int64]bool, len(s.ExDates))
	for _, wall := range s.ExDates {
		if s.AllDay {
			wall = midnight(wall)
		}
		without[wall.Unix()] = true
	}
	walls = slices.DeleteFunc(walls, func(wall time.Time) bool { return without[wall.Unix()] })
	if len(walls) > limit {
		return nil, ErrTooMany
	}
	return walls, nil
}

// byRule is what the rule has, or the one date of what has none.
func (s Series) byRule(until time.Time, limit int) ([]time.Time, error) {
	start := s.Start
	if s.AllDay {
		start = midnight(start)
	}
	if s.Rule == "" {
		if start.Before(until) {
			return []time.Time{start}, nil
		}
		return nil, nil
	}
	rule, err := ParseRule(s.Rule)
	if err != nil {
		return nil, err
	}
	if s.AllDay {
		// RFC 5545 section 3.3.10: these "MUST be ignored" with a DTSTART that is a date.
		rule.BySecond, rule.ByMinute, rule.ByHour = nil, nil, nil
		if rule.Freq > Daily {
			return nil, ruleFault("rule_frequency", "What takes whole days cannot repeat several times a day.")
		}
	}
	return rule.between(start, until, limit)
}

// date is the date of a recurrence.
func (s Series) date(recurrence time.Time) Date {
	return Span(recurrence, recurrence.Add(s.End.Sub(s.Start)), s.Zone)
}

// Span is what lasts from one wall time to another, its Recurrence being start. What ends by
// the clock no later than the gap that it begins in lets it begin keeps its length instead, so
// that something that lasts never becomes a moment.
func Span(start, end time.Time, zone *time.Location) Date {
	d := Date{Recurrence: start, Start: start, End: end}
	d.At, d.How = Resolve(start, zone)
	d.Until, _ = Resolve(end, zone)
	if !d.Until.After(d.At) {
		d.Until = d.At.Add(max(end.Sub(start), 0))
	}
	return d
}

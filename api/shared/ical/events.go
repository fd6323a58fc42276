// Entries of calendars as events.

package ical

import (
	"slices"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/zones"
)

// Links are the addresses of pages that events name, absolute. A nil one names none.
type Links struct {
	Entry      func(e contract.Entry) string                        // of a series, or of what happens once
	Occurrence func(e contract.Entry, o contract.Occurrence) string // of one date
}

// Events are the VEVENTs of an entry: the series, and one with a RECURRENCE-ID for each date
// that is moved, has words or a venue of its own, or that programs would put elsewhere: which
// begins in a gap or an overlap, or during which clocks change. Cancelled and postponed dates
// are EXDATEs, as are those that the series leaves out; an entry that is cancelled or postponed
// as a whole has STATUS:CANCELLED, and is told as taking place again under the same UID when it
// does. Dates that are kept though the series has them no more are RDATEs. It fails on an entry
// whose zone or times cannot be read.
func Events(e contract.Entry, l Links) ([]Event, error) {
	s, err := seriesOf(e)
	if err != nil {
		return nil, err
	}
	if s.rule == "" && len(s.rdates) == 0 {
		master, err := s.once(l)
		return []Event{master}, err
	}
	master := s.event(l, nil)
	master.Start, master.End, master.Rule = s.start, s.end, s.rule
	master.RDates, master.ExDates = s.rdates, s.exdates
	events := append(make([]Event, 0, 1+len(s.own)), master)
	for _, o := range s.own {
		date := s.event(l, o)
		if date.Start, date.End, err = s.walls(o); err != nil {
			return nil, err
		}
		recurrence, err := parseLocal(o.Recurrence, e.AllDay)
		if err != nil {
			return nil, err
		}
		date.Recurrence = &recurrence
		events = append(events, date)
	}
	return events, nil
}

// Single is one date as an event of its own, for those who keep only that. Its UID is made of
// the date's id, which stays whatever becomes of the series.
func Single(e contract.Entry, o contract.Occurrence, l Links) (Event, error) {
	s := series{Entry: e}
	event := s.event(l, &o)
	event.UID = string(o.ID)
	if _, host, found := strings.Cut(e.UID, "@"); found {
		event.UID += "@" + host
	}
	if o.Status != contract.Scheduled {
		event.Status = "CANCELLED"
	}
	var err error
	event.Start, event.End, err = s.walls(&o)
	if err != nil {
		return Event{}, err
	}
	_, err = zones.Load(e.Timezone)
	return event, err
}

// series is an entry taken apart.
type series struct {
	contract.Entry
	start, end      time.Time
	rule            string
	rdates, exdates []time.Time
	own             []*contract.Occurrence // dates that are events of their own
}

func seriesOf(e contract.Entry) (*series, error) {
	if _, err := zones.Load(e.Timezone); err != nil {
		return nil, err
	}
	s := &series{Entry: e, rule: e.RRule}
	var err error
	if s.start, err = parseLocal(e.LocalStart, e.AllDay); err != nil {
		return nil, err
	}
	if s.end, err = parseLocal(e.LocalEnd, e.AllDay); err != nil {
		return nil, err
	}
	if s.rdates, err = parseLocals(e.RDates, e.AllDay); err != nil {
		return nil, err
	}
	if s.exdates, err = parseLocals(e.ExDates, e.AllDay); err != nil {
		return nil, err
	}
	return s, s.dates()
}

func parseLocals(texts []string, allDay bool) ([]time.Time, error) {
	walls := make([]time.Time, 0, len(texts))
	for _, text := range texts {
		wall, err := parseLocal(text, allDay)
		if err != nil {
			return nil, err
		}
		walls = append(walls, wall)
	}
	return walls, nil
}

// dates sorts an entry's dates into what the series has, leaves out, and has besides.
func (s *series) dates() error {
	for i := range s.Occurrences {
		o := &s.Occurrences[i]
		gone := o.Status != contract.Scheduled
		if o.Kept || gone {
			recurrence, err := parseLocal(o.Recurrence, s.AllDay)
			if err != nil {
				return err
			}
			switch {
			case !gone: // EXDATE would win over RDATE
				s.exdates = slices.DeleteFunc(s.exdates, recurrence.Equal)
				s.rdates = append(s.rdates, recurrence)
			case !o.Kept:
				s.exdates = append(s.exdates, recurrence)
			}
		}
		if !gone && s.differs(o) {
			s.own = append(s.own, o)
		}
	}
	if len(s.rdates) > 0 { // what the rule has need not be said twice, and some programs count it twice
		generated, err := generator(s.rule, s.start)
		if err != nil {
			return err
		}
		s.rdates = slices.DeleteFunc(s.rdates, generated)
	}
	s.rdates, s.exdates = sorted(s.rdates), sorted(s.exdates)
	return nil
}

func sorted(walls []time.Time) []time.Time {
	slices.SortFunc(walls, time.Time.Compare)
	return slices.CompactFunc(walls, time.Time.Equal)
}

// differs tells whether a date needs an event of its own in a series.
func (s *series) differs(o *contract.Occurrence) bool {
	if o.Moved || o.Adjusted != "" || !s.AllDay && o.EndsAt.Sub(o.StartsAt) != s.end.Sub(s.start) {
		return true
	}
	return !s.private() && (o.Title != "" || o.Summary != "" || o.DescriptionHTML != "" || o.Venue != nil || o.OnlineURL != "")
}

// once is the event of what happens once: as its date has it, where that is known.
func (s *series) once(l Links) (Event, error) {
	for i := range s.Occurrences {
		o := &s.Occurrences[i]
		if o.Kept {
			continue
		}
		event := s.event(l, o)
		if l.Entry != nil && !s.private() {
			event.URL = l.Entry(s.Entry)
		}
		if o.Status != contract.Scheduled {
			event.Status = "CANCELLED"
		}
		var err error
		event.Start, event.End, err = s.walls(o)
		return event, err
	}
	event := s.event(l, nil)
	event.Start, event.End = s.start, s.end
	return event, nil
}

func (s *series) walls(o *contract.Occurrence) (start, end time.Time, err error) {
	if start, err = parseLocal(o.LocalStart, s.AllDay); err != nil {
		return start, end, err
	}
	end, err = parseLocal(o.LocalEnd, s.AllDay)
	return start, end, err
}

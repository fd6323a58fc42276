// Trying a rule out: which dates it has, in words too, and what is wrong with it.

package events

import (
	"errors"
	"time"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/events/localtime"
	"rose-ash.com/roseash/api/shared/problem"
)

// maxTried is how many dates a rule that is tried out shows.
const maxTried = 50

// RecurrenceToTry is when something is to happen.
type RecurrenceToTry struct {
	Timezone   string   `json:"timezone" maxLength:"60" example:"Europe/London" doc:"IANA name."`
	AllDay     bool     `json:"all_day,omitempty" example:"false"`
	LocalStart string   `json:"local_start" maxLength:"19" example:"2026-11-24T19:00:00"`
	LocalEnd   string   `json:"local_end" maxLength:"19" example:"2026-11-24T22:00:00" doc:"Exclusive."`
	RRule      string   `json:"rrule,omitempty" maxLength:"500" example:"FREQ=WEEKLY;BYDAY=TU"`
	RDates     []string `json:"rdates,omitempty" maxItems:"800" example:"[\"2026-12-03T19:00:00\"]"`
	ExDates    []string `json:"exdates,omitempty" maxItems:"800" example:"[\"2026-12-29T19:00:00\"]"`
}

// RecurrenceTried is what a rule gives.
type RecurrenceTried struct {
	RRule  string            `json:"rrule,omitempty" example:"FREQ=WEEKLY;BYDAY=TU" doc:"As it would be stored."`
	Words  string            `json:"words,omitempty" example:"Every week on Tuesday" doc:"The rule in words; absent for what happens once."`
	Count  int               `json:"count" example:"105" doc:"How many dates there are in 24 months from the first."`
	Dates  []TriedDate       `json:"dates" doc:"The first 50."`
	Faults []RecurrenceFault `json:"faults" doc:"What an entry would be refused for; empty: nothing."`
}

// TriedDate is one date that a rule gives.
type TriedDate struct {
	LocalStart string    `json:"local_start" example:"2026-11-24T19:00:00"`
	LocalEnd   string    `json:"local_end" example:"2026-11-24T22:00:00"`
	StartsAt   time.Time `json:"starts_at" doc:"The instant."`
	EndsAt     time.Time `json:"ends_at"`
	Adjusted   string    `json:"adjusted,omitempty" enum:"gap,overlap" example:"gap" doc:"gap: the clocks skip local_start, it begins as if they had not; overlap: they show it twice, it is the first."`
}

// RecurrenceFault is what is wrong with a rule.
type RecurrenceFault struct {
	Field  string `json:"field" example:"rrule" doc:"The field that it is about."`
	Code   string `json:"code" example:"start_outside_rule" doc:"What is wrong as one word, as a refusal of an entry has it."`
	Detail string `json:"detail" example:"the first date is not one of the rule's"`
}

// TryRecurrence lists the dates of a rule as an entry would have them. What is wrong with it is
// in the answer and no error.
func TryRecurrence(r RecurrenceToTry) (RecurrenceTried, error) {
	tried := RecurrenceTried{Dates: []TriedDate{}, Faults: []RecurrenceFault{}}
	span, err := r.series()
	if err == nil {
		err = checkTiming(span)
	}
	var dates []localtime.Date
	if err == nil {
		dates, err = span.Expand(span.Start.AddDate(0, Ahead, 0), MaxDates)
	}
	if err = faulty(err); err != nil {
		var d *problem.Details
		if !errors.As(err, &d) || len(d.Errors) == 0 {
			return tried, err
		}
		for _, e := range d.Errors {
			tried.Faults = append(tried.Faults, RecurrenceFault{Field: e.Location[len("body."):], Code: d.Code, Detail: e.Message})
		}
		return tried, nil
	}
	tried.RRule, tried.Words, tried.Count = span.Rule, span.Words(), len(dates)
	for _, date := range dates[:min(len(dates), maxTried)] {
		tried.Dates = append(tried.Dates, TriedDate{LocalStart: localtime.Format(date.Start, r.AllDay),
			LocalEnd: localtime.Format(date.End, r.AllDay), StartsAt: date.At, EndsAt: date.Until, Adjusted: string(date.How)})
	}
	return tried, nil
}

// series reads what is to be tried out. It fails as the fields of an entry do.
func (r RecurrenceToTry) series() (span localtime.Series, err error) {
	row := eventsdb.Entry{AllDay: r.AllDay}
	if row.LocalStart, err = wall("body.local_start", r.LocalStart, r.AllDay); err != nil {
		return span, err
	}
	if row.LocalEnd, err = wall("body.local_end", r.LocalEnd, r.AllDay); err != nil {
		return span, err
	}
	if err := applyTiming(&row, EntryFields{Timezone: &r.Timezone, RRule: &r.RRule, RDates: &r.RDates, ExDates: &r.ExDates}, nil); err != nil {
		return span, err
	}
	return seriesOf(row)
}

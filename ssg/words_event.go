// The words for days and times. Local times are as the data has them, "2026-11-24T19:00:00" or
// "2026-11-24"; ends are exclusive.

package ssg

import (
	"fmt"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/zones"
	site "rose-ash.com/roseash/site-templates"
)

// span is when a date is by the clocks of its zone: wall times are in UTC, and no instants.
type span struct {
	start, end time.Time
	allDay     bool
	zone       string // IANA name
	at         time.Time
	adjusted   string // "gap", "overlap"
}

// wall reads a local time; the zero time for what is none.
func wall(local string) time.Time {
	layout := "2006-01-02T15:04:05"
	if len(local) == len(time.DateOnly) {
		layout = time.DateOnly
	}
	t, _ := time.Parse(layout, local)
	return t
}

func spanOfCard(c contract.OccurrenceCard) span {
	return span{wall(c.LocalStart), wall(c.LocalEnd), c.AllDay, c.Timezone, c.StartsAt, ""}
}

func spanOf(e contract.Entry, o contract.Occurrence) span {
	return span{wall(o.LocalStart), wall(o.LocalEnd), e.AllDay, e.Timezone, o.StartsAt, o.Adjusted}
}

// last is the day on which it ends: of what ends at midnight, the day before.
func (s span) last() time.Time {
	if !s.end.After(s.start) {
		return day(s.start)
	}
	return day(s.end.Add(-time.Nanosecond))
}

func day(t time.Time) time.Time { return t.Truncate(24 * time.Hour) } // of wall times, which are in UTC

// Layouts of days.
const (
	longDay   = "Monday 2 January"
	longDate  = "Monday 2 January 2006"
	clockTime = "15:04"
)

// words is all of it: "Tuesday 24 November 2026, 19:00–22:00".
func (s span) words() string {
	first, last := s.start, s.last()
	until := last.Format(longDate)
	from := first.Format(longDate)
	if first.Year() == last.Year() {
		from = first.Format(longDay)
	}
	switch {
	case s.allDay && day(first).Equal(last):
		return until + ", all day"
	case s.allDay:
		return from + " to " + until
	case !s.long():
		return first.Format(longDate) + ", " + s.hours()
	}
	return from + ", " + first.Format(clockTime) + ", to " + until + ", " + s.endTime()
}

// endTime is when it ends on its last day.
func (s span) endTime() string {
	if day(s.end).After(s.last()) {
		return "midnight"
	}
	return s.end.Format(clockTime)
}

// long tells what goes on after the night that follows its first day.
func (s span) long() bool { return s.end.Sub(day(s.start)) > 30*time.Hour }

// hours are when it is on its first day: "19:00–22:00".
func (s span) hours() string {
	start := s.start.Format(clockTime)
	switch {
	case !s.end.After(s.start):
		return start
	case day(s.start).Equal(s.last()):
		return start + "–" + s.endTime()
	case s.long():
		return start + ", to " + s.last().Format(longDay) + ", " + s.endTime()
	}
	return start + "–" + s.end.Format(clockTime) + " the next day"
}

// short is what stands in a list below the day that it begins on.
func (s span) short() string {
	switch {
	case !s.allDay:
		return s.hours()
	case day(s.start).Equal(s.last()):
		return "All day"
	}
	return "To " + s.last().Format(longDay)
}

// on is what stands of it at one of its days in a month: its hours where it begins, "All day"
// in between, when it ends at its last.
func (s span) on(d time.Time) string {
	switch {
	case s.allDay || d.After(day(s.start)) && d.Before(s.last()):
		return "All day"
	case d.Equal(day(s.start)) && !s.long():
		return s.hours()
	case d.Equal(day(s.start)):
		return "from " + s.start.Format(clockTime)
	}
	return "to " + s.endTime()
}

// machine is a moment as the datetime attribute and schema.org take it: with the offset, or
// for all-day entries a date.
func (s span) machine(wall, at time.Time) string {
	if s.allDay {
		return wall.Format(time.DateOnly)
	}
	return at.In(location(s.zone)).Format("2006-01-02T15:04-07:00")
}

// zoneWords names a zone for those who are in another: "New York time, GMT-5"; empty in the
// site's.
func (s span) zoneWords(home string) string {
	if s.zone == home || s.allDay {
		return ""
	}
	return zoneName(s.zone) + ", " + offsetWords(s.at, s.zone)
}

// zoneName is what people call the clocks of a zone: "New York time".
func zoneName(zone string) string {
	place := zone[strings.LastIndexByte(zone, '/')+1:]
	if place == "UTC" || place == "GMT" {
		return "Universal time"
	}
	return strings.ReplaceAll(place, "_", " ") + " time"
}

// offsetWords is how far clocks in a zone are from universal time at an instant: "GMT+5:30".
func offsetWords(at time.Time, zone string) string {
	_, seconds := at.In(location(zone)).Zone()
	if seconds == 0 {
		return "GMT"
	}
	sign := "+"
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	if seconds%3600 == 0 {
		return fmt.Sprintf("GMT%s%d", sign, seconds/3600)
	}
	return fmt.Sprintf("GMT%s%d:%02d", sign, seconds/3600, seconds%3600/60)
}

// clockNote says what the clocks do at the hour at which it begins; empty where they do nothing.
func (s span) clockNote() string {
	hour := s.start.Format(clockTime)
	switch s.adjusted {
	case "gap":
		z, err := zones.Load(s.zone)
		if err != nil {
			return ""
		}
		return "The clocks go forward over " + hour + " that day: it begins when they show " + s.at.In(z).Format(clockTime) + "."
	case "overlap":
		return "The clocks go back that day and show " + hour + " twice: it begins at the first, " + offsetWords(s.at, s.zone) + "."
	}
	return ""
}

// eventDay is a day as it stands on a leaf of a calendar.
func eventDay(d time.Time) site.EventDay {
	return site.EventDay{ISO: d.Format(time.DateOnly), Weekday: d.Format("Monday"), Day: d.Format("2"), Month: d.Format("January")}
}

// monthName is a month in words, "November 2026"; the zero time for what is none.
func monthName(month string) string { return firstOfMonth(month).Format("January 2006") }

func firstOfMonth(month string) time.Time {
	t, _ := time.Parse("2006-01", month)
	return t
}

// datesWord counts dates.
func datesWord(n int) string {
	if n == 1 {
		return "1 date"
	}
	return fmt.Sprintf("%d dates", n)
}

// features are what a venue has, as a visitor reads it, by the word in the data.
var features = map[string]string{
	"step_free": "Step-free access", "accessible_toilet": "Accessible toilet", "hearing_loop": "Hearing loop",
	"blue_badge_parking": "Blue Badge parking", "quiet_room": "Quiet room", "assistance_dogs": "Assistance dogs welcome",
	"sign_language": "Sign language", "captions": "Captions", "changing_places": "Changing Places toilet", "seating": "Seating throughout",
}

// featureWords are a venue's; a word that nobody has a text for is shown as it is.
func featureWords(v contract.Venue) []string {
	var words []string
	for _, code := range v.Accessibility {
		word := features[code]
		if word == "" {
			word = sentence(strings.ReplaceAll(code, "_", " "))
		}
		words = append(words, word)
	}
	return words
}

// sentence is a text with a capital letter.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

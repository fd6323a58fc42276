// Calendars and events, and how they are written.

package ical

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"rose-ash.com/roseash/api/shared/zones"
)

// MediaType is that of iCalendar files.
const MediaType = "text/calendar; charset=utf-8"

// product names the writer (PRODID).
const product = "-//Rose Ash//Calendars//EN"

// Calendar is a VCALENDAR.
type Calendar struct {
	Name, Description string        // NAME and X-WR-CALNAME, DESCRIPTION and X-WR-CALDESC
	URL               string        // of the page
	Zone              string        // IANA name, X-WR-TIMEZONE; empty: that of the first event
	Colour            string        // "#7a1f3d"
	Refresh           time.Duration // REFRESH-INTERVAL and X-PUBLISHED-TTL; 0: neither
	Events            []Event
}

// Event is a VEVENT. Start, End, Recurrence, RDates and ExDates are wall times of Zone (dates
// where AllDay); what is empty is left out.
type Event struct {
	UID              string
	Sequence         int
	Stamp            time.Time // DTSTAMP and LAST-MODIFIED
	Created          time.Time
	Zone             string // IANA name
	AllDay           bool
	Start, End       time.Time
	Recurrence       *time.Time // RECURRENCE-ID
	Rule             string     // UNTIL in local time; it is written in UTC (a date where AllDay)
	RDates, ExDates  []time.Time
	Summary          string
	Description      string // plain text
	Location         string
	Latitude         *float64
	Longitude        *float64
	URL              string
	Conference       string // address of where it happens online (RFC 7986 CONFERENCE)
	Status           string // CONFIRMED, TENTATIVE, CANCELLED
	Private          bool   // CLASS:PRIVATE; of its words and places nothing is written but "Busy"
	OrganizerName    string // with OrganizerEmail; without an address it is left out
	OrganizerEmail   string
	Image            string
	Categories       []string
	AccessibilityURL string // ALTREP of the location
}

// Bytes is the calendar as a file. It fails on what no words of a member can bring about: a zone
// that does not exist, a rule that is not spelled as one, an event without UID or stamp.
func (c Calendar) Bytes() ([]byte, error) {
	w := &writer{file: make([]byte, 0, 1024+700*len(c.Events))}
	w.line("BEGIN", "VCALENDAR")
	w.line("VERSION", "2.0")
	w.line("PRODID", product)
	w.line("CALSCALE", "GREGORIAN")
	w.text("NAME", c.Name)
	w.text("X-WR-CALNAME", c.Name)
	w.text("DESCRIPTION", c.Description)
	w.text("X-WR-CALDESC", c.Description)
	w.uri("URL", c.URL)
	spans, err := spansOf(c.Events)
	if err != nil {
		return nil, err
	}
	if err := w.zone(c, spans); err != nil {
		return nil, err
	}
	w.colour(c.Colour)
	if c.Refresh > 0 {
		w.line("REFRESH-INTERVAL;VALUE=DURATION", duration(c.Refresh))
		w.line("X-PUBLISHED-TTL", duration(c.Refresh))
	}
	for _, s := range spans {
		if err := w.timezone(s); err != nil {
			return nil, err
		}
	}
	for i := range c.Events {
		if err := w.event(&c.Events[i]); err != nil {
			return nil, err
		}
	}
	w.line("END", "VCALENDAR")
	return w.file, nil
}

// zone writes X-WR-TIMEZONE.
func (w *writer) zone(c Calendar, spans []span) error {
	name := c.Zone
	if name == "" && len(c.Events) > 0 {
		name = c.Events[0].Zone
	}
	if name == "" {
		return nil
	}
	if _, err := zones.Load(name); err != nil {
		return fmt.Errorf("ical: %w", err)
	}
	w.line("X-WR-TIMEZONE", name)
	return nil
}

// colour writes the name of the colour that is nearest, which is all that COLOR may be (RFC 7986
// section 5.9), and the colour itself for the programs that read it.
func (w *writer) colour(hex string) {
	if name, ok := colourName(hex); ok {
		w.line("COLOR", name)
		w.line("X-APPLE-CALENDAR-COLOR", hex)
	}
}

// event writes a VEVENT.
func (w *writer) event(e *Event) error {
	if clean(e.UID) == "" || e.Stamp.IsZero() {
		return fmt.Errorf("ical: an event without UID or stamp")
	}
	w.line("BEGIN", "VEVENT")
	w.text("UID", e.UID)
	w.line("DTSTAMP", e.Stamp.UTC().Format(utcForm))
	if err := w.times(e); err != nil {
		return err
	}
	w.line("SEQUENCE", strconv.Itoa(e.Sequence))
	if !e.Created.IsZero() {
		w.line("CREATED", e.Created.UTC().Format(utcForm))
	}
	w.line("LAST-MODIFIED", e.Stamp.UTC().Format(utcForm))
	if e.Private {
		w.line("SUMMARY", Busy)
		w.status(e.Status)
		w.line("CLASS", "PRIVATE")
	} else {
		w.words(e)
	}
	w.line("END", "VEVENT")
	return nil
}

// Busy is all that is told of a private event.
const Busy = "Busy"

// words writes what an event is about, and where it is.
func (w *writer) words(e *Event) {
	w.text("SUMMARY", e.Summary)
	w.text("DESCRIPTION", e.Description)
	location := "LOCATION"
	if plainURI(e.AccessibilityURL) {
		location += ";ALTREP=" + quoted(e.AccessibilityURL)
	}
	w.text(location, e.Location)
	if e.Latitude != nil && e.Longitude != nil {
		w.line("GEO", degrees(*e.Latitude)+";"+degrees(*e.Longitude))
	}
	w.uri("URL", e.URL)
	w.uri("CONFERENCE;VALUE=URI", e.Conference)
	w.uri("IMAGE;VALUE=URI;DISPLAY=BADGE", e.Image)
	w.status(e.Status)
	if e.OrganizerEmail != "" && plainURI("mailto:"+e.OrganizerEmail) {
		w.line("ORGANIZER;CN="+quoted(e.OrganizerName), "mailto:"+e.OrganizerEmail)
	}
	list := ""
	for _, category := range e.Categories {
		if category = escape(category); category != "" {
			if list != "" {
				list += ","
			}
			list += category
		}
	}
	if list != "" {
		w.line("CATEGORIES", list)
	}
}

// statuses are those that a VEVENT can have.
var statuses = []string{"CONFIRMED", "TENTATIVE", "CANCELLED"}

func (w *writer) status(status string) {
	if slices.Contains(statuses, status) {
		w.line("STATUS", status)
	}
}

// degrees writes a coordinate to about a tenth of a metre.
func degrees(d float64) string { return strconv.FormatFloat(d, 'f', 6, 64) }

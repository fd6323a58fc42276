// The demo co-op's calendars, their venues and entries.

package seed

import (
	"fmt"
	"time"
)

// Events is the demo's calendars.
type Events struct {
	Venues    []Venue
	Calendars []Calendar
	Entries   []Entry
}

// Venue is where entries happen.
type Venue struct {
	Slug              string   `yaml:"slug"`
	Name              string   `yaml:"name"`
	Street            string   `yaml:"street"`
	Locality          string   `yaml:"locality"`
	Region            string   `yaml:"region"`
	PostalCode        string   `yaml:"postal_code"`
	Country           string   `yaml:"country"`
	Latitude          float64  `yaml:"latitude"`
	Longitude         float64  `yaml:"longitude"`
	Accessibility     []string `yaml:"accessibility"`
	AccessibilityNote string   `yaml:"accessibility_note"`
}

// Calendar is a calendar and where it is shown besides its own pages.
type Calendar struct {
	Slug        string          `yaml:"slug"`
	Name        string          `yaml:"name"`
	Colour      string          `yaml:"colour"`
	Description string          `yaml:"description"`
	Proposals   bool            `yaml:"proposals"`
	Placements  []CalendarPlace `yaml:"placements"`
}

// CalendarPlace is one such place: site, market, or the page or post of a slug.
type CalendarPlace struct {
	Container string `yaml:"container"`
	Slug      string `yaml:"slug"`
	View      string `yaml:"view"`
}

// Entry is something in a calendar. It lasts so many Minutes from At on, or whole Days.
type Entry struct {
	Calendar     string        `yaml:"calendar"`
	Slug         string        `yaml:"slug"`
	Title        string        `yaml:"title"`
	Summary      string        `yaml:"summary"`
	Text         string        `yaml:"text"` // Markdown
	Picture      Image         `yaml:"-"`
	Image        string        `yaml:"image"`
	Alt          string        `yaml:"alt"`
	Venue        string        `yaml:"venue"`
	Attendance   string        `yaml:"attendance"`
	OnlineURL    string        `yaml:"online_url"`
	OnlinePublic bool          `yaml:"online_public"`
	Organizer    string        `yaml:"organizer"`
	Private      bool          `yaml:"private"`
	State        string        `yaml:"state"` // empty: confirmed
	First        FirstDay      `yaml:"first"`
	At           Clock         `yaml:"at"`
	Minutes      int           `yaml:"minutes"`
	Days         int           `yaml:"days"`
	RRule        string        `yaml:"rrule"`
	AlsoWeeks    []int         `yaml:"also_weeks"` // dates besides, in weeks after First
	Changes      []EntryChange `yaml:"changes"`
}

// EntryChange is what is different on one date of a series, counted from 0.
type EntryChange struct {
	Date     int    `yaml:"date"`
	Status   string `yaml:"status"`
	Reason   string `yaml:"reason"`
	Title    string `yaml:"title"`
	Summary  string `yaml:"summary"`
	MoveDays int    `yaml:"move_days"`
}

// FirstDay is a day near the one on which the demo is stored: the first such day of the week
// Weeks from then; with an Ordinal the nth (-1: the last) of the month Months from then.
type FirstDay struct {
	Day     Weekday `yaml:"day"`
	Weeks   int     `yaml:"weeks"`
	Months  int     `yaml:"months"`
	Ordinal int     `yaml:"ordinal"`
}

// On is that day, at midnight of a wall clock, when the demo is stored on today.
func (d FirstDay) On(today time.Time) time.Time {
	day := time.Date(today.Year(), today.Month(), today.Day()+7*d.Weeks, 0, 0, 0, 0, time.UTC)
	switch {
	case d.Ordinal > 0:
		day = time.Date(today.Year(), today.Month()+time.Month(d.Months), 1+7*(d.Ordinal-1), 0, 0, 0, 0, time.UTC)
	case d.Ordinal < 0:
		day = time.Date(today.Year(), today.Month()+time.Month(d.Months)+1, 1-7*-d.Ordinal, 0, 0, 0, 0, time.UTC)
	}
	return day.AddDate(0, 0, (int(d.Day.Weekday)-int(day.Weekday())+7)%7)
}

func (r *reader) readEvents() error {
	if err := r.decode("events.yaml", &r.data.Events); err != nil {
		return err
	}
	calendars, venues := map[string]bool{}, map[string]bool{"": true}
	for _, c := range r.data.Events.Calendars {
		calendars[c.Slug] = true
	}
	for _, v := range r.data.Events.Venues {
		venues[v.Slug] = true
	}
	for i := range r.data.Events.Entries {
		e := &r.data.Events.Entries[i]
		if !calendars[e.Calendar] || !venues[e.Venue] {
			return fmt.Errorf("events.yaml: %s: its calendar or venue is not there", e.Slug)
		}
		if e.Image == "" {
			continue
		}
		var err error
		if e.Picture, err = r.image(e.Image, e.Alt); err != nil {
			return fmt.Errorf("events.yaml: %s: %w", e.Slug, err)
		}
	}
	return nil
}

// The demo's calendars: venues, calendars, and entries around the day of today.

package api

import (
	"context"
	"fmt"
	"time"

	"rose-ash.com/roseash/api/events"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/zones"
	"rose-ash.com/roseash/db/seed"
)

// wallLayout is how local times are written, and dateLayout days.
const (
	wallLayout = "2006-01-02T15:04:05"
	dateLayout = time.DateOnly
)

// events stores the demo's calendars, where they are not there yet.
func (s *seeder) events(ctx context.Context) error {
	// Whoever stores the demo may organise all of its calendars.
	ctx = auth.WithPrincipal(ctx, auth.Principal{Name: "seed", Scopes: []string{auth.ScopeEventsWrite}})
	zone, err := zones.Load(s.data.Site.Timezone)
	if err != nil {
		return err
	}
	today := s.options.Clock.Now().In(zone)
	venues, calendars := map[string]contract.VenueID{}, map[string]contract.CalendarID{}
	for _, v := range s.data.Events.Venues {
		if venues[v.Slug], err = s.venue(ctx, v); err != nil {
			return fmt.Errorf("%s: %w", v.Slug, err)
		}
	}
	for i, c := range s.data.Events.Calendars {
		if calendars[c.Slug], err = s.calendar(ctx, i, c); err != nil {
			return fmt.Errorf("%s: %w", c.Slug, err)
		}
	}
	for _, e := range s.data.Events.Entries {
		if err := s.entry(ctx, e, calendars[e.Calendar], venues[e.Venue], today); err != nil {
			return fmt.Errorf("%s: %w", e.Slug, err)
		}
	}
	return nil
}

func (s *seeder) venue(ctx context.Context, v seed.Venue) (contract.VenueID, error) {
	there, err := s.Events.Venue(ctx, v.Slug)
	if err == nil || problem.Code(err) != "not_found" {
		return there.ID, err
	}
	made, err := s.Events.CreateVenue(ctx, events.VenueFields{
		Slug: &v.Slug, Name: &v.Name, Street: &v.Street, Locality: &v.Locality, Region: &v.Region, PostalCode: &v.PostalCode,
		Country: &v.Country, Latitude: &v.Latitude, Longitude: &v.Longitude,
		Accessibility: &v.Accessibility, AccessibilityNote: &v.AccessibilityNote,
	})
	return made.ID, err
}

func (s *seeder) calendar(ctx context.Context, position int, c seed.Calendar) (contract.CalendarID, error) {
	there, err := s.Events.Calendar(ctx, c.Slug)
	if err == nil || problem.Code(err) != "not_found" {
		return there.ID, err
	}
	places := []contract.CalendarPlacement{}
	for _, p := range c.Placements {
		place := contract.CalendarPlacement{ContainerType: contract.ContainerType(p.Container), View: contract.CalendarView(p.View)}
		if p.Slug != "" {
			post, err := s.Blog.Post(ctx, contract.PostType(p.Container), p.Slug)
			if err != nil {
				return "", fmt.Errorf("%s %s: %w", p.Container, p.Slug, err)
			}
			place.ContainerID = string(post.ID)
		}
		places = append(places, place)
	}
	made, err := s.Events.CreateCalendar(ctx, events.CalendarFields{
		Slug: &c.Slug, Name: &c.Name, Description: &c.Description, Colour: &c.Colour, Proposals: &c.Proposals,
		Position: &position, Placements: &places, Timezone: &s.data.Site.Timezone,
	})
	return made.ID, err
}

// entry stores an entry and what is different on some of its dates. One that is there already
// is left as it is.
func (s *seeder) entry(ctx context.Context, e seed.Entry, calendar contract.CalendarID, venue contract.VenueID, today time.Time) error {
	state, kind, attendance, allDay := contract.EntryConfirmed, contract.EntryPublic, contract.InPerson, e.Days > 0
	if e.State != "" {
		state = contract.EntryState(e.State)
	}
	if e.Private {
		kind = contract.EntryPrivate
	}
	if e.Attendance != "" {
		attendance = contract.Attendance(e.Attendance)
	}
	start := e.First.On(today).Add(time.Duration(e.At) * time.Minute)
	end, layout := start.Add(time.Duration(e.Minutes)*time.Minute).AddDate(0, 0, e.Days), wallLayout
	if allDay {
		layout = dateLayout
	}
	from, to, also := start.Format(layout), end.Format(layout), []string{}
	for _, weeks := range e.AlsoWeeks {
		also = append(also, start.AddDate(0, 0, 7*weeks).Format(layout))
	}
	fields := events.EntryFields{
		Calendar: &calendar, Slug: &e.Slug, Kind: &kind, Title: &e.Title, Summary: &e.Summary, Description: &e.Text,
		AllDay: &allDay, LocalStart: &from, LocalEnd: &to, RRule: &e.RRule, RDates: &also,
		Attendance: &attendance, OnlineURL: &e.OnlineURL, OnlinePublic: &e.OnlinePublic, Organizer: &e.Organizer,
	}
	if venue != "" {
		fields.Venue = &venue
	}
	if p := s.picture(e.Picture, ""); p != nil {
		fields.Image = &events.EntryPicture{URL: p.URL, Alt: p.Alt, Width: p.Width, Height: p.Height}
	}
	made, err := s.Events.CreateEntry(ctx, events.EntryToMake{EntryFields: fields, State: state})
	if problem.Code(err) == "slug_taken" {
		return nil
	}
	if err != nil {
		return err
	}
	for _, c := range e.Changes {
		if err := s.change(ctx, made, c); err != nil {
			return fmt.Errorf("date %d: %w", c.Date, err)
		}
	}
	return nil
}

// change makes one date of an entry different.
func (s *seeder) change(ctx context.Context, e contract.Entry, c seed.EntryChange) error {
	if c.Date >= len(e.Occurrences) {
		return fmt.Errorf("the series has %d dates", len(e.Occurrences))
	}
	date := e.Occurrences[c.Date]
	if c.Status != "" {
		_, err := s.Events.SetOccurrenceStatus(ctx, date.ID, nil, contract.OccurrenceStatus(c.Status), c.Reason)
		return err
	}
	edit := events.EntryEdit{Apply: events.EditThis, Occurrence: date.ID}
	if c.Title != "" {
		edit.Title, edit.Summary = &c.Title, &c.Summary
	}
	if c.MoveDays != 0 {
		start, err := time.Parse(wallLayout, date.LocalStart)
		if err != nil {
			return err
		}
		moved := start.AddDate(0, 0, c.MoveDays).Format(wallLayout)
		edit.LocalStart = &moved
	}
	now, err := s.Events.Entry(ctx, e.ID)
	if err != nil {
		return err
	}
	_, err = s.Events.UpdateEntry(ctx, e.ID, now.Version, edit)
	return err
}

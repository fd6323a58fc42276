// What an event says: the words of an entry, or of one of its dates.

package ical

import (
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
)

func (s *series) private() bool { return s.Busy || s.Kind == contract.EntryPrivate }

// event is an entry without its times, or one of its dates with what is its own.
func (s *series) event(l Links, o *contract.Occurrence) Event {
	event := Event{
		UID: s.UID, Sequence: s.Sequence, Stamp: s.EditedAt, Created: s.CreatedAt,
		Zone: s.Timezone, AllDay: s.AllDay, Status: status(s.State), Private: s.private(),
	}
	if event.Private {
		event.Summary = Busy
		return event
	}
	title, summary, body, venue, online := s.Title, s.Summary, s.DescriptionHTML, s.Venue, s.OnlineURL
	switch {
	case o != nil:
		title, summary, body = first(o.Title, title), first(o.Summary, summary), first(o.DescriptionHTML, body)
		online = first(o.OnlineURL, online)
		if o.Venue != nil {
			venue = o.Venue
		}
		if l.Occurrence != nil {
			event.URL = l.Occurrence(s.Entry, *o)
		}
	case l.Entry != nil:
		event.URL = l.Entry(s.Entry)
	}
	event.Summary, event.Description, event.Conference = title, paragraphs(summary, PlainText(body)), online
	event.OrganizerName = s.Organizer
	if s.Image != nil {
		event.Image = s.Image.URL
	}
	if s.Calendar.Name != "" {
		event.Categories = []string{s.Calendar.Name}
	}
	switch {
	case s.Attendance != contract.Online && venue != nil:
		event.Location = address(venue)
		event.Latitude, event.Longitude = venue.Latitude, venue.Longitude
	case s.Attendance != contract.InPerson && s.Attendance != "":
		event.Location = first(online, "Online")
	}
	return event
}

// status is what calendar programs are told of a state.
func status(state contract.EntryState) string {
	switch state {
	case contract.EntryConfirmed:
		return "CONFIRMED"
	case contract.EntryCancelled, contract.EntryPostponed, contract.EntryDeclined:
		return "CANCELLED"
	default:
		return "TENTATIVE"
	}
}

func first(own, otherwise string) string {
	if own != "" {
		return own
	}
	return otherwise
}

// address is a venue in one line.
func address(v *contract.Venue) string {
	var parts []string
	for _, part := range []string{v.Name, v.Street, v.Locality, v.Region, v.PostalCode} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

func paragraphs(texts ...string) string {
	var all []string
	for _, text := range texts {
		if text != "" {
			all = append(all, text)
		}
	}
	return strings.Join(all, "\n\n")
}

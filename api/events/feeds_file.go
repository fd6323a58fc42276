// A member's own calendar as an iCalendar file.

package events

import (
	"context"
	"time"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/ical"
	"rose-ash.com/roseash/api/shared/urls"
)

// feedRefresh is how often calendar programs are to look for changes.
const feedRefresh = time.Hour

// MemberFeed is the calendar behind a secret address: an iCalendar file, no-store. It has the
// entries of the calendars that the member follows, and single dates that they have saved of
// others, as visitors see them: an address gets into other hands more easily than a session, so
// that private ones are told as Busy, to their organisers too. It fails with 404 for a token that
// nobody has, or that was revoked. The same entries are the same bytes.
func (s *Service) MemberFeed(ctx context.Context, token string) (file []byte, err error) {
	feed, err := s.feedOf(ctx, token)
	if err != nil {
		return nil, err
	}
	settings, err := s.Settings(ctx)
	if err != nil {
		return nil, err
	}
	calendar := ical.Calendar{Name: settings.Title + ": " + feed.Name, URL: s.Sites.URL(urls.Events, urls.Home()), Refresh: feedRefresh}
	if calendar.Events, err = s.memberEvents(ctx, feed.UserID); err != nil {
		return nil, err
	}
	if file, err = calendar.Bytes(); err != nil {
		return nil, err
	}
	s.touchFeed(ctx, feed)
	return file, nil
}

// memberEvents are what is in a member's own calendar: a constant number of statements.
func (s *Service) memberEvents(ctx context.Context, member string) (events []ical.Event, err error) {
	q, links := s.queries(), s.pageLinks()
	follows, err := q.FollowsOf(ctx, member)
	if err != nil {
		return nil, err
	}
	saved, err := q.SavedElsewhere(ctx, member)
	if err != nil {
		return nil, err
	}
	whole, err := q.CalendarEntries(ctx, mapped(follows, func(r eventsdb.FollowsOfRow) uuid.UUID { return r.Calendar.ID }))
	if err != nil {
		return nil, err
	}
	single := make(map[contract.OccurrenceID]bool, len(saved))
	ids := append([]uuid.UUID{}, whole...)
	for _, r := range saved {
		single[occurrenceID(r.ID)] = true
		ids = append(ids, r.EntryID)
	}
	rows, err := q.PublicEntriesByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	entries, err := s.entriesView(ctx, q, rows, func(eventsdb.Entry) bool { return false })
	if err != nil {
		return nil, err
	}
	follow := make(map[contract.CalendarID]bool, len(follows))
	for _, r := range follows {
		follow[calendarID(r.Calendar.ID)] = true
	}
	for _, e := range entries {
		if follow[e.Calendar.ID] {
			more, err := ical.Events(e, links)
			if err != nil {
				return nil, err
			}
			events = append(events, more...)
			continue
		}
		for _, o := range e.Occurrences {
			if !single[o.ID] {
				continue
			}
			one, err := ical.Single(e, o, links)
			if err != nil {
				return nil, err
			}
			events = append(events, one)
		}
	}
	return events, nil
}

// pageLinks are the addresses of the pages of entries; what is told as Busy has none.
func (s *Service) pageLinks() ical.Links {
	return ical.Links{
		Entry: func(e contract.Entry) string {
			if e.Slug == "" {
				return ""
			}
			return s.Sites.URL(urls.Events, urls.Series(e.Calendar.Slug, e.Slug))
		},
		Occurrence: func(e contract.Entry, o contract.Occurrence) string {
			if e.Slug == "" {
				return ""
			}
			return s.Sites.URL(urls.Events, urls.Entry(e.Calendar.Slug, e.Slug, o.Slug))
		},
	}
}

// The service, and what it stands on.

package events

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/pictures"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
)

// Ahead is for how long at least the dates of a series are stored, in months, and MaxDates
// how many one may have in that time.
const (
	Ahead    = 24
	MaxDates = 800
)

// maxSpan is how long one date may last at most.
const maxSpan = 366 * 24 * time.Hour

// Options are what the service stands on. All are needed but Pictures.
type Options struct {
	Pool  *db.Pool
	Clock clock.Clock
	Bus   *bus.Bus
	Sites urls.Sites
	// Settings are the site's: its title, and the zone of calendars that name none.
	Settings func(ctx context.Context) (contract.SiteSettings, error)
	// Pictures completes the addresses of images; the zero value knows none.
	Pictures pictures.Completer
}

// Service is calendars. New makes one.
type Service struct{ Options }

// New makes the service; nothing is asked of the database.
func New(o Options) *Service { return &Service{Options: o} }

func (s *Service) queries() *eventsdb.Queries { return eventsdb.New(s.Pool) }

// Prefixes of ids.
const (
	calendarPrefix   = "cal"
	venuePrefix      = "venue"
	entryPrefix      = "entry"
	occurrencePrefix = "occ"
	feedPrefix       = "feed"
)

func calendarID(u uuid.UUID) contract.CalendarID {
	return id.Format[contract.CalendarID](calendarPrefix, u)
}
func venueID(u uuid.UUID) contract.VenueID { return id.Format[contract.VenueID](venuePrefix, u) }
func entryID(u uuid.UUID) contract.EntryID { return id.Format[contract.EntryID](entryPrefix, u) }
func occurrenceID(u uuid.UUID) contract.OccurrenceID {
	return id.Format[contract.OccurrenceID](occurrencePrefix, u)
}

// mayOrganise tells whether whoever makes the request may change a calendar's entries and see
// those that visitors do not.
func mayOrganise(ctx context.Context, calendar contract.CalendarID) bool {
	p, known := auth.PrincipalFrom(ctx)
	return known && (p.Has(auth.ScopeEventsWrite) ||
		p.Has(auth.ScopeEventsOrganise) && slices.Contains(p.Organises, calendar))
}

// notOrganiser is the answer to who may not organise a calendar that they may see.
func notOrganiser() *problem.Details {
	return problem.Forbidden("only the organisers of this calendar may do that").WithCode("not_organiser")
}

// actor is who does it, for transitions: a user, a program, or the operator.
func actor(ctx context.Context) string {
	if p, known := auth.PrincipalFrom(ctx); known {
		return p.Name
	}
	return "system"
}

// public are the states in which visitors see an entry.
func public(state contract.EntryState) bool {
	return state == contract.EntryConfirmed || state == contract.EntryPostponed || state == contract.EntryCancelled
}

// Who looks, and what they may know.

package events

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
)

// viewer is who looks at entries. The zero value is a visitor.
type viewer struct {
	every     bool            // keeps all calendars
	organises []uuid.UUID     // calendars
	member    contract.UserID // may have proposed entries
}

// viewerOf is whoever makes the request.
func viewerOf(ctx context.Context) viewer {
	p, _ := auth.PrincipalFrom(ctx)
	v := viewer{every: p.Has(auth.ScopeEventsWrite)}
	if p.Has(auth.ScopeEventsOrganise) {
		v.organises = parseIDs(calendarPrefix, p.Organises)
	}
	if p.Has(auth.ScopeEventsPropose) {
		v.member = p.User
	}
	return v
}

// knows tells whether the viewer may know all of an entry: who organises its calendar may, and
// who has proposed it.
func (v viewer) knows(row eventsdb.Entry) bool {
	return v.knowsOf(row.CalendarID, row.ProposedBy)
}

func (v viewer) knowsOf(calendar uuid.UUID, proposedBy string) bool {
	return v.every || slices.Contains(v.organises, calendar) || v.member != "" && proposedBy == string(v.member)
}

// meets tells whether the viewer may know that there is an entry.
func (v viewer) meets(row eventsdb.Entry) bool {
	return public(contract.EntryState(row.State)) || v.knows(row)
}

// calendars are those whose entries the viewer knows whole.
func (v viewer) calendars(ctx context.Context, q *eventsdb.Queries) ([]uuid.UUID, error) {
	if v.every {
		return q.EveryCalendarID(ctx)
	}
	return append([]uuid.UUID{}, v.organises...), nil
}

// Calendars as their rows and placements make them.

package events

import (
	"context"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/shared/contract"
)

// calendarsView are calendars with their placements, in the order of rows: one statement more.
func calendarsView(ctx context.Context, q *eventsdb.Queries, rows []eventsdb.Calendar) ([]contract.Calendar, error) {
	calendars, at := make([]contract.Calendar, len(rows)), make(map[uuid.UUID]int, len(rows))
	ids := make([]uuid.UUID, len(rows))
	for i, r := range rows {
		ids[i], at[r.ID] = r.ID, i
		calendars[i] = contract.Calendar{
			CalendarLink: calendarLink(r.ID, r.Slug, r.Name, r.Colour),
			Description:  r.Description, DescriptionHTML: r.DescriptionHtml, Timezone: r.Timezone, Proposals: r.Proposals,
			Position: int(r.Position), Placements: []contract.CalendarPlacement{}, Archived: r.ArchivedAt != nil,
			Version: r.Version, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
		}
	}
	placed, err := q.PlacementsOf(ctx, ids)
	for _, p := range placed {
		c := &calendars[at[p.CalendarID]]
		c.Placements = append(c.Placements, contract.CalendarPlacement{
			ContainerType: contract.ContainerType(p.ContainerType), ContainerID: p.ContainerID, View: contract.CalendarView(p.View)})
	}
	return calendars, err
}

// calendarView is one calendar with its placements.
func calendarView(ctx context.Context, q *eventsdb.Queries, row eventsdb.Calendar) (contract.Calendar, error) {
	calendars, err := calendarsView(ctx, q, []eventsdb.Calendar{row})
	return calendars[0], err
}

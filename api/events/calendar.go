// Calendars: reading, making and changing them.

package events

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
)

func noCalendar() *problem.Details { return problem.NotFound("no such calendar") }

// sameVersion is a 412 `precondition_failed` when the version that a writer saw is no longer
// the current one.
func sameVersion(seen, current int64) error {
	if seen != current {
		return problem.PreconditionFailed("this was changed since the version that was named")
	}
	return nil
}

// Calendar is the calendar that ref, an id or a slug, names, archived or not; a 404 `not_found`
// where there is none.
func (s *Service) Calendar(ctx context.Context, ref string) (contract.Calendar, error) {
	q := s.queries()
	row, err := findCalendar(ctx, q, ref)
	if err != nil {
		return contract.Calendar{}, err
	}
	return calendarView(ctx, q, row)
}

// CreateCalendar makes a calendar and emits CalendarUpdated in the same transaction. One that
// names no zone has the site's. It fails with 422 on fields that are wrong (`reserved_slug`,
// `invalid_slug`, `unknown_timezone`, `unsafe_html`) and with 409 `slug_taken`.
func (s *Service) CreateCalendar(ctx context.Context, fields CalendarFields) (made contract.Calendar, err error) {
	if fields.Name == nil || fields.Slug == nil {
		return made, missing(map[string]bool{"body.name": fields.Name == nil, "body.slug": fields.Slug == nil})
	}
	if fields.Timezone == nil {
		zone, err := s.siteZone(ctx)
		if err != nil {
			return made, err
		}
		fields.Timezone = &zone
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		row := eventsdb.Calendar{ID: id.New()}
		if err := s.applyCalendar(ctx, tx, &row, fields); err != nil {
			return err
		}
		q := eventsdb.New(tx)
		if row, err = q.InsertCalendar(ctx, eventsdb.InsertCalendarParams{
			ID: row.ID, Slug: row.Slug, Name: row.Name, Description: row.Description, DescriptionHtml: row.DescriptionHtml, Colour: row.Colour,
			Timezone: row.Timezone, Proposals: row.Proposals, Position: row.Position, ArchivedAt: row.ArchivedAt, At: s.Clock.Now(),
		}); err != nil {
			return err
		}
		made, err = s.settleCalendar(ctx, tx, contract.Calendar{}, row, fields)
		return err
	})
	return made, refused(err)
}

// UpdateCalendar changes the fields that are given of the calendar that ref, an id or a slug,
// names. version is the one that the editor saw; where it is not the current one that is a 412
// `precondition_failed`. It emits CalendarUpdated in the same transaction. A change that changes
// nothing makes no version. It fails as CreateCalendar does.
func (s *Service) UpdateCalendar(ctx context.Context, ref string, version int64, fields CalendarFields) (after contract.Calendar, err error) {
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := eventsdb.New(tx)
		row, err := findCalendar(ctx, q, ref)
		if err != nil {
			return err
		}
		if row, err = q.LockCalendar(ctx, row.ID); err != nil {
			return err
		}
		if err := sameVersion(version, row.Version); err != nil {
			return err
		}
		before, err := calendarView(ctx, q, row)
		if err != nil {
			return err
		}
		was := row
		if err := s.applyCalendar(ctx, tx, &row, fields); err != nil {
			return err
		}
		if reflect.DeepEqual(was, row) && (fields.Placements == nil || slices.Equal(before.Placements, *fields.Placements)) {
			after = before
			return nil
		}
		if row, err = q.UpdateCalendar(ctx, eventsdb.UpdateCalendarParams{
			ID: row.ID, Slug: row.Slug, Name: row.Name, Description: row.Description, DescriptionHtml: row.DescriptionHtml, Colour: row.Colour,
			Timezone: row.Timezone, Proposals: row.Proposals, Position: row.Position, ArchivedAt: row.ArchivedAt, At: s.Clock.Now(),
		}); err != nil {
			return err
		}
		after, err = s.settleCalendar(ctx, tx, before, row, fields)
		return err
	})
	return after, refused(err)
}

// settleCalendar stores where a calendar that was written is shown, reads it again and tells of
// it. before is empty for a new one.
func (s *Service) settleCalendar(ctx context.Context, tx pgx.Tx, before contract.Calendar, row eventsdb.Calendar, fields CalendarFields) (after contract.Calendar, err error) {
	q := eventsdb.New(tx)
	if fields.Placements != nil {
		if err := q.DropPlacements(ctx, row.ID); err != nil {
			return after, err
		}
		for i, p := range *fields.Placements {
			if err := q.PutPlacement(ctx, eventsdb.PutPlacementParams{CalendarID: row.ID, ContainerType: string(p.ContainerType),
				ContainerID: p.ContainerID, View: string(p.View), Position: int32(i)}); err != nil {
				return after, err
			}
		}
	}
	if after, err = calendarView(ctx, q, row); err != nil {
		return after, err
	}
	places := slices.Clone(before.Placements)
	for _, p := range after.Placements {
		if !slices.Contains(places, p) {
			places = append(places, p)
		}
	}
	return after, bus.Emit(ctx, tx, contract.CalendarUpdated{ID: after.ID, Placements: places})
}

// findCalendar is the row that ref, an id or a slug, names, or a 404.
func findCalendar(ctx context.Context, q *eventsdb.Queries, ref string) (row eventsdb.Calendar, err error) {
	switch u, isID := id.Parse(calendarPrefix, ref); {
	case isID:
		row, err = q.CalendarByID(ctx, u)
	case urls.ValidSlug(ref):
		row, err = q.CalendarBySlug(ctx, ref)
	default:
		err = pgx.ErrNoRows
	}
	if errors.Is(err, pgx.ErrNoRows) {
		err = noCalendar()
	}
	return row, err
}

// siteZone is the site's zone, for what names none.
func (s *Service) siteZone(ctx context.Context) (string, error) {
	settings, err := s.Settings(ctx)
	if err != nil || settings.Timezone == "" {
		return "UTC", err
	}
	return settings.Timezone, nil
}

// refused turns the breach of a constraint of calendars and venues into its problem; any other
// error is returned as it is.
func refused(err error) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return err
	}
	switch pg.ConstraintName {
	case "calendars_slug_key":
		return problem.Conflict("another calendar has this slug").WithCode("slug_taken").WithField("body.slug", "choose another word")
	case "venues_slug_key":
		return problem.Conflict("another venue has this slug").WithCode("slug_taken").WithField("body.slug", "choose another word")
	case "entries_venue_id_fkey", "occurrences_venue_id_fkey":
		return problem.Conflict("entries happen there, drafts perhaps").WithCode("in_use")
	}
	return err
}

// Venues: reading, making, changing and removing them.

package events

import (
	"context"
	"errors"
	"reflect"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
)

func noVenue() *problem.Details { return problem.NotFound("no such venue") }

// venuePlace is where in the list of venues one is.
type venuePlace struct {
	Name string    `json:"n"`
	ID   uuid.UUID `json:"i"`
}

// Venues are limit venues by name, after the one that mark, a cursor, names. It fails with 422
// `invalid_cursor`.
func (s *Service) Venues(ctx context.Context, limit int, mark string) (venues []contract.Venue, next string, err error) {
	var after venuePlace
	if err := cursor.Decode(mark, &after); err != nil {
		return nil, "", err
	}
	rows, err := s.queries().ListVenues(ctx, eventsdb.ListVenuesParams{AfterName: after.Name, AfterID: after.ID, Count: int32(limit) + 1})
	if err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		next = cursor.Encode(venuePlace{strings.ToLower(last.Name), last.ID})
	}
	venues = make([]contract.Venue, len(rows))
	for i, r := range rows {
		venues[i] = venueView(r)
	}
	return venues, next, nil
}

// Venue is the venue that ref, an id or a slug, names; a 404 `not_found` where there is none.
func (s *Service) Venue(ctx context.Context, ref string) (contract.Venue, error) {
	row, err := findVenue(ctx, s.queries(), ref)
	return venueView(row), err
}

// CreateVenue makes a venue. One that names no zone has the site's. It fails with 422 on fields
// that are wrong and with 409 `slug_taken`.
func (s *Service) CreateVenue(ctx context.Context, fields VenueFields) (made contract.Venue, err error) {
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
	row := eventsdb.Venue{ID: id.New(), Accessibility: []string{}}
	if err := applyVenue(&row, fields); err != nil {
		return made, err
	}
	row, err = s.queries().InsertVenue(ctx, eventsdb.InsertVenueParams{
		ID: row.ID, Slug: row.Slug, Name: row.Name, Street: row.Street, Locality: row.Locality, Region: row.Region, PostalCode: row.PostalCode,
		Country: row.Country, Latitude: row.Latitude, Longitude: row.Longitude, Timezone: row.Timezone, Accessibility: row.Accessibility,
		AccessibilityNote: row.AccessibilityNote, Website: row.Website, At: s.Clock.Now(),
	})
	return venueView(row), refused(err)
}

// UpdateVenue changes the fields that are given of the venue that ref, an id or a slug, names.
// version is the one that the editor saw; where it is not the current one that is a 412
// `precondition_failed`. It emits VenueUpdated in the same transaction, and calendar programs
// notice the change of every entry that visitors see there. A change that changes nothing makes no version. It
// fails as CreateVenue does.
func (s *Service) UpdateVenue(ctx context.Context, ref string, version int64, fields VenueFields) (after contract.Venue, err error) {
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := eventsdb.New(tx)
		row, err := findVenue(ctx, q, ref)
		if err != nil {
			return err
		}
		there, err := q.HoldEntriesAt(ctx, &row.ID)
		if err != nil {
			return err
		}
		if row, err = q.LockVenue(ctx, row.ID); errors.Is(err, pgx.ErrNoRows) {
			return noVenue()
		} else if err != nil {
			return err
		}
		if err := sameVersion(version, row.Version); err != nil {
			return err
		}
		was := row
		if err := applyVenue(&row, fields); err != nil {
			return err
		}
		if after = venueView(was); reflect.DeepEqual(was, row) {
			return nil
		}
		now := s.Clock.Now()
		if row, err = q.UpdateVenue(ctx, eventsdb.UpdateVenueParams{
			ID: row.ID, Slug: row.Slug, Name: row.Name, Street: row.Street, Locality: row.Locality, Region: row.Region, PostalCode: row.PostalCode,
			Country: row.Country, Latitude: row.Latitude, Longitude: row.Longitude, Timezone: row.Timezone, Accessibility: row.Accessibility,
			AccessibilityNote: row.AccessibilityNote, Website: row.Website, At: now,
		}); err != nil {
			return err
		}
		after = venueView(row)
		event, seen := contract.VenueUpdated{ID: after.ID}, []uuid.UUID{}
		for _, e := range there {
			if public(contract.EntryState(e.State)) && contract.EntryKind(e.Kind) == contract.EntryPublic {
				event.Entries, seen = append(event.Entries, entryID(e.ID)), append(seen, e.ID)
			}
		}
		if err := q.StampEntries(ctx, eventsdb.StampEntriesParams{Ids: seen, At: now}); err != nil {
			return err
		}
		return bus.Emit(ctx, tx, event)
	})
	return after, refused(err)
}

// DeleteVenue removes the venue that ref, an id or a slug, names. One that an entry or one of
// its dates names, drafts included, is a 409 `in_use`. version is as for UpdateVenue.
func (s *Service) DeleteVenue(ctx context.Context, ref string, version int64) error {
	return refused(db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := eventsdb.New(tx)
		row, err := findVenue(ctx, q, ref)
		if err != nil {
			return err
		}
		if row, err = q.LockVenue(ctx, row.ID); errors.Is(err, pgx.ErrNoRows) {
			return noVenue()
		} else if err != nil {
			return err
		}
		if err := sameVersion(version, row.Version); err != nil {
			return err
		}
		return q.DeleteVenue(ctx, row.ID)
	}))
}

// findVenue is the row that ref, an id or a slug, names, or a 404.
func findVenue(ctx context.Context, q *eventsdb.Queries, ref string) (row eventsdb.Venue, err error) {
	switch u, isID := id.Parse(venuePrefix, ref); {
	case isID:
		row, err = q.VenueByID(ctx, u)
	case urls.ValidSlug(ref):
		row, err = q.VenueBySlug(ctx, ref)
	default:
		err = pgx.ErrNoRows
	}
	if errors.Is(err, pgx.ErrNoRows) {
		err = noVenue()
	}
	return row, err
}

// venueView is a venue as it is shown.
func venueView(r eventsdb.Venue) contract.Venue {
	return contract.Venue{
		ID: venueID(r.ID), Slug: r.Slug, Name: r.Name, Street: r.Street, Locality: r.Locality, Region: r.Region,
		PostalCode: r.PostalCode, Country: r.Country, Latitude: r.Latitude, Longitude: r.Longitude, Timezone: r.Timezone,
		Accessibility: r.Accessibility, AccessibilityNote: r.AccessibilityNote, Website: r.Website,
		Version: r.Version, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
}

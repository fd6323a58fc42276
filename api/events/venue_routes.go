// The operations on venues.

package events

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/etag"
)

// venueRoutes registers the operations on venues.
func (s *Service) venueRoutes(api huma.API) {
	huma.Register(api, open("list-venues", http.MethodGet, "/v1/venues", "Venues", "List venues",
		"Where entries happen, by name. Read on with next_cursor."), s.listVenues)
	huma.Register(api, open("get-venue", http.MethodGet, "/v1/venues/{venue}", "Venues", "Read a venue", "By id or slug."), s.getVenue)
	huma.Register(api, made("create-venue", http.MethodPost, "/v1/venues", "Venues", "Make a venue",
		"One that names no time zone has the site's."), s.createVenue)
	huma.Register(api, kept("update-venue", http.MethodPatch, "/v1/venues/{venue}", "Venues", "Change a venue",
		"Changes the fields that are given, every page that shows them, and the entries there in the calendars of who has subscribed. "+
			"If-Match must name the version that was read."), s.updateVenue)
	huma.Register(api, kept("delete-venue", http.MethodDelete, "/v1/venues/{venue}", "Venues", "Delete a venue",
		"Removes it for good. One that an entry or one of its dates names, drafts included, is in use (in_use). "+
			"If-Match must name the version that was read."), s.removeVenue)
}

// VenueRef names a venue in a path.
type VenueRef struct {
	Venue string `path:"venue" minLength:"1" maxLength:"100" example:"rose-ash-hall" doc:"Id or slug."`
}

// NewVenue is the fields of a venue that is to be made.
type NewVenue VenueFields

// TransformSchema says which fields a new venue needs.
func (NewVenue) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Required = []string{"name", "slug"}
	return withoutPointless(s)
}

// TransformSchema gives an example in which everything goes with everything.
func (VenueFields) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return withoutPointless(s)
}

// withoutPointless gives an example of a venue that has a point, and so does not remove it.
func withoutPointless(s *huma.Schema) *huma.Schema {
	s.Examples = []any{map[string]any{
		"slug": "rose-ash-hall", "name": "Rose Ash Hall", "street": "1 Church Lane", "locality": "Rose Ash", "region": "Devon",
		"postal_code": "EX36 4RB", "country": "GB", "latitude": 50.97, "longitude": -3.71, "timezone": "Europe/London",
		"accessibility": []any{"step_free"}, "accessibility_note": "The side door has no step.", "website": "https://hall.example/",
	}}
	return s
}

// VenueList is some venues.
type VenueList struct {
	Items      []contract.Venue `json:"items"`
	NextCursor string           `json:"next_cursor,omitempty" example:"eyJuIjoicm9zZSBhc2ggaGFsbCJ9" doc:"Pass as cursor to read on; absent on the last page."`
}

type venueOutput struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         contract.Venue
}

type venueMadeOutput struct {
	Location     string `header:"Location"`
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         contract.Venue
}

func venueETag(v contract.Venue) string { return etag.Of(v.Version) }

func (s *Service) listVenues(ctx context.Context, in *struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"24" example:"24" doc:"How many at the most."`
	Cursor string `query:"cursor" maxLength:"2000" doc:"next_cursor of the page before."`
}) (*struct {
	CacheControl string `header:"Cache-Control"`
	Body         VenueList
}, error) {
	venues, next, err := s.Venues(ctx, in.Limit, in.Cursor)
	return &struct {
		CacheControl string `header:"Cache-Control"`
		Body         VenueList
	}{cachePublic, VenueList{venues, next}}, err
}

func (s *Service) getVenue(ctx context.Context, in *VenueRef) (*venueOutput, error) {
	v, err := s.Venue(ctx, in.Venue)
	return &venueOutput{venueETag(v), cachePublic, v}, err
}

func (s *Service) createVenue(ctx context.Context, in *struct{ Body NewVenue }) (*venueMadeOutput, error) {
	v, err := s.CreateVenue(ctx, VenueFields(in.Body))
	return &venueMadeOutput{"/v1/venues/" + string(v.ID), venueETag(v), cachePrivate, v}, err
}

func (s *Service) updateVenue(ctx context.Context, in *struct {
	VenueRef
	VersionRef
	Body VenueFields
}) (*venueOutput, error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	v, err := s.UpdateVenue(ctx, in.Venue, version, in.Body)
	return &venueOutput{venueETag(v), cachePrivate, v}, err
}

func (s *Service) removeVenue(ctx context.Context, in *struct {
	VenueRef
	VersionRef
}) (*struct{}, error) {
	version, err := etag.Required(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return nil, s.DeleteVenue(ctx, in.Venue, version)
}

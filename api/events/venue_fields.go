// What an editor sets of venues, and what may stand there.

package events

import (
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
)

// VenueFields are what an editor sets of a venue. A nil field stays as it is; a new venue needs
// Name and Slug. Latitude and Longitude come together.
type VenueFields struct {
	Slug              *string   `json:"slug,omitempty" pattern:"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$" maxLength:"100" example:"rose-ash-hall" doc:"A name for addresses and programs."`
	Name              *string   `json:"name,omitempty" minLength:"1" maxLength:"200" example:"Rose Ash Hall"`
	Street            *string   `json:"street,omitempty" maxLength:"300" example:"1 Church Lane"`
	Locality          *string   `json:"locality,omitempty" maxLength:"120" example:"Rose Ash"`
	Region            *string   `json:"region,omitempty" maxLength:"120" example:"Devon"`
	PostalCode        *string   `json:"postal_code,omitempty" maxLength:"20" example:"EX36 4RB"`
	Country           *string   `json:"country,omitempty" pattern:"^([A-Z]{2})?$" maxLength:"2" example:"GB" doc:"ISO 3166-1 alpha-2; empty for none."`
	Latitude          *float64  `json:"latitude,omitempty" minimum:"-90" maximum:"90" example:"50.97" doc:"Goes with longitude."`
	Longitude         *float64  `json:"longitude,omitempty" minimum:"-180" maximum:"180" example:"-3.71" doc:"Goes with latitude."`
	NoPoint           bool      `json:"no_point,omitempty" example:"false" doc:"Removes latitude and longitude; goes without them."`
	Timezone          *string   `json:"timezone,omitempty" minLength:"1" maxLength:"60" example:"Europe/London" doc:"IANA name. A new venue has the site's where it is not given."`
	Accessibility     *[]string `json:"accessibility,omitempty" maxItems:"10" enum:"step_free,accessible_toilet,hearing_loop,blue_badge_parking,quiet_room,assistance_dogs,sign_language,captions,changing_places,seating" example:"[\"step_free\"]" doc:"What there is; all of it."`
	AccessibilityNote *string   `json:"accessibility_note,omitempty" maxLength:"2000" example:"The side door has no step." doc:"Plain text."`
	Website           *string   `json:"website,omitempty" maxLength:"500" example:"https://hall.example/" doc:"An http or https address; empty for none."`
}

// accessibilityCodes are what a venue can have, in the order in which it is told.
var accessibilityCodes = []string{"step_free", "accessible_toilet", "hearing_loop", "blue_badge_parking", "quiet_room",
	"assistance_dogs", "sign_language", "captions", "changing_places", "seating"}

var countries = regexp.MustCompile(`^([A-Z]{2})?$`)

// applyVenue writes the fields that are given onto row. It fails with 422 on a field that is
// wrong.
func applyVenue(row *eventsdb.Venue, f VenueFields) error {
	if f.Slug != nil {
		if err := checkPlaceSlug(*f.Slug); err != nil {
			return err
		}
		row.Slug = *f.Slug
	}
	for _, line := range []struct {
		location    string
		least, most int
		from        *string
		to          *string
	}{
		{"body.name", 1, 200, f.Name, &row.Name},
		{"body.street", 0, maxVenueStreet, f.Street, &row.Street},
		{"body.locality", 0, 120, f.Locality, &row.Locality},
		{"body.region", 0, 120, f.Region, &row.Region},
		{"body.postal_code", 0, 20, f.PostalCode, &row.PostalCode},
	} {
		if line.from == nil {
			continue
		}
		if err := checkLine(line.location, *line.from, line.least, line.most); err != nil {
			return err
		}
		*line.to = *line.from
	}
	if f.Country != nil {
		if !countries.MatchString(*f.Country) {
			return invalid("body.country", "expected an ISO 3166-1 alpha-2 code")
		}
		row.Country = *f.Country
	}
	if f.Timezone != nil {
		if err := checkZone(*f.Timezone); err != nil {
			return err
		}
		row.Timezone = *f.Timezone
	}
	if f.AccessibilityNote != nil {
		if err := checkText("body.accessibility_note", *f.AccessibilityNote, maxPlaceNote); err != nil {
			return err
		}
		row.AccessibilityNote = *f.AccessibilityNote
	}
	if f.Website != nil {
		if !website(*f.Website) {
			return invalid("body.website", "expected an http or https address")
		}
		row.Website = *f.Website
	}
	if err := applyPoint(row, f); err != nil || f.Accessibility == nil {
		return err
	}
	for i, code := range *f.Accessibility {
		if !slices.Contains(accessibilityCodes, code) || slices.Contains((*f.Accessibility)[:i], code) {
			return invalid(fmt.Sprintf("body.accessibility[%d]", i), "expected one of the ten codes, once")
		}
	}
	row.Accessibility = []string{}
	for _, code := range accessibilityCodes {
		if slices.Contains(*f.Accessibility, code) {
			row.Accessibility = append(row.Accessibility, code)
		}
	}
	return nil
}

// applyPoint writes where on the earth a venue is.
func applyPoint(row *eventsdb.Venue, f VenueFields) error {
	switch {
	case f.NoPoint && (f.Latitude != nil || f.Longitude != nil):
		return invalid("body.no_point", "goes without latitude and longitude")
	case f.NoPoint:
		row.Latitude, row.Longitude = nil, nil
	case f.Latitude == nil && f.Longitude == nil:
	case f.Latitude == nil || f.Longitude == nil:
		return invalid("body.latitude", "latitude and longitude come together")
	case !(math.Abs(*f.Latitude) <= 90 && math.Abs(*f.Longitude) <= 180): // not a number is neither
		return invalid("body.latitude", "expected a place on the earth")
	default:
		row.Latitude, row.Longitude = f.Latitude, f.Longitude
	}
	return nil
}

// website tells whether an address may be linked to; empty is none.
func website(address string) bool {
	if address == "" {
		return true
	}
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil &&
		len(address) <= maxWebsite && checkLine("", address, 0, maxWebsite) == nil
}

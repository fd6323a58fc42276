// What an editor sets of calendars, and what may stand there.

package events

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/api/shared/zones"
)

// Limits on what a calendar or a venue may hold.
const (
	maxPlaceSlug   = 100
	maxPlaceText   = 10_000
	maxPlacements  = 100
	maxPosition    = 100_000
	maxPlaceNote   = 2_000
	maxWebsite     = 500
	maxVenueStreet = 300
)

// CalendarFields are what an editor sets of a calendar. A nil field stays as it is; a new
// calendar needs Name and Slug. Placements are all of them: those that are not named end.
type CalendarFields struct {
	Slug        *string                       `json:"slug,omitempty" pattern:"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$" maxLength:"100" example:"suppers" doc:"Part of the address; a word that the site itself uses is refused."`
	Name        *string                       `json:"name,omitempty" minLength:"1" maxLength:"120" example:"Suppers"`
	Description *string                       `json:"description,omitempty" maxLength:"10000" example:"Food, cooked by whoever has the time." doc:"Markdown."`
	Colour      *string                       `json:"colour,omitempty" pattern:"^(#[0-9a-f]{6})?$" maxLength:"7" example:"#7a1f3d" doc:"Empty for none."`
	Timezone    *string                       `json:"timezone,omitempty" minLength:"1" maxLength:"60" example:"Europe/London" doc:"IANA name; what new entries begin with. A new calendar has the site's where it is not given."`
	Proposals   *bool                         `json:"proposals,omitempty" example:"true" doc:"Whether members may propose entries."`
	Position    *int                          `json:"position,omitempty" minimum:"0" maximum:"100000" example:"0" doc:"Place among the calendars; those with the same are sorted by name."`
	Placements  *[]contract.CalendarPlacement `json:"placements,omitempty" maxItems:"100" doc:"Where it is shown besides its own pages; all of them. Posts and pages that are not public show nothing."`
	Archived    *bool                         `json:"archived,omitempty" example:"false" doc:"An archived calendar keeps its pages, is left out of what shows all calendars, and takes no new entries."`
}

var (
	colours     = regexp.MustCompile(`^(#[0-9a-f]{6})?$`)
	containerID = regexp.MustCompile(`^post_[0-9a-f]{32}$`)
)

// applyCalendar writes the fields that are given onto row, all but the placements, and renders
// a new description. It fails with 422 on a field that is wrong.
func (s *Service) applyCalendar(ctx context.Context, tx pgx.Tx, row *eventsdb.Calendar, f CalendarFields) (err error) {
	if f.Slug != nil {
		if err := checkPlaceSlug(*f.Slug); err != nil {
			return err
		}
		if urls.ReservedIn(urls.Events, *f.Slug) || *f.Slug == allCalendars {
			return problem.Unprocessable("the slug is a word that the site itself uses").WithCode("reserved_slug").
				WithField("body.slug", "choose another word")
		}
		row.Slug = *f.Slug
	}
	if f.Name != nil {
		if err := checkLine("body.name", *f.Name, 1, 120); err != nil {
			return err
		}
		row.Name = *f.Name
	}
	if f.Colour != nil {
		if !colours.MatchString(*f.Colour) {
			return invalid("body.colour", "expected a colour such as #7a1f3d")
		}
		row.Colour = *f.Colour
	}
	if f.Timezone != nil {
		if err := checkZone(*f.Timezone); err != nil {
			return err
		}
		row.Timezone = *f.Timezone
	}
	if f.Position != nil {
		if *f.Position < 0 || *f.Position > maxPosition {
			return invalid("body.position", fmt.Sprintf("expected 0 to %d", maxPosition))
		}
		row.Position = int32(*f.Position)
	}
	if f.Proposals != nil {
		row.Proposals = *f.Proposals
	}
	if f.Archived != nil && *f.Archived != (row.ArchivedAt != nil) {
		row.ArchivedAt = nil
		if *f.Archived {
			now := s.Clock.Now()
			row.ArchivedAt = &now
		}
	}
	if f.Placements != nil {
		if err := checkPlacements(*f.Placements); err != nil {
			return err
		}
	}
	if f.Description == nil || *f.Description == row.Description {
		return nil
	}
	row.Description = *f.Description
	if row.DescriptionHtml, err = rendered(*f.Description, maxPlaceText); err != nil {
		return err
	}
	return s.Pictures.Complete(ctx, tx, &row.DescriptionHtml)
}

func checkPlacements(places []contract.CalendarPlacement) error {
	if len(places) > maxPlacements {
		return invalid("body.placements", fmt.Sprintf("expected at most %d", maxPlacements))
	}
	type container struct {
		kind contract.ContainerType
		id   string
	}
	seen := map[container]bool{}
	for i, p := range places {
		at := fmt.Sprintf("body.placements[%d]", i)
		switch p.ContainerType {
		case contract.InSite, contract.InMarket:
			if p.ContainerID != "" {
				return invalid(at+".container_id", "expected none, as there is one only")
			}
		case contract.InPage, contract.InPost:
			if !containerID.MatchString(p.ContainerID) {
				return invalid(at+".container_id", "expected the id of a post or page")
			}
		default:
			return invalid(at+".container_type", "expected site, market, page or post")
		}
		if !slices.Contains([]contract.CalendarView{contract.ViewList, contract.ViewMonth, contract.ViewNext}, p.View) {
			return invalid(at+".view", "expected list, month or next")
		}
		key := container{p.ContainerType, p.ContainerID}
		if seen[key] {
			return invalid(at, "is twice in the list")
		}
		seen[key] = true
	}
	return nil
}

func checkPlaceSlug(slug string) error {
	if !urls.ValidSlug(slug) || len(slug) > maxPlaceSlug {
		return problem.Unprocessable("the slug is not usable").WithCode("invalid_slug").
			WithField("body.slug", "expected up to 100 lower-case letters, digits and dashes between them")
	}
	return nil
}

// checkZone is a 422 `unknown_timezone` for a name that no zone has.
func checkZone(name string) error {
	if _, err := zones.Load(name); err != nil {
		return problem.Unprocessable("there is no such time zone").WithCode("unknown_timezone").
			WithField("body.timezone", "expected an IANA name such as Europe/London")
	}
	return nil
}

// missing is a 422 that names the fields that are missing.
func missing(fields map[string]bool) error {
	d := problem.Unprocessable("the request does not fit its description")
	for _, location := range slices.Sorted(maps.Keys(fields)) {
		if fields[location] {
			d = d.WithField(location, "is required")
		}
	}
	return d
}

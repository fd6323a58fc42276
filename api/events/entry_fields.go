// What is set of an entry, and what may stand there.

package events

import (
	"context"
	"net/url"
	"regexp"
	"slices"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/events/internal/eventsdb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
)

// Limits on the texts of an entry, in characters.
const (
	maxTitle       = 200
	maxSummary     = 500
	maxDescription = 50_000
	maxOnlineURL   = 2000
	maxOrganizer   = 200
	maxReason      = 500
)

// EntryFields are what is set of an entry. A nil field stays as it is; a new entry needs
// Calendar, Title, LocalStart and LocalEnd.
type EntryFields struct {
	Calendar     *contract.CalendarID `json:"calendar,omitempty" maxLength:"100" example:"cal_019ab3f47c2e7d06b8a1f0c2d3e4f506" doc:"The calendar that it is in. It can go to another that you organise."`
	Slug         *string              `json:"slug,omitempty" pattern:"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$" maxLength:"100" example:"soup-supper" doc:"Part of its address; made of the title where a new entry names none."`
	Kind         *contract.EntryKind  `json:"kind,omitempty" enum:"public,private" example:"public" doc:"Of a private entry others see only that the time is taken."`
	Title        *string              `json:"title,omitempty" maxLength:"200" example:"Soup supper" doc:"One line. With apply=this, empty: as the series has it."`
	Summary      *string              `json:"summary,omitempty" maxLength:"500" example:"Three soups, bread, and whoever comes." doc:"One or two sentences in one line, for lists."`
	Description  *string              `json:"description,omitempty" maxLength:"50000" example:"Bring a **bowl**." doc:"Markdown."`
	Image        *EntryPicture        `json:"image,omitempty" doc:"An empty url removes it."`
	Timezone     *string              `json:"timezone,omitempty" maxLength:"60" example:"Europe/London" doc:"IANA name; the calendar's where a new entry names none."`
	AllDay       *bool                `json:"all_day,omitempty" example:"false" doc:"Local times are then dates. Whoever changes it gives local_start and local_end too."`
	LocalStart   *string              `json:"local_start,omitempty" maxLength:"19" example:"2026-11-24T19:00:00" doc:"When it begins, by the clocks of its zone; of a series, the first date, or where occurrence is named, that one."`
	LocalEnd     *string              `json:"local_end,omitempty" maxLength:"19" example:"2026-11-24T22:00:00" doc:"Exclusive. Where only local_start is given it lasts as long as before."`
	RRule        *string              `json:"rrule,omitempty" maxLength:"500" example:"FREQ=WEEKLY;BYDAY=TU" doc:"RFC 5545's rule without RRULE:, UNTIL in local time; daily or rarer, 800 dates in 24 months at the most. Empty: none."`
	RDates       *[]string            `json:"rdates,omitempty" maxItems:"800" example:"[\"2026-12-03T19:00:00\"]" doc:"Dates besides the rule's, local."`
	ExDates      *[]string            `json:"exdates,omitempty" maxItems:"800" example:"[\"2026-12-29T19:00:00\"]" doc:"Dates that the series leaves out, local."`
	Attendance   *contract.Attendance `json:"attendance,omitempty" enum:"in_person,online,mixed" example:"in_person" doc:"in_person has no online address, online no venue."`
	Venue        *contract.VenueID    `json:"venue,omitempty" pattern:"^(venue_[0-9a-f]{32})?$" maxLength:"38" example:"venue_019ab3f47c2e7d06b8a1f0c2d3e4f506" doc:"Empty: none."`
	OnlineURL    *string              `json:"online_url,omitempty" maxLength:"2000" example:"https://meet.example/soup" doc:"Of what is online or mixed; empty: none."`
	OnlinePublic *bool                `json:"online_public,omitempty" example:"false" doc:"Whether everybody may know the online address."`
	Organizer    *string              `json:"organizer,omitempty" maxLength:"200" example:"The kitchen" doc:"Shown; empty: the site."`
}

// EntryPicture is an image of the media store, as an upload answered it, with the text that
// stands for it.
type EntryPicture struct {
	URL    string `json:"url" maxLength:"500" pattern:"^((https?://[^/?#]+)?(/[^/?#]+)*/[0-9a-f]{64}/[a-z0-9][a-z0-9.-]*)?$" example:"/media/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08/soup.jpg" doc:"The url that the upload answered."`
	Alt    string `json:"alt" maxLength:"500" example:"Three pots on a stove" doc:"What the picture shows, for those who do not see it."`
	Width  int    `json:"width,omitempty" minimum:"0" maximum:"100000" example:"1200" doc:"Pixels; 0 is not known."`
	Height int    `json:"height,omitempty" minimum:"0" maximum:"100000" example:"800" doc:"Pixels; 0 is not known."`
}

var entryPictureURL = regexp.MustCompile(`^(https?://[^/?#\s]+)?(/[^/?#\s]+)*/[0-9a-f]{64}/[a-z0-9][a-z0-9.-]*$`)

// applyTexts writes onto a row the fields that are given, all but the calendar and the times.
// It fails with 422.
func applyTexts(ctx context.Context, q *eventsdb.Queries, row *eventsdb.Entry, f EntryFields) (err error) {
	for _, t := range []struct {
		location    string
		from        *string
		to          *string
		least, most int
	}{
		{"body.title", f.Title, &row.Title, 1, maxTitle},
		{"body.summary", f.Summary, &row.Summary, 0, maxSummary},
		{"body.organizer", f.Organizer, &row.Organizer, 0, maxOrganizer},
	} {
		if t.from == nil {
			continue
		}
		if err := checkLine(t.location, *t.from, t.least, t.most); err != nil {
			return err
		}
		*t.to = *t.from
	}
	if f.Description != nil && *f.Description != row.Description {
		if row.DescriptionHtml, err = rendered(*f.Description, maxDescription); err != nil {
			return err
		}
		row.Description = *f.Description
	}
	if f.Slug != nil {
		if err := checkEntrySlug(*f.Slug); err != nil {
			return err
		}
		row.Slug = *f.Slug
	}
	if f.Kind != nil {
		if *f.Kind != contract.EntryPublic && *f.Kind != contract.EntryPrivate {
			return invalid("body.kind", "expected public or private")
		}
		row.Kind = string(*f.Kind)
	}
	if f.Image != nil {
		if row.Image, err = f.Image.image(); err != nil {
			return err
		}
	}
	return applyPlace(ctx, q, row, f)
}

// applyPlace writes where an entry happens. What the way of taking part leaves no room for
// goes, unless it is given.
func applyPlace(ctx context.Context, q *eventsdb.Queries, row *eventsdb.Entry, f EntryFields) (err error) {
	if f.Attendance != nil {
		if !slices.Contains([]contract.Attendance{contract.InPerson, contract.Online, contract.Mixed}, *f.Attendance) {
			return invalid("body.attendance", "expected in_person, online or mixed")
		}
		row.Attendance = string(*f.Attendance)
		switch *f.Attendance {
		case contract.InPerson:
			row.OnlineUrl, row.OnlinePublic = "", false
		case contract.Online:
			row.VenueID = nil
		}
	}
	if f.Venue != nil {
		if row.VenueID, err = venueNamed(ctx, q, *f.Venue); err != nil {
			return err
		}
	}
	if f.OnlineURL != nil {
		if err := checkOnlineURL(*f.OnlineURL); err != nil {
			return err
		}
		row.OnlineUrl = *f.OnlineURL
	}
	if f.OnlinePublic != nil {
		row.OnlinePublic = *f.OnlinePublic
	}
	switch attendance := contract.Attendance(row.Attendance); {
	case attendance == contract.InPerson && row.OnlineUrl != "":
		return invalid("body.online_url", "expected none where attendance is in_person")
	case attendance == contract.Online && row.VenueID != nil:
		return invalid("body.venue", "expected none where attendance is online")
	}
	return nil
}

// venueNamed is the row that a venue's id names, nil for the empty one.
func venueNamed(ctx context.Context, q *eventsdb.Queries, ref contract.VenueID) (*uuid.UUID, error) {
	if ref == "" {
		return nil, nil
	}
	u, ok := id.Parse(venuePrefix, ref)
	if ok {
		var err error
		if ok, err = q.VenueExists(ctx, u); err != nil {
			return nil, err
		}
	}
	if !ok {
		return nil, noSuchVenue()
	}
	return &u, nil
}

func noSuchVenue() *problem.Details { return invalid("body.venue", "expected a venue that is there") }

// checkOnlineURL refuses with 422 what is no address of the web.
func checkOnlineURL(address string) error {
	if address == "" {
		return nil
	}
	if err := checkLine("body.online_url", address, 0, maxOnlineURL); err != nil {
		return err
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		return invalid("body.online_url", "expected an address that begins with https:// or http://")
	}
	return nil
}

func checkEntrySlug(slug string) error {
	if !urls.ValidSlug(slug) || len(slug) > maxSlug {
		return problem.Unprocessable("the slug is not usable").WithCode("invalid_slug").
			WithField("body.slug", "expected up to 100 lower-case letters, digits and dashes between them")
	}
	if urls.ReservedEntry(slug) {
		return problem.Unprocessable("the site itself uses this slug").WithCode("reserved_slug").
			WithField("body.slug", "choose another word")
	}
	return nil
}

// checkPicture refuses with 422 a picture that is not of this site's media store, unless it is
// there already or from who may put what they want into that: others would see who looks.
func (s *Service) checkPicture(ctx context.Context, p *EntryPicture, is *contract.Image) error {
	if p == nil || p.URL == "" || is != nil && is.URL == p.URL || auth.Holds(ctx, auth.ScopeMediaWrite) {
		return nil
	}
	if _, _, kept := s.Pictures.Media.Kept(p.URL); !kept {
		return invalid("body.image.url", "expected the address of an uploaded image")
	}
	return nil
}

// image is the picture as it is stored, nil where its url is empty.
func (p EntryPicture) image() (*contract.Image, error) {
	if p.URL == "" {
		return nil, nil
	}
	if !entryPictureURL.MatchString(p.URL) || len(p.URL) > 500 {
		return nil, invalid("body.image.url", "expected the address of an uploaded image")
	}
	if p.Width < 0 || p.Height < 0 {
		return nil, invalid("body.image", "expected sizes of 0 or more")
	}
	if err := checkLine("body.image.alt", p.Alt, 0, 500); err != nil {
		return nil, err
	}
	return &contract.Image{URL: p.URL, Alt: p.Alt, Width: p.Width, Height: p.Height}, nil
}

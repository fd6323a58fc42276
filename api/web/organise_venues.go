// Venues: the list and the form.

package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/zones"
	site "rose-ash.com/roseash/site-templates"
)

func venueAddress(id contract.VenueID) string { return venuesAddress + string(id) + "/" }

func (o *Organise) venues(w http.ResponseWriter, r *http.Request) error {
	page, _, err := o.page(r, "venues", "Venues")
	if err != nil {
		return err
	}
	query := queried(r, "cursor")
	query.Set("limit", "50")
	list, _, err := read[listed[contract.Venue]](o, r, "/v1/venues", query)
	if err != nil {
		return err
	}
	view := site.OrganiseVenuesPage{Organise: page, New: &site.Link{Text: "New venue", URL: venuesAddress + "new/"}, NextURL: next(r, list.NextCursor)}
	for _, v := range list.Items {
		var lines []string
		for _, line := range []string{v.Street, v.Locality, v.PostalCode} {
			if line != "" {
				lines = append(lines, line)
			}
		}
		view.Rows = append(view.Rows, site.OrganiseVenueRow{Link: site.Link{Text: v.Name, URL: venueAddress(v.ID)}, Address: strings.Join(lines, ", "), Features: featureTexts(v.Accessibility)})
	}
	return show(w, r, http.StatusOK, site.OrganiseVenues(view))
}

// venueFields are the fields of the form that the API knows by the same name, as text.
var venueFields = []string{"name", "slug", "street", "locality", "region", "postal_code", "country", "website", "accessibility_note"}

// venueValues is what stands in the form of a venue.
func venueValues(v contract.Venue) map[string]string {
	values := map[string]string{"name": v.Name, "slug": v.Slug, "street": v.Street, "locality": v.Locality, "region": v.Region, "postal_code": v.PostalCode,
		"country": v.Country, "website": v.Website, "timezone": v.Timezone, "accessibility_note": v.AccessibilityNote, "latitude": degrees(v.Latitude), "longitude": degrees(v.Longitude)}
	for _, code := range v.Accessibility {
		values["accessibility."+code] = "yes"
	}
	return values
}

func degrees(d *float64) string {
	if d == nil {
		return ""
	}
	return strconv.FormatFloat(*d, 'f', -1, 64)
}

func (o *Organise) newVenue(w http.ResponseWriter, r *http.Request) error {
	return o.venuePage(w, r, http.StatusOK, nil, site.Form{Values: map[string]string{}}, "", nil)
}

func (o *Organise) venue(w http.ResponseWriter, r *http.Request) error {
	v, a, err := thing[contract.Venue](o, r, "/v1/venues", r.PathValue("id"))
	if err != nil {
		return err
	}
	return o.venuePage(w, r, http.StatusOK, &v, site.Form{Values: venueValues(v)}, a.header.Get("ETag"), nil)
}

// venuePage shows the form; v is nil for a new venue.
func (o *Organise) venuePage(w http.ResponseWriter, r *http.Request, status int, v *contract.Venue, f site.Form, etag string, message *site.Message) error {
	title := "New venue"
	if v != nil {
		title = v.Name
	}
	page, _, err := o.page(r, "venues", title, site.Link{Text: "Venues", URL: venuesAddress})
	if err != nil {
		return err
	}
	if message != nil {
		page.Message = message
	}
	view := site.OrganiseVenuePage{Organise: page, Form: f, URL: venuesAddress + "new/", ETag: etag, Zones: zones.Names(), Features: venueFeatures}
	if v != nil {
		view.ID, view.URL = string(v.ID), venueAddress(v.ID)
	}
	return show(w, r, status, site.OrganiseVenue(view))
}

// venueBody is what of a form the API is asked to store. What is no number is noted.
func venueBody(f site.Form, form url.Values, stored bool) map[string]any {
	body := map[string]any{"accessibility": append([]string{}, form["accessibility"]...)}
	for _, name := range venueFields {
		body[name] = strings.TrimSpace(f.Values[name])
	}
	body["country"] = strings.ToUpper(strings.TrimSpace(f.Values["country"]))
	if at := strings.TrimSpace(f.Values["timezone"]); at != "" {
		body["timezone"] = at
	}
	latitude, longitude := strings.TrimSpace(f.Values["latitude"]), strings.TrimSpace(f.Values["longitude"])
	if latitude+longitude == "" {
		if stored {
			body["no_point"] = true
		}
		return body
	}
	for name, text := range map[string]string{"latitude": latitude, "longitude": longitude} {
		n, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
		if err != nil || n != n || n > 180 || n < -180 {
			f.Errors[name] = "expected degrees, such as 50.97"
			continue
		}
		body[name] = n
	}
	return body
}

func (o *Organise) saveVenue(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := formOf(r.PostForm, "accessibility")
	c, now := call{method: http.MethodPost, path: "/v1/venues"}, ""
	var stored *contract.Venue
	if id := r.PathValue("id"); id != "" {
		is, a, err := thing[contract.Venue](o, r, "/v1/venues", id)
		if err != nil {
			return err
		}
		stored, now = &is, a.header.Get("ETag")
		c = call{method: http.MethodPatch, path: "/v1/venues/" + string(is.ID), ifMatch: f.Values["etag"]}
	}
	if c.json = venueBody(f, r.PostForm, stored != nil); len(f.Errors) > 0 {
		return o.venuePage(w, r, http.StatusUnprocessableEntity, stored, f, f.Values["etag"], unfit(f))
	}
	a, err := o.ask(r.Context(), r, c)
	switch {
	case err != nil:
		return err
	case a.status == http.StatusPreconditionFailed:
		f.Stored = storedNow(venueValues(*stored), f.Values)
		return o.venuePage(w, r, a.status, stored, f, now, meanwhileChanged())
	case a.refused != nil:
		return o.venuePage(w, r, a.status, stored, f, f.Values["etag"], refusedForm(f, a.refused))
	case stored == nil:
		return done(w, r, venueAddress(contract.VenueID(strings.TrimPrefix(a.header.Get("Location"), "/v1/venues/"))), "made")
	}
	return done(w, r, venueAddress(stored.ID), "saved")
}

func (o *Organise) deleteVenue(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	a, err := o.ask(r.Context(), r, call{method: http.MethodDelete, path: resource("/v1/venues", r.PathValue("id")), ifMatch: r.PostForm.Get("etag")})
	if err != nil {
		return err
	}
	if a.refused == nil {
		return done(w, r, venuesAddress, "deleted")
	}
	v, now, err := thing[contract.Venue](o, r, "/v1/venues", r.PathValue("id"))
	if err != nil {
		return err
	}
	return o.venuePage(w, r, a.status, &v, site.Form{Values: venueValues(v)}, now.header.Get("ETag"), refusal(a.refused, nil))
}

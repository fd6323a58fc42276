// The pages of those who organise calendars, /organise/, and of members who propose dates:
// plain forms over the API. To have signed in is enough; what is shown follows from what one
// may do.
//
// A page asks the API itself, in process, as any client would, with If-Match; what the API
// refuses is shown at the field it is about, with what was typed still there.

package web

import (
	"net/http"
	"slices"
	"time"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// Organise is the pages.
type Organise struct {
	Private

	uploads uploads
}

// Where the parts are.
const (
	organiseAddress  = "/organise/"
	entriesAddress   = organiseAddress + "entries/"
	calendarsAddress = organiseAddress + "calendars/"
	venuesAddress    = organiseAddress + "venues/"
)

// Mount adds the pages to the router of the API.
func (o *Organise) Mount(r chi.Router) {
	keeps := func(page privatePage) privatePage { return o.needs(auth.ScopeEventsWrite, page) }
	organises := func(page privatePage) privatePage { return o.needs(auth.ScopeEventsOrganise, page) }
	o.mount(r, organiseAddress, map[string]privatePage{
		"GET /organise/{$}":                              o.home,
		"GET /organise/entries/{$}":                      o.entries,
		"GET /organise/entries/new/{$}":                  o.newEntry,
		"POST /organise/entries/new/{$}":                 o.saveNewEntry,
		"GET /organise/entries/{id}/{$}":                 o.entry,
		"GET /organise/entries/{id}/edit/{$}":            o.editEntry,
		"POST /organise/entries/{id}/edit/{$}":           o.saveEntry,
		"POST /organise/entries/{id}/state/{$}":          o.setState,
		"POST /organise/entries/{id}/copy/{$}":           o.copyEntry,
		"POST /organise/entries/{id}/delete/{$}":         o.deleteEntry,
		"GET /organise/entries/{id}/dates/{date}/{$}":    organises(o.date),
		"POST /organise/entries/{id}/dates/{date}/{$}":   organises(o.setStatus),
		"GET /organise/calendars/{$}":                    organises(o.calendars),
		"GET /organise/calendars/new/{$}":                keeps(o.newCalendar),
		"POST /organise/calendars/new/{$}":               keeps(o.saveCalendar),
		"GET /organise/calendars/{id}/{$}":               keeps(o.calendar),
		"POST /organise/calendars/{id}/{$}":              keeps(o.saveCalendar),
		"GET /organise/calendars/{id}/import/{$}":        organises(o.importPage),
		"POST /organise/calendars/{id}/import/{$}":       organises(o.tryImport),
		"POST /organise/calendars/{id}/import/apply/{$}": organises(o.applyImport),
		"GET /organise/venues/{$}":                       keeps(o.venues),
		"GET /organise/venues/new/{$}":                   keeps(o.newVenue),
		"POST /organise/venues/new/{$}":                  keeps(o.saveVenue),
		"GET /organise/venues/{id}/{$}":                  keeps(o.venue),
		"POST /organise/venues/{id}/{$}":                 keeps(o.saveVenue),
		"POST /organise/venues/{id}/delete/{$}":          keeps(o.deleteVenue),
	})
}

// page is what stands around a page of a section, and the site's zone. The menu has what
// whoever asks may use.
func (o *Organise) page(r *http.Request, section, title string, trail ...site.Link) (site.OrganisePage, *time.Location, error) {
	frame, at, err := o.frame(r, "organise", title+" – Organise")
	if err != nil {
		return site.OrganisePage{}, nil, err
	}
	page := site.OrganisePage{Frame: frame, Title: title, Trail: trail}
	for _, tab := range []struct{ name, text, url, scope string }{
		{"home", "Overview", organiseAddress, ""},
		{"entries", "Entries", entriesAddress, ""},
		{"calendars", "Calendars", calendarsAddress, auth.ScopeEventsOrganise},
		{"venues", "Venues", venuesAddress, auth.ScopeEventsWrite},
	} {
		if tab.scope == "" || auth.Holds(r.Context(), tab.scope) {
			page.Tabs = append(page.Tabs, site.Link{Text: tab.text, URL: tab.url, Current: tab.name == section})
		}
	}
	if text, ok := organiseDone[r.URL.Query().Get("done")]; ok && r.Method == http.MethodGet {
		page.Message = &site.Message{Kind: "done", Text: text}
	}
	return page, at, nil
}

// allCalendars are all calendars in their order, archived ones too.
func (o *Organise) allCalendars(r *http.Request) ([]contract.Calendar, error) {
	list, _, err := read[listed[contract.Calendar]](o, r, "/v1/calendars", nil)
	return list.Items, err
}

// organisesOf tells whether whoever asks organises a calendar.
func organisesOf(r *http.Request, calendar contract.CalendarID) bool {
	who, known := auth.PrincipalFrom(r.Context())
	return known && (who.Has(auth.ScopeEventsWrite) || who.Has(auth.ScopeEventsOrganise) && slices.Contains(who.Organises, calendar))
}

// usable are the calendars that whoever asks can make entries in: those that they organise, and
// with propose those that take proposals.
func usable(r *http.Request, all []contract.Calendar, propose bool) (some []contract.Calendar) {
	for _, c := range all {
		if !c.Archived && (organisesOf(r, c.ID) || propose && c.Proposals && auth.Holds(r.Context(), auth.ScopeEventsPropose)) {
			some = append(some, c)
		}
	}
	return some
}

// thing asks for what an address names. What can be no id names nothing.
func thing[T any](o *Organise, r *http.Request, list, id string) (v T, a *reply, err error) {
	v, a, err = read[T](o, r, resource(list, id), nil)
	if err != nil && a != nil && a.status == http.StatusUnprocessableEntity {
		err = problem.NotFound("there is nothing at this address")
	}
	return v, a, err
}

// eventsLink leads from here to a page of the calendars.
func (o *Organise) eventsLink(r *http.Request, path string) string {
	return o.Sites.Link(o.app(r), urls.Events, path)
}

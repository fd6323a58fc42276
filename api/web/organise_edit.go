// The form of an entry: new, of all its dates, of one of them, or of one and those that follow.

package web

import (
	"net/http"
	"net/url"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/zones"
	site "rose-ash.com/roseash/site-templates"
)

// edited is what a form of an entry is about. The zero value is a new entry.
type edited struct {
	entry *contract.Entry // nil: a new one
	etag  string          // of what is stored now
	scope string          // all, this or following; empty: new, or it happens once
	date  *contract.Occurrence
}

// was is what stands in the form before anything is typed; nil: a new entry.
func (e edited) was() map[string]string {
	switch {
	case e.entry == nil:
		return nil
	case e.scope == "this":
		return dateValues(*e.entry, *e.date)
	}
	v := entryValues(*e.entry)
	if e.scope == "following" {
		timeValues(v, e.date.LocalStart, e.date.LocalEnd, e.entry.AllDay)
	}
	return v
}

// url is where the form is sent to.
func (e edited) url() string {
	if e.entry == nil {
		return entriesAddress + "new/"
	}
	return entryAddress(e.entry.ID) + "edit/"
}

// scopeTexts say what is changed.
var scopeTexts = map[string]string{"all": "All dates of the series are changed", "following": "This date and all later ones are changed", "this": "Only this date is changed"}

// isSeries tells whether an entry has or may have several dates.
func isSeries(e contract.Entry) bool {
	return e.RRule != "" || len(e.RDates) > 0 || len(e.Occurrences) > 1
}

// aChange is what an address and a form say that is to be changed.
func (o *Organise) aChange(r *http.Request, scope, occurrence string) (e edited, err error) {
	stored, a, err := thing[contract.Entry](o, r, "/v1/entries", r.PathValue("id"))
	if err != nil {
		return e, err
	}
	if !organisesOf(r, stored.Calendar.ID) && !ownProposal(r, stored) {
		return e, problem.Forbidden("only the organisers of this calendar may do that")
	}
	e = edited{entry: &stored, etag: a.header.Get("ETag"), scope: scope}
	for i, d := range stored.Occurrences {
		if string(d.ID) == occurrence {
			e.date = &stored.Occurrences[i]
		}
	}
	switch {
	case !isSeries(stored):
		e.scope, e.date = "", nil
	case scope == "this" && e.date != nil, scope == "following" && e.date != nil:
	case scope == "all":
		e.date = nil
	case scope == "":
	default:
		return e, problem.NotFound("there is nothing at this address")
	}
	return e, nil
}

func (o *Organise) newEntry(w http.ResponseWriter, r *http.Request) error {
	all, err := o.allCalendars(r)
	if err != nil {
		return err
	}
	values := map[string]string{"kind": "public", "attendance": "in_person", "state": "draft"}
	ruleValues(values, "", wallTime(""))
	values["ordinal"], values["weekday"] = "1", "MO"
	use := usable(r, all, true)
	if len(use) == 0 {
		return o.notice(w, r, site.ErrorPage{Code: http.StatusForbidden, Title: "There is no calendar to put it in",
			Message: "No calendar takes proposals at the moment, and you organise none.", Links: []site.Link{{Text: "All events", URL: o.eventsLink(r, "/")}}})
	}
	chosen := use[0]
	for _, c := range use {
		if asked := r.URL.Query().Get("calendar"); asked != "" && (c.Slug == asked || string(c.ID) == asked) {
			chosen = c
		}
	}
	values["calendar"], values["timezone"] = string(chosen.ID), chosen.Timezone
	return o.editPage(w, r, http.StatusOK, edited{}, site.Form{Values: values}, nil, nil)
}

// editEntry shows the form; of a series it asks first which dates are meant.
func (o *Organise) editEntry(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	e, err := o.aChange(r, query.Get("apply"), query.Get("occurrence"))
	if err != nil {
		return err
	}
	if e.scope == "" && isSeries(*e.entry) {
		return o.scopePage(w, r, *e.entry, query.Get("occurrence"))
	}
	return o.editPage(w, r, http.StatusOK, e, site.Form{Values: e.was()}, nil, nil)
}

// scopePage asks which dates of a series are to be changed.
func (o *Organise) scopePage(w http.ResponseWriter, r *http.Request, e contract.Entry, occurrence string) error {
	page, _, err := o.page(r, "entries", "Edit "+e.Title, site.Link{Text: "Entries", URL: entriesAddress}, site.Link{Text: e.Title, URL: entryAddress(e.ID)})
	if err != nil {
		return err
	}
	view := site.OrganiseScopePage{Organise: page, URL: entryAddress(e.ID) + "edit/", Form: site.Form{Values: map[string]string{"apply": "all", "occurrence": occurrence}}}
	now := o.Clock.Now()
	var former []site.Choice
	for _, d := range e.Occurrences {
		choice := site.Choice{Value: string(d.ID), Text: whenWords(d.LocalStart, d.LocalEnd, e.AllDay)}
		if d.EndsAt.Before(now) {
			former = append(former, choice)
			continue
		}
		view.Dates = append(view.Dates, choice)
	}
	if view.Dates = append(view.Dates, former...); occurrence != "" {
		view.Form.Values["apply"] = "this"
	}
	return show(w, r, http.StatusOK, site.OrganiseScope(view))
}

// editPage shows the form of an entry, with its dates where they were looked at.
func (o *Organise) editPage(w http.ResponseWriter, r *http.Request, status int, e edited, f site.Form, check *site.OrganiseCheck, message *site.Message) error {
	title, trail := "New entry", []site.Link{{Text: "Entries", URL: entriesAddress}}
	if e.entry != nil {
		title, trail = "Edit "+e.entry.Title, append(trail, site.Link{Text: e.entry.Title, URL: entryAddress(e.entry.ID)})
	}
	all, err := o.allCalendars(r)
	if err != nil {
		return err
	}
	propose := len(usable(r, all, false)) == 0
	if propose && e.entry == nil {
		title = "Propose a date"
	}
	page, _, err := o.page(r, "entries", title, trail...)
	if err != nil {
		return err
	}
	page.Message = message
	view := site.OrganiseEditPage{Organise: page, Form: f, URL: e.url(), ETag: e.etag, Scope: e.scope, ScopeText: scopeTexts[e.scope], Propose: propose,
		Zones: zones.Names(), CanPicture: auth.Holds(r.Context(), auth.ScopeMediaWrite), Check: check, Button: "Save changes"}
	if typed := f.Values["etag"]; typed != "" && status != http.StatusPreconditionFailed {
		view.ETag = typed
	}
	if e.date != nil {
		view.Occurrence = string(e.date.ID)
		view.ScopeText += ": " + whenWords(e.date.LocalStart, e.date.LocalEnd, e.entry.AllDay)
	}
	for _, c := range usable(r, all, true) {
		view.Calendars = append(view.Calendars, site.Choice{Value: string(c.ID), Text: c.Name})
	}
	if e.entry == nil {
		if view.Button = "Save it"; propose {
			view.Button = "Propose it"
		} else {
			view.States = []site.Choice{{Value: "draft", Text: "A draft"}, {Value: "provisional", Text: "Provisional"}, {Value: "confirmed", Text: "Confirmed: visitors see it"}}
		}
	} else {
		view.ID = string(e.entry.ID)
		view.Calendars = withCalendar(view.Calendars, e.entry.Calendar)
		if view.ScopeURL = entryAddress(e.entry.ID) + "edit/"; e.scope == "" {
			view.ScopeURL = ""
		} else {
			view.Button = "See what this will touch"
		}
	}
	if f.Values["image_url"] != "" && f.Values["image_remove"] != "yes" {
		width, _ := wholeTyped(site.Form{Values: f.Values, Errors: map[string]string{}}, "image_width")
		height, _ := wholeTyped(site.Form{Values: f.Values, Errors: map[string]string{}}, "image_height")
		view.Picture = &site.Picture{URL: f.Values["image_url"], Alt: f.Values["image_alt"], Width: int(width), Height: int(height)}
	}
	if view.Venues, err = o.venueChoices(r, e); err != nil {
		return err
	}
	return show(w, r, status, site.OrganiseEdit(view))
}

// withCalendar has the calendar that an entry is in among the choices, archived as it may be.
func withCalendar(choices []site.Choice, c contract.CalendarLink) []site.Choice {
	for _, one := range choices {
		if one.Value == string(c.ID) {
			return choices
		}
	}
	return append([]site.Choice{{Value: string(c.ID), Text: c.Name}}, choices...)
}

// venueChoices are all venues to choose from; of one date "as the series has it" is the first.
func (o *Organise) venueChoices(r *http.Request, e edited) ([]site.Choice, error) {
	choices := []site.Choice{{Text: "None"}}
	if e.scope == "this" {
		choices[0].Text = "As the series has it"
	}
	query := url.Values{"limit": {"100"}}
	for range 20 {
		list, _, err := read[listed[contract.Venue]](o, r, "/v1/venues", query)
		if err != nil {
			return nil, err
		}
		for _, v := range list.Items {
			text := v.Name
			if v.Locality != "" && v.Locality != v.Name {
				text += ", " + v.Locality
			}
			choices = append(choices, site.Choice{Value: string(v.ID), Text: text})
		}
		if list.NextCursor == "" {
			break
		}
		query.Set("cursor", list.NextCursor)
	}
	return choices, nil
}

// One date of an entry: cancelling, postponing and restoring it, and the ways to edit it.

package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// aDate is the date that an address names, with its entry, for whoever organises it.
func (o *Organise) aDate(r *http.Request) (e contract.Entry, d contract.Occurrence, a *reply, err error) {
	e, a, err = thing[contract.Entry](o, r, "/v1/entries", r.PathValue("id"))
	if err == nil && !organisesOf(r, e.Calendar.ID) {
		err = problem.Forbidden("only the organisers of this calendar may do that")
	}
	if err != nil {
		return e, d, a, err
	}
	for _, d := range e.Occurrences {
		if string(d.ID) == r.PathValue("date") {
			return e, d, a, nil
		}
	}
	return e, d, a, problem.NotFound("there is nothing at this address")
}

func (o *Organise) date(w http.ResponseWriter, r *http.Request) error {
	return o.datePage(w, r, http.StatusOK, site.Form{}, "", nil)
}

// datePage shows a date; f is the form of what was to be done and was not.
func (o *Organise) datePage(w http.ResponseWriter, r *http.Request, status int, f site.Form, did string, message *site.Message) error {
	e, d, a, err := o.aDate(r)
	if err != nil {
		return err
	}
	page, at, err := o.page(r, "entries", cmp.Or(d.Title, e.Title)+", "+startWords(d.LocalStart), site.Link{Text: "Entries", URL: entriesAddress}, site.Link{Text: e.Title, URL: entryAddress(e.ID)})
	if err != nil {
		return err
	}
	if message != nil {
		page.Message = message
	}
	view := site.OrganiseDatePage{Organise: page, States: append([]site.State{entryState(e.State)}, dateStates(d)...)}
	fact := func(name, value string) {
		if value != "" {
			view.Facts = append(view.Facts, site.OrganiseFact{Name: name, Value: value})
		}
	}
	fact("When", whenWords(d.LocalStart, d.LocalEnd, e.AllDay)+zoneNote(e.Timezone, at))
	if d.Moved {
		fact("The series has it", startWords(d.Recurrence))
	}
	if d.PreviousStart != nil {
		fact("It was to begin", moment(*d.PreviousStart, at).Text)
	}
	fact("Why", d.Reason)
	fact("Title of its own", d.Title)
	fact("Summary of its own", d.Summary)
	if d.Venue != nil {
		fact("Venue of its own", d.Venue.Name)
	}
	fact("Online address of its own", d.OnlineURL)
	if warning := clockWarning(d.Adjusted); warning != "" {
		view.Notes = append(view.Notes, warning)
	}
	if d.Kept {
		view.Notes = append(view.Notes, "The series has this date no more. It stays because somebody refers to it: cancel it if it does not take place.")
	}
	edit := func(scope string) string {
		return entryAddress(e.ID) + "edit/?" + url.Values{"apply": {scope}, "occurrence": {string(d.ID)}}.Encode()
	}
	view.Links = []site.Link{{Text: "Move it, or give it words of its own", URL: edit("this"), Current: true}}
	if len(e.Occurrences) > 1 && !d.Kept {
		view.Links = append(view.Links, site.Link{Text: "Change it and all later ones", URL: edit("following")})
	}
	if visible(e) {
		view.Links = append(view.Links, site.Link{Text: "See it on the site", URL: o.eventsLink(r, urls.Entry(e.Calendar.Slug, e.Slug, d.Slug))})
	}
	view.Do = dateDo(e, d, a.header.Get("ETag"), f, did)
	return show(w, r, status, site.OrganiseOccurrence(view))
}

// dateDo is what can be done with a date.
func dateDo(e contract.Entry, d contract.Occurrence, etag string, f site.Form, did string) (do []site.OrganiseDo) {
	for _, s := range []struct {
		to                 contract.OccurrenceStatus
		from               []contract.OccurrenceStatus
		text, button, hint string
		danger             bool
	}{
		{contract.Scheduled, []contract.OccurrenceStatus{contract.Postponed, contract.Cancelled}, "It takes place after all", "", "", false},
		{contract.Postponed, []contract.OccurrenceStatus{contract.Scheduled}, "Postpone this date", "Postpone it", "Visitors see that it has no new date yet.", false},
		{contract.Cancelled, []contract.OccurrenceStatus{contract.Scheduled, contract.Postponed}, "Cancel this date", "Cancel it", "Visitors see it as cancelled, and why.", true},
	} {
		possible := false
		for _, from := range s.from {
			possible = possible || from == d.Status
		}
		if !possible {
			continue
		}
		one := site.OrganiseDo{Text: s.text, Button: s.button, Hint: s.hint, URL: dateAddress(e.ID, d.ID), Danger: s.danger, Main: s.button == "",
			Fields: [][2]string{{"etag", etag}, {"status", string(s.to)}}}
		if s.button != "" {
			one.Ask, one.Form = []site.Input{reasonInput(string(s.to), s.danger)}, site.Form{Values: map[string]string{}}
			if did == string(s.to) {
				one.Form = f
			}
		}
		do = append(do, one)
	}
	return do
}

// setStatus cancels, postpones or restores a date.
func (o *Organise) setStatus(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	e, d, _, err := o.aDate(r)
	if err != nil {
		return err
	}
	f := formOf(r.PostForm)
	status, reason := f.Values["status"], strings.TrimSpace(f.Values["reason"])
	if status == string(contract.Cancelled) && reason == "" {
		f.Errors["reason"] = "say why in a few words"
		return o.datePage(w, r, http.StatusUnprocessableEntity, f, status, &site.Message{Kind: "fault", Text: "Nothing was changed: say why.",
			Items: []site.Link{{Text: "Why: say why in a few words", URL: "#" + site.FieldID("reason-"+status)}}})
	}
	a, err := o.ask(r.Context(), r, call{method: http.MethodPut, path: "/v1/occurrences/" + string(d.ID) + "/status", ifMatch: f.Values["etag"],
		json: map[string]any{"status": status, "reason": reason}})
	if err != nil {
		return err
	}
	if a.refused != nil {
		if a.status == http.StatusForbidden || a.status == http.StatusNotFound {
			return a.refused
		}
		return o.datePage(w, r, a.status, f, status, refusedForm(f, a.refused))
	}
	return done(w, r, dateAddress(e.ID, d.ID), status)
}

// What becomes of the form of an entry: it is stored at once, or where it is of a series after
// a look at what it touches.

package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

// editNames are the fields of the form by the API's names, where these are others.
var editNames = map[string]string{"local_start": "start_date", "local_end": "end_date", "image": "picture", "occurrence": "start_date"}

func (o *Organise) saveNewEntry(w http.ResponseWriter, r *http.Request) error {
	f, err := o.typedEntry(w, r)
	if err != nil {
		return err
	}
	if f.Values["do"] == "check" {
		check, err := o.check(r, f, edited{})
		if err != nil {
			return err
		}
		return o.editPage(w, r, http.StatusOK, edited{}, f, check, nil)
	}
	if err := o.uploadPicture(w, r, f); err != nil {
		return err
	}
	body := entryBody(f, nil, false)
	if state := f.Values["state"]; state != "" && organisesOf(r, contract.CalendarID(f.Values["calendar"])) {
		body["state"] = state
	}
	if len(f.Errors) > 0 {
		return o.editPage(w, r, http.StatusUnprocessableEntity, edited{}, f, nil, unfit(f))
	}
	a, err := o.ask(r.Context(), r, call{method: http.MethodPost, path: "/v1/entries", json: body})
	if err != nil {
		return err
	}
	if a.refused != nil {
		return o.editPage(w, r, a.status, edited{}, f, nil, refusedEntry(f, a.refused))
	}
	var made contract.Entry
	if err := json.Unmarshal(a.body.Bytes(), &made); err != nil {
		return problem.Internal().WithCause(err)
	}
	what := "made"
	if made.State == contract.EntrySubmitted {
		what = "proposed"
	}
	return done(w, r, entryAddress(made.ID), what)
}

// refusedEntry is refusedFields for the form of an entry. What is wrong with a rule is said at
// the fields that it was made of.
func refusedEntry(f site.Form, d *problem.Details) *site.Message {
	names := map[string]string{"rrule": "rrule"}
	if f.Values["repeat"] != "rule" {
		names["rrule"] = "repeat"
	}
	for from, to := range editNames {
		names[from] = to
	}
	for i, e := range d.Errors {
		d.Errors[i].Location = strings.Replace(e.Location, "image.alt", "image_alt", 1)
	}
	return refusedFields(f, d, names)
}

func (o *Organise) saveEntry(w http.ResponseWriter, r *http.Request) error {
	f, err := o.typedEntry(w, r)
	if err != nil {
		return err
	}
	e, err := o.aChange(r, f.Values["apply"], f.Values["occurrence"])
	if err != nil {
		return err
	}
	if e.scope == "" && isSeries(*e.entry) {
		return o.scopePage(w, r, *e.entry, f.Values["occurrence"]) // it has become a series meanwhile
	}
	was := e.was()
	if e.scope == "this" {
		f.Values["all_day"] = was["all_day"]
	}
	switch f.Values["do"] {
	case "check":
		check, err := o.check(r, f, e)
		if err != nil {
			return err
		}
		return o.editPage(w, r, http.StatusOK, e, f, check, nil)
	case "back":
		return o.editPage(w, r, http.StatusOK, e, f, nil, nil)
	}
	if err := o.uploadPicture(w, r, f); err != nil {
		return err
	}
	body := entryBody(f, was, e.scope == "this")
	switch {
	case len(f.Errors) > 0:
		return o.editPage(w, r, http.StatusUnprocessableEntity, e, f, nil, unfit(f))
	case len(body) == 0:
		return done(w, r, o.backTo(e), "saved")
	}
	if e.scope != "" {
		body["apply"] = e.scope
	}
	if e.date != nil {
		body["occurrence"] = string(e.date.ID)
	}
	if f.Values["do"] != "sure" && (isSeries(*e.entry) || body["rrule"] != nil || body["rdates"] != nil) {
		return o.touchPage(w, r, e, f, body)
	}
	return o.storeEntry(w, r, e, f, body)
}

// storeEntry makes an edit.
func (o *Organise) storeEntry(w http.ResponseWriter, r *http.Request, e edited, f site.Form, body map[string]any) error {
	a, err := o.ask(r.Context(), r, call{method: http.MethodPatch, path: "/v1/entries/" + string(e.entry.ID), json: body, ifMatch: f.Values["etag"]})
	switch {
	case err != nil:
		return err
	case a.status == http.StatusPreconditionFailed:
		f.Stored = storedNow(e.was(), f.Values)
		return o.editPage(w, r, a.status, e, f, nil, meanwhileChanged())
	case a.refused != nil:
		return o.editPage(w, r, a.status, e, f, nil, refusedEntry(f, a.refused))
	}
	var after contract.Entry
	if err := json.Unmarshal(a.body.Bytes(), &after); err != nil {
		return problem.Internal().WithCause(err)
	}
	if after.ID != e.entry.ID {
		return done(w, r, entryAddress(after.ID), "split")
	}
	return done(w, r, o.backTo(e), "saved")
}

// backTo is the page that an edit was begun on.
func (o *Organise) backTo(e edited) string {
	if e.scope == "this" {
		return dateAddress(e.entry.ID, e.date.ID)
	}
	return entryAddress(e.entry.ID)
}

// touched is what the API says that an edit would do.
type touched struct {
	Splits   bool         `json:"splits"`
	Stay     touchedDates `json:"stay"`
	Move     touchedDates `json:"move"`
	Go       touchedDates `json:"go"`
	Come     touchedDates `json:"come"`
	Keep     touchedDates `json:"keep"`
	Adjusted touchedDates `json:"adjusted"`
}

// touchedDates are some of the dates of which the same becomes.
type touchedDates struct {
	Count int `json:"count"`
	Dates []struct {
		LocalStart string `json:"local_start"`
		From       string `json:"from"`
		Adjusted   string `json:"adjusted"`
	} `json:"dates"`
}

// touchPage says what an edit will touch, and asks whether it is to be made.
func (o *Organise) touchPage(w http.ResponseWriter, r *http.Request, e edited, f site.Form, body map[string]any) error {
	a, err := o.ask(r.Context(), r, call{method: http.MethodPost, path: "/v1/entries/" + string(e.entry.ID) + "/preview", json: body})
	if err != nil {
		return err
	}
	if a.refused != nil {
		return o.editPage(w, r, a.status, e, f, nil, refusedEntry(f, a.refused))
	}
	var t touched
	if err := json.Unmarshal(a.body.Bytes(), &t); err != nil {
		return problem.Internal().WithCause(err)
	}
	page, _, err := o.page(r, "entries", "What this will touch", site.Link{Text: "Entries", URL: entriesAddress}, site.Link{Text: e.entry.Title, URL: entryAddress(e.entry.ID)})
	if err != nil {
		return err
	}
	view := site.OrganiseTouchPage{Organise: page, URL: e.url(), Button: "Change it", Intro: "Nothing is stored yet.", Changes: changes(f, e.was()), Fields: formFields(r.PostForm, f)}
	if scopeTexts[e.scope] != "" {
		view.Intro = scopeTexts[e.scope]
		if e.date != nil {
			view.Intro += ", from " + startWords(e.date.LocalStart) + " on"
			if e.scope == "this" {
				view.Intro = scopeTexts[e.scope] + ", " + startWords(e.date.LocalStart)
			}
		}
		view.Intro += ". Nothing is stored yet."
	}
	if t.Splits {
		view.Intro += " The later dates become an entry of their own; whoever keeps one of them still does."
	}
	view.Groups = touchGroups(t)
	return show(w, r, http.StatusOK, site.OrganiseTouches(view))
}

// touchGroups are the dates by what becomes of them.
func touchGroups(t touched) (groups []site.OrganiseTouch) {
	for _, g := range []struct {
		id, title, text string
		dates           touchedDates
		warn            bool
	}{
		{"stay", "Stay when they are", "", t.Stay, false},
		{"move", "Move", "Whoever keeps one of these dates keeps it at its new time.", t.Move, t.Move.Count > 0},
		{"come", "Are new", "", t.Come, false},
		{"go", "Go", "Nobody refers to them.", t.Go, t.Go.Count > 0},
		{"keep", "Stay beside the series", "The series has them no more, but somebody keeps them. Cancel those that do not take place.", t.Keep, t.Keep.Count > 0},
		{"clocks", "At a change of the clocks", "", t.Adjusted, t.Adjusted.Count > 0},
	} {
		if g.dates.Count == 0 && (g.id == "keep" || g.id == "clocks") {
			continue
		}
		group := site.OrganiseTouch{ID: g.id, Title: g.title, Text: g.text, Count: grouped(int64(g.dates.Count)), Warn: g.warn}
		for _, d := range g.dates.Dates {
			item := startWords(d.LocalStart)
			if d.From != "" {
				item = startWords(d.From) + " → " + item
			}
			if warning := clockWarning(d.Adjusted); warning != "" {
				item += ". " + warning
			}
			group.Items = append(group.Items, item)
		}
		if more := g.dates.Count - len(group.Items); more > 0 && len(group.Items) > 0 {
			group.More = "and " + grouped(int64(more)) + " more"
		}
		groups = append(groups, group)
	}
	return groups
}

// changes are the fields in which something else was typed.
func changes(f site.Form, was map[string]string) (facts []site.OrganiseFact) {
	for _, c := range []struct{ text, names string }{
		{"Title", "title"}, {"Summary", "summary"}, {"Text", "description"}, {"Calendar", "calendar"}, {"Who may know", "kind"},
		{"When", strings.Join(timeFields, " ")}, {"Time zone", "timezone"}, {"How it repeats", strings.Join(ruleFields, " ")},
		{"Extra dates", "rdates"}, {"Left out", "exdates"}, {"People come", "attendance"}, {"Venue", "venue"},
		{"Online address", "online_url online_public"}, {"Organised by", "organizer"}, {"Picture", "image_url image_alt image_remove"},
	} {
		differs := false
		for name := range strings.FieldsSeq(c.names) {
			value, there := f.Values[name]
			differs = differs || value != was[name] && (there || was[name] == "yes")
		}
		if !differs {
			continue
		}
		value := "another"
		switch c.text {
		case "When":
			if start, end, allDay := timesTyped(f); len(f.Errors) == 0 {
				value = whenWords(localText(start, allDay), localText(end, allDay), allDay)
			}
		case "Title", "Summary", "Time zone", "Organised by":
			if value = f.Values[c.names]; value == "" {
				value = "none"
			}
		}
		facts = append(facts, site.OrganiseFact{Name: c.text, Value: value})
	}
	return facts
}

// formFields are what a form sent, to be sent once more, with what was made of its picture.
func formFields(form url.Values, f site.Form) (fields [][2]string) {
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		switch {
		case name == "do":
		case strings.HasPrefix(name, "image_"):
			fields = append(fields, [2]string{name, f.Values[name]})
		default:
			for _, value := range form[name] {
				fields = append(fields, [2]string{name, value})
			}
		}
	}
	return fields
}

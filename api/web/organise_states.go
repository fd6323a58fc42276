// What can be done with an entry as a whole: bringing it into a state, copying, deleting.

package web

import (
	"net/http"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	site "rose-ash.com/roseash/site-templates"
)

// step leads from one state of an entry to another.
type step struct {
	to     contract.EntryState
	text   string
	button string // of one that asks for a reason
	hint   string
	ask    bool
	danger bool
	main   bool
}

var (
	confirmStep     = step{to: contract.EntryConfirmed, text: "Confirm", main: true}
	provisionalStep = step{to: contract.EntryProvisional, text: "Make provisional"}
	declineStep     = step{to: contract.EntryDeclined, text: "Decline", button: "Decline it", hint: "Who proposed it reads why.", ask: true, danger: true}
	cancelStep      = step{to: contract.EntryCancelled, text: "Cancel", button: "Cancel all its dates", hint: "Visitors see it as cancelled.", ask: true, danger: true}
)

// steps are what organisers do, by the state that an entry is in.
var steps = map[contract.EntryState][]step{
	contract.EntryDraft:       {confirmStep, provisionalStep},
	contract.EntrySubmitted:   {confirmStep, provisionalStep, declineStep},
	contract.EntryProvisional: {confirmStep, declineStep},
	contract.EntryDeclined:    {{to: contract.EntryDraft, text: "Make it a draft again"}},
	contract.EntryConfirmed:   {{to: contract.EntryPostponed, text: "Postpone", button: "Postpone all its dates", hint: "Visitors see that it has no new date yet.", ask: true}, cancelStep},
	contract.EntryPostponed:   {{to: contract.EntryConfirmed, text: "Confirm again", main: true}, cancelStep},
	contract.EntryCancelled:   {{to: contract.EntryConfirmed, text: "It takes place after all", main: true}},
}

// memberSteps are what members do with their own proposals.
var memberSteps = map[contract.EntryState][]step{
	contract.EntryDraft:     {{to: contract.EntrySubmitted, text: "Propose it", main: true}},
	contract.EntrySubmitted: {{to: contract.EntryDraft, text: "Take it back"}},
}

// reasonInput asks why.
func reasonInput(id string, required bool) site.Input {
	return site.Input{Name: "reason", ID: "reason-" + id, Label: "Why", Max: 500, Required: required}
}

// entryDo is what whoever asks can do with an entry. f is the form of what was to be done, did
// its name.
func (o *Organise) entryDo(r *http.Request, e contract.Entry, etag string, f site.Form, did string) (do []site.OrganiseDo, err error) {
	can, organises := memberSteps[e.State], organisesOf(r, e.Calendar.ID)
	if organises {
		can = steps[e.State]
	} else if !ownProposal(r, e) {
		return nil, nil
	}
	form := func(name string) site.Form {
		if name == did {
			return f
		}
		return site.Form{Values: map[string]string{}}
	}
	for _, s := range can {
		one := site.OrganiseDo{Text: s.text, Button: s.button, Hint: s.hint, URL: entryAddress(e.ID) + "state/", Danger: s.danger, Main: s.main,
			Fields: [][2]string{{"etag", etag}, {"state", string(s.to)}}}
		if s.ask {
			one.Ask, one.Form = []site.Input{reasonInput(string(s.to), s.danger)}, form(string(s.to))
		}
		do = append(do, one)
	}
	if organises {
		again := site.OrganiseDo{Text: "Copy it", Button: "Make a copy", Hint: "A draft with the same texts and place.", URL: entryAddress(e.ID) + "copy/", Form: form("copy"),
			Ask: []site.Input{{Name: "copy_date", Label: "It begins on", Type: "date", Required: true}}}
		if !e.AllDay {
			again.Ask = append(again.Ask, site.Input{Name: "copy_time", Label: "at", Type: "time"})
			if did != "copy" {
				again.Form.Values["copy_time"] = wallTime(e.LocalStart).Format("15:04")
			}
		}
		do = append(do, again)
	}
	if e.State == contract.EntryDraft || e.State == contract.EntrySubmitted || e.State == contract.EntryDeclined {
		do = append(do, site.OrganiseDo{Text: "Delete for good", URL: entryAddress(e.ID) + "delete/", Fields: [][2]string{{"etag", etag}}, Danger: true})
	}
	return do, nil
}

// setState brings an entry into a state. One that asks for a reason is refused without.
func (o *Organise) setState(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := formOf(r.PostForm)
	state, reason := f.Values["state"], strings.TrimSpace(f.Values["reason"])
	if needsReason(state) && reason == "" {
		f.Errors["reason"] = "say why in a few words"
		return o.entryPage(w, r, http.StatusUnprocessableEntity, f, state, &site.Message{Kind: "fault", Text: "Nothing was changed: say why.",
			Items: []site.Link{{Text: "Why: say why in a few words", URL: "#" + site.FieldID("reason-"+state)}}})
	}
	a, err := o.ask(r.Context(), r, call{method: http.MethodPut, path: resource("/v1/entries", r.PathValue("id")) + "/state", ifMatch: f.Values["etag"],
		json: map[string]any{"state": state, "reason": reason}})
	if err != nil {
		return err
	}
	if a.refused != nil {
		m := refusal(a.refused, noted(a.refused, f.Errors, func(location string) string {
			if location == "body.reason" {
				return "reason"
			}
			return ""
		}))
		if a.status == http.StatusForbidden || a.status == http.StatusNotFound {
			return a.refused
		}
		return o.entryPage(w, r, a.status, f, state, m)
	}
	return done(w, r, entriesAddress+r.PathValue("id")+"/", state)
}

// needsReason tells of states that nobody should find without a word.
func needsReason(state string) bool {
	return state == string(contract.EntryDeclined) || state == string(contract.EntryCancelled)
}

// copyEntry makes a draft of an entry for another time.
func (o *Organise) copyEntry(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := formOf(r.PostForm)
	start := strings.TrimSpace(f.Values["copy_date"])
	if _, err := time.Parse(time.DateOnly, start); err != nil {
		f.Errors["copy_date"] = "expected a day, such as 2030-05-04"
	}
	if clock, timed := f.Values["copy_time"]; timed {
		t, err := time.Parse("15:04", clock)
		if err != nil {
			f.Errors["copy_time"] = "expected a time, such as 16:00"
		}
		start += t.Format("T15:04:05")
	}
	if len(f.Errors) > 0 {
		return o.entryPage(w, r, http.StatusUnprocessableEntity, f, "copy", unfit(f))
	}
	a, err := o.ask(r.Context(), r, call{method: http.MethodPost, path: resource("/v1/entries", r.PathValue("id")) + "/duplicate", json: map[string]any{"local_start": start}})
	if err != nil {
		return err
	}
	if a.refused != nil {
		if a.status == http.StatusForbidden || a.status == http.StatusNotFound {
			return a.refused
		}
		return o.entryPage(w, r, a.status, f, "copy", refusedFields(f, a.refused, map[string]string{"local_start": "copy_date"}))
	}
	return done(w, r, entriesAddress+strings.TrimPrefix(a.header.Get("Location"), "/v1/entries/")+"/", "copied")
}

func (o *Organise) deleteEntry(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	a, err := o.ask(r.Context(), r, call{method: http.MethodDelete, path: resource("/v1/entries", r.PathValue("id")), ifMatch: r.PostForm.Get("etag")})
	if err != nil {
		return err
	}
	if a.refused != nil {
		if a.status == http.StatusForbidden || a.status == http.StatusNotFound {
			return a.refused
		}
		return o.entryPage(w, r, a.status, site.Form{}, "", refusal(a.refused, nil))
	}
	to := entriesAddress
	if who, _ := auth.PrincipalFrom(r.Context()); !who.Has(auth.ScopeEventsOrganise) {
		to = organiseAddress
	}
	return done(w, r, to, "deleted")
}

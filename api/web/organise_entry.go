// One entry: what is known of it, its dates, and what became of it.

package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// How many dates and events stand on the page of an entry.
const (
	shownDates   = 12
	shownHistory = "20"
)

// transition is a step of what became of an entry.
type transition struct {
	Occurrence contract.OccurrenceID `json:"occurrence"`
	From       string                `json:"from"`
	To         string                `json:"to"`
	Actor      string                `json:"actor"`
	Reason     string                `json:"reason"`
	At         time.Time             `json:"at"`
}

func (o *Organise) entry(w http.ResponseWriter, r *http.Request) error {
	return o.entryPage(w, r, http.StatusOK, site.Form{}, "", nil)
}

// entryPage shows an entry; f is the form of what was to be done and was not, empty: nothing
// was.
func (o *Organise) entryPage(w http.ResponseWriter, r *http.Request, status int, f site.Form, did string, message *site.Message) error {
	e, a, err := thing[contract.Entry](o, r, "/v1/entries", r.PathValue("id"))
	if err != nil {
		return err
	}
	title := e.Title
	page, at, err := o.page(r, "entries", title, site.Link{Text: "Entries", URL: entriesAddress})
	if err != nil {
		return err
	}
	if message != nil {
		page.Message = message
	}
	view := site.OrganiseEntryPage{Organise: page, State: entryState(e.State), About: stateTexts[e.State].about, Description: e.DescriptionHTML,
		Picture: entryPicture(e.Image), Facts: o.entryFacts(e, at)}
	organises := organisesOf(r, e.Calendar.ID)
	if view.Do, err = o.entryDo(r, e, a.header.Get("ETag"), f, did); err != nil {
		return err
	}
	if organises || ownProposal(r, e) {
		view.Links = append(view.Links, site.Link{Text: "Edit", URL: entryAddress(e.ID) + "edit/", Current: true})
	}
	if visible(e) {
		view.Links = append(view.Links, site.Link{Text: "See it on the site", URL: o.eventsLink(r, urls.Series(e.Calendar.Slug, e.Slug))},
			site.Link{Text: "Its .ics file", URL: o.Sites.Base(urls.Events) + urls.EntryICS(e.Calendar.Slug, e.Slug)})
	}
	o.listDates(r, e, organises, &view)
	if who, _ := auth.PrincipalFrom(r.Context()); organises || who.User != "" && e.ProposedBy == who.User {
		if view.History, err = o.history(r, e, at); err != nil {
			return err
		}
	}
	return show(w, r, status, site.OrganiseEntry(view))
}

// visible tells whether an entry has a page on the site.
func visible(e contract.Entry) bool {
	public := e.State == contract.EntryConfirmed || e.State == contract.EntryPostponed || e.State == contract.EntryCancelled
	return public && e.Kind == contract.EntryPublic
}

// ownProposal tells whether whoever asks has proposed an entry that nobody has answered yet.
func ownProposal(r *http.Request, e contract.Entry) bool {
	who, known := auth.PrincipalFrom(r.Context())
	return known && who.User != "" && e.ProposedBy == who.User && (e.State == contract.EntryDraft || e.State == contract.EntrySubmitted)
}

func entryPicture(i *contract.Image) *site.Picture {
	if i == nil {
		return nil
	}
	return &site.Picture{URL: i.URL, Alt: i.Alt, Width: i.Width, Height: i.Height}
}

// entryFacts are what is known of an entry, in lines.
func (o *Organise) entryFacts(e contract.Entry, at *time.Location) []site.OrganiseFact {
	facts := []site.OrganiseFact{
		{Name: "Calendar", Value: e.Calendar.Name},
		{Name: "First date", Value: whenWords(e.LocalStart, e.LocalEnd, e.AllDay) + zoneNote(e.Timezone, at)},
	}
	add := func(name, value string) {
		if value != "" {
			facts = append(facts, site.OrganiseFact{Name: name, Value: value})
		}
	}
	add("Repeats", e.Repeats)
	if e.Kind == contract.EntryPrivate {
		add("Who may know", "Private: others see that the time is taken")
	}
	add("People come", attendanceTexts[e.Attendance])
	if e.Venue != nil {
		add("Venue", e.Venue.Name)
	}
	if e.OnlineURL != "" {
		who := " (for those who have a place)"
		if e.OnlinePublic {
			who = " (for everybody)"
		}
		facts = append(facts, site.OrganiseFact{Name: "Online", Value: e.OnlineURL + who, URL: e.OnlineURL})
	}
	add("Organised by", e.Organizer)
	add("Summary", e.Summary)
	if e.SplitFrom != nil {
		facts = append(facts, site.OrganiseFact{Name: "Its earlier dates", Value: "are an entry of their own", URL: entryAddress(*e.SplitFrom)})
	}
	return facts
}

// listDates are the dates of an entry: those that are to come, and the former ones where they
// are asked for.
func (o *Organise) listDates(r *http.Request, e contract.Entry, organises bool, view *site.OrganiseEntryPage) {
	now, all := o.Clock.Now(), r.URL.Query().Get("dates") == "all"
	dates := e.Occurrences
	if !all {
		later := slices.IndexFunc(dates, func(d contract.Occurrence) bool { return d.EndsAt.After(now) })
		if later < 0 {
			later = len(dates)
		}
		if view.Former = later; later > 0 {
			view.AllURL = entryAddress(e.ID) + "?dates=all"
		}
		dates = dates[later:]
	}
	more := 0
	if !all && len(dates) > shownDates {
		more, dates = len(dates)-shownDates, dates[:shownDates]
	}
	for _, d := range dates {
		row := site.OrganiseDate{Link: site.Link{Text: whenWords(d.LocalStart, d.LocalEnd, e.AllDay)}, States: dateStates(d), Over: d.EndsAt.Before(now),
			Note: strings.TrimSpace(d.Title + " " + d.Reason)}
		if organises {
			row.URL = dateAddress(e.ID, d.ID)
		}
		view.Dates = append(view.Dates, row)
	}
	if more > 0 {
		view.Dates = append(view.Dates, site.OrganiseDate{Link: site.Link{Text: "and " + counted(more, "date", "dates") + " later", URL: entryAddress(e.ID) + "?dates=all"}})
	}
}

// dateStates are what is to be known of a date.
func dateStates(d contract.Occurrence) (states []site.State) {
	add := func(is bool, text, kind string) {
		if is {
			states = append(states, site.State{Text: text, Kind: kind})
		}
	}
	add(d.Status != contract.Scheduled, string(d.Status), "bad")
	add(d.Kept, "beside the series", "wait")
	add(d.Moved, "moved", "")
	add(d.Adjusted != "", "clocks change", "wait")
	add(ownWords(d), "own words", "")
	return states
}

// ownWords tells whether a date has texts or a place of its own.
func ownWords(d contract.Occurrence) bool {
	return d.Title+d.Summary+d.Description+d.OnlineURL != "" || d.Venue != nil
}

// history is what became of an entry and its dates, the latest first.
func (o *Organise) history(r *http.Request, e contract.Entry, at *time.Location) ([]site.OrganiseEvent, error) {
	list, _, err := read[listed[transition]](o, r, "/v1/entries/"+string(e.ID)+"/transitions", url.Values{"limit": {shownHistory}})
	if err != nil {
		return nil, err
	}
	who, _ := auth.PrincipalFrom(r.Context())
	starts := map[contract.OccurrenceID]string{}
	for _, d := range e.Occurrences {
		starts[d.ID] = startWords(d.LocalStart)
	}
	var events []site.OrganiseEvent
	for _, t := range list.Items {
		event := site.OrganiseEvent{At: moment(t.At, at), What: upperFirst(stateWord(t.To)), Reason: t.Reason}
		switch {
		case t.Occurrence != "":
			event.What = starts[t.Occurrence] + ": " + stateWord(t.To)
			if starts[t.Occurrence] == "" {
				event.What = "A date: " + stateWord(t.To)
			}
		case t.From == "":
			event.What = "Made, as " + stateWord(t.To)
		}
		switch {
		case t.Actor == who.Name:
			event.By = "you"
		case t.Actor == string(e.ProposedBy):
			event.By = "who proposed it"
		case t.Actor == "":
			event.By = "an organiser"
		case strings.HasPrefix(t.Actor, "user_"):
			event.By = "somebody else"
		}
		events = append(events, event)
	}
	return events, nil
}

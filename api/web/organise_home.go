// The first page of organisers and members: what waits, and what comes.

package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

// How many entries and dates stand on the first page.
const (
	homeEntries = 12
	homeDates   = 15
	watchAhead  = 90 * 24 * time.Hour // how far ahead dates are looked at for warnings
)

func (o *Organise) home(w http.ResponseWriter, r *http.Request) error {
	page, at, err := o.page(r, "home", "Organise")
	if err != nil {
		return err
	}
	all, err := o.allCalendars(r)
	if err != nil {
		return err
	}
	view := site.OrganiseHomePage{Organise: page}
	mine, open := usable(r, all, false), usable(r, all, true)
	if len(mine) > 0 {
		view.New = append(view.New, site.Link{Text: "New entry", URL: entriesAddress + "new/", Current: true})
		if err := o.organiserLists(r, &view, mine, at); err != nil {
			return err
		}
	}
	for _, c := range open {
		if !organisesOf(r, c.ID) {
			view.New = append(view.New, site.Link{Text: "Propose a date for " + c.Name, URL: entriesAddress + "new/?" + url.Values{"calendar": {c.Slug}}.Encode(), Current: len(mine) == 0})
		}
	}
	if who, _ := auth.PrincipalFrom(r.Context()); who.User != "" && who.Has(auth.ScopeEventsPropose) {
		list, err := o.entryRows(r, url.Values{"mine": {"true"}, "limit": {strconv.Itoa(homeEntries)}}, at)
		if err != nil {
			return err
		}
		own := site.OrganiseList{ID: "own", Title: "What you have proposed", Rows: list.rows}
		if len(mine) == 0 {
			own.Empty = "Nothing yet. Calendars that take proposals have a button above."
			if len(open) == 0 {
				own.Empty = "Nothing, and no calendar takes proposals at the moment."
			}
		}
		view.Lists = append(view.Lists, own)
	}
	return show(w, r, http.StatusOK, site.OrganiseHome(view))
}

// organiserLists add what waits for an organiser, and what comes in their calendars.
func (o *Organise) organiserLists(r *http.Request, view *site.OrganiseHomePage, mine []contract.Calendar, at *time.Location) error {
	refs := make([]string, len(mine))
	for i, c := range mine {
		refs[i] = c.Slug
	}
	calendars := strings.Join(refs, ",")
	for _, part := range []struct {
		state        contract.EntryState
		title, empty string
	}{
		{contract.EntrySubmitted, "Proposals that wait", "No proposal waits."},
		{contract.EntryProvisional, "Provisional", ""},
		{contract.EntryDraft, "Drafts", ""},
	} {
		list, err := o.entryRows(r, url.Values{"calendar": {calendars}, "state": {string(part.state)}, "limit": {strconv.Itoa(homeEntries)}}, at)
		if err != nil {
			return err
		}
		shown := site.OrganiseList{ID: string(part.state), Title: part.title, Rows: list.rows, Empty: part.empty}
		if list.next != "" {
			shown.More = &site.Link{Text: "All of them", URL: entriesAddress + "?state=" + string(part.state)}
		}
		view.Lists = append(view.Lists, shown)
	}
	return o.coming(r, view, calendars, at)
}

// coming adds the dates that come, and warns of those that need somebody.
func (o *Organise) coming(r *http.Request, view *site.OrganiseHomePage, calendars string, at *time.Location) error {
	now := o.Clock.Now()
	list, _, err := read[listed[contract.OccurrenceCard]](o, r, "/v1/occurrences", url.Values{
		"calendar": {calendars}, "after": {now.UTC().Format(time.RFC3339)}, "until": {now.Add(watchAhead).In(at).Format(time.DateOnly)}, "limit": {"100"},
	})
	if err != nil {
		return err
	}
	comes := site.OrganiseList{ID: "comes", Title: "What comes", Empty: "Nothing comes in the next three months.",
		More: &site.Link{Text: "All entries", URL: entriesAddress}}
	seen := map[contract.EntryID]bool{}
	var entries []string
	for i, c := range list.Items {
		if i < homeDates {
			comes.Rows = append(comes.Rows, dateRow(c, at))
		}
		if !seen[c.Entry.ID] {
			seen[c.Entry.ID] = true
			entries = append(entries, string(c.Entry.ID))
		}
	}
	view.Lists = append(view.Lists, comes)
	if len(entries) == 0 {
		return nil
	}
	whole, _, err := read[listed[contract.Entry]](o, r, "/v1/entries", url.Values{"ids": {strings.Join(entries, ",")}, "include": {"occurrences"}})
	if err != nil {
		return err
	}
	for _, e := range whole.Items {
		view.Attention = append(view.Attention, warnings(e, now)...)
	}
	return nil
}

// warnings are about dates of an entry that are still to come: those that stand beside their
// series, and those at an hour that clocks skip or show twice.
func warnings(e contract.Entry, now time.Time) (list []site.OrganiseWarning) {
	for _, d := range e.Occurrences {
		text := ""
		switch {
		case d.EndsAt.Before(now) || d.Status == contract.Cancelled:
			continue
		case d.Kept && d.Status == contract.Scheduled:
			text = "stands beside its series, because somebody refers to it"
		case d.Adjusted != "" && d.StartsAt.Before(now.Add(watchAhead)):
			text = strings.ToLower(clockWarning(d.Adjusted)[:1]) + strings.TrimSuffix(clockWarning(d.Adjusted)[1:], ".")
		default:
			continue
		}
		list = append(list, site.OrganiseWarning{Text: e.Title + ", " + startWords(d.LocalStart) + ": " + text,
			Link: site.Link{Text: "Look at it", URL: dateAddress(e.ID, d.ID)}})
	}
	return list
}

// dateRow is a date in a list.
func dateRow(c contract.OccurrenceCard, at *time.Location) site.OrganiseRow {
	row := site.OrganiseRow{Link: site.Link{Text: c.Title, URL: dateAddress(c.Entry.ID, c.ID)}, Color: c.Entry.Calendar.Colour, Calendar: c.Entry.Calendar.Name,
		When: whenWords(c.LocalStart, c.LocalEnd, c.AllDay) + zoneNote(c.Timezone, at)}
	if c.Place != "" {
		row.Calendar += ", " + c.Place
	}
	if c.Status != contract.Scheduled {
		row.States = []site.State{{Text: string(c.Status), Kind: "bad"}}
	}
	return row
}

// rowList is a part of a list of entries.
type rowList struct {
	rows []site.OrganiseRow
	next string
}

// entryRows are entries as rows of a list.
func (o *Organise) entryRows(r *http.Request, query url.Values, at *time.Location) (rowList, error) {
	list, _, err := read[listed[contract.Entry]](o, r, "/v1/entries", query)
	if err != nil {
		return rowList{}, err
	}
	shown := rowList{next: list.NextCursor}
	for _, e := range list.Items {
		shown.rows = append(shown.rows, site.OrganiseRow{
			Link: site.Link{Text: e.Title, URL: entryAddress(e.ID)}, Color: e.Calendar.Colour, Calendar: e.Calendar.Name,
			When: whenWords(e.LocalStart, e.LocalEnd, e.AllDay) + zoneNote(e.Timezone, at), Repeats: e.Repeats, States: entryStates(e),
		})
	}
	return shown, nil
}

// entryStates are what is to be known of an entry at first sight.
func entryStates(e contract.Entry) []site.State {
	states := []site.State{entryState(e.State)}
	if e.Kind == contract.EntryPrivate {
		states = append(states, site.State{Text: "private"})
	}
	return states
}

func entryAddress(id contract.EntryID) string { return entriesAddress + string(id) + "/" }
func dateAddress(entry contract.EntryID, id contract.OccurrenceID) string {
	return entryAddress(entry) + "dates/" + string(id) + "/"
}

// stateFilters are the states by which entries are looked for.
var stateFilters = []contract.EntryState{contract.EntryDraft, contract.EntrySubmitted, contract.EntryProvisional, contract.EntryConfirmed,
	contract.EntryPostponed, contract.EntryCancelled, contract.EntryDeclined}

// entries lists entries: those of one's calendars, or what one has proposed.
func (o *Organise) entries(w http.ResponseWriter, r *http.Request) error {
	page, at, err := o.page(r, "entries", "Entries")
	if err != nil {
		return err
	}
	all, err := o.allCalendars(r)
	if err != nil {
		return err
	}
	asked := queried(r, "calendar", "state", "q", "cursor")
	view := site.OrganiseEntriesPage{Organise: page, Form: site.Form{Values: map[string]string{"calendar": asked.Get("calendar"), "state": asked.Get("state"), "q": asked.Get("q")}},
		Calendars: []site.Choice{{Text: "All"}}, States: []site.Choice{{Text: "All"}}, Empty: "Nothing fits."}
	var refs []string
	for _, c := range all {
		if organisesOf(r, c.ID) {
			refs, view.Calendars = append(refs, c.Slug), append(view.Calendars, site.Choice{Value: c.Slug, Text: c.Name})
		}
	}
	for _, s := range stateFilters {
		view.States = append(view.States, site.Choice{Value: string(s), Text: upperFirst(stateTexts[s].text)})
	}
	query := queried(r, "calendar", "state", "q", "cursor")
	switch {
	case len(refs) == 0:
		query.Set("mine", "true")
		view.Calendars = nil
		for _, c := range all {
			view.Calendars = append(view.Calendars, site.Choice{Value: c.Slug, Text: c.Name})
		}
		view.Calendars = slices.Insert(view.Calendars, 0, site.Choice{Text: "All"})
	case query.Get("calendar") == "":
		query.Set("calendar", strings.Join(refs, ","))
	}
	if query.Get("state") == "" {
		states := make([]string, len(stateFilters))
		for i, s := range stateFilters {
			states[i] = string(s)
		}
		query.Set("state", strings.Join(states, ","))
	}
	if who, _ := auth.PrincipalFrom(r.Context()); len(refs) > 0 || who.User != "" {
		list, err := o.entryRows(r, query, at)
		if err != nil && problem.From(err).Status != http.StatusUnprocessableEntity {
			return err // what cannot be asked for is nothing
		}
		view.Rows, view.NextURL = list.rows, next(r, list.next)
	}
	if use := usable(r, all, true); len(use) > 0 {
		view.New = &site.Link{Text: "New entry", URL: entriesAddress + "new/"}
		if len(refs) == 0 {
			view.New.Text = "Propose a date"
		}
	}
	return show(w, r, http.StatusOK, site.OrganiseEntries(view))
}

// Calendars: the list, the form, and where else they are shown.

package web

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/api/shared/zones"
	site "rose-ash.com/roseash/site-templates"
)

func (o *Organise) calendars(w http.ResponseWriter, r *http.Request) error {
	page, _, err := o.page(r, "calendars", "Calendars")
	if err != nil {
		return err
	}
	all, err := o.allCalendars(r)
	if err != nil {
		return err
	}
	keeps := auth.Holds(r.Context(), auth.ScopeEventsWrite)
	view := site.OrganiseCalendarsPage{Organise: page}
	if keeps {
		view.New = &site.Link{Text: "New calendar", URL: calendarsAddress + "new/"}
	}
	for _, c := range all {
		if !organisesOf(r, c.ID) {
			continue
		}
		row := site.OrganiseCalendarRow{Link: site.Link{Text: c.Name, URL: calendarAddress(c.ID)}, Color: c.Colour, Entries: entriesAddress + "?" + url.Values{"calendar": {c.Slug}}.Encode(),
			Places: placesText(c.Placements)}
		if !keeps {
			row.URL = calendarAddress(c.ID) + "import/"
		}
		if c.Proposals {
			row.States = append(row.States, site.State{Text: "takes proposals", Kind: "good"})
		}
		if c.Archived {
			row.States = append(row.States, site.State{Text: "archived"})
		}
		view.Rows = append(view.Rows, row)
	}
	return show(w, r, http.StatusOK, site.OrganiseCalendars(view))
}

func calendarAddress(id contract.CalendarID) string { return calendarsAddress + string(id) + "/" }

// placesText counts where a calendar is shown.
func placesText(places []contract.CalendarPlacement) string {
	var texts []string
	posts := 0
	for _, p := range places {
		switch p.ContainerType {
		case contract.InSite:
			texts = append(texts, "home page")
		case contract.InMarket:
			texts = append(texts, "market")
		default:
			posts++
		}
	}
	if posts > 0 {
		texts = append(texts, counted(posts, "page or post", "pages and posts"))
	}
	return strings.Join(texts, ", ")
}

func placePrefix(i int) string { return fmt.Sprintf("places[%d].", i) }

// calendarValues is what stands in the form of a calendar.
func calendarValues(c contract.Calendar) map[string]string {
	v := map[string]string{"name": c.Name, "slug": c.Slug, "description": c.Description, "colour": c.Colour, "timezone": c.Timezone,
		"position": whole(int64(c.Position)), "proposals": yes(c.Proposals), "archived": yes(c.Archived), "where": "", "view": "list", "find": ""}
	for i, p := range c.Placements {
		v[placePrefix(i)+"at"], v[placePrefix(i)+"view"] = placeWord(p), string(p.View)
	}
	return v
}

// placeWord is a place as one word: "site", "page:post_…".
func placeWord(p contract.CalendarPlacement) string {
	if p.ContainerID == "" {
		return string(p.ContainerType)
	}
	return string(p.ContainerType) + ":" + p.ContainerID
}

// placeOf is the place that a word names.
func placeOf(word, view string) map[string]any {
	kind, id, _ := strings.Cut(word, ":")
	place := map[string]any{"container_type": kind, "view": view}
	if id != "" {
		place["container_id"] = id
	}
	return place
}

func (o *Organise) newCalendar(w http.ResponseWriter, r *http.Request) error {
	return o.calendarPage(w, r, http.StatusOK, nil, site.Form{Values: map[string]string{"position": "0", "view": "list"}}, "", nil)
}

func (o *Organise) calendar(w http.ResponseWriter, r *http.Request) error {
	c, a, err := thing[contract.Calendar](o, r, "/v1/calendars", r.PathValue("id"))
	if err != nil {
		return err
	}
	return o.calendarPage(w, r, http.StatusOK, &c, site.Form{Values: calendarValues(c)}, a.header.Get("ETag"), nil)
}

// calendarPage shows the form; c is nil for a new calendar.
func (o *Organise) calendarPage(w http.ResponseWriter, r *http.Request, status int, c *contract.Calendar, f site.Form, etag string, message *site.Message) error {
	title := "New calendar"
	if c != nil {
		title = c.Name
	}
	page, _, err := o.page(r, "calendars", title, site.Link{Text: "Calendars", URL: calendarsAddress})
	if err != nil {
		return err
	}
	if message != nil {
		page.Message = message
	}
	view := site.OrganiseCalendarPage{Organise: page, Form: f, URL: calendarsAddress + "new/", ETag: etag, Zones: zones.Names()}
	titles := map[string]string{"site": "The home page", "market": "The market’s home"}
	if view.Where, err = o.places(r, f.Values["find"], titles); err != nil {
		return err
	}
	if err := o.placeTitles(r, f, titles); err != nil {
		return err
	}
	for i := range mostPlaces {
		word, there := f.Values[placePrefix(i)+"at"]
		if !there {
			break
		}
		text := titles[word]
		if text == "" {
			text = "A page or post that is no longer public"
		}
		view.Places = append(view.Places, site.OrganisePlace{Prefix: placePrefix(i), Title: text})
	}
	if c != nil {
		view.ID, view.URL = string(c.ID), calendarAddress(c.ID)
		view.Links = []site.Link{{Text: "See it on the site", URL: o.eventsLink(r, urls.Calendar(c.Slug))}, {Text: "Its entries", URL: entriesAddress + "?" + url.Values{"calendar": {c.Slug}}.Encode()}}
		if !c.Archived {
			view.Links = append(view.Links, site.Link{Text: "New entry", URL: entriesAddress + "new/?" + url.Values{"calendar": {c.Slug}}.Encode()},
				site.Link{Text: "Import a file", URL: calendarAddress(c.ID) + "import/"})
		}
		if auth.Holds(r.Context(), auth.ScopeUsersRead) {
			view.PeopleURL = peopleAddress
		}
		view.Component, view.Iframe = o.embed(*c)
	}
	return show(w, r, status, site.OrganiseCalendar(view))
}

// mostPlaces is in how many places a calendar is shown at the most.
const mostPlaces = 100

// titled is a post or page as far as a place names it.
type titled struct {
	ID    string `json:"id"`
	Type  string `json:"type"`
	Kind  string `json:"kind"` // of what a search has found
	Title string `json:"title"`
}

func (t titled) word() string {
	kind := t.Type
	if kind == "" {
		kind = t.Kind
	}
	return kind + ":" + t.ID
}

// places are where a calendar can be shown: the homes, pages, the latest posts, and before them
// what is found by words. Their titles are noted by their words.
func (o *Organise) places(r *http.Request, words string, titles map[string]string) ([]site.Choice, error) {
	choices := []site.Choice{{Text: "Nowhere else"}, {Value: "site", Text: titles["site"]}, {Value: "market", Text: titles["market"]}}
	seen := map[string]bool{}
	add := func(list []titled, prefix string) {
		for _, t := range list {
			if word := t.word(); !seen[word] {
				seen[word], titles[word] = true, t.Title
				choices = append(choices, site.Choice{Value: word, Text: prefix + t.Title})
			}
		}
	}
	if words = strings.TrimSpace(words); words != "" {
		found, a, err := read[listed[titled]](o, r, "/v1/search", url.Values{"q": {words}, "kinds": {"post,page"}, "limit": {"20"}})
		if err != nil && (a == nil || a.status != http.StatusUnprocessableEntity) {
			return nil, err
		}
		add(found.Items, "Found: ")
	}
	for _, list := range []struct{ path, limit, prefix string }{{"/v1/pages", "100", "Page: "}, {"/v1/posts", "30", "Post: "}} {
		some, _, err := read[listed[titled]](o, r, list.path, url.Values{"limit": {list.limit}})
		if err != nil {
			return nil, err
		}
		add(some.Items, list.prefix)
	}
	return choices, nil
}

// placeTitles notes the titles of the places of a form that are not known yet.
func (o *Organise) placeTitles(r *http.Request, f site.Form, titles map[string]string) error {
	ids := map[string][]string{}
	for i := range mostPlaces {
		kind, id, named := strings.Cut(f.Values[placePrefix(i)+"at"], ":")
		if named && nameable.MatchString(id) && titles[kind+":"+id] == "" && (kind == "post" || kind == "page") {
			ids[kind] = append(ids[kind], id)
		}
	}
	for kind, list := range ids {
		some, a, err := read[listed[titled]](o, r, "/v1/"+kind+"s", url.Values{"ids": {strings.Join(list, ",")}})
		if err != nil && (a == nil || a.status != http.StatusUnprocessableEntity) {
			return err
		}
		for _, t := range some.Items {
			titles[kind+":"+t.ID] = t.Title
		}
	}
	return nil
}

// embed is what is to be copied to show a calendar on another site: with a script, and without.
func (o *Organise) embed(c contract.Calendar) (component, iframe string) {
	base, name := html.EscapeString(o.Sites.Base(urls.Events)), html.EscapeString(c.Name)
	page := html.EscapeString(o.Sites.URL(urls.Events, urls.Calendar(c.Slug)))
	component = fmt.Sprintf("<script type=\"module\" src=\"%s%s\"></script>\n<ra-calendar src=\"%s\" calendar=\"%s\" view=\"list\"><a href=\"%s\">%s</a></ra-calendar>",
		base, urls.CalendarScript(), base, c.ID, page, name)
	iframe = fmt.Sprintf("<iframe src=\"%s%s\" title=\"%s\" width=\"100%%\" height=\"600\" loading=\"lazy\"></iframe>",
		base, urls.CalendarFragment(string(c.ID), string(contract.ViewList)), name)
	return component, iframe
}

// calendarBody is what of a form the API is asked to store.
func calendarBody(f site.Form) map[string]any {
	body := map[string]any{"proposals": f.Values["proposals"] == "yes", "description": f.Values["description"]}
	for _, name := range []string{"name", "slug", "colour", "timezone"} {
		if value := strings.TrimSpace(f.Values[name]); value != "" || name == "name" || name == "slug" || name == "colour" {
			body[name] = value
		}
	}
	body["colour"] = strings.ToLower(strings.TrimSpace(f.Values["colour"]))
	if n, given := wholeTyped(f, "position"); given {
		body["position"] = n
	}
	places := []any{}
	for i := range mostPlaces {
		word, there := f.Values[placePrefix(i)+"at"]
		if !there {
			break
		}
		if f.Values[placePrefix(i)+"remove"] != "yes" {
			places = append(places, placeOf(word, f.Values[placePrefix(i)+"view"]))
		}
	}
	if where := f.Values["where"]; where != "" {
		places = append(places, placeOf(where, f.Values["view"]))
	}
	body["placements"] = places
	return body
}

func (o *Organise) saveCalendar(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := formOf(r.PostForm)
	c, now := call{method: http.MethodPost, path: "/v1/calendars"}, ""
	var stored *contract.Calendar
	if id := r.PathValue("id"); id != "" {
		is, a, err := thing[contract.Calendar](o, r, "/v1/calendars", id)
		if err != nil {
			return err
		}
		stored, now = &is, a.header.Get("ETag")
		c = call{method: http.MethodPatch, path: "/v1/calendars/" + string(is.ID), ifMatch: f.Values["etag"]}
	}
	if f.Values["do"] == "find" {
		return o.calendarPage(w, r, http.StatusOK, stored, f, f.Values["etag"], nil)
	}
	body := calendarBody(f)
	if stored != nil {
		body["archived"] = f.Values["archived"] == "yes"
	}
	if c.json = body; len(f.Errors) > 0 {
		return o.calendarPage(w, r, http.StatusUnprocessableEntity, stored, f, f.Values["etag"], unfit(f))
	}
	a, err := o.ask(r.Context(), r, c)
	switch {
	case err != nil:
		return err
	case a.status == http.StatusPreconditionFailed:
		f.Stored = storedNow(calendarValues(*stored), f.Values)
		return o.calendarPage(w, r, a.status, stored, f, now, meanwhileChanged())
	case a.refused != nil:
		return o.calendarPage(w, r, a.status, stored, f, f.Values["etag"], refusedFields(f, a.refused, map[string]string{"placements": "where"}))
	case stored == nil:
		return done(w, r, calendarsAddress+strings.TrimPrefix(a.header.Get("Location"), "/v1/calendars/")+"/", "made")
	}
	return done(w, r, calendarAddress(stored.ID), "saved")
}

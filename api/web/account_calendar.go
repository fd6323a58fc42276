// What somebody keeps of the calendars: dates, whole calendars, and the secret addresses by
// which their calendar programs read both.

package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

const myCalendarAddress = accountAddress + "calendar/"

// ownFeed is a secret address of somebody's own calendar.
type ownFeed struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	CreatedAt time.Time  `json:"created_at"`
	UsedAt    *time.Time `json:"used_at"`
	URL       string     `json:"url"`    // of one that was just made
	Webcal    string     `json:"webcal"` // the same
}

func (a *Account) myCalendar(w http.ResponseWriter, r *http.Request) error {
	return a.calendarPage(w, r, http.StatusOK, site.Form{Values: map[string]string{}}, nil, nil)
}

// calendarPage shows all of it; made is an address that was just made.
func (a *Account) calendarPage(w http.ResponseWriter, r *http.Request, status int, f site.Form, made *ownFeed, message *site.Message) error {
	page, at, err := a.page(r, "calendar", "My calendar")
	if err != nil {
		return err
	}
	page.Lede = "Dates that you keep and calendars that you follow, in one calendar of your own."
	if message != nil {
		page.Message = message
	}
	view := site.AccountCalendarPage{Account: page, Form: f, EventsURL: a.Sites.Link(a.app(r), urls.Events, urls.Home())}
	if made != nil {
		view.Made, view.WebcalURL = &site.AccountSecret{Name: made.Name, Value: made.URL, Text: "This is the secret address. Copy it now: it is not shown again."}, made.Webcal
	}
	if err := a.keptDates(r, &view, at); err != nil {
		return err
	}
	follows, _, err := read[listed[contract.Calendar]](a, r, "/v1/me/calendars", nil)
	if err != nil {
		return err
	}
	for _, c := range follows.Items {
		view.Calendars = append(view.Calendars, site.AccountThing{Link: site.Link{Text: c.Name, URL: a.Sites.Link(a.app(r), urls.Events, urls.Calendar(c.Slug))},
			Do: []site.AccountAction{{Text: "Stop following", About: c.Name, URL: myCalendarAddress + "follow/", Fields: [][2]string{{"calendar", string(c.ID)}, {"no", "yes"}}}}})
	}
	feeds, _, err := read[listed[ownFeed]](a, r, "/v1/me/calendar-feeds", nil)
	if err != nil {
		return err
	}
	for _, feed := range feeds.Items {
		thing := site.AccountThing{Link: site.Link{Text: feed.Name}, When: moments(at, "Made", feed.CreatedAt),
			Do: []site.AccountAction{{Text: "Revoke", About: feed.Name, URL: myCalendarAddress + "feeds/" + url.PathEscape(feed.ID) + "/revoke/", Danger: true}}}
		if feed.UsedAt == nil {
			thing.States = []site.State{{Text: "never used"}}
		} else {
			thing.When = moments(at, "Made", feed.CreatedAt, "last used", *feed.UsedAt)
		}
		view.Feeds = append(view.Feeds, thing)
	}
	return show(w, r, status, site.AccountCalendar(view))
}

// keptDates adds the dates that are kept and not over.
func (a *Account) keptDates(r *http.Request, view *site.AccountCalendarPage, at *time.Location) error {
	query := queried(r, "cursor")
	query.Set("after", a.Clock.Now().UTC().Format(time.RFC3339))
	saved, _, err := read[listed[contract.OccurrenceCard]](a, r, "/v1/me/occurrences", query)
	if err != nil {
		return err
	}
	view.NextURL = next(r, saved.NextCursor)
	for _, d := range saved.Items {
		thing := site.AccountThing{Link: site.Link{Text: d.Title, URL: a.dateLink(r, d)}, Notes: []string{whenWords(d.LocalStart, d.LocalEnd, d.AllDay) + zoneNote(d.Timezone, at)},
			Do: []site.AccountAction{{Text: "Do not keep it", About: d.Title, URL: myCalendarAddress + "save/", Fields: [][2]string{{"occurrence", string(d.ID)}, {"no", "yes"}}}}}
		if d.Place != "" {
			thing.Notes = append(thing.Notes, d.Place)
		}
		if d.Status != contract.Scheduled {
			thing.States = []site.State{{Text: string(d.Status), Kind: "bad"}}
		}
		view.Dates = append(view.Dates, thing)
	}
	return nil
}

// dateLink leads to a date on the site; empty where it has no page.
func (a *Account) dateLink(r *http.Request, d contract.OccurrenceCard) string {
	if d.Busy || d.Slug == "" || d.Entry.Slug == "" {
		return ""
	}
	return a.Sites.Link(a.app(r), urls.Events, urls.Entry(d.Entry.Calendar.Slug, d.Entry.Slug, d.Slug))
}

// keepDate asks whether a date is to be kept: the page that the date's own leads to.
func (a *Account) keepDate(w http.ResponseWriter, r *http.Request) error {
	d, _, err := read[contract.OccurrenceCard](a, r, resource("/v1/occurrences", r.URL.Query().Get("occurrence")), nil)
	if err != nil {
		return a.none(err)
	}
	page, at, err := a.page(r, "calendar", "Keep this date", site.Link{Text: "My calendar", URL: myCalendarAddress})
	if err != nil {
		return err
	}
	view := site.AccountKeepPage{Account: page, What: d.Title, When: whenWords(d.LocalStart, d.LocalEnd, d.AllDay) + zoneNote(d.Timezone, at), BackURL: a.dateLink(r, d), Back: "Back to the date",
		Do: site.AccountAction{Text: "Keep it in my calendar", URL: myCalendarAddress + "save/", Fields: [][2]string{{"occurrence", string(d.ID)}}}}
	return show(w, r, http.StatusOK, site.AccountKeep(view))
}

// none is a refusal as that of an address where nothing is, where it is one of the id.
func (a *Account) none(err error) error {
	if problem.From(err).Status == http.StatusUnprocessableEntity {
		return problem.NotFound("there is nothing at this address")
	}
	return err
}

// setKept keeps a date, or keeps it no more.
func (a *Account) setKept(w http.ResponseWriter, r *http.Request) error {
	return a.setOwn(w, r, "/v1/me/occurrences", "occurrence", "noted", "unnoted")
}

// followCalendar asks whether a calendar is to be followed: the page that the calendar's own
// leads to.
func (a *Account) followCalendar(w http.ResponseWriter, r *http.Request) error {
	c, _, err := read[contract.Calendar](a, r, resource("/v1/calendars", r.URL.Query().Get("calendar")), nil)
	if err != nil {
		return a.none(err)
	}
	page, _, err := a.page(r, "calendar", "Follow this calendar", site.Link{Text: "My calendar", URL: myCalendarAddress})
	if err != nil {
		return err
	}
	view := site.AccountKeepPage{Account: page, What: c.Name, When: "All its dates are in your own calendar from then on.", Back: "Back to the calendar",
		BackURL: a.Sites.Link(a.app(r), urls.Events, urls.Calendar(c.Slug)),
		Do:      site.AccountAction{Text: "Follow it", URL: myCalendarAddress + "follow/", Fields: [][2]string{{"calendar", string(c.ID)}}}}
	return show(w, r, http.StatusOK, site.AccountKeep(view))
}

// setFollowed follows a calendar, or follows it no more.
func (a *Account) setFollowed(w http.ResponseWriter, r *http.Request) error {
	return a.setOwn(w, r, "/v1/me/calendars", "calendar", "followed", "unfollowed")
}

// setOwn puts what a field of the form names into a list of one's own, or takes it away.
func (a *Account) setOwn(w http.ResponseWriter, r *http.Request, list, field, put, taken string) error {
	if err := parse(w, r); err != nil {
		return err
	}
	c, what := call{method: http.MethodPut, path: resource(list, r.PostForm.Get(field))}, put
	if r.PostForm.Get("no") == "yes" {
		c.method, what = http.MethodDelete, taken
	}
	answer, err := a.ask(r.Context(), r, c)
	switch {
	case err != nil:
		return err
	case answer.refused != nil && (answer.status == http.StatusNotFound || answer.status == http.StatusUnprocessableEntity):
		return a.none(answer.refused)
	case answer.refused != nil:
		return a.calendarPage(w, r, answer.status, site.Form{Values: map[string]string{}}, nil, refusal(answer.refused, nil))
	}
	return done(w, r, myCalendarAddress, what)
}

// makeFeed shows the new address at once: nothing keeps it, so there is no later page that
// could.
func (a *Account) makeFeed(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := formOf(r.PostForm)
	answer, err := a.ask(r.Context(), r, call{method: http.MethodPost, path: "/v1/me/calendar-feeds", json: map[string]any{"name": strings.TrimSpace(f.Values["name"])}})
	if err != nil {
		return err
	}
	if answer.refused != nil {
		return a.calendarPage(w, r, answer.status, f, nil, refusedForm(f, answer.refused))
	}
	var made ownFeed
	if err := json.Unmarshal(answer.body.Bytes(), &made); err != nil {
		return problem.Internal().WithCause(err)
	}
	return a.calendarPage(w, r, http.StatusCreated, site.Form{Values: map[string]string{}}, &made, nil)
}

func (a *Account) revokeFeed(w http.ResponseWriter, r *http.Request) error {
	return a.act(w, r, call{method: http.MethodDelete, path: resource("/v1/me/calendar-feeds", r.PathValue("id"))}, myCalendarAddress, "revoked", func(status int, m *site.Message) error {
		if status == http.StatusNotFound {
			return problem.NotFound("there is nothing at this address")
		}
		return a.calendarPage(w, r, status, site.Form{Values: map[string]string{}}, nil, m)
	})
}

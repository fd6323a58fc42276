// What the pages of an account share: having the API do what a form says, saying why it did
// not, and lists.

package web

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

// act asks the API for something and leads to a page, or has the page that the form is on
// say why not.
func (a *Account) act(w http.ResponseWriter, r *http.Request, c call, to, what string, page func(status int, m *site.Message) error) error {
	answer, err := a.ask(r.Context(), r, c)
	if err != nil {
		return err
	}
	if answer.refused != nil {
		return page(answer.status, refusal(answer.refused, nil))
	}
	return done(w, r, to, what)
}

// formOf is what was typed; of a group of check boxes each that is ticked has a value of its
// own, as site.checks wants it.
func formOf(form url.Values, groups ...string) site.Form {
	f := site.Form{Values: typed(form), Errors: map[string]string{}}
	for _, group := range groups {
		f.Values[group] = strings.Join(form[group], " ")
		for _, value := range form[group] {
			f.Values[group+"."+value] = "yes"
		}
	}
	return f
}

// unfit says that something is wrong with the fields of a form.
func unfit(f site.Form) *site.Message {
	return &site.Message{Kind: "fault", Text: "Nothing was changed: see what is wrong with the fields.", Items: faultLinks(f)}
}

// refusal is what a page says of something that the API did not do, with what is about none
// of its fields.
func refusal(d *problem.Details, rest []string) *site.Message {
	m := &site.Message{Kind: "fault", Text: "Nothing was changed: " + d.Detail + "."}
	switch text, known := refusalTexts[d.Code]; {
	case known:
		m.Text = text
	case d.Status == http.StatusPreconditionFailed:
		m = &site.Message{Kind: "changed", Text: "Somebody changed this meanwhile, so nothing was stored. Here is how it is now."}
	case len(d.Errors) > len(rest):
		m.Text = "Nothing was changed: see what is wrong with the fields."
	}
	for _, text := range rest {
		m.Items = append(m.Items, site.Link{Text: sentence(text)})
	}
	return m
}

// refusedForm notes at the fields of a form what the API refused, by the names that they
// have in the request, and returns what is said above it.
func refusedForm(f site.Form, d *problem.Details) *site.Message {
	rest := noted(d, f.Errors, func(location string) string {
		name, _, _ := strings.Cut(strings.TrimPrefix(location, "body."), "[")
		return fieldOf(f.Values, name)
	})
	m := refusal(d, rest)
	m.Items = append(m.Items, faultLinks(f)...)
	return m
}

// moments are dates with their names; one that is zero is left out.
func moments(at *time.Location, pairs ...any) (list []site.Moment) {
	for pair := range slices.Chunk(pairs, 2) {
		if t := pair[1].(time.Time); !t.IsZero() {
			list = append(list, site.Moment{What: pair[0].(string), Date: moment(t, at)})
		}
	}
	return list
}

// listed is a page of a list that the API gives.
type listed[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"next_cursor"`
}

// next is the address of what follows in a list, with what is asked for; empty: nothing.
func next(r *http.Request, cursor string) string {
	if cursor == "" {
		return ""
	}
	query := r.URL.Query()
	query.Del("done")
	query.Set("cursor", cursor)
	return r.URL.Path + "?" + query.Encode()
}

// queried is a query for the API of those of an address's parameters that it knows.
func queried(r *http.Request, names ...string) url.Values {
	query := url.Values{}
	for _, name := range names {
		if value := strings.TrimSpace(r.URL.Query().Get(name)); value != "" {
			query.Set(name, value)
		}
	}
	return query
}

// nameable are ids as paths of the API have them.
var nameable = regexp.MustCompile(`^[0-9A-Za-z_-]{1,80}$`)

// resource is the API's path of a thing that a page's address or form names. What can be no
// id becomes one that nothing has.
func resource(list, id string) string {
	if !nameable.MatchString(id) {
		id = "none"
	}
	return list + "/" + id
}

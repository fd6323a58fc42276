// The pages about other people's accounts, for those who look after the site.

package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

const peopleAddress = adminAddress + "people/"

// roleChoices are the roles that are given for all of the site.
var roleChoices = []site.Choice{
	{Value: "owner", Text: "Owner: everything, and who else owns the site"},
	{Value: "admin", Text: "Admin: everything but what owners are"},
	{Value: "editor", Text: "Editor: all posts and pages, uploads, the members of the blog"},
	{Value: "author", Text: "Author: publishes posts of their own"},
	{Value: "contributor", Text: "Contributor: drafts posts of their own"},
	{Value: "shopkeeper", Text: "Shopkeeper: products, prices, stock and orders"},
	{Value: "moderator", Text: "Moderator: what others write"},
	{Value: "steward", Text: "Steward: at the door, of all calendars"},
}

// calendarRoles are those that are given for a calendar, by the fields of their calendars.
var calendarRoles = []struct {
	role  contract.Role
	field string
}{{contract.RoleOrganiser, "organiser_of"}, {contract.RoleSteward, "steward_of"}}

// roleTexts are roles as people read them; who has none is a member.
func roleTexts(roles []contract.RoleGrant) []string {
	if len(roles) == 0 {
		return []string{"Member"}
	}
	texts := []string{}
	for _, g := range roles {
		text := upperFirst(string(g.Role))
		if g.Calendar != "" {
			text += " of " + g.Calendar
		}
		texts = append(texts, text)
	}
	return texts
}

func roleStates(roles []contract.RoleGrant) (states []site.State) {
	for _, text := range roleTexts(roles) {
		if text != "Member" {
			states = append(states, site.State{Text: text, Kind: "good"})
		}
	}
	return states
}

// rolesForm is the form in which somebody has these roles.
func rolesForm(values map[string]string, roles []contract.RoleGrant) {
	for _, c := range calendarRoles {
		values[c.field] = ""
	}
	for _, g := range roles {
		if g.Calendar == "" {
			values["roles."+string(g.Role)] = "yes"
			continue
		}
		for _, c := range calendarRoles {
			if c.role == g.Role {
				values[c.field] = strings.TrimPrefix(values[c.field]+"\n"+g.Calendar, "\n")
			}
		}
	}
}

// rolesOf are the roles that a form gives, and the fields that they came from.
func rolesOf(form url.Values) (roles []contract.RoleGrant, fields []string) {
	roles = []contract.RoleGrant{}
	for _, role := range form["roles"] {
		roles, fields = append(roles, contract.RoleGrant{Role: contract.Role(role)}), append(fields, "roles")
	}
	for _, c := range calendarRoles {
		for _, calendar := range strings.Fields(form.Get(c.field)) {
			roles, fields = append(roles, contract.RoleGrant{Role: c.role, Calendar: calendar}), append(fields, c.field)
		}
	}
	return roles, fields
}

// refusedRoles is refusedForm where the body has a list of roles.
func refusedRoles(f site.Form, fields []string, d *problem.Details) *site.Message {
	rest := noted(d, f.Errors, func(location string) string {
		name := strings.TrimPrefix(location, "body.")
		for i, field := range fields {
			if strings.HasPrefix(name, fmt.Sprintf("roles[%d]", i)) {
				return field
			}
		}
		return fieldOf(f.Values, name)
	})
	m := refusal(d, rest)
	m.Items = append(m.Items, faultLinks(f)...)
	return m
}

func (a *Account) people(w http.ResponseWriter, r *http.Request) error {
	page, at, err := a.page(r, "people", "People")
	if err != nil {
		return err
	}
	query := queried(r, "q", "role", "state", "cursor")
	list, answer, err := read[listed[person]](a, r, "/v1/users", query)
	if err != nil && (answer == nil || answer.refused == nil || answer.status != http.StatusUnprocessableEntity) {
		return err // what cannot be asked for is nobody
	}
	view := site.AccountListPage{Account: page, Empty: "Nobody fits.", NextURL: next(r, list.NextCursor), Search: &site.AccountSearch{
		URL: peopleAddress, Words: &site.Input{Name: "q", Label: "Name or address", Type: "search", Max: 100}, Name: "role", Label: "Role",
		Form:   site.Form{Values: map[string]string{"q": query.Get("q"), "role": query.Get("role")}},
		Values: []site.Choice{{Text: "All"}},
	}}
	for _, c := range append(slices.Clone(roleChoices), site.Choice{Value: "organiser", Text: "Organiser"}) {
		text, _, _ := strings.Cut(c.Text, ":")
		view.Search.Values = append(view.Search.Values, site.Choice{Value: c.Value, Text: text})
	}
	for _, p := range list.Items {
		thing := site.AccountThing{Link: site.Link{Text: p.name(), URL: peopleAddress + url.PathEscape(p.ID) + "/"},
			States: append(stateOf(p), roleStates(p.Roles)...), When: moments(at, "Here since", p.CreatedAt)}
		if p.Email != "" && p.Email != p.name() {
			thing.Notes = []string{p.Email}
		}
		view.Things = append(view.Things, thing)
	}
	return show(w, r, http.StatusOK, site.AccountList(view))
}

// stateOf is what is to be known of an account at first sight.
func stateOf(p person) (states []site.State) {
	switch {
	case p.State != "active":
		states = append(states, site.State{Text: p.State, Kind: "bad"})
	case !p.DeletionDue.IsZero():
		states = append(states, site.State{Text: "to be deleted", Kind: "bad"})
	}
	if p.State == "active" && !p.EmailVerified {
		states = append(states, site.State{Text: "address not confirmed"})
	}
	return states
}

func (a *Account) person(w http.ResponseWriter, r *http.Request) error {
	return a.personPage(w, r, http.StatusOK, nil, nil)
}

// personPage shows somebody; f is a form of theirs as it was sent, nil: as it is stored.
func (a *Account) personPage(w http.ResponseWriter, r *http.Request, status int, f *site.Form, message *site.Message) error {
	p, now, err := read[person](a, r, resource("/v1/users", r.PathValue("id")), nil)
	if err != nil {
		return err
	}
	page, at, err := a.page(r, "people", p.name(), site.Link{Text: "People", URL: peopleAddress})
	if err != nil {
		return err
	}
	if message != nil {
		page.Message = message
	}
	who, _ := auth.PrincipalFrom(r.Context())
	view := site.AccountPersonPage{
		Account: page, ID: p.ID, URL: peopleAddress + url.PathEscape(p.ID) + "/", ETag: now.header.Get("ETag"), Address: p.Email,
		States: stateOf(p), Since: moment(p.CreatedAt, at), Roles: roleChoices, Suspended: p.State == "suspended",
		Self: p.ID == string(who.User), CanChange: who.Has(auth.ScopeUsersWrite) && p.State != "deleted",
		Form: site.Form{Values: map[string]string{}},
	}
	if who.Has(auth.ScopeAuditRead) {
		view.AuditURL = auditAddress + "?" + url.Values{"user": {p.ID}}.Encode()
	}
	if view.CanChange {
		a.freshly(r, &view.Account)
	}
	if rolesForm(view.Form.Values, p.Roles); f != nil {
		if _, roles := f.Values["roles"]; !roles {
			rolesForm(f.Values, p.Roles)
		}
		view.Form = *f
	}
	return show(w, r, status, site.AccountPerson(view))
}

// changePerson does to somebody what a form says.
func (a *Account) changePerson(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	at, tag := resource("/v1/users", r.PathValue("id")), r.PostForm.Get("etag")
	c, what := call{method: http.MethodPatch, path: at, ifMatch: tag}, ""
	var f *site.Form
	var fields []string
	switch r.PathValue("do") {
	case "roles":
		form := formOf(r.PostForm, "roles")
		roles, from := rolesOf(r.PostForm)
		f, fields, what = &form, from, "roles"
		c.method, c.path, c.json = http.MethodPut, at+"/roles", map[string]any{"roles": roles}
	case "suspend":
		c.json, what = map[string]any{"state": "suspended"}, "suspended"
	case "restore":
		c.json, what = map[string]any{"state": "active"}, "restored"
	case "sessions":
		c, what = call{method: http.MethodDelete, path: at + "/sessions"}, "signedout"
	case "recovery":
		form := formOf(r.PostForm)
		f, what = &form, "recovery"
		c = call{method: http.MethodPost, path: at + "/recovery", json: map[string]any{"email": strings.TrimSpace(form.Values["email"])}}
	default:
		return problem.NotFound("there is nothing at this address")
	}
	answer, err := a.ask(r.Context(), r, c)
	if err != nil {
		return err
	}
	switch {
	case answer.refused == nil:
		return done(w, r, peopleAddress+url.PathEscape(r.PathValue("id"))+"/", what)
	case answer.status == http.StatusNotFound:
		return answer.refused
	case f == nil:
		return a.personPage(w, r, answer.status, nil, refusal(answer.refused, nil))
	}
	return a.personPage(w, r, answer.status, f, refusedRoles(*f, fields, answer.refused))
}

// The admin's pages of clients: programs that people sign in to, or that act by themselves.

package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

const clientsAddress = adminAddress + "clients/"

// oauthClient is a client as the API has it.
type oauthClient struct {
	ID           string    `json:"client_id"`
	Kind         string    `json:"kind"`
	Name         string    `json:"client_name"`
	URI          string    `json:"client_uri"`
	AuthMethod   string    `json:"token_endpoint_auth_method"`
	Redirects    []string  `json:"redirect_uris"`
	AfterLogout  []string  `json:"post_logout_redirect_uris"`
	Backchannel  string    `json:"backchannel_logout_uri"`
	GrantTypes   []string  `json:"grant_types"`
	Scope        string    `json:"scope"`
	Audiences    []string  `json:"audiences"`
	Disabled     bool      `json:"disabled"`
	CreatedAt    time.Time `json:"created_at"`
	UpdatedAt    time.Time `json:"updated_at"`
	ClientSecret string    `json:"client_secret"` // of one that was just made
}

const (
	serviceClient    = "service"
	configuredClient = "app"
)

// clientKinds are what is registered here, and configuredClient besides.
var clientKinds = []site.Choice{
	{Value: "third_party", Text: "Somebody else’s: people are asked for consent"},
	{Value: "first_party", Text: "The co-op’s own: nobody is asked"},
	{Value: serviceClient, Text: "A service: acts by itself, for nobody"},
}

var clientMethods = []site.Choice{
	{Value: "none", Text: "It cannot keep a secret: an app in a browser or on a phone"},
	{Value: "client_secret_basic", Text: "By a secret: a program on a server"},
}

var clientGrants = []site.Choice{
	{Value: "authorization_code", Text: "People sign in with a browser"},
	{Value: "refresh_token", Text: "It stays connected while they are away"},
	{Value: "urn:ietf:params:oauth:grant-type:device_code", Text: "People sign in on another device, by a code"},
}

func kindText(kind string) string {
	if kind == configuredClient {
		return "Of this site, by configuration"
	}
	for _, k := range clientKinds {
		if k.Value == kind {
			text, _, _ := strings.Cut(k.Text, ":")
			return text
		}
	}
	return kind
}

func (a *Account) clients(w http.ResponseWriter, r *http.Request) error {
	page, at, err := a.page(r, "clients", "Apps")
	if err != nil {
		return err
	}
	page.Lede = "Programs that people can sign in to with their account here, and services that act by themselves."
	list, _, err := read[listed[oauthClient]](a, r, "/v1/clients", queried(r, "cursor"))
	if err != nil {
		return err
	}
	view := site.AccountListPage{Account: page, New: &site.Link{Text: "Register an app", URL: clientsAddress + "new/"}, Empty: "No app is registered.", NextURL: next(r, list.NextCursor)}
	for _, c := range list.Items {
		thing := site.AccountThing{Link: site.Link{Text: c.Name, URL: clientsAddress + url.PathEscape(c.ID) + "/"}, Code: c.ID,
			States: []site.State{{Text: kindText(c.Kind)}}, When: moments(at, "Changed", c.UpdatedAt)}
		if c.Disabled {
			thing.States = append(thing.States, site.State{Text: "disabled", Kind: "bad"})
		}
		if c.URI != "" {
			thing.Notes = []string{c.URI}
		}
		view.Things = append(view.Things, thing)
	}
	return show(w, r, http.StatusOK, site.AccountList(view))
}

func (a *Account) newClient(w http.ResponseWriter, r *http.Request) error {
	f := site.Form{Values: map[string]string{"kind": "third_party", "token_endpoint_auth_method": "none", "grant_types.authorization_code": "yes",
		"grant_types.refresh_token": "yes", "scope.openid": "yes", "scope.profile": "yes"}}
	return a.clientPage(w, r, http.StatusOK, site.AccountClientPage{Form: f, Key: newKey()}, "Register an app", nil)
}

// clientBody is what a form says of a client. What it does not show is not in the request.
func clientBody(form url.Values) map[string]any {
	body := map[string]any{"scope": strings.Join(form["scope"], " ")}
	for _, name := range []string{"client_name", "client_uri", "backchannel_logout_uri"} {
		if form.Has(name) {
			body[name] = strings.TrimSpace(form.Get(name))
		}
	}
	for _, name := range []string{"redirect_uris", "post_logout_redirect_uris", "audiences"} {
		if form.Has(name) {
			body[name] = append([]string{}, strings.Fields(form.Get(name))...)
		}
	}
	if grants := form["grant_types"]; len(grants) > 0 {
		body["grant_types"] = grants
	}
	return body
}

func (a *Account) registerClient(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f, body := formOf(r.PostForm, "scope", "grant_types"), clientBody(r.PostForm)
	body["kind"], body["token_endpoint_auth_method"] = f.Values["kind"], f.Values["token_endpoint_auth_method"]
	if f.Values["kind"] == serviceClient {
		// It has one way to a token and one to say who it is: what the form has ticked for
		// others is not asked of it.
		delete(body, "grant_types")
		delete(body, "token_endpoint_auth_method")
	}
	if urls, _ := body["audiences"].([]string); len(urls) == 0 {
		delete(body, "audiences")
	}
	answer, err := a.ask(r.Context(), r, call{method: http.MethodPost, path: "/v1/clients", json: body, key: f.Values["key"]})
	if err != nil {
		return err
	}
	if answer.refused != nil {
		m := refusedForm(f, answer.refused)
		return a.clientPage(w, r, answer.status, site.AccountClientPage{Form: f, Key: newKey()}, "Register an app", m)
	}
	return a.clientMade(w, r, answer, http.StatusCreated)
}

// clientMade shows a client whose secret was just made, which no later page can show.
func (a *Account) clientMade(w http.ResponseWriter, r *http.Request, answer *reply, status int) error {
	var c oauthClient
	if err := json.Unmarshal(answer.body.Bytes(), &c); err != nil {
		return problem.Internal().WithCause(err)
	}
	if c.ClientSecret == "" {
		return done(w, r, clientsAddress+url.PathEscape(c.ID)+"/", "saved")
	}
	stored, now, err := read[oauthClient](a, r, resource("/v1/clients", c.ID), nil)
	if err != nil {
		return err
	}
	view := clientView(stored, now)
	view.Made = &site.AccountSecret{Name: "Its secret", Value: c.ClientSecret, Text: "Copy it to where the program runs, now: it is not shown again."}
	return a.clientPage(w, r, status, view, c.Name, nil)
}

func clientView(c oauthClient, now *reply) site.AccountClientPage {
	f := site.Form{Values: map[string]string{
		"client_name": c.Name, "client_uri": c.URI, "redirect_uris": strings.Join(c.Redirects, "\n"),
		"post_logout_redirect_uris": strings.Join(c.AfterLogout, "\n"), "backchannel_logout_uri": c.Backchannel, "audiences": strings.Join(c.Audiences, "\n"),
	}}
	for _, s := range strings.Fields(c.Scope) {
		f.Values["scope."+s] = "yes"
	}
	for _, g := range c.GrantTypes {
		f.Values["grant_types."+g] = "yes"
	}
	return site.AccountClientPage{Form: f, ID: c.ID, ETag: now.header.Get("ETag"), Service: c.Kind == serviceClient, Kind: kindText(c.Kind),
		Configured: c.Kind == configuredClient, Disabled: c.Disabled, Secret: c.AuthMethod != "none"}
}

func (a *Account) client(w http.ResponseWriter, r *http.Request) error {
	c, now, err := read[oauthClient](a, r, resource("/v1/clients", r.PathValue("id")), nil)
	if err != nil {
		return err
	}
	return a.clientPage(w, r, http.StatusOK, clientView(c, now), c.Name, nil)
}

func (a *Account) saveClient(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	return a.clientChange(w, r, call{method: http.MethodPatch, json: clientBody(r.PostForm), ifMatch: r.PostForm.Get("etag")}, "saved")
}

// actOnClient does what a button says.
func (a *Account) actOnClient(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	tag := r.PostForm.Get("etag")
	switch r.PathValue("do") {
	case "disable", "enable":
		return a.clientChange(w, r, call{method: http.MethodPatch, json: map[string]any{"disabled": r.PathValue("do") == "disable"}, ifMatch: tag}, "saved")
	case "delete":
		return a.clientChange(w, r, call{method: http.MethodDelete, ifMatch: tag}, "deleted")
	case "secret":
		return a.clientChange(w, r, call{method: http.MethodPost, path: "/secret"}, "")
	}
	return problem.NotFound("there is nothing at this address")
}

// clientChange has the API change a client; c's path is below the client's.
func (a *Account) clientChange(w http.ResponseWriter, r *http.Request, c call, what string) error {
	at := resource("/v1/clients", r.PathValue("id"))
	c.path = at + c.path
	answer, err := a.ask(r.Context(), r, c)
	if err != nil {
		return err
	}
	switch {
	case answer.refused == nil && what == "":
		return a.clientMade(w, r, answer, http.StatusOK)
	case answer.refused == nil && c.method == http.MethodDelete:
		return done(w, r, clientsAddress, what)
	case answer.refused == nil:
		return done(w, r, clientsAddress+url.PathEscape(r.PathValue("id"))+"/", what)
	}
	stored, now, err := read[oauthClient](a, r, at, nil)
	if err != nil {
		return err
	}
	view := clientView(stored, now)
	if c.method == http.MethodPatch && r.PostForm.Has("client_name") && answer.status != http.StatusPreconditionFailed {
		view.Form, view.ETag = formOf(r.PostForm, "scope", "grant_types"), r.PostForm.Get("etag")
	}
	return a.clientPage(w, r, answer.status, view, stored.Name, refusedForm(view.Form, answer.refused))
}

func (a *Account) clientPage(w http.ResponseWriter, r *http.Request, status int, view site.AccountClientPage, title string, message *site.Message) error {
	page, _, err := a.page(r, "clients", title, site.Link{Text: "Apps", URL: clientsAddress})
	if err != nil {
		return err
	}
	if message != nil {
		page.Message = message
	}
	if view.Made == nil {
		a.freshly(r, &page)
	}
	view.Account, view.Kinds, view.Methods, view.Grants = page, clientKinds, clientMethods, clientGrants
	view.URL = clientsAddress + "new/"
	if view.ID != "" {
		view.URL = clientsAddress + url.PathEscape(view.ID) + "/"
	}
	for _, s := range auth.Scopes() {
		if !view.Service || !s.OpenID && s.Name != auth.ScopeAccountRead && s.Name != auth.ScopeAccountWrite {
			view.Scopes = append(view.Scopes, site.Choice{Value: s.Name, Text: s.About})
		}
	}
	return show(w, r, status, site.AccountClient(view))
}

// Personal access tokens, and the apps that somebody has let act for them.

package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

const (
	tokensAddress = accountAddress + "tokens/"
	appsAddress   = accountAddress + "apps/"
)

// tokenLasts are for how many days tokens are made.
var tokenLasts = []site.Choice{{Value: "7", Text: "A week"}, {Value: "30", Text: "30 days"}, {Value: "90", Text: "90 days"}, {Value: "365", Text: "A year"}}

type personalToken struct {
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	Scopes     []string  `json:"scopes"`
	CreatedAt  time.Time `json:"created_at"`
	ExpiresAt  time.Time `json:"expires_at"`
	LastUsedAt time.Time `json:"last_used_at"`
	Token      string    `json:"token"` // of one that was just made
}

func (a *Account) tokens(w http.ResponseWriter, r *http.Request) error {
	return a.tokensPage(w, r, http.StatusOK, site.Form{Values: map[string]string{"expires_in": "90"}}, nil, nil)
}

func (a *Account) tokensPage(w http.ResponseWriter, r *http.Request, status int, f site.Form, made *site.AccountSecret, message *site.Message) error {
	page, at, err := a.page(r, "tokens", "Access tokens")
	if err != nil {
		return err
	}
	page.Lede = "A token lets a program of yours use this site as you, without signing in. Treat one like a password, and give it no more than it needs."
	if message != nil {
		page.Message = message
	}
	if made == nil {
		a.freshly(r, &page)
	}
	list, _, err := read[listed[personalToken]](a, r, "/v1/me/tokens", nil)
	if err != nil {
		return err
	}
	view := site.AccountTokensPage{Account: page, Form: f, Lasts: tokenLasts, Made: made}
	for _, t := range list.Items {
		thing := site.AccountThing{
			Link: site.Link{Text: t.Name}, Notes: []string{strings.Join(t.Scopes, ", ")},
			When: moments(at, "Made", t.CreatedAt, "good until", t.ExpiresAt, "last used", t.LastUsedAt),
			Do:   []site.AccountAction{{Text: "Revoke", About: t.Name, URL: tokensAddress + t.ID + "/revoke/", Danger: true}},
		}
		if t.LastUsedAt.IsZero() {
			thing.States = []site.State{{Text: "never used"}}
		}
		view.Tokens = append(view.Tokens, thing)
	}
	who, _ := auth.PrincipalFrom(r.Context())
	for _, s := range auth.Scopes() {
		if !s.OpenID && who.Has(s.Name) {
			view.Scopes = append(view.Scopes, site.Choice{Value: s.Name, Text: s.About})
		}
	}
	return show(w, r, status, site.AccountTokens(view))
}

// makeToken shows the new token at once: nothing keeps it, so there is no later page that
// could.
func (a *Account) makeToken(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := formOf(r.PostForm, "scopes")
	days, err := strconv.Atoi(f.Values["expires_in"])
	if err != nil {
		f.Errors["expires_in"] = "expected one of these"
	}
	if len(r.PostForm["scopes"]) == 0 {
		f.Errors["scopes"] = "expected at least one"
	}
	if len(f.Errors) > 0 {
		return a.tokensPage(w, r, http.StatusUnprocessableEntity, f, nil, unfit(f))
	}
	answer, err := a.ask(r.Context(), r, call{method: http.MethodPost, path: "/v1/me/tokens",
		json: map[string]any{"name": strings.TrimSpace(f.Values["name"]), "scopes": r.PostForm["scopes"], "expires_in": days}})
	if err != nil {
		return err
	}
	if answer.refused != nil {
		return a.tokensPage(w, r, answer.status, f, nil, refusedForm(f, answer.refused))
	}
	var made personalToken
	if err := json.Unmarshal(answer.body.Bytes(), &made); err != nil {
		return problem.Internal().WithCause(err)
	}
	return a.tokensPage(w, r, http.StatusCreated, site.Form{Values: map[string]string{"expires_in": "90"}}, &site.AccountSecret{
		Name: made.Name, Value: made.Token, Text: "This is your token. Copy it now: it is not shown again.",
	}, nil)
}

func (a *Account) revokeToken(w http.ResponseWriter, r *http.Request) error {
	return a.act(w, r, call{method: http.MethodDelete, path: resource("/v1/me/tokens", r.PathValue("id"))}, tokensAddress, "revoked", func(status int, m *site.Message) error {
		return a.tokensPage(w, r, status, site.Form{}, nil, m)
	})
}

type connectedApp struct {
	ID         string    `json:"client_id"`
	Name       string    `json:"client_name"`
	URI        string    `json:"client_uri"`
	Host       string    `json:"host"`
	Scopes     []string  `json:"scopes"`
	Since      time.Time `json:"since"`
	LastUsedAt time.Time `json:"last_used_at"`
}

func (a *Account) connectedApps(w http.ResponseWriter, r *http.Request) error {
	return a.appsPage(w, r, http.StatusOK, nil)
}

func (a *Account) appsPage(w http.ResponseWriter, r *http.Request, status int, message *site.Message) error {
	page, at, err := a.page(r, "apps", "Connected apps")
	if err != nil {
		return err
	}
	page.Lede = "Programs that you have let act for you, and what each may do."
	if message != nil {
		page.Message = message
	}
	list, _, err := read[listed[connectedApp]](a, r, "/v1/me/apps", nil)
	if err != nil {
		return err
	}
	view := site.AccountListPage{Account: page, Empty: "No app is connected. One comes here when you sign in to it with your account."}
	for _, app := range list.Items {
		thing := site.AccountThing{
			Link: site.Link{Text: app.Name}, When: moments(at, "Since", app.Since, "last used", app.LastUsedAt),
			Do: []site.AccountAction{{Text: "Disconnect", About: app.Name, URL: appsAddress + url.PathEscape(app.ID) + "/disconnect/", Danger: true}},
		}
		if app.Host != "" {
			thing.Notes = append(thing.Notes, app.Host)
		}
		for _, s := range auth.Scopes() {
			if slices.Contains(app.Scopes, s.Name) {
				thing.Notes = append(thing.Notes, s.About)
			}
		}
		view.Things = append(view.Things, thing)
	}
	return show(w, r, status, site.AccountList(view))
}

func (a *Account) disconnect(w http.ResponseWriter, r *http.Request) error {
	return a.act(w, r, call{method: http.MethodDelete, path: resource("/v1/me/apps", r.PathValue("id"))}, appsAddress, "disconnected", func(status int, m *site.Message) error {
		return a.appsPage(w, r, status, m)
	})
}

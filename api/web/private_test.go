package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// privately serves pages over an API that answers as it is told.
func privately(t *testing.T, need string, pages map[string]privatePage, api func(chi.Router)) http.Handler {
	t.Helper()
	sites, err := urls.New("https://rose.example", map[urls.App]string{urls.Market: "https://shop.example"})
	if err != nil {
		t.Fatal(err)
	}
	r := chi.NewRouter()
	if api != nil {
		api(r)
	}
	p := &Private{
		Need: need, Sites: sites, Assets: site.DefaultAssets(), Clock: clock.NewManual(time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)),
		Settings: func(context.Context) (contract.SiteSettings, error) {
			return contract.SiteSettings{Title: "Rose Ash", Timezone: "Europe/London"}, nil
		},
	}
	p.mount(r, "/desk/", pages)
	return r
}

// TestPrivatePages: who has not signed in is led to where they can, who lacks a scope is
// told so, and neither sees or changes anything.
func TestPrivatePages(t *testing.T) {
	seen := 0
	page := func(w http.ResponseWriter, r *http.Request) error {
		seen++
		_, err := io.WriteString(w, "the page")
		return err
	}
	h := privately(t, auth.ScopeMarketWrite, map[string]privatePage{
		"GET /desk/{$}": page, "GET /desk/things/{id}/{$}": page, "POST /desk/things/{id}/delete/{$}": page, "POST /desk/{$}": page,
	}, nil)
	nobody := auth.Principal{}
	member := auth.Principal{Name: "user_2", Scopes: []string{auth.ScopeAccountWrite}}
	keeper := auth.Principal{Name: "user_3", Scopes: []string{auth.ScopeMarketWrite}}
	for _, tt := range []struct {
		who      auth.Principal
		method   string
		at       string
		status   int
		location string
		want     string
	}{
		{nobody, "GET", "/desk/", 303, "/login/?return_to=%2Fdesk%2F", ""},
		{nobody, "HEAD", "/desk/", 303, "/login/?return_to=%2Fdesk%2F", ""},
		{nobody, "GET", "/desk/things/a%2Fb/?q=1&to=https%3A%2F%2Felsewhere.example%2F", 303,
			"/login/?return_to=%2Fdesk%2Fthings%2Fa%252Fb%2F%3Fq%3D1%26to%3Dhttps%253A%252F%252Felsewhere.example%252F", ""},
		{nobody, "GET", "/desk/nothing/", 303, "/login/?return_to=%2Fdesk%2Fnothing%2F", ""},
		{nobody, "POST", "/desk/things/7/delete/", 401, "", `href="/login/?return_to=%2Fdesk%2Fthings%2F7%2F"`},
		{nobody, "POST", "/desk/", 401, "", "nothing of what you sent was stored"},
		{nobody, "DELETE", "/desk/", 401, "", "Sign in"},
		{member, "GET", "/desk/", 403, "", "change products, prices and stock"},
		{member, "POST", "/desk/", 403, "", "None of yours does"},
		{member, "GET", "/desk/nothing/", 403, "", ""},
		{keeper, "GET", "/desk/", 200, "", "the page"},
		{keeper, "POST", "/desk/things/7/delete/", 200, "", "the page"},
		{keeper, "GET", "/desk/nothing/", 404, "", "there is nothing at this address"},
		{keeper, "GET", "/desk", 308, "/desk/", ""},
	} {
		before := seen
		res, body := as(tt.who, h, tt.method, tt.at, nil)
		if res.StatusCode != tt.status || res.Header.Get("Location") != tt.location || !strings.Contains(body, tt.want) {
			t.Errorf("%s %s by %q = %d to %q, want %d to %q with %q\n%s", tt.method, tt.at, tt.who.Name,
				res.StatusCode, res.Header.Get("Location"), tt.status, tt.location, tt.want, body)
		}
		if shown := seen > before; shown != (tt.status == 200) {
			t.Errorf("%s %s by %q: the page was asked: %v", tt.method, tt.at, tt.who.Name, shown)
		}
		if tt.at != "/desk" && (!strings.Contains(res.Header.Get("Cache-Control"), "no-store") ||
			!strings.Contains(res.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'")) {
			t.Errorf("%s %s: headers %v", tt.method, tt.at, res.Header)
		}
	}
}

// TestPrivateAnswers: what the API refuses becomes a page or a way on.
func TestPrivateAnswers(t *testing.T) {
	refusal := map[string]error{
		"again":     problem.Unauthorized("sign in again").WithCode("reauthentication_required"),
		"ended":     problem.Unauthorized("sign in"),
		"forbidden": problem.Forbidden("no").WithCode("insufficient_scope"),
		"missing":   problem.NotFound("no such thing"),
		"conflict":  problem.Conflict("somebody was faster"),
		"fault":     errors.New("canary-5f1c"),
	}
	var h http.Handler
	ask := func(w http.ResponseWriter, r *http.Request) error {
		// As pages do: through the API.
		_, _, err := read[struct{}](testAsker{h}, r, "/v1/"+r.PathValue("what"), nil)
		return err
	}
	h = privately(t, "", map[string]privatePage{"GET /desk/{what}/{$}": ask, "POST /desk/{what}/do/{$}": ask}, func(r chi.Router) {
		r.Get("/v1/{what}", func(w http.ResponseWriter, r *http.Request) { problem.Write(w, r, refusal[chi.URLParam(r, "what")]) })
	})
	for _, tt := range []struct {
		method, at string
		status     int
		location   string
		want       string
	}{
		{"GET", "/desk/again/?a=1", 303, "/login/?fresh=1&return_to=%2Fdesk%2Fagain%2F%3Fa%3D1", ""},
		{"POST", "/desk/again/do/", 303, "/login/?fresh=1&return_to=%2Fdesk%2Fagain%2F", ""},
		{"GET", "/desk/ended/", 303, "/login/?return_to=%2Fdesk%2Fended%2F", ""},
		{"POST", "/desk/ended/do/", 401, "", "You are not signed in"},
		{"GET", "/desk/forbidden/", 403, "", "None of your roles permits this"},
		{"GET", "/desk/missing/", 404, "", "there is nothing at this address"},
		{"POST", "/desk/conflict/do/", 409, "", "Somebody was faster."},
		{"GET", "/desk/fault/", 500, "", ""},
	} {
		res, body := here(h, tt.method, tt.at, nil)
		if res.StatusCode != tt.status || res.Header.Get("Location") != tt.location || !strings.Contains(body, tt.want) || strings.Contains(body, "canary") {
			t.Errorf("%s %s = %d to %q, want %d to %q with %q\n%s", tt.method, tt.at, res.StatusCode, res.Header.Get("Location"), tt.status, tt.location, tt.want, body)
		}
	}
}

// testAsker asks an API in process.
type testAsker struct{ http.Handler }

func (a testAsker) ask(ctx context.Context, r *http.Request, c call) (*reply, error) {
	return (&Private{api: a.Handler}).ask(ctx, r, c)
}

// TestPrivateHeader: the header says who is there, and leads to the account from any origin.
func TestPrivateHeader(t *testing.T) {
	h := privately(t, auth.ScopeMarketWrite, nil, func(r chi.Router) {
		r.Get("/v1/me/summary", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"signed_in":true,"name":"Ada <Lovelace>"}`)
		})
	})
	member := auth.Principal{Name: "user_2"}
	for host, account := range map[string]string{"rose.example": "/account/", "shop.example": "https://rose.example/account/", "elsewhere.example": "/account/"} {
		_, body := as(member, h, "GET", "https://"+host+"/desk/", nil)
		if !strings.Contains(body, "<span>Ada &lt;Lovelace&gt;</span>") || strings.Contains(body, "data-account") || !strings.Contains(body, `href="`+account+`" title`) {
			t.Errorf("on %s the header does not say who is there, or not where the account is:\n%s", host, body)
		}
	}
	if _, body := as(auth.Principal{}, h, "POST", "/desk/", nil); !strings.Contains(body, "<span>Sign in</span>") {
		t.Errorf("the header does not offer to sign in:\n%s", body)
	}
}

// TestPrivateHosts: with a host for each part of the site a form may lead to where one signs
// in, and the account's own host begins with its pages.
func TestPrivateHosts(t *testing.T) {
	sites, err := urls.New("https://rose.example", map[urls.App]string{urls.Account: "https://me.example", urls.Federation: "https://id.example"})
	if err != nil {
		t.Fatal(err)
	}
	r := chi.NewRouter()
	(&Account{Private{Sites: sites, NotFound: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "the site") })}}).Mount(r)
	for _, tt := range []struct{ at, location, policy, want string }{
		{"https://me.example/", "/account/", "", ""},
		{"https://rose.example/", "", "", "the site"},
		{"https://elsewhere.example/", "", "", "the site"},
		{"https://me.example/account/", "/login/?return_to=%2Faccount%2F", "form-action 'self' https://id.example;", ""},
		{"https://rose.example/account/", "/login/?return_to=%2Faccount%2F", "form-action 'self' https://id.example;", ""},
		{"https://id.example/account/", "/login/?return_to=%2Faccount%2F", "form-action 'self';", ""},
	} {
		res, body := as(auth.Principal{}, r, "GET", tt.at, nil)
		if res.Header.Get("Location") != tt.location || !strings.Contains(res.Header.Get("Content-Security-Policy"), tt.policy) || !strings.Contains(body, tt.want) {
			t.Errorf("%s leads to %q by %q: %s", tt.at, res.Header.Get("Location"), res.Header.Get("Content-Security-Policy"), body)
		}
	}
}

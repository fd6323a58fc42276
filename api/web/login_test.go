// The words and headers of the pages for signing in, over people who are made up here. What
// really happens is tested where there is a database, and in a browser.

package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
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

// people answers as identity does, and remembers what it was asked.
type people struct {
	asked   []contract.SignInAsk
	visitor contract.Visitor
	used    []string // tokens, codes, ceremonies that were used
	ended   []contract.SessionID
	link    contract.SignInLink
	signed  contract.SignedIn
	invited contract.Invitation
	change  [3]string // kind, from, to
	half    bool
	err     error // of what uses something up
}

var usedUp = problem.ForStatus(http.StatusGone, "used up").WithCode("link_used_up")

func (p *people) AskLink(_ context.Context, a contract.SignInAsk, v contract.Visitor) (string, error) {
	if !strings.Contains(a.Address, "@") {
		return "", problem.Unprocessable("no address").WithField("body.address", "expected an e-mail address")
	}
	p.asked, p.visitor = append(p.asked, a), v
	return "browser-secret", p.err
}

func (p *people) ShowLink(_ context.Context, token, browser string) (contract.SignInLink, error) {
	if token != "good" {
		return contract.SignInLink{}, usedUp
	}
	link := p.link
	link.SameBrowser = browser == "browser-secret"
	return link, nil
}

func (p *people) use(what string, v contract.Visitor) (contract.SignedIn, error) {
	p.used, p.visitor = append(p.used, what), v
	return p.signed, p.err
}

func (p *people) ByLink(_ context.Context, token string, v contract.Visitor) (contract.SignedIn, error) {
	return p.use(token, v)
}

func (p *people) ByCode(_ context.Context, browser, code string, v contract.Visitor) (contract.SignedIn, error) {
	return p.use(browser+" "+code, v)
}

func (p *people) PasskeyOptions(context.Context) (contract.PasskeyCeremony, error) {
	return contract.PasskeyCeremony{Token: "ceremony", Options: json.RawMessage(`{"challenge":"AAAA"}`)}, p.err
}

func (p *people) ByPasskey(_ context.Context, ceremony string, response json.RawMessage, v contract.Visitor) (contract.SignedIn, error) {
	return p.use(ceremony+" "+string(response), v)
}

func (p *people) ShowInvitation(_ context.Context, token string) (contract.Invitation, error) {
	if token != "good" {
		return contract.Invitation{}, usedUp
	}
	return p.invited, nil
}

func (p *people) Accept(_ context.Context, token, name, address string, v contract.Visitor) (contract.SignedIn, error) {
	return p.use(token+" "+name+" "+address, v)
}

func (p *people) ByApp(context.Context, contract.AppSignIn, contract.Visitor) (contract.SignedIn, error) {
	return contract.SignedIn{}, problem.Internal()
}

func (p *people) SignOut(_ context.Context, s contract.SessionID, _ contract.Visitor) error {
	p.ended = append(p.ended, s)
	return p.err
}

func (p *people) ShowEmailChange(_ context.Context, token string) (kind, from, to string, err error) {
	if token != "good" {
		return "", "", "", usedUp
	}
	return p.change[0], p.change[1], p.change[2], nil
}

func (p *people) ConfirmEmailChange(_ context.Context, token string, v contract.Visitor) (bool, error) {
	_, err := p.use(token, v)
	return !p.half, err
}

// server answers as the authorization server does.
type server struct {
	http.Handler
	decided []string
}

func (*server) Issuer() string { return "https://rose.example" }
func (*server) FormTarget(_ context.Context, returnTo string) string {
	if strings.HasPrefix(returnTo, "/oauth/authorize?") {
		return "https://client.example"
	}
	return ""
}
func (*server) AppClient(string) (contract.AppClient, bool) { return contract.AppClient{}, false }
func (*server) Device(_ context.Context, code string) (contract.DeviceRequest, error) {
	if code != "bcdfghjk" && code != "BCDF-GHJK" {
		return contract.DeviceRequest{}, problem.NotFound("no device")
	}
	return contract.DeviceRequest{UserCode: "BCDF-GHJK", Client: contract.OAuthClient{ClientID: "till"}, Scopes: []string{"account:read"}, AskedFrom: "192.0.2.9"}, nil
}

func (s *server) DecideDevice(_ context.Context, code string, allow bool) error {
	if len(s.decided) > 0 {
		return problem.Conflict("decided").WithCode("device_decided")
	}
	word := " denied"
	if allow {
		word = " allowed"
	}
	s.decided = append(s.decided, code+word)
	return nil
}

// elsewhere remembers that it was asked to begin.
type elsewhere struct{ begun []string }

func (e *elsewhere) Begin(w http.ResponseWriter, r *http.Request, returnTo string, silent bool) {
	word := " loud"
	if silent {
		word = " silent"
	}
	e.begun = append(e.begun, returnTo+word)
	http.Redirect(w, r, "https://rose.example/oauth/authorize", http.StatusSeeOther)
}

func (e *elsewhere) Callback(w http.ResponseWriter, r *http.Request) {
	e.begun = append(e.begun, "callback")
}

// desk is the pages, and all that is behind them.
type desk struct {
	*Login
	people    *people
	server    *server
	elsewhere *elsewhere
	routes    http.Handler
}

const marketHost = "market.example"

func newDesk(t *testing.T) *desk {
	t.Helper()
	sites, err := urls.New("https://rose.example", map[urls.App]string{urls.Market: "https://" + marketHost})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	d := &desk{people: &people{}, server: &server{}, elsewhere: &elsewhere{}}
	d.people.signed = contract.SignedIn{Token: "session-secret", Device: "device-secret", ExpiresAt: now.Add(time.Hour), ReturnTo: "/shop/"}
	d.Login = &Login{
		SignIn: d.people, Authorization: d.server, Elsewhere: d.elsewhere, Sites: sites, Assets: site.DefaultAssets(), Clock: clock.NewManual(now),
		Settings: func(context.Context) (contract.SiteSettings, error) {
			return contract.SiteSettings{Title: "Rose Ash", Locale: "en-GB", Timezone: "Europe/London"}, nil
		},
	}
	r := chi.NewRouter()
	d.Mount(r)
	d.routes = r
	return d
}

// request is what a browser sends.
type request struct {
	method, at string
	host       string // empty: the issuer's
	form       url.Values
	json       string
	cookies    map[string]string
	signedIn   bool
}

func (d *desk) do(q request) (*http.Response, string) {
	body := q.form.Encode() + q.json
	r := httptest.NewRequest(q.method, q.at, strings.NewReader(body))
	if r.Host = q.host; q.host == "" {
		r.Host = "rose.example"
	}
	r.RemoteAddr = "192.0.2.7:40000"
	switch {
	case q.form != nil:
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	case q.json != "":
		r.Header.Set("Content-Type", "application/json")
	}
	for name, value := range q.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	if q.signedIn {
		r = r.WithContext(auth.WithPrincipal(r.Context(), auth.Principal{User: "user_1", Session: "ses_1"}))
	}
	w := httptest.NewRecorder()
	d.routes.ServeHTTP(w, r)
	return w.Result(), w.Body.String()
}

var asked1 = map[string]string{browserCookie: "browser-secret"}

func set(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// TestLoginPages holds each page to its status, words and policy.
func TestLoginPages(t *testing.T) {
	self := "form-action 'self';"
	for _, tt := range []struct {
		name   string
		change func(d *desk)
		ask    request
		status int
		policy string
		want   []string
		not    []string
	}{
		{"ask", nil, request{method: "GET", at: "/login/?return_to=/shop/&login_hint=ada@example.org"}, 200, self,
			[]string{`autocomplete="username webauthn"`, `name="return_to" value="/shop/"`, `value="ada@example.org"`, "data-passkey", "/_assets/passkey-", "your first link makes"}, []string{"Is it still you"}},
		{"ask without a page of this site", nil, request{method: "GET", at: "/login/?return_to=https://evil.example/&login_hint=a%0Ab"}, 200, self,
			[]string{`name="return_to" value="/account/"`, `name="address" value=""`}, []string{"evil.example"}},
		{"ask again", nil, request{method: "GET", at: "/login/?fresh=1", signedIn: true}, 200, self, []string{"Is it still you?", `name="fresh" value="1"`, ">Account<"}, []string{"first link makes"}},
		{"closed", func(d *desk) { d.Closed = true }, request{method: "GET", at: "/login/"}, 200, self, []string{"by invitation"}, []string{"first link makes"}},
		{"no address", nil, request{method: "POST", at: "/login/", form: set("address", `ada"><b>`)}, 422, self, []string{`aria-invalid="true"`, "This is no e-mail address.", `value="ada&#34;&gt;&lt;b&gt;"`}, []string{"<b>"}},
		{"a very long address", nil, request{method: "POST", at: "/login/", form: set("address", strings.Repeat("a", 300)+"@example.org")}, 422, self, []string{"This is no e-mail address."}, []string{"aaaa"}},
		{"code", nil, request{method: "GET", at: "/login/check/", cookies: asked1}, 200, self,
			[]string{"We have sent you a mail", `inputmode="numeric"`, `autocomplete="one-time-code"`, `action="/login/check/"`}, []string{"/_dev/mail", "passkey-"}},
		{"code for a client", func(d *desk) { d.DevMail = true }, request{method: "GET", at: "/login/check/?return_to=%2Foauth%2Fauthorize%3Fa%3Db", cookies: asked1}, 200, "form-action 'self' https://client.example;",
			[]string{"/_dev/mail", `action="/login/check/?return_to=%2Foauth%2Fauthorize%3Fa%3Db"`}, nil},
		{"wrong code", func(d *desk) { d.people.err = problem.Unprocessable("wrong").WithCode("wrong_code") },
			request{method: "POST", at: "/login/check/", cookies: asked1, form: set("code", "123 456")}, 422, self, []string{"This is not the code.", `aria-describedby="code-error"`}, []string{"123"}},
		{"no code", nil, request{method: "POST", at: "/login/check/", cookies: asked1, form: set("code", "12345x")}, 422, self, []string{"six digits"}, []string{"12345x"}},
		{"too many codes", func(d *desk) { d.people.err = problem.TooMany(time.Minute, "many").WithCode("too_many_codes") },
			request{method: "POST", at: "/login/check/", cookies: asked1, form: set("code", "123456")}, 429, self, []string{"Open the link in the mail"}, []string{"one-time-code"}},
		{"code in a browser that did not ask", nil, request{method: "POST", at: "/login/check/", form: set("code", "123456")}, 410, self, []string{"works no more", `href="/login/"`}, nil},
		{"link", func(d *desk) {
			d.people.link = contract.SignInLink{Address: "ada@example.org", AskedFrom: "Firefox on Linux, 192.0.2.7", ReturnTo: "/oauth/authorize?a"}
		}, request{method: "GET", at: "/login/link/good/"}, 200, "form-action 'self' https://client.example;",
			[]string{"ada@example.org", "Firefox on Linux, 192.0.2.7", "not the browser that asked", `method="post" action="/login/link/good/"`}, []string{"makes one", "<script type=\"module\""}},
		{"link in the browser that asked", func(d *desk) { d.people.link = contract.SignInLink{Address: "ada@example.org", New: true} },
			request{method: "GET", at: "/login/link/good/", cookies: asked1}, 200, self, []string{"signing in makes one"}, []string{"not the browser"}},
		{"used link", nil, request{method: "GET", at: "/login/link/old/"}, 410, self, []string{"works no more", "Ask for a new one"}, []string{"<form"}},
		{"endless link", nil, request{method: "GET", at: "/login/link/" + strings.Repeat("a", 300) + "/"}, 410, self, []string{"works no more"}, []string{"aaaa"}},
		{"suspended", func(d *desk) { d.people.err = problem.Forbidden("no").WithCode("account_suspended") }, request{method: "POST", at: "/login/link/good/", form: url.Values{}}, 403, self, []string{"account is closed"}, nil},
		{"invitation", func(d *desk) {
			d.people.invited = contract.Invitation{Site: "Rose Ash", Roles: []contract.RoleGrant{{Role: "editor"}}, Address: "ada@example.org"}
		}, request{method: "GET", at: "/login/welcome/good/"}, 200, self, []string{"Welcome to Rose Ash", "<strong>editor</strong>", "ada@example.org", `name="name"`}, []string{`name="address"`}},
		{"first owner", nil, request{method: "GET", at: "/login/welcome/good/"}, 200, self, []string{`name="address"`}, nil},
		{"invitation with a wrong name", func(d *desk) { d.people.err = problem.Unprocessable("no").WithField("body.name", "too long") },
			request{method: "POST", at: "/login/welcome/good/", form: set("name", "A<da", "address", "ada@example.org")}, 422, self, []string{`aria-describedby="name-error"`, "A&lt;da", "ada@example.org"}, []string{"no e-mail"}},
		{"invitation of somebody who is here", func(d *desk) { d.people.err = problem.Conflict("taken").WithCode("address_taken") },
			request{method: "POST", at: "/login/welcome/good/", form: set("name", "Ada", "address", "ada@example.org")}, 409, self, []string{"account with this address already"}, nil},
		{"used invitation", nil, request{method: "GET", at: "/login/welcome/old/"}, 410, self, []string{"invitation works no more"}, nil},
		{"change of address", func(d *desk) { d.people.change = [3]string{"replace", "old@example.org", "new@example.org"} }, request{method: "GET", at: "/login/email/good/"}, 200, self,
			[]string{"Change your address?", "old@example.org", "new@example.org", "Yes, change it"}, nil},
		{"used change", nil, request{method: "GET", at: "/login/email/old/"}, 410, self, []string{"To your account"}, nil},
		{"half a change", nil, request{method: "GET", at: "/login/email/?done=half"}, 200, self, []string{"One yes more"}, nil},
		{"no change", nil, request{method: "GET", at: "/login/email/?done=x"}, 404, "", nil, nil},
		{"signed out", nil, request{method: "GET", at: "/login/out/"}, 200, self, []string{"You are signed out", ">Sign in<"}, []string{"<form"}},
		{"to sign out", nil, request{method: "GET", at: "/login/out/", signedIn: true}, 200, self, []string{"Sign out?", `method="post" action="/login/out/"`}, nil},
		{"signed out of an app", nil, request{method: "GET", at: "/login/out/", host: marketHost}, 200, self, []string{`href="https://rose.example/login/out/"`, `href="https://rose.example/" rel="home"`}, nil},
		{"device", nil, request{method: "GET", at: "/login/device/", signedIn: true}, 200, self, []string{`method="get"`, `name="code"`}, []string{"decision"}},
		{"device asks", nil, request{method: "GET", at: "/login/device/?code=bcdfghjk", signedIn: true}, 200, self,
			[]string{"BCDF-GHJK", ">till<", "192.0.2.9", "See your account", `value="allow"`, `value="deny"`, "shows this very code"}, nil},
		{"no device", nil, request{method: "GET", at: "/login/device/?code=x%3Cb%3E", signedIn: true}, 404, self, []string{"No device waits", "x&lt;b&gt;"}, nil},
		{"device answered", nil, request{method: "GET", at: "/login/device/?done=deny", signedIn: true}, 200, self, []string{"stays out"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			if tt.change != nil {
				tt.change(d)
			}
			res, body := d.do(tt.ask)
			if res.StatusCode != tt.status {
				t.Fatalf("%s %s = %d, want %d\n%s", tt.ask.method, tt.ask.at, res.StatusCode, tt.status, body)
			}
			if tt.policy != "" {
				h := res.Header
				if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, tt.policy) || !strings.Contains(csp, "frame-ancestors 'none'") || !strings.Contains(csp, "default-src 'none'") {
					t.Errorf("the policy is %q, want it with %q", csp, tt.policy)
				}
				if script := strings.Contains(body, `<script type="module"`); script != strings.Contains(h.Get("Content-Security-Policy"), "script-src 'self'") {
					t.Errorf("a script: %v, the policy %q", script, h.Get("Content-Security-Policy"))
				}
				if h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "no-referrer" || h.Get("X-Frame-Options") != "DENY" || h.Get("Content-Type") != "text/html; charset=utf-8" {
					t.Errorf("headers: %v", h)
				}
			}
			if got := res.Header["Set-Cookie"]; len(got) > 0 {
				t.Errorf("the page sets %v", got)
			}
			for _, want := range tt.want {
				if !strings.Contains(body, want) {
					t.Errorf("the page does not say %q", want)
				}
			}
			for _, not := range tt.not {
				if strings.Contains(body, not) {
					t.Errorf("the page says %q", not)
				}
			}
			if t.Failed() {
				t.Log(body)
			}
		})
	}
}

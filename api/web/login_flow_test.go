// What the pages for signing in do: cookies, where they lead, and that looking does nothing.

package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// cookiesOf are the cookies that an answer sets, by name; "-" for those it takes away.
func cookiesOf(res *http.Response) map[string]string {
	m := map[string]string{}
	for _, c := range res.Cookies() {
		if m[c.Name] = c.Value; c.MaxAge < 0 {
			m[c.Name] = "-"
		}
	}
	return m
}

func TestLoginActs(t *testing.T) {
	begun := map[string]string{auth.SessionCookie: "session-secret", deviceCookie: "device-secret", browserCookie: "-"}
	authorize := "/oauth/authorize?client_id=a&redirect_uri=https%3A%2F%2Fclient.example"
	for _, tt := range []struct {
		name    string
		change  func(d *desk)
		ask     request
		to      string
		cookies map[string]string
		used    []string
	}{
		{"ask", nil, request{method: "POST", at: "/login/", form: set("address", "ada@example.org")}, "/login/check/", map[string]string{browserCookie: "browser-secret"}, nil},
		{"ask on the way", nil, request{method: "POST", at: "/login/", form: set("address", "ada@example.org", "return_to", authorize, "fresh", "1")},
			"/login/check/?fresh=1&return_to=" + url.QueryEscape(authorize), map[string]string{browserCookie: "browser-secret"}, nil},
		{"ask for elsewhere", nil, request{method: "POST", at: "/login/", form: set("address", "ada@example.org", "return_to", "//evil.example")}, "/login/check/", map[string]string{browserCookie: "browser-secret"}, nil},
		{"by link", nil, request{method: "POST", at: "/login/link/good/", form: url.Values{}}, "/shop/", begun, []string{"good"}},
		{"by a link that leads astray", func(d *desk) { d.people.signed.ReturnTo = "//evil.example" }, request{method: "POST", at: "/login/link/good/", form: url.Values{}}, "/account/", begun, []string{"good"}},
		{"by code", nil, request{method: "POST", at: "/login/check/", form: set("code", " 123-456 "), cookies: asked1}, "/shop/", begun, []string{"browser-secret 123456"}},
		{"invited", nil, request{method: "POST", at: "/login/welcome/good/", form: set("name", " Ada ")}, "/shop/", begun, []string{"good Ada "}},
		{"change of address", func(d *desk) { d.people.change[0] = "revert" }, request{method: "POST", at: "/login/email/good/", form: url.Values{}}, "/login/email/?done=revert", nil, []string{"good"}},
		{"half a change", func(d *desk) { d.people.half = true }, request{method: "POST", at: "/login/email/good/", form: url.Values{}}, "/login/email/?done=half", nil, []string{"good"}},
		{"signed in already", nil, request{method: "GET", at: "/login/?return_to=/shop/", signedIn: true}, "/shop/", nil, nil},
		{"signed in meanwhile", nil, request{method: "GET", at: "/login/check/?return_to=/shop/", signedIn: true, cookies: asked1}, "/shop/", nil, nil},
		{"code in a browser that has not asked", nil, request{method: "GET", at: "/login/check/?return_to=/shop/"}, "/login/?return_to=%2Fshop%2F", nil, nil},
		{"sign out", nil, request{method: "POST", at: "/login/out/", form: url.Values{}, signedIn: true}, "/login/out/", map[string]string{auth.SessionCookie: "-"}, nil},
		{"sign out of an app", nil, request{method: "POST", at: "/login/out/", host: marketHost, form: url.Values{}, signedIn: true}, "/login/out/", map[string]string{auth.SessionCookie: "-", ssoTriedCookie: "1"}, nil},
		{"device without anybody", nil, request{method: "GET", at: "/login/device/?code=BCDF-GHJK"}, "/login/?return_to=%2Flogin%2Fdevice%2F%3Fcode%3DBCDF-GHJK", nil, nil},
		{"device answered without anybody", nil, request{method: "POST", at: "/login/device/", form: set("code", "BCDF-GHJK", "decision", "allow")}, "/login/?return_to=%2Flogin%2Fdevice%2F%3Fcode%3DBCDF-GHJK", nil, nil},
		{"device allowed", nil, request{method: "POST", at: "/login/device/", form: set("code", "BCDF-GHJK", "decision", "allow"), signedIn: true}, "/login/device/?done=allow", nil, []string{"BCDF-GHJK allowed"}},
		{"device denied", nil, request{method: "POST", at: "/login/device/", form: set("code", "BCDF-GHJK", "decision", "deny"), signedIn: true}, "/login/device/?done=deny", nil, []string{"BCDF-GHJK denied"}},
		{"link at another host", nil, request{method: "GET", at: "/login/link/good/", host: marketHost}, "https://rose.example/login/link/good/", nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			if tt.change != nil {
				tt.change(d)
			}
			res, body := d.do(tt.ask)
			if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != tt.to || res.Header.Get("Cache-Control") != "no-store" {
				t.Fatalf("%s %s = %d to %q, want 303 to %q\n%s", tt.ask.method, tt.ask.at, res.StatusCode, res.Header.Get("Location"), tt.to, body)
			}
			got := cookiesOf(res)
			for name, value := range tt.cookies {
				if got[name] != value {
					t.Errorf("%s is %q, want %q", name, got[name], value)
				}
			}
			if len(got) != len(tt.cookies) {
				t.Errorf("cookies %v, want %v", got, tt.cookies)
			}
			if used := append(d.people.used, d.server.decided...); !slices.Equal(used, tt.used) {
				t.Errorf("used %q, want %q", used, tt.used)
			}
			for _, asked := range d.people.asked {
				if asked.ReturnTo != ReturnTo(asked.ReturnTo) {
					t.Errorf("asked to lead to %q", asked.ReturnTo)
				}
			}
		})
	}
}

// TestLookingDoesNothing: programs open every link in a mail, some of them twice.
func TestLookingDoesNothing(t *testing.T) {
	d := newDesk(t)
	d.people.change[0] = "add"
	for _, at := range []string{"/login/", "/login/check/", "/login/link/good/", "/login/welcome/good/", "/login/email/good/", "/login/out/", "/login/device/?code=BCDF-GHJK&decision=allow", "/login/passkey", "/login/passkey/options"} {
		for _, method := range []string{"GET", "HEAD", "OPTIONS", "PUT", "DELETE"} {
			if res, _ := d.do(request{method: method, at: at, signedIn: true, cookies: asked1}); len(res.Header["Set-Cookie"]) > 0 || res.StatusCode >= 500 {
				t.Errorf("%s %s = %d and sets %v", method, at, res.StatusCode, res.Header["Set-Cookie"])
			}
		}
	}
	if len(d.people.used) > 0 || len(d.people.asked) > 0 || len(d.people.ended) > 0 || len(d.server.decided) > 0 {
		t.Errorf("looking did something: %+v %+v", d.people, d.server)
	}
}

// TestSignOutFails: who cannot be signed out stays so, and is told.
func TestSignOutFails(t *testing.T) {
	d := newDesk(t)
	d.people.err = problem.Unavailable("away")
	if res, _ := d.do(request{method: "POST", at: "/login/out/", form: url.Values{}, signedIn: true}); res.StatusCode != 503 || len(res.Header["Set-Cookie"]) > 0 {
		t.Errorf("signing out = %d with %v", res.StatusCode, res.Header["Set-Cookie"])
	}
	d.people.err = nil
	if res, _ := d.do(request{method: "POST", at: "/login/out/", form: url.Values{}}); cookiesOf(res)[auth.SessionCookie] != "-" || len(d.people.ended) != 1 {
		t.Errorf("an unknown session stays in the browser: %v, ended %v", res.Header["Set-Cookie"], d.people.ended)
	}
}

// TestDeviceTwice: what was answered is answered.
func TestDeviceTwice(t *testing.T) {
	d := newDesk(t)
	q := request{method: "POST", at: "/login/device/", form: set("code", "BCDF-GHJK", "decision", "deny"), signedIn: true}
	d.do(q)
	q.form.Set("decision", "allow")
	if res, body := d.do(q); res.StatusCode != http.StatusConflict || !strings.Contains(body, "Too late") || len(d.server.decided) != 1 {
		t.Errorf("the second answer = %d, decided %v\n%s", res.StatusCode, d.server.decided, body)
	}
	q.form.Set("decision", "perhaps")
	if res, _ := d.do(q); res.StatusCode != http.StatusBadRequest {
		t.Errorf("no answer = %d", res.StatusCode)
	}
}

func TestPasskeyPages(t *testing.T) {
	d := newDesk(t)
	if res, body := d.do(request{method: "POST", at: "/login/passkey/options", json: "{}"}); res.StatusCode != 200 || body != `{"ceremony":"ceremony","options":{"challenge":"AAAA"}}` || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("options = %d %s", res.StatusCode, body)
	}
	good := `{"ceremony":"c","response":{"id":"x"},"return_to":"/shop/"}`
	for _, tt := range []struct {
		name   string
		ask    request
		err    error
		status int
		body   string
	}{
		{"good", request{json: good}, nil, 200, `{"to":"/shop/"}`},
		{"astray", request{json: `{"ceremony":"c","response":{"id":"x"},"return_to":"/\\evil.example"}`}, nil, 200, `{"to":"/account/"}`},
		{"refused", request{json: good}, problem.Unprocessable("no").WithCode("passkey_refused"), 422, "passkey_refused"},
		{"no JSON", request{json: "{"}, nil, 400, "unreadable"},
		{"a form", request{form: set("ceremony", "c")}, nil, 415, "unsupported"},
		{"too large", request{json: `{"ceremony":"` + strings.Repeat("a", maxPasskey) + `"}`}, nil, 413, "too_large"},
		{"at another host", request{json: good, host: marketHost}, nil, 404, "not_found"},
	} {
		d := newDesk(t)
		d.people.err = tt.err
		tt.ask.method, tt.ask.at = "POST", "/login/passkey"
		res, body := d.do(tt.ask)
		if res.StatusCode != tt.status || !strings.Contains(body, tt.body) {
			t.Errorf("%s = %d %s, want %d with %s", tt.name, res.StatusCode, body, tt.status, tt.body)
		}
		if got := cookiesOf(res)[auth.SessionCookie]; (got == "session-secret") != (tt.status == 200) {
			t.Errorf("%s: the session's cookie is %q", tt.name, got)
		}
	}
}

// TestLoginElsewhere: at an app's own host one is led to where people sign in.
func TestLoginElsewhere(t *testing.T) {
	d := newDesk(t)
	d.do(request{method: "GET", at: "/login/?return_to=/a/", host: marketHost})
	d.do(request{method: "GET", at: "/login/?return_to=//evil.example&silent=1", host: marketHost})
	d.do(request{method: "GET", at: "/login/callback/?code=x", host: marketHost})
	if want := []string{"/a/ loud", "/account/ silent", "callback"}; !slices.Equal(d.elsewhere.begun, want) {
		t.Errorf("begun %q, want %q", d.elsewhere.begun, want)
	}
	for _, at := range []string{"/login/", "/login/check/", "/login/link/good/", "/login/welcome/good/", "/login/device/"} {
		if res, _ := d.do(request{method: "POST", at: at, host: marketHost, form: set("address", "ada@example.org", "code", "123456"), cookies: asked1}); res.StatusCode != http.StatusNotFound {
			t.Errorf("POST %s at an app's host = %d", at, res.StatusCode)
		}
	}
	d.Elsewhere = nil
	if res, _ := d.do(request{method: "GET", at: "/login/callback/"}); res.StatusCode != http.StatusNotFound {
		t.Errorf("a callback with nobody to take it = %d", res.StatusCode)
	}
	if len(d.people.asked)+len(d.people.used) > 0 {
		t.Errorf("an app's host signs in: %+v", d.people)
	}
}

// TestVisitorIsTold: what is known of the browser goes along.
func TestVisitorIsTold(t *testing.T) {
	d := newDesk(t)
	d.do(request{method: "POST", at: "/login/link/good/", form: url.Values{}, cookies: map[string]string{auth.SessionCookie: "old", deviceCookie: "known"}})
	if v := d.people.visitor; v.Session != "old" || v.Device != "known" || v.Network.String() != "192.0.2.7/32" || v.Origin != "https://rose.example" {
		t.Errorf("visitor = %+v", v)
	}
}

func TestConsentPages(t *testing.T) {
	d := newDesk(t)
	view := contract.ConsentView{
		Client: contract.OAuthClient{ClientID: "harvest", Name: "Harvest <b>", URI: "javascript:x()", Host: "harvest.example"},
		Scopes: []string{"blog:draft", "openid", "moon:walk"}, New: []string{"blog:draft"}, Fields: [][2]string{{"state", `a"b`}, {"csrf", "token"}},
		User: "Ada", SwitchURL: "/login/?fresh=1", Target: "https://harvest.example",
	}
	page := func(fn func(w http.ResponseWriter, r *http.Request)) (*http.Response, string) {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "https://rose.example/oauth/authorize", nil)
		fn(w, r.WithContext(auth.WithPrincipal(r.Context(), auth.Principal{User: "user_1"})))
		return w.Result(), w.Body.String()
	}
	res, body := page(func(w http.ResponseWriter, r *http.Request) { d.Consent(w, r, view) })
	for _, want := range []string{
		`action="/oauth/authorize"`, `name="state" value="a&#34;b"`, `name="csrf" value="token"`, "Harvest &lt;b&gt;", "harvest.example", "Know who you are",
		"Write drafts, and change your own", "moon:walk", ">new<", "Ada", `href="/login/?fresh=1"`, `name="decision" value="allow"`, `name="decision" value="deny"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(body, "<b>") || strings.Contains(body, `"javascript:`) || strings.Contains(body, "<script type=\"module\"") || strings.Count(body, ">new<") != 1 {
		t.Errorf("the page says too much\n%s", body)
	}
	if csp := res.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "form-action 'self' https://harvest.example; base-uri 'none'; frame-ancestors 'none'") || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("policy %q, headers %v", csp, res.Header)
	}
	for code, want := range map[string]string{"invalid_client": "do not know", "invalid_redirect_uri": "astray", "invalid_request": "wrongly", "login_required": "not signed in", "other": "wrongly"} {
		res, body := page(func(w http.ResponseWriter, r *http.Request) {
			d.Refused(w, r, contract.AuthorizeRefusal{Status: 400, Code: code, Client: "Harvest"})
		})
		if res.StatusCode != 400 || !strings.Contains(body, want) || !strings.Contains(body, "calls itself Harvest.") || res.Header.Get("Location") != "" {
			t.Errorf("refused for %s = %d\n%s", code, res.StatusCode, body)
		}
	}
	res, body = page(func(w http.ResponseWriter, r *http.Request) {
		d.AskLogout(w, r, contract.LogoutView{Client: "Harvest", Fields: [][2]string{{"state", "s"}}, Target: "https://harvest.example"})
	})
	if !strings.Contains(body, `action="/oauth/logout"`) || !strings.Contains(body, `name="state" value="s"`) || len(res.Header["Set-Cookie"]) > 0 {
		t.Errorf("the question sets %v\n%s", res.Header["Set-Cookie"], body)
	}
	res, body = page(d.LoggedOut)
	if cookiesOf(res)[auth.SessionCookie] != "-" || !strings.Contains(body, "You are signed out") || !strings.Contains(body, ">Sign in<") {
		t.Errorf("signed out = %v\n%s", res.Header["Set-Cookie"], body)
	}
}

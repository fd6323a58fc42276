// What must hold before the server is used, as RFC 9700 numbers it here: B1, B2, B4-B6,
// B13-B15, B19, B21. These are about the authorization endpoint.

package oauth_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/shared/contract"
)

func TestB01ExactRedirect(t *testing.T) {
	w := newWorld(t)
	session := w.session(w.user("rosa@example.org"))
	plain := w.client(clientSpec{confidential: true, redirects: []string{callback, "https://planner.example/cb?x=1"}})
	native := w.client(clientSpec{redirects: []string{"http://127.0.0.1/cb", "http://[::1]:7777/cb", "example.planner.app:/cb", "http://127.0.0.1:9/other?a=b"}})
	private := w.client(clientSpec{confidential: true, redirects: []string{"http://127.0.0.1/cb"}})
	for _, tt := range []struct {
		name   string
		client program
		uri    string
		good   bool
	}{
		{"as registered", plain, callback, true},
		{"with its query", plain, "https://planner.example/cb?x=1", true},
		{"without its query", plain, "https://planner.example/cb", false},
		{"another query", plain, "https://planner.example/cb?x=2", false},
		{"more query", plain, "https://planner.example/cb?x=1&y=2", false},
		{"a query", plain, callback + "?x=1", false},
		{"an empty query", plain, callback + "?", false},
		{"a fragment", plain, callback + "#x", false},
		{"an empty fragment", plain, callback + "#", false},
		{"sub-domain", plain, "https://evil.planner.example/callback", false},
		{"suffix of the host", plain, "https://evilplanner.example/callback", false},
		{"host as prefix", plain, "https://planner.example.evil.example/callback", false},
		{"another host", plain, "https://evil.example/callback", false},
		{"scheme", plain, "http://planner.example/callback", false},
		{"no scheme", plain, "//planner.example/callback", false},
		{"javascript", plain, "javascript://planner.example/callback", false},
		{"case of the host", plain, "https://Planner.example/callback", false},
		{"case of the scheme", plain, "HTTPS://planner.example/callback", false},
		{"case of the path", plain, "https://planner.example/Callback", false},
		{"trailing dot", plain, "https://planner.example./callback", false},
		{"default port", plain, "https://planner.example:443/callback", false},
		{"another port", plain, "https://planner.example:8443/callback", false},
		{"trailing slash", plain, callback + "/", false},
		{"longer path", plain, callback + "/x", false},
		{"path around", plain, "https://planner.example/x/../callback", false},
		{"dot in the path", plain, "https://planner.example/./callback", false},
		{"double slash", plain, "https://planner.example//callback", false},
		{"encoded", plain, "https://planner.example/%63allback", false},
		{"user", plain, "https://rosa@planner.example/callback", false},
		{"user that looks like the host", plain, "https://planner.example@evil.example/callback", false},
		{"backslash", plain, `https://planner.example\@evil.example/callback`, false},
		{"space", plain, " " + callback, false},
		{"line break", plain, callback + "\r\nSet-Cookie: a=b", false},
		{"missing", plain, "", false},
		{"wildcard", plain, "https://*.example/callback", false},
		{"another client's", plain, "example.planner.app:/cb", false},

		{"loopback, any port", native, "http://127.0.0.1:49152/cb", true},
		{"loopback, no port", native, "http://127.0.0.1/cb", true},
		{"loopback v6, another port", native, "http://[::1]:1/cb", true},
		{"loopback v6, no port", native, "http://[::1]/cb", true},
		{"loopback with a query", native, "http://127.0.0.1:5/other?a=b", true},
		{"loopback, another query", native, "http://127.0.0.1:5/other?a=c", false},
		{"loopback, another path", native, "http://127.0.0.1:49152/evil", false},
		{"loopback, the other family", native, "http://[::1]:5/other?a=b", false},
		{"loopback by name", native, "http://localhost:49152/cb", false},
		{"loopback, another address", native, "http://127.0.0.2:49152/cb", false},
		{"loopback, written otherwise", native, "http://127.1:49152/cb", false},
		{"loopback over TLS", native, "https://127.0.0.1:49152/cb", false},
		{"loopback, port out of range", native, "http://127.0.0.1:65536/cb", false},
		{"loopback, port 0", native, "http://127.0.0.1:0/cb", false},
		{"loopback, no number", native, "http://127.0.0.1:x/cb", false},
		{"loopback, a port that is a host", native, "http://127.0.0.1:80@evil.example/cb", false},
		{"loopback in front of a host", native, "http://127.0.0.1.evil.example/cb", false},
		{"loopback with a fragment", native, "http://127.0.0.1:49152/cb#x", false},
		{"own scheme", native, "example.planner.app:/cb", true},
		{"own scheme, with a host", native, "example.planner.app://evil.example/cb", false},
		{"a confidential client's port", private, "http://127.0.0.1:49152/cb", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := w.authorize(session, request(tt.client, "redirect_uri", tt.uri))
			if tt.good {
				if got := a.header.Get("Location"); a.status != http.StatusSeeOther || !strings.HasPrefix(got, tt.uri) || !strings.Contains(got, "code=") {
					t.Errorf("got %d to %q, want a code for %q", a.status, got, tt.uri)
				}
				return
			}
			if a.status != http.StatusBadRequest || a.header.Get("Location") != "" {
				t.Errorf("got %d to %q, want a page with 400", a.status, a.header.Get("Location"))
			}
			if tt.uri != "" && w.pages.refused.Code != "invalid_redirect_uri" {
				t.Errorf("refused as %q", w.pages.refused.Code)
			}
			if got := w.FormTarget(t.Context(), "/oauth/authorize?"+request(tt.client, "redirect_uri", tt.uri).Encode()); got != "" {
				t.Errorf("FormTarget = %q, want none", got)
			}
		})
	}
	// The token endpoint compares with the one that the code was sent to, port included.
	code := w.code(session, native, "redirect_uri", "http://127.0.0.1:49152/cb")
	w.post("/oauth/token", exchange(native, code, "redirect_uri", "http://127.0.0.1:49153/cb")).refused(t, 400, "invalid_grant")
	w.post("/oauth/token", exchange(native, code, "redirect_uri", "")).refused(t, 400, "invalid_request")
	w.tokens(exchange(native, code, "redirect_uri", "http://127.0.0.1:49152/cb"))
}

func TestB02NoOpenRedirector(t *testing.T) {
	w := newWorld(t)
	session := w.session(w.user("rosa@example.org"))
	c := w.client(clientSpec{})
	off := w.client(clientSpec{})
	w.exec("UPDATE identity.clients SET disabled_at = $2 WHERE client_id = $1", off.id, w.clock.Now())
	service := w.client(clientSpec{kind: "service", confidential: true, grants: []string{"client_credentials"}})
	evil := "https://evil.example/"
	for name, query := range map[string]url.Values{
		"unknown client":       request(program{id: "client_nobody"}, "redirect_uri", evil),
		"client that is no id": request(program{id: "x' OR 1=1"}, "redirect_uri", evil),
		"client with NUL":      request(program{id: "client_a\x00"}, "redirect_uri", evil),
		"no client":            request(c, "client_id", "", "redirect_uri", evil),
		"no redirect URI":      request(c, "redirect_uri", ""),
		"another redirect URI": request(c, "redirect_uri", evil),
		"and a faulty request": request(c, "redirect_uri", evil, "response_type", "token"),
		"and prompt=none":      request(c, "redirect_uri", evil, "prompt", "none"),
		"disabled client":      request(off),
		"client without codes": request(service),
		"two clients":          {"client_id": {c.id, off.id}, "redirect_uri": {callback}},
		"two redirect URIs":    {"client_id": {c.id}, "redirect_uri": {callback, evil}},
		"the other way round":  {"client_id": {c.id}, "redirect_uri": {evil, callback}},
		"nothing":              {},
	} {
		for _, signedIn := range []contract.SessionID{session, ""} {
			if a := w.authorize(signedIn, query); a.status != http.StatusBadRequest || a.header.Get("Location") != "" {
				t.Errorf("%s: got %d to %q, want a page with 400", name, a.status, a.header.Get("Location"))
			}
		}
	}
	for _, raw := range []string{"client_id=%zz", "client_id=%ff", "a=b;c=d&client_id=" + c.id} {
		if a := w.get("/oauth/authorize?"+raw, "Test-Session", string(session)); a.status != http.StatusBadRequest || a.header.Get("Location") != "" {
			t.Errorf("%s: got %d to %q", raw, a.status, a.header.Get("Location"))
		}
	}
	// Who is not signed in is led to a path of this host only, and from there back here only.
	a := w.authorize("", request(c))
	to, query := a.location(t)
	if to != "/login/" || !strings.HasPrefix(query.Get("return_to"), "/oauth/authorize?") {
		t.Errorf("to %s %v", to, query)
	}
}

func TestB04StateAndSession(t *testing.T) {
	w := newWorld(t)
	rosa, mallory := w.user("rosa@example.org"), w.user("mallory@example.org")
	c := w.client(clientSpec{kind: "third_party"})
	session := w.session(rosa)
	state := "a b+c&d=e%25ü\"<script>"
	a := w.authorize(session, request(c, "state", state, "scope", "nonsense"))
	if _, query := a.location(t); query.Get("state") != state || query.Get("error") != "invalid_scope" {
		t.Errorf("state %q, error %q", query.Get("state"), query.Get("error"))
	}
	// A decision counts only from the page that was shown to the same session about the
	// same request.
	w.authorize(w.session(mallory), request(c))
	theirs := fields(w.pages.consent)
	w.authorize(session, request(c))
	own := fields(w.pages.consent)
	for name, f := range map[string]url.Values{
		"without proof":         changed(clone(own), []string{"_proof", "", "decision", "allow"}),
		"of another session":    changed(clone(theirs), []string{"decision", "allow"}),
		"forged":                changed(clone(own), []string{"_proof", own.Get("_proof") + "A", "decision", "allow"}),
		"of another request":    changed(clone(own), []string{"scope", "openid blog:write account:read", "decision", "allow"}),
		"without a decision":    own,
		"with a wrong decision": changed(clone(own), []string{"decision", "yes"}),
	} {
		if a := w.post("/oauth/authorize", f, "Test-Session", string(session)); a.body != "consent" {
			t.Errorf("%s: got %d to %q, want the page again", name, a.status, a.header.Get("Location"))
		}
	}
	if a := w.authorize(session, changed(clone(own), []string{"decision", "allow"})); a.body != "consent" {
		t.Errorf("a decision by GET: %d to %q", a.status, a.header.Get("Location"))
	}
	if n := one[int](w, "SELECT count(*) FROM identity.codes"); n != 0 {
		t.Errorf("%d codes were made", n)
	}
}

func TestB05IssuerInEveryResponse(t *testing.T) {
	w := newWorld(t)
	session := w.session(w.user("rosa@example.org"))
	c := w.client(clientSpec{})
	for name, a := range map[string]answer{
		"code":           w.authorize(session, request(c)),
		"error":          w.authorize(session, request(c, "response_type", "token")),
		"login_required": w.authorize("", request(c, "prompt", "none")),
		"no state":       w.authorize(session, request(c, "state", "")),
		"repeated":       w.authorize(session, url.Values{"client_id": {c.id}, "redirect_uri": {callback}, "state": {"a", "b"}}),
	} {
		if _, query := a.location(t); query.Get("iss") != issuer || len(query["iss"]) != 1 {
			t.Errorf("%s: iss %v", name, query["iss"])
		}
	}
	if got := w.get("/.well-known/oauth-authorization-server").json(t)["authorization_response_iss_parameter_supported"]; got != true {
		t.Errorf("the metadata say %v", got)
	}
}

func TestB06NoImplicitNoHybrid(t *testing.T) {
	w := newWorld(t)
	session := w.session(w.user("rosa@example.org"))
	c := w.client(clientSpec{})
	for _, kind := range []string{"token", "id_token", "id_token token", "code token", "code id_token", "code id_token token", "none", "CODE", "code code"} {
		a := w.authorize(session, request(c, "response_type", kind))
		to, query := a.location(t)
		if to != callback || query.Get("error") != "unsupported_response_type" || query.Has("access_token") || strings.Contains(a.header.Get("Location"), "#") {
			t.Errorf("%s: %s", kind, a.header.Get("Location"))
		}
	}
	for _, mode := range []string{"fragment", "form_post", "web_message", "query.jwt"} {
		if _, query := w.authorize(session, request(c, "response_mode", mode)).location(t); query.Get("error") != "invalid_request" {
			t.Errorf("response_mode %s: %v", mode, query)
		}
	}
	if n := one[int](w, "SELECT count(*) FROM identity.access_tokens"); n != 0 {
		t.Errorf("%d access tokens were made", n)
	}
}

// What else a request can have wrong goes back to the client.
func TestAuthorizationErrors(t *testing.T) {
	w := newWorld(t)
	session := w.session(w.user("rosa@example.org"))
	c := w.client(clientSpec{scopes: []string{"openid", "blog:write"}})
	for _, tt := range []struct {
		want    string
		changes []string
	}{
		{"invalid_request", []string{"response_type", ""}},
		{"invalid_scope", []string{"scope", ""}},
		{"invalid_scope", []string{"scope", "openid account:read"}},
		{"invalid_scope", []string{"scope", "*"}},
		{"invalid_scope", []string{"scope", "openid admin"}},
		{"invalid_target", []string{"resource", "https://evil.example"}},
		{"invalid_request", []string{"prompt", "none login"}},
		{"invalid_request", []string{"prompt", "create"}},
		{"invalid_request", []string{"max_age", "-1"}},
		{"invalid_request", []string{"max_age", "soon"}},
		{"invalid_request", []string{"max_age", "99999999999999999999"}},
		{"invalid_request", []string{"nonce", strings.Repeat("n", 513)}},
		{"invalid_request", []string{"nonce", "ü"}},
		{"request_not_supported", []string{"request", "eyJ"}},
		{"request_uri_not_supported", []string{"request_uri", "https://evil.example/r"}},
	} {
		a := w.authorize(session, request(c, tt.changes...))
		to, query := a.location(t)
		if a.status != http.StatusSeeOther || to != callback || query.Get("error") != tt.want || query.Get("state") != "st-1" || query.Has("code") {
			t.Errorf("%v: got %d %s, want %s", tt.changes, a.status, a.header.Get("Location"), tt.want)
		}
	}
	for name := range request(c) {
		if name == "client_id" || name == "redirect_uri" {
			continue
		}
		query := request(c)
		query.Add(name, "again")
		if _, got := w.authorize(session, query).location(t); got.Get("error") != "invalid_request" {
			t.Errorf("%s twice: %v", name, got)
		}
	}
	// A part of a scope that the client has, and several resources, are good.
	if _, query := w.authorize(session, request(c, "scope", "blog:draft", "resource", mainSite)).location(t); !query.Has("code") {
		t.Errorf("a narrower scope: %v", query)
	}
}

func TestB13RedirectsBy303(t *testing.T) {
	w := newWorld(t)
	session := w.session(w.user("rosa@example.org"))
	c := w.client(clientSpec{})
	for name, a := range map[string]answer{
		"code":            w.authorize(session, request(c)),
		"code by POST":    w.post("/oauth/authorize", request(c), "Test-Session", string(session)),
		"error":           w.authorize(session, request(c, "scope", "x")),
		"sign-in":         w.authorize("", request(c)),
		"sign-in by POST": w.post("/oauth/authorize", request(c)),
	} {
		if a.status != http.StatusSeeOther {
			t.Errorf("%s: %d, want 303", name, a.status)
		}
	}
}

func TestB14NoFrames(t *testing.T) {
	w := newWorld(t)
	session := w.session(w.user("rosa@example.org"))
	c := w.client(clientSpec{kind: "third_party"})
	for name, a := range map[string]answer{
		"consent":  w.authorize(session, request(c)),
		"refusal":  w.authorize(session, url.Values{}),
		"sign-in":  w.authorize("", request(c)),
		"logout":   w.get("/oauth/logout"),
		"not here": w.get("/oauth/authorize", "Host", "rose.example"),
	} {
		if got := a.header.Get("Content-Security-Policy"); !strings.Contains(got, "frame-ancestors 'none'") || a.header.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s: Content-Security-Policy %q", name, got)
		}
	}
}

func TestB15NoCORS(t *testing.T) {
	w := newWorld(t)
	session := w.session(w.user("rosa@example.org"))
	c := w.client(clientSpec{})
	from := []string{"Origin", "https://evil.example", "Test-Session", string(session)}
	for _, path := range []string{"/oauth/authorize?" + request(c).Encode(), "/oauth/token", "/oauth/introspect", "/oauth/revoke", "/oauth/userinfo", "/oauth/device", "/oauth/logout"} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodOptions} {
			a := w.send(method, path, "", append(slices.Clone(from), "Access-Control-Request-Method", "POST")...)
			for name := range a.header {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("%s %s answers %s", method, path, name)
				}
			}
			if method == http.MethodOptions && a.status != http.StatusMethodNotAllowed {
				t.Errorf("OPTIONS %s: %d", path, a.status)
			}
		}
	}
	for _, path := range []string{"/oauth/jwks", "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"} {
		if a := w.get(path, from...); a.header.Get("Access-Control-Allow-Origin") != "*" || a.header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: %v", path, a.header)
		}
	}
}

func TestB19NoPostMessage(t *testing.T) {
	w := newWorld(t)
	session := w.session(w.user("rosa@example.org"))
	c := w.client(clientSpec{})
	for name, a := range map[string]answer{
		"code":        w.authorize(session, request(c)),
		"web_message": w.authorize(session, request(c, "response_mode", "web_message")),
		"none":        w.authorize("", request(c, "prompt", "none")),
	} {
		if a.status != http.StatusSeeOther || a.body != "" || !strings.HasPrefix(a.header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %d with a body of %d bytes: nothing may run here", name, a.status, len(a.body))
		}
	}
}

// fields are the hidden fields of a consent page.
func fields(v contract.ConsentView) url.Values {
	f := url.Values{}
	for _, field := range v.Fields {
		f.Add(field[0], field[1])
	}
	return f
}

func clone(f url.Values) url.Values {
	c := url.Values{}
	for name, values := range f {
		c[name] = slices.Clone(values)
	}
	return c
}

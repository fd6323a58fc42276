// What must hold before the server is used, as RFC 9700 numbers it here: B3, B7-B12, B20.
// These are about the token endpoint.

package oauth_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestB03PKCEForEverybody(t *testing.T) {
	w := newWorld(t)
	session := w.session(w.user("rosa@example.org"))
	for name, c := range map[string]program{"public": w.client(clientSpec{}), "confidential": w.client(clientSpec{confidential: true})} {
		for _, changes := range [][]string{
			{"code_challenge", "", "code_challenge_method", ""},
			{"code_challenge", ""},
			{"code_challenge_method", ""},
			{"code_challenge_method", "plain"},
			{"code_challenge_method", "plain", "code_challenge", verifier},
			{"code_challenge_method", "s256"},
			{"code_challenge", challenge[:42]},
			{"code_challenge", challenge + "A"},
			{"code_challenge", challenge + "="},
			{"code_challenge", strings.Repeat("a", 128)},
			{"code_challenge", challenge[:42] + "!"},
		} {
			a := w.authorize(session, request(c, changes...))
			if _, query := a.location(t); query.Get("error") != "invalid_request" || query.Has("code") {
				t.Errorf("%s %v: %s", name, changes, a.header.Get("Location"))
			}
		}
		code := w.code(session, c)
		for _, tt := range []struct{ verifier, want string }{
			{"", "invalid_request"},
			{strings.Repeat("w", 43), "invalid_grant"},
			{challenge, "invalid_grant"}, // as plain would have it
			{verifier + "v", "invalid_grant"},
			{verifier[:42], "invalid_grant"},
			{strings.ToUpper(verifier), "invalid_grant"},
			{strings.Repeat("v", 129), "invalid_grant"},
			{verifier[:42] + "ü", "invalid_grant"},
		} {
			w.post("/oauth/token", exchange(c, code, "code_verifier", tt.verifier)).refused(t, 400, tt.want)
		}
		g := w.tokens(exchange(c, code))
		// Where nothing was challenged a verifier means a request that was tampered with.
		w.post("/oauth/token", c.form("grant_type", "refresh_token", "refresh_token", g.Refresh, "code_verifier", verifier)).refused(t, 400, "invalid_request")
		w.tokens(c.form("grant_type", "refresh_token", "refresh_token", g.Refresh))
	}
}

func TestB07NoPasswordGrant(t *testing.T) {
	w := newWorld(t)
	c := w.client(clientSpec{confidential: true})
	for _, grant := range []string{"password", "implicit", "__implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:token-exchange", "AUTHORIZATION_CODE"} {
		w.post("/oauth/token", c.form("grant_type", grant, "username", "rosa", "password", "secret")).refused(t, 400, "unsupported_grant_type")
	}
	w.post("/oauth/token", c.form()).refused(t, 400, "invalid_request")
	grants := w.get("/.well-known/openid-configuration").json(t)["grant_types_supported"].([]any)
	if slices.Contains(grants, any("password")) || slices.Contains(grants, any("implicit")) {
		t.Errorf("the metadata offer %v", grants)
	}
	// A grant that there is, but not for this client.
	w.post("/oauth/token", c.form("grant_type", "client_credentials")).refused(t, 400, "unauthorized_client")
	limited := w.client(clientSpec{confidential: true, grants: []string{"client_credentials"}, kind: "service", scopes: []string{"members:read"}})
	w.post("/oauth/token", limited.form("grant_type", "refresh_token", "refresh_token", "roseash_rt_x")).refused(t, 400, "unauthorized_client")
	w.post("/oauth/token", exchange(limited, "roseash_ac_x")).refused(t, 400, "unauthorized_client")
}

func TestB08Codes(t *testing.T) {
	w := newWorld(t)
	session := w.session(w.user("rosa@example.org", "editor"))
	c, other := w.client(clientSpec{}), w.client(clientSpec{confidential: true})

	old := w.code(session, c)
	w.clock.Advance(time.Minute)
	w.post("/oauth/token", exchange(c, old)).refused(t, 400, "invalid_grant")
	justInTime := w.code(session, c)
	w.clock.Advance(time.Minute - time.Millisecond)
	w.tokens(exchange(c, justInTime))

	code := w.code(session, c)
	// Another client's code is no code, and stays its owner's.
	w.post("/oauth/token", exchange(other, code)).refused(t, 400, "invalid_grant")
	g := w.tokens(exchange(c, code))
	if !w.works(g.Access) {
		t.Error("the access token does not work")
	}
	// Nor can another client end what it led to.
	w.post("/oauth/token", exchange(other, code)).refused(t, 400, "invalid_grant")
	if !w.works(g.Access) {
		t.Error("another client has ended the grant")
	}
	// Its own client coming again does, with a wrong verifier too.
	w.post("/oauth/token", exchange(c, code, "code_verifier", strings.Repeat("x", 43))).refused(t, 400, "invalid_grant")
	if w.works(g.Access) {
		t.Error("after a replay the access token still works")
	}
	w.post("/oauth/token", c.form("grant_type", "refresh_token", "refresh_token", g.Refresh)).refused(t, 400, "invalid_grant")
	if why := one[string](w, "SELECT revoked_why FROM identity.grants WHERE revoked_at IS NOT NULL"); why != "code_reused" {
		t.Errorf("revoked because %q", why)
	}
	if n := one[int](w, "SELECT count(*) FROM identity.audit WHERE action = 'grant.revoked' AND actor = $1", c.id); n != 1 {
		t.Errorf("%d rows in the audit log, want 1", n)
	}
	// Long after it ran out as well.
	late := w.code(session, c)
	g = w.tokens(exchange(c, late))
	w.clock.Advance(5 * time.Minute)
	w.post("/oauth/token", exchange(c, late)).refused(t, 400, "invalid_grant")
	if w.works(g.Access) {
		t.Error("after a late replay the access token still works")
	}
	for _, made := range []string{"", "roseash_ac_", "roseash_ac_" + strings.Repeat("A", 43), strings.Repeat("a", 5000), "\x00"} {
		a := w.post("/oauth/token", exchange(c, made))
		if a.status != http.StatusBadRequest {
			t.Errorf("code %.20q: %d %s", made, a.status, a.body)
		}
	}
}

func TestB09RefreshTokens(t *testing.T) {
	w := newWorld(t)
	session := w.session(w.user("rosa@example.org", "editor"))
	c, other := w.client(clientSpec{}), w.client(clientSpec{confidential: true})
	refresh := func(c program, token string, changes ...string) url.Values {
		return changed(c.form("grant_type", "refresh_token", "refresh_token", token), changes)
	}
	first := w.tokens(exchange(c, w.code(session, c, "scope", "openid blog:write account:read")))

	// Bound to its client, which loses nothing where another one tries.
	w.post("/oauth/token", refresh(other, first.Refresh)).refused(t, 400, "invalid_grant")
	// Bound to its scopes: they may be fewer for a while, never more.
	for _, wider := range []string{"openid blog:write account:read account:write", "profile", "*", "openid blog:write users:write"} {
		w.post("/oauth/token", refresh(c, first.Refresh, "scope", wider)).refused(t, 400, "invalid_scope")
	}
	second := w.tokens(refresh(c, first.Refresh, "scope", "blog:draft"))
	if second.Scope != "blog:draft" || second.ID != "" || second.Refresh == first.Refresh {
		t.Errorf("narrowed: %+v", second)
	}
	if p, _ := w.VerifyAccess(t.Context(), second.Access); p.Has("blog:publish") || !p.Has("blog:draft") {
		t.Errorf("the narrowed token has %v", p.Scopes)
	}
	third := w.tokens(refresh(c, second.Refresh))
	if third.Scope != "openid blog:write account:read" {
		t.Errorf("afterwards the scope is %q", third.Scope)
	}
	// Reuse, even of an old one, ends the family.
	w.post("/oauth/token", refresh(c, first.Refresh)).refused(t, 400, "invalid_grant")
	for name, token := range map[string]string{"first": first.Access, "second": second.Access, "third": third.Access} {
		if w.works(token) {
			t.Errorf("after the reuse the %s access token still works", name)
		}
	}
	w.post("/oauth/token", refresh(c, third.Refresh)).refused(t, 400, "invalid_grant")
	if why := one[string](w, "SELECT revoked_why FROM identity.grants"); why != "refresh_token_reused" {
		t.Errorf("revoked because %q", why)
	}

	// It runs out when it is not used, and at last however often it is.
	idle := w.tokens(exchange(c, w.code(session, c)))
	w.clock.Advance(30 * 24 * time.Hour)
	w.post("/oauth/token", refresh(c, idle.Refresh)).refused(t, 400, "invalid_grant")
	g := w.tokens(exchange(c, w.code(session, c)))
	for range 8 {
		w.clock.Advance(20 * 24 * time.Hour)
		g = w.tokens(refresh(c, g.Refresh))
	}
	w.clock.Advance(20 * 24 * time.Hour)
	w.post("/oauth/token", refresh(c, g.Refresh)).refused(t, 400, "invalid_grant")

	// Clients without the grant get none.
	without := w.client(clientSpec{grants: []string{"authorization_code"}})
	if g := w.tokens(exchange(without, w.code(w.session(w.user("late@example.org")), without))); g.Refresh != "" {
		t.Error("a refresh token for a client without that grant")
	}
}

func TestB10AudienceAndScope(t *testing.T) {
	w := newWorld(t)
	rosa := w.user("rosa@example.org", "contributor")
	session := w.session(rosa)
	elsewhere := "https://planner.example/api"
	c := w.client(clientSpec{audiences: []string{mainSite, elsewhere}})
	foreign := w.tokens(exchange(c, w.code(session, c, "resource", elsewhere)))
	if w.works(foreign.Access) {
		t.Error("the API takes a token for another resource")
	}
	if a := w.get("/oauth/userinfo", "Authorization", "Bearer "+foreign.Access); a.status != http.StatusUnauthorized {
		t.Errorf("userinfo takes it: %d", a.status)
	}
	w.post("/oauth/token", c.form("grant_type", "refresh_token", "refresh_token", foreign.Refresh, "resource", mainSite)).refused(t, 400, "invalid_target")

	both := request(c)
	both["resource"] = []string{mainSite, elsewhere}
	_, query := w.authorize(session, both).location(t)
	g := w.tokens(exchange(c, query.Get("code"), "resource", mainSite))
	if !w.works(g.Access) {
		t.Error("the narrowed token does not work at the API")
	}
	again := w.tokens(c.form("grant_type", "refresh_token", "refresh_token", g.Refresh, "resource", elsewhere))
	if w.works(again.Access) {
		t.Error("narrowed to another resource it works at the API")
	}

	// A token is good for what its scope and the user's roles both allow, now.
	p, err := w.VerifyAccess(t.Context(), g.Access)
	if err != nil || !p.Has("blog:draft") || p.Has("blog:publish") || p.Has("account:read") || p.Name != string(rosa.sub) || string(p.Client) != c.id {
		t.Errorf("VerifyAccess = %+v, %v", p, err)
	}
	if !p.AuthenticatedAt.Equal(w.clock.Now()) {
		t.Errorf("AuthenticatedAt %v", p.AuthenticatedAt)
	}
	w.exec("DELETE FROM identity.role_grants")
	if p, _ := w.VerifyAccess(t.Context(), g.Access); p.Has("blog:draft") {
		t.Error("without the role the token is good for drafts")
	}
	if g.Expires != 600 {
		t.Errorf("expires_in %d", g.Expires)
	}
	w.clock.Advance(10 * time.Minute)
	if w.works(g.Access) {
		t.Error("after ten minutes the token works")
	}
	// A client that has no business at the API gets nothing for it.
	c = w.client(clientSpec{audiences: []string{elsewhere}})
	if g := w.tokens(exchange(c, w.code(session, c))); w.works(g.Access) {
		t.Error("a client without the API as audience gets in")
	} else if a := w.get("/oauth/userinfo", "Authorization", "Bearer "+g.Access); a.status != http.StatusOK {
		t.Errorf("userinfo: %d %s", a.status, a.body)
	}
}

func TestB11ClientAuthentication(t *testing.T) {
	w := newWorld(t)
	c := w.client(clientSpec{kind: "service", confidential: true, grants: []string{"client_credentials"}, scopes: []string{"members:read"}})
	public := w.client(clientSpec{})
	form := url.Values{"grant_type": {"client_credentials"}}
	basic := func(id, secret string) string {
		r, _ := http.NewRequest(http.MethodGet, "/", nil)
		r.SetBasicAuth(id, secret)
		return r.Header.Get("Authorization")
	}
	good := basic(c.id, c.secret)
	for _, headers := range [][]string{{"Authorization", good}, {"Authorization", basic(c.id, strings.Replace(c.secret, "_", "%5F", 1))}} {
		if a := w.post("/oauth/token", form, headers...); a.status != http.StatusOK {
			t.Errorf("basic: %d %s", a.status, a.body)
		}
	}
	if a := w.post("/oauth/token", c.form("grant_type", "client_credentials")); a.status != http.StatusOK {
		t.Errorf("in the body: %d %s", a.status, a.body)
	}
	if a := w.post("/oauth/token", url.Values{"grant_type": {"client_credentials"}, "client_id": {c.id}}, "Authorization", good); a.status != http.StatusOK {
		t.Errorf("basic with the id in the body: %d %s", a.status, a.body)
	}
	wrong := "roseash_cs_" + strings.Repeat("A", 43)
	for name, headers := range map[string][]string{
		"wrong secret":     {"Authorization", basic(c.id, wrong)},
		"no secret":        {"Authorization", basic(c.id, "")},
		"unknown client":   {"Authorization", basic("client_nobody", c.secret)},
		"no client":        {"Authorization", basic("", c.secret)},
		"public, a secret": {"Authorization", basic(public.id, wrong)},
		"another scheme":   {"Authorization", "Bearer " + c.secret},
		"no base64":        {"Authorization", "Basic ***"},
		"no colon":         {"Authorization", "Basic YWJj"},
		"half an escape":   {"Authorization", basic(c.id, "%4")},
		"a user as client": {"Authorization", basic(string(w.user("x@example.org").sub), c.secret)},
	} {
		a := w.post("/oauth/token", form, headers...)
		a.refused(t, 401, "invalid_client")
		if !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Basic ") {
			t.Errorf("%s: WWW-Authenticate %q", name, a.header.Get("WWW-Authenticate"))
		}
	}
	w.post("/oauth/token", c.form("grant_type", "client_credentials", "client_secret", wrong)).refused(t, 401, "invalid_client")
	w.post("/oauth/token", c.form("grant_type", "client_credentials", "client_secret", "")).refused(t, 401, "invalid_client")
	w.post("/oauth/token", public.form("grant_type", "client_credentials", "client_secret", wrong)).refused(t, 401, "invalid_client")
	w.post("/oauth/token", public.form("grant_type", "client_credentials")).refused(t, 400, "unauthorized_client")
	w.post("/oauth/token", form).refused(t, 401, "invalid_client")
	// Two ways at once, and two headers.
	w.post("/oauth/token", c.form("grant_type", "client_credentials"), "Authorization", good).refused(t, 400, "invalid_request")
	w.post("/oauth/token", form, "+Authorization", good, "+Authorization", good).refused(t, 400, "invalid_request")
	w.post("/oauth/token", url.Values{"grant_type": {"client_credentials"}, "client_id": {public.id}}, "Authorization", good).refused(t, 400, "invalid_request")
	// Disabled: as if there were none.
	w.exec("UPDATE identity.clients SET disabled_at = $2 WHERE client_id = $1", c.id, w.clock.Now())
	w.post("/oauth/token", form, "Authorization", good).refused(t, 401, "invalid_client")
}

func TestB12NothingSecretInAddresses(t *testing.T) {
	w := newWorld(t)
	session := w.session(w.user("rosa@example.org"))
	c := w.client(clientSpec{confidential: true})
	code := w.code(session, c)
	good := exchange(c, code)
	for name := range good {
		body := clone(good)
		body.Del(name)
		w.post("/oauth/token?"+url.Values{name: good[name]}.Encode(), body).refused(t, 400, "invalid_request")
		w.post("/oauth/token?"+url.Values{name: good[name]}.Encode(), good).refused(t, 400, "invalid_request")
	}
	if a := w.get("/oauth/token?" + good.Encode()); a.status != http.StatusMethodNotAllowed || a.header.Get("Allow") != "POST" {
		t.Errorf("GET: %d, Allow %q", a.status, a.header.Get("Allow"))
	}
	w.send(http.MethodPost, "/oauth/token", `{"grant_type":"authorization_code"}`, "Content-Type", "application/json").refused(t, 400, "invalid_request")
	w.send(http.MethodPost, "/oauth/token", good.Encode(), "Content-Type", "text/plain").refused(t, 400, "invalid_request")
	w.send(http.MethodPost, "/oauth/token", "grant_type=%zz").refused(t, 400, "invalid_request")
	w.send(http.MethodPost, "/oauth/token", "grant_type="+strings.Repeat("a", 70_000)).refused(t, 400, "invalid_request")
	for name := range good {
		twice := clone(good)
		twice.Add(name, good.Get(name))
		w.post("/oauth/token", twice).refused(t, 400, "invalid_request")
	}

	a := w.post("/oauth/token", good)
	if a.status != http.StatusOK || a.header.Get("Cache-Control") != "no-store" || a.header.Get("Pragma") != "no-cache" || a.header.Get("Content-Type") != "application/json" {
		t.Errorf("%d %v", a.status, a.header)
	}
	token := a.json(t)["access_token"].(string)
	for _, a := range []answer{
		w.get("/oauth/userinfo?access_token=" + token),
		w.get("/oauth/userinfo?access_token="+token, "Authorization", "Bearer "+token),
		w.post("/oauth/userinfo", url.Values{"access_token": {token}}),
	} {
		a.refused(t, 400, "invalid_request")
	}
	if a := w.authorize(session, request(c)); a.header.Get("Referrer-Policy") != "no-referrer" || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the answer with the code: %v", a.header)
	}
}

// Tokens that are bound to a key are for later: until then nothing pretends that they are.
func TestB20NoPretendedDPoP(t *testing.T) {
	w := newWorld(t)
	session := w.session(w.user("rosa@example.org", "editor"))
	c := w.client(clientSpec{})
	for name := range w.get("/.well-known/openid-configuration").json(t) {
		if strings.Contains(name, "dpop") || strings.Contains(name, "mtls") || strings.Contains(name, "tls_client") {
			t.Errorf("the metadata have %s", name)
		}
	}
	a := w.post("/oauth/token", exchange(c, w.code(session, c, "dpop_jkt", "abc")), "DPoP", "eyJ0eXAiOiJkcG9wK2p3dCJ9.e30.c2ln")
	if body := a.json(t); a.status != http.StatusOK || body["token_type"] != "Bearer" {
		t.Errorf("%d, token_type %v", a.status, body["token_type"])
	}
	if a := w.get("/oauth/userinfo", "Authorization", "DPoP "+a.json(t)["access_token"].(string)); a.status != http.StatusUnauthorized {
		t.Errorf("userinfo takes the scheme DPoP: %d", a.status)
	}
}

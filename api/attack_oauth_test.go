// Attacks on the authorization server, over HTTP against the whole product with real sessions:
// addresses that codes must not go to, consent that nobody gave, tokens in the wrong place or
// of the wrong kind, and tokens that outlive what they came from.

package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
)

// admin is somebody who may register programs, signed in.
func (f *fortress) admin() *browser {
	f.t.Helper()
	b := f.browser("192.0.2.200")
	b.signIn("admin@example.org", "")
	f.grant("admin@example.org", "owner")
	return b
}

// TestAttackRedirectURI: nothing is sent to an address that is not registered, however like
// one it is; to the registered one goes every answer, with the state and who answers.
func TestAttackRedirectURI(t *testing.T) {
	f := newFortress(t, nil)
	admin := f.admin()
	p := f.register(admin, "openid", nil)
	native := f.register(admin, "openid", map[string]any{
		"token_endpoint_auth_method": "none", "redirect_uris": []string{"http://127.0.0.1/callback", "com.example.app:/callback"},
	})
	bad := map[string][]string{p.id: {
		"https://evil.example/callback", "https://x.planner.example/callback", "https://planner.example.evil.example/callback", "https://evilplanner.example/callback",
		"http://planner.example/callback", "HTTPS://planner.example/callback", "https://PLANNER.example/callback", "https://planner.example/Callback",
		"https://planner.example/callback/", "https://planner.example/callback/x", "https://planner.example//callback", "https://planner.example/x/../callback", "https://planner.example/./callback",
		"https://planner.example/callback/..", "https://planner.example/callback/../../evil", "https://planner.example/", "https://planner.example",
		"https://planner.example/callback?x=1", "https://planner.example/callback?", "https://planner.example/callback#", "https://planner.example/callback#x", "https://planner.example/callback%23x",
		"https://evil.example@planner.example/callback", "https://planner.example@evil.example/callback", "https://planner.example:443/callback", "https://planner.example:8443/callback",
		"https://planner.example./callback", "https://planner.example/call%62ack", "https://planner.example%2fcallback", "https://planner%2eexample/callback", `https://planner.example\@evil.example/callback`,
		`https://evil.example\.planner.example/callback`, " https://planner.example/callback", "https://planner.example/callback ", "https://planner.example/callback\n", "https://planner.example/callback%0d%0aX:y",
		"https://planner.example/callback\r\nX: y", "https://planner.example/callback\x00", "//planner.example/callback", "/callback", "planner.example/callback", "javascript:alert(1)//https://planner.example/callback",
		"data:text/html,x", "", "https://planner.example/callback,https://evil.example/", "http://127.0.0.1/callback", "http://localhost/callback", "https://rose.example/callback",
		"https://plann\u0435r.example/callback", "https://xn--plannr-uof.example/callback", "https:planner.example/callback", "https:///planner.example/callback",
	}, native.id: {
		"http://localhost/callback", "http://127.0.0.1:/callback", "http://127.0.0.1:080/callback", "http://127.0.0.1:99999/callback", "http://127.0.0.1:80@evil.example/callback", "http://127.0.0.1:80/other",
		"http://127.0.0.2/callback", "http://127.1/callback", "http://[::1]/callback", "https://127.0.0.1/callback", "http://127.0.0.1.evil.example/callback", "http://127.0.0.1:1/callback?x=1", "http://0x7f.1/callback",
		"com.example.app://callback", "com.example.app:/callback/x", "com.example.app2:/callback", "COM.example.app:/callback", "http://2130706433/callback", "http://127.0.0.1:8\n0/callback",
	}}
	stranger := f.browser("192.0.2.3")
	for client, uris := range bad {
		for _, uri := range uris {
			q := program{id: client, to: uri}.request("openid")
			for _, b := range []*browser{admin, stranger} {
				get := b.get("/oauth/authorize?" + q.Encode())
				post := b.do("POST", "/oauth/authorize", q.Encode())
				for _, a := range []answer{get, post} {
					if a.status != http.StatusBadRequest || a.location() != "" || len(a.header["Refresh"]) > 0 {
						t.Errorf("%s to %q = %d to %q", a.method, uri, a.status, a.location())
					}
					if strings.Contains(uri, "evil") && strings.Contains(a.body+a.header.Get("Content-Security-Policy"), "evil") {
						t.Errorf("the page repeats %q", uri)
					}
				}
			}
			// Nor does the sign-in page lead there by what it was told to come back to.
			page := stranger.get("/login/?return_to=" + url.QueryEscape("/oauth/authorize?"+q.Encode()))
			if strings.Contains(page.header.Get("Content-Security-Policy"), "evil") || page.location() != "" {
				t.Errorf("signing in for %q: %v", uri, page.header)
			}
		}
	}
	twice := p.request("openid")
	twice.Add("redirect_uri", "https://evil.example/")
	if a := admin.get("/oauth/authorize?" + twice.Encode()); a.status != http.StatusBadRequest || a.location() != "" {
		t.Errorf("two addresses = %d to %q", a.status, a.location())
	}
	for name, q := range map[string]url.Values{
		"code": p.request("openid"), "invalid_scope": p.request("openid site:write"), "unsupported_response_type": p.request("openid", "response_type", "token"),
		"invalid_request": p.request("openid", "code_challenge_method", "plain"), "request_not_supported": p.request("openid", "request", "x"), "login_required": p.request("openid", "prompt", "none"),
	} {
		b := admin
		if name == "login_required" {
			b = stranger
		}
		back := p.code(b, q)
		if back.Get("state") != "s-1" || back.Get("iss") != ourSite || name != "code" && (back.Get("error") != name || back.Has("code")) || name == "code" && len(back.Get("code")) != 54 {
			t.Errorf("%s: the answer is %v", name, back)
		}
	}
}

// TestAttackConsent: only what was chosen on the page that this session was shown, about this
// very request, is consent; and nobody may frame that page.
func TestAttackConsent(t *testing.T) {
	f := newFortress(t, nil)
	p := f.register(f.admin(), "openid blog:draft account:read", nil)
	ada, bob := f.browser("192.0.2.1"), f.browser("192.0.2.2")
	ada.signIn("ada@example.org", "")
	bob.signIn("bob@example.org", "")
	shown := ada.get("/oauth/authorize?" + p.request("openid").Encode())
	proof := shown.hidden().Get("_proof")
	if shown.status != http.StatusOK || proof == "" {
		t.Fatalf("consent = %d\n%s", shown.status, shown.body)
	}
	if h := shown.header; !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") || h.Get("X-Frame-Options") != "DENY" ||
		h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("the page can be framed or is kept: %v", h)
	}
	with := func(scope string, more ...string) url.Values {
		q := p.request(scope, "decision", "allow")
		for i := 0; i+1 < len(more); i += 2 {
			q.Set(more[i], more[i+1])
		}
		return q
	}
	others := bob.get("/oauth/authorize?" + p.request("openid").Encode()).hidden().Get("_proof")
	for name, try := range map[string]struct {
		method string
		form   url.Values
	}{
		"no proof":             {"POST", with("openid")},
		"an invented one":      {"POST", with("openid", "_proof", "abc.def")},
		"another's":            {"POST", with("openid", "_proof", others)},
		"one for less":         {"POST", with("openid blog:draft", "_proof", proof)},
		"one of another state": {"POST", with("openid", "_proof", proof, "state", "s-2")},
		"another challenge":    {"POST", with("openid", "_proof", proof, "code_challenge", strings.Repeat("A", 43))},
		"by a link":            {"GET", with("openid", "_proof", proof)},
		"no decision":          {"POST", with("openid", "_proof", proof, "decision", "")},
		"two decisions":        {"POST", with("openid", "_proof", proof, "decision", "yes")},
		"the moment's proof":   {"POST", with("openid", "_proof", ada.get("/oauth/authorize?"+p.request("openid", "prompt", "login").Encode()).location())},
	} {
		at, body := "/oauth/authorize", try.form.Encode()
		if try.method == "GET" {
			at, body = at+"?"+body, ""
		}
		if a := ada.do(try.method, at, body); a.status != http.StatusOK || a.location() != "" {
			t.Errorf("%s = %d to %q", name, a.status, a.location())
		}
	}
	if n := f.stored("identity.codes") + f.stored("identity.consents"); n != "" {
		t.Errorf("something was given: %s", n)
	}
	stale := with("openid", "_proof", proof)
	ada.post("/login/out/")
	ada.signIn("ada@example.org", "")
	if a := ada.do("POST", "/oauth/authorize", stale.Encode()); a.status != http.StatusOK || a.location() != "" {
		t.Errorf("the proof of a session that has ended = %d to %q", a.status, a.location())
	}
	if back := p.code(ada, p.request("openid")); back.Get("code") == "" {
		t.Errorf("real consent: %v", back)
	}
}

// TestAttackTokenKinds: each secret is good for one thing, in one place.
func TestAttackTokenKinds(t *testing.T) {
	f := newFortress(t, nil)
	admin := f.admin()
	const elsewhere = "https://other.example"
	p := f.register(admin, "openid account:read offline_access", map[string]any{"audiences": []string{ourSite, elsewhere}})
	ada := f.browser("192.0.2.1")
	ada.signIn("ada@example.org", "")
	access, refresh := p.tokens(ada, "openid account:read offline_access")
	if refresh == "" || ada.me(access) != http.StatusOK {
		t.Fatal("the tokens are no good")
	}
	personal := ada.do("POST", "/v1/me/tokens", `{"name":"Script","scopes":["account:read"]}`).field("token")
	if ada.me(personal) != http.StatusOK {
		t.Fatal("the personal token is no good")
	}
	code := p.code(ada, p.request("openid")).Get("code")
	cookie := ada.cookies[auth.SessionCookie]
	foreign, _ := p.tokens(ada, "openid account:read", "resource", elsewhere)

	stranger := f.browser("192.0.2.9")
	for name, token := range map[string]string{
		"a refresh token": refresh, "a code": code, "a client's secret": p.secret, "a session's cookie": cookie, "a device's": ada.cookies["__Host-device"],
		"a token for others": foreign, "half a token": access[:30], "a token with more": access + "x", "two": access + " " + access, "another prefix": "roseash_pat_" + strings.TrimPrefix(access, "roseash_at_"),
		"an access token as a personal one": strings.Replace(access, "_at_", "_pat_", 1), "a personal one as an access token": strings.Replace(personal, "_pat_", "_at_", 1),
	} {
		for _, at := range []string{"/v1/me", "/oauth/userinfo", "/v1/me/sessions", "/v1/posts"} {
			if a := stranger.get(at, "Authorization", "Bearer "+token); a.status != http.StatusUnauthorized || strings.Contains(a.body, "ada@") {
				t.Errorf("%s at %s = %d", name, at, a.status)
			}
		}
	}
	if a := stranger.get("/oauth/userinfo", "Authorization", "Bearer "+personal); a.status != http.StatusUnauthorized {
		t.Errorf("a personal token at userinfo = %d", a.status)
	}
	for name, token := range map[string]string{"an access token": access, "a personal one": personal, "a refresh token": refresh} {
		b := f.browser("192.0.2.9")
		if b.cookies[auth.SessionCookie] = token; b.me("") != http.StatusUnauthorized {
			t.Errorf("%s is good as a cookie", name)
		}
	}
	for name, form := range map[string][]string{
		"an access token as a refresh token": {"grant_type", "refresh_token", "refresh_token", access},
		"a personal token as one":            {"grant_type", "refresh_token", "refresh_token", personal},
		"a code as one":                      {"grant_type", "refresh_token", "refresh_token", code},
		"a refresh token as a code":          {"grant_type", "authorization_code", "code", refresh, "redirect_uri", p.to, "code_verifier", verifier},
		"a cookie as a code":                 {"grant_type", "authorization_code", "code", cookie, "redirect_uri", p.to, "code_verifier", verifier},
	} {
		if a := p.exchange(form...); a.status != http.StatusBadRequest || a.field("error") != "invalid_grant" {
			t.Errorf("%s = %d %s", name, a.status, a.body)
		}
	}
	// In an address a token is refused, or not seen at all.
	for at, want := range map[string]int{
		"/v1/me?access_token=" + access: 401, "/v1/me?token=" + personal: 401, "/v1/me/sessions?access_token=" + personal: 401,
		"/oauth/userinfo?access_token=" + access: 400,
	} {
		if a := stranger.get(at); a.status != want && a.status != http.StatusUnprocessableEntity || strings.Contains(a.body, "ada@") {
			t.Errorf("%s = %d %s", strings.Split(at, "=")[0], a.status, a.body)
		}
	}
	for _, at := range []string{"/oauth/token?client_secret=" + p.secret, "/oauth/token?refresh_token=" + refresh, "/oauth/introspect?token=" + access, "/oauth/revoke?token=" + access} {
		a := stranger.do("POST", at, formOf("grant_type", "refresh_token", "refresh_token", refresh, "token", access), "Authorization", p.basic())
		if a.status != http.StatusBadRequest || strings.Contains(a.body, "roseash_") {
			t.Errorf("%s = %d %s", strings.Split(at, "=")[0], a.status, a.body)
		}
	}
	if a := stranger.do("POST", "/oauth/userinfo", formOf("access_token", access)); a.status != http.StatusBadRequest && a.status != http.StatusUnauthorized {
		t.Errorf("a token in a form = %d", a.status)
	}
	// None of that has used anything up.
	if ada.me(access) != 200 || ada.me("") != 200 || p.exchange("grant_type", "refresh_token", "refresh_token", refresh).status != 200 ||
		p.exchange("grant_type", "authorization_code", "code", code, "redirect_uri", p.to, "code_verifier", verifier).status != 200 {
		t.Error("what was tried in the wrong place is no good in the right one")
	}
}

// TestAttackOutliving: a token is good for no longer, and for no more, than what it came from.
func TestAttackOutliving(t *testing.T) {
	f := newFortress(t, nil)
	admin := f.admin()
	p := f.register(admin, "openid account:read blog:write offline_access", nil)
	const scope = "openid account:read blog:write offline_access"
	user := func(b *browser) string { return b.get("/v1/me").field("id") }
	write := func(token string) int {
		return f.browser("192.0.2.9").do("POST", "/v1/posts", `{"title":"Bread"}`, "Authorization", "Bearer "+token).status
	}
	change := func(method, at, body string) {
		t.Helper()
		tag := admin.get(strings.TrimSuffix(at, "/roles")).header.Get("ETag")
		if a := admin.do(method, at, body, "If-Match", tag); a.status != http.StatusOK && a.status != http.StatusNoContent {
			t.Fatalf("%s %s = %d %s", method, at, a.status, a.body)
		}
	}

	ada := f.browser("192.0.2.1")
	ada.signIn("ada@example.org", "")
	f.grant("ada@example.org", "editor")
	access, _ := p.tokens(ada, scope)
	personal := ada.do("POST", "/v1/me/tokens", `{"name":"Script","scopes":["blog:write","account:read"]}`).field("token")
	if write(access) != http.StatusCreated || write(personal) != http.StatusCreated {
		t.Fatal("an editor's tokens do not write")
	}
	change("PUT", "/v1/users/"+user(ada)+"/roles", `{"roles":[]}`)
	for name, token := range map[string]string{"an access token": access, "a personal one": personal} {
		if got := write(token); got != http.StatusForbidden || ada.me(token) != http.StatusOK {
			t.Errorf("%s of who is no editor any more writes: %d", name, got)
		}
	}
	dead := func(why string, refresh string, tokens ...string) {
		t.Helper()
		for _, token := range tokens {
			for _, at := range []string{"/v1/me", "/oauth/userinfo"} {
				if a := f.browser("192.0.2.9").get(at, "Authorization", "Bearer "+token); a.status != http.StatusUnauthorized {
					t.Errorf("after %s a token is good at %s: %d", why, at, a.status)
				}
			}
			if a := f.browser("192.0.2.9").do("POST", "/oauth/introspect", formOf("token", token), "Authorization", p.basic()); a.status == 200 && !strings.Contains(a.body, `"active":false`) {
				t.Errorf("after %s: %s", why, a.body)
			}
		}
		if a := p.exchange("grant_type", "refresh_token", "refresh_token", refresh); a.status == http.StatusOK {
			t.Errorf("after %s it is renewed", why)
		}
	}
	bob := f.browser("192.0.2.2")
	bob.signIn("bob@example.org", "")
	const here = "openid account:read" // and not while its user is away
	access, refresh := p.tokens(bob, here)
	away, renews := p.tokens(bob, scope)
	old, waiting := bob.cookies[auth.SessionCookie], p.code(bob, p.request(here)).Get("code")
	bob.post("/login/out/")
	dead("signing out", refresh, access)
	if bob.me(away) != http.StatusOK {
		t.Error("what a program may keep while its user is away has ended with the session")
	}
	bob.cookies[auth.SessionCookie] = old
	if bob.me("") != http.StatusUnauthorized {
		t.Error("the cookie of who has signed out is good")
	}
	if a := p.exchange("grant_type", "authorization_code", "code", waiting, "redirect_uri", p.to, "code_verifier", verifier); a.field("error") != "invalid_grant" {
		t.Errorf("a code of who has signed out = %d %s", a.status, a.body)
	}
	bob.signIn("bob@example.org", "")
	if a := bob.do("DELETE", "/v1/me/apps/"+p.id, ""); a.status != http.StatusNoContent {
		t.Errorf("disconnecting = %d %s", a.status, a.body)
	}
	dead("disconnecting", renews, away)
	away, renews = p.tokens(bob, scope)
	if a := bob.do("DELETE", "/v1/me/sessions", ""); a.status != http.StatusNoContent || bob.me("") != http.StatusUnauthorized {
		t.Errorf("signing out everywhere = %d %s", a.status, a.body)
	}
	dead("signing out everywhere", renews, away)

	eve := f.browser("192.0.2.3")
	eve.signIn("eve@example.org", "")
	access, refresh = p.tokens(eve, scope)
	personal = eve.do("POST", "/v1/me/tokens", `{"name":"Script","scopes":["account:read"]}`).field("token")
	link, _ := f.browser("192.0.2.4").ask("eve@example.org", "")
	change("PATCH", "/v1/users/"+user(eve), `{"state":"suspended"}`)
	dead("suspension", refresh, access, personal)
	if eve.me("") != http.StatusUnauthorized || f.browser("192.0.2.4").post(link).status == http.StatusSeeOther {
		t.Error("who is suspended is in, or gets in")
	}

	fay := f.browser("192.0.2.5")
	fay.signIn("fay@example.org", "")
	access, refresh = p.tokens(fay, scope)
	change("DELETE", "/v1/clients/"+p.id, "")
	dead("deletion of the client", refresh, access)
	if fay.me("") != http.StatusOK {
		t.Error("deleting a client has ended a session")
	}
}

// TestAttackGate: a program of others reads what is for members only with a scope that lets it
// see its user's account.
func TestAttackGate(t *testing.T) {
	f := newFortress(t, nil)
	p := f.register(f.admin(), "openid profile account:read", nil)
	post, err := f.app.Blog.CreatePost(t.Context(), contract.TypePost, blog.PostFields{
		Title: new("Bread"), Source: new("Free words.\n\n<!--members-only-->\n\nqzgated."), Visibility: new(contract.VisibilityMembers),
	})
	if err == nil {
		_, err = f.app.Blog.Publish(t.Context(), contract.TypePost, string(post.ID), nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	ada := f.browser("192.0.2.1")
	ada.signIn("ada@example.org", "")
	if a := ada.get("/v1/posts/bread/body"); !strings.Contains(a.body, "qzgated") || !strings.Contains(a.header.Get("Cache-Control"), "private") {
		t.Errorf("a member reads %s %v", a.body, a.header)
	}
	for scope, want := range map[string]bool{"openid profile": false, "openid account:read": true} {
		token, _ := p.tokens(ada, scope)
		for _, at := range []string{"/v1/posts/bread/body", "/v1/posts/bread", "/v1/posts", "/read/bread/", "/v1/search?q=qzgated"} {
			a := f.browser("192.0.2.9").get(at, "Authorization", "Bearer "+token)
			if got := strings.Contains(a.body, "qzgated.") || strings.Contains(a.body, "qzgated<"); got && (!want || at != "/v1/posts/bread/body") {
				t.Errorf("%s reads %s: %d", scope, at, a.status)
			} else if at == "/v1/posts/bread/body" && got != want {
				t.Errorf("%s at %s: %d %s", scope, at, a.status, a.body)
			}
		}
	}
}

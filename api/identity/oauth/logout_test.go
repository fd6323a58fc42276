package oauth_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

const afterLogout = "https://planner.example/bye"

// relyingParty makes a client that people may be sent to after logout, told of logouts at an
// address if there is one.
func (w *world) relyingParty(backchannel string) program {
	c := w.client(clientSpec{})
	w.exec("UPDATE identity.clients SET post_logout_redirect_uris = $2, backchannel_logout_uri = $3 WHERE client_id = $1", c.id, []string{afterLogout, afterLogout + "?x=1"}, backchannel)
	return c
}

func (w *world) ended(session contract.SessionID) bool {
	u, _ := id.Parse("ses", session)
	return one[bool](w, "SELECT ended_at IS NOT NULL FROM identity.sessions WHERE id = $1", u)
}

func TestLogout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rosa, ben := w.user("rosa@example.org"), w.user("ben@example.org")
	c, other := w.relyingParty(""), w.relyingParty("")
	disabled := w.relyingParty("")
	w.exec("UPDATE identity.clients SET disabled_at = now() WHERE client_id = $1", disabled.id)
	forged := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"iss": issuer, "aud": c.id, "sub": string(rosa.sub)})
	hs, err := forged.SignedString([]byte("k"))
	if err != nil {
		t.Fatal(err)
	}
	bens := w.tokens(exchange(c, w.code(w.session(ben), c))).ID
	type outcome struct {
		status   int
		body     string // of the page
		location string
		ended    bool
	}
	ask := outcome{status: 200, body: "ask logout"}
	bad := outcome{status: 400, body: "refused"}
	for name, tt := range map[string]struct {
		query   func(idToken string) url.Values
		wait    time.Duration // before it is asked
		want    outcome
		code    string // of a refusal
		anyone  bool   // nobody is signed in
		headers []string
	}{
		"nothing said": {query: func(string) url.Values { return nil }, want: ask},
		"a hint":       {query: func(h string) url.Values { return url.Values{"id_token_hint": {h}} }, want: outcome{200, "logged out", "", true}},
		"a hint and an address": {query: func(h string) url.Values {
			return url.Values{"id_token_hint": {h}, "post_logout_redirect_uri": {afterLogout}, "state": {"a b"}}
		}, want: outcome{303, "", afterLogout + "?state=a+b", true}},
		"an address with a query": {query: func(h string) url.Values {
			return url.Values{"id_token_hint": {h}, "post_logout_redirect_uri": {afterLogout + "?x=1"}, "state": {"s"}}
		}, want: outcome{303, "", afterLogout + "?x=1&state=s", true}},
		"a hint, its client named": {query: func(h string) url.Values {
			return url.Values{"id_token_hint": {h}, "client_id": {c.id}, "post_logout_redirect_uri": {afterLogout}}
		}, want: outcome{303, "", afterLogout, true}},
		"a hint that has expired": {query: func(h string) url.Values { return url.Values{"id_token_hint": {h}} }, wait: 2 * time.Hour, want: outcome{200, "logged out", "", true}},
		"only a look":             {query: func(h string) url.Values { return url.Values{"id_token_hint": {h}} }, headers: []string{"Method", "HEAD"}, want: outcome{200, "", "", false}},
		"somebody else's hint": {query: func(string) url.Values {
			return url.Values{"id_token_hint": {bens}, "post_logout_redirect_uri": {afterLogout}}
		}, want: ask},
		"a hint that is none":      {query: func(string) url.Values { return url.Values{"id_token_hint": {"x.y.z"}} }, want: ask},
		"a hint signed by another": {query: func(string) url.Values { return url.Values{"id_token_hint": {hs}} }, want: ask},
		"a hint that was changed":  {query: func(h string) url.Values { return url.Values{"id_token_hint": {h[:len(h)-8] + "AAAAAAAA"}} }, want: ask},
		"a client, no hint": {query: func(string) url.Values {
			return url.Values{"client_id": {c.id}, "post_logout_redirect_uri": {afterLogout}}
		}, want: ask},
		"a hint of another client": {query: func(h string) url.Values { return url.Values{"id_token_hint": {h}, "client_id": {other.id}} }, want: bad, code: "invalid_request"},
		"an address, nobody's":     {query: func(string) url.Values { return url.Values{"post_logout_redirect_uri": {afterLogout}} }, want: bad, code: "invalid_redirect_uri"},
		"an unknown client":        {query: func(string) url.Values { return url.Values{"client_id": {"client_0"}} }, want: bad, code: "invalid_client"},
		"no client's id":           {query: func(string) url.Values { return url.Values{"client_id": {"x'"}} }, want: bad, code: "invalid_client"},
		"a client that is disabled": {query: func(string) url.Values {
			return url.Values{"client_id": {disabled.id}, "post_logout_redirect_uri": {afterLogout}}
		}, want: bad, code: "invalid_client"},
		"an address that is not theirs": {query: func(h string) url.Values {
			return url.Values{"id_token_hint": {h}, "post_logout_redirect_uri": {"https://evil.example/"}}
		}, want: bad, code: "invalid_redirect_uri"},
		"a longer address": {query: func(h string) url.Values {
			return url.Values{"id_token_hint": {h}, "post_logout_redirect_uri": {afterLogout + "/x"}}
		}, want: bad, code: "invalid_redirect_uri"},
		"another query": {query: func(h string) url.Values {
			return url.Values{"id_token_hint": {h}, "post_logout_redirect_uri": {afterLogout + "?y=1"}}
		}, want: bad, code: "invalid_redirect_uri"},
		"a fragment": {query: func(h string) url.Values {
			return url.Values{"id_token_hint": {h}, "post_logout_redirect_uri": {afterLogout + "#x"}}
		}, want: bad, code: "invalid_redirect_uri"},
		"the address for codes": {query: func(h string) url.Values {
			return url.Values{"id_token_hint": {h}, "post_logout_redirect_uri": {callback}}
		}, want: bad, code: "invalid_redirect_uri"},
		"an address twice": {query: func(h string) url.Values {
			return url.Values{"id_token_hint": {h}, "post_logout_redirect_uri": {afterLogout, afterLogout}}
		}, want: bad, code: "invalid_request"},
		"a proof in the address": {query: func(string) url.Values { return url.Values{"_proof": {"x.y"}} }, want: ask},
		"nobody is signed in":    {query: func(string) url.Values { return nil }, want: outcome{status: 200, body: "logged out"}, anyone: true},
		"nobody, and an address": {query: func(h string) url.Values {
			return url.Values{"id_token_hint": {h}, "post_logout_redirect_uri": {afterLogout}}
		}, want: outcome{303, "", afterLogout, false}, anyone: true},
		"nobody, and a bad address": {query: func(h string) url.Values {
			return url.Values{"id_token_hint": {h}, "post_logout_redirect_uri": {"https://evil.example/"}}
		}, want: bad, code: "invalid_redirect_uri", anyone: true},
	} {
		session := w.session(rosa)
		idToken := w.tokens(exchange(c, w.code(session, c))).ID
		w.clock.Advance(tt.wait)
		method, headers := "GET", []string{"Test-Session", string(session)}
		if tt.anyone {
			headers = nil
		}
		if len(tt.headers) > 0 {
			method = tt.headers[1]
		}
		w.pages.refused = contract.AuthorizeRefusal{}
		got := w.send(method, "/oauth/logout?"+tt.query(idToken).Encode(), "", headers...)
		if found := (outcome{got.status, got.body, got.header.Get("Location"), w.ended(session)}); found != tt.want || w.pages.refused.Code != tt.code {
			t.Errorf("%s: %+v %s, want %+v %s", name, found, w.pages.refused.Code, tt.want, tt.code)
		}
		cleared := strings.HasPrefix(got.header.Get("Set-Cookie"), "__Host-session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax")
		if done := tt.want.ended || tt.anyone && tt.code == ""; cleared != done {
			t.Errorf("%s: the cookie is cleared: %v, want %v: %q", name, cleared, done, got.header.Get("Set-Cookie"))
		}
	}
}

// Who cannot prove that its users want it has them asked; the page's own form proves it.
func TestLogoutIsAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rosa := w.user("rosa@example.org")
	c := w.relyingParty("")
	session, elsewhere := w.session(rosa), w.session(rosa)
	shown := func(session contract.SessionID) url.Values {
		t.Helper()
		w.get("/oauth/logout?"+url.Values{"client_id": {c.id}, "post_logout_redirect_uri": {afterLogout}, "state": {"s-1"}, "ui_locales": {"en"}}.Encode(), "Test-Session", string(session))
		f := url.Values{}
		for _, field := range w.pages.logout.Fields {
			f.Add(field[0], field[1])
		}
		return f
	}
	f := shown(session)
	if w.pages.logout.Client != "Harvest planner" || w.pages.logout.Target != "https://planner.example" || f.Get("state") != "s-1" || f.Get("ui_locales") != "" {
		t.Errorf("shown %+v", w.pages.logout)
	}
	for name, tt := range map[string]struct {
		form    url.Values
		session contract.SessionID
	}{
		"no proof":                  {changed(shown(session), []string{"_proof", ""}), session},
		"another session's proof":   {shown(elsewhere), session},
		"a proof for another state": {changed(shown(session), []string{"state", "s-2"}), session},
		"a proof that is none":      {changed(shown(session), []string{"_proof", "1.AAAA"}), session},
	} {
		if a := w.post("/oauth/logout", tt.form, "Test-Session", string(tt.session)); a.body != "ask logout" || w.ended(session) {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	w.clock.Advance(31 * time.Minute)
	if a := w.post("/oauth/logout", f, "Test-Session", string(session)); a.body != "ask logout" {
		t.Errorf("after half an hour: %d %s", a.status, a.body)
	}
	if a := w.post("/oauth/logout", shown(session), "Test-Session", string(session)); a.status != 303 || a.header.Get("Location") != afterLogout+"?state=s-1" || !w.ended(session) {
		t.Errorf("by the form: %d %s", a.status, a.header.Get("Location"))
	}
	if w.ended(elsewhere) {
		t.Error("the other browser has been signed out")
	}
	// A form of another site comes without the cookie: a link has it.
	a := w.post("/oauth/logout", url.Values{"client_id": {c.id}}, "Sec-Fetch-Site", "cross-site")
	if a.status != 303 || a.header.Get("Location") != "/oauth/logout?client_id="+c.id || a.header.Get("Set-Cookie") != "" {
		t.Errorf("a form of another site: %d %v", a.status, a.header)
	}
}

// A client knows a browser by the session that it signed in with, and the browser may have
// another one by now.
func TestLogoutOfAReplacedSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rosa := w.user("rosa@example.org")
	c := w.relyingParty("")
	before := w.session(rosa)
	idToken := w.tokens(exchange(c, w.code(before, c))).ID
	now := w.session(rosa)
	b, _ := id.Parse("ses", before)
	n, _ := id.Parse("ses", now)
	w.exec("UPDATE identity.sessions SET ended_at = $2, ended_why = 'replaced', parent_id = $3 WHERE id = $1", b, w.clock.Now(), n)
	a := w.get("/oauth/logout?"+url.Values{"id_token_hint": {idToken}}.Encode(), "Test-Session", string(now))
	if a.body != "logged out" || !w.ended(now) {
		t.Errorf("by the ID token of the session before: %d %s", a.status, a.body)
	}
}

// Signing in on the way to a client.

package oauth_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
)

// toSignIn checks that an answer leads to the sign-in page, and returns what is asked there.
func toSignIn(t *testing.T, a answer) url.Values {
	t.Helper()
	to, query := a.location(t)
	if a.status != http.StatusSeeOther || to != "/login/" {
		t.Fatalf("%d to %q, want the sign-in page", a.status, a.header.Get("Location"))
	}
	return query
}

func TestAuthorizeSignsIn(t *testing.T) {
	w := newWorld(t)
	rosa := w.user("rosa@example.org")
	c := w.client(clientSpec{})
	for name, a := range map[string]answer{
		"GET":  w.authorize("", request(c, "unknown", "x", "login_hint", "rosa@example.org")),
		"POST": w.post("/oauth/authorize", request(c, "unknown", "x", "login_hint", "rosa@example.org")),
	} {
		query := toSignIn(t, a)
		if query.Get("login_hint") != "rosa@example.org" || query.Has("fresh") {
			t.Errorf("%s: %v", name, query)
		}
		if got := w.FormTarget(t.Context(), query.Get("return_to")); got != "https://planner.example" {
			t.Errorf("%s: FormTarget = %q", name, got)
		}
		back := w.get(query.Get("return_to"), "Test-Session", string(w.session(rosa)))
		if _, query := back.location(t); !query.Has("code") || query.Get("state") != "st-1" {
			t.Errorf("%s: back to %v", name, query)
		}
	}
	// A session that ends on the way, and a user who is suspended.
	session := w.session(rosa)
	w.exec("UPDATE identity.sessions SET ended_at = $1, ended_why = 'signed_out'", w.clock.Now())
	toSignIn(t, w.authorize(session, request(c)))
	session = w.session(rosa)
	w.exec("UPDATE identity.users SET state = 'suspended'")
	toSignIn(t, w.authorize(session, request(c)))
	if n := one[int](w, "SELECT count(*) FROM identity.codes"); n != 2 {
		t.Errorf("%d codes, want 2", n)
	}
}

func TestAuthorizePrompts(t *testing.T) {
	w := newWorld(t)
	rosa := w.user("rosa@example.org")
	c := w.client(clientSpec{})
	for _, changes := range [][]string{{"prompt", "login"}, {"prompt", "select_account"}, {"max_age", "0"}, {"max_age", "300"}, {"prompt", "login consent"}} {
		session := w.session(rosa)
		w.clock.Advance(6 * time.Minute)
		query := toSignIn(t, w.authorize(session, request(c, changes...)))
		if query.Get("fresh") != "1" {
			t.Errorf("%v: %v", changes, query)
		}
		path := query.Get("return_to")
		// Coming back without having signed in again leads there again.
		w.clock.Advance(time.Minute)
		again := toSignIn(t, w.get(path, "Test-Session", string(session)))
		if again.Get("return_to") != path {
			t.Errorf("%v: the second time to %v", changes, again)
		}
		session = w.session(rosa)
		back := w.get(path, "Test-Session", string(session))
		if back.body == "consent" {
			back = w.post("/oauth/authorize", changed(fields(w.pages.consent), []string{"decision", "allow"}), "Test-Session", string(session))
		}
		if _, query := back.location(t); !query.Has("code") {
			t.Errorf("%v: after signing in %d to %v", changes, back.status, query)
		}
		// The mark is good for this request only, and not for long.
		w.clock.Advance(6 * time.Minute)
		other := strings.Replace(path, "state=st-1", "state=st-2", 1)
		if toSignIn(t, w.get(other, "Test-Session", string(session))); other == path {
			t.Error("the test changes nothing")
		}
		w.clock.Advance(31 * time.Minute)
		toSignIn(t, w.get(path, "Test-Session", string(session)))
	}
	// Recent enough.
	session := w.session(rosa)
	w.clock.Advance(4 * time.Minute)
	w.code(session, c, "max_age", "300")
	// With prompt=none nobody sees a page.
	for _, tt := range []struct {
		session contract.SessionID
		changes []string
		want    string
	}{
		{"", nil, "login_required"},
		{session, []string{"max_age", "60"}, "login_required"},
		{session, nil, ""},
	} {
		_, query := w.authorize(tt.session, request(c, append(tt.changes, "prompt", "none")...)).location(t)
		if query.Get("error") != tt.want || query.Get("state") != "st-1" {
			t.Errorf("prompt=none %v: %v, want %q", tt.changes, query, tt.want)
		}
	}
	// Whom the client means, by an ID token of before.
	g := w.tokens(exchange(c, w.code(session, c)))
	w.clock.Advance(2 * time.Hour)
	basil := w.session(w.user("basil@example.org"))
	w.code(w.session(rosa), c, "prompt", "none", "id_token_hint", g.ID)
	if _, query := w.authorize(basil, request(c, "prompt", "none", "id_token_hint", g.ID)).location(t); query.Get("error") != "login_required" {
		t.Errorf("hint of somebody else: %v", query)
	}
	query := toSignIn(t, w.authorize(basil, request(c, "id_token_hint", g.ID)))
	if query.Get("fresh") != "1" {
		t.Errorf("hint of somebody else: %v", query)
	}
	w.clock.Advance(time.Minute)
	if _, back := w.get(query.Get("return_to"), "Test-Session", string(w.session(rosa))).location(t); !back.Has("code") {
		t.Errorf("signed in as who is meant: %v", back)
	}
	if _, back := w.get(query.Get("return_to"), "Test-Session", string(w.session(w.user("cleo@example.org")))).location(t); back.Get("error") != "login_required" {
		t.Errorf("signed in as somebody else again: %v", back)
	}
}

func TestFormTarget(t *testing.T) {
	w := newWorld(t)
	c := w.client(clientSpec{redirects: []string{callback, "http://127.0.0.1/cb", "example.planner.app:/cb", "https://planner.example:8443/x"}})
	for _, tt := range []struct{ path, want string }{
		{"/oauth/authorize?" + request(c).Encode(), "https://planner.example"},
		{"/oauth/authorize?" + request(c, "redirect_uri", "https://planner.example:8443/x").Encode(), "https://planner.example:8443"},
		{"/oauth/authorize?" + request(c, "redirect_uri", "http://127.0.0.1:5000/cb").Encode(), "http://127.0.0.1:5000"},
		{"/oauth/authorize?" + request(c, "redirect_uri", "example.planner.app:/cb").Encode(), "example.planner.app:"},
		{"/oauth/authorize?" + request(c, "client_id", "client_nobody").Encode(), ""},
		{"/oauth/authorize?%zz", ""},
		{"/oauth/authorize", ""},
		{"/oauth/logout?" + request(c).Encode(), ""},
		{"/account/", ""},
		{"https://id.rose.example/oauth/authorize?" + request(c).Encode(), ""},
	} {
		if got := w.FormTarget(t.Context(), tt.path); got != tt.want {
			t.Errorf("FormTarget(%q) = %q, want %q", tt.path, got, tt.want)
		}
	}
}

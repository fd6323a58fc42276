// What clients learn of tokens, and how they give them back.

package oauth_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestIntrospect(t *testing.T) {
	w := newWorld(t)
	rosa := w.user("rosa@example.org", "contributor")
	session := w.session(rosa)
	resource := "https://planner.example/api"
	c := w.client(clientSpec{confidential: true, audiences: []string{mainSite, resource}})
	server := w.client(clientSpec{kind: "service", confidential: true, grants: []string{"client_credentials"}, scopes: []string{"members:read"}, uri: resource})
	stranger := w.client(clientSpec{kind: "third_party", confidential: true, uri: resource})
	public := w.client(clientSpec{})
	g := w.tokens(exchange(c, w.code(session, c, "scope", "openid blog:write", "resource", resource)))

	ask := func(c program, token string) answer { return w.post("/oauth/introspect", c.form("token", token)) }
	nothing := func(name string, a answer) {
		t.Helper()
		if a.status != http.StatusOK || strings.TrimSpace(a.body) != `{"active":false}` || a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	for name, client := range map[string]program{"its client": c, "its resource": server} {
		got := ask(client, g.Access).json(t)
		if got["active"] != true || got["scope"] != "openid blog:draft" || got["client_id"] != c.id || got["sub"] != string(rosa.sub) ||
			got["iss"] != issuer || got["token_type"] != "Bearer" || got["exp"] != float64(w.clock.Now().Add(10*time.Minute).Unix()) {
			t.Errorf("%s is told %v", name, got)
		}
	}
	if got := ask(c, g.Refresh).json(t); got["active"] != true || got["sub"] != string(rosa.sub) {
		t.Errorf("refresh token: %v", got)
	}
	nothing("a stranger", ask(stranger, g.Access))
	nothing("a stranger about the refresh token", ask(stranger, g.Refresh))
	nothing("the resource about the refresh token", ask(server, g.Refresh))
	nothing("unknown", ask(c, "roseash_at_"+strings.Repeat("A", 43)))
	nothing("no token at all", ask(c, "x"))
	nothing("a personal token", ask(c, "roseash_pat_"+strings.Repeat("A", 43)))
	ask(public, g.Access).refused(t, 401, "invalid_client")
	w.post("/oauth/introspect", c.form()).refused(t, 400, "invalid_request")
	w.post("/oauth/introspect?token="+g.Access, c.form()).refused(t, 400, "invalid_request")
	w.exec("UPDATE identity.users SET state = 'suspended'")
	nothing("of a suspended user", ask(c, g.Access))
	nothing("refresh token of a suspended user", ask(c, g.Refresh))
	w.post("/oauth/token", c.form("grant_type", "refresh_token", "refresh_token", g.Refresh)).refused(t, 400, "invalid_grant")
	w.exec("UPDATE identity.users SET state = 'active'")
	w.tokens(c.form("grant_type", "refresh_token", "refresh_token", g.Refresh))
	nothing("a used refresh token", ask(c, g.Refresh))
	w.clock.Advance(10 * time.Minute)
	nothing("expired", ask(c, g.Access))
}

func TestRevoke(t *testing.T) {
	w := newWorld(t)
	session := w.session(w.user("rosa@example.org"))
	c, other, public := w.client(clientSpec{confidential: true}), w.client(clientSpec{confidential: true}), w.client(clientSpec{})
	give := func(c program, token string) {
		t.Helper()
		if a := w.post("/oauth/revoke", c.form("token", token)); a.status != http.StatusOK || a.body != "" {
			t.Errorf("revoke: %d %s", a.status, a.body)
		}
	}
	g := w.tokens(exchange(c, w.code(session, c)))
	give(other, g.Access)
	give(other, g.Refresh)
	give(c, "roseash_at_unknown")
	give(c, "roseash_rt_unknown")
	if !w.works(g.Access) {
		t.Error("another client has revoked the token")
	}
	give(c, g.Access)
	if w.works(g.Access) {
		t.Error("the access token works after it was revoked")
	}
	next := w.tokens(c.form("grant_type", "refresh_token", "refresh_token", g.Refresh, "token_type_hint", "access_token"))
	give(c, next.Refresh)
	give(c, next.Refresh)
	if w.works(next.Access) {
		t.Error("the access token works after its family was revoked")
	}
	w.post("/oauth/token", c.form("grant_type", "refresh_token", "refresh_token", next.Refresh)).refused(t, 400, "invalid_grant")
	if why := one[string](w, "SELECT revoked_why FROM identity.grants"); why != "revoked" {
		t.Errorf("revoked because %q", why)
	}
	w.post("/oauth/revoke", c.form("token", g.Access, "client_secret", "x")).refused(t, 401, "invalid_client")
	w.post("/oauth/revoke", c.form()).refused(t, 400, "invalid_request")
	// Public clients say who they are.
	p := w.tokens(exchange(public, w.code(session, public)))
	give(public, p.Refresh)
	if w.works(p.Access) {
		t.Error("the public client's token works")
	}
}

// What must hold before the server is used, as RFC 9700 numbers it here: B16-B18, B21, B22.

package oauth_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
)

func TestB16Metadata(t *testing.T) {
	w := newWorld(t)
	documents := map[string]map[string]any{}
	for _, path := range []string{"/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"} {
		a := w.get(path)
		if a.status != http.StatusOK || a.header.Get("Cache-Control") != "public, max-age=3600" || a.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %d %v", path, a.status, a.header)
		}
		documents[path] = a.json(t)
		if head := w.send(http.MethodHead, path, ""); head.status != http.StatusOK || head.body != "" {
			t.Errorf("HEAD %s: %d", path, head.status)
		}
		if post := w.send(http.MethodPost, path, ""); post.status != http.StatusMethodNotAllowed || post.header.Get("Allow") != "GET, HEAD" {
			t.Errorf("POST %s: %d, Allow %q", path, post.status, post.header.Get("Allow"))
		}
	}
	m := documents["/.well-known/openid-configuration"]
	if m["issuer"] != issuer {
		t.Errorf("issuer %v", m["issuer"])
	}
	// What is named is there.
	endpoints := 0
	for name, value := range m {
		if !strings.HasSuffix(name, "_endpoint") && name != "jwks_uri" {
			continue
		}
		endpoints++
		path, ok := strings.CutPrefix(value.(string), issuer)
		if a := w.get(path); !ok || a.status == http.StatusNotFound {
			t.Errorf("%s: %v answers %d", name, value, a.status)
		}
	}
	if endpoints != 8 {
		t.Errorf("%d endpoints, want 8", endpoints)
	}
	for name, want := range map[string]any{
		"code_challenge_methods_supported": "S256", "response_types_supported": "code", "response_modes_supported": "query",
		"id_token_signing_alg_values_supported": "RS256", "subject_types_supported": "public",
	} {
		if list, _ := m[name].([]any); len(list) != 1 || list[0] != want {
			t.Errorf("%s = %v, want only %v", name, m[name], want)
		}
	}
	for _, name := range []string{"authorization_response_iss_parameter_supported", "backchannel_logout_supported", "backchannel_logout_session_supported"} {
		if m[name] != true {
			t.Errorf("%s = %v", name, m[name])
		}
	}
}

func TestB17ClientsAreNotUsers(t *testing.T) {
	w := newWorld(t)
	rosa := w.user("rosa@example.org", "owner")
	_, err := w.pool.Exec(t.Context(), `INSERT INTO identity.clients (client_id, kind, client_name, confidential, grant_types, scopes, audiences, created_by, created_at, updated_at)
		VALUES ($1, 'third_party', 'Rosa', false, '{}', '{}', '{}', 'test', now(), now())`, string(rosa.sub))
	if err == nil {
		t.Error("a client may have a user's id")
	}
	c := w.client(clientSpec{kind: "service", confidential: true, grants: []string{"client_credentials"}, scopes: []string{"members:read", "openid", "blog:write"}})
	g := w.tokens(c.form("grant_type", "client_credentials"))
	if g.Scope != "members:read blog:write" || g.Refresh != "" || g.ID != "" {
		t.Errorf("a program's own token: %+v", g)
	}
	p, err := w.VerifyAccess(t.Context(), g.Access)
	if err != nil || p.User != "" || p.Name != c.id || !p.AuthenticatedAt.IsZero() || !p.Has("blog:draft") {
		t.Errorf("VerifyAccess = %+v, %v", p, err)
	}
	if a := w.get("/oauth/userinfo", "Authorization", "Bearer "+g.Access); a.status != http.StatusUnauthorized {
		t.Errorf("userinfo: %d", a.status)
	}
	w.post("/oauth/token", c.form("grant_type", "client_credentials", "scope", "openid")).refused(t, 400, "invalid_scope")
	if narrow := w.tokens(c.form("grant_type", "client_credentials", "scope", "blog:draft")); narrow.Scope != "blog:draft" {
		t.Errorf("scope %q", narrow.Scope)
	}
	if answer := w.post("/oauth/introspect", c.form("token", g.Access)).json(t); answer["sub"] != c.id {
		t.Errorf("sub %v", answer["sub"])
	}
}

func TestB18IssuerIsTheHost(t *testing.T) {
	w := newWorld(t)
	c := w.client(clientSpec{})
	session := w.session(w.user("rosa@example.org"))
	// What a client or a proxy says of the host changes nothing that is signed or sent.
	forwarded := []string{"X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "http", "Forwarded", "host=evil.example", "Test-Session", string(session)}
	if got := w.get("/.well-known/openid-configuration", forwarded...).json(t)["issuer"]; got != issuer {
		t.Errorf("issuer %v", got)
	}
	if _, query := w.get("/oauth/authorize?"+request(c).Encode(), forwarded...).location(t); query.Get("iss") != issuer {
		t.Errorf("iss %v", query)
	}
	for _, path := range []string{"/oauth/authorize", "/oauth/token", "/oauth/jwks", "/oauth/userinfo", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"} {
		for _, host := range []string{"rose.example", "market.rose.example", "evil.example"} {
			if a := w.get(path, "Host", host); a.status != http.StatusNotFound || a.header.Get("Location") != "" {
				t.Errorf("%s at %s: %d", path, host, a.status)
			}
		}
	}
	if a := w.get("/oauth/jwks", "Host", "ID.rose.example:443"); a.status != http.StatusOK {
		t.Errorf("the issuer's host, written otherwise: %d", a.status)
	}
}

func TestB21Consent(t *testing.T) {
	w := newWorld(t)
	rosa := w.user("rosa@example.org", "editor")
	session := w.session(rosa)
	c := w.client(clientSpec{kind: "third_party", uri: "https://planner.example/"})
	decide := func(decision string, query url.Values) answer {
		t.Helper()
		if a := w.authorize(session, query); a.status != http.StatusOK || a.body != "consent" {
			t.Fatalf("%d %s %s, want to be asked", a.status, a.body, a.header.Get("Location"))
		}
		return w.post("/oauth/authorize", changed(fields(w.pages.consent), []string{"decision", decision}), "Test-Session", string(session))
	}
	none := func(scope string) string {
		_, query := w.authorize(session, request(c, "prompt", "none", "scope", scope)).location(t)
		return query.Get("error")
	}
	if got := none("openid blog:draft"); got != "consent_required" {
		t.Errorf("prompt=none: %q", got)
	}
	a := decide("deny", request(c, "scope", "openid blog:draft"))
	if _, query := a.location(t); a.status != http.StatusSeeOther || query.Get("error") != "access_denied" || query.Get("state") != "st-1" || query.Get("iss") != issuer {
		t.Errorf("denied: %d %v", a.status, query)
	}
	want := contract.OAuthClient{ClientID: contract.ClientID(c.id), Name: "Harvest planner", URI: "https://planner.example/", Host: "planner.example"}
	if v := w.pages.consent; v.Client != want || v.User != "Rosa Field" || v.Target != "https://planner.example" || len(v.New) != 2 {
		t.Errorf("shown: %+v", v)
	}
	a = decide("allow", request(c, "scope", "openid blog:draft"))
	_, query := a.location(t)
	g := w.tokens(exchange(c, query.Get("code")))
	if a.status != http.StatusSeeOther || g.Scope != "openid blog:draft" {
		t.Errorf("allowed: %d, scope %q", a.status, g.Scope)
	}
	// It is not asked again, but for more, and where the client wants it.
	if got := none("blog:draft"); got != "" {
		t.Errorf("after consent: %q", got)
	}
	if got := none("blog:draft email"); got != "consent_required" {
		t.Errorf("for more: %q", got)
	}
	if got := none("blog:publish"); got != "consent_required" {
		t.Errorf("for a scope that includes the given one: %q", got)
	}
	decide("allow", request(c, "scope", "openid email"))
	if v := w.pages.consent; len(v.New) != 1 || v.New[0] != "email" || len(v.Scopes) != 2 {
		t.Errorf("shown for more: %+v", v)
	}
	if got := none("openid blog:draft email"); got != "" {
		t.Errorf("afterwards: %q", got)
	}
	a = decide("allow", request(c, "scope", "openid", "prompt", "consent"))
	if _, query := a.location(t); !query.Has("code") {
		t.Errorf("prompt=consent: %v", query)
	}
	// The co-op's own are not asked about, unless they wish.
	own := w.client(clientSpec{kind: "first_party"})
	w.code(session, own)
	if a := w.authorize(session, request(own, "prompt", "consent")); a.body != "consent" {
		t.Errorf("first party with prompt=consent: %d", a.status)
	}
	if _, query := w.authorize(session, request(own, "prompt", "none")).location(t); !query.Has("code") {
		t.Errorf("first party with prompt=none: %v", query)
	}
	// Somebody else's consent is theirs.
	session = w.session(w.user("basil@example.org"))
	if got := none("openid"); got != "consent_required" {
		t.Errorf("another user: %q", got)
	}
}

// canaries are values that must not turn up in an answer or in the log.
func TestB22NothingEchoedNothingLogged(t *testing.T) {
	var log safeBuffer
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	defer slog.SetDefault(old)

	w := newWorld(t)
	session := w.session(w.user("rosa@example.org", "editor"))
	c := w.client(clientSpec{confidential: true})
	secrets := []string{c.secret}
	code := w.code(session, c)
	g := w.tokens(exchange(c, code, "unknown", "canary-1"))
	secrets = append(secrets, code, g.Access, g.Refresh, g.ID, verifier)
	w.get("/oauth/userinfo", "Authorization", "Bearer "+g.Access)
	w.post("/oauth/introspect", c.form("token", g.Access))
	w.post("/oauth/token", exchange(c, code)) // a replay
	w.post("/oauth/revoke", c.form("token", g.Refresh))

	canary := "canary-7f3a"
	var answers []answer
	for _, path := range []string{"/oauth/token", "/oauth/introspect", "/oauth/revoke", "/oauth/device", "/oauth/logout", "/oauth/userinfo"} {
		for _, name := range []string{
			"grant_type", "code", "redirect_uri", "code_verifier", "refresh_token", "client_id", "client_secret", "scope", "resource",
			"token", "token_type_hint", "device_code", "unknown", canary, "id_token_hint",
		} {
			answers = append(answers,
				w.post(path, c.form("grant_type", "refresh_token", name, canary)),
				w.post(path, c.form("grant_type", "authorization_code", "code", "x", "redirect_uri", callback, "code_verifier", verifier, name, canary)),
				w.post(path+"?"+url.Values{name: {canary}}.Encode(), c.form()),
				w.get(path+"?"+url.Values{name: {canary}}.Encode()))
			w.clock.Advance(10 * time.Minute) // or the failures are too many
		}
		answers = append(answers,
			w.post(path, c.form(), "Authorization", "Basic "+canary), w.post(path, c.form(), "Authorization", "Bearer "+canary),
			w.send(http.MethodPost, path, "a="+canary+"%zz"), w.send(http.MethodPost, path, canary, "Content-Type", "text/"+canary))
	}
	for _, name := range []string{"client_id", "redirect_uri", "scope", "response_type", "nonce", "prompt", "max_age", "unknown", "request", "resource", "response_mode", "id_token_hint", "code_challenge"} {
		a := w.authorize(session, request(c, name, canary))
		answers = append(answers, a)
	}
	for _, a := range answers {
		if a.status >= 500 {
			t.Errorf("%d %s", a.status, a.body)
		}
		if strings.Contains(a.body, canary) || strings.Contains(a.header.Get("Location"), canary) && !strings.HasPrefix(a.header.Get("Location"), "/login/") || strings.Contains(a.header.Get("WWW-Authenticate"), canary) {
			t.Errorf("echoed: %d %s %s", a.status, a.header, a.body)
		}
	}
	text := log.String()
	for _, secret := range append(secrets, canary, "canary-1") {
		if secret != "" && strings.Contains(text, secret) {
			t.Errorf("in the log: %.12s…", secret)
		}
	}
	rows := one[string](w, "SELECT coalesce(string_agg(audit::text, ' '), '') FROM identity.audit")
	for _, secret := range append(secrets, canary) {
		if strings.Contains(rows, secret) {
			t.Errorf("in the audit log: %.12s…", secret)
		}
	}
}

func TestB22FailuresAreCounted(t *testing.T) {
	w := newWorld(t)
	c := w.client(clientSpec{kind: "service", confidential: true, grants: []string{"client_credentials"}, scopes: []string{"members:read"}})
	good := c.form("grant_type", "client_credentials")
	for range 100 { // what succeeds is not counted
		w.tokens(good)
	}
	wrong := c.form("grant_type", "client_credentials", "client_secret", "wrong")
	refused := 0
	for range 40 {
		if a := w.post("/oauth/token", wrong); a.status == http.StatusTooManyRequests {
			refused++
			if a.header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
		}
	}
	if refused != 10 {
		t.Errorf("%d of 40 failures were too many, want 10", refused)
	}
	if a := w.post("/oauth/token", good); a.status != http.StatusTooManyRequests {
		t.Errorf("with the right secret: %d", a.status)
	}
	w.clock.Advance(time.Minute)
	w.tokens(good)
}

// safeBuffer is a buffer that goroutines share.
type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

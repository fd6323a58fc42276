package oauth_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"rose-ash.com/roseash/api/identity/oauth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
)

func TestApps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.RegisterApps(t.Context()); err != nil {
		t.Fatal(err)
	}
	for origin, id := range map[string]contract.ClientID{
		mainSite: "app_main", "https://market.rose.example": "app_market", issuer: "", "https://elsewhere.example": "", "": "",
	} {
		app, ok := w.AppClient(origin)
		if ok != (id != "") || app.ClientID != id || ok && (app.RedirectURI != origin+"/login/callback/" || !strings.HasPrefix(app.Secret, "roseash_cs_")) {
			t.Errorf("AppClient(%q) = %+v, %v", origin, app, ok)
		}
	}

	// An app signs somebody in as any client does, and nobody is asked for consent.
	rosa := w.user("rosa@example.org")
	app, _ := w.AppClient(mainSite)
	c := program{string(app.ClientID), app.Secret}
	session := w.session(rosa)
	code := w.code(session, c, "redirect_uri", app.RedirectURI, "scope", "openid profile email")
	g := w.tokens(exchange(c, code, "redirect_uri", app.RedirectURI))
	if g.ID == "" || g.Refresh != "" {
		t.Errorf("the app got %+v", g)
	}
	w.post("/oauth/token", program{c.id, "roseash_cs_other"}.form("grant_type", "client_credentials")).refused(t, 401, "invalid_client")
	if list, err := w.ConnectedApps(w.as(rosa, session)); err != nil || len(list) != 0 {
		t.Errorf("our own apps are connected: %v, %v", list, err)
	}

	t.Run("again, at once", func(t *testing.T) {
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				if err := w.RegisterApps(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if v := one[int](w, "SELECT sum(version) FROM identity.clients WHERE kind = 'app'"); v != 2 {
			t.Errorf("versions add up to %d: a row that is as it should be was written", v)
		}
	})

	t.Run("with other hosts", func(t *testing.T) {
		after := newServer(t, w, map[urls.App]string{urls.Federation: issuer, urls.Events: "https://events.rose.example"})
		if err := after.RegisterApps(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := one[string](w, "SELECT string_agg(client_id, ' ' ORDER BY client_id) FROM identity.clients WHERE disabled_at IS NULL"); got != "app_events app_main" {
			t.Errorf("enabled: %s", got)
		}
		if err := w.RegisterApps(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := one[string](w, "SELECT string_agg(client_id, ' ' ORDER BY client_id) FROM identity.clients WHERE disabled_at IS NULL"); got != "app_main app_market" {
			t.Errorf("enabled: %s", got)
		}
	})

	t.Run("on a single host", func(t *testing.T) {
		single := newServer(t, w, nil)
		if err := single.RegisterApps(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, ok := single.AppClient(mainSite); ok || w.works(g.Access) {
			t.Errorf("an app is left: %v; its token works: %v", ok, w.works(g.Access))
		}
	})
}

// newServer is another server on the same database, configured for other hosts.
func newServer(t *testing.T, w *world, own map[urls.App]string) *oauth.Server {
	t.Helper()
	sites, err := urls.New(mainSite, own)
	if err != nil {
		t.Fatal(err)
	}
	o := w.Options
	o.Sites = sites
	return oauth.New(o)
}

func TestConnectedApps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rosa, ben := w.user("rosa@example.org"), w.user("ben@example.org")
	session, bens := w.session(rosa), w.session(ben)
	ctx := w.as(rosa, session)
	began := w.clock.Now()
	c, phone := w.client(clientSpec{uri: "https://planner.example/"}), w.client(clientSpec{redirects: []string{"com.example.app:/callback", "http://127.0.0.1/callback"}})
	w.exec("UPDATE identity.clients SET client_name = 'A phone' WHERE client_id = $1", phone.id)
	g := w.tokens(exchange(c, w.code(session, c)))
	w.clock.Advance(time.Minute)
	again := w.tokens(exchange(c, w.code(session, c, "scope", "openid account:read")))
	others := w.tokens(exchange(c, w.code(bens, c)))
	w.exec("INSERT INTO identity.consents (user_id, client_id, scopes, created_at, updated_at) VALUES ($1, $2, '{openid,email}', $3, $3)", rosa.id, phone.id, began.Add(-time.Hour))

	list, err := w.ConnectedApps(ctx)
	if err != nil || len(list) != 2 {
		t.Fatalf("ConnectedApps = %+v, %v", list, err)
	}
	if a := list[0]; a.Name != "A phone" || a.Host != "" || a.LastUsedAt != nil || !a.Since.Equal(began.Add(-time.Hour)) || strings.Join(a.Scopes, " ") != "openid email" {
		t.Errorf("the phone is %+v", a)
	}
	if a := list[1]; string(a.ID) != c.id || a.Host != "planner.example" || a.LastUsedAt == nil || !a.LastUsedAt.Equal(began.Add(time.Minute)) ||
		!a.Since.Equal(began) || strings.Join(a.Scopes, " ") != "openid account:read blog:write" {
		t.Errorf("the planner is %+v", a)
	}

	if err := w.DisconnectApp(ctx, contract.ClientID(c.id)); err != nil {
		t.Fatal(err)
	}
	if w.works(g.Access) || w.works(again.Access) || !w.works(others.Access) {
		t.Errorf("after disconnecting: %v, %v; another user's %v", w.works(g.Access), w.works(again.Access), w.works(others.Access))
	}
	w.post("/oauth/token", c.form("grant_type", "refresh_token", "refresh_token", g.Refresh)).refused(t, 400, "invalid_grant")
	if err := w.DisconnectApp(ctx, contract.ClientID(phone.id)); err != nil {
		t.Fatal(err)
	}
	if list, err := w.ConnectedApps(ctx); err != nil || len(list) != 0 {
		t.Errorf("left: %+v, %v", list, err)
	}
	for _, client := range []string{c.id, "client_0"} {
		if err := w.DisconnectApp(ctx, contract.ClientID(client)); problem.Code(err) != "not_found" {
			t.Errorf("DisconnectApp(%s) = %v", client, err)
		}
	}
	if _, err := w.ConnectedApps(t.Context()); problem.Code(err) != "no_user" {
		t.Errorf("nobody: %v", err)
	}
	if n := one[int](w, "SELECT count(*) FROM identity.audit WHERE user_id = $1 AND action = 'grant.revoked'", rosa.id); n != 2 {
		t.Errorf("%d rows in the audit log, want 2", n)
	}
}

func TestPrune(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rosa := w.user("rosa@example.org")
	c, device := w.client(clientSpec{}), w.terminal()
	session := w.session(rosa)
	g := w.tokens(exchange(c, w.code(session, c)))
	w.ask(device)
	counts := func() [5]int {
		t.Helper()
		return [5]int{
			one[int](w, "SELECT count(*) FROM identity.codes"), one[int](w, "SELECT count(*) FROM identity.access_tokens"),
			one[int](w, "SELECT count(*) FROM identity.refresh_tokens"), one[int](w, "SELECT count(*) FROM identity.device_codes"),
			one[int](w, "SELECT count(*) FROM identity.grants"),
		}
	}
	w.exec(`INSERT INTO identity.personal_tokens (id, user_id, name, hash, scopes, created_at, expires_at)
		VALUES (gen_random_uuid(), $1, 'x', sha256('x'), '{}', $2, $2)`, rosa.id, w.clock.Now())
	for _, step := range []struct {
		name string
		wait time.Duration
		want [5]int
	}{
		{"at once", 0, [5]int{1, 1, 1, 1, 1}},
		{"an hour", time.Hour, [5]int{1, 1, 1, 0, 1}},
		{"a day", 24 * time.Hour, [5]int{0, 0, 1, 0, 1}},
		{"32 days", 32 * 24 * time.Hour, [5]int{0, 0, 0, 0, 1}},
	} {
		w.clock.Advance(step.wait)
		if err := w.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := counts(); got != step.want {
			t.Errorf("after %s: %v are left of codes, access, refresh, device codes, grants; want %v", step.name, got, step.want)
		}
	}
	if n := one[int](w, "SELECT count(*) FROM identity.personal_tokens"); n != 0 {
		t.Errorf("%d old personal tokens are left", n)
	}
	w.post("/oauth/token", c.form("grant_type", "refresh_token", "refresh_token", g.Refresh)).refused(t, 400, "invalid_grant")

	// A grant that is over is kept while its session goes on, whose end its client is told of.
	w.exec("UPDATE identity.grants SET revoked_at = $1, revoked_why = 'revoked'", w.clock.Now().Add(-31*24*time.Hour))
	if err := w.Prune(t.Context()); err != nil || counts()[4] != 1 {
		t.Errorf("the grant of a session that goes on: %v, %v", counts(), err)
	}
	w.exec("UPDATE identity.sessions SET ended_at = $1, ended_why = 'revoked'", w.clock.Now())
	if err := w.Prune(t.Context()); err != nil || counts()[4] != 0 {
		t.Errorf("the grant of a session that has ended: %v, %v", counts(), err)
	}
}

func TestJobsAreRegisteredOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Jobs()
	defer func() {
		if recover() == nil {
			t.Error("a second registration was taken")
		}
	}()
	w.Jobs()
}

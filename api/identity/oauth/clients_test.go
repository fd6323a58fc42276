package oauth_test

import (
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/identity/oauth"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/seal"
)

// api is the API with the server's operations, for callers with these tokens: admin, stale
// (an admin who signed in an hour ago), narrow (a program that may register clients and
// nothing else), rosa and ben (members), and service (a program of no user).
func (w *world) api(people ...person) http.Handler {
	w.t.Helper()
	admin := w.user("admin@example.org", contract.RoleAdmin)
	at := w.clock.Now()
	known := apitest.Tokens{
		"admin":   {Name: string(admin.sub), User: admin.sub, Session: "ses_1", Scopes: []string{auth.AllScopes}, AuthenticatedAt: at},
		"stale":   {Name: string(admin.sub), User: admin.sub, Session: "ses_1", Scopes: []string{auth.ScopeClientsWrite}, AuthenticatedAt: at.Add(-time.Hour)},
		"narrow":  {Name: string(admin.sub), User: admin.sub, Client: "client_x", Scopes: []string{auth.ScopeClientsWrite}, AuthenticatedAt: at},
		"service": {Name: "client_y", Client: "client_y", Scopes: []string{auth.ScopeAccountWrite}},
	}
	for i, p := range people {
		known[[]string{"rosa", "ben"}[i]] = auth.Principal{Name: string(p.sub), User: p.sub, Session: "ses_2", Scopes: []string{auth.ScopeAccountWrite}, AuthenticatedAt: at}
	}
	return api.NewHandler(api.HandlerOptions{
		Log: slog.New(slog.DiscardHandler), Routes: []api.Routes{w.Routes}, Clock: w.clock,
		Middleware: []func(huma.API) api.Middleware{func(a huma.API) api.Middleware {
			return auth.Middleware(a, known, auth.At(w.clock))
		}},
	})
}

var admin = apitest.Bearer("admin")

func with(token string, more ...string) map[string]string { return apitest.Bearer(token, more...) }

// create registers a client through the API and returns what is answered.
func create(t *testing.T, handler http.Handler, key, body string) (made oauth.RegisteredClient, tag string) {
	t.Helper()
	res, raw := apitest.Ask(t, handler, apitest.Scenario{Method: "POST", URL: "/v1/clients", Header: with("admin", "Idempotency-Key", key), Body: body})
	if res.StatusCode != http.StatusCreated {
		t.Fatalf("create: %d %s", res.StatusCode, raw)
	}
	if err := json.Unmarshal(raw, &made); err != nil {
		t.Fatal(err)
	}
	return made, res.Header.Get("ETag")
}

const planner = `{"client_name":"Harvest planner","kind":"third_party","scope":"blog:write openid profile","redirect_uris":["` + callback + `"]}`

func TestClients(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rosa := w.user("rosa@example.org")
	handler := w.api(rosa)
	public, tag := create(t, handler, "k-1", planner)
	if public.Secret != "" || public.AuthMethod != "none" || public.Scope != "openid profile blog:write" ||
		len(public.GrantTypes) != 2 || len(public.Audiences) != 1 || public.Audiences[0] != mainSite {
		t.Errorf("created %+v", public)
	}
	secret, _ := create(t, handler, "k-2", strings.Replace(planner, `"kind"`, `"token_endpoint_auth_method":"client_secret_post","kind"`, 1))
	if !strings.HasPrefix(secret.Secret, "roseash_cs_") || secret.AuthMethod != "client_secret_basic" {
		t.Errorf("created %+v", secret)
	}
	if stored := one[[]byte](w, "SELECT secret_hash FROM identity.clients WHERE client_id = $1", secret.ID); string(stored) != string(seal.Hash(secret.Secret)) {
		t.Error("the hash of the secret is not what is stored")
	}
	at, app := "/v1/clients/"+string(public.ID), "/v1/clients/app_market"
	if err := w.RegisterApps(t.Context()); err != nil {
		t.Fatal(err)
	}
	apitest.Run(t, handler, w.pool, []apitest.Scenario{
		{Name: "anonymous", URL: "/v1/clients", Status: 401, NotWant: []string{"Harvest"}},
		{Name: "a member", URL: "/v1/clients", Header: with("rosa"), Status: 403},
		{Name: "a member makes one", Method: "POST", URL: "/v1/clients", Header: with("rosa", "Idempotency-Key", "k"), Body: planner, Status: 403},
		{Name: "signed in long ago", Method: "POST", URL: "/v1/clients", Header: with("stale", "Idempotency-Key", "k"), Body: planner, Status: 401, Want: []string{"reauthentication_required"}},
		{Name: "long ago, a look", URL: "/v1/clients", Header: with("stale"), Status: 200},
		{Name: "the list", URL: "/v1/clients?limit=100", Header: admin, Status: 200, Want: []string{string(public.ID), string(secret.ID), "app_market"}, NotWant: []string{"secret_hash", "client_secret\"", "roseash_cs_"}},
		{Name: "one", URL: at, Header: admin, Status: 200, WantHeader: map[string]string{"ETag": tag, "Cache-Control": "private, no-store"}, NotWant: []string{"roseash_cs_"}},
		{Name: "none", URL: "/v1/clients/client_0", Header: admin, Status: 404},
		{Name: "no id", URL: "/v1/clients/user_0", Header: admin, Status: 422},

		{Name: "no key", Method: "POST", URL: "/v1/clients", Header: admin, Body: planner, Status: 400, Want: []string{"idempotency_key_required"}},
		{Name: "the same again", Method: "POST", URL: "/v1/clients", Header: with("admin", "Idempotency-Key", "k-1"), Body: planner, Status: 201,
			Want: []string{string(public.ID)}, WantHeader: map[string]string{"Idempotent-Replayed": "true", "ETag": tag}},
		{Name: "the same again, with a secret", Method: "POST", URL: "/v1/clients", Header: with("admin", "Idempotency-Key", "k-2"),
			Body: strings.Replace(planner, `"kind"`, `"token_endpoint_auth_method":"client_secret_post","kind"`, 1), Status: 201,
			Want: []string{string(secret.ID)}, NotWant: []string{"roseash_cs_", "client_secret\""}, WantHeader: map[string]string{"Idempotent-Replayed": "true"}},
		{Name: "another under the same key", Method: "POST", URL: "/v1/clients", Header: with("admin", "Idempotency-Key", "k-1"), Body: strings.Replace(planner, "openid", "email", 1), Status: 422, Want: []string{"idempotency_key_reused"}},

		{Name: "no If-Match", Method: "PATCH", URL: at, Header: admin, Body: `{"client_name":"X"}`, Status: 428},
		{Name: "another version", Method: "PATCH", URL: at, Header: with("admin", "If-Match", `"v7-x"`), Body: `{"client_name":"X"}`, Status: 412},
		{Name: "kind is for good", Method: "PATCH", URL: at, Header: with("admin", "If-Match", tag), Body: `{"kind":"first_party"}`, Status: 422},
		{Name: "its secret is none of a change", Method: "PATCH", URL: at, Header: with("admin", "If-Match", tag), Body: `{"client_secret":"` + apitest.Canary + `"}`, Status: 422},
		{Name: "a bad address", Method: "PATCH", URL: at, Header: with("admin", "If-Match", tag), Body: `{"redirect_uris":["https://` + apitest.Canary + `.example/#x"]}`, Status: 422, Want: []string{"body.redirect_uris[0]"}},
		{Name: "changed", Method: "PATCH", URL: at, Header: with("admin", "If-Match", tag), Body: `{"client_name":" Planner ","backchannel_logout_uri":"https://planner.example/out"}`, Status: 200, Want: []string{`"Planner"`, "https://planner.example/out"}},
		{Name: "changed since", Method: "PATCH", URL: at, Header: with("admin", "If-Match", tag), Body: `{"client_name":"X"}`, Status: 412},
		{Name: "a secret for a public one", Method: "POST", URL: at + "/secret", Header: admin, Status: 409, Want: []string{"client_is_public"}},
		{Name: "a new secret", Method: "POST", URL: "/v1/clients/" + string(secret.ID) + "/secret", Header: admin, Status: 201, Want: []string{"roseash_cs_"}, NotWant: []string{secret.Secret}, WantHeader: map[string]string{"Cache-Control": "private, no-store"}},
		{Name: "a new secret of none", Method: "POST", URL: "/v1/clients/client_0/secret", Header: admin, Status: 404},
		{Name: "a new secret, long ago", Method: "POST", URL: "/v1/clients/" + string(secret.ID) + "/secret", Header: with("stale"), Status: 401},

		{Name: "an app of ours", URL: app, Header: admin, Status: 200, Want: []string{`"app"`, "https://market.rose.example/login/callback/"}, NotWant: []string{"roseash_cs_"}},
		{Name: "is not changed", Method: "PATCH", URL: app, Header: with("admin", "If-Match", `"v1-x"`), Body: `{"client_name":"X"}`, Status: 409, Want: []string{"client_is_configured"}},
		{Name: "nor deleted", Method: "DELETE", URL: app, Header: with("admin", "If-Match", `"v1-x"`), Status: 409},
		{Name: "nor given a secret", Method: "POST", URL: app + "/secret", Header: admin, Status: 409, NotWant: []string{"roseash_cs_"}},

		{Name: "deleted by no version", Method: "DELETE", URL: at, Header: admin, Status: 428},
		{Name: "deleted by an old version", Method: "DELETE", URL: at, Header: with("admin", "If-Match", tag), Status: 412},
		{Name: "deleted", Method: "DELETE", URL: at, Header: with("admin", "If-Match", `"v2-x"`), Status: 204},
		{Name: "deleted again", Method: "DELETE", URL: at, Header: with("admin", "If-Match", `"v2-x"`), Status: 404},
		{Name: "the same key, the client gone", Method: "POST", URL: "/v1/clients", Header: with("admin", "Idempotency-Key", "k-1"), Body: planner, Status: 409, Want: []string{"client_is_gone"}},
	})
	if got := one[string](w, "SELECT string_agg(action, ' ' ORDER BY id) FROM identity.audit"); got != "client.created client.created client.updated client.secret_changed client.deleted" {
		t.Errorf("audit: %s", got)
	}
}

// refusals are bodies that are refused, and the field that is named.
func TestClientRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	handler := w.api()
	service := map[string]any{"client_name": "Importer", "kind": "service", "scope": "blog:write"}
	third := map[string]any{"client_name": "Planner", "kind": "third_party", "scope": "openid", "redirect_uris": []string{callback}}
	for name, tt := range map[string]struct {
		base   map[string]any
		change map[string]any
		field  string
	}{
		"no name":                     {third, map[string]any{"client_name": nil}, "body"},
		"a blank name":                {third, map[string]any{"client_name": "  "}, "body.client_name"},
		"a name that turns around":    {third, map[string]any{"client_name": "a\u202eb"}, "body.client_name"},
		"a name with a line end":      {third, map[string]any{"client_name": "a\nb"}, "body.client_name"},
		"a long name":                 {third, map[string]any{"client_name": strings.Repeat("a", 121)}, "body.client_name"},
		"an app":                      {third, map[string]any{"kind": "app"}, "body.kind"},
		"no scope":                    {third, map[string]any{"scope": nil}, "body"},
		"an empty scope":              {third, map[string]any{"scope": " "}, "body.scope"},
		"an unknown scope":            {third, map[string]any{"scope": "openid everything"}, "body.scope"},
		"all scopes":                  {third, map[string]any{"scope": "*"}, "body.scope"},
		"no address":                  {third, map[string]any{"redirect_uris": []string{}}, "body.redirect_uris"},
		"the same address twice":      {third, map[string]any{"redirect_uris": []string{callback, callback}}, "body.redirect_uris[1]"},
		"21 addresses":                {third, map[string]any{"redirect_uris": strings.Fields(strings.Repeat(callback+" ", 21))}, "body.redirect_uris"},
		"http":                        {third, map[string]any{"redirect_uris": []string{"http://planner.example/"}}, "body.redirect_uris[0]"},
		"localhost by name":           {third, map[string]any{"redirect_uris": []string{"http://localhost/"}}, "body.redirect_uris[0]"},
		"loopback with a secret":      {third, map[string]any{"token_endpoint_auth_method": "client_secret_basic", "redirect_uris": []string{"http://127.0.0.1/"}}, "body.redirect_uris[0]"},
		"a fragment after logout":     {third, map[string]any{"post_logout_redirect_uris": []string{"https://planner.example/#x"}}, "body.post_logout_redirect_uris[0]"},
		"a script after logout":       {third, map[string]any{"post_logout_redirect_uris": []string{"javascript:alert(1)"}}, "body.post_logout_redirect_uris[0]"},
		"a logout over http":          {third, map[string]any{"backchannel_logout_uri": "http://planner.example/out"}, "body.backchannel_logout_uri"},
		"a page that is none":         {third, map[string]any{"client_uri": "javascript:alert(1)"}, "body.client_uri"},
		"a way of its own":            {third, map[string]any{"token_endpoint_auth_method": "private_key_jwt"}, "body.token_endpoint_auth_method"},
		"a password grant":            {third, map[string]any{"grant_types": []string{"password"}}, "body.grant_types[0]"},
		"implicit":                    {third, map[string]any{"grant_types": []string{"authorization_code", "implicit"}}, "body.grant_types[1]"},
		"refresh alone":               {third, map[string]any{"grant_types": []string{"refresh_token"}, "redirect_uris": nil}, "body.grant_types"},
		"acting for itself":           {third, map[string]any{"grant_types": []string{"authorization_code", "client_credentials"}}, "body.grant_types[1]"},
		"addresses for no code":       {third, map[string]any{"grant_types": []string{"urn:ietf:params:oauth:grant-type:device_code"}}, "body.redirect_uris"},
		"no audience":                 {third, map[string]any{"audiences": []string{}}, "body.audiences"},
		"an audience with a fragment": {third, map[string]any{"audiences": []string{"https://rose.example/#x"}}, "body.audiences[0]"},
		"a public service":            {service, map[string]any{"token_endpoint_auth_method": "none"}, "body.token_endpoint_auth_method"},
		"a service with codes":        {service, map[string]any{"grant_types": []string{"authorization_code"}}, "body.grant_types[0]"},
		"a service with an address":   {service, map[string]any{"redirect_uris": []string{callback}}, "body.redirect_uris"},
		"a service with logout":       {service, map[string]any{"backchannel_logout_uri": "https://planner.example/out"}, "body.kind"},
		"a service about a person":    {service, map[string]any{"scope": "openid"}, "body.scope"},
		"a service with an account":   {service, map[string]any{"scope": "account:read"}, "body.scope"},
	} {
		body := maps.Clone(tt.base)
		for field, value := range tt.change {
			if body[field] = value; value == nil {
				delete(body, field)
			}
		}
		raw, _ := json.Marshal(body)
		res, answer := apitest.Ask(t, handler, apitest.Scenario{Method: "POST", URL: "/v1/clients", Header: with("admin", "Idempotency-Key", "k"), Body: string(raw)})
		var p struct{ Errors []struct{ Location string } }
		if err := json.Unmarshal(answer, &p); err != nil || res.StatusCode != 422 || len(p.Errors) == 0 || p.Errors[0].Location != tt.field {
			t.Errorf("%s: %d %s, want %s to be refused", name, res.StatusCode, answer, tt.field)
		}
	}
	if n := one[int](w, "SELECT count(*) FROM identity.clients") + one[int](w, "SELECT count(*) FROM shared.idempotency_keys"); n != 0 {
		t.Errorf("%d rows after refusals", n)
	}
}

// Whoever may register programs cannot make one that may do more than they.
func TestNobodyRaisesThemselvesByAService(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	handler := w.api()
	made, tag := create(t, handler, "k-1", `{"client_name":"Importer","kind":"service","scope":"users:write"}`)
	at := "/v1/clients/" + string(made.ID)
	narrow := func(more ...string) map[string]string { return with("narrow", more...) }
	apitest.Run(t, handler, w.pool, []apitest.Scenario{
		{Name: "a service with more", Method: "POST", URL: "/v1/clients", Header: narrow("Idempotency-Key", "k-2"), Body: `{"client_name":"X","kind":"service","scope":"users:write"}`, Status: 403, Want: []string{"scope_not_permitted"}},
		{Name: "one's own", Method: "POST", URL: "/v1/clients", Header: narrow("Idempotency-Key", "k-3"), Body: `{"client_name":"X","kind":"service","scope":"clients:write"}`, Status: 201, Want: []string{"client_secret_basic", "client_credentials"}},
		{Name: "another's secret", Method: "POST", URL: at + "/secret", Header: narrow(), Status: 403, NotWant: []string{"roseash_cs_"}},
		{Name: "a change of another's", Method: "PATCH", URL: at, Header: narrow("If-Match", tag), Body: `{"client_name":"X"}`, Status: 403},
	})
	p, err := w.VerifyAccess(t.Context(), w.tokens(program{string(made.ID), made.Secret}.form("grant_type", "client_credentials")).Access)
	if err != nil || p.User != "" || !p.Has("users:write") || p.Has("blog:write") {
		t.Errorf("the service is %+v, %v", p, err)
	}
}

// What is changed of a client counts for what it has been given already.
func TestChangesReachLiveGrants(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rosa := w.user("rosa@example.org", contract.RoleEditor)
	handler := w.api(rosa)
	made, _ := create(t, handler, "k-1", strings.Replace(planner, `"kind"`, `"token_endpoint_auth_method":"client_secret_basic","kind"`, 1))
	w.exec("UPDATE identity.clients SET kind = 'first_party' WHERE client_id = $1", made.ID) // nobody is asked
	c, at := program{string(made.ID), made.Secret}, "/v1/clients/"+string(made.ID)
	patch := func(body string) {
		t.Helper()
		tag := one[int](w, "SELECT version FROM identity.clients WHERE client_id = $1", made.ID)
		res, raw := apitest.Ask(t, handler, apitest.Scenario{Method: "PATCH", URL: at, Header: with("admin", "If-Match", `"v`+string(rune('0'+tag))+`-x"`), Body: body})
		if res.StatusCode != 200 {
			t.Fatalf("PATCH %s: %d %s", body, res.StatusCode, raw)
		}
	}
	session := w.session(rosa)
	g := w.tokens(exchange(c, w.code(session, c, "scope", "openid blog:write")))
	has := func(token, scope string) bool {
		p, err := w.VerifyAccess(t.Context(), token)
		return err == nil && p.Has(scope)
	}
	if !has(g.Access, "blog:write") {
		t.Fatal("the token is no good from the beginning")
	}

	t.Run("fewer scopes", func(t *testing.T) {
		patch(`{"scope":"openid blog:draft"}`)
		if has(g.Access, "blog:write") || has(g.Access, "blog:publish") || !has(g.Access, "blog:draft") {
			t.Error("the token is not narrowed to what the client may")
		}
		g = w.tokens(c.form("grant_type", "refresh_token", "refresh_token", g.Refresh))
		if has(g.Access, "blog:write") || !has(g.Access, "blog:draft") {
			t.Error("a refreshed token is not narrowed")
		}
		patch(`{"scope":"openid blog:write"}`)
	})

	t.Run("an address less", func(t *testing.T) {
		code := w.code(session, c)
		patch(`{"redirect_uris":["https://planner.example/other"]}`)
		w.post("/oauth/token", exchange(c, code)).refused(t, 400, "invalid_grant")
		if !has(g.Access, "blog:draft") {
			t.Error("tokens that are out have ended with the address")
		}
		patch(`{"redirect_uris":["` + callback + `"]}`)
	})

	t.Run("a new secret", func(t *testing.T) {
		res, raw := apitest.Ask(t, handler, apitest.Scenario{Method: "POST", URL: at + "/secret", Header: admin})
		var renewed oauth.RegisteredClient
		if err := json.Unmarshal(raw, &renewed); err != nil || res.StatusCode != 201 {
			t.Fatalf("%d %s", res.StatusCode, raw)
		}
		w.post("/oauth/token", c.form("grant_type", "refresh_token", "refresh_token", g.Refresh)).refused(t, 401, "invalid_client")
		c.secret = renewed.Secret
		g = w.tokens(c.form("grant_type", "refresh_token", "refresh_token", g.Refresh))
	})

	t.Run("disabled", func(t *testing.T) {
		code := w.code(session, c)
		patch(`{"disabled":true}`)
		if w.works(g.Access) {
			t.Error("a token of a client that is disabled works")
		}
		patch(`{"disabled":false}`)
		if w.works(g.Access) {
			t.Error("a token works again")
		}
		w.post("/oauth/token", c.form("grant_type", "refresh_token", "refresh_token", g.Refresh)).refused(t, 400, "invalid_grant")
		w.post("/oauth/token", exchange(c, code)).refused(t, 400, "invalid_grant")
	})

	t.Run("deleted", func(t *testing.T) {
		g := w.tokens(exchange(c, w.code(session, c)))
		if err := w.DeleteClient(t.Context(), made.ID, one[int64](w, "SELECT version FROM identity.clients WHERE client_id = $1", made.ID)); err != nil {
			t.Fatal(err)
		}
		if w.works(g.Access) {
			t.Error("a token of a client that is gone works")
		}
		if n := one[int](w, "SELECT count(*) FROM identity.grants"); n != 0 {
			t.Errorf("%d grants are left", n)
		}
	})
}

// However many requests come at once with a key, there is one client and one secret.
func TestCreateRace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	handler := w.api()
	var mu sync.Mutex
	secrets := map[string]bool{}
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			res, raw := apitest.Ask(t, handler, apitest.Scenario{Method: "POST", URL: "/v1/clients", Header: with("admin", "Idempotency-Key", "k"),
				Body: `{"client_name":"Importer","kind":"service","scope":"blog:write"}`})
			var made oauth.RegisteredClient
			if res.StatusCode != 201 && res.StatusCode != 409 {
				t.Errorf("%d %s", res.StatusCode, raw)
			} else if err := json.Unmarshal(raw, &made); err == nil && made.Secret != "" {
				mu.Lock()
				secrets[made.Secret] = true
				mu.Unlock()
			}
		})
	}
	group.Wait()
	if n := one[int](w, "SELECT count(*) FROM identity.clients"); n != 1 || len(secrets) != 1 {
		t.Errorf("%d clients, %d secrets, want one of each", n, len(secrets))
	}
}

func TestClientListIsReadOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 5 {
		w.client(clientSpec{}) // all with the same name
	}
	seen := map[contract.ClientID]bool{}
	for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
		list, next, err := w.ListClients(t.Context(), 2, cursor)
		if err != nil || len(list) == 0 || pages > 3 {
			t.Fatalf("page %d: %v, %v", pages, list, err)
		}
		for _, c := range list {
			seen[c.ID] = true
		}
		cursor = next
	}
	if len(seen) != 5 {
		t.Errorf("%d clients on all pages, want 5", len(seen))
	}
}

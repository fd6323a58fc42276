package oauth_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/shared/contract"
)

// dump is all that the database holds, as text: bytes in hex, and as they are.
func (w *world) dump() string {
	w.t.Helper()
	rows, err := w.pool.Query(w.t.Context(), `SELECT table_schema || '.' || quote_ident(table_name) FROM information_schema.tables
		WHERE table_schema IN ('identity', 'shared', 'bus', 'river') AND table_type = 'BASE TABLE'`)
	if err != nil {
		w.t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 20 {
		w.t.Fatalf("%d tables, %v", len(tables), err)
	}
	var all strings.Builder
	for _, table := range tables {
		fmt.Fprintln(&all, one[string](w, "SELECT coalesce(string_agg(t::text, E'\n'), '') FROM "+table+" t"))
	}
	return all.String()
}

// What is given to somebody is told to nobody else: not to the database, which has hashes,
// not to a log, and to its owner once.
func TestSecretsAreToldOnce(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { slog.SetDefault(before) })
	w := newWorld(t)
	rosa := w.user("rosa@example.org", contract.RoleEditor)
	session := w.session(rosa)
	handler := w.api(rosa)
	if err := w.RegisterApps(t.Context()); err != nil {
		t.Fatal(err)
	}

	secrets := map[string]string{}
	made, _ := create(t, handler, "k-1", strings.Replace(planner, `"kind"`, `"token_endpoint_auth_method":"client_secret_basic","kind"`, 1))
	secrets["a client's secret"] = made.Secret
	res, raw := apitest.Ask(t, handler, apitest.Scenario{Method: "POST", URL: "/v1/clients/" + string(made.ID) + "/secret", Header: admin})
	if err := json.Unmarshal(raw, &made); err != nil || res.StatusCode != http.StatusCreated {
		t.Fatalf("%d %s", res.StatusCode, raw)
	}
	secrets["its new secret"] = made.Secret
	app, _ := w.AppClient(mainSite)
	secrets["an app's secret"] = app.Secret
	w.exec("UPDATE identity.clients SET kind = 'first_party' WHERE client_id = $1", made.ID)
	c := program{string(made.ID), made.Secret}
	secrets["a code"] = w.code(session, c)
	g := w.tokens(exchange(c, secrets["a code"]))
	secrets["an access token"], secrets["a refresh token"], secrets["an ID token"] = g.Access, g.Refresh, g.ID
	device := w.ask(w.terminal())
	secrets["a device code"] = device.device
	if err := w.DecideDevice(w.as(rosa, session), device.user, true); err != nil {
		t.Fatal(err)
	}
	secrets["a device's token"] = w.tokens(device.poll()).Access

	// Uses that are refused are logged, and answered.
	answers := []string{
		w.post("/oauth/token", exchange(c, secrets["a code"])).body,
		w.post("/oauth/token", c.form("grant_type", "refresh_token", "refresh_token", g.Refresh)).body,
		w.post("/oauth/token", device.poll()).body,
		w.post("/oauth/token", program{c.id, secrets["a client's secret"]}.form("grant_type", "client_credentials")).body,
		w.get("/oauth/logout?id_token_hint="+g.ID+"&post_logout_redirect_uri=https://evil.example/", "Test-Session", string(session)).body,
	}
	for _, url := range []string{"/v1/clients?limit=100", "/v1/clients/" + c.id, "/v1/me/apps"} {
		token := "admin"
		if url == "/v1/me/apps" {
			token = "rosa"
		}
		res, raw := apitest.Ask(t, handler, apitest.Scenario{URL: url, Header: with(token)})
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s: %d %s", url, res.StatusCode, raw)
		}
		answers = append(answers, string(raw))
	}
	slog.Info("canary")
	stored := w.dump()
	if !strings.Contains(stored, c.id) || !strings.Contains(log.String(), "canary") {
		t.Fatal("the scan sees nothing")
	}
	for what, secret := range secrets {
		if len(secret) < 40 {
			t.Fatalf("%s is %q", what, secret)
		}
		_, random, prefixed := strings.Cut(secret[len("roseash"):], "_")
		if !prefixed {
			random = secret
		}
		for where, text := range map[string]string{"the database": stored, "the log": log.String(), "a later answer": strings.Join(answers, "\n")} {
			if strings.Contains(text, random) || strings.Contains(text, fmt.Sprintf("%x", secret)) {
				t.Errorf("%s is in %s", what, where)
			}
		}
	}
}

package identity_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/seal"
)

// stored is everything that the schemas identity, shared, bus and river hold, as text.
func (w *world) stored() map[string]string {
	w.t.Helper()
	rows, err := w.pool.Query(w.t.Context(), `SELECT table_schema || '.' || table_name FROM information_schema.tables
		WHERE table_schema IN ('identity', 'shared', 'bus', 'river') AND table_type = 'BASE TABLE'`)
	if err != nil {
		w.t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		w.t.Fatal(err)
	}
	all := map[string]string{}
	for _, table := range tables {
		all[table] = one[string](w, "SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM "+table+" t")
	}
	return all
}

// Tokens and codes are in no log line and in no column, as they are or in hex, whatever has been
// done with them. Not parallel: the process has one log.
func TestSecretsAreKept(t *testing.T) {
	var log bytes.Buffer
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { slog.SetDefault(old) })
	w := newWorld(t)
	secrets := map[string]string{}
	keep := func(name, value string) string {
		if len(value) < 6 {
			t.Fatalf("%s is %q", name, value)
		}
		secrets[name] = value
		return value
	}
	check := func(after string) {
		t.Helper()
		stored := w.stored()
		if !strings.Contains(stored["identity.sign_ins"], anna) {
			t.Fatal("nothing is found, not even an address")
		}
		for name, secret := range secrets {
			if strings.Contains(log.String(), secret) {
				t.Errorf("after %s the log has %s", after, name)
			}
			for table, rows := range stored {
				if len(secret) == 6 && table != "identity.sign_ins" && table != "identity.audit" && table != "shared.mails" {
					continue // six digits are found by chance in times and ids
				}
				if len(secret) == 6 && strings.Contains(rows, `"`+secret+`"`) || len(secret) > 6 && (strings.Contains(rows, secret) || strings.Contains(rows, fmt.Sprintf("%x", secret))) {
					t.Errorf("after %s %s has %s", after, table, name)
				}
			}
		}
	}
	sent, browser := w.ask(anna, w.visitor)
	keep("the link's token", tokenOf(t, sent.Link))
	keep("the code", sent.Code)
	keep("the browser's cookie", browser)
	if hash := one[[]byte](w, "SELECT code_hash FROM identity.sign_ins"); bytes.Equal(hash, seal.Hash(sent.Code)) {
		t.Error("the code's hash has no key")
	}
	check("asking")
	if _, err := w.ByCode(t.Context(), browser, keep("a wrong code", not(sent.Code)), w.visitor); err == nil || strings.Contains(err.Error(), secrets["a wrong code"]) {
		t.Errorf("a wrong code: %v", err)
	}
	if _, err := w.ByCode(t.Context(), keep("an unknown browser", seal.Random()), sent.Code, w.visitor); err == nil {
		t.Error("another browser gets in")
	}
	check("a wrong code")
	signed, err := w.ByLink(t.Context(), tokenOf(t, sent.Link), w.visitor)
	if err != nil {
		t.Fatal(err)
	}
	keep("the session's token", signed.Token)
	keep("the device's", signed.Device)
	check("signing in")
	again := w.visitor
	again.Session, again.Device = signed.Token, signed.Device
	second := w.signIn(anna, again)
	keep("the second session's token", second.Token)
	app, err := w.ByApp(t.Context(), contract.AppSignIn{User: second.User, Session: second.Session, Origin: "https://shop.example", AuthTime: w.clock.Now()}, w.visitor)
	if err != nil {
		t.Fatal(err)
	}
	keep("the app's token", app.Token)
	for _, token := range []string{second.Token, signed.Token, keep("an unknown token", seal.Random())} {
		apitest.Ask(t, w.handler, apitest.Scenario{URL: "/v1/me/sessions", Header: map[string]string{"Cookie": "__Host-session=" + token}})
	}
	check("requests")
	a := newAuthenticator(t)
	c, err := w.AskPasskey(w.in(second))
	if err != nil {
		t.Fatal(err)
	}
	keep("a ceremony", c.Token)
	if _, err := w.AddPasskey(w.in(second), c.Token, a.create(c), "Phone"); err != nil {
		t.Fatal(err)
	}
	c = w.ceremony()
	keep("the second ceremony", c.Token)
	check("asking for a passkey")
	by, err := w.ByPasskey(t.Context(), c.Token, a.sign(c), w.visitor)
	if err != nil {
		t.Fatal(err)
	}
	keep("the third session's token", by.Token)
	if _, err := w.ByPasskey(t.Context(), c.Token, a.sign(c), w.visitor); err == nil {
		t.Error("a ceremony is good twice")
	}
	if err := w.SignOut(t.Context(), by.Session, w.visitor); err != nil {
		t.Fatal(err)
	}
	check("everything")
}

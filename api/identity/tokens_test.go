package identity_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/seal"
)

// inSession is the context of somebody who has just signed in on the pages.
func (w *world) inSession(user contract.UserID) context.Context {
	w.t.Helper()
	p, _ := auth.PrincipalFrom(w.as(user))
	p.Session = w.begin(user).Session
	return auth.WithPrincipal(w.t.Context(), p)
}

func TestPersonalTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rosa, ben := w.user("rosa@example.org", contract.RoleEditor), w.user("ben@example.org")
	ctx := w.inSession(rosa)
	made, err := w.CreatePersonalToken(ctx, identity.NewPersonalToken{Name: " Backup ", Scopes: []string{"media:write", "blog:draft"}})
	if err != nil || made.Name != "Backup" || strings.Join(made.Scopes, " ") != "blog:draft media:write" ||
		!strings.HasPrefix(made.Token, identity.PersonalPrefix) || !made.ExpiresAt.Equal(w.clock.Now().AddDate(0, 0, 90)) {
		t.Fatalf("made %+v, %v", made, err)
	}
	p, err := w.VerifyPersonal(t.Context(), made.Token)
	if err != nil || p.User != rosa || p.Name != string(rosa) || p.Session != "" || p.Client != "" || !p.Has("blog:draft") || p.Has("blog:write") || p.Recent(w.clock.Now()) {
		t.Errorf("VerifyPersonal = %+v, %v", p, err)
	}
	if string(one[[]byte](w, "SELECT hash FROM identity.personal_tokens")) != string(seal.Hash(made.Token)) {
		t.Error("the hash is not what is stored")
	}

	t.Run("its use is noted every five minutes", func(t *testing.T) {
		first := w.clock.Now()
		for _, step := range []struct {
			wait time.Duration
			want time.Duration
		}{{4 * time.Minute, 0}, {2 * time.Minute, 6 * time.Minute}, {time.Minute, 6 * time.Minute}} {
			w.clock.Advance(step.wait)
			if _, err := w.VerifyPersonal(t.Context(), made.Token); err != nil {
				t.Fatal(err)
			}
			list, err := w.PersonalTokens(ctx)
			if err != nil || len(list) != 1 || list[0].LastUsedAt == nil || !list[0].LastUsedAt.Equal(first.Add(step.want)) {
				t.Errorf("after %s more: %+v, %v", step.wait, list, err)
			}
		}
	})
	t.Run("it does no more than the roles of now", func(t *testing.T) {
		if _, err := w.pool.Exec(t.Context(), "UPDATE identity.role_grants SET role = 'shopkeeper' WHERE user_id = $1", identity.Row(rosa)); err != nil {
			t.Fatal(err)
		}
		if p, err := w.VerifyPersonal(t.Context(), made.Token); err != nil || p.Has("blog:draft") || !p.Has("media:write") || p.Has("market:write") {
			t.Errorf("after the roles changed: %+v, %v", p, err)
		}
	})
	t.Run("it is its owner's", func(t *testing.T) {
		if list, err := w.PersonalTokens(w.inSession(ben)); err != nil || len(list) != 0 {
			t.Errorf("another user sees %+v, %v", list, err)
		}
		if err := w.RevokePersonalToken(w.inSession(ben), made.ID); problem.Code(err) != "not_found" {
			t.Errorf("revoked by another user: %v", err)
		}
		if _, err := w.VerifyPersonal(t.Context(), made.Token); err != nil {
			t.Error(err)
		}
	})
	t.Run("a suspended user", func(t *testing.T) {
		for state, want := range map[string]error{"suspended": auth.ErrRefused, "active": nil} {
			if _, err := w.pool.Exec(t.Context(), "UPDATE identity.users SET state = $2 WHERE id = $1", identity.Row(rosa), state); err != nil {
				t.Fatal(err)
			}
			if _, err := w.VerifyPersonal(t.Context(), made.Token); !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", state, err, want)
			}
		}
		if _, err := w.pool.Exec(t.Context(), "UPDATE identity.users SET state = 'active' WHERE id = $1", identity.Row(rosa)); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("revoked", func(t *testing.T) {
		if err := w.RevokePersonalToken(ctx, made.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.RevokePersonalToken(ctx, made.ID); problem.Code(err) != "not_found" {
			t.Errorf("again: %v", err)
		}
		if _, err := w.VerifyPersonal(t.Context(), made.Token); !errors.Is(err, auth.ErrRefused) {
			t.Errorf("a token that is revoked: %v", err)
		}
	})
	t.Run("expired", func(t *testing.T) {
		day, err := w.CreatePersonalToken(ctx, identity.NewPersonalToken{Name: "A day", Scopes: []string{"account:read"}, ExpiresIn: 1})
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(24*time.Hour - time.Second)
		if _, err := w.VerifyPersonal(t.Context(), day.Token); err != nil {
			t.Errorf("a second before its end: %v", err)
		}
		w.clock.Advance(time.Second)
		if _, err := w.VerifyPersonal(t.Context(), day.Token); !errors.Is(err, auth.ErrRefused) {
			t.Errorf("at its end: %v", err)
		}
		if list, err := w.PersonalTokens(ctx); err != nil || len(list) != 0 {
			t.Errorf("left: %+v, %v", list, err)
		}
	})
	for _, wrong := range []string{"", "roseash_pat_", "roseash_pat_" + seal.Random(), seal.Random(), "roseash_at_" + strings.TrimPrefix(made.Token, "roseash_pat_"), made.Token + "x"} {
		if _, err := w.VerifyPersonal(t.Context(), wrong); !errors.Is(err, auth.ErrRefused) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	if got := one[string](w, "SELECT string_agg(action, ' ' ORDER BY id) FROM identity.audit WHERE action LIKE 'token.%'"); got != "token.created token.revoked token.created" {
		t.Errorf("audit: %s", got)
	}
}

// What somebody has asked for in a session that ends before it is done is not done: what ends
// everything leaves nothing behind by which one gets in again.
func TestNothingIsMadeInAnEndedSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rosa := w.user("rosa@example.org", contract.RoleEditor)
	signed := w.begin(rosa)
	ctx, a := w.in(signed), newAuthenticator(t)
	asked, err := w.AskPasskey(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.SignOut(t.Context(), signed.Session, w.visitor); err != nil {
		t.Fatal(err)
	}
	for name, try := range map[string]func() error{
		"a token": func() error {
			_, err := w.CreatePersonalToken(ctx, identity.NewPersonalToken{Name: "X", Scopes: []string{"blog:draft"}})
			return err
		},
		"a passkey":  func() error { _, err := w.AddPasskey(ctx, asked.Token, a.create(asked), "Phone"); return err },
		"an address": func() error { return w.AddEmail(ctx, "thief@example.org", false) },
	} {
		if err := try(); problem.Code(err) != "unauthorized" {
			t.Errorf("%s: %v, want unauthorized", name, err)
		}
	}
	if n := one[int](w, "SELECT (SELECT count(*) FROM identity.personal_tokens) + (SELECT count(*) FROM identity.passkeys) + (SELECT count(*) FROM identity.email_changes)"); n != 0 {
		t.Errorf("%d things were made", n)
	}
}

func TestTokenRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rosa := w.user("rosa@example.org", contract.RoleEditor)
	p, _ := auth.PrincipalFrom(w.as(rosa))
	app, service := p, auth.Principal{Name: "client_x", Client: "client_x", Scopes: []string{auth.AllScopes}}
	app.Client, app.Session = "client_x", ""
	draft := identity.NewPersonalToken{Name: "X", Scopes: []string{"blog:draft"}}
	for name, tt := range map[string]struct {
		ctx  context.Context
		n    identity.NewPersonalToken
		code string
	}{
		"anonymous":               {t.Context(), draft, "no_user"},
		"a service":               {auth.WithPrincipal(t.Context(), service), draft, "no_user"},
		"an app":                  {auth.WithPrincipal(t.Context(), app), draft, "session_required"},
		"another personal token":  {auth.WithPrincipal(t.Context(), p), draft, "session_required"},
		"more than the roles":     {w.inSession(rosa), identity.NewPersonalToken{Name: "X", Scopes: []string{"blog:draft", "users:write"}}, "scope_not_permitted"},
		"all scopes":              {w.inSession(rosa), identity.NewPersonalToken{Name: "X", Scopes: []string{"*"}}, "invalid"},
		"a scope of sign-in":      {w.inSession(rosa), identity.NewPersonalToken{Name: "X", Scopes: []string{"openid"}}, "invalid"},
		"a scope that is unknown": {w.inSession(rosa), identity.NewPersonalToken{Name: "X", Scopes: []string{"blog:everything"}}, "invalid"},
	} {
		if made, err := w.CreatePersonalToken(tt.ctx, tt.n); problem.Code(err) != tt.code || made.Token != "" {
			t.Errorf("%s: %+v, %v, want %s", name, made, err, tt.code)
		}
	}
	token := identity.TokenID("tok_019ab3f47c2e7d06b8a1f0c2d3e4f50b")
	apitest.Run(t, w.handler, w.pool, []apitest.Scenario{
		{Name: "anonymous", URL: "/v1/me/tokens", Status: 401},
		{Name: "none yet", URL: "/v1/me/tokens", Header: by(rosa), Status: 200, Want: []string{`{"items":[]}`}, WantHeader: map[string]string{"Cache-Control": "private, no-store"}},
		{Name: "signed in long ago", Method: "POST", URL: "/v1/me/tokens", Header: longAgo(rosa), Body: `{"name":"X","scopes":["blog:draft"]}`, Status: 401, Want: []string{"reauthentication_required"}},
		{Name: "no session", Method: "POST", URL: "/v1/me/tokens", Header: by(rosa), Body: `{"name":"X","scopes":["blog:draft"]}`, Status: 403, Want: []string{"session_required"}},
		{Name: "no name", Method: "POST", URL: "/v1/me/tokens", Header: by(rosa), Body: `{"name":" ","scopes":["blog:draft"]}`, Status: 422},
		{Name: "no scopes", Method: "POST", URL: "/v1/me/tokens", Header: by(rosa), Body: `{"name":"X","scopes":[]}`, Status: 422},
		{Name: "for ever", Method: "POST", URL: "/v1/me/tokens", Header: by(rosa), Body: `{"name":"X","scopes":["blog:draft"],"expires_in":366}`, Status: 422},
		{Name: "with a token of one's own", Method: "POST", URL: "/v1/me/tokens", Header: by(rosa), Body: `{"name":"X","scopes":["blog:draft"],"token":"` + apitest.Canary + `"}`, Status: 422},
		{Name: "unknown", Method: "DELETE", URL: "/v1/me/tokens/" + string(token), Header: by(rosa), Status: 404},
		{Name: "the token itself", Method: "DELETE", URL: "/v1/me/tokens/roseash_pat_" + apitest.Canary, Header: by(rosa), Status: 422},
	})
	if n := one[int](w, "SELECT count(*) FROM identity.personal_tokens"); n != 0 {
		t.Errorf("%d tokens after refusals", n)
	}
}

// A session makes a token by the API, which shows it once.
func TestTokenIsShownOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rosa := w.user("rosa@example.org")
	ctx := w.inSession(rosa)
	made, err := w.CreatePersonalToken(ctx, identity.NewPersonalToken{Name: "X", Scopes: []string{"account:read"}})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(made)
	if err != nil || strings.Count(string(raw), made.Token) != 1 {
		t.Errorf("the answer is %s, %v", raw, err)
	}
	random := strings.TrimPrefix(made.Token, identity.PersonalPrefix)
	apitest.Run(t, w.handler, w.pool, []apitest.Scenario{
		{Name: "the list", URL: "/v1/me/tokens", Header: by(rosa), Status: 200, Want: []string{string(made.ID)}, NotWant: []string{random}},
		{Name: "revoked", Method: "DELETE", URL: "/v1/me/tokens/" + string(made.ID), Header: longAgo(rosa), Status: 204},
		{Name: "revoked again", Method: "DELETE", URL: "/v1/me/tokens/" + string(made.ID), Header: by(rosa), Status: 404},
	})
	for _, table := range []string{"identity.personal_tokens", "identity.audit"} {
		if text := one[string](w, "SELECT string_agg(t::text, ' ') FROM "+table+" t"); strings.Contains(text, random) || !strings.Contains(text, string(made.ID)[4:12]) {
			t.Errorf("%s: %s", table, text)
		}
	}
}

// However many are made at once, nobody has more than fifty.
func TestTokenCapRace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rosa := w.user("rosa@example.org")
	ctx := w.inSession(rosa)
	var made atomic.Int64
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 8 {
				_, err := w.CreatePersonalToken(ctx, identity.NewPersonalToken{Name: fmt.Sprint(worker, i), Scopes: []string{"account:read"}})
				switch {
				case err == nil:
					made.Add(1)
				case problem.Code(err) != "too_many_tokens":
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if n := one[int64](w, "SELECT count(*) FROM identity.personal_tokens"); n != 50 || made.Load() != 50 {
		t.Errorf("%d rows, %d made, want 50", n, made.Load())
	}
}

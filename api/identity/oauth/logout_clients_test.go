package oauth_test

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/oauth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/db"
)

// told is what a relying party was sent.
type told struct {
	method, media string
	form          url.Values
}

// listen is a relying party that answers with a status that may change.
func listen(t *testing.T) (address string, status *atomic.Int64, heard chan told) {
	heard, status = make(chan told, 16), &atomic.Int64{}
	status.Store(http.StatusOK)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		heard <- told{r.Method, r.Header.Get("Content-Type"), r.PostForm}
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(int(status.Load()))
	}))
	t.Cleanup(server.Close)
	return server.URL + "/out", status, heard
}

// hear waits for what a relying party is sent.
func hear(t *testing.T, heard chan told) (got told) {
	t.Helper()
	select {
	case got = <-heard:
	case <-time.After(time.Minute):
		t.Fatal("the client is not told within a minute")
	}
	return got
}

// run works the jobs until the test ends.
func (w *world) run() {
	w.t.Helper()
	w.Jobs()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Bus.Run(ctx) }()
	w.t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			w.t.Error(err)
		}
	})
}

// logouts are the jobs that tell clients: state and seconds until the next attempt.
func (w *world) logouts() (states []string) {
	w.t.Helper()
	rows, err := w.pool.Query(context.Background(), "SELECT state::text FROM river.river_job WHERE kind = 'oauth.logout' ORDER BY id")
	if err != nil {
		w.t.Fatal(err)
	}
	states, err = pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		w.t.Fatal(err)
	}
	return states
}

// eventually waits for something that is done in the background.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 6000 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s: not within a minute", what)
}

// verified reads a token with the keys that the server publishes, as a client does.
func (w *world) verified(token string) (*jwt.Token, jwt.MapClaims) {
	w.t.Helper()
	var set struct {
		Keys []struct{ Kid, N, E string }
	}
	if err := json.Unmarshal([]byte(w.get("/oauth/jwks").body), &set); err != nil {
		w.t.Fatal(err)
	}
	claims := jwt.MapClaims{}
	parsed, err := jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}), jwt.WithTimeFunc(w.clock.Now), jwt.WithIssuer(issuer), jwt.WithExpirationRequired()).
		ParseWithClaims(token, claims, func(t *jwt.Token) (any, error) {
			for _, k := range set.Keys {
				if k.Kid == t.Header["kid"] {
					n, err := base64.RawURLEncoding.DecodeString(k.N)
					if err != nil {
						return nil, err
					}
					e, err := base64.RawURLEncoding.DecodeString(k.E)
					return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}, err
				}
			}
			return nil, jwt.ErrTokenUnverifiable
		})
	if err != nil {
		w.t.Fatalf("the token is not verified: %v", err)
	}
	return parsed, claims
}

func TestBackChannelLogout(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *oauth.Options) { o.HTTP = &http.Client{Timeout: time.Minute} })
	address, status, heard := listen(t)
	rosa := w.user("rosa@example.org", contract.RoleEditor)
	c, silent, plain := w.relyingParty(address), w.relyingParty(""), w.relyingParty(address)
	session, other := w.session(rosa), w.session(rosa)
	g := w.tokens(exchange(c, w.code(session, c)))
	w.tokens(exchange(silent, w.code(session, silent)))
	w.tokens(exchange(plain, w.code(session, plain, "scope", "blog:write"))) // it has no ID token, so no sid
	kept := w.tokens(exchange(c, w.code(session, c, "scope", "openid offline_access blog:write")))
	elsewhere := w.tokens(exchange(c, w.code(other, c)))
	w.run()
	if err := w.identity.SignOut(t.Context(), session, contract.Visitor{}); err != nil {
		t.Fatal(err)
	}
	if w.works(g.Access) || !w.works(kept.Access) || !w.works(elsewhere.Access) {
		t.Errorf("after signing out: works %v, offline %v, elsewhere %v; want false, true, true", w.works(g.Access), w.works(kept.Access), w.works(elsewhere.Access))
	}
	got := hear(t, heard)
	if got.method != "POST" || got.media != "application/x-www-form-urlencoded" || len(got.form) != 1 {
		t.Errorf("the client was sent %+v", got)
	}
	token, claims := w.verified(got.form.Get("logout_token"))
	events, _ := claims["events"].(map[string]any)
	_, isLogout := events["http://schemas.openid.net/event/backchannel-logout"].(map[string]any)
	_, hasNonce := claims["nonce"]
	if token.Header["typ"] != "logout+jwt" || claims["aud"] != c.id || claims["sub"] != string(rosa.sub) || claims["sid"] != string(session) ||
		!isLogout || len(events) != 1 || hasNonce || claims["jti"] == "" || claims["exp"].(float64)-claims["iat"].(float64) != 120 {
		t.Errorf("header %v, claims %v", token.Header, claims)
	}
	eventually(t, "the job is done", func() bool { s := w.logouts(); return len(s) == 1 && s[0] == "completed" })

	t.Run("it refuses", func(t *testing.T) {
		status.Store(http.StatusBadRequest)
		if err := w.identity.SignOut(t.Context(), other, contract.Visitor{}); err != nil {
			t.Fatal(err)
		}
		hear(t, heard)
		eventually(t, "the job is given up", func() bool { s := w.logouts(); return len(s) == 2 && s[1] == "cancelled" })
	})
	t.Run("it fails, and leads elsewhere", func(t *testing.T) {
		for i, code := range []int{http.StatusInternalServerError, http.StatusFound, http.StatusTemporaryRedirect} {
			status.Store(int64(code))
			session := w.session(rosa)
			w.tokens(exchange(c, w.code(session, c)))
			if err := w.identity.SignOut(t.Context(), session, contract.Visitor{}); err != nil {
				t.Fatal(err)
			}
			hear(t, heard)
			eventually(t, "the job waits", func() bool { s := w.logouts(); return len(s) == 3+i && s[2+i] == "retryable" })
			// Its next attempt is not to be taken for one of those that follow here.
			if _, err := w.pool.Exec(t.Context(), "UPDATE river.river_job SET scheduled_at = now() + interval '1 hour' WHERE state = 'retryable'"); err != nil {
				t.Fatal(err)
			}
		}
		if len(heard) != 0 {
			t.Error("a redirect was followed")
		}
	})
	if n := one[int](w, "SELECT count(*) FROM river.river_job WHERE kind = 'oauth.logout' AND (args::text || coalesce(errors::text, '')) ~ 'eyJ'"); n != 0 {
		t.Errorf("%d jobs hold a token", n)
	}
}

func TestLogoutRetries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var total time.Duration
	for attempt := 1; attempt < oauth.LogoutAttempts; attempt++ {
		total += w.LogoutPause(attempt)
	}
	if first := w.LogoutPause(1); first != 10*time.Second || total < 20*time.Hour || total > 24*time.Hour {
		t.Errorf("the first pause is %s, all of them %s; want 10 s, and a day or a little less", first, total)
	}
}

// What had been given in a session ends with it, whyever it does; only who just signs out
// leaves what was to stay.
func TestSessionsEnded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rosa := w.user("rosa@example.org")
	c := w.relyingParty("https://planner.example/out")
	for why, stays := range map[string]bool{"signed_out": true, "revoked": false, "suspended": false, "recovered": false, "deleted": false} {
		w.exec("DELETE FROM river.river_job")
		session, before := w.session(rosa), w.session(rosa)
		g := w.tokens(exchange(c, w.code(session, c)))
		offline := w.tokens(exchange(c, w.code(session, c, "scope", "openid offline_access account:read")))
		earlier := w.tokens(exchange(c, w.code(before, c, "scope", "openid offline_access account:read")))
		u, _ := id.Parse("ses", session)
		b, _ := id.Parse("ses", before)
		w.exec("UPDATE identity.sessions SET ended_at = $2, ended_why = 'replaced', parent_id = $3 WHERE id = $1", b, w.clock.Now(), u)
		w.exec("UPDATE identity.sessions SET ended_at = $2, ended_why = $3 WHERE id = $1", u, w.clock.Now(), why)
		if err := db.InTx(t.Context(), w.pool, func(tx pgx.Tx) error { return w.SessionsEnded(t.Context(), tx, []uuid.UUID{u, b}) }); err != nil {
			t.Fatal(err)
		}
		if w.works(g.Access) || w.works(offline.Access) != stays || w.works(earlier.Access) != stays {
			t.Errorf("%s: works %v, offline %v, before %v; want false, %v, %v", why, w.works(g.Access), w.works(offline.Access), w.works(earlier.Access), stays, stays)
		}
		if n := len(w.logouts()); n != 2 { // one for each sid that the client knows
			t.Errorf("%s: %d clients are told, want 2", why, n)
		}
	}
	err := db.InTx(t.Context(), w.pool, func(tx pgx.Tx) error { return w.SessionsEnded(t.Context(), tx, nil) })
	if err != nil {
		t.Error(err)
	}
}

// A world for the tests of this package: the server on a database of its own behind real
// HTTP, people with sessions, clients, and a clock that is moved. The issuer is on a host of
// its own.

package oauth_test

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/identity/oauth"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

const (
	issuer   = "https://id.rose.example"
	mainSite = "https://rose.example" // the API's
	callback = "https://planner.example/callback"
)

type world struct {
	t testing.TB
	*oauth.Server
	identity *identity.Service
	pool     *db.Pool
	clock    *clock.Manual
	pages    *pages
	http     *http.Client
	address  string
}

func newWorld(t testing.TB, changes ...func(*oauth.Options)) *world {
	t.Helper()
	sites, err := urls.New(mainSite, map[urls.App]string{urls.Federation: issuer, urls.Market: "https://market.rose.example"})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, pool: dbtest.New(t), clock: clock.NewManual(time.Date(2026, 11, 27, 9, 30, 0, 0, time.UTC)), pages: &pages{}}
	key := seal.New([]byte(strings.Repeat("k", seal.KeySize)))
	w.identity = identity.New(identity.Options{
		Pool: w.pool, Clock: w.clock, Key: key, Mail: noMail{}, Sites: sites,
		SiteName: func(context.Context) (string, error) { return "Rose Ash", nil },
	})
	o := oauth.Options{
		Pool: w.pool, Clock: w.clock, Key: key, Identity: w.identity, Sites: sites, Bus: bus.New(w.pool, slog.New(slog.DiscardHandler), bus.StopWithin(time.Minute)),
		HTTP: http.DefaultClient, Pages: w.pages,
	}
	for _, change := range changes {
		change(&o)
	}
	w.Server = oauth.New(o)
	w.identity.OnEnd(w.SessionsEnded)
	router := chi.NewRouter()
	router.Use(w.signedIn)
	w.Mount(router)
	server := httptest.NewServer(router)
	t.Cleanup(server.Close)
	w.address = server.URL
	w.http = &http.Client{Transport: server.Client().Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return w
}

// noMail is a mail.Queue for tests in which nobody reads mail.
type noMail struct{}

func (noMail) Queue(context.Context, pgx.Tx, contract.Mail) error { return nil }

// signedIn does what the cookie's middleware does, by a header with a session's id.
func (w *world) signedIn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if session, ok := id.Parse("ses", r.Header.Get("Test-Session")); ok {
			var user uuid.UUID
			var at time.Time
			err := w.pool.QueryRow(r.Context(), "SELECT user_id, authenticated_at FROM identity.sessions WHERE id = $1 AND ended_at IS NULL", session).Scan(&user, &at)
			if err == nil {
				u := id.Format[contract.UserID]("user", user)
				r = r.WithContext(auth.WithPrincipal(r.Context(), auth.Principal{
					Name: string(u), User: u, Session: contract.SessionID(r.Header.Get("Test-Session")), AuthenticatedAt: at,
				}))
			}
		}
		next.ServeHTTP(rw, r)
	})
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	if _, err := w.pool.Exec(context.Background(), sql, args...); err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
}

// one reads a single value from the database.
func one[T any](w *world, sql string, args ...any) (v T) {
	w.t.Helper()
	if err := w.pool.QueryRow(context.Background(), sql, args...).Scan(&v); err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// person is somebody with an account.
type person struct {
	id  uuid.UUID
	sub contract.UserID
}

// user makes a user with a verified address and roles.
func (w *world) user(address string, roles ...contract.Role) person {
	w.t.Helper()
	u, handle := id.New(), make([]byte, 32)
	_, _ = rand.Read(handle)
	now := w.clock.Now()
	w.exec("INSERT INTO identity.users (id, display_name, webauthn_handle, created_at, updated_at) VALUES ($1, 'Rosa Field', $2, $3, $3)", u, handle, now)
	w.exec("INSERT INTO identity.emails (user_id, address, is_primary, verified_at, created_at) VALUES ($1, $2, true, $3, $3)", u, address, now)
	for _, role := range roles {
		w.exec("INSERT INTO identity.role_grants (user_id, role, granted_by, granted_at) VALUES ($1, $2, 'test', $3)", u, role, now)
	}
	return person{u, id.Format[contract.UserID]("user", u)}
}

// session signs somebody in now, in a browser.
func (w *world) session(p person) contract.SessionID {
	w.t.Helper()
	u := id.New()
	w.exec(`INSERT INTO identity.sessions (id, token_hash, user_id, origin, method, created_at, authenticated_at, last_used_at, expires_at, network)
		VALUES ($1, $2, $3, $4, 'link', $5, $5, $5, $6, '192.0.2.7')`, u, seal.Hash(seal.Random()), p.id, issuer, w.clock.Now(), w.clock.Now().Add(identity.SessionLasts))
	return id.Format[contract.SessionID]("ses", u)
}

// program is a client as it knows itself.
type program struct {
	id, secret string
}

// clientSpec is what a client is registered with; the zero values are a third party's public
// client with the usual scopes.
type clientSpec struct {
	kind         string
	confidential bool
	redirects    []string
	grants       []string
	scopes       []string
	audiences    []string
	uri          string
}

func (w *world) client(c clientSpec) program {
	w.t.Helper()
	p := program{id: "client_" + strings.ReplaceAll(id.New().String(), "-", "")}
	var hash []byte
	if c.confidential {
		p.secret = "roseash_cs_" + seal.Random()
		hash = seal.Hash(p.secret)
	}
	if c.kind == "" {
		c.kind = "first_party"
	}
	if c.redirects == nil {
		c.redirects = []string{callback}
	}
	if c.grants == nil {
		c.grants = []string{"authorization_code", "refresh_token"}
	}
	if c.scopes == nil {
		c.scopes = []string{"openid", "profile", "email", "offline_access", "account:read", "blog:write"}
	}
	if c.audiences == nil {
		c.audiences = []string{mainSite}
	}
	w.exec(`INSERT INTO identity.clients (client_id, kind, client_name, client_uri, confidential, secret_hash, redirect_uris, grant_types, scopes, audiences, created_by, created_at, updated_at)
		VALUES ($1, $2, 'Harvest planner', $3, $4, $5, $6, $7, $8, $9, 'test', $10, $10)`,
		p.id, c.kind, c.uri, c.confidential, hash, c.redirects, c.grants, c.scopes, c.audiences, w.clock.Now())
	return p
}

// pages remembers what was shown; the status says which page it was.
type pages struct {
	consent contract.ConsentView
	refused contract.AuthorizeRefusal
	logout  contract.LogoutView
}

func (p *pages) Consent(w http.ResponseWriter, r *http.Request, v contract.ConsentView) {
	p.consent = v
	w.WriteHeader(http.StatusOK)
	_, _ = io.WriteString(w, "consent")
}

func (p *pages) Refused(w http.ResponseWriter, r *http.Request, v contract.AuthorizeRefusal) {
	p.refused = v
	w.WriteHeader(v.Status)
	_, _ = io.WriteString(w, "refused")
}

func (p *pages) AskLogout(w http.ResponseWriter, r *http.Request, v contract.LogoutView) {
	p.logout = v
	_, _ = io.WriteString(w, "ask logout")
}

func (p *pages) LoggedOut(w http.ResponseWriter, r *http.Request) {
	_, _ = io.WriteString(w, "logged out")
}

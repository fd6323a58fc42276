// A world for the tests of this package: the service on a database of its own, with the API
// in front, a clock that is moved, and mails that can be read.

package identity_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

const origin = "https://rose.example"

type world struct {
	t testing.TB
	*identity.Service
	pool    *db.Pool
	clock   *clock.Manual
	outbox  *outbox
	handler http.Handler
	visitor contract.Visitor // a browser without cookies
}

// newWorld makes a world; each change is made to the options before the service.
func newWorld(t testing.TB, changes ...func(*identity.Options)) *world {
	t.Helper()
	sites, err := urls.New(origin, nil)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		t: t, pool: dbtest.New(t), clock: clock.NewManual(time.Date(2026, 11, 27, 9, 30, 0, 0, time.UTC)), outbox: &outbox{byID: map[uuid.UUID]contract.Mail{}},
		visitor: contract.Visitor{Network: netip.MustParsePrefix("192.0.2.7/32"), UserAgent: "Firefox on Linux", Origin: origin, RequestID: "019ab3f4-7c2e-7d06-b8a1-f0c2d3e4f506"},
	}
	o := identity.Options{
		Pool: w.pool, Clock: w.clock, Key: seal.New([]byte(strings.Repeat("k", seal.KeySize))), Mail: w.outbox, Sites: sites,
		SiteName: func(context.Context) (string, error) { return "Rose Ash", nil },
	}
	for _, change := range changes {
		change(&o)
	}
	w.Service = identity.New(o)
	w.handler = api.NewHandler(api.HandlerOptions{
		Log: slog.New(slog.DiscardHandler), Routes: []api.Routes{w.Routes}, Sessions: w.Service, Sites: sites, Clock: w.clock,
		Middleware: []func(huma.API) api.Middleware{func(a huma.API) api.Middleware {
			return auth.Middleware(a, w, auth.At(w.clock), auth.Denied(w.Denied))
		}},
	})
	return w
}

// Verify makes tokens of users' ids: what somebody may do is what their roles permit.
func (w *world) Verify(ctx context.Context, c auth.Credentials) (auth.Principal, error) {
	token, old := strings.CutPrefix(c.Token, "old:")
	if _, ok := id.Parse("user", token); !ok {
		return auth.Principal{}, auth.ErrRefused
	}
	p, err := w.principal(ctx, contract.UserID(token))
	if err != nil {
		return p, auth.ErrRefused
	}
	if old {
		p.AuthenticatedAt = p.AuthenticatedAt.Add(-time.Hour)
	}
	return p, nil
}

func (w *world) principal(ctx context.Context, user contract.UserID) (auth.Principal, error) {
	who, err := w.PersonOf(ctx, user)
	return auth.Principal{Name: string(user), User: user, Scopes: who.Scopes, AuthenticatedAt: w.clock.Now()}, err
}

// as is the context of somebody who has just signed in.
func (w *world) as(user contract.UserID) context.Context {
	w.t.Helper()
	p, err := w.principal(w.t.Context(), user)
	if err != nil {
		w.t.Fatalf("%s: %v", user, err)
	}
	return auth.WithPrincipal(w.t.Context(), p)
}

// by are the headers of a request of somebody who has just signed in, and more of them in
// pairs of name and value.
func by(user contract.UserID, more ...string) map[string]string {
	return apitest.Bearer(string(user), more...)
}

// longAgo are the headers of a request of somebody who signed in an hour ago.
func longAgo(user contract.UserID, more ...string) map[string]string {
	return apitest.Bearer("old:"+string(user), more...)
}

// tx runs fn in a transaction that is committed.
func (w *world) tx(fn func(tx pgx.Tx) error) {
	w.t.Helper()
	if err := db.InTx(w.t.Context(), w.pool, fn); err != nil {
		w.t.Fatal(err)
	}
}

// user makes a user with a verified address and roles, and forgets the mails about it.
func (w *world) user(address string, roles ...contract.Role) (user contract.UserID) {
	w.t.Helper()
	w.tx(func(tx pgx.Tx) error {
		var err error
		user, _, err = w.UserFor(w.t.Context(), tx, address)
		for _, role := range roles {
			if err == nil {
				_, err = tx.Exec(w.t.Context(), "INSERT INTO identity.role_grants (user_id, role, granted_by, granted_at) VALUES ($1, $2, 'test', $3)", identity.Row(user), role, w.clock.Now())
			}
		}
		return err
	})
	w.mails()
	return user
}

// one reads a single value from the database.
func one[T any](w *world, sql string, args ...any) (v T) {
	w.t.Helper()
	if err := w.pool.QueryRow(w.t.Context(), sql, args...).Scan(&v); err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// audit is what the audit log says of an account, the oldest first: "action by actor".
func (w *world) audit(user contract.UserID) []string {
	w.t.Helper()
	rows, err := w.pool.Query(w.t.Context(), "SELECT action || ' by ' || actor FROM identity.audit WHERE user_id = $1 ORDER BY id", identity.Row(user))
	if err != nil {
		w.t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// outbox is a mail.Queue that keeps messages. What a transaction queues that is rolled back
// is not there: of each message there is a row as well.
type outbox struct {
	mu   sync.Mutex
	byID map[uuid.UUID]contract.Mail
}

// Queue keeps a message.
func (o *outbox) Queue(ctx context.Context, tx pgx.Tx, m contract.Mail) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	u := id.New()
	o.byID[u] = m
	_, err := tx.Exec(ctx, "INSERT INTO shared.mails (id, kind, recipient, created_at) VALUES ($1, $2, $3, clock_timestamp())", u, m.Kind, m.To)
	return err
}

// mails are the messages that were queued since the last call, the oldest first.
func (w *world) mails() (list []contract.Mail) {
	w.t.Helper()
	rows, err := w.pool.Query(w.t.Context(), "WITH m AS (DELETE FROM shared.mails RETURNING id) SELECT id FROM m ORDER BY id")
	if err != nil {
		w.t.Fatal(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		w.t.Fatal(err)
	}
	w.outbox.mu.Lock()
	defer w.outbox.mu.Unlock()
	for _, u := range ids {
		list = append(list, w.outbox.byID[u])
	}
	return list
}

// mail is the one message that was queued since the last call, which is of a kind and to
// an address.
func (w *world) mail(kind, to string) contract.Mail {
	w.t.Helper()
	list := w.mails()
	if len(list) != 1 || list[0].Kind != kind || list[0].To != to {
		w.t.Fatalf("mails = %+v, want one %s to %s", list, kind, to)
	}
	return list[0]
}

var lastSegment = regexp.MustCompile(`/([^/]+)/$`)

// tokenOf is the token at the end of a link.
func tokenOf(t testing.TB, link string) string {
	t.Helper()
	m := lastSegment.FindStringSubmatch(link)
	if m == nil || !strings.HasPrefix(link, origin+"/") {
		t.Fatalf("%q is no link of this site", link)
	}
	return m[1]
}

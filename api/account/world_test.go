// What all tests of the account share: the service behind the real middleware.

package account_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/account"
	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/mail"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// patience is for a busy machine; no test waits that long when all is well.
const patience = 60 * time.Second

var begin = time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)

// people knows names and addresses, and counts how often it was asked.
type people struct {
	names, addresses map[contract.UserID]string
	asked            int
}

func (p *people) DisplayName(_ context.Context, user contract.UserID) (string, error) {
	p.asked++
	return known(p.names, user)
}

func (p *people) PrimaryAddress(_ context.Context, user contract.UserID) (string, error) {
	return known(p.addresses, user)
}

func known(of map[contract.UserID]string, user contract.UserID) (string, error) {
	if of[user] == "" {
		return "", problem.NotFound("there is no such user")
	}
	return of[user], nil
}

// world is the account behind the real middleware.
type world struct {
	http.Handler
	*account.Service
	pool      *db.Pool
	bus       *bus.Bus
	clock     *clock.Manual
	mail      *mail.Service
	people    *people
	bryn, cas contract.UserID
}

func newWorld(t testing.TB, change func(*account.Options)) *world {
	t.Helper()
	w := &world{pool: dbtest.New(t), clock: clock.NewManual(begin), bryn: id.Format[contract.UserID]("user", id.New()), cas: id.Format[contract.UserID]("user", id.New())}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	w.bus = bus.New(w.pool, log)
	var err error
	w.mail, err = mail.New(mail.Options{Pool: w.pool, Clock: w.clock, Key: seal.New(make([]byte, seal.KeySize)), Bus: w.bus, Log: log,
		Render: func(_ context.Context, kind string, data []byte) (mail.Rendered, error) {
			return mail.Rendered{Subject: kind, Text: string(data)}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	sites, err := urls.New("https://rose.example", nil)
	if err != nil {
		t.Fatal(err)
	}
	w.people = &people{names: map[contract.UserID]string{w.bryn: "Bryn Ashdown", w.cas: "Cas"}, addresses: map[contract.UserID]string{w.bryn: "bryn@example.org", w.cas: "cas@example.org"}}
	o := account.Options{Pool: w.pool, Clock: w.clock, Bus: w.bus, Mail: w.mail, Sites: sites, Names: w.people, Sources: []account.Source{
		func(_ context.Context, user contract.UserID) (map[string]any, error) {
			return map[string]any{"profile": map[string]any{"id": user, "name": "Bryn “Ash” <b>"}, "sessions": []string{"one"}}, nil
		},
		func(context.Context, contract.UserID) (map[string]any, error) {
			return map[string]any{"posts": []int{}}, nil
		},
	}}
	if change != nil {
		change(&o)
	}
	w.Service = account.New(o)
	w.mail.Jobs(w.bus)
	w.Jobs(w.bus)
	now := w.clock
	fresh := func(user contract.UserID, scopes ...string) auth.Principal {
		return auth.Principal{Name: string(user), User: user, Scopes: scopes, AuthenticatedAt: begin}
	}
	stale := fresh(w.bryn, auth.ScopeAccountWrite)
	stale.AuthenticatedAt = begin.Add(-auth.RecentFor)
	w.Handler = api.NewHandler(api.HandlerOptions{
		Routes: []api.Routes{w.Routes},
		Middleware: []func(huma.API) api.Middleware{func(a huma.API) api.Middleware {
			return auth.Middleware(a, apitest.Tokens{
				"bryn": fresh(w.bryn, auth.ScopeAccountWrite), "cas": fresh(w.cas, auth.ScopeAccountWrite), "stale": stale,
				"reader": fresh(w.bryn, auth.ScopeAccountRead), "other": fresh(w.bryn, auth.ScopeBlogWrite),
				"program": {Name: "client_1", Scopes: []string{auth.AllScopes}}, "gone": fresh("user_00000000000000000000000000000001", auth.ScopeAccountWrite),
			}, auth.At(now))
		}},
	})
	return w
}

// run works the jobs to the end of the test.
func (w *world) run(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	end := make(chan error, 1)
	go func() { end <- w.bus.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-end; err != nil && !errors.Is(err, bus.ErrJobsLeft) {
			t.Errorf("Run = %v", err)
		}
	})
}

// as is the context of somebody's request.
func as(user contract.UserID) context.Context {
	return auth.WithPrincipal(context.Background(), auth.Principal{Name: string(user), User: user})
}

// await reads an export until it is in a state.
func (w *world) await(t testing.TB, user contract.UserID, export account.ExportID, state account.ExportState) account.Export {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(2 * time.Millisecond) {
		e, err := w.ExportByID(as(user), export)
		if err != nil {
			t.Fatal(err)
		}
		if e.State == state {
			return e
		}
		if time.Now().After(deadline) {
			t.Fatalf("the export is %s, not %s", e.State, state)
		}
	}
}

func count(t testing.TB, pool *db.Pool, sql string, args ...any) (n int) {
	t.Helper()
	if err := pool.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

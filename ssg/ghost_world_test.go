// A site that follows a Ghost: everything real but the Ghost, of which there is a stand-in.

package ssg_test

import (
	"context"
	"errors"
	"io"
	"log"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/ghosttest"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/search"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/httpx"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
	"rose-ash.com/roseash/ssg"
)

// dice are random numbers for several goroutines.
type dice struct {
	mu sync.Mutex
	r  *rand.Rand
}

func newDice(seed, n uint64) *dice { return &dice{r: rand.New(rand.NewPCG(seed, n))} }

// IntN is one of 0 to n-1.
func (d *dice) IntN(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.r.IntN(n)
}

// Fork are other numbers for one goroutine.
func (d *dice) Fork() *rand.Rand {
	d.mu.Lock()
	defer d.mu.Unlock()
	return rand.New(rand.NewPCG(d.r.Uint64(), 1))
}

// one tells true once in n times.
func (d *dice) one(n int) bool { return d.IntN(n) == 0 }

// follower is a site that follows a stand-in for a Ghost. Its pool is as large as a
// process has it, and its log holds everything that is said.
type follower struct {
	*world
	*ghosttest.Ghost
	url   string // of the Ghost
	hooks string // where webhooks go
	sync  *blog.Sync
	said  *syncBuffer
	log   *slog.Logger
	built sync.Mutex // held by whoever builds
}

// newFollower makes one that has met nothing yet. It searches, and with workers it does
// the jobs of the sync in so many processes.
func newFollower(t testing.TB, o ghosttest.Options, workers int) *follower {
	t.Helper()
	f := &follower{world: &world{t: t, clock: clock.NewManual(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)), dir: t.TempDir(), sizes: ssg.PageSizes{Posts: 5, Products: 5}}, said: &syncBuffer{}}
	f.log = slog.New(slog.NewTextHandler(f.said, &slog.HandlerOptions{Level: slog.LevelDebug}))
	address := dbtest.URL(t)
	var err error
	f.pool, err = db.Open(t.Context(), db.Options{URL: address, StatementTimeout: time.Minute, AcquireTimeout: time.Minute})
	must(t, err)
	t.Cleanup(f.pool.Close)
	f.blog, f.market = blog.New(f.pool, f.clock), market.New(f.pool, f.clock)
	f.events = eventsOf(f.pool, f.clock, f.blog)
	f.builder = f.newBuilder(nil, "1")
	f.builder.Compress, f.builder.Log = true, f.log

	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.Ghost.ServeHTTP(w, r) }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	f.url, o.URL, o.Clock = server.URL, server.URL, f.clock
	export, err := os.ReadFile("../api/blog/testdata/ghost-export.json")
	must(t, err)
	f.Ghost, err = ghosttest.New(export, o)
	must(t, err)

	if workers == 0 {
		queue := bus.New(f.pool, f.log)
		f.sync = f.newSync(queue)
		f.sync.Jobs(queue) // nobody runs it: the test does what is in it
		f.run(bus.New(f.pool, f.log, bus.StopWithin(time.Minute)))
	}
	for range workers {
		b := bus.New(f.pool, f.log, bus.StopWithin(time.Minute))
		f.sync = f.newSync(b)
		f.sync.Jobs(b)
		f.run(b)
	}
	r := chi.NewRouter()
	f.sync.Mount(r)
	receiver := httptest.NewServer(r)
	t.Cleanup(receiver.Close)
	f.hooks = receiver.URL
	return f
}

func (f *follower) newSync(b *bus.Bus) *blog.Sync {
	f.t.Helper()
	client, err := ghost.New(ghost.Options{URL: f.url, AdminKey: ghosttest.AdminKey, HTTP: httpx.Operator(time.Minute), Clock: f.clock})
	must(f.t, err)
	return blog.NewSync(f.blog, blog.SyncOptions{URL: f.url, Client: client, Secret: ghosttest.HookSecret, Bus: b, Log: f.log})
}

// run has a bus keep the index of the search, with what else is registered.
func (f *follower) run(b *bus.Bus) {
	f.t.Helper()
	sites, err := urls.New("http://localhost:8080", nil)
	must(f.t, err)
	search.New(f.pool, f.blog, f.market, sites).Register(b)
	must(f.t, b.Announce(f.t.Context()))
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	f.t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			f.t.Errorf("the bus ended with %v", err)
		}
	})
}

// build builds what there is to build, with siblings, one at a time.
func (f *follower) build() error {
	f.built.Lock()
	defer f.built.Unlock()
	return errors.Join(f.builder.Drain(context.Background()), f.builder.Leisure(context.Background()))
}

// indexed waits until the search has followed all events.
func (f *follower) indexed() {
	f.t.Helper()
	eventually(f.t, "the search has followed all events", func() bool {
		return f.count(`SELECT (SELECT count(*) FROM bus.domain_events WHERE dispatched_at IS NULL)
			+ (SELECT count(*) FROM river.river_job WHERE kind NOT LIKE 'ghost.%' AND finalized_at IS NULL)`) == 0
	})
}

// idle waits until no job of the sync is running.
func (f *follower) idle() {
	f.t.Helper()
	eventually(f.t, "no job of the sync runs", func() bool {
		return f.count("SELECT count(*) FROM river.river_job WHERE kind LIKE 'ghost.%' AND state = 'running'") == 0
	})
}

func (f *follower) count(sql string, args ...any) (n int) {
	f.t.Helper()
	if err := f.pool.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		f.t.Fatalf("%v: %s", err, sql)
	}
	return n
}

// rows are the values of one column, as texts.
func (f *follower) rows(sql string, args ...any) (values []string) {
	f.t.Helper()
	rows, err := f.pool.Query(context.Background(), sql, args...)
	must(f.t, err)
	defer rows.Close()
	for rows.Next() {
		var v string
		must(f.t, rows.Scan(&v))
		values = append(values, v)
	}
	must(f.t, rows.Err())
	return values
}

// reconcile compares everything, once whoever does so at the moment is done.
func (f *follower) reconcile() (r blog.Report, err error) {
	eventually(f.t, "nobody else compares everything", func() bool {
		r, err = f.sync.Reconcile(context.Background(), blog.ReconcileOptions{})
		return !errors.Is(err, blog.ErrWalking)
	})
	return r, err
}

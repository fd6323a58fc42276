package blog_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/blog/ghosttest"
	"rose-ash.com/roseash/api/shared/bus"
)

// working has the jobs done of a site that takes webhooks as Ghost sends them.
func working(t *testing.T, o ghosttest.Options) *synced {
	t.Helper()
	w := newSynced(t, o)
	b := bus.New(w.pool, nil, bus.StopWithin(time.Minute))
	w.sync = blog.NewSync(w.blog, blog.SyncOptions{URL: w.url, Client: w.client(), Secret: ghosttest.HookSecret, Bus: b})
	w.sync.Jobs(b)
	router := chi.NewRouter()
	w.sync.Mount(router)
	site := httptest.NewServer(router)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil && !errors.Is(err, bus.ErrJobsLeft) {
			t.Error(err)
		}
		site.Close()
	})
	w.await("the walk at the start", `select count(*) from blog.ghost_lanes where lane = 'period' and succeeded_at is not null`, 1)
	t.Cleanup(w.AutoDeliver(site.URL))
	return w
}

// await waits until a query counts so many.
func (w *synced) await(what, query string, want int) {
	w.t.Helper()
	for range 2400 {
		if count(w.t, w.pool, query) == want {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	w.t.Fatalf("%s: %d, want %d; %s", what, count(w.t, w.pool, query), want, w.rows(`select concat_ws(' ', kind, state, args, attempt, errors::text) from river.river_job where queue = 'ghost'`))
}

// TestFromHookToCommit: an editor's change is stored because of its webhook, long before the
// next comparison, with each answer of Ghost's 150 ms late. It says how long that took.
func TestFromHookToCommit(t *testing.T) {
	w := working(t, ghosttest.Options{Only: some})
	w.Configure(func(o *ghosttest.Options) { o.Delay = 150 * time.Millisecond })
	id := w.idOf("coming-soon")
	const edits = 8
	for i := range edits {
		title := fmt.Sprint("Title ", i)
		w.EditPost(id, func(p *ghosttest.Post) { p.Title = title })
		w.await("the edit", `select count(*) from blog.posts where title = '`+title+`'`, 1)
	}
	w.await("webhooks that wait", `select count(*) from blog.ghost_hooks where handled_at is null and ghost_id is not null`, 0)
	var took []time.Duration
	for _, line := range w.rows(`select (extract(epoch from handled_at - received_at) * 1000)::bigint::text from blog.ghost_hooks where ghost_id is not null`) {
		d, err := time.ParseDuration(line + "ms")
		if err != nil {
			t.Fatal(err)
		}
		took = append(took, d)
	}
	if len(took) < edits {
		t.Fatalf("%d webhooks of %d edits", len(took), edits)
	}
	slices.Sort(took)
	t.Logf("from hook to commit: p50 %v, p95 %v of %d", took[len(took)/2], took[len(took)*95/100], len(took))
	if n := count(t, w.pool, `select count(*) from blog.ghost_lanes where lane = 'hook' and seen = 1 and took_ms >= 150 and error = ''`); n != 1 {
		t.Errorf("the lane of hooks: %s", w.rows(`select row_to_json(l)::text from blog.ghost_lanes l where lane = 'hook'`))
	}
}

// TestFetchesAreNotLost: while Ghost gives no useful answer a fetch is tried again; what
// only site.changed tells of follows by a walk.
func TestFetchesAreNotLost(t *testing.T) {
	t.Parallel()
	w := working(t, ghosttest.Options{Only: some})
	w.faulty(ghosttest.Fault{Status: 503}, always)
	w.EditPost(w.idOf("coming-soon"), func(p *ghosttest.Post) { p.Title = "Late" })
	w.BulkAccess([]string{w.idOf("card-bookmark")}, "members")
	w.await("the failure", `select count(*) from blog.ghost_lanes where lane = 'hook' and error <> ''`, 1)
	w.healthy()
	w.await("the edit", `select count(*) from blog.posts where title = 'Late'`, 1)
	w.await("the walk", `select count(*) from blog.posts where slug = 'card-bookmark' and visibility = 'members'`, 1)
	w.await("webhooks that wait", `select count(*) from blog.ghost_hooks where handled_at is null`, 0)
	w.same()
	if jobs := w.rows(`select distinct args::text from river.river_job where kind = 'ghost.fetch'`); len(jobs) != 1 || !strings.Contains(jobs[0], "post") {
		t.Errorf("jobs: %v", jobs)
	}
}

// TestAskedWhileAnotherWalks: who asks for a comparison gets one of their own, after the walk
// that is under way, which may have passed by what they mean.
func TestAskedWhileAnotherWalks(t *testing.T) {
	t.Parallel()
	w := working(t, ghosttest.Options{Only: some})
	let := make(chan struct{})
	free := sync.OnceFunc(func() { close(let) })
	t.Cleanup(free)
	w.Configure(func(o *ghosttest.Options) { o.Before = func(*http.Request) { <-let } })
	walked := make(chan error, 1)
	go func() {
		_, err := w.sync.Reconcile(t.Context(), blog.ReconcileOptions{Lane: blog.PeriodLane})
		walked <- err
	}()
	w.await("the other walk", `select count(*) from blog.ghost_lanes where lane = 'period' and started_at > finished_at`, 1)
	err := w.sync.ReconcileNow(t.Context())
	free()
	if err != nil {
		t.Fatal(err)
	}
	w.await("the walk that was asked for", `select count(*) from blog.ghost_lanes where lane = 'manual' and succeeded_at is not null`, 1)
	if err := <-walked; err != nil {
		t.Error(err)
	}
}

package blog_test

import (
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/ghosttest"
)

// raceSteps is how many things editors do while several fetch and walk.
const raceSteps = 40

var races = flag.Int("races", 1, "how many schedules of editors, webhooks and walks at once are tried")

// TestEverybodyAtOnce: several fetch what hooks tell of, twice and out of order, while
// others walk and editors work in Ghost. In the end all is as in Ghost, and pages were told
// of each post in turn that it is public and that it is not.
func TestEverybodyAtOnce(t *testing.T) {
	for seed := range *races {
		t.Run(strconv.Itoa(seed), func(t *testing.T) { everybodyAtOnce(t, uint64(seed)) })
	}
}

func everybodyAtOnce(t *testing.T, seed uint64) {
	w := newSynced(t, ghosttest.Options{Only: some, Extra: 60})
	w.reconcile()
	ctx, stop := context.WithCancel(t.Context())
	hooks := make(chan ghosttest.Hook, 10_000)
	var workers sync.WaitGroup
	for i := range 3 {
		other := blog.NewSync(w.blog, blog.SyncOptions{URL: w.url, Client: w.client()})
		workers.Go(func() {
			for h := range hooks {
				if err := bringHooked(t.Context(), other, h); err != nil {
					t.Errorf("worker %d: %s: %v", i, h.Event, err)
				}
			}
		})
	}
	var walkers sync.WaitGroup
	for range 2 {
		walkers.Go(func() {
			for ctx.Err() == nil {
				_, err := w.sync.Reconcile(t.Context(), blog.ReconcileOptions{Lane: blog.PeriodLane})
				if err != nil && !errors.Is(err, blog.ErrWalking) && !strings.Contains(err.Error(), "missing in Ghost") {
					t.Errorf("a walk: %v", err)
				}
			}
		})
	}
	rng := rand.New(rand.NewPCG(seed, 7))
	for range raceSteps {
		w.Walk(rng)
		some := w.Hooks()
		some = append(some, some...)
		rng.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
		for _, h := range some {
			if rng.IntN(5) > 0 {
				hooks <- h
			}
		}
	}
	close(hooks)
	workers.Wait()
	stop()
	walkers.Wait()
	for range 3 {
		if r, err := w.sync.Reconcile(t.Context(), blog.ReconcileOptions{}); err == nil && len(r.Differences) == 0 {
			break
		}
	}
	w.same()
	public := map[string]bool{}
	for _, line := range w.rows(`select (data ->> 'id') || ' ' || kind from bus.domain_events where kind in ('blog.post_published', 'blog.post_unpublished') order by id`) {
		post, kind, _ := strings.Cut(line, " ")
		if now := kind == "blog.post_published"; now == public[post] {
			t.Errorf("%s is told of twice as %s", post, kind)
		} else {
			public[post] = now
		}
	}
	if n := count(t, w.pool, `select count(*) from blog.posts where is_public`); n != len(slices.DeleteFunc(keys(public), func(p string) bool { return !public[p] })) {
		t.Errorf("%d posts are public, others were told of", n)
	}
}

func keys(m map[string]bool) (all []string) {
	for k := range m {
		all = append(all, k)
	}
	return all
}

// bringHooked does what the job does that a webhook makes.
func bringHooked(ctx context.Context, y *blog.Sync, h ghosttest.Hook) error {
	now := time.Now()
	hook, err := ghost.ReadHook(ghosttest.HookSecret, h.Event, h.SignedAt(now).Header.Get("X-Ghost-Signature"), h.Body, now, time.Minute)
	if err != nil || hook.Kind == "" {
		return err
	}
	_, err = y.Fetch(ctx, hook.Kind, hook.ID)
	return err
}

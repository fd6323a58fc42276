// Random schedules of what editors do in a Ghost, of webhooks and of comparisons.

package ssg_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/ghosttest"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

var (
	schedules     = flag.Int("schedules", 2, "random schedules of what happens in a Ghost")
	firstSchedule = flag.Int("first-schedule", 0, "number of the first one; with a seed it is the same each time")
)

// fewSlugs are posts of the export of every status and visibility, without pictures of
// other hosts.
var fewSlugs = []string{"about", "imported-mobiledoc", "card-links", "card-html-visibility-members", "card-html-visibility-paid", "card-call-to-action-vis",
	"vis-public", "vis-members", "vis-paid", "vis-tiers", "from-html-source", "draft-post", "scheduled-post", "email-only", "card-unknown", "tagged", "quick", "about-2"}

func few(slug string) bool { return slices.Contains(fewSlugs, slug) }

// TestAnyScheduleOfGhost has editors do things in a Ghost at random, while webhooks are
// lost, late, doubled, shuffled and spoilt, things are fetched and everything is compared,
// by answers from before and after each change and by useless ones, and pages are built.
// After one comparison without faults the database, the pages and the search are what the
// Ghost says, and no word is anywhere that not everybody may read.
func TestAnyScheduleOfGhost(t *testing.T) {
	seed := *seedFlag
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", seed)
	for n := range *schedules {
		n += *firstSchedule
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			s := newSchedule(t, newDice(seed, uint64(n)), n)
			s.play()
			s.end()
			if t.Failed() {
				t.Logf("-seed %d -first-schedule %d -schedules 1: %s", seed, n, strings.Join(s.story, "; "))
			}
		})
	}
}

// schedule is one while it happens.
type schedule struct {
	*follower
	d          *dice
	workers    int  // processes that run the bus; 0: the test does the jobs
	concurrent bool // things happen at the same time
	mixed      bool // posts and tags are made here too
	faulty     atomic.Int32
	stale      atomic.Int32 // of how many answers out of a hundred come from before a change
	late       []ghosttest.Hook
	seen       trail
	texts      memory

	mu    sync.Mutex
	story []string
	again []waiting // jobs that Ghost gave no useful answer to
}

// waiting is a job of the sync.
type waiting struct {
	Kind      string     `json:"-"`
	GhostKind ghost.Kind `json:"kind"`
	ID        string     `json:"id"`
}

func newSchedule(t *testing.T, d *dice, n int) *schedule {
	o := ghosttest.Options{Only: few}
	if d.one(4) {
		o.Extra = 90 + d.IntN(60) // so that lists have several pages
	}
	s := &schedule{d: d, concurrent: n%2 == 1, seen: trail{}, texts: memory{}}
	if n%5 == 4 {
		s.workers = 2
	}
	s.mixed = n%4 >= 2
	s.follower = newFollower(t, o, s.workers)
	s.Configure(func(o *ghosttest.Options) {
		o.Fault = s.fault
		o.Choose = func(_ *http.Request, versions int) int {
			if d.IntN(100) < int(s.stale.Load()) {
				return versions - 1 - d.IntN(8)
			}
			return versions - 1
		}
		o.After = func(*http.Request) {
			if s.stale.Load() > 0 && d.one(30) {
				s.note("while it answers: %s", s.Walk(d.Fork()))
			}
		}
	})
	return s
}

func (s *schedule) note(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.story = append(s.story, fmt.Sprintf(format, args...))
}

// fault spoils some answers while the schedule is faulty.
func (s *schedule) fault(*http.Request) *ghosttest.Fault {
	if s.d.IntN(100) >= int(s.faulty.Load()) {
		return nil
	}
	return []*ghosttest.Fault{
		{Status: 429}, {Status: 429, RetryAfter: time.Second}, {Status: 500}, {Status: 503}, {Status: 401}, {Status: 403}, {Status: 404}, {HTML: true}, {HTML: true, Status: 502},
		{HTML: true, Status: 404}, {Truncate: true}, {Cut: true}, {Raw: []byte(`{}`)}, {Raw: []byte(`{"posts":[]}`)}, {Same: true}, {Endless: true}, {Shift: 1}, {Shift: -1},
		{Delay: 30 * time.Millisecond}, {Redirect: ghosttest.MetadataAddress},
	}[s.d.IntN(20)]
}

// play has things happen.
func (s *schedule) play() {
	for range 3 {
		s.write()
	}
	if !s.d.one(5) {
		if _, err := s.reconcile(); err != nil {
			s.t.Errorf("the first comparison: %v", err)
		}
		s.follow(s.seen)
		must(s.t, s.build())
	}
	s.texts.remember(s.State())
	if s.d.one(2) {
		s.stale.Store(int32(5 + s.d.IntN(30)))
	}
	var all sync.WaitGroup
	for range 8 + s.d.IntN(25) {
		what := s.step()
		if s.concurrent {
			all.Go(what)
		} else {
			what()
		}
		if s.d.one(4) {
			all.Wait()
		}
		s.texts.remember(s.State())
		s.follow(s.seen)
		s.clock.Advance(time.Second)
	}
	all.Wait()
}

// step is something that happens.
func (s *schedule) step() func() {
	switch s.d.IntN(14) {
	case 0, 1, 2, 3, 4:
		n := 1 + s.d.IntN(4)
		return func() {
			for range n {
				s.note("%s", s.Walk(s.d.Fork()))
			}
		}
	case 5, 6, 7:
		hooks := s.fates()
		return func() { s.deliver(hooks) }
	case 8, 9:
		return func() { s.work(1 + s.d.IntN(12)) }
	case 10:
		return func() {
			_, err := s.sync.Reconcile(context.Background(), blog.ReconcileOptions{Lane: blog.PeriodLane})
			s.note("compared: %v", err)
		}
	case 11, 12:
		return func() {
			s.note("built")
			if err := s.build(); err != nil {
				s.t.Errorf("build: %v", err)
			}
		}
	}
	switch {
	case s.d.one(4):
		return s.write
	case s.d.one(8):
		return func() {
			s.note("the Ghost moves")
			s.SetURL([]string{s.url, "https://moved.example", "http://other.example:8080"}[s.d.IntN(3)])
		}
	}
	faulty := int32(0)
	if s.d.one(2) {
		faulty = int32(10 + s.d.IntN(50))
	}
	return func() {
		s.note("faults: %d %%", faulty)
		s.faulty.Store(faulty)
		if s.d.one(8) {
			s.clock.Advance(6 * time.Minute) // what is late now is too late
		}
	}
}

// write publishes, edits or deletes a post of ours, with slugs and tags that Ghost has too.
func (s *schedule) write() {
	if !s.mixed {
		return
	}
	s.built.Lock() // one at a time
	defer s.built.Unlock()
	ctx := context.Background()
	slug := fewSlugs[s.d.IntN(len(fewSlugs))]
	if s.d.one(2) {
		if taken := s.rows("SELECT slug FROM blog.posts WHERE origin = 'ghost' ORDER BY random() LIMIT 1"); len(taken) > 0 {
			slug = taken[0]
		}
	}
	fields := blog.PostFields{Title: ptr(fmt.Sprintf("Ours %d", s.d.IntN(1000))), Slug: &slug, Tags: ptr([]string{[]string{"Bakery", "News", "Ours", "#ours"}[s.d.IntN(4)]}), Source: ptr("Our words.")}
	ours := s.rows("SELECT 'post_' || replace(id::text, '-', '') FROM blog.posts WHERE origin = 'local' ORDER BY random() LIMIT 1")
	var err error
	var e blog.Edited
	switch what := s.d.IntN(3); {
	case len(ours) == 0 || what == 0:
		if e, err = s.blog.CreatePost(ctx, contract.TypePost, fields); err == nil {
			_, err = s.blog.Publish(ctx, contract.TypePost, string(e.ID), nil)
		}
	default:
		if e, err = s.blog.EditedPost(ctx, contract.TypePost, ours[0]); err == nil && what == 1 {
			_, err = s.blog.UpdatePost(ctx, contract.TypePost, ours[0], e.Version, fields)
		} else if err == nil {
			err = s.blog.DeletePost(ctx, contract.TypePost, ours[0], e.Version)
		}
	}
	s.note("written here: %s %v", slug, err)
	switch problem.Code(err) {
	case "", "slug_taken", "not_found", "version_mismatch":
		if err != nil && problem.Code(err) == "" {
			s.t.Errorf("writing here: %v", err)
		}
	default:
		s.t.Errorf("writing here: %v", err)
	}
}

// fates says what becomes of the webhooks in the queue: which are delivered, in which order
// and how often, and which are kept for later. The others are lost.
func (s *schedule) fates() (now []ghosttest.Hook) {
	hooks := append(s.Hooks(), s.late...)
	s.late = nil
	for _, h := range hooks {
		switch s.d.IntN(12) {
		case 0, 1:
			s.note("lost: %s", h.Event)
		case 2, 3:
			s.late = append(s.late, h)
		case 4:
			now = append(now, h, h)
		case 5:
			now = append(now, h.Reserialised())
		case 6:
			s.late = append(s.late, h)
			now = append(now, h)
		default:
			now = append(now, h)
		}
	}
	r := s.d.Fork()
	r.Shuffle(len(now), func(i, j int) { now[i], now[j] = now[j], now[i] })
	return now
}

// deliver sends webhooks. Each is taken, or refused for its signature.
func (s *schedule) deliver(hooks []ghosttest.Hook) {
	for _, h := range hooks {
		status, err := s.Deliver(context.Background(), h, s.hooks)
		s.note("%s: %d", h.Event, status)
		if err == nil && status != http.StatusAccepted && status != http.StatusUnauthorized {
			s.t.Errorf("%s was answered with %d", h.Event, status)
		}
	}
}

// work does up to n jobs of the sync as its workers do, where nobody else does.
func (s *schedule) work(n int) {
	if s.workers > 0 {
		return
	}
	for range n {
		job, ok := s.job()
		if !ok {
			return
		}
		ctx := context.Background()
		var err error
		if job.Kind == "ghost.reconcile" {
			_, err = s.sync.Reconcile(ctx, blog.ReconcileOptions{Lane: blog.ChangeLane})
		} else {
			_, err = s.sync.Fetch(ctx, job.GhostKind, job.ID)
		}
		s.note("%s %s %s: %v", job.Kind, job.GhostKind, job.ID, err)
		var fault *ghost.Fault
		switch {
		case err == nil, errors.Is(err, blog.ErrWalking):
		case errors.As(err, &fault), strings.Contains(err.Error(), "could be compared or stored"):
			s.mu.Lock()
			s.again = append(s.again, job)
			s.mu.Unlock()
		default:
			s.t.Errorf("%s %s %s: %v", job.Kind, job.GhostKind, job.ID, err)
		}
	}
}

// job takes a job out of the queue, one that is to be tried again at times.
func (s *schedule) job() (job waiting, ok bool) {
	s.mu.Lock()
	if n := len(s.again); n > 0 && s.d.one(3) {
		job, s.again = s.again[0], s.again[1:]
		s.mu.Unlock()
		return job, true
	}
	s.mu.Unlock()
	var args []byte
	err := s.pool.QueryRow(context.Background(), `DELETE FROM river.river_job WHERE id = (SELECT id FROM river.river_job
		WHERE kind IN ('ghost.fetch', 'ghost.reconcile') ORDER BY random() LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING kind, args`).Scan(&job.Kind, &args)
	if errors.Is(err, pgx.ErrNoRows) {
		return job, false
	}
	if err == nil {
		err = json.Unmarshal(args, &job)
	}
	if err != nil {
		s.t.Errorf("taking a job: %v", err)
	}
	return job, err == nil
}

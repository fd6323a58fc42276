package blog_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/ghosttest"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db"
)

// TestPushCollides: somebody changes the post in Ghost between reading and writing.
func TestPushCollides(t *testing.T) {
	e := newTwoWay(t, true)
	ours := "Ours"
	e.edit(blog.PostFields{Title: &ours})
	e.during(http.MethodPut, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		e.g.EditPost(e.ghost, func(p *ghosttest.Post) { p.CustomExcerpt = "Theirs." })
		next.ServeHTTP(w, r)
	})
	if e.push() || e.conflicts() != 1 || e.theirs().Title != "Bread" {
		t.Errorf("%d conflicts, there %q", e.conflicts(), e.theirs().Title)
	}
}

// TestPushMeetsWhatGhostDidNotSee: Ghost's times are seconds, so that it misses a change
// within the second of the one that was read; the next fetch brings it.
func TestPushMeetsWhatGhostDidNotSee(t *testing.T) {
	e := newTwoWay(t, true)
	ours := "Ours"
	e.edit(blog.PostFields{Title: &ours})
	e.g.Configure(func(o *ghosttest.Options) { o.Step = -1 })
	e.during(http.MethodPut, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		e.g.EditPost(e.ghost, func(p *ghosttest.Post) { p.CustomExcerpt = "Theirs." })
		at := e.theirs().UpdatedAt
		raw, err := io.ReadAll(r.Body)
		var body map[string][]map[string]any
		if err != nil || json.Unmarshal(raw, &body) != nil {
			t.Errorf("written: %s, %v", raw, err)
		}
		body["posts"][0]["updated_at"] = at // as if it were still the same second
		if raw, err = json.Marshal(body); err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(strings.NewReader(string(raw)))
		next.ServeHTTP(w, r)
	})
	e.push()
	e.fetch()
	if row, there := e.post(string(e.id)), e.theirs(); row.Title != ours || row.CustomExcerpt != "Theirs." || there.Title != ours || there.CustomExcerpt != "Theirs." {
		t.Errorf("here %q %q, there %q %q", row.Title, row.CustomExcerpt, there.Title, there.CustomExcerpt)
	}
	e.atRest()
}

// TestPushWhoseAnswerIsLost: the write is in Ghost, and nobody here knows.
func TestPushWhoseAnswerIsLost(t *testing.T) {
	e := newTwoWay(t, true)
	source, title, tags := "Spelt and salt.", "Spelt", []string{"Spelt flour"}
	e.edit(blog.PostFields{Title: &title, Source: &source, Tags: &tags})
	e.during(http.MethodPut, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	})
	var fault *ghost.Fault
	if _, err := blog.PushForTest(context.Background(), e.Sync, e.id); !errors.As(err, &fault) {
		t.Fatalf("push: %v, want a fault", err)
	}
	if p := e.theirs(); p.Title != title {
		t.Fatalf("Ghost has %q", p.Title)
	}
	if !e.push() || e.conflicts() != 0 || len(e.writes) != 1 {
		t.Errorf("%d conflicts, %d writes", e.conflicts(), len(e.writes))
	}
	if row := e.post(string(e.id)); row.Title != title || row.Source != source {
		t.Errorf("here %+v", row)
	}
}

// TestPushWhoseAnswerIsLostMeetsItsWebhook: Ghost tells of the write before it is tried again.
func TestPushWhoseAnswerIsLostMeetsItsWebhook(t *testing.T) {
	lost := func(t *testing.T) (e *twoWay, source, title string) {
		e = newTwoWay(t, true)
		source, title = "Spelt and salt.", "Spelt"
		tags := []string{"Spelt flour"}
		e.edit(blog.PostFields{Title: &title, Source: &source, Tags: &tags})
		e.during(http.MethodPut, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			next.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		})
		if _, err := blog.PushForTest(context.Background(), e.Sync, e.id); err == nil {
			t.Fatal("the answer is not lost")
		}
		return e, source, title
	}
	t.Run("alike", func(t *testing.T) {
		e, source, title := lost(t)
		e.fetch()
		if e.conflicts() != 0 {
			t.Errorf("what was written here is in conflict with itself")
		}
		if row := e.post(string(e.id)); row.Title != title || row.Source != source || len(row.Flags) > 0 {
			t.Errorf("here %+v", row)
		}
		if e.push() || len(e.writes) != 1 {
			t.Errorf("it is written again: %d writes", len(e.writes))
		}
		e.atRest()
	})
	t.Run("changed here since", func(t *testing.T) {
		e, _, _ := lost(t)
		later := "Rye"
		e.edit(blog.PostFields{CustomExcerpt: &later})
		e.fetch()
		if e.conflicts() != 1 {
			t.Errorf("%d conflicts", e.conflicts())
		}
	})
	t.Run("changed there since", func(t *testing.T) {
		e, _, title := lost(t)
		e.g.EditPost(e.ghost, func(p *ghosttest.Post) { p.CustomExcerpt = "Theirs." })
		e.fetch()
		if row := e.post(string(e.id)); e.conflicts() != 1 || row.Title != title {
			t.Errorf("%d conflicts, here %q", e.conflicts(), row.Title)
		}
	})
}

// TestPushOfWhatChangesMeanwhile: an editor saves again while the first change is on its way.
func TestPushOfWhatChangesMeanwhile(t *testing.T) {
	e := newTwoWay(t, true)
	first, second := "First", "Second"
	e.edit(blog.PostFields{Title: &first})
	e.during(http.MethodPut, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		e.edit(blog.PostFields{Title: &second})
		next.ServeHTTP(w, r)
	})
	e.push()
	if p := e.theirs(); p.Title != second || len(e.writes) != 2 {
		t.Errorf("Ghost has %q after %d writes", p.Title, len(e.writes))
	}
	e.atRest()
}

func TestPushWhileGhostIsDown(t *testing.T) {
	e := newTwoWay(t, true)
	title := "Later"
	e.edit(blog.PostFields{Title: &title})
	for _, status := range []int{500, 429, 401, 422} {
		e.mu.Lock()
		e.around = func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { http.Error(w, "no", status) }
		e.mu.Unlock()
		var fault *ghost.Fault
		if _, err := blog.PushForTest(context.Background(), e.Sync, e.id); !errors.As(err, &fault) || fault.Status != status {
			t.Errorf("push: %v, want a fault %d", err, status)
		}
	}
	e.mu.Lock()
	e.around = nil
	e.mu.Unlock()
	e.push()
	if p := e.theirs(); p.Title != title {
		t.Errorf("Ghost has %q", p.Title)
	}
	e.atRest()
}

func TestNothingIsWrittenBackWhereItIsOff(t *testing.T) {
	e := newTwoWay(t, false)
	ours := "Ours"
	e.edit(blog.PostFields{Title: &ours})
	err := db.InTx(context.Background(), e.pool, func(tx pgx.Tx) error {
		return blog.PushLaterForTest(context.Background(), e.Sync, tx, e.id)
	})
	if n := count(t, e.pool, `select count(*) from river.river_job`); n != 0 || err != nil {
		t.Errorf("%d jobs, %v", n, err)
	}
	e.g.EditPost(e.ghost, func(p *ghosttest.Post) { p.Title = "Theirs" })
	e.fetch()
	if e.conflicts() != 1 || e.post(string(e.id)).Title != ours {
		t.Errorf("%d conflicts, here %q", e.conflicts(), e.post(string(e.id)).Title)
	}
	if err := e.ResolveConflict(context.Background(), e.id, "ours"); err != nil || e.conflicts() != 0 {
		t.Errorf("%d conflicts, %v", e.conflicts(), err)
	}
	e.fetch()
	if e.conflicts() != 0 {
		t.Error("what was chosen is a conflict again")
	}
	e.g.EditPost(e.ghost, func(p *ghosttest.Post) { p.Title = "Theirs again" })
	e.fetch()
	if e.conflicts() != 1 {
		t.Error("another change in Ghost is no conflict")
	}
}

// TestPushJobs: a change makes one job in its transaction, and the jobs find what has none.
func TestPushJobs(t *testing.T) {
	for name, lost := range map[string]bool{"of the change": false, "found later": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newTwoWay(t, true)
			const jobs = `select count(*) from river.river_job where kind = 'ghost.push'`
			undone := errors.New("undone")
			err := db.InTx(t.Context(), e.pool, func(tx pgx.Tx) error {
				return errors.Join(blog.PushLaterForTest(t.Context(), e.Sync, tx, e.id), undone)
			})
			if n := count(t, e.pool, jobs); !errors.Is(err, undone) || n != 0 {
				t.Fatalf("%d jobs of a transaction that was undone, %v", n, err)
			}
			title, later := "By a job", "By a job, later"
			e.edit(blog.PostFields{Title: &title})
			e.edit(blog.PostFields{Title: &title})
			e.edit(blog.PostFields{Title: &later})
			if n := count(t, e.pool, jobs); n != 1 {
				t.Errorf("%d jobs, want one that waits", n)
			}
			if lost {
				if _, err := e.pool.Exec(t.Context(), `delete from river.river_job`); err != nil {
					t.Fatal(err)
				}
			}
			blog.PushJobsForTest(e.Sync, e.bus)
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() { done <- e.bus.Run(ctx) }()
			for deadline := time.Now().Add(time.Minute); count(t, e.pool, `select count(*) from blog.posts where version > origin_version`) > 0 && time.Now().Before(deadline); {
				time.Sleep(20 * time.Millisecond)
			}
			stop()
			if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			if p := e.theirs(); p.Title != later {
				t.Errorf("Ghost has %q", p.Title)
			}
			if n := count(t, e.pool, `select count(*) from blog.ghost_lanes where lane = 'push' and started_at is not null`); n != 1 {
				t.Error("the lane tells nothing")
			}
			e.atRest()
		})
	}
}

// TestPushRaces: editors here, pushes and fetches at once end with both sides alike and no
// change lost.
func TestPushRaces(t *testing.T) {
	e := newTwoWay(t, true)
	const rounds = 8
	var all sync.WaitGroup
	all.Go(func() {
		for i := 0; i < rounds; {
			title := "Title " + string(rune('A'+i))
			_, err := e.s.UpdatePost(t.Context(), contract.TypePost, string(e.id), e.post(string(e.id)).Version, blog.PostFields{Title: &title})
			if err == nil { // else the sync itself was faster
				i++
			}
		}
	})
	for range 3 {
		all.Go(func() {
			for range rounds {
				if _, err := blog.PushForTest(t.Context(), e.Sync, e.id); err != nil {
					t.Error(err)
				}
				if _, err := e.Fetch(t.Context(), ghost.KindPost, e.ghost); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	last := "The last"
	e.edit(blog.PostFields{Title: &last})
	e.push()
	if p := e.theirs(); p.Title != last || e.conflicts() != 0 {
		t.Errorf("Ghost has %q, %d conflicts", p.Title, e.conflicts())
	}
	e.atRest()
}

// Two builders on one site: one that slept too long, and many writers at once.

package ssg_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/ssg"
)

// other is a builder of the same site with a directory of its own.
func (w *town) other() *town {
	w.t.Helper()
	o := *w.world
	o.dir = w.t.TempDir()
	o.builder = o.newBuilder(nil, "1")
	o.builder.Compress = true
	return &town{world: &o, ids: w.ids, round: w.round, guest: w.guest}
}

// expire makes the generator's lease end as if its time were over.
func (w *town) expire() {
	w.t.Helper()
	if _, err := w.pool.Exec(w.t.Context(), "UPDATE ssg.state SET held_until = '-infinity'"); err != nil {
		w.t.Fatal(err)
	}
}

// recorded is all that a builder writes into the database, as one value.
func (w *town) recorded() (sum string) {
	w.t.Helper()
	must(w.t, w.pool.QueryRow(w.t.Context(), `SELECT md5(concat(
		(SELECT string_agg(p::text, '' ORDER BY unit) FROM ssg.pages p), (SELECT string_agg(d::text, '' ORDER BY unit, key) FROM ssg.dependencies d),
		(SELECT string_agg(concat(id, state, kind), '' ORDER BY id) FROM ssg.generations), (SELECT string_agg(c::text, '' ORDER BY generation, n) FROM ssg.changes c),
		(SELECT string_agg(work::text, '' ORDER BY id) FROM ssg.work), (SELECT string_agg(concat(fingerprint, site, paused, token), '') FROM ssg.state),
		(SELECT string_agg(id::text, '' ORDER BY id) FROM bus.domain_events WHERE built_at IS NULL)))`).Scan(&sum))
	return sum
}

// TestFenced stops a builder at each of its steps for so long that another takes
// its place. When it goes on it changes nothing in the database, and both
// directories come to be right.
func TestFenced(t *testing.T) {
	w := newTown(t)
	o := w.other()
	o.settle()
	for _, step := range []string{"planned", "rendered", "committed", "placed", "synced", "squeezed"} {
		gone := w.stir()
		w.edit("post-8", blog.PostFields{Source: ptr(fmt.Sprintf("Words %04d.", w.round))}) // of the same length each time
		asleep, wake := make(chan struct{}), make(chan struct{})
		var first atomic.Bool
		ssg.AtSteps(func(s string) {
			if s == step && first.CompareAndSwap(false, true) {
				close(asleep)
				<-wake
			}
		})
		done := make(chan error, 1)
		go func() {
			err := w.builder.Drain(context.Background())
			if err == nil {
				err = w.builder.Leisure(context.Background())
			}
			done <- err
		}()
		select {
		case <-asleep:
		case err := <-done:
			t.Fatalf("the step %s is not reached: %v", step, err)
		}
		w.expire()
		must(t, o.builder.Drain(t.Context()))
		led, release, err := o.builder.Lead(t.Context()) // it stays the generator
		must(t, err)
		before := w.recorded()
		close(wake)
		if err := <-done; err == nil {
			t.Errorf("%s: the builder that was stopped ended well", step)
		} else if !errors.Is(err, ssg.ErrFenced) && !errors.Is(err, ssg.ErrBusy) {
			t.Errorf("%s: the builder that was stopped ended with %v", step, err)
		}
		ssg.AtSteps(nil)
		if w.recorded() != before {
			t.Errorf("%s: the builder that was stopped changed the database", step)
		}
		if led.Err() != nil {
			t.Errorf("%s: the other one lost its place", step)
		}
		release()
		o.fresh()
		o.settle()
		o.equalsBuild(o.pages())
		w.fresh()
		w.settle()
		w.equalsBuild(w.pages())
		absent(t, w.dir, gone)
		if t.Failed() {
			t.FailNow()
		}
	}
}

// fresh replaces the builder, as a process that starts again does.
func (w *town) fresh() {
	w.builder = w.newBuilder(nil, "1")
	w.builder.Compress = true
}

// TestStoppedProcess is TestFenced with a process that the kernel has stopped.
func TestStoppedProcess(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	o := w.other()
	gone := w.stir()
	e := w.errand(moment{"rendered", 1})
	e.Signal = syscall.SIGSTOP
	child, said := e.start(t)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", child.Process.Pid))
		if err != nil {
			t.Skipf("cannot see whether a process is stopped: %v", err)
		}
		if _, state, _ := bytes.Cut(stat, []byte(") ")); state[0] == 'T' {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the builder did not stop: %s", said)
		}
	}
	w.expire()
	o.settle()
	before := o.recorded()
	must(t, child.Process.Signal(syscall.SIGCONT))
	if err := child.Wait(); err == nil || !strings.Contains(said.String(), ssg.ErrFenced.Error()) {
		t.Errorf("the builder that was stopped ended with %v: %s", err, said)
	}
	if o.recorded() != before {
		t.Error("the builder that was stopped changed the database")
	}
	o.equalsBuild(o.pages())
	w.fresh()
	w.settle()
	w.equalsBuild(w.pages())
	absent(t, w.dir, gone)
}

// TestNobodyLookedThrough: a builder that died before it had looked through its
// directory has not vouched for it, though it was the last generator.
func TestNobodyLookedThrough(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.edit("post-8", blog.PostFields{Source: ptr("Words 0001.")})
	w.settle()
	o := w.other()
	o.settle()
	w.edit("post-8", blog.PostFields{Source: ptr("Words 0002.")})
	w.fresh()
	w.settle()
	o.fresh()
	_, release, err := o.builder.Lead(t.Context())
	must(t, err)
	release()
	o.fresh()
	o.settle()
	o.equalsBuild(o.pages())
}

// TestTwoOnOneDirectory: the second says that it waits, and takes over.
func TestTwoOnOneDirectory(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	_, release, err := w.builder.Lead(t.Context())
	must(t, err)
	second := w.newBuilder(nil, "1")
	var said syncBuffer
	second.Log = slog.New(slog.NewTextHandler(&said, nil))
	if err := second.Drain(t.Context()); !errors.Is(err, ssg.ErrBusy) {
		t.Errorf("Drain of the second = %v, want busy", err)
	}
	if _, err := second.Build(t.Context()); !errors.Is(err, ssg.ErrBusy) {
		t.Errorf("Build of the second = %v, want busy", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- second.Run(ctx) }()
	eventually(t, "it says that it waits", func() bool { return strings.Contains(said.String(), "waiting for it") })
	select {
	case <-second.Ready():
		t.Error("the second is ready while the first leads")
	default:
	}
	w.publish("Late", nil)
	release()
	<-second.Ready()
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("Run = %v", err)
	}
	if n := strings.Count(said.String(), "waiting for it"); n != 1 {
		t.Errorf("it said %d times that it waits", n)
	}
	w.builder = second
	w.equalsBuild(w.pages())
}

// syncBuffer is a buffer for several goroutines.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within a minute: %s", what)
		}
	}
}

// TestManyWriters has 16 goroutines change the site while a builder runs and makes
// all of it anew several times, with helpers that render parts.
func TestManyWriters(t *testing.T) {
	defer ssg.SetPartSize(8)()
	w := newTown(t)
	var helped sync.WaitGroup
	parts := make(chan int64, 10_000)
	w.builder.Spread = func(_ context.Context, _ pgx.Tx, ids []int64) error {
		for _, id := range ids {
			parts <- id
		}
		return nil
	}
	b, ctx := w.builder, t.Context()
	for range 3 {
		helped.Go(func() {
			for id := range parts {
				time.Sleep(time.Millisecond) // for the transaction that stores the part
				if err := b.Help(ctx, id); err != nil {
					t.Error(err)
				}
			}
		})
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- b.Run(running) }()
	<-b.Ready()
	var writers sync.WaitGroup
	for n := range 16 {
		writers.Go(func() {
			if err := w.write(ctx, n); err != nil {
				t.Error(err)
			}
		})
	}
	writers.Go(func() {
		for i := range 3 {
			time.Sleep(50 * time.Millisecond)
			w.describe(fmt.Sprint("Description ", i))
		}
	})
	writers.Wait()
	eventually(t, "all of it is built", func() bool {
		var left int
		must(t, w.pool.QueryRow(ctx, `SELECT (SELECT count(*) FROM bus.domain_events WHERE built_at IS NULL) + (SELECT count(*) FROM ssg.work)
			+ (SELECT count(*) FROM ssg.generations WHERE state = 'ready')`).Scan(&left))
		return left == 0
	})
	stop()
	<-ended
	close(parts)
	helped.Wait()
	w.drain()
	w.equalsBuild(w.pages())
	w.invariants()
}

// write changes the site as one editor of many; that another was quicker is no fault.
func (w *town) write(ctx context.Context, n int) error {
	rnd := rand.New(rand.NewPCG(1, uint64(n)))
	var mine []contract.PostID
	for i := range 6 {
		title := fmt.Sprintf("By %d, %d", n, i)
		tags := []string{fmt.Sprint("Tag ", rnd.IntN(4)), "Roots"}[rnd.IntN(2):]
		made, err := w.blog.CreatePost(ctx, contract.TypePost, blog.PostFields{Title: &title, Source: &title, Tags: &tags})
		if err == nil {
			made, err = w.blog.Publish(ctx, contract.TypePost, string(made.ID), nil)
		}
		if err != nil {
			return err
		}
		mine = append(mine, made.ID)
		id := string(mine[rnd.IntN(len(mine))])
		if rnd.IntN(3) == 0 {
			id = w.ids[fmt.Sprintf("post-%d", rnd.IntN(12))]
		}
		e, err := w.blog.EditedPost(ctx, contract.TypePost, id)
		if err != nil {
			return err
		}
		switch rnd.IntN(4) {
		case 0:
			_, err = w.blog.Unpublish(ctx, contract.TypePost, id, nil)
		case 1:
			_, err = w.blog.UpdatePost(ctx, contract.TypePost, id, e.Version, blog.PostFields{Slug: ptr(fmt.Sprintf("moved-%d-%d", n, i))})
		default:
			_, err = w.blog.UpdatePost(ctx, contract.TypePost, id, e.Version, blog.PostFields{Title: ptr(title + " again")})
		}
		if err != nil && problem.Code(err) == "" {
			return err
		}
	}
	return nil
}

// invariants hold in the database when nothing is left to do.
func (w *town) invariants() {
	w.t.Helper()
	for what, sql := range map[string]string{
		"work is left":                       "SELECT count(*) FROM ssg.work",
		"keys are left that nobody asks for": "SELECT count(*) FROM ssg.touched",
		"hidden things are left":             "SELECT count(*) FROM ssg.hidden",
		"generations are not live":           "SELECT count(*) FROM ssg.generations WHERE state <> 'live'",
		"packs are left":                     "SELECT count(*) FROM ssg.packs",
		"files are of two units":             "SELECT count(*) FROM (SELECT FROM ssg.pages GROUP BY tree, file HAVING count(*) > 1) x",
		"files stay though nothing is there": "SELECT count(*) FROM ssg.pages WHERE unit LIKE 'gone/%'",
		"pages are also gone":                "SELECT count(*) FROM ssg.gone JOIN ssg.pages USING (tree, file)",
		"pages of lists read nothing":        "SELECT count(*) FROM ssg.pages p WHERE split_part(unit, '/', 1) IN ('home', 'tag', 'author', 'category', 'market', 'feed') AND NOT EXISTS (SELECT FROM ssg.dependencies d WHERE d.unit = p.unit)",
		"posts read nothing":                 "SELECT count(*) FROM ssg.pages p WHERE unit LIKE 'post/%' AND NOT EXISTS (SELECT FROM ssg.dependencies d WHERE d.unit = p.unit)",
		"pairs of unit and key stand twice":  "SELECT count(*) FROM (SELECT FROM ssg.dependencies GROUP BY unit, key HAVING count(DISTINCT value) > 1) x",
		"changes are of no generation":       "SELECT count(*) FROM ssg.changes c WHERE NOT EXISTS (SELECT FROM ssg.generations g WHERE g.id = c.generation)",
		"generations have no change":         "SELECT count(*) FROM ssg.generations g WHERE NOT EXISTS (SELECT FROM ssg.changes c WHERE c.generation = g.id)",
		"pages are not of their last change": "SELECT count(*) FROM ssg.pages p JOIN LATERAL (SELECT new_hash FROM ssg.changes c WHERE c.tree = p.tree AND c.file = p.file ORDER BY generation DESC LIMIT 1) c ON true WHERE c.new_hash IS DISTINCT FROM p.content_hash",
	} {
		var n int
		if err := w.pool.QueryRow(context.Background(), sql).Scan(&n); err != nil {
			w.t.Errorf("%s: %v", what, err)
		} else if n > 0 {
			w.t.Errorf("%s: %d", what, n)
		}
	}
}

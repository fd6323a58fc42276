// Two builders on one site, one of which slept too long.

package ssg_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog"
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
			t.Fatalf("cannot see whether a process is stopped: %v", err)
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

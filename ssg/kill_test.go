// Killing a builder at each of its steps. The test binary runs again as a builder
// of its own, which kills itself.

package ssg_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
	site "rose-ash.com/roseash/site-templates"
	"rose-ash.com/roseash/ssg"
)

var everyKill = flag.Bool("kills", false, "kill at every occurrence of each step, and not at some")

// childVariable makes the test binary a builder.
const childVariable = "ROSEASH_SSG_TEST_BUILDER"

// errand is what a child does, and where it ends.
type errand struct {
	URL, Dir string
	Now      time.Time
	Build    bool // a full build, and not what events say
	PartSize int
	// RollbackTo is the generation that it goes back to; 0 for none.
	RollbackTo int64
	Step       string // at which, when it is reached for the
	N          int32  // nth time,
	Signal     syscall.Signal
}

func init() {
	var e errand
	if text := os.Getenv(childVariable); text == "" {
		return
	} else if err := json.Unmarshal([]byte(text), &e); err != nil {
		panic(err)
	}
	if err := e.run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func (e errand) run(ctx context.Context) error {
	pool, err := db.Open(ctx, db.Options{URL: e.URL, AcquireTimeout: time.Minute, StatementTimeout: time.Minute})
	if err != nil {
		return err
	}
	b, err := e.builder(pool)
	if err != nil {
		return err
	}
	var n atomic.Int32
	ssg.AtSteps(func(step string) {
		if step == e.Step && n.Add(1) == e.N {
			syscall.Kill(os.Getpid(), e.Signal)
			if e.Signal == syscall.SIGKILL {
				select {}
			}
		}
	})
	if e.PartSize > 0 {
		ssg.SetPartSize(e.PartSize)
	}
	if e.RollbackTo > 0 {
		_, err = b.Rollback(ctx, e.RollbackTo)
		return err
	}
	if e.Build {
		_, err = b.Build(ctx)
		return err
	}
	if err := b.Drain(ctx); err != nil {
		return err
	}
	return b.Leisure(ctx)
}

// builder is one on a database and a directory, as every process has it.
func (e errand) builder(pool *db.Pool) (*ssg.Builder, error) {
	now := clock.NewManual(e.Now)
	sites, err := urls.New("http://localhost:8080", nil)
	if err != nil {
		return nil, err
	}
	out, err := ssg.OpenOutput(e.Dir)
	if err != nil {
		return nil, err
	}
	posts := blog.New(pool, now)
	return ssg.New(ssg.Config{
		Maker: ssg.Maker{
			Pool: pool, Sources: ssg.Sources{Blog: posts, Market: market.New(pool, now), Events: eventsOf(pool, now, posts)}, Clock: now, Fingerprint: "1",
			Renderer: ssg.NewRenderer(sites, site.DefaultAssets(), site.Files()), Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
		},
		Output: out, Sizes: ssg.PageSizes{Posts: 5, Products: 5}, Compress: true,
	}), nil
}

// start runs the errand in another process.
func (e errand) start(t testing.TB) (child *exec.Cmd, said *bytes.Buffer) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	said = new(bytes.Buffer)
	child = exec.Command(exe)
	child.Env = append(os.Environ(), childVariable+"="+string(text))
	child.Stderr = said
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { child.Process.Kill(); child.Wait() })
	return child, said
}

// killed runs the errand; false where it ended before it reached its step.
func (e errand) killed(t testing.TB) bool {
	t.Helper()
	child, said := e.start(t)
	err := child.Wait()
	if err == nil {
		return false
	}
	if status, ok := child.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
		t.Fatalf("the builder that was to be killed at %s ended with %v: %s", e.Step, err, said)
	}
	return true
}

// errand is what a builder of this town is to do.
func (w *town) errand(m moment) errand {
	return errand{URL: w.pool.Config().ConnString(), Dir: w.dir, Now: w.clock.Now(), Step: m.step, N: m.n, Signal: syscall.SIGKILL}
}

// TestKilledWhilePublishing kills a builder at each step of a publish that takes
// down, moves, retags and adds posts at once. Readers find whole pages and no link
// to a missing one, and the next builder makes what a full build makes.
func TestKilledWhilePublishing(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	each(t, []moment{
		{"led", 1}, {"planned", 1}, {"rendered", 1}, {"committed", 1}, {"staged", 10}, {"kept", 8}, {"placed", 1}, {"placed", 9}, {"placed", 15},
		{"deleting", 1}, {"deleted", 2}, {"applied", 1}, {"synced", 1}, {"live", 1}, {"squeezed", 6},
	}, func(m moment) bool {
		return w.dies(w.stir(), w.errand(m))
	})
}

// TestKilledWhileRecovering kills a builder in the middle of a publish, and the
// next ones while they finish what it began.
func TestKilledWhileRecovering(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	each(t, []moment{{"led", 1}, {"staged", 3}, {"kept", 2}, {"placed", 12}, {"deleted", 1}, {"recovered", 1}, {"synced", 1}}, func(m moment) bool {
		return w.dies(w.stir(), w.errand(moment{"placed", 7}), w.errand(moment{"placed", 3}), w.errand(m))
	})
}

// TestKilledWhileBuilding kills a builder while it makes every page anew, in many
// generations, and posts move, go and come at the same time.
func TestKilledWhileBuilding(t *testing.T) {
	defer ssg.SetPartSize(10)()
	w := newTown(t)
	each(t, []moment{
		{"planned", 2}, {"rendered", 4}, {"committed", 3}, {"staged", 35}, {"kept", 20}, {"placed", 1}, {"placed", 28}, {"placed", 30},
		{"deleted", 2}, {"applied", 5}, {"live", 1}, {"squeezed", 20},
	}, func(m moment) bool {
		gone := w.stir()
		w.describe(fmt.Sprint("For all ", w.round))
		e := w.errand(m)
		e.Build, e.PartSize = true, 10
		return w.dies(gone, e)
	})
}

// TestKilledWhileBuildingFirst kills a builder while it fills an empty directory.
// What is there is whole; links are good once the site is complete.
func TestKilledWhileBuildingFirst(t *testing.T) {
	defer ssg.SetPartSize(25)()
	w := newTown(t)
	each(t, []moment{{"planned", 1}, {"rendered", 2}, {"staged", 30}, {"placed", 33}, {"applied", 2}}, func(m moment) bool {
		w.dir = t.TempDir()
		if _, err := w.pool.Exec(t.Context(), `TRUNCATE ssg.pages, ssg.dependencies, ssg.generations, ssg.changes;
			UPDATE ssg.state SET fingerprint = '', held_until = '-infinity'`); err != nil {
			t.Fatal(err)
		}
		e := w.errand(m)
		e.PartSize = 25
		return w.dies("no such words", e)
	})
}

// moment is the nth time that a step is reached.
type moment struct {
	step string
	n    int32
}

// each kills at some moments, or with -kills at every time that their steps are
// reached.
func each(t *testing.T, moments []moment, kill func(moment) bool) {
	t.Helper()
	done := map[string]bool{}
	for _, m := range moments {
		if !*everyKill {
			if !kill(m) {
				t.Errorf("the step %s is not reached %d times", m.step, m.n)
			}
			continue
		}
		for m.n = 1; !done[m.step] && kill(m); m.n++ {
		}
		done[m.step] = true
	}
}

// dies runs errands one after the other, each of which is killed, and looks at
// what they leave; false where the last one was not killed.
func (w *town) dies(gone string, errands ...errand) (killed bool) {
	w.t.Helper()
	before, _ := served(everyFile(w.t, w.dir))
	next := w.newBuilder(nil, "1") // waits while the others work
	next.Compress = true
	var left []map[string]string
	for _, e := range errands {
		killed = e.killed(w.t)
		left = append(left, everyFile(w.t, w.dir))
	}
	w.builder = next
	w.settle()
	after, siblings := served(everyFile(w.t, w.dir))
	ok := !w.t.Failed()
	for _, files := range left {
		pages, siblings := served(files)
		checkWhole(w.t, pages, before, after)
		checkSiblings(w.t, pages, siblings)
		if len(before) > 0 {
			checkLinks(w.t, pages, entries...)
		}
	}
	w.equalsBuild(after)
	checkSiblings(w.t, after, siblings)
	absent(w.t, w.dir, gone)
	if ok && w.t.Failed() {
		last := errands[len(errands)-1]
		w.t.Fatalf("so it is after the builder was killed at %s %d", last.Step, last.N)
	}
	return killed
}

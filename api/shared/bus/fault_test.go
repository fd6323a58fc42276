package bus_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	osexec "os/exec"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// TestPoisonEvent: a handler that panics on one event is tried, gives up, and
// holds up nothing; the dead event is listed, and replayed once it can be.
func TestPoisonEvent(t *testing.T) {
	t.Parallel()
	ctx, pool := t.Context(), newPool(t)
	b := newBus(t, pool)
	var cured atomic.Bool
	bus.Handle(b, "test.choke", func(ctx context.Context, tx pgx.Tx, e noted) error {
		if e.N == 1 && !cured.Load() {
			panic("poison")
		}
		return record("choke")(ctx, tx, e)
	}, bus.MaxAttempts(3))
	run(t, b)
	emit(t, pool, noted{1}, noted{2}, noted{3})
	awaitCount(t, pool, 2, "SELECT count(*) FROM bus.handled")
	var dead []bus.Entry
	await(t, "the event is listed as dead", func() bool {
		var err error
		if dead, err = b.Events(ctx, bus.Filter{State: bus.Dead}); err != nil {
			t.Fatal(err)
		}
		return len(dead) == 1
	})
	d := dead[0].Handlers[0]
	if dead[0].ID != 1 || d.Handler != "test.choke" || d.State != bus.Dead || d.Attempt != 3 || d.Error != "poison" {
		t.Errorf("dead = %+v, want event 1 after 3 attempts", dead[0])
	}
	if s, err := b.Stats(ctx); err != nil || s.Dead != 1 {
		t.Errorf("Stats = %+v, %v, want 1 dead", s, err)
	}
	cured.Store(true)
	if err := b.Replay(ctx, 1, "test.choke", false); err != nil {
		t.Fatalf("Replay = %v", err)
	}
	awaitCount(t, pool, 3, "SELECT count(*) FROM bus.handled")
	if dead, err := b.Events(ctx, bus.Filter{State: bus.Dead}); err != nil || len(dead) != 0 {
		t.Errorf("after the replay dead = %v, %v, want none", dead, err)
	}
	if s, err := b.Stats(ctx); err != nil || s.Dead != 0 {
		t.Errorf("after the replay Stats = %+v, %v, want none dead", s, err)
	}
}

func TestDataThatDoesNotFitIsDeadAtOnce(t *testing.T) {
	t.Parallel()
	ctx, pool := t.Context(), newPool(t)
	b := newBus(t, pool)
	bus.Handle(b, "test.note", record("note"))
	run(t, b)
	exec(t, pool, `INSERT INTO bus.domain_events (kind, data) VALUES ('test.noted', '{"n": "one"}')`)
	await(t, "the event is dead", func() bool {
		dead, err := b.Events(ctx, bus.Filter{State: bus.Dead})
		if err != nil {
			t.Fatal(err)
		}
		return len(dead) == 1 && dead[0].Handlers[0].Attempt == 1
	})
}

const killEvents = 40

// workUntilKilled is the worker process of TestKilledWorker: it says when it
// begins to handle, and never ends one handler.
func workUntilKilled(url string) {
	ctx := context.Background()
	pool, err := db.Open(ctx, db.Options{URL: url, StatementTimeout: patience, AcquireTimeout: patience})
	if err != nil {
		log.Fatal(err)
	}
	b := bus.New(pool, nil)
	bus.Handle(b, "test.note", func(ctx context.Context, tx pgx.Tx, e noted) error {
		if err := record("note")(ctx, tx, e); err != nil {
			return err
		}
		if e.N%2 == 0 {
			return nil
		}
		fmt.Println("handling")
		<-ctx.Done()
		return ctx.Err()
	})
	log.Fatal(b.Run(ctx))
}

// TestKilledWorker kills a process (SIGKILL) that has dispatched all events and
// is in the middle of some; another one finishes them, long before River would rescue them:
// that is after two minutes, and nothing here is awaited for as long.
func TestKilledWorker(t *testing.T) {
	t.Parallel()
	ctx, url := t.Context(), dbtest.URL(t)
	pool := open(t, url, "roseash")
	exec(t, pool, doneTable)
	worker := osexec.CommandContext(ctx, os.Args[0])
	worker.Env = append(os.Environ(), workerURL+"="+url)
	worker.Stderr = t.Output()
	out, err := worker.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := worker.Start(); err != nil {
		t.Fatal(err)
	}
	awaitCount(t, pool, 1, "SELECT count(*) FROM bus.handlers")
	for n := range killEvents {
		emit(t, pool, noted{n})
	}
	lines := bufio.NewScanner(out)
	for range 4 { // all its workers hang
		if !lines.Scan() {
			t.Fatal("the worker process ended by itself")
		}
	}
	awaitCount(t, pool, 0, "SELECT count(*) FROM bus.domain_events WHERE dispatched_at IS NULL")
	before := count(t, pool, "SELECT count(*) FROM bus.handled")
	worker.Process.Kill()
	worker.Wait()
	killed := time.Now()

	b := newBus(t, pool)
	bus.Handle(b, "test.note", record("note"))
	run(t, b)
	awaitCount(t, pool, killEvents, "SELECT count(*) FROM bus.handled")
	t.Logf("%d of %d handled when killed, the rest %v later", before, killEvents, time.Since(killed))
	if n := count(t, pool, "SELECT count(*) FROM (SELECT FROM public.done GROUP BY n HAVING count(*) = 1) x"); n != killEvents {
		t.Errorf("%d events handled exactly once, want %d", n, killEvents)
	}
	awaitCount(t, pool, 0, "SELECT count(*) FROM river.river_job WHERE state <> 'completed'")
}

// TestLastAttemptDiesWithItsProcess: what kills the process each time is dead
// in the end.
func TestLastAttemptDiesWithItsProcess(t *testing.T) {
	t.Parallel()
	ctx, pool := t.Context(), newPool(t)
	emit(t, pool, noted{1}, noted{2})
	exec(t, pool, "UPDATE bus.domain_events SET dispatched_at = created_at")
	exec(t, pool, `INSERT INTO river.river_job (kind, queue, args, state, attempt, max_attempts, attempted_at, attempted_by)
		SELECT 'handle:test.note', 'bus', jsonb_build_object('handler', 'test.note', 'event_id', n), 'running', n, 2, now(), '{gone}'
		FROM generate_series(1, 2) n`)
	b := newBus(t, pool)
	bus.Handle(b, "test.note", record("note"))
	run(t, b)
	awaitCount(t, pool, 1, "SELECT count(*) FROM bus.handled WHERE event_id = 1")
	dead, err := b.Events(ctx, bus.Filter{State: bus.Dead})
	if err != nil || len(dead) != 1 || dead[0].ID != 2 {
		t.Errorf("dead = %+v, %v, want event 2", dead, err)
	}
}

// TestLivingProcessKeepsItsJobs: a job of a process that lives is not taken
// over, however long it runs.
func TestLivingProcessKeepsItsJobs(t *testing.T) {
	t.Parallel()
	pool := newPool(t)
	began, release := make(chan struct{}, 2), make(chan struct{})
	for range 2 {
		b := newBus(t, pool)
		bus.Handle(b, "test.wait", func(ctx context.Context, tx pgx.Tx, e noted) error {
			began <- struct{}{}
			<-release
			return record("wait")(ctx, tx, e)
		}, bus.Timeout(2*patience))
		run(t, b)
	}
	emit(t, pool, noted{1})
	<-began
	// Nobody notifies of these: a tick finds each, so both look around meanwhile.
	for range 3 {
		exec(t, pool, "INSERT INTO bus.domain_events (kind, data) VALUES ('test.ignored', '{}')")
		awaitCount(t, pool, 0, "SELECT count(*) FROM bus.domain_events WHERE dispatched_at IS NULL")
	}
	close(release)
	awaitCount(t, pool, 1, "SELECT count(*) FROM river.river_job WHERE state = 'completed'")
	if n := count(t, pool, "SELECT array_length(attempted_by, 1) FROM river.river_job"); n != 1 {
		t.Errorf("the job was begun %d times, want 1", n)
	}
}

// TestTwiceDoesNothing: jobs for the same event, at once and later, act once.
func TestTwiceDoesNothing(t *testing.T) {
	t.Parallel()
	pool := newPool(t)
	const twins = `INSERT INTO river.river_job (kind, queue, args, max_attempts)
		SELECT 'handle:test.note', 'bus', jsonb_build_object('handler', 'test.note', 'event_id', 1), 1 FROM generate_series(1, 4)`
	b := newBus(t, pool)
	bus.Handle(b, "test.note", func(ctx context.Context, tx pgx.Tx, e noted) error {
		if _, err := tx.Exec(ctx, "SELECT pg_sleep(0.1)"); err != nil {
			return err
		}
		return record("note")(ctx, tx, e)
	})
	exec(t, pool, twins)
	emit(t, pool, noted{1})
	run(t, b)
	awaitCount(t, pool, 5, "SELECT count(*) FROM river.river_job WHERE state = 'completed'")
	exec(t, pool, twins)
	awaitCount(t, pool, 9, "SELECT count(*) FROM river.river_job WHERE state = 'completed'")
	if n := count(t, pool, "SELECT count(*) FROM public.done"); n != 1 {
		t.Errorf("the event was acted on %d times, want 1", n)
	}
}

func TestLostConnectionHeals(t *testing.T) {
	t.Parallel()
	ctx, url := t.Context(), dbtest.URL(t)
	pool, asker := open(t, url, "roseash"), open(t, url, "asker")
	exec(t, asker, doneTable)
	b := newBus(t, pool)
	bus.Handle(b, "test.note", record("note"))
	run(t, b)
	builder := bus.Listen(ctx, pool)
	const listening = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'roseash bus' AND datname = current_database() AND query LIKE 'LISTEN%'"
	awaitCount(t, asker, 2, listening)
	for round := 1; round <= 3; round++ {
		// Each is waited for until it is gone: what listens afterwards is new.
		if n := count(t, asker, `SELECT count(*) FROM pg_stat_activity
			WHERE application_name LIKE 'roseash%' AND datname = current_database() AND pg_terminate_backend(pid, $1)`, patience.Milliseconds()); n < 3 {
			t.Fatalf("%d sessions cut, want the bus's, the builder's and River's", n)
		}
		awaitCount(t, asker, 2, listening)
		emit(t, asker, noted{round})
		awaitCount(t, asker, round, "SELECT count(*) FROM bus.handled")
	}
	select {
	case <-builder:
	case <-time.After(patience):
		t.Error("the builder is not woken any more")
	}
}

func TestStop(t *testing.T) {
	t.Parallel()
	t.Run("a job that is nearly done is let finish", func(t *testing.T) {
		t.Parallel()
		pool := newPool(t)
		began := make(chan struct{})
		b := newBus(t, pool)
		bus.Handle(b, "test.take_time", func(ctx context.Context, tx pgx.Tx, e noted) error {
			close(began)
			if _, err := tx.Exec(ctx, "SELECT pg_sleep(0.2)"); err != nil {
				return err
			}
			return record("take_time")(ctx, tx, e)
		})
		stop := run(t, b)
		emit(t, pool, noted{1})
		<-began
		if err := stop(); err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
		if n := count(t, pool, "SELECT count(*) FROM river.river_job WHERE state = 'completed'"); n != 1 {
			t.Error("the job is not completed")
		}
	})
	t.Run("a job that hangs is cut off and keeps its attempt", func(t *testing.T) {
		t.Parallel()
		pool := newPool(t)
		began := make(chan struct{})
		b := newBus(t, pool, bus.StopWithin(10*time.Second))
		bus.Handle(b, "test.hang", func(ctx context.Context, _ pgx.Tx, _ noted) error {
			close(began)
			<-ctx.Done()
			return ctx.Err()
		})
		stop := run(t, b)
		emit(t, pool, noted{1})
		<-began
		if err := stop(); err != nil { // it is ErrJobsLeft where the time was over
			t.Errorf("Run = %v, want nil", err)
		}
		if n := count(t, pool, "SELECT count(*) FROM river.river_job WHERE state = 'available' AND attempt = 0"); n != 1 {
			t.Error("the job does not wait with its attempt given back")
		}
	})
	t.Run("a job that does not listen is left", func(t *testing.T) {
		t.Parallel()
		pool := newPool(t)
		began, release := make(chan struct{}), make(chan struct{})
		b := bus.New(pool, nil) // it may speak after the test
		bus.Handle(b, "test.ignore", func(context.Context, pgx.Tx, noted) error {
			close(began)
			<-release
			return nil
		})
		stop := run(t, b)
		emit(t, pool, noted{1})
		<-began
		if err := stop(); !errors.Is(err, bus.ErrJobsLeft) { // that it returns at all is the point
			t.Errorf("Run = %v, want ErrJobsLeft", err)
		}
		close(release)
	})
}

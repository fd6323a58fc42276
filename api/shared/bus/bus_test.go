package bus_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/db"
)

type mailArgs struct {
	To int `json:"to"`
}

func (mailArgs) Kind() string { return "test.mail" }

func TestRollbackLeavesNeitherEventNorJob(t *testing.T) {
	t.Parallel()
	ctx, pool := t.Context(), newPool(t)
	b := newBus(t, pool)
	boom := errors.New("boom")
	err := db.InTx(ctx, pool, func(tx pgx.Tx) error {
		if err := bus.Emit(ctx, tx, noted{1}, noted{2}); err != nil {
			return err
		}
		if _, err := b.InsertTx(ctx, tx, mailArgs{1}, nil); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatalf("InTx = %v, want boom", err)
	}
	err = db.InTx(ctx, pool, func(tx pgx.Tx) error {
		inner, err := tx.Begin(ctx)
		if err != nil {
			return err
		}
		if err := bus.Emit(ctx, inner, noted{3}); err != nil {
			return err
		}
		return inner.Rollback(ctx)
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, pool, "SELECT count(*) FROM bus.domain_events"); n != 0 {
		t.Errorf("%d events, want 0", n)
	}
	if n := count(t, pool, "SELECT count(*) FROM river.river_job"); n != 0 {
		t.Errorf("%d jobs, want 0", n)
	}
}

func TestEmitRefuses(t *testing.T) {
	t.Parallel()
	ctx, pool := t.Context(), newPool(t)
	for _, e := range []bus.Event{malformed("Not a kind"), unwritable{}} {
		err := db.InTx(ctx, pool, func(tx pgx.Tx) error { return bus.Emit(ctx, tx, e) })
		if err == nil {
			t.Errorf("Emit(%T) = nil, want an error", e)
		}
	}
	if err := bus.Emit(ctx, nil); err != nil {
		t.Errorf("Emit of nothing = %v, want nil without a transaction", err)
	}
}

type malformed string

func (m malformed) Kind() string { return string(m) }

type unwritable struct{ F func() }

func (unwritable) Kind() string { return "test.unwritable" }

func TestEachHandlerOfTheKindRuns(t *testing.T) {
	t.Parallel()
	pool := newPool(t)
	b := newBus(t, pool)
	bus.Handle(b, "test.first", record("first"))
	bus.Handle(b, "test.second", record("second"))
	bus.Handle(b, "test.other", func(context.Context, pgx.Tx, renamed) error {
		t.Error("the handler of another kind ran")
		return nil
	})
	run(t, b)
	emit(t, pool, noted{7}, noted{8})
	awaitCount(t, pool, 4, "SELECT count(*) FROM bus.handled")
	rows, err := pool.Query(t.Context(), "SELECT handler || n FROM public.done ORDER BY 1")
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"first7", "first8", "second7", "second8"}, got); diff != "" {
		t.Errorf("done (-want +got):\n%s", diff)
	}
}

func TestFailsThriceThenSucceeds(t *testing.T) {
	t.Parallel()
	pool := newPool(t)
	b := newBus(t, pool)
	var mu sync.Mutex
	tries := 0
	bus.Handle(b, "test.stumble", func(ctx context.Context, tx pgx.Tx, e noted) error {
		mu.Lock()
		defer mu.Unlock()
		tries++
		if err := record("stumble")(ctx, tx, e); err != nil {
			return err
		}
		if tries <= 3 {
			return fmt.Errorf("try %d", tries)
		}
		return nil
	})
	run(t, b)
	emit(t, pool, noted{1})
	awaitCount(t, pool, 1, "SELECT count(*) FROM bus.handled")
	mu.Lock()
	defer mu.Unlock()
	if tries != 4 {
		t.Errorf("%d tries, want 4", tries)
	}
	if n := count(t, pool, "SELECT count(*) FROM public.done"); n != 1 {
		t.Errorf("%d rows of work, want 1: failed tries must leave none", n)
	}
}

func TestLateCommitIsNotLost(t *testing.T) {
	t.Parallel()
	ctx, pool := t.Context(), newPool(t)
	b := newBus(t, pool)
	bus.Handle(b, "test.note", record("note"))
	run(t, b)
	slow, err := pool.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Rollback(ctx)
	if err := bus.Emit(ctx, slow, noted{1}); err != nil {
		t.Fatal(err)
	}
	emit(t, pool, noted{2})
	awaitCount(t, pool, 1, "SELECT count(*) FROM bus.handled")
	if n := count(t, pool, "SELECT n FROM public.done"); n != 2 {
		t.Fatalf("handled %d first, want 2, which committed first", n)
	}
	if err := slow.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	awaitCount(t, pool, 2, "SELECT count(*) FROM public.done")
	if n := count(t, pool, "SELECT id FROM bus.domain_events WHERE data = '{\"n\": 1}'"); n != 1 {
		t.Errorf("the late event has id %d, want 1: below the one handled before it", n)
	}
}

// TestTwoWorkers is the invariant: every event once per handler, none lost.
func TestTwoWorkers(t *testing.T) {
	t.Parallel()
	const events, emitters = 300, 4
	pool := newPool(t)
	var both sync.WaitGroup // neither does all the work before the other has begun
	both.Add(2)
	for range 2 {
		b := newBus(t, pool)
		begun := sync.OnceFunc(both.Done)
		bus.Handle(b, "test.first", func(ctx context.Context, tx pgx.Tx, e noted) error {
			begun()
			both.Wait()
			return record("first")(ctx, tx, e)
		}, bus.Timeout(2*patience))
		bus.Handle(b, "test.second", record("second"))
		run(t, b)
	}
	var wg sync.WaitGroup
	for i := range emitters {
		wg.Go(func() {
			for n := i; n < events; n += emitters {
				emit(t, pool, noted{n})
			}
		})
	}
	wg.Wait()
	awaitCount(t, pool, 2*events, "SELECT count(*) FROM bus.handled")
	awaitCount(t, pool, 2*events, "SELECT count(*) FROM river.river_job WHERE state = 'completed'")
	if n := count(t, pool, "SELECT count(*) FROM river.river_job"); n != 2*events {
		t.Errorf("%d jobs, want %d: an event was dispatched twice", n, 2*events)
	}
	twice := count(t, pool, "SELECT count(*) FROM (SELECT FROM public.done GROUP BY handler, n HAVING count(*) <> 1) x")
	if all := count(t, pool, "SELECT count(*) FROM public.done"); all != 2*events || twice != 0 {
		t.Errorf("%d rows of work with %d repeated, want %d and 0", all, twice, 2*events)
	}
	if n := count(t, pool, "SELECT count(DISTINCT attempted_by[1]) FROM river.river_job"); n != 2 {
		t.Errorf("%d processes worked, want 2", n)
	}
}

// TestNewEventsOvertakeABacklog: what is new is handled before what waits already. Nothing is
// handled until the new event waits too, so that it is not a question of who is faster.
func TestNewEventsOvertakeABacklog(t *testing.T) {
	t.Parallel()
	const backlog, workers = 2000, 4
	pool := newPool(t)
	exec(t, pool, `INSERT INTO bus.domain_events (kind, data, created_at)
		SELECT 'test.noted', jsonb_build_object('n', -n), shared.clock() - interval '1 hour' FROM generate_series(1, $1) n`, backlog)
	b := newBus(t, pool, bus.Workers(workers))
	var before atomic.Int64 // how many old ones were begun before the new one
	var overtaken atomic.Bool
	release := make(chan struct{})
	bus.Handle(b, "test.note", func(ctx context.Context, tx pgx.Tx, e noted) error {
		if e.N == 1 {
			overtaken.Store(true)
		} else if !overtaken.Load() {
			before.Add(1)
		}
		<-release
		return record("note")(ctx, tx, e)
	}, bus.Timeout(2*patience))
	run(t, b)
	free := sync.OnceFunc(func() { close(release) })
	t.Cleanup(free)
	await(t, "all workers have an old one", func() bool { return before.Load() == workers })
	// However long it takes to be dispatched, it is new.
	exec(t, pool, `INSERT INTO bus.domain_events (kind, data, created_at) VALUES ('test.noted', '{"n": 1}', shared.clock() + interval '1 hour')`)
	awaitCount(t, pool, 0, "SELECT count(*) FROM bus.domain_events WHERE dispatched_at IS NULL")
	free()
	awaitCount(t, pool, backlog+1, "SELECT count(*) FROM bus.handled")
	// Some may have been fetched while it was dispatched; it waits for no more than those.
	if n := before.Load(); n > 4*workers {
		t.Errorf("the new event waited for %d of %d old ones", n, backlog)
	}
}

func TestDomainsOwnJobs(t *testing.T) {
	t.Parallel()
	ctx, pool := t.Context(), newPool(t)
	b := newBus(t, pool)
	sent := make(chan int, 3)
	bus.AddWorker(b, river.WorkFunc(func(_ context.Context, job *river.Job[mailArgs]) error {
		sent <- job.Args.To
		return nil
	}))
	b.AddQueue("slow", 1)
	bus.Handle(b, "test.send_mail", func(ctx context.Context, tx pgx.Tx, e noted) error {
		_, err := b.InsertTx(ctx, tx, mailArgs{e.N}, nil)
		return err
	})
	b.Periodic(river.NewPeriodicJob(river.PeriodicInterval(time.Hour), func() (river.JobArgs, *river.InsertOpts) {
		return mailArgs{2}, nil
	}, &river.PeriodicJobOpts{RunOnStart: true}))
	run(t, b)
	emit(t, pool, noted{1})
	elsewhere := newBus(t, pool) // a process that does not run the bus
	err := db.InTx(ctx, pool, func(tx pgx.Tx) error {
		return elsewhere.InsertManyTx(ctx, tx, []river.InsertManyParams{
			{Args: mailArgs{3}, InsertOpts: &river.InsertOpts{Queue: "slow"}},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	got := map[int]bool{}
	for range 3 {
		select {
		case n := <-sent:
			got[n] = true
		case <-time.After(patience):
			t.Fatalf("sent only %v", got)
		}
	}
	if diff := cmp.Diff(map[int]bool{1: true, 2: true, 3: true}, got); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
}

func TestRegisterPanics(t *testing.T) {
	t.Parallel()
	does := func(context.Context, pgx.Tx, noted) error { return nil }
	for name, register := range map[string]func(*bus.Bus){
		"twice":          func(b *bus.Bus) { bus.Handle(b, "test.note", does); bus.Handle(b, "test.note", does) },
		"malformed name": func(b *bus.Bus) { bus.Handle(b, "Note", does) },
		"malformed kind": func(b *bus.Bus) {
			bus.Handle(b, "test.note", func(context.Context, pgx.Tx, malformed) error { return nil })
		},
		"no attempts": func(b *bus.Bus) { bus.Handle(b, "test.note", does, bus.MaxAttempts(0)) },
		"no time":     func(b *bus.Bus) { bus.Handle(b, "test.note", does, bus.Timeout(0)) },
		"queue twice": func(b *bus.Bus) { b.AddQueue("slow", 1); b.AddQueue("slow", 1) },
		"worker twice": func(b *bus.Bus) {
			w := river.WorkFunc(func(context.Context, *river.Job[mailArgs]) error { return nil })
			bus.AddWorker(b, w)
			bus.AddWorker(b, w)
		},
		"after Run":  func(b *bus.Bus) { b.Run(t.Context()); bus.Handle(b, "test.note", does) },
		"Run twice":  func(b *bus.Bus) { b.Run(t.Context()); b.Run(t.Context()) },
		"no workers": func(*bus.Bus) { bus.New(nil, nil, bus.Workers(0)) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			register(bus.New(nil, nil))
		})
	}
}

// BenchmarkEmitToHandler is the time from before the emitting transaction to
// the handler being called, events one by one.
func BenchmarkEmitToHandler(bench *testing.B) {
	pool := newPool(bench)
	b := newBus(bench, pool)
	called := make(chan time.Time)
	bus.Handle(b, "test.note", func(context.Context, pgx.Tx, noted) error {
		called <- time.Now()
		return nil
	})
	run(bench, b)
	emit(bench, pool, noted{})
	<-called
	var worst time.Duration
	for bench.Loop() {
		begin := time.Now()
		emit(bench, pool, noted{})
		worst = max(worst, (<-called).Sub(begin))
	}
	bench.ReportMetric(float64(worst.Milliseconds()), "worst-ms")
}

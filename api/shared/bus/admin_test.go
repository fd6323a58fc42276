package bus_test

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// TestVersionsSideBySide: the old version dispatches everything, the new one's
// handlers miss nothing.
func TestVersionsSideBySide(t *testing.T) {
	t.Parallel()
	ctx, pool := t.Context(), newPool(t)
	old, next := newBus(t, pool), newBus(t, pool)
	bus.Handle(old, "test.note", record("note"))
	bus.Handle(next, "test.note", record("note"))
	bus.Handle(next, "test.note_too", record("note_too"))
	bus.Handle(next, "test.rename", func(context.Context, pgx.Tx, renamed) error { return nil })
	run(t, old)
	if err := next.Announce(ctx); err != nil {
		t.Fatal(err)
	}
	emit(t, pool, noted{1}, renamed{"x"})
	awaitCount(t, pool, 0, "SELECT count(*) FROM bus.domain_events WHERE dispatched_at IS NULL")
	awaitCount(t, pool, 1, "SELECT count(*) FROM bus.handled")
	if n := count(t, pool, "SELECT count(*) FROM river.river_job WHERE state = 'available' AND attempt = 0"); n != 2 {
		t.Errorf("%d jobs wait for the new version, want 2", n)
	}
	run(t, next)
	awaitCount(t, pool, 3, "SELECT count(*) FROM bus.handled")
}

func TestRetiredHandler(t *testing.T) {
	t.Parallel()
	ctx, pool := t.Context(), newPool(t)
	old, b := newBus(t, pool), newBus(t, pool)
	bus.Handle(old, "test.retired", record("retired"))
	bus.Handle(b, "test.note", record("note"))
	if err := old.Announce(ctx); err != nil {
		t.Fatal(err)
	}
	run(t, b)
	emit(t, pool, noted{1})
	awaitCount(t, pool, 1, "SELECT count(*) FROM bus.handled")
	b.Retire(t)
	if n := count(t, pool, "SELECT count(*) FROM river.river_job WHERE state = 'available'"); n != 1 {
		t.Errorf("%d jobs wait, want 1: the handler was there a moment ago", n)
	}
	exec(t, pool, "UPDATE bus.handlers SET seen_at = seen_at - interval '25 hours' WHERE handler = 'test.retired'")
	b.Retire(t)
	dead, err := b.Events(ctx, bus.Filter{State: bus.Dead})
	if err != nil || len(dead) != 1 || len(dead[0].Handlers) != 2 || dead[0].Handlers[1].State != bus.Dead {
		t.Errorf("dead = %+v, %v, want the event for the retired handler", dead, err)
	}
	emit(t, pool, noted{2})
	awaitCount(t, pool, 2, "SELECT count(*) FROM bus.handled")
	if n := count(t, pool, "SELECT count(*) FROM river.river_job"); n != 3 {
		t.Errorf("%d jobs, want 3: a retired handler gets no new ones", n)
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	ctx, pool := t.Context(), newPool(t)
	b := newBus(t, pool)
	begun, release := make(chan struct{}), make(chan struct{})
	var once atomic.Bool
	bus.Handle(b, "test.ail", func(_ context.Context, _ pgx.Tx, e noted) error {
		if e.N == 1 {
			return errors.New("ails")
		}
		if e.N == 3 && once.CompareAndSwap(false, true) {
			close(begun)
			<-release
		}
		return nil
	}, bus.MaxAttempts(1))
	bus.Handle(b, "test.note", record("note"))
	stop := run(t, b)
	emit(t, pool, noted{1}, noted{2}, renamed{"x"}, noted{3})
	<-begun
	awaitCount(t, pool, 4, "SELECT count(*) FROM bus.handled")
	awaitCount(t, pool, 1, "SELECT count(*) FROM river.river_job WHERE state = 'discarded'")

	for _, c := range []struct {
		name   string
		filter bus.Filter
		want   []int64
	}{
		{"all", bus.Filter{}, []int64{4, 3, 2, 1}},
		{"page", bus.Filter{Limit: 2}, []int64{4, 3}},
		{"next page", bus.Filter{Limit: 2, Before: 3}, []int64{2, 1}},
		{"kind", bus.Filter{Kind: "test.renamed"}, []int64{3}},
		{"dead", bus.Filter{State: bus.Dead}, []int64{1}},
		{"pending", bus.Filter{State: bus.Pending}, []int64{4}},
		{"done", bus.Filter{State: bus.Done}, []int64{3, 2}},
		{"dead of a kind without", bus.Filter{State: bus.Dead, Kind: "test.renamed"}, nil},
	} {
		list, err := b.Events(ctx, c.filter)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		var got []int64
		for _, e := range list {
			got = append(got, e.ID)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}

	list, err := b.Events(ctx, bus.Filter{Kind: "test.noted"})
	if err != nil {
		t.Fatal(err)
	}
	want := []bus.Entry{
		{State: bus.Pending, Handlers: []bus.Delivery{
			{Handler: "test.ail", State: bus.Running, Attempt: 1, MaxAttempts: 1},
			{Handler: "test.note", State: bus.Done, Attempt: 1, MaxAttempts: bus.DefaultMaxAttempts},
		}},
		{State: bus.Done, Handlers: []bus.Delivery{
			{Handler: "test.ail", State: bus.Done, Attempt: 1, MaxAttempts: 1},
			{Handler: "test.note", State: bus.Done, Attempt: 1, MaxAttempts: bus.DefaultMaxAttempts},
		}},
		{State: bus.Dead, Handlers: []bus.Delivery{
			{Handler: "test.ail", State: bus.Dead, Attempt: 1, MaxAttempts: 1, Error: "ails"},
			{Handler: "test.note", State: bus.Done, Attempt: 1, MaxAttempts: bus.DefaultMaxAttempts},
		}},
	}
	ignored := []cmp.Option{
		cmpopts.IgnoreFields(bus.Entry{}, "Record", "DispatchedAt", "BuiltAt"),
		cmpopts.IgnoreFields(bus.Delivery{}, "HandledAt", "NextAt"),
	}
	if diff := cmp.Diff(want, list, ignored...); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if at := list[1].Handlers[0].HandledAt; at == nil || list[2].Handlers[0].HandledAt != nil {
		t.Errorf("HandledAt = %v of a handled, %v of a dead one", at, list[2].Handlers[0].HandledAt)
	}

	// Without its jobs, which River forgets, what was handled stays known.
	close(release)
	awaitCount(t, pool, 3, "SELECT count(*) FROM river.river_job WHERE state = 'completed' AND args @> '{\"handler\": \"test.note\"}'")
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	exec(t, pool, "DELETE FROM river.river_job WHERE state = 'completed'")
	if list, err := b.Events(ctx, bus.Filter{State: bus.Done, Kind: "test.noted"}); err != nil || len(list) != 2 || len(list[0].Handlers) != 2 {
		t.Errorf("done after River forgot = %+v, %v, want two events with two handlers", list, err)
	}
}

func TestReplay(t *testing.T) {
	t.Parallel()
	ctx, pool := t.Context(), newPool(t)
	b := newBus(t, pool, bus.Backoff(func(int) time.Duration { return time.Hour }))
	var ill atomic.Bool
	bus.Handle(b, "test.note", record("note"))
	bus.Handle(b, "test.ail", func(context.Context, pgx.Tx, noted) error {
		if ill.Load() {
			return errors.New("ails")
		}
		return nil
	})
	bus.Handle(b, "test.rename", func(context.Context, pgx.Tx, renamed) error { return nil })
	ill.Store(true)
	run(t, b)
	emit(t, pool, noted{1})
	awaitCount(t, pool, 1, "SELECT count(*) FROM bus.handled")
	awaitCount(t, pool, 1, "SELECT count(*) FROM river.river_job WHERE state = 'retryable'")

	for _, c := range []struct {
		name    string
		event   int64
		handler string
		force   bool
		status  int
	}{
		{"no event", 99, "test.note", false, http.StatusNotFound},
		{"no handler", 1, "test.nobody", false, http.StatusNotFound},
		{"handler of another kind", 1, "test.rename", true, http.StatusNotFound},
		{"handled", 1, "test.note", false, http.StatusConflict},
	} {
		err := b.Replay(ctx, c.event, c.handler, c.force)
		var p *problem.Details
		if !errors.As(err, &p) || p.Status != c.status {
			t.Errorf("%s: Replay = %v, want %d", c.name, err, c.status)
		}
	}

	if err := b.Replay(ctx, 1, "test.note", true); err != nil {
		t.Fatalf("Replay with force = %v", err)
	}
	awaitCount(t, pool, 2, "SELECT count(*) FROM public.done")
	ill.Store(false)
	if err := b.Replay(ctx, 1, "test.ail", false); err != nil {
		t.Fatalf("Replay of one that waits for its retry = %v", err)
	}
	awaitCount(t, pool, 2, "SELECT count(*) FROM bus.handled")
	if n := count(t, pool, "SELECT count(*) FROM river.river_job"); n != 3 {
		t.Errorf("%d jobs, want 3: a retry that is brought forward is no new job", n)
	}
}

func TestPrune(t *testing.T) {
	t.Parallel()
	ctx, pool := t.Context(), newPool(t)
	b := newBus(t, pool)
	bus.Handle(b, "test.ail", func(_ context.Context, _ pgx.Tx, e noted) error {
		if e.N == 3 {
			return errors.New("ails")
		}
		return nil
	}, bus.MaxAttempts(1))
	stop := run(t, b)
	emit(t, pool, noted{1}, noted{2}, noted{3}, noted{4}, noted{5})
	awaitCount(t, pool, 5, "SELECT count(*) FROM river.river_job WHERE finalized_at IS NOT NULL")
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	exec(t, pool, "UPDATE bus.domain_events SET built_at = created_at, created_at = created_at - interval '31 days'")
	exec(t, pool, "UPDATE bus.domain_events SET created_at = created_at + interval '2 days' WHERE id = 1")
	exec(t, pool, "UPDATE bus.domain_events SET built_at = NULL WHERE id = 2")
	exec(t, pool, "UPDATE bus.domain_events SET dispatched_at = NULL WHERE id = 4")
	if n, err := b.Prune(ctx); n != 1 || err != nil {
		t.Errorf("Prune = %d, %v, want 1: the young, unbuilt, dead and undispatched ones stay", n, err)
	}
	if n := count(t, pool, "SELECT count(*) FROM bus.domain_events WHERE id = 5"); n != 0 {
		t.Error("event 5, of which all is done, is still there")
	}
	if n := count(t, pool, "SELECT count(*) FROM bus.handled WHERE event_id = 5"); n != 0 {
		t.Error("the mark of a pruned event is still there")
	}
}

func TestBuilder(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	pool := newPool(t)
	wake := bus.Listen(ctx, pool)
	next := func(what string) {
		t.Helper()
		select {
		case <-wake:
		case <-time.After(patience):
			t.Fatalf("not woken %s", what)
		}
	}
	next("at the start")
	emit(t, pool, noted{1}, renamed{"x"}, noted{3})
	next("by an event")
	records, err := bus.Unbuilt(ctx, pool, 2)
	if err != nil || len(records) != 2 {
		t.Fatalf("Unbuilt = %v, %v, want two", records, err)
	}
	if e, err := bus.Decode[renamed](records[1]); err != nil || e.Name != "x" {
		t.Errorf("Decode = %+v, %v, want x", e, err)
	}
	if s, err := bus.New(pool, nil).Stats(ctx); err != nil || s.Unbuilt != 3 || s.Undispatched != 3 || s.OldestUnbuilt <= 0 || s.OldestUndispatched <= 0 {
		t.Errorf("Stats = %+v, %v, want 3 unbuilt and 3 undispatched with their ages", s, err)
	}
	for range 2 { // the second time changes nothing
		err = db.InTx(ctx, pool, func(tx pgx.Tx) error {
			return bus.MarkBuilt(ctx, tx, []int64{records[0].ID, records[1].ID})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if records, err = bus.Unbuilt(ctx, pool, 10); err != nil || len(records) != 1 || records[0].ID != 3 {
		t.Errorf("Unbuilt = %v, %v, want the third", records, err)
	}
	next("by the tick")
	cancel()
	await(t, "the channel is closed when its context ends", func() bool {
		select {
		case _, open := <-wake:
			return !open
		default:
			return false
		}
	})
	if s, err := bus.New(newPool(t), nil).Stats(context.Background()); err != nil || s != (bus.Stats{}) {
		t.Errorf("Stats of nothing = %+v, %v", s, err)
	}
}

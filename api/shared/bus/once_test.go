package bus_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/db"
)

// TestInsertOnce: one job that waits is enough, and is done at once; one that runs is not.
func TestInsertOnce(t *testing.T) {
	t.Parallel()
	ctx, pool := t.Context(), newPool(t)
	b := newBus(t, pool)
	ask := func(to int) {
		t.Helper()
		err := db.InTx(ctx, pool, func(tx pgx.Tx) error {
			return b.InsertOnceTx(ctx, tx, mailArgs{to}, river.InsertOpts{Queue: "mail", MaxAttempts: 5})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	jobs := func(want int) {
		t.Helper()
		if n := count(t, pool, "SELECT count(*) FROM river.river_job"); n != want {
			t.Errorf("%d jobs, want %d", n, want)
		}
	}
	ask(1)
	ask(1)
	jobs(1)
	ask(2)
	jobs(2)
	exec(t, pool, "UPDATE river.river_job SET state = 'retryable', scheduled_at = now() + interval '1 hour'")
	ask(1)
	jobs(2)
	if n := count(t, pool, "SELECT count(*) FROM river.river_job WHERE state = 'available' AND scheduled_at <= now()"); n != 1 {
		t.Errorf("%d jobs are brought forward, want the one that was asked for", n)
	}
	exec(t, pool, "UPDATE river.river_job SET state = 'running', attempted_at = now(), attempted_by = '{gone}' WHERE args @> '{\"to\": 1}'")
	ask(1)
	jobs(3)
}

// TestTakenOver: jobs of a process that is gone are done by another, of queues that bear it.
func TestTakenOver(t *testing.T) {
	t.Parallel()
	pool := newPool(t)
	exec(t, pool, `INSERT INTO river.river_job (kind, queue, args, state, attempt, max_attempts, attempted_at, attempted_by)
		SELECT 'test.mail', q, '{"to": 1}', 'running', 1, 5, now(), '{gone}' FROM unnest(ARRAY ['idempotent', 'other']) q`)
	b := newBus(t, pool)
	sent := make(chan int, 2)
	bus.AddWorker(b, river.WorkFunc(func(_ context.Context, job *river.Job[mailArgs]) error {
		sent <- job.Args.To
		return nil
	}))
	b.AddQueue("idempotent", 1, bus.TakenOver())
	b.AddQueue("other", 1)
	run(t, b)
	awaitCount(t, pool, 1, "SELECT count(*) FROM river.river_job WHERE queue = 'idempotent' AND state = 'completed'")
	if n := count(t, pool, "SELECT count(*) FROM river.river_job WHERE queue = 'other' AND state = 'running'"); n != 1 {
		t.Error("a job was taken over that may not be done twice")
	}
}

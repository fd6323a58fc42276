// What all tests of the bus share: their events, and waiting for a condition.

package bus_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// patience is for a busy machine; no test waits that long when all is well.
const patience = 60 * time.Second

// workerURL makes the test binary a worker process on that database.
const workerURL = "ROSEASH_BUS_TEST_WORKER"

func TestMain(m *testing.M) {
	if url := os.Getenv(workerURL); url != "" {
		workUntilKilled(url)
	}
	os.Exit(m.Run())
}

type noted struct {
	N int `json:"n"`
}

func (noted) Kind() string { return "test.noted" }

type renamed struct {
	Name string `json:"name"`
}

func (renamed) Kind() string { return "test.renamed" }

// doneTable is where handlers leave what they did.
const doneTable = "CREATE TABLE public.done (handler text, n int)"

// newPool is a fresh database with the table.
func newPool(t testing.TB) *db.Pool {
	t.Helper()
	pool := dbtest.New(t)
	exec(t, pool, doneTable)
	return pool
}

// open is a pool of its own on a database.
func open(t testing.TB, url, name string) *db.Pool {
	t.Helper()
	pool, err := db.Open(context.Background(), db.Options{URL: url, Name: name, StatementTimeout: patience, AcquireTimeout: patience})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// newBus is a bus that retries at once, gives its jobs time to end, and logs with the test.
func newBus(t testing.TB, pool *db.Pool, opts ...bus.Option) *bus.Bus {
	t.Helper()
	at := func(int) time.Duration { return 20 * time.Millisecond }
	return bus.New(pool, slog.New(slog.NewTextHandler(t.Output(), nil)), append([]bus.Option{bus.Backoff(at), bus.StopWithin(patience)}, opts...)...)
}

// run runs b until the test ends, or until the returned function is called.
func run(t testing.TB, b *bus.Bus) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	end := make(chan error, 1)
	go func() { end <- b.Run(ctx) }()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-end
	})
	t.Cleanup(func() {
		if err := stop(); err != nil && !errors.Is(err, bus.ErrJobsLeft) {
			t.Errorf("Run = %v", err)
		}
	})
	return stop
}

// record is a handler that leaves a row.
func record(name string) func(context.Context, pgx.Tx, noted) error {
	return func(ctx context.Context, tx pgx.Tx, e noted) error {
		_, err := tx.Exec(ctx, "INSERT INTO public.done VALUES ($1, $2)", name, e.N)
		return err
	}
}

func emit(t testing.TB, pool *db.Pool, events ...bus.Event) {
	t.Helper()
	err := db.InTx(context.Background(), pool, func(tx pgx.Tx) error {
		return bus.Emit(context.Background(), tx, events...)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func exec(t testing.TB, pool *db.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := pool.Exec(context.Background(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// count is the one number that a query gives.
func count(t testing.TB, pool *db.Pool, sql string, args ...any) (n int) {
	t.Helper()
	if err := pool.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// await asks until the condition holds, and fails the test when it never does.
func await(t testing.TB, what string, condition func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// awaitCount waits until a query gives want.
func awaitCount(t testing.TB, pool *db.Pool, want int, sql string, args ...any) {
	t.Helper()
	await(t, sql, func() bool { return count(t, pool, sql, args...) == want })
}

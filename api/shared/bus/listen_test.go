package bus

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// TestSilentSessionIsKept: the question whether the server lives does not cost
// the session, or a notification.
func TestSilentSessionIsKept(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	connections := make(chan struct{}, 10)
	woken := make(chan struct{}, 10)
	s := session{
		pool: pool, log: slog.New(slog.DiscardHandler), quiet: 10 * time.Millisecond,
		setup: func(context.Context, *pgx.Conn) error { connections <- struct{}{}; return nil },
		wake:  func() { woken <- struct{}{} },
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); s.keep(ctx) }()
	<-woken
	pinged := func() bool {
		var n int
		if err := pool.QueryRow(ctx, `SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND application_name LIKE '% bus' AND query NOT LIKE 'LISTEN%'`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n == 1
	}
	for deadline := time.Now().Add(time.Minute); !pinged(); {
		if time.Now().After(deadline) {
			t.Fatal("the server is never asked if it lives")
		}
	}
	err := db.InTx(ctx, pool, func(tx pgx.Tx) error { return Emit(ctx, tx, quietly{}) })
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-woken:
	case <-time.After(time.Minute):
		t.Error("not woken after a silence")
	}
	cancel()
	<-done
	if n := len(connections); n != 1 {
		t.Errorf("%d connections, want 1", n)
	}
}

type quietly struct{}

func (quietly) Kind() string { return "test.quietly" }

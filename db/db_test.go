package db_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

func ExampleInTx() {
	var pool *db.Pool // from db.Open
	transfer := func(ctx context.Context) error {
		return db.InTx(ctx, pool, func(tx pgx.Tx) error {
			// Both statements or neither.
			if _, err := tx.Exec(ctx, "update a set n = n - 1"); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, "update b set n = n + 1")
			return err
		})
	}
	fmt.Println(transfer != nil)
	// Output: true
}

func table(t *testing.T, pool *db.Pool) {
	t.Helper()
	if _, err := pool.Exec(context.Background(), "create table thing (n int)"); err != nil {
		t.Fatal(err)
	}
}

func rows(t *testing.T, pool *db.Pool) (n int) {
	t.Helper()
	if err := pool.QueryRow(context.Background(), "select count(*) from thing").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestInTxLeavesNoRow(t *testing.T) {
	pool := dbtest.New(t)
	table(t, pool)
	ctx := context.Background()
	insert := func(tx pgx.Tx) {
		if _, err := tx.Exec(ctx, "insert into thing values (1)"); err != nil {
			t.Fatal(err)
		}
	}
	wrong := errors.New("wrong")
	if err := db.InTx(ctx, pool, func(tx pgx.Tx) error { insert(tx); return wrong }); !errors.Is(err, wrong) {
		t.Errorf("InTx = %v, want the callback's error", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic did not go on")
			}
		}()
		db.InTx(ctx, pool, func(tx pgx.Tx) error { insert(tx); panic("wrong") })
	}()
	gone, cancel := context.WithCancel(ctx)
	if err := db.InTx(gone, pool, func(tx pgx.Tx) error { insert(tx); cancel(); return nil }); err == nil {
		t.Error("InTx committed for a caller who is gone")
	}
	if n := rows(t, pool); n != 0 {
		t.Errorf("%d rows are left, want none", n)
	}
	if err := db.InTx(ctx, pool, func(tx pgx.Tx) error { insert(tx); return nil }); err != nil || rows(t, pool) != 1 {
		t.Errorf("InTx = %v, %d rows", err, rows(t, pool))
	}
	if n := pool.Stat().AcquiredConns(); n != 0 {
		t.Errorf("%d connections were not given back", n)
	}
}

func TestDeadlines(t *testing.T) {
	pool, err := db.Open(context.Background(), db.Options{
		URL: dbtest.URL(t), MaxConns: 1, StatementTimeout: time.Second, AcquireTimeout: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	ctx := context.Background()
	if _, err := pool.Exec(ctx, "select pg_sleep(60)"); err == nil {
		t.Error("a statement ran on beyond its deadline")
	}
	// A connection is made within the same time, for which a busy machine needs more.
	err = db.InTx(ctx, pool, func(pgx.Tx) error {
		pool.SetAcquire(100 * time.Millisecond)
		defer pool.SetAcquire(time.Minute)
		_, err := pool.Exec(ctx, "select 1")
		return err
	})
	if !errors.Is(err, db.ErrAcquire) {
		t.Errorf("with no connection free: %v, want ErrAcquire", err)
	}
	if err := pool.QueryRow(ctx, "select 1").Scan(new(int)); err != nil {
		t.Errorf("the pool did not recover: %v", err)
	}
}

func TestConnectionsComeBack(t *testing.T) {
	pool := dbtest.New(t)
	ctx := context.Background()
	var users sync.WaitGroup
	for range 50 {
		users.Go(func() {
			all, err := pool.Query(ctx, "select generate_series(1, 10)")
			if err != nil {
				t.Error(err)
				return
			}
			all.Next() // and leave the rest
			all.Close()
			all.Close()
			if err := pool.QueryRow(ctx, "select 1/0").Scan(new(int)); err == nil {
				t.Error("1/0 is a number")
			}
		})
	}
	users.Wait()
	if n := pool.Stat().AcquiredConns(); n != 0 {
		t.Errorf("%d connections were not given back", n)
	}
}

func TestAlone(t *testing.T) {
	pool := dbtest.New(t)
	ctx := context.Background()
	wrong := errors.New("wrong")
	held, err := db.Alone(ctx, pool, 7, func() error {
		if held, err := db.Alone(ctx, pool, 7, func() error { t.Error("two at once"); return nil }); held || err != nil {
			t.Errorf("Alone while it is held = %v, %v", held, err)
		}
		if held, err := db.Alone(ctx, pool, 8, func() error { return nil }); !held || err != nil {
			t.Errorf("Alone with another lock = %v, %v", held, err)
		}
		return wrong
	})
	if !held || !errors.Is(err, wrong) {
		t.Errorf("Alone = %v, %v, want the callback's error", held, err)
	}
	if held, err := db.Alone(ctx, pool, 7, func() error { return nil }); !held || err != nil {
		t.Errorf("Alone after it was given back = %v, %v", held, err)
	}
}

func TestTypes(t *testing.T) {
	pool := dbtest.New(t)
	want := uuid.MustParse("019ab3f4-7c2e-7d06-b8a1-f0c2d3e4f506")
	var id uuid.UUID
	var ids []uuid.UUID
	var none *uuid.UUID
	var at time.Time
	err := pool.QueryRow(context.Background(), "select $1::uuid, array[$1::uuid], null::uuid, '2026-11-22 12:00+01'::timestamptz", want).Scan(&id, &ids, &none, &at)
	if err != nil || id != want || len(ids) != 1 || ids[0] != want || none != nil {
		t.Errorf("scanned %v, %v, %v: %v", id, ids, none, err)
	}
	if at.Location() != time.UTC || at.Hour() != 11 {
		t.Errorf("time = %v, want 11:00 UTC", at)
	}
	// As parameters: alone, in an array, behind a pointer, and none.
	var same bool
	err = pool.QueryRow(context.Background(), "select $1::uuid = all ($2::uuid[]) and cardinality($2) = 2 and $3::uuid = $1 and $4::uuid is null and $1::text = $5",
		want, []uuid.UUID{want, want}, &want, none, want.String()).Scan(&same)
	if err != nil || !same {
		t.Errorf("an id came as another: %v", err)
	}
	if err := pool.QueryRow(context.Background(), "select null::uuid").Scan(&id); err == nil {
		t.Error("NULL was scanned into a UUID")
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, url := range []string{"://canary-secret", "postgres://u:canary-secret@127.0.0.1:1/x?connect_timeout=1"} {
		_, err := db.Open(context.Background(), db.Options{URL: url, AcquireTimeout: time.Second})
		if err == nil {
			t.Errorf("Open(%q) succeeded", url)
		} else if got := err.Error(); len(got) == 0 || strings.Contains(got, "canary-secret") {
			t.Errorf("Open shows the secret: %v", err)
		}
	}
}

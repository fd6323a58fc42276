package ratelimit_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/ratelimit"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

var ten = ratelimit.Policy{Quota: 10, Window: time.Minute}

// at takes one in a session whose clock stands still at a second of a minute.
func at(t *testing.T, pool *db.Pool, second float64, key string, p ratelimit.Policy) (s ratelimit.State) {
	t.Helper()
	err := db.InTx(t.Context(), pool, func(tx pgx.Tx) error {
		set := fmt.Sprintf("SET LOCAL shared.clock = '2026-05-01 12:00:00Z'; SELECT set_config('shared.clock', (current_setting('shared.clock')::timestamptz + make_interval(secs => %f))::text, true)", second)
		if _, err := tx.Exec(t.Context(), set); err != nil {
			return err
		}
		var err error
		s, err = ratelimit.Take(t.Context(), tx, key, p)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The same states as in memory.
func TestTakeStored(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	for i := range 10 {
		want := ratelimit.State{OK: true, Remaining: int64(9 - i), Reset: time.Duration(i+1) * 6 * time.Second}
		if s := at(t, pool, 0, "a", ten); s != want {
			t.Errorf("request %d: %+v, want %+v", i, s, want)
		}
	}
	for range 3 {
		if s, want := at(t, pool, 0, "a", ten), (ratelimit.State{Reset: time.Minute, Retry: 6 * time.Second}); s != want {
			t.Errorf("after the quota: %+v, want %+v", s, want)
		}
	}
	if s := at(t, pool, 0, "b", ten); !s.OK {
		t.Error("another key is kept out")
	}
	if s := at(t, pool, 5.999999, "a", ten); s.OK {
		t.Error("let in too early")
	}
	if s := at(t, pool, 6, "a", ten); !s.OK || s.Remaining != 0 {
		t.Errorf("after waiting: %+v", s)
	}
	if s := at(t, pool, 66, "a", ten); !s.OK || s.Remaining != 9 {
		t.Errorf("after a minute: %+v", s)
	}
	// A quota of which a window is no multiple is had whole.
	for i := range 7 {
		if s := at(t, pool, 0, "seven", ratelimit.Policy{Quota: 7, Window: time.Hour}); !s.OK {
			t.Errorf("request %d of 7: %+v", i, s)
		}
	}
	if s := at(t, pool, 0, "seven", ratelimit.Policy{Quota: 7, Window: time.Hour}); s.OK {
		t.Error("an eighth of 7 is let in")
	}
	if n := count(t, pool, "SELECT count(*) FROM shared.rate_limits WHERE key = 'a'::bytea OR length(key) <> 32"); n != 0 {
		t.Error("keys are stored as they are")
	}
}

// What is rolled back was not taken.
func TestTakeIsOfItsTransaction(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	fails := errors.New("no")
	for range 5 {
		err := db.InTx(t.Context(), pool, func(tx pgx.Tx) error {
			s, err := ratelimit.Take(t.Context(), tx, "a", ratelimit.Policy{Quota: 1, Window: time.Hour})
			if err != nil || !s.OK {
				t.Errorf("%+v, %v", s, err)
			}
			return fails
		})
		if !errors.Is(err, fails) {
			t.Fatal(err)
		}
	}
	if s, err := ratelimit.Take(t.Context(), pool, "a", ratelimit.Policy{Quota: 1, Window: time.Hour}); err != nil || !s.OK {
		t.Errorf("afterwards: %+v, %v", s, err)
	}
}

// Four hundred at once, in transactions and without: exactly the quota is let in, and a refusal
// has changed nothing.
func TestTakeStoredAtOnce(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	policy := ratelimit.Policy{Quota: 50, Window: 24 * time.Hour}
	var taken atomic.Int64
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			for range 25 {
				var s ratelimit.State
				var err error
				if i%2 == 0 {
					s, err = ratelimit.Take(t.Context(), pool, "a", policy)
				} else {
					err = db.InTx(t.Context(), pool, func(tx pgx.Tx) (err error) {
						s, err = ratelimit.Take(t.Context(), tx, "a", policy)
						return err
					})
				}
				if err != nil {
					t.Error(err)
				}
				if s.OK {
					taken.Add(1)
				} else if s.Retry <= 0 || s.Retry > policy.Window {
					t.Errorf("refused, to try again after %v", s.Retry)
				}
			}
		})
	}
	all.Wait()
	if taken.Load() != 50 {
		t.Errorf("%d of 400 were let in, want 50", taken.Load())
	}
	if n := count(t, pool, "SELECT count(*) FROM shared.rate_limits WHERE whole_at > clock_timestamp() + interval '24 hours'"); n != 0 {
		t.Error("refusals are counted")
	}
}

func TestPruneStored(t *testing.T) {
	t.Parallel()
	pool := dbtest.New(t)
	if _, err := pool.Exec(t.Context(), "INSERT INTO shared.rate_limits SELECT sha256(i::text::bytea), clock_timestamp() - interval '1 second' FROM generate_series(1, 2500) i"); err != nil {
		t.Fatal(err)
	}
	if _, err := ratelimit.Take(t.Context(), pool, "a", ten); err != nil {
		t.Fatal(err)
	}
	if n, err := ratelimit.Prune(t.Context(), pool); n != 2500 || err != nil {
		t.Errorf("Prune = %d, %v, want 2500", n, err)
	}
	if n := count(t, pool, "SELECT count(*) FROM shared.rate_limits"); n != 1 {
		t.Errorf("%d rows are left, want 1", n)
	}
}

func TestTakeStoredPanics(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("a quota of nothing is taken")
		}
	}()
	_, _ = ratelimit.Take(t.Context(), nil, "a", ratelimit.Policy{Window: time.Minute})
}

func count(t *testing.T, pool *db.Pool, sql string) (n int) {
	t.Helper()
	if err := pool.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

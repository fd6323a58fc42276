package idempotency_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/idempotency"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

type body struct {
	N    int      `json:"n"`
	Tags []string `json:"tags,omitempty"`
}

type answer struct {
	ID   string `json:"id"`
	Done int    `json:"done"`
}

// ledger has one row for each time that the effect happened.
func ledger(t *testing.T) *db.Pool {
	t.Helper()
	pool := dbtest.New(t)
	if _, err := pool.Exec(t.Context(), "CREATE TABLE public.effects (n int)"); err != nil {
		t.Fatal(err)
	}
	return pool
}

func count(t *testing.T, pool *db.Pool, table string) (n int) {
	t.Helper()
	if err := pool.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func request(t *testing.T, principal, key string, b body) idempotency.Request {
	t.Helper()
	r, err := idempotency.For(principal, key, "POST", "/v1/effects", b)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// do makes the effect once, and then does what fails says.
func do(ctx context.Context, pool *db.Pool, r idempotency.Request, fails error) (a answer, replayed bool, err error) {
	err = db.InTx(ctx, pool, func(tx pgx.Tx) (err error) {
		replayed, err = idempotency.Once(ctx, tx, r, &a, func() error {
			if _, err := tx.Exec(ctx, "INSERT INTO public.effects VALUES (1)"); err != nil {
				return err
			}
			a = answer{ID: "x", Done: 7}
			return fails
		})
		return err
	})
	return a, replayed, err
}

func TestOnce(t *testing.T) {
	t.Parallel()
	pool := ledger(t)
	first := request(t, "anna", "k-1", body{N: 1})
	for i := range 3 {
		a, replayed, err := do(t.Context(), pool, first, nil)
		if err != nil || a != (answer{"x", 7}) || replayed != (i > 0) {
			t.Errorf("time %d: %v, replayed %v, %v", i, a, replayed, err)
		}
	}
	if n := count(t, pool, "public.effects"); n != 1 {
		t.Errorf("%d effects, want 1", n)
	}
	for _, other := range []body{{N: 2}, {N: 1, Tags: []string{"x"}}} {
		_, _, err := do(t.Context(), pool, request(t, "anna", "k-1", other), nil)
		if d := problem.From(err); d == nil || d.Status != http.StatusUnprocessableEntity || d.Code != "idempotency_key_reused" {
			t.Errorf("another request: %v, want idempotency_key_reused", err)
		}
	}
	if _, replayed, err := do(t.Context(), pool, request(t, "ben", "k-1", body{N: 2}), nil); replayed || err != nil {
		t.Errorf("another principal's key: replayed %v, %v", replayed, err)
	}
	if n := count(t, pool, "public.effects"); n != 2 {
		t.Errorf("%d effects, want 2", n)
	}
}

func TestPathAndMethodCount(t *testing.T) {
	t.Parallel()
	pool := ledger(t)
	if _, _, err := do(t.Context(), pool, request(t, "anna", "k", body{}), nil); err != nil {
		t.Fatal(err)
	}
	for _, at := range [][2]string{{"PUT", "/v1/effects"}, {"POST", "/v1/effects/2"}} {
		r, err := idempotency.For("anna", "k", at[0], at[1], body{})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := do(t.Context(), pool, r, nil); problem.Code(err) != "idempotency_key_reused" {
			t.Errorf("%v: %v, want idempotency_key_reused", at, err)
		}
	}
}

func TestRefusalsLeaveNothing(t *testing.T) {
	t.Parallel()
	pool := ledger(t)
	r := request(t, "anna", "k", body{N: 1})
	for _, refusal := range []error{problem.Conflict("no stock"), errors.New("fault")} {
		if _, _, err := do(t.Context(), pool, r, refusal); !errors.Is(err, refusal) {
			t.Errorf("do = %v, want its own error", err)
		}
	}
	if n := count(t, pool, "public.effects") + count(t, pool, "shared.idempotency_keys"); n != 0 {
		t.Errorf("%d rows after refusals, want none", n)
	}
	if _, replayed, err := do(t.Context(), pool, r, nil); replayed || err != nil {
		t.Errorf("the same key again: replayed %v, %v", replayed, err)
	}
}

func TestTwinIsToldToWait(t *testing.T) {
	t.Parallel()
	pool := ledger(t)
	r := request(t, "anna", "k", body{N: 1})
	err := db.InTx(t.Context(), pool, func(tx pgx.Tx) error {
		var a answer
		_, err := idempotency.Once(t.Context(), tx, r, &a, func() error {
			_, _, err := do(t.Context(), pool, r, nil)
			d := problem.From(err)
			if d == nil || d.Status != http.StatusConflict || d.Code != "in_progress" || d.GetHeaders().Get("Retry-After") != "1" {
				t.Errorf("the twin: %v, want 409 in_progress with Retry-After", err)
			}
			return nil
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Sixty-four at once with one key: one effect, and nobody is told anything else
// than its answer or to wait.
func TestRace(t *testing.T) {
	t.Parallel()
	pool := ledger(t)
	const twins = 64
	var done, replays, waits atomic.Int64
	var group sync.WaitGroup
	for range twins {
		group.Go(func() {
			r := request(t, "anna", "k", body{N: 1})
			a, replayed, err := do(t.Context(), pool, r, nil)
			switch {
			case problem.Code(err) == "in_progress":
				waits.Add(1)
			case err != nil || a != (answer{"x", 7}):
				t.Errorf("%v, %v", a, err)
			case replayed:
				replays.Add(1)
			default:
				done.Add(1)
			}
		})
	}
	group.Wait()
	if n := count(t, pool, "public.effects"); n != 1 || done.Load() != 1 || done.Load()+replays.Load()+waits.Load() != twins {
		t.Errorf("%d effects, %d did it, %d replays, %d waits; want one of %d", n, done.Load(), replays.Load(), waits.Load(), twins)
	}
	if _, replayed, err := do(t.Context(), pool, request(t, "anna", "k", body{N: 1}), nil); !replayed || err != nil {
		t.Errorf("afterwards: replayed %v, %v", replayed, err)
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	for key, code := range map[string]string{
		"":                             "idempotency_key_required",
		"a":                            "",
		`"8e03978e-40d5-43dd-bc93"`:    "",
		"!~":                           "",
		strings.Repeat("k", 255):       "",
		strings.Repeat("k", 256):       "invalid",
		"two words":                    "invalid",
		"tab\t":                        "invalid",
		"nul\x00":                      "invalid",
		"del\x7f":                      "invalid",
		"clé":                          "invalid",
		"\xff":                         "invalid",
		"line\nfeed":                   "invalid",
		strings.Repeat("k", 255) + "é": "invalid",
	} {
		_, err := idempotency.For("anna", key, "POST", "/v1/effects", body{})
		if got := problem.Code(err); got != code {
			t.Errorf("%q: %q, want %q", key, got, code)
		}
	}
	if _, err := idempotency.For("anna", "k", "POST", "/", make(chan int)); err == nil {
		t.Error("a body that is no JSON was taken")
	}
}

func TestPrune(t *testing.T) {
	t.Parallel()
	pool := ledger(t)
	for _, key := range []string{"old", "young"} {
		if _, _, err := do(t.Context(), pool, request(t, "anna", key, body{}), nil); err != nil {
			t.Fatal(err)
		}
	}
	const age = "UPDATE shared.idempotency_keys SET created_at = created_at - $2::interval WHERE key = $1"
	for key, by := range map[string]time.Duration{"old": idempotency.Retention + time.Minute, "young": idempotency.Retention - time.Minute} {
		if _, err := pool.Exec(t.Context(), age, key, by); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := idempotency.Prune(t.Context(), pool); n != 1 || err != nil {
		t.Errorf("Prune = %d, %v, want 1", n, err)
	}
	if _, replayed, err := do(t.Context(), pool, request(t, "anna", "young", body{}), nil); !replayed || err != nil {
		t.Errorf("the young one: replayed %v, %v", replayed, err)
	}
	if _, replayed, err := do(t.Context(), pool, request(t, "anna", "old", body{}), nil); replayed || err != nil {
		t.Errorf("the old one: replayed %v, %v", replayed, err)
	}
}

func TestJobsAreRegisteredOnce(t *testing.T) {
	t.Parallel()
	b := bus.New(nil, nil)
	idempotency.Jobs(b, nil)
	defer func() {
		if recover() == nil {
			t.Error("a second registration was taken")
		}
	}()
	idempotency.Jobs(b, nil)
}

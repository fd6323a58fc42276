package idempotency_test

import (
	"context"
	"fmt"
	"regexp"
	"testing"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/idempotency"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

func ExampleOnce() {
	type receipt struct {
		Order string `json:"order"`
	}
	var pool *db.Pool // from db.Open
	buy := func(ctx context.Context, request idempotency.Request) (r receipt, replayed bool, err error) {
		err = db.InTx(ctx, pool, func(tx pgx.Tx) (err error) {
			replayed, err = idempotency.Once(ctx, tx, request, &r, func() error {
				r.Order = "ord_1" // and whatever else belongs to it, by tx
				return nil
			})
			return err
		})
		return r, replayed, err
	}
	fmt.Println(buy != nil)
	// Output: true
}

func FuzzFor(f *testing.F) {
	for _, key := range []string{"", "k", `"8e03978e-40d5-43dd-bc93"`, "two words", "clé", "\x00", "\xff"} {
		f.Add(key)
	}
	good := regexp.MustCompile(`^[!-~]{1,255}$`)
	f.Fuzz(func(t *testing.T, key string) {
		_, err := idempotency.For("anna", key, "POST", "/v1/effects", nil)
		if (err == nil) != good.MatchString(key) {
			t.Errorf("%q: %v", key, err)
		}
		if d := problem.From(err); d != nil && d.Status >= 500 {
			t.Errorf("%q: %v", key, err)
		}
	})
}

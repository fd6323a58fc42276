package dbtest_test

import (
	"testing"

	"rose-ash.com/roseash/db/dbtest"
)

// Each test has a database of its own, so tests may run in parallel and leave
// what they like.
func ExampleNew() {
	_ = func(t *testing.T) {
		t.Parallel()
		pool := dbtest.New(t)
		if _, err := pool.Exec(t.Context(), "CREATE TABLE mine (n int)"); err != nil {
			t.Fatal(err)
		}
	}
}

package dbtest_test

import (
	"testing"

	"rose-ash.com/roseash/db/dbtest"
)

func TestNewIsMigratedAndSeparate(t *testing.T) {
	ctx := t.Context()
	a, b := dbtest.New(t), dbtest.New(t)
	var versions int
	if err := a.QueryRow(ctx, "SELECT count(*) FROM public.schema_migrations").Scan(&versions); err != nil {
		t.Fatal(err)
	}
	if versions == 0 {
		t.Error("no migration is applied")
	}
	if _, err := a.Exec(ctx, "CREATE TABLE public.only_here (n int)"); err != nil {
		t.Fatal(err)
	}
	var leaked bool
	if err := b.QueryRow(ctx, "SELECT to_regclass('public.only_here') IS NOT NULL").Scan(&leaked); err != nil {
		t.Fatal(err)
	}
	if leaked {
		t.Error("a table made in one test's database is in another's")
	}
}

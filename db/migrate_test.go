package db_test

import (
	"context"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// emptyDatabase makes a database without a schema and returns its address.
func emptyDatabase(t *testing.T) string {
	t.Helper()
	ctx := context.Background()
	migrated, err := url.Parse(dbtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(ctx, migrated.String())
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimPrefix(migrated.Path, "/") + "_empty"
	if _, err := conn.Exec(ctx, "create database "+name+" template template0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		conn.Exec(ctx, "drop database "+name+" with (force)")
		conn.Close(ctx)
	})
	migrated.Path = "/" + name
	return migrated.String()
}

// TestMigrateTogether starts several processes' worth of migrations at once.
func TestMigrateTogether(t *testing.T) {
	address := emptyDatabase(t)
	log := slog.New(slog.DiscardHandler)
	var starting sync.WaitGroup
	for range 4 {
		starting.Go(func() {
			if err := db.Migrate(context.Background(), address, log); err != nil {
				t.Errorf("Migrate: %v", err)
			}
		})
	}
	starting.Wait()
	pool, err := db.Open(context.Background(), db.Options{URL: address, StatementTimeout: time.Minute, AcquireTimeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if pending, err := db.Pending(context.Background(), pool); err != nil || len(pending) != 0 {
		t.Errorf("Pending after Migrate = %v, %v", pending, err)
	}
}

func TestPendingBefore(t *testing.T) {
	pool, err := db.Open(context.Background(), db.Options{URL: emptyDatabase(t), StatementTimeout: time.Minute, AcquireTimeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	pending, err := db.Pending(context.Background(), pool)
	if err != nil || len(pending) == 0 {
		t.Errorf("Pending of an empty database = %v, %v, want every version", pending, err)
	}
}

// TestSchemas holds the rules of the schemas: no foreign key across them, no enums.
func TestSchemas(t *testing.T) {
	pool := dbtest.New(t)
	rows, err := pool.Query(context.Background(), `
		select tc.table_schema || '.' || tc.table_name || ' -> ' || cu.table_schema
		from information_schema.table_constraints tc
		join information_schema.constraint_column_usage cu using (constraint_schema, constraint_name)
		where tc.constraint_type = 'FOREIGN KEY' and tc.table_schema <> cu.table_schema`)
	if err != nil {
		t.Fatal(err)
	}
	across, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(across) > 0 {
		t.Errorf("foreign keys across schemas: %v, %v", across, err)
	}
	rows, err = pool.Query(context.Background(), `
		select n.nspname || '.' || t.typname from pg_type t join pg_namespace n on n.oid = t.typnamespace
		where t.typtype = 'e' and n.nspname not in ('river', 'pg_catalog', 'information_schema')`)
	if err != nil {
		t.Fatal(err)
	}
	enums, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(enums) > 0 {
		t.Errorf("enum types: %v, %v; use text and CHECK", enums, err)
	}
}

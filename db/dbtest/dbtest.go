// This file clones databases for tests.

package dbtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/db"
)

// patience is how long one step may take on a machine that is busy with other tests.
const patience = time.Minute

// New returns a pool on a fresh, migrated database. At the test's end the pool
// is closed and the database dropped.
func New(t testing.TB) *db.Pool {
	t.Helper()
	pool, err := db.Open(context.Background(), db.Options{
		URL: URL(t), Name: "dbtest", MaxConns: 8, StatementTimeout: patience, AcquireTimeout: patience,
	})
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// URL returns the address of a fresh, migrated database. At the test's end the
// database is dropped, together with the sessions it still has.
func URL(t testing.TB) string {
	t.Helper()
	admin, template, err := ready()
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	name := "test_" + strings.ToLower(rand.Text()[:16])
	// Copying files is quicker than logging pages for a small template.
	create := fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy", name, template)
	if err := admin.exec(create); err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	t.Cleanup(func() {
		if err := admin.exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("dbtest: %v", err)
		}
	})
	return admin.database(name)
}

// server is a PostgreSQL cluster by the URL of its maintenance database.
type server struct{ url string }

// database is the address of another database on the same server.
func (s server) database(name string) string {
	u, err := url.Parse(s.url)
	if err != nil {
		return s.url
	}
	u.Path = "/" + name
	return u.String()
}

// exec runs one statement in a session of its own, so that no idle session of
// ours is left on the server between tests.
func (s server) exec(sql string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("%s: %w", sql, err)
	}
	return nil
}

// Migrations: dbmate as a library, from embedded files, one process at a time.

package db

import (
	"bufio"
	"context"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"strings"

	"github.com/amacneil/dbmate/v2/pkg/dbmate"
	_ "github.com/amacneil/dbmate/v2/pkg/driver/postgres" // dbmate finds its driver by the URL's scheme
	"github.com/jackc/pgx/v5"
)

// Migrations are the files in dbmate's format, below "migrations".
//
//go:embed migrations/*.sql
var Migrations embed.FS

// migrationLock is the advisory lock that one migrating process holds; dbmate
// itself takes none.
const migrationLock = 0x726f7365617368 // "roseash"

// Migrate brings the database at dbURL up to the newest migration. Processes
// that start together wait for one another. A migration that fails leaves
// neither its changes nor its row; those before it stay.
func Migrate(ctx context.Context, dbURL string, log *slog.Logger) error {
	u, err := url.Parse(dbURL)
	if err != nil {
		return fmt.Errorf("migrate: the database URL cannot be read")
	}
	conn, err := pgx.Connect(ctx, dbURL)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "select pg_advisory_lock($1)", migrationLock); err != nil {
		return fmt.Errorf("migrate: lock: %w", err)
	}

	out, in := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if line := lines.Text(); strings.HasPrefix(line, "Applying") {
				log.Info("migration", "file", strings.TrimSpace(strings.TrimPrefix(line, "Applying:")))
			}
		}
	}()
	defer func() { in.Close(); <-done }()

	m := dbmate.New(u)
	m.FS = Migrations
	m.MigrationsDir = []string{"migrations"}
	m.AutoDumpSchema = false
	m.Strict = true
	m.Log = in
	if err := m.Migrate(); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// Pending lists the versions of the migrations that the database lacks; the
// service is ready only when there are none.
func Pending(ctx context.Context, pool *Pool) ([]string, error) {
	var known bool
	if err := pool.QueryRow(ctx, "select to_regclass('public.schema_migrations') is not null").Scan(&known); err != nil {
		return nil, err
	}
	applied := map[string]bool{}
	if known {
		rows, err := pool.Query(ctx, "select version from public.schema_migrations")
		if err != nil {
			return nil, err
		}
		versions, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return nil, err
		}
		for _, v := range versions {
			applied[v] = true
		}
	}
	files, err := fs.Glob(Migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var pending []string
	for _, f := range files {
		version, _, _ := strings.Cut(strings.TrimPrefix(f, "migrations/"), "_")
		if !applied[version] {
			pending = append(pending, version)
		}
	}
	return pending, nil
}

// This file makes the migrated template database, once for each state of the migrations.

package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/db"
)

// templateLock is the advisory lock under which a template is made.
const templateLock = 0x646274657374 // "dbtest"

// once starts or finds the server and makes its template, once a process.
var once = sync.OnceValues(func() (readyState, error) {
	s, err := findServer()
	if err != nil {
		return readyState{}, err
	}
	name, err := templateName(db.Migrations)
	if err != nil {
		return readyState{}, err
	}
	return readyState{s, name}, makeTemplate(s, name)
})

type readyState struct {
	server   server
	template string
}

func ready() (server, string, error) {
	st, err := once()
	return st.server, st.template, err
}

// templateName holds a hash of the migration files, so that an edited file
// gives a new template on a server that has the old one.
func templateName(files fs.FS) (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(files, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %d\n", path, len(text))
		sum.Write(text)
		return nil
	})
	return "roseash_template_" + hex.EncodeToString(sum.Sum(nil)[:8]), err
}

// makeTemplate migrates under another name first: a database with the final
// name is complete, whoever was killed on the way.
func makeTemplate(s server, name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", templateLock); err != nil {
		return err
	}
	var made bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&made); err != nil || made {
		return err
	}
	building := name + "_building"
	for _, sql := range []string{
		"DROP DATABASE IF EXISTS " + building + " WITH (FORCE)",
		"CREATE DATABASE " + building + " TEMPLATE template0",
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	if err := db.Migrate(ctx, s.database(building), slog.New(slog.DiscardHandler)); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "ALTER DATABASE "+building+" RENAME TO "+name); err != nil {
		return fmt.Errorf("naming the template: %w", err)
	}
	return nil
}

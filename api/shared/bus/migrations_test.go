// River's schema as dbmate files: generated here, and proven to be what River wants.

package bus

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"rose-ash.com/roseash/db/dbtest"
)

var update = flag.Bool("update", false, "write River's migrations to db/migrations")

// TestRiverMigrations compares db/migrations/*_river_*.sql with the pinned
// River; -update writes them. One file a version, since version 6 uses an enum
// value that version 4 adds.
func TestRiverMigrations(t *testing.T) {
	m, err := rivermigrate.New(riverpgxv5.New(nil), &rivermigrate.Config{Schema: riverSchema})
	if err != nil {
		t.Fatal(err)
	}
	versions := m.AllVersions()
	for _, v := range versions {
		name := fmt.Sprintf("../../../db/migrations/202611220003%02d_river_%02d.sql", v.Version, v.Version)
		want := dbmateFile(v)
		if *update {
			if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("%s is not River's (-want +got):\n%s", name, diff)
		}
	}
	files, err := filepath.Glob("../../../db/migrations/*_river_*.sql")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(versions) {
		t.Errorf("%d river migrations, want %d", len(files), len(versions))
	}
}

// dbmateFile is one version of River with its row in river_migration, which
// River itself would have written.
func dbmateFile(v rivermigrate.Migration) string {
	up, down := riverSQL(v.SQLUp), riverSQL(v.SQLDown)
	switch record := fmt.Sprintf("\n\nINSERT INTO river.river_migration (line, version) VALUES ('main', %d);", v.Version); {
	case v.Version == 1:
		up = "CREATE SCHEMA river;\n\n" + up + "\n\nINSERT INTO river.river_migration (version) VALUES (1);"
		down += "\n\nDROP SCHEMA river;"
	case v.Version < 5: // the table has no line yet
		up += fmt.Sprintf("\n\nINSERT INTO river.river_migration (version) VALUES (%d);", v.Version)
	default:
		up += record
	}
	if v.Version > 1 {
		down = fmt.Sprintf("DELETE FROM river.river_migration WHERE version = %d;\n\n", v.Version) + down
	}
	return fmt.Sprintf("-- River's migration %d (%s), generated: go test ./api/shared/bus -run RiverMigrations -update\n"+
		"-- migrate:up\n%s\n\n-- migrate:down\n%s\n", v.Version, v.Name, up, down)
}

func riverSQL(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(s, "/* TEMPLATE: schema */", riverSchema+"."))
}

func TestRiverIsContentWithOurMigrations(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	pool := dbtest.New(t)
	m, err := rivermigrate.New(riverpgxv5.New(pool.Pool), &rivermigrate.Config{Schema: riverSchema})
	if err != nil {
		t.Fatal(err)
	}
	res, err := m.Validate(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !res.OK {
		t.Errorf("Validate = %q, want OK", res.Messages)
	}
	rows, err := pool.Query(ctx, "select table_schema || '.' || table_name from information_schema.tables where table_name like 'river%' and table_schema <> 'river'")
	if err != nil {
		t.Fatal(err)
	}
	strays, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if len(strays) > 0 {
		t.Errorf("river tables outside its schema: %v", strays)
	}
}

func TestRiverMigrationsGoDown(t *testing.T) {
	t.Parallel()
	ctx, pool := t.Context(), dbtest.New(t)
	files, err := filepath.Glob("../../../db/migrations/*_river_*.sql")
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(files)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		_, down, _ := strings.Cut(string(text), "-- migrate:down\n")
		if _, err := pool.Exec(ctx, down); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
	}
	var left bool
	if err := pool.QueryRow(ctx, "SELECT to_regnamespace('river') IS NOT NULL").Scan(&left); err != nil {
		t.Fatal(err)
	}
	if left {
		t.Error("schema river is still there")
	}
}

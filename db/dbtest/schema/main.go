// Command schema writes db/schema.sql: what the migrations make, as one text to
// read and to compare. Run it in the root of the module:
//
//	go run ./db/dbtest/schema >db/schema.sql
//
// It migrates a new database on a server of its own and runs pg_dump, which must
// be there and no older than the server. What differs between versions of
// pg_dump and says nothing about the schema is left out.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"regexp"
	"strings"

	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "schema:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	cluster, dir, err := dbtest.Start(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.Stop(ctx), os.RemoveAll(dir)) }()
	if err := db.Migrate(ctx, cluster.URL(), slog.New(slog.DiscardHandler)); err != nil {
		return err
	}
	dump := exec.CommandContext(ctx, "pg_dump", "--schema-only", "--no-owner", "--no-privileges", "--no-comments", cluster.URL())
	dump.Stderr = os.Stderr
	text, err := dump.Output()
	if err != nil {
		return fmt.Errorf("pg_dump: %w", err)
	}
	_, err = os.Stdout.Write(normal(text))
	return err
}

// passing are lines that depend on who dumps and not on what is dumped.
var passing = regexp.MustCompile(`^(--.*|SET .*|SELECT pg_catalog\.set_config.*|\\(un)?restrict .*)?$`)

// normal leaves the statements of a dump, each apart from the next by one blank
// line.
func normal(dump []byte) []byte {
	var out bytes.Buffer
	out.WriteString("-- Made from db/migrations by `make gen`. Read it; change the migrations.\n")
	blank := true
	for line := range strings.Lines(string(dump)) {
		line = strings.TrimRight(line, "\n")
		if passing.MatchString(line) {
			blank = true
			continue
		}
		if blank && !strings.HasPrefix(line, " ") {
			out.WriteByte('\n')
		}
		blank = false
		out.WriteString(line + "\n")
	}
	return out.Bytes()
}

// This file makes a new cluster: beside its place first, so that an interrupted
// creation never looks like a cluster.

package db

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// clusterSettings is appended once to postgresql.conf; the operator may change it.
const clusterSettings = `
# Rose Ash: a small private server. This block is written once and is yours to change.
shared_buffers = 32MB
max_connections = 60
work_mem = 4MB
maintenance_work_mem = 32MB
min_wal_size = 32MB
max_wal_size = 256MB
max_parallel_workers_per_gather = 0
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_checkpoints = off
log_line_prefix = '%m [%p] '
`

// createCluster runs initdb and moves the result to its place.
func createCluster(ctx context.Context, bin binaries, p place, durable bool, log *slog.Logger) error {
	log.Info("creating the private PostgreSQL cluster", "dir", p.dir, "version", bin.version)
	began := time.Now()
	temp, err := os.MkdirTemp(filepath.Dir(p.dir), "postgres.new-")
	if err != nil {
		return dataDirError(filepath.Dir(p.dir), err)
	}
	defer os.RemoveAll(temp)
	if err := p.account.own(temp); err != nil {
		return dataDirError(temp, err)
	}
	if err := initdb(ctx, bin, p, temp, durable); err != nil {
		return err
	}
	if err := configureCluster(p, temp); err != nil {
		return dataDirError(temp, err)
	}
	if durable {
		out, err := runAs(ctx, bin, p.account, "initdb", "-D", temp, "--sync-only")
		if err != nil {
			return toolError("initdb --sync-only", out, err)
		}
	}
	// An empty directory may stand there; anything else was refused before.
	os.Remove(p.dir)
	if err := os.Rename(temp, p.dir); err != nil {
		return dataDirError(p.dir, err)
	}
	if durable {
		if err := syncDir(filepath.Dir(p.dir)); err != nil {
			return dataDirError(p.dir, err)
		}
	}
	log.Info("created the private PostgreSQL cluster", "took", time.Since(began).Round(time.Millisecond))
	return nil
}

// initdb sorts by bytes, which is fast and the same everywhere, but knows
// letters beyond ASCII where the system has the locale C.UTF-8.
func initdb(ctx context.Context, bin binaries, p place, dir string, durable bool) error {
	args := []string{"-D", dir, "-U", clusterName, "-E", "UTF8", "--locale=C", "--auth=peer", "--no-sync", "--no-instructions"}
	if durable {
		args = append(args, "--data-checksums")
	}
	out, err := runAs(ctx, bin, p.account, "initdb", append(args, "--lc-ctype=C.UTF-8")...)
	if err != nil && strings.Contains(out, "locale") {
		out, err = runAs(ctx, bin, p.account, "initdb", args...)
	}
	if err != nil {
		return toolError("initdb", out, err)
	}
	return nil
}

// configureCluster lets in the account and root, over the socket, as the
// product's role, and nobody else.
func configureCluster(p place, dir string) error {
	conf, err := os.OpenFile(filepath.Join(dir, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = conf.WriteString(clusterSettings)
	if closed := conf.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	hba := "# Rose Ash: only over the socket, only those whom pg_ident.conf names.\nlocal all all peer map=roseash\n"
	ident := "# map system-user role\n"
	names := []string{p.account.name}
	if root := userName(0); root != p.account.name {
		names = append(names, root)
	}
	for _, name := range names {
		ident += fmt.Sprintf("roseash \"%s\" %s\n", name, clusterName)
	}
	for file, text := range map[string]string{"pg_hba.conf": hba, "pg_ident.conf": ident} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// syncDir makes a rename in dir outlast a power cut.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// toolError is a failed tool's own last words, which name the reason.
func toolError(tool, out string, err error) error {
	return fmt.Errorf("%s failed (%w): %s", tool, err, lastLines(out, 6))
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

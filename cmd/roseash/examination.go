// The doctor's single checks.

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"rose-ash.com/roseash/api/shared/cache"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/httpx"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/ssg/sink"
)

// examination is one run of the doctor.
type examination struct {
	ctx    context.Context
	out    io.Writer
	cfg    config.Config
	log    *slog.Logger
	failed int
}

// earliest is before any build of this program and after what the clock of a
// machine without a battery shows.
var earliest = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

func (e *examination) clock() {
	now := time.Now().UTC()
	if now.Before(earliest) {
		e.report("clock", "", fmt.Errorf("it shows %s, which is past: set it, best by a time service", now.Format(time.RFC3339)))
		return
	}
	e.report("clock", now.Format(time.RFC3339), nil)
}

func (e *examination) directories() {
	check := func(name, setting, dir string) {
		absolute, err := filepath.Abs(dir)
		if err == nil {
			err = mayWrite(setting, absolute)
		}
		e.report(name, absolute, err)
	}
	check("data", "ROSEASH_DATA_DIR", e.cfg.DataDir)
	if e.cfg.Roles.Has(config.Builder) {
		check("built site", "ROSEASH_PUBLIC_DIR", e.cfg.PublicDir)
	}
}

// mayWrite tries to write in a directory, or in the nearest one above it that is
// there: a check makes nothing.
func mayWrite(setting, dir string) error {
	for there := dir; ; there = filepath.Dir(there) {
		if _, err := os.Stat(there); errors.Is(err, fs.ErrNotExist) && there != filepath.Dir(there) {
			continue
		}
		return writable(setting, there, 0o700)
	}
}

func (e *examination) port() {
	if !e.cfg.Roles.Has(config.API) {
		return
	}
	l, err := net.Listen("tcp", e.cfg.Listen)
	if err == nil {
		l.Close()
		e.report("address", e.cfg.Listen+" is free", nil)
		return
	}
	if errors.Is(err, syscall.EADDRINUSE) && e.ours() {
		e.report("address", e.cfg.Listen+": a roseash answers there", nil)
		return
	}
	e.report("address", "", cannotListen("ROSEASH_LISTEN", e.cfg.Listen, err))
}

// ours tells whether a roseash answers at the listener's address.
func (e *examination) ours() bool {
	ctx, cancel := context.WithTimeout(e.ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+e.cfg.Listen+"/livez", nil)
	if err != nil {
		return false
	}
	client := httpx.Operator(2 * time.Second)
	defer client.CloseIdleConnections()
	response, err := client.Do(request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	var answer struct{ Status string }
	return json.NewDecoder(io.LimitReader(response.Body, 1000)).Decode(&answer) == nil && answer.Status == "live"
}

func (e *examination) redis() {
	if !e.cfg.RedisURL.IsSet() {
		e.report("Redis", "in process (no REDIS_URL)", nil)
		return
	}
	c, err := cache.Open(e.ctx, e.cfg.RedisURL.Reveal())
	if err == nil {
		defer c.Close()
		err = c.Client().Ping(e.ctx).Err()
	}
	if err != nil {
		err = fmt.Errorf("REDIS_URL: it does not answer (%w): start it, or correct the address", err)
	}
	e.report("Redis", "answers", err)
}

// targets looks at what the built site is brought to. A purger is told of an
// address that nobody has, which shows all of the way there and forgets nothing.
func (e *examination) targets() {
	if !e.cfg.Roles.Has(config.Builder) {
		return
	}
	targets, err := sink.Open(e.cfg, sink.Options{Log: e.log})
	if err != nil {
		e.report("storage", "", err)
		return
	}
	defer targets.Close()
	ctx, cancel := context.WithTimeout(e.ctx, time.Minute)
	defer cancel()
	if s := targets.Store; s != nil {
		if err = s.Check(ctx); err != nil {
			err = fmt.Errorf("%s: %w", s, err)
		}
		e.report("storage", s.String()+" can be written to, by one builder at a time", err)
	}
	for _, p := range targets.Purgers {
		if err = p.Purge(ctx, sink.Purge{URLs: []string{e.cfg.BaseURL + "/.roseash"}}); err != nil {
			err = fmt.Errorf("%s: %w", p, err)
		}
		e.report("purge", p.String()+" answers", err)
	}
}

// database looks at the one that is named, or at the private cluster; where
// that does not exist yet, a trial one shows that it could be made.
func (e *examination) database() {
	if e.cfg.DatabaseURL.IsSet() {
		e.inspect("", nil)
		return
	}
	dir, trial := e.cfg.DataDir, false
	if !hasCluster(dir) {
		trial = true
		made, err := os.MkdirTemp("", "roseash-doctor-")
		if err == nil {
			defer os.RemoveAll(made)
			err = os.Chmod(made, 0o711) // as root, another user passes through
		}
		if err != nil {
			e.report("PostgreSQL", "", fmt.Errorf("no directory for a trial: %w", err))
			return
		}
		dir = made
	}
	c, err := db.StartCluster(e.ctx, db.ClusterOptions{DataDir: dir, BinDir: e.cfg.PGBin, Durable: !trial})
	if err != nil {
		e.report("PostgreSQL", "", err)
		return
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(e.ctx), closing)
		defer cancel()
		c.Stop(ctx)
	}()
	switch {
	case trial:
		e.report("PostgreSQL", fmt.Sprintf("version %d runs here; the first start makes a private cluster", c.Version()), nil)
		return
	case c.Owned():
		e.report("PostgreSQL", fmt.Sprintf("private cluster of version %d in %s", c.Version(), c.Dir()), nil)
	default:
		e.report("PostgreSQL", fmt.Sprintf("private cluster of version %d in %s, run by another process", c.Version(), c.Dir()), nil)
	}
	e.inspect(c.URL(), c)
}

// hasCluster tells whether a data directory has a private cluster, wherever it
// is.
func hasCluster(dir string) bool {
	for _, name := range []string{"postgres", "postgres.at"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return true
		}
	}
	return false
}

// inspect looks into the database: its version, its clock, its schema.
func (e *examination) inspect(url string, c *db.Cluster) {
	if c == nil {
		url = e.cfg.DatabaseURL.Reveal()
	}
	pool, err := db.Open(e.ctx, db.Options{URL: url, MaxConns: 1})
	if err != nil {
		e.report("database", "", fmt.Errorf("DATABASE_URL: %w: start it, or correct the address", err))
		return
	}
	defer pool.Close()
	var version int
	var shows time.Time
	err = pool.QueryRow(e.ctx, "select current_setting('server_version_num')::int / 10000, clock_timestamp()").Scan(&version, &shows)
	if err == nil && version < oldestPostgreSQL {
		err = fmt.Errorf("it is PostgreSQL %d, and %d or newer is needed", version, oldestPostgreSQL)
	}
	e.report("database", fmt.Sprintf("PostgreSQL %d answers", version), err)
	if off := time.Since(shows).Abs(); err == nil && off > 5*time.Second {
		e.report("its clock", "", fmt.Errorf("it is %s away from this machine's: set both by one time service", off.Round(time.Second)))
	}
	pending, err := db.Pending(e.ctx, pool)
	switch {
	case err == nil && len(pending) > 0 && e.cfg.RunMigrations:
		e.report("schema", plural(len(pending), "migration")+" to do, which the next start does", nil)
	case err == nil && len(pending) > 0:
		e.report("schema", "", fmt.Errorf("%s to do: type `roseash migrate`", plural(len(pending), "migration")))
	default:
		e.report("schema", "current", err)
	}
}

// oldestPostgreSQL is the first version that has all we use.
const oldestPostgreSQL = 15

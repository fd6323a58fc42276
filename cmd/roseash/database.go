// How a command gets at the database: the one that was named, or the private
// cluster, started for the command's time where nobody else runs it.

package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/db"
)

// database is an open one.
type database struct {
	pool    *db.Pool
	url     string
	cluster *db.Cluster // nil where DATABASE_URL names another
	options db.ClusterOptions
}

// openDatabase starts the private cluster or attaches to it where no database
// is named, and opens a pool. It migrates where RUN_MIGRATIONS says so.
func openDatabase(ctx context.Context, cfg config.Config, log *slog.Logger) (_ *database, err error) {
	d := &database{url: cfg.DatabaseURL.Reveal()}
	defer func() {
		if err != nil {
			d.close(context.WithoutCancel(ctx))
		}
	}()
	if !cfg.DatabaseURL.IsSet() {
		d.options = db.ClusterOptions{DataDir: cfg.DataDir, BinDir: cfg.PGBin, Log: log, Durable: true}
		if d.cluster, err = db.StartCluster(ctx, d.options); err != nil {
			return nil, err
		}
		d.url = d.cluster.URL()
	}
	if d.pool, err = db.Open(ctx, db.Options{URL: d.url}); err != nil {
		if d.cluster == nil {
			err = fmt.Errorf("DATABASE_URL: %w", err)
		}
		return nil, err
	}
	if cfg.RunMigrations {
		err = d.migrate(ctx, log)
	}
	return d, err
}

// migrate brings the schema up to date; it asks first, which is quicker.
func (d *database) migrate(ctx context.Context, log *slog.Logger) error {
	pending, err := db.Pending(ctx, d.pool)
	if err != nil || len(pending) == 0 {
		return err
	}
	return db.Migrate(ctx, d.url, log)
}

// current fails where migrations are pending, for commands that need them.
func (d *database) current(ctx context.Context) error {
	pending, err := db.Pending(ctx, d.pool)
	if err == nil && len(pending) > 0 {
		err = fmt.Errorf("the database lacks %s: type `roseash migrate` first", plural(len(pending), "migration"))
	}
	return err
}

// seedLock is the advisory lock of the process that stores the demo.
const seedLock = 0x726f7365736564 // "rosesed"

// alone waits until no other process does the same, and runs fn.
func (d *database) alone(ctx context.Context, lock int64, fn func() error) error {
	for {
		if held, err := db.Alone(ctx, d.pool, lock, fn); held || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// close gives the database back, within ctx. The private cluster is stopped by
// the process that started it and by no other.
func (d *database) close(ctx context.Context) error {
	if d.pool != nil {
		closed := make(chan struct{})
		go func() {
			defer close(closed)
			d.pool.Close() // waits for whoever still holds a connection
		}()
		select {
		case <-closed:
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
		}
	}
	if d.cluster == nil {
		return nil
	}
	return d.cluster.Stop(ctx)
}

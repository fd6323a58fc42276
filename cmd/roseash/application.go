// The services on an open database, for commands that do one thing and end.

package main

import (
	"context"
	"math"
	"runtime/debug"
	"time"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/shared/config"
)

// collectSeldom is for commands that render much and end: what they make is soon of
// no use, and collecting it less often takes up to a fifth off the time. The limit
// keeps the process small on a large site. GOGC and GOMEMLIMIT win.
func collectSeldom(percent int) {
	if usual := debug.SetGCPercent(percent); usual != 100 {
		debug.SetGCPercent(usual)
	}
	if usual := debug.SetMemoryLimit(-1); usual == math.MaxInt64 {
		debug.SetMemoryLimit(256 << 20)
	}
}

// closing is how long a command may take to give the database back.
const closing = 5 * time.Second

// withApp runs fn with the services, on a database whose schema is current.
func (c *call) withApp(ctx context.Context, fn func(cfg config.Config, d *database, app *api.App) error) error {
	cfg, err := c.load("")
	if err != nil {
		return err
	}
	log := logger(cfg, c.err)
	d, err := openDatabase(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
		defer cancel()
		if err := d.close(ctx); err != nil {
			log.Warn("closing the database", "error", err)
		}
	}()
	if err := d.current(ctx); err != nil {
		return err
	}
	app, err := api.New(api.AppOptions{Config: cfg, Pool: d.pool, Log: log})
	if err != nil {
		return err
	}
	defer app.Close()
	return fn(cfg, d, app)
}

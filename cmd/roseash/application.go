// The services on an open database, for commands that do one thing and end.

package main

import (
	"context"
	"time"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/shared/config"
)

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

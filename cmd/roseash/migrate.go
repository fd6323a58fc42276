// migrate: the schema brought up to date, as a job of its own.

package main

import (
	"context"
	"fmt"

	"rose-ash.com/roseash/db"
)

// migrate brings the schema up to date whatever RUN_MIGRATIONS says.
func migrate(ctx context.Context, c *call) error {
	if _, err := c.parse(c.flags(), 0, 0); err != nil {
		return err
	}
	cfg, err := c.load("")
	if err != nil {
		return err
	}
	cfg.RunMigrations = false
	log := logger(cfg, c.err)
	d, err := openDatabase(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer d.close(context.WithoutCancel(ctx))
	pending, err := db.Pending(ctx, d.pool)
	if err != nil {
		return err
	}
	if err := d.migrate(ctx, log); err != nil {
		return err
	}
	if len(pending) == 0 {
		fmt.Fprintln(c.out, "The schema is current.")
	} else {
		fmt.Fprintf(c.out, "The schema is current; %s applied.\n", plural(len(pending), "migration"))
	}
	return nil
}

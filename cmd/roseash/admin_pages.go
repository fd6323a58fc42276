// admin pages: what was built, going back, and going on.

package main

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"text/tabwriter"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/ssg"
)

// listGenerations prints the last changes of the built site.
func listGenerations(ctx context.Context, c *call) error {
	return c.withBuilder(ctx, 0, func(b *ssg.Builder, _ []string) error {
		list, paused, err := b.Generations(ctx)
		if err != nil {
			return err
		}
		if paused {
			fmt.Fprintln(c.out, "Publishing is paused after a rollback: type `roseash admin pages resume` to go on.")
		}
		table := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "GENERATION\tMADE AT\tBY\tSTATE\tWRITTEN\tDELETED")
		for _, g := range list {
			state := "live"
			if !g.Live {
				state = "ready"
			}
			fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%d\t%d\n", g.ID, g.MadeAt.UTC().Format("2006-01-02 15:04:05"), g.Kind, state, g.Written, g.Deleted)
		}
		return table.Flush()
	})
}

// rollBack brings the built site back to what it was after a generation.
func rollBack(ctx context.Context, c *call) error {
	return c.withBuilder(ctx, 1, func(b *ssg.Builder, args []string) error {
		to, err := strconv.ParseInt(args[0], 10, 64)
		if err != nil || to < 1 {
			return usageError("GENERATION is a number that `roseash admin pages` shows")
		}
		did, err := b.Rollback(ctx, to)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "Back at generation %d: %s. Type `roseash admin pages resume` to go on.\n", to, did)
		return nil
	})
}

// resume ends the pause after a rollback.
func resume(ctx context.Context, c *call) error {
	return c.withBuilder(ctx, 0, func(b *ssg.Builder, _ []string) error {
		if err := b.Resume(ctx); err != nil {
			return err
		}
		fmt.Fprintln(c.out, "Publishing goes on: all pages are made anew from the data.")
		return nil
	})
}

// withBuilder runs fn with a builder that has not been started.
func (c *call) withBuilder(ctx context.Context, args int, fn func(b *ssg.Builder, args []string) error) error {
	given, err := c.parse(c.flags(), args, args)
	if err != nil {
		return err
	}
	return c.withApp(ctx, func(cfg config.Config, d *database, app *api.App) error {
		builder, output, err := newBuilder(cfg, d.pool, app, slog.Default(), nil)
		if err != nil {
			return err
		}
		defer output.Close()
		return fn(builder, given)
	})
}

// seed: the demo co-op stored in the database.

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/seed"
)

// storeDemo stores the demo co-op; a second time changes nothing.
func storeDemo(ctx context.Context, c *call) error {
	if _, err := c.parse(c.flags(), 0, 0); err != nil {
		return err
	}
	return c.withApp(ctx, func(_ config.Config, d *database, app *api.App) error {
		demo, err := seed.Content()
		if err != nil {
			return err
		}
		var report api.SeedReport
		err = d.alone(ctx, seedLock, func() error {
			report, err = app.Seed(ctx, demo, progress(c.err, "storing the demo"))
			return err
		})
		if err != nil {
			return err
		}
		if report == (api.SeedReport{}) {
			fmt.Fprintln(c.out, "The demo is there already; nothing was changed.")
			return nil
		}
		fmt.Fprintf(c.out, "Stored %s, %s, %s and %s.\n", plural(report.Posts, "post"), plural(report.Pages, "page"),
			plural(report.Categories, "category"), plural(report.Products, "product"))
		fmt.Fprintln(c.out, buildsPages)
		return nil
	})
}

// buildsPages is what a command says that changed what is on pages.
const buildsPages = "The pages are built by a `roseash serve` that runs, or when the next one starts."

// seedMark is in the data directory while the demo is being stored, so that a
// start after one that was broken off goes on with it.
const seedMark = "seed.unfinished"

// firstSeed stores the demo where nobody has written anything yet. Of processes
// that start together one does it, and the others wait.
func firstSeed(ctx context.Context, dataDir string, d *database, app *api.App, log *slog.Logger, drawn func(done, total int)) error {
	if pending, err := db.Pending(ctx, d.pool); err != nil || len(pending) > 0 {
		return err
	}
	return d.alone(ctx, seedLock, func() error {
		mark := filepath.Join(dataDir, seedMark)
		if _, err := os.Stat(mark); errors.Is(err, fs.ErrNotExist) {
			untouched, err := app.Untouched(ctx)
			if err != nil || !untouched {
				return err
			}
		}
		demo, err := seed.Content()
		if err != nil {
			return err
		}
		if err := os.WriteFile(mark, nil, 0o644); err != nil {
			return err
		}
		report, err := app.Seed(ctx, demo, drawn)
		if err != nil {
			return err
		}
		log.Info("the database was empty: the demo co-op is stored", "posts", report.Posts, "pages", report.Pages, "products", report.Products)
		return os.Remove(mark)
	})
}

// The generator of pages, wired to the services it reads.

package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/paging"
	"rose-ash.com/roseash/db"
	site "rose-ash.com/roseash/site-templates"
	"rose-ash.com/roseash/ssg"
)

// newBuilder makes the generator on the directory of the built site. Close the
// output after it has ended.
func newBuilder(cfg config.Config, pool *db.Pool, app *api.App, log *slog.Logger, drawn func(done, total int)) (*ssg.Builder, *ssg.Output, error) {
	output, err := ssg.OpenOutput(cfg.PublicDir)
	if err != nil {
		return nil, nil, fmt.Errorf("ROSEASH_PUBLIC_DIR: the built site cannot be written: %w", err)
	}
	return ssg.New(ssg.Config{
		Maker:  newMaker(cfg, pool, app, log),
		Output: output, Compress: true, Progress: drawn,
	}), output, nil
}

// newMaker makes what renders pages.
func newMaker(cfg config.Config, pool *db.Pool, app *api.App, log *slog.Logger) ssg.Maker {
	return ssg.Maker{
		Pool: pool, Sources: ssg.Sources{Blog: app.Blog, Market: app.Market, Lists: paging.Stored{DB: pool}}, Clock: clock.System{},
		Renderer: ssg.NewRenderer(cfg.Sites, site.DefaultAssets(), site.Files()), Fingerprint: fingerprint(cfg), Log: log,
	}
}

// fingerprint names what pages are made with besides the data: this program,
// the templates in it, and the addresses of the apps.
func fingerprint(cfg config.Config) string {
	sum := sha256.New()
	io.WriteString(sum, strings.Join(append(cfg.Sites.Origins(), cfg.Sites.Trees()...), "\n"))
	if path, err := os.Executable(); err == nil {
		if f, err := os.Open(path); err == nil {
			defer f.Close()
			io.Copy(sum, f)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// build makes every page once, whatever is there already.
func build(ctx context.Context, c *call) error {
	if _, err := c.parse(c.flags(), 0, 0); err != nil {
		return err
	}
	return c.withApp(ctx, func(cfg config.Config, d *database, app *api.App) error {
		builder, output, err := newBuilder(cfg, d.pool, app, slog.Default(), progress(c.err, "building"))
		if err != nil {
			return err
		}
		defer output.Close()
		built, err := builder.Build(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "Built %s in %s.\n", plural(built.Pages, "page"), cfg.PublicDir)
		return nil
	})
}

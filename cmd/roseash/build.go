// build: every page made once, out of the database or out of an API.

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/media"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/ssg"
	"rose-ash.com/roseash/ssg/linkcheck"
	"rose-ash.com/roseash/ssg/remote"
)

// buildOptions are what the command line says of a build.
type buildOptions struct {
	api, public             string
	compress, asJSON, check bool
}

// build makes every page once, whatever is there already, and says what it did. It
// ends with exit code 1 where a page could not be made, and where a link that was
// to be checked is broken.
func build(ctx context.Context, c *call) error {
	var o buildOptions
	flags := c.flags()
	flags.StringVar(&o.api, "api", "", "`address` of a site whose API is read instead of the database")
	flags.StringVar(&o.public, "public", "", "`directory` of what is built from --api; else ROSEASH_PUBLIC_DIR")
	flags.BoolVar(&o.compress, "compress", true, "make .br and .gz files beside the pages")
	flags.BoolVar(&o.asJSON, "json", false, "print what was done as JSON")
	flags.BoolVar(&o.check, "check", false, "follow the site's own links, and fail where one is broken")
	if _, err := c.parse(flags, 0, 0); err != nil {
		return err
	}
	collectSeldom(400)
	if o.api != "" {
		return c.buildFrom(ctx, o)
	}
	if o.public != "" {
		return usageError("--public goes with --api; elsewhere the directory is ROSEASH_PUBLIC_DIR")
	}
	return c.withApp(ctx, func(cfg config.Config, d *database, app *api.App) error {
		builder, output, err := newBuilder(cfg, d.pool, app, slog.Default(), progress(c.err, "building"))
		if err != nil {
			return err
		}
		defer output.Close()
		builder.Compress = o.compress
		built, err := builder.Build(ctx)
		return c.finishBuild(ctx, o, cfg, built, err, kept(ctx, app.Media))
	})
}

// buildFrom makes the site of an API, without a database.
func (c *call) buildFrom(ctx context.Context, o buildOptions) error {
	cfg, err := c.load("")
	if err != nil {
		return err
	}
	if o.public != "" {
		cfg.PublicDir = o.public
	}
	log := logger(cfg, c.err)
	output, err := ssg.OpenOutput(cfg.PublicDir)
	if err != nil {
		return fmt.Errorf("%s: the built site cannot be written: %w", printable(cfg.PublicDir), err)
	}
	defer output.Close()
	start := time.Now()
	from, err := remote.Open(ctx, remote.Options{URL: o.api, Log: log})
	if err != nil {
		return fmt.Errorf("--api: %w", err)
	}
	opening := time.Since(start)
	built, err := ssg.Static(ctx, newMakerOf(cfg, from.Sources(), log), output, ssg.StaticOptions{
		Compress: o.compress, Progress: progress(c.err, "building"),
	})
	built.Plan, built.Took = built.Plan+opening, built.Took+opening
	return c.finishBuild(ctx, o, cfg, built, err, nil)
}

// finishBuild checks what was built, if that is wanted, and says what came out.
func (c *call) finishBuild(ctx context.Context, o buildOptions, cfg config.Config, built ssg.Built, err error, kept func(path string) bool) error {
	if err != nil && !errors.Is(err, ssg.ErrNotMade) {
		return err
	}
	report := buildReport{Built: built, dir: cfg.PublicDir}
	if o.check {
		links, err := linkcheck.Check(ctx, linkcheck.Options{Dir: cfg.PublicDir, Sites: cfg.Sites, Media: kept})
		if err != nil {
			return fmt.Errorf("checking the links: %w", err)
		}
		report.Links = &links
	}
	if o.asJSON {
		if err := report.json(c.out); err != nil {
			return err
		}
	} else {
		report.text(c.out)
	}
	if err == nil && report.Links != nil && len(report.Links.Broken) > 0 {
		return errReported
	}
	return err
}

// kept tells the paths of images that there are. Where the database does not answer,
// an image is believed to be there.
func kept(ctx context.Context, images *media.Service) func(path string) bool {
	return func(path string) bool {
		hash, name, ok := urls.Media("").Kept(path)
		if !ok {
			return false
		}
		image, err := images.Stored(ctx, hash)
		_, resized := urls.ResizedWidth(name)
		return err != nil && problem.Code(err) != "not_found" || err == nil && (name == image.Name || resized)
	}
}

// Our side of read: the whole API as the binary serves it, logging included.

package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/db"
)

// serveOurs is the router of every domain with all its middleware, on the pool
// of the product, with the access log as JSON into a file nobody reads. No
// cache is given to it. The bus does not run: what is measured is requests.
func serveOurs(ctx context.Context, url, dir string) (http.Handler, error) {
	app, err := ourApp(ctx, url, dir)
	if err != nil {
		return nil, err
	}
	return app.Handler(nil), nil
}

// ourApp is the product on the database at url, with these settings besides.
func ourApp(ctx context.Context, url, dir string, settings ...string) (*api.App, error) {
	out, err := os.Create(filepath.Join(dir, "access.log"))
	if err != nil {
		return nil, err
	}
	log := slog.New(api.LogHandler(slog.NewJSONHandler(out, nil)))
	c, err := config.Load(config.Options{Environ: append([]string{
		"ROSEASH_DATA_DIR=" + dir,
		"ROSEASH_READ_LIMIT=1000000000", // counted like any request, and never refused
	}, settings...)})
	if err != nil {
		return nil, err
	}
	token, err := auth.Development(dir)
	if err != nil {
		return nil, err
	}
	pool, err := db.Open(ctx, db.Options{URL: url, MaxConns: connections})
	if err != nil {
		return nil, err
	}
	return api.New(api.AppOptions{Config: c, Pool: pool, Verifier: token, Log: log})
}

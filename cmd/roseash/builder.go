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
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/paging"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
	site "rose-ash.com/roseash/site-templates"
	"rose-ash.com/roseash/ssg"
	"rose-ash.com/roseash/ssg/sink"
)

// newBuilder makes the generator on the directory of the built site. Close the
// output after it has ended.
func newBuilder(cfg config.Config, pool *db.Pool, app *api.App, log *slog.Logger, drawn func(done, total int)) (*ssg.Builder, *ssg.Output, error) {
	output, err := ssg.OpenOutput(cfg.PublicDir)
	if err != nil {
		return nil, nil, fmt.Errorf("ROSEASH_PUBLIC_DIR: the built site cannot be written: %w", err)
	}
	targets, err := sink.Open(cfg, sink.Options{Builder: output.ID(), Log: log})
	if err != nil {
		output.Close()
		return nil, nil, err
	}
	return ssg.New(ssg.Config{
		Maker:  newMaker(cfg, pool, app, log),
		Output: output, Compress: true, Progress: drawn, Targets: targets,
		Spread: func(ctx context.Context, tx pgx.Tx, parts []int64) error { return spread(ctx, app.Bus, tx, parts) },
	}), output, nil
}

// part is the job of rendering one part of a large build.
type part struct {
	Part int64 `json:"part"`
}

// Kind names the job in the database.
func (part) Kind() string { return "pages.render_part" }

// partQueue has few workers: rendering takes all of a processor.
const (
	partQueue   = "pages"
	partWorkers = 2
)

// spread calls the workers of all processes for help with a large build.
func spread(ctx context.Context, b *bus.Bus, tx pgx.Tx, parts []int64) error {
	jobs := make([]river.InsertManyParams, len(parts))
	for i, id := range parts {
		jobs[i] = river.InsertManyParams{Args: part{id}, InsertOpts: &river.InsertOpts{Queue: partQueue}}
	}
	return b.InsertManyTx(ctx, tx, jobs)
}

// partWorker renders parts of large builds.
type partWorker struct {
	river.WorkerDefaults[part]
	maker ssg.Maker
}

// Timeout is what a part of some hundred pages may take on a slow machine.
func (*partWorker) Timeout(*river.Job[part]) time.Duration { return time.Minute }

// Work renders a part, where nobody has done so.
func (w *partWorker) Work(ctx context.Context, job *river.Job[part]) error {
	return w.maker.Help(ctx, job.Args.Part)
}

// helpWithPages registers what renders parts of large builds in this process.
func helpWithPages(cfg config.Config, pool *db.Pool, app *api.App, log *slog.Logger) {
	app.Bus.AddQueue(partQueue, partWorkers)
	bus.AddWorker(app.Bus, &partWorker{maker: newMaker(cfg, pool, app, log)})
}

// newMaker makes what renders pages out of the database.
func newMaker(cfg config.Config, pool *db.Pool, app *api.App, log *slog.Logger) ssg.Maker {
	maker := newMakerOf(cfg, ssg.Sources{Blog: app.Blog, Market: app.Market, Events: app.Events, Lists: paging.Stored{DB: pool}}, log)
	maker.Pool, maker.Fingerprint = pool, fingerprint(cfg)
	return maker
}

// newMakerOf makes what renders pages out of anything.
func newMakerOf(cfg config.Config, sources ssg.Sources, log *slog.Logger) ssg.Maker {
	renderer := ssg.NewRenderer(cfg.Sites, site.DefaultAssets(), site.Files())
	renderer.Media = urls.Media(cfg.MediaURL)
	return ssg.Maker{Sources: sources, Clock: clock.System{}, Renderer: renderer, Log: log}
}

// fingerprint names what pages are made with besides the data: this program,
// the templates in it, and the addresses of the apps.
func fingerprint(cfg config.Config) string {
	sum := sha256.New()
	io.WriteString(sum, strings.Join(append(cfg.Sites.Origins(), cfg.Sites.Trees()...), "\n"))
	sum.Write(program())
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// program is the hash of this program, read once.
var program = sync.OnceValue(func() []byte {
	sum := sha256.New()
	if path, err := os.Executable(); err == nil {
		if f, err := os.Open(path); err == nil {
			defer f.Close()
			io.Copy(sum, f)
		}
	}
	return sum.Sum(nil)
})

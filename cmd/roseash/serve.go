// serve: which roles run in this process, how it starts and how it ends.

package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/cache"
	"rose-ash.com/roseash/api/shared/config"
)

// serve runs the roles that are asked for until a signal comes.
func serve(ctx context.Context, c *call) error {
	flags := c.flags()
	roles := flags.String("roles", config.AllRoles, "what this process does: some of api, worker and builder")
	seed := flags.String("seed", "auto", "auto: store the demo in an empty database, on loopback only; or never")
	if _, err := c.parse(flags, 0, 0); err != nil {
		return err
	}
	if *seed != "auto" && *seed != "never" {
		return usageError("--seed is auto or never")
	}
	return c.serve(ctx, *roles, *seed == "auto")
}

// stopWithin is how long the process may take to end, all together; the private
// PostgreSQL gets what the others leave of it, and its share at least.
const (
	stopWithin   = 1700 * time.Millisecond
	clusterShare = 300 * time.Millisecond
	workersShare = 1300 * time.Millisecond
)

// process is a running roseash.
type process struct {
	cfg     config.Config
	log     *slog.Logger
	out     io.Writer
	begun   time.Time
	public  net.Listener // nil without the role api
	private net.Listener // nil where none is named
	token   *auth.DevelopmentToken
	owner   string // address of a page that makes the first owner; empty: there is one, or nobody looks
	data    *database
	cache   *cache.Cache
	app     *api.App
	closers []func()
}

// serve starts what is quick to fail first: a mistake is told before anything
// heavy runs.
func (c *call) serve(ctx context.Context, roles string, seed bool) (err error) {
	if roles == "" {
		return usageError("--roles is some of api, worker and builder")
	}
	// Whoever read the log may end before us; that must not keep us from stopping
	// in order.
	signal.Ignore(syscall.SIGPIPE)
	p := &process{out: c.out, begun: time.Now()}
	if p.cfg, err = c.load(roles); err != nil {
		return err
	}
	p.log = logger(p.cfg, c.err)
	defer func() {
		for i := len(p.closers) - 1; i >= 0; i-- {
			p.closers[i]()
		}
	}()
	for _, step := range []func() error{p.listen, p.directories, p.developmentToken, p.payments} {
		if err := step(); err != nil {
			return err
		}
	}
	var asked atomic.Pointer[time.Time]
	defer context.AfterFunc(ctx, func() {
		now := time.Now()
		asked.Store(&now)
	})()
	err = p.start(ctx, seed)
	if err == nil {
		err = p.run(ctx)
	}
	if ctx.Err() != nil {
		err = nil // stopped as asked, wherever it was
	}
	return errors.Join(err, p.stop(asked.Load()))
}

// start opens what the roles stand on.
func (p *process) start(ctx context.Context, seed bool) (err error) {
	drawn := func(string) func(int, int) { return func(int, int) {} }
	if p.readable() {
		drawn = func(what string) func(int, int) { return progress(p.out, what) }
	}
	if !p.cfg.DatabaseURL.IsSet() {
		p.log.Info("no DATABASE_URL: a private PostgreSQL in the data directory", "data_dir", p.cfg.DataDir)
	}
	if p.data, err = openDatabase(ctx, p.cfg, p.log); err != nil {
		return err
	}
	if !p.cfg.RedisURL.IsSet() {
		p.log.Info("no REDIS_URL: Redis in process")
	}
	if p.cache, err = cache.Open(ctx, p.cfg.RedisURL.Reveal()); err != nil {
		return err
	}
	p.closers = append(p.closers, func() { p.cache.Close() })
	o := api.AppOptions{Config: p.cfg, Pool: p.data.pool, Log: p.log,
		BusOptions: []bus.Option{bus.StopWithin(workersShare)}}
	if p.token != nil {
		o.Verifier = p.token
	}
	if p.app, err = api.New(o); err != nil {
		return err
	}
	p.closers = append(p.closers, func() { p.app.Close() })
	if seed && p.cfg.StandIns() {
		return firstSeed(ctx, p.cfg.DataDir, p.data, p.app, p.log, drawn("storing the demo"))
	}
	return nil
}

// developmentToken makes the token where the stand-ins may exist. It is shown
// at the start, because it is of no use to who cannot see that.
func (p *process) developmentToken() (err error) {
	if !p.cfg.StandIns() || !p.cfg.Roles.Has(config.API) {
		return nil
	}
	p.token, err = auth.Development(p.cfg.DataDir)
	return err
}

// readable tells whether a person looks on.
func (p *process) readable() bool { return readable(p.cfg.Log, os.Stderr) }

// stop gives the database back last: the others have ended. asked is when the
// signal came, nil without one.
func (p *process) stop(asked *time.Time) error {
	if p.data == nil {
		return nil
	}
	left := clusterShare
	if asked != nil {
		left = max(left, stopWithin-time.Since(*asked))
	} else {
		left = closing // nobody waits
	}
	ctx, cancel := context.WithTimeout(context.Background(), left)
	defer cancel()
	if err := p.data.close(ctx); err != nil {
		// What is committed is safe: it says so itself.
		p.log.Warn("stopping the private PostgreSQL", "error", err)
	}
	p.log.Info("stopped")
	return nil
}

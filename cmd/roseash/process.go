// The parts of a running process, and how they end together.

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/api/web"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/ssg"
)

// buildPatience is how long the first answer waits for the first pages.
const buildPatience = 15 * time.Second

// run has the parts at work until ctx ends or one of them fails.
func (p *process) run(ctx context.Context) error {
	var builder *ssg.Builder
	if p.cfg.Roles.Has(config.Builder) {
		drawn := func(int, int) {}
		if p.readable() {
			drawn = progress(p.out, "building the site")
		}
		made, output, err := newBuilder(p.cfg, p.data.pool, p.app, p.log, drawn)
		if err != nil {
			return err
		}
		builder = made
		p.closers = append(p.closers, func() { output.Close() })
	}
	pending, err := db.Pending(ctx, p.data.pool)
	if err != nil {
		return err
	}
	if len(pending) == 0 {
		if err := p.welcome(ctx); err != nil {
			return err
		}
	}
	greeting := p.greeting(len(pending) == 0)

	schema := make(chan struct{}) // closed when it is current
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return p.keepCluster(ctx) })
	group.Go(func() error {
		p.awaitSchema(ctx, schema)
		return nil
	})
	onSchema := func(part func() error) {
		group.Go(func() error {
			select {
			case <-ctx.Done():
				return nil
			case <-schema:
				return part()
			}
		})
	}
	onSchema(func() error { return p.app.Prepare(ctx) })
	if p.private != nil {
		group.Go(func() error {
			return api.Serve(ctx, api.NewServer(p.app.PrivateHandler()), p.private, p.app.Health)
		})
	}
	if p.cfg.Roles.Has(config.Worker) {
		helpWithPages(p.cfg, p.data.pool, p.app, p.log)
		onSchema(func() error { return p.work(ctx) })
	} else {
		onSchema(func() error { return p.announce(ctx) })
	}
	if builder != nil {
		onSchema(func() error {
			if err := builder.Run(ctx); ctx.Err() == nil {
				return err
			}
			return nil
		})
		if len(pending) == 0 {
			p.awaitPages(ctx, builder.Ready())
		}
	}
	var handler http.Handler
	if p.public != nil {
		handler = p.app.Handler(p.pages())
	}
	if ctx.Err() == nil {
		greeting()
	}
	if p.public != nil {
		group.Go(func() error { return api.Serve(ctx, api.NewServer(handler), p.public, p.app.Health) })
	}
	return group.Wait()
}

// welcome makes a link for the first owner where there is none yet and somebody can see it.
// The log gets none: whoever reads it later could use it.
func (p *process) welcome(ctx context.Context) (err error) {
	if p.public != nil && p.readable() {
		p.owner, err = p.app.Identity.FirstOwner(ctx)
	}
	return err
}

// work runs the bus. Jobs that do not end in time are no failure of the stop.
func (p *process) work(ctx context.Context) error {
	err := p.app.Bus.Run(ctx)
	if errors.Is(err, bus.ErrJobsLeft) {
		p.log.Warn("some jobs did not end in time; another process takes them over")
		return nil
	}
	return err
}

// pages hands out the built site; nil where its directory is not there, as in a
// process behind a server that has the pages.
func (p *process) pages() http.Handler {
	site, err := web.OpenSite(p.cfg.PublicDir, p.cfg.Sites)
	if err != nil {
		p.log.Warn("the built site is not served by this process", "public_dir", p.cfg.PublicDir, "error", err)
		return nil
	}
	p.closers = append(p.closers, func() { site.Close() })
	maker := newMaker(p.cfg, p.data.pool, p.app, p.log)
	site.Missing = &maker
	return site
}

// awaitSchema closes current when no migration is pending, which somebody else
// sees to where this process may not.
func (p *process) awaitSchema(ctx context.Context, current chan<- struct{}) {
	for said := false; ; {
		pending, err := db.Pending(ctx, p.data.pool)
		if err == nil && len(pending) == 0 {
			close(current)
			return
		}
		if err == nil && !said {
			said = true
			p.log.Warn("the schema is not current: type `roseash migrate`; until then this process is not ready", "pending", len(pending))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(schemaEvery):
		}
	}
}

// schemaEvery is how soon a process notices that the schema was migrated.
const schemaEvery = 500 * time.Millisecond

// announce tells the processes that work about handlers that only this one's
// version has; it is done by who runs the bus, and here by who only emits. It is
// repeated because what nobody announces for a day is forgotten.
func (p *process) announce(ctx context.Context) error {
	for {
		if err := p.app.Bus.Announce(ctx); err != nil && ctx.Err() == nil {
			p.log.Warn("the handlers could not be announced", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Minute):
		}
	}
}

// awaitPages waits for the first build where there is nothing to show yet.
func (p *process) awaitPages(ctx context.Context, ready <-chan struct{}) {
	if _, err := os.Stat(filepath.Join(p.cfg.PublicDir, urls.MainTree, "index.html")); err == nil {
		return
	}
	select {
	case <-ctx.Done():
	case <-ready:
	case <-time.After(buildPatience):
		p.log.Warn("the site is not built yet; it appears when it is")
	}
}

// takeOverEvery is how soon the private cluster of a process that ended is
// started again by one that used it too.
const takeOverEvery = time.Second

// keepCluster ends the process when its own PostgreSQL ends unasked. One that
// another process owns is taken over when that process is gone.
func (p *process) keepCluster(ctx context.Context) error {
	if p.data.cluster == nil {
		return nil
	}
	ticks := time.NewTicker(takeOverEvery)
	defer ticks.Stop()
	for !p.data.cluster.Owned() {
		select {
		case <-ctx.Done():
			return nil
		case <-ticks.C:
		}
		o := p.data.options
		o.Log = nil
		c, err := db.StartCluster(ctx, o)
		switch {
		case ctx.Err() != nil:
			if err == nil {
				c.Stop(context.WithoutCancel(ctx))
			}
			return nil
		case err != nil:
			p.log.Error("the private PostgreSQL of another process is gone and could not be started again", "error", err)
		case !c.Owned():
		case c.URL() != p.data.url:
			c.Stop(ctx)
			return errors.New("the private PostgreSQL of another process is gone, and a new one has another address: start again")
		default:
			p.data.cluster = c
			p.log.Info("the process that ran the private PostgreSQL is gone: this one runs it now", "dir", c.Dir())
		}
	}
	select {
	case <-ctx.Done():
		return nil
	case <-p.data.cluster.Done():
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("the private PostgreSQL ended by itself: see %s", filepath.Join(p.data.cluster.Dir(), "postgres.log"))
	}
}

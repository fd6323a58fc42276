// The builder: events in, files out.

package ssg

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/ssg/internal/ssgdb"
)

// Config is what a Builder is made of.
type Config struct {
	Pool     *db.Pool
	Blog     Blog
	Market   Market
	Renderer *Renderer
	Output   *Output
	// Fingerprint names the templates and addresses that pages are made with. The
	// trees are built anew when it is not the one they were built with.
	Fingerprint string
	Log         *slog.Logger
	// Progress is called after each rendered unit of a full build; may be nil.
	Progress func(done, total int)
}

// Builder keeps the built trees as the data says. There is one at a time on a
// database; a second one waits.
type Builder struct {
	Config
	ready    chan struct{}
	announce sync.Once
	current  bool          // the trees were made current once
	failed   map[Unit]bool // to be tried again
}

// New makes a builder. Nothing is built before Run or Build.
func New(c Config) *Builder {
	if c.Progress == nil {
		c.Progress = func(int, int) {}
	}
	return &Builder{Config: c, ready: make(chan struct{}), failed: map[Unit]bool{}}
}

// Ready is closed once the trees have been found or made current by Run.
func (b *Builder) Ready() <-chan struct{} { return b.ready }

// allEvents is how many a full build acknowledges at the most: what they changed
// it has read. More are drained after it.
const allEvents = 100_000

// batchSize is how many events are drained at once.
const batchSize = 500

// Run makes the trees current and keeps them so until ctx ends. It survives a
// database that goes away; what could not be built is tried again each second.
func (b *Builder) Run(ctx context.Context) error {
	waiting := false
	for range bus.Listen(ctx, b.Pool) {
		err := b.alone(ctx, func() error { return b.keep(ctx) })
		switch {
		case err == nil || ctx.Err() != nil:
			waiting = false
		case errors.Is(err, errBusy):
			if !waiting {
				b.Log.Info("another builder is at work on this database; waiting for it")
			}
			waiting, b.current = true, false
		default:
			b.Log.Error("building pages failed, trying again", "error", err)
			pause(ctx, time.Second)
		}
	}
	return ctx.Err()
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// builderLock is the advisory lock of the builder at work.
const builderLock = 0x726f7365737367 // "rosessg"

// errBusy says that another process builds on this database.
var errBusy = errors.New("another builder is at work on this database")

// alone runs fn while this process is the only builder; else it fails with errBusy.
func (b *Builder) alone(ctx context.Context, fn func() error) error {
	held, err := db.Alone(ctx, b.Pool, builderLock, fn)
	if err == nil && !held {
		return errBusy
	}
	return err
}

// keep brings the trees up to date: wholly at first, by events after.
func (b *Builder) keep(ctx context.Context) error {
	if !b.current {
		if err := b.catchUp(ctx); err != nil {
			return err
		}
		b.current = true
		b.announce.Do(func() { close(b.ready) })
	}
	for {
		n, err := b.drain(ctx)
		if err != nil || n < batchSize {
			return err
		}
	}
}

// catchUp builds everything where the trees were made with something else, and
// else only the units whose files are missing or of another size.
func (b *Builder) catchUp(ctx context.Context) error {
	was, err := lastFingerprint(ctx, b.Pool)
	if err != nil {
		return err
	}
	if was != b.Fingerprint {
		return b.full(ctx)
	}
	known, err := b.manifest(ctx, nil)
	if err != nil {
		return err
	}
	var damaged []Unit
	for _, f := range known {
		if f.hash == nil {
			damaged = append(damaged, f.unit)
		}
	}
	if len(damaged) > 0 {
		b.Log.Warn("pages are missing from the built site and are made again", "units", len(damaged))
		if err := b.build(ctx, sortUnits(damaged), nil); err != nil {
			return err
		}
		if known, err = knownPages(ctx, b.Pool, nil); err != nil {
			return err
		}
	}
	return b.sweep(known)
}

// manifest is what is known of the files of some units, or of all where units is
// nil. One that is gone or of another size has no hash: it is written whatever
// the manifest says.
func (b *Builder) manifest(ctx context.Context, units []Unit) (map[place]filed, error) {
	known, err := knownPages(ctx, b.Pool, units)
	for at, f := range known {
		if b.Output.Size(at.tree, at.file) != f.size {
			f.hash = nil
			known[at] = f
		}
	}
	return known, err
}

func (b *Builder) sweep(known map[place]filed) error {
	return b.Output.Sweep(func(tree, file string) bool {
		_, ok := known[place{tree, file}]
		return ok
	})
}

// Build makes the whole site once and returns; it fails where another builder is
// at work.
func (b *Builder) Build(ctx context.Context) error {
	return b.alone(ctx, func() error { return b.full(ctx) })
}

// full builds every unit there is, drops what no unit makes, and acknowledges
// the events that were there when it began: what they changed has been read.
func (b *Builder) full(ctx context.Context) error {
	start := time.Now()
	events, err := bus.Unbuilt(ctx, b.Pool, allEvents)
	if err != nil {
		return err
	}
	units, err := everything(ctx, b.Blog, b.Market)
	if err != nil {
		return err
	}
	known, err := b.manifest(ctx, nil)
	if err != nil {
		return err
	}
	results, failed := b.render(ctx, units, b.Progress)
	if err := ctx.Err(); err != nil {
		return err
	}
	written, err := b.apply(ctx, known, results, failed, events, true)
	if err != nil {
		return err
	}
	if known, err = knownPages(ctx, b.Pool, nil); err != nil {
		return err
	}
	b.Log.Info("site built", "pages", len(known), "written", written, "took", time.Since(start).Round(time.Millisecond))
	return b.sweep(known)
}

// drain builds what one batch of events touches and acknowledges them.
func (b *Builder) drain(ctx context.Context) (int, error) {
	events, err := bus.Unbuilt(ctx, b.Pool, batchSize)
	if err != nil || len(events) == 0 && len(b.failed) == 0 {
		return 0, err
	}
	units, err := b.plan(ctx, events)
	if err != nil {
		return 0, err
	}
	return len(events), b.build(ctx, units, events)
}

func (b *Builder) plan(ctx context.Context, events []bus.Record) ([]Unit, error) {
	change, err := Changed(events)
	if err != nil {
		return nil, err
	}
	read, err := dependents(ctx, b.Pool, change.Keys)
	if err != nil {
		return nil, err
	}
	for u := range b.failed {
		read = append(read, u)
	}
	var neighbours []contract.PostID
	for _, p := range change.Posts {
		n, err := b.Blog.Neighbours(ctx, p)
		if err != nil {
			return nil, err
		}
		for _, c := range []*contract.PostCard{n.Newer, n.Older} {
			if c != nil {
				neighbours = append(neighbours, c.ID)
			}
		}
	}
	return Plan(change, read, neighbours), nil
}

// build renders units, writes what differs and acknowledges events.
func (b *Builder) build(ctx context.Context, units []Unit, events []bus.Record) error {
	start := time.Now()
	known, err := b.manifest(ctx, units)
	if err != nil {
		return err
	}
	results, failed := b.render(ctx, units, func(int, int) {})
	if err := ctx.Err(); err != nil {
		return err
	}
	written, err := b.apply(ctx, known, results, failed, events, false)
	if err == nil && len(events) > 0 {
		b.Log.Info("pages built", "events", len(events), "rendered", len(results), "written", written,
			"took", time.Since(start).Round(time.Millisecond))
	}
	return err
}

// render makes the pages of units, some at a time, in the order of units. One
// that fails is left out, so that it holds up nobody else.
func (b *Builder) render(ctx context.Context, units []Unit, progress func(done, total int)) (results []rendered, failed []Unit) {
	shared := newBatch(ctx, b.Blog, b.Market)
	out := make([]*rendered, len(units))
	var mu sync.Mutex
	done := 0
	var group errgroup.Group
	group.SetLimit(max(2, runtime.GOMAXPROCS(0)))
	for i, u := range units {
		group.Go(func() error {
			r := &reader{blog: b.Blog, market: b.Market, batch: shared, keys: map[string]bool{}}
			pages, err := b.Renderer.guarded(ctx, r, u)
			mu.Lock()
			defer mu.Unlock()
			done++
			progress(done, len(units))
			if err != nil {
				if ctx.Err() == nil {
					b.Log.Error("a page could not be made and stays as it was", "unit", string(u), "error", err)
				}
				failed = append(failed, u)
				return nil
			}
			out[i] = &rendered{unit: u, pages: stamped(u, pages), keys: r.keys}
			return nil
		})
	}
	group.Wait()
	for _, r := range out {
		if r != nil {
			results = append(results, *r)
		}
	}
	return results, failed
}

// apply announces what it will write, writes and removes files, then tells the
// database in one transaction. A crash in between leaves the events as they were,
// and every file that was begun known and without a hash: whatever the data says
// by then, it is written again or removed.
func (b *Builder) apply(ctx context.Context, known map[place]filed, results []rendered, failed []Unit, events []bus.Record, whole bool) (int, error) {
	for at, f := range known {
		if slices.Contains(failed, f.unit) {
			delete(known, at) // its files stay
		}
	}
	d := compare(known, results)
	if err := announce(ctx, b.Pool, d.write); err != nil {
		return 0, err
	}
	for _, p := range d.write {
		if err := b.Output.Write(p.Tree, p.File, p.Body); err != nil {
			return 0, fmt.Errorf("writing the built site: %w", err)
		}
	}
	for _, at := range d.drop {
		if err := b.Output.Remove(at.tree, at.file); err != nil {
			return 0, fmt.Errorf("removing from the built site: %w", err)
		}
	}
	ids := make([]int64, len(events))
	for i, e := range events {
		ids[i] = e.ID
	}
	err := unhurried(ctx, b.Pool, func(tx pgx.Tx) error {
		if err := record(ctx, tx, d, results); err != nil {
			return err
		}
		fingerprint := b.Fingerprint
		if len(failed) > 0 {
			fingerprint = "" // the next start builds everything
		}
		if whole || len(failed) > 0 {
			if err := ssgdb.New(tx).PutFingerprint(ctx, fingerprint); err != nil {
				return err
			}
		}
		return bus.MarkBuilt(ctx, tx, ids)
	})
	if err != nil {
		return 0, err
	}
	for _, r := range results {
		delete(b.failed, r.unit)
	}
	for _, u := range failed {
		b.failed[u] = true
	}
	return len(d.write), nil
}

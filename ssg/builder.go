// The builder: events in, files out.

package ssg

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/paging"
	"rose-ash.com/roseash/ssg/internal/ssgdb"
)

// Config is what a Builder is made of.
type Config struct {
	Maker
	Output *Output
	Sizes  PageSizes
	// Spread makes other processes help with parts of a large build, in the
	// transaction that stores them; nil where there is nobody.
	Spread func(ctx context.Context, tx pgx.Tx, parts []int64) error
	// Targets is where the trees are delivered to; nil for nowhere.
	Targets Targets
	// Compress makes compressed siblings of the pages when nothing else is to do.
	Compress bool
	// Progress is called as a full build goes on; may be nil.
	Progress func(done, total int)
	// Watch is called after each step that changed the trees; may be nil.
	Watch func(Step)
}

// Builder keeps the built trees as the data says. There is one at a time on a
// database; a second one waits.
type Builder struct {
	Config
	ready   chan struct{}
	isReady bool
	current bool  // the trees were found or made whole by this process
	moved   bool  // somebody else may have led since this directory was looked through
	token   int64 // of this process as the generator

	waiting      map[int64]bool // events that wait while publishing is paused
	failed       map[Unit]bool  // could not be made when they were last tried
	planned      *batch         // read while planning work plannedFor
	plannedN     int64
	ahead        *ahead
	pending      int64      // the last applied generation that is not yet durable
	unsynced     int        // bytes in packs of such
	syncing      chan error // the result of a checkpoint beside other work
	pendingSince time.Time
	quiet        time.Time

	wentFirst   bool // events, before the full build that is to come
	total, done int  // of the full build under way

	delivery chan struct{} // wakes who delivers
}

// New makes a builder. Nothing is built before Run or Build.
func New(c Config) *Builder {
	if c.Progress == nil {
		c.Progress = func(int, int) {}
	}
	if c.Watch == nil {
		c.Watch = func(Step) {}
	}
	if c.Sizes == (PageSizes{}) {
		c.Sizes = DefaultPageSizes
	}
	if c.Sources.Lists == nil {
		c.Sources.Lists = paging.Stored{DB: c.Pool}
	}
	return &Builder{Config: c, waiting: map[int64]bool{}, ready: make(chan struct{}), delivery: make(chan struct{}, 1)}
}

// Ready is closed once the trees have been found or made current by Run.
func (b *Builder) Ready() <-chan struct{} { return b.ready }

// batchSize is how many events are planned at once.
const batchSize = 500

// Run makes the trees current and keeps them so until ctx ends. It survives a
// database that goes away and a disk that is full; what could not be built is
// tried again each second.
func (b *Builder) Run(ctx context.Context) error {
	wake := bus.Listen(ctx, b.Pool)
	waiting := false
	for ctx.Err() == nil {
		err := b.reign(ctx, wake, func() { waiting = false })
		b.current, b.ahead, b.planned, b.pending, b.unsynced, b.syncing = false, nil, nil, 0, 0, nil
		switch {
		case ctx.Err() != nil:
		case errors.Is(err, errBusy):
			if !waiting {
				b.Log.Info("another builder is at work on this site; waiting for it")
			}
			waiting = true
			pause(ctx, time.Second)
		default:
			b.Log.Error("building pages failed, trying again", "error", err)
			pause(ctx, time.Second)
		}
	}
	return ctx.Err()
}

// reign keeps the trees current as long as this process is the generator.
func (b *Builder) reign(ctx context.Context, wake <-chan struct{}, begun func()) error {
	led, release, err := b.lead(ctx)
	if err != nil {
		return err
	}
	defer release()
	begun()
	if err := b.beginDelivering(led); err != nil {
		return err
	}
	for {
		again, err := b.step(led)
		if cause := context.Cause(led); cause != nil {
			return cause
		}
		if err != nil {
			return err
		}
		if again {
			continue
		}
		select {
		case <-led.Done():
			return context.Cause(led)
		case <-wake:
		case <-time.After(calm):
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// step does what is most urgent; false where there is nothing.
func (b *Builder) step(ctx context.Context) (bool, error) {
	if !b.current {
		if err := b.catchUp(ctx); err != nil {
			return false, err
		}
		b.current = true
	}
	events, err := b.plan(ctx)
	if err != nil {
		return false, err
	}
	worked, err := b.work(ctx)
	if err != nil {
		return false, err
	}
	if !worked && !b.isReady {
		b.isReady = true
		close(b.ready)
	}
	if events || worked {
		b.quiet = time.Now()
		return true, nil
	}
	return b.leisure(ctx)
}

// leisure is what waits until nothing else is to do.
func (b *Builder) leisure(ctx context.Context) (bool, error) {
	if time.Since(b.quiet) < calm {
		return false, nil
	}
	if err := b.checkpointSoon(ctx); err != nil || !b.Compress {
		return false, err
	}
	return b.compress(ctx, compressAtLeisure)
}

// calm is how long nothing may have happened before leisure begins, so that what
// it costs the disk does not hold up a row of publishes.
const calm = 200 * time.Millisecond

// plan takes the events there are and stores what has to be rendered for them, and for
// midnight when it has passed.
func (b *Builder) plan(ctx context.Context) (bool, error) {
	events, err := b.unbuilt(ctx)
	if err != nil {
		return false, err
	}
	state, err := ssgdb.New(b.Pool).State(ctx)
	if err != nil {
		return false, err
	}
	if state.RollbackTo != nil {
		return true, b.rollbackAsked(ctx, *state.RollbackTo)
	}
	fresh, err := newBatch(ctx, b.Sources, b.Clock.Now())
	if err != nil {
		return false, err
	}
	site := hashOf(fresh.site)
	if state.Paused {
		if events, err = b.withdrawing(ctx, fresh, events); err != nil {
			return false, err
		}
	} else if clear(b.waiting); state.Fingerprint != b.Fingerprint || state.Site != site {
		first, err := b.eventsFirst(ctx, events)
		if err != nil {
			return false, err
		}
		if !first {
			return true, b.planAll(ctx, events, site, fresh.day)
		}
	}
	if state.Paused {
		state.Day = fresh.day // what was rolled back stays as it is
	}
	if len(events) == 0 && state.Day == fresh.day {
		return false, nil
	}
	return true, b.planEvents(ctx, fresh, events, state.Day)
}

// eventsFirst tells whether events come before a full build. Such a build changes
// the pages some at a time; what comes, goes and moves is done at once before, so
// that no link leads nowhere meanwhile. A site that has no pages, or very many
// events, does not wait for that, and no site twice.
func (b *Builder) eventsFirst(ctx context.Context, events []bus.Record) (bool, error) {
	if b.wentFirst || len(events) == 0 || len(events) == batchSize {
		b.wentFirst = false
		return false, nil
	}
	last, err := ssgdb.New(b.Pool).LastGeneration(ctx)
	b.wentFirst = last > 0
	return b.wentFirst, err
}

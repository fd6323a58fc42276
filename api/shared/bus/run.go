// Running: the dispatcher's loop and River's client, and how they stop.

package bus

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"
)

// ErrJobsLeft says that jobs ignored the end of their context and were left
// running when Run returned. Another process takes them over.
var ErrJobsLeft = errors.New("bus: jobs were still running at the end")

const announceEvery = time.Minute

// Run dispatches events and works jobs until ctx ends; any number of processes
// may. It survives the loss of the database and waits for one that is not there
// yet. When ctx ends it takes no more jobs, lets the running ones finish, ends
// their contexts after half of StopWithin, and returns when it is over: nil, or
// ErrJobsLeft. A job cut off in this way keeps its attempt. Run panics when
// called twice.
func (b *Bus) Run(ctx context.Context) error {
	if !b.running.CompareAndSwap(false, true) {
		panic("bus: Run called twice")
	}
	client, err := b.workingClient()
	if err != nil {
		return err
	}

	// The session lives longer than ctx: while jobs finish, its lock says that
	// they are in good hands.
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	listened := make(chan struct{})
	wake := make(chan struct{}, 1)
	s := session{pool: b.pool, log: b.log, quiet: quiet, setup: b.holdLock, wake: func() { offer(wake) }}
	go func() {
		defer close(listened)
		s.keep(life)
	}()
	defer func() { end(); <-listened }()

	if !b.start(ctx, client, wake) {
		return nil
	}
	b.loop(ctx, wake)

	select {
	case <-client.Stopped():
		return nil
	case <-time.After(b.opts.stopWithin * 7 / 8):
		return ErrJobsLeft
	}
}

// start begins to work jobs once the session holds the lock; false when ctx
// ended before.
func (b *Bus) start(ctx context.Context, client *river.Client[pgx.Tx], locked <-chan struct{}) bool {
	select {
	case <-ctx.Done():
		return false
	case <-locked:
	}
	for wait := firstRetry; ; wait = min(2*wait, lastRetry) {
		err := b.Announce(ctx)
		if err == nil {
			err = client.Start(ctx)
		}
		if err == nil {
			return true
		}
		b.log.Warn("the bus cannot start yet", "retry_in", wait, "error", err)
		select {
		case <-ctx.Done():
			return false
		case <-time.After(wait):
		}
	}
}

func (b *Bus) loop(ctx context.Context, wake <-chan struct{}) {
	ticks, announce := time.NewTicker(tick), time.NewTicker(announceEvery)
	defer ticks.Stop()
	defer announce.Stop()
	b.try(ctx, "take over jobs", b.takeOver)
	b.try(ctx, "dispatch events", b.drain)
	for {
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-announce.C:
			b.try(ctx, "announce handlers", b.Announce)
		case <-ticks.C:
			b.try(ctx, "take over jobs", b.takeOver)
		}
		b.try(ctx, "dispatch events", b.drain)
	}
}

// try logs a failure and goes on: the next tick tries again.
func (b *Bus) try(ctx context.Context, what string, fn func(context.Context) error) {
	if err := fn(ctx); err != nil && ctx.Err() == nil {
		b.log.Warn("bus: cannot "+what, "error", err)
	}
}

func (b *Bus) workingClient() (*river.Client[pgx.Tx], error) {
	return river.NewClient(riverpgxv5.New(b.pgxPool()), &river.Config{
		ID:                          b.id,
		Schema:                      riverSchema,
		Queues:                      b.queues,
		Workers:                     b.workers,
		PeriodicJobs:                b.periodic,
		FetchCooldown:               5 * time.Millisecond, // River's 100 ms would add up hop by hop
		FetchPollInterval:           time.Second,
		FetchOnlyKnownKinds:         true, // a newer version's jobs wait for that version
		RescueStuckJobsAfter:        b.opts.rescueAfter,
		SoftStopTimeout:             b.opts.stopWithin / 2,
		CompletedJobRetentionPeriod: 24 * time.Hour,
		CancelledJobRetentionPeriod: deadRetention,
		DiscardedJobRetentionPeriod: deadRetention,
		ErrorHandler:                failures{b.log},
		Logger:                      riverLog(b.log),
	})
}

// failures logs each failed attempt once; the last one as an error.
type failures struct{ log *slog.Logger }

// HandleError logs an error and leaves the job's fate to River.
func (f failures) HandleError(ctx context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	f.report(ctx, job, "error", err)
	return nil
}

// HandlePanic logs a panic with its place and leaves the job's fate to River.
func (f failures) HandlePanic(ctx context.Context, job *rivertype.JobRow, value any, trace string) *river.ErrorHandlerResult {
	f.report(ctx, job, "panic", value, "trace", trace)
	return nil
}

func (f failures) report(ctx context.Context, job *rivertype.JobRow, cause ...any) {
	level, text := slog.LevelWarn, "job failed, will be tried again"
	if job.Attempt >= job.MaxAttempts {
		level, text = slog.LevelError, "job failed for the last time"
	}
	f.log.Log(ctx, level, text, append([]any{
		"kind", job.Kind, "job", job.ID, "args", string(job.EncodedArgs), "attempt", job.Attempt, "of", job.MaxAttempts,
	}, cause...)...)
}

// riverLog is log without River's informational lines.
func riverLog(log *slog.Logger) *slog.Logger { return slog.New(warnings{log.Handler()}) }

type warnings struct{ slog.Handler }

// Enabled is true for warnings and worse.
func (w warnings) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && w.Handler.Enabled(ctx, l)
}

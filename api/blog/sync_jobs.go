// The jobs of the sync.

package blog

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/bus"
)

const (
	// ghostQueue is the queue of what asks Ghost. Each of its jobs may be done twice at once:
	// things are locked one by one.
	ghostQueue   = "ghost"
	ghostWorkers = 3

	fetchTime = 2 * time.Minute // for one thing with what it refers to
	walkTime  = 2 * time.Hour   // for everything

	// What site.changed asks for is begun when none has come for changePause, or when the
	// first has waited for changeLimit.
	changePause = 5 * time.Second
	changeLimit = 15 * time.Second

	// clockSkew is how far ahead another server's clock may be that took a webhook.
	clockSkew = time.Minute

	walkEvery  = 10 * time.Minute
	pruneEvery = time.Hour

	// A job that failed is tried again after a pause that doubles.
	firstPause = time.Second
	lastPause  = 2 * time.Minute
	// manyTries is for more than a day.
	manyTries = 1000
)

// Jobs registers what the sync does by itself: things are fetched of which webhooks tell,
// everything is compared after the site has changed, each ten minutes and at the start,
// files that were missing are copied, and what was rendered by an older version is rendered
// anew. Call it before the bus runs. Without a Ghost it only renders, and forgets old webhooks.
func (y *Sync) Jobs(b *bus.Bus) {
	b.AddQueue(ghostQueue, ghostWorkers, bus.TakenOver())
	bus.AddWorker(b, &fetchWorker{y: y})
	bus.AddWorker(b, &reconcileWorker{y: y})
	bus.AddWorker(b, &renderWorker{y: y})
	bus.AddWorker(b, &pruneHooksWorker{y: y})
	b.Periodic(river.NewPeriodicJob(river.PeriodicInterval(24*time.Hour),
		func() (river.JobArgs, *river.InsertOpts) { return renderJob{}, &river.InsertOpts{MaxAttempts: 3} },
		&river.PeriodicJobOpts{RunOnStart: true}))
	b.Periodic(river.NewPeriodicJob(river.PeriodicInterval(pruneEvery),
		func() (river.JobArgs, *river.InsertOpts) {
			return pruneHooksJob{}, &river.InsertOpts{Queue: ghostQueue, MaxAttempts: 3}
		},
		&river.PeriodicJobOpts{RunOnStart: true}))
	if y.options.Client == nil {
		return
	}
	b.Periodic(river.NewPeriodicJob(river.PeriodicInterval(walkEvery),
		func() (river.JobArgs, *river.InsertOpts) {
			// The next one comes in any case.
			return reconcileJob{PeriodLane}, &river.InsertOpts{Queue: ghostQueue, MaxAttempts: 1}
		},
		&river.PeriodicJobOpts{RunOnStart: true}))
	y.mediaJobs(b)
	y.pushJobs(b)
}

// fetchLater has one thing fetched soon after tx commits, once where that waits to be done
// already.
func (y *Sync) fetchLater(ctx context.Context, tx pgx.Tx, kind ghost.Kind, id string) error {
	return y.later(ctx, tx, fetchJob{kind, id})
}

// reconcileLater has everything compared some seconds after tx commits, once where that
// waits to be done already.
func (y *Sync) reconcileLater(ctx context.Context, tx pgx.Tx) error {
	return y.later(ctx, tx, reconcileJob{ChangeLane})
}

func (y *Sync) later(ctx context.Context, tx pgx.Tx, job river.JobArgs) error {
	if y.options.Bus == nil {
		return errors.New("blog: the sync has no bus to do things later")
	}
	return y.options.Bus.InsertOnceTx(ctx, tx, job, river.InsertOpts{Queue: ghostQueue, MaxAttempts: manyTries})
}

type fetchJob struct {
	GhostKind ghost.Kind `json:"kind"`
	ID        string     `json:"id"`
}

// Kind names the job in River's table.
func (fetchJob) Kind() string { return "ghost.fetch" }

type fetchWorker struct {
	river.WorkerDefaults[fetchJob]
	y *Sync
}

// Timeout is longer than River's: a post may have many files.
func (w *fetchWorker) Timeout(*river.Job[fetchJob]) time.Duration { return fetchTime }

// NextRetry is soon at first.
func (w *fetchWorker) NextRetry(job *river.Job[fetchJob]) time.Time { return nextTry(job.JobRow) }

// Work fetches one thing, and writes down how long the webhooks that asked for it waited.
// While Ghost gives no useful answer it is tried again, and is not lost.
func (w *fetchWorker) Work(ctx context.Context, job *river.Job[fetchJob]) error {
	y := w.y
	before := y.clock.Now()
	hooks, err := y.queries().WaitingHooks(ctx, blogdb.WaitingHooksParams{Before: before, GhostID: job.Args.ID})
	if err != nil {
		return err
	}
	changed, err := y.Fetch(ctx, job.Args.GhostKind, job.Args.ID)
	if errors.Is(err, ErrNoGhost) {
		return river.JobCancel(err)
	}
	run := laneRun{since: hooks.Oldest, seen: 1}
	if changed {
		run.changed = 1
	}
	if err == nil {
		now := y.clock.Now()
		err = y.queries().HandleHooks(ctx, blogdb.HandleHooksParams{HandledAt: &now, GhostID: job.Args.ID, Before: before})
	}
	y.laneEnded(ctx, HookLane, run, err)
	return retried(err, job.JobRow)
}

type reconcileJob struct {
	Lane Lane `json:"lane"`
}

// Kind names the job in River's table.
func (reconcileJob) Kind() string { return "ghost.reconcile" }

type reconcileWorker struct {
	river.WorkerDefaults[reconcileJob]
	y *Sync
}

// Timeout is longer than River's: the first walk stores everything.
func (w *reconcileWorker) Timeout(*river.Job[reconcileJob]) time.Duration { return walkTime }

// NextRetry is soon at first.
func (w *reconcileWorker) NextRetry(job *river.Job[reconcileJob]) time.Time {
	return nextTry(job.JobRow)
}

// Work compares everything. After site.changed it waits until no more of them come, but not
// for ever. Who was asked waits until whoever walks at the moment is done: that walk may have
// passed by what has changed.
func (w *reconcileWorker) Work(ctx context.Context, job *river.Job[reconcileJob]) error {
	change := job.Args.Lane == ChangeLane
	if change {
		now := w.y.clock.Now()
		waiting, err := w.y.queries().WaitingChanges(ctx, now.Add(clockSkew))
		if err != nil {
			return err
		}
		if waiting.Count == 0 {
			return nil // a walk has followed all of them; many at once make more jobs than one
		}
		if due := min(waiting.Last.Add(changePause).Sub(now), waiting.First.Add(changeLimit).Sub(now)); due > 0 {
			return river.JobSnooze(due)
		}
	}
	_, err := w.y.Reconcile(ctx, ReconcileOptions{Lane: job.Args.Lane})
	switch {
	case errors.Is(err, ErrNoGhost):
		return river.JobCancel(err)
	case errors.Is(err, ErrWalking) && job.Args.Lane != PeriodLane:
		return river.JobSnooze(firstPause)
	case errors.Is(err, ErrWalking), errors.Is(err, errUnfinished):
		return nil // the lane tells of it, and the next walk tries again
	case !change && err != nil && ctx.Err() == nil:
		return nil
	}
	return retried(err, job.JobRow)
}

// retried is err for River: a useless answer of Ghost's is tried again however often it
// comes, everything else for more than a day.
func retried(err error, job *rivertype.JobRow) error {
	var fault *ghost.Fault
	if !errors.As(err, &fault) {
		return err
	}
	if lasting[fault.Status] && triesOf(job) >= lastingTries {
		return river.JobCancel(err)
	}
	return river.JobSnooze(max(pauseOf(job), min(fault.RetryAfter, time.Hour)))
}

// lasting are refusals that another try seldom changes. What a fetch gave up is met again
// by the next walk, and what a push gave up by the next change here.
var lasting = map[int]bool{400: true, 403: true, 406: true, 413: true, 422: true}

// lastingTries takes about a quarter of an hour.
const lastingTries = 12

// nextTry is when River tries a job again that failed.
func nextTry(job *rivertype.JobRow) time.Time {
	if job.AttemptedAt == nil {
		return job.ScheduledAt.Add(firstPause)
	}
	return job.AttemptedAt.Add(pauseOf(job))
}

// pauseOf is how long a job pauses that failed: twice as long each time.
func pauseOf(job *rivertype.JobRow) time.Duration {
	return min(firstPause<<min(max(triesOf(job)-1, 0), 10), lastPause)
}

// triesOf is how often a job has been tried.
func triesOf(job *rivertype.JobRow) int {
	var counted struct {
		Snoozes int `json:"snoozes"`
	}
	if json.Unmarshal(job.Metadata, &counted) != nil {
		return job.Attempt
	}
	return job.Attempt + counted.Snoozes
}

type renderJob struct{}

// Kind names the job in River's table.
func (renderJob) Kind() string { return "blog.render" }

type renderWorker struct {
	river.WorkerDefaults[renderJob]
	y *Sync
}

// Timeout is longer than River's: there may be many posts.
func (w *renderWorker) Timeout(*river.Job[renderJob]) time.Duration { return walkTime }

// Work renders anew what an older version rendered.
func (w *renderWorker) Work(ctx context.Context, _ *river.Job[renderJob]) error {
	return w.y.RenderOld(ctx)
}

// renderBatch is how many posts are looked for at once.
const renderBatch = 100

// RenderOld renders the bodies of Ghost's posts anew that an older version of the renderer
// made, each in a transaction of its own with PostUpdated where a reader sees a difference.
// What is edited meanwhile is not overwritten. A post that cannot be rendered is passed over
// and tried again the next time.
func (y *Sync) RenderOld(ctx context.Context) error {
	after, faults := "", []error(nil)
	for {
		old, err := y.queries().OldRenderings(ctx, blogdb.OldRenderingsParams{RenderVersion: currentRender, After: after, MaxRows: renderBatch})
		if err != nil {
			return err
		}
		for _, ghostID := range old {
			after = ghostID
			if err := y.restore(ctx, ghost.KindPost, ghostID); err != nil {
				if ctx.Err() != nil {
					return err
				}
				faults = append(faults, err)
			}
		}
		if len(old) < renderBatch {
			return errors.Join(faults...)
		}
	}
}

type pruneHooksJob struct{}

// Kind names the job in River's table.
func (pruneHooksJob) Kind() string { return "ghost.prune_hooks" }

type pruneHooksWorker struct {
	river.WorkerDefaults[pruneHooksJob]
	y *Sync
}

// Work forgets old webhooks.
func (w *pruneHooksWorker) Work(ctx context.Context, _ *river.Job[pruneHooksJob]) error {
	return w.y.pruneHooks(ctx)
}

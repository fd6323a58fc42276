// The job ghost.media: files that were not there at first are copied, and what shows them
// is stored again.

package blog

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"golang.org/x/sync/errgroup"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/db"
)

const (
	// mediaQueue is apart from the other jobs of the sync: a film takes minutes.
	mediaQueue = "ghost_media"
	// mediaRunTime is how long one run may take.
	mediaRunTime = 30 * time.Minute
	// mediaRestores is how often a run stores again what has all its files.
	mediaRestores = 2 * time.Second
)

type mediaJob struct{}

// Kind names the job in River's table.
func (mediaJob) Kind() string { return "ghost.media" }

type mediaWorker struct {
	river.WorkerDefaults[mediaJob]
	y *Sync
}

// Work copies what is due.
func (w *mediaWorker) Work(ctx context.Context, _ *river.Job[mediaJob]) error {
	return w.y.copyDue(ctx)
}

// Timeout is longer than River's: films are large.
func (w *mediaWorker) Timeout(*river.Job[mediaJob]) time.Duration { return mediaRunTime }

// mediaJobs registers the job ghost.media, which runs each minute, unless it still does,
// and when a mirror leaves something. Call it before the bus runs.
func (y *Sync) mediaJobs(b *bus.Bus) {
	b.AddQueue(mediaQueue, 1, bus.TakenOver())
	bus.AddWorker(b, &mediaWorker{y: y})
	b.Periodic(river.NewPeriodicJob(river.PeriodicInterval(time.Minute),
		func() (river.JobArgs, *river.InsertOpts) {
			return mediaJob{}, &river.InsertOpts{Queue: mediaQueue, MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByQueue: true, ByState: []rivertype.JobState{
				rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateScheduled, rivertype.JobStateRetryable,
			}}}
		},
		&river.PeriodicJobOpts{RunOnStart: true}))
}

// mediaSoon has the job run once tx commits.
func (y *Sync) mediaSoon(ctx context.Context, tx pgx.Tx) error {
	if y.options.Bus == nil {
		return nil
	}
	return y.options.Bus.InsertOnceTx(ctx, tx, mediaJob{}, river.InsertOpts{Queue: mediaQueue, MaxAttempts: 3})
}

// retryMedia has all files tried again that are not copied, those that were given up too,
// in the caller's transaction.
func (y *Sync) retryMedia(ctx context.Context, tx pgx.Tx) error {
	due, err := blogdb.New(tx).RetryMedia(ctx, y.clock.Now())
	if err != nil || due == 0 {
		return err
	}
	return y.mediaSoon(ctx, tx)
}

// copyDue copies every file whose time has come and stores again what shows one that has
// been copied. Any number of processes may do it at once; each takes other files.
func (y *Sync) copyDue(ctx context.Context) error {
	if !y.copiesFiles() {
		return nil
	}
	if err := y.laneStarted(ctx, MediaLane); err != nil {
		return err
	}
	since, did := y.clock.Now(), &mediaRun{}
	err := y.copyAndRestore(ctx, did)
	left, failed := y.queries().CountMissingMedia(context.WithoutCancel(ctx))
	y.laneEnded(ctx, MediaLane, laneRun{
		since: since, seen: int(did.tried.Load()), changed: int(did.copied.Load()), missing: int(left),
	}, errors.Join(err, failed))
	return err
}

// mediaRun counts what a run of the job did.
type mediaRun struct{ tried, copied atomic.Int32 }

// copyAndRestore copies with several at work, and stores again meanwhile: nothing waits for
// a film that it does not show.
func (y *Sync) copyAndRestore(ctx context.Context, did *mediaRun) error {
	copying, cancel := context.WithTimeout(ctx, mediaRunTime-time.Minute)
	defer cancel()
	var group errgroup.Group
	for range mirrorers {
		group.Go(func() error { return y.copyNext(copying, did) })
	}
	finished := make(chan error, 1)
	go func() { finished <- group.Wait() }()
	tick := time.NewTicker(mediaRestores)
	defer tick.Stop()
	for {
		select {
		case err := <-finished:
			return errors.Join(err, y.restoreCopied(ctx), y.forgetMedia(ctx))
		case <-tick.C:
			if err := y.restoreCopied(ctx); err != nil {
				y.options.Log.Warn("what shows copied files could not be stored again", "error", err)
			}
		}
	}
}

// copyNext copies one file after another until none is due or ctx ends.
func (y *Sync) copyNext(ctx context.Context, did *mediaRun) error {
	in := newFileAddresses(y.options.URL, "")
	for ctx.Err() == nil {
		now := y.clock.Now()
		due, err := y.queries().DueMedia(ctx, blogdb.DueMediaParams{At: now, Lease: now.Add(copyLease)})
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		f, ok := in.file(due.Url, false)
		if !ok {
			f, ok = in.file(due.Url, true)
		}
		if !ok {
			f.url = due.Url // it was an address once
		}
		did.tried.Add(1)
		copied, err := y.copyFile(ctx, ctx, f, due.Attempts)
		if err != nil {
			return err
		}
		if copied {
			did.copied.Add(1)
		}
	}
	return ctx.Err()
}

// restoreCopied stores again what shows a file that has been copied since. One object that
// cannot be stored keeps no other from it.
func (y *Sync) restoreCopied(ctx context.Context) error {
	const atOnce = 1000
	rows, err := y.queries().WaitingForMedia(ctx, atOnce)
	if err != nil {
		return err
	}
	var faults []error
	for _, row := range rows {
		if err := y.restoreShowing(ctx, row); err != nil {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

func (y *Sync) restoreShowing(ctx context.Context, row blogdb.WaitingForMediaRow) error {
	// What arrives from here on has the object stored once more.
	arrived, err := y.queries().ArrivedMedia(ctx, blogdb.ArrivedMediaParams(row))
	if err != nil {
		return err
	}
	if err := y.restore(ctx, ghost.Kind(row.Kind), row.GhostID); err != nil {
		return err
	}
	return y.queries().DropArrivedUses(ctx, blogdb.DropArrivedUsesParams{Kind: row.Kind, GhostID: row.GhostID, Urls: arrived})
}

// forgetMedia forgets files that could not be had and that nothing shows any more.
func (y *Sync) forgetMedia(ctx context.Context) error {
	return db.InTx(ctx, y.pool, func(tx pgx.Tx) error {
		q := blogdb.New(tx)
		if err := q.HoldMediaUses(ctx); err != nil {
			return err
		}
		if err := q.ForgetMediaUses(ctx); err != nil {
			return err
		}
		return q.ForgetMedia(ctx)
	})
}

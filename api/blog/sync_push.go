// Bringing to Ghost what was changed here: a job a change, made in the same transaction.

package blog

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/bus"
)

const (
	// pushEvery is how often posts are looked for that were changed here and that no job
	// is about: writing back was off, or a job was lost.
	pushEvery = 10 * time.Minute
	// pushTries is how often one job writes a post that is changed here meanwhile, or in
	// Ghost between reading and writing; then another job goes on.
	pushTries = 5
	// pushBatch is how many posts are looked for at once.
	pushBatch = 100
)

// writesBack tells whether what is changed here goes to Ghost.
func (y *Sync) writesBack() bool {
	return y.options.WriteBack && y.options.Client != nil && y.options.Bus != nil
}

// pushLater has a post brought to Ghost soon after tx commits, in which it was changed. It
// does nothing with a post that Ghost has not, and where nothing is written back.
func (y *Sync) pushLater(ctx context.Context, tx pgx.Tx, post blogdb.Post) error {
	if !y.writesBack() || post.Origin != originGhost {
		return nil
	}
	return y.later(ctx, tx, pushJob{post.ID})
}

// pushJobs registers the job ghost.push, and one that looks for posts that have none. Call
// it before the bus runs.
func (y *Sync) pushJobs(b *bus.Bus) {
	bus.AddWorker(b, &pushWorker{y: y})
	bus.AddWorker(b, &pushOldWorker{y: y})
	b.Periodic(river.NewPeriodicJob(river.PeriodicInterval(pushEvery),
		func() (river.JobArgs, *river.InsertOpts) {
			return pushOldJob{}, &river.InsertOpts{Queue: ghostQueue, MaxAttempts: 3}
		},
		&river.PeriodicJobOpts{RunOnStart: true}))
}

type pushJob struct {
	Post uuid.UUID `json:"post"`
}

// Kind names the job in River's table.
func (pushJob) Kind() string { return "ghost.push" }

type pushWorker struct {
	river.WorkerDefaults[pushJob]
	y *Sync
}

// NextRetry is soon at first.
func (w *pushWorker) NextRetry(job *river.Job[pushJob]) time.Time { return nextTry(job.JobRow) }

// Work brings one post to Ghost. While Ghost gives no useful answer it is tried again.
func (w *pushWorker) Work(ctx context.Context, job *river.Job[pushJob]) error {
	y := w.y
	if !y.writesBack() {
		return nil
	}
	run := laneRun{since: y.clock.Now(), seen: 1}
	if err := y.laneStarted(ctx, PushLane); err != nil {
		return err
	}
	pushed, err := y.push(ctx, job.Args.Post)
	if pushed {
		run.changed = 1
	}
	y.laneEnded(ctx, PushLane, run, err)
	return retried(err, job.JobRow)
}

type pushOldJob struct{}

// Kind names the job in River's table.
func (pushOldJob) Kind() string { return "ghost.push_old" }

type pushOldWorker struct {
	river.WorkerDefaults[pushOldJob]
	y *Sync
}

// Work makes a job for each post that was changed here and is not in Ghost so.
func (w *pushOldWorker) Work(ctx context.Context, _ *river.Job[pushOldJob]) error {
	y := w.y
	if !y.writesBack() {
		return nil
	}
	var after uuid.UUID
	for {
		posts, err := y.queries().UnpushedPosts(ctx, blogdb.UnpushedPostsParams{After: after, MaxRows: pushBatch})
		if err != nil || len(posts) == 0 {
			return err
		}
		err = y.transaction(ctx, func(tx pgx.Tx) error {
			for _, post := range posts {
				if err := y.later(ctx, tx, pushJob{post}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		after = posts[len(posts)-1]
	}
}

// push brings a post to Ghost as it is here now, over what Ghost had when both were alike
// last; pushed tells whether anything was written. A post that has been changed in Ghost
// since, or deleted, gets a conflict, and nothing is written. It fails with a *ghost.Fault
// where Ghost's answer is of no use.
func (y *Sync) push(ctx context.Context, post uuid.UUID) (pushed bool, err error) {
	row, err := y.queries().PostByID(ctx, post)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && row.OriginID == nil {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for range pushTries {
		again := false
		err = y.alone(ctx, ghost.KindPost, *row.OriginID, func() error {
			wrote := false
			wrote, again, err = y.pushOnce(ctx, post)
			pushed = pushed || wrote
			return err
		})
		if err != nil || !again {
			return pushed, err
		}
	}
	return pushed, y.transaction(ctx, func(tx pgx.Tx) error { return y.later(ctx, tx, pushJob{post}) })
}

// pushOnce does the work of push under the lock of the post. again says that the post was
// changed meanwhile.
func (y *Sync) pushOnce(ctx context.Context, post uuid.UUID) (wrote, again bool, err error) {
	plan, wanted, err := y.planPush(ctx, post)
	if err != nil || !wanted {
		return false, false, err
	}
	now, err := y.options.Client.Fetch(ctx, ghost.KindPost, plan.base.ID)
	if errors.Is(err, ghost.ErrNotFound) {
		return false, false, y.transaction(ctx, func(tx pgx.Tx) error {
			_, err := y.lose(ctx, tx, ghost.KindPost, plan.base.ID)
			return err
		})
	}
	if err != nil {
		return false, false, err
	}
	theirs, err := ghost.As[ghost.Post](now)
	if err != nil {
		return false, false, err
	}
	if now.Hash != plan.base.Hash {
		if plan.written(theirs) {
			again, err = y.pushedAs(ctx, plan, now)
			return true, again, err
		}
		return false, false, y.transaction(ctx, func(tx pgx.Tx) error {
			_, err := y.keep(ctx, tx, now)
			return err
		})
	}
	if plan.empty() {
		again, err = y.pushedAs(ctx, plan, now)
		return false, again, err
	}
	plan.edit.UpdatedAt = now.EditedAt
	answer, err := y.options.Client.UpdatePost(ctx, theirs.Type+"s", plan.base.ID, plan.edit)
	if errors.Is(err, ghost.ErrCollision) || errors.Is(err, ghost.ErrNotFound) {
		return false, true, nil // the next look at it says what has become of it
	}
	if err != nil {
		return false, false, err
	}
	saved, err := ghost.As[ghost.Post](answer)
	if err != nil {
		return true, false, err
	}
	if err := y.bringRefs(ctx, answer); err != nil { // tags that Ghost has made
		return true, false, err
	}
	again, err = y.pushedAs(ctx, plan, plan.known(theirs, saved))
	return true, again, err
}

// pushedAs writes down that Ghost has a post as it was here, in the shape of o, and has it
// stand where Ghost has it. again says that it has been changed here since. What is in Ghost
// beyond o is met by the next fetch, which Ghost's own webhook about this write asks for, or
// by the next walk.
func (y *Sync) pushedAs(ctx context.Context, plan pushPlan, o ghost.Object) (again bool, err error) {
	err = y.transaction(ctx, func(tx pgx.Tx) error {
		if _, known, err := lockObject(ctx, blogdb.New(tx), ghost.KindPost, o.ID); err != nil || !known {
			return err
		}
		again, err = y.leavePushed(ctx, tx, plan, o)
		return err
	})
	return again, err
}

// leavePushed does the work of pushedAs in tx, which has locked the object.
func (y *Sync) leavePushed(ctx context.Context, tx pgx.Tx, plan pushPlan, o ghost.Object) (again bool, err error) {
	p, err := ghost.As[ghost.Post](o)
	if err != nil {
		return false, err
	}
	q := blogdb.New(tx)
	version, err := q.LeavePushed(ctx, blogdb.LeavePushedParams{ID: plan.row.ID, Version: plan.row.Version, SourceHash: plan.source})
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil // it was deleted here meanwhile
	}
	if err != nil {
		return false, err
	}
	if err := q.PutGhostObject(ctx, objectParams(o, plan.row.ID, y.clock.Now())); err != nil {
		return false, err
	}
	if version > plan.row.Version {
		return true, nil
	}
	return false, y.standAsThere(ctx, tx, plan.row.ID, p)
}

// pushedBefore tells whether Ghost has a post as it is here, and nothing else that is new,
// and writes that down in tx, which has locked the post and its object. So it is where a push
// was interrupted after Ghost had taken it, and Ghost's webhook is quicker than the next try.
func (y *Sync) pushedBefore(ctx context.Context, tx pgx.Tx, row blogdb.Post, was blogdb.GhostObject, o ghost.Object) (bool, error) {
	if was.Data == nil {
		return false, nil
	}
	if _, err := blogdb.New(tx).PostConflict(ctx, row.ID); !errors.Is(err, pgx.ErrNoRows) {
		return false, err
	}
	plan := pushPlan{row: row, base: objectOf(was)}
	var err error
	if plan.post, err = ghost.As[ghost.Post](plan.base); err != nil {
		return false, err
	}
	theirs, err := ghost.As[ghost.Post](o)
	if err != nil {
		return false, err
	}
	if err := y.compare(ctx, tx, &plan); err != nil || !plan.written(theirs) {
		return false, err
	}
	_, err = y.leavePushed(ctx, tx, plan, o)
	return err == nil, err
}

// standAsThere gives a post the slug and path that it has in Ghost after a write.
func (y *Sync) standAsThere(ctx context.Context, tx pgx.Tx, post uuid.UUID, p ghost.Post) error {
	q := blogdb.New(tx)
	was, err := q.LockPost(ctx, post)
	if err != nil {
		return err
	}
	row := was
	row.Flags = slices.DeleteFunc(slices.Clone(was.Flags), placeFlag)
	if err := y.placePost(ctx, q, &row, p); err != nil || row.Slug == was.Slug && row.Path == was.Path {
		return err
	}
	before, err := linksOf(ctx, q, post)
	if err != nil {
		return err
	}
	if _, err := y.store(ctx, tx, was, before, row, was.UpdatedAt); err != nil {
		return err
	}
	return q.MarkImported(ctx, post)
}

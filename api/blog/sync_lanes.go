// How each lane of the sync is doing, written down for whoever looks at the status.

package blog

import (
	"context"
	"errors"
	"time"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
)

// laneRun is one run of a lane: since when, and what it came to. In the lane of webhooks
// since is when the webhook came, so that what it took is what editors wait for.
type laneRun struct {
	since                  time.Time
	seen, changed, missing int
}

// laneStarted writes down that a lane has begun a run.
func (y *Sync) laneStarted(ctx context.Context, lane Lane) error {
	now := y.clock.Now()
	return y.queries().StartLane(ctx, blogdb.StartLaneParams{Lane: string(lane), StartedAt: &now})
}

// walkStarted is laneStarted for one who compares everything and holds the lock for it:
// whoever began to before and never ended was killed.
func (y *Sync) walkStarted(ctx context.Context, lane Lane) error {
	now := y.clock.Now()
	err := y.queries().InterruptLanes(ctx, blogdb.InterruptLanesParams{
		At: &now, Error: interrupted, Lanes: []string{string(ChangeLane), string(PeriodLane), string(ManualLane)},
	})
	if err != nil {
		return err
	}
	return y.laneStarted(ctx, lane)
}

// interrupted says that a run was ended with its process.
const interrupted = "it was interrupted"

// laneEnded writes down how a run of a lane ended: err is nil where all went well, else it
// is told in words of ours and its text stays in the log. It does so although ctx has
// ended. What it cannot write down is in the log.
func (y *Sync) laneEnded(ctx context.Context, lane Lane, run laneRun, err error) {
	now := y.clock.Now()
	if err != nil {
		y.options.Log.Warn("a lane of the sync failed", "lane", lane, "error", err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), laneTimeout)
	defer cancel()
	failed := y.queries().EndLane(ctx, blogdb.EndLaneParams{
		Lane: string(lane), At: &now, Error: inOurWords(err), TookMs: now.Sub(run.since).Milliseconds(),
		Seen: int32(run.seen), Changed: int32(run.changed), Missing: int32(run.missing),
	})
	if failed != nil {
		y.options.Log.Warn("the state of a lane cannot be written down", "lane", lane, "error", failed)
	}
}

// laneTimeout is how long writing down the end of a run may take, when the process ends.
const laneTimeout = 2 * time.Second

// inOurWords says what went wrong without a word of Ghost's or the database's.
func inOurWords(err error) string {
	var fault *ghost.Fault
	switch {
	case err == nil:
		return ""
	case errors.Is(err, errHeldBack):
		return errHeldBack.Error()
	case errors.As(err, &fault):
		return fault.Error()
	case errors.Is(err, ghost.ErrCollision):
		return "it was changed in Ghost meanwhile"
	case errors.Is(err, errUnfinished):
		return errUnfinished.Error()
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return interrupted
	}
	return "it failed here; the log says why"
}

// Forgetting what is over.

package identity

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/ratelimit"
)

const (
	// endedKept is how long a session is kept that has ended or run out.
	endedKept = 30 * 24 * time.Hour
	// signInKept is longer than the cookie of a browser that asked: until then it is told
	// that its code has run out, and not that it is wrong.
	signInKept = time.Hour
	// wrongKept is longer than a day anywhere.
	wrongKept = 48 * time.Hour
	// deviceKept is how long browsers keep the device's cookie.
	deviceKept = 400 * 24 * time.Hour

	pruneRows = 1000
)

// sessionJobs registers the job that forgets each hour what is over.
func (s *Service) sessionJobs(b *bus.Bus) {
	bus.AddWorker(b, &pruneSessionsWorker{s: s})
	b.Periodic(river.NewPeriodicJob(river.PeriodicInterval(time.Hour),
		func() (river.JobArgs, *river.InsertOpts) {
			return pruneSessionsJob{}, &river.InsertOpts{MaxAttempts: 3}
		}, nil))
}

type pruneSessionsJob struct{}

// Kind names the job in River's table.
func (pruneSessionsJob) Kind() string { return "identity.prune_sessions" }

type pruneSessionsWorker struct {
	river.WorkerDefaults[pruneSessionsJob]
	s *Service
}

// Work prunes once.
func (w *pruneSessionsWorker) Work(ctx context.Context, _ *river.Job[pruneSessionsJob]) error {
	return w.s.PruneSessions(ctx)
}

// PruneSessions deletes what is over: mails that were asked for, ceremonies of passkeys, sessions
// that ended a month ago, browsers that were not used for as long as they keep a cookie, counts
// of wrong codes, and quotas that are whole again.
func (s *Service) PruneSessions(ctx context.Context) error {
	q, now := s.queries(), s.Clock.Now()
	ended := now.Add(-endedKept)
	for _, prune := range []func() (int64, error){
		func() (int64, error) {
			return q.PruneSignIns(ctx, identitydb.PruneSignInsParams{Before: now.Add(-signInKept), MaxRows: pruneRows})
		},
		func() (int64, error) {
			return q.PruneCeremonies(ctx, identitydb.PruneCeremoniesParams{Before: now, MaxRows: pruneRows})
		},
		func() (int64, error) {
			return q.PruneSessions(ctx, identitydb.PruneSessionsParams{Before: ended, Idle: ended.Add(-SessionIdle), MaxRows: pruneRows})
		},
	} {
		for {
			n, err := prune()
			if err != nil {
				return err
			}
			if n < pruneRows {
				break
			}
		}
	}
	if _, err := q.PruneDevices(ctx, now.Add(-deviceKept)); err != nil {
		return err
	}
	if _, err := q.PruneWrongCodes(ctx, pgtype.Date{Time: now.Add(-wrongKept), Valid: true}); err != nil {
		return err
	}
	_, err := ratelimit.Prune(ctx, s.Pool)
	return err
}

// What is done in the background: clients are told of logouts, what is no longer needed is
// deleted, keys are rotated.

package oauth

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/bus"
)

const (
	pruneBatch = 1000
	// codesKept is how long used and expired codes and tokens are kept: their second use
	// ends what the first led to.
	codesKept = 24 * time.Hour
	// grantsKept is how long grants are kept after their end, for whoever looks into what
	// happened.
	grantsKept = 30 * 24 * time.Hour
)

// Jobs registers the jobs of the server on its bus. Call it once, before the bus runs.
func (s *Server) Jobs() {
	bus.AddWorker(s.Bus, &pruneWorker{s: s})
	bus.AddWorker(s.Bus, &rotateWorker{s: s})
	bus.AddWorker(s.Bus, &logoutWorker{s: s})
	s.Bus.Periodic(river.NewPeriodicJob(river.PeriodicInterval(time.Hour),
		func() (river.JobArgs, *river.InsertOpts) { return pruneJob{}, &river.InsertOpts{MaxAttempts: 3} }, nil))
	s.Bus.Periodic(river.NewPeriodicJob(river.PeriodicInterval(24*time.Hour),
		func() (river.JobArgs, *river.InsertOpts) { return rotateJob{}, &river.InsertOpts{MaxAttempts: 5} },
		&river.PeriodicJobOpts{RunOnStart: true}))
}

type pruneJob struct{}

// Kind names the job in River's table.
func (pruneJob) Kind() string { return "oauth.prune" }

type pruneWorker struct {
	river.WorkerDefaults[pruneJob]
	s *Server
}

// Work deletes what is no longer needed.
func (w *pruneWorker) Work(ctx context.Context, _ *river.Job[pruneJob]) error {
	return w.s.Prune(ctx)
}

// Prune deletes codes, tokens and grants that are of no use any more, in batches.
func (s *Server) Prune(ctx context.Context) error {
	now, q := s.Clock.Now(), s.queries()
	old, dead := now.Add(-codesKept), now.Add(-grantsKept)
	deleted, errs := map[string]int64{}, []error{}
	for _, step := range []struct {
		what   string
		delete func() (int64, error)
	}{
		{"codes", func() (int64, error) {
			return q.PruneCodes(ctx, identitydb.PruneCodesParams{Before: old, Most: pruneBatch})
		}},
		{"access tokens", func() (int64, error) {
			return q.PruneAccessTokens(ctx, identitydb.PruneAccessTokensParams{Before: old, Most: pruneBatch})
		}},
		{"refresh tokens", func() (int64, error) {
			return q.PruneRefreshTokens(ctx, identitydb.PruneRefreshTokensParams{Before: old, Most: pruneBatch})
		}},
		{"device codes", func() (int64, error) {
			return q.PruneDeviceCodes(ctx, identitydb.PruneDeviceCodesParams{Before: now, Most: pruneBatch})
		}},
		{"grants", func() (int64, error) {
			return q.PruneGrants(ctx, identitydb.PruneGrantsParams{Before: dead, Most: pruneBatch})
		}},
	} {
		for {
			n, err := step.delete()
			deleted[step.what] += n
			if err != nil {
				errs = append(errs, err)
			}
			if err != nil || n < pruneBatch {
				break
			}
		}
	}
	n, err := s.Identity.PrunePersonalTokens(ctx, dead)
	deleted["personal tokens"] = n
	if total := sum(deleted); total > 0 {
		slog.InfoContext(ctx, "oauth: deleted what is no longer needed", "rows", total)
	}
	return errors.Join(append(errs, err)...)
}

func sum(counts map[string]int64) (total int64) {
	for _, n := range counts {
		total += n
	}
	return total
}

type rotateJob struct{}

// Kind names the job in River's table.
func (rotateJob) Kind() string { return "oauth.rotate_keys" }

type rotateWorker struct {
	river.WorkerDefaults[rotateJob]
	s *Server
}

// Work makes the next key where it is time, and drops old ones.
func (w *rotateWorker) Work(ctx context.Context, _ *river.Job[rotateJob]) error {
	return w.s.rotate(ctx)
}

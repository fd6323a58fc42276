// Forgetting carts that nobody touches any more.

package cart

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api/shared/bus"
)

const (
	expireEvery = time.Hour
	expireRows  = 500 // at a time
)

// Jobs registers the expiry of carts. Call it before the bus runs.
func (s *Service) Jobs(b *bus.Bus) {
	bus.AddWorker(b, &expireWorker{s: s})
	b.Periodic(river.NewPeriodicJob(river.PeriodicInterval(expireEvery),
		func() (river.JobArgs, *river.InsertOpts) { return expireJob{}, &river.InsertOpts{MaxAttempts: 3} }, nil))
}

type expireJob struct{}

// Kind names the job in River's table.
func (expireJob) Kind() string { return "cart.expire" }

type expireWorker struct {
	river.WorkerDefaults[expireJob]
	s *Service
}

// Work expires once.
func (w *expireWorker) Work(ctx context.Context, _ *river.Job[expireJob]) error {
	return w.s.Expire(ctx)
}

// Expire deletes carts that nobody has touched for AnonymousIdle or UserIdle, and what is left
// of those that were merged or given back. Carts that have become orders stay, and one that
// somebody works on at the moment is left for the next time.
func (s *Service) Expire(ctx context.Context) error {
	q := s.queries()
	for _, remove := range []func(context.Context, int32) (int64, error){q.DeleteIdle, q.DeleteEnded} {
		for {
			n, err := remove(ctx, expireRows)
			if err != nil {
				return err
			}
			if n < expireRows {
				break
			}
		}
	}
	return nil
}

// Turning: what the price lists say comes into force.

package market

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/db"
)

// turnBatch is how many variants one transaction of the job brings up to date.
const turnBatch = 100

// Jobs registers what the market does by itself: each minute the prices that
// have begun or ended come into force. Call it before the bus runs.
func (s *Service) Jobs(b *bus.Bus) {
	bus.AddWorker(b, &turnWorker{s: s})
	b.Periodic(river.NewPeriodicJob(river.PeriodicInterval(time.Minute),
		func() (river.JobArgs, *river.InsertOpts) { return turnJob{}, &river.InsertOpts{MaxAttempts: 3} },
		&river.PeriodicJobOpts{RunOnStart: true}))
}

type turnJob struct{}

// Kind names the job in River's table.
func (turnJob) Kind() string { return "market.turn" }

type turnWorker struct {
	river.WorkerDefaults[turnJob]
	s *Service
}

// Work turns all that is due.
func (w *turnWorker) Work(ctx context.Context, _ *river.Job[turnJob]) error { return w.s.Turn(ctx) }

// Turn brings every variant of which a price has begun or ended up to date, with
// a new version of its product, and ProductUpdated for those that are published,
// in the same transaction. What is up to date stays as it is. Any number of
// workers may turn at once.
func (s *Service) Turn(ctx context.Context) error {
	for {
		var due []uuid.UUID
		err := db.InTx(ctx, s.pool, func(tx pgx.Tx) (err error) {
			q := marketdb.New(tx)
			if err := q.ShareCollections(ctx); err != nil {
				return err
			}
			if due, err = q.DueTurns(ctx, marketdb.DueTurnsParams{At: s.clock.Now(), Count: turnBatch}); err != nil || len(due) == 0 {
				return err
			}
			if _, err := q.LockProductsOf(ctx, due); err != nil {
				return err
			}
			return turn(ctx, tx, due, s.clock.Now())
		})
		if err != nil || len(due) < turnBatch {
			return err
		}
	}
}

// turn brings variants up to date in the caller's transaction, which took
// ShareCollections and then their products, and announces those that readers see change.
func turn(ctx context.Context, tx pgx.Tx, variants []uuid.UUID, at time.Time) error {
	q := marketdb.New(tx)
	changed, err := q.TurnVariants(ctx, marketdb.TurnVariantsParams{Ids: variants, At: at})
	if err != nil || len(changed) == 0 {
		return err
	}
	slices.SortFunc(changed, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	changed = slices.Compact(changed)
	if err := refreshCollections(ctx, q, changed...); err != nil {
		return err
	}
	for _, product := range changed {
		if err := q.StampProduct(ctx, marketdb.StampProductParams{ID: product, At: at}); err != nil {
			return err
		}
	}
	return announce(ctx, tx, changed)
}

// announce emits ProductUpdated for the published among products.
func announce(ctx context.Context, tx pgx.Tx, products []uuid.UUID) error {
	rows, err := marketdb.New(tx).ProductPaths(ctx, products)
	if err != nil {
		return err
	}
	var events []bus.Event
	for _, row := range rows {
		if row.Status == string(contract.PublishedProduct) {
			events = append(events, contract.ProductUpdated{ProductRef: contract.ProductRef{
				ID: id.Format[contract.ProductID](productPrefix, row.ID), Categories: categoryIDs(row.Path)}})
		}
	}
	return bus.Emit(ctx, tx, events...)
}

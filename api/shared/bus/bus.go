// The bus of one process: what it can do, and the jobs it enqueues.

package bus

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"rose-ash.com/roseash/db"
)

const (
	riverSchema = "river"
	handleQueue = "bus" // handlers' jobs, apart from the domains' own
)

// Bus holds the handlers, workers and periodic jobs that domains register, and
// runs them. Register everything before Run; a process that does not Run may
// still enqueue jobs, list events and replay them.
type Bus struct {
	pool      *db.Pool
	log       *slog.Logger
	opts      options
	id        string // of this process among those that work
	handlers  map[string]*handler
	workers   *river.Workers
	queues    map[string]river.QueueConfig
	takenOver []string // queues whose jobs another process takes over at once
	periodic  []*river.PeriodicJob
	inserter  *river.Client[pgx.Tx]
	running   atomic.Bool
}

type options struct {
	workers     int
	rescueAfter time.Duration
	stopWithin  time.Duration
	backoff     func(attempt int) time.Duration
}

// Option changes one property of a Bus.
type Option func(*options)

// Workers is how many handlers run at once in this process, and how many jobs
// of the queue "default"; 4 each. Every one may hold a connection of the pool.
func Workers(n int) Option { return func(o *options) { o.workers = n } }

// RescueAfter is how long a domain's own River job may be running before it is
// taken for one of a killed process and tried again; 2 minutes, never less than
// the job's timeout. It is at least a minute. Handlers do not wait for it: they
// are taken over within seconds.
func RescueAfter(d time.Duration) Option { return func(o *options) { o.rescueAfter = d } }

// StopWithin is how long Run may take to return; 2 seconds. For the first half
// of it jobs may finish, then their contexts end.
func StopWithin(d time.Duration) Option { return func(o *options) { o.stopWithin = d } }

// Backoff is the pause after a handler's nth failed attempt; without it River's
// n⁴ seconds.
func Backoff(pause func(attempt int) time.Duration) Option {
	return func(o *options) { o.backoff = pause }
}

// New makes a bus on pool. Nothing is asked of the database before Run, so the
// pool may be nil where the bus is only wired and never used. A nil log says
// nothing. It panics on an option out of range.
func New(pool *db.Pool, log *slog.Logger, opts ...Option) *Bus {
	o := options{workers: 4, rescueAfter: 2 * time.Minute, stopWithin: 2 * time.Second}
	for _, opt := range opts {
		opt(&o)
	}
	if o.workers < 1 || o.rescueAfter < river.JobTimeoutDefault || o.stopWithin <= 0 {
		panic("bus: an option is out of range")
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	b := &Bus{
		pool: pool, log: log, opts: o, id: "bus-" + rand.Text(),
		handlers:  map[string]*handler{},
		takenOver: []string{handleQueue},
		workers:   river.NewWorkers(),
		// Handlers are short: River fetches as fast as it will.
		queues: map[string]river.QueueConfig{handleQueue: {MaxWorkers: o.workers, FetchCooldown: river.FetchCooldownMin}},
	}
	// River notifies of an insert at most once a cooldown and forgets the
	// others until its next poll, so the inserting side has the shortest.
	inserter, err := river.NewClient(riverpgxv5.New(b.pgxPool()), &river.Config{
		Schema: riverSchema, FetchCooldown: river.FetchCooldownMin, Logger: riverLog(log),
	})
	if err != nil {
		panic(fmt.Sprintf("bus: %v", err))
	}
	b.inserter = inserter
	river.AddWorker(b.workers, &pruneWorker{b: b})
	b.periodic = append(b.periodic, prunePeriodically)
	return b
}

func (b *Bus) pgxPool() *pgxpool.Pool {
	if b.pool == nil {
		return nil
	}
	return b.pool.Pool
}

func (b *Bus) mustNotRun(what string) {
	if b.running.Load() {
		panic("bus: " + what + " after Run")
	}
}

// AddWorker registers a domain's own worker of River jobs. It panics when the
// job's kind has a worker, and once the bus runs. Jobs go to the queue
// "default" unless their InsertOpts name one that AddQueue made.
func AddWorker[T river.JobArgs](b *Bus, w river.Worker[T]) {
	b.mustNotRun("AddWorker")
	river.AddWorker(b.workers, w)
	if _, ok := b.queues[river.QueueDefault]; !ok {
		b.queues[river.QueueDefault] = river.QueueConfig{MaxWorkers: b.opts.workers}
	}
}

// AddQueue makes a queue of its own with so many workers in each process that
// runs the bus, so that its jobs neither wait for others nor hold them up. It
// panics when the name is taken, and once the bus runs.
func (b *Bus) AddQueue(name string, workers int, opts ...QueueOption) {
	b.mustNotRun("AddQueue")
	if _, ok := b.queues[name]; ok && name != river.QueueDefault {
		panic(fmt.Sprintf("bus: two queues named %q", name))
	}
	b.queues[name] = river.QueueConfig{MaxWorkers: workers}
	for _, opt := range opts {
		opt(b, name)
	}
}

// QueueOption changes one property of a queue.
type QueueOption func(b *Bus, queue string)

// TakenOver has the jobs of a process that is gone done by another within seconds, as
// handlers are, and not after RescueAfter. A process that lives and lost its session for a
// moment may lose its jobs too: they must bear being done twice at once.
func TakenOver() QueueOption {
	return func(b *Bus, queue string) { b.takenOver = append(b.takenOver, queue) }
}

// Periodic registers a job that is enqueued on a schedule by one of the
// processes that run the bus. It panics once the bus runs.
func (b *Bus) Periodic(job *river.PeriodicJob) {
	b.mustNotRun("Periodic")
	b.periodic = append(b.periodic, job)
}

// InsertTx enqueues a River job in the caller's transaction: it exists if and
// only if that commits. It works in processes that do not run the bus. opts may
// be nil. With UniqueOpts the result says whether the job was there already.
func (b *Bus) InsertTx(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts *river.InsertOpts) (*rivertype.JobInsertResult, error) {
	return b.inserter.InsertTx(ctx, tx, args, opts)
}

// InsertManyTx enqueues many jobs in the caller's transaction with one COPY.
// UniqueOpts that meet an existing job fail the transaction.
func (b *Bus) InsertManyTx(ctx context.Context, tx pgx.Tx, jobs []river.InsertManyParams) error {
	if len(jobs) == 0 {
		return nil
	}
	_, err := b.inserter.InsertManyFastTx(ctx, tx, jobs)
	return err
}

// Handlers: what a domain does when something happened in another.

package bus

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"rose-ash.com/roseash/db"
)

// Defaults of a handler.
const (
	DefaultMaxAttempts = 12               // with River's backoff, about eleven hours
	DefaultTimeout     = 30 * time.Second // of one attempt
)

var nameRE = regexp.MustCompile(`^[a-z]+\.[a-z_]+$`)

type handler struct {
	name, kind  string
	maxAttempts int
	timeout     time.Duration
	run         func(ctx context.Context, tx pgx.Tx, r Record) error
}

// HandlerOption changes one property of a handler.
type HandlerOption func(*handler)

// MaxAttempts is how often a handler is tried before its event is dead for it.
func MaxAttempts(n int) HandlerOption { return func(h *handler) { h.maxAttempts = n } }

// Timeout is how long one attempt may take; its context ends then.
func Timeout(d time.Duration) HandlerOption { return func(h *handler) { h.timeout = d } }

// Handle has fn called for each event of T's kind, from some process that runs
// the bus, soon after the event's transaction committed. The name is
// "domain.verb_noun" and stays the same for ever: it is how the database knows
// what has been done.
//
// fn runs in a transaction of its own, in which the event was first marked as
// handled; so an event that comes twice is handled once, and an error or panic
// leaves nothing and is tried again later. fn acts on the present state of the
// thing the event names, because order is not promised, and makes no call that
// leaves the process: for that it enqueues a job with Bus.InsertTx in tx. Data
// that does not fit T ends in a dead event at once.
//
// Handle panics on a name that is taken or malformed, on options out of range,
// and once the bus runs.
func Handle[T Event](b *Bus, name string, fn func(ctx context.Context, tx pgx.Tx, e T) error, opts ...HandlerOption) {
	var zero T
	h := &handler{name: name, kind: zero.Kind(), maxAttempts: DefaultMaxAttempts, timeout: DefaultTimeout}
	for _, o := range opts {
		o(h)
	}
	h.run = func(ctx context.Context, tx pgx.Tx, r Record) error {
		e, err := Decode[T](r)
		if err != nil {
			return river.JobCancel(err)
		}
		return fn(ctx, tx, e)
	}
	b.register(h)
}

func (b *Bus) register(h *handler) {
	b.mustNotRun("Handle")
	switch {
	case !nameRE.MatchString(h.name):
		panic(fmt.Sprintf("bus: handler %q is not named domain.verb_noun", h.name))
	case !nameRE.MatchString(h.kind):
		panic(fmt.Sprintf("bus: event kind %q is not domain.past_tense", h.kind))
	case b.handlers[h.name] != nil:
		panic(fmt.Sprintf("bus: two handlers named %q", h.name))
	case h.maxAttempts < 1 || h.maxAttempts > 100 || h.timeout <= 0:
		panic(fmt.Sprintf("bus: handler %q: an option is out of range", h.name))
	}
	b.handlers[h.name] = h
	// The kind depends on the value, which AddWorker would not see.
	river.AddWorkerArgs(b.workers, handleJob{Handler: h.name}, &handleWorker{b: b, handler: h})
}

// handleJob is the River job that runs one handler for one event. It carries no
// data of the event: finished jobs are kept for a while, and events may name
// people. Each handler is a kind of its own, so that a process fetches only the
// jobs of handlers that it has.
type handleJob struct {
	Handler string `json:"handler"`
	EventID int64  `json:"event_id"`
}

const handlePrefix = "handle:"

// isHandleJob is the condition that a row of river_job is a handler's.
const isHandleJob = "kind LIKE '" + handlePrefix + "%'"

// Kind names the job in River's table.
func (j handleJob) Kind() string { return handlePrefix + j.Handler }

// The insert waits for another transaction that is handling the same event; no
// row comes back when it is handled, or pruned.
const claimSQL = `
WITH claim AS (
	INSERT INTO bus.handled (event_id, handler)
	SELECT id, $2 FROM bus.domain_events WHERE id = $1
	ON CONFLICT DO NOTHING RETURNING event_id
)
SELECT e.id, e.kind, e.data, e.created_at FROM claim JOIN bus.domain_events e ON e.id = claim.event_id`

type handleWorker struct {
	river.WorkerDefaults[handleJob]
	b *Bus
	*handler
}

// Work runs the handler and marks the event in one transaction.
func (w *handleWorker) Work(ctx context.Context, job *river.Job[handleJob]) error {
	err := db.InTx(ctx, w.b.pool, func(tx pgx.Tx) error {
		var r Record
		err := tx.QueryRow(ctx, claimSQL, job.Args.EventID, w.name).Scan(&r.ID, &r.Kind, &r.Data, &r.CreatedAt)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		return w.run(ctx, tx, r)
	})
	var cancelled *river.JobCancelError
	if errors.As(err, &cancelled) {
		w.b.log.Error("event is dead for a handler", "handler", w.name, "event", job.Args.EventID, "error", err)
	}
	return err
}

// Timeout is the handler's.
func (w *handleWorker) Timeout(*river.Job[handleJob]) time.Duration { return w.timeout }

// NextRetry is the backoff of the options, or River's own when there is none.
func (w *handleWorker) NextRetry(job *river.Job[handleJob]) time.Time {
	if w.b.opts.backoff == nil {
		return time.Time{}
	}
	return time.Now().Add(w.b.opts.backoff(job.Attempt))
}

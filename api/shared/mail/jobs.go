// Sending in the background: one job a mail.

package mail

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/db"
)

const (
	// queue is the queue of mail, of which each process sends so many at once.
	queue   = "mail"
	senders = 4

	// sendTime is longer than reaching the server and giving it a mail may take together.
	sendTime = 45 * time.Second
	// lastTry is how long a mail that never expires is tried.
	lastTry = 24 * time.Hour
	// manyTries is more than there can be in lastTry.
	manyTries = 1000
	// whileSent is when somebody looks again whether another worker has sent a mail.
	whileSent = time.Second
)

// pauses are how long after which failed attempt the next one is; the last one stays.
var pauses = []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour}

// Jobs registers the sending of mail, and its pruning each hour. Call it before the bus runs.
func (s *Service) Jobs(b *bus.Bus) {
	b.AddQueue(queue, senders, bus.TakenOver())
	bus.AddWorker(b, &sendWorker{s: s})
	bus.AddWorker(b, &pruneWorker{s: s})
	b.Periodic(river.NewPeriodicJob(river.PeriodicInterval(time.Hour),
		func() (river.JobArgs, *river.InsertOpts) {
			return pruneJob{}, &river.InsertOpts{Queue: queue, MaxAttempts: 3}
		}, nil))
}

// sendJob says which mail; what is in it is in no job.
type sendJob struct {
	ID uuid.UUID `json:"id"`
}

// Kind names the job in River's table.
func (sendJob) Kind() string { return "mail.send" }

type sendWorker struct {
	river.WorkerDefaults[sendJob]
	s *Service
}

// Timeout is a little more than the server gets.
func (w *sendWorker) Timeout(*river.Job[sendJob]) time.Duration { return w.s.sendTime }

// NextRetry is for a database that was away: soon.
func (w *sendWorker) NextRetry(job *river.Job[sendJob]) time.Time {
	return w.s.clock.Now().Add(pauses[0])
}

// Work sends the mail, or says when to try again.
func (w *sendWorker) Work(ctx context.Context, job *river.Job[sendJob]) error {
	again, err := w.s.send(ctx, job.Args.ID)
	if err == nil && again > 0 {
		return river.JobSnooze(again)
	}
	return err
}

// letter is a mail that is to be sent.
type letter struct {
	id        uuid.UUID
	kind, to  string
	sealed    []byte
	created   time.Time
	expires   *time.Time
	attempts  int
	leftUntil time.Time // tried until then
}

// send sends a mail that is still to be sent, alone; again is after how long to call it once
// more. A mail that does not exist any more has been dealt with.
func (s *Service) send(ctx context.Context, mail uuid.UUID) (again time.Duration, err error) {
	held, err := db.Alone(ctx, s.pool, lockOf(mail), func() error {
		l, found, err := s.claim(ctx, mail)
		if err != nil || !found {
			return err
		}
		again, err = s.deliver(ctx, l)
		return err
	})
	if err == nil && !held {
		again = whileSent
	}
	return again, err
}

// lockOf is the advisory lock of a mail: of the random bits of its id.
func lockOf(mail uuid.UUID) (lock int64) {
	for _, b := range mail[8:] {
		lock = lock<<8 | int64(b)
	}
	return lock
}

const claimSQL = `
UPDATE shared.mails SET attempts = attempts + 1
WHERE id = $1 AND sent_at IS NULL AND failed_at IS NULL
RETURNING kind, recipient, sealed, created_at, expires_at, attempts`

// claim counts an attempt; false for a mail that is not to be sent any more.
func (s *Service) claim(ctx context.Context, mail uuid.UUID) (l letter, found bool, err error) {
	l.id = mail
	err = s.pool.QueryRow(ctx, claimSQL, mail).Scan(&l.kind, &l.to, &l.sealed, &l.created, &l.expires, &l.attempts)
	if errors.Is(err, pgx.ErrNoRows) {
		return l, false, nil
	}
	l.leftUntil = l.created.Add(lastTry)
	if l.expires != nil && l.expires.Before(l.leftUntil) {
		l.leftUntil = *l.expires
	}
	return l, err == nil, err
}

// deliver makes one attempt and writes down what became of it.
func (s *Service) deliver(ctx context.Context, l letter) (again time.Duration, err error) {
	if !s.clock.Now().Before(l.leftUntil) {
		return 0, s.giveUp(ctx, l, "it has expired")
	}
	if s.server == nil {
		return 0, s.keep(ctx, l)
	}
	data, err := s.key.Open(sealedFor, l.sealed)
	if err != nil {
		return 0, s.giveUp(ctx, l, "it was sealed with another key")
	}
	rendered, err := s.render(ctx, l.kind, data)
	if err != nil {
		return s.failed(ctx, l, fault{stage: "writing it", cause: "its words cannot be made"})
	}
	if err := s.server.send(ctx, message(l.id, s.server.from, l.to, l.created, rendered)); err != nil {
		return s.failed(ctx, l, err)
	}
	return 0, s.finish(ctx, "UPDATE shared.mails SET sent_at = $2, sealed = NULL, error = '' WHERE id = $1", l.id, s.clock.Now())
}

// failed decides whether there will be another attempt.
func (s *Service) failed(ctx context.Context, l letter, cause error) (again time.Duration, err error) {
	var f fault
	if errors.As(cause, &f) && f.lasting() {
		return 0, s.giveUp(ctx, l, f.Error())
	}
	again = pauses[min(l.attempts, len(pauses))-1]
	if !s.clock.Now().Add(again).Before(l.leftUntil) {
		return 0, s.giveUp(ctx, l, cause.Error())
	}
	s.log.WarnContext(ctx, "a mail was not sent yet", "mail", l.id, "kind", l.kind, "attempt", l.attempts, "again_in", again, "error", cause.Error())
	return again, s.finish(ctx, "UPDATE shared.mails SET error = $2 WHERE id = $1", l.id, cause.Error())
}

// giveUp ends the attempts.
func (s *Service) giveUp(ctx context.Context, l letter, why string) error {
	s.log.ErrorContext(ctx, "a mail was given up", "mail", l.id, "kind", l.kind, "attempts", l.attempts, "error", why)
	return s.finish(ctx, "UPDATE shared.mails SET failed_at = $3, sealed = NULL, error = $2 WHERE id = $1", l.id, why, s.clock.Now())
}

// keep leaves a mail to be read in the browser: the mail server was taken away since.
func (s *Service) keep(ctx context.Context, l letter) error {
	return s.finish(ctx, "UPDATE shared.mails SET sent_at = $2 WHERE id = $1", l.id, s.clock.Now())
}

// finish writes down what became of a mail, even where the process is about to end, and waits
// longer for a connection than others do: what was sent must not be sent again.
func (s *Service) finish(ctx context.Context, sql string, args ...any) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.patience)
	defer cancel()
	for {
		_, err := s.pool.Exec(ctx, sql, args...)
		if !errors.Is(err, db.ErrAcquire) || ctx.Err() != nil {
			return err
		}
	}
}

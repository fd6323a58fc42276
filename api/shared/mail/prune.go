// Pruning: who was sent what is forgotten after a while.

package mail

import (
	"context"
	"time"

	"github.com/riverqueue/river"
)

const (
	// Retention is how long it is known that a mail was sent, to whom and when.
	Retention = 30 * 24 * time.Hour
	// KeptFor is how long the words of mail are kept that was not sent for want of a server.
	KeptFor = 7 * 24 * time.Hour

	pruneBatch = 1000
)

const pruneSQL = `
DELETE FROM shared.mails WHERE id IN (
	SELECT id FROM shared.mails WHERE created_at < $1 ORDER BY created_at LIMIT $2
)`

const eraseSQL = `
UPDATE shared.mails SET sealed = NULL WHERE id IN (
	SELECT id FROM shared.mails
	WHERE created_at < $1 AND sealed IS NOT NULL AND sent_at IS NOT NULL ORDER BY created_at LIMIT $2
)`

// Prune deletes what is older than Retention, and the words of what has been kept for longer
// than KeptFor.
func (s *Service) Prune(ctx context.Context) error {
	now := s.clock.Now()
	for _, step := range []struct {
		sql    string
		before time.Time
	}{{pruneSQL, now.Add(-Retention)}, {eraseSQL, now.Add(-KeptFor)}} {
		for {
			tag, err := s.pool.Exec(ctx, step.sql, step.before, pruneBatch)
			if err != nil {
				return err
			}
			if tag.RowsAffected() < pruneBatch {
				break
			}
		}
	}
	return nil
}

type pruneJob struct{}

// Kind names the job in River's table.
func (pruneJob) Kind() string { return "mail.prune" }

type pruneWorker struct {
	river.WorkerDefaults[pruneJob]
	s *Service
}

// Work prunes once.
func (w *pruneWorker) Work(ctx context.Context, _ *river.Job[pruneJob]) error { return w.s.Prune(ctx) }

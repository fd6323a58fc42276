// What tests reach inside for.

package account

import (
	"context"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// Make makes an export, as the job does.
func (s *Service) Make(ctx context.Context, export uuid.UUID) error { return s.make(ctx, export) }

// LastTry is the last attempt of an export's job.
func (s *Service) LastTry(ctx context.Context, export uuid.UUID) error {
	w := exportWorker{s: s}
	return w.Work(ctx, &river.Job[exportJob]{JobRow: &rivertype.JobRow{Attempt: exportTries, MaxAttempts: exportTries}, Args: exportJob{export}})
}

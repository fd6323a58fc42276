// Exports: asking for one, and getting it.

package account

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"rose-ash.com/roseash/api/account/internal/accountdb"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

const (
	// ExportLasts is how long an archive can be downloaded once it is made.
	ExportLasts = 24 * time.Hour
	// exportKnown is how long it is known that there was one.
	exportKnown = 30 * 24 * time.Hour
	// exportsADay is how many somebody gets in a day.
	exportsADay = 5
	// listedExports is more than there can be in exportKnown and be of interest.
	listedExports = 20
)

// ExportID is an export's id, "exp_" and 32 hex digits.
type ExportID string

// ExportState is how far an export is.
type ExportState string

// The states. An archive whose time is over is ExportExpired.
const (
	ExportRunning ExportState = "running"
	ExportReady   ExportState = "ready"
	ExportFailed  ExportState = "failed"
	ExportExpired ExportState = "expired"
)

// Export is all that is stored of somebody, or will be.
type Export struct {
	ID        ExportID    `json:"id" pattern:"^exp_[0-9a-f]{32}$" maxLength:"36" example:"exp_019ab3f47c2e7d06b8a1f0c2d3e4f511"`
	State     ExportState `json:"state" enum:"running,ready,failed,expired" example:"ready"`
	CreatedAt time.Time   `json:"created_at" doc:"When it was asked for."`
	ReadyAt   *time.Time  `json:"ready_at,omitempty" doc:"When it was made."`
	ExpiresAt *time.Time  `json:"expires_at,omitempty" doc:"It can be downloaded until then; absent where there is nothing to download yet."`
}

// exportOf is a row without its archive.
func (s *Service) exportOf(row accountdb.ExportOfRow) Export {
	e := Export{ID: id.Format[ExportID](exportPrefix, row.ID), CreatedAt: row.CreatedAt, ReadyAt: row.ReadyAt, State: ExportRunning}
	switch {
	case row.FailedAt != nil:
		e.State = ExportFailed
	case row.ReadyAt != nil && !s.Clock.Now().Before(row.ExpiresAt):
		e.State, e.ExpiresAt = ExportExpired, &row.ExpiresAt
	case row.ReadyAt != nil:
		e.State, e.ExpiresAt = ExportReady, &row.ExpiresAt
	}
	return e
}

// Export asks for an export of whoever makes the request; where one is at work that one is
// the answer. It fails with 403 `no_user`, and with 429 after a few in a day.
func (s *Service) Export(ctx context.Context) (e Export, err error) {
	_, user, err := asker(ctx)
	if err != nil {
		return e, err
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := accountdb.New(tx)
		if err := q.LockExportsOf(ctx, user.String()); err != nil {
			return err
		}
		running, err := q.RunningExport(ctx, user)
		if !errors.Is(err, pgx.ErrNoRows) {
			e = s.exportOf(accountdb.ExportOfRow(running))
			return err
		}
		now := s.Clock.Now()
		day := now.Add(-24 * time.Hour)
		asked, err := q.CountExports(ctx, accountdb.CountExportsParams{Since: day, UserID: user})
		if err != nil {
			return err
		}
		if asked.Asked >= exportsADay {
			return problem.TooMany(asked.Oldest.Sub(day), "there have been enough exports for a day").WithCode("too_many_exports")
		}
		row, err := q.InsertExport(ctx, accountdb.InsertExportParams{ID: id.New(), UserID: user, CreatedAt: now, ExpiresAt: now.Add(ExportLasts)})
		if err != nil {
			return err
		}
		e = s.exportOf(accountdb.ExportOfRow(row))
		return s.Bus.InsertOnceTx(ctx, tx, exportJob{row.ID}, river.InsertOpts{Queue: queue, MaxAttempts: exportTries})
	})
	return e, err
}

// Exports lists those of whoever makes the request, the newest first. It fails with 403
// `no_user`.
func (s *Service) Exports(ctx context.Context) ([]Export, error) {
	_, user, err := asker(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := s.queries().ExportsOf(ctx, accountdb.ExportsOfParams{UserID: user, MaxRows: listedExports})
	list := make([]Export, 0, len(rows))
	for _, row := range rows {
		list = append(list, s.exportOf(accountdb.ExportOfRow(row)))
	}
	return list, err
}

// ExportByID is one of those of whoever makes the request; anybody else's fails with 404.
func (s *Service) ExportByID(ctx context.Context, export ExportID) (Export, error) {
	user, uid, err := s.own(ctx, export)
	if err != nil {
		return Export{}, err
	}
	row, err := s.queries().ExportOf(ctx, accountdb.ExportOfParams{ID: uid, UserID: user})
	if errors.Is(err, pgx.ErrNoRows) {
		return Export{}, errNoExport()
	}
	return s.exportOf(row), err
}

// Archive is the zip of an export of whoever makes the request; anybody else's fails with
// 404. It fails with 409 `export_not_ready` before it is made, and with 410 `export_expired`
// when its time is over or it could not be made.
func (s *Service) Archive(ctx context.Context, export ExportID) ([]byte, error) {
	user, uid, err := s.own(ctx, export)
	if err != nil {
		return nil, err
	}
	row, err := s.queries().ArchiveOf(ctx, accountdb.ArchiveOfParams{ID: uid, UserID: user})
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, errNoExport()
	case err != nil:
		return nil, err
	case row.ReadyAt == nil && row.FailedAt == nil:
		return nil, problem.Conflict("the export is still being made").WithCode("export_not_ready").WithRetryAfter(5 * time.Second)
	case row.Archive == nil || !s.Clock.Now().Before(row.ExpiresAt):
		return nil, problem.ForStatus(http.StatusGone, "the export is no longer there; ask for a new one").WithCode("export_expired")
	}
	return row.Archive, nil
}

// own reads the ids of who asks and of what they ask for.
func (s *Service) own(ctx context.Context, export ExportID) (user, uid uuid.UUID, err error) {
	if _, user, err = asker(ctx); err != nil {
		return user, uid, err
	}
	uid, ok := id.Parse(exportPrefix, export)
	if !ok {
		return user, uid, errNoExport()
	}
	return user, uid, nil
}

func errNoExport() error { return problem.NotFound("there is no such export") }

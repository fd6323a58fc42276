// The sessions of whoever asks: seeing and ending them.

package identity

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// Session is a browser in which somebody is signed in.
type Session struct {
	ID              contract.SessionID `json:"id" example:"ses_019ab3f47c2e7d06b8a1f0c2d3e4f50d"`
	Browser         string             `json:"browser" example:"Firefox on Linux" doc:"What it says that it is."`
	Network         string             `json:"network" example:"192.0.2.7" doc:"Where it signed in from: an IPv4 address, or the network of an IPv6 one."`
	Method          string             `json:"method" enum:"link,code,passkey,invitation" example:"link" doc:"How its user proved who they are."`
	Apps            []string           `json:"apps" example:"[\"https://shop.example\"]" doc:"Origins of our apps on other hosts that it is signed in at too."`
	CreatedAt       time.Time          `json:"created_at" example:"2026-11-26T09:30:00Z"`
	AuthenticatedAt time.Time          `json:"authenticated_at" example:"2026-11-26T09:30:00Z" doc:"When its user proved last who they are."`
	LastUsedAt      time.Time          `json:"last_used_at" example:"2026-11-27T10:00:00Z" doc:"To five minutes."`
	ExpiresAt       time.Time          `json:"expires_at" example:"2027-05-25T09:30:00Z" doc:"When it ends, whatever it is used for. It ends before that when it is not used for thirty days."`
	Current         bool               `json:"current" example:"true" doc:"The one that asks."`
}

// OwnSessions are those of whoever asks, the last used first. It fails with 403 `no_user` for a
// program that acts by itself.
func (s *Service) OwnSessions(ctx context.Context) ([]Session, error) {
	p, user, err := tokenOwner(ctx)
	if err != nil {
		return nil, err
	}
	current, _ := id.Parse(sessionPrefix, p.Session)
	now := s.Clock.Now()
	rows, err := s.queries().OwnSessions(ctx, identitydb.OwnSessionsParams{UserID: user, Current: current, At: now, Idle: now.Add(-SessionIdle)})
	list := make([]Session, len(rows))
	for i, row := range rows {
		list[i] = Session{
			ID: sessionID(row.ID), Browser: browserWords(row.UserAgent), Network: row.Network, Method: row.Method, Apps: row.Apps,
			CreatedAt: row.CreatedAt, AuthenticatedAt: row.AuthenticatedAt, LastUsedAt: row.LastUsedAt, ExpiresAt: row.ExpiresAt, Current: row.IsCurrent,
		}
	}
	return list, err
}

// RevokeSession ends a session of whoever asks, with those of apps that came from it, in a
// transaction of its own. It fails with 404, also for one that has ended.
func (s *Service) RevokeSession(ctx context.Context, session contract.SessionID) error {
	_, user, err := tokenOwner(ctx)
	if err != nil {
		return err
	}
	u, ok := id.Parse(sessionPrefix, session)
	if !ok {
		return noSession()
	}
	return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		_, err := identitydb.New(tx).OwnSession(ctx, identitydb.OwnSessionParams{ID: u, UserID: user})
		if errors.Is(err, pgx.ErrNoRows) {
			return noSession()
		}
		if err != nil {
			return err
		}
		return s.endOne(ctx, tx, user, u, endedRevoked, record{})
	})
}

// RevokeSessions ends all sessions of whoever asks, in a transaction of its own; but for the one
// that asks, with where it is signed in too, if that is kept.
func (s *Service) RevokeSessions(ctx context.Context, keepCurrent bool) error {
	p, user, err := tokenOwner(ctx)
	if err != nil {
		return err
	}
	kept := uuid.Nil
	if keepCurrent {
		kept, _ = id.Parse(sessionPrefix, p.Session)
	}
	return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		if _, err := identitydb.New(tx).LockUser(ctx, user); err != nil {
			return err
		}
		_, err := s.endAll(ctx, tx, user, kept, endedRevoked)
		return err
	})
}

func noSession() error { return problem.NotFound("no such session") }

// Sessions: who a cookie belongs to, and how sessions end.

package identity

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/db"
)

// usedEvery is how exactly is known when a session was used last.
const usedEvery = 5 * time.Minute

// Why sessions end.
const (
	endedSignedOut = "signed_out"
	endedRevoked   = "revoked"
	endedReplaced  = "replaced"
)

// tokenLength is that of seal.Random.
const tokenLength = 43

// Authenticate returns who the session's cookie on an origin belongs to, with the scopes that
// their roles permit now. It is false for a session that has ended, has run out, was not used
// for SessionIdle or is unknown, for a cookie of another origin, for a user who is not active,
// and where the session that it came from is no more. That a session is used is written down
// every five minutes.
func (s *Service) Authenticate(ctx context.Context, token, origin string) (auth.Principal, bool, error) {
	if len(token) != tokenLength {
		return auth.Principal{}, false, nil
	}
	now := s.Clock.Now()
	row, err := s.queries().SessionByToken(ctx, identitydb.SessionByTokenParams{
		TokenHash: seal.Hash(token), Origin: origin, At: now, Idle: now.Add(-SessionIdle),
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return auth.Principal{}, false, nil
	}
	if err != nil {
		return auth.Principal{}, false, err
	}
	if now.Sub(row.LastUsedAt) >= usedEvery {
		s.touch(ctx, now, row.ID, row.ParentID)
	}
	user := userID(row.UserID)
	return auth.Principal{
		Name: string(user), User: user, Session: sessionID(row.ID),
		Scopes: PermissionsOf(row.Roles), Organises: CalendarsOf(row.Roles), AuthenticatedAt: row.AuthenticatedAt,
	}, true, nil
}

// touch writes down that a session is used, and the one that it came from, which would run
// out otherwise while its user is at another host. Nobody is kept out where that fails.
func (s *Service) touch(ctx context.Context, now time.Time, session uuid.UUID, parent *uuid.UUID) {
	used := []uuid.UUID{session}
	if parent != nil {
		used = append(used, *parent)
	}
	for _, u := range used {
		if err := s.queries().TouchSession(ctx, identitydb.TouchSessionParams{ID: u, At: now, Before: now.Add(-usedEvery)}); err != nil {
			slog.WarnContext(ctx, "the use of a session was not written down", "error", err)
		}
	}
}

// SignOut ends a session and those that came from it; one that has ended, or never was, is no
// fault.
func (s *Service) SignOut(ctx context.Context, session contract.SessionID, v contract.Visitor) error {
	u, ok := id.Parse(sessionPrefix, session)
	if !ok {
		return nil
	}
	return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		user, err := identitydb.New(tx).SessionUser(ctx, u)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		return s.endOne(ctx, tx, user, u, endedSignedOut, record{actor: string(userID(user)), visitor: v})
	})
}

// endOne ends a session of a user in tx, and those that came from it. by is who does it.
func (s *Service) endOne(ctx context.Context, tx pgx.Tx, user, session uuid.UUID, why string, by record) error {
	q := identitydb.New(tx)
	if _, err := q.LockUser(ctx, user); err != nil {
		return err
	}
	ended, err := q.EndSessions(ctx, identitydb.EndSessionsParams{Ids: []uuid.UUID{session}, At: s.Clock.Now(), Why: why})
	if err != nil || len(ended) == 0 {
		return err
	}
	by.action, by.subject, by.user, by.details = "session.ended", string(sessionID(session)), &user, map[string]any{"why": why}
	if err := s.note(ctx, tx, by); err != nil {
		return err
	}
	_, err = s.endFrom(ctx, tx, ended, why)
	return err
}

// endAll ends the sessions of a user in tx, and the grants that were given in them, but for
// one session with the one that it came from and others from there; uuid.Nil: all. why is a
// value of ended_why. n counts those of apps too. The caller has locked the user's row.
func (s *Service) endAll(ctx context.Context, tx pgx.Tx, user, except uuid.UUID, why string) (n int, err error) {
	ended, err := identitydb.New(tx).EndSessionsOf(ctx, identitydb.EndSessionsOfParams{UserID: user, KeptID: except, At: s.Clock.Now(), Why: why})
	if err != nil || len(ended) == 0 {
		return 0, err
	}
	all, err := s.endFrom(ctx, tx, ended, why)
	if err != nil {
		return 0, err
	}
	return all, s.note(ctx, tx, record{
		action: "session.ended", subject: string(userID(user)), user: &user, details: map[string]any{"why": why, "sessions": all},
	})
}

// endFrom ends what came from sessions that tx has just ended, in a statement of its own,
// which sees what came until then. It tells whoever listens of all of them, and of earlier
// sessions of the same browsers, whose grants have lived on. n counts what ended.
func (s *Service) endFrom(ctx context.Context, tx pgx.Tx, ended []uuid.UUID, why string) (n int, err error) {
	q := identitydb.New(tx)
	earlier, err := q.ReplacedBy(ctx, ended)
	if err != nil {
		return 0, err
	}
	more, err := q.EndSessionsFrom(ctx, identitydb.EndSessionsFromParams{Ids: ended, At: s.Clock.Now(), Why: why})
	if err != nil {
		return 0, err
	}
	n = len(ended) + len(more)
	if s.ended == nil {
		return n, nil
	}
	return n, s.ended(ctx, tx, append(append(ended, more...), earlier...))
}

// stillIn fails with 401 where the session that somebody asks in has ended since the request
// began: what ends everything, as suspension and recovery do, leaves nothing that was asked for
// before and is made after. tx has locked the user's row. Tokens have no session.
func stillIn(ctx context.Context, tx pgx.Tx, p auth.Principal) error {
	if p.Session == "" {
		return nil
	}
	session, _ := id.Parse(sessionPrefix, p.Session)
	_, err := identitydb.New(tx).SessionUser(ctx, session)
	if errors.Is(err, pgx.ErrNoRows) {
		err = problem.Unauthorized("the session has ended; sign in again")
	}
	return err
}

// sessionID shows a session's id.
func sessionID(u uuid.UUID) contract.SessionID {
	return id.Format[contract.SessionID](sessionPrefix, u)
}

// How sessions begin, and what follows from it.

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
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/db"
)

// How somebody proved who they are.
const (
	byLink    = "link"
	byCode    = "code"
	byPasskey = "passkey"
	bySSO     = "sso"
)

// begin makes a session in tx, with everything that follows from it: the old session of the
// same browser is replaced, the device remembered, a mail sent when it is new, carts merged,
// the audit log written. The caller has locked the user's row. It fails with 403
// `account_suspended` for a user who is not active.
func (s *Service) begin(ctx context.Context, tx pgx.Tx, user identitydb.User, method string, v contract.Visitor) (contract.SignedIn, error) {
	now := s.Clock.Now()
	return s.start(ctx, tx, user, start{method: method, authenticatedAt: now, expiresAt: now.Add(SessionLasts)}, v)
}

// start is what is particular about a session. parent is the one that an app's came from.
type start struct {
	method                     string
	parent                     *uuid.UUID
	authenticatedAt, expiresAt time.Time
}

func (s *Service) start(ctx context.Context, tx pgx.Tx, user identitydb.User, b start, v contract.Visitor) (signed contract.SignedIn, err error) {
	if user.State != stateActive {
		return signed, suspended()
	}
	session := id.New()
	signed = contract.SignedIn{
		User: userID(user.ID), Session: sessionID(session), Token: seal.Random(), Device: v.Device, ExpiresAt: b.expiresAt,
	}
	if err := identitydb.New(tx).InsertSession(ctx, identitydb.InsertSessionParams{
		ID: session, TokenHash: seal.Hash(signed.Token), UserID: user.ID, ParentID: b.parent, Origin: v.Origin, Method: b.method,
		At: s.Clock.Now(), AuthenticatedAt: b.authenticatedAt, ExpiresAt: b.expiresAt, Network: NetworkText(v.Network), UserAgent: v.UserAgent,
	}); err != nil {
		return signed, err
	}
	if err := s.replace(ctx, tx, user.ID, session, b.parent == nil, v); err != nil {
		return signed, err
	}
	if b.parent == nil {
		if signed.Device, err = s.remember(ctx, tx, user.ID, v); err != nil {
			return signed, err
		}
	}
	for _, merge := range s.Merge {
		if err := merge(ctx, tx, signed, v); err != nil {
			return signed, err
		}
	}
	return signed, s.note(ctx, tx, record{
		action: "session.begun", actor: string(signed.User), subject: string(signed.Session), user: &user.ID, visitor: v,
		details: map[string]any{"method": b.method},
	})
}

// replace ends the session that the browser had before. Where the same user has signed in
// anew, for something that wants a recent proof, what came from it stays, and ends with the
// new one. Another user's ends with everything.
func (s *Service) replace(ctx context.Context, tx pgx.Tx, user, session uuid.UUID, main bool, v contract.Visitor) error {
	if v.Session == "" {
		return nil
	}
	q := identitydb.New(tx)
	old, err := q.ReplaceSession(ctx, identitydb.ReplaceSessionParams{TokenHash: seal.Hash(v.Session), Origin: v.Origin, At: s.Clock.Now()})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.note(ctx, tx, record{
		action: "session.ended", actor: string(userID(user)), subject: string(sessionID(old.ID)), user: &old.UserID, visitor: v,
		details: map[string]any{"why": endedReplaced},
	}); err != nil {
		return err
	}
	if main && old.UserID == user && old.ParentID == nil {
		return q.AdoptSessions(ctx, identitydb.AdoptSessionsParams{Successor: session, Old: old.ID})
	}
	_, err = s.endFrom(ctx, tx, []uuid.UUID{old.ID}, endedReplaced)
	return err
}

// ByApp begins the session of an app on a host of its own, for who is signed in at the
// authorization server. It runs out with the session there, and ends with it. It fails with 403
// `session_ended` where that has ended, is another user's, or is an app's itself.
func (s *Service) ByApp(ctx context.Context, a contract.AppSignIn, v contract.Visitor) (signed contract.SignedIn, err error) {
	user, isUser := id.Parse(userPrefix, a.User)
	parent, isSession := id.Parse(sessionPrefix, a.Session)
	if !isUser || !isSession {
		return signed, sessionEnded()
	}
	v.Origin = a.Origin
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q, now := identitydb.New(tx), s.Clock.Now()
		row, err := q.LockUser(ctx, user)
		if errors.Is(err, pgx.ErrNoRows) {
			return sessionEnded()
		}
		if err != nil {
			return err
		}
		from, err := q.LiveSession(ctx, identitydb.LiveSessionParams{ID: parent, UserID: user, At: now, Idle: now.Add(-SessionIdle)})
		if errors.Is(err, pgx.ErrNoRows) {
			return sessionEnded()
		}
		if err != nil {
			return err
		}
		// What the app was told may be old, and counts for less than what is known here.
		at := from.AuthenticatedAt
		if a.AuthTime.Before(at) {
			at = a.AuthTime
		}
		signed, err = s.start(ctx, tx, row, start{method: bySSO, parent: &from.ID, authenticatedAt: at, expiresAt: from.ExpiresAt}, v)
		return err
	})
	return signed, err
}

func sessionEnded() error {
	return problem.Forbidden("the session that this one was to come from has ended").WithCode("session_ended")
}

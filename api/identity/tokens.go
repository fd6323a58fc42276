// Personal access tokens: what somebody lets a program of their own do.

package identity

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/db"
)

// PersonalPrefix begins every personal access token, so that scanners of source code and
// whoever verifies it know what it is.
const PersonalPrefix = "roseash_pat_"

const (
	maxPersonalTokens = 50 // of one user, good ones
	defaultTokenDays  = 90
	touchEvery        = 5 * time.Minute
)

// TokenID is a personal access token's id, which is not secret.
type TokenID string

// PersonalToken is what is shown of a personal access token.
type PersonalToken struct {
	ID         TokenID    `json:"id" example:"tok_019ab3f47c2e7d06b8a1f0c2d3e4f50b"`
	Name       string     `json:"name" example:"Backup script"`
	Scopes     []string   `json:"scopes" example:"[\"blog:draft\"]" doc:"What it was made for. It may do no more than what its owner's roles permit when it is used."`
	CreatedAt  time.Time  `json:"created_at" example:"2026-11-26T09:30:00Z"`
	ExpiresAt  time.Time  `json:"expires_at" example:"2027-02-24T09:30:00Z"`
	LastUsedAt *time.Time `json:"last_used_at,omitempty" example:"2026-11-27T10:00:00Z" doc:"To five minutes; absent for one that has not been used."`
}

// NewPersonalToken is a token that is to be made.
type NewPersonalToken struct {
	Name      string   `json:"name" minLength:"1" maxLength:"80" pattern:"\\S" example:"Backup script" doc:"What it is for, to know it by."`
	Scopes    []string `json:"scopes" minItems:"1" maxItems:"30" example:"[\"blog:draft\"]" doc:"What it may do, all of it permitted to you."`
	ExpiresIn int      `json:"expires_in,omitempty" minimum:"1" maximum:"365" default:"90" example:"90" doc:"Days that it is good for."`
}

// MadePersonalToken is a token that was just made: the only time that it is shown.
type MadePersonalToken struct {
	PersonalToken
	Token string `json:"token" example:"roseash_pat_…" doc:"The token itself. It is shown now and never again."`
}

// PersonalTokens are the good tokens of whoever asks, the newest first. It fails with 403
// `no_user` for a program that acts by itself.
func (s *Service) PersonalTokens(ctx context.Context) ([]PersonalToken, error) {
	_, user, err := tokenOwner(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := s.queries().PersonalTokens(ctx, identitydb.PersonalTokensParams{UserID: user, At: s.Clock.Now()})
	list := make([]PersonalToken, len(rows))
	for i, row := range rows {
		list[i] = toPersonalToken(row)
	}
	return list, err
}

// CreatePersonalToken makes a token for whoever asks, in a transaction of its own. It fails
// with 403 `no_user` for a program that acts by itself, 403 `session_required` for an app and
// another token, which would outlive what they were given; 401 where the session has just
// ended, 422 for scopes that are unknown or
// not permitted, and 409 `too_many_tokens`.
func (s *Service) CreatePersonalToken(ctx context.Context, n NewPersonalToken) (made MadePersonalToken, err error) {
	p, user, err := tokenOwner(ctx)
	if err != nil {
		return made, err
	}
	if p.Session == "" {
		return made, problem.Forbidden("only somebody who has signed in on the pages can make a token").WithCode("session_required")
	}
	scopes, err := tokenScopes(p, n.Scopes)
	if err != nil {
		return made, err
	}
	if n.ExpiresIn == 0 {
		n.ExpiresIn = defaultTokenDays
	}
	made.Token = PersonalPrefix + seal.Random()
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q, now := identitydb.New(tx), s.Clock.Now()
		if _, err := q.LockUser(ctx, user); err != nil { // two at once are counted one after the other
			return err
		}
		if err := stillIn(ctx, tx, p); err != nil {
			return err
		}
		good, err := q.CountPersonalTokens(ctx, identitydb.CountPersonalTokensParams{UserID: user, At: now})
		if err != nil {
			return err
		}
		if good >= maxPersonalTokens {
			return problem.Conflict("there are %d tokens already; revoke one first", maxPersonalTokens).WithCode("too_many_tokens")
		}
		expires := now.AddDate(0, 0, n.ExpiresIn)
		row, err := q.InsertPersonalToken(ctx, identitydb.InsertPersonalTokenParams{
			ID: id.New(), UserID: user, Name: strings.TrimSpace(n.Name), Hash: seal.Hash(made.Token), Scopes: scopes, At: now, ExpiresAt: &expires,
		})
		if err != nil {
			return err
		}
		made.PersonalToken = toPersonalToken(row)
		return s.note(ctx, tx, record{action: "token.created", subject: string(made.ID), user: &user,
			details: map[string]any{"scopes": scopes, "days": n.ExpiresIn}})
	})
	return made, err
}

// RevokePersonalToken ends a token of whoever asks. It fails with 404 for one that is
// unknown, revoked or another's.
func (s *Service) RevokePersonalToken(ctx context.Context, token TokenID) error {
	_, user, err := tokenOwner(ctx)
	if err != nil {
		return err
	}
	u, ok := id.Parse(tokenPrefix, token)
	if !ok {
		return noToken()
	}
	return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		n, err := identitydb.New(tx).RevokePersonalToken(ctx, identitydb.RevokePersonalTokenParams{ID: u, UserID: user, At: s.Clock.Now()})
		if err != nil {
			return err
		}
		if n == 0 {
			return noToken()
		}
		return s.note(ctx, tx, record{action: "token.revoked", subject: string(token), user: &user})
	})
}

// VerifyPersonal verifies a personal access token. It fails with auth.ErrRefused for one that
// is unknown, expired or revoked, and where its user is not active.
func (s *Service) VerifyPersonal(ctx context.Context, token string) (auth.Principal, error) {
	if random, ok := strings.CutPrefix(token, PersonalPrefix); !ok || len(random) != tokenLength {
		return auth.Principal{}, auth.ErrRefused
	}
	now := s.Clock.Now()
	row, err := s.queries().PersonalTokenByHash(ctx, identitydb.PersonalTokenByHashParams{Hash: seal.Hash(token), At: now})
	if errors.Is(err, pgx.ErrNoRows) {
		return auth.Principal{}, auth.ErrRefused
	}
	if err != nil {
		return auth.Principal{}, err
	}
	s.touchToken(ctx, row.ID, row.LastUsedAt, now)
	user := userID(row.UserID)
	return auth.Principal{
		Name: string(user), User: user, Scopes: auth.Both(row.Scopes, PermissionsOf(row.Roles)), Organises: CalendarsOf(row.Roles),
	}, nil
}

// touchToken notes that a token is used, unless that was noted lately. Whoever uses it does
// not suffer from a fault here.
func (s *Service) touchToken(ctx context.Context, token uuid.UUID, last *time.Time, now time.Time) {
	if last != nil && now.Sub(*last) < touchEvery {
		return
	}
	before := now.Add(-touchEvery)
	if err := s.queries().TouchPersonalToken(ctx, identitydb.TouchPersonalTokenParams{ID: token, At: now, Before: before}); err != nil {
		slog.ErrorContext(ctx, "the use of a token was not noted", "token", id.Format[TokenID](tokenPrefix, token), "error", err)
	}
}

// PrunePersonalTokens deletes tokens that have been of no use since before, in batches.
func (s *Service) PrunePersonalTokens(ctx context.Context, before time.Time) (deleted int64, err error) {
	const batch = 1000
	for {
		n, err := s.queries().DeleteOldPersonalTokens(ctx, identitydb.DeleteOldPersonalTokensParams{Before: before, Most: batch})
		deleted += n
		if err != nil || n < batch {
			return deleted, err
		}
	}
}

// tokenScopes puts the scopes of a new token into order.
func tokenScopes(p auth.Principal, asked []string) ([]string, error) {
	scopes := []string{}
	for _, s := range auth.Scopes() {
		if !s.OpenID && slices.Contains(asked, s.Name) {
			scopes = append(scopes, s.Name)
		}
	}
	for i, name := range asked {
		if !slices.Contains(scopes, name) {
			return nil, problem.Unprocessable("the request does not fit its description").
				WithField(fmt.Sprintf("body.scopes[%d]", i), "expected a scope of the API")
		}
		if !p.Has(name) {
			return nil, problem.Unprocessable("a token may do no more than you").WithCode("scope_not_permitted").
				WithField(fmt.Sprintf("body.scopes[%d]", i), "is not permitted to you")
		}
	}
	return scopes, nil
}

// tokenOwner is whoever asks, where that is a person.
func tokenOwner(ctx context.Context) (p auth.Principal, user uuid.UUID, err error) {
	p, _ = auth.PrincipalFrom(ctx)
	user, err = self(ctx)
	return p, user, err
}

func noToken() error { return problem.NotFound("no such token") }

func toPersonalToken(row identitydb.PersonalToken) PersonalToken {
	t := PersonalToken{ID: id.Format[TokenID](tokenPrefix, row.ID), Name: row.Name, Scopes: row.Scopes, CreatedAt: row.CreatedAt, LastUsedAt: row.LastUsedAt}
	if row.ExpiresAt != nil {
		t.ExpiresAt = *row.ExpiresAt
	}
	return t
}

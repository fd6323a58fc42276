// What an access token is worth now.

package oauth

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/seal"
)

// Prefixes of ids.
const (
	userPrefix    = "user"
	sessionPrefix = "ses"
)

// VerifyAccess verifies an access token, "roseash_at_…", whose audience must be this API. It
// fails with auth.ErrRefused where the token is unknown, expired or meant for others, its
// grant revoked, its client disabled or its user not active. What a user's token is good for
// is what both it and their roles allow now. One query.
func (s *Server) VerifyAccess(ctx context.Context, token string) (auth.Principal, error) {
	row, err := s.accessToken(ctx, token)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !slices.Contains(row.Audience, s.Sites.Main()) {
		return auth.Principal{}, auth.ErrRefused
	}
	if err != nil {
		return auth.Principal{}, err
	}
	p := auth.Principal{Name: row.ClientID, Client: contract.ClientID(row.ClientID), Scopes: row.Scopes}
	if row.UserID != nil {
		p.User = id.Format[contract.UserID](userPrefix, *row.UserID)
		p.Name = string(p.User)
		p.Scopes = auth.Both(row.Scopes, identity.PermissionsOf(row.Roles))
		p.Organises = identity.CalendarsOf(row.Roles)
	}
	if row.AuthTime != nil {
		p.AuthenticatedAt = *row.AuthTime
	}
	return p, nil
}

// accessToken finds an access token that is good for something; pgx.ErrNoRows for none.
func (s *Server) accessToken(ctx context.Context, token string) (identitydb.AccessTokenInUseRow, error) {
	if !strings.HasPrefix(token, accessPrefix) {
		return identitydb.AccessTokenInUseRow{}, pgx.ErrNoRows
	}
	row, err := s.queries().AccessTokenInUse(ctx, identitydb.AccessTokenInUseParams{Hash: seal.Hash(token), Now: s.Clock.Now()})
	row.Scopes = stillAllowed(row.Scopes, row.ClientScopes)
	return row, err
}

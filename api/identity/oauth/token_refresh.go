// The token endpoint for refresh tokens (RFC 6749 section 6) and for clients that act by
// themselves (section 4.4).

package oauth

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/go-oauth2/oauth2/v4"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/seal"
)

// exchangeRefresh rotates a refresh token. One that was used before ends its whole family,
// whoever of the two that hold it came first (RFC 9700 section 4.14.2). Another client's is
// refused and its family lives on: it was useless where it turned up, and ending the family
// would be a weapon.
func (s *Server) exchangeRefresh(r *http.Request, c claimed, f form, i *issuance) *tokenError {
	ctx, token := r.Context(), f.get("refresh_token")
	row, err := i.queries.RefreshToRedeem(ctx, identitydb.RefreshToRedeemParams{Hash: seal.Hash(token), ClientID: c.id})
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return failed(err)
	}
	found := err == nil
	var refused *tokenError
	if found {
		i.client = identitydb.Client{
			ClientID: c.id, Confidential: row.Confidential, SecretHash: row.SecretHash, GrantTypes: row.GrantTypes, Scopes: row.ClientScopes,
			DisabledAt: row.DisabledAt,
		}
		refused = s.prove(r, c, i.client)
	} else {
		i.client, refused = s.authenticate(ctx, r, c)
	}
	i.grant = identitydb.Grant{
		ID: row.GrantID, ClientID: c.id, UserID: row.UserID, SessionID: row.SessionID, Audience: row.Audience, AuthTime: row.AuthTime, Amr: row.Amr,
	}
	switch {
	case refused != nil:
		return refused
	case !allows(i.client, grantRefresh):
		return notAllowed()
	case token == "":
		return invalidRequest("refresh_token is missing")
	case !found:
		return invalidGrant("the refresh token is not valid")
	case row.UsedAt != nil:
		return s.reused(ctx, i, whyRefreshReused)
	case !row.ExpiresAt.After(i.now) || !row.GrantExpiresAt.After(i.now) || row.RevokedAt != nil || row.UserState != "active":
		return invalidGrant("the refresh token is not valid any more")
	}
	i.step, i.spent = redeemRefresh, token
	// The next refresh token has the scopes of this one; only the access token is narrower.
	i.refreshScopes = row.Scopes
	if i.scopes, refused = narrowedScopes(f, stillAllowed(row.Scopes, i.client.Scopes)); refused != nil {
		return refused
	}
	if i.audience, refused = narrowed(f, row.Audience); refused != nil {
		return refused
	}
	return s.issue(ctx, i, oauth2.Refreshing, f)
}

// narrowedScopes are the scopes of a request that may ask for fewer than it could have.
func narrowedScopes(f form, granted []string) ([]string, *tokenError) {
	asked := f.list("scope")
	if len(asked) == 0 {
		return granted, nil
	}
	for _, scope := range asked {
		if !known(scope) || !auth.Covers(granted, scope) {
			return nil, refusal("invalid_scope", "a scope was not granted")
		}
	}
	return asked, nil
}

// known tells whether there is such a scope.
func known(scope string) bool {
	return slices.ContainsFunc(auth.Scopes(), func(s auth.ScopeInfo) bool { return s.Name == scope })
}

// exchangeNothing gives a token to a program that acts by itself.
func (s *Server) exchangeNothing(ctx context.Context, f form, i *issuance) (refused *tokenError) {
	own := slices.DeleteFunc(slices.Clone(i.client.Scopes), func(scope string) bool { return !known(scope) || openID(scope) })
	i.step = serveTheClient
	if i.scopes, refused = narrowedScopes(f, own); refused != nil {
		return refused
	}
	if i.audience, refused = s.audience(f, i.client); refused != nil {
		return refused
	}
	return s.issue(ctx, i, oauth2.ClientCredentials, f)
}

// openID tells scopes that are about a person.
func openID(scope string) bool {
	return slices.ContainsFunc(auth.Scopes(), func(s auth.ScopeInfo) bool { return s.Name == scope && s.OpenID })
}

// audience is what a request asks tokens for (RFC 8707 section 2): the API where it does not
// say, and for a client that has no business there the userinfo endpoint.
func (s *Server) audience(f form, client identitydb.Client) ([]string, *tokenError) {
	if len(f["resource"]) > 0 {
		return narrowed(f, client.Audiences)
	}
	if slices.Contains(client.Audiences, s.Sites.Main()) {
		return []string{s.Sites.Main()}, nil
	}
	return []string{s.Issuer() + userinfoPath}, nil
}

// POST /oauth/introspect: what a token is good for (RFC 7662).

package oauth

import (
	"context"
	"errors"
	"net/http"
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

// introspection is the answer (RFC 7662 section 2.2).
type introspection struct {
	Active    bool               `json:"active"`
	Scope     string             `json:"scope,omitempty"`
	ClientID  string             `json:"client_id,omitempty"`
	TokenType string             `json:"token_type,omitempty"`
	ExpiresAt int64              `json:"exp,omitempty"`
	IssuedAt  int64              `json:"iat,omitempty"`
	Subject   string             `json:"sub,omitempty"`
	Audience  []string           `json:"aud,omitempty"`
	Issuer    string             `json:"iss,omitempty"`
	AuthTime  int64              `json:"auth_time,omitempty"`
	Session   contract.SessionID `json:"sid,omitempty"`
}

// introspect answers a client that has proved who it is, about tokens that it was given or
// that are meant for it. Of others it learns nothing, not even whether there are any.
func (s *Server) introspect(w http.ResponseWriter, r *http.Request) {
	f, client, refused := s.clientForm(w, r)
	if refused == nil && !client.Confidential {
		refused = invalidClient()
	}
	if refused == nil && f.get("token") == "" {
		refused = invalidRequest("token is missing")
	}
	if refused != nil {
		refuse(w, r, refused)
		return
	}
	about := s.aboutAccess
	if strings.HasPrefix(f.get("token"), refreshPrefix) {
		about = s.aboutRefresh
	}
	v, err := about(r.Context(), client, f.get("token"))
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		refuse(w, r, failed(err))
		return
	}
	answer(w, http.StatusOK, v)
}

func (s *Server) aboutAccess(ctx context.Context, client identitydb.Client, token string) (introspection, error) {
	row, err := s.accessToken(ctx, token)
	if err != nil || row.ClientID != client.ClientID && !meantFor(client, row.Audience) {
		return introspection{}, err
	}
	v := introspection{
		Active: true, Scope: strings.Join(row.Scopes, " "), ClientID: row.ClientID, TokenType: "Bearer", Subject: row.ClientID,
		IssuedAt: row.CreatedAt.Unix(), ExpiresAt: row.ExpiresAt.Unix(), Audience: row.Audience, Issuer: s.Issuer(),
	}
	if row.UserID != nil {
		v.Subject = string(id.Format[contract.UserID](userPrefix, *row.UserID))
		v.Scope = strings.Join(effective(row.Scopes, row.Roles), " ")
	}
	if row.AuthTime != nil {
		v.AuthTime = row.AuthTime.Unix()
	}
	if row.SessionID != nil {
		v.Session = id.Format[contract.SessionID](sessionPrefix, *row.SessionID)
	}
	return v, nil
}

// effective is what a user's token is good for now: what it says about the person, and what
// both it and their roles allow.
func effective(scopes, roleRows []string) []string {
	about := slices.DeleteFunc(slices.Clone(scopes), func(scope string) bool { return !openID(scope) })
	return append(about, auth.Both(scopes, identity.PermissionsOf(roleRows))...)
}

// meantFor tells whether a client is a resource that a token is for. It is known by its own
// address; other people's programs only ask about what they were given.
func meantFor(client identitydb.Client, audience []string) bool {
	return client.Kind != kindThirdParty && client.ClientUri != "" && slices.Contains(audience, client.ClientUri)
}

func (s *Server) aboutRefresh(ctx context.Context, client identitydb.Client, token string) (introspection, error) {
	row, err := s.queries().RefreshToRedeem(ctx, identitydb.RefreshToRedeemParams{Hash: seal.Hash(token), ClientID: client.ClientID})
	now := s.Clock.Now()
	if err != nil || row.UsedAt != nil || row.RevokedAt != nil || row.UserState != "active" ||
		!row.ExpiresAt.After(now) || !row.GrantExpiresAt.After(now) {
		return introspection{}, err
	}
	return introspection{
		Active: true, Scope: strings.Join(row.Scopes, " "), ClientID: client.ClientID, Issuer: s.Issuer(),
		IssuedAt: row.CreatedAt.Unix(), ExpiresAt: row.ExpiresAt.Unix(), Audience: row.Audience,
		Subject: string(id.Format[contract.UserID](userPrefix, *row.UserID)),
	}, nil
}

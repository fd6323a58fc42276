// POST /oauth/revoke: a client gives back what it was given (RFC 7009), and how grants end.

package oauth

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/db"
)

// revoke ends an access token, or with a refresh token everything of its grant. What is no
// token of the client's is answered alike: it is not there, which is what was wanted.
func (s *Server) revoke(w http.ResponseWriter, r *http.Request) {
	f, client, refused := s.clientForm(w, r)
	if refused == nil && f.get("token") == "" {
		refused = invalidRequest("token is missing")
	}
	if refused != nil {
		refuse(w, r, refused)
		return
	}
	if err := s.revokeToken(r.Context(), client, f.get("token")); err != nil {
		refuse(w, r, failed(err))
		return
	}
	w.WriteHeader(http.StatusOK)
}

func (s *Server) revokeToken(ctx context.Context, client identitydb.Client, token string) error {
	hash := seal.Hash(token)
	if !strings.HasPrefix(token, refreshPrefix) {
		_, err := s.queries().DropAccessToken(ctx, identitydb.DropAccessTokenParams{Hash: hash, ClientID: client.ClientID})
		return err
	}
	row, err := s.queries().RefreshToRedeem(ctx, identitydb.RefreshToRedeemParams{Hash: hash, ClientID: client.ClientID})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.revokeGrant(ctx, identitydb.Grant{ID: row.GrantID, ClientID: client.ClientID, UserID: row.UserID}, whyRevoked, s.Clock.Now())
}

// revokeGrant ends a grant with all its tokens, in a transaction of its own, at its client's
// doing. One that has ended already stays as it is.
func (s *Server) revokeGrant(ctx context.Context, grant identitydb.Grant, why string, now time.Time) error {
	ctx = auth.WithPrincipal(ctx, auth.Principal{Name: grant.ClientID, Client: contract.ClientID(grant.ClientID)})
	return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		n, err := identitydb.New(tx).RevokeGrant(ctx, identitydb.RevokeGrantParams{ID: grant.ID, Now: now, Why: why})
		if err != nil || n == 0 {
			return err
		}
		var user contract.UserID
		if grant.UserID != nil {
			user = id.Format[contract.UserID](userPrefix, *grant.UserID)
		}
		return s.Identity.Note(ctx, tx, "grant.revoked", grant.ClientID, user, map[string]any{"why": why})
	})
}

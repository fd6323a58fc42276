// The token endpoint for devices that somebody has allowed (RFC 8628 section 3.4).

package oauth

import (
	"context"

	"github.com/go-oauth2/oauth2/v4"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/db"
)

// exchangeDeviceCode exchanges a device code. redeemDevice answers for the code, in tx: it uses
// it up and returns the grant that it led to, or refuses with authorization_pending,
// slow_down, access_denied, expired_token or invalid_grant. A refusal commits too (when the
// device asked is written down), unless it has a cause.
func (s *Server) exchangeDeviceCode(ctx context.Context, f form, i *issuance) (refused *tokenError) {
	code := f.get("device_code")
	if code == "" {
		return invalidRequest("device_code is missing")
	}
	err := db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		if i.grant, refused = s.redeemDevice(ctx, tx, i.client, code); refused != nil {
			return refused.cause
		}
		i.step, i.queries = redeemGrant, identitydb.New(tx)
		i.scopes, i.refreshScopes = i.grant.Scopes, i.grant.Scopes
		if i.audience, refused = narrowed(f, i.grant.Audience); refused != nil {
			return refused
		}
		if refused = s.issue(ctx, i, oauth2.GrantType(grantDevice), f); refused != nil {
			return refused
		}
		return nil
	})
	if err != nil && refused == nil {
		return failed(err)
	}
	return refused
}

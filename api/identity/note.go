// The audit log, for the authorization server.

package identity

import (
	"context"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// Note writes a row of the audit log in tx: whoever is in the context did it. user is whose
// account it is about, empty for nobody's. details hold neither secrets nor addresses.
func (s *Service) Note(ctx context.Context, tx pgx.Tx, action, subject string, user contract.UserID, details map[string]any) error {
	r := record{action: action, subject: subject, details: details}
	if u, ok := id.Parse(userPrefix, user); ok {
		r.user = &u
	}
	return s.note(ctx, tx, r)
}

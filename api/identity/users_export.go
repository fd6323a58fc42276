// What is stored of a user, as they get it.

package identity

import (
	"context"
	"encoding/json"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// ExportUser is all that is stored of a user here, for their export: file names (without ending)
// and what is in them. Hashes of tokens and keys of passkeys are not among it: they say nothing
// of anybody. It fails with 404.
func (s *Service) ExportUser(ctx context.Context, user contract.UserID) (map[string]any, error) {
	u, err := s.User(ctx, user)
	if err != nil {
		return nil, err
	}
	row, _ := id.Parse(userPrefix, u.ID)
	raw, err := s.queries().ExportUser(ctx, identitydb.ExportUserParams{UserID: row, Name: string(u.ID)})
	if err != nil {
		return nil, err
	}
	var files map[string]any
	if err := json.Unmarshal(raw, &files); err != nil {
		return nil, err
	}
	files["profile"].(map[string]any)["id"] = u.ID // as the API shows it
	return files, nil
}

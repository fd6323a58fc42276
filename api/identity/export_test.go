package identity

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// NormalAddress is normalAddress.
var NormalAddress = normalAddress

// Row is the uuid of a user.
func Row(user contract.UserID) uuid.UUID {
	u, ok := id.Parse(userPrefix, user)
	if !ok {
		panic("no id of a user: " + user)
	}
	return u
}

// UserFor is userFor.
func (s *Service) UserFor(ctx context.Context, tx pgx.Tx, address string) (contract.UserID, bool, error) {
	user, created, err := s.userFor(ctx, tx, address)
	return userID(user.ID), created, err
}

// Begin is begin, for a user who is locked first.
func (s *Service) Begin(ctx context.Context, tx pgx.Tx, user contract.UserID, method string, v contract.Visitor) (contract.SignedIn, error) {
	row, err := identitydb.New(tx).LockUser(ctx, Row(user))
	if err != nil {
		return contract.SignedIn{}, err
	}
	return s.begin(ctx, tx, row, method, v)
}

// EndAll is endAll.
func (s *Service) EndAll(ctx context.Context, tx pgx.Tx, user contract.UserID, except uuid.UUID, why string) (int, error) {
	return s.endAll(ctx, tx, Row(user), except, why)
}

// PersonOf is Person on the pool.
func (s *Service) PersonOf(ctx context.Context, user contract.UserID) (Person, error) {
	return s.Person(ctx, s.queries(), Row(user))
}

// EraseDue is eraseDue.
func (s *Service) EraseDue(ctx context.Context) (int, error) { return s.eraseDue(ctx) }

// PruneAudit is pruneAudit.
func (s *Service) PruneAudit(ctx context.Context) (int64, error) { return s.pruneAudit(ctx) }

// PruneLinks is pruneLinks.
func (s *Service) PruneLinks(ctx context.Context) error { return s.pruneLinks(ctx) }

// NoteIn is note, of somebody's account.
func (s *Service) NoteIn(ctx context.Context, tx pgx.Tx, action string, user contract.UserID) error {
	u := Row(user)
	return s.note(ctx, tx, record{action: action, user: &u})
}

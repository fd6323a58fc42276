// What other domains ask of people by their id.

package identity

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

// DisplayName is what a user is called; empty where they have not said. It fails with 404 for
// who is not active.
func (s *Service) DisplayName(ctx context.Context, user contract.UserID) (string, error) {
	uid, ok := id.Parse(userPrefix, user)
	if !ok {
		return "", problem.NotFound("there is no such user")
	}
	name, err := s.queries().DisplayName(ctx, uid)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", problem.NotFound("there is no such user")
	}
	return name, err
}

// PrimaryAddress is where mail to a user goes. It fails with 404 for who is deleted or has
// no verified address.
func (s *Service) PrimaryAddress(ctx context.Context, user contract.UserID) (string, error) {
	uid, ok := id.Parse(userPrefix, user)
	if !ok {
		return "", problem.NotFound("there is no such user")
	}
	address, err := s.queries().PrimaryAddress(ctx, uid)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", problem.NotFound("there is no such user")
	}
	return address, err
}

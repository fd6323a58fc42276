// The own account: who somebody is, and changing one's name.

package identity

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// Profile is somebody's own account, with what they may do in this request.
type Profile struct {
	User
	Scopes []string `json:"scopes" example:"[\"account:read\",\"account:write\"]" doc:"What whoever asks may do: of a token, what the user's roles permit of it."`
}

// self is whoever asks. It fails with 403 `no_user` for programs that act by themselves.
func self(ctx context.Context) (uuid.UUID, error) {
	p, _ := auth.PrincipalFrom(ctx)
	user, ok := id.Parse(userPrefix, p.User)
	if !ok {
		return user, problem.Forbidden("only people have this").WithCode("no_user")
	}
	return user, nil
}

// Me returns the account of whoever asks. It fails with 403 `no_user` for programs.
func (s *Service) Me(ctx context.Context) (Profile, error) {
	user, err := self(ctx)
	if err != nil {
		return Profile{}, err
	}
	return s.profile(ctx, s.queries(), user)
}

func (s *Service) profile(ctx context.Context, q *identitydb.Queries, user uuid.UUID) (Profile, error) {
	u, err := readUser(ctx, q, user)
	if err == nil && u.State != stateActive {
		err = noUser()
	}
	p, _ := auth.PrincipalFrom(ctx)
	return Profile{u, auth.Both(p.Scopes, Permissions(u.Roles))}, err
}

// ProfileChange is what somebody changes of themselves; nil stays as it is.
type ProfileChange struct {
	DisplayName *string `json:"display_name,omitempty" maxLength:"120" example:"Ada Baker" doc:"As others see you. Empty takes it away."`
}

// UpdateMe changes the name of whoever asks. It fails with 412, 422, and as Me does.
func (s *Service) UpdateMe(ctx context.Context, version int64, c ProfileChange) (after Profile, err error) {
	err = s.asSelf(ctx, func(tx pgx.Tx, row identitydb.User) error {
		q := identitydb.New(tx)
		if version != row.Version {
			return changedSince()
		}
		if c.DisplayName != nil {
			name, err := checkedName(*c.DisplayName, "body.display_name")
			if err != nil {
				return err
			}
			if name != row.DisplayName {
				if err := q.UpdateUser(ctx, identitydb.UpdateUserParams{
					ID: row.ID, DisplayName: name, State: row.State, DeletionDue: row.DeletionDue, At: s.Clock.Now(),
				}); err != nil {
					return err
				}
			}
		}
		after, err = s.profile(ctx, q, row.ID)
		return err
	})
	return after, err
}

// asSelf runs fn in a transaction on the locked row of whoever asks, who must be active.
func (s *Service) asSelf(ctx context.Context, fn func(tx pgx.Tx, row identitydb.User) error) error {
	user, err := self(ctx)
	if err != nil {
		return err
	}
	return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		row, err := identitydb.New(tx).LockUser(ctx, user)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && row.State != stateActive {
			return noUser()
		}
		if err != nil {
			return err
		}
		p, _ := auth.PrincipalFrom(ctx)
		if err := stillIn(ctx, tx, p); err != nil {
			return err
		}
		return fn(tx, row)
	})
}

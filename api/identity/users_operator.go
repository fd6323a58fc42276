// What the operator does at the machine itself: make users, change roles, let somebody in who
// has lost their mail.

package identity

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// recoveryLasts is how long the link that lets somebody in is good.
const recoveryLasts = 24 * time.Hour

// AsOperator returns a context in which everything is permitted, for the commands that are
// typed at the machine; the audit log has "operator".
func AsOperator(ctx context.Context) context.Context {
	return auth.WithPrincipal(ctx, auth.Principal{Name: operator, Scopes: []string{auth.AllScopes}})
}

// AddUser makes a user or finds the one with the address, gives roles besides those that they
// have, and returns a one-time link to sign in with. The operator vouches for the address: it
// counts as verified. It fails with 422, and with 403 `account_suspended`.
func (s *Service) AddUser(ctx context.Context, address, name string, roles []contract.RoleGrant) (url string, err error) {
	ctx = AsOperator(ctx)
	address, ok := normalAddress(address)
	if !ok {
		return "", noAddress("body.address")
	}
	if name, err = checkedName(name, "body.name"); err != nil {
		return "", err
	}
	if roles, err = checkedRoles(roles); err != nil {
		return "", err
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := identitydb.New(tx)
		user, _, err := s.member(ctx, tx, newcomer{name: name, address: address, verified: true, by: operator})
		if err != nil {
			return err
		}
		if err := q.HoldOwners(ctx); err != nil {
			return err
		}
		granted, err := s.grant(ctx, tx, user.ID, roles, operator)
		if err != nil {
			return err
		}
		if granted {
			if err := q.TouchUser(ctx, identitydb.TouchUserParams{ID: user.ID, At: s.Clock.Now()}); err != nil {
				return err
			}
		}
		url, err = s.letIn(ctx, tx, user, address, InvitationLasts)
		return err
	})
	return url, err
}

// letIn makes a one-time link by which a user signs in; those that were made before no longer
// work.
func (s *Service) letIn(ctx context.Context, tx pgx.Tx, user identitydb.User, address string, lasts time.Duration) (url string, err error) {
	q, now := identitydb.New(tx), s.Clock.Now()
	if err := q.RevokeLinksOf(ctx, identitydb.RevokeLinksOfParams{UserID: user.ID, At: now}); err != nil {
		return "", err
	}
	_, token, err := s.insertInvitation(ctx, q, identitydb.InsertInvitationParams{
		Address: &address, UserID: &user.ID, InvitedBy: operator, ExpiresAt: now.Add(lasts)}, nil)
	if err != nil {
		return "", err
	}
	return s.welcomeLink(token), s.note(ctx, tx, record{action: "recovery.link_made", subject: string(userID(user.ID)), user: &user.ID})
}

// ByAddress returns the user whose address it is, verified or not, or whose id it is. It fails
// with 404, and with 409 `address_ambiguous` where several have given an address that none of
// them has confirmed.
func (s *Service) ByAddress(ctx context.Context, address string) (User, error) {
	if u, err := s.User(ctx, contract.UserID(address)); problem.Code(err) != "not_found" {
		return u, err
	}
	address, ok := normalAddress(address)
	if !ok {
		return User{}, noUser()
	}
	q := s.queries()
	user, err := q.UserByAddress(ctx, address)
	if errors.Is(err, pgx.ErrNoRows) {
		found, err := q.UsersByAnyAddress(ctx, address)
		switch {
		case err != nil:
			return User{}, err
		case len(found) == 0:
			return User{}, noUser()
		case len(found) > 1:
			return User{}, problem.Conflict("several people have given this address: name the user by id").WithCode("address_ambiguous")
		}
		user = found[0]
	} else if err != nil {
		return User{}, err
	}
	return readUser(ctx, q, user)
}

// RecoverUser returns a one-time link by which a user signs in who has lost the way to their
// mail, and writes that into the audit log. It fails as ByAddress does, and with 403
// `account_suspended`.
func (s *Service) RecoverUser(ctx context.Context, address string) (url string, err error) {
	ctx = AsOperator(ctx)
	u, err := s.ByAddress(ctx, address)
	if err != nil {
		return "", err
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		row, _, err := s.hold(ctx, tx, rowOf(u.ID))
		if err != nil {
			return err
		}
		if row.State != stateActive {
			return suspended()
		}
		url, err = s.letIn(ctx, tx, row, u.Email, recoveryLasts)
		return err
	})
	return url, err
}

// ChangeRoles gives roles to a user and takes others away. It fails as ByAddress and SetRoles
// do.
func (s *Service) ChangeRoles(ctx context.Context, address string, add, remove []contract.RoleGrant) (User, error) {
	ctx = AsOperator(ctx)
	u, err := s.ByAddress(ctx, address)
	if err != nil {
		return u, err
	}
	if add, err = checkedRoles(add); err != nil {
		return u, err
	}
	return s.change(ctx, u.ID, nil, func(tx pgx.Tx, row identitydb.User, before []contract.RoleGrant) error {
		after := slices.DeleteFunc(slices.Concat(before, add), func(g contract.RoleGrant) bool { return slices.Contains(remove, g) })
		return s.replaceRoles(ctx, tx, row.ID, before, after)
	})
}

// Users: who they are, and who an address belongs to.

package identity

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

// States of a user.
const (
	stateActive    = "active"
	stateSuspended = "suspended"
	stateDeleted   = "deleted"
)

// Person is a user as the authorization server and tokens see them.
type Person struct {
	ID            contract.UserID
	Name          string
	Email         string // the primary one
	EmailVerified bool
	Roles         []contract.RoleGrant
	Scopes        []string // what the roles permit
}

// Person returns an active user in tx or on the pool (q). It fails with 404.
func (s *Service) Person(ctx context.Context, q *identitydb.Queries, user uuid.UUID) (Person, error) {
	row, err := q.PersonByID(ctx, user)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && row.User.State != stateActive {
		return Person{}, noUser()
	}
	if err != nil {
		return Person{}, err
	}
	roles, err := readRoles(row.Roles)
	return Person{
		ID: userID(user), Name: row.User.DisplayName, Email: row.Address, EmailVerified: row.VerifiedAt != nil,
		Roles: roles, Scopes: Permissions(roles),
	}, err
}

func noUser() error { return problem.NotFound("no such user") }

func suspended() error {
	return problem.Forbidden("this account is suspended; ask those who run the site").WithCode("account_suspended")
}

// userFor returns the active user with a verified address, in tx, and keeps the row locked to
// its end; created tells that the account was made just now, with this address as its
// verified primary one. With Options.Closed nobody is made: 404. A suspended user: 403
// `account_suspended`.
func (s *Service) userFor(ctx context.Context, tx pgx.Tx, address string) (user identitydb.User, created bool, err error) {
	if s.Closed {
		user, err = s.known(ctx, tx, address)
		if errors.Is(err, pgx.ErrNoRows) {
			err = problem.NotFound("nobody has an account with this address")
		}
		return user, false, err
	}
	return s.member(ctx, tx, newcomer{address: address, verified: true})
}

// member is userFor for somebody who may come even where nobody else may.
func (s *Service) member(ctx context.Context, tx pgx.Tx, n newcomer) (user identitydb.User, created bool, err error) {
	// Whoever loses a race for a new address finds the winner's account the next time round.
	for range 3 {
		if user, err = s.known(ctx, tx, n.address); !errors.Is(err, pgx.ErrNoRows) {
			return user, false, err
		}
		if user, err = s.newUser(ctx, tx, n); problem.Code(err) != "address_taken" {
			return user, err == nil, err
		}
	}
	return user, false, err
}

// known locks the active user with a verified address in tx. It fails with pgx.ErrNoRows, and
// with 403 `account_suspended`.
func (s *Service) known(ctx context.Context, tx pgx.Tx, address string) (user identitydb.User, err error) {
	q := identitydb.New(tx)
	for range 3 {
		if user, err = q.LockUserByAddress(ctx, address); err != nil {
			return user, err
		}
		// The address may have gone elsewhere while the row was waited for.
		var owner uuid.UUID
		if owner, err = q.UserByAddress(ctx, address); err != nil {
			return user, err
		}
		if owner != user.ID {
			continue
		}
		if user.State != stateActive {
			err = suspended()
		}
		return user, err
	}
	return user, problem.Unavailable("the address goes from one account to another").WithCode("busy").WithRetryAfter(time.Second)
}

// newcomer is somebody who is to have an account.
type newcomer struct {
	name, address string
	verified      bool
	by            string // who makes the account; empty: whoever is in the context
}

// newUser makes an account with a primary address in a transaction within tx. It emits
// EmailVerified where the address is. It fails with 409 `address_taken`, and tx goes on.
func (s *Service) newUser(ctx context.Context, tx pgx.Tx, n newcomer) (user identitydb.User, err error) {
	handle := make([]byte, 32)
	_, _ = rand.Read(handle)
	err = pgx.BeginFunc(ctx, tx, func(tx pgx.Tx) error {
		q, now := identitydb.New(tx), s.Clock.Now()
		if user, err = q.InsertUser(ctx, identitydb.InsertUserParams{
			ID: id.New(), DisplayName: n.name, WebauthnHandle: handle, At: now,
		}); err != nil {
			return err
		}
		email := identitydb.InsertEmailParams{UserID: user.ID, Address: n.address, IsPrimary: true, At: now}
		if n.verified {
			email.VerifiedAt = &now
		}
		if stored, err := q.InsertEmail(ctx, email); err != nil {
			return err
		} else if stored == 0 {
			return addressTaken()
		}
		by := n.by
		if by == "" && n.verified {
			by = string(userID(user.ID))
		}
		if err := s.note(ctx, tx, record{action: "user.created", actor: by, subject: string(userID(user.ID)), user: &user.ID}); err != nil {
			return err
		}
		if !n.verified {
			return nil
		}
		return bus.Emit(ctx, tx, contract.EmailVerified{User: userID(user.ID), Address: n.address})
	})
	return user, err
}

func addressTaken() error {
	return problem.Conflict("this address belongs to an account already").WithCode("address_taken")
}

// VerifiedBy returns whose verified address it is, in tx; "" for nobody's. The address may be
// written as people write it.
func (s *Service) VerifiedBy(ctx context.Context, tx pgx.Tx, address string) (contract.UserID, error) {
	address, ok := normalAddress(address)
	if !ok {
		return "", nil
	}
	user, err := identitydb.New(tx).UserByAddress(ctx, address)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	return userID(user), err
}

// Opening an invitation and accepting it: how most who run the site come to their account,
// the first owner too.

package identity

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/db"
)

// ShowInvitation is what an invitation is for, and changes nothing. It fails with 410
// `link_used_up`.
func (s *Service) ShowInvitation(ctx context.Context, token string) (contract.Invitation, error) {
	row, err := s.queries().InvitationByToken(ctx, identitydb.InvitationByTokenParams{Hash: seal.Hash(token), At: s.Clock.Now()})
	if errors.Is(err, pgx.ErrNoRows) {
		return contract.Invitation{}, usedUp()
	}
	if err != nil {
		return contract.Invitation{}, err
	}
	roles, err := readRoles(row.Roles)
	if err != nil {
		return contract.Invitation{}, err
	}
	site, err := s.SiteName(ctx)
	shown := contract.Invitation{Roles: roles, Site: site}
	if row.Address != nil {
		shown.Address = *row.Address
	}
	return shown, err
}

// Accept uses an invitation up, makes the account where there is none, gives it the roles, and
// begins a session, all in one transaction. Who holds the link reads mail at the invitation's
// address, which is verified by it. address counts only where the invitation has none, as that
// of the first owner: then it is confirmed by a mail that is sent there, and the account works
// meanwhile. name is that of who has none yet.
//
// It fails with 410 `link_used_up`, also where who has invited may no longer give these roles
// or the site has an owner already; with 422 on the name and the address; with 409
// `address_taken`; and with 403 `account_suspended`.
func (s *Service) Accept(ctx context.Context, token, name, address string, v contract.Visitor) (signed contract.SignedIn, err error) {
	ctx = WithVisitor(ctx, v)
	if name, err = checkedName(name, "body.name"); err != nil {
		return signed, err
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q, now, hash := identitydb.New(tx), s.Clock.Now(), seal.Hash(token)
		row, err := q.InvitationByToken(ctx, identitydb.InvitationByTokenParams{Hash: hash, At: now})
		if errors.Is(err, pgx.ErrNoRows) {
			return usedUp()
		}
		if err != nil {
			return err
		}
		// Locked in the order of everybody: the user, the owners, invitations.
		user, created, err := s.invited(ctx, tx, row, name, address)
		if err != nil {
			return err
		}
		if err := q.HoldOwners(ctx); err != nil {
			return err
		}
		if row, err = q.LockInvitationByToken(ctx, identitydb.LockInvitationByTokenParams{Hash: hash, At: now}); errors.Is(err, pgx.ErrNoRows) {
			return usedUp()
		}
		if err != nil {
			return err
		}
		roles, err := readRoles(row.Roles)
		if err != nil {
			return err
		}
		if err := s.stillGood(ctx, q, row, roles); err != nil {
			return err
		}
		if _, err := s.grant(ctx, tx, user.ID, roles, row.InvitedBy); err != nil {
			return err
		}
		if user.DisplayName == "" && name != "" {
			user.DisplayName = name
		}
		if err := q.UpdateUser(ctx, identitydb.UpdateUserParams{
			ID: user.ID, DisplayName: user.DisplayName, State: user.State, DeletionDue: user.DeletionDue, At: now,
		}); err != nil {
			return err
		}
		if err := q.UseInvitation(ctx, identitydb.UseInvitationParams{ID: row.ID, UsedBy: user.ID, At: now}); err != nil {
			return err
		}
		if err := s.note(ctx, tx, record{
			action: "invitation.accepted", actor: string(userID(user.ID)), subject: id.Format[string](invitationPrefix, row.ID), user: &user.ID,
		}); err != nil {
			return err
		}
		signed, err = s.begin(ctx, tx, user, "invitation", v)
		signed.ReturnTo, signed.New = "/account/", created
		return err
	})
	return signed, err
}

// invited finds or makes in tx the user who accepts an invitation, and locks the row.
func (s *Service) invited(ctx context.Context, tx pgx.Tx, row identitydb.Invitation, name, typed string) (user identitydb.User, created bool, err error) {
	q := identitydb.New(tx)
	switch {
	case row.UserID != nil:
		user, err = q.LockUser(ctx, *row.UserID)
		if err == nil && user.State != stateActive {
			err = suspended()
		}
		return user, false, err
	case row.Address != nil:
		return s.member(ctx, tx, newcomer{name: name, address: *row.Address, verified: true})
	}
	address, ok := normalAddress(typed)
	if !ok {
		return user, false, noAddress("body.address")
	}
	if _, err := q.UserByAddress(ctx, address); err == nil {
		return user, false, addressTaken()
	} else if !errors.Is(err, pgx.ErrNoRows) {
		return user, false, err
	}
	if user, err = s.newUser(ctx, tx, newcomer{name: name, address: address, by: anonymous}); err != nil {
		return user, false, err
	}
	return user, true, s.wantEmail(ctx, tx, wanted{user: user.ID, kind: addAddress, address: address})
}

// stillGood fails with 410 `link_used_up` where an invitation is worth nothing any more: who
// sent it may no longer give its roles, or the first owner has come by another link. The
// owners must be held.
func (s *Service) stillGood(ctx context.Context, q *identitydb.Queries, row identitydb.Invitation, roles []contract.RoleGrant) error {
	if row.Address == nil && row.UserID == nil {
		owners, err := q.ActiveOwners(ctx)
		if err == nil && owners > 0 {
			err = usedUp()
		}
		return err
	}
	inviter, ok := id.Parse(userPrefix, row.InvitedBy)
	if !ok || len(roles) == 0 {
		return nil // the operator, or a program
	}
	who, err := s.Person(ctx, q, inviter)
	if problem.Code(err) == "not_found" || err == nil && (!auth.Covers(who.Scopes, auth.ScopeUsersWrite) || isOwner(roles) && !isOwner(who.Roles)) {
		return usedUp()
	}
	return err
}

// FirstOwner returns the address of a page where the first owner makes their account, and a new
// one each time: earlier ones no longer work. It is empty where there is an owner already. It is
// printed at start.
func (s *Service) FirstOwner(ctx context.Context) (url string, err error) {
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q, now := identitydb.New(tx), s.Clock.Now()
		if err := q.HoldOwners(ctx); err != nil {
			return err
		}
		if owners, err := q.ActiveOwners(ctx); err != nil || owners > 0 {
			return err
		}
		if err := q.RevokeOwnerless(ctx, now); err != nil {
			return err
		}
		_, token, err := s.insertInvitation(ctx, q, identitydb.InsertInvitationParams{
			InvitedBy: operator, ExpiresAt: now.Add(InvitationLasts)}, []contract.RoleGrant{{Role: contract.RoleOwner}})
		url = s.welcomeLink(token)
		return err
	})
	return url, err
}

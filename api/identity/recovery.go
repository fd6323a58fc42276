// An account whose owner cannot read their mail any more: somebody who runs the site enters
// another address, with a trace.

package identity

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/seal"
)

// Recover sends a link to an address that is to become a user's primary one. It does once the
// link is opened; all sessions end at once, and passkeys and further
// addresses are gone. The old address, where mail is known to be read, is
// told and may take it back for a week, before and after. It fails with 404, with 422
// `invalid_address`, with 409 `address_taken` and `account_suspended`, and with 403
// `owners_only`.
func (s *Service) Recover(ctx context.Context, user contract.UserID, typed string) error {
	address, ok := normalAddress(typed)
	if !ok {
		return noAddress("body.email")
	}
	_, err := s.change(ctx, user, nil, func(tx pgx.Tx, row identitydb.User, _ []contract.RoleGrant) error {
		q, now := identitydb.New(tx), s.Clock.Now()
		if row.State != stateActive {
			return problem.Conflict("this account is suspended").WithCode("account_suspended")
		}
		if _, err := q.UserByAddress(ctx, address); err == nil {
			return addressTaken()
		}
		own, err := q.EmailsOf(ctx, row.ID)
		if err != nil {
			return err
		}
		token, until := seal.Random(), now.Add(InvitationLasts)
		c := identitydb.InsertEmailChangeParams{
			ID: id.New(), UserID: row.ID, Kind: replaceAddress, NewAddress: address, NewTokenHash: seal.Hash(token),
			OldConfirmedAt: &now, At: now, ExpiresAt: until,
		}
		if len(own) > 0 && own[0].IsPrimary {
			c.OldAddress = own[0].Address
		}
		// Whoever is in the account now may have asked for an address of their own.
		if err := q.VoidLaterEmailChanges(ctx, identitydb.VoidLaterEmailChangesParams{UserID: row.ID, Since: now, At: now}); err != nil {
			return err
		}
		if c.OldAddress != "" && own[0].VerifiedAt != nil {
			back, backUntil := seal.Random(), now.Add(EmailRevertLasts)
			c.RevertHash, c.RevertUntil = seal.Hash(back), &backUntil
			// The new address is not for who may have stolen the old one.
			if err := s.queueLink(ctx, tx, "email_changed", c.OldAddress, contract.LinkMail{Link: s.emailLink(back), Until: backUntil}); err != nil {
				return err
			}
		}
		if err := q.InsertEmailChange(ctx, c); err != nil {
			return err
		}
		if err := s.forgetWays(ctx, tx, row.ID); err != nil {
			return err
		}
		if err := s.endEverything(ctx, tx, row.ID, "recovered"); err != nil {
			return err
		}
		if err := s.noteEmail(ctx, tx, "recovery.begun", row.ID, ""); err != nil {
			return err
		}
		return s.queueLink(ctx, tx, "recovery", address, contract.LinkMail{Link: s.emailLink(token), Until: until})
	})
	return err
}

// forgetWays takes passkeys and further addresses from a user in tx: whoever has got into the
// account may have added them. Its owner adds theirs again.
func (s *Service) forgetWays(ctx context.Context, tx pgx.Tx, user uuid.UUID) error {
	q := identitydb.New(tx)
	if err := q.ErasePasskeys(ctx, user); err != nil {
		return err
	}
	gone, err := q.DeleteFurtherEmails(ctx, user)
	if err != nil {
		return err
	}
	for _, e := range gone {
		if e.VerifiedAt == nil {
			continue
		}
		if err := bus.Emit(ctx, tx, contract.EmailRemoved{User: userID(user), Address: e.Address}); err != nil {
			return err
		}
	}
	return nil
}

// Confirming a change of address, and taking one back, by the link in a mail.

package identity

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/db"
)

// What a link of a change does; the first two are the kinds of a change as well.
const (
	addAddress     = "add"
	replaceAddress = "replace"
	revertAddress  = "revert"
)

// ShowEmailChange says what a link of a change of address does, and changes nothing: kind is
// add, replace or revert. It fails with 410 `link_used_up`.
func (s *Service) ShowEmailChange(ctx context.Context, token string) (kind, from, to string, err error) {
	q := s.queries()
	c, err := q.EmailChangeByToken(ctx, seal.Hash(token))
	if errors.Is(err, pgx.ErrNoRows) {
		return "", "", "", usedUp()
	}
	if err != nil {
		return "", "", "", err
	}
	user, err := q.UserByID(ctx, c.UserID)
	if err != nil {
		return "", "", "", err
	}
	if kind = doesWhat(c, token, s.Clock.Now()); kind == "" || user.State != stateActive {
		return "", "", "", usedUp()
	}
	if kind == revertAddress {
		return kind, c.NewAddress, c.OldAddress, nil
	}
	return kind, c.OldAddress, c.NewAddress, nil
}

// doesWhat is what a token of a change does now; empty: nothing any more.
func doesWhat(c identitydb.EmailChange, token string, now time.Time) string {
	switch {
	case c.VoidedAt != nil || c.RevertedAt != nil:
		return ""
	case bytes.Equal(c.RevertHash, seal.Hash(token)):
		if c.RevertUntil.After(now) {
			return revertAddress
		}
		return ""
	case c.DoneAt != nil || !c.ExpiresAt.After(now):
		return ""
	}
	return c.Kind
}

// ConfirmEmailChange does what a link of a change of address says. done is false while the
// other address has yet to confirm. A done change emits EmailVerified and EmailRemoved in the
// same transaction, and the old address is told how to take it back for a week; taking it
// back ends all sessions. It fails with 410 `link_used_up`, and with 409 `address_taken` where
// the address has become somebody else's.
func (s *Service) ConfirmEmailChange(ctx context.Context, token string, v contract.Visitor) (done bool, err error) {
	ctx = WithVisitor(ctx, v)
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q, now := identitydb.New(tx), s.Clock.Now()
		c, err := q.EmailChangeByToken(ctx, seal.Hash(token))
		if errors.Is(err, pgx.ErrNoRows) {
			return usedUp()
		}
		if err != nil {
			return err
		}
		user, err := q.LockUser(ctx, c.UserID)
		if err != nil {
			return err
		}
		if c, err = q.LockEmailChange(ctx, c.ID); errors.Is(err, pgx.ErrNoRows) {
			return usedUp()
		}
		if err != nil {
			return err
		}
		switch kind := doesWhat(c, token, now); {
		case kind == "" || user.State != stateActive:
			return usedUp()
		case kind == revertAddress:
			done = true
			return s.revert(ctx, tx, user, c)
		}
		if bytes.Equal(c.OldTokenHash, seal.Hash(token)) {
			c.OldConfirmedAt = &now
		} else {
			c.NewConfirmedAt = &now
		}
		if done = c.NewConfirmedAt != nil && (c.Kind == addAddress || c.OldConfirmedAt != nil); done {
			if err := s.settleChange(ctx, tx, &c); err != nil {
				return err
			}
		}
		return q.ConfirmEmailChange(ctx, identitydb.ConfirmEmailChangeParams{
			ID: c.ID, OldConfirmedAt: c.OldConfirmedAt, NewConfirmedAt: c.NewConfirmedAt, DoneAt: c.DoneAt, RevertHash: c.RevertHash, RevertUntil: c.RevertUntil})
	})
	return done, err
}

// settleChange does in tx what everybody has confirmed. The old address, where mail is known
// to be read, gets a link to take it back with, unless it has one.
func (s *Service) settleChange(ctx context.Context, tx pgx.Tx, c *identitydb.EmailChange) error {
	q, now := identitydb.New(tx), s.Clock.Now()
	c.DoneAt = &now
	action := "email.added"
	if c.OldAddress == "" {
		action = "email.verified"
	}
	old, err := q.UserByAddress(ctx, c.OldAddress)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	if err := s.verifyEmail(ctx, tx, c.UserID, c.NewAddress); err != nil {
		return err
	}
	if c.Kind == replaceAddress {
		action = "email.replaced"
		if err := s.dropEmail(ctx, tx, c.UserID, c.OldAddress); err != nil {
			return err
		}
		if err := setPrimary(ctx, q, c.UserID, c.NewAddress); err != nil {
			return err
		}
	}
	if old == c.UserID && c.RevertHash == nil {
		token, until := seal.Random(), now.Add(EmailRevertLasts)
		c.RevertHash, c.RevertUntil = seal.Hash(token), &until
		if err := s.queueLink(ctx, tx, "email_changed", c.OldAddress, contract.LinkMail{Link: s.emailLink(token), Until: until, Address: c.NewAddress}); err != nil {
			return err
		}
	}
	return s.settleEmails(ctx, tx, action, c.UserID)
}

// revert gives an account back in tx to who reads mail at the old address of a change, as if
// whoever made the change had never been there: addresses and passkeys that were added since
// go, sessions, apps and tokens end, what else was asked for is void.
func (s *Service) revert(ctx context.Context, tx pgx.Tx, user identitydb.User, c identitydb.EmailChange) error {
	q, now := identitydb.New(tx), s.Clock.Now()
	if c.DoneAt != nil {
		if err := s.restore(ctx, tx, c); err != nil {
			return err
		}
	}
	if _, err := q.DeleteNewPasskeysOf(ctx, identitydb.DeleteNewPasskeysOfParams{UserID: user.ID, Since: c.CreatedAt}); err != nil {
		return err
	}
	if err := q.DeleteDevicesOf(ctx, user.ID); err != nil {
		return err
	}
	if err := q.VoidLaterEmailChanges(ctx, identitydb.VoidLaterEmailChangesParams{UserID: user.ID, ID: c.ID, Since: c.CreatedAt, At: now}); err != nil {
		return err
	}
	if err := q.MarkReverted(ctx, identitydb.MarkRevertedParams{ID: c.ID, At: now}); err != nil {
		return err
	}
	if due := user.DeletionDue; due != nil && !due.Add(-DeletionGrace).Before(c.CreatedAt) {
		if err := q.UpdateUser(ctx, identitydb.UpdateUserParams{ID: user.ID, DisplayName: user.DisplayName, State: user.State, At: now}); err != nil {
			return err
		}
	}
	if err := s.endEverything(ctx, tx, user.ID, "recovered"); err != nil {
		return err
	}
	return s.settleEmails(ctx, tx, "email.reverted", user.ID)
}

// restore brings the old address of a change back, and takes away those that came since.
func (s *Service) restore(ctx context.Context, tx pgx.Tx, c identitydb.EmailChange) error {
	q := identitydb.New(tx)
	since, err := q.DeleteNewEmails(ctx, identitydb.DeleteNewEmailsParams{UserID: c.UserID, Keep: c.OldAddress, Since: *c.DoneAt})
	if err != nil {
		return err
	}
	for _, e := range since {
		if err := bus.Emit(ctx, tx, contract.EmailRemoved{User: userID(c.UserID), Address: e.Address}); err != nil {
			return err
		}
	}
	if err := s.verifyEmail(ctx, tx, c.UserID, c.OldAddress); err != nil {
		return err
	}
	return setPrimary(ctx, q, c.UserID, c.OldAddress)
}

// isTaken tells that an address was given to somebody else meanwhile.
func isTaken(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23505" && pg.ConstraintName == "emails_verified"
}

// Addresses of the own account: which there are, adding one, taking one away.

package identity

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/seal"
)

// Limits of one account.
const (
	maxAddresses = 10
	// maxChanges is how many changes of address can be asked for in a day: each sends mail
	// to somebody who may not have asked.
	maxChanges = 10
)

// EmailID names an address of a user in paths, which are logged: "eml_" and the first half of
// a hash in hex.
type EmailID string

const emailPrefix = "eml"

func emailID(user uuid.UUID, address string) EmailID {
	sum := sha256.Sum256([]byte(string(userID(user)) + " " + address))
	return EmailID(emailPrefix + "_" + hex.EncodeToString(sum[:16]))
}

// EmailAddress is an address of a user.
type EmailAddress struct {
	ID        EmailID   `json:"id" example:"eml_5f1c2d3e4f50a1b2c3d4e5f60718293a"`
	Address   string    `json:"address" example:"ada@example.org"`
	Primary   bool      `json:"primary" example:"true" doc:"Where mail is sent."`
	Verified  bool      `json:"verified" example:"true" doc:"Mail is known to be read there: one can sign in with it."`
	CreatedAt time.Time `json:"created_at"`
}

// EmailChange is an address that is to be added, or to take the place of the primary one, and
// has yet to be confirmed.
type EmailChange struct {
	Kind      string    `json:"kind" enum:"add,replace" example:"replace"`
	Address   string    `json:"address" example:"ada@bakery.example" doc:"The new one."`
	WaitsFor  []string  `json:"waits_for" enum:"new,old" example:"[\"new\",\"old\"]" doc:"Where the link in the mail has yet to be opened."`
	ExpiresAt time.Time `json:"expires_at"`
}

// MyEmails returns the addresses of whoever asks, the primary one first, and the changes that
// wait for confirmation. It fails as Me does.
func (s *Service) MyEmails(ctx context.Context) (addresses []EmailAddress, changes []EmailChange, err error) {
	user, err := self(ctx)
	if err != nil {
		return nil, nil, err
	}
	rows, err := s.queries().EmailsOf(ctx, user)
	if err != nil {
		return nil, nil, err
	}
	addresses, changes = []EmailAddress{}, []EmailChange{}
	for _, row := range rows {
		addresses = append(addresses, EmailAddress{
			ID: emailID(user, row.Address), Address: row.Address, Primary: row.IsPrimary, Verified: row.VerifiedAt != nil, CreatedAt: row.CreatedAt})
	}
	pending, err := s.queries().PendingEmailChanges(ctx, identitydb.PendingEmailChangesParams{UserID: user, At: s.Clock.Now()})
	for _, row := range pending {
		c := EmailChange{Kind: row.Kind, Address: row.NewAddress, WaitsFor: []string{}, ExpiresAt: row.ExpiresAt}
		if row.NewConfirmedAt == nil {
			c.WaitsFor = append(c.WaitsFor, "new")
		}
		if row.Kind == replaceAddress && row.OldConfirmedAt == nil {
			c.WaitsFor = append(c.WaitsFor, "old")
		}
		changes = append(changes, c)
	}
	return addresses, changes, err
}

// notForApps fails with 403 `session_required` where an app acts for somebody: addresses decide
// who can sign in for good, and an app may be somebody else's.
func notForApps(ctx context.Context) error {
	if p, _ := auth.PrincipalFrom(ctx); p.Client != "" {
		return problem.Forbidden("an app cannot do this: sign in on the pages").WithCode("session_required")
	}
	return nil
}

// AddEmail has an address confirmed that whoever asks wants to add, or that is to take the
// place of their primary one: that must be confirmed at both. Asking again voids what was
// asked before. The answer is the same where the address is somebody else's; then only no mail
// goes there. It fails with 422 `invalid_address`, 403 `session_required` for an app, 409
// `address_yours` and `too_many_addresses`, with 429, and as Me does.
func (s *Service) AddEmail(ctx context.Context, typed string, replacesPrimary bool) error {
	address, ok := normalAddress(typed)
	if !ok {
		return noAddress("body.address")
	}
	if err := notForApps(ctx); err != nil {
		return err
	}
	return s.asSelf(ctx, func(tx pgx.Tx, row identitydb.User) error {
		q, now := identitydb.New(tx), s.Clock.Now()
		asked, err := q.CountEmailChanges(ctx, identitydb.CountEmailChangesParams{UserID: row.ID, Since: now.Add(-24 * time.Hour)})
		if err != nil {
			return err
		}
		if asked >= maxChanges {
			return problem.TooMany(time.Hour, "so many changes of address were asked for today that this one has to wait")
		}
		own, err := q.EmailsOf(ctx, row.ID)
		if err != nil {
			return err
		}
		c := wanted{user: row.ID, kind: addAddress, address: address}
		if primary := slices.IndexFunc(own, func(e identitydb.Email) bool { return e.IsPrimary }); primary >= 0 {
			c.old, c.oldVerified = own[primary].Address, own[primary].VerifiedAt != nil
		}
		if replacesPrimary {
			c.kind = replaceAddress
		}
		known := slices.IndexFunc(own, func(e identitydb.Email) bool { return e.Address == address })
		switch {
		case known >= 0 && own[known].VerifiedAt != nil:
			return problem.Conflict("this address is yours already").WithCode("address_yours")
		case known >= 0:
			c.kind, c.old = addAddress, "" // to be verified, and no more
		case len(own) >= maxAddresses:
			return problem.Conflict("an account has at most %d addresses", maxAddresses).WithCode("too_many_addresses")
		}
		return s.wantEmail(ctx, tx, c)
	})
}

// wanted is a change of address that somebody wants.
type wanted struct {
	user        uuid.UUID
	kind        string
	old         string // the primary address; empty where the new one is it
	oldVerified bool
	address     string // the new one
}

// wantEmail stores a change in tx and has those asked who must confirm it.
func (s *Service) wantEmail(ctx context.Context, tx pgx.Tx, c wanted) error {
	q, now := identitydb.New(tx), s.Clock.Now()
	until := now.Add(EmailChangeLasts)
	void := identitydb.VoidEmailChangesParams{UserID: c.user, NewAddress: c.address, At: now}
	if c.kind == replaceAddress {
		void.Kind = c.kind
	}
	if err := q.VoidEmailChanges(ctx, void); err != nil {
		return err
	}
	token := seal.Random()
	row := identitydb.InsertEmailChangeParams{
		ID: id.New(), UserID: c.user, Kind: c.kind, OldAddress: c.old, NewAddress: c.address, NewTokenHash: seal.Hash(token), At: now, ExpiresAt: until,
	}
	if c.kind == replaceAddress {
		if c.oldVerified {
			oldToken := seal.Random()
			row.OldTokenHash = seal.Hash(oldToken)
			if err := s.queueLink(ctx, tx, "email_change", c.old, contract.LinkMail{Link: s.emailLink(oldToken), Until: until, Address: c.address}); err != nil {
				return err
			}
		} else {
			row.OldConfirmedAt = &now // nobody is known to read mail there
		}
	}
	if err := q.InsertEmailChange(ctx, row); err != nil {
		return err
	}
	if err := s.noteEmail(ctx, tx, "email.asked", c.user, c.kind); err != nil {
		return err
	}
	switch _, err := q.UserByAddress(ctx, c.address); {
	case err == nil:
		return nil // somebody else's: no mail, and nobody has the token
	case !errors.Is(err, pgx.ErrNoRows):
		return err
	}
	return s.queueLink(ctx, tx, "email_confirm", c.address, contract.LinkMail{Link: s.emailLink(token), Until: until})
}

func (s *Service) noteEmail(ctx context.Context, tx pgx.Tx, action string, user uuid.UUID, kind string) error {
	r := record{action: action, subject: string(userID(user)), user: &user}
	if kind != "" {
		r.details = map[string]any{"kind": kind}
	}
	return s.note(ctx, tx, r)
}

// emailLink is the page on which a change of address is confirmed or taken back.
func (s *Service) emailLink(token string) string {
	return s.Sites.Issuer() + "/login/email/" + token + "/"
}

// queueLink queues a message that is of no use once its link has expired.
func (s *Service) queueLink(ctx context.Context, tx pgx.Tx, kind, to string, m contract.LinkMail) error {
	return s.Mail.Queue(ctx, tx, contract.Mail{Kind: kind, To: to, Data: m, ExpiresAt: m.Until})
}

// RemoveEmail takes an address away from whoever asks, and emits EmailRemoved where it was
// verified. It fails with 403 `session_required` for an app, with 404, and with 409
// `primary_address` for the primary one and
// `last_address` for the last with which they can sign in.
func (s *Service) RemoveEmail(ctx context.Context, which EmailID) error {
	if err := notForApps(ctx); err != nil {
		return err
	}
	return s.asSelf(ctx, func(tx pgx.Tx, row identitydb.User) error {
		q := identitydb.New(tx)
		own, e, err := s.emailOf(ctx, q, row.ID, which)
		if err != nil {
			return err
		}
		if e.IsPrimary {
			return problem.Conflict("mail is sent to this address: make another one the primary first").WithCode("primary_address")
		}
		if e.VerifiedAt != nil && !slices.ContainsFunc(own, func(o identitydb.Email) bool { return o.VerifiedAt != nil && o.Address != e.Address }) {
			return problem.Conflict("this is the last address with which you can sign in").WithCode("last_address")
		}
		if err := s.dropEmail(ctx, tx, row.ID, e.Address); err != nil {
			return err
		}
		return s.settleEmails(ctx, tx, "email.removed", row.ID)
	})
}

// MakePrimary has mail sent to another verified address of whoever asks from now on. It fails
// with 404, and with 409 `not_verified`.
func (s *Service) MakePrimary(ctx context.Context, which EmailID) error {
	if err := notForApps(ctx); err != nil {
		return err
	}
	return s.asSelf(ctx, func(tx pgx.Tx, row identitydb.User) error {
		q := identitydb.New(tx)
		_, e, err := s.emailOf(ctx, q, row.ID, which)
		if err != nil || e.IsPrimary {
			return err
		}
		if e.VerifiedAt == nil {
			return problem.Conflict("this address is not confirmed yet").WithCode("not_verified")
		}
		// What was to take the old one's place has no place to take any more.
		if err := q.VoidEmailChanges(ctx, identitydb.VoidEmailChangesParams{UserID: row.ID, Kind: replaceAddress, At: s.Clock.Now()}); err != nil {
			return err
		}
		if err := setPrimary(ctx, q, row.ID, e.Address); err != nil {
			return err
		}
		return s.settleEmails(ctx, tx, "email.primary", row.ID)
	})
}

func (s *Service) emailOf(ctx context.Context, q *identitydb.Queries, user uuid.UUID, which EmailID) (own []identitydb.Email, e identitydb.Email, err error) {
	own, err = q.EmailsOf(ctx, user)
	if err != nil {
		return nil, e, err
	}
	at := slices.IndexFunc(own, func(o identitydb.Email) bool { return emailID(user, o.Address) == which })
	if at < 0 {
		return nil, e, problem.NotFound("no such address")
	}
	return own, own[at], nil
}

// dropEmail takes an address away in tx, where the user has it.
func (s *Service) dropEmail(ctx context.Context, tx pgx.Tx, user uuid.UUID, address string) error {
	e, err := identitydb.New(tx).DeleteEmail(ctx, identitydb.DeleteEmailParams{UserID: user, Address: address})
	if errors.Is(err, pgx.ErrNoRows) || err == nil && e.VerifiedAt == nil {
		return nil
	}
	if err != nil {
		return err
	}
	return bus.Emit(ctx, tx, contract.EmailRemoved{User: userID(user), Address: address})
}

// verifyEmail makes an address a verified one of a user's in tx, and emits EmailVerified. It
// fails with 409 `address_taken` where it is somebody else's.
func (s *Service) verifyEmail(ctx context.Context, tx pgx.Tx, user uuid.UUID, address string) error {
	q, now := identitydb.New(tx), s.Clock.Now()
	// Waits for whoever is just becoming the owner of the address.
	n, err := q.InsertEmail(ctx, identitydb.InsertEmailParams{UserID: user, Address: address, VerifiedAt: &now, At: now})
	if err != nil {
		return err
	}
	if n == 0 {
		if n, err = q.VerifyEmail(ctx, identitydb.VerifyEmailParams{UserID: user, Address: address, At: now}); isTaken(err) {
			return addressTaken()
		} else if err != nil {
			return err
		}
	}
	if n == 0 {
		owner, err := q.UserByAddress(ctx, address)
		if err == nil && owner == user {
			return nil
		}
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		return addressTaken()
	}
	return bus.Emit(ctx, tx, contract.EmailVerified{User: userID(user), Address: address})
}

func setPrimary(ctx context.Context, q *identitydb.Queries, user uuid.UUID, address string) error {
	if err := q.NoPrimaryEmail(ctx, user); err != nil {
		return err
	}
	_, err := q.SetPrimaryEmail(ctx, identitydb.SetPrimaryEmailParams{UserID: user, Address: address})
	return err
}

// settleEmails ends a change of addresses in tx: a row in the audit log, and a version.
func (s *Service) settleEmails(ctx context.Context, tx pgx.Tx, action string, user uuid.UUID) error {
	if err := s.noteEmail(ctx, tx, action, user, ""); err != nil {
		return err
	}
	return identitydb.New(tx).TouchUser(ctx, identitydb.TouchUserParams{ID: user, At: s.Clock.Now()})
}

// The passkeys of whoever asks: seeing, adding, naming and removing them.

package identity

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// PasskeyID is a passkey's id here, which is not its credential id.
type PasskeyID string

// Passkey is what is shown of a passkey.
type Passkey struct {
	ID           PasskeyID  `json:"id" example:"pk_019ab3f47c2e7d06b8a1f0c2d3e4f50c"`
	Name         string     `json:"name" example:"Phone"`
	CreatedAt    time.Time  `json:"created_at" example:"2026-11-26T09:30:00Z"`
	LastUsedAt   *time.Time `json:"last_used_at,omitempty" example:"2026-11-27T10:00:00Z" doc:"Absent for one that has not been used."`
	Synced       bool       `json:"synced" example:"true" doc:"It is kept in more places than one device."`
	CloneWarning bool       `json:"clone_warning" example:"false" doc:"Its counter went back once: somebody may have a copy of it. Remove it if that was not you."`
}

// Passkeys are those of whoever asks, the oldest first. It fails with 403 `no_user` for a
// program that acts by itself.
func (s *Service) Passkeys(ctx context.Context) ([]Passkey, error) {
	_, user, err := tokenOwner(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := s.queries().PasskeysOf(ctx, user)
	if err != nil {
		return nil, err
	}
	list := make([]Passkey, len(rows))
	for i, row := range rows {
		if list[i], err = toPasskey(row); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// AskPasskey is what a browser needs to make a passkey for whoever asks, kept in the
// authenticator and used with its own check of the person. It fails with 403 `no_user`, 403
// `session_required` for an app, whose token would outlive itself by a passkey, and 409
// `too_many_passkeys` or `passkeys_unavailable`.
func (s *Service) AskPasskey(ctx context.Context) (c contract.PasskeyCeremony, err error) {
	_, user, err := passkeyMaker(ctx)
	if err != nil {
		return c, err
	}
	rp, err := s.relyingParty(ctx)
	if err != nil {
		return c, err
	}
	owner, err := s.credentialOwner(ctx, s.queries(), user)
	if err != nil {
		return c, err
	}
	if len(owner.credentials) >= maxPasskeys {
		return c, tooManyPasskeys()
	}
	var known []protocol.CredentialDescriptor
	for _, credential := range owner.credentials {
		known = append(known, credential.Descriptor())
	}
	creation, session, err := rp.BeginRegistration(owner, webauthn.WithExclusions(known))
	if err != nil {
		return c, err
	}
	return s.openCeremony(ctx, ceremonyRegister, &user, session, creation.Response)
}

// AddPasskey checks what the browser answered (a RegistrationResponseJSON, WebAuthn section 5.1)
// and keeps the passkey, in a transaction of its own. A ceremony has one answer, also when that
// is refused. It fails as AskPasskey does, with 422 `passkey_refused`, and with 409
// `passkey_known` for one that is here already.
func (s *Service) AddPasskey(ctx context.Context, ceremony string, response json.RawMessage, name string) (added Passkey, err error) {
	p, user, err := passkeyMaker(ctx)
	if err != nil {
		return added, err
	}
	session, err := s.takeCeremony(ctx, ceremonyRegister, ceremony, &user)
	if err != nil {
		return added, err
	}
	rp, err := s.relyingParty(ctx)
	if err != nil {
		return added, err
	}
	answer, ok := readAttestation(response)
	if !ok {
		return added, passkeyRefused()
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := identitydb.New(tx)
		if _, err := q.LockUser(ctx, user); err != nil { // two at once are counted one after the other
			return err
		}
		if err := stillIn(ctx, tx, p); err != nil {
			return err
		}
		owner, err := s.credentialOwner(ctx, q, user)
		if err != nil {
			return err
		}
		if len(owner.credentials) >= maxPasskeys {
			return tooManyPasskeys()
		}
		credential, err := rp.CreateCredential(owner, session, answer)
		if err != nil {
			slog.InfoContext(ctx, "a new passkey was refused", "user", userID(user), "error", err)
			return passkeyRefused()
		}
		credential.Attestation = webauthn.CredentialAttestation{} // of no more use, and says more than is needed
		data, err := json.Marshal(credential)
		if err != nil {
			return err
		}
		row, err := q.InsertPasskey(ctx, identitydb.InsertPasskeyParams{
			ID: id.New(), UserID: user, CredentialID: credential.ID, Credential: data, Name: strings.TrimSpace(name), At: s.Clock.Now(),
		})
		if errors.Is(err, pgx.ErrNoRows) {
			return problem.Conflict("this passkey is in use here already").WithCode("passkey_known")
		}
		if err != nil {
			return err
		}
		if added, err = toPasskey(row); err != nil {
			return err
		}
		return s.note(ctx, tx, record{action: "passkey.added", subject: string(added.ID), user: &user})
	})
	return added, err
}

// readAttestation reads a browser's answer; false for what is none.
func readAttestation(response []byte) (*protocol.ParsedCredentialCreationData, bool) {
	if len(response) > maxResponse {
		return nil, false
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes(response)
	return answer, err == nil
}

// RenamePasskey changes what a passkey of whoever asks is called. It fails with 404.
func (s *Service) RenamePasskey(ctx context.Context, passkey PasskeyID, name string) (Passkey, error) {
	_, user, err := tokenOwner(ctx)
	if err != nil {
		return Passkey{}, err
	}
	u, ok := id.Parse(passkeyPrefix, passkey)
	if !ok {
		return Passkey{}, noPasskey()
	}
	row, err := s.queries().RenamePasskey(ctx, identitydb.RenamePasskeyParams{ID: u, UserID: user, Name: strings.TrimSpace(name)})
	if errors.Is(err, pgx.ErrNoRows) {
		return Passkey{}, noPasskey()
	}
	if err != nil {
		return Passkey{}, err
	}
	return toPasskey(row)
}

// RemovePasskey removes a passkey of whoever asks; nobody can sign in with it from now on. It
// fails with 404.
func (s *Service) RemovePasskey(ctx context.Context, passkey PasskeyID) error {
	_, user, err := tokenOwner(ctx)
	if err != nil {
		return err
	}
	u, ok := id.Parse(passkeyPrefix, passkey)
	if !ok {
		return noPasskey()
	}
	return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := identitydb.New(tx)
		if _, err := q.LockUser(ctx, user); err != nil {
			return err
		}
		removed, err := q.DeletePasskey(ctx, identitydb.DeletePasskeyParams{ID: u, UserID: user})
		if err != nil {
			return err
		}
		if removed == 0 {
			return noPasskey()
		}
		return s.note(ctx, tx, record{action: "passkey.removed", subject: string(passkey), user: &user})
	})
}

// passkeyMaker is whoever asks, if they have signed in on the pages.
func passkeyMaker(ctx context.Context) (p auth.Principal, user uuid.UUID, err error) {
	p, user, err = tokenOwner(ctx)
	if err == nil && p.Session == "" {
		err = problem.Forbidden("only somebody who has signed in on the pages can make a passkey").WithCode("session_required")
	}
	return p, user, err
}

// credentialOwner is a user with all passkeys.
func (s *Service) credentialOwner(ctx context.Context, q *identitydb.Queries, user uuid.UUID) (o credentialOwner, err error) {
	person, err := q.PersonByID(ctx, user)
	if err != nil {
		return o, err
	}
	o = credentialOwner{handle: person.User.WebauthnHandle, name: person.Address, displayName: person.User.DisplayName}
	if o.displayName == "" {
		o.displayName = o.name
	}
	rows, err := q.PasskeysOf(ctx, user)
	if err != nil {
		return o, err
	}
	o.credentials = make([]webauthn.Credential, len(rows))
	for i, row := range rows {
		if err := json.Unmarshal(row.Credential, &o.credentials[i]); err != nil {
			return o, err
		}
	}
	return o, nil
}

func toPasskey(row identitydb.Passkey) (Passkey, error) {
	var c webauthn.Credential
	err := json.Unmarshal(row.Credential, &c)
	return Passkey{
		ID: passkeyID(row.ID), Name: row.Name, CreatedAt: row.CreatedAt, LastUsedAt: row.LastUsedAt,
		Synced: c.Flags.BackupState, CloneWarning: c.Authenticator.CloneWarning,
	}, err
}

func passkeyID(u uuid.UUID) PasskeyID { return id.Format[PasskeyID](passkeyPrefix, u) }

func noPasskey() error { return problem.NotFound("no such passkey") }

func tooManyPasskeys() error {
	return problem.Conflict("there are %d passkeys already; remove one first", maxPasskeys).WithCode("too_many_passkeys")
}

// Signing in with a passkey.

package identity

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db"
)

// ByPasskey checks what the browser answered (an AuthenticationResponseJSON, WebAuthn section
// 5.1) and signs in whose passkey it is. A ceremony has one answer, also when that is refused.
// It fails with 422 `passkey_refused`, and with 403 `account_suspended`. A passkey whose counter
// has not risen is refused too: somebody may have a copy of it, and the audit log says so.
func (s *Service) ByPasskey(ctx context.Context, ceremony string, response json.RawMessage, v contract.Visitor) (signed contract.SignedIn, err error) {
	session, err := s.takeCeremony(ctx, ceremonySignIn, ceremony, nil)
	if err != nil {
		return signed, err
	}
	rp, err := s.relyingParty(ctx)
	if err != nil {
		return signed, err
	}
	answer, ok := readAssertion(response)
	if !ok {
		return signed, passkeyRefused()
	}
	// What was refused is written down, and so committed.
	var refusal error
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		signed, refusal, err = s.assert(ctx, tx, rp, session, answer, v)
		return err
	})
	if err == nil {
		err = refusal
	}
	return signed, err
}

// readAssertion reads a browser's answer; false for what is none.
func readAssertion(response []byte) (*protocol.ParsedCredentialAssertionData, bool) {
	if len(response) > maxResponse {
		return nil, false
	}
	answer, err := protocol.ParseCredentialRequestResponseBytes(response)
	return answer, err == nil
}

// assert checks a signature in tx (WebAuthn section 7.2) and begins the session.
func (s *Service) assert(ctx context.Context, tx pgx.Tx, rp *webauthn.WebAuthn, session webauthn.SessionData, answer *protocol.ParsedCredentialAssertionData, v contract.Visitor) (signed contract.SignedIn, refusal, err error) {
	q := identitydb.New(tx)
	owner, err := q.PasskeyUser(ctx, answer.RawID)
	if errors.Is(err, pgx.ErrNoRows) {
		return signed, passkeyRefused(), nil
	}
	if err != nil {
		return signed, nil, err
	}
	user, err := q.LockUser(ctx, owner)
	var row identitydb.Passkey
	if err == nil {
		row, err = q.LockPasskey(ctx, identitydb.LockPasskeyParams{CredentialID: answer.RawID, UserID: owner})
	}
	if errors.Is(err, pgx.ErrNoRows) { // removed meanwhile
		return signed, passkeyRefused(), nil
	}
	if err != nil {
		return signed, nil, err
	}
	var credential webauthn.Credential
	if err := json.Unmarshal(row.Credential, &credential); err != nil {
		return signed, nil, err
	}
	suspect := credential.Authenticator.CloneWarning
	credential.Authenticator.CloneWarning = false
	who := credentialOwner{handle: user.WebauthnHandle, credentials: []webauthn.Credential{credential}}
	now, why := s.Clock.Now(), ""
	_, checked, invalid := rp.ValidatePasskeyLogin(func(_, _ []byte) (webauthn.User, error) { return who, nil }, session, answer)
	switch {
	case invalid != nil:
		slog.InfoContext(ctx, "a passkey was refused", "user", userID(owner), "error", invalid)
		why = "signature"
	case checked.Authenticator.CloneWarning:
		why = "counter"
	}
	if why != "" {
		if why == "counter" {
			credential.Authenticator.CloneWarning = true
			if err := s.keepCredential(ctx, q, row, credential); err != nil {
				return signed, nil, err
			}
		}
		return signed, passkeyRefused(), s.note(ctx, tx, record{
			action: "sign_in.failed", actor: anonymous, subject: string(passkeyID(row.ID)), user: &owner, visitor: v,
			details: map[string]any{"method": byPasskey, "why": why},
		})
	}
	checked.Authenticator.CloneWarning = suspect
	row.LastUsedAt = &now
	if err := s.keepCredential(ctx, q, row, *checked); err != nil {
		return signed, nil, err
	}
	signed, err = s.begin(ctx, tx, user, byPasskey, v)
	signed.ReturnTo = "/account/"
	return signed, nil, err
}

// keepCredential stores a passkey's counter and flags.
func (s *Service) keepCredential(ctx context.Context, q *identitydb.Queries, row identitydb.Passkey, c webauthn.Credential) error {
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return q.UsePasskey(ctx, identitydb.UsePasskeyParams{ID: row.ID, Credential: data, At: row.LastUsedAt})
}

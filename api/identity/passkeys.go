// Passkeys (WebAuthn Level 3): who asks for a signature, what is asked, and checking it.

package identity

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/seal"
)

const (
	// CeremonyLasts is how long a browser has to answer.
	CeremonyLasts = 5 * time.Minute
	// maxPasskeys is how many somebody may have.
	maxPasskeys = 20
	// maxResponse is longer than any browser's answer.
	maxResponse = 64 << 10
)

// Kinds of ceremonies (WebAuthn sections 7.1 and 7.2).
const (
	ceremonyRegister = "register"
	ceremonySignIn   = "sign_in"
)

// relyingParty is the library, set up for the host where people sign in. Passkeys are bound to
// it for good: they are not good at an issuer of another name. It fails with 409
// `passkeys_unavailable` where that is no name but an address.
func (s *Service) relyingParty(ctx context.Context) (*webauthn.WebAuthn, error) {
	issuer, err := url.Parse(s.Sites.Issuer())
	if err != nil {
		return nil, err
	}
	if protocol.ValidateRPID(issuer.Hostname()) != nil {
		return nil, problem.Conflict("passkeys need a site with a name").WithCode("passkeys_unavailable")
	}
	name, err := s.SiteName(ctx)
	if err != nil {
		return nil, err
	}
	if name == "" {
		name = issuer.Hostname()
	}
	limit := webauthn.TimeoutConfig{Timeout: CeremonyLasts, TimeoutUVD: CeremonyLasts}
	return webauthn.New(&webauthn.Config{
		RPID: issuer.Hostname(), RPDisplayName: name, RPOrigins: []string{s.Sites.Issuer()},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: protocol.ResidentKeyRequired(), ResidentKey: protocol.ResidentKeyRequirementRequired,
			UserVerification: protocol.VerificationRequired,
		},
		// Time is told by the service's clock, of ceremonies as they are stored.
		Timeouts: webauthn.TimeoutsConfig{Login: limit, Registration: limit},
		// Some password managers tell more than they were asked, which is not looked at.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
}

// credentialOwner is a user as the library sees them.
type credentialOwner struct {
	handle      []byte
	name        string
	displayName string
	credentials []webauthn.Credential
}

// WebAuthnID is the user handle (WebAuthn section 5.4.3): random, and no id of ours.
func (o credentialOwner) WebAuthnID() []byte { return o.handle }

// WebAuthnName is what authenticators list the passkey under.
func (o credentialOwner) WebAuthnName() string { return o.name }

// WebAuthnDisplayName is the user's name.
func (o credentialOwner) WebAuthnDisplayName() string { return o.displayName }

// WebAuthnCredentials are the passkeys that count in a ceremony.
func (o credentialOwner) WebAuthnCredentials() []webauthn.Credential { return o.credentials }

// openCeremony stores what a browser is asked, and returns it with the token by which it
// answers.
func (s *Service) openCeremony(ctx context.Context, kind string, user *uuid.UUID, session *webauthn.SessionData, options any) (c contract.PasskeyCeremony, err error) {
	c.Token = seal.Random()
	if c.Options, err = json.Marshal(options); err != nil {
		return c, err
	}
	data, err := json.Marshal(session)
	if err != nil {
		return c, err
	}
	return c, s.queries().InsertCeremony(ctx, identitydb.InsertCeremonyParams{
		Hash: seal.Hash(c.Token), Kind: kind, UserID: user, Data: data, ExpiresAt: s.Clock.Now().Add(CeremonyLasts),
	})
}

// takeCeremony ends a ceremony, whatever comes of it. It fails with 422 `passkey_refused` for one
// that has ended, has run out, is of another kind or another user's.
func (s *Service) takeCeremony(ctx context.Context, kind, token string, user *uuid.UUID) (session webauthn.SessionData, err error) {
	row, err := s.queries().TakeCeremony(ctx, identitydb.TakeCeremonyParams{Hash: seal.Hash(token), Kind: kind})
	if errors.Is(err, pgx.ErrNoRows) {
		return session, passkeyRefused()
	}
	if err != nil {
		return session, err
	}
	others := (user == nil) != (row.UserID == nil) || user != nil && *user != *row.UserID
	if others || !s.Clock.Now().Before(row.ExpiresAt) {
		return session, passkeyRefused()
	}
	return session, json.Unmarshal(row.Data, &session)
}

// PasskeyOptions is what a browser needs to sign in with any passkey of this site: nobody is
// named, the authenticator says whose it is. It fails with 409 `passkeys_unavailable` where the
// site has no name.
func (s *Service) PasskeyOptions(ctx context.Context) (contract.PasskeyCeremony, error) {
	rp, err := s.relyingParty(ctx)
	if err != nil {
		return contract.PasskeyCeremony{}, err
	}
	assertion, session, err := rp.BeginDiscoverableLogin()
	if err != nil {
		return contract.PasskeyCeremony{}, err
	}
	return s.openCeremony(ctx, ceremonySignIn, nil, session, assertion.Response)
}

func passkeyRefused() error {
	return problem.Unprocessable("the passkey was not accepted; try again, or sign in by mail").WithCode("passkey_refused")
}

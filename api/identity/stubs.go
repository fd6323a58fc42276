// To be emptied: each method moves into the file of whoever writes it.

package identity

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
)

var errStub = errors.New("identity: not written yet")

// ---- PEOPLE writes these ----

// Routes registers the operations of users, roles, invitations, the own profile and the audit log.
// It also calls s.sessionRoutes(api) and s.tokenRoutes(api).
func (s *Service) Routes(api huma.API) {}

// Jobs registers what is done in the background; it also calls s.sessionJobs(b).
func (s *Service) Jobs(b *bus.Bus) {}

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
	return Person{}, errStub
}

// Permissions are the scopes that roles stand for, every member's among them.
func Permissions(roles []contract.RoleGrant) []string { return nil }

// normalAddress is an e-mail address as it is stored and compared; false for what is none.
func normalAddress(typed string) (string, bool) { return typed, false }

// userFor returns the active user with a verified address, in tx; created tells that the account
// was made just now, with this address as its verified primary one. With Options.Closed nobody is
// made: 404. A suspended user: 403 `account_suspended`.
func (s *Service) userFor(ctx context.Context, tx pgx.Tx, address string) (user identitydb.User, created bool, err error) {
	return user, false, errStub
}

// record is one row of the audit log.
type record struct {
	action  string // session.begun, role.granted, …
	actor   string // empty: whoever is in the context, or "anonymous"
	subject string
	user    *uuid.UUID
	visitor contract.Visitor // zero: unknown
	details map[string]any
}

// note writes a row of the audit log in tx.
func (s *Service) note(ctx context.Context, tx pgx.Tx, r record) error { return errStub }

// Denied writes to the audit log that somebody who is known was denied an operation. It fails
// silently, with a line in the process's log.
func (s *Service) Denied(ctx context.Context, p auth.Principal, operation string) {}

// ShowInvitation: see web.SignIn.
func (s *Service) ShowInvitation(ctx context.Context, token string) (contract.Invitation, error) {
	return contract.Invitation{}, errStub
}

// Accept: see web.SignIn.
func (s *Service) Accept(ctx context.Context, token, name, address string, v contract.Visitor) (contract.SignedIn, error) {
	return contract.SignedIn{}, errStub
}

// ShowEmailChange: see web.SignIn.
func (s *Service) ShowEmailChange(ctx context.Context, token string) (kind, from, to string, err error) {
	return "", "", "", errStub
}

// ConfirmEmailChange: see web.SignIn.
func (s *Service) ConfirmEmailChange(ctx context.Context, token string, v contract.Visitor) (bool, error) {
	return false, errStub
}

// FirstOwner returns the address of a page where the first owner makes their account, and a new
// one each time; empty where there is an owner already. It is printed at start.
func (s *Service) FirstOwner(ctx context.Context) (url string, err error) { return "", nil }

// AddUser makes a user or finds the one with the address, gives roles, and returns a one-time link
// to sign in with (roseash admin user add).
func (s *Service) AddUser(ctx context.Context, address, name string, roles []contract.RoleGrant) (url string, err error) {
	return "", errStub
}

// VerifiedBy returns whose verified address it is, in tx; "" for nobody's.
func (s *Service) VerifiedBy(ctx context.Context, tx pgx.Tx, address string) (contract.UserID, error) {
	return "", errStub
}

// ExportUser is all that is stored of a user here, for their export: file names (without ending)
// and what is in them.
func (s *Service) ExportUser(ctx context.Context, user contract.UserID) (map[string]any, error) {
	return nil, errStub
}

// ---- SESSIONS writes these ----

func (s *Service) sessionRoutes(api huma.API) {}

func (s *Service) sessionJobs(b *bus.Bus) {}

// begin makes a session in tx, with everything that follows from it: the old session of the same
// browser is replaced, the device remembered, a mail sent when it is new, carts merged, the audit
// log written.
func (s *Service) begin(ctx context.Context, tx pgx.Tx, user identitydb.User, method string, v contract.Visitor) (contract.SignedIn, error) {
	return contract.SignedIn{}, errStub
}

// endAll ends the sessions of a user in tx but for one, those that came from them, and the grants
// that were given in them; uuid.Nil: all. why is a value of ended_why.
func (s *Service) endAll(ctx context.Context, tx pgx.Tx, user, except uuid.UUID, why string) (n int, err error) {
	return 0, errStub
}

// Authenticate: see api.Sessions.
func (s *Service) Authenticate(ctx context.Context, token, origin string) (auth.Principal, bool, error) {
	return auth.Principal{}, false, nil
}

// AskLink: see web.SignIn.
func (s *Service) AskLink(ctx context.Context, a contract.SignInAsk, v contract.Visitor) (string, error) {
	return "", errStub
}

// ShowLink: see web.SignIn.
func (s *Service) ShowLink(ctx context.Context, token, browser string) (contract.SignInLink, error) {
	return contract.SignInLink{}, errStub
}

// ByLink: see web.SignIn.
func (s *Service) ByLink(ctx context.Context, token string, v contract.Visitor) (contract.SignedIn, error) {
	return contract.SignedIn{}, errStub
}

// ByCode: see web.SignIn.
func (s *Service) ByCode(ctx context.Context, browser, code string, v contract.Visitor) (contract.SignedIn, error) {
	return contract.SignedIn{}, errStub
}

// PasskeyOptions: see web.SignIn.
func (s *Service) PasskeyOptions(ctx context.Context) (contract.PasskeyCeremony, error) {
	return contract.PasskeyCeremony{}, errStub
}

// ByPasskey: see web.SignIn.
func (s *Service) ByPasskey(ctx context.Context, ceremony string, response json.RawMessage, v contract.Visitor) (contract.SignedIn, error) {
	return contract.SignedIn{}, errStub
}

// ByApp: see web.SignIn.
func (s *Service) ByApp(ctx context.Context, a contract.AppSignIn, v contract.Visitor) (contract.SignedIn, error) {
	return contract.SignedIn{}, errStub
}

// SignOut: see web.SignIn.
func (s *Service) SignOut(ctx context.Context, session contract.SessionID, v contract.Visitor) error {
	return errStub
}

// ---- CLIENTS writes these ----

// tokenRoutes registers personal access tokens, /v1/me/tokens.
func (s *Service) tokenRoutes(api huma.API) {}

// VerifyPersonal verifies a personal access token, "roseash_pat_…".
func (s *Service) VerifyPersonal(ctx context.Context, token string) (auth.Principal, error) {
	return auth.Principal{}, auth.ErrRefused
}

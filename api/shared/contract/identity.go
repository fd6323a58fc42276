// Who people are, as far as other domains and pages have to know.

package contract

import (
	"encoding/json"
	"net/netip"
	"time"
)

// UserID is a user's id, "user_" and 32 hex digits; it is the sub of ID tokens.
type UserID string

// SessionID is a session's id, "ses_" and 32 hex digits; it is the sid of ID tokens.
type SessionID string

// ClientID is an OAuth client_id.
type ClientID string

// Role is what somebody is to the co-op.
type Role string

// The roles. Everybody who can sign in is a member, without a grant.
const (
	RoleOwner       Role = "owner"
	RoleAdmin       Role = "admin"
	RoleEditor      Role = "editor"
	RoleAuthor      Role = "author"
	RoleContributor Role = "contributor"
	RoleShopkeeper  Role = "shopkeeper"
	RoleOrganiser   Role = "organiser" // of a named calendar
	RoleSteward     Role = "steward"   // at the door: of a named calendar, or of all
	RoleModerator   Role = "moderator"
	RoleMember      Role = "member"
)

// RoleGrant is a role that somebody has.
type RoleGrant struct {
	Role     Role   `json:"role" enum:"owner,admin,editor,author,contributor,shopkeeper,organiser,steward,moderator" example:"editor"`
	Calendar string `json:"calendar,omitempty" maxLength:"80" example:"cal_019ab3f47c2e7d06b8a1f0c2d3e4f506" doc:"Of organisers, and of stewards who are so for one calendar only."`
}

// Visitor is a browser at the other end of a request.
type Visitor struct {
	Network   netip.Prefix // an IPv4 address, or the /64 of an IPv6 one
	UserAgent string       // cut to 400 bytes, valid UTF-8
	Device    string       // value of the device cookie; empty: none
	Session   string       // value of the session cookie that a new session takes the place of; empty: none
	Cart      string       // value of the cookie of the browser's cart; empty: none
	Origin    string       // of the host that is asked: https://example.org
	RequestID string
}

// SignInAsk is a wish to be sent a link and a code.
type SignInAsk struct {
	Address  string // as it was typed
	ReturnTo string // a path of this site
	Browser  string // value of the browser's cookie of an earlier wish; empty: none
}

// SignInLink is what is shown to who opens a link before it signs anybody in.
type SignInLink struct {
	Address     string // whole: who holds the link can read it in the mail
	AskedFrom   string // the network it was asked from, and by what, in words: "Firefox on Linux, 192.0.2.7"
	SameBrowser bool   // the browser that asked
	New         bool   // nobody has an account with this address: signing in makes one
	ReturnTo    string
}

// SignedIn is a session that has just begun. The tokens are for cookies only.
type SignedIn struct {
	User      UserID
	Session   SessionID
	Token     string    // of the session cookie
	Device    string    // of the device cookie, the visitor's own or a new one
	ExpiresAt time.Time // of the session, whatever it is used for
	ReturnTo  string    // a path of this site
	New       bool      // the account was made just now
}

// Invitation is what is shown to who opens an invitation.
type Invitation struct {
	Address string      // empty: whoever has the link says which
	Roles   []RoleGrant // what they will be
	Site    string
}

// PasskeyCeremony is what a browser is asked to do with a passkey. Options is the JSON of
// PublicKeyCredentialCreationOptions or PublicKeyCredentialRequestOptions (WebAuthn Level 3,
// sections 5.4 and 5.5); Token names the ceremony when the browser answers.
type PasskeyCeremony struct {
	Token   string          `json:"ceremony"`
	Options json.RawMessage `json:"options"`
}

// Mail is a message to one person. Kind picks its template, Data is what that shows; it is
// stored sealed, and erased once it was sent.
type Mail struct {
	Kind      string // sign_in, sign_in_closed, invitation, welcome, new_device, email_confirm, email_change, email_changed, recovery, export_ready, deletion_planned, deletion_done, order_paid, order_ready, order_refunded, order_cancelled, order_late_payment, order_changed
	To        string
	Data      any       // of the type that the kind has in contract: SignInMail, …
	ExpiresAt time.Time // not sent after that; zero: always
}

// SignInMail is the data of sign_in: a link and a code to sign in with.
type SignInMail struct {
	Link      string        `json:"link"`
	Code      string        `json:"code"`
	AskedFrom string        `json:"asked_from"`
	Lasts     time.Duration `json:"lasts"`
	New       bool          `json:"new"` // there is no account yet
}

// InvitationMail is the data of invitation.
type InvitationMail struct {
	Link      string      `json:"link"`
	InvitedBy string      `json:"invited_by"`
	Roles     []RoleGrant `json:"roles"`
	ExpiresAt time.Time   `json:"expires_at"`
}

// LinkMail is the data of kinds that lead to one page: email_confirm (the new address),
// email_change (the old one), email_changed (taking it back), recovery, export_ready,
// deletion_planned.
type LinkMail struct {
	Link    string    `json:"link"`
	Until   time.Time `json:"until"`
	Address string    `json:"address,omitempty"` // the other address of a change
}

// DeviceMail is the data of new_device.
type DeviceMail struct {
	At       time.Time `json:"at"`
	From     string    `json:"from"`
	Sessions string    `json:"sessions"` // address of the page where sessions are ended
}

// EmailVerified is emitted when an address is known to be a user's.
type EmailVerified struct {
	User    UserID `json:"user"`
	Address string `json:"address"`
}

// Kind names the event.
func (EmailVerified) Kind() string { return "identity.email_verified" }

// EmailRemoved is emitted when a verified address is no longer a user's.
type EmailRemoved struct {
	User    UserID `json:"user"`
	Address string `json:"address"`
}

// Kind names the event.
func (EmailRemoved) Kind() string { return "identity.email_removed" }

// UserDeleted is emitted when a user's personal data has been erased.
type UserDeleted struct {
	User UserID `json:"user"`
}

// Kind names the event.
func (UserDeleted) Kind() string { return "identity.user_deleted" }

// AppSignIn is what the authorization server has told an app on a host of its own about
// somebody.
type AppSignIn struct {
	User     UserID
	Session  SessionID // at the authorization server
	AuthTime time.Time
	Origin   string // of the app: https://shop.example
}

// AppClient is an app of ours as the authorization server knows it.
type AppClient struct {
	ClientID    ClientID
	Secret      string
	RedirectURI string
}

// ConsentView is what somebody is asked before a client gets anything.
type ConsentView struct {
	Client    OAuthClient
	Scopes    []string    // all that it asks for
	New       []string    // those that it has not been given before
	Fields    [][2]string // name and value of the form's hidden fields
	User      string      // name or address of who is asked
	SwitchURL string      // to sign in as somebody else
	Target    string      // where the browser goes afterwards, as a source of form-action (CSP 3)
}

// OAuthClient is a client as it is shown to people.
type OAuthClient struct {
	ClientID ClientID
	Name     string
	URI      string
	Host     string // of the redirect URI; empty for programs on the person's own machine
}

// AuthorizeRefusal is why an authorization request got no redirect.
type AuthorizeRefusal struct {
	Status int
	Code   string // invalid_client, invalid_redirect_uri, invalid_request, login_required
	Client string // its name, where it is known
}

// LogoutView is the question whether to sign out, for a request that does not prove that
// it comes from a client (OpenID Connect RP-Initiated Logout 1.0 section 2).
type LogoutView struct {
	Client string
	Fields [][2]string
	Target string // as in ConsentView
}

// DeviceRequest is a device that waits for somebody's consent (RFC 8628).
type DeviceRequest struct {
	UserCode  string // as it is shown: BCDF-GHJK
	Client    OAuthClient
	Scopes    []string
	AskedFrom string
	ExpiresAt time.Time
}

// What the pages for signing in ask of those who know people and programs.

package web

import (
	"context"
	"encoding/json"
	"net/http"

	"rose-ash.com/roseash/api/shared/contract"
)

// SignIn is how somebody proves who they are. Tokens are those in links and cookies.
type SignIn interface {
	// AskLink has a link and a code sent, and answers alike whether or not anybody has that
	// address, and when there were too many. browser is for the cookie by which the code
	// works only where it was asked for. It fails with 422 for what is no address.
	AskLink(ctx context.Context, a contract.SignInAsk, v contract.Visitor) (browser string, err error)
	// ShowLink is what a link would do; it changes nothing. It fails with 410
	// `link_used_up` for one that is used, expired or unknown.
	ShowLink(ctx context.Context, token, browser string) (contract.SignInLink, error)
	// ByLink uses a link up. It fails as ShowLink does.
	ByLink(ctx context.Context, token string, v contract.Visitor) (contract.SignedIn, error)
	// ByCode uses a code up, in the browser that asked. It fails with 422 `wrong_code`,
	// 410 `link_used_up`, and 429 `too_many_codes` when only the link is left.
	ByCode(ctx context.Context, browser, code string, v contract.Visitor) (contract.SignedIn, error)
	// PasskeyOptions is what a browser needs to sign in with any passkey of this site.
	PasskeyOptions(ctx context.Context) (contract.PasskeyCeremony, error)
	// ByPasskey checks what the browser answered (an AuthenticationResponseJSON). It fails
	// with 422 `passkey_refused`.
	ByPasskey(ctx context.Context, ceremony string, response json.RawMessage, v contract.Visitor) (contract.SignedIn, error)
	// ShowInvitation is what an invitation is for; 410 `link_used_up`.
	ShowInvitation(ctx context.Context, token string) (contract.Invitation, error)
	// Accept uses an invitation up and signs in. address counts only where the invitation
	// has none. It fails with 410 `link_used_up`, 422, 409 `address_taken`.
	Accept(ctx context.Context, token, name, address string, v contract.Visitor) (contract.SignedIn, error)
	// ByApp begins the session of an app on a host of its own. It fails with 403 where the
	// session that it came from has ended.
	ByApp(ctx context.Context, a contract.AppSignIn, v contract.Visitor) (contract.SignedIn, error)
	// SignOut ends a session and those that came from it; one that has ended is no fault.
	SignOut(ctx context.Context, s contract.SessionID, v contract.Visitor) error
	// ShowEmailChange says what a link of a change of address does: kind is add, replace or
	// revert; 410 `link_used_up`.
	ShowEmailChange(ctx context.Context, token string) (kind, from, to string, err error)
	// ConfirmEmailChange does it. done is false while the other address has yet to confirm.
	ConfirmEmailChange(ctx context.Context, token string, v contract.Visitor) (done bool, err error)
}

// Authorization is what pages know of the authorization server.
type Authorization interface {
	Issuer() string
	// FormTarget is where an authorization request at a path of the server would send the
	// browser, as a source of form-action; empty where that is nowhere.
	FormTarget(ctx context.Context, returnTo string) string
	// AppClient is the client of an app on a host of its own.
	AppClient(origin string) (contract.AppClient, bool)
	// Device is the request of a device by the code it shows. It fails with 404.
	Device(ctx context.Context, userCode string) (contract.DeviceRequest, error)
	// DecideDevice answers it for whoever is signed in, once; 404, 409 `device_decided`.
	DecideDevice(ctx context.Context, userCode string, allow bool) error
	// ServeHTTP takes requests to /oauth/.
	http.Handler
}

// Package identity knows who people are: their accounts, addresses and roles, how they sign
// in without a password, their sessions, and what was done with all of that. The
// authorization server, by which programs act for people, is in its folder oauth.
//
// A user has addresses, of which the verified ones let them in, roles, and passkeys. Signing in
// (AskLink, ByLink, ByCode, ByPasskey, Accept) makes a session in one browser; the cookie holds
// 256 random bits, of which the hash is stored. A session of an app on a host of its own has the
// issuer's as its parent and ends with it. What ends everything, as suspension, recovery and
// deletion do, ends sessions, grants of apps and personal access tokens in one transaction.
//
// What somebody may do is scopes: those that their roles stand for (Permissions), for a token
// only as far as it has them too. Admins change everybody but owners; somebody always owns the
// site.
//
// It promises that no answer tells whether an address is anybody's, that opening a link changes
// nothing (POST does), that nobody can keep an owner of an address from getting in, and that of
// secrets only hashes are stored. Each transaction locks the user's row first, then the owners,
// then what belongs to the user.
//
// Events emitted, in the transaction of the change: identity.email_verified,
// identity.email_removed, identity.user_deleted. Handled: none.
//
// Endpoints: /v1/me and what is below it but for the summary and exports (api/account) and apps
// (oauth), /v1/users, /v1/invitations, /v1/audit; see people_routes.go. The pages are in api/web.
package identity

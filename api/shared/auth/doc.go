// Package auth says who makes a request, and whether an operation may be used.
//
// An operation names the scopes it needs; one without security is public:
//
//	huma.Register(api, huma.Operation{ …, Security: auth.Scope("blog:write")}, h.publish)
//
// A scope is one name for three things: what an operation needs, what a token may be used
// for, and what a role permits. Scopes lists them; a wider one covers narrower ones.
//
// Middleware enforces that for all operations of an API. Who makes a request is told by
// the bearer token it carries (RFC 6750) or, without one, by whoever an earlier handler has
// put into its context: the user of a session, or a page that asks in somebody's place.
//
//   - nobody where somebody is needed: 401 with WWW-Authenticate;
//   - a token that is not ours: 401 `invalid_token`, on public operations too, so
//     that a client with an old token learns of it at once;
//   - without the scope: 403 `insufficient_scope`;
//   - signed in too long ago for an operation marked by Recent: 401
//     `reauthentication_required` (RFC 9470);
//   - otherwise the Principal is in the context (PrincipalFrom). A public
//     operation sees it as well, and may show more.
//
// Plain handlers use Require. Refusals are logged with the operation and the
// principal's name, never with the token.
//
// Tokens are checked by a Verifier: those of the authorization server and personal access
// tokens by the domain identity, the development token, made by Development where the
// configuration's stand-ins exist, here. It has every scope and is therefore refused when a
// request was forwarded by a proxy or was addressed to a host that is not loopback: then the
// server can be reached from elsewhere, or a page of another site talks to it by a rebound
// name. Nobody is the Verifier for servers without tokens.
package auth

// Package auth says who makes a request, by the bearer token it carries
// (RFC 6750), and whether an operation may be used.
//
// An operation names the scope it needs; one without security is public:
//
//	huma.Register(api, huma.Operation{ …, Security: auth.Scope("blog:write")}, h.publish)
//
// Middleware enforces that for all operations of an API:
//
//   - no token where one is needed: 401 with WWW-Authenticate;
//   - a token that is not ours: 401 `invalid_token`, on public operations too, so
//     that a client with an old token learns of it at once;
//   - a token without the scope: 403 `insufficient_scope`;
//   - otherwise the Principal is in the context (PrincipalFrom). A public
//     operation sees it as well when a valid token was sent, and may show more.
//
// Plain handlers use Require. Refusals are logged with the operation and the
// principal's name, never with the token.
//
// Tokens are checked by a Verifier. The only one so far is the development
// token, made by Development where the configuration's stand-ins exist. It has
// every scope and is therefore refused when a request was forwarded by a proxy
// or was addressed to a host that is not loopback: then the server can be
// reached from elsewhere, or a page of another site talks to it by a rebound
// name. Nobody is the Verifier for servers without tokens.
package auth

// Package oauth is the authorization server: OAuth 2.0 (RFC 6749, with RFC 9700's practice),
// OpenID Connect Core 1.0, and what belongs to them: metadata (RFC 8414), PKCE (RFC 7636),
// introspection (RFC 7662), revocation (RFC 7009), the device grant (RFC 8628), resource
// indicators (RFC 8707), the issuer in the response (RFC 9207), logout from both sides.
//
// go-oauth2's manager makes and exchanges tokens; in front of it are handlers of our own,
// behind it a store that uses up a code or refresh token in one statement. The library's
// own handlers, generators and checks of redirect URIs are not used.
package oauth

// What the server can do and where, for programs (RFC 8414, OpenID Connect Discovery 1.0).

package oauth

import (
	"net/http"

	"rose-ash.com/roseash/api/shared/auth"
)

// metadata answers both documents alike: each has what the other needs.
func (s *Server) metadata(w http.ResponseWriter, r *http.Request) {
	issuer := s.Issuer()
	var scopes []string
	for _, scope := range auth.Scopes() {
		scopes = append(scopes, scope.Name)
	}
	secrets := []string{"client_secret_basic", "client_secret_post"}
	withNone := append(secrets[:2:2], "none")
	publish(w, map[string]any{
		"issuer":                                         issuer,
		"authorization_endpoint":                         issuer + authorizePath,
		"token_endpoint":                                 issuer + tokenPath,
		"introspection_endpoint":                         issuer + introspectPath,
		"revocation_endpoint":                            issuer + revokePath,
		"userinfo_endpoint":                              issuer + userinfoPath,
		"jwks_uri":                                       issuer + jwksPath,
		"device_authorization_endpoint":                  issuer + devicePath,
		"end_session_endpoint":                           issuer + logoutPath,
		"scopes_supported":                               scopes,
		"response_types_supported":                       []string{"code"},
		"response_modes_supported":                       []string{"query"},
		"grant_types_supported":                          []string{grantCode, grantRefresh, grantCredentials, grantDevice},
		"code_challenge_methods_supported":               []string{"S256"},
		"token_endpoint_auth_methods_supported":          withNone,
		"revocation_endpoint_auth_methods_supported":     withNone,
		"introspection_endpoint_auth_methods_supported":  secrets,
		"authorization_response_iss_parameter_supported": true,
		"subject_types_supported":                        []string{"public"},
		"id_token_signing_alg_values_supported":          []string{"RS256"},
		"claims_supported": []string{
			"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "sid", "amr", "name", "email", "email_verified",
		},
		"claims_parameter_supported":           false,
		"request_parameter_supported":          false,
		"request_uri_parameter_supported":      false,
		"prompt_values_supported":              prompts,
		"backchannel_logout_supported":         true,
		"backchannel_logout_session_supported": true,
		"service_documentation":                s.Sites.Main() + "/docs",
	})
}

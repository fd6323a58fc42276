// GET and POST /oauth/userinfo: what a token tells about its user (OpenID Connect Core
// section 5.3). The token comes in the header and nowhere else (RFC 6750, RFC 9700 section 4.3.2).

package oauth

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

func (s *Server) userinfo(w http.ResponseWriter, r *http.Request) {
	token, refused := bearer(w, r)
	if refused != nil {
		refuseBearer(w, r, refused)
		return
	}
	row, err := s.accessToken(r.Context(), token)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		refuse(w, r, failed(err))
		return
	}
	// Tokens for other resources are not for here: whoever runs those holds them too.
	ours := []string{s.Sites.Main(), s.Issuer(), s.Issuer() + userinfoPath}
	forUs := slices.ContainsFunc(row.Audience, func(audience string) bool { return slices.Contains(ours, audience) })
	if err != nil || !forUs || row.UserID == nil {
		refuseBearer(w, r, &tokenError{status: http.StatusUnauthorized, code: "invalid_token", description: "the token is not valid here"})
		return
	}
	if !slices.Contains(row.Scopes, auth.ScopeOpenID) {
		refuseBearer(w, r, &tokenError{status: http.StatusForbidden, code: "insufficient_scope", description: "the token lacks the scope openid"})
		return
	}
	claims := map[string]any{"sub": id.Format[contract.UserID](userPrefix, *row.UserID)}
	if err := s.personClaims(r.Context(), claims, *row.UserID, row.Scopes); err != nil {
		refuse(w, r, failed(err))
		return
	}
	answer(w, http.StatusOK, claims)
}

// bearer reads the token of a request. A refusal without a code says that there is none.
func bearer(w http.ResponseWriter, r *http.Request) (string, *tokenError) {
	f, err := parseForm(r.URL.RawQuery)
	if err == nil && r.Method == http.MethodPost && r.ContentLength != 0 {
		var refused *tokenError
		if f, refused = readForm(w, r); refused != nil {
			return "", refused
		}
	}
	headers := r.Header.Values("Authorization")
	if _, there := f["access_token"]; there || err != nil || len(headers) > 1 {
		return "", invalidRequest("the token belongs into one Authorization header")
	}
	if len(headers) == 1 {
		if scheme, token, _ := strings.Cut(headers[0], " "); strings.EqualFold(scheme, "Bearer") {
			return strings.TrimSpace(token), nil
		}
	}
	return "", &tokenError{status: http.StatusUnauthorized}
}

// refuseBearer answers with a refusal in the header (RFC 6750 section 3).
func refuseBearer(w http.ResponseWriter, r *http.Request, e *tokenError) {
	challenge := `Bearer realm="oauth"`
	if e.code == "" { // nobody has tried: no reason is given (RFC 6750 section 3.1)
		w.Header().Set("WWW-Authenticate", challenge)
		w.WriteHeader(e.status)
		return
	}
	challenge += `, error="` + e.code + `", error_description="` + e.description + `"`
	if e.code == "insufficient_scope" {
		challenge += `, scope="openid"`
	}
	w.Header().Set("WWW-Authenticate", challenge)
	answer(w, e.status, refusalBody{e.code, e.description})
}

// The back half of signing in at an app's own host: the code for an ID token, in process,
// and what has to be true of that.

package web

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

// idClaims are the claims of an ID token that count here (OpenID Connect Core 1.0 section
// 2, and sid of Front-Channel Logout 1.0 section 3).
type idClaims struct {
	Issuer   string             `json:"iss"`
	Subject  contract.UserID    `json:"sub"`
	Audience audience           `json:"aud"`
	Party    string             `json:"azp"`
	Expires  int64              `json:"exp"`
	AuthTime int64              `json:"auth_time"`
	Nonce    string             `json:"nonce"`
	Session  contract.SessionID `json:"sid"`
}

// audience is one or several (RFC 7519 section 4.1.3).
type audience []string

// UnmarshalJSON reads a text or a list.
func (a *audience) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(a))
}

// redeem exchanges the code of an attempt. It fails with 403 where the server or what it
// answers is not as it has to be.
func (s *SSO) redeem(r *http.Request, f flow, code string) (contract.AppSignIn, error) {
	client, ok := s.Pages.Authorization.AppClient(f.Origin)
	if !ok || code == "" {
		return contract.AppSignIn{}, problem.Forbidden("this code signs nobody in")
	}
	answer, err := s.token(r, client, url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {client.RedirectURI}, "code_verifier": {f.Verifier},
	})
	if err != nil {
		return contract.AppSignIn{}, err
	}
	claims, ok := readIDToken(answer)
	if !ok || !claims.meant(s.Pages.Authorization.Issuer(), client.ClientID, f.Nonce, s.Pages.Clock.Now()) {
		return contract.AppSignIn{}, problem.Forbidden("the ID token is not for this attempt")
	}
	return contract.AppSignIn{User: claims.Subject, Session: claims.Session, AuthTime: time.Unix(claims.AuthTime, 0).UTC(), Origin: f.Origin}, nil
}

// token asks the token endpoint in process and returns the ID token (RFC 6749 section 4.1.3).
func (s *SSO) token(r *http.Request, client contract.AppClient, form url.Values) (string, error) {
	issuer, err := url.Parse(s.Pages.Authorization.Issuer())
	if err != nil {
		return "", problem.Internal().WithCause(err)
	}
	inner, err := http.NewRequestWithContext(anew(r.Context()), http.MethodPost, issuer.String()+"/oauth/token", strings.NewReader(form.Encode()))
	if err != nil {
		return "", problem.Internal().WithCause(err)
	}
	// It is the app that asks, from this machine: what others at the person's address have done
	// wrong does not count against it.
	inner.Host, inner.RemoteAddr, inner.RequestURI = issuer.Host, "127.0.0.1:0", inner.URL.RequestURI()
	inner.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	// RFC 6749 section 2.3.1: both are encoded as a form is.
	inner.SetBasicAuth(url.QueryEscape(string(client.ClientID)), url.QueryEscape(client.Secret))
	a := &reply{header: http.Header{}}
	s.Pages.Authorization.ServeHTTP(a, inner)
	if a.status >= http.StatusInternalServerError {
		return "", problem.ForStatus(a.status, "")
	}
	var tokens struct {
		IDToken string `json:"id_token"`
	}
	if a.status != http.StatusOK || json.Unmarshal(a.body.Bytes(), &tokens) != nil {
		return "", problem.Forbidden("this code signs nobody in")
	}
	return tokens.IDToken, nil
}

// readIDToken reads the claims of a token. Its signature is not looked at: it has come
// straight from the token endpoint, in this process, where nobody can have put another in
// its place (OpenID Connect Core 1.0 section 3.1.3.7 item 6).
func readIDToken(token string) (claims idClaims, ok bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return claims, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	return claims, err == nil && json.Unmarshal(raw, &claims) == nil
}

// meant tells that a token is this client's, of this attempt, and valid still (OpenID
// Connect Core 1.0 section 3.1.3.7), and that it names a user and a session.
func (c idClaims) meant(issuer string, client contract.ClientID, nonce string, now time.Time) bool {
	_, user := id.Parse("user", c.Subject)
	_, session := id.Parse("ses", c.Session)
	return c.Issuer == issuer && slices.Contains(c.Audience, string(client)) &&
		(len(c.Audience) == 1 || c.Party == string(client)) && (c.Party == "" || c.Party == string(client)) &&
		now.Before(time.Unix(c.Expires, 0)) && c.Nonce == nonce && nonce != "" && c.AuthTime > 0 && user && session
}

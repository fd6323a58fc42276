// POST /oauth/token: codes, refresh tokens, device codes and clients' own credentials
// become access tokens (RFC 6749 section 3.2).

package oauth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-oauth2/oauth2/v4"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/seal"
)

// Grant types, as clients name them.
const (
	grantCode        = "authorization_code"
	grantRefresh     = "refresh_token"
	grantCredentials = "client_credentials"
	grantDevice      = "urn:ietf:params:oauth:grant-type:device_code"
)

func allows(client identitydb.Client, grantType string) bool {
	return slices.Contains(client.GrantTypes, grantType)
}

// tokenAnswer is a successful answer (RFC 6749 section 5.1, OpenID Connect Core section 3.1.3.3).
type tokenAnswer struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int64  `json:"expires_in"`
	RefreshToken string `json:"refresh_token,omitempty"`
	Scope        string `json:"scope"`
	IDToken      string `json:"id_token,omitempty"`
}

func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	f, refused := readForm(w, r)
	if refused != nil {
		refuse(w, r, refused)
		return
	}
	i, refused := s.exchange(r, f)
	if refused != nil {
		refuse(w, r, refused)
		return
	}
	idToken := ""
	if slices.Contains(i.scopes, auth.ScopeOpenID) && i.grant.UserID != nil {
		var err error
		if idToken, err = s.idToken(r.Context(), i); err != nil {
			refuse(w, r, failed(err))
			return
		}
	}
	answer(w, http.StatusOK, tokenAnswer{
		AccessToken: i.access, TokenType: "Bearer", ExpiresIn: int64(AccessTokenLasts / time.Second),
		RefreshToken: i.refresh, Scope: strings.Join(i.scopes, " "), IDToken: idToken,
	})
}

// exchange does what the grant type says.
func (s *Server) exchange(r *http.Request, f form) (*issuance, *tokenError) {
	c, refused := claimOf(r, f)
	if refused != nil {
		return nil, refused
	}
	grantType := f.get("grant_type")
	if grantType != grantCode && f.get("code_verifier") != "" {
		return nil, invalidRequest("code_verifier belongs to codes only")
	}
	i := &issuance{now: s.Clock.Now(), queries: s.queries()}
	switch grantType {
	case grantCode:
		return i, s.exchangeCode(r, c, f, i)
	case grantRefresh:
		return i, s.exchangeRefresh(r, c, f, i)
	}
	if i.client, refused = s.authenticate(r.Context(), r, c); refused != nil {
		return nil, refused
	}
	switch {
	case grantType == "":
		return nil, invalidRequest("grant_type is missing")
	case grantType != grantCredentials && grantType != grantDevice:
		return nil, refusal("unsupported_grant_type", "there is no such grant here")
	case !allows(i.client, grantType):
		return nil, notAllowed()
	case grantType == grantCredentials:
		return i, s.exchangeNothing(r.Context(), f, i)
	default:
		return i, s.exchangeDeviceCode(r.Context(), f, i)
	}
}

func notAllowed() *tokenError {
	return refusal("unauthorized_client", "the client may not use this grant")
}

// exchangeCode redeems an authorization code (RFC 6749 section 4.1.3). What it needs is read
// by one query and written by another.
func (s *Server) exchangeCode(r *http.Request, c claimed, f form, i *issuance) *tokenError {
	ctx, code := r.Context(), f.get("code")
	row, err := i.queries.CodeToRedeem(ctx, identitydb.CodeToRedeemParams{Hash: seal.Hash(code), ClientID: c.id})
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return failed(err)
	}
	found := err == nil
	var refused *tokenError
	if found {
		i.client = identitydb.Client{
			ClientID: c.id, Confidential: row.Confidential, SecretHash: row.SecretHash, GrantTypes: row.GrantTypes, DisabledAt: row.DisabledAt,
		}
		refused = s.prove(r, c, i.client)
	} else {
		i.client, refused = s.authenticate(ctx, r, c)
	}
	i.grant = identitydb.Grant{
		ID: row.GrantID, ClientID: c.id, UserID: row.UserID, SessionID: row.SessionID, Scopes: row.Scopes, Audience: row.Audience,
		AuthTime: row.AuthTime, Amr: row.Amr, RevokedAt: row.RevokedAt,
	}
	verifier, redirectURI := f.get("code_verifier"), f.get("redirect_uri")
	switch {
	case refused != nil:
		return refused
	case !allows(i.client, grantCode):
		return notAllowed()
	case code == "" || redirectURI == "" || verifier == "":
		return invalidRequest("code, redirect_uri and code_verifier are needed")
	case !found:
		// Nobody's, or another client's. Its owner keeps it: whoever holds a code that is
		// not theirs cannot use it, and must not be able to end what somebody else has.
		return invalidGrant("the code is not valid")
	case row.UsedAt != nil:
		return s.reused(ctx, i, whyCodeReused)
	case !row.ExpiresAt.After(i.now) || row.RevokedAt != nil || row.UserState != "active":
		return invalidGrant("the code is not valid any more")
	case row.RedirectUri != redirectURI:
		return invalidGrant("redirect_uri is not the one that the code was sent to")
	case !verifies(row.CodeChallenge, verifier):
		return invalidGrant("code_verifier does not match")
	}
	i.step, i.spent, i.redirectURI, i.challenge, i.nonce = redeemCode, code, redirectURI, row.CodeChallenge, row.Nonce
	i.scopes, i.refreshScopes = row.Scopes, row.Scopes
	if i.audience, refused = narrowed(f, row.Audience); refused != nil {
		return refused
	}
	return s.issue(ctx, i, oauth2.AuthorizationCode, f)
}

var verifiers = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`)

// verifies compares a verifier with its challenge by S256, the only method (RFC 7636
// section 4.6).
func verifies(challenge, verifier string) bool {
	sum := sha256.Sum256([]byte(verifier))
	made := base64.RawURLEncoding.EncodeToString(sum[:])
	return verifiers.MatchString(verifier) && subtle.ConstantTimeCompare([]byte(made), []byte(challenge)) == 1
}

// narrowed is the audience of an access token: what was granted, or what the request asks
// for of it (RFC 8707 section 2.2).
func narrowed(f form, granted []string) ([]string, *tokenError) {
	asked := f["resource"]
	if len(asked) == 0 {
		return granted, nil
	}
	for _, resource := range asked {
		if !slices.Contains(granted, resource) {
			return nil, refusal("invalid_target", "a resource was not granted")
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(asked))), nil
}

// Why grants are revoked.
const (
	whyCodeReused    = "code_reused"
	whyRefreshReused = "refresh_token_reused"
	whyRevoked       = "revoked"
)

// reused ends a grant whose code or refresh token comes a second time: one of the two that
// had it has stolen it (RFC 6749 section 10.5, RFC 9700 section 4.14.2). The refusal stands
// even if the grant could not be ended, which is then answered as a fault of ours.
func (s *Server) reused(ctx context.Context, i *issuance, why string) *tokenError {
	if err := s.revokeGrant(ctx, i.grant, why, i.now); err != nil {
		return failed(err)
	}
	return invalidGrant("it has been used before; everything it led to has ended")
}

// issue has the library make the tokens. Somebody else who was quicker has used up what was
// to be exchanged: that is a second use.
func (s *Server) issue(ctx context.Context, i *issuance, grantType oauth2.GrantType, f form) *tokenError {
	request := &oauth2.TokenGenerateRequest{
		ClientID: i.client.ClientID, RedirectURI: i.redirectURI, Scope: strings.Join(i.scopes, " "),
		Code: i.spent, Refresh: i.spent, CodeVerifier: f.get("code_verifier"),
	}
	made := context.WithValue(ctx, issuanceKey{}, i)
	var err error
	if grantType == oauth2.Refreshing {
		_, err = s.tokens.RefreshAccessToken(made, request)
	} else {
		_, err = s.tokens.GenerateAccessToken(made, grantType, request)
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errSpent) && i.step == redeemCode:
		return s.reused(ctx, i, whyCodeReused)
	case errors.Is(err, errSpent):
		return s.reused(ctx, i, whyRefreshReused)
	case errors.Is(err, errEnded):
		return invalidGrant("the grant has ended")
	}
	return failed(err)
}

// ID tokens: what a client learns about who has signed in (OpenID Connect Core section 2).

package oauth

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"slices"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// idTokenType is the typ of ID tokens; logout tokens have another.
const idTokenType = "JWT"

// idToken makes the ID token of an exchange. One that comes with a refreshed access token has
// no nonce, and the time of the sign-in that all began with (Core section 12.2).
func (s *Server) idToken(ctx context.Context, i *issuance) (string, error) {
	claims := map[string]any{
		"iss": s.Issuer(), "aud": i.client.ClientID, "iat": i.now.Unix(), "exp": i.now.Add(IDTokenLasts).Unix(),
		"at_hash": atHash(i.access), "sub": id.Format[contract.UserID](userPrefix, *i.grant.UserID),
	}
	if i.grant.AuthTime != nil {
		claims["auth_time"] = i.grant.AuthTime.Unix()
	}
	if i.nonce != "" {
		claims["nonce"] = i.nonce
	}
	if i.grant.SessionID != nil {
		claims["sid"] = id.Format[contract.SessionID](sessionPrefix, *i.grant.SessionID)
	}
	if len(i.grant.Amr) > 0 {
		claims["amr"] = i.grant.Amr
	}
	if err := s.personClaims(ctx, claims, *i.grant.UserID, i.scopes); err != nil {
		return "", err
	}
	return s.sign(ctx, idTokenType, claims)
}

// personClaims adds what scopes tell about a person (Core section 5.4).
func (s *Server) personClaims(ctx context.Context, claims map[string]any, user uuid.UUID, scopes []string) error {
	profile, email := slices.Contains(scopes, auth.ScopeProfile), slices.Contains(scopes, auth.ScopeEmail)
	if !profile && !email {
		return nil
	}
	person, err := s.Identity.Person(ctx, s.queries(), user)
	if err != nil {
		return err
	}
	if profile && person.Name != "" {
		claims["name"] = person.Name
	}
	if email && person.Email != "" {
		claims["email"], claims["email_verified"] = person.Email, person.EmailVerified
	}
	return nil
}

// atHash binds an ID token to its access token: the left half of the SHA-256 (Core section 3.1.3.6).
func atHash(access string) string {
	sum := sha256.Sum256([]byte(access))
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}

// hint is what an ID token says that a client shows again, to say whom it means. All are
// empty where it is none of ours.
type hint struct {
	subject string // user_…
	session string // ses_…
	client  string
}

// verifyHint reads an ID token of ours, which may have expired (RP-Initiated Logout section
// 2). It fails only where keys cannot be read.
func (s *Server) verifyHint(ctx context.Context, token string) (hint, error) {
	keys, err := s.publishedKeys(ctx)
	if err != nil {
		return hint{}, err
	}
	var claims struct {
		jwt.RegisteredClaims
		Session string `json:"sid"`
	}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}), jwt.WithoutClaimsValidation())
	parsed, err := parser.ParseWithClaims(token, &claims, func(t *jwt.Token) (any, error) {
		i := slices.IndexFunc(keys, func(k signingKey) bool { return k.Kid == t.Header["kid"] })
		if i < 0 || t.Header["typ"] != idTokenType {
			return nil, jwt.ErrTokenUnverifiable
		}
		return keys[i].public, nil
	})
	if err != nil || !parsed.Valid || claims.Issuer != s.Issuer() || len(claims.Audience) != 1 {
		return hint{}, nil
	}
	return hint{claims.Subject, claims.Session, claims.Audience[0]}, nil
}

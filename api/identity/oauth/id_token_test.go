// ID tokens and keys.

package oauth_test

import (
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"rose-ash.com/roseash/api/identity/oauth"
	"rose-ash.com/roseash/api/shared/seal"
)

// published are the keys of /oauth/jwks.
func (w *world) published() map[string]*rsa.PublicKey {
	w.t.Helper()
	var set struct {
		Keys []map[string]string `json:"keys"`
	}
	if err := json.Unmarshal([]byte(w.get("/oauth/jwks").body), &set); err != nil {
		w.t.Fatal(err)
	}
	keys := map[string]*rsa.PublicKey{}
	for _, k := range set.Keys {
		n, err := base64.RawURLEncoding.DecodeString(k["n"])
		if err != nil || k["kty"] != "RSA" || k["alg"] != "RS256" || k["use"] != "sig" || k["e"] != "AQAB" || len(k) != 6 {
			w.t.Fatalf("key %v: %v", k, err)
		}
		keys[k["kid"]] = &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: 65537}
	}
	return keys
}

// claims verifies an ID token as a client does.
func (w *world) claims(token string) jwt.MapClaims {
	w.t.Helper()
	keys, claims := w.published(), jwt.MapClaims{}
	_, err := jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}), jwt.WithTimeFunc(w.clock.Now), jwt.WithIssuer(issuer), jwt.WithExpirationRequired()).
		ParseWithClaims(token, claims, func(t *jwt.Token) (any, error) { return keys[t.Header["kid"].(string)], nil })
	if err != nil {
		w.t.Fatal(err)
	}
	return claims
}

func TestIDToken(t *testing.T) {
	w := newWorld(t)
	rosa := w.user("rosa@example.org")
	session := w.session(rosa)
	signedIn := w.clock.Now()
	w.clock.Advance(time.Minute)
	c := w.client(clientSpec{})
	g := w.tokens(exchange(c, w.code(session, c, "scope", "openid email profile", "nonce", "n-42")))
	claims := w.claims(g.ID)
	sum := sha256.Sum256([]byte(g.Access))
	for name, want := range map[string]any{
		"iss": issuer, "sub": string(rosa.sub), "aud": c.id, "nonce": "n-42", "sid": string(session), "name": "Rosa Field",
		"email": "rosa@example.org", "email_verified": true, "auth_time": float64(signedIn.Unix()), "iat": float64(w.clock.Now().Unix()),
		"exp": float64(w.clock.Now().Add(time.Hour).Unix()), "at_hash": base64.RawURLEncoding.EncodeToString(sum[:16]),
	} {
		if claims[name] != want {
			t.Errorf("%s = %v, want %v", name, claims[name], want)
		}
	}
	if amr, _ := claims["amr"].([]any); len(amr) != 1 || amr[0] != "otp" {
		t.Errorf("amr = %v", claims["amr"])
	}
	w.clock.Advance(time.Minute)
	again := w.claims(w.tokens(c.form("grant_type", "refresh_token", "refresh_token", g.Refresh)).ID)
	if again["auth_time"] != claims["auth_time"] || again["sub"] != claims["sub"] || again["nonce"] != nil || again["at_hash"] == claims["at_hash"] {
		t.Errorf("refreshed: %v", again)
	}
	// Only what was asked for.
	bare := w.claims(w.tokens(exchange(c, w.code(session, c, "scope", "openid", "nonce", ""))).ID)
	for _, name := range []string{"name", "email", "email_verified", "nonce"} {
		if bare[name] != nil {
			t.Errorf("%s = %v", name, bare[name])
		}
	}
	if g := w.tokens(exchange(c, w.code(session, c, "scope", "blog:write"))); g.ID != "" {
		t.Error("an ID token without the scope openid")
	}
	// userinfo says the same.
	info := w.get("/oauth/userinfo", "Authorization", "Bearer "+g.Access).json(t)
	if info["sub"] != claims["sub"] || info["email"] != "rosa@example.org" || info["email_verified"] != true || info["name"] != "Rosa Field" {
		t.Errorf("userinfo: %v", info)
	}
	if post := w.post("/oauth/userinfo", nil, "Authorization", "bearer "+g.Access).json(t); post["sub"] != claims["sub"] {
		t.Errorf("by POST: %v", post)
	}
	noOpenID := w.tokens(exchange(c, w.code(session, c, "scope", "blog:write")))
	w.get("/oauth/userinfo", "Authorization", "Bearer "+noOpenID.Access).refused(t, 403, "insufficient_scope")
	w.get("/oauth/userinfo", "Authorization", "Bearer roseash_at_x").refused(t, 401, "invalid_token")
	w.get("/oauth/userinfo", "Authorization", "Bearer "+g.Refresh).refused(t, 401, "invalid_token")
	if a := w.get("/oauth/userinfo"); a.status != 401 || strings.Contains(a.header.Get("WWW-Authenticate"), "error") {
		t.Errorf("without a token: %d %q", a.status, a.header.Get("WWW-Authenticate"))
	}
}

func TestKeysRotate(t *testing.T) {
	w := newWorld(t)
	session := w.session(w.user("rosa@example.org"))
	c := w.client(clientSpec{})
	idToken := func() string { return w.tokens(exchange(c, w.code(session, c))).ID }
	kid := func(token string) string {
		parsed, _, err := jwt.NewParser().ParseUnverified(token, jwt.MapClaims{})
		if err != nil {
			t.Fatal(err)
		}
		return parsed.Header["kid"].(string)
	}
	first := idToken()
	old := kid(first)
	if err := w.Rotate(t.Context()); err != nil || len(w.published()) != 1 {
		t.Fatalf("a young key was followed: %v, %d keys", err, len(w.published()))
	}
	// Ten days before its end the next one is made, and published before it signs.
	w.clock.Advance(81 * 24 * time.Hour)
	for range 3 {
		if err := w.Rotate(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	last := idToken()
	if n := len(w.published()); n != 2 || kid(last) != old {
		t.Errorf("%d keys, signed with the old one: %v", n, kid(last) == old)
	}
	w.clock.Advance(4 * 24 * time.Hour)
	next := idToken()
	if kid(next) == old {
		t.Error("after the announcement the old key signs")
	}
	w.claims(next)
	// The old one is published until the last token it may have signed has run out.
	w.clock.Advance(5 * 24 * time.Hour)
	if keys := w.published(); keys[old] == nil {
		t.Error("the old key is gone too early")
	}
	w.clock.Advance(3 * time.Hour)
	if keys := w.published(); keys[old] != nil || len(keys) != 1 {
		t.Errorf("the old key is published for too long: %d keys", len(keys))
	}
	// A server that nobody rotates goes on with a new key.
	w.clock.Advance(200 * 24 * time.Hour)
	session = w.session(w.user("basil@example.org"))
	w.claims(idToken())
	if sealed := one[[]byte](w, "SELECT sealed FROM identity.signing_keys LIMIT 1"); slices.Contains([]byte{0x30}, sealed[0]) && sealed[1] == 0x82 {
		t.Error("the private key is stored as it is")
	}
}

// Servers that need the first key at once make one.
func TestKeysAreMadeOnce(t *testing.T) {
	w := newWorld(t)
	var wg sync.WaitGroup
	for range 6 {
		server := oauth.New(w.Options)
		wg.Go(func() {
			if _, err := server.Sign(t.Context(), "JWT", map[string]any{"iss": issuer}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := one[int](w, "SELECT count(*) FROM identity.signing_keys"); n != 1 {
		t.Errorf("%d keys, want 1", n)
	}
	// With another secret key they cannot be opened.
	o := w.Options
	o.Key = seal.New([]byte(strings.Repeat("x", seal.KeySize)))
	if _, err := oauth.New(o).Sign(t.Context(), "JWT", nil); err == nil {
		t.Error("a key was opened with another secret")
	}
}

// Keys that ID tokens and logout tokens are signed with (RS256), and /oauth/jwks (RFC 7517).

package oauth

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

const (
	keyBits      = 2048
	keySigns     = 90 * 24 * time.Hour
	keyAnnounced = 3 * 24 * time.Hour  // published before it signs
	keyNext      = 10 * 24 * time.Hour // the next one is made when this is left
	keyAfter     = IDTokenLasts + time.Hour
	keysKept     = 5 * time.Minute // how long a process remembers which keys there are
	keysCached   = time.Hour       // how long others may
	keyPurpose   = "signing key"
)

// signingKey is a key that is published; only one signs at a time.
type signingKey struct {
	identitydb.SigningKey
	public *rsa.PublicKey
}

// keyring is what a process remembers of the keys.
type keyring struct {
	mu      sync.Mutex
	read    time.Time
	keys    []signingKey
	kid     string          // of private
	private *rsa.PrivateKey // the last one that was opened
}

// sign makes a token of claims: a JWT with RS256, whose header says what kind it is (typ, RFC
// 8725 section 3.11).
func (s *Server) sign(ctx context.Context, typ string, claims map[string]any) (string, error) {
	kid, key, err := s.signer(ctx)
	if err != nil {
		return "", err
	}
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims(claims))
	token.Header["kid"], token.Header["typ"] = kid, typ
	return token.SignedString(key)
}

// signer is the key that signs now: of those that may the newest. The first one of all is
// made when it is needed.
func (s *Server) signer(ctx context.Context) (string, *rsa.PrivateKey, error) {
	keys, err := s.publishedKeys(ctx)
	if err != nil {
		return "", nil, err
	}
	current, ok := signing(keys, s.Clock.Now())
	if !ok {
		if err := s.rotate(ctx); err != nil {
			return "", nil, err
		}
		if keys, err = s.readKeys(ctx); err != nil {
			return "", nil, err
		}
		if current, ok = signing(keys, s.Clock.Now()); !ok {
			return "", nil, errors.New("oauth: there is no key to sign with")
		}
	}
	s.keys.mu.Lock()
	defer s.keys.mu.Unlock()
	if s.keys.kid == current.Kid {
		return current.Kid, s.keys.private, nil
	}
	der, err := s.Key.Open(keyPurpose, current.Sealed)
	if err != nil {
		return "", nil, fmt.Errorf("oauth: a signing key cannot be opened: is it another secret key? %w", err)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	private, isRSA := parsed.(*rsa.PrivateKey)
	if err != nil || !isRSA {
		return "", nil, errors.New("oauth: a signing key is damaged")
	}
	s.keys.kid, s.keys.private = current.Kid, private
	return current.Kid, private, nil
}

// signing picks the key that signs at a time.
func signing(keys []signingKey, now time.Time) (signingKey, bool) {
	for _, k := range keys { // the newest first
		if !k.SignsFrom.After(now) && k.SignsTo.After(now) {
			return k, true
		}
	}
	return signingKey{}, false
}

// publishedKeys are the keys that tokens may have been signed with, and those to come.
func (s *Server) publishedKeys(ctx context.Context) ([]signingKey, error) {
	s.keys.mu.Lock()
	keys, age := s.keys.keys, s.Clock.Now().Sub(s.keys.read)
	s.keys.mu.Unlock()
	if len(keys) > 0 && age >= 0 && age < keysKept {
		return keys, nil
	}
	return s.readKeys(ctx)
}

func (s *Server) readKeys(ctx context.Context) ([]signingKey, error) {
	now := s.Clock.Now()
	rows, err := s.queries().SigningKeys(ctx, now)
	if err != nil {
		return nil, err
	}
	keys := make([]signingKey, len(rows))
	for i, row := range rows {
		parsed, err := x509.ParsePKIXPublicKey(row.PublicKey)
		public, isRSA := parsed.(*rsa.PublicKey)
		if err != nil || !isRSA {
			return nil, errors.New("oauth: a signing key is damaged")
		}
		keys[i] = signingKey{row, public}
	}
	s.keys.mu.Lock()
	s.keys.keys, s.keys.read = keys, now
	s.keys.mu.Unlock()
	return keys, nil
}

// rotate makes the next key where the last one has little time left, and drops those that no
// token needs any more. The next one is published for some days before it signs, so that
// whoever keeps keys for a while has it by then. One process does it at a time; it may be
// called as often as one likes.
func (s *Server) rotate(ctx context.Context) error {
	err := db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q, now := identitydb.New(tx), s.Clock.Now()
		if err := q.LockSigningKeys(ctx); err != nil {
			return err
		}
		if _, err := q.DropSigningKeys(ctx, now); err != nil {
			return err
		}
		rows, err := q.SigningKeys(ctx, now)
		if err != nil {
			return err
		}
		from := now
		for _, row := range rows {
			if row.SignsTo.Sub(now) > keyNext {
				return nil
			}
			if row.SignsTo.After(now) && !row.SignsFrom.After(now) {
				from = now.Add(keyAnnounced)
			}
			if row.SignsTo.After(now) && row.SignsTo.Before(from) {
				from = row.SignsTo // too late to announce it for longer
			}
		}
		return s.makeKey(ctx, q, now, from)
	})
	if err != nil {
		return err
	}
	_, err = s.readKeys(ctx)
	return err
}

func (s *Server) makeKey(ctx context.Context, q *identitydb.Queries, now, from time.Time) error {
	private, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	public, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(public)
	to := from.Add(keySigns)
	return q.AddSigningKey(ctx, identitydb.AddSigningKeyParams{
		Kid: base64.RawURLEncoding.EncodeToString(sum[:12]), Sealed: s.Key.Seal(keyPurpose, secret), PublicKey: public,
		CreatedAt: now, SignsFrom: from, SignsTo: to, ExpiresAt: to.Add(keyAfter),
	})
}

// jwk is a public key (RFC 7518 section 6.3.1).
type jwk struct {
	Type      string `json:"kty"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
	ID        string `json:"kid"`
	N         string `json:"n"`
	E         string `json:"e"`
}

func (s *Server) jwks(w http.ResponseWriter, r *http.Request) {
	keys, err := s.publishedKeys(r.Context())
	if err == nil && len(keys) == 0 {
		if err = s.rotate(r.Context()); err == nil {
			keys, err = s.publishedKeys(r.Context())
		}
	}
	if err != nil {
		problem.Write(w, r, err)
		return
	}
	set := struct {
		Keys []jwk `json:"keys"`
	}{[]jwk{}}
	for _, k := range keys {
		set.Keys = append(set.Keys, jwk{
			Type: "RSA", Use: "sig", Algorithm: "RS256", ID: k.Kid,
			N: base64.RawURLEncoding.EncodeToString(k.public.N.Bytes()),
			E: base64.RawURLEncoding.EncodeToString(big.NewInt(int64(k.public.E)).Bytes()),
		})
	}
	publish(w, set)
}

// publish answers with a document that is for everybody, pages of other sites included.
func publish(w http.ResponseWriter, v any) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", fmt.Sprintf("public, max-age=%d", int(keysCached/time.Second)))
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	_ = json.NewEncoder(w).Encode(v)
}

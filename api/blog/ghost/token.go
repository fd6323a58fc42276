// The Admin key, and the tokens that are made with it.

package ghost

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// tokenLife is how long a token is good for: Ghost takes none that is older.
const tokenLife = 5 * time.Minute

// adminKey is an integration's: its id and the secret that only Ghost has too.
type adminKey struct {
	id     string
	secret []byte
}

// readKey reads a key as Ghost shows it, id:hex.
func readKey(text string) (adminKey, error) {
	id, secret, _ := strings.Cut(text, ":")
	bytes, err := hex.DecodeString(secret)
	if !idShape.MatchString(id) || err != nil || len(bytes) < 16 {
		return adminKey{}, errors.New("ghost: the Admin key must be an id, a colon and hexadecimal digits, as Ghost shows it for an integration")
	}
	return adminKey{id, bytes}, nil
}

// token is a JSON Web Token (RFC 7519) as Ghost wants it: HS256, with the key's id, for
// the audience /admin/.
func (k adminKey) token(now time.Time) string {
	part := func(claims map[string]any) string {
		raw, err := json.Marshal(claims)
		if err != nil {
			panic(err) // they are texts and numbers
		}
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	text := part(map[string]any{"alg": "HS256", "typ": "JWT", "kid": k.id}) + "." +
		part(map[string]any{"iat": now.Unix(), "exp": now.Add(tokenLife).Unix(), "aud": "/admin/"})
	mac := hmac.New(sha256.New, k.secret)
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

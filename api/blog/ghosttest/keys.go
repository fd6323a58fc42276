// The keys of integrations: who may ask the Admin API.

package ghosttest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
)

func splitKey(key string) (id string, secret []byte, err error) {
	id, digits, ok := strings.Cut(key, ":")
	if secret, err = hex.DecodeString(digits); !ok || id == "" || err != nil || len(secret) == 0 {
		return "", nil, errors.New("ghosttest: an Admin API key is id:hex")
	}
	return id, secret, nil
}

// longest is how long a token may be good.
const longest = 5 * time.Minute

// refused is why a request is not let in; ok tells that it is.
func (g *Ghost) refused(r *http.Request) (why answer, ok bool) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return refusal{
			status: http.StatusForbidden, kind: "NoPermissionError", message: "Authorization failed",
			context: "Unable to determine the authenticated user or integration. Check that cookies are being passed through if using session authentication.",
		}.answer(), false
	}
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Ghost") || token == "" {
		return unauthorized(`Authorization header format is "Authorization: Ghost [token]"`, "INVALID_AUTH_HEADER"), false
	}
	bad := func(message, code string) (answer, bool) {
		return refusal{status: http.StatusBadRequest, kind: "BadRequestError", message: message, code: code}.answer(), false
	}
	head, rest, _ := strings.Cut(token, ".")
	claims, signature, three := strings.Cut(rest, ".")
	var h struct{ Alg, Kid string }
	if !three || decodePart(head, &h) != nil {
		return bad("Invalid token", "INVALID_JWT")
	}
	if h.Kid == "" {
		return bad("Admin API kid missing.", "MISSING_ADMIN_API_KID")
	}
	if h.Kid != g.keyID {
		return unauthorized("Unknown Admin API Key", "UNKNOWN_ADMIN_API_KEY"), false
	}
	if why := g.wrong(h.Alg, head+"."+claims, claims, signature); why != "" {
		return unauthorized("Invalid token: "+why, "INVALID_JWT"), false
	}
	return answer{}, true
}

// wrong is what is wrong with a token, in the words of Ghost's library; "": nothing.
func (g *Ghost) wrong(alg, signed, claims, signature string) string {
	if alg != "HS256" {
		return "invalid algorithm"
	}
	mac := hmac.New(sha256.New, g.secret)
	mac.Write([]byte(signed))
	if got, err := base64.RawURLEncoding.DecodeString(signature); err != nil || !hmac.Equal(got, mac.Sum(nil)) {
		return "invalid signature"
	}
	var c struct {
		Iat *int64 `json:"iat"`
		Exp *int64 `json:"exp"`
		Aud string `json:"aud"`
	}
	if decodePart(claims, &c) != nil {
		return "invalid token"
	}
	now := g.settings().Clock.Now()
	switch {
	case !strings.HasSuffix(strings.TrimSuffix(c.Aud, "/"), "admin"):
		return `jwt audience invalid. expected: /\/?admin\/?$/`
	case c.Exp == nil || !now.Before(time.Unix(*c.Exp, 0)):
		return "jwt expired"
	case c.Iat == nil:
		return "iat required when maxAge is specified"
	case now.Sub(time.Unix(*c.Iat, 0)) > longest || *c.Exp-*c.Iat > int64(longest/time.Second):
		return "maxAge exceeded"
	}
	return ""
}

func decodePart(part string, into any) error {
	data, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

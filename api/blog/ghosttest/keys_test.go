package ghosttest_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/blog/ghosttest"
)

func sign(head, claims map[string]any, secret []byte) string {
	h, _ := json.Marshal(head)
	c, _ := json.Marshal(claims)
	signed := base64.RawURLEncoding.EncodeToString(h) + "." + base64.RawURLEncoding.EncodeToString(c)
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func token(at time.Time, good time.Duration, audience string) string {
	id, digits, _ := strings.Cut(ghosttest.AdminKey, ":")
	secret, _ := hex.DecodeString(digits)
	return sign(map[string]any{"alg": "HS256", "typ": "JWT", "kid": id},
		map[string]any{"iat": at.Unix(), "exp": at.Add(good).Unix(), "aud": audience}, secret)
}

// TestKeys: who is let in, and what the others are told.
func TestKeys(t *testing.T) {
	_, server := start(t, ghosttest.Options{})
	now := time.Now()
	id, digits, _ := strings.Cut(ghosttest.AdminKey, ":")
	secret, _ := hex.DecodeString(digits)
	claims := map[string]any{"iat": now.Unix(), "exp": now.Add(time.Minute).Unix(), "aud": "/admin/"}
	for name, tt := range map[string]struct {
		authorization string
		status        int
		code          any
	}{
		"good":            {"Ghost " + token(now, time.Minute, "/admin/"), 200, nil},
		"none":            {"", 403, nil},
		"another scheme":  {"Bearer " + token(now, time.Minute, "/admin/"), 401, "INVALID_AUTH_HEADER"},
		"no token":        {"Ghost xyz", 400, "INVALID_JWT"},
		"expired":         {"Ghost " + token(now.Add(-2*time.Minute), time.Minute, "/admin/"), 401, "INVALID_JWT"},
		"good too long":   {"Ghost " + token(now, time.Hour, "/admin/"), 401, "INVALID_JWT"},
		"too old":         {"Ghost " + token(now.Add(-time.Hour), 2*time.Hour, "/admin/"), 401, "INVALID_JWT"},
		"for others":      {"Ghost " + token(now, time.Minute, "/content/"), 401, "INVALID_JWT"},
		"another key":     {"Ghost " + sign(map[string]any{"alg": "HS256", "kid": "nobody"}, claims, secret), 401, "UNKNOWN_ADMIN_API_KEY"},
		"no key":          {"Ghost " + sign(map[string]any{"alg": "HS256"}, claims, secret), 400, "MISSING_ADMIN_API_KID"},
		"another secret":  {"Ghost " + sign(map[string]any{"alg": "HS256", "kid": id}, claims, []byte(digits)), 401, "INVALID_JWT"},
		"another method":  {"Ghost " + sign(map[string]any{"alg": "none", "kid": id}, claims, secret), 401, "INVALID_JWT"},
		"without a begin": {"Ghost " + sign(map[string]any{"alg": "HS256", "kid": id}, map[string]any{"exp": now.Add(time.Minute).Unix(), "aud": "/admin/"}, secret), 401, "INVALID_JWT"},
	} {
		status, body := askWith(t, server, "GET", "posts/?limit=1", "", tt.authorization)
		if status != tt.status {
			t.Errorf("%s: status %d, want %d: %.200s", name, status, tt.status, body)
		}
		if status != http.StatusOK {
			if got := parse(t, body).(map[string]any)["errors"].([]any)[0].(map[string]any)["code"]; got != tt.code {
				t.Errorf("%s: code %v, want %v", name, got, tt.code)
			}
		}
	}
}

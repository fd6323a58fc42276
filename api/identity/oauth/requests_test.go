// Requests to the server under test, and what comes back.

package oauth_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
)

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// json reads the body.
func (a answer) json(t testing.TB) map[string]any {
	t.Helper()
	v := map[string]any{}
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("status %d, body %q: %v", a.status, a.body, err)
	}
	return v
}

// location is where the answer leads, and the parameters in it.
func (a answer) location(t testing.TB) (string, url.Values) {
	t.Helper()
	u, err := url.Parse(a.header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	u.RawQuery = ""
	return u.String(), query
}

// send sends a request to the issuer's host, with headers in pairs of name and value.
func (w *world) send(method, path, body string, headers ...string) answer {
	w.t.Helper()
	r, err := http.NewRequest(method, w.address+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Host = strings.TrimPrefix(issuer, "https://")
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		switch headers[i] {
		case "Host":
			r.Host = headers[i+1]
		case "+Authorization":
			r.Header.Add("Authorization", headers[i+1])
		default:
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	response, err := w.http.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(read)}
}

func (w *world) get(path string, headers ...string) answer {
	w.t.Helper()
	return w.send(http.MethodGet, path, "", headers...)
}

func (w *world) post(path string, f url.Values, headers ...string) answer {
	w.t.Helper()
	return w.send(http.MethodPost, path, f.Encode(), headers...)
}

// verifier is the PKCE verifier of all requests here, and challenge what belongs to it.
var (
	verifier  = strings.Repeat("v", 43)
	challenge = func() string {
		sum := sha256.Sum256([]byte(verifier))
		return base64.RawURLEncoding.EncodeToString(sum[:])
	}()
)

// request is a good authorization request, with changes in pairs of name and value; an empty
// value takes a parameter away.
func request(c program, changes ...string) url.Values {
	query := url.Values{
		"response_type": {"code"}, "client_id": {c.id}, "redirect_uri": {callback}, "scope": {"openid blog:write"}, "state": {"st-1"},
		"code_challenge": {challenge}, "code_challenge_method": {"S256"}, "nonce": {"n-1"},
	}
	return changed(query, changes)
}

func changed(query url.Values, changes []string) url.Values {
	for i := 0; i+1 < len(changes); i += 2 {
		if changes[i+1] == "" {
			query.Del(changes[i])
		} else {
			query.Set(changes[i], changes[i+1])
		}
	}
	return query
}

// authorize sends somebody who is signed in to the server.
func (w *world) authorize(session contract.SessionID, query url.Values) answer {
	w.t.Helper()
	return w.get("/oauth/authorize?"+query.Encode(), "Test-Session", string(session))
}

// code gets a code by a good request.
func (w *world) code(session contract.SessionID, c program, changes ...string) string {
	w.t.Helper()
	a := w.authorize(session, request(c, changes...))
	_, query := a.location(w.t)
	if a.status != http.StatusSeeOther || query.Get("code") == "" {
		w.t.Fatalf("authorize: %d, Location %q, %s %+v", a.status, a.header.Get("Location"), a.body, w.pages.refused)
	}
	return query.Get("code")
}

// exchange is a good token request for a code, of a client that proves who it is in the body.
func exchange(c program, code string, changes ...string) url.Values {
	return changed(c.form("grant_type", "authorization_code", "code", code, "redirect_uri", callback, "code_verifier", verifier), changes)
}

// form is a request of a client.
func (c program) form(fields ...string) url.Values {
	return changed(url.Values{"client_id": {c.id}, "client_secret": {c.secret}}, fields)
}

// granted is a successful answer of the token endpoint.
type granted struct {
	Access  string `json:"access_token"`
	Type    string `json:"token_type"`
	Expires int    `json:"expires_in"`
	Refresh string `json:"refresh_token"`
	Scope   string `json:"scope"`
	ID      string `json:"id_token"`
}

func (w *world) tokens(f url.Values) granted {
	w.t.Helper()
	a := w.post("/oauth/token", f)
	if a.status != http.StatusOK {
		w.t.Fatalf("token: %d %s", a.status, a.body)
	}
	var g granted
	if err := json.Unmarshal([]byte(a.body), &g); err != nil {
		w.t.Fatal(err)
	}
	return g
}

// refused checks that an answer is an error of RFC 6749 section 5.2.
func (a answer) refused(t testing.TB, status int, code string) {
	t.Helper()
	if a.status != status || a.json(t)["error"] != code {
		t.Errorf("got %d %s, want %d %s", a.status, strings.TrimSpace(a.body), status, code)
	}
	if got := a.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q, want no-store", got)
	}
	if challenge := a.header.Get("WWW-Authenticate"); status == http.StatusUnauthorized && !strings.HasPrefix(challenge, "B") {
		t.Errorf("WWW-Authenticate %q, want a scheme", challenge)
	}
}

// works tells whether the API takes a token.
func (w *world) works(token string) bool {
	w.t.Helper()
	_, err := w.VerifyAccess(context.Background(), token)
	if err != nil && err != auth.ErrRefused {
		w.t.Fatal(err)
	}
	return err == nil
}

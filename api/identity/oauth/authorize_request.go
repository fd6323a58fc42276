// What an authorization request says, and what is wrong with it.

package oauth

import (
	"crypto/hmac"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
)

// Fields of ours that travel with a request through the pages.
const (
	askedField    = "_asked"   // when the request came first
	proofField    = "_proof"   // that the consent page was shown to this session
	decisionField = "decision" // allow, deny
)

// authorization is a request whose client and redirect URI are good.
type authorization struct {
	f           form
	client      identitydb.Client
	redirectURI string
	state       string
	scopes      []string
	audience    []string
	prompt      []string
	maxAge      *time.Duration
	challenge   string
	nonce       string
	hint        string
	asked       time.Time // zero: just now
}

// request is the parameters without those of ours.
func (f form) request() form {
	own := form{}
	for name, values := range f {
		if name != askedField && name != proofField && name != decisionField {
			own[name] = values
		}
	}
	return own
}

// authorizeForm reads the query of a GET or the body of a POST.
func authorizeForm(w http.ResponseWriter, r *http.Request) (f form, repeated, ok bool) {
	raw := r.URL.RawQuery
	if r.Method == http.MethodPost {
		mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || mediaType != "application/x-www-form-urlencoded" || raw != "" {
			return nil, false, false
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, formMost))
		if err != nil {
			return nil, false, false
		}
		raw = string(body)
	}
	f, err := parseForm(raw)
	repeated = errors.Is(err, errRepeated)
	return f, repeated, err == nil || repeated
}

var (
	challenges = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`) // of S256: 32 bytes
	ages       = regexp.MustCompile(`^[0-9]{1,9}$`)
	nonces     = regexp.MustCompile(`^[\x20-\x7e]{1,512}$`)
	prompts    = []string{"none", "login", "consent", "select_account"}
)

// readAuthorization reads what a good client asks for; the refusal goes back to it (RFC 6749
// section 4.1.2.1, OpenID Connect Core section 3.1.2.6).
func (s *Server) readAuthorization(f form, client identitydb.Client, repeated bool) (authorization, *tokenError) {
	a := authorization{
		f: f, client: client, redirectURI: f.get("redirect_uri"), state: f.get("state"), scopes: f.list("scope"),
		prompt: f.list("prompt"), challenge: f.get("code_challenge"), nonce: f.get("nonce"), hint: f.get("id_token_hint"),
	}
	none := slices.Contains(a.prompt, "none")
	switch {
	case repeated:
		return a, invalidRequest(errRepeated.Error())
	case f.get("request") != "":
		return a, refusal("request_not_supported", "request objects are not supported")
	case f.get("request_uri") != "":
		return a, refusal("request_uri_not_supported", "request objects are not supported")
	case f.get("response_type") == "":
		return a, invalidRequest("response_type is missing")
	case f.get("response_type") != "code":
		return a, refusal("unsupported_response_type", "the only response type is code")
	case f.get("response_mode") != "" && f.get("response_mode") != "query":
		return a, invalidRequest("the only response mode is query")
	case f.get("code_challenge_method") != "S256" || !challenges.MatchString(a.challenge):
		return a, invalidRequest("a code challenge by S256 is needed")
	case a.nonce != "" && !nonces.MatchString(a.nonce):
		return a, invalidRequest("the nonce is too long, or not ASCII")
	case slices.ContainsFunc(a.prompt, func(p string) bool { return !slices.Contains(prompts, p) }) || none && len(a.prompt) > 1:
		return a, invalidRequest("prompt is not understood")
	}
	if age := f.get("max_age"); age != "" {
		if !ages.MatchString(age) {
			return a, invalidRequest("max_age is not a number of seconds")
		}
		seconds, _ := strconv.Atoi(age)
		limit := time.Duration(seconds) * time.Second
		a.maxAge = &limit
	}
	if len(a.scopes) == 0 {
		return a, refusal("invalid_scope", "a scope is needed")
	}
	for _, scope := range a.scopes {
		if !known(scope) || !auth.Covers(client.Scopes, scope) {
			return a, refusal("invalid_scope", "the client may not ask for a scope")
		}
	}
	var refused *tokenError
	if a.audience, refused = s.audience(f, client); refused != nil {
		return a, refused
	}
	a.asked, _ = s.openMoment(momentAsked, f.get(askedField), "", f)
	return a, nil
}

// redirectsTo tells whether a client may have people sent to an address: to one that it has
// registered, letter for letter. Only programs on somebody's own machine cannot know the port
// that they will get, so that of a loopback IP address may differ (RFC 8252 section 7.3).
func redirectsTo(client identitydb.Client, uri string) bool {
	if slices.Contains(client.RedirectUris, uri) {
		return true
	}
	if client.Confidential {
		return false
	}
	asked, ok := withoutLoopbackPort(uri)
	return ok && slices.ContainsFunc(client.RedirectUris, func(registered string) bool {
		r, ok := withoutLoopbackPort(registered)
		return ok && r == asked
	})
}

var loopbackURI = regexp.MustCompile(`^(http://(?:127\.0\.0\.1|\[::1\]))(?::([1-9][0-9]{0,4}))?(/[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]*)?$`)

func withoutLoopbackPort(uri string) (string, bool) {
	m := loopbackURI.FindStringSubmatch(uri)
	if m == nil {
		return "", false
	}
	if port, _ := strconv.Atoi(m[2]); port > 65535 {
		return "", false
	}
	return m[1] + m[3], true
}

// sealMoment writes down when something happened to this very request, and to whom, so that
// nobody else can.
func (s *Server) sealMoment(m moment, at time.Time, whom string, f form) string {
	micros := strconv.FormatInt(at.UnixMicro(), 36)
	return micros + "." + base64.RawURLEncoding.EncodeToString(s.momentMAC(m, micros, whom, f))
}

// openMoment reads what sealMoment wrote; false for anything else, and for what is too old.
func (s *Server) openMoment(m moment, sealed, whom string, f form) (time.Time, bool) {
	micros, mac, _ := strings.Cut(sealed, ".")
	n, err := strconv.ParseInt(micros, 36, 64)
	if err != nil {
		return time.Time{}, false
	}
	given, err := base64.RawURLEncoding.DecodeString(mac)
	at := time.UnixMicro(n).UTC()
	age := s.Clock.Now().Sub(at)
	if err != nil || age < 0 || age > momentLasts || !hmac.Equal(given, s.momentMAC(m, micros, whom, f)) {
		return time.Time{}, false
	}
	return at, true
}

func (s *Server) momentMAC(m moment, micros, whom string, f form) []byte {
	return s.Key.MAC(string(m), []byte(micros+"\n"+whom+"\n"+url.Values(f.request()).Encode()))
}

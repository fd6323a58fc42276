// Signing in at an app's own host by the way of the issuer's: the authorization code flow
// with PKCE (RFC 7636) as OpenID Connect Core 1.0 section 3.1 has it, by top-level
// redirects only. What the browser holds meanwhile is sealed in a cookie; tokens never
// reach it.

package web

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/seal"
	site "rose-ash.com/roseash/site-templates"
)

// SSO signs people in at the hosts of apps. It is the Elsewhere of the pages.
type SSO struct {
	Pages *Login
	Key   seal.Key
}

// flow is one attempt to sign in, as the cookie keeps it.
type flow struct {
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"`
	Origin   string    `json:"origin"`
	ReturnTo string    `json:"return_to"`
	Silent   bool      `json:"silent,omitempty"`
	Until    time.Time `json:"until"`
}

// What is sealed for one purpose is of no use for the other.
const (
	sealFlow   = "sso"
	sealReturn = "sso.return"
)

// maxFlowReturn is the longest way back that fits with the rest into a cookie.
const maxFlowReturn = 1024

// Begin leads to the issuer, which asks who is there, or silently says whom it knows. With
// fresh in the query whoever is known there is asked again.
func (s *SSO) Begin(w http.ResponseWriter, r *http.Request, returnTo string, silent bool) {
	unkept(w)
	origin := s.Pages.Sites.OriginOf(r.Host)
	client, ok := s.Pages.Authorization.AppClient(origin)
	if !ok {
		s.Pages.closed(w, r)
		return
	}
	if returnTo = ReturnTo(returnTo); len(returnTo) > maxFlowReturn {
		returnTo = afterSignIn
	}
	fresh := r.URL.Query().Get("fresh") == "1"
	if _, known := auth.PrincipalFrom(r.Context()); known && !fresh {
		http.Redirect(w, r, returnTo, http.StatusSeeOther)
		return
	}
	f := flow{
		State: s.newState(returnTo, silent), Nonce: seal.Random(), Verifier: seal.Random(), Origin: origin,
		ReturnTo: returnTo, Silent: silent, Until: s.Pages.Clock.Now().Add(ssoLasts),
	}
	raw, err := json.Marshal(f)
	if err != nil {
		problem.Write(w, r, problem.Internal().WithCause(err))
		return
	}
	setCookie(w, ssoCookie, base64.RawURLEncoding.EncodeToString(s.Key.Seal(sealFlow, raw)), ssoLasts)
	challenge := sha256.Sum256([]byte(f.Verifier))
	ask := url.Values{
		"response_type": {"code"}, "client_id": {string(client.ClientID)}, "redirect_uri": {client.RedirectURI},
		"scope": {auth.ScopeOpenID + " " + auth.ScopeProfile}, "state": {f.State}, "nonce": {f.Nonce},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(challenge[:])}, "code_challenge_method": {"S256"},
	}
	switch {
	case silent:
		ask.Set("prompt", "none")
	case fresh:
		ask.Set("prompt", "login")
	}
	http.Redirect(w, r, s.Pages.Authorization.Issuer()+"/oauth/authorize?"+ask.Encode(), http.StatusSeeOther)
}

// newState is a value that nobody can guess, and by which we know again where a silent
// attempt came from even if the browser has begun another one since.
func (s *SSO) newState(returnTo string, silent bool) string {
	if !silent {
		returnTo = ""
	}
	return base64.RawURLEncoding.EncodeToString(s.Key.Seal(sealReturn, []byte(returnTo)))
}

// silentReturn is where a silent attempt with a state came from. A state that we have not
// made, or for an attempt that asks people, has none.
func (s *SSO) silentReturn(state string) (string, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(state)
	if err != nil {
		return "", false
	}
	to, err := s.Key.Open(sealReturn, raw)
	return string(to), err == nil && len(to) > 0
}

// Callback takes what the issuer says (RFC 6749 section 4.1.2, RFC 9207). Without the
// cookie of the attempt it is somebody else's, and signs nobody in.
func (s *SSO) Callback(w http.ResponseWriter, r *http.Request) {
	unkept(w)
	said := r.URL.Query()
	for _, values := range said {
		if len(values) != 1 { // RFC 6749 section 3.1: none may come twice
			s.refuse(w, r, http.StatusBadRequest, notOurs)
			return
		}
	}
	f, ours := s.flowOf(r, said.Get("state"))
	if !ours {
		s.stray(w, r, said.Get("state"))
		return
	}
	setCookie(w, ssoCookie, "", 0)
	if said.Get("iss") != s.Pages.Authorization.Issuer() {
		s.refuse(w, r, http.StatusBadRequest, notOurs)
		return
	}
	if code := said.Get("error"); code != "" {
		s.denied(w, r, f, code)
		return
	}
	signIn, err := s.redeem(r, f, said.Get("code"))
	if err == nil {
		var begun contract.SignedIn
		if begun, err = s.Pages.SignIn.ByApp(r.Context(), signIn, visitor(w, r, s.Pages.Sites)); err == nil {
			keepSession(w, begun, s.Pages.Clock.Now())
			setCookie(w, ssoTriedCookie, "", 0)
			http.Redirect(w, r, f.ReturnTo, http.StatusSeeOther)
			return
		}
	}
	switch d := problem.From(err); {
	case d.Status >= http.StatusInternalServerError:
		problem.Write(w, r, err)
	case f.Silent:
		s.stranger(w, r, f.ReturnTo)
	default:
		s.refuse(w, r, d.Status, again(f.ReturnTo))
	}
}

// flowOf is the attempt in the browser's cookie, if it is the one with a state.
func (s *SSO) flowOf(r *http.Request, state string) (f flow, ok bool) {
	sealed, err := base64.RawURLEncoding.DecodeString(cookieOf(r, ssoCookie))
	if err != nil || state == "" {
		return f, false
	}
	raw, err := s.Key.Open(sealFlow, sealed)
	if err != nil || json.Unmarshal(raw, &f) != nil {
		return f, false
	}
	return f, f.State == state && f.Origin == s.Pages.Sites.OriginOf(r.Host) && s.Pages.Clock.Now().Before(f.Until)
}

// denied answers for an attempt that the issuer did not grant. That nobody is known there is
// what a silent one is for (OpenID Connect Core 1.0 section 3.1.2.6).
func (s *SSO) denied(w http.ResponseWriter, r *http.Request, f flow, code string) {
	switch {
	case f.Silent:
		s.stranger(w, r, f.ReturnTo)
	case code == "access_denied":
		s.refuse(w, r, http.StatusForbidden, refusalPage{"You are not signed in", "Nobody was signed in: it was called off.",
			[]site.Link{{Text: "Sign in", URL: loginAt(f.ReturnTo)}}})
	default:
		s.refuse(w, r, http.StatusBadRequest, again(f.ReturnTo))
	}
}

// stray answers an attempt of which the browser knows nothing: it is somebody else's, too
// old, or the browser has begun another one since, as it does when it opens several pages
// at once. A silent one goes back to where it came from, as a stranger.
func (s *SSO) stray(w http.ResponseWriter, r *http.Request, state string) {
	to, silent := s.silentReturn(state)
	switch {
	case !silent:
		s.refuse(w, r, http.StatusBadRequest, notOurs)
	case cookieOf(r, ssoCookie) == "" && cookieOf(r, ssoTriedCookie) == "":
		// The browser keeps no cookies: it would be sent round for ever.
		s.refuse(w, r, http.StatusBadRequest, refusalPage{"This takes cookies", "Your browser keeps none of this site, so nobody can be signed in here.",
			[]site.Link{{Text: "To the front page", URL: "/"}}})
	default:
		s.stranger(w, r, to)
	}
}

// stranger goes back to a page that shows itself to whoever is there, and has it not try
// again for a while.
func (s *SSO) stranger(w http.ResponseWriter, r *http.Request, returnTo string) {
	setCookie(w, ssoTriedCookie, "1", ssoLasts)
	http.Redirect(w, r, ReturnTo(returnTo), http.StatusSeeOther)
}

// refusalPage is what a page says, and where one may go from there.
type refusalPage struct {
	title, text string
	links       []site.Link
}

var notOurs = refusalPage{"You are not signed in", "This browser has not asked to sign in with this address, or too long ago. Begin again from here.",
	[]site.Link{{Text: "Sign in", URL: loginAddress}}}

func again(returnTo string) refusalPage {
	return refusalPage{"You are not signed in", "Signing in did not work this time. Try once more.",
		[]site.Link{{Text: "Sign in", URL: loginAt(returnTo)}}}
}

// refuse says on a page why nobody was signed in.
func (s *SSO) refuse(w http.ResponseWriter, r *http.Request, status int, words refusalPage) {
	around, err := s.Pages.around(r, words.title, "")
	if err == nil {
		s.Pages.policy(w, false, "")
		err = show(w, r, status, site.LoginSaid(site.LoginNotice{Login: around, Texts: []string{words.text}, Links: words.links}))
	}
	if err != nil {
		problem.Write(w, r, err)
	}
}

// Silent stands before pages that greet strangers too, on any host: where nobody is signed
// in here, the issuer is asked once in ten minutes whom it knows. That takes a visit by a
// person: no prefetching, no frame, no script's request.
func (s *SSO) Silent(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, known := auth.PrincipalFrom(r.Context())
		sites := s.Pages.Sites
		if known || r.Method != http.MethodGet || sites.OriginOf(r.Host) == sites.Issuer() ||
			r.Header.Get("Authorization") != "" || cookieOf(r, ssoTriedCookie) != "" || !visited(r) {
			next.ServeHTTP(w, r)
			return
		}
		s.Begin(w, r, r.URL.RequestURI(), true)
	})
}

// visited tells that somebody goes to a page, as far as the browser says (Fetch Metadata
// section 2).
func visited(r *http.Request) bool {
	in := func(header string, values ...string) bool { return slices.Contains(values, r.Header.Get(header)) }
	return in("Sec-Fetch-Dest", "", "document") && in("Sec-Fetch-Mode", "", "navigate") &&
		!strings.Contains(r.Header.Get("Sec-Purpose")+r.Header.Get("Purpose"), "prefetch")
}

// GET and POST /oauth/authorize: a client sends somebody here and gets a code back (RFC 6749
// section 4.1, OpenID Connect Core section 3.1.2).
//
// Until client and redirect URI are known to be good, nobody is sent anywhere: a page says
// what is wrong. From then on everything goes back to the client, by 303, with iss.

package oauth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-oauth2/oauth2/v4"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodHead {
		return // nothing is given to who only looks
	}
	f, repeated, ok := authorizeForm(w, r)
	if !ok {
		s.Pages.Refused(w, r, contract.AuthorizeRefusal{Status: http.StatusBadRequest, Code: "invalid_request"})
		return
	}
	client, refused, err := s.addressee(r.Context(), f)
	if err != nil {
		problem.Write(w, r, err)
		return
	}
	if refused != nil {
		s.Pages.Refused(w, r, *refused)
		return
	}
	a, fault := s.readAuthorization(f, client, repeated)
	if fault != nil {
		s.sendBack(w, r, a, url.Values{"error": {fault.code}, "error_description": {fault.description}})
		return
	}
	if err := s.decide(w, r, a); err != nil {
		problem.Write(w, r, err)
	}
}

// addressee finds the client of an authorization request and compares its redirect URI. What
// it refuses must not be sent anywhere (RFC 6749 section 4.1.2.1).
func (s *Server) addressee(ctx context.Context, f form) (identitydb.Client, *contract.AuthorizeRefusal, error) {
	refused := &contract.AuthorizeRefusal{Status: http.StatusBadRequest, Code: "invalid_client"}
	if len(f["client_id"]) != 1 || !clientIDs.MatchString(f.get("client_id")) {
		return identitydb.Client{}, refused, nil
	}
	client, err := s.queries().ClientByID(ctx, f.get("client_id"))
	if errors.Is(err, pgx.ErrNoRows) {
		return client, refused, nil
	}
	if err != nil {
		return client, nil, err
	}
	refused.Client = client.ClientName
	if client.DisabledAt != nil || !allows(client, grantCode) {
		return client, refused, nil
	}
	if len(f["redirect_uri"]) != 1 || !redirectsTo(client, f.get("redirect_uri")) {
		refused.Code = "invalid_redirect_uri"
		return client, refused, nil
	}
	return client, nil, nil
}

// decide is what happens to a request that is in order: signing in, consent, or a code. It
// fails only where the database does.
func (s *Server) decide(w http.ResponseWriter, r *http.Request, a authorization) error {
	p, _ := auth.PrincipalFrom(r.Context())
	user, isUser := id.Parse(userPrefix, p.User)
	session, inSession := id.Parse(sessionPrefix, p.Session)
	fits := isUser && inSession && s.recentEnough(a, p)
	if fits && a.hint != "" {
		hinted, err := s.verifyHint(r.Context(), a.hint)
		if err != nil {
			return err
		}
		if fits = hinted.subject == string(p.User); !fits && s.signedInFor(a, p) {
			// They have signed in for this, and are somebody else still.
			s.sendBack(w, r, a, url.Values{"error": {"login_required"}})
			return nil
		}
	}
	if !fits {
		return s.toSignIn(w, r, a, isUser)
	}
	decision, err := s.consented(r, a, user, p.Session)
	if err != nil {
		return err
	}
	switch decision {
	case consentMissing:
		if slices.Contains(a.prompt, "none") {
			s.sendBack(w, r, a, url.Values{"error": {"consent_required"}})
			return nil
		}
		return s.askConsent(w, r, a, user, p.Session)
	case consentDenied:
		s.sendBack(w, r, a, url.Values{"error": {"access_denied"}})
		return nil
	}
	code, err := s.giveCode(r.Context(), a, user, session, decision == consentGiven)
	if errors.Is(err, errEnded) {
		return s.toSignIn(w, r, a, false) // the session has ended a moment ago
	}
	if err != nil {
		return err
	}
	s.sendBack(w, r, a, url.Values{"code": {code}})
	return nil
}

// recentEnough tells whether who is signed in has proved who they are as lately as the
// request wants: after it came here first, or within max_age.
func (s *Server) recentEnough(a authorization, p auth.Principal) bool {
	if s.signedInFor(a, p) {
		return true
	}
	if slices.Contains(a.prompt, "login") || slices.Contains(a.prompt, "select_account") {
		return false
	}
	return a.maxAge == nil || s.Clock.Now().Sub(p.AuthenticatedAt) <= *a.maxAge
}

// signedInFor tells whether somebody has signed in since the request came here first.
func (s *Server) signedInFor(a authorization, p auth.Principal) bool {
	return !a.asked.IsZero() && !p.AuthenticatedAt.Before(a.asked)
}

// toSignIn sends somebody to sign in and back here. Who is signed in already signs in again;
// the moment of the request goes along, sealed, so that afterwards it is known to be later.
func (s *Server) toSignIn(w http.ResponseWriter, r *http.Request, a authorization, signedIn bool) error {
	if slices.Contains(a.prompt, "none") {
		s.sendBack(w, r, a, url.Values{"error": {"login_required"}})
		return nil
	}
	to := url.Values{"return_to": {s.returnTo(a)}}
	if signedIn {
		to.Set("fresh", "1")
	}
	if hint := a.f.get("login_hint"); hint != "" && len(hint) <= 254 {
		to.Set("login_hint", hint)
	}
	seeOther(w, "/login/?"+to.Encode())
	return nil
}

// returnTo is the path of the request as it came, with the moment when it came first.
func (s *Server) returnTo(a authorization) string {
	query := url.Values(a.f.request())
	asked := a.asked
	if asked.IsZero() {
		asked = s.Clock.Now()
	}
	query.Set(askedField, s.sealMoment(momentAsked, asked, "", a.f))
	return authorizePath + "?" + query.Encode()
}

// giveCode makes a grant and its code; consent is written down with them. It fails with
// errEnded where the session is no more.
func (s *Server) giveCode(ctx context.Context, a authorization, user, session uuid.UUID, consent bool) (string, error) {
	i := &issuance{
		step: giveCode, queries: s.queries(), now: s.Clock.Now(), client: a.client, redirectURI: a.redirectURI,
		scopes: a.scopes, audience: a.audience, user: user, session: session, challenge: a.challenge, nonce: a.nonce,
	}
	request := &oauth2.TokenGenerateRequest{
		ClientID: a.client.ClientID, UserID: user.String(), RedirectURI: a.redirectURI, Scope: strings.Join(a.scopes, " "),
		CodeChallenge: a.challenge, CodeChallengeMethod: oauth2.CodeChallengeS256,
	}
	generate := func() (string, error) {
		made, err := s.tokens.GenerateAuthToken(context.WithValue(ctx, issuanceKey{}, i), oauth2.Code, request)
		if err != nil {
			return "", err
		}
		return made.GetCode(), nil
	}
	if !consent {
		return generate()
	}
	var code string
	err := db.InTx(ctx, s.Pool, func(tx pgx.Tx) (err error) {
		i.queries = identitydb.New(tx)
		if code, err = generate(); err != nil {
			return err
		}
		if err := i.queries.PutConsent(ctx, identitydb.PutConsentParams{UserID: user, ClientID: a.client.ClientID, Scopes: a.scopes, At: i.now}); err != nil {
			return err
		}
		return s.Identity.Note(ctx, tx, "consent.given", a.client.ClientID, id.Format[contract.UserID](userPrefix, user), map[string]any{"scopes": a.scopes})
	})
	return code, err
}

// sendBack answers the client through the browser (RFC 6749 section 4.1.2, RFC 9207).
func (s *Server) sendBack(w http.ResponseWriter, r *http.Request, a authorization, answer url.Values) {
	if a.state != "" {
		answer.Set("state", a.state)
	}
	answer.Set("iss", s.Issuer())
	joint := "?"
	if strings.Contains(a.redirectURI, "?") {
		joint = "&"
	}
	seeOther(w, a.redirectURI+joint+answer.Encode())
}

// seeOther redirects by 303, so that a browser never sends a form on (RFC 9700 section 4.12).
func seeOther(w http.ResponseWriter, to string) {
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
}

// FormTarget is where an authorization request at a path of the server would send the
// browser, as a source of form-action (CSP 3 section 6.4.1); empty where that is nowhere.
func (s *Server) FormTarget(ctx context.Context, returnTo string) string {
	query, ok := strings.CutPrefix(returnTo, authorizePath+"?")
	if !ok {
		return ""
	}
	f, err := parseForm(query)
	if err != nil && !errors.Is(err, errRepeated) {
		return ""
	}
	if _, refused, err := s.addressee(ctx, f); err != nil || refused != nil {
		return ""
	}
	return target(f.get("redirect_uri"))
}

// target is a redirect URI's origin, or its scheme where that is an app's own.
func target(uri string) string {
	u, err := url.Parse(uri)
	if err != nil {
		return ""
	}
	if u.Scheme == "https" || u.Scheme == "http" {
		return u.Scheme + "://" + u.Host
	}
	return u.Scheme + ":"
}

// moments are sealed with what they are for.
type moment string

const (
	momentAsked   moment = "authorization asked"
	momentConsent moment = "consent asked"
)

// momentLasts is how long somebody may take to sign in or to decide.
const momentLasts = 30 * time.Minute

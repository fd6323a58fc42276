// Whether somebody lets a client do what it asks for.

package oauth

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
)

// consent is what is known of somebody's will.
type consent int

const (
	consentMissing consent = iota
	consentNeedless
	consentGiven // just now
	consentDenied
)

// consented tells whether the user has consented. Programs of the co-op itself are not asked
// about, unless they ask for it. A decision counts if it comes from the page that was shown
// to this very session about this very request.
func (s *Server) consented(r *http.Request, a authorization, user uuid.UUID, session contract.SessionID) (consent, error) {
	if r.Method == http.MethodPost {
		if _, shown := s.openMoment(momentConsent, a.f.get(proofField), string(session), a.f); shown {
			switch a.f.get(decisionField) {
			case "allow":
				return consentGiven, nil
			case "deny":
				return consentDenied, nil
			}
		}
	}
	if slices.Contains(a.prompt, "consent") {
		return consentMissing, nil
	}
	if a.client.Kind != kindThirdParty {
		return consentNeedless, nil
	}
	given, err := s.consents(r, a, user)
	if err != nil {
		return consentMissing, err
	}
	if len(notCovered(given, a.scopes)) > 0 {
		return consentMissing, nil
	}
	return consentNeedless, nil
}

// consents are the scopes that the user has given the client before.
func (s *Server) consents(r *http.Request, a authorization, user uuid.UUID) ([]string, error) {
	given, err := s.queries().ConsentFor(r.Context(), identitydb.ConsentForParams{UserID: user, ClientID: a.client.ClientID})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return given, err
}

func notCovered(given, asked []string) []string {
	var fresh []string
	for _, scope := range asked {
		if !auth.Covers(given, scope) {
			fresh = append(fresh, scope)
		}
	}
	return fresh
}

// askConsent shows the page on which the user decides.
func (s *Server) askConsent(w http.ResponseWriter, r *http.Request, a authorization, user uuid.UUID, session contract.SessionID) error {
	given, err := s.consents(r, a, user)
	if err != nil {
		return err
	}
	person, err := s.Identity.Person(r.Context(), s.queries(), user)
	if err != nil {
		return err
	}
	name := person.Name
	if name == "" {
		name = person.Email
	}
	request := a.f.request()
	v := contract.ConsentView{
		Client: shownClient(a.client, a.redirectURI), Scopes: a.scopes, New: notCovered(given, a.scopes), User: name,
		SwitchURL: "/login/?" + url.Values{"fresh": {"1"}, "return_to": {s.returnTo(a)}}.Encode(),
		Target:    target(a.redirectURI),
	}
	for _, field := range slices.Sorted(maps.Keys(request)) {
		for _, value := range request[field] {
			v.Fields = append(v.Fields, [2]string{field, value})
		}
	}
	if !a.asked.IsZero() {
		v.Fields = append(v.Fields, [2]string{askedField, a.f.get(askedField)})
	}
	v.Fields = append(v.Fields, [2]string{proofField, s.sealMoment(momentConsent, s.Clock.Now(), string(session), a.f)})
	s.Pages.Consent(w, r, v)
	return nil
}

// shownClient is a client as people are shown it.
func shownClient(c identitydb.Client, redirectURI string) contract.OAuthClient {
	shown := contract.OAuthClient{ClientID: contract.ClientID(c.ClientID), Name: c.ClientName, URI: c.ClientUri}
	if u, err := url.Parse(redirectURI); err == nil && (u.Scheme == "https" || u.Scheme == "http") && !loopbackIP(u.Hostname()) {
		shown.Host = u.Host
	}
	return shown
}

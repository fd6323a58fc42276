// GET and POST /oauth/logout: a client sends somebody here to sign out (OpenID Connect
// RP-Initiated Logout 1.0).
//
// A client that shows an ID token of the very session proves that it comes from somebody who
// has used it; whoever shows less could be any page that has a link here, so the user is
// asked.

package oauth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

// momentLogout is when the page that asks whether to sign out was shown.
const momentLogout moment = "logout asked"

// logout is a request whose client and address are good.
type logout struct {
	f           form
	client      identitydb.Client // empty: it does not say
	redirectURI string            // empty: nowhere
	hint        hint
}

// endSession answers GET and POST /oauth/logout.
func (s *Server) endSession(w http.ResponseWriter, r *http.Request) {
	f, repeated, ok := authorizeForm(w, r)
	if !ok || repeated {
		s.Pages.Refused(w, r, contract.AuthorizeRefusal{Status: http.StatusBadRequest, Code: "invalid_request"})
		return
	}
	l, refused, err := s.readLogout(r.Context(), f)
	switch {
	case err != nil:
		problem.Write(w, r, err)
	case refused != nil:
		s.Pages.Refused(w, r, *refused)
	default:
		if err := s.signOut(w, r, l); err != nil {
			problem.Write(w, r, err)
		}
	}
}

// readLogout checks who sends somebody, and where they are to go afterwards. A hint that is
// not ours, or signed with a key that is gone, is none.
func (s *Server) readLogout(ctx context.Context, f form) (l logout, refused *contract.AuthorizeRefusal, err error) {
	refusal := func(code string) *contract.AuthorizeRefusal {
		return &contract.AuthorizeRefusal{Status: http.StatusBadRequest, Code: code, Client: l.client.ClientName}
	}
	l = logout{f: f, redirectURI: f.get("post_logout_redirect_uri")}
	if hint := f.get("id_token_hint"); hint != "" {
		if l.hint, err = s.verifyHint(ctx, hint); err != nil {
			return l, nil, err
		}
	}
	clientID := f.get("client_id")
	switch {
	case clientID == "":
		clientID = l.hint.client
	case l.hint.client != "" && l.hint.client != clientID:
		return l, refusal("invalid_request"), nil
	}
	if clientID != "" {
		if !clientIDs.MatchString(clientID) {
			return l, refusal("invalid_client"), nil
		}
		l.client, err = s.queries().ClientByID(ctx, clientID)
		if errors.Is(err, pgx.ErrNoRows) {
			return l, refusal("invalid_client"), nil
		}
		if err != nil {
			return l, nil, err
		}
		if l.client.DisabledAt != nil {
			return l, refusal("invalid_client"), nil
		}
	}
	if l.redirectURI != "" && !slices.Contains(l.client.PostLogoutRedirectUris, l.redirectURI) {
		return l, refusal("invalid_redirect_uri"), nil
	}
	return l, nil, nil
}

// signOut ends the session, if that is what its user wants, and answers.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request, l logout) error {
	p, _ := auth.PrincipalFrom(r.Context())
	if p.Session == "" && r.Method == http.MethodPost && r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		// A form of another site comes without the session's cookie. A link has it.
		seeOther(w, logoutPath+"?"+url.Values(l.f.request()).Encode())
		return nil
	}
	if p.Session != "" {
		sure, err := s.wants(r, l, p.Session)
		if err != nil {
			return err
		}
		if !sure {
			s.askLogout(w, r, l, p.Session)
			return nil
		}
		visitor := contract.Visitor{
			Network: network(r), UserAgent: agentText(r.UserAgent()), Origin: s.Issuer(), RequestID: w.Header().Get("X-Request-Id"),
		}
		if err := s.Identity.SignOut(r.Context(), p.Session, visitor); err != nil {
			return err
		}
	}
	http.SetCookie(w, &http.Cookie{
		Name: auth.SessionCookie, Path: "/", MaxAge: -1, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
	if l.redirectURI == "" {
		s.Pages.LoggedOut(w, r)
		return nil
	}
	to := l.redirectURI
	if state := l.f.get("state"); state != "" {
		joint := "?"
		if strings.Contains(to, "?") {
			joint = "&"
		}
		to += joint + url.Values{"state": {state}}.Encode()
	}
	seeOther(w, to)
	return nil
}

// wants tells whether the user of a session is known to want its end: they have said so on
// our page, or the client has an ID token of it.
func (s *Server) wants(r *http.Request, l logout, session contract.SessionID) (bool, error) {
	if r.Method == http.MethodHead {
		return false, nil
	}
	if r.Method == http.MethodPost {
		if _, shown := s.openMoment(momentLogout, l.f.get(proofField), string(session), l.f); shown {
			return true, nil
		}
	}
	hinted, ok := id.Parse(sessionPrefix, l.hint.session)
	now, inSession := id.Parse(sessionPrefix, session)
	if !ok || !inSession {
		return false, nil
	}
	return s.queries().SameSession(r.Context(), identitydb.SameSessionParams{ID: hinted, NowID: now})
}

// askLogout shows the page on which the user says whether to sign out.
func (s *Server) askLogout(w http.ResponseWriter, r *http.Request, l logout, session contract.SessionID) {
	v := contract.LogoutView{Client: l.client.ClientName, Target: ""}
	if l.redirectURI != "" {
		v.Target = target(l.redirectURI)
	}
	for _, name := range []string{"id_token_hint", "client_id", "post_logout_redirect_uri", "state"} {
		if value := l.f.get(name); value != "" {
			v.Fields = append(v.Fields, [2]string{name, value})
		}
	}
	asked := form{}
	for _, field := range v.Fields {
		asked[field[0]] = []string{field[1]}
	}
	v.Fields = append(v.Fields, [2]string{proofField, s.sealMoment(momentLogout, s.Clock.Now(), string(session), asked)})
	s.Pages.AskLogout(w, r, v)
}

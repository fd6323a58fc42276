// What people see of the authorization server: whether a program may act for them, why a
// request led nowhere, and whether to sign out. The server decides; these are its words.

package web

import (
	"net/http"
	"slices"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	site "rose-ash.com/roseash/site-templates"
)

const (
	authorizeAddress = "/oauth/authorize"
	logoutAddress    = "/oauth/logout"
)

// Consent asks whether a client gets what it asks for. The form goes back to
// /oauth/authorize with v.Fields and decision=allow or deny.
func (l *Login) Consent(w http.ResponseWriter, r *http.Request, v contract.ConsentView) {
	l.page(func(w http.ResponseWriter, r *http.Request) error {
		name := clientName(v.Client)
		around, err := l.around(r, "May "+name+" act for you?", "")
		if err != nil {
			return err
		}
		l.policy(w, false, v.Target)
		return show(w, r, http.StatusOK, site.Consent(site.ConsentPage{
			Login: around, Action: authorizeAddress, Fields: v.Fields, Client: name, ClientURL: v.Client.URI, Host: v.Client.Host,
			Scopes: consentScopes(v.Scopes, v.New), User: v.User, SwitchURL: v.SwitchURL,
		}))
	})(w, r)
}

// clientName is what people know a client by.
func clientName(c contract.OAuthClient) string {
	if c.Name != "" {
		return c.Name
	}
	return string(c.ClientID)
}

// consentScopes are scopes in words, in the order in which they are explained; added are
// those that were not given before. One that is not known is shown as it is: nothing is
// hidden from who decides. Where all are new, none is marked.
func consentScopes(scopes, added []string) (list []site.ConsentScope) {
	mark := len(added) < len(scopes)
	for _, s := range auth.Scopes() {
		if slices.Contains(scopes, s.Name) {
			list = append(list, site.ConsentScope{Name: s.Name, About: s.About, New: mark && slices.Contains(added, s.Name)})
		}
	}
	for _, name := range scopes {
		if !slices.ContainsFunc(list, func(s site.ConsentScope) bool { return s.Name == name }) {
			list = append(list, site.ConsentScope{Name: name, About: name, New: mark && slices.Contains(added, name)})
		}
	}
	return list
}

// Refused says why an authorization request led nowhere: to whom it claims to come from
// nothing is sent (RFC 6749 section 4.1.2.1).
func (l *Login) Refused(w http.ResponseWriter, r *http.Request, v contract.AuthorizeRefusal) {
	l.page(func(w http.ResponseWriter, r *http.Request) error {
		words, ok := authorizeRefusals[v.Code]
		if !ok {
			words = authorizeRefusals["invalid_request"]
		}
		around, err := l.around(r, words.title, "")
		if err != nil {
			return err
		}
		around.Code = v.Status
		texts := []string{words.text, "You have done nothing wrong, and nothing was given away."}
		if v.Client != "" {
			texts = append(texts, "The program calls itself "+v.Client+".")
		}
		l.policy(w, false, "")
		return show(w, r, v.Status, site.LoginSaid(site.LoginNotice{Login: around, Texts: texts,
			Links: []site.Link{{Text: "To the front page", URL: around.Frame.HomeURL}}}))
	})(w, r)
}

// authorizeRefusals are by the code of the refusal.
var authorizeRefusals = map[string]outcome{
	"invalid_client":       {"We do not know this program", "A program wanted you to sign in that is not registered here. Tell whoever runs it.", nil},
	"invalid_redirect_uri": {"This program leads astray", "It asked to have you sent to an address that is not registered for it. Tell whoever runs it.", nil},
	"invalid_request":      {"This program asked wrongly", "What it asked for cannot be understood. Tell whoever runs it.", nil},
	"login_required":       {"You are not signed in", "What was asked for needs somebody who is. Go back to where you came from, and try again.", nil},
}

// AskLogout asks whether to sign out. The form goes back to /oauth/logout with v.Fields.
func (l *Login) AskLogout(w http.ResponseWriter, r *http.Request, v contract.LogoutView) {
	l.page(func(w http.ResponseWriter, r *http.Request) error {
		lede := "You are asked to sign out here, and of all that you are signed in to by this browser."
		if v.Client != "" {
			lede = v.Client + " asks you to sign out here, and of all that you are signed in to by this browser."
		}
		around, err := l.around(r, "Sign out?", lede)
		if err != nil {
			return err
		}
		l.policy(w, false, v.Target)
		return show(w, r, http.StatusOK, site.LoginAsk(site.LoginButton{
			Login: around, Action: logoutAddress, Fields: v.Fields, Button: "Sign out",
			Else: site.Link{Text: "Stay", URL: afterSignIn},
		}))
	})(w, r)
}

// LoggedOut says that somebody is signed out, and has the browser forget the session.
func (l *Login) LoggedOut(w http.ResponseWriter, r *http.Request) {
	forgetSession(w)
	l.page(l.showSignedOut)(w, r)
}

// Signing out.

package web

import (
	"net/http"

	"rose-ash.com/roseash/api/shared/auth"
	site "rose-ash.com/roseash/site-templates"
)

const outAddress = "/login/out/"

// signOut ends the session, and at the issuer those of all apps that came from it. The
// browser forgets it even where nothing is left to end.
func (l *Login) signOut(w http.ResponseWriter, r *http.Request) error {
	if p, ok := auth.PrincipalFrom(r.Context()); ok && p.Session != "" {
		if err := l.SignIn.SignOut(r.Context(), p.Session, visitor(w, r, l.Sites)); err != nil {
			return err
		}
	}
	forgetSession(w)
	if l.Sites.OriginOf(r.Host) != l.Sites.Issuer() {
		// The issuer still knows them: nobody is to be signed in again at once, unasked.
		setCookie(w, ssoTriedCookie, "1", ssoLasts)
	}
	http.Redirect(w, r, outAddress, http.StatusSeeOther)
	return nil
}

// signedOut says that somebody is signed out, or asks who is not whether to.
func (l *Login) signedOut(w http.ResponseWriter, r *http.Request) error {
	if _, ok := auth.PrincipalFrom(r.Context()); ok {
		around, err := l.around(r, "Sign out?", "You stay signed in at your other devices.")
		if err != nil {
			return err
		}
		l.policy(w, false, "")
		return show(w, r, http.StatusOK, site.LoginAsk(site.LoginButton{
			Login: around, Action: outAddress, Button: "Sign out", Else: site.Link{Text: "Stay", URL: afterSignIn},
		}))
	}
	return l.showSignedOut(w, r)
}

func (l *Login) showSignedOut(w http.ResponseWriter, r *http.Request) error {
	around, err := l.around(r, "You are signed out", "")
	if err != nil {
		return err
	}
	// LoggedOut is asked by who was signed in until just now.
	around.Frame.Account = "Sign in"
	notice := site.LoginNotice{Login: around, Texts: []string{"This browser knows you no more."}, Links: []site.Link{
		{Text: "To the front page", URL: around.Frame.HomeURL}, {Text: "Sign in again", URL: loginAddress},
	}}
	if issuer := l.Sites.Issuer(); l.Sites.OriginOf(r.Host) != issuer {
		notice.Texts = []string{"You are signed out of this part of the site. The others may still know you."}
		notice.Links[1] = site.Link{Text: "Sign out of all", URL: issuer + outAddress}
	}
	l.policy(w, false, "")
	return show(w, r, http.StatusOK, site.LoginSaid(notice))
}

// Links from mails: one signs in, one invites, one changes an address. Opening one changes
// nothing, because programs that look through mail open them too; its button does.

package web

import (
	"net/http"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

// maxToken is how long a token in an address is at the most.
const maxToken = 200

// token is the one in the address of a page. What cannot be one is answered as one that was
// used up.
func token(r *http.Request) (string, error) {
	t := r.PathValue("token")
	if len(t) > maxToken || !plain(t) {
		return "", problem.ForStatus(http.StatusGone, "the link works no more").WithCode("link_used_up")
	}
	return t, nil
}

// showLink says who would sign in, and where that was asked for.
func (l *Login) showLink(w http.ResponseWriter, r *http.Request) error {
	t, err := token(r)
	if err != nil {
		return err
	}
	link, err := l.SignIn.ShowLink(r.Context(), t, cookieOf(r, browserCookie))
	if err != nil {
		return err
	}
	around, err := l.around(r, "Sign in here?", "")
	if err != nil {
		return err
	}
	l.policy(w, false, l.formTarget(r.Context(), ReturnTo(link.ReturnTo)))
	return show(w, r, http.StatusOK, site.SignInLink(site.SignInLinkPage{
		Login: around, Action: r.URL.EscapedPath(), Address: link.Address, AskedFrom: link.AskedFrom, SameBrowser: link.SameBrowser, New: link.New,
	}))
}

// byLink uses the link up.
func (l *Login) byLink(w http.ResponseWriter, r *http.Request) error {
	t, err := token(r)
	if err != nil {
		return err
	}
	signed, err := l.SignIn.ByLink(r.Context(), t, visitor(w, r, l.Sites))
	if err != nil {
		return err
	}
	return l.started(w, r, signed)
}

// welcome shows an invitation.
func (l *Login) welcome(w http.ResponseWriter, r *http.Request) error {
	return l.showWelcome(w, r, http.StatusOK, site.WelcomePage{})
}

func (l *Login) showWelcome(w http.ResponseWriter, r *http.Request, status int, page site.WelcomePage) error {
	t, err := token(r)
	if err != nil {
		return err
	}
	invitation, err := l.SignIn.ShowInvitation(r.Context(), t)
	if err != nil {
		return err
	}
	title := "You are invited"
	if invitation.Site != "" {
		title = "Welcome to " + invitation.Site
	}
	if page.Login, err = l.around(r, title, "Say what you are called, and you are in. There is no password: the next time, we send you a link."); err != nil {
		return err
	}
	page.Action, page.Invited, page.Roles = r.URL.EscapedPath(), invitation.Address, roleNames(invitation.Roles)
	l.policy(w, false, "")
	return show(w, r, status, site.Welcome(page))
}

// roleNames are roles as they are called to who has them.
func roleNames(roles []contract.RoleGrant) (names []string) {
	for _, r := range roles {
		names = append(names, string(r.Role))
	}
	return names
}

// accept uses an invitation up.
func (l *Login) accept(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	t, err := token(r)
	if err != nil {
		return err
	}
	page := site.WelcomePage{Name: strings.TrimSpace(r.PostForm.Get("name")), Address: r.PostForm.Get("address")}
	signed, err := l.SignIn.Accept(r.Context(), t, page.Name, page.Address, visitor(w, r, l.Sites))
	if refusedAs(err, http.StatusConflict) != nil {
		page.AddressFault = "There is an account with this address already. Sign in with it."
		return l.showWelcome(w, r, http.StatusConflict, page)
	}
	if refused := refusedAs(err, http.StatusUnprocessableEntity); refused != nil {
		for _, fault := range refused.Errors {
			if strings.HasSuffix(fault.Location, "name") {
				page.NameFault = "The name cannot be used. It has 120 characters at the most, on one line."
			}
		}
		if page.NameFault == "" {
			page.AddressFault = noAddress
		}
		return l.showWelcome(w, r, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return l.started(w, r, signed)
}

// showEmailChange says what a change of an address does.
func (l *Login) showEmailChange(w http.ResponseWriter, r *http.Request) error {
	t, err := token(r)
	if err != nil {
		return err
	}
	kind, from, to, err := l.SignIn.ShowEmailChange(r.Context(), t)
	if err != nil {
		return err
	}
	words := emailChanges[kind]
	around, err := l.around(r, words.title, words.lede)
	if err != nil {
		return err
	}
	page := site.LoginButton{Login: around, Action: r.URL.EscapedPath(), Button: words.button}
	for _, f := range []site.Fact{{Name: words.from, Value: from}, {Name: words.to, Value: to}} {
		if f.Name != "" && f.Value != "" {
			page.Facts = append(page.Facts, f)
		}
	}
	page.Texts = []string{"If this was not you, close this page, and look at who is signed in in your account."}
	l.policy(w, false, "")
	return show(w, r, http.StatusOK, site.LoginAsk(page))
}

// emailChanges are the words for a change of an address, by its kind.
var emailChanges = map[string]struct{ title, lede, from, to, button string }{
	"add":     {"Add this address?", "With it you can sign in too.", "Your account", "The new address", "Add it"},
	"replace": {"Change your address?", "It is changed once both addresses have said yes.", "From", "To", "Yes, change it"},
	"revert":  {"Take the change back?", "The old address is yours again, the new one is not, and everybody who is signed in as you is signed out.", "The address now", "The old address", "Take it back"},
}

// changeEmail does what the link is for.
func (l *Login) changeEmail(w http.ResponseWriter, r *http.Request) error {
	t, err := token(r)
	if err != nil {
		return err
	}
	kind, _, _, err := l.SignIn.ShowEmailChange(r.Context(), t)
	if err != nil {
		return err
	}
	complete, err := l.SignIn.ConfirmEmailChange(r.Context(), t, visitor(w, r, l.Sites))
	if err != nil {
		return err
	}
	what := kind
	if !complete {
		what = "half"
	}
	return done(w, r, "/login/email/", what)
}

// emailChanged says how a change of an address ended.
func (l *Login) emailChanged(w http.ResponseWriter, r *http.Request) error {
	words, ok := emailsChanged[r.URL.Query().Get("done")]
	if !ok {
		l.closed(w, r)
		return nil
	}
	around, err := l.around(r, words.title, "")
	if err != nil {
		return err
	}
	l.policy(w, false, "")
	return show(w, r, http.StatusOK, site.LoginSaid(site.LoginNotice{Login: around, Texts: []string{words.text}, Links: toAccount(around)}))
}

var emailsChanged = map[string]outcome{
	"add":     {"The address is added", "From now on you can sign in with it too.", nil},
	"replace": {"Your address is changed", "Mail goes to the new one. For a week, a link in a mail to the old one takes the change back.", nil},
	"revert":  {"The change is taken back", "Your old address is yours again. Sign in with it.", nil},
	"half":    {"One yes more", "The other address has a mail too: once its link is opened, the change is done.", nil},
}

// toAccount leads to the account of who is signed in.
func toAccount(around site.LoginPage) []site.Link {
	to := around.Frame.AccountURL
	if to == "" {
		to = afterSignIn
	}
	return []site.Link{{Text: "To your account", URL: to}}
}

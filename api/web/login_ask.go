// Asking for a link, and the code that comes with it.

package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

const (
	checkAddress = "/login/check/"
	// devMailAddress is where mail is shown that is not sent.
	devMailAddress = "/_dev/mail"
	// maxAddress is how many bytes of an e-mail address are looked at (RFC 5321 section
	// 4.5.3.1.3, less the angle brackets).
	maxAddress = 254
)

// ask is the page to sign in at. Who is signed in goes on, unless they are to show once more
// that it is them.
func (l *Login) ask(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	returnTo, fresh := ReturnTo(query.Get("return_to")), query.Get("fresh") == "1"
	if _, ok := auth.PrincipalFrom(r.Context()); ok && !fresh {
		http.Redirect(w, r, returnTo, http.StatusSeeOther)
		return nil
	}
	hint := query.Get("login_hint")
	if len(hint) > maxAddress || !plain(hint) {
		hint = ""
	}
	return l.showAsk(w, r, http.StatusOK, site.SignInPage{Address: hint, ReturnTo: returnTo, Fresh: fresh})
}

func (l *Login) showAsk(w http.ResponseWriter, r *http.Request, status int, page site.SignInPage) error {
	title, lede := "Sign in", "No password: we send you a link and a code."
	if page.Fresh {
		title, lede = "Is it still you?", "What comes next matters. Show once more that it is you, and you go on where you were."
	}
	var err error
	if page.Login, err = l.around(r, title, lede); err != nil {
		return err
	}
	page.Login.Script = true
	page.Action, page.Closed = loginAddress, l.Closed
	page.OptionsURL, page.PasskeyURL = "/login/passkey/options", "/login/passkey"
	l.policy(w, true, "")
	return show(w, r, status, site.SignIn(page))
}

// send has a link and a code sent. It answers alike for every address.
func (l *Login) send(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	page := site.SignInPage{Address: r.PostForm.Get("address"), ReturnTo: ReturnTo(r.PostForm.Get("return_to")), Fresh: r.PostForm.Get("fresh") == "1"}
	if len(page.Address) > maxAddress || !plain(page.Address) {
		page.Address, page.Fault = "", noAddress
		return l.showAsk(w, r, http.StatusUnprocessableEntity, page)
	}
	browser, err := l.SignIn.AskLink(r.Context(), contract.SignInAsk{
		Address: page.Address, ReturnTo: page.ReturnTo, Browser: cookieOf(r, browserCookie),
	}, visitor(w, r, l.Sites))
	if refused := refusedAs(err, http.StatusUnprocessableEntity); refused != nil {
		page.Fault = noAddress
		return l.showAsk(w, r, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	setCookie(w, browserCookie, browser, browserLasts)
	http.Redirect(w, r, checkAt(page.ReturnTo, page.Fresh), http.StatusSeeOther)
	return nil
}

const noAddress = "This is no e-mail address."

// checkAt is the page that asks for the code. Where one gets from there is known already:
// its form has to be allowed to lead there.
func checkAt(returnTo string, fresh bool) string {
	query := url.Values{}
	if returnTo != afterSignIn {
		query.Set("return_to", returnTo)
	}
	if fresh {
		query.Set("fresh", "1")
	}
	if len(query) == 0 {
		return checkAddress
	}
	return checkAddress + "?" + query.Encode()
}

// askCode says that a mail was sent and asks for its code. A browser that has not asked for
// one has to ask first, and who was signed in by the link meanwhile goes on.
func (l *Login) askCode(w http.ResponseWriter, r *http.Request) error {
	returnTo, fresh := ReturnTo(r.URL.Query().Get("return_to")), r.URL.Query().Get("fresh") == "1"
	if cookieOf(r, browserCookie) == "" {
		http.Redirect(w, r, loginAt(returnTo), http.StatusSeeOther)
		return nil
	}
	if _, ok := auth.PrincipalFrom(r.Context()); ok && !fresh {
		http.Redirect(w, r, returnTo, http.StatusSeeOther)
		return nil
	}
	return l.showCode(w, r, http.StatusOK, "", false)
}

func (l *Login) showCode(w http.ResponseWriter, r *http.Request, status int, fault string, onlyLink bool) error {
	returnTo, fresh := ReturnTo(r.URL.Query().Get("return_to")), r.URL.Query().Get("fresh") == "1"
	around, err := l.around(r, "We have sent you a mail", "Open the link in it, or type its code here. Both work for ten minutes.")
	if err != nil {
		return err
	}
	page := site.SignInCodePage{Login: around, Action: checkAt(returnTo, fresh), Fault: fault, OnlyLink: onlyLink, AgainURL: loginAt(returnTo)}
	if fresh {
		page.AgainURL = loginAddress + "?" + url.Values{"return_to": {returnTo}, "fresh": {"1"}}.Encode()
	}
	if l.DevMail {
		page.MailURL = devMailAddress
	}
	l.policy(w, false, l.formTarget(r.Context(), returnTo))
	return show(w, r, status, site.SignInCode(page))
}

// byCode signs in by the code, in the browser that asked for it.
func (l *Login) byCode(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	browser := cookieOf(r, browserCookie)
	if browser == "" {
		return problem.ForStatus(http.StatusGone, "no code was asked for in this browser").WithCode("link_used_up")
	}
	code := strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(r.PostForm.Get("code"))
	if !sixDigits(code) {
		return l.showCode(w, r, http.StatusUnprocessableEntity, "The code is six digits.", false)
	}
	signed, err := l.SignIn.ByCode(r.Context(), browser, code, visitor(w, r, l.Sites))
	switch {
	case refusedAs(err, http.StatusUnprocessableEntity) != nil:
		return l.showCode(w, r, http.StatusUnprocessableEntity, "This is not the code. Look at the newest mail, or open its link.", false)
	case refusedAs(err, http.StatusTooManyRequests) != nil:
		return l.showCode(w, r, http.StatusTooManyRequests, "", true)
	case err != nil:
		return err
	}
	return l.started(w, r, signed)
}

func sixDigits(code string) bool {
	return len(code) == 6 && strings.Trim(code, "0123456789") == ""
}

// refusedAs is the problem that err is, if it is one with this status.
func refusedAs(err error, status int) *problem.Details {
	var d *problem.Details
	if errors.As(err, &d) && d.Status == status {
		return d
	}
	return nil
}

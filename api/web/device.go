// Letting a device in (RFC 8628 section 3.3): the code that it shows, what it wants, and
// whether it may. The answer belongs to who is signed in.

package web

import (
	"net/http"
	"net/url"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

const deviceAddress = "/login/device/"

// maxUserCode is how much of what was typed is looked at.
const maxUserCode = 40

// device asks for the code, or shows what belongs to it.
func (l *Login) device(w http.ResponseWriter, r *http.Request) error {
	if words, ok := devicesDecided[r.URL.Query().Get("done")]; ok {
		return l.said(w, r, http.StatusOK, words)
	}
	code := r.URL.Query().Get("code")
	if len(code) > maxUserCode || !plain(code) {
		code = ""
	}
	if _, ok := auth.PrincipalFrom(r.Context()); !ok {
		http.Redirect(w, r, loginAt(deviceAt(code)), http.StatusSeeOther)
		return nil
	}
	if code == "" {
		return l.showDevice(w, r, http.StatusOK, site.DevicePage{})
	}
	asks, err := l.Authorization.Device(r.Context(), code)
	if refusedAs(err, http.StatusNotFound) != nil {
		return l.showDevice(w, r, http.StatusNotFound, site.DevicePage{Code: code, Fault: "No device waits with this code. It may be too old: have the device show a new one."})
	}
	if err != nil {
		return err
	}
	return l.showDevice(w, r, http.StatusOK, site.DevicePage{
		Code: asks.UserCode, Asked: true, Client: clientName(asks.Client), AskedFrom: asks.AskedFrom, Scopes: consentScopes(asks.Scopes, nil),
	})
}

func deviceAt(code string) string {
	if code == "" {
		return deviceAddress
	}
	return deviceAddress + "?" + url.Values{"code": {code}}.Encode()
}

func (l *Login) showDevice(w http.ResponseWriter, r *http.Request, status int, page site.DevicePage) error {
	title, lede := "Let a device in", "Type the code that it shows."
	if page.Asked {
		title, lede = "Let this device in?", ""
	}
	var err error
	if page.Login, err = l.around(r, title, lede); err != nil {
		return err
	}
	page.Action = deviceAddress
	l.policy(w, false, "")
	return show(w, r, status, site.Device(page))
}

// decideDevice answers the device, once.
func (l *Login) decideDevice(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	code, decision := r.PostForm.Get("code"), r.PostForm.Get("decision")
	if len(code) > maxUserCode || !plain(code) || decision != "allow" && decision != "deny" {
		return problem.BadRequest("the form is not complete").WithCode("unreadable")
	}
	if _, ok := auth.PrincipalFrom(r.Context()); !ok {
		http.Redirect(w, r, loginAt(deviceAt(code)), http.StatusSeeOther)
		return nil
	}
	err := l.Authorization.DecideDevice(r.Context(), code, decision == "allow")
	if refusedAs(err, http.StatusNotFound) != nil || refusedAs(err, http.StatusConflict) != nil {
		return l.said(w, r, http.StatusConflict, outcome{"Too late", "Somebody has answered already, or the code is too old. Have the device show a new one.", nil})
	}
	if err != nil {
		return err
	}
	return done(w, r, deviceAddress, decision)
}

var devicesDecided = map[string]outcome{
	"allow": {"The device is in", "It goes on by itself in a moment. You can close this page, and take this back at any time in your account.", nil},
	"deny":  {"The device stays out", "It was told so. You can close this page.", nil},
}

// said is a page that says how something ended.
func (l *Login) said(w http.ResponseWriter, r *http.Request, status int, words outcome) error {
	around, err := l.around(r, words.title, "")
	if err != nil {
		return err
	}
	l.policy(w, false, "")
	return show(w, r, status, site.LoginSaid(site.LoginNotice{Login: around, Texts: []string{words.text}, Links: toAccount(around)}))
}

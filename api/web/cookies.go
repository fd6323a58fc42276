// The cookies of signing in. All are of one host alone (__Host-, RFC 6265bis section
// 4.1.3), out of the reach of scripts, and set by the server only.

package web

import (
	"net/http"
	"time"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
)

// The names of the cookies besides auth.SessionCookie.
const (
	deviceCookie   = "__Host-device"    // a browser that has signed in before
	browserCookie  = "__Host-browser"   // the browser that asked for a code
	ssoCookie      = "__Host-sso"       // what a sign-in at another host of ours has to come back to
	ssoTriedCookie = "__Host-sso-tried" // it was tried lately without asking anybody
)

// How long the cookies last. The session's lasts as long as the session.
const (
	deviceLasts  = 400 * 24 * time.Hour // browsers keep none for longer (RFC 6265bis section 5.5)
	browserLasts = 15 * time.Minute
	ssoLasts     = 10 * time.Minute
)

// maxCookie is how long a value of ours is at the most; a longer one is nobody's.
const maxCookie = 4096

// setCookie has the browser keep a value for as long as it says, or forget the cookie
// where that is not above zero. Lax: a link that leads here from elsewhere finds the
// visitor signed in, a form of another site does not.
func setCookie(w http.ResponseWriter, name, value string, lasts time.Duration) {
	age := int(lasts / time.Second)
	if age <= 0 {
		value, age = "", -1
	}
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: age, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// cookieOf is the value of a cookie; empty where there is none that could be ours.
func cookieOf(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil || len(c.Value) > maxCookie {
		return ""
	}
	return c.Value
}

// keepSession has the browser keep a session that has begun, and what it is known by the
// next time. What it asked for to get here is used up.
func keepSession(w http.ResponseWriter, s contract.SignedIn, now time.Time) {
	setCookie(w, auth.SessionCookie, s.Token, s.ExpiresAt.Sub(now))
	setCookie(w, deviceCookie, s.Device, deviceLasts)
	setCookie(w, browserCookie, "", 0)
}

// forgetSession has the browser forget the session; the device stays known.
func forgetSession(w http.ResponseWriter) {
	setCookie(w, auth.SessionCookie, "", 0)
}

// Who is at the other end of a request, and where they may be led to.

package web

import (
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/ratelimit"
	"rose-ash.com/roseash/api/shared/urls"
)

// maxUserAgent is how many bytes of a browser's name are kept.
const maxUserAgent = 400

// visitor is the browser that sends a request. RemoteAddr has to be the client's address
// by then (api.NewHandler), and the answer's header may hold the request's id.
func visitor(w http.ResponseWriter, r *http.Request, sites urls.Sites) contract.Visitor {
	return contract.Visitor{
		Network: ratelimit.Network(r.RemoteAddr), UserAgent: userAgent(r.UserAgent()),
		Device: cookieOf(r, deviceCookie), Session: cookieOf(r, auth.SessionCookie), Cart: cookieOf(r, auth.CartCookie),
		Origin: sites.OriginOf(r.Host), RequestID: w.Header().Get("X-Request-Id"),
	}
}

// userAgent is a browser's name for itself as text that PostgreSQL takes, cut at a whole
// character.
func userAgent(name string) string {
	name = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(name, "?"))
	if len(name) <= maxUserAgent {
		return name
	}
	end := maxUserAgent
	for !utf8.RuneStart(name[end]) {
		end--
	}
	return name[:end]
}

// afterSignIn is where one gets who wanted to go nowhere in particular.
const afterSignIn = "/account/"

// ReturnTo is where somebody may be led once they have signed in: raw, if that is a path of
// this site (urls.OwnPath); else /account/.
func ReturnTo(raw string) string {
	if urls.OwnPath(raw) {
		return raw
	}
	return afterSignIn
}

// plain tells text without control characters and backslashes.
func plain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(c rune) bool { return c == '\\' || unicode.IsControl(c) })
}

// Security headers by kind of answer. A handler that needs another policy sets
// its own. That of the built and the dynamic pages is theirs to say.

package api

import (
	"net/http"
	"strings"

	"rose-ash.com/roseash/api/shared/filetype"
	site "rose-ash.com/roseash/site-templates"
)

const (
	// dataPolicy is for what is no page: nothing in it may run or be framed.
	dataPolicy  = "default-src 'none'; frame-ancestors 'none'"
	permissions = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
	// hsts is one year.
	hsts = "max-age=31536000; includeSubDomains"
)

// dataPrefixes are the addresses of what is no page.
var dataPrefixes = []string{"/v1/", "/livez", "/readyz", "/metrics", "/openapi", "/hooks/"}

// sharedPrefixes are the addresses of what other sites may show.
var sharedPrefixes = []string{"/media/", "/_assets/"}

// fragmentPrefix is that of what other sites may fetch, frame and run, and icsPrefix that of
// calendars, which programs in a browser read too. Nothing there depends on who asks, but for
// members' own calendars, whose handler says so itself.
const (
	fragmentPrefix = "/" + filetype.Fragments
	icsPrefix      = "/ics/"
)

func securityHeaders(https bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Cross-Origin-Resource-Policy", "same-origin")
			if https {
				h.Set("Strict-Transport-Security", hsts)
			}
			switch {
			case hasPrefix(r.URL.Path, dataPrefixes):
				h.Set("Content-Security-Policy", dataPolicy)
				h.Set("Referrer-Policy", "no-referrer")
			case hasPrefix(r.URL.Path, sharedPrefixes):
				h.Set("Content-Security-Policy", dataPolicy)
				h.Set("Cross-Origin-Resource-Policy", "cross-origin")
				h.Set("Referrer-Policy", "no-referrer")
			case strings.HasPrefix(r.URL.Path, fragmentPrefix):
				h.Set("Content-Security-Policy", site.FragmentPolicy)
				h.Set("Cross-Origin-Resource-Policy", "cross-origin")
				h.Set("Access-Control-Allow-Origin", "*")
				h.Set("Referrer-Policy", "no-referrer")
			case strings.HasPrefix(r.URL.Path, icsPrefix):
				h.Set("Content-Security-Policy", dataPolicy)
				h.Set("Access-Control-Allow-Origin", "*")
				h.Set("Referrer-Policy", "no-referrer")
			default:
				h.Set("Content-Security-Policy", site.ContentSecurityPolicy)
				h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
				h.Set("Permissions-Policy", permissions)
			}
			next.ServeHTTP(w, r)
		})
	}
}

func hasPrefix(path string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

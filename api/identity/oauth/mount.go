// Which address is answered by what, and with which headers.

package oauth

import (
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/problem"
)

// Paths, which the metadata name.
const (
	authorizePath     = "/oauth/authorize"
	tokenPath         = "/oauth/token"
	introspectPath    = "/oauth/introspect"
	revokePath        = "/oauth/revoke"
	userinfoPath      = "/oauth/userinfo"
	jwksPath          = "/oauth/jwks"
	devicePath        = "/oauth/device"
	logoutPath        = "/oauth/logout"
	oauthMetadataPath = "/.well-known/oauth-authorization-server"
	oidcMetadataPath  = "/.well-known/openid-configuration"
)

// Mount adds /oauth/… and the two metadata documents to the router. They are on the issuer's
// host only: at another host of ours there is nothing at these addresses, and no cookie of
// the server's.
func (s *Server) Mount(r chi.Router) {
	get, post := http.MethodGet, http.MethodPost
	s.handle(r, authorizePath, s.authorize, get, post)
	s.handle(r, logoutPath, s.endSession, get, post)
	s.handle(r, userinfoPath, s.userinfo, get, post)
	s.handle(r, tokenPath, s.token, post)
	s.handle(r, introspectPath, s.introspect, post)
	s.handle(r, revokePath, s.revoke, post)
	s.handle(r, devicePath, s.deviceAuthorization, post)
	s.handle(r, jwksPath, s.jwks, get)
	s.handle(r, oauthMetadataPath, s.metadata, get)
	s.handle(r, oidcMetadataPath, s.metadata, get)
}

// ServeHTTP takes a request to /oauth/ in process.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.router.ServeHTTP(w, r) }

// handle answers a path by its methods; HEAD where there is GET.
func (s *Server) handle(r chi.Router, path string, fn http.HandlerFunc, methods ...string) {
	if slices.Contains(methods, http.MethodGet) {
		methods = append([]string{http.MethodGet, http.MethodHead}, methods[1:]...)
	}
	r.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		// Pages that are shown here set a policy of their own, with the same ancestors.
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("X-Frame-Options", "DENY")
		switch {
		case s.Sites.OriginOf(r.Host) != s.Issuer():
			problem.Write(w, r, problem.NotFound("there is nothing at this address"))
		case !slices.Contains(methods, r.Method):
			problem.Write(w, r, problem.MethodNotAllowed(methods...))
		default:
			fn(w, r)
		}
	})
}

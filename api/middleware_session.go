// Who has signed in on the pages, before anything else looks at a request, and that what
// they send comes from a page of this site.

package api

import (
	"context"
	"net/http"
	"strings"

	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/ratelimit"
	"rose-ash.com/roseash/api/shared/urls"
)

// Sessions knows sessions by the token in their cookie.
type Sessions interface {
	// Authenticate returns who a session's cookie on an origin belongs to; false for one
	// that has ended or is unknown.
	Authenticate(ctx context.Context, token, origin string) (auth.Principal, bool, error)
}

// personal are the addresses whose answers depend on who asks.
var personal = []string{"/v1/", "/oauth/", "/login/", "/account/", "/cart/", "/checkout/", "/orders/", "/read/",
	"/editor/", "/shop/", "/organise/", "/checkin/", "/social/", "/fragments/"}

// traced says from where a request comes that may change or be denied something, for the audit
// log and the events of orders, and which cart the browser has. RemoteAddr has to be the
// client's by then.
func traced(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hasPrefix(r.URL.Path, personal) {
			id := w.Header().Get("X-Request-Id")
			ctx := identity.WithVisitor(auth.WithRequestID(r.Context(), id), contract.Visitor{Network: ratelimit.Network(r.RemoteAddr), RequestID: id})
			if cart, err := r.Cookie(auth.CartCookie); err == nil && cart.Value != "" && !hasToken(r) {
				ctx = auth.WithCartToken(ctx, cart.Value)
			}
			r = r.WithContext(ctx)
		}
		next.ServeHTTP(w, r)
	})
}

// signedIn puts whoever the session's cookie belongs to into the request's context. A token
// in the header goes before the cookie. A database that is away makes nobody anonymous.
func signedIn(known Sessions, sites urls.Sites) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		if known == nil {
			return next
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !hasPrefix(r.URL.Path, personal) || hasToken(r) {
				next.ServeHTTP(w, r)
				return
			}
			cookie, err := r.Cookie(auth.SessionCookie)
			if err != nil || cookie.Value == "" {
				next.ServeHTTP(w, r)
				return
			}
			p, ok, err := known.Authenticate(r.Context(), cookie.Value, sites.OriginOf(r.Host))
			if err != nil {
				problem.Write(w, r, err)
				return
			}
			if ok {
				r = r.WithContext(auth.WithPrincipal(r.Context(), p))
			}
			next.ServeHTTP(w, r)
		})
	}
}

// hasToken tells whether a request has a bearer token. Other schemes do not count: browsers add
// Basic by themselves, to addresses that another site has put a password into.
func hasToken(r *http.Request) bool {
	scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "Bearer")
}

// ownPages refuses what a page of another site has a browser send: forms of people who are
// signed in, and of those who are to be signed in as somebody else. Programs, which send
// neither Origin nor Sec-Fetch-Site, and requests with a token, which no browser adds by
// itself, pass.
func ownPages(sites urls.Sites) func(http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	for _, origin := range sites.Origins() {
		if strings.HasPrefix(origin, "http") {
			if err := guard.AddTrustedOrigin(origin); err != nil {
				panic("api: " + err.Error()) // sites are checked when they are configured
			}
		}
	}
	// A client may have a form sent to the authorization server (OpenID Connect Core section
	// 3.1.2.1). What is decided there carries a proof of its own that a page of ours was shown.
	guard.AddInsecureBypassPattern("/oauth/")
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		problem.Write(w, r, problem.Forbidden("this has to come from a page of this site").WithCode("cross_origin"))
	}))
	return func(next http.Handler) http.Handler {
		guarded := guard.Handler(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if hasToken(r) {
				next.ServeHTTP(w, r)
				return
			}
			guarded.ServeHTTP(w, r)
		})
	}
}

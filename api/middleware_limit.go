// How many requests a client may send to the API, and telling it.

package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/ratelimit"
	"rose-ash.com/roseash/api/shared/urls"
)

const (
	// tokenFactor is how many times as much a valid token may ask for.
	tokenFactor = 10
	// remembered is how many clients are told apart: some 10 MiB of them.
	remembered = 100_000
)

// limits counts strangers by address and who has a valid token by name. The nil
// value counts nothing.
type limits struct {
	addresses *ratelimit.Limiter[netip.Prefix]
	tokens    *ratelimit.Limiter[string]
}

// newLimits allows an address so many requests a minute; 0: any number.
func newLimits(aMinute int, c clock.Clock) *limits {
	if aMinute <= 0 {
		return nil
	}
	policy := ratelimit.Policy{Quota: int64(aMinute), Window: time.Minute}
	l := &limits{addresses: ratelimit.New[netip.Prefix](policy, remembered, c)}
	policy.Quota *= tokenFactor
	l.tokens = ratelimit.New[string](policy, remembered, c)
	return l
}

// count is the step before every address of the API, and before the search page and what
// signing in and programs' tokens send, which cost as much. Who sends a token, and a page that asks in somebody's place, is let pass
// for now: countToken counts it again, by its name, or refuses it.
func (l *limits) count(next http.Handler) http.Handler {
	if l == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page := costly(r)
		if !page && !isAPI(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		at := ratelimit.Network(r.RemoteAddr)
		state := l.addresses.Take(at)
		tell(w, "address", l.addresses.Policy(), state)
		if !state.OK && (page || !claims(r)) {
			problem.Write(w, r, tooMany(state))
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), countedKey{}, counted{at, state})))
	})
}

// costly tells requests outside of the API that cost as much as one of it.
func costly(r *http.Request) bool {
	signingIn := strings.HasPrefix(r.URL.Path, "/login/") || strings.HasPrefix(r.URL.Path, "/oauth/")
	return r.URL.Path == urls.Search() || strings.HasPrefix(r.URL.Path, urls.MemberICS) || signingIn && r.Method == http.MethodPost
}

// claims tells a request that may be somebody's who is known: a token says so, or the page
// that asks in their place.
func claims(r *http.Request) bool {
	_, known := auth.PrincipalFrom(r.Context())
	return known || r.Header.Get("Authorization") != ""
}

type countedKey struct{}

// counted is a request that its address was charged with.
type counted struct {
	at    netip.Prefix
	state ratelimit.State
}

// countToken charges a valid token with the request instead of its address. A
// refusal is returned; nil: go on.
func (l *limits) countToken(ctx context.Context, w http.ResponseWriter) error {
	if l == nil {
		return nil
	}
	was, ok := ctx.Value(countedKey{}).(counted)
	if !ok {
		return nil
	}
	p, signedIn := auth.PrincipalFrom(ctx)
	if !signedIn {
		if !was.state.OK {
			return tooMany(was.state)
		}
		return nil
	}
	if was.state.OK {
		l.addresses.GiveBack(was.at)
	}
	state := l.tokens.Take(p.Name)
	tell(w, "token", l.tokens.Policy(), state)
	if !state.OK {
		return tooMany(state)
	}
	return nil
}

// limitedVerifier keeps an address that has used up its quota from trying tokens.
type limitedVerifier struct{ auth.Verifier }

// Verify is the Verifier's, and answers 429 instead of 401 to such an address.
func (v limitedVerifier) Verify(ctx context.Context, c auth.Credentials) (auth.Principal, error) {
	p, err := v.Verifier.Verify(ctx, c)
	if was, ok := ctx.Value(countedKey{}).(counted); ok && !was.state.OK && errors.Is(err, auth.ErrRefused) {
		return p, tooMany(was.state)
	}
	return p, err
}

func tooMany(s ratelimit.State) *problem.Details {
	return problem.TooMany(s.Retry, "too many requests; RateLimit-Policy says how many there may be")
}

// tell sets the two fields of draft-ietf-httpapi-ratelimit-headers-10.
func tell(w http.ResponseWriter, name string, p ratelimit.Policy, s ratelimit.State) {
	h := w.Header()
	h.Set("RateLimit-Policy", fmt.Sprintf(`"%s";q=%d;w=%d`, name, p.Quota, int64(p.Window/time.Second)))
	reset := s.Reset
	if !s.OK {
		reset = s.Retry
	}
	h.Set("RateLimit", fmt.Sprintf(`"%s";r=%d;t=%d`, name, s.Remaining, int64((reset+time.Second-1)/time.Second)))
}

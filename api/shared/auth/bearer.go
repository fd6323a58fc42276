// Reading the Authorization header and answering for what it does not allow,
// alike for huma operations and plain handlers.

package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/problem"
)

// credentials reads a request's headers. present is false without a bearer
// token; other schemes are not ours to judge and count as absent.
func credentials(each func(func(name, value string)), host string) (c Credentials, present bool) {
	c.Host = host
	tokens := 0
	each(func(name, value string) {
		switch name = http.CanonicalHeaderKey(name); {
		case name == "Authorization":
			scheme, token, _ := strings.Cut(value, " ")
			if strings.EqualFold(scheme, "Bearer") {
				tokens++
				c.Token = strings.TrimSpace(token)
			}
		case name == "Forwarded", name == "Via", name == "X-Real-Ip", strings.HasPrefix(name, "X-Forwarded-"):
			c.Forwarded = true
		}
	})
	if tokens > 1 {
		// Two parties may read different ones; none of them is believed.
		c.Token = ""
	}
	return c, tokens > 0
}

// decide is the rule of the package: alternatives are lists of scopes of which
// one must be held whole; no alternatives at all mean a public operation. Without a token
// it is about who is in the context already: a session's user, or a page's. The principal
// is present if somebody is known. what names the operation in the log.
func (e enforcer) decide(ctx context.Context, c Credentials, present bool, alternatives [][]string, recent bool, what string) (Principal, bool, *problem.Details) {
	public := len(alternatives) == 0
	p, known := PrincipalFrom(ctx)
	if present {
		var err error
		p, err = e.verifier.Verify(ctx, c)
		if errors.Is(err, ErrRefused) {
			slog.WarnContext(ctx, "authentication refused", "operation", what)
			return Principal{}, false, problem.Unauthorized("the bearer token is not valid").
				WithCode("invalid_token").WithHeader("WWW-Authenticate", `Bearer error="invalid_token"`)
		}
		if err != nil {
			d := problem.From(err)
			if d.Status >= http.StatusInternalServerError {
				slog.ErrorContext(ctx, "authentication failed", "operation", what, "error", err)
			}
			return Principal{}, false, d
		}
		known = true
	}
	if !known {
		if public {
			return Principal{}, false, nil
		}
		return Principal{}, false, problem.Unauthorized("sign in, or send a bearer token")
	}
	if !public && !slices.ContainsFunc(alternatives, func(scopes []string) bool { return hasAll(p, scopes) }) {
		slog.WarnContext(ctx, "authorization denied", "operation", what, "principal", p.Name)
		if e.denied != nil {
			e.denied(ctx, p, what)
		}
		return Principal{}, false, problem.Forbidden("whoever asks lacks the scope that is needed").
			WithCode("insufficient_scope").
			WithHeader("WWW-Authenticate", `Bearer error="insufficient_scope", scope="`+strings.Join(alternatives[0], " ")+`"`)
	}
	if recent && !p.Recent(e.now()) {
		return Principal{}, false, problem.Unauthorized("sign in again: this needs somebody who has signed in within the last ten minutes").
			WithCode("reauthentication_required").
			WithHeader("WWW-Authenticate", fmt.Sprintf(`Bearer error="insufficient_user_authentication", max_age="%d"`, int(RecentFor/time.Second)))
	}
	return p, true, nil
}

// enforcer is what decisions are made with.
type enforcer struct {
	verifier Verifier
	denied   func(ctx context.Context, p Principal, operation string)
	now      func() time.Time
}

// Option changes how security is enforced.
type Option func(*enforcer)

// Denied has fn called when somebody who is known lacks a scope.
func Denied(fn func(ctx context.Context, p Principal, operation string)) Option {
	return func(e *enforcer) { e.denied = fn }
}

// At has the time told by c; the machine's without it.
func At(c clock.Clock) Option { return func(e *enforcer) { e.now = c.Now } }

func newEnforcer(v Verifier, options []Option) enforcer {
	e := enforcer{verifier: v, now: clock.System{}.Now}
	for _, o := range options {
		o(&e)
	}
	return e
}

func hasAll(p Principal, scopes []string) bool {
	return !slices.ContainsFunc(scopes, func(scope string) bool { return !p.Has(scope) })
}

// Require protects a plain handler: requests need a token with all the scopes,
// and the handler finds the principal in its context.
func Require(v Verifier, scopes ...string) func(http.Handler) http.Handler {
	e := newEnforcer(v, nil)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c, present := credentials(func(f func(name, value string)) {
				for name, values := range r.Header {
					for _, value := range values {
						f(name, value)
					}
				}
			}, r.Host)
			p, _, refusal := e.decide(r.Context(), c, present, [][]string{scopes}, false, r.Pattern)
			if refusal != nil {
				problem.Write(w, r, refusal)
				return
			}
			next.ServeHTTP(w, r.WithContext(WithPrincipal(r.Context(), p)))
		})
	}
}

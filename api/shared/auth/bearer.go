// Reading the Authorization header and answering for what it does not allow,
// alike for huma operations and plain handlers.

package auth

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"

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
// one must be held whole; no alternatives at all mean a public operation. The
// principal is present if the token was good. what names the operation in the log.
func decide(ctx context.Context, v Verifier, c Credentials, present bool, alternatives [][]string, what string) (Principal, bool, *problem.Details) {
	public := len(alternatives) == 0
	if !present {
		if public {
			return Principal{}, false, nil
		}
		return Principal{}, false, problem.Unauthorized("a bearer token is needed")
	}
	p, err := v.Verify(ctx, c)
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
	if public || slices.ContainsFunc(alternatives, func(scopes []string) bool { return hasAll(p, scopes) }) {
		return p, true, nil
	}
	slog.WarnContext(ctx, "authorization denied", "operation", what, "principal", p.Name)
	return Principal{}, false, problem.Forbidden("the bearer token does not include the scope that is needed").
		WithCode("insufficient_scope").
		WithHeader("WWW-Authenticate", `Bearer error="insufficient_scope", scope="`+strings.Join(alternatives[0], " ")+`"`)
}

func hasAll(p Principal, scopes []string) bool {
	return !slices.ContainsFunc(scopes, func(scope string) bool { return !p.Has(scope) })
}

// Require protects a plain handler: requests need a token with all the scopes,
// and the handler finds the principal in its context.
func Require(v Verifier, scopes ...string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c, present := credentials(func(f func(name, value string)) {
				for name, values := range r.Header {
					for _, value := range values {
						f(name, value)
					}
				}
			}, r.Host)
			p, _, refusal := decide(r.Context(), v, c, present, [][]string{scopes}, r.Pattern)
			if refusal != nil {
				problem.Write(w, r, refusal)
				return
			}
			next.ServeHTTP(w, r.WithContext(WithPrincipal(r.Context(), p)))
		})
	}
}

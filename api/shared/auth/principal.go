// Who makes a request, and how a verifier finds out.

package auth

import (
	"context"
	"errors"
	"slices"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
)

// AllScopes is the scope that includes every other.
const AllScopes = "*"

// Principal is who makes a request.
type Principal struct {
	// Name is for logs, limits and "changed by" columns: a user's id, a client's id,
	// or "development".
	Name string
	// User is who is signed in, or for whom a client acts; empty for a program that
	// acts by itself.
	User contract.UserID
	// Session is the session that the request came in; empty for tokens.
	Session contract.SessionID
	// Client is the OAuth client that sent the token; empty for our own pages.
	Client contract.ClientID
	// Scopes are what it may do, such as "blog:write"; AllScopes is everything.
	Scopes []string
	// Organises are the calendars that the user is an organiser of.
	Organises []contract.CalendarID
	// AuthenticatedAt is when the user proved last who they are; zero for programs and
	// for personal access tokens.
	AuthenticatedAt time.Time
}

// Has tells whether the principal may do what a scope stands for.
func (p Principal) Has(scope string) bool { return Covers(p.Scopes, scope) }

// RecentFor is how long signing in counts as recent.
const RecentFor = 10 * time.Minute

// Recent tells whether the user has proved who they are so lately that what matters most
// may be changed. The development token always may.
func (p Principal) Recent(now time.Time) bool {
	return slices.Contains(p.Scopes, AllScopes) || !p.AuthenticatedAt.IsZero() && now.Sub(p.AuthenticatedAt) < RecentFor
}

type principalKey struct{}

// WithPrincipal returns a context that carries the principal; middleware and
// tests use it.
func WithPrincipal(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// PrincipalFrom returns who makes the request; ok is false for an anonymous one.
func PrincipalFrom(ctx context.Context) (p Principal, ok bool) {
	p, ok = ctx.Value(principalKey{}).(Principal)
	return p, ok
}

// Holds tells whether whoever makes the request may do what a scope stands for;
// an anonymous caller may do nothing.
func Holds(ctx context.Context, scope string) bool {
	p, ok := PrincipalFrom(ctx)
	return ok && p.Has(scope)
}

// Credentials are what a request shows of itself.
type Credentials struct {
	// Token is the bearer token.
	Token string
	// Host is the host that the request was addressed to.
	Host string
	// Forwarded tells whether a proxy says it passed the request on.
	Forwarded bool
}

// ErrRefused is a Verifier's answer to credentials that it does not accept.
var ErrRefused = errors.New("auth: credentials refused")

// Verifier turns credentials into a principal. It fails with ErrRefused if they
// are not good; any other error means that it could not find out, and becomes a
// problem by problem.From.
type Verifier interface {
	Verify(ctx context.Context, c Credentials) (Principal, error)
}

// Nobody is a Verifier that refuses everyone.
var Nobody Verifier = nobody{}

type nobody struct{}

func (nobody) Verify(context.Context, Credentials) (Principal, error) {
	return Principal{}, ErrRefused
}

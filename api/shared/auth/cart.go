// The cart of somebody who may not have signed in, and what names a request in records.

package auth

import (
	"context"
	"encoding/hex"
	"net/http"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/seal"
)

// CartCookie is the name of the cookie with the token of a browser's cart.
const CartCookie = "__Host-cart"

// cartLasts is how long a browser keeps its cart.
const cartLasts = 30 * 24 * time.Hour

type cartKey struct{}

// WithCartToken returns a context that carries the token of a browser's cart.
func WithCartToken(ctx context.Context, token string) context.Context {
	return context.WithValue(ctx, cartKey{}, token)
}

// CartToken is the token of the browser's cart; empty: it has none.
func CartToken(ctx context.Context) string {
	token, _ := ctx.Value(cartKey{}).(string)
	return token
}

// NewCartCookie has a browser keep the token of its cart; an empty token has it forget.
func NewCartCookie(token string) *http.Cookie {
	c := &http.Cookie{Name: CartCookie, Value: token, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: int(cartLasts / time.Second)}
	if token == "" {
		c.MaxAge = -1
	}
	return c
}

// CartHolder is who a cart belongs to: a user, or a browser by the token in its cookie.
type CartHolder struct {
	Key   string          // as it is stored; empty: a browser that has no cart yet
	User  contract.UserID // empty: a browser
	Token string          // a browser's
}

// CartHolderFrom is who makes the request. It fails with 403 `insufficient_scope` for a client
// that may not act on its user's cart, and with 403 for a program that acts for nobody.
func CartHolderFrom(ctx context.Context) (CartHolder, error) {
	p, known := PrincipalFrom(ctx)
	switch {
	case !known:
		return BrowserCart(CartToken(ctx)), nil
	case p.User == "":
		return CartHolder{}, problem.Forbidden("a program that acts for nobody has no cart")
	case !p.Has(ScopeCartWrite):
		return CartHolder{}, problem.Forbidden("whoever asks lacks the scope that is needed").WithCode("insufficient_scope").
			WithHeader("WWW-Authenticate", `Bearer error="insufficient_scope", scope="`+ScopeCartWrite+`"`)
	}
	return UserCart(p.User), nil
}

// UserCart is the holder of a user's cart.
func UserCart(user contract.UserID) CartHolder {
	return CartHolder{Key: string(user), User: user}
}

// BrowserCart is the holder of the cart of what is in a cookie; only its hash is stored.
func BrowserCart(token string) CartHolder {
	if token == "" {
		return CartHolder{}
	}
	return CartHolder{Key: "anonymous_" + hex.EncodeToString(seal.Hash(token)), Token: token}
}

type requestKey struct{}

// WithRequestID returns a context that carries the request's id.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// RequestID names the request, as in the log; empty outside of requests.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

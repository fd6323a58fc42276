// The cart of somebody who may not have signed in, and what names a request in records.

package auth

import (
	"context"
	"net/http"
	"time"
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

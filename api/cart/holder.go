// Whose a cart is.

package cart

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/seal"
)

// holder is who a cart belongs to: a user, or a browser by the token in its cookie.
type holder struct {
	key   string // as it is stored; empty: a browser that has no cart yet
	token string // of a browser
	buyer contract.Buyer
}

// holderOf is who makes the request. It fails with 403 `insufficient_scope` for a client that
// may not act on its user's cart, and with 403 for a program that acts for nobody.
func holderOf(ctx context.Context) (holder, error) {
	p, known := auth.PrincipalFrom(ctx)
	switch {
	case !known:
		return browser(auth.CartToken(ctx)), nil
	case p.User == "":
		return holder{}, problem.Forbidden("a program that acts for nobody has no cart")
	case !p.Has(auth.ScopeCartWrite):
		return holder{}, problem.Forbidden("whoever asks lacks the scope that is needed").WithCode("insufficient_scope").
			WithHeader("WWW-Authenticate", `Bearer error="insufficient_scope", scope="`+auth.ScopeCartWrite+`"`)
	}
	return member(p.User), nil
}

func member(user contract.UserID) holder {
	return holder{key: string(user), buyer: contract.Buyer{User: user, Member: true}}
}

// browser is the holder of what is in a cookie; only its hash is stored.
func browser(token string) holder {
	if token == "" {
		return holder{}
	}
	return holder{key: "anonymous_" + hex.EncodeToString(seal.Hash(token)), token: token}
}

// stranger is a browser that is given its token now.
func stranger() holder { return browser(seal.Random()) }

// idle is for how long, in seconds, the cart is kept when nobody touches it.
func (h holder) idle() float64 { return idleOf(h.key).Seconds() }

// cookie has a browser keep its token for as long again; empty for who has signed in.
func (h holder) cookie() string {
	if h.token == "" {
		return ""
	}
	return auth.NewCartCookie(h.token).String()
}

// guest names the buyer behind an address in the limits of codes; the address itself is not
// stored here. Empty where there is none.
func guest(email string) string {
	email = strings.ToLower(strings.TrimSpace(email))
	if email == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(email))
	return "guest_" + hex.EncodeToString(sum[:])
}

// orderPath is where an order is found.
func orderPath(order string) string { return "/v1/orders/" + order }

// converted is the refusal of a cart that has become an order.
func converted(order string) *problem.Details {
	return problem.Conflict("this cart has become an order").WithCode("cart_converted").
		WithInstance(orderPath(order)).WithHeader(http.CanonicalHeaderKey("Location"), orderPath(order))
}

func empty() *problem.Details {
	return problem.Conflict("there is nothing in the cart").WithCode("cart_empty")
}

func noLine() *problem.Details { return problem.NotFound("there is no such line in the cart") }

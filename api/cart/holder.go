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

// holder is who a cart belongs to.
type holder auth.CartHolder

// holderOf is who makes the request; it fails as auth.CartHolderFrom does.
func holderOf(ctx context.Context) (holder, error) {
	h, err := auth.CartHolderFrom(ctx)
	return holder(h), err
}

// stranger is a browser that is given its token now.
func stranger() holder { return holder(auth.BrowserCart(seal.Random())) }

// buyer is who pays the holder's prices: whoever has signed in is a member.
func (h holder) buyer() contract.Buyer {
	return contract.Buyer{User: h.User, Member: h.User != ""}
}

// idle is for how long, in seconds, the cart is kept when nobody touches it.
func (h holder) idle() float64 { return idleOf(h.Key).Seconds() }

// cookie has a browser keep its token for as long again; empty for who has signed in.
func (h holder) cookie() string {
	if h.Token == "" {
		return ""
	}
	return auth.NewCartCookie(h.Token).String()
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

// Buying, put together: carts of what the market sells, orders made of them, and SumUp.

package api

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/account"
	"rose-ash.com/roseash/api/cart"
	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/orders/sumup"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/httpx"
	"rose-ash.com/roseash/api/shared/problem"
)

// sumUpPatience is how long SumUp may take to answer.
const sumUpPatience = 10 * time.Second

// newOrders makes carts and orders, wired to whoever owns what is in them.
func (a *App) newOrders() {
	c := a.options.Config
	a.Cart = cart.New(cart.Options{
		Pool: a.options.Pool, Clock: a.options.Clock,
		Owners: map[contract.LineKind]cart.Owner{contract.ProductLine: a.Market},
	})
	var provider orders.Provider
	if c.SumUp.APIKey.IsSet() {
		provider = sumup.New(sumup.Options{
			HTTP: httpx.Operator(sumUpPatience), BaseURL: c.SumUp.BaseURL, APIKey: c.SumUp.APIKey.Reveal(),
			MerchantCode: c.SumUp.MerchantCode, Timeout: sumUpPatience, Log: a.options.Log,
		})
	}
	a.Orders = orders.New(orders.Options{
		Pool: a.options.Pool, Clock: a.options.Clock, Key: a.key, Bus: a.Bus, Mail: a.Mail, Sites: c.Sites, Log: a.options.Log,
		Cart: a.Cart, Suppliers: map[contract.LineKind]orders.Supplier{contract.ProductLine: a.Market},
		People: people{a.Identity}, Settings: a.Blog.Settings,
		Provider: provider, MerchantCode: c.SumUp.MerchantCode, Currency: c.Currency,
	})
}

// payOrigins are where a browser is sent to pay, as sources of form-action (CSP 3).
func payOrigins(c config.SumUp) string {
	if strings.HasSuffix(c.BaseURL, ".sumup.com") {
		return "https://*.sumup.com"
	}
	return c.BaseURL
}

// people is identity, as orders know it.
type people struct{ *identity.Service }

// Person is a user's name and primary address; the address is empty where they have none.
func (p people) Person(ctx context.Context, user contract.UserID) (name, email string, err error) {
	if name, err = p.DisplayName(ctx, user); err != nil {
		return "", "", err
	}
	email, err = p.PrimaryAddress(ctx, user)
	if problem.Code(err) == "not_found" {
		err = nil
	}
	return name, email, err
}

// The services that others are given before they are made.

// mergeCart merges a browser's cart in the transaction that begins a session.
func (a *App) mergeCart(ctx context.Context, tx pgx.Tx, in contract.SignedIn, v contract.Visitor) error {
	return a.Cart.Merge(ctx, tx, in, v)
}

// count is the cart, as the summary of whoever looks knows it.
type count struct{ a *App }

// CartCount is how many lines are in the cart.
func (c count) CartCount(ctx context.Context) (int, error) { return c.a.Cart.CartCount(ctx) }

var _ account.Cart = count{}

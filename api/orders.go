// Buying, put together: carts of what the market sells, orders made of them, and SumUp.

package api

import (
	"context"
	"time"

	"rose-ash.com/roseash/api/cart"
	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/orders/sumup"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/httpx"
	"rose-ash.com/roseash/api/shared/problem"
)

// sumUpPatience is how long SumUp may take to answer.
const sumUpPatience = 10 * time.Second

// newCart makes carts of what the market sells.
func (a *App) newCart() {
	a.Cart = cart.New(cart.Options{
		Pool: a.options.Pool, Clock: a.options.Clock,
		Owners: map[contract.LineKind]cart.Owner{contract.ProductLine: a.Market},
	})
}

// newOrders makes orders, wired to whoever owns what is in them.
func (a *App) newOrders() {
	c := a.options.Config
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

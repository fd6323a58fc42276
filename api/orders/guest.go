// Who may see an order: whose it is, who has its key, and the shop. Everybody else is told
// what they would be told of an order that there is not.

package orders

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
)

// keyLength is how many characters of base64url a guest's key has: 132 bits.
const keyLength = 22

// guestKey lets whoever has it see a guest's order. It is made from the order's id with the
// secret key, so that nothing of it is stored.
func (s *Service) guestKey(order uuid.UUID) string {
	return base64.RawURLEncoding.EncodeToString(s.Key.MAC("order link", []byte(publicOrderID(order))))[:keyLength]
}

func (s *Service) isGuestKey(order uuid.UUID, key string) bool {
	return subtle.ConstantTimeCompare([]byte(key), []byte(s.guestKey(order))) == 1
}

// noOrder is the one answer to who may not see an order, and where there is none.
func noOrder() *problem.Details {
	return problem.NotFound("there is no such order, or you may not see it")
}

// visit is how somebody comes to an order.
type visit struct {
	Order ordersdb.Order
	Own   bool   // it is theirs: their user's, or they have its key
	Shop  bool   // they may see all orders
	Actor string // of the events that they cause, as what they may be most nearly: the shopper, else the shop
}

// shopActor is the actor of events that somebody of the shop causes.
func shopActor(ctx context.Context) string {
	p, _ := auth.PrincipalFrom(ctx)
	if p.User != "" {
		return "shop:" + string(p.User)
	}
	return "shop:" + p.Name
}

// visit finds an order for whoever makes the request: its user by their session or by a token
// with account:read, whoever sends the key of a guest's order, and who has orders:read. It
// fails with the same 404 for everybody else and where there is no such order.
func (s *Service) visit(ctx context.Context, q *ordersdb.Queries, order contract.OrderID, key string) (visit, error) {
	u, ok := id.Parse(orderPrefix, order)
	p, _ := auth.PrincipalFrom(ctx)
	v := visit{Shop: p.Has(auth.ScopeOrdersRead)}
	user := p.User != "" && p.Has(auth.ScopeAccountRead)
	guest := s.isGuestKey(u, key)
	if !ok || !v.Shop && !user && !guest {
		return v, noOrder()
	}
	var err error
	if v.Order, err = q.Order(ctx, u); errors.Is(err, pgx.ErrNoRows) {
		return v, noOrder()
	}
	if err != nil {
		return v, err
	}
	switch owner := v.Order.UserID; {
	case owner != nil:
		v.Own = user && *owner == string(p.User)
	case v.Order.Channel == "web":
		v.Own = guest
	}
	if !v.Own && !v.Shop {
		return visit{}, noOrder()
	}
	switch {
	case !v.Own:
		v.Actor = shopActor(ctx)
	case v.Order.UserID != nil:
		v.Actor = *v.Order.UserID
	default:
		v.Actor = "guest"
	}
	return v, nil
}

// link is an order's page, for mails and for SumUp to lead back to: with the key where the
// order is a guest's.
func (s *Service) link(o ordersdb.Order) string {
	path := "/orders/" + string(publicOrderID(o.ID)) + "/"
	if o.UserID == nil {
		path += s.guestKey(o.ID) + "/"
	}
	return s.Sites.Base(urls.Cart) + path
}

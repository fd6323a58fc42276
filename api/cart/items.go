// Putting things into a cart.

package cart

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/cart/internal/cartdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/idempotency"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/ratelimit"
	"rose-ash.com/roseash/db"
)

// newCarts is how many carts the browsers of one network may begin: enough for an office,
// and for a robot a row every twelve seconds at the most. It is counted in memory, and not
// for this machine itself.
var newCarts = ratelimit.Policy{Quota: 300, Window: time.Hour}

// CartItem is something to put into a cart.
type CartItem struct {
	Kind     contract.LineKind `json:"kind" enum:"product,ticket,booking" example:"product" doc:"Whose it is: product is of the market."`
	ID       string            `json:"id" minLength:"1" maxLength:"100" example:"var_019ab3f47c2e7d06b8a1f0c2d3e4f507" doc:"The variant, for a product."`
	Quantity int64             `json:"quantity" minimum:"1" maximum:"1000000" example:"2" doc:"Pieces, or grams of what is sold by weight. It is added to what is in the cart already."`
	Note     string            `json:"note,omitempty" maxLength:"500" example:"Not too ripe, please." doc:"For the shop, about this line; in place of the one that is there."`
	Price    *int64            `json:"price_minor,omitempty" minimum:"0" maximum:"99999999999" example:"325" doc:"The price that the page showed. Where it is no longer the price the line says so; it never decides what is paid."`
}

// Added is a cart that something was put into.
type Added struct {
	Cart     Cart
	Cookie   string // has a browser keep its cart; empty for who has signed in
	Replayed bool   // nothing was done: the same request has been answered before
}

// Add puts something into the cart of whoever makes the request, and makes the cart where
// there is none; network is where the request comes from. With a key the same request is
// done once; a browser without a cart has nothing yet that a key could belong to.
//
// It fails with 422 for what cannot be had and for a quantity below the least or off the step,
// with 409 `quantity_limit` for more than may be ordered of it or for more than MaxLines
// lines, 409 `other_currency` for what is sold in another one, 412 where ifMatch is not the
// cart's version, 403 as the whole cart does, and 429 for too many new carts.
func (s *Service) Add(ctx context.Context, item CartItem, key string, ifMatch *int64, network netip.Prefix) (Added, error) {
	h, err := holderOf(ctx)
	if err != nil {
		return Added{}, err
	}
	if s.Owners[item.Kind] == nil {
		return Added{}, cannotBeHad()
	}
	if err := checkText("body.note", item.Note, maxLineNote); err != nil {
		return Added{}, err
	}
	b, err := read(ctx, s.queries(), h)
	if err != nil {
		return Added{}, err
	}
	fresh := false
	if !b.there() {
		if h, fresh, err = s.begins(ctx, h, network); err != nil {
			return Added{}, err
		}
	}
	if fresh || key == "" && (b.there() || h.Token == "") {
		cart, done, err := s.put(ctx, nil, b, h, item, ifMatch)
		if err != nil || done {
			return Added{Cart: cart, Cookie: h.cookie()}, err
		}
	}
	return s.addLocked(ctx, h, item, key, ifMatch)
}

// addLocked is Add for who sends a key, whose cart has changed between reading and writing, or
// who begins a cart with a token that may be dying: somebody may be signing in with it.
func (s *Service) addLocked(ctx context.Context, h holder, item CartItem, key string, ifMatch *int64) (added Added, err error) {
	added.Cookie = h.cookie()
	work := func(tx pgx.Tx) error {
		q := cartdb.New(tx)
		if h, err = alive(ctx, q, h); err != nil {
			return err
		}
		added.Cookie = h.cookie()
		b, err := lockedOrNew(ctx, q, h)
		if err != nil {
			return err
		}
		var done bool
		if added.Cart, done, err = s.put(ctx, tx, b, h, item, ifMatch); err == nil && !done {
			err = errors.New("cart: a locked cart has changed")
		}
		return err
	}
	if key == "" {
		return added, db.InTx(ctx, s.Pool, work)
	}
	request, err := idempotency.For(h.Key, key, http.MethodPost, "/v1/cart/items", item)
	if err != nil {
		return added, err
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) (err error) {
		// A replay shows the cart as it is by then.
		added.Replayed, err = idempotency.Once(ctx, tx, request, &struct{}{}, func() error { return work(tx) })
		return err
	})
	if err == nil && added.Replayed {
		added.Cart, err = s.Cart(ctx)
	}
	return added, err
}

// put writes a line into a cart that was read, and shows it; done is false where the cart has
// changed since. Without tx it is one statement.
func (s *Service) put(ctx context.Context, tx pgx.Tx, b basket, h holder, item CartItem, ifMatch *int64) (cart Cart, done bool, err error) {
	if err := b.is(ifMatch); err != nil {
		return cart, false, err
	}
	offers, err := s.offers(ctx, tx, b, h.buyer(), thing{item.Kind, item.ID})
	if err != nil {
		return cart, false, err
	}
	i, err := b.with(item, offers)
	if err != nil {
		return cart, false, err
	}
	q := s.queries()
	if tx != nil {
		q = cartdb.New(tx)
	}
	if err := b.write(ctx, q, h, i); errors.Is(err, pgx.ErrNoRows) {
		return cart, false, nil
	} else if err != nil {
		return cart, false, err
	}
	cart, err = priced(ctx, q, b, offers, h, string(h.User))
	return cart, true, err
}

// with adds an item to the lines, and returns where.
func (b *basket) with(item CartItem, offers map[thing]contract.Offer) (i int, err error) {
	offer, known := offers[thing{item.Kind, item.ID}]
	if !known {
		return 0, cannotBeHad()
	}
	if b.currency == "" {
		b.currency = offer.Price.Currency
	}
	if offer.Price.Currency != b.currency {
		return 0, problem.Conflict("what is in the cart is sold in another currency").WithCode("other_currency")
	}
	if i = b.find(item.Kind, item.ID); i < 0 {
		if len(b.lines) >= MaxLines {
			return 0, problem.Conflict("a cart has %d lines at the most", MaxLines).WithCode("quantity_limit")
		}
		i = len(b.lines)
		b.lines = append(b.lines, line{id: id.New(), kind: item.Kind, thing: item.ID, position: b.nextPosition()})
	}
	l := &b.lines[i]
	l.quantity += item.Quantity
	l.name, l.added = nameOf(offer), offer.Price.AmountMinor
	if item.Price != nil && changed(offer, *item.Price) {
		l.added = *item.Price
	}
	if item.Note != "" {
		l.note = item.Note
	}
	if fault := quantityFault(offer, l.quantity); fault != nil {
		return 0, fault
	}
	return i, nil
}

// write stores the line at i, in a cart of its own where there is none; pgx.ErrNoRows where
// the cart has changed since it was read.
func (b *basket) write(ctx context.Context, q *cartdb.Queries, h holder, i int) (err error) {
	l := b.lines[i]
	if !b.there() {
		b.id, b.version = id.New(), 1
		b.updatedAt, err = q.NewCart(ctx, cartdb.NewCartParams{
			CartID: b.id, Holder: h.Key, Currency: &b.currency, Idle: h.idle(), ID: l.id, Kind: string(l.kind), Thing: l.thing, Name: l.name,
			Quantity: l.quantity, Note: l.note, AddedUnitMinor: l.added,
		})
		return err
	}
	b.updatedAt, err = q.PutLine(ctx, cartdb.PutLineParams{
		CartID: b.id, Version: b.version, Currency: &b.currency, Idle: h.idle(), ID: l.id, Kind: string(l.kind), Thing: l.thing, Name: l.name,
		Quantity: l.quantity, Note: l.note, AddedUnitMinor: l.added, Position: l.position,
	})
	b.version++
	return err
}

// begins is the holder of a cart that is about to be made. A browser keeps its token where
// its last cart has become an order; one whose cart was merged, or that we do not know, is
// given a fresh one. It fails with 429.
func (s *Service) begins(ctx context.Context, h holder, network netip.Prefix) (_ holder, fresh bool, err error) {
	if h.User != "" {
		return h, false, nil
	}
	if h.Key != "" {
		_, err := s.queries().LastOrder(ctx, h.Key)
		if !errors.Is(err, pgx.ErrNoRows) {
			return h, false, err
		}
	}
	if !thisMachine(network) {
		if state := s.begun.Take(network); !state.OK {
			return h, false, problem.TooMany(state.Retry, "too many new carts from this network")
		}
	}
	return stranger(), true, nil
}

// alive locks a holder, before any of their carts, so that nobody signs in meanwhile; a browser
// whose token is worth nothing any more is given another.
func alive(ctx context.Context, q *cartdb.Queries, h holder) (holder, error) {
	if err := q.LockHolder(ctx, h.Key); err != nil || h.User != "" {
		return h, err
	}
	if some, err := q.Holds(ctx, h.Key); err != nil || some {
		return h, err
	}
	return stranger(), nil
}

// thisMachine tells whether a network is the machine's own.
func thisMachine(network netip.Prefix) bool {
	return network.Addr().IsLoopback() || network.Contains(netip.IPv6Loopback())
}

// quantityFault is why so much of something cannot be ordered; nil: it can.
func quantityFault(o contract.Offer, quantity int64) error {
	switch {
	case quantity > MaxQuantity, o.OrderMax > 0 && quantity > o.OrderMax:
		most := int64(MaxQuantity)
		if o.OrderMax > 0 {
			most = min(most, o.OrderMax)
		}
		return problem.Conflict("%d is the most of it that can be ordered at once", most).WithCode("quantity_limit")
	case !costs(o, quantity):
		return problem.Conflict("that much of it costs more than can be paid at once").WithCode("quantity_limit")
	case quantity < o.OrderMin:
		return invalid("body.quantity", "is less than can be ordered")
	case o.OrderStep > 1 && quantity%o.OrderStep != 0:
		return invalid("body.quantity", "is no multiple of what it is ordered in")
	}
	return nil
}

// nameOf is what a line is called when its offer is gone.
func nameOf(o contract.Offer) string {
	name := o.Name
	if o.VariantName != "" {
		name += ", " + o.VariantName
	}
	return cut(name, maxName)
}

func cannotBeHad() error { return invalid("body.id", "expected something that can be had") }

func invalid(location, message string) *problem.Details {
	return problem.Unprocessable("the request does not fit its description").WithField(location, message)
}

// Making an order of a cart.

package cart

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/cart/internal/cartdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

// Take makes an order of the open cart of whoever makes the request, in the order's
// transaction: it locks the cart and its discount codes, prices it anew, counts the codes that
// apply as used and marks it converted. email is a guest's, by which codes count them.
//
// It fails with 409 `cart_converted`, whose Location header and instance lead to the order,
// where the cart has become one; 409 `cart_empty`; 412 where ifMatch is not its version; 409
// `cart_changed`, which names each line that can no longer be had as it is; 409
// `discount_unusable`, which names each code that has ended or was used as often as it may be;
// and with 403 as the whole cart does. What is out of stock is for the owner of the thing to
// say: Take does not look at it.
func (s *Service) Take(ctx context.Context, tx pgx.Tx, order contract.OrderID, email string, ifMatch *int64) (contract.TakenCart, error) {
	var none contract.TakenCart
	h, err := holderOf(ctx)
	if err != nil {
		return none, err
	}
	q := cartdb.New(tx)
	b, err := locked(ctx, q, h)
	if err != nil {
		return none, err
	}
	if !b.there() {
		return none, s.missing(ctx, q, h)
	}
	if err := b.is(ifMatch); err != nil {
		return none, err
	}
	if len(b.lines) == 0 {
		return none, empty()
	}
	offers, err := s.offers(ctx, tx, b, h.buyer())
	if err != nil {
		return none, err
	}
	buyer := string(h.User)
	if buyer == "" {
		buyer = guest(email)
	}
	if len(b.codes) > 0 {
		if err := q.LockDiscounts(ctx, b.codes); err != nil {
			return none, err
		}
	}
	cart, err := priced(ctx, q, b, offers, h, buyer)
	if err != nil {
		return none, err
	}
	if err := orderable(cart); err != nil {
		return none, err
	}
	taken := takenOf(cart, h)
	if err := use(ctx, q, order, buyer, taken.Discounts); err != nil {
		return none, err
	}
	return taken, q.ConvertCart(ctx, cartdb.ConvertCartParams{ID: b.id, OrderID: string(order)})
}

// Price is what Take would take, without taking it: for the pages before an order. Nothing is
// locked. Lines that are gone are not among it, and not counted. It fails with 409
// `cart_empty`, and with 403 as the whole cart does.
func (s *Service) Price(ctx context.Context) (contract.TakenCart, error) {
	h, err := holderOf(ctx)
	if err != nil {
		return contract.TakenCart{}, err
	}
	b, err := read(ctx, s.queries(), h)
	if err == nil && len(b.lines) == 0 {
		err = empty()
	}
	if err != nil {
		return contract.TakenCart{}, err
	}
	cart, err := s.show(ctx, nil, b, h)
	if err != nil {
		return contract.TakenCart{}, err
	}
	return takenOf(cart, h), nil
}

// missing says why a holder has no open cart.
func (s *Service) missing(ctx context.Context, q *cartdb.Queries, h holder) error {
	if h.Key == "" {
		return empty()
	}
	order, err := q.LastOrder(ctx, h.Key)
	if errors.Is(err, pgx.ErrNoRows) {
		return empty()
	}
	if err != nil {
		return err
	}
	return converted(order)
}

// orderable is a problem that names what keeps a cart from being ordered.
func orderable(c Cart) error {
	lines := problem.Conflict("something in the cart can no longer be had as it is").WithCode("cart_changed")
	for i, l := range c.Lines {
		at := fmt.Sprintf("cart.lines[%d]", i)
		switch {
		case l.has(Gone):
			lines = lines.WithField(at, "is no longer sold")
		case l.has(QuantityOff):
			lines = lines.WithField(at+".quantity", "cannot be ordered")
		}
	}
	if len(lines.Errors) > 0 {
		return lines
	}
	codes := problem.Conflict("a discount code can no longer be used").WithCode("discount_unusable")
	for i, code := range c.Discounts {
		if code.Reason.final() {
			codes = codes.WithField(fmt.Sprintf("cart.discounts[%d]", i), "can no longer be used")
		}
	}
	if len(codes.Errors) > 0 {
		return codes
	}
	return nil
}

// takenOf is what an order is made from.
func takenOf(c Cart, h holder) contract.TakenCart {
	taken := contract.TakenCart{ID: c.ID, Version: c.Version, Buyer: h.buyer(), Note: c.Note, Totals: c.Totals,
		Lines: make([]contract.PricedLine, 0, len(c.Lines)), Discounts: []contract.Discount{}}
	for _, l := range c.Lines {
		if !l.has(Gone) && costs(l.Offer, l.Quantity) {
			taken.Lines = append(taken.Lines, l.PricedLine)
		}
	}
	for _, code := range c.Discounts {
		if code.Reason == "" {
			taken.Discounts = append(taken.Discounts, code.Discount)
		}
	}
	return taken
}

// use counts codes that an order uses. The caller has locked them.
func use(ctx context.Context, q *cartdb.Queries, order contract.OrderID, buyer string, discounts []contract.Discount) error {
	if len(discounts) == 0 {
		return nil
	}
	if buyer == "" {
		buyer = "guest"
	}
	ids, taken := make([]uuid.UUID, len(discounts)), make([]int64, len(discounts))
	for i, d := range discounts {
		u, _ := id.Parse(discountPrefix, d.ID)
		ids[i], taken[i] = u, d.TakenMinor
	}
	if err := q.UseDiscounts(ctx, ids); err != nil {
		return err
	}
	return q.InsertUses(ctx, cartdb.InsertUsesParams{Ids: ids, OrderID: string(order), Buyer: buyer, Taken: taken})
}

// Reading a cart, and changing what is in it.

package cart

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/cart/internal/cartdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db"
)

func (s *Service) queries() *cartdb.Queries { return cartdb.New(s.Pool) }

// Cart is the cart of whoever makes the request, priced now; who has none gets an empty one.
// It fails with 403 `insufficient_scope` for a client that may not act on its user's cart, and
// with 403 for a program that acts for nobody, as everything here does.
func (s *Service) Cart(ctx context.Context) (Cart, error) {
	h, err := holderOf(ctx)
	if err != nil {
		return Cart{}, err
	}
	b, err := read(ctx, s.queries(), h)
	if err != nil {
		return Cart{}, err
	}
	return s.show(ctx, nil, b, h)
}

// show prices a cart that was read.
func (s *Service) show(ctx context.Context, tx pgx.Tx, b basket, h holder) (Cart, error) {
	q := s.queries()
	if tx != nil {
		q = cartdb.New(tx)
	}
	offers, err := s.offers(ctx, tx, b, h.buyer())
	if err != nil {
		return Cart{}, err
	}
	return priced(ctx, q, b, offers, h, string(h.User))
}

// change does something to the cart of whoever makes the request, which it has locked, and
// shows it. Without a cart it answers missing, or an empty cart where that is nil. fn changes b
// as it changes what is stored.
func (s *Service) change(ctx context.Context, ifMatch *int64, missing error, fn func(q *cartdb.Queries, tx pgx.Tx, h holder, b *basket) error) (cart Cart, err error) {
	h, err := holderOf(ctx)
	if err != nil {
		return cart, err
	}
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q := cartdb.New(tx)
		b, err := locked(ctx, q, h)
		if err != nil {
			return err
		}
		if err := b.is(ifMatch); err != nil {
			return err
		}
		if !b.there() {
			if missing != nil {
				return missing
			}
		} else if err := fn(q, tx, h, &b); err != nil {
			return err
		} else if err := b.touch(ctx, q, h); err != nil {
			return err
		}
		cart, err = s.show(ctx, tx, b, h)
		return err
	})
	return cart, err
}

// Clear takes everything out of the cart, codes and notes too. It fails with 412 where ifMatch
// is not its version.
func (s *Service) Clear(ctx context.Context, ifMatch *int64) (Cart, error) {
	return s.change(ctx, ifMatch, nil, func(q *cartdb.Queries, _ pgx.Tx, _ holder, b *basket) error {
		if err := q.DeleteLines(ctx, b.id); err != nil {
			return err
		}
		if err := q.DeleteCodes(ctx, b.id); err != nil {
			return err
		}
		b.lines, b.codes, b.note = nil, nil, ""
		return nil
	})
}

// Note sets what the shop is told about the cart. It fails with 409 `cart_empty` where there is
// no cart, 412 where ifMatch is not its version, and 422.
func (s *Service) Note(ctx context.Context, note string, ifMatch *int64) (Cart, error) {
	if err := checkText("body.note", note, maxNote); err != nil {
		return Cart{}, err
	}
	return s.change(ctx, ifMatch, empty(), func(_ *cartdb.Queries, _ pgx.Tx, _ holder, b *basket) error {
		b.note = note
		return nil
	})
}

// CartLineChange is what is to change of a line; nil stays as it is.
type CartLineChange struct {
	Quantity *int64  `json:"quantity,omitempty" minimum:"1" maximum:"1000000" example:"3" doc:"Pieces, or grams of what is sold by weight, in place of what it was. To have none of it, take the line out."`
	Note     *string `json:"note,omitempty" maxLength:"500" example:"Not too ripe, please." doc:"For the shop, about this line."`
}

// ChangeLine changes a line of the cart. A new quantity takes the price as it is now: that it
// changed is not said any more. It fails with 404 for a line that is not in it, 412 where
// ifMatch is not its version, and as Add does for the quantity; what is gone takes none.
func (s *Service) ChangeLine(ctx context.Context, ref contract.LineID, change CartLineChange, ifMatch *int64) (Cart, error) {
	if change.Note != nil {
		if err := checkText("body.note", *change.Note, maxLineNote); err != nil {
			return Cart{}, err
		}
	}
	return s.change(ctx, ifMatch, noLine(), func(q *cartdb.Queries, tx pgx.Tx, h holder, b *basket) error {
		i, err := b.at(ref)
		if err != nil {
			return err
		}
		l := &b.lines[i]
		if change.Note != nil {
			l.note = *change.Note
		}
		if change.Quantity != nil {
			offers, err := s.offers(ctx, tx, basket{}, h.buyer(), thing{l.kind, l.thing})
			if err != nil {
				return err
			}
			offer, known := offers[thing{l.kind, l.thing}]
			if !known {
				return invalid("body.quantity", "it is no longer sold")
			}
			if err := quantityFault(offer, *change.Quantity); err != nil {
				return err
			}
			l.quantity, l.added = *change.Quantity, offer.Price.AmountMinor
		}
		return q.ChangeLine(ctx, cartdb.ChangeLineParams{ID: l.id, CartID: b.id, Quantity: l.quantity, Note: l.note, AddedUnitMinor: l.added})
	})
}

// RemoveLine takes a line out of the cart. It fails with 404 for a line that is not in it, and
// with 412 where ifMatch is not its version.
func (s *Service) RemoveLine(ctx context.Context, ref contract.LineID, ifMatch *int64) (Cart, error) {
	return s.change(ctx, ifMatch, noLine(), func(q *cartdb.Queries, _ pgx.Tx, _ holder, b *basket) error {
		i, err := b.at(ref)
		if err != nil {
			return err
		}
		gone := b.lines[i].id
		b.lines = slices.Delete(b.lines, i, i+1)
		return q.DeleteLine(ctx, cartdb.DeleteLineParams{ID: gone, CartID: b.id})
	})
}

// CartCount is how many lines the cart of whoever makes the request has; 0 for none, and for a
// client that may not see it. It is one indexed query, and none for who has no cart.
func (s *Service) CartCount(ctx context.Context) (int, error) {
	h, err := holderOf(ctx)
	if err != nil || h.Key == "" {
		return 0, nil
	}
	n, err := s.queries().CountLines(ctx, h.Key)
	return int(n), err
}

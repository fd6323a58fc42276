// Giving back what an order had, when it ends unpaid.

package cart

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/cart/internal/cartdb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// LockFor locks the cart that became an order, the open cart of its holder, which it makes
// where there is none, and the discount codes that the order uses: in the caller's transaction
// and before it locks the order. A cart that is no longer there, or was given back, is no
// error: there is nothing to do.
func (s *Service) LockFor(ctx context.Context, tx pgx.Tx, cart contract.CartID) error {
	q := cartdb.New(tx)
	u, ok := id.Parse(cartPrefix, cart)
	if !ok {
		return errors.New("cart: no id of a cart")
	}
	// The holder may sign in until they are locked: then the cart is the user's.
	for key := ""; ; {
		old, err := q.CartByID(ctx, u)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && old.OrderID == nil {
			return nil
		}
		if err != nil {
			return err
		}
		if old.Holder == key {
			break
		}
		key = old.Holder
		if err := q.LockHolder(ctx, key); err != nil {
			return err
		}
	}
	old, err := q.LockCart(ctx, u)
	if err != nil {
		return err
	}
	// An open cart that is made later would be locked after the codes, and whoever orders it
	// takes them the other way round.
	if _, err := lockedOrNew(ctx, q, holderByKey(old.Holder)); err != nil || old.OrderID == nil {
		return err
	}
	return q.LockUsed(ctx, *old.OrderID)
}

// GiveBack puts the lines of an order that ended unpaid into its holder's open cart, in the
// caller's transaction, after LockFor: quantities add up, capped at what may be ordered;
// lines beyond MaxLines are left out. The cart's codes are there again, as far as there is
// room, and its note; what the order has used of codes is given back. Doing it twice does
// nothing, and nothing is put anywhere for a holder whose cart was erased.
func (s *Service) GiveBack(ctx context.Context, tx pgx.Tx, cart contract.CartID, order contract.OrderID, lines []contract.ReturnedLine) error {
	q := cartdb.New(tx)
	u, ok := id.Parse(cartPrefix, cart)
	if !ok {
		return errors.New("cart: no id of a cart")
	}
	if err := q.GiveBackUses(ctx, string(order)); err != nil {
		return err
	}
	old, err := q.CartByID(ctx, u)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	ended, err := q.AbandonCart(ctx, cartdb.AbandonCartParams{ID: u, OrderID: string(order), Idle: idleOf(old.Holder).Seconds()})
	if err != nil || ended == 0 {
		return err
	}
	h := holderByKey(old.Holder)
	b, err := lockedOrNew(ctx, q, h)
	if err != nil {
		return err
	}
	was, err := q.LinesOf(ctx, u)
	if err != nil {
		return err
	}
	back := make([]line, len(lines))
	for i, l := range lines {
		back[i] = line{kind: l.Kind, thing: l.ID, quantity: l.Quantity, note: l.Note, added: l.AddedUnitMinor}
		for _, w := range was {
			if contract.LineKind(w.Kind) == l.Kind && w.Thing == l.ID {
				back[i].name, back[i].added = w.Name, w.AddedUnitMinor
			}
		}
	}
	currency := ""
	if old.Currency != nil {
		currency = *old.Currency
	}
	from := basket{id: u, currency: currency, note: old.Note, lines: back}
	if err := s.pour(ctx, tx, h, &b, from); err != nil {
		return err
	}
	return emptied(ctx, q, from)
}

// holderByKey is a holder as the database knows it.
func holderByKey(key string) holder {
	if idleOf(key) == UserIdle {
		return holder(auth.UserCart(contract.UserID(key)))
	}
	return holder{Key: key}
}

// pour puts what is in one cart into another, which the caller has locked: lines of the same
// thing add up to what may be ordered, notes are kept beside each other, codes come after those
// that are there. What does not fit into a cart is left out.
func (s *Service) pour(ctx context.Context, tx pgx.Tx, h holder, into *basket, from basket) error {
	q := cartdb.New(tx)
	if into.currency == "" {
		into.currency = from.currency
	}
	if into.currency == from.currency {
		offers, err := s.offers(ctx, tx, from, h.buyer())
		if err != nil {
			return err
		}
		if err := into.pour(ctx, q, from.lines, offers); err != nil {
			return err
		}
	}
	if err := q.CopyCodes(ctx, cartdb.CopyCodesParams{IntoCart: into.id, FromCart: from.id, Most: MaxDiscounts}); err != nil {
		return err
	}
	into.note = joined(into.note, from.note, maxNote)
	return into.touch(ctx, q, h)
}

// pour writes lines into a locked cart, beside and on top of its own.
func (b *basket) pour(ctx context.Context, q *cartdb.Queries, lines []line, offers map[thing]contract.Offer) error {
	put := cartdb.PutLinesParams{CartID: b.id}
	for _, l := range lines {
		offer, known := offers[thing{l.kind, l.thing}]
		i := b.find(l.kind, l.thing)
		switch {
		case i >= 0:
			mine := &b.lines[i]
			mine.quantity = together(offer, known, mine.quantity, l.quantity)
			mine.note = joined(mine.note, l.note, maxLineNote)
			l = *mine
		case len(b.lines) >= MaxLines:
			continue
		default:
			l.id, l.position = id.New(), b.nextPosition()
			b.lines = append(b.lines, l)
		}
		put.Ids, put.Kinds, put.Things, put.Names = append(put.Ids, l.id), append(put.Kinds, string(l.kind)), append(put.Things, l.thing), append(put.Names, l.name)
		put.Quantities, put.Notes = append(put.Quantities, l.quantity), append(put.Notes, l.note)
		put.Added, put.Positions = append(put.Added, l.added), append(put.Positions, l.position)
	}
	if len(put.Ids) == 0 {
		return nil
	}
	return q.PutLines(ctx, put)
}

// together is how much of a thing is wanted where two carts had some of it: the sum, as far as
// it can be ordered and is there, but not less than either of them wanted.
func together(o contract.Offer, known bool, a, b int64) int64 {
	most, least := int64(MaxQuantity), max(a, b)
	if known {
		if o.OrderMax > 0 {
			most = min(most, o.OrderMax)
		}
		if o.Available != nil {
			most = min(most, *o.Available)
		}
		if !costs(o, a+b) {
			most = least
		}
	}
	sum := min(a+b, most)
	if known && o.OrderStep > 1 {
		sum -= sum % o.OrderStep
	}
	return max(sum, least)
}

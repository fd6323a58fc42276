// What leaves the shop and comes back: orders that are handed over, sales over the
// counter, and goods returned.

package market

import (
	"context"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/contract"
)

// Fulfil hands over so much of what an order holds: it leaves the shop by movements for
// the reason order, and is reserved no more. What the order does not hold, because it was
// not counted when it was bought, moves nothing. It is in the caller's transaction, which
// has locked the order.
func (s *Service) Fulfil(ctx context.Context, tx pgx.Tx, order contract.OrderID, actor string, what []contract.Take) error {
	h, err := s.hold(ctx, tx, order, what)
	if err != nil {
		return err
	}
	for _, v := range h.rows {
		gone := min(v.Own, h.wanted[v.ID])
		h.take(v, taking{own: v.Own - gone, reserve: -gone, change: -gone})
	}
	return h.write(ctx, tx, OrderSent, actor)
}

// Sell takes things over the counter for an order, at once and without a hold. What
// others have reserved is not sold: where there is less than is wanted it changes nothing
// and answers as Reserve does. It is in the caller's transaction, which has locked the
// order or makes it.
func (s *Service) Sell(ctx context.Context, tx pgx.Tx, order contract.OrderID, actor string, what []contract.Take) ([]contract.Shortage, error) {
	h, err := s.hold(ctx, tx, order, what)
	if err != nil {
		return nil, err
	}
	if short := h.short(what); len(short) > 0 {
		return short, nil
	}
	for _, v := range h.rows {
		if v.TrackStock {
			// What the order had reserved of it is what it takes first.
			own := max(0, v.Own-h.wanted[v.ID])
			h.take(v, taking{own: own, reserve: own - v.Own, change: -h.wanted[v.ID]})
		}
	}
	return nil, h.write(ctx, tx, CounterSale, actor)
}

// Return takes back what was handed over, by movements for the reason returned. What is
// not counted, or is sold no more, moves nothing. It is in the caller's transaction, which
// has locked the order.
func (s *Service) Return(ctx context.Context, tx pgx.Tx, order contract.OrderID, actor string, what []contract.Take) error {
	h, err := s.hold(ctx, tx, order, what)
	if err != nil {
		return err
	}
	for _, v := range h.rows {
		if !v.TrackStock || h.wanted[v.ID] == 0 {
			continue
		}
		if v.OnHand == nil { // it is counted since then, and nothing has moved yet
			if err := marketdb.New(tx).OpenStock(ctx, marketdb.OpenStockParams{Variants: h.named(), At: s.clock.Now()}); err != nil {
				return err
			}
		}
		h.take(v, taking{own: v.Own, change: h.wanted[v.ID]})
	}
	return h.write(ctx, tx, Returned, actor)
}

// Reserving stock for orders.

package market

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market/internal/marketdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

// Reserve holds stock for an order, in place of all that it holds so far: what it held
// itself does not stand in its way. Where there is less of any variant than is wanted it
// changes nothing, and answers with each of those and how much the order could have. What
// is not counted is neither short nor held.
//
// It is in the caller's transaction, which has locked the order: two statements, and two
// more where what readers see of a published product turns, by ProductUpdated.
func (s *Service) Reserve(ctx context.Context, tx pgx.Tx, order contract.OrderID, want []contract.Take) ([]contract.Shortage, error) {
	h, err := s.hold(ctx, tx, order, want)
	if err != nil {
		return nil, err
	}
	if short := h.short(want); len(short) > 0 {
		return short, nil
	}
	for _, v := range h.rows {
		if v.TrackStock || v.Own > 0 {
			own := int64(0)
			if v.TrackStock {
				own = h.wanted[v.ID]
			}
			h.take(v, taking{own: own, reserve: own - v.Own})
		}
	}
	return nil, h.write(ctx, tx, "", "")
}

// Allocate makes what an order has reserved its own: it is paid. It is one statement in the
// caller's transaction, which has locked the order; doing it twice does nothing.
func (s *Service) Allocate(ctx context.Context, tx pgx.Tx, order contract.OrderID) error {
	return marketdb.New(tx).AllocateReservations(ctx, string(order))
}

// Release lets go of so much of what an order holds, nil: of all of it; of more than it
// holds of a variant, all of that. Doing it twice with nil does nothing. It is in the
// caller's transaction, which has locked the order.
func (s *Service) Release(ctx context.Context, tx pgx.Tx, order contract.OrderID, what []contract.Take) error {
	h, err := s.hold(ctx, tx, order, what)
	if err != nil {
		return err
	}
	for _, v := range h.rows {
		let := v.Own
		if what != nil {
			let = min(let, h.wanted[v.ID])
		}
		h.take(v, taking{own: v.Own - let, reserve: -let})
	}
	return h.write(ctx, tx, "", "")
}

// holding is the stock of variants that an order's change touches, locked by the
// transaction, and what is to become of it.
type holding struct {
	s      *Service
	order  contract.OrderID
	wanted map[uuid.UUID]int64
	rows   []marketdb.HoldForOrderRow // in the order of their products, in which all write
	params []marketdb.TakeStockParams
}

// taking is a change of one variant: own is what the order holds afterwards, reserve by
// how much that is more than before, change what comes in or leaves.
type taking struct{ own, reserve, change int64 }

// hold locks the stock of what is named, and of what the order holds already.
func (s *Service) hold(ctx context.Context, tx pgx.Tx, order contract.OrderID, what []contract.Take) (*holding, error) {
	h := &holding{s: s, order: order, wanted: make(map[uuid.UUID]int64, len(what))}
	variants := make([]uuid.UUID, 0, len(what))
	for _, t := range what {
		if t.Quantity <= 0 {
			return nil, fmt.Errorf("market: %d of a variant for an order", t.Quantity)
		}
		if u, ok := id.Parse(variantPrefix, t.ID); ok {
			if _, again := h.wanted[u]; !again {
				variants = append(variants, u)
			}
			h.wanted[u] += t.Quantity
		}
	}
	var err error
	h.rows, err = marketdb.New(tx).HoldForOrder(ctx, marketdb.HoldForOrderParams{OrderID: string(order), Variants: variants})
	return h, err
}

// short names what there is less of than is wanted, each once and in the order in which it
// was asked for. Of variants that are not there, there is nothing.
func (h *holding) short(want []contract.Take) (short []contract.Shortage) {
	can := make(map[uuid.UUID]int64, len(h.rows))
	for _, v := range h.rows {
		can[v.ID] = h.wanted[v.ID]
		if v.TrackStock {
			can[v.ID] = orZero(v.OnHand) - orZero(v.Reserved) + v.Own
		}
	}
	for _, t := range want {
		u, _ := id.Parse(variantPrefix, t.ID)
		again := slices.ContainsFunc(short, func(s contract.Shortage) bool { return s.ID == t.ID })
		if !again && (h.wanted[u] > can[u] || h.wanted[u] == 0) {
			short = append(short, contract.Shortage{ID: t.ID, Available: can[u]})
		}
	}
	return short
}

// take plans a change, where it is one.
func (h *holding) take(v marketdb.HoldForOrderRow, t taking) {
	if t.reserve == 0 && t.change == 0 {
		return
	}
	h.params = append(h.params, marketdb.TakeStockParams{
		VariantID: v.ID, OrderID: string(h.order), Own: t.own, Reserve: t.reserve, Change: t.change, MovementID: id.New()})
}

// write makes the changes, with movements of the reason by the actor, and announces the
// products of which a variant has come or gone.
func (h *holding) write(ctx context.Context, tx pgx.Tx, reason Reason, actor string) error {
	if len(h.params) == 0 {
		return nil
	}
	at := h.s.clock.Now()
	for i := range h.params {
		p := &h.params[i]
		p.At, p.Reason, p.Actor, p.Note = at, string(reason), actor, string(h.order)
	}
	var turned []uuid.UUID
	var failed error
	marketdb.New(tx).TakeStock(ctx, h.params).QueryRow(func(_ int, r marketdb.TakeStockRow, err error) {
		switch {
		case err != nil:
			failed = errors.Join(failed, err)
		case r.Turned:
			turned = append(turned, r.ProductID)
		}
	})
	if failed != nil || len(turned) == 0 {
		return failed
	}
	slices.SortFunc(turned, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	return announce(ctx, tx, slices.Compact(turned))
}

// keepReserved is a 409 `reserved` where orders hold variants of these products besides
// those that are kept. The caller's transaction holds the products, so that no order comes
// to hold one meanwhile.
func keepReserved(ctx context.Context, q *marketdb.Queries, products, keep []uuid.UUID) error {
	skus, err := q.ReservedBesides(ctx, marketdb.ReservedBesidesParams{ProductIds: products, Keep: keep})
	if err != nil || len(skus) == 0 {
		return err
	}
	return problem.Conflict("orders that are not handed over yet have reserved what would be removed").WithCode("reserved").
		WithField("body.variants", "expected to keep the variants that are reserved")
}

// named are the variants that were found.
func (h *holding) named() []uuid.UUID {
	ids := make([]uuid.UUID, len(h.rows))
	for i, v := range h.rows {
		ids[i] = v.ID
	}
	return ids
}

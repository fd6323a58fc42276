package market_test

import (
	"fmt"
	"maps"
	"testing"

	"pgregory.net/rapid"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/problem"
)

// shelf is the model: plain arithmetic on two numbers.
type shelf struct{ onHand, reserved int64 }

// move is what a movement comes to, and the problem where it cannot be.
func (m shelf) move(by market.StockMove) (shelf, string) {
	if by.Counted != nil {
		m.onHand = *by.Counted
	} else {
		m.onHand += *by.Change
	}
	switch {
	case m.onHand < m.reserved:
		return m, "insufficient_stock"
	case m.onHand > 1_000_000_000:
		return m, "too_much_stock"
	}
	return m, ""
}

// Any sequence of requests leaves what the model has, and a refused one nothing.
func TestStockDoesAsTheModel(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		skus := []string{fmt.Sprintf("M%d-0", n), fmt.Sprintf("M%d-1", n), fmt.Sprintf("M%d-2", n)}
		s.counted(fmt.Sprintf("model-%d", n), skus...)
		model := map[string]shelf{}
		for range rapid.IntRange(1, 6).Draw(rt, "requests") {
			next, count := maps.Clone(model), 0
			codes := map[string]bool{}
			moves := make([]market.StockMove, rapid.IntRange(1, 6).Draw(rt, "movements"))
			for i := range moves {
				moves[i] = drawMove(rt, rapid.SampledFrom(skus).Draw(rt, "sku"))
				was := next[moves[i].SKU]
				after, code := was.move(moves[i])
				codes[code] = true
				if code == "" {
					next[moves[i].SKU] = after
				}
				if code == "" && after.onHand != was.onHand {
					count++
				}
			}
			refused := ""
			if codes["too_much_stock"] {
				refused = "too_much_stock"
			}
			if codes["insufficient_stock"] {
				refused = "insufficient_stock"
			}
			moved, err := s.tryMove(moves...)
			if got := problem.Code(err); got != refused {
				rt.Fatalf("%+v: %q, want %q", moves, got, refused)
			}
			if refused != "" {
				continue
			}
			model = next
			if len(moved.Movements) != count {
				rt.Fatalf("%d movements, want %d", len(moved.Movements), count)
			}
			for _, level := range moved.Stock {
				if m := model[level.SKU]; level.OnHand != m.onHand || level.Reserved != m.reserved {
					rt.Fatalf("%s: %+v, want %+v", level.SKU, level, m)
				}
			}
			sku := skus[0]
			if m, moved := model[sku]; moved && rapid.Bool().Draw(rt, "reserve") {
				m.reserved = rapid.Int64Range(0, m.onHand).Draw(rt, "reserved")
				s.reserve(sku, m.reserved)
				model[sku] = m
			}
		}
		list, err := s.Stock(t.Context(), market.StockQuery{Product: fmt.Sprintf("model-%d", n)})
		if err != nil || len(list.Items) != len(skus) {
			rt.Fatalf("Stock = %d, %v", len(list.Items), err)
		}
		for _, level := range list.Items {
			if m := model[level.SKU]; level.OnHand != m.onHand || level.Available != m.onHand-m.reserved {
				rt.Fatalf("%s: %+v, want %+v", level.SKU, level, m)
			}
		}
	})
	s.ledgerHolds()
}

func drawMove(rt *rapid.T, sku string) market.StockMove {
	amount := rapid.OneOf(rapid.Int64Range(1, 20), rapid.SampledFrom([]int64{999_999_990, 1_000_000_000}))
	switch rapid.IntRange(0, 4).Draw(rt, "kind") {
	case 0, 1:
		return change(sku, amount.Draw(rt, "in"), rapid.SampledFrom([]market.Reason{market.Received, market.Returned, market.Corrected}).Draw(rt, "why"))
	case 2, 3:
		return change(sku, -amount.Draw(rt, "out"), rapid.SampledFrom([]market.Reason{market.CounterSale, market.Wasted, market.Corrected}).Draw(rt, "why"))
	}
	return found(sku, rapid.OneOf(rapid.Just(int64(0)), amount).Draw(rt, "counted"))
}

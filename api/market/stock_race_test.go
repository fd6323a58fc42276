package market_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/idempotency"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// ledgerHolds fails the test where a variant's stock is not the sum of its
// movements, or is below what is reserved.
func (s *shop) ledgerHolds() {
	s.t.Helper()
	rows, err := s.pool.Query(s.t.Context(), `SELECT v.sku, s.on_hand, s.reserved, coalesce(sum(m.change), 0)::bigint, count(m.id)
		FROM market.stock s JOIN market.variants v ON v.id = s.variant_id LEFT JOIN market.stock_movements m ON m.variant_id = s.variant_id
		GROUP BY v.sku, s.on_hand, s.reserved`)
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var sku string
		var onHand, reserved, sum, count int64
		if err := rows.Scan(&sku, &onHand, &reserved, &sum, &count); err != nil {
			s.t.Fatal(err)
		}
		if onHand != sum || onHand < reserved || onHand < 0 {
			s.t.Errorf("%s: %d on hand, %d reserved, %d by %d movements", sku, onHand, reserved, sum, count)
		}
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
}

// Two hundred writers at once move stock of ten variants of four products, several
// in a request and in any order, while an editor changes a product and others read.
func TestTwoHundredWriters(t *testing.T) {
	for _, reserved := range []int64{0, 7} {
		t.Run(fmt.Sprint(reserved, " reserved"), func(t *testing.T) {
			s := newShop(t)
			s.category("bread", "")
			skus := []string{"A-0", "A-1", "A-2", "B-0", "B-1", "B-2", "C-0", "C-1", "C-2", "D-0"}
			s.counted("d", skus[9])
			s.counted("a", skus[0], skus[4], skus[8])
			s.counted("b", skus[3], skus[7], skus[2])
			s.counted("c", skus[6], skus[1], skus[5])
			for _, sku := range skus {
				s.move(change(sku, reserved+1, market.Received))
				if reserved > 0 {
					s.reserve(sku, reserved)
				}
			}
			s.crowd(40)
			const writers = 200
			var done, short atomic.Int64
			var group sync.WaitGroup
			for w := range writers {
				group.Go(func() { s.writer(uint64(w), skus, &done, &short) })
			}
			group.Go(func() { s.editor("a", 20) })
			group.Wait()
			if done.Load() == 0 || short.Load() == 0 || done.Load()+short.Load() != 2*writers {
				t.Errorf("%d moved, %d were short, want %d in all and some of each", done.Load(), short.Load(), 2*writers)
			}
			s.ledgerHolds()
			var chained int
			err := s.pool.QueryRow(t.Context(), `SELECT count(*) FROM (SELECT on_hand - change <> coalesce(lag(on_hand) OVER (PARTITION BY variant_id ORDER BY id), 0) AS broken
				FROM market.stock_movements) m WHERE broken`).Scan(&chained)
			if err != nil || chained != 0 {
				t.Errorf("%d movements do not begin where the one before them ended, %v", chained, err)
			}
		})
	}
}

// crowd has the shop work with so many sessions of the database at once.
func (s *shop) crowd(sessions int32) {
	s.t.Helper()
	pool, err := db.Open(s.t.Context(), db.Options{URL: s.pool.Config().ConnString(), Name: "dbtest", MaxConns: sessions,
		StatementTimeout: time.Minute, AcquireTimeout: time.Minute})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(pool.Close)
	s.Service, s.many = market.New(pool, s.clock), pool
}

// writer makes two requests of one to six movements.
func (s *shop) writer(seed uint64, skus []string, done, short *atomic.Int64) {
	random := rand.New(rand.NewPCG(seed, 7))
	for round := range 2 {
		var moves []market.StockMove
		for _, i := range random.Perm(len(skus))[:1+random.IntN(6)] {
			switch by := random.Int64N(5) - 2; {
			case by > 0:
				moves = append(moves, change(skus[i], by, market.Received))
			case by < 0:
				moves = append(moves, change(skus[i], by, market.CounterSale))
			default:
				moves = append(moves, found(skus[i], 7+random.Int64N(4)))
			}
		}
		request, err := idempotency.For("editor", fmt.Sprint("w-", seed, "-", round), "POST", "/v1/stock/movements", moves)
		if err == nil {
			_, _, err = s.MoveStock(s.t.Context(), request, "editor", moves)
		}
		switch problem.Code(err) {
		case "":
			done.Add(1)
		case "insufficient_stock":
			short.Add(1)
		default:
			s.t.Errorf("MoveStock: %v", err)
		}
	}
}

// editor changes the price of a product so many times while others write; where
// one of them made a new version meanwhile, that time is lost.
func (s *shop) editor(slug string, times int) {
	for i := range times {
		p, err := s.AnyProduct(s.t.Context(), slug)
		if err != nil {
			s.t.Errorf("AnyProduct: %v", err)
			return
		}
		fields := make([]market.VariantFields, len(p.Variants))
		for n, v := range p.Variants {
			fields[n] = variant(v.SKU, int64(200+i), 100, contract.UnitGram)
		}
		if _, err := s.UpdateProduct(s.t.Context(), slug, p.Version, market.ProductFields{Variants: &fields}); err != nil && problem.Code(err) != "precondition_failed" {
			s.t.Errorf("UpdateProduct: %v", err)
		}
	}
}

// The last one is sold once, whoever asks, and one key sells it once.
func TestLastOne(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	s.counted("rye", "RYE")
	s.move(change("RYE", 3, market.Received))
	s.events()
	var sold, short, wait atomic.Int64
	var group sync.WaitGroup
	for i := range 64 {
		group.Go(func() {
			moves := []market.StockMove{change("RYE", -1, market.CounterSale)}
			request, err := idempotency.For("till", fmt.Sprint("sale-", i%8), "POST", "/v1/stock/movements", moves)
			replayed := false
			if err == nil {
				_, replayed, err = s.MoveStock(t.Context(), request, "till", moves)
			}
			switch code := problem.Code(err); {
			case code == "" && !replayed:
				sold.Add(1)
			case code == "in_progress":
				wait.Add(1)
			case code == "insufficient_stock":
				short.Add(1)
			case code != "":
				t.Errorf("MoveStock: %v", err)
			}
		})
	}
	group.Wait()
	if sold.Load() != 3 || short.Load() == 0 {
		t.Errorf("%d sold, %d short, %d told to wait; want 3 sold", sold.Load(), short.Load(), wait.Load())
	}
	if events := s.events(); len(events) != 1 {
		t.Errorf("events %v, want one: that it is sold out", events)
	}
	s.ledgerHolds()
}

// Two who make variants of the same two products available, in ids that run
// against each other, do not wait for each other in a circle.
func TestProductsAreNotedInOneOrder(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	a := s.counted("a", "A-1")
	s.counted("b", "B-1", "B-2")
	fields := []market.VariantFields{variant("A-1", 125, 100, contract.UnitGram), variant("A-2", 125, 100, contract.UnitGram)}
	fields[1].TrackStock = ptr(true)
	if _, err := s.UpdateProduct(t.Context(), "a", a.Version, market.ProductFields{Variants: &fields}); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for _, skus := range [][2]string{{"A-1", "B-1"}, {"B-2", "A-2"}} {
		group.Go(func() {
			for range 60 {
				for _, n := range []int64{1, 0} {
					if _, err := s.tryMove(found(skus[0], n), found(skus[1], n)); err != nil {
						t.Errorf("MoveStock(%v): %v", skus, err)
						return
					}
				}
			}
		})
	}
	group.Wait()
	s.ledgerHolds()
}

// whileHeld holds all products as an editor does, has another do something meanwhile,
// and lets the editor do more once that waits or is done. It returns what the other
// met.
func (s *shop) whileHeld(edit, more string, other func() error) error {
	s.t.Helper()
	done := make(chan error, 1)
	err := db.InTx(s.t.Context(), s.pool, func(tx pgx.Tx) error {
		for _, sql := range []string{"SELECT FROM market.products FOR UPDATE", edit} {
			if _, err := tx.Exec(s.t.Context(), sql); err != nil {
				return err
			}
		}
		go func() { done <- other() }()
		for waiting := 0; waiting == 0 && len(done) == 0; {
			if err := s.pool.QueryRow(s.t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()").Scan(&waiting); err != nil {
				return err
			}
		}
		_, err := tx.Exec(s.t.Context(), more)
		return err
	})
	met := <-done
	if err != nil {
		s.t.Errorf("the editor: %v", err)
	}
	return met
}

func (s *shop) moving(move market.StockMove) func() error {
	return func() error {
		_, err := s.tryMove(move)
		return err
	}
}

// Stock that comes while its product is being published is announced: the page may
// have been built before it came.
func TestStockComesWhilePublished(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	s.counted("rye", "RYE")
	if _, err := s.UnpublishProduct(t.Context(), "rye"); err != nil {
		t.Fatal(err)
	}
	s.events()
	if err := s.whileHeld("UPDATE market.products SET status = 'published'", "SELECT", s.moving(change("RYE", 1, market.Received))); err != nil {
		t.Error(err)
	}
	if events := s.events(); len(events) != 1 {
		t.Errorf("events %v, want that it can be had", events)
	}
}

// Stock that moves while its variant is being removed is refused, and neither waits
// for the other in a circle.
func TestStockMovesWhileRemoved(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	s.counted("rye", "RYE", "RYE-2")
	s.move(found("RYE", 1))
	err := s.whileHeld("UPDATE market.products SET summary = 'x'", "DELETE FROM market.variants WHERE sku = 'RYE'", s.moving(found("RYE", 0)))
	if problem.Code(err) != "invalid" {
		t.Errorf("MoveStock = %v, want a 422", err)
	}
}

package market_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

var oversellRounds = flag.Int("oversell.rounds", 3, "how often two hundred buyers go for fifty units")

// bought is a table of orders with their states, which whoever changes what an order
// holds locks first, as the orders of the shop are.
const bought = `CREATE TABLE bought (id text PRIMARY KEY, status text NOT NULL DEFAULT 'pending')`

// rush is one round: the shop, what is wanted, and what came of it.
type rush struct {
	*shop
	goods               []contract.Variant
	units               int64
	short, late, expiry atomic.Int64
}

// Two hundred buyers go for fifty units of each of three variants, while payments race
// expiries, tills sell, an editor edits, and what is paid is handed over or cancelled.
// Never is more allocated, handed over and sold than there was, and what is reserved is
// always the sum of what orders hold.
func TestI08NeverOversold(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	s.crowd(40)
	s.exec(bought)
	for round := range *oversellRounds {
		a, b := s.counted(fmt.Sprintf("a-%d", round), fmt.Sprintf("A-%d-1", round), fmt.Sprintf("A-%d-2", round)), s.counted(fmt.Sprintf("b-%d", round), fmt.Sprintf("B-%d", round))
		r := &rush{shop: s, goods: []contract.Variant{a.Variants[0], b.Variants[0], a.Variants[1]}, units: 50}
		for _, v := range r.goods {
			s.move(change(v.SKU, r.units, market.Received))
		}
		ctx, stop := context.WithCancel(t.Context())
		var watch, buyers sync.WaitGroup
		watch.Go(func() { r.watch(ctx) })
		for n := range 200 {
			buyers.Go(func() { r.buyer(rand.New(rand.NewPCG(uint64(round), uint64(n)))) })
		}
		for n := range 10 {
			buyers.Go(func() { r.till(rand.New(rand.NewPCG(uint64(round), uint64(1000+n)))) })
		}
		buyers.Go(func() { s.editor(fmt.Sprintf("a-%d", round), 10) })
		buyers.Wait()
		stop()
		watch.Wait()
		r.check()
		s.reservationsHold()
		if r.short.Load() == 0 || r.expiry.Load() == 0 {
			t.Errorf("%d were short, %d expired: nobody raced", r.short.Load(), r.expiry.Load())
		}
		t.Logf("round %d: %d short, %d expired, %d of them paid late", round, r.short.Load(), r.expiry.Load(), r.late.Load())
		s.exec("DELETE FROM market.reservations") // of paid orders that nobody came for
		s.exec("UPDATE market.stock SET reserved = 0")
	}
}

// some is one to three of the goods in any order.
func (r *rush) some(random *rand.Rand) []contract.Take {
	takes := []contract.Take{want(r.goods[0], 1+random.Int64N(2))}
	for _, i := range random.Perm(2)[:random.IntN(3)] {
		takes = append(takes, want(r.goods[1+i], 1))
	}
	random.Shuffle(len(takes), func(i, j int) { takes[i], takes[j] = takes[j], takes[i] })
	return takes
}

// buyer orders; then the payment races the expiry.
func (r *rush) buyer(random *rand.Rand) {
	order, takes := newOrder(), r.some(random)
	placed := r.step("Reserve", func(ctx context.Context, tx pgx.Tx) (bool, error) {
		if _, err := tx.Exec(ctx, "INSERT INTO bought (id) VALUES ($1)", string(order)); err != nil {
			return false, err
		}
		short, err := r.Reserve(ctx, tx, order, takes)
		return len(short) == 0, err
	})
	if !placed {
		r.short.Add(1)
		return
	}
	var race sync.WaitGroup
	pays, expires := random.IntN(4) > 0, random.IntN(2) > 0
	if pays {
		race.Go(func() { r.pay(order, takes) })
	}
	if expires || !pays {
		race.Go(func() { r.expire(order) })
	}
	race.Wait()
	switch random.IntN(4) {
	case 0:
		r.end(order, "fulfilled", func(ctx context.Context, tx pgx.Tx) error { return r.Fulfil(ctx, tx, order, "shop:till", takes) })
	case 1:
		r.end(order, "cancelled", func(ctx context.Context, tx pgx.Tx) error { return r.Release(ctx, tx, order, nil) })
	}
}

// pay makes an order paid; where it had expired, only if its things can still be had.
func (r *rush) pay(order contract.OrderID, takes []contract.Take) {
	r.step("Allocate", func(ctx context.Context, tx pgx.Tx) (bool, error) {
		status, err := lockBought(ctx, tx, order)
		if err != nil {
			return false, err
		}
		if status == "expired" {
			if short, err := r.Reserve(ctx, tx, order, takes); err != nil || len(short) > 0 {
				return false, err
			}
			r.late.Add(1)
		}
		if _, err := tx.Exec(ctx, "UPDATE bought SET status = 'paid' WHERE id = $1", string(order)); err != nil {
			return false, err
		}
		return true, r.Allocate(ctx, tx, order)
	})
}

func (r *rush) expire(order contract.OrderID) {
	r.step("Release", func(ctx context.Context, tx pgx.Tx) (bool, error) {
		if status, err := lockBought(ctx, tx, order); err != nil || status != "pending" {
			return false, err
		}
		r.expiry.Add(1)
		if _, err := tx.Exec(ctx, "UPDATE bought SET status = 'expired' WHERE id = $1", string(order)); err != nil {
			return false, err
		}
		return true, r.Release(ctx, tx, order, nil)
	})
}

// end hands a paid order over, or cancels it.
func (r *rush) end(order contract.OrderID, status string, do func(context.Context, pgx.Tx) error) {
	r.step(status, func(ctx context.Context, tx pgx.Tx) (bool, error) {
		if was, err := lockBought(ctx, tx, order); err != nil || was != "paid" {
			return false, err
		}
		if _, err := tx.Exec(ctx, "UPDATE bought SET status = $2 WHERE id = $1", string(order), status); err != nil {
			return false, err
		}
		return true, do(ctx, tx)
	})
}

// till sells over the counter, and takes out what is broken.
func (r *rush) till(random *rand.Rand) {
	for range 3 {
		if _, err := r.tryMove(change(r.goods[random.IntN(3)].SKU, -1, market.CounterSale)); err != nil && problem.Code(err) != "insufficient_stock" {
			r.t.Errorf("MoveStock: %v", err)
		}
		r.step("Sell", func(ctx context.Context, tx pgx.Tx) (bool, error) {
			short, err := r.Sell(ctx, tx, newOrder(), "shop:till", r.some(random))
			return len(short) == 0, err
		})
	}
}

var errNot = errors.New("not to be")

// step runs a transaction that is rolled back where it answers false.
func (r *rush) step(name string, do func(ctx context.Context, tx pgx.Tx) (bool, error)) bool {
	err := r.inPool(func(ctx context.Context, tx pgx.Tx) error {
		done, err := do(ctx, tx)
		if err == nil && !done {
			err = errNot
		}
		return err
	})
	if err != nil && !errors.Is(err, errNot) {
		r.t.Errorf("%s: %v", name, err)
	}
	return err == nil
}

// inPool is inTx on the many sessions that the crowd has.
func (r *rush) inPool(call func(ctx context.Context, tx pgx.Tx) error) error {
	return db.InTx(r.t.Context(), r.many, func(tx pgx.Tx) error { return call(r.t.Context(), tx) })
}

func lockBought(ctx context.Context, tx pgx.Tx, order contract.OrderID) (status string, err error) {
	err = tx.QueryRow(ctx, "SELECT status FROM bought WHERE id = $1 FOR UPDATE", string(order)).Scan(&status)
	return status, err
}

// watch looks at the invariants from outside while all run.
func (r *rush) watch(ctx context.Context) {
	for ctx.Err() == nil {
		r.check()
		time.Sleep(5 * time.Millisecond)
	}
}

// check fails the test where more of a variant was given away than there was, in one look.
func (r *rush) check() {
	for _, v := range r.goods {
		var onHand, reserved, held, allocated, gone int64
		if err := r.pool.QueryRow(r.t.Context(), `SELECT s.on_hand, s.reserved,
				(SELECT coalesce(sum(quantity), 0) FROM market.reservations WHERE variant_id = s.variant_id),
				(SELECT coalesce(sum(quantity), 0) FROM market.reservations WHERE variant_id = s.variant_id AND paid),
				(SELECT coalesce(-sum(change), 0) FROM market.stock_movements WHERE variant_id = s.variant_id AND reason IN ('order', 'counter_sale'))
			FROM market.stock s JOIN market.variants v ON v.id = s.variant_id WHERE v.sku = $1`, v.SKU).Scan(&onHand, &reserved, &held, &allocated, &gone); err != nil {
			r.t.Errorf("%s: %v", v.SKU, err)
		}
		if reserved != held || allocated+gone > r.units || onHand+gone != r.units || onHand < reserved {
			r.t.Errorf("%s: of %d, %d on hand, %d reserved, orders hold %d (%d of them paid), %d gone", v.SKU, r.units, onHand, reserved, held, allocated, gone)
		}
	}
}

package cart_test

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
)

// TestMixedRace: whatever happens to carts at once, adding, ordering, orders that end, signing
// in, codes, nothing is lost or doubled, no two wait for each other, and the counts of the code
// are right.
func TestMixedRace(t *testing.T) {
	w := newWorld(t)
	w.discount(`{"code":"SOME","name":"Some","kind":"percent","percent_bp":1000,"usage_limit":4}`)
	shoppers := []*shopper{w.user("ada"), w.user("bob"), w.browser(), w.browser()}
	for _, s := range shoppers {
		s.add(bread, 1)
	}
	added := atomic.Int64{}
	added.Store(int64(len(shoppers)))
	var mu sync.Mutex
	var placed []giveBackable
	allowed := map[string]bool{"": true, "cart_empty": true, "cart_converted": true, "discount_unusable": true}
	do := func(r *rand.Rand) {
		s := *shoppers[r.IntN(len(shoppers))]
		switch r.IntN(8) {
		case 0, 1:
			if res, body := s.ask("POST", "/v1/cart/items", item(bread, 1)); res.StatusCode == 200 {
				added.Add(1)
			} else {
				t.Errorf("adding: %d %s", res.StatusCode, body)
			}
		case 2:
			if res, body := s.ask("POST", "/v1/cart/codes", code("some")); res.StatusCode != 200 && res.StatusCode != 409 && res.StatusCode != 429 {
				t.Errorf("a code: %d %s", res.StatusCode, body)
			}
		case 3:
			for _, d := range s.see().Discounts {
				if res, body := s.ask("DELETE", "/v1/cart/codes/"+string(d.ID), ""); res.StatusCode != 200 && res.StatusCode != 404 {
					t.Errorf("a code out: %d %s", res.StatusCode, body)
				}
			}
		case 4, 5:
			o := order()
			taken, err := s.take(o, "guest@example.org", nil)
			if !allowed[codeOf(err)] {
				t.Errorf("ordering: %v", err)
			}
			if err == nil {
				mu.Lock()
				placed = append(placed, giveBackable{taken, o})
				mu.Unlock()
			}
		case 6:
			mu.Lock()
			var g giveBackable
			if len(placed) > 0 {
				i := r.IntN(len(placed))
				g = placed[i]
				placed = append(placed[:i], placed[i+1:]...)
			}
			mu.Unlock()
			if g.order != "" {
				if err := w.tryGiveBack(g.taken, g.order); err != nil {
					t.Errorf("giving back: %v", err)
				}
			}
		case 7:
			if s.cookie != "" && r.IntN(4) == 0 {
				if err := w.signIn(ada, s.cookie); err != nil {
					t.Errorf("signing in: %v", err)
				}
			}
		}
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	var all sync.WaitGroup
	for n := range uint64(12) {
		all.Go(func() {
			r := rand.New(rand.NewPCG(seed, n))
			for range 25 {
				do(r)
			}
		})
	}
	all.Wait()
	for name, want := range map[string]int64{
		`SELECT coalesce(sum(l.quantity), 0)::bigint FROM cart.lines l JOIN cart.carts c ON c.id = l.cart_id WHERE c.status IN ('open', 'converted')`: added.Load(),
		`SELECT count(*) FROM cart.lines l JOIN cart.carts c ON c.id = l.cart_id WHERE c.status NOT IN ('open', 'converted')`:                         0,
		`SELECT count(*) FROM cart.carts WHERE status = 'converted'`:                                                                                  int64(len(placed)),
		`SELECT count(*) FROM (SELECT holder FROM cart.carts WHERE status = 'open' GROUP BY holder HAVING count(*) > 1) twice`:                        0,
		`SELECT count(*) FROM cart.discounts d WHERE d.used <> (SELECT count(*) FROM cart.discount_uses u WHERE u.discount_id = d.id) OR d.used > 4`:  0,
		`SELECT count(*) FROM cart.discount_uses u WHERE NOT EXISTS (SELECT FROM cart.carts c WHERE c.order_id = u.order_id)`:                         0,
	} {
		if got := w.number(name); got != want {
			t.Errorf("%s = %d, want %d", name, got, want)
		}
	}
}

package cart_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

// try takes the shopper's cart and returns what it fails with.
func try(s *shopper) error {
	_, err := s.take(order(), "guest@example.org", nil)
	return err
}

func codeOf(err error) string { return problem.Code(err) }

// TestTake: an order is made of a cart once, and says what it was.
func TestTake(t *testing.T) {
	w := newWorld(t)
	a := w.browser()
	if got := codeOf(try(a)); got != "cart_empty" {
		t.Errorf("without a cart: %q", got)
	}
	a.add(bread, 2)
	c := a.cart("POST", "/v1/cart/items", item(cola, 2, "note", "cold"))
	a.cart("PATCH", "/v1/cart", `{"note":"for Friday"}`)
	price, err := w.Price(a.ctx())
	if err != nil {
		t.Fatal(err)
	}
	old := c.Version
	if _, err := a.take(order(), "", &old); codeOf(err) != "precondition_failed" {
		t.Errorf("an older version: %v", err)
	}
	o, version := order(), old+1
	taken, err := a.take(o, "", &version)
	if err != nil {
		t.Fatal(err)
	}
	if taken.ID != c.ID || taken.Note != "for Friday" || len(taken.Lines) != 2 || taken.Lines[1].Note != "cold" || taken.Lines[1].ID != c.Lines[1].ID ||
		taken.Totals.TotalMinor != 650+240+50 || taken.Buyer.Member || taken.Version != version {
		t.Errorf("Take = %+v", taken)
	}
	if price.Totals.TotalMinor != taken.Totals.TotalMinor || len(price.Lines) != len(taken.Lines) {
		t.Errorf("Price was %+v, Take is %+v", price.Totals, taken.Totals)
	}
	err = try(a)
	var p *problem.Details
	if !errors.As(err, &p) || p.Code != "cart_converted" || p.Instance != "/v1/orders/"+string(o) || p.GetHeaders().Get("Location") != "/v1/orders/"+string(o) {
		t.Errorf("once more: %+v", p)
	}
	if _, err := w.Price(a.ctx()); codeOf(err) != "cart_empty" {
		t.Errorf("Price of what is ordered: %v", err)
	}
	if c := a.see(); c.Version != 0 || len(c.Lines) != 0 {
		t.Errorf("after the order: %+v", c)
	}
	// The browser keeps its token for the next cart.
	token := a.cookie
	if c := a.add(bread, 1); c.ID == taken.ID || a.cookie != token {
		t.Errorf("the next cart is %+v of another token", c)
	}
	a.cart("DELETE", "/v1/cart", "")
	if got := codeOf(try(a)); got != "cart_empty" {
		t.Errorf("an empty cart: %q", got)
	}
}

// TestTakeRollsBack: an order that is not made after all leaves the cart and its codes as they
// were.
func TestTakeRollsBack(t *testing.T) {
	w := newWorld(t)
	w.discount(`{"code":"ONE","name":"One","kind":"percent","percent_bp":1000,"usage_limit":1}`)
	a := w.browser()
	a.add(bread, 2)
	a.cart("POST", "/v1/cart/codes", `{"code":"one"}`)
	tx, err := w.pool.Begin(a.ctx())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Take(a.ctx(), tx, order(), "", nil); err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(context.WithoutCancel(a.ctx())); err != nil {
		t.Fatal(err)
	}
	if c := a.see(); c.Totals.TotalMinor != 585 || c.Discounts[0].Reason != "" {
		t.Errorf("after the rollback: %+v", c)
	}
	if n := w.number("SELECT used FROM cart.discounts"); n != 0 {
		t.Errorf("used %d times", n)
	}
}

// TestI02: of many who order one cart at once, one does; the others are led to the order.
func TestI02(t *testing.T) {
	w := newWorld(t)
	a := w.browser()
	a.add(bread, 2)
	var mu sync.Mutex
	var won []contract.OrderID
	refused := map[string]int{}
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() {
			o := order()
			_, err := a.take(o, "", nil)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won = append(won, o)
				return
			}
			refused[codeOf(err)+" "+problem.From(err).Instance]++
		})
	}
	all.Wait()
	if len(won) != 1 || refused["cart_converted /v1/orders/"+string(won[0])] != 31 {
		t.Errorf("%d orders, refused %v", len(won), refused)
	}
	if n := w.number("SELECT count(*) FROM cart.carts WHERE status = 'converted'"); n != 1 {
		t.Errorf("%d carts are orders", n)
	}
}

// TestGiveBack: what an order had is in the cart again, once, beside what was put in meanwhile.
func TestGiveBack(t *testing.T) {
	w := newWorld(t)
	w.discount(`{"code":"ONE","name":"One","kind":"percent","percent_bp":1000,"usage_limit":1}`)
	for _, s := range []*shopper{w.browser(), w.user("ada")} {
		s.add(bread, 2)
		s.cart("POST", "/v1/cart/items", item(cola, 3, "note", "cold"))
		s.cart("PATCH", "/v1/cart", `{"note":"first"}`)
		s.cart("POST", "/v1/cart/codes", `{"code":"one"}`)
		o := order()
		taken, err := s.take(o, "guest@example.org", nil)
		if err != nil {
			t.Fatal(err)
		}
		if n := w.number("SELECT used FROM cart.discounts"); n != 1 {
			t.Errorf("the code is used %d times", n)
		}
		s.add(cola, 2)
		s.add(oats, 100)
		s.cart("PATCH", "/v1/cart", `{"note":"second"}`)
		for range 2 {
			w.giveBack(taken, o)
			c := s.see()
			// Five of the cola are wanted, there are four, and three is what the order had.
			sameQuantities(t, c, map[string]int64{bread: 2, cola: 4, oats: 100})
			if c.Note != "second\nfirst" || len(c.Discounts) != 1 || c.Discounts[0].Reason != "" || c.Discounts[0].TakenMinor == 0 {
				t.Errorf("the cart is %+v", c)
			}
			if c.Lines[0].Note != "cold" {
				t.Errorf("the note of the line is %q", c.Lines[0].Note)
			}
		}
		if n := w.number("SELECT used + (SELECT count(*) FROM cart.discount_uses) FROM cart.discounts"); n != 0 {
			t.Errorf("the code is still used %d times", n)
		}
		s.cart("DELETE", "/v1/cart", "")
	}
	if n := w.number("SELECT count(*) FROM cart.carts WHERE status = 'abandoned' AND order_id IS NULL"); n != 2 {
		t.Errorf("%d carts were given back, want 2", n)
	}
}

// TestGiveBackRace: orders that end while their holder shops on lose nothing.
func TestGiveBackRace(t *testing.T) {
	w := newWorld(t)
	w.discount(`{"code":"ONE","name":"One","kind":"percent","percent_bp":1000}`)
	s := w.user("ada")
	const orders = 8
	ids, taken := make([]contract.OrderID, orders), make([]contract.TakenCart, orders)
	for i := range orders {
		s.add(bread, 1)
		s.cart("POST", "/v1/cart/codes", `{"code":"one"}`)
		var err error
		ids[i] = order()
		if taken[i], err = s.take(ids[i], "", nil); err != nil {
			t.Fatal(err)
		}
	}
	var all sync.WaitGroup
	for i := range orders {
		all.Go(func() {
			if err := w.tryGiveBack(taken[i], ids[i]); err != nil {
				t.Errorf("GiveBack: %v", err)
			}
		})
		all.Go(func() {
			if err := w.tryGiveBack(taken[i], ids[i]); err != nil {
				t.Errorf("GiveBack again: %v", err)
			}
		})
		all.Go(func() { s.add(eggs, 1) })
	}
	all.Wait()
	sameQuantities(t, s.see(), map[string]int64{bread: orders, eggs: orders})
	if n := w.number("SELECT used + (SELECT count(*) FROM cart.discount_uses) FROM cart.discounts"); n != 0 {
		t.Errorf("the code is still used %d times", n)
	}
}

// TestGiveBackToNobody: a holder who was erased gets nothing, and the codes are free again.
func TestGiveBackToNobody(t *testing.T) {
	w := newWorld(t)
	w.discount(`{"code":"ONE","name":"One","kind":"percent","percent_bp":1000}`)
	s := w.user("ada")
	s.add(bread, 1)
	s.cart("POST", "/v1/cart/codes", `{"code":"one"}`)
	o := order()
	taken, err := s.take(o, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	w.erase(ada)
	if n := w.number("SELECT count(*) FROM cart.discount_uses WHERE buyer = 'erased'"); n != 1 {
		t.Errorf("%d uses of somebody who is erased, want 1", n)
	}
	w.giveBack(taken, o)
	if n := w.number("SELECT count(*) + (SELECT count(*) FROM cart.discount_uses) + (SELECT sum(used) FROM cart.discounts) FROM cart.carts"); n != 0 {
		t.Errorf("%d are left", n)
	}
}

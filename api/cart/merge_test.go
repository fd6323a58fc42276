package cart_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"rose-ash.com/roseash/api/cart"
	"rose-ash.com/roseash/api/shared/contract"
)

// TestI20: signing in puts two carts together, once, and the browser's token is dead.
func TestI20(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"MINE", "BOTH", "THEIRS"} {
		w.discount(`{"code":"` + name + `","name":"x","kind":"percent","percent_bp":100}`)
	}
	w.shelf.set(cola, func(o *contract.Offer) { *o.Available = 9 })
	u, b := w.user("ada"), w.browser()
	u.cart("POST", "/v1/cart/items", item(bread, 2, "note", "sliced"))
	u.add(cola, 6)
	u.cart("PATCH", "/v1/cart", `{"note":"mine"}`)
	for _, text := range []string{"mine", "both"} {
		u.cart("POST", "/v1/cart/codes", code(text))
	}
	b.cart("POST", "/v1/cart/items", item(bread, 3, "note", "whole"))
	b.add(cola, 8)
	b.cart("POST", "/v1/cart/items", item(oats, 250, "note", "fine"))
	b.cart("PATCH", "/v1/cart", `{"note":"theirs"}`)
	for _, text := range []string{"both", "theirs"} {
		b.cart("POST", "/v1/cart/codes", code(text))
	}
	token := b.cookie
	for round := range 3 {
		if err := w.signIn(ada, token); err != nil {
			t.Fatal(err)
		}
		c := u.see()
		// Fourteen of the cola are wanted: ten may be ordered and nine are there.
		sameQuantities(t, c, map[string]int64{bread: 5, cola: 9, oats: 250})
		if c.Note != "mine\ntheirs" || c.Lines[0].Note != "sliced\nwhole" || c.Lines[2].Note != "fine" {
			t.Errorf("notes %q, %q, %q", c.Note, c.Lines[0].Note, c.Lines[2].Note)
		}
		var codes []string
		for _, d := range c.Discounts {
			codes = append(codes, d.Code)
		}
		if strings.Join(codes, " ") != "MINE BOTH THEIRS" {
			t.Errorf("codes %v", codes)
		}
		if c.Version != 6 {
			t.Errorf("after round %d the version is %d, want 6", round, c.Version)
		}
	}
	if c := b.see(); c.Version != 0 || len(c.Lines) != 0 {
		t.Errorf("the browser still has %+v", c)
	}
	if got := codeOf(try(b)); got != "cart_empty" {
		t.Errorf("the browser's token takes: %q", got)
	}
	if b.add(bread, 1); b.cookie == token {
		t.Error("a token that was merged gets a cart again")
	}
	if got := w.statuses(); got != "merged:1 open:2" {
		t.Errorf("carts: %s", got)
	}
}

// TestMergeIntoNothing: who has no cart gets one, for as long as users keep theirs; nothing is
// made of nothing.
func TestMergeIntoNothing(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.add(bread, 2)
	if err := w.signIn(ada, b.cookie); err != nil {
		t.Fatal(err)
	}
	sameQuantities(t, w.user("ada").see(), map[string]int64{bread: 2})
	if n := w.number("SELECT extract(days FROM expires_at - shared.clock())::bigint FROM cart.carts WHERE status = 'open'"); n != int64(cart.UserIdle/(24*time.Hour))-1 {
		t.Errorf("it is kept for %d days", n)
	}
	for _, token := range []string{"", "nonsense", strings.Repeat("x", 10_000), b.cookie} {
		if err := w.signIn(bob, token); err != nil {
			t.Errorf("%.20q: %v", token, err)
		}
	}
	if got := w.statuses(); got != "merged:1 open:1" {
		t.Errorf("carts: %s", got)
	}
	// A cart that was emptied before is no cart.
	d := w.browser()
	d.add(bread, 1)
	d.cart("DELETE", "/v1/cart", "")
	if err := w.signIn(bob, d.cookie); err != nil || w.user("bob").see().Version != 0 {
		t.Errorf("an empty cart was merged: %v", err)
	}
}

// TestMergeLimits: what does not fit into a cart is left out, and nobody loses what they had.
func TestMergeLimits(t *testing.T) {
	w := newWorld(t)
	u, b := w.user("ada"), w.browser()
	u.add(bratkes, 1) // in euros
	b.add(bread, 1)
	if err := w.signIn(ada, b.cookie); err != nil {
		t.Fatal(err)
	}
	sameQuantities(t, u.see(), map[string]int64{bratkes: 1})
	u.cart("DELETE", "/v1/cart", "")
	b = w.browser()
	for n := range 60 {
		mine, theirs := fmt.Sprintf("var_%032x", 1000+n), fmt.Sprintf("var_%032x", 2000+n)
		w.shelf.set(mine, func(o *contract.Offer) { *o = offer(mine, mine, 1, bakery) })
		w.shelf.set(theirs, func(o *contract.Offer) { *o = offer(theirs, theirs, 1, bakery) })
		u.add(mine, 1)
		b.add(theirs, 1)
	}
	u.add(cola, 6)
	b.add(cola, 2)
	if err := w.signIn(ada, b.cookie); err != nil {
		t.Fatal(err)
	}
	c := u.see()
	if len(c.Lines) != cart.MaxLines || quantities(c)[cola] != 6 {
		t.Errorf("%d lines, %d of the cola", len(c.Lines), quantities(c)[cola])
	}
	// A sum that is off the step goes down to it, what is gone adds up as it is.
	u.cart("DELETE", "/v1/cart", "")
	b = w.browser()
	u.add(oats, 500)
	b.add(oats, 300)
	u.add(eggs, 2)
	b.add(eggs, 3)
	w.shelf.remove(eggs)
	seven := int64(770)
	w.shelf.set(oats, func(o *contract.Offer) { o.Available = &seven })
	if err := w.signIn(ada, b.cookie); err != nil {
		t.Fatal(err)
	}
	sameQuantities(t, u.see(), map[string]int64{oats: 750, eggs: 5})
}

// TestI20Orders: what a browser has ordered before signing in comes back to the user where it
// ends unpaid.
func TestI20Orders(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.add(bread, 2)
	o := order()
	taken, err := b.take(o, "guest@example.org", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.signIn(ada, b.cookie); err != nil {
		t.Fatal(err)
	}
	u := w.user("ada")
	u.add(eggs, 1)
	w.giveBack(taken, o)
	sameQuantities(t, u.see(), map[string]int64{bread: 2, eggs: 1})
	if c := b.see(); len(c.Lines) != 0 {
		t.Errorf("the browser has got %+v", c)
	}
	token := b.cookie
	if b.add(bread, 1); b.cookie == token {
		t.Error("the token of a cart that is a user's now gets another")
	}
}

// TestI20Race: sixteen sign in with one browser's cart at once, as one and as two people, while
// it is ordered from and put into; everything is somewhere exactly once.
func TestI20Race(t *testing.T) {
	w := newWorld(t)
	w.discount(`{"code":"ONE","name":"x","kind":"percent","percent_bp":100}`)
	for round := range 6 {
		b, u, v := w.browser(), w.user("ada"), w.user("bob")
		b.add(bread, 3)
		b.cart("POST", "/v1/cart/codes", code("one"))
		u.add(bread, 4)
		token := b.cookie
		var mu sync.Mutex
		added, ordered := int64(7), []giveBackable{}
		var all sync.WaitGroup
		for n := range 16 {
			who := ada
			if n%2 == 1 && round%2 == 1 {
				who = bob
			}
			all.Go(func() {
				if err := w.signIn(who, token); err != nil {
					t.Errorf("signing in: %v", err)
				}
			})
		}
		all.Go(func() { u.add(bread, 1) })
		all.Go(func() {
			o := order()
			taken, err := (&shopper{w: w, cookie: token}).take(o, "", nil)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				ordered = append(ordered, giveBackable{taken, o})
			} else if got := codeOf(err); got != "cart_empty" {
				t.Errorf("ordering: %q", got)
			}
		})
		all.Wait()
		added++
		for _, g := range ordered {
			w.giveBack(g.taken, g.order)
		}
		const sum = `SELECT coalesce(sum(l.quantity), 0) FROM cart.lines l JOIN cart.carts c ON c.id = l.cart_id`
		if n := w.number(sum); n != added {
			t.Errorf("round %d: %d loaves, want %d", round, n, added)
		}
		if n := w.number(sum + ` WHERE c.status = 'open' AND c.holder LIKE 'user_%'`); n != added {
			t.Errorf("round %d: %d loaves are with users, want %d", round, n, added)
		}
		if n := w.number(`SELECT count(*) FROM cart.cart_discounts`); n != 1 {
			t.Errorf("round %d: the code is in %d carts", round, n)
		}
		u.cart("DELETE", "/v1/cart", "")
		v.cart("DELETE", "/v1/cart", "")
	}
}

// giveBackable is an order that may end unpaid.
type giveBackable struct {
	taken contract.TakenCart
	order contract.OrderID
}

// statuses counts the carts by status.
func (w *world) statuses() string {
	w.t.Helper()
	var text string
	if err := w.pool.QueryRow(w.t.Context(), `SELECT coalesce(string_agg(status || ':' || n, ' ' ORDER BY status), '')
		FROM (SELECT status, count(*) AS n FROM cart.carts GROUP BY status) s`).Scan(&text); err != nil {
		w.t.Fatal(err)
	}
	return text
}

// TestExpire: carts that nobody touches go, with their lines; what is an order stays.
func TestExpire(t *testing.T) {
	w := newWorld(t)
	kept, idle, ordered, merged := w.browser(), w.browser(), w.browser(), w.browser()
	for _, s := range []*shopper{kept, idle, ordered, merged} {
		s.add(bread, 1)
	}
	if _, err := ordered.take(order(), "", nil); err != nil {
		t.Fatal(err)
	}
	if err := w.signIn(ada, merged.cookie); err != nil {
		t.Fatal(err)
	}
	if err := w.Expire(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := w.statuses(); got != "converted:1 merged:1 open:3" {
		t.Errorf("carts: %s", got)
	}
	w.exec("UPDATE cart.carts SET expires_at = shared.clock() - interval '1 second'")
	kept.add(bread, 1) // touched in the last moment
	if err := w.Expire(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := w.statuses(); got != "converted:1 open:1" {
		t.Errorf("carts: %s", got)
	}
	if n := w.number("SELECT count(*) FROM cart.lines"); n != 2 {
		t.Errorf("%d lines, want 2", n)
	}
	token := idle.cookie
	if idle.see().Version != 0 {
		t.Error("the cart is still there")
	}
	if idle.add(bread, 1); idle.cookie == token {
		t.Error("a token whose cart has gone gets another")
	}
}

// TestPersonal: what is counted, exported and forgotten of somebody.
func TestPersonal(t *testing.T) {
	w := newWorld(t)
	w.discount(`{"code":"ONE","name":"x","kind":"percent","percent_bp":100}`)
	u, b := w.user("ada"), w.browser()
	count := func(s *shopper, want int) {
		t.Helper()
		if n, err := w.CartCount(s.ctx()); err != nil || n != want {
			t.Errorf("CartCount = %d, %v, want %d", n, err, want)
		}
	}
	for _, s := range []*shopper{u, b, w.user("reader"), w.user("program")} {
		count(s, 0)
	}
	if files, err := w.ExportUser(t.Context(), ada); err != nil || len(files) != 0 {
		t.Errorf("an export of nothing = %v, %v", files, err)
	}
	u.add(bread, 2)
	u.cart("POST", "/v1/cart/codes", code("one"))
	o := order()
	if _, err := u.take(o, "", nil); err != nil {
		t.Fatal(err)
	}
	u.cart("POST", "/v1/cart/items", item(cola, 1, "note", "cold"))
	u.add(eggs, 1)
	b.add(bread, 1)
	count(u, 2)
	count(b, 1)
	count(w.user("reader"), 0) // may not see it
	files, err := w.ExportUser(t.Context(), ada)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(files)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"converted"`, `"` + string(o) + `"`, `"cold"`, `"eggs"`, `"ONE"`, `"taken_minor":7`, `"price_minor":180`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the export lacks %s: %s", want, text)
		}
	}
	w.erase(ada)
	if n := w.number("SELECT count(*) FROM cart.carts WHERE holder = $1", string(ada)); n != 0 {
		t.Errorf("%d carts are left", n)
	}
	if n := w.number("SELECT count(*) FROM cart.discount_uses WHERE buyer <> 'erased'"); n != 0 {
		t.Error("who has used a code is still told")
	}
	count(b, 1)
}

package cart_test

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/cart"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
)

// TestItems: what is refused, by whom a cart is seen, and what the answers look like.
func TestItems(t *testing.T) {
	w := newWorld(t)
	a, other := w.browser(), w.browser()
	line := string(a.add(bread, 2).Lines[0].ID)
	theirs := string(other.add(bread, 1).Lines[0].ID)
	bad := func(body string, want ...string) apitest.Scenario {
		return apitest.Scenario{Method: "POST", URL: "/v1/cart/items", Body: body, Header: a.header(), Status: 422, Want: want, NotWant: []string{apitest.Canary}}
	}
	scenarios := []apitest.Scenario{
		{Name: "a stranger's cart", URL: "/v1/cart", Status: 200, Want: []string{`"version":0`, `"lines":[]`, `"discounts":[]`, `"total_minor":0`},
			NotWant: []string{`"id"`}, WantHeader: map[string]string{"Set-Cookie": "", "Cache-Control": "private, no-store"}},
		{Name: "one's own", URL: "/v1/cart", Header: a.header(), Status: 200, Want: []string{`"quantity":2`, `"gross_minor":650`, `"total_minor":650`, `"notices":[]`}},
		{Name: "a cookie that is none", URL: "/v1/cart", Header: map[string]string{"Cookie": auth.CartCookie + "=" + apitest.Canary}, Status: 200, Want: []string{`"version":0`}},
		{Name: "a client without the scope", URL: "/v1/cart", Header: apitest.Bearer("reader"), Status: 403, Want: []string{"insufficient_scope"}},
		{Name: "a program for nobody", URL: "/v1/cart", Header: apitest.Bearer("program"), Status: 403, Want: []string{"forbidden"}},
		{Name: "a token that is none", URL: "/v1/cart", Header: apitest.Bearer(apitest.Canary), Status: 401},

		{Name: "none", Method: "POST", URL: "/v1/cart/items", Body: item(bread, 0), Status: 422, Want: []string{"body.quantity"}},
		{Name: "less than none", Method: "POST", URL: "/v1/cart/items", Body: item(bread, -1), Status: 422, Want: []string{"body.quantity"}},
		{Name: "a million million", Method: "POST", URL: "/v1/cart/items", Body: item(bread, 1_000_000_000_000), Status: 422, Want: []string{"body.quantity"}},
		{Name: "a half", Method: "POST", URL: "/v1/cart/items", Body: strings.Replace(item(bread, 7), "7", "1.5", 1), Status: 422, Want: []string{"body.quantity"}},
		{Name: "beyond all numbers", Method: "POST", URL: "/v1/cart/items", Body: strings.Replace(item(bread, 7), "7", "1e400", 1), Status: 400},
		{Name: "a text", Method: "POST", URL: "/v1/cart/items", Body: strings.Replace(item(bread, 7), "7", `"7"`, 1), Status: 422, Want: []string{"body.quantity"}},
		{Name: "a field of its own", Method: "POST", URL: "/v1/cart/items", Body: item(bread, 1, "discount_minor", 300), Status: 422},
		{Name: "a price below zero", Method: "POST", URL: "/v1/cart/items", Body: item(bread, 1, "price_minor", -1), Status: 422},
		{Name: "something hidden", Method: "POST", URL: "/v1/cart/items", Body: item(hidden, 1), Status: 422, Want: []string{"body.id"}},
		{Name: "something unknown", Method: "POST", URL: "/v1/cart/items", Body: item(apitest.Canary, 1), Status: 422, Want: []string{"body.id"}},
		{Name: "of a kind that nobody has", Method: "POST", URL: "/v1/cart/items", Body: strings.Replace(item(bread, 1), "product", "ticket", 1), Status: 422, Want: []string{"body.id"}},
		{Name: "controls in a note", Method: "POST", URL: "/v1/cart/items", Body: item(bread, 1, "note", apitest.Canary+"\x1b[2J"), Status: 422, Want: []string{"body.note"}},
		{Name: "by the gram, too little", Method: "POST", URL: "/v1/cart/items", Body: item(oats, 50), Status: 422, Want: []string{"body.quantity"}},
		{Name: "by the gram, between steps", Method: "POST", URL: "/v1/cart/items", Body: item(oats, 125), Status: 422, Want: []string{"body.quantity"}},
		{Name: "more than may be ordered", Method: "POST", URL: "/v1/cart/items", Body: item(cola, 11), Status: 409, Want: []string{"quantity_limit"}},
		{Name: "in another currency", Method: "POST", URL: "/v1/cart/items", Header: a.header(), Body: item(bratkes, 1), Status: 409, Want: []string{"other_currency"}},
		{Name: "a key that is none", Method: "POST", URL: "/v1/cart/items", Header: a.with("Idempotency-Key", "two words"), Body: item(bread, 1), Status: 422},
		{Name: "If-Match of an older version", Method: "POST", URL: "/v1/cart/items", Header: a.with("If-Match", `"v7-x"`), Body: item(bread, 1), Status: 412},
		{Name: "If-Match that is none", Method: "POST", URL: "/v1/cart/items", Header: a.with("If-Match", apitest.Canary), Body: item(bread, 1), Status: 412},

		{Name: "another's line", Method: "PATCH", URL: "/v1/cart/items/" + theirs, Header: a.header(), Body: `{"quantity":9}`, Status: 404},
		{Name: "another's line, out", Method: "DELETE", URL: "/v1/cart/items/" + theirs, Header: a.header(), Status: 404},
		{Name: "a line of a stranger without a cart", Method: "PATCH", URL: "/v1/cart/items/" + line, Body: `{"quantity":9}`, Status: 404},
		{Name: "none of a line", Method: "PATCH", URL: "/v1/cart/items/" + line, Header: a.header(), Body: `{"quantity":0}`, Status: 422},
		{Name: "another's code", Method: "DELETE", URL: "/v1/cart/codes/disc_" + strings.Repeat("0", 32), Header: a.header(), Status: 404},
		{Name: "a line that is none", Method: "DELETE", URL: "/v1/cart/items/line_1", Header: a.header(), Status: 422},
		{Name: "a note without a cart", Method: "PATCH", URL: "/v1/cart", Body: `{"note":"hello"}`, Status: 409, Want: []string{"cart_empty"}},
		{Name: "a note that is too long", Method: "PATCH", URL: "/v1/cart", Header: a.header(), Body: `{"note":"` + strings.Repeat("é", 1001) + `"}`, Status: 422},

		{Name: "more of it", Method: "POST", URL: "/v1/cart/items", Header: a.with("If-Match", `"v1-x"`), Body: item(bread, 1, "note", "sliced"), Status: 200,
			Want: []string{`"quantity":3`, `"note":"sliced"`, `"total_minor":975`, `"version":2`}, Events: map[string]int{"*": 0}},
		{Name: "a line with its deposit, all that there is and more", Method: "POST", URL: "/v1/cart/items", Header: a.header(), Body: item(cola, 5), Status: 200,
			Want: []string{`"deposit_minor":125`, `"vat_minor":100`, `"code":"less_available","available":4`, `"total_minor":1700`}},
		{Name: "the line changed", Method: "PATCH", URL: "/v1/cart/items/" + line, Header: a.header(), Body: `{"quantity":1,"note":""}`, Status: 200,
			Want: []string{`"total_minor":1050`}, NotWant: []string{"sliced"}},
		{Name: "a note", Method: "PATCH", URL: "/v1/cart", Header: a.header(), Body: `{"note":"two\nlines"}`, Status: 200, Want: []string{`"note":"two\nlines"`}},
		{Name: "the line out", Method: "DELETE", URL: "/v1/cart/items/" + line, Header: a.header(), Status: 200, Want: []string{`"total_minor":725`}, NotWant: []string{`"name":"bread"`}},
		{Name: "the other one's cart is as it was", URL: "/v1/cart", Header: other.header(), Status: 200, Want: []string{`"quantity":1`, `"version":1`}},
		{Name: "empty", Method: "DELETE", URL: "/v1/cart", Header: a.header(), Status: 200, Want: []string{`"lines":[]`, `"note":""`, `"currency":""`}},
		{Name: "empty without a cart", Method: "DELETE", URL: "/v1/cart", Status: 200, Want: []string{`"version":0`}},
		{Name: "now in euros", Method: "POST", URL: "/v1/cart/items", Header: a.header(), Body: item(bratkes, 1), Status: 200, Want: []string{`"currency":"EUR"`}},
	}
	for _, body := range []string{"", "null", "[]", `{"kind":"product"}`, `{"kind":"product","id":"` + strings.Repeat("x", 101) + `","quantity":1}`} {
		s := bad(body)
		s.Name = "a body " + strconv.Itoa(len(body)) + " long"
		if body == "" {
			s.Status = 400
		}
		scenarios = append(scenarios, s)
	}
	apitest.Run(t, w.handler, w.pool, scenarios)
}

// TestCookie: the first thing makes the cart and its cookie, and nothing but the hash of that is
// stored.
func TestCookie(t *testing.T) {
	w := newWorld(t)
	a := w.browser()
	res, _ := a.ask("POST", "/v1/cart/items", item(bread, 1))
	cookie := res.Header.Get("Set-Cookie")
	for _, want := range []string{"__Host-cart=", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax", "; Max-Age=2592000"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("Set-Cookie %q lacks %q", cookie, want)
		}
	}
	if n := w.number(`SELECT count(*) FROM cart.carts c WHERE c::text LIKE '%' || $1 || '%'`, a.cookie); n != 0 || len(a.cookie) < 43 {
		t.Errorf("the token %q is stored", a.cookie)
	}
	res, _ = a.ask("POST", "/v1/cart/items", item(bread, 1))
	if got := res.Cookies(); len(got) != 1 || got[0].Value != a.cookie {
		t.Errorf("the second thing sets %v, want the same token for as long again", got)
	}
	u := w.user("ada")
	if res, _ := u.ask("POST", "/v1/cart/items", item(bread, 1)); res.Header.Get("Set-Cookie") != "" {
		t.Error("who has signed in gets a cookie")
	}
	// A token of somebody's own making is not taken up.
	forger := &shopper{w: w, cookie: strings.Repeat("A", 43)}
	if forger.add(bread, 1); forger.cookie == strings.Repeat("A", 43) {
		t.Error("a token that we did not make has got a cart")
	}
	if n := w.number("SELECT count(*) FROM cart.carts"); n != 3 {
		t.Errorf("%d carts, want 3", n)
	}
}

// TestI13: the price is the owner's, whatever a page said, and a change of it is told.
func TestI13(t *testing.T) {
	w := newWorld(t)
	a := w.browser()
	c := a.cart("POST", "/v1/cart/items", item(bread, 1, "price_minor", 1))
	if l := c.Lines[0]; c.Totals.TotalMinor != 325 || notices(c, bread) != "price_changed" || l.AddedPriceMinor != 1 {
		t.Errorf("a tampered price makes %+v", c)
	}
	if got := notices(a.see(), bread); got != "price_changed" {
		t.Errorf("looking again tells %q", got)
	}
	c = a.cart("PATCH", "/v1/cart/items/"+string(c.Lines[0].ID), `{"quantity":2}`)
	if got := notices(c, bread); got != "" || c.Lines[0].AddedPriceMinor != 325 {
		t.Errorf("after a change the line still tells %q", got)
	}
	w.shelf.set(bread, func(o *contract.Offer) { o.Price, o.PublicPrice = pounds(350), pounds(350) })
	if c = a.see(); notices(c, bread) != "price_changed" || c.Totals.TotalMinor != 700 || c.Lines[0].AddedPriceMinor != 325 {
		t.Errorf("a raised price makes %+v", c)
	}
	taken, err := a.take(order(), "", nil)
	if err != nil || taken.Totals.TotalMinor != 700 {
		t.Errorf("Take = %d, %v, want what it costs now", taken.Totals.TotalMinor, err)
	}
	// A page for everybody shows the public price; that members pay less is no news.
	u := w.user("ada")
	if c := u.cart("POST", "/v1/cart/items", item(eggs, 1, "price_minor", 200)); notices(c, eggs) != "" || c.Totals.TotalMinor != 180 || c.Lines[0].AddedPriceMinor != 180 {
		t.Errorf("a member's price makes %+v", c)
	}
}

// TestNotices: what becomes of a line when the shop changes.
func TestNotices(t *testing.T) {
	w := newWorld(t)
	a := w.browser()
	a.add(bread, 2)
	a.add(oats, 250)
	a.add(cola, 4)
	none, some := int64(0), int64(3)
	for _, tt := range []struct {
		name   string
		change func(*contract.Offer)
		want   string
		takes  string // the code of Take's refusal
	}{
		{"nothing", func(*contract.Offer) {}, "", ""},
		{"some left", func(o *contract.Offer) { o.Available = &some }, "less_available", ""},
		{"none left", func(o *contract.Offer) { o.Available = &none }, "out_of_stock", ""},
		{"not counted any more", func(o *contract.Offer) { o.Available = nil }, "", ""},
		{"fewer at once", func(o *contract.Offer) { o.OrderMax = 3 }, "quantity_off", "cart_changed"},
		{"more at least", func(o *contract.Offer) { o.OrderMax, o.OrderMin = 10, 6 }, "quantity_off", "cart_changed"},
		{"by the three", func(o *contract.Offer) { o.OrderMin, o.OrderStep = 1, 3 }, "quantity_off", "cart_changed"},
		{"beyond all money", func(o *contract.Offer) {
			o.OrderStep, o.Price.AmountMinor, o.PublicPrice.AmountMinor = 1, 99_999_999_999, 99_999_999_999
		}, "price_changed quantity_off", "cart_changed"},
		{"in another currency", func(o *contract.Offer) { o.Price.Currency = "EUR" }, "gone", "cart_changed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w.shelf.set(cola, tt.change)
			c := a.see()
			if got := notices(c, cola); got != tt.want {
				t.Errorf("notices %q, want %q", got, tt.want)
			}
			if tt.takes == "" {
				return
			}
			if got := codeOf(try(a)); got != tt.takes {
				t.Errorf("Take fails with %q, want %q", got, tt.takes)
			}
		})
	}
	w.shelf.remove(cola)
	c := a.see()
	if got := notices(c, cola); got != "gone" || c.Lines[2].Offer.Name != "cola" || c.Totals.TotalMinor != 650+63 {
		t.Errorf("what is gone shows as %+v", c)
	}
	if a.refused("PATCH", "/v1/cart/items/"+string(c.Lines[2].ID), `{"quantity":1}`) != "invalid" {
		t.Error("what is gone takes another quantity")
	}
	if price, err := w.Price(a.ctx()); err != nil || len(price.Lines) != 2 || price.Totals.TotalMinor != 650+63 {
		t.Errorf("Price = %+v, %v", price, err)
	}
	if c := a.cart("DELETE", "/v1/cart/items/"+string(c.Lines[2].ID), ""); len(c.Lines) != 2 {
		t.Errorf("what is gone stays: %+v", c)
	}
}

// TestMaxLines: a cart takes a hundred lines.
func TestMaxLines(t *testing.T) {
	w := newWorld(t)
	a := w.browser()
	for n := range cart.MaxLines + 1 {
		one := fmt.Sprintf("var_%032x", 1000+n)
		w.shelf.set(one, func(o *contract.Offer) { *o = offer(one, fmt.Sprint("thing", n), 100, bakery) })
		if n < cart.MaxLines {
			a.add(one, 1)
			continue
		}
		if got := a.refused("POST", "/v1/cart/items", item(one, 1)); got != "quantity_limit" {
			t.Errorf("line %d: %q", n, got)
		}
	}
	if c := a.add(fmt.Sprintf("var_%032x", 1000), 1); len(c.Lines) != cart.MaxLines || c.Lines[0].Quantity != 2 || c.Totals.TotalMinor != 100*(cart.MaxLines+1) {
		t.Errorf("%d lines, the first has %d, in all %d", len(c.Lines), c.Lines[0].Quantity, c.Totals.TotalMinor)
	}
}

// TestIdempotency: a key does it once, and belongs to one request and one cart.
func TestIdempotency(t *testing.T) {
	w := newWorld(t)
	a, u := w.browser(), w.user("ada")
	a.add(bread, 1)
	for _, s := range []*shopper{a, u} {
		before := s.see().Totals.TotalMinor
		first, _ := s.ask("POST", "/v1/cart/items", item(cola, 2), "Idempotency-Key", "k1")
		again, _ := s.ask("POST", "/v1/cart/items", item(cola, 2), "Idempotency-Key", "k1")
		if first.StatusCode != 200 || again.StatusCode != 200 || first.Header.Get("Idempotent-Replayed") != "" || again.Header.Get("Idempotent-Replayed") != "true" {
			t.Errorf("%d %v, %d %v", first.StatusCode, first.Header, again.StatusCode, again.Header)
		}
		if got := s.see().Totals.TotalMinor; got != before+290 {
			t.Errorf("it comes to %d, want %d", got, before+290)
		}
		if got := s.refused("POST", "/v1/cart/items", item(cola, 1), "Idempotency-Key", "k1"); got != "idempotency_key_reused" {
			t.Errorf("another request under the key: %q", got)
		}
		if got := s.refused("POST", "/v1/cart/items", item(cola, 9), "Idempotency-Key", "k2"); got != "quantity_limit" {
			t.Errorf("too many: %q", got)
		}
		if c := s.cart("POST", "/v1/cart/items", item(cola, 1), "Idempotency-Key", "k2"); quantities(c)[cola] != 3 {
			t.Error("a refusal has used up its key")
		}
	}
	// A browser without a cart has nothing that a key could belong to: no stranger gets another's.
	b := w.browser()
	b.cart("POST", "/v1/cart/items", item(bread, 1), "Idempotency-Key", "k1")
	d := w.browser()
	if d.cart("POST", "/v1/cart/items", item(bread, 1), "Idempotency-Key", "k1"); d.cookie == b.cookie || d.cookie == "" {
		t.Error("two strangers share a cart by a key")
	}
}

// TestAddRace: many add at once, with and without a cart that is there, and nothing is lost.
func TestAddRace(t *testing.T) {
	w := newWorld(t)
	guest := w.browser()
	guest.add(bread, 1)
	for _, s := range []*shopper{w.user("ada"), guest} {
		before := quantities(s.see())[bread]
		var all sync.WaitGroup
		for n := range 16 {
			all.Go(func() {
				one := *s
				if n%4 == 0 {
					one.cart("POST", "/v1/cart/items", item(bread, 1), "Idempotency-Key", fmt.Sprint("race", n))
				} else {
					one.add(bread, 1)
				}
			})
		}
		all.Wait()
		if got := quantities(s.see())[bread]; got != before+16 {
			t.Errorf("%d are in the cart, want %d", got, before+16)
		}
	}
	if n := w.number("SELECT count(*) FROM cart.carts"); n != 2 {
		t.Errorf("%d carts, want 2", n)
	}
	if n := w.number("SELECT max(version) FROM cart.carts"); n != 17 && n != 18 {
		t.Errorf("the version is %d after 17 changes", n)
	}
}

// TestNewCartsAreLimited: a robot does not make a row a request.
func TestNewCartsAreLimited(t *testing.T) {
	w := newWorld(t)
	for n := range 301 {
		robot := &shopper{w: w, from: "192.0.2.7"}
		res, body := robot.ask("POST", "/v1/cart/items", item(bread, 1))
		if want := map[bool]int{true: 200, false: 429}[n < 300]; res.StatusCode != want {
			t.Fatalf("cart %d: %d %s", n+1, res.StatusCode, body)
		}
		if n == 300 && res.Header.Get("Retry-After") == "" {
			t.Error("it is not told when to come again")
		}
	}
	neighbour := &shopper{w: w, from: "192.0.2.8"}
	neighbour.add(bread, 1)
	neighbour.from = "192.0.2.7"
	neighbour.add(bread, 1) // who has a cart may go on
	if n := w.number("SELECT count(*) FROM cart.carts"); n != 301 {
		t.Errorf("%d carts", n)
	}
}

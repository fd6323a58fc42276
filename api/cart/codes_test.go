package cart_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/cart"
	"rose-ash.com/roseash/api/shared/problem"
)

// code is a code as it is typed.
func code(text string) string { return `{"code":"` + text + `"}` }

// reasons are why the codes of a cart take nothing off, by code; "" where they do.
func reasons(c cart.Cart) map[string]cart.Reason {
	all := map[string]cart.Reason{}
	for _, d := range c.Discounts {
		all[d.Code] = d.Reason
	}
	return all
}

// TestCodes: which codes apply, and what is said of those that do not.
func TestCodes(t *testing.T) {
	w := newWorld(t)
	for _, body := range []string{
		`{"code":"tenth","name":"A tenth","kind":"percent","percent_bp":1000}`,
		`{"code":"DRINKS","name":"Drinks","kind":"fixed","amount_minor":100,"currency":"GBP","category_ids":["` + string(drinks) + `"]}`,
		`{"code":"BIG-ONE","name":"Big","kind":"fixed","amount_minor":500,"currency":"GBP","minimum_minor":1000}`,
		`{"code":"MEMBERS","name":"Members","kind":"percent","percent_bp":500,"members_only":true}`,
		`{"code":"EUROS","name":"Euros","kind":"fixed","amount_minor":500,"currency":"EUR"}`,
		`{"code":"SIXTH","name":"One more","kind":"percent","percent_bp":1}`,
		`{"code":"LATER","name":"Later","kind":"percent","percent_bp":1,"starts_at":"2090-01-01T00:00:00Z"}`,
		`{"code":"OVER","name":"Over","kind":"percent","percent_bp":1,"ends_at":"2020-01-01T00:00:00Z"}`,
		`{"code":"OFF","name":"Off","kind":"percent","percent_bp":1,"active":false}`,
		`{"code":"SPENT","name":"Spent","kind":"percent","percent_bp":1,"usage_limit":1}`,
	} {
		w.discount(body)
	}
	w.exec("UPDATE cart.discounts SET used = 1 WHERE code = 'SPENT'")
	a := w.browser()
	if got := a.refused("POST", "/v1/cart/codes", code("TENTH")); got != "cart_empty" {
		t.Errorf("without a cart: %q", got)
	}
	a.add(bread, 2)
	a.add(bread, 0+1)
	// Whatever is wrong with a code, the answer is the same to the byte.
	var answers []string
	for _, text := range []string{"UNKNOWN", "later", "OVER", "OFF", "SPENT", apitest.Canary, "'; DROP", "ünï", strings.Repeat("A", 100)} {
		res, body := a.ask("POST", "/v1/cart/codes", code(text), "X-Request-Id", "same")
		if res.StatusCode != 409 || strings.Contains(string(body), apitest.Canary) {
			t.Errorf("%s: %d %s", text, res.StatusCode, body)
		}
		answers = append(answers, string(body))
	}
	for _, one := range answers {
		if one != answers[0] || !strings.Contains(one, "discount_unusable") {
			t.Errorf("one answer is %s, another %s", answers[0], one)
		}
	}
	for _, text := range []string{" tenth ", "drinks", "Big-One", "members", "euros"} {
		a.cart("POST", "/v1/cart/codes", code(text))
	}
	if got := a.refused("POST", "/v1/cart/codes", code("SIXTH")); got != "too_many_codes" {
		t.Errorf("a sixth code: %q", got)
	}
	before := a.see()
	if c := a.cart("POST", "/v1/cart/codes", code("tenth")); c.Version != before.Version || len(c.Discounts) != 5 {
		t.Errorf("a code that is there: %+v", c)
	}
	want := map[string]cart.Reason{"TENTH": "", "DRINKS": cart.NothingFor, "BIG-ONE": cart.Minimum, "MEMBERS": cart.MembersOnly, "EUROS": cart.OtherCurrency}
	if got := reasons(before); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("reasons %v, want %v", got, want)
	}
	if before.Totals.TotalMinor != 975-98 {
		t.Errorf("it comes to %d", before.Totals.TotalMinor)
	}
	a.add(bread, 1)
	c := a.add(cola, 1)
	want["DRINKS"], want["BIG-ONE"] = "", ""
	// 1300 and 120: a tenth is 142, of the drink 108 are left and 100 go, then 500.
	if got := reasons(c); fmt.Sprint(got) != fmt.Sprint(want) || c.Totals.DiscountMinor != 142+100+500 {
		t.Errorf("reasons %v, %d off, want %v", got, c.Totals.DiscountMinor, want)
	}
	taken, err := w.Price(a.ctx())
	if err != nil || len(taken.Discounts) != 3 || taken.Totals.DiscountMinor != 742 {
		t.Errorf("Price = %+v, %v", taken, err)
	}
	for _, d := range c.Discounts {
		c = a.cart("DELETE", "/v1/cart/codes/"+string(d.ID), "")
	}
	if len(c.Discounts) != 0 || c.Totals.DiscountMinor != 0 {
		t.Errorf("without codes: %+v", c)
	}
	apitest.Run(t, w.handler, w.pool, []apitest.Scenario{
		{Name: "a code in the document's words", Method: "POST", URL: "/v1/cart/codes", Header: a.header(), Body: code("tenth"), Status: 200, Want: []string{`"code":"TENTH"`, `"taken_minor":`}},
		{Name: "an older version", Method: "POST", URL: "/v1/cart/codes", Header: a.with("If-Match", `"v1"`), Body: code("drinks"), Status: 412},
		{Name: "no code", Method: "POST", URL: "/v1/cart/codes", Header: a.header(), Body: code(""), Status: 422},
		{Name: "one that is unknown", Method: "POST", URL: "/v1/cart/codes", Header: a.header(), Body: code(apitest.Canary), Status: 409, Want: []string{"discount_unusable"}},
	})
}

// TestCodesThatEnd: a code that has ended keeps the cart from being ordered until it is taken
// out, so that nobody pays more than they were shown without being told.
func TestCodesThatEnd(t *testing.T) {
	w := newWorld(t)
	d := w.discount(`{"code":"TENTH","name":"A tenth","kind":"percent","percent_bp":1000}`)
	a := w.browser()
	a.add(bread, 1)
	a.cart("POST", "/v1/cart/codes", code("tenth"))
	w.exec("UPDATE cart.discounts SET starts_at = shared.clock() - interval '2 hours', ends_at = shared.clock() - interval '1 hour'")
	if got := reasons(a.see())["TENTH"]; got != cart.NotInForce {
		t.Errorf("reason %q", got)
	}
	err := try(a)
	if p := problem.From(err); p.Code != "discount_unusable" || len(p.Errors) != 1 || p.Errors[0].Location != "cart.discounts[0]" {
		t.Errorf("Take: %+v", p)
	}
	a.cart("DELETE", "/v1/cart/codes/"+string(d.ID), "")
	if taken, err := a.take(order(), "", nil); err != nil || taken.Totals.TotalMinor != 325 {
		t.Errorf("Take without it: %v", err)
	}
}

// TestCodeOnceABuyer: users are told apart by who they are, guests by their address.
func TestCodeOnceABuyer(t *testing.T) {
	w := newWorld(t)
	w.discount(`{"code":"ONCE","name":"Once","kind":"fixed","amount_minor":100,"currency":"GBP","usage_per_buyer":1}`)
	buy := func(s *shopper, email string) error {
		s.add(bread, 1)
		s.cart("POST", "/v1/cart/codes", code("once"))
		_, err := s.take(order(), email, nil)
		return err
	}
	u := w.user("ada")
	if err := buy(u, ""); err != nil {
		t.Fatal(err)
	}
	if err := buy(u, ""); codeOf(err) != "discount_unusable" {
		t.Errorf("a second time: %v", err)
	}
	if got := reasons(u.see())["ONCE"]; got != cart.UsedBefore {
		t.Errorf("the cart says %q", got)
	}
	if err := buy(w.user("bob"), ""); err != nil {
		t.Errorf("another: %v", err)
	}
	if err := buy(w.browser(), "Guest@Example.org"); err != nil {
		t.Errorf("a guest: %v", err)
	}
	if err := buy(w.browser(), " guest@example.ORG"); codeOf(err) != "discount_unusable" {
		t.Errorf("the same guest with another cart: %v", err)
	}
	if n := w.number("SELECT count(*) FROM cart.discount_uses WHERE buyer ILIKE '%guest@%'"); n != 0 {
		t.Error("an address is stored")
	}
}

// TestCodeRace: of fifty who use a code for five at once, five do; when they give it back it is
// free again.
func TestCodeRace(t *testing.T) {
	w := newWorld(t)
	w.discount(`{"code":"FIVE","name":"For five","kind":"percent","percent_bp":1000,"usage_limit":5}`)
	type bought struct {
		by *shopper
		giveBackable
	}
	buyers := make([]*shopper, 50)
	for i := range buyers {
		buyers[i] = w.browser()
		buyers[i].add(bread, 1)
		buyers[i].cart("POST", "/v1/cart/codes", code("five"))
	}
	var mu sync.Mutex
	var won []bought
	refused := map[string]int{}
	var all sync.WaitGroup
	for i, b := range buyers {
		all.Go(func() {
			o := order()
			taken, err := b.takeSlowly(o, fmt.Sprintf("guest%d@example.org", i))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				refused[codeOf(err)]++
				return
			}
			won = append(won, bought{b, giveBackable{taken, o}})
			if taken.Totals.DiscountMinor != 33 {
				t.Errorf("one got %d off", taken.Totals.DiscountMinor)
			}
		})
	}
	all.Wait()
	if len(won) != 5 || refused["discount_unusable"] != 45 {
		t.Errorf("%d won, refused %v", len(won), refused)
	}
	const agree = `SELECT count(*) FROM cart.discounts d
		WHERE d.used <> (SELECT count(*) FROM cart.discount_uses u WHERE u.discount_id = d.id) OR d.used > coalesce(d.usage_limit, d.used)`
	if n := w.number(agree); n != 0 {
		t.Error("used is not how many orders use it")
	}
	for range 2 {
		for _, b := range won[:2] {
			w.giveBack(b.taken, b.order)
		}
	}
	if n := w.number("SELECT used FROM cart.discounts"); n != 3 || w.number(agree) != 0 {
		t.Errorf("used %d times after two gave it back, want 3", n)
	}
	if _, err := won[0].by.take(order(), "again@example.org", nil); err != nil {
		t.Errorf("who has got it back: %v", err)
	}
}

// TestCodeOnceABuyerRace: of many carts that a guest orders at once with a code for one, one gets
// it.
func TestCodeOnceABuyerRace(t *testing.T) {
	w := newWorld(t)
	w.discount(`{"code":"ONCE","name":"Once","kind":"percent","percent_bp":1000,"usage_per_buyer":1}`)
	carts := make([]*shopper, 8)
	for i := range carts {
		carts[i] = w.browser()
		carts[i].add(bread, 1)
		carts[i].cart("POST", "/v1/cart/codes", code("once"))
	}
	var mu sync.Mutex
	got := map[string]int{}
	var all sync.WaitGroup
	for _, c := range carts {
		all.Go(func() {
			_, err := c.takeSlowly(order(), "guest@example.org")
			mu.Lock()
			defer mu.Unlock()
			got[codeOf(err)]++
		})
	}
	all.Wait()
	if got[""] != 1 || got["discount_unusable"] != 7 {
		t.Errorf("answers %v", got)
	}
	if n := w.number("SELECT count(*) FROM cart.discount_uses"); n != 1 {
		t.Errorf("one buyer has used it %d times", n)
	}
}

// TestWrongCodesAreLimited: whoever guesses is stopped, and then the right code does not help;
// right ones cost nothing.
func TestWrongCodesAreLimited(t *testing.T) {
	w := newWorld(t)
	d := w.discount(`{"code":"RIGHT","name":"Right","kind":"percent","percent_bp":1000}`)
	a := &shopper{w: w, from: "192.0.2.7"}
	a.add(bread, 1)
	for range 20 {
		a.cart("POST", "/v1/cart/codes", code("right"))
		a.cart("DELETE", "/v1/cart/codes/"+string(d.ID), "")
	}
	for n := range 10 {
		if got := a.refused("POST", "/v1/cart/codes", code(fmt.Sprint("GUESS-", n))); got != "discount_unusable" {
			t.Errorf("guess %d: %q", n, got)
		}
	}
	for _, text := range []string{"GUESS-11", "RIGHT"} {
		res, _ := a.ask("POST", "/v1/cart/codes", code(text))
		if res.StatusCode != 429 || res.Header.Get("Retry-After") == "" {
			t.Errorf("%s after ten guesses: %d", text, res.StatusCode)
		}
	}
	// Another cart of the network goes on where the first stopped, up to sixty.
	guesses := 10
	for n := range 10 {
		b := &shopper{w: w, from: "192.0.2.7"}
		b.add(bread, 1)
		for m := range 10 {
			res, _ := b.ask("POST", "/v1/cart/codes", code(fmt.Sprintf("GUESS-%d-%d", n, m)))
			if res.StatusCode == 409 {
				guesses++
			}
		}
	}
	if guesses != 60 {
		t.Errorf("a network made %d guesses, want 60", guesses)
	}
	neighbour := &shopper{w: w, from: "192.0.2.8"}
	neighbour.add(bread, 1)
	neighbour.cart("POST", "/v1/cart/codes", code("right"))
}

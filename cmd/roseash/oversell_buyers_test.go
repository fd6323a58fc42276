// Who takes part in a rush: buyers, tills and the shop's keeper.

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/orders/sumupsim"
)

// heard is an answer of the server's.
type heard struct {
	status int
	header http.Header
	body   []byte
}

// code is that of a problem document.
func (h heard) code() string {
	var problem struct{ Code string }
	_ = json.Unmarshal(h.body, &problem)
	return problem.Code
}

// send sends a request until it has an answer that is one: with the same key again where the
// connection breaks, the server is busy, or the same request is at work.
func (r *rush) send(header http.Header, method, path string, body any) heard {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			panic(err)
		}
	}
	began := time.Now()
	defer func() { r.slow(method+" "+path, time.Since(began)) }()
	for ; ; time.Sleep(20*time.Millisecond + rand.N(80*time.Millisecond)) {
		answer, err := r.once(header, method, path, text)
		tired := time.Since(began) > 2*patience
		switch {
		case err != nil && !tired:
			r.refusal("connection")
			continue
		case err != nil:
			r.t.Errorf("%s %s: %v", method, path, err)
			return heard{}
		}
		if answer.status >= 400 {
			r.refusal(fmt.Sprint(answer.status, " ", answer.code()))
		}
		if busy := answer.status > 500 || answer.status == http.StatusTooManyRequests || answer.code() == "in_progress"; !busy || tired {
			return answer
		}
	}
}

func (r *rush) once(header http.Header, method, path string, text []byte) (heard, error) {
	request, err := http.NewRequest(method, "http://"+r.listen+path, bytes.NewReader(text))
	if err != nil {
		return heard{}, err
	}
	request.Header = header.Clone()
	if len(text) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := r.client.Do(request)
	if err != nil {
		return heard{}, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil {
		r.answers.Add(1)
	}
	return heard{answer.StatusCode, answer.Header, body}, err
}

// slow notes what took the longest, with all tries.
func (r *rush) slow(what string, took time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if took > r.longest {
		r.longest, r.slowest = took, what
	}
}

func (r *rush) refusal(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.codes[what]++
}

// keeper is the headers of whoever runs the shop.
func (r *rush) keeper(key string) http.Header {
	return http.Header{"Authorization": {"Bearer " + r.token}, "Idempotency-Key": {strings.ReplaceAll(key, " ", "-")}}
}

// customer is somebody who has ordered.
type customer struct {
	*rush
	name   string
	header http.Header // of their browser
	order  orders.Order
}

// buyer wants one unit. What they do with their order is up to their number.
func (r *rush) buyer(round, n int) {
	time.Sleep(rand.N(1500 * time.Millisecond))
	c := &customer{rush: r, name: fmt.Sprintf("%d-%d", round, n),
		header: http.Header{"X-Forwarded-For": {fmt.Sprintf("10.%d.%d.%d", round%250, n/250, n%250+1)}}}
	if !c.fills() {
		return
	}
	for try := 0; !c.buys(try, n%7 == 0); try++ {
		if try == rushTries {
			return
		}
		// Somebody may not pay, or give theirs back.
		time.Sleep(rand.N(1500 * time.Millisecond))
	}
	switch n % 10 {
	case 0, 1, 2:
		if c.pays() && n%20 < 10 {
			c.waits()
		}
	case 3, 4:
		if c.pays() && c.waits() {
			c.isServed(n / 10 % 4)
		}
	case 5:
		c.isRefused()
	case 6:
		if c.isRefused() && c.triesAgain() {
			c.pays()
		}
	case 7:
		c.changes("cancel", c.own("cancel"), map[string]any{}, &r.cancelled)
	}
}

// fills puts a unit into a cart.
func (c *customer) fills() bool {
	added := c.send(c.header, http.MethodPost, "/v1/cart/items", map[string]any{"kind": "product", "id": c.variant, "quantity": 1})
	cookie, _, _ := strings.Cut(added.header.Get("Set-Cookie"), ";")
	if added.status/100 != 2 || cookie == "" {
		c.t.Errorf("buyer %s gets no cart: %d %s", c.name, added.status, added.body)
		return false
	}
	c.header.Set("Cookie", cookie)
	return true
}

// buys orders what is in the cart; an impatient buyer presses twice.
func (c *customer) buys(try int, impatient bool) bool {
	once := c.header.Clone()
	once.Set("Idempotency-Key", fmt.Sprintf("buy-%s-%d", c.name, try))
	form := map[string]any{"expected_total_minor": rushPrice, "delivery": c.method, "slot": c.slot,
		"contact": map[string]any{"name": "Buyer " + c.name, "email": "buyer-" + c.name + "@example.org"}}
	answers := make([]heard, 1)
	if impatient {
		answers = make([]heard, 2)
	}
	var presses sync.WaitGroup
	for i := range answers {
		presses.Go(func() { answers[i] = c.send(once, http.MethodPost, "/v1/checkout", form) })
	}
	presses.Wait()
	for _, answer := range answers {
		switch {
		case answer.status == http.StatusCreated || answer.status == http.StatusAccepted:
			var o orders.Order
			if err := json.Unmarshal(answer.body, &o); err != nil || o.Key == "" || c.order.ID != "" && o.ID != c.order.ID {
				c.t.Errorf("buyer %s orders %s, and then: %v, %s", c.name, c.order.ID, err, answer.body)
				return false
			}
			c.order = o
			if answer.header.Get("Idempotent-Replayed") != "" {
				c.again.Add(1)
			}
		case answer.code() == "out_of_stock" || answer.code() == "cart_changed":
			c.soldOut.Add(1)
		default:
			c.t.Errorf("buyer %s is answered %d %s", c.name, answer.status, answer.body)
		}
	}
	if c.order.ID == "" {
		return false
	}
	c.orders.Add(1)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.told[string(c.order.ID)] = true
	return true
}

// own is the headers by which the buyer does something with their order once.
func (c *customer) own(what string) http.Header {
	h := c.header.Clone()
	h.Set("Order-Key", c.order.Key)
	h.Set("Idempotency-Key", what+"-"+c.name)
	return h
}

// looks asks how far the payment is.
func (c *customer) looks() (state orders.PaymentState) {
	answer := c.send(c.own("look"), http.MethodGet, "/v1/orders/"+string(c.order.ID)+"/payment", nil)
	if err := json.Unmarshal(answer.body, &state); err != nil || answer.status != http.StatusOK {
		c.t.Errorf("buyer %s asks for the payment: %d %s", c.name, answer.status, answer.body)
	}
	return state
}

// page waits for the page to pay on and returns SumUp's id of it; empty: there will be none.
func (c *customer) page() string {
	for began := time.Now(); time.Since(began) < patience; time.Sleep(100*time.Millisecond + rand.N(200*time.Millisecond)) {
		state := c.looks()
		if _, checkout, ok := strings.Cut(state.Payment.URL, "/pay/c-"); ok {
			return checkout
		}
		if state.Status != "pending_payment" || state.Payment.Status == "closed" {
			return ""
		}
	}
	c.t.Errorf("buyer %s has no page to pay on", c.name)
	return ""
}

// pays pays at SumUp, whether or not the shop is there; false: it was too late.
func (c *customer) pays() bool {
	return c.atSumUp(c.sim.Pay, &c.paid)
}

// isRefused is a card that the bank refuses.
func (c *customer) isRefused() bool {
	return c.atSumUp(c.sim.Decline, &c.declined)
}

func (c *customer) atSumUp(does func(string) (string, error), count *atomic.Int64) bool {
	checkout := c.page()
	time.Sleep(rand.N(400 * time.Millisecond))
	if checkout == "" {
		c.tooLate.Add(1)
		return false
	}
	switch _, err := does(checkout); {
	case errors.Is(err, sumupsim.ErrNotPayable):
		c.tooLate.Add(1)
		return false
	case err != nil:
		c.t.Errorf("buyer %s at SumUp: %v", c.name, err)
		return false
	}
	count.Add(1)
	return true
}

// waits looks until the order is paid; a payment that is not seen for long is left to later.
func (c *customer) waits() bool {
	for began := time.Now(); time.Since(began) < 10*time.Second; time.Sleep(200*time.Millisecond + rand.N(200*time.Millisecond)) {
		if state := c.looks(); state.Status != "pending_payment" {
			return state.Status == "paid"
		}
	}
	return false
}

// triesAgain asks for another page to pay on.
func (c *customer) triesAgain() bool {
	answer := c.send(c.own("pay"), http.MethodPost, "/v1/orders/"+string(c.order.ID)+"/payments", nil)
	if answer.status/100 != 2 && answer.code() != "order_ended" {
		c.t.Errorf("buyer %s cannot try again: %d %s", c.name, answer.status, answer.body)
	}
	return answer.status/100 == 2
}

// isServed is what the shop does with a paid order: it cancels it, gives the money for its
// line back, or twice a part of it, or hands it over.
func (c *customer) isServed(how int) {
	line := []any{map[string]any{"line": c.order.Lines[0].ID, "quantity": 1}}
	switch how {
	case 0:
		c.changes("cancel", c.keeper("cancel-"+c.name), map[string]any{"reason": "The oven broke down."}, &c.cancelled)
	case 1:
		c.changes("refunds", c.keeper("refund-"+c.name), map[string]any{"lines": line, "note": "Burnt."}, &c.refunded)
	case 2:
		for _, part := range []string{"one", "two"} {
			c.changes("refunds", c.keeper("part-"+part+"-"+c.name), map[string]any{"amount_minor": rushPrice / 4, "note": "Squashed."}, &c.refunded)
		}
	default:
		c.changes("fulfilments", c.keeper("hand-"+c.name), map[string]any{"lines": line}, &c.handed)
	}
}

// changes changes the order, unless something else has become of it.
func (c *customer) changes(what string, header http.Header, body any, count *atomic.Int64) {
	answer := c.send(header, http.MethodPost, "/v1/orders/"+string(c.order.ID)+"/"+what, body)
	switch {
	case answer.status/100 == 2:
		count.Add(1)
	case answer.code() != "wrong_state":
		c.t.Errorf("%s of %s's order = %d %s", what, c.name, answer.status, answer.body)
	}
}

// till sells over the counter.
func (r *rush) till(round, n int) {
	for i := range rushSales {
		time.Sleep(rand.N(400 * time.Millisecond))
		answer := r.send(r.keeper(fmt.Sprintf("sale-%d-%d-%d", round, n, i)), http.MethodPost, "/v1/counter-sales",
			map[string]any{"lines": []any{map[string]any{"id": r.variant, "quantity": 1}}, "method": []string{"cash", "card_reader"}[n%2]})
		var o orders.Order
		switch {
		case answer.status == http.StatusCreated && json.Unmarshal(answer.body, &o) == nil && o.Status == "fulfilled":
			r.sold.Add(1)
		case answer.code() == "out_of_stock":
			r.tillEmpty.Add(1)
		default:
			r.t.Errorf("the till is answered %d %s", answer.status, answer.body)
		}
	}
}

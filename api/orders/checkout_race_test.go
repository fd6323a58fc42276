package orders_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rose-ash.com/roseash/api/orders"
)

var pays = flag.Int("pays", 60, "how many orders TestI18 pays at once")

// retry sends a request until it is not in progress any more.
func (w *world) retry(method, path string, header map[string]string, body any) (r reply, err error) {
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if r, err = w.tryAsk(method, path, header, body); err != nil || r.code() != "in_progress" || time.Now().After(deadline) {
			return r, err
		}
		if r.Status != http.StatusConflict || r.Header.Get("Retry-After") != "1" {
			return r, fmt.Errorf("in progress: %d, Retry-After %q", r.Status, r.Header.Get("Retry-After"))
		}
	}
}

// One order a submission: 64 at once with one Idempotency-Key are one order, one attempt, one
// checkout at SumUp, and the same bytes for all.
func TestI01(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	loaf := w.product("Rye loaf", 325, 2000, counted)
	w.stock(loaf, 5)
	gwen := w.guest().add(loaf, 2)
	header := with(gwen.Header, "Idempotency-Key", "once")
	replies := make([]reply, 64)
	var group sync.WaitGroup
	for i := range replies {
		group.Go(func() {
			var err error
			if replies[i], err = w.retry(http.MethodPost, "/v1/checkout", header, form(650)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	var replays int
	for _, r := range replies {
		if r.Status != http.StatusCreated || !bytes.Equal(r.Body, replies[0].Body) || r.Header.Get("Location") != replies[0].Header.Get("Location") || r.Header.Get("ETag") != replies[0].Header.Get("ETag") {
			t.Fatalf("%d %s\nand %d %s", r.Status, r.Body, replies[0].Status, replies[0].Body)
		}
		if r.Header.Get("Idempotent-Replayed") == "true" {
			replays++
		}
	}
	if replays != 63 {
		t.Errorf("%d replays", replays)
	}
	for what, sql := range map[string]string{
		"orders": "SELECT count(*) FROM orders.orders", "attempts": "SELECT count(*) FROM orders.payment_attempts",
		"events": "SELECT count(*) FROM bus.domain_events WHERE kind = 'orders.order_placed'", "carts": "SELECT count(*) FROM cart.carts",
	} {
		if n := one[int](w, sql); n != 1 {
			t.Errorf("%d %s", n, what)
		}
	}
	if open := w.Sim.Ledger().Open; len(open) != 1 {
		t.Errorf("%d checkouts at SumUp", len(open))
	}
	// The same key for something else is refused, and a later replay shows the order as it is.
	if r := w.ask(http.MethodPost, "/v1/checkout", header, form(651)); r.Status != 422 || r.code() != "idempotency_key_reused" {
		t.Errorf("another order: %d %s", r.Status, r.Body)
	}
	w.pay(decodeOrder(t, replies[0]))
	if o := decodeOrder(t, w.ask(http.MethodPost, "/v1/checkout", header, form(650))); o.Status != "paid" || o.Key == "" {
		t.Errorf("a later replay: %+v", o)
	}
	w.sound()
}

// One order a cart, whatever the keys: 32 tabs make one, and 31 are led to it.
func TestI02(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	loaf := w.product("Rye loaf", 325, 0, counted)
	w.stock(loaf, 100)
	for _, s := range []*shopper{w.guest().add(loaf, 2), w.as("anna").add(loaf, 2)} {
		replies := make([]reply, 32)
		var group sync.WaitGroup
		for i := range replies {
			group.Go(func() {
				var err error
				if replies[i], err = w.tryAsk(http.MethodPost, "/v1/checkout", with(s.Header, "Idempotency-Key", fmt.Sprint("tab-", i)), form(650)); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		made := slices.IndexFunc(replies, func(r reply) bool { return r.Status == http.StatusCreated })
		if made < 0 {
			t.Fatalf("nobody ordered: %d %s", replies[0].Status, replies[0].Body)
		}
		where := replies[made].Header.Get("Location")
		for i, r := range replies {
			var d struct{ Instance string }
			if err := json.Unmarshal(r.Body, &d); i != made && (err != nil || r.Status != 409 || r.code() != "cart_converted" || r.Header.Get("Location") != where || d.Instance != where) {
				t.Errorf("tab %d: %d %s to %q", i, r.Status, r.Body, r.Header.Get("Location"))
			}
		}
	}
	if n := one[int](w, "SELECT count(*) FROM orders.orders"); n != 2 {
		t.Errorf("%d orders of two carts", n)
	}
	w.sound()
}

// Five places, twenty shoppers: five have one, and the rest are told so.
func TestLastPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	loaf, barn := w.product("Rye loaf", 325, 0, nil), w.delivery("collection", 0)
	slot := w.slot(barn, time.Hour, 5)
	var placed, full atomic.Int64
	var group sync.WaitGroup
	for range 20 {
		s := w.guest().add(loaf, 1)
		group.Go(func() {
			r, err := w.tryAsk(http.MethodPost, "/v1/checkout", with(s.Header, "Idempotency-Key", "k"), merged(form(325), map[string]any{"delivery": barn, "slot": slot}))
			switch {
			case err == nil && r.Status == http.StatusCreated:
				placed.Add(1)
			case err == nil && r.code() == "slot_full":
				full.Add(1)
			default:
				t.Errorf("%d %s %v", r.Status, r.Body, err)
			}
		})
	}
	group.Wait()
	if placed.Load() != 5 || full.Load() != 15 {
		t.Errorf("%d placed, %d told that it is full", placed.Load(), full.Load())
	}
	w.sound()
}

// Numbers of invoices have no gaps however many orders are paid at once, and references tell
// nothing of how many there are.
func TestI18(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.exec("UPDATE orders.settings SET invoice_prefix = 'RA-'")
	loaf := w.product("Rye loaf", 325, 2000, counted)
	w.stock(loaf, int64(*pays))
	made := make([]orders.Order, *pays)
	for i := range made {
		made[i] = w.guest().add(loaf, 1).buys(325)
	}
	var group sync.WaitGroup
	for _, o := range made {
		attempt, reference := w.attempt(o)
		if _, err := w.Sim.Pay(reference); err != nil {
			t.Fatal(err)
		}
		for range 2 { // whoever is second finds it done
			group.Go(func() {
				if err := w.Verify(t.Context(), attempt, "poll"); err != nil {
					t.Errorf("%s: %v", o.ID, err)
				}
			})
		}
	}
	group.Wait()
	numbers, references := map[string]bool{}, map[string]bool{}
	for _, o := range made {
		o = get[orders.Order](w, "/v1/orders/"+string(o.ID), bearer("shop"))
		if o.Status != "paid" || len(o.Documents) != 1 {
			t.Fatalf("%s is %s with %d documents", o.ID, o.Status, len(o.Documents))
		}
		numbers[o.Documents[0].Number], references[o.Reference] = true, true
	}
	for n := range *pays {
		if !numbers[fmt.Sprint("RA-", n+1)] {
			t.Errorf("there is no invoice RA-%d", n+1)
		}
	}
	if len(references) != *pays {
		t.Errorf("%d references of %d orders", len(references), *pays)
	}
	w.sound()
}

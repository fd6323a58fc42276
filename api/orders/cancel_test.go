// Orders that are cancelled, and what may happen at the same moment.

package orders_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"rose-ash.com/roseash/api/cart"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/orders/sumupsim"
	"rose-ash.com/roseash/api/shared/contract"
)

func decode(t testing.TB, r reply, v any) {
	t.Helper()
	if err := json.Unmarshal(r.Body, v); err != nil {
		t.Fatalf("%v in %s", err, r.Body)
	}
}

// unpaid is an order of two counted loaves that nobody has paid yet.
func (w *world) unpaid() (orders.Order, *shopper) {
	w.t.Helper()
	loaf := w.product("Loaf", 325, 0, counted)
	w.stock(loaf, 2)
	buyer := w.guest().add(loaf, 2)
	return buyer.buys(650), buyer
}

// TestCancelUnpaid: nothing can be paid any more, and its lines are in the cart again.
func TestCancelUnpaid(t *testing.T) {
	w := newWorld(t)
	o, buyer := w.unpaid()
	_, reference := w.attempt(o)
	got := w.changes(o, "cancel", buyer.sees(o), map[string]any{})
	if got.Status != "cancelled" || got.PaymentStatus != "unpaid" || got.EndedAt == nil || got.Payment.Status != "closed" {
		t.Fatalf("cancelled: %+v", got)
	}
	if _, err := w.Sim.Pay(reference); err == nil {
		t.Error("it can be paid still")
	}
	back := get[cart.Cart](w, "/v1/cart", buyer.Header)
	if len(back.Lines) != 1 || back.Lines[0].Quantity != 2 {
		t.Errorf("the cart: %+v", back)
	}
	if mails := w.letters("gwen@example.org"); len(mails) != 0 {
		t.Errorf("mails: %v", mails)
	}
	if n := one[int](w, "SELECT count(*) FROM bus.domain_events WHERE kind = 'orders.order_ended'"); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
	w.sound()
}

// TestCancelPaid: all of it goes back, the fee too, and the place and the goods are free.
func TestCancelPaid(t *testing.T) {
	w := newWorld(t)
	w.run()
	o, buyer := w.basket(time.Hour)
	got := w.changes(o, "cancel", buyer.sees(o), map[string]any{})
	if got.Status != "cancelled" || len(got.Refunds) != 1 || got.Refunds[0].AmountMinor != o.Totals.TotalMinor || got.Refunds[0].Reason != "cancelled" {
		t.Fatalf("cancelled: %+v", got)
	}
	got = w.sentBack(got)
	if got.PaymentStatus != "refunded" || got.RefundedMinor != got.PaidMinor {
		t.Errorf("%s, %d of %d went back", got.PaymentStatus, got.RefundedMinor, got.PaidMinor)
	}
	w.owed(got, 0)
	if mails := w.letters("gwen@example.org"); !slices.Contains(mails, "order_cancelled") {
		t.Errorf("mails: %v", mails)
	}
	w.sound()
}

// TestCancelByShop: after the close and while it is picked; what was handed over stays paid.
func TestCancelByShop(t *testing.T) {
	w := newWorld(t)
	w.run()
	o, buyer := w.basket(time.Hour)
	w.advance(2 * time.Hour)
	w.picking(o, "ready")
	if r := w.send(o, "cancel", buyer.sees(o), map[string]any{}); r.Status != 409 {
		t.Errorf("by the shopper = %d %s", r.Status, r.Body)
	}
	w.changes(o, "fulfilments", bearer("shop"), map[string]any{"lines": quantities(o, 2, 120, -1)})
	o = w.sentBack(w.changes(o, "cancel", bearer("shop"), map[string]any{"reason": "The van broke down."}))
	if o.Status != "cancelled" || o.Lines[0].Quantity != 2 || o.Lines[1].Quantity != 120 || o.Lines[2].Quantity != 0 {
		t.Errorf("cancelled: %+v", o.Lines)
	}
	w.owed(o, 295)
	if m := w.letter("order_cancelled"); m.Reason != "The van broke down." || m.RefundMinor != o.RefundedMinor {
		t.Errorf("the mail: %+v", m)
	}
	w.sound()
}

// TestCancelOfNothing: what cost nothing is cancelled without any refund.
func TestCancelOfNothing(t *testing.T) {
	w := newWorld(t)
	loaf := w.product("Loaf", 1, 0, counted)
	w.stock(loaf, 1)
	if r := w.ask(http.MethodPost, "/v1/discounts", bearer("shop"), map[string]any{"code": "FREE", "name": "Free", "kind": "percent", "percent_bp": 10000}); r.Status != 201 {
		t.Fatalf("POST /v1/discounts = %d %s", r.Status, r.Body)
	}
	method := w.delivery("collection", 0)
	slot := w.slot(method, time.Hour, 1)
	buyer := w.guest().add(loaf, 1)
	if r := w.ask(http.MethodPost, "/v1/cart/codes", buyer.Header, map[string]any{"code": "free"}); r.Status != 200 {
		t.Fatalf("POST /v1/cart/codes = %d %s", r.Status, r.Body)
	}
	r := buyer.order(merged(form(0), map[string]any{"delivery": method, "slot": slot}))
	o := decodeOrder(t, r)
	if o.Status != "paid" {
		t.Fatalf("POST /v1/checkout = %d %s", r.Status, r.Body)
	}
	if o = w.changes(o, "cancel", buyer.sees(o), map[string]any{}); o.Status != "cancelled" || len(o.Refunds) != 0 {
		t.Errorf("cancelled: %+v", o)
	}
	w.sound()
}

// TestCancelUnknown: while SumUp does not say whether it has been paid nothing ends.
func TestCancelUnknown(t *testing.T) {
	w := newWorld(t)
	w.run()
	o, buyer := w.unpaid()
	_, reference := w.attempt(o)
	if _, err := w.Sim.Pay(reference); err != nil {
		t.Fatal(err)
	}
	if err := w.Sim.SetPlan(sumupsim.Plan{Faults: []sumupsim.Fault{{Kind: sumupsim.Status, Status: 503}}}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if r := w.send(o, "cancel", buyer.sees(o), map[string]any{}); r.Status != 503 || r.code() != "payment_unknown" || r.Header.Get("Retry-After") == "" {
			t.Fatalf("= %d %s", r.Status, r.Body)
		}
	}
	if got := w.fresh(o); got.Status != "pending_payment" || one[int64](w, "SELECT sum(reserved) FROM market.stock") != 2 {
		t.Errorf("it is %s", got.Status)
	}
	if err := w.Sim.SetPlan(sumupsim.Plan{}); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if r := w.send(o, "cancel", buyer.sees(o), map[string]any{}); r.Status == 409 {
			break
		} else if r.Status != 503 {
			t.Fatalf("of a paid one = %d %s", r.Status, r.Body)
		}
	}
	if got := w.fresh(o); got.Status != "paid" {
		t.Errorf("it is %s, want paid", got.Status)
	}
	w.sound()
}

// TestCancelRacesPayment: somebody cancels in one window and pays in another. It is bought or
// it is cancelled; never both, and no money stays for what is cancelled.
func TestCancelRacesPayment(t *testing.T) {
	w := newWorld(t)
	w.run()
	ends := map[string]int{}
	for round := range 16 {
		o, buyer := w.unpaid()
		attempt, reference := w.attempt(o)
		var group sync.WaitGroup
		header := with(buyer.sees(o), "Idempotency-Key", fmt.Sprint("race-", round))
		group.Go(func() {
			if r, err := w.tryAsk(http.MethodPost, "/v1/orders/"+string(o.ID)+"/cancel", header, map[string]any{}); err != nil || r.Status != 200 && r.Status != 409 && r.Status != 503 {
				t.Errorf("cancel = %d %s, %v", r.Status, r.Body, err)
			}
		})
		for range 2 {
			group.Go(func() {
				time.Sleep(time.Duration(round) * 3 * time.Millisecond)
				_, _ = w.Sim.Pay(reference) // it may be too late
				if err := w.Verify(t.Context(), attempt, "return"); err != nil {
					t.Errorf("Verify: %v", err)
				}
			})
		}
		group.Wait()
		if err := w.Verify(t.Context(), attempt, "poll"); err != nil {
			t.Errorf("Verify: %v", err)
		}
		o = w.sentBack(o)
		ends[o.Status]++
		switch money := w.moved(reference); {
		case o.Status == "cancelled" && money == 0 && o.PaidMinor == o.RefundedMinor:
		case o.Status == "paid" && money == 650 && o.PaidMinor == 650 && o.RefundedMinor == 0:
		default:
			t.Errorf("it is %s, %s, %d are at SumUp, %d paid, %d back", o.Status, o.PaymentStatus, money, o.PaidMinor, o.RefundedMinor)
		}
	}
	t.Logf("%v", ends)
	w.sound()
}

// TestCancelRacesExpiry: it ends once, whoever is first, and its lines are in the cart once.
func TestCancelRacesExpiry(t *testing.T) {
	w := newWorld(t)
	var all []orders.Order
	var buyers []*shopper
	for range 8 {
		o, buyer := w.unpaid()
		all, buyers = append(all, o), append(buyers, buyer)
	}
	w.advance(orders.HoldLasts + time.Second)
	for i, o := range all {
		attempt, _ := w.attempt(o)
		var group sync.WaitGroup
		group.Go(func() {
			if err := w.Verify(t.Context(), attempt, "poll"); err != nil {
				t.Errorf("Verify: %v", err)
			}
		})
		for n := range 2 {
			header := with(buyers[i].sees(o), "Idempotency-Key", fmt.Sprintf("end-%d-%d", i, n))
			group.Go(func() {
				if r, err := w.tryAsk(http.MethodPost, "/v1/orders/"+string(o.ID)+"/cancel", header, map[string]any{}); err != nil || r.Status != 200 && r.Status != 409 && r.Status != 503 {
					t.Errorf("cancel = %d %s, %v", r.Status, r.Body, err)
				}
			})
		}
		group.Wait()
		if got := w.fresh(o); got.Status != "cancelled" && got.Status != "expired" {
			t.Errorf("it is %s", got.Status)
		}
		if back := get[cart.Cart](w, "/v1/cart", buyers[i].Header); len(back.Lines) != 1 || back.Lines[0].Quantity != 2 {
			t.Errorf("the cart: %+v", back)
		}
	}
	if n := one[int](w, "SELECT count(*) FROM orders.order_events WHERE kind IN ('cancelled', 'expired')"); n != len(all) {
		t.Errorf("%d ends of %d orders", n, len(all))
	}
	w.sound()
}

// TestCancelTwice: a double click is one cancellation; another one afterwards is refused.
func TestCancelTwice(t *testing.T) {
	w := newWorld(t)
	w.run()
	o, buyer := w.basket(time.Hour)
	header := with(buyer.sees(o), "Idempotency-Key", "once")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if r, err := w.tryAsk(http.MethodPost, "/v1/orders/"+string(o.ID)+"/cancel", header, map[string]any{}); err != nil || r.Status != 200 && r.code() != "in_progress" {
				t.Errorf("= %d %s, %v", r.Status, r.Body, err)
			}
		})
	}
	group.Wait()
	if r := w.ask(http.MethodPost, "/v1/orders/"+string(o.ID)+"/cancel", header, map[string]any{}); r.Status != 200 || r.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("a replay = %d %s", r.Status, r.Body)
	}
	if r := w.send(o, "cancel", buyer.sees(o), map[string]any{}); r.code() != "wrong_state" {
		t.Errorf("again = %d %s", r.Status, r.Body)
	}
	w.owed(w.sentBack(o), 0)
	if n := one[int](w, "SELECT count(*) FROM orders.refunds"); n != 1 {
		t.Errorf("%d refunds", n)
	}
	w.sound()
}

// TestPicking: what is to be gathered is what the orders say.
func TestPicking(t *testing.T) {
	w := newWorld(t)
	method := w.delivery("collection", 0)
	slot, other := w.slot(method, time.Hour, 0), w.slot(method, time.Hour, 0)
	loaf := w.product("Loaf", 300, 0, nil)
	milk := w.product("Milk", 100, 0, func(v *market.VariantFields) { v.Quantity, v.Unit = 500, contract.UnitMillilitre })
	var all []orders.Order
	for i, slot := range []contract.SlotID{slot, slot, other} {
		buyer := w.guest().add(loaf, int64(i+1)).add(milk, 2)
		r := buyer.order(merged(form(int64(i+1)*300+200), map[string]any{"delivery": method, "slot": slot}))
		if r.Status != 201 {
			t.Fatalf("POST /v1/checkout = %d %s", r.Status, r.Body)
		}
		all = append(all, w.pay(decodeOrder(t, r)))
	}
	w.changes(all[1], "fulfilments", bearer("shop"), map[string]any{"lines": quantities(all[1], 1, 2)})
	for query, want := range map[string][]int64{"": {3, 5, 4}, "?slot=" + string(slot): {2, 2, 2}, "?slot=" + string(other): {1, 3, 2},
		"?window=" + string(all[2].Delivery.Slot.Window): {1, 3, 2}, "?slot=slot_" + fmt.Sprintf("%032x", 7): {0, 0, 0}} {
		list := get[orders.PickList](w, "/v1/picking"+query, bearer("clerk"))
		sums := map[string]int64{}
		for _, item := range list.Items {
			sums[item.Name] = item.Quantity
		}
		if got := []int64{int64(len(list.Orders)), sums["Loaf"], sums["Milk"]}; !slices.Equal(got, want) {
			t.Errorf("%q: orders, loaves and milk are %v, want %v", query, got, want)
		}
	}
	if r := w.ask(http.MethodGet, "/v1/picking", bearer("anna"), nil); r.Status != 403 {
		t.Errorf("for a member = %d", r.Status)
	}
}

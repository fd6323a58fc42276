// Orders that are handed over, in parts and short.

package orders_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/orders/sumupsim"
	"rose-ash.com/roseash/api/shared/contract"
)

// send sends a change of an order under a new Idempotency-Key.
func (w *world) send(o orders.Order, what string, header map[string]string, body any) reply {
	w.t.Helper()
	return w.ask(http.MethodPost, "/v1/orders/"+string(o.ID)+"/"+what, with(header, "Idempotency-Key", fmt.Sprint("change-", unique.Add(1))), body)
}

// changes is send of what works: the order as it is then.
func (w *world) changes(o orders.Order, what string, header map[string]string, body any) orders.Order {
	w.t.Helper()
	r := w.send(o, what, header, body)
	if r.Status != http.StatusOK {
		w.t.Fatalf("POST %s = %d %s", what, r.Status, r.Body)
	}
	return decodeOrder(w.t, r)
}

func (w *world) picking(o orders.Order, status string) reply {
	w.t.Helper()
	return w.ask(http.MethodPut, "/v1/orders/"+string(o.ID)+"/picking", bearer("shop"), map[string]any{"status": status})
}

// quantities are lines of an order with quantities, in the order's own order; -1 leaves one out.
func quantities(o orders.Order, list ...int64) []map[string]any {
	lines := []map[string]any{}
	for i, n := range list {
		if n >= 0 {
			lines = append(lines, map[string]any{"line": o.Lines[i].ID, "quantity": n})
		}
	}
	return lines
}

// fresh is an order as the shop sees it now.
func (w *world) fresh(o orders.Order) orders.Order {
	w.t.Helper()
	return get[orders.Order](w, "/v1/orders/"+string(o.ID), bearer("shop"))
}

// sentBack waits until every refund of an order is done, and returns it.
func (w *world) sentBack(o orders.Order) orders.Order {
	w.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		o = w.fresh(o)
		if !slices.ContainsFunc(o.Refunds, func(r orders.OrderRefund) bool { return r.Status != "done" }) {
			return w.fresh(o) // the order was read before its refunds
		}
		if time.Now().After(end) {
			w.t.Fatalf("refunds are not done: %+v", o.Refunds)
		}
	}
}

// kept is what so much of an amount is, of so many, rounded half up: by other means than the
// product's.
func kept(amount, part, of int64) int64 {
	n := new(big.Int).Mul(big.NewInt(2*amount), big.NewInt(part))
	n.Add(n, big.NewInt(of))
	return n.Div(n, big.NewInt(2*of)).Int64()
}

// owed fails the test where an order's money is not what its lines say: of each line what is
// still wanted of it is paid for, and everything else went back.
func (w *world) owed(o orders.Order, delivery int64) {
	w.t.Helper()
	stays := delivery
	for _, l := range o.Lines {
		rest := kept(l.NetMinor, l.Quantity, l.Ordered) + kept(l.DepositMinor, l.Quantity, l.Ordered)
		if l.NetMinor+l.DepositMinor-l.RefundedMinor != rest {
			w.t.Errorf("of %s, %d of %d wanted: %d of %d went back, want %d to stay", l.Offer.Name, l.Quantity, l.Ordered, l.RefundedMinor, l.NetMinor+l.DepositMinor, rest)
		}
		stays += rest
	}
	if o.PaidMinor-o.RefundedMinor != stays || o.PaidMinor != o.Totals.TotalMinor {
		w.t.Errorf("paid %d, %d went back, want %d to stay", o.PaidMinor, o.RefundedMinor, stays)
	}
	_, reference := w.attempt(o)
	if there := w.moved(reference); there != stays {
		w.t.Errorf("at SumUp %d stay, want %d", there, stays)
	}
}

// moved is what the simulator has of a checkout, after refunds.
func (w *world) moved(reference string) (sum int64) {
	for _, e := range w.Sim.Ledger().Entries {
		if e.Reference == reference {
			sum += e.AmountMinor
		}
	}
	return sum
}

// basket is a paid order of three lines that divide badly, with a discount and a fee: 7
// bottles with a deposit, 500 g of cheese, 3 loaves that are counted.
func (w *world) basket(closesIn time.Duration) (o orders.Order, buyer *shopper) {
	w.t.Helper()
	bottles := w.product("Milk", 133, 0, func(v *market.VariantFields) {
		v.Deposit = &market.Amount{AmountMinor: 17, Currency: "GBP"}
		counted(v)
	})
	cheese := w.product("Cheese", 1299, 0, func(v *market.VariantFields) {
		v.SoldByWeight, v.Quantity, v.Unit, v.OrderStep, v.OrderMin = ptr(true), 1000, contract.UnitGram, ptr(int64(50)), ptr(int64(100))
		counted(v)
	})
	loaves := w.product("Crisps", 199, 2000, counted)
	w.stock(bottles, 20)
	w.stock(cheese, 2000)
	w.stock(loaves, 10)
	code := fmt.Sprintf("TENTH-%d", unique.Add(1))
	if r := w.ask(http.MethodPost, "/v1/discounts", bearer("shop"), map[string]any{"code": code, "name": "A bit less", "kind": "percent", "percent_bp": 1234}); r.Status != http.StatusCreated {
		w.t.Fatalf("POST /v1/discounts = %d %s", r.Status, r.Body)
	}
	method := w.delivery("collection", 295)
	slot := w.slot(method, closesIn, 0)
	buyer = w.guest().add(bottles, 7).add(cheese, 500).add(loaves, 3)
	if r := w.ask(http.MethodPost, "/v1/cart/codes", buyer.Header, map[string]any{"code": code}); r.Status != http.StatusOK {
		w.t.Fatalf("POST /v1/cart/codes = %d %s", r.Status, r.Body)
	}
	where := map[string]any{"delivery": method, "slot": slot}
	r := w.ask(http.MethodPost, "/v1/checkout/quote", buyer.Header, where)
	if r.Status != http.StatusOK {
		w.t.Fatalf("POST /v1/checkout/quote = %d %s", r.Status, r.Body)
	}
	var quote orders.Quote
	decode(w.t, r, &quote)
	if quote.Totals.DiscountMinor == 0 || quote.Totals.DepositMinor == 0 {
		w.t.Fatalf("quote: %+v", quote.Totals)
	}
	r = buyer.order(merged(form(quote.Totals.TotalMinor), where))
	if r.Status != http.StatusCreated {
		w.t.Fatalf("POST /v1/checkout = %d %s", r.Status, r.Body)
	}
	o = decodeOrder(w.t, r)
	guestKey := o.Key
	o = w.pay(o)
	o.Key = guestKey
	return o, buyer
}

// TestShortPick: what is short goes back to the penny; parts add up to what was paid.
func TestShortPick(t *testing.T) {
	w := newWorld(t)
	w.run()
	o, _ := w.basket(time.Hour)
	part := w.changes(o, "fulfilments", bearer("shop"), map[string]any{"lines": quantities(o, 2, -1, 1)})
	if part.Status != "part_fulfilled" || part.FulfilmentStatus != "part_fulfilled" || part.Lines[0].Fulfilled != 2 || len(part.Refunds) != 0 {
		t.Fatalf("after a part: %+v", part)
	}
	end := w.changes(o, "fulfilments", bearer("shop"), map[string]any{"lines": quantities(o, 3, 480, -1), "final": true, "reason": "The cow was tired."})
	if end.Status != "fulfilled" || end.FulfilledAt == nil || len(end.Refunds) != 1 || end.Refunds[0].Reason != "short" || end.Refunds[0].Note != "The cow was tired." {
		t.Fatalf("at the end: %+v", end)
	}
	end = w.sentBack(end)
	if q := []int64{end.Lines[0].Quantity, end.Lines[1].Quantity, end.Lines[2].Quantity}; !slices.Equal(q, []int64{5, 480, 1}) || end.PaymentStatus != "part_refunded" {
		t.Errorf("had %v, %s", q, end.PaymentStatus)
	}
	w.owed(end, 295)
	if left := one[int64](w, "SELECT sum(on_hand) FROM market.stock"); left != 20-5+2000-480+10-1 || one[int64](w, "SELECT sum(reserved) FROM market.stock") != 0 {
		t.Errorf("%d are left", left)
	}
	m := w.letter("order_changed")
	if m.RefundMinor != end.RefundedMinor || m.Reason != "The cow was tired." || len(m.Lines) != 3 || m.Lines[1].Quantity != 480 {
		t.Errorf("the mail: %+v", m)
	}
	if n := one[int](w, "SELECT count(*) FROM bus.domain_events WHERE kind = 'orders.order_fulfilled'"); n != 2 {
		t.Errorf("%d events, want 2", n)
	}
	w.sound()
}

// TestWeighedLess: what is weighed out lighter costs less by exactly that.
func TestWeighedLess(t *testing.T) {
	w := newWorld(t)
	w.run()
	cheese := w.product("Cheese", 1299, 0, func(v *market.VariantFields) {
		v.SoldByWeight, v.Quantity, v.Unit, v.OrderStep, v.OrderMin = ptr(true), 1000, contract.UnitGram, ptr(int64(50)), ptr(int64(50))
	})
	o := w.pay(w.as("anna").add(cheese, 500).buys(650)) // 649.5 rounded half up
	o = w.sentBack(w.changes(o, "fulfilments", bearer("shop"), map[string]any{"lines": quantities(o, 487), "final": true}))
	if o.RefundedMinor != 650-633 || o.Status != "fulfilled" || o.Lines[0].Fulfilled != 487 { // 650 * 487 / 500 = 633.1
		t.Errorf("%d went back of %+v", o.RefundedMinor, o.Lines[0])
	}
	w.sound()
}

// TestParts: in whatever order an order is edited, handed over and ended, the parts of each
// line add up to it, and SumUp has what we say.
func TestParts(t *testing.T) {
	w := newWorld(t)
	w.run()
	var ends []orders.Order
	var fees []int64
	for seed := range uint64(6) {
		random := rand.New(rand.NewPCG(seed, 7))
		o, buyer := w.basket(time.Hour)
		key := o.Key
		for range random.IntN(3) {
			less := []int64{random.Int64N(o.Lines[0].Quantity) + 1, (random.Int64N(o.Lines[1].Quantity/50-1) + 2) * 50, -1}
			key, o = o.Key, w.changes(o, "edits", with(buyer.Header, "Order-Key", key), map[string]any{"lines": quantities(o, less...)})
			o.Key = key
		}
		for range random.IntN(3) {
			some := make([]int64, 3)
			for i, l := range o.Lines {
				some[i] = random.Int64N(l.Quantity - l.Fulfilled + 1)
			}
			if some[0]+some[1]+some[2] > 0 && o.Status != "fulfilled" {
				o = w.changes(o, "fulfilments", bearer("shop"), map[string]any{"lines": quantities(o, some...)})
			}
		}
		delivery := int64(295)
		switch {
		case o.Status == "fulfilled":
		case o.Status == "part_fulfilled" && seed%2 == 0:
			o = w.changes(o, "fulfilments", bearer("shop"), map[string]any{"lines": []any{}, "final": true})
		default:
			if o.Status == "paid" {
				delivery = 0
			}
			o = w.changes(o, "cancel", bearer("shop"), map[string]any{})
		}
		ends, fees = append(ends, o), append(fees, delivery)
	}
	for i, o := range ends {
		w.owed(w.sentBack(o), fees[i])
	}
	w.sound()
}

// TestFulfilTwice: sent many times at once, it is done once.
func TestFulfilTwice(t *testing.T) {
	w := newWorld(t)
	w.run()
	o, _ := w.basket(time.Hour)
	header := with(bearer("shop"), "Idempotency-Key", "once")
	body := map[string]any{"lines": quantities(o, 7, 480, 2), "final": true}
	var group sync.WaitGroup
	statuses := make([]int, 16)
	for i := range statuses {
		group.Go(func() {
			r, err := w.tryAsk(http.MethodPost, "/v1/orders/"+string(o.ID)+"/fulfilments", header, body)
			if err != nil || r.Status != 200 && r.code() != "in_progress" {
				t.Errorf("= %d %s, %v", r.Status, r.Body, err)
			}
			statuses[i] = r.Status
		})
	}
	group.Wait()
	if !slices.Contains(statuses, 200) {
		t.Errorf("statuses %v", statuses)
	}
	again := w.ask(http.MethodPost, "/v1/orders/"+string(o.ID)+"/fulfilments", header, body)
	if again.Status != 200 || again.Header.Get("Idempotent-Replayed") != "true" || again.Header.Get("ETag") == "" {
		t.Errorf("a replay: %d %v", again.Status, again.Header)
	}
	if r := w.ask(http.MethodPost, "/v1/orders/"+string(o.ID)+"/fulfilments", header, map[string]any{"lines": []any{}, "final": true}); r.code() != "idempotency_key_reused" {
		t.Errorf("another body: %d %s", r.Status, r.Body)
	}
	if n := one[int](w, "SELECT count(*) FROM orders.order_events WHERE kind = 'fulfilled'"); n != 1 {
		t.Errorf("handed over %d times", n)
	}
	w.owed(w.sentBack(o), 295)
	w.sound()
}

// TestTwoHandOver: two people hand over the same order; nothing goes out twice.
func TestTwoHandOver(t *testing.T) {
	w := newWorld(t)
	w.run()
	o, _ := w.basket(time.Hour)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			r, err := w.tryAsk(http.MethodPost, "/v1/orders/"+string(o.ID)+"/fulfilments", with(bearer("shop"), "Idempotency-Key", fmt.Sprint("hand-", i)),
				map[string]any{"lines": quantities(o, 2, 200, 1)})
			if err != nil || r.Status != 200 && r.Status != 422 {
				t.Errorf("= %d %s, %v", r.Status, r.Body, err)
			}
		})
	}
	group.Wait()
	o = w.fresh(o)
	if o.Lines[0].Fulfilled != 4 || o.Lines[1].Fulfilled != 400 || o.Lines[2].Fulfilled != 2 {
		t.Errorf("handed over: %+v", o.Lines)
	}
	w.sound()
}

// TestShortRefundUnknown: SumUp does the refund of a short pick and its answer is lost: the
// money goes back once.
func TestShortRefundUnknown(t *testing.T) {
	w := newWorld(t)
	w.run()
	o, _ := w.basket(time.Hour)
	if err := w.Sim.SetPlan(sumupsim.Plan{Faults: []sumupsim.Fault{{Route: "refund", Kind: sumupsim.Close, After: true, Times: 1}}}); err != nil {
		t.Fatal(err)
	}
	w.changes(o, "fulfilments", bearer("shop"), map[string]any{"lines": quantities(o, 6, 500, 3), "final": true})
	w.owed(w.sentBack(o), 295)
	w.sound()
}

// TestReady: picking and ready are said once each, and whoever ordered hears of it once.
func TestReady(t *testing.T) {
	w := newWorld(t)
	o, _ := w.basket(time.Hour)
	for _, status := range []string{"picking", "picking", "ready", "ready"} {
		if r := w.picking(o, status); r.Status != 200 || decodeOrder(t, r).FulfilmentStatus != status {
			t.Fatalf("%s = %d %s", status, r.Status, r.Body)
		}
	}
	o = w.fresh(o)
	if o.ReadyAt == nil {
		t.Error("it is not said when it was ready")
	}
	if got := strings.Join(w.letters("gwen@example.org"), " "); strings.Count(got, "order_ready") != 1 {
		t.Errorf("mails: %s", got)
	}
	if n := one[int](w, "SELECT count(*) FROM orders.order_events WHERE kind LIKE 'picking.%'"); n != 2 {
		t.Errorf("%d events, want 2", n)
	}
	if r := w.picking(o, "picking"); r.Status != 200 || decodeOrder(t, r).ReadyAt != nil {
		t.Errorf("picking again = %d %s", r.Status, r.Body)
	}
	w.sound()
}

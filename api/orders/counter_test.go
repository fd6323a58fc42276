package orders_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/shared/contract"
)

// counterLine is a line of a sale.
func counterLine(variant contract.VariantID, quantity int64) map[string]any {
	return map[string]any{"id": variant, "quantity": quantity}
}

// sale is what is sold for cash.
func sale(lines ...map[string]any) map[string]any {
	return map[string]any{"method": "cash", "lines": lines}
}

// sells sends a sale under a new Idempotency-Key.
func (w *world) sells(body any) reply {
	w.t.Helper()
	return w.ask(http.MethodPost, "/v1/counter-sales", with(bearer("shop"), "Idempotency-Key", fmt.Sprint("sale-", unique.Add(1))), body)
}

// sold sends a sale and fails the test where it is refused.
func (w *world) sold(body any) orders.Order {
	w.t.Helper()
	r := w.sells(body)
	if r.Status != http.StatusCreated {
		w.t.Fatalf("POST /v1/counter-sales = %d %s", r.Status, r.Body)
	}
	o := decodeOrder(w.t, r)
	if got := r.Header.Get("Location"); got != "/v1/orders/"+string(o.ID) {
		w.t.Errorf("Location = %q", got)
	}
	return o
}

func TestCounterSale(t *testing.T) {
	w := newWorld(t)
	loaf := w.product("Rye loaf", 325, 0, counted)
	crisps := w.product("Crisps", 120, 2000, func(v *market.VariantFields) {
		v.MemberPrice, v.Deposit = &market.Amount{AmountMinor: 100, Currency: "GBP"}, &market.Amount{AmountMinor: 10, Currency: "GBP"}
	})
	cheese := w.product("Cheese", 2350, 0, func(v *market.VariantFields) {
		v.Unit, v.Quantity, v.SoldByWeight, v.TrackStock = contract.UnitGram, 1000, ptr(true), ptr(true)
		v.OrderStep, v.OrderMin, v.OrderMax = ptr(int64(50)), ptr(int64(100)), ptr(int64(200))
	})
	w.stock(loaf, 5)
	w.stock(cheese, 1000)
	body := merged(sale(counterLine(loaf, 2), counterLine(crisps, 3), counterLine(cheese, 333)), map[string]any{"method": "card_reader",
		"member": true, "discount": map[string]any{"amount_minor": 50, "note": "Yesterday's bread"}, "note": "for the fair"})
	o := w.sold(body)
	// 650 + 300 + 782.55, less 50, and 30 of deposit
	if o.Totals.GrossMinor != 650+300+783 || o.Totals.DiscountMinor != 50 || o.Totals.DepositMinor != 30 || o.Totals.TotalMinor != 1713 || o.PaidMinor != 1713 {
		t.Errorf("it comes to %+v, paid %d", o.Totals, o.PaidMinor)
	}
	if o.Channel != "counter" || o.Status != "fulfilled" || o.PaymentStatus != "paid" || o.FulfilmentStatus != "fulfilled" || o.Payment.Provider != "card_reader" || o.Payment.Status != "paid" ||
		len(o.Documents) != 1 || o.User != "" || o.Note != "for the fair" || len(o.Discounts) != 1 || o.Discounts[0].Name != "Yesterday's bread" {
		t.Errorf("the order is %+v", o)
	}
	for _, l := range o.Lines {
		if l.Fulfilled != l.Quantity || l.Quantity != l.Ordered {
			t.Errorf("of %s %d were handed over, %d sold", l.Offer.Name, l.Fulfilled, l.Quantity)
		}
	}
	if n := one[int64](w, "SELECT on_hand FROM market.stock s JOIN market.variants v ON v.id = s.variant_id WHERE v.name = 'Rye loaf'"); n != 3 {
		t.Errorf("%d loaves are left", n)
	}
	if n := one[int](w, "SELECT count(*) FROM market.stock_movements WHERE reason = 'counter_sale' AND actor = $1 AND note = $2", "shop:"+string(keeper), o.ID); n != 2 {
		t.Errorf("%d movements, want 2", n)
	}
	if n := one[int](w, `SELECT count(*) FROM orders.ledger l JOIN orders.payment_attempts a ON a.id = l.attempt_id AND a.reference = l.transaction_id AND a.status = 'paid'
		WHERE l.provider = 'card_reader' AND l.kind = 'payment' AND l.amount_minor = 1713 AND a.provider = l.provider`); n != 1 {
		t.Errorf("%d movements of money, want 1", n)
	}
	if got := one[string](w, "SELECT string_agg(kind || ' by ' || actor, ', ' ORDER BY sequence) FROM orders.order_events"); got != fmt.Sprintf("placed by shop:%[1]s, paid by shop:%[1]s, fulfilled by shop:%[1]s", keeper) {
		t.Errorf("events: %s", got)
	}
	if n := one[int](w, "SELECT count(*) FROM public.letters"); n != 0 {
		t.Errorf("%d mails were sent", n)
	}
	if _, reference := w.attempt(o); len(reference) != 26 {
		t.Errorf("the attempt's reference is %q", reference)
	} else if _, known := w.Sim.Checkout(reference); known {
		t.Error("SumUp was asked for a checkout")
	}
	w.sound()
	var invoice orders.Document
	if r := w.ask(http.MethodGet, o.Documents[0].Href, bearer("clerk"), nil); json.Unmarshal(r.Body, &invoice) != nil || invoice.Totals.TotalMinor != 1713 || len(invoice.Lines) != 3 {
		t.Errorf("the invoice is %s", r.Body)
	}
}

// What is given away is paid at once; no money moves.
func TestCounterGivesAway(t *testing.T) {
	w := newWorld(t)
	loaf := w.product("Rye loaf", 325, 0, nil)
	o := w.sold(merged(sale(counterLine(loaf, 2)), map[string]any{"discount": map[string]any{"amount_minor": 650}}))
	if o.Totals.TotalMinor != 0 || o.Status != "fulfilled" || o.PaymentStatus != "paid" || len(o.Documents) != 1 || o.Discounts[0].Name == "" {
		t.Errorf("the order is %+v", o)
	}
	if n := one[int](w, "SELECT count(*) FROM orders.ledger"); n != 0 {
		t.Errorf("%d movements of money", n)
	}
	w.sound()
}

// Sent again a sale is answered again, and nothing more leaves the shop.
func TestCounterSaleOnce(t *testing.T) {
	w := newWorld(t)
	loaf := w.product("Rye loaf", 325, 0, counted)
	w.stock(loaf, 9)
	body, key := sale(counterLine(loaf, 2)), with(bearer("shop"), "Idempotency-Key", "again")
	var first, replayed atomic.Int64
	ids := sync.Map{}
	var crowd sync.WaitGroup
	for range 12 {
		crowd.Go(func() {
			for {
				r, err := w.tryAsk(http.MethodPost, "/v1/counter-sales", key, body)
				switch {
				case err != nil:
					t.Error(err)
				case r.code() == "in_progress":
					continue
				case r.Status != http.StatusCreated:
					t.Errorf("%d %s", r.Status, r.Body)
				case r.Header.Get("Idempotent-Replayed") == "true":
					replayed.Add(1)
					ids.Store(decodeOrder(t, r).ID, true)
				default:
					first.Add(1)
					ids.Store(decodeOrder(t, r).ID, true)
				}
				return
			}
		})
	}
	crowd.Wait()
	n := 0
	ids.Range(func(any, any) bool { n++; return true })
	if first.Load() != 1 || replayed.Load() != 11 || n != 1 {
		t.Errorf("%d first, %d again, %d orders", first.Load(), replayed.Load(), n)
	}
	if left := one[int64](w, "SELECT on_hand FROM market.stock"); left != 7 {
		t.Errorf("%d are left, want 7", left)
	}
	if r := w.ask(http.MethodPost, "/v1/counter-sales", key, sale(counterLine(loaf, 3))); r.code() != "idempotency_key_reused" {
		t.Errorf("another sale under the key = %d %s", r.Status, r.Body)
	}
	if r := w.ask(http.MethodPost, "/v1/counter-sales", bearer("shop"), body); r.code() != "idempotency_key_required" {
		t.Errorf("without a key = %d %s", r.Status, r.Body)
	}
	w.sound()
}

func TestCounterSaleRefuses(t *testing.T) {
	w := newWorld(t)
	loaf := w.product("Rye loaf", 325, 0, counted)
	dear := w.product("Barrel", 99_999_999_999, 0, nil)
	w.stock(loaf, 5)
	gwen := w.guest().add(loaf, 3)
	if r := gwen.order(form(975)); r.Status != http.StatusCreated {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	line := func(id, more string) string { return `{"id":"` + id + `"` + more + `}` }
	whole := func(more string, lines ...string) string {
		return `{"method":"cash","lines":[` + strings.Join(lines, ",") + `]` + more + `}`
	}
	some := line(string(loaf), `,"quantity":1`)
	many := make([]string, 101)
	for i := range many {
		many[i] = line(fmt.Sprintf("var_%032x", i), `,"quantity":1`)
	}
	n := 0
	refused := func(name, body string, status int, want ...string) apitest.Scenario {
		n++
		return apitest.Scenario{Name: name, Method: "POST", URL: "/v1/counter-sales", Header: with(bearer("shop"), "Idempotency-Key", fmt.Sprint("no-", n)), Body: body, Status: status, Want: want,
			NotWant: []string{apitest.Canary}, Events: map[string]int{"*": 0}}
	}
	apitest.Run(t, w.handler, w.pool, []apitest.Scenario{
		{Name: "strangers", Method: "POST", URL: "/v1/counter-sales", Body: whole("", some), Status: 401},
		{Name: "members", Method: "POST", URL: "/v1/counter-sales", Header: bearer("anna"), Body: whole("", some), Status: 403},
		{Name: "readers", Method: "POST", URL: "/v1/counter-sales", Header: bearer("clerk"), Body: whole("", some), Status: 403},
		refused("nothing", whole(""), 422, "body.lines"),
		refused("too many lines", whole("", many...), 422, "body.lines"),
		refused("none of it", whole("", line(string(loaf), `,"quantity":0`)), 422, "body.lines[0].quantity"),
		refused("less than none", whole("", line(string(loaf), `,"quantity":-1`)), 422, "body.lines[0].quantity"),
		refused("a thousand thousand thousand", whole("", line(string(loaf), `,"quantity":1000000000000`)), 422, "body.lines[0].quantity"),
		refused("half a loaf", whole("", line(string(loaf), `,"quantity":0.5`)), 422, "body.lines[0].quantity"),
		refused("twice the same", whole("", some, some), 422, "body.lines[1].id"),
		refused("twice the same, of a kind", whole("", some, line(string(loaf), `,"quantity":1,"kind":"product"`)), 422, "body.lines[1].id"),
		refused("unknown", whole("", line("var_00000000000000000000000000000000", `,"quantity":1`)), 422, "body.lines[0].id"),
		refused("no id", whole("", line(apitest.Canary, `,"quantity":1`)), 422, "body.lines[0].id"),
		refused("another kind", whole("", line(string(loaf), `,"quantity":1,"kind":"ticket"`)), 422, "body.lines[0].id"),
		refused("no kind", whole("", line(string(loaf), `,"quantity":1,"kind":"`+apitest.Canary+`"`)), 422, "body.lines[0].kind"),
		refused("its own price", whole("", line(string(loaf), `,"quantity":1,"price_minor":1`)), 422, "body.lines[0]"),
		refused("more than can be paid", whole("", line(string(dear), `,"quantity":2`)), 422, "body.lines[0].quantity"),
		refused("by SumUp", strings.Replace(whole("", some), "cash", "sumup", 1), 422, "body.method"),
		refused("more off than it costs", whole(`,"discount":{"amount_minor":326}`, some), 422, "body.discount.amount_minor"),
		refused("something on top", whole(`,"discount":{"amount_minor":-5}`, some), 422, "body.discount.amount_minor"),
		refused("two lines of reasons", whole(`,"discount":{"amount_minor":5,"note":"a\nb"}`, some), 422, "body.discount.note"),
		refused("a bell", whole(`,"note":"a\u0007"`, some), 422, "body.note"),
		refused("another total", whole(`,"expected_total_minor":300`, some), 409, `"cart_changed"`, "£3.25"),
		refused("what others have reserved", whole("", line(string(loaf), `,"quantity":3`)), 409, `"out_of_stock"`, "body.lines[0].quantity", "only 2"),
		refused("no JSON", `{"method"`, 400),
	})
	if n := one[int](w, "SELECT count(*) FROM orders.orders WHERE channel = 'counter'"); n != 0 {
		t.Errorf("%d sales were made", n)
	}
	if _, err := w.Market.UnpublishProduct(t.Context(), one[string](w, "SELECT slug FROM market.products WHERE name = 'Rye loaf'")); err != nil {
		t.Fatal(err)
	}
	if r := w.sells(whole("", some)); r.Status != 422 {
		t.Errorf("what is hidden = %d %s", r.Status, r.Body)
	}
	w.sound()
}

// Tills and the web go for the same loaves at once: never more are sold and held than there are.
func TestI08CounterAndWebAtOnce(t *testing.T) {
	w := newWorld(t, func(o *worldOptions) { o.Conns = 32 })
	rye, wheat := w.product("Rye loaf", 325, 0, counted), w.product("Wheat loaf", 300, 0, counted)
	w.stock(rye, 10)
	w.stock(wheat, 10)
	var held, sold atomic.Int64
	var crowd sync.WaitGroup
	for i := range 16 {
		buyer := w.guest()
		if i%2 == 0 {
			buyer.add(rye, 1).add(wheat, 1)
		} else {
			buyer.add(wheat, 1).add(rye, 1)
		}
		crowd.Go(func() {
			r, err := w.tryAsk(http.MethodPost, "/v1/checkout", with(buyer.Header, "Idempotency-Key", fmt.Sprint("web-", i)), form(625))
			switch {
			case err != nil:
				t.Error(err)
			case r.Status == http.StatusCreated || r.Status == http.StatusAccepted:
				held.Add(1)
			case r.code() != "out_of_stock" && r.code() != "cart_changed":
				t.Errorf("checkout = %d %s", r.Status, r.Body)
			}
		})
		crowd.Go(func() {
			lines := []map[string]any{counterLine(wheat, 1), counterLine(rye, 1)}
			r, err := w.tryAsk(http.MethodPost, "/v1/counter-sales", with(bearer("shop"), "Idempotency-Key", fmt.Sprint("till-", i)), sale(lines...))
			switch {
			case err != nil:
				t.Error(err)
			case r.Status == http.StatusCreated:
				sold.Add(1)
			case r.code() != "out_of_stock":
				t.Errorf("sale = %d %s", r.Status, r.Body)
			}
		})
	}
	crowd.Wait()
	if held.Load()+sold.Load() != 10 {
		t.Errorf("%d held and %d sold of 10", held.Load(), sold.Load())
	}
	if n := one[int64](w, "SELECT sum(on_hand - reserved)::bigint FROM market.stock"); n != 0 {
		t.Errorf("%d are free", n)
	}
	w.sound()
}

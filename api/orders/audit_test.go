package orders_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/shared/contract"
)

var (
	walks = flag.Int("walks", 12, "how many orders TestI19 walks with")
	steps = flag.Int("steps", 14, "how many steps TestI19 tries with each")
)

// replayed is the state that an order's events tell, which follow each other without a gap
// and whose hashes are those of what they say.
func (w *world) replayed(o contract.OrderID) (orders.OrderState, int) {
	w.t.Helper()
	list := get[orders.EventList](w, "/v1/orders/"+string(o)+"/events", bearer("shop"))
	var state orders.OrderState
	last := ""
	for i, e := range list.Items {
		text, err := json.Marshal(e.After)
		if err != nil {
			w.t.Fatal(err)
		}
		sum := sha256.Sum256(text)
		switch {
		case int(e.Sequence) != i+1, e.BeforeHash != last, e.AfterHash != hex.EncodeToString(sum[:]):
			w.t.Fatalf("event %d of %s does not follow: %+v", i, o, e)
		case e.Actor == "" || e.Cause == "" || e.At.IsZero() || i > 0 && e.At.Before(list.Items[i-1].At):
			w.t.Errorf("event %d of %s says not by whom, why or when: %+v", i, o, e)
		case i == 0 && e.Kind != "placed":
			w.t.Errorf("%s begins with %s", o, e.Kind)
		}
		state, last = e.After, e.AfterHash
	}
	return state, len(list.Items)
}

// told fails the test where an order is not in the state that its events tell.
func (w *world) told(id contract.OrderID) int {
	w.t.Helper()
	state, n := w.replayed(id)
	o := get[orders.Order](w, "/v1/orders/"+string(id), bearer("shop"))
	is := orders.OrderState{Status: o.Status, PaymentStatus: o.PaymentStatus, FulfilmentStatus: o.FulfilmentStatus,
		Currency: o.Totals.Currency, GrossMinor: o.Totals.GrossMinor, DiscountMinor: o.Totals.DiscountMinor, DepositMinor: o.Totals.DepositMinor,
		DeliveryMinor: o.Totals.DeliveryMinor, TotalMinor: o.Totals.TotalMinor, PaidMinor: o.PaidMinor, RefundedMinor: o.RefundedMinor}
	for _, l := range o.Lines {
		is.Lines = append(is.Lines, orders.LineState{ID: l.ID, Quantity: l.Quantity, Fulfilled: l.Fulfilled, RefundedMinor: l.RefundedMinor})
	}
	if !reflect.DeepEqual(state, is) {
		w.t.Errorf("the events of %s tell\n%+v, it is\n%+v", id, state, is)
	}
	return n
}

// Whatever is done to orders, in any order: each change of state is one event that says who,
// why, and what it was before and after, and all of them rebuild the state.
func TestI19(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 19))
	barn := w.delivery("collection", 100)
	loaf, crisps, jar := w.product("Rye loaf", 325, 0, counted), w.product("Crisps", 120, 2000, counted), w.product("Jar", 499, 500, nil)
	w.stock(loaf, 1000)
	w.stock(crisps, 1000)
	events := 0
	var made []orders.Order
	for i := range *walks {
		s := w.guest()
		if i%3 == 0 {
			s = w.as("anna")
		}
		s.add(loaf, 1+random.Int64N(5)).add(crisps, 1+random.Int64N(3)).add(jar, 1)
		view := get[orders.CheckoutView](w, "/v1/checkout", s.Header)
		slot := w.slot(barn, time.Hour, 0)
		r := s.order(merged(form(view.Totals.TotalMinor+100), map[string]any{"delivery": barn, "slot": slot}))
		if r.Status != http.StatusCreated {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
		o := decodeOrder(t, r)
		made = append(made, o)
		other := w.slot(barn, time.Hour, 0)
		for range *steps {
			w.step(random, o, s, other)
			w.told(o.ID)
		}
	}
	// What nobody has paid ends.
	w.advance(orders.HoldLasts + time.Minute)
	for _, o := range made {
		if err := w.EndUnpaid(t.Context(), uuidOf(o)); err != nil {
			t.Errorf("the end of %s: %v", o.ID, err)
		}
		events += w.told(o.ID)
	}
	if events < 3**walks {
		t.Errorf("%d events of %d orders", events, *walks)
	}
	w.sound()
	w.unspoken(made[0])
}

// step tries something with an order. That it cannot be done is an answer too.
func (w *world) step(random *rand.Rand, o orders.Order, s *shopper, slot contract.SlotID) {
	w.t.Helper()
	now := get[orders.Order](w, "/v1/orders/"+string(o.ID), bearer("shop"))
	some := func() []map[string]any {
		l := now.Lines[random.IntN(len(now.Lines))]
		return []map[string]any{{"line": l.ID, "quantity": max(0, l.Quantity-random.Int64N(2))}}
	}
	var r reply
	keyed := func(header map[string]string) map[string]string {
		return with(header, "Idempotency-Key", fmt.Sprint("walk-", unique.Add(1)))
	}
	path := "/v1/orders/" + string(o.ID)
	switch what := random.IntN(12); what {
	case 0, 1:
		attempt, reference := w.attempt(o)
		if _, err := w.Sim.Pay(reference); err == nil {
			if err := w.Verify(w.t.Context(), attempt, "webhook"); err != nil {
				w.t.Errorf("verify: %v", err)
			}
		}
	case 2:
		_, reference := w.attempt(o)
		_, _ = w.Sim.Decline(reference)
		r = w.ask(http.MethodPost, path+"/payments", keyed(s.sees(o)), map[string]any{})
	case 3:
		if random.IntN(3) == 0 {
			r = w.ask(http.MethodPost, path+"/cancel", keyed(s.sees(o)), map[string]any{})
		}
	case 4:
		if random.IntN(3) == 0 {
			r = w.ask(http.MethodPost, path+"/cancel", keyed(bearer("shop")), map[string]any{})
		}
	case 5:
		r = w.ask(http.MethodPost, path+"/edits", keyed(s.sees(o)), map[string]any{"lines": some(), "slot": slot})
	case 6:
		r = w.ask(http.MethodPut, path+"/picking", bearer("shop"), map[string]any{"status": []string{"picking", "ready"}[random.IntN(2)]})
	case 7, 8:
		r = w.ask(http.MethodPost, path+"/fulfilments", keyed(bearer("shop")), map[string]any{"lines": some(), "final": random.IntN(4) == 0})
	case 9:
		r = w.ask(http.MethodPost, path+"/refunds", keyed(bearer("shop")), map[string]any{"amount_minor": 1 + random.IntN(200), "note": "sorry"})
	case 10:
		lines := some()
		r = w.ask(http.MethodPost, path+"/refunds", keyed(bearer("shop")), map[string]any{"lines": lines, "delivery": random.IntN(4) == 0, "restock": true})
	default:
		w.sendRefunds(o)
	}
	if r.Status >= 500 || r.Status == 400 || r.Status == 404 {
		w.t.Errorf("%d %s", r.Status, r.Body)
	}
}

// sendRefunds takes each refund of an order on by two steps.
func (w *world) sendRefunds(o orders.Order) {
	w.t.Helper()
	rows, err := w.pool.Query(w.t.Context(), "SELECT id FROM orders.refunds WHERE order_id = $1 AND due IS NOT NULL ORDER BY created_at", uuidOf(o))
	if err != nil {
		w.t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		w.t.Fatal(err)
	}
	for _, refund := range list {
		for range 2 {
			if _, err := w.SendRefund(w.t.Context(), refund); err != nil {
				w.t.Errorf("refund: %v", err)
			}
		}
	}
}

// unspoken fails the test where an order may be changed without an event, or an event later.
func (w *world) unspoken(o orders.Order) {
	w.t.Helper()
	for _, sql := range []string{"UPDATE orders.order_events SET kind = 'other'", "UPDATE orders.documents SET number = number + 1000", "DELETE FROM orders.documents", "DELETE FROM orders.ledger"} {
		if tag, err := w.pool.Exec(w.t.Context(), sql); err == nil && tag.RowsAffected() > 0 {
			w.t.Errorf("%s was done", sql)
		}
	}
	w.exec("UPDATE orders.orders SET paid_minor = paid_minor + 1 WHERE id = $1", uuidOf(o))
	is := one[string](w, "SELECT status FROM orders.orders WHERE id = $1", uuidOf(o))
	payment := one[string](w, "SELECT payment_status FROM orders.orders WHERE id = $1", uuidOf(o))
	if err := w.Step(w.t.Context(), uuidOf(o), is, payment); err == nil || !strings.Contains(err.Error(), "without an event") {
		w.t.Errorf("a change past the events was taken: %v", err)
	}
}

// Orders that are edited: less, another time, and what may happen at the same moment.

package orders_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/shared/contract"
)

// TestEdit: less of one line, none of another, another note.
func TestEdit(t *testing.T) {
	w := newWorld(t)
	w.run()
	o, buyer := w.basket(time.Hour)
	got := w.changes(o, "edits", buyer.sees(o), map[string]any{"lines": quantities(o, 4, 0, -1), "note": "Ring twice."})
	if got.Status != "paid" || got.Note != "Ring twice." || got.Lines[0].Quantity != 4 || got.Lines[1].Quantity != 0 || len(got.Refunds) != 1 || got.Refunds[0].Reason != "edited" {
		t.Fatalf("edited: %+v", got)
	}
	got = w.sentBack(got)
	w.owed(got, 295)
	if m := w.letter("order_changed"); m.RefundMinor != got.RefundedMinor || len(m.Lines) != 2 {
		t.Errorf("the mail: %+v", m)
	}
	// The same once more changes nothing.
	again := w.changes(o, "edits", buyer.sees(o), map[string]any{"lines": quantities(o, 4, 0, 3), "note": "Ring twice."})
	if again.Version != got.Version || len(again.Refunds) != 1 {
		t.Errorf("the same again: %+v", again)
	}
	w.sound()
}

// TestEditSlot: a place in one slot is given for a place in another.
func TestEditSlot(t *testing.T) {
	w := newWorld(t)
	w.run()
	o, buyer := w.basket(time.Hour)
	method := o.Delivery.ID
	later, full := w.slot(method, 3*time.Hour, 1), w.slot(method, time.Hour, 1)
	w.exec("UPDATE orders.slots SET taken = 1 WHERE 'slot_' || replace(id::text, '-', '') = $1", full)
	closed, elsewhere := w.slot(method, -time.Minute, 0), w.slot(w.delivery("delivery", 0), time.Hour, 0)
	for name, tt := range map[string]struct {
		slot   contract.SlotID
		status int
		code   string
	}{"full": {full, 409, "slot_full"}, "closed": {closed, 409, "window_closed"}, "of another way": {elsewhere, 422, "invalid"}, "none": {contract.SlotID(fmt.Sprintf("slot_%032x", 7)), 409, "window_closed"}} {
		if r := w.send(o, "edits", buyer.sees(o), map[string]any{"slot": tt.slot}); r.Status != tt.status || r.code() != tt.code {
			t.Errorf("%s = %d %s", name, r.Status, r.Body)
		}
	}
	got := w.changes(o, "edits", buyer.sees(o), map[string]any{"slot": later})
	if got.Delivery.Slot.ID != later || got.Delivery.Timezone != o.Delivery.Timezone || got.EditableUntil == nil || !got.EditableUntil.After(*o.EditableUntil) {
		t.Errorf("moved: %+v", got.Delivery)
	}
	if same := w.changes(o, "edits", buyer.sees(o), map[string]any{"slot": later}); same.Version != got.Version {
		t.Errorf("the same slot again: version %d after %d", same.Version, got.Version)
	}
	w.exec("UPDATE orders.slots SET taken = 0 WHERE 'slot_' || replace(id::text, '-', '') = $1", full)
	w.sound()
}

// TestSlotsSwapped: two orders change places again and again, and nobody waits for ever.
func TestSlotsSwapped(t *testing.T) {
	w := newWorld(t)
	loaf := w.product("Loaf", 100, 0, nil)
	method := w.delivery("collection", 0)
	slots := []contract.SlotID{w.slot(method, time.Hour, 2), w.slot(method, time.Hour, 2)}
	var group sync.WaitGroup
	for i := range 2 {
		buyer := w.guest().add(loaf, 1)
		r := buyer.order(merged(form(100), map[string]any{"delivery": method, "slot": slots[i]}))
		if r.Status != 201 {
			t.Fatalf("POST /v1/checkout = %d %s", r.Status, r.Body)
		}
		o := decodeOrder(t, r)
		w.pay(o)
		group.Go(func() {
			for n := range 10 {
				header := with(buyer.sees(o), "Idempotency-Key", fmt.Sprint("swap-", n))
				r, err := w.tryAsk(http.MethodPost, "/v1/orders/"+string(o.ID)+"/edits", header, map[string]any{"slot": slots[(i+n+1)%2]})
				if err != nil || r.Status != 200 {
					t.Errorf("= %d %s, %v", r.Status, r.Body, err)
				}
			}
		})
	}
	group.Wait()
	w.sound()
}

// TestEditAtTheClose: who waits for the order while the window closes is too late: the
// database's clock decides, once the order is locked.
func TestEditAtTheClose(t *testing.T) {
	w := newWorld(t)
	o, buyer := w.basket(time.Hour)
	tx, err := w.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), "SELECT FROM orders.orders WHERE id = $1 FOR UPDATE", uuidOf(o)); err != nil {
		t.Fatal(err)
	}
	replies := make(chan reply, 2)
	for _, what := range []string{"edits", "cancel"} {
		body := map[string]any{"lines": quantities(o, 1)}
		if what == "cancel" {
			body = map[string]any{}
		}
		go func() {
			r, err := w.tryAsk(http.MethodPost, "/v1/orders/"+string(o.ID)+"/"+what, with(buyer.sees(o), "Idempotency-Key", what), body)
			if err != nil {
				t.Error(err)
			}
			replies <- r
		}()
	}
	for end := time.Now().Add(patience); one[int](w, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()") < 2; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			_ = tx.Rollback(t.Context())
			t.Fatalf("nobody waits: %s, %s", (<-replies).Body, (<-replies).Body)
		}
	}
	w.advance(time.Hour)
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if r := <-replies; r.Status != 409 || r.code() != "window_closed" {
			t.Errorf("= %d %s", r.Status, r.Body)
		}
	}
	if got := w.fresh(o); got.Version != o.Version {
		t.Errorf("it has changed: version %d after %d", got.Version, o.Version)
	}
	w.sound()
}

// TestEditRacesPicking: who picks has a list that nobody changes any more.
func TestEditRacesPicking(t *testing.T) {
	w := newWorld(t)
	w.run()
	for round := range 6 {
		o, buyer := w.basket(time.Hour)
		var group sync.WaitGroup
		for n := range 3 {
			header := with(buyer.sees(o), "Idempotency-Key", fmt.Sprintf("edit-%d-%d", round, n))
			group.Go(func() {
				time.Sleep(time.Duration(n*round) * time.Millisecond)
				r, err := w.tryAsk(http.MethodPost, "/v1/orders/"+string(o.ID)+"/edits", header, map[string]any{"lines": quantities(o, int64(6-n))})
				if err != nil || r.Status != 200 && r.code() != "picking_started" && !strings.Contains(string(r.Body), "no more than before") {
					t.Errorf("edit = %d %s, %v", r.Status, r.Body, err)
				}
			})
		}
		group.Go(func() {
			r, err := w.tryAsk(http.MethodPut, "/v1/orders/"+string(o.ID)+"/picking", bearer("shop"), map[string]any{"status": "picking"})
			if err != nil || r.Status != 200 {
				t.Errorf("picking = %d %s, %v", r.Status, r.Body, err)
			}
		})
		group.Wait()
		w.owed(w.sentBack(o), 295)
	}
	if n := one[int](w, `SELECT count(*) FROM orders.order_events e JOIN orders.order_events p ON p.order_id = e.order_id AND p.kind = 'picking.started'
		WHERE e.kind = 'edited' AND e.sequence > p.sequence`); n != 0 {
		t.Errorf("%d edits after picking had begun", n)
	}
	w.sound()
}

// TestRefused: who may not, what is not so, and what came too late.
func TestRefused(t *testing.T) {
	w := newWorld(t)
	w.run()
	loaf := w.product("Loaf", 100, 0, nil)
	unpaid, unpaidBuyer := w.unpaid()
	open, buyer := w.basket(time.Hour)
	done, doneBuyer := w.basket(time.Hour)
	w.changes(done, "fulfilments", bearer("shop"), map[string]any{"lines": quantities(done, 7, 500, 3)})
	picked, pickedBuyer := w.basket(time.Hour)
	w.picking(picked, "picking")
	begun, begunBuyer := w.basket(time.Hour)
	w.changes(begun, "fulfilments", bearer("shop"), map[string]any{"lines": quantities(begun, 1)})
	anyTime := w.as("anna").add(loaf, 2)
	slotless := anyTime.order(merged(form(200), map[string]any{"delivery": w.delivery("collection", 0)}))
	if slotless.Status != 201 {
		t.Fatalf("POST /v1/checkout = %d %s", slotless.Status, slotless.Body)
	}
	annas := w.pay(decodeOrder(t, slotless))
	shop, half := bearer("shop"), map[string]any{"lines": quantities(open, 3)}
	lines := func(list ...map[string]any) map[string]any { return map[string]any{"lines": list} }
	line := func(o orders.Order, n any) map[string]any {
		return map[string]any{"line": o.Lines[0].ID, "quantity": n}
	}
	for _, tt := range []struct {
		name   string
		order  orders.Order
		what   string
		header map[string]string
		body   any
		status int
		code   string
	}{
		{"fulfil an unpaid one", unpaid, "fulfilments", shop, lines(line(unpaid, 1)), 409, "wrong_state"},
		{"edit an unpaid one", unpaid, "edits", unpaidBuyer.sees(unpaid), lines(line(unpaid, 1)), 409, "wrong_state"},
		{"fulfil one that is handed over", done, "fulfilments", shop, lines(line(done, 1)), 409, "wrong_state"},
		{"cancel one that is handed over", done, "cancel", shop, map[string]any{}, 409, "wrong_state"},
		{"cancel one's own that is handed over", done, "cancel", doneBuyer.sees(done), map[string]any{}, 409, "wrong_state"},
		{"edit one that is handed over", done, "edits", shop, lines(line(done, 1)), 409, "wrong_state"},
		{"edit one that is picked", picked, "edits", pickedBuyer.sees(picked), lines(line(picked, 1)), 409, "picking_started"},
		{"cancel one that is picked", picked, "cancel", pickedBuyer.sees(picked), map[string]any{}, 409, "picking_started"},
		{"edit one that is partly handed over", begun, "edits", shop, lines(line(begun, 1)), 409, "wrong_state"},
		{"cancel one's own that is partly handed over", begun, "cancel", begunBuyer.sees(begun), map[string]any{}, 409, "wrong_state"},
		{"edit another's", annas, "edits", bearer("bryn"), lines(line(annas, 1)), 404, "not_found"},
		{"cancel another's", annas, "cancel", bearer("bryn"), map[string]any{}, 404, "not_found"},
		{"cancel a guest's without the key", open, "cancel", buyer.Header, map[string]any{}, 404, "not_found"},
		{"cancel with another's key", open, "cancel", unpaidBuyer.sees(unpaid), map[string]any{}, 404, "not_found"},
		{"cancel by who may only look", open, "cancel", bearer("clerk"), map[string]any{}, 403, "insufficient_scope"},
		{"cancel by a client that may not", annas, "cancel", bearer("narrow"), map[string]any{}, 404, "not_found"},
		{"fulfil by who may only look", open, "fulfilments", bearer("clerk"), half, 403, "insufficient_scope"},
		{"fulfil by a member", annas, "fulfilments", bearer("anna"), half, 403, "insufficient_scope"},
		{"fulfil by nobody", open, "fulfilments", buyer.sees(open), half, 401, "unauthorized"},
		{"more than there is", open, "fulfilments", shop, lines(line(open, 8)), 422, "invalid"},
		{"another order's line", open, "fulfilments", shop, lines(line(done, 1)), 422, "invalid"},
		{"a line twice", open, "fulfilments", shop, lines(line(open, 1), line(open, 1)), 422, "invalid"},
		{"nothing", open, "fulfilments", shop, map[string]any{"lines": []any{}}, 422, "invalid"},
		{"nothing at all, finally", open, "fulfilments", shop, map[string]any{"lines": []any{}, "final": true}, 422, "invalid"},
		{"more than before", open, "edits", shop, lines(line(open, 8)), 422, "invalid"},
		{"an edit of another order's line", open, "edits", shop, lines(line(done, 1)), 422, "invalid"},
		{"an edited line twice", open, "edits", shop, lines(line(open, 1), line(open, 7)), 422, "invalid"},
		{"off the step", open, "edits", shop, map[string]any{"lines": quantities(open, -1, 125, -1)}, 422, "invalid"},
		{"below the least", open, "edits", shop, map[string]any{"lines": quantities(open, -1, 50, -1)}, 422, "invalid"},
		{"nothing left", open, "edits", shop, map[string]any{"lines": quantities(open, 0, 0, 0)}, 422, "invalid"},
		{"no change", open, "edits", shop, map[string]any{}, 422, "invalid"},
	} {
		if r := w.send(tt.order, tt.what, tt.header, tt.body); r.Status != tt.status || r.code() != tt.code {
			t.Errorf("%s = %d %s, want %d %s", tt.name, r.Status, r.Body, tt.status, tt.code)
		}
	}
	// Without a window one may change it until somebody picks it.
	if r := w.send(annas, "edits", bearer("anna"), lines(line(annas, 1))); r.Status != 200 {
		t.Errorf("editing what has no window = %d %s", r.Status, r.Body)
	}
	w.picking(annas, "picking")
	if r := w.send(annas, "cancel", bearer("anna"), map[string]any{}); r.code() != "picking_started" {
		t.Errorf("cancelling what is picked = %d %s", r.Status, r.Body)
	}
	for _, o := range []orders.Order{unpaid, done, begun} {
		if r := w.picking(o, "picking"); r.code() != "wrong_state" {
			t.Errorf("picking = %d %s", r.Status, r.Body)
		}
	}
	if r := w.ask(http.MethodPost, "/v1/orders/"+string(open.ID)+"/cancel", buyer.sees(open), map[string]any{}); r.code() != "idempotency_key_required" {
		t.Errorf("without a key = %d %s", r.Status, r.Body)
	}
	if got := w.fresh(open); got.Version != open.Version {
		t.Errorf("a refusal has changed it: version %d after %d", got.Version, open.Version)
	}
	w.sound()
}

// TestHostileBodies: whatever is sent, it is refused and nothing has happened.
func TestHostileBodies(t *testing.T) {
	w := newWorld(t)
	o, buyer := w.basket(time.Hour)
	line := string(o.Lines[0].ID)
	many := ""
	for range 101 {
		many += `{"line":"` + line + `","quantity":1},`
	}
	for _, body := range []string{
		``, `null`, `[]`, `"x"`, `{`, `{"lines":null}`, `{"lines":{}}`, `{"lines":[null]}`, `{"lines":[{}]}`, `{"lines":[[]]}`,
		`{"lines":[{"line":"` + line + `"}]}`, `{"lines":[{"line":"` + line + `","quantity":-1}]}`, `{"lines":[{"line":"` + line + `","quantity":1.5}]}`,
		`{"lines":[{"line":"` + line + `","quantity":"1"}]}`, `{"lines":[{"line":"` + line + `","quantity":1e30}]}`, `{"lines":[{"line":"` + line + `","quantity":9223372036854775808}]}`,
		`{"lines":[{"line":"line_x","quantity":1}]}`, `{"lines":[{"line":"` + line + `' OR 1=1","quantity":1}]}`, `{"lines":[` + many[:len(many)-1] + `]}`,
		`{"lines":[],"final":"yes"}`, `{"lines":[],"reason":"\u0000"}`, `{"lines":[{"line":"` + line + `","quantity":1}],"reason":"a\u0000b"}`,
		`{"note":"\u0000"}`, `{"note":"` + "\x80" + `"}`, `{"slot":"slot_x"}`, `{"slot":7}`, `{"unknown":1}`, `{"reason":"\u202e"}`, `{"reason":7}`,
	} {
		for what, header := range map[string]map[string]string{"fulfilments": bearer("shop"), "edits": buyer.sees(o), "cancel": buyer.sees(o)} {
			r := w.send(o, what, header, body)
			if r.Status < 400 || r.Status > 499 || r.code() == "" {
				t.Errorf("%s %.60s = %d %s", what, body, r.Status, r.Body)
			}
		}
		if r := w.ask(http.MethodPut, "/v1/orders/"+string(o.ID)+"/picking", bearer("shop"), body); r.Status < 400 || r.Status > 499 {
			t.Errorf("picking %.60s = %d %s", body, r.Status, r.Body)
		}
	}
	if got := w.fresh(o); got.Version != o.Version {
		t.Errorf("it has changed: version %d after %d", got.Version, o.Version)
	}
	w.sound()
}

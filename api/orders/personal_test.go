package orders_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/db"
)

// erase erases a user's data, as identity does.
func (w *world) erase(user contract.UserID) {
	w.t.Helper()
	if err := db.InTx(w.t.Context(), w.pool, func(tx pgx.Tx) error { return w.Erase(w.t.Context(), tx, user) }); err != nil {
		w.t.Fatal(err)
	}
}

// Who is erased is in no order any more, but for those that business is left with; these go
// when that ends. Invoices stay, and nobody else's orders are touched.
func TestErase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	loaf, van := w.product("Rye loaf", 325, 0, counted), w.delivery("delivery", 0)
	w.stock(loaf, 100)
	place := func(s *shopper) orders.Order {
		r := s.add(loaf, 1).order(map[string]any{"expected_total_minor": 325, "contact": map[string]any{"name": "Erasable Person", "email": "erasable@example.org", "phone": "01422 555555"},
			"note": "erasable note", "delivery": van, "address": map[string]any{"line1": "Erasable Lane", "town": "Erasable", "postcode": "ER1 1ER", "country": "GB"}})
		if r.Status != http.StatusCreated {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
		return decodeOrder(t, r)
	}
	handed, open, unpaid, other := w.pay(place(w.as("anna"))), w.pay(place(w.as("anna"))), place(w.as("anna")), w.pay(place(w.as("bryn")))
	hand := func(o orders.Order) {
		r := w.ask(http.MethodPost, "/v1/orders/"+string(o.ID)+"/fulfilments", with(bearer("shop"), "Idempotency-Key", string(o.ID)),
			map[string]any{"lines": []map[string]any{{"line": o.Lines[0].ID, "quantity": 1}}, "final": true})
		if r.Status != http.StatusOK {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
	}
	hand(handed)
	w.erase(anna)
	named := func(o orders.Order) bool {
		text := one[string](w, "SELECT o::text || coalesce(string_agg(l::text, ''), '') FROM orders.orders o JOIN orders.order_lines l ON l.order_id = o.id WHERE o.id = $1 GROUP BY o.id", uuidOf(o))
		lower := strings.ToLower(text)
		if gone := !strings.Contains(lower, "erasable"); gone && (strings.Contains(text, "ER1") || strings.Contains(text, "555555") || strings.Contains(text, string(anna))) {
			t.Errorf("%s is half erased: %s", o.ID, text)
		}
		return strings.Contains(lower, "erasable")
	}
	if named(handed) || !named(open) || !named(unpaid) || !named(other) {
		t.Errorf("named after erasure: %t %t %t %t", named(handed), named(open), named(unpaid), named(other))
	}
	hand(open)
	r := w.ask(http.MethodPost, "/v1/orders/"+string(unpaid.ID)+"/cancel", with(bearer("shop"), "Idempotency-Key", "cancel"), map[string]any{})
	if r.Status != http.StatusOK {
		t.Fatalf("cancel: %d %s", r.Status, r.Body)
	}
	if named(open) || named(unpaid) || !named(other) {
		t.Errorf("named after the end: %t %t %t", named(open), named(unpaid), named(other))
	}
	if n := one[int](w, "SELECT count(*) FROM orders.erasures"); n != 0 {
		t.Errorf("%d are remembered still", n)
	}
	var doc orders.Document
	if doc = get[orders.Document](w, "/v1/orders/"+string(handed.ID)+"/invoice", bearer("shop")); doc.Buyer.Name != "Erasable Person" || doc.Buyer.Address == nil {
		t.Errorf("the invoice is to %+v", doc.Buyer)
	}
	if list := get[orders.OrderList](w, "/v1/me/orders", bearer("anna")); len(list.Items) != 0 {
		t.Errorf("%d orders are hers", len(list.Items))
	}
	for _, o := range []orders.Order{handed, open, unpaid, other} {
		w.told(o.ID)
	}
	w.erase(anna)
	w.sound()
}

// What is handed over to somebody is their orders, whole, and nobody else's.
func TestExport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	loaf := w.product("Rye loaf", 325, 0, nil)
	o := w.pay(w.as("anna").add(loaf, 1).buys(325))
	w.as("bryn").add(loaf, 1).buys(325)
	all, err := w.ExportUser(t.Context(), anna)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{string(o.ID), o.Reference, "gwen@example.org", "Rye loaf", `"number":"1"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the export lacks %s", want)
		}
	}
	if list := all["orders"].([]orders.Order); len(list) != 1 {
		t.Errorf("%d orders", len(list))
	}
	if empty, err := w.ExportUser(t.Context(), keeper); err != nil || len(empty["orders"].([]orders.Order)) != 0 {
		t.Errorf("of somebody without orders: %v, %v", empty, err)
	}
}

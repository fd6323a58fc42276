package orders_test

import (
	"fmt"
	"net/http"
	"testing"

	"rose-ash.com/roseash/api/orders"
)

// TestPaymentOperations: who may ask how far a payment is, pay, refund, and list refunds.
func TestPaymentOperations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	loaf := w.product("Rye loaf", 325, 0, counted)
	w.stock(loaf, 10)
	o := w.guest().add(loaf, 2).buys(650)
	path, key := "/v1/orders/"+string(o.ID), map[string]string{"Order-Key": o.Key}
	once := func(header map[string]string, value string) map[string]string {
		return with(header, "Idempotency-Key", value)
	}
	ask := func(want int, code, method, what string, header map[string]string, body any) reply {
		t.Helper()
		r := w.ask(method, path+what, header, body)
		if r.Status != want || want >= 400 && r.code() != code {
			t.Errorf("%s %s: %d %s, want %d %s", method, what, r.Status, r.Body, want, code)
		}
		return r
	}
	state := get[orders.PaymentState](w, path+"/payment", key)
	if state.Order != o.ID || state.Payment.URL == "" || state.Payment.URL != o.Payment.URL || state.ExpiresAt == nil || state.TotalMinor != 650 {
		t.Errorf("%+v", state)
	}
	for _, header := range []map[string]string{nil, {"Order-Key": "3q2-7wAbCdEfGhIjKlMnOp"}, bearer("anna")} {
		ask(404, "not_found", http.MethodGet, "/payment", header, nil)
		ask(404, "not_found", http.MethodGet, "/refunds", header, nil)
		ask(404, "not_found", http.MethodPost, "/payments", once(header, "a"), nil)
	}
	ask(400, "idempotency_key_required", http.MethodPost, "/payments", key, nil)
	first := ask(200, "", http.MethodPost, "/payments", once(key, "a"), nil)
	if again := ask(200, "", http.MethodPost, "/payments", once(key, "a"), nil); again.Header.Get("Idempotent-Replayed") != "true" || string(again.Body) != string(first.Body) {
		t.Errorf("a replay: %v %s", again.Header, again.Body)
	}
	ask(409, "wrong_state", http.MethodPost, "/refunds", once(bearer("shop"), "a"), map[string]any{"amount_minor": 1})
	w.pay(o)
	ask(409, "already_paid", http.MethodPost, "/payments", once(key, "b"), nil)

	amount := map[string]any{"amount_minor": 100, "note": "squashed"}
	ask(401, "unauthorized", http.MethodPost, "/refunds", once(key, "a"), amount)
	ask(403, "insufficient_scope", http.MethodPost, "/refunds", once(bearer("anna"), "a"), amount)
	ask(400, "idempotency_key_required", http.MethodPost, "/refunds", bearer("shop"), amount)
	ask(422, "invalid", http.MethodPost, "/refunds", once(bearer("shop"), "b"), map[string]any{"amount_minor": 0})
	ask(422, "invalid", http.MethodPost, "/refunds", once(bearer("shop"), "c"), map[string]any{"amount_minor": 1, "lines": []any{map[string]any{"line": o.Lines[0].ID, "quantity": 1}}})
	ask(409, "refund_too_much", http.MethodPost, "/refunds", once(bearer("shop"), "d"), map[string]any{"amount_minor": 651})
	made := ask(201, "", http.MethodPost, "/refunds", once(bearer("shop"), "e"), amount)
	if again := ask(201, "", http.MethodPost, "/refunds", once(bearer("shop"), "e"), amount); string(again.Body) != string(made.Body) {
		t.Errorf("a replay: %s, not %s", again.Body, made.Body)
	}
	ask(422, "idempotency_key_reused", http.MethodPost, "/refunds", once(bearer("shop"), "e"), map[string]any{"amount_minor": 101})
	for _, header := range []map[string]string{key, bearer("shop")} {
		list := get[orders.RefundList](w, path+"/refunds", header)
		if got := fmt.Sprintf("%d %s %s", list.Items[0].AmountMinor, list.Items[0].Reason, list.Items[0].Note); len(list.Items) != 1 || got != "100 requested squashed" {
			t.Errorf("%d refunds, %s", len(list.Items), got)
		}
	}
}

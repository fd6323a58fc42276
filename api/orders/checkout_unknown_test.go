package orders_test

import (
	"net/http"
	"testing"

	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/orders/sumupsim"
)

// Where SumUp does not answer the order is there all the same: 202 without a page to pay on,
// which a replay waits for, and which is there once SumUp has told.
func TestUnknownPage(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]sumupsim.Fault{
		"not made":          {Route: "create", Kind: sumupsim.Status, Status: 503, Times: 1},
		"made and not told": {Route: "create", Kind: sumupsim.Close, After: true, Times: 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(o *worldOptions) { o.Sim.Plan = sumupsim.Plan{Faults: []sumupsim.Fault{fault}} })
			gwen := w.guest().add(w.product("Rye loaf", 325, 0, nil), 1)
			header := with(gwen.Header, "Idempotency-Key", "once")
			r := w.ask(http.MethodPost, "/v1/checkout", header, form(325))
			o := decodeOrder(t, r)
			if r.Status != http.StatusAccepted || o.Payment.Status != "creating" || o.Payment.URL != "" || o.Key == "" || r.Header.Get("Location") == "" {
				t.Fatalf("%d %s", r.Status, r.Body)
			}
			if r := w.ask(http.MethodPost, "/v1/checkout", header, form(325)); r.Status != 409 || r.code() != "in_progress" || r.Header.Get("Retry-After") != "1" {
				t.Errorf("a replay at once: %d %s", r.Status, r.Body)
			}
			attempt, _ := w.attempt(o)
			if err := w.Verify(t.Context(), attempt, "poll"); err != nil {
				t.Fatal(err)
			}
			if seen := get[orders.Order](w, "/v1/orders/"+string(o.ID), gwen.sees(o)); seen.Payment.Status != "open" || seen.Payment.URL == "" {
				t.Errorf("then it is %+v", seen.Payment)
			}
			if r := w.ask(http.MethodPost, "/v1/checkout", header, form(325)); r.Status != http.StatusCreated || decodeOrder(t, r).Payment.URL == "" {
				t.Errorf("a replay then: %d %s", r.Status, r.Body)
			}
			if open := w.Sim.Ledger().Open; len(open) != 1 {
				t.Errorf("%d can be paid", len(open))
			}
			w.pay(o)
			w.sound()
		})
	}
}

package sumupsim_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"rose-ash.com/roseash/api/orders/sumupsim"
)

func TestControl(t *testing.T) {
	w := open(t, sumupsim.Options{})
	w.create("A1")
	w.create("A2")
	w.create("A3")
	paid := w.askAs("", "POST", "/_sim/pay", `{"checkout": "A1"}`).string("transaction")
	for _, step := range []struct {
		method, path, body string
		status             int
	}{
		{"POST", "/_sim/challenge", `{"checkout": "A2"}`, 200},
		{"POST", "/_sim/decline", `{"checkout": "A2"}`, 200},
		{"POST", "/_sim/pay", `{"checkout": "A1"}`, 409},
		{"POST", "/_sim/pay", `{"checkout": "A9"}`, 404},
		{"POST", "/_sim/pay", `{`, 400},
		{"POST", "/_sim/refund", `{"transaction": "` + paid + `", "amount_minor": 210}`, 200},
		{"POST", "/_sim/refund", `{"transaction": "` + paid + `", "amount_minor": 9999}`, 409},
		{"POST", "/_sim/refund", `{"transaction": "none"}`, 404},
		{"POST", "/_sim/chargeback", `{"transaction": "` + paid + `"}`, 200},
		{"POST", "/_sim/foreign", `{"amount_minor": 500, "currency": "GBP"}`, 200},
		{"POST", "/_sim/advance", `{"seconds": 60}`, 200},
		{"PUT", "/_sim/plan", `{"faults": [{"route": "find", "kind": "status", "status": 500}]}`, 200},
		{"PUT", "/_sim/plan", `{"faults": [{"kind": "no"}]}`, 400},
		{"PUT", "/_sim/plan", `{"fault": []}`, 400},
		{"GET", "/_sim/checkouts", "", 200},
		{"GET", "/_sim/nothing", "", 404},
	} {
		var body any
		if step.body != "" {
			body = step.body
		}
		if r := w.askAs("", step.method, step.path, body); r.status != step.status {
			t.Errorf("%s %s %s: %d %s", step.method, step.path, step.body, r.status, r.text)
		}
	}
	w.ask("GET", "/v0.1/checkouts?checkout_reference=A1", nil)
	if r := w.askAs("", "GET", "/_sim/plan", nil); r.string("plan.faults.0.kind") != "status" || r.string("struck.0") != "1" {
		t.Errorf("the plan: %s", r.text)
	}
	r := w.askAs("", "GET", "/_sim/ledger", nil)
	var l sumupsim.Ledger
	if err := json.Unmarshal(r.text, &l); err != nil || r.status != http.StatusOK {
		t.Fatal(err)
	}
	if l.Balance("A1") != 0 || l.Balances()[""] != 500 || len(l.Open) != 2 || len(l.Entries) != 4 {
		t.Errorf("the ledger is %s", r.text)
	}
	if got := w.Now().Sub(w.clock.Now()).Seconds(); got != 60 {
		t.Errorf("the clock moved by %v", got)
	}
}

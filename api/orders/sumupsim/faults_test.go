package sumupsim_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/orders/sumupsim"
)

func (w *world) plan(p sumupsim.Plan) {
	w.t.Helper()
	if err := w.SetPlan(p); err != nil {
		w.t.Fatal(err)
	}
}

// A fault that strikes late has done what was asked for; one that strikes early has not.
func TestCommitThenDrop(t *testing.T) {
	for _, kind := range []string{sumupsim.Close, sumupsim.Reset, sumupsim.Hang, sumupsim.Status} {
		for _, after := range []bool{false, true} {
			w := open(t, sumupsim.Options{})
			paid := must(w.Pay(w.create("paid")))(t)
			ends := w.create("ends")
			w.plan(sumupsim.Plan{Faults: []sumupsim.Fault{{Kind: kind, After: after, DelayMS: 10}}})
			answers := []reply{
				w.ask("POST", "/v0.1/checkouts", fields("new")),
				w.ask("POST", refunds+paid+"/refunds", `{"amount": 1}`),
				w.ask("DELETE", "/v0.1/checkouts/"+ends, nil),
			}
			for i, r := range answers {
				if r.status != map[bool]int{true: http.StatusServiceUnavailable}[kind == sumupsim.Status] {
					t.Errorf("%s: answer %d is %d", kind, i, r.status)
				}
			}
			w.plan(sumupsim.Plan{})
			_, made := w.Checkout("new")
			_, err := w.Pay(ends)
			refunded := w.Ledger().Balance("paid") == 1110
			if made != after || refunded != after || (err != nil) != after {
				t.Errorf("%s, after %v: made %v, refunded %v, ended %v", kind, after, made, refunded, err)
			}
		}
	}
}

func TestBrokenAnswers(t *testing.T) {
	w := open(t, sumupsim.Options{})
	id := w.create("A1")
	w.plan(sumupsim.Plan{Faults: []sumupsim.Fault{{Route: "checkout", Kind: sumupsim.Status, Status: 429, RetryAfter: 7}}})
	if r := w.ask("GET", "/v0.1/checkouts/"+id, nil); r.status != 429 || r.header.Get("Retry-After") != "7" {
		t.Errorf("429: %d %v", r.status, r.header)
	}
	if r := w.ask("GET", "/v0.1/checkouts?checkout_reference=A1", nil); r.status != http.StatusOK {
		t.Errorf("another route: %d", r.status)
	}
	w.plan(sumupsim.Plan{Faults: []sumupsim.Fault{{Kind: sumupsim.HTML}}})
	if r := w.ask("GET", "/v0.1/checkouts/"+id, nil); r.status != http.StatusOK || !strings.HasPrefix(string(r.text), "<!doctype html>") {
		t.Errorf("HTML: %d %s", r.status, r.text)
	}
	w.plan(sumupsim.Plan{Faults: []sumupsim.Fault{{Kind: sumupsim.Truncate}}})
	if r := w.ask("GET", "/v0.1/checkouts/"+id, nil); r.status != 0 {
		t.Errorf("half an answer arrived as a whole: %s", r.text)
	}
	w.plan(sumupsim.Plan{Faults: []sumupsim.Fault{{Kind: sumupsim.Slow, DelayMS: 50}}})
	began := time.Now()
	if r := w.ask("GET", "/v0.1/checkouts/"+id, nil); r.string("id") != id || time.Since(began) < 50*time.Millisecond {
		t.Errorf("slow: %s after %v", r.text, time.Since(began))
	}
}

// Which requests a share strikes, the seed says.
func TestSeed(t *testing.T) {
	pattern := func(seed uint64) (s string) {
		w := open(t, sumupsim.Options{Seed: seed, Plan: sumupsim.Plan{Faults: []sumupsim.Fault{{Route: "find", Kind: sumupsim.Status, Share: 0.3}}}})
		for range 200 {
			s += string("-x"[min(w.ask("GET", "/v0.1/checkouts?checkout_reference=x", nil).status/500, 1)])
		}
		return s
	}
	first := pattern(1)
	if first != pattern(1) {
		t.Error("the same seed strikes differently")
	}
	if first == pattern(2) {
		t.Error("another seed strikes alike")
	}
	if n := strings.Count(first, "x"); n < 35 || n > 85 {
		t.Errorf("0.3 of 200 are %d", n)
	}
	w := open(t, sumupsim.Options{Plan: sumupsim.Plan{Faults: []sumupsim.Fault{{Kind: sumupsim.Status, Skip: 2, Times: 3}}}})
	var got strings.Builder
	for range 8 {
		got.WriteByte("-x"[min(w.ask("GET", "/v0.1/checkouts?checkout_reference=x", nil).status/500, 1)])
	}
	if got.String() != "--xxx---" {
		t.Errorf("skipping 2, 3 times: %s", got.String())
	}
}

func TestLies(t *testing.T) {
	for kind, lies := range map[string]map[string]string{
		sumupsim.Amount:            {"amount": "13.1", "transactions.0.amount": "13.1"},
		sumupsim.TransactionAmount: {"amount": "12.1", "transactions.0.amount": "13.1"},
		sumupsim.Currency:          {"currency": "EUR", "transactions.0.currency": "EUR"},
		sumupsim.OtherMerchant:     {"merchant_code": "OTHER" + sumupsim.Merchant},
		sumupsim.Reference:         {"checkout_reference": "A0"},
		sumupsim.Decimals:          {"amount": "12.105", "transactions.0.amount": "12.105"},
	} {
		w := open(t, sumupsim.Options{})
		id, other := w.create("A1"), w.create("B1")
		must(w.Pay(id))(t)
		w.plan(sumupsim.Plan{Faults: []sumupsim.Fault{{Kind: kind, Reference: "A1"}}})
		r := w.ask("GET", "/v0.1/checkouts/"+id, nil)
		for path, want := range lies {
			if got := r.string(path); got != want {
				t.Errorf("%s: %s = %q, want %q", kind, path, got, want)
			}
		}
		if r := w.ask("GET", "/v0.1/checkouts/"+other, nil); r.string("amount") != "12.1" || r.string("checkout_reference") != "B1" {
			t.Errorf("%s strikes another checkout: %s", kind, r.text)
		}
		if w.Ledger().Balance("A1") != 1210 {
			t.Errorf("%s changed the ledger", kind)
		}
	}
}

func TestLag(t *testing.T) {
	w := open(t, sumupsim.Options{Plan: sumupsim.Plan{PendingReads: 2, MissingReads: 1, RefundReads: 2}})
	id := w.create("A1")
	paid := must(w.Pay(id))(t)
	for i, want := range []string{"PENDING", "PENDING", "PAID", "PAID"} {
		path := []string{"/v0.1/checkouts/" + id, "/v0.1/checkouts?checkout_reference=A1"}[i%2]
		r := w.ask("GET", path, nil)
		if got := r.string("status") + r.string("0.status"); got != want {
			t.Errorf("read %d: %s", i, got)
		}
	}
	if r := w.ask("DELETE", "/v0.1/checkouts/"+id, nil); r.status != http.StatusConflict {
		t.Errorf("deactivating what is paid: %d", r.status)
	}
	for i, want := range []int{404, 200} {
		if r := w.ask("GET", transactions+"?id="+paid, nil); r.status != want {
			t.Errorf("read %d of the transaction: %d", i, r.status)
		}
	}
	w.ask("POST", refunds+paid+"/refunds", nil)
	for i, want := range []string{"SUCCESSFUL", "SUCCESSFUL", "REFUNDED"} {
		if r := w.ask("GET", transactions+"?id="+paid, nil); r.string("status") != want {
			t.Errorf("read %d after the refund: %s", i, r.text)
		}
	}
}

func TestTwiceAndChargeback(t *testing.T) {
	w := open(t, sumupsim.Options{Plan: sumupsim.Plan{PayTwice: true, ChargebackAfterMS: 1000}})
	id := w.create("A1")
	paid := must(w.Pay(id))(t)
	r := w.ask("GET", "/v0.1/checkouts/"+id, nil)
	if r.string("transaction_id") != paid || r.string("transactions.1.status") != "SUCCESSFUL" || w.Ledger().Balance("A1") != 2420 {
		t.Errorf("paid twice: %s", r.text)
	}
	if err := w.Advance(999 * time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if w.Ledger().Balance("A1") != 2420 {
		t.Error("charged back too early")
	}
	if err := w.Advance(time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if w.Ledger().Balance("A1") != 1210 || len(w.Ledger().Of("A1", sumupsim.EntryChargeback)) != 1 {
		t.Errorf("after the chargeback: %+v", w.Ledger())
	}
}

// While it is down nothing is taken and nothing is lost.
func TestDown(t *testing.T) {
	w := open(t, sumupsim.Options{})
	id := w.create("A1")
	w.Down()
	if r := w.ask("GET", "/v0.1/checkouts/"+id, nil); r.status != 0 {
		t.Errorf("down: %d", r.status)
	}
	must(w.Pay(id))(t)
	if err := w.Up(); err != nil {
		t.Fatal(err)
	}
	if r := w.ask("GET", "/v0.1/checkouts/"+id, nil); r.string("status") != "PAID" {
		t.Errorf("up again: %d %s", r.status, r.text)
	}
}

func TestPlansThatMakeNoSense(t *testing.T) {
	w := open(t, sumupsim.Options{})
	for _, p := range []sumupsim.Plan{
		{Faults: []sumupsim.Fault{{Kind: "earthquake"}}},
		{Faults: []sumupsim.Fault{{Kind: sumupsim.Close, Route: "home"}}},
		{Faults: []sumupsim.Fault{{Kind: sumupsim.Status, Status: 200}}},
		{Faults: []sumupsim.Fault{{Kind: sumupsim.Close, Share: 2}}},
		{Hooks: sumupsim.Hooks{Drop: 2}},
		{Hooks: sumupsim.Hooks{Envelope: "paper"}},
	} {
		if w.SetPlan(p) == nil {
			t.Errorf("%+v was taken", p)
		}
	}
	if _, err := sumupsim.New(sumupsim.Options{Plan: sumupsim.Plan{Hooks: sumupsim.Hooks{Copies: -1}}}); err == nil {
		t.Error("a simulator began with a plan that makes no sense")
	}
}

package sumupsim_test

import (
	"net/http"
	"testing"
	"time"

	"rose-ash.com/roseash/api/orders/sumupsim"
)

func TestCheckouts(t *testing.T) {
	w := open(t, sumupsim.Options{})
	made := w.ask("POST", "/v0.1/checkouts", fields("A1", "valid_until", "2026-05-01T09:30:00Z"))
	for path, want := range map[string]string{"status": "PENDING", "amount": "12.1", "checkout_reference": "A1",
		"merchant_code": sumupsim.Merchant, "transaction_id": "", "hosted_checkout_url": w.URL + "/pay/c-" + made.string("id")} {
		if got := made.string(path); got != want {
			t.Errorf("create: %s = %q, want %q", path, got, want)
		}
	}
	id := made.string("id")
	if r := w.ask("POST", "/v0.1/checkouts", fields("A1")); r.status != http.StatusConflict || r.string("error_code") != "DUPLICATED_CHECKOUT" {
		t.Errorf("the same reference: %d %s", r.status, r.text)
	}
	if r := w.ask("GET", "/v0.1/checkouts?checkout_reference=A1", nil); r.string("0.id") != id {
		t.Errorf("find: %s", r.text)
	}
	if r := w.ask("GET", "/v0.1/checkouts?checkout_reference=B2", nil); string(r.text) != "[]\n" || r.status != http.StatusOK {
		t.Errorf("find nothing: %d %s", r.status, r.text)
	}
	paid := must(w.Pay(id))(t)
	r := w.ask("GET", "/v0.1/checkouts/"+id, nil)
	for path, want := range map[string]string{"status": "PAID", "transaction_id": paid, "transactions.0.id": paid,
		"transactions.0.status": "SUCCESSFUL", "transactions.0.amount": "12.1", "transactions.1.id": ""} {
		if got := r.string(path); got != want {
			t.Errorf("paid: %s = %q, want %q", path, got, want)
		}
	}
	if r := w.ask("DELETE", "/v0.1/checkouts/"+id, nil); r.status != http.StatusConflict || r.string("error_code") != "CHECKOUT_PROCESSED" {
		t.Errorf("deactivating what is paid: %d %s", r.status, r.text)
	}
	if _, err := w.Pay(id); err != sumupsim.ErrNotPayable {
		t.Errorf("paying twice: %v", err)
	}
	if _, err := w.Pay("no"); err != sumupsim.ErrUnknown {
		t.Errorf("paying nothing: %v", err)
	}
	w.clock.Advance(time.Hour)
	if r := w.ask("GET", "/v0.1/checkouts/"+id, nil); r.string("status") != "PAID" {
		t.Errorf("what was paid became %s", r.string("status"))
	}
}

func TestRefusals(t *testing.T) {
	w := open(t, sumupsim.Options{})
	for name, tt := range map[string]struct {
		change []any
		status int
		code   string
		param  string
	}{
		"no reference":     {[]any{"checkout_reference", nil}, 400, "MISSING", "checkout_reference"},
		"no amount":        {[]any{"amount", nil}, 400, "MISSING", "amount"},
		"amount is 0":      {[]any{"amount", 0}, 400, "INVALID", "amount"},
		"amount below 0":   {[]any{"amount", -1}, 400, "INVALID", "amount"},
		"three decimals":   {[]any{"amount", 1.005}, 400, "INVALID", "amount"},
		"pesos and cents":  {[]any{"amount", 1.5, "currency", "CLP"}, 400, "INVALID", "amount"},
		"unknown currency": {[]any{"currency", "XAU"}, 400, "INVALID", "amount"},
		"long reference":   {[]any{"checkout_reference", string(make([]byte, 91))}, 400, "INVALID", "checkout_reference"},
		"no time":          {[]any{"valid_until", "tomorrow"}, 400, "INVALID", "valid_until"},
		"no address":       {[]any{"return_url", "javascript:1"}, 400, "INVALID", "return_url"},
		"another merchant": {[]any{"merchant_code", "OTHER"}, 403, "FORBIDDEN", ""},
	} {
		r := w.ask("POST", "/v0.1/checkouts", fields("A1", tt.change...))
		if r.status != tt.status || r.string("error_code") != tt.code || r.string("param") != tt.param {
			t.Errorf("%s: %d %s", name, r.status, r.text)
		}
	}
	for _, authorization := range []string{"", "Bearer ", "Bearer wrong", "Basic " + key} {
		if r := w.askAs(authorization, "POST", "/v0.1/checkouts", fields("A1")); r.status != http.StatusUnauthorized || r.string("trace_id") == "" {
			t.Errorf("%q: %d %s", authorization, r.status, r.text)
		}
	}
	if r := w.ask("PUT", "/v0.1/checkouts/x", `{}`); r.status != http.StatusNotFound {
		t.Errorf("processing a card: %d", r.status)
	}
	if l := w.Ledger(); len(l.Entries)+len(l.Open) != 0 {
		t.Errorf("refusals left %+v", l)
	}
}

func TestEnds(t *testing.T) {
	w := open(t, sumupsim.Options{})
	timed := w.create("timed", "valid_until", "2026-05-01T09:30:00Z")
	if err := w.Advance(29*time.Minute + 59*time.Second); err != nil {
		t.Fatal(err)
	}
	if r := w.ask("GET", "/v0.1/checkouts/"+timed, nil); r.string("status") != "PENDING" {
		t.Errorf("a second before its end: %s", r.text)
	}
	w.clock.Advance(time.Second)
	if r := w.ask("GET", "/v0.1/checkouts/"+timed, nil); r.string("status") != "EXPIRED" {
		t.Errorf("at its end: %s", r.text)
	}
	open := w.create("open")
	if err := w.Advance(1000 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if r := w.ask("GET", "/v0.1/checkouts/"+open, nil); r.string("status") != "PENDING" {
		t.Errorf("without valid_until it ends: %s", r.text)
	}
	for range 2 {
		if r := w.ask("DELETE", "/v0.1/checkouts/"+open, nil); r.status != http.StatusOK || r.string("status") != "EXPIRED" {
			t.Errorf("deactivate: %d %s", r.status, r.text)
		}
	}
	for _, id := range []string{timed, open} {
		if _, err := w.Pay(id); err != sumupsim.ErrNotPayable {
			t.Errorf("paying after the end: %v", err)
		}
	}
	if r := w.ask("DELETE", "/v0.1/checkouts/none", nil); r.status != http.StatusNotFound {
		t.Errorf("deactivating nothing: %d", r.status)
	}
}

func TestFailed(t *testing.T) {
	for _, final := range []bool{false, true} {
		w := open(t, sumupsim.Options{FailedIsFinal: final})
		id := w.create("A1")
		must(w.Decline(id))(t)
		if r := w.ask("GET", "/v0.1/checkouts/"+id, nil); r.string("status") != "FAILED" || r.string("transaction_id") != "" || r.string("transactions.0.status") != "FAILED" {
			t.Errorf("declined: %s", r.text)
		}
		paid, err := w.Pay(id)
		if final {
			if err != sumupsim.ErrNotPayable {
				t.Errorf("after a final failure: %v", err)
			}
			continue
		}
		r := w.ask("GET", "/v0.1/checkouts/"+id, nil)
		if err != nil || r.string("status") != "PAID" || r.string("transaction_id") != paid || r.string("transactions.1.id") != paid {
			t.Errorf("paid after a failure: %v %s", err, r.text)
		}
	}
}

func TestChallenge(t *testing.T) {
	w := open(t, sumupsim.Options{})
	id := w.create("A1")
	asked := must(w.Challenge(id))(t)
	if r := w.ask("GET", "/v0.1/checkouts/"+id, nil); r.string("status") != "PENDING" || r.string("transactions.0.status") != "PENDING" {
		t.Errorf("while the bank asks: %s", r.text)
	}
	if paid := must(w.Pay(id))(t); paid != asked {
		t.Errorf("the challenge became another transaction, %s", paid)
	}
	ended := w.create("A2")
	must(w.Challenge(ended))(t)
	w.ask("DELETE", "/v0.1/checkouts/"+ended, nil)
	if _, err := w.Pay(ended); err != sumupsim.ErrNotPayable {
		t.Errorf("a challenge after the end: %v", err)
	}
}

func TestUpdate(t *testing.T) {
	w := open(t, sumupsim.Options{})
	id := w.create("A1")
	w.create("A2")
	r := w.ask("PATCH", "/v0.1/checkouts/"+id, map[string]any{"amount": 5, "checkout_reference": "A3"})
	if r.status != http.StatusOK || r.string("amount") != "5" || r.string("currency") != "GBP" {
		t.Errorf("update: %d %s", r.status, r.text)
	}
	if r := w.ask("GET", "/v0.1/checkouts?checkout_reference=A1", nil); string(r.text) != "[]\n" {
		t.Errorf("the old reference: %s", r.text)
	}
	if r := w.ask("PATCH", "/v0.1/checkouts/"+id, map[string]any{"checkout_reference": "A2"}); r.status != http.StatusNotFound {
		t.Errorf("a reference that is taken: %d", r.status)
	}
	must(w.Pay("A3"))(t)
	if r := w.ask("PATCH", "/v0.1/checkouts/"+id, map[string]any{"amount": 1}); r.status != http.StatusNotFound {
		t.Errorf("what is paid: %d", r.status)
	}
	if got := w.Ledger().Balance("A3"); got != 500 {
		t.Errorf("paid %d", got)
	}
}

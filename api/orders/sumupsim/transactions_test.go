package sumupsim_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"rose-ash.com/roseash/api/orders/sumupsim"
)

const (
	refunds      = "/v1.0/merchants/" + sumupsim.Merchant + "/payments/"
	transactions = "/v2.1/merchants/" + sumupsim.Merchant + "/transactions"
	history      = transactions + "/history"
	payouts      = "/v1.0/merchants/" + sumupsim.Merchant + "/payouts"
)

func TestRefunds(t *testing.T) {
	w := open(t, sumupsim.Options{})
	paid := must(w.Pay(w.create("A1")))(t)
	for _, tt := range []struct {
		body   any
		status int
		left   int64 // in the ledger
	}{
		{`{"amount": 0}`, 400, 1210},
		{`{"amount": -1}`, 400, 1210},
		{`{"amount": 0.001}`, 400, 1210},
		{`{"`, 400, 1210},
		{`{"amount": 12.11}`, 422, 1210},
		{`{"amount": 2.1}`, 201, 1000},
		{`{"amount": 10.01}`, 422, 1000},
		{nil, 201, 0},
		{nil, 409, 0},
		{`{"amount": 0.01}`, 409, 0},
	} {
		r := w.ask("POST", refunds+paid+"/refunds", tt.body)
		if got := w.Ledger().Balance("A1"); r.status != tt.status || got != tt.left {
			t.Errorf("%v: %d %s, %d left", tt.body, r.status, r.text, got)
		}
	}
	r := w.ask("GET", transactions+"?id="+paid, nil)
	for path, want := range map[string]string{"status": "REFUNDED", "simple_status": "REFUNDED", "amount": "12.1", "fee_amount": "0.3",
		"foreign_transaction_id": "A1", "events.0.type": "PAYOUT", "events.1.type": "REFUND", "events.1.amount": "2.1", "events.2.amount": "10"} {
		if got := r.string(path); got != want {
			t.Errorf("%s = %q, want %q", path, got, want)
		}
	}
	declined := must(w.Decline(w.create("A2")))(t)
	if r := w.ask("POST", refunds+declined+"/refunds", nil); r.status != http.StatusConflict {
		t.Errorf("refunding what was not paid: %d", r.status)
	}
	if r := w.ask("POST", "/v1.0/merchants/OTHER/payments/"+paid+"/refunds", nil); r.status != http.StatusNotFound {
		t.Errorf("another merchant: %d", r.status)
	}
}

func TestOutside(t *testing.T) {
	w := open(t, sumupsim.Options{})
	paid := must(w.Pay(w.create("A1")))(t)
	if err := w.RefundOutside(paid, 210); err != nil {
		t.Fatal(err)
	}
	if err := w.RefundOutside(paid, 1001); err != sumupsim.ErrRefund {
		t.Errorf("too much: %v", err)
	}
	if err := w.Chargeback(paid); err != nil {
		t.Fatal(err)
	}
	if r := w.ask("POST", refunds+paid+"/refunds", nil); r.status != http.StatusConflict {
		t.Errorf("a refund after a chargeback: %d", r.status)
	}
	foreign := must(w.Foreign(500, "GBP"))(t)
	if _, err := w.Foreign(-1, "GBP"); err == nil {
		t.Error("a payment below zero")
	}
	r := w.ask("GET", transactions+"?id="+foreign, nil)
	if r.string("payment_type") != "POS" || r.string("foreign_transaction_id") != "" {
		t.Errorf("a foreign payment: %s", r.text)
	}
	l := w.Ledger()
	var kinds []string
	for _, e := range l.Entries {
		kinds = append(kinds, fmt.Sprintf("%s %d %v", e.Kind, e.AmountMinor, e.Outside))
	}
	want := []string{"payment 1210 false", "refund -210 true", "chargeback -1000 true", "payment 500 true"}
	if !slices.Equal(kinds, want) || l.Balance("A1") != 0 || l.Balances()[""] != 500 || len(l.Of("A1", sumupsim.EntryPayment)) != 1 {
		t.Errorf("the ledger is %v", kinds)
	}
}

// ids are the transactions of all pages of a query of the history.
func (w *world) ids(query string) (list []string) {
	for {
		r := w.ask("GET", history+"?"+query, nil)
		if r.status != http.StatusOK {
			w.t.Fatalf("%s: %d %s", query, r.status, r.text)
		}
		items, _ := r.field("items").([]any)
		for _, item := range items {
			list = append(list, item.(map[string]any)["transaction_id"].(string))
		}
		if query = r.string("links.0.href"); query == "" {
			return list
		}
	}
}

func TestHistory(t *testing.T) {
	w := open(t, sumupsim.Options{})
	var all []string
	for i := range 25 {
		all = append(all, must(w.Pay(w.create(fmt.Sprint("A", i))))(t))
		w.clock.Advance(time.Minute)
	}
	at := func(minutes int) string {
		return url.QueryEscape(time.Date(2026, 5, 1, 9, minutes, 0, 0, time.UTC).Format(time.RFC3339))
	}
	if err := w.RefundOutside(all[2], 100); err != nil {
		t.Fatal(err)
	}
	backward := slices.Clone(all)
	slices.Reverse(backward)
	for query, want := range map[string][]string{
		"":                                     all,
		"limit=7":                              all,
		"limit=25":                             all,
		"limit=7&order=descending":             backward,
		"oldest_time=" + at(5):                 all[5:],
		"newest_time=" + at(5) + "&limit=2":    all[:5],
		"changes_since=" + at(24) + "&limit=1": {all[2], all[24]},
		"changes_since=" + at(25):              {all[2]},
		"statuses[]=REFUNDED":                  {all[2]},
		"statuses[]=FAILED":                    nil,
		"transaction_code=none":                nil,
		"oldest_ref=" + all[20]:                all[21:],
		"newest_ref=" + all[3]:                 all[:3],
		"payment_types[]=POS":                  nil,
		"types[]=REFUND":                       nil,
	} {
		if got := w.ids(query); !slices.Equal(got, want) {
			t.Errorf("%q: %d transactions, want %d", query, len(got), len(want))
		}
	}
	for _, query := range []string{"limit=0", "limit=x", "order=up", "changes_since=now", "oldest_ref=none"} {
		if r := w.ask("GET", history+"?"+query, nil); r.status != http.StatusBadRequest {
			t.Errorf("%q: %d", query, r.status)
		}
	}
	if err := w.SetPlan(sumupsim.Plan{RefundItems: true}); err != nil {
		t.Fatal(err)
	}
	if got := w.ids("types[]=REFUND"); !slices.Equal(got, all[2:3]) {
		t.Errorf("refunds as entries: %v", got)
	}
	if r := w.ask("GET", history+"?oldest_time="+at(2)+"&newest_time="+at(3), nil); r.string("items.0.refunded_amount") != "1" || r.string("items.0.status") != "REFUNDED" || r.string("items.1.type") != "REFUND" || r.string("items.1.amount") != "1" {
		t.Errorf("what was refunded: %s", r.text)
	}
}

func TestPayouts(t *testing.T) {
	w := open(t, sumupsim.Options{})
	paid := must(w.Pay(w.create("A1")))(t)
	query := payouts + "?start_date=2026-05-01&end_date=2026-05-31"
	if r := w.ask("GET", query, nil); string(r.text) != "[]\n" {
		t.Errorf("on the same day: %s", r.text)
	}
	w.clock.Advance(24 * time.Hour)
	if err := w.RefundOutside(paid, 210); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(24 * time.Hour)
	r := w.ask("GET", query, nil)
	for path, want := range map[string]string{"0.type": "PAYOUT", "0.amount": "11.8", "0.fee": "0.3", "0.date": "2026-05-02",
		"1.type": "REFUND_DEDUCTION", "1.amount": "2.1", "1.date": "2026-05-03"} {
		if got := r.string(path); got != want {
			t.Errorf("%s = %q, want %q", path, got, want)
		}
	}
	if r := w.ask("GET", query+"&order=desc&limit=1", nil); r.string("0.type") != "REFUND_DEDUCTION" || r.field("1") != nil {
		t.Errorf("the last one: %s", r.text)
	}
	if r := w.ask("GET", payouts+"?start_date=2026-05-03&end_date=2026-05-03", nil); r.string("0.date") != "2026-05-03" || r.field("1") != nil {
		t.Errorf("one day: %s", r.text)
	}
}

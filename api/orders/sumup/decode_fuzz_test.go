package sumup

import (
	"net/http"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/httpx"
)

// Whatever an answer holds, what is made of it can be kept and added up.

func FuzzCheckout(f *testing.F) {
	f.Add(`{"id":"a","checkout_reference":"R","amount":12.10,"currency":"GBP","status":"PENDING","valid_until":null,"transactions":[]}`)
	f.Add(`{"id":"a","amount":1e9,"currency":"GBP","status":"PAID","transactions":[{"id":"t","amount":"NaN","currency":"GBP","status":"FAILED"}]}`)
	f.Fuzz(func(t *testing.T, raw string) {
		one, err := readCheckout([]byte(raw))
		many, listErr := readCheckouts([]byte("[" + raw + "]"))
		if err == nil && (listErr != nil || len(many) != 1 || many[0].ID != one.ID) {
			t.Errorf("alone %+v, in a list %+v, %v", one, many, listErr)
		}
		if err == nil && (one.ID == "" || one.AmountMinor < 0 || len(one.Currency) != 3 || len(one.HostedURL) > maxURL) {
			t.Errorf("%+v", one)
		}
		for _, transaction := range one.Transactions {
			checkTransaction(t, transaction)
		}
	})
}

func checkTransaction(t *testing.T, tx Transaction) {
	if tx.ID == "" || tx.AmountMinor < 0 || tx.RefundedMinor < 0 || tx.Status == "" || len(tx.ID) > maxText || len(tx.Currency) != 3 {
		t.Errorf("%+v", tx)
	}
}

func FuzzTransaction(f *testing.F) {
	f.Add(`{"id":"t","amount":12.1,"currency":"GBP","status":"REFUNDED","events":[{"id":1,"type":"REFUND","status":"REFUNDED","amount":-5}],"transaction_events":[{"id":"1","event_type":"REFUND","amount":5}]}`)
	f.Add(`{"transaction_id":"t","type":"PAYMENT","amount":9999999999999,"currency":"JPY","status":"SUCCESSFUL","refunded_amount":-0.01}`)
	f.Fuzz(func(t *testing.T, raw string) {
		if tx, err := readTransaction([]byte(raw)); err == nil {
			checkTransaction(t, tx)
		}
	})
}

func FuzzHistory(f *testing.F) {
	f.Add(`{"items":[{"transaction_id":"t","type":"PAYMENT","amount":1,"currency":"GBP","status":"SUCCESSFUL"}],"links":[{"rel":"next","href":"limit=10&oldest_ref=a"}]}`)
	f.Add(`{"items":[],"links":[{"rel":"next","href":"https://a/b?c"}]}`)
	f.Fuzz(func(t *testing.T, raw string) {
		p, err := readPage([]byte(raw))
		if err != nil {
			return
		}
		for _, tx := range p.transactions {
			checkTransaction(t, tx)
		}
	})
}

func FuzzPayouts(f *testing.F) {
	f.Add(`[{"amount":-132.45,"currency":"GBP","date":"2026-11-01","fee":3.12,"id":1,"reference":"r","status":"SUCCESSFUL","transaction_code":"T","type":"PAYOUT"}]`)
	f.Fuzz(func(t *testing.T, raw string) {
		list, err := readPayouts([]byte(raw))
		for _, p := range list {
			if _, dateErr := time.Parse(time.DateOnly, p.Date); err != nil || dateErr != nil || p.ID == "" || len(p.Type) > 50 {
				t.Errorf("%+v, %v", p, err)
			}
		}
	})
}

func FuzzRefusal(f *testing.F) {
	f.Add(`{"error_code":"NOT_FOUND","message":"x"}`, "", 404)
	f.Add(`[{"error_code":"MISSING","param":"start_date"}]`, "30", 400)
	f.Add(`{"type":"https://developer.sumup.com/problem/not-found"}`, "Mon, 23 Nov 2026 12:00:00 GMT", 503)
	f.Fuzz(func(t *testing.T, raw, after string, status int) {
		h := http.Header{"Content-Type": {"application/problem+json"}, "Retry-After": {after}}
		outcome, code := refusal(status, h, []byte(raw))
		if outcome == Found || code == "" || len(code) > 60 || outcome != Unknown && (status < 400 || status > 499) {
			t.Errorf("refusal = %v, %q", outcome, code)
		}
		if wait := httpx.RetryAfter(h, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), maxAfter); wait < 0 || wait > maxAfter {
			t.Errorf("Retry-After %q: %v", after, wait)
		}
	})
}

// FuzzAmount: what is read is written as it was, but for zeros at its ends.
func FuzzAmount(f *testing.F) {
	for _, text := range []string{"12.10", "0.1", "-0", "1e3", "00.1", "999999999999.99", ".5", "5."} {
		f.Add(text, "GBP")
	}
	f.Fuzz(func(t *testing.T, text, currency string) {
		var n number
		if n.UnmarshalJSON([]byte(text)) != nil {
			return
		}
		minor, err := n.minor(currency)
		if err != nil {
			return
		}
		again, err := number(written(minor, currency)).minor(currency)
		if err != nil || again != minor || minor > maxAmount || minor < -maxAmount {
			t.Errorf("%s %s is %d, written and read %d, %v", text, currency, minor, again, err)
		}
	})
}

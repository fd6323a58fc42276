package sumupsim_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/orders/sumupsim"
)

// FuzzRequests: whatever is sent, the answer is JSON and no fault of the server's, and a
// checkout that was made asks for money that exists.
func FuzzRequests(f *testing.F) {
	f.Add("POST", "/v0.1/checkouts", `{"checkout_reference":"A1","amount":12.10,"currency":"GBP","merchant_code":"MERCHANT"}`)
	f.Add("POST", "/v0.1/checkouts", `{"checkout_reference":"A1","amount":1e-3,"currency":"GBP","merchant_code":"MERCHANT","valid_until":"x"}`)
	f.Add("PATCH", "/v0.1/checkouts/paid", `{"amount":-1}`)
	f.Add("DELETE", "/v0.1/checkouts/%00", "")
	f.Add("POST", "/v1.0/merchants/MERCHANT/payments/x/refunds", `{"amount":"1"}`)
	f.Add("GET", "/v2.1/merchants/MERCHANT/transactions/history?limit=9&order=descending&newest_ref=x", "")
	f.Add("GET", "/v1.0/merchants/MERCHANT/payouts?start_date=2026-01-01&end_date=2026-01-02", "")
	f.Fuzz(func(t *testing.T, method, target, body string) {
		// No webhook goes to an address that was made up.
		s, err := sumupsim.New(sumupsim.Options{Plan: sumupsim.Plan{Hooks: sumupsim.Hooks{Drop: 1}}})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if !strings.HasPrefix(target, "/v") {
			return
		}
		r, err := http.NewRequest(method, "http://sumup.test"+target, strings.NewReader(body))
		if err != nil {
			return
		}
		r.Header.Set("Authorization", "Bearer key")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code >= 500 || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s %s %q: %d %s", method, target, body, w.Code, w.Body)
		}
		for _, id := range s.Ledger().Open {
			if _, err := s.Pay(id); err != nil {
				t.Error(err)
			}
		}
		for _, e := range s.Ledger().Entries {
			if e.AmountMinor <= 0 || len(e.Currency) != 3 {
				t.Errorf("%q made %+v", body, e)
			}
		}
	})
}

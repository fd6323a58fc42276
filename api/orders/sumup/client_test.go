package sumup_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/orders/sumup"
	"rose-ash.com/roseash/api/shared/httpx"
)

const (
	apiKey   = "sup_sk_SECRET"
	merchant = "MH4H92C7"
	id       = "4e425463-3e1b-431d-83fa-1e51c2925e99"
	ref      = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
	paidOnce = `{"id":"` + id + `","checkout_reference":"` + ref + `","merchant_code":"` + merchant + `","amount":12.10,"currency":"GBP","status":"PAID",
		"valid_until":"2026-11-23T10:00:00.000+00:00","transaction_id":"t-1","extra":{"a":[1]},"date":"2026-11-23T09:00:00.000+00:00",
		"transactions":[{"id":"t-1","transaction_code":"TEENSK4W2K","amount":12.1,"currency":"GBP","timestamp":"2026-11-23T09:10:00.876Z","status":"SUCCESSFUL","merchant_code":"` + merchant + `"}]}`
)

var (
	valid  = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	bought = sumup.NewCheckout{
		Reference: ref, AmountMinor: 1210, Currency: "GBP", Description: "Order R7K2-9QXM", ReturnURL: "https://shop.example/hooks/sumup/x",
		RedirectURL: "https://shop.example/orders/1/", ValidUntil: valid,
	}
)

func served(t *testing.T, handler http.HandlerFunc) *sumup.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return clientOf(server.URL, 30*time.Second)
}

func clientOf(address string, timeout time.Duration) *sumup.Client {
	return sumup.New(sumup.Options{HTTP: httpx.Operator(0), BaseURL: address + "/", APIKey: apiKey, MerchantCode: merchant, Timeout: timeout, Pause: time.Millisecond})
}

func says(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	io.WriteString(w, body)
}

// TestCreate: what is sent, to the byte where it is money.
func TestCreate(t *testing.T) {
	for _, tt := range []struct {
		minor    int64
		currency string
		want     string
	}{{1210, "GBP", "12.10"}, {1, "GBP", "0.01"}, {100000000001, "EUR", "1000000000.01"}, {1200, "JPY", "1200"}} {
		client := served(t, func(w http.ResponseWriter, r *http.Request) {
			raw, _ := io.ReadAll(r.Body)
			var sent map[string]json.RawMessage
			if err := json.Unmarshal(raw, &sent); err != nil || r.Method != "POST" || r.URL.Path != "/v0.1/checkouts" || r.Header.Get("Authorization") != "Bearer "+apiKey {
				t.Errorf("%s %s: %s, %v", r.Method, r.URL, raw, err)
			}
			for name, want := range map[string]string{
				"amount": tt.want, "currency": `"` + tt.currency + `"`, "checkout_reference": `"` + ref + `"`, "merchant_code": `"` + merchant + `"`,
				"valid_until": `"2026-11-23T10:00:00Z"`, "hosted_checkout": `{"enabled":true}`, "return_url": `"` + bought.ReturnURL + `"`, "redirect_url": `"` + bought.RedirectURL + `"`,
			} {
				if got := string(sent[name]); got != want {
					t.Errorf("%s is %s, want %s", name, got, want)
				}
			}
			says(w, 201, `{"id":"`+id+`","checkout_reference":"`+ref+`","amount":`+tt.want+`,"currency":"`+tt.currency+`","status":"PENDING","hosted_checkout_url":"https://checkout.sumup.com/pay/c-`+id+`","transactions":[]}`)
		})
		n := bought
		n.AmountMinor, n.Currency = tt.minor, tt.currency
		got := client.Create(context.Background(), n)
		if got.Outcome != sumup.Found || got.Value.ID != id || got.Value.AmountMinor != tt.minor || got.Value.HostedURL != "https://checkout.sumup.com/pay/c-"+id || got.Value.Status != sumup.Pending {
			t.Errorf("Create = %+v", got)
		}
	}
}

// TestNothingIsAsked: what cannot be right is not sent.
func TestNothingIsAsked(t *testing.T) {
	client := served(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s %s was sent", r.Method, r.URL) })
	ctx := context.Background()
	for name, change := range map[string]func(*sumup.NewCheckout){
		"no end": func(n *sumup.NewCheckout) { n.ValidUntil = time.Time{} }, "no amount": func(n *sumup.NewCheckout) { n.AmountMinor = 0 },
		"negative": func(n *sumup.NewCheckout) { n.AmountMinor = -1 }, "long reference": func(n *sumup.NewCheckout) { n.Reference = strings.Repeat("A", 65) },
		"no reference": func(n *sumup.NewCheckout) { n.Reference = "" }, "currency": func(n *sumup.NewCheckout) { n.Currency = "pounds" },
	} {
		n := bought
		change(&n)
		if got := client.Create(ctx, n); got.Outcome != sumup.Invalid {
			t.Errorf("%s: %+v", name, got)
		}
	}
	for _, bad := range []string{"", "../merchants", "a/b", "a?b", strings.Repeat("a", 101), "a\x00"} {
		if a, b, c, d, e := client.Checkout(ctx, bad), client.Deactivate(ctx, bad), client.Transaction(ctx, bad), client.Refund(ctx, bad, 1, "GBP"), client.FindByReference(ctx, bad); a.Outcome != sumup.Invalid || b.Outcome != sumup.Invalid || c.Outcome != sumup.Invalid || d.Outcome != sumup.Invalid || e.Outcome != sumup.Invalid {
			t.Errorf("%q: %+v %+v %+v %+v %+v", bad, a, b, c, d, e)
		}
	}
	if got := client.Refund(ctx, id, 0, "GBP"); got.Outcome != sumup.Invalid {
		t.Errorf("a refund of nothing: %+v", got)
	}
}

func TestCheckout(t *testing.T) {
	client := served(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != "GET" || r.URL.Path != "/v0.1/checkouts/"+id {
			t.Errorf("%s %s", r.Method, r.URL)
		}
		says(w, 200, paidOnce)
	})
	got := client.Checkout(context.Background(), id)
	c := got.Value
	if got.Outcome != sumup.Found || c.Status != sumup.Paid || c.AmountMinor != 1210 || c.TransactionID != "t-1" || !c.ValidUntil.Equal(valid) || len(c.Transactions) != 1 {
		t.Fatalf("Checkout = %+v", got)
	}
	if tx := c.Transactions[0]; tx.AmountMinor != 1210 || tx.Status != sumup.TransactionSuccessful || tx.Code != "TEENSK4W2K" || tx.At.Minute() != 10 || tx.MerchantCode != merchant {
		t.Errorf("its transaction: %+v", tx)
	}
}

// TestWhereToPay: a browser is sent to SumUp or to where the API is, and nowhere else.
func TestWhereToPay(t *testing.T) {
	for address, want := range map[string]bool{
		"https://checkout.sumup.com/pay/c-1": true, "https://sumup.com/pay": true, "API/pay/c-1": true,
		"http://checkout.sumup.com/pay/c-1": false, "https://sumup.com.evil.example/": false, "https://evilsumup.com/": false, "https://checkout.sumup.com@evil.example/": false,
		"https://evil.example/?.sumup.com": false, "https://evil.example\\\\.sumup.com/": false, "javascript:alert(1)//sumup.com": false, "//checkout.sumup.com/": false, "/pay": false,
		"https://a:b@checkout.sumup.com/": false, "https://checkout.sumup.com:8443/": false, "data:text/html,x": false,
	} {
		var base string
		client := served(t, func(w http.ResponseWriter, r *http.Request) {
			base = "http://" + r.Host
			body := strings.Replace(paidOnce, `"extra"`, `"hosted_checkout_url":"`+strings.Replace(address, "API", base, 1)+`","extra"`, 1)
			if r.URL.Query().Has("checkout_reference") {
				body = "[" + body + "]"
			}
			says(w, 200, body)
		})
		for name, got := range map[string]sumup.Result[sumup.Checkout]{
			"read": client.Checkout(t.Context(), id), "found": client.FindByReference(t.Context(), ref), "made": client.Create(t.Context(), bought),
		} {
			shown := got.Value.HostedURL == strings.Replace(address, "API", base, 1)
			if got.Outcome != sumup.Found || shown != want || !want && got.Value.HostedURL != "" {
				t.Errorf("%s, %s: %v %q", name, address, got.Outcome, got.Value.HostedURL)
			}
		}
	}
}

func TestFindByReference(t *testing.T) {
	other := strings.ReplaceAll(paidOnce, ref, "OTHER")
	for body, want := range map[string]sumup.Outcome{
		`[]`: sumup.Missing, `[` + paidOnce + `]`: sumup.Found,
		// Not what was asked: it never reads as "there is none".
		`[` + other + `]`: sumup.Unknown, `[` + paidOnce + `,` + paidOnce + `]`: sumup.Unknown, `null`: sumup.Unknown, `{}`: sumup.Unknown, `[null]`: sumup.Unknown,
	} {
		client := served(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("checkout_reference") != ref {
				t.Errorf("asked for %s", r.URL)
			}
			says(w, 200, body)
		})
		if got := client.FindByReference(context.Background(), ref); got.Outcome != want || (want == sumup.Found) != (got.Value.ID == id) {
			t.Errorf("%.40s: %+v, want %v", body, got, want)
		}
	}
}

// TestDeactivate: it holds only where SumUp says so.
func TestDeactivate(t *testing.T) {
	expired := strings.Replace(paidOnce, `"PAID"`, `"EXPIRED"`, 1)
	pending := strings.Replace(paidOnce, `"PAID"`, `"PENDING"`, 1)
	processed := `{"error_code":"CHECKOUT_PROCESSED","message":"Checkout is already processed"}`
	missing := `{"error_code":"NOT_FOUND","message":"Resource not found"}`
	for name, tt := range map[string]struct {
		status  int
		body    string
		reading int
		read    string
		want    sumup.Outcome
	}{
		"done":                     {200, expired, 500, ``, sumup.Found},
		"paid":                     {409, processed, 200, paidOnce, sumup.Conflict},
		"paid, not to be read":     {409, processed, 503, `{}`, sumup.Conflict},
		"ended before":             {409, processed, 200, expired, sumup.Found},
		"answer lost, done":        {500, `{}`, 200, expired, sumup.Found},
		"answer lost, paid":        {500, `{}`, 200, paidOnce, sumup.Conflict},
		"answer lost, open":        {500, `{}`, 200, pending, sumup.Unknown},
		"answer lost, and nothing": {500, `{}`, 500, `{}`, sumup.Unknown},
		"still open":               {200, pending, 200, pending, sumup.Unknown},
		"none":                     {404, missing, 404, missing, sumup.Missing},
		"none, and there":          {404, missing, 200, pending, sumup.Unknown},
		"none, and nobody knows":   {404, missing, 503, `{}`, sumup.Unknown},
		"HTML":                     {200, `<!DOCTYPE html>`, 502, ``, sumup.Unknown},
	} {
		client := served(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == "DELETE" {
				says(w, tt.status, tt.body)
				return
			}
			says(w, tt.reading, tt.read)
		})
		got := client.Deactivate(context.Background(), id)
		if got.Outcome != tt.want || got.Outcome == sumup.Found && got.Value.Status != sumup.Expired {
			t.Errorf("%s: %+v, want %v", name, got, tt.want)
		}
	}
}

func TestRefund(t *testing.T) {
	const refused = `{"type":"https://developer.sumup.com/problem/%","title":"x","status":409,"detail":"LEAK"}`
	for name, tt := range map[string]struct {
		status int
		body   string
		want   sumup.Outcome
		code   string
	}{
		"done":      {201, `{}`, sumup.Found, ""},
		"200":       {200, `{}`, sumup.Unknown, sumup.CodeUnreadable},
		"a list":    {201, `[]`, sumup.Unknown, sumup.CodeUnreadable},
		"null":      {201, `null`, sumup.Unknown, sumup.CodeUnreadable},
		"empty":     {201, ``, sumup.Unknown, sumup.CodeNotJSON},
		"conflict":  {409, strings.ReplaceAll(refused, "%", "conflict"), sumup.Conflict, "CONFLICT"},
		"missing":   {404, strings.ReplaceAll(refused, "%", "not-found"), sumup.Missing, "NOT_FOUND"},
		"too much":  {422, `{"type":"https://developer.sumup.com/problem/unprocessable-entity","errors":[{"code":"INVALID_AMOUNT","max_refundable_amount":1000}]}`, sumup.Invalid, "INVALID_AMOUNT"},
		"forbidden": {403, `{"error_message":"LEAK","error_code":"FORBIDDEN","status_code":"403"}`, sumup.Invalid, "FORBIDDEN"},
		"fault":     {500, `{}`, sumup.Unknown, sumup.CodeUnavailable},
	} {
		asked := 0
		client := served(t, func(w http.ResponseWriter, r *http.Request) {
			asked++
			raw, _ := io.ReadAll(r.Body)
			if r.Method != "POST" || r.URL.Path != "/v1.0/merchants/"+merchant+"/payments/t-1/refunds" || string(raw) != `{"amount":5.00}` {
				t.Errorf("%s %s %s", r.Method, r.URL, raw)
			}
			says(w, tt.status, tt.body)
		})
		if got := client.Refund(context.Background(), "t-1", 500, "GBP"); got.Outcome != tt.want || got.Code != tt.code || asked != 1 {
			t.Errorf("%s: %+v after %d, want %v %s after one", name, got, asked, tt.want, tt.code)
		}
	}
}

func TestTransaction(t *testing.T) {
	client := served(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v2.1/merchants/"+merchant+"/transactions" || r.URL.Query().Get("id") != "t-1" {
			t.Errorf("asked for %s", r.URL)
		}
		says(w, 200, `{"id":"t-1","amount":12.1,"currency":"GBP","status":"REFUNDED","foreign_transaction_id":"`+ref+`","timestamp":"2026-11-23T09:10:00Z",
			"events":[{"id":1,"type":"PAYOUT","status":"PAID_OUT","amount":11.9,"fee_amount":0.20,"timestamp":"2026-11-24T00:00:00Z"},
				{"id":2,"type":"REFUND","status":"REFUNDED","amount":5},{"id":3,"type":"REFUND","status":"FAILED","amount":1},{"id":4,"type":"REFUND","status":"PENDING","amount":-1.05}],
			"transaction_events":[{"id":2,"event_type":"REFUND","status":"REFUNDED","amount":5,"date":"2026-11-24"},{"id":9,"event_type":"CHARGE_BACK","status":"PENDING","amount":12.1}]}`)
	})
	got := client.Transaction(context.Background(), "t-1")
	if got.Outcome != sumup.Found || got.Value.RefundedMinor != 605 || got.Value.ForeignID != ref || len(got.Value.Events) != 5 {
		t.Fatalf("Transaction = %+v", got)
	}
	if e := got.Value.Events[0]; e.ID != "1" || e.FeeMinor != 20 || e.AmountMinor != 1190 {
		t.Errorf("its first event: %+v", e)
	}
}

func TestHistory(t *testing.T) {
	row := func(id string) string {
		return `{"id":"row-` + id + `","transaction_id":"` + id + `","type":"PAYMENT","amount":1,"currency":"GBP","status":"REFUNDED","refunded_amount":0.4}`
	}
	var asked []string
	client := served(t, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		asked = append(asked, q.Get("oldest_ref"))
		if q.Get("changes_since") != "2026-11-22T00:00:00Z" || q.Get("newest_time") != "2026-11-23T00:00:00Z" || q.Get("types[]") != "PAYMENT" {
			t.Errorf("asked for %s", r.URL)
		}
		switch q.Get("oldest_ref") {
		case "":
			says(w, 200, `{"items":[`+row("a")+`,`+row("b")+`],"links":[{"rel":"self","href":"x=1"},{"rel":"next","href":"limit=2&oldest_ref=b&order=ascending"}]}`)
		case "b": // an address of elsewhere: only its query is used
			says(w, 200, `{"items":[{"transaction_id":"b","type":"REFUND","amount":1,"currency":"GBP","status":"SUCCESSFUL"},`+row("c")+`],"links":[{"rel":"next","href":"https://169.254.169.254/x?oldest_ref=c"}]}`)
		default:
			says(w, 200, `{"items":[],"links":[]}`)
		}
	})
	from := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	var ids []string
	got, err := client.History(context.Background(), from, from.AddDate(0, 0, 1), func(tx sumup.Transaction) error {
		ids = append(ids, tx.ID)
		if tx.RefundedMinor != 40 {
			t.Errorf("%+v", tx)
		}
		return nil
	})
	if err != nil || got.Outcome != sumup.Found || got.Value != 3 || !slices.Equal(ids, []string{"a", "b", "c"}) || !slices.Equal(asked, []string{"", "b", "c"}) {
		t.Errorf("History = %+v, %v: %q, asked %q", got, err, ids, asked)
	}

	turns := served(t, func(w http.ResponseWriter, _ *http.Request) {
		says(w, 200, `{"items":[`+row("a")+`],"links":[{"rel":"next","href":"oldest_ref=a"}]}`)
	})
	if got, err := turns.History(context.Background(), from, from, func(sumup.Transaction) error { return nil }); err != nil || got.Outcome != sumup.Unknown {
		t.Errorf("pages in a circle: %+v, %v", got, err)
	}
	if got, err := turns.History(context.Background(), from, from, func(sumup.Transaction) error { return io.ErrShortWrite }); err != io.ErrShortWrite {
		t.Errorf("a fault of the caller's: %+v, %v", got, err)
	}
}

func TestPayouts(t *testing.T) {
	var asked []string
	client := served(t, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		days := q.Get("start_date") + " " + q.Get("end_date")
		if asked = append(asked, days); days == "2026-11-01 2026-11-04" {
			says(w, 200, `"`+strings.Repeat("x", 2<<20)+`"`)
			return
		}
		says(w, 200, `[{"amount":-132.45,"currency":"GBP","date":"2026-11-01","fee":3.12,"id":123456789,"reference":"payout","status":"SUCCESSFUL","transaction_code":"TEENSK4W2K","type":"REFUND_DEDUCTION"}]`)
	})
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	got := client.Payouts(context.Background(), from, from.AddDate(0, 0, 3))
	if got.Outcome != sumup.Found || len(got.Value) != 2 || len(asked) != 3 {
		t.Fatalf("Payouts = %+v, asked for %q", got, asked)
	}
	if p := got.Value[0]; p.ID != "123456789" || p.AmountMinor != -13245 || p.FeeMinor != 312 || p.Date != "2026-11-01" {
		t.Errorf("%+v", p)
	}
}

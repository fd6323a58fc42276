package sumup_test

import (
	"context"
	"crypto/rand"
	"flag"
	"net/http/httptest"
	"testing"
	"time"

	"rose-ash.com/roseash/api/orders/sumup"
	"rose-ash.com/roseash/api/orders/sumupsim"
	"rose-ash.com/roseash/api/shared/httpx"
)

// With a key of a sandbox account the suite asks SumUp instead of the simulator; somebody
// pays, within sumup.wait, at the address that is logged (go test -v).
var (
	realKey      = flag.String("sumup.key", "", "API key of a sandbox account")
	realMerchant = flag.String("sumup.merchant", "", "merchant code of that account")
	realURL      = flag.String("sumup.url", "https://api.sumup.com", "where SumUp's API is")
	realCurrency = flag.String("sumup.currency", "GBP", "currency of that account")
	realWait     = flag.Duration("sumup.wait", 0, "how long to wait for somebody to pay; 0: nothing is paid")
)

// account is one SumUp to try, the simulated or the real one.
type account struct {
	client   *sumup.Client
	stranger *sumup.Client // with a key that is none
	currency string
	merchant string
	pay      func(t *testing.T, c sumup.Checkout) bool // false: nobody pays here
}

func tried(t *testing.T) account {
	t.Helper()
	with := func(address, key, merchant string) *sumup.Client {
		return sumup.New(sumup.Options{HTTP: httpx.Operator(0), BaseURL: address, APIKey: key, MerchantCode: merchant})
	}
	if *realKey != "" {
		return account{with(*realURL, *realKey, *realMerchant), with(*realURL, "sup_sk_none", *realMerchant), *realCurrency, *realMerchant, func(t *testing.T, c sumup.Checkout) bool {
			if *realWait > 0 {
				t.Logf("pay at %s with 4200 0000 0000 0091", c.HostedURL)
			}
			return *realWait > 0
		}}
	}
	sim, err := sumupsim.New(sumupsim.Options{APIKey: apiKey})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim)
	t.Cleanup(func() { server.Close(); sim.Close() })
	return account{with(server.URL, apiKey, sumupsim.Merchant), with(server.URL, "sup_sk_none", sumupsim.Merchant), "GBP", sumupsim.Merchant, func(t *testing.T, c sumup.Checkout) bool {
		if _, err := sim.Pay(c.ID); err != nil {
			t.Fatal(err)
		}
		return true
	}}
}

func (a account) order(minor int64) sumup.NewCheckout {
	return sumup.NewCheckout{Reference: rand.Text(), AmountMinor: minor, Currency: a.currency, Description: "Conformance", ValidUntil: time.Now().Add(10 * time.Minute)}
}

// TestConformance: what the client stands on holds.
func TestConformance(t *testing.T) {
	a, ctx := tried(t), context.Background()
	n := a.order(1210)
	if got := a.client.FindByReference(ctx, n.Reference); got.Outcome != sumup.Missing {
		t.Fatalf("before it is made: %+v", got)
	}
	made := a.client.Create(ctx, n)
	c := made.Value
	if made.Outcome != sumup.Found || c.Reference != n.Reference || c.AmountMinor != 1210 || c.Currency != a.currency || c.Status != sumup.Pending || c.HostedURL == "" || c.ID == "" {
		t.Fatalf("Create = %+v", made)
	}
	if d := c.ValidUntil.Sub(n.ValidUntil); d < -time.Second || d > time.Second {
		t.Errorf("it ends at %v, want %v", c.ValidUntil, n.ValidUntil)
	}
	if got := a.client.Create(ctx, n); got.Outcome != sumup.Conflict || got.Code != "DUPLICATED_CHECKOUT" {
		t.Errorf("the same reference again: %+v", got)
	}
	for name, got := range map[string]sumup.Result[sumup.Checkout]{"by reference": a.client.FindByReference(ctx, n.Reference), "by id": a.client.Checkout(ctx, c.ID)} {
		if v := got.Value; got.Outcome != sumup.Found || v.ID != c.ID || v.MerchantCode != a.merchant || v.Status != sumup.Pending || len(v.Transactions) != 0 || v.TransactionID != "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
	ended := a.client.Deactivate(ctx, c.ID)
	if ended.Outcome != sumup.Found || ended.Value.Status != sumup.Expired {
		t.Errorf("Deactivate = %+v", ended)
	}
	if again := a.client.Deactivate(ctx, c.ID); again.Outcome != sumup.Found || again.Value.Status != sumup.Expired {
		t.Errorf("Deactivate again = %+v", again)
	}
	if got := a.client.Checkout(ctx, c.ID); got.Outcome != sumup.Found || got.Value.Status != sumup.Expired {
		t.Errorf("after its end: %+v", got)
	}
	const none = "4e425463-3e1b-431d-83fa-1e51c2925e99"
	if x, y, z := a.client.Checkout(ctx, none), a.client.Deactivate(ctx, none), a.client.Transaction(ctx, none); x.Outcome != sumup.Missing || y.Outcome != sumup.Missing || z.Outcome != sumup.Missing {
		t.Errorf("what is not there: %+v, %+v, %+v", x, y, z)
	}
	if got := a.client.Refund(ctx, none, 1, a.currency); got.Outcome != sumup.Missing {
		t.Errorf("a refund of what is not there: %+v", got)
	}
	if x, y := a.stranger.Checkout(ctx, c.ID), a.stranger.Create(ctx, a.order(100)); x.Outcome != sumup.Invalid || y.Outcome != sumup.Invalid {
		t.Errorf("with another key: %+v, %+v", x, y)
	}
	today := time.Now().UTC()
	if got := a.client.Payouts(ctx, today.AddDate(0, 0, -7), today); got.Outcome != sumup.Found {
		t.Errorf("Payouts = %+v", got)
	}
}

// TestConformancePaid: a payment, what went back of it, and both in the history.
func TestConformancePaid(t *testing.T) {
	a, ctx := tried(t), context.Background()
	begin := time.Now().Add(-time.Minute)
	made := a.client.Create(ctx, a.order(1210))
	if made.Outcome != sumup.Found {
		t.Fatalf("Create = %+v", made)
	}
	if !a.pay(t, made.Value) {
		return
	}
	c := made.Value
	for end := time.Now().Add(*realWait + time.Minute); c.Status != sumup.Paid && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		c = a.client.Checkout(ctx, c.ID).Value
	}
	if c.Status != sumup.Paid || c.TransactionID == "" || len(c.Transactions) != 1 || c.Transactions[0].ID != c.TransactionID || c.Transactions[0].Status != sumup.TransactionSuccessful || c.Transactions[0].AmountMinor != 1210 {
		t.Fatalf("paid: %+v", c)
	}
	if got := a.client.Deactivate(ctx, c.ID); got.Outcome != sumup.Conflict || got.Code != "CHECKOUT_PROCESSED" {
		t.Errorf("Deactivate of a paid one = %+v", got)
	}
	if got := a.client.Refund(ctx, c.TransactionID, 1211, a.currency); got.Outcome != sumup.Invalid && got.Outcome != sumup.Conflict {
		t.Errorf("a refund of too much: %+v", got)
	}
	for i, want := range []int64{210, 1210} {
		if got := a.client.Refund(ctx, c.TransactionID, []int64{210, 1000}[i], a.currency); got.Outcome != sumup.Found {
			t.Fatalf("Refund = %+v", got)
		}
		got := a.client.Transaction(ctx, c.TransactionID)
		if got.Outcome != sumup.Found || got.Value.RefundedMinor != want || got.Value.AmountMinor != 1210 || got.Value.Currency != a.currency {
			t.Errorf("Transaction = %+v, want %d back", got, want)
		}
	}
	if got := a.client.Refund(ctx, c.TransactionID, 1, a.currency); got.Outcome != sumup.Conflict && got.Outcome != sumup.Invalid {
		t.Errorf("a refund of nothing left: %+v", got)
	}
	seen := false
	got, err := a.client.History(ctx, begin, time.Now().Add(time.Minute), func(tx sumup.Transaction) error {
		if tx.ID == c.TransactionID {
			seen = true
			if tx.RefundedMinor != 1210 || tx.AmountMinor != 1210 {
				t.Errorf("in the history: %+v", tx)
			}
		}
		return nil
	})
	if err != nil || got.Outcome != sumup.Found || !seen {
		t.Errorf("History = %+v, %v, with the payment %v", got, err, seen)
	}
}

// TestConformancePages: a history of several pages is whole, each payment once.
func TestConformancePages(t *testing.T) {
	if *realKey != "" {
		return // it would take 250 payments
	}
	sim, err := sumupsim.New(sumupsim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim)
	t.Cleanup(func() { server.Close(); sim.Close() })
	for range 250 {
		if _, err := sim.Foreign(100, "GBP"); err != nil {
			t.Fatal(err)
		}
	}
	client := sumup.New(sumup.Options{HTTP: httpx.Operator(0), BaseURL: server.URL, APIKey: "any", MerchantCode: sumupsim.Merchant})
	seen := map[string]bool{}
	got, err := client.History(context.Background(), time.Now().Add(-time.Hour), time.Now().Add(time.Hour), func(tx sumup.Transaction) error {
		seen[tx.ID] = true
		return nil
	})
	if err != nil || got.Outcome != sumup.Found || got.Value != 250 || len(seen) != 250 {
		t.Errorf("History = %+v, %v, with %d payments", got, err, len(seen))
	}
}

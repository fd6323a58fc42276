package orders_test

import (
	"testing"
	"time"

	"rose-ash.com/roseash/api/orders/sumup"
	"rose-ash.com/roseash/api/orders/sumupsim"
)

// TestI12: money that is not what was asked for is put aside: the order is neither paid nor
// does it end, somebody is shown it, and where SumUp tells the truth later that counts.
func TestI12(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 100})
	for _, kind := range []string{sumupsim.Amount, sumupsim.TransactionAmount, sumupsim.Currency, sumupsim.OtherMerchant} {
		p := w.place(1)
		w.plan(sumupsim.Plan{Faults: []sumupsim.Fault{{Route: "checkout", Kind: kind}, {Route: "find", Kind: kind}}, Hooks: sumupsim.Hooks{Drop: 1}})
		w.pay(p.reference)
		w.until("put aside", 5*time.Minute, func() bool { return w.stands(p.order) == "pending_payment review mismatch" })
		w.advance(40 * time.Minute)
		w.work()
		w.wantStands(p.order, "pending_payment review mismatch")
		if n := w.number("SELECT count(*) FROM orders.differences WHERE kind = 'paid_mismatch' AND order_id = $1 AND resolved_at IS NULL", p.order); n != 1 {
			t.Errorf("%s: shown %d times", kind, n)
		}
		if n := w.number("SELECT count(*) FROM orders.ledger WHERE order_id = $1", p.order); n != 0 {
			t.Errorf("%s: %d rows in the ledger", kind, n)
		}
		if ok, err := w.Deactivate(t.Context(), p.order); ok || err != nil {
			t.Errorf("%s: %v, %v", kind, ok, err)
		}
		w.plan(sumupsim.Plan{Hooks: sumupsim.Hooks{Drop: 1}})
		w.until("settled", time.Hour, func() bool { return w.stands(p.order) == "paid paid paid" })
	}
	w.sound()
}

// TestWhatIsPaid: each thing that SumUp says of a payment has to be right by itself.
func TestWhatIsPaid(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 1})
	p := w.place(1)
	right := func() sumup.Checkout {
		one := sumup.Transaction{ID: "t1", MerchantCode: sumupsim.Merchant, AmountMinor: 325, Currency: "GBP", Status: sumup.TransactionSuccessful}
		failed := one
		failed.ID, failed.Status, failed.AmountMinor = "t0", sumup.TransactionFailed, 1
		return sumup.Checkout{ID: w.text("SELECT provider_id FROM orders.payment_attempts"), Reference: p.reference, MerchantCode: sumupsim.Merchant,
			AmountMinor: 325, Currency: "GBP", Status: sumup.Paid, TransactionID: "t1", Transactions: []sumup.Transaction{failed, one}}
	}
	second := func(change func(*sumup.Transaction)) func(*sumup.Checkout) {
		return func(c *sumup.Checkout) {
			other := c.Transactions[1]
			other.ID = "t2"
			change(&other)
			c.Transactions = append(c.Transactions, other)
		}
	}
	for name, tt := range map[string]struct {
		change func(*sumup.Checkout)
		want   int // payments; 0: it is not paid
	}{
		"all is right":                   {func(*sumup.Checkout) {}, 1},
		"refunded since":                 {func(c *sumup.Checkout) { c.Transactions[1].Status = sumup.TransactionRefunded }, 1},
		"no merchant in the transaction": {func(c *sumup.Checkout) { c.Transactions[1].MerchantCode = "" }, 1},
		"paid twice":                     {second(func(*sumup.Transaction) {}), 2},
		"another id":                     {func(c *sumup.Checkout) { c.ID = "other" }, 0},
		"another reference":              {func(c *sumup.Checkout) { c.Reference = "other" }, 0},
		"another merchant":               {func(c *sumup.Checkout) { c.MerchantCode = "other" }, 0},
		"another amount":                 {func(c *sumup.Checkout) { c.AmountMinor++ }, 0},
		"another currency":               {func(c *sumup.Checkout) { c.Currency = "EUR" }, 0},
		"no transaction named":           {func(c *sumup.Checkout) { c.TransactionID = "" }, 0},
		"another transaction named":      {func(c *sumup.Checkout) { c.TransactionID = "t9" }, 0},
		"a failed one named":             {func(c *sumup.Checkout) { c.TransactionID = "t0" }, 0},
		"no transactions":                {func(c *sumup.Checkout) { c.Transactions = nil }, 0},
		"the transaction is pending":     {func(c *sumup.Checkout) { c.Transactions[1].Status = sumup.TransactionPending }, 0},
		"the transaction's amount":       {func(c *sumup.Checkout) { c.Transactions[1].AmountMinor-- }, 0},
		"the transaction's currency":     {func(c *sumup.Checkout) { c.Transactions[1].Currency = "EUR" }, 0},
		"the transaction's merchant":     {func(c *sumup.Checkout) { c.Transactions[1].MerchantCode = "other" }, 0},
		"the second's amount":            {second(func(o *sumup.Transaction) { o.AmountMinor-- }), 0},
		"the same one twice":             {second(func(o *sumup.Transaction) { o.ID = "t1" }), 0},
	} {
		c := right()
		tt.change(&c)
		n, ok, err := w.Paid(t.Context(), p.attempt, c)
		if err != nil || ok != (tt.want > 0) || ok && n != tt.want {
			t.Errorf("%s: %d payments, %v, %v", name, n, ok, err)
		}
	}
}

// TestTamperedBeforePaid: a page to pay on that asks for other money is not shown to anybody.
func TestTamperedBeforePaid(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 100})
	for _, kind := range []string{sumupsim.Amount, sumupsim.Currency, sumupsim.OtherMerchant, sumupsim.Decimals, sumupsim.Reference, sumupsim.ID} {
		w.plan(sumupsim.Plan{Faults: []sumupsim.Fault{{Route: "create", Kind: kind, Times: 1}}, Hooks: sumupsim.Hooks{Drop: 1}})
		p := w.place(1)
		if got := w.text("SELECT hosted_url FROM orders.payment_attempts WHERE id = $1", p.attempt); got != "" && kind != sumupsim.ID {
			t.Errorf("%s: somebody may pay at %s", kind, got)
		}
		w.until("it can be paid", 5*time.Minute, func() bool {
			return w.text("SELECT hosted_url FROM orders.payment_attempts WHERE id = $1", p.attempt) != ""
		})
		w.pay(p.reference)
		w.until("paid", 10*time.Minute, func() bool { return w.stands(p.order) == "paid paid paid" })
	}
	w.sound()
}

// TestForgotten: a checkout that SumUp has shown and does not know any more is unknown for a
// day; then a person has to look, and may end the order.
func TestForgotten(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 1})
	p := w.place(1)
	w.exec("UPDATE orders.payment_attempts SET provider_id = 'gone-for-ever', reference = '00000000000000000000000000'")
	for range 8 {
		w.advance(3 * time.Hour)
		w.work()
		w.wantStands(p.order, "pending_payment unpaid open")
		if _, err := w.Deactivate(t.Context(), p.order); err == nil {
			t.Fatal("an attempt was ended of which nothing is known")
		}
	}
	w.until("somebody is told", 12*time.Hour, func() bool {
		return w.number("SELECT count(*) FROM orders.differences WHERE kind = 'missing_there'") == 1
	})
	w.wantStands(p.order, "pending_payment unpaid open")
	if ok, err := w.Deactivate(t.Context(), p.order); !ok || err != nil {
		t.Errorf("a person cannot end it: %v, %v", ok, err)
	}
	if err := w.EndUnpaid(t.Context(), p.order); err != nil {
		t.Fatal(err)
	}
	w.wantStands(p.order, "expired unpaid closed")
}

// TestShownLate: a checkout that SumUp did not find when the attempt was closed is found later,
// and what was paid with it counts.
func TestShownLate(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 1})
	w.plan(sumupsim.Plan{Hooks: sumupsim.Hooks{Drop: 1}})
	p := w.place(1)
	w.pay(p.reference)
	w.exec("UPDATE orders.payment_attempts SET status = 'closed', provider_id = NULL, hosted_url = '', verify_due = shared.clock()")
	if err := w.LookNow(t.Context(), p.attempt, "poll"); err != nil {
		t.Fatal(err)
	}
	w.wantStands(p.order, "paid paid paid")
	w.sameMoney()
}

// TestOtherMoneyEnds: a checkout that asks for other money ends its order all the same once it
// has ended; one that was paid with other money is not asked about for ever.
func TestOtherMoneyEnds(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 2})
	w.plan(sumupsim.Plan{Faults: []sumupsim.Fault{{Route: "checkout", Kind: sumupsim.Amount}}, Hooks: sumupsim.Hooks{Drop: 1}})
	left, paid := w.place(1), w.place(1)
	w.pay(paid.reference)
	w.until("both are seen", 2*time.Hour, func() bool {
		return w.stands(left.order) == "expired unpaid closed" && w.stands(paid.order) == "pending_payment review mismatch"
	})
	w.until("nobody looks", 48*time.Hour, func() bool {
		return w.number("SELECT count(*) FROM orders.payment_attempts WHERE verify_due IS NOT NULL") == 0
	})
	w.wantStands(paid.order, "pending_payment review mismatch")
}

// TestDeclined: after a refusal the same page can be paid, or it cannot; either way no order
// stays open for ever.
func TestDeclined(t *testing.T) {
	t.Parallel()
	for _, final := range []bool{false, true} {
		w := newTill(t, tillOptions{stock: 2, failedIsFinal: final})
		p, left := w.place(1), w.place(1)
		for _, reference := range []string{p.reference, left.reference} {
			if _, err := w.sim.Decline(reference); err != nil {
				t.Fatal(err)
			}
		}
		w.until("it is seen", 2*time.Minute, func() bool {
			return w.number("SELECT count(*) FROM orders.payment_attempts WHERE provider_status = 'FAILED'") == 2
		})
		w.wantStands(p.order, "pending_payment unpaid open")
		want := "expired unpaid closed"
		if _, err := w.sim.Pay(p.reference); err == nil {
			want = "paid paid paid"
		}
		w.until("both end", 40*time.Minute, func() bool { return w.stands(p.order) == want && w.stands(left.order) == "expired unpaid closed" })
		w.sound()
	}
}

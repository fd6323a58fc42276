package orders_test

import (
	"testing"
	"time"

	"rose-ash.com/roseash/api/orders/sumup"
	"rose-ash.com/roseash/api/orders/sumupsim"
	"rose-ash.com/roseash/api/shared/id"
)

// expired is an order that ended unpaid, and money that came for it all the same: SumUp shows
// a checkout as ended, and then as paid.
func (w *till) expired(loaves int64) (p placed, late sumup.Transaction) {
	w.t.Helper()
	p = w.place(loaves)
	w.advance(33 * time.Minute)
	w.until("expired", 5*time.Minute, func() bool { return w.stands(p.order) == "expired unpaid closed" })
	return p, sumup.Transaction{ID: id.New().String(), MerchantCode: sumupsim.Merchant, AmountMinor: p.total, Currency: "GBP",
		Status: sumup.TransactionSuccessful, At: w.watch.Now()}
}

// TestI11: money that comes after the end buys the goods where they are still there; else it
// goes back by itself, with a mail.
func TestI11(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 3})
	there, late := w.expired(2)
	for range 3 {
		if err := w.SettleOnce(t.Context(), there.attempt, late); err != nil {
			t.Fatal(err)
		}
	}
	w.wantStands(there.order, "paid paid paid")
	w.refunds(there, "")
	if n := w.mails("order_paid"); n != 1 {
		t.Errorf("%d mails", n)
	}

	gone, late := w.expired(1)
	w.bought(1) // the last one
	if err := w.SettleOnce(t.Context(), gone.attempt, late); err != nil {
		t.Fatal(err)
	}
	w.wantStands(gone.order, "expired paid paid")
	w.refunds(gone, "325 late_payment requested")
	if n := w.mails("order_late_payment"); n != 1 {
		t.Errorf("%d mails of money that came late, want 1", n)
	}
	if n := w.number("SELECT count(*) FROM orders.documents WHERE order_id = $1", gone.order); n != 0 {
		t.Errorf("%d documents of what was not sold", n)
	}
	if free := w.text("SELECT on_hand || '/' || reserved FROM market.stock"); free != "3/3" {
		t.Errorf("stock %s", free)
	}
}

// TestLateAtSumUp: the same with SumUp's own money. A checkout that shows as paid late, after
// its order has ended, is found by the hint that comes then, or by the last look.
func TestLateAtSumUp(t *testing.T) {
	t.Parallel()
	for _, stolen := range []bool{false, true} {
		w := newTill(t, tillOptions{stock: 1})
		w.plan(sumupsim.Plan{Hooks: sumupsim.Hooks{Drop: 1}})
		p := w.place(1)
		w.pay(p.reference)
		// What was paid is not known here: as if SumUp had shown the checkout's end.
		w.exec("UPDATE orders.payment_attempts SET status = 'closed', provider_status = 'EXPIRED', verify_due = shared.clock() + interval '20 minutes'")
		w.advance(33 * time.Minute)
		w.exec("UPDATE orders.payment_attempts SET verify_due = shared.clock() + interval '15 minutes'")
		if err := w.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStands(p.order, "expired unpaid closed")
		if stolen {
			w.place(1)
		}
		want := "paid paid paid"
		if stolen {
			want = "expired refunded paid"
		}
		w.until("it is settled", time.Hour, func() bool { return w.stands(p.order) == want })
		w.sameMoney()
	}
}

// TestPaidTwice: a checkout that is charged twice keeps one payment; the other goes back.
func TestPaidTwice(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 10})
	w.plan(sumupsim.Plan{PayTwice: true})
	p := w.place(2)
	w.pay(p.reference)
	w.until("the second is back", time.Hour, func() bool { return w.stands(p.order) == "paid paid paid" && w.done() })
	w.refunds(p, "650 paid_twice done")
	w.sound()
	if got := w.text("SELECT paid_minor || ' ' || refunded_minor FROM orders.orders"); got != "1300 650" {
		t.Errorf("sums %s", got)
	}
	if got := w.text("SELECT string_agg(kind, ',') FROM orders.differences"); got != "paid_twice" {
		t.Errorf("shown: %s", got)
	}
	if n := w.mails("order_paid"); n != 1 {
		t.Errorf("%d mails", n)
	}
}

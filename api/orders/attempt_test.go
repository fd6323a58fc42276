package orders_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/orders/sumupsim"
	"rose-ash.com/roseash/api/shared/problem"
)

// TestPayAgain: what is open is shown as it is; after a refusal there is another page, and
// never two that can be paid.
func TestPayAgain(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 1})
	p := w.place(1)
	ctx := shopperContext(t.Context(), p.user)
	first, _, err := w.Pay(ctx, p.public, "", "one")
	if err != nil || first.Payment.Status != "open" || first.Payment.URL == "" {
		t.Fatalf("%+v, %v", first, err)
	}
	if _, err := w.sim.Decline(p.reference); err != nil {
		t.Fatal(err)
	}
	w.plan(sumupsim.Plan{Faults: []sumupsim.Fault{{Route: "checkout", Kind: sumupsim.Status}}})
	if _, _, err := w.Pay(ctx, p.public, "", "two"); problem.Code(err) != "payment_unknown" {
		t.Errorf("while SumUp does not answer: %v", err)
	}
	w.wantStands(p.order, "pending_payment unpaid open")
	w.plan(sumupsim.Plan{})
	w.advance(20 * time.Minute)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			if _, _, err := w.Pay(ctx, p.public, "", fmt.Sprint("again-", i%4)); err != nil && problem.Code(err) != "in_progress" {
				t.Error(err)
			}
		})
	}
	all.Wait()
	w.wantStands(p.order, "pending_payment unpaid closed,open")
	again, _, err := w.Pay(ctx, p.public, "", "once-more")
	if err != nil || again.Payment.URL == first.Payment.URL || again.Payment.URL == "" {
		t.Errorf("%+v, %v", again, err)
	}
	if open := w.sim.Ledger().Open; len(open) != 1 {
		t.Errorf("%d pages can be paid", len(open))
	}
	// Goods are held for as long as the new page can be paid.
	w.advance(15 * time.Minute)
	w.work()
	w.wantStands(p.order, "pending_payment unpaid closed,open")
	w.pay(w.text("SELECT reference FROM orders.payment_attempts WHERE number = 2"))
	w.until("paid", 10*time.Minute, func() bool { return w.stands(p.order) == "paid paid closed,paid" })
	if _, _, err := w.Pay(ctx, p.public, "", "paid"); problem.Code(err) != "already_paid" {
		t.Errorf("a paid order: %v", err)
	}
	w.sound()
}

// TestPayEnded: what has ended is not paid any more, and nobody keeps goods for ever.
func TestPayEnded(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 1})
	p := w.place(1)
	ctx := shopperContext(t.Context(), p.user)
	for i := range 10 {
		w.advance(25 * time.Minute)
		w.work()
		if _, err := w.sim.Decline(w.text("SELECT reference FROM orders.payment_attempts ORDER BY number DESC LIMIT 1")); err != nil {
			break
		}
		if _, _, err := w.Pay(ctx, p.public, "", fmt.Sprint(i)); err != nil && problem.Code(err) != "order_ended" {
			t.Fatal(err)
		}
	}
	w.until("it ends", time.Hour, func() bool { return w.text("SELECT status FROM orders.orders") == "expired" })
	if age := w.text("SELECT ended_at - placed_at < interval '2 hours 10 minutes' FROM orders.orders"); age != "true" {
		t.Error("goods were held for longer than two hours")
	}
	if _, _, err := w.Pay(ctx, p.public, "", "late"); problem.Code(err) != "order_ended" {
		t.Errorf("an expired order: %v", err)
	}
	w.sound()
}

// TestPaymentOf: asking how far it is has SumUp asked, and not more often than every two
// seconds.
func TestPaymentOf(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 1})
	p := w.place(1)
	ctx := shopperContext(context.WithoutCancel(t.Context()), p.user)
	w.advance(3 * time.Second)
	before, begun := w.wire.count(), time.Now()
	for range 20 {
		if _, err := w.PaymentOf(ctx, p.public, ""); err != nil {
			t.Fatal(err)
		}
		w.work()
	}
	// The clock goes on meanwhile.
	if asked, most := w.wire.count()-before, 1+int(time.Since(begun)/(2*time.Second)); asked < 1 || asked > most {
		t.Errorf("SumUp was asked %d times, want once and at most %d times", asked, most)
	}
	w.plan(sumupsim.Plan{Hooks: sumupsim.Hooks{Drop: 1}})
	w.pay(p.reference)
	w.advance(2 * time.Second)
	var state orders.PaymentState
	for range 2 {
		var err error
		if state, err = w.PaymentOf(ctx, p.public, ""); err != nil {
			t.Fatal(err)
		}
		w.work()
	}
	if state.Status != "paid" || state.Payment.Status != "paid" {
		t.Errorf("%+v", state)
	}
}

// TestCreatesOnce: however many open an attempt at once, SumUp has one checkout.
func TestCreatesOnce(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 1})
	w.plan(sumupsim.Plan{Faults: []sumupsim.Fault{{Route: "create", Kind: sumupsim.Status, Times: 1}}})
	p := w.place(1)
	w.wantStands(p.order, "pending_payment unpaid creating")
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if err := w.LookNow(context.WithoutCancel(t.Context()), p.attempt, "poll"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	w.wantStands(p.order, "pending_payment unpaid open")
	if open := w.sim.Ledger().Open; len(open) != 1 || open[0] != w.text("SELECT provider_id FROM orders.payment_attempts") {
		t.Errorf("SumUp has %v", open)
	}
}

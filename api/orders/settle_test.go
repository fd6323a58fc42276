package orders_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"rose-ash.com/roseash/api/orders/sumupsim"
)

// TestPaid: the plain way, from the cart to the paid order, and what it leaves.
func TestPaid(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 10})
	p := w.place(2)
	w.wantStands(p.order, "pending_payment unpaid open")
	w.pay(p.reference)
	w.until("paid", 5*time.Minute, func() bool { return w.stands(p.order) == "paid paid paid" })
	w.sound()
	if got := w.mails("order_paid"); got != 1 {
		t.Errorf("%d mails", got)
	}
	if got := w.text(`SELECT count(*) FROM orders.documents WHERE order_id = $1 AND kind = 'invoice'`, p.order); got != "1" {
		t.Errorf("%s invoices", got)
	}
}

// TestI03: however many hear of a payment at once, it is taken once.
func TestI03(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 10})
	running(t, w)
	w.plan(sumupsim.Plan{Hooks: sumupsim.Hooks{Copies: 20, Envelope: "both"}})
	p := w.place(1)
	w.pay(p.reference) // and 40 webhooks
	var all sync.WaitGroup
	ctx := shopperContext(context.WithoutCancel(t.Context()), p.user)
	for range 5 {
		all.Go(func() { // the page that the browser comes back to, and that which waits
			if _, err := w.PaymentOf(ctx, p.public, ""); err != nil {
				t.Error(err)
			}
		})
		for _, cause := range []string{"return", "poll", "webhook"} {
			all.Go(func() {
				if err := w.LookNow(ctx, p.attempt, cause); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	await(t, "paid", func() bool { return w.stands(p.order) == "paid paid paid" })
	w.sim.Close() // its last webhooks have come
	for what, sql := range map[string]string{
		"transitions": `SELECT count(*) FROM orders.order_events WHERE kind = 'paid'`,
		"mails":       `SELECT count(*) FROM shared.mails WHERE kind = 'order_paid'`,
		"numbers":     `SELECT count(*) FROM orders.documents WHERE kind = 'invoice'`,
		"ledger rows": `SELECT count(*) FROM orders.ledger`,
		"events":      `SELECT count(*) FROM bus.domain_events WHERE kind = 'orders.order_paid'`,
	} {
		if n := w.number(sql); n != 1 {
			t.Errorf("%d %s, want 1", n, what)
		}
	}
	w.sound()
}

// running runs the jobs of a shop for as long as the test lasts.
func running(t testing.TB, w *till) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.bus.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func await(t testing.TB, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !so(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// TestI04: without any webhook, and with the tab closed, a payment is found by the first
// looks that nobody asks for.
func TestI04(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 100})
	w.plan(sumupsim.Plan{Hooks: sumupsim.Hooks{Drop: 1}})
	var list []placed
	for range 5 {
		list = append(list, w.place(1))
	}
	for i, p := range list {
		if i > 0 {
			w.advance(7 * time.Second)
		}
		w.pay(p.reference)
	}
	w.until("all are paid", 2*time.Minute, func() bool {
		return w.number("SELECT count(*) FROM orders.orders WHERE status <> 'paid'") == 0
	})
	w.sound()
}

// TestI05: while SumUp does not answer nothing is known; what was paid meanwhile neither
// ends nor loses its goods.
func TestI05(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 1})
	w.plan(sumupsim.Plan{Hooks: sumupsim.Hooks{Drop: 1}})
	p := w.place(1)
	w.advance(29 * time.Minute)
	w.work()
	w.pay(p.reference)
	w.plan(sumupsim.Plan{Faults: []sumupsim.Fault{{Kind: sumupsim.Status}}, Hooks: sumupsim.Hooks{Drop: 1}})
	before := w.wire.count()
	for begun := w.watch.Now(); w.watch.Now().Sub(begun) < 10*time.Minute; {
		w.advance(30 * time.Second)
		w.work()
		if got := w.stands(p.order); got != "pending_payment unpaid open" {
			t.Fatalf("the order stands at %q while SumUp does not answer", got)
		}
		if held := w.number("SELECT coalesce(sum(quantity), 0) FROM market.reservations"); held != 1 {
			t.Fatalf("%d are held", held)
		}
		if _, err := w.Deactivate(t.Context(), p.order); err == nil {
			t.Fatal("the attempt was ended while nobody could tell")
		}
	}
	if asked := w.wire.count() - before; asked > 600 {
		t.Errorf("SumUp was asked %d times in ten minutes while it did not answer", asked)
	}
	if _, err := w.tryPlace(1); err == nil {
		t.Error("somebody else got the goods")
	}
	w.plan(sumupsim.Plan{})
	w.until("paid", 10*time.Minute, func() bool { return w.stands(p.order) == "paid paid paid" })
	w.sound()
}

// TestI06: the answer to a create is lost, and the checkout is found again: there is one.
func TestI06(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{sumupsim.Close, sumupsim.Reset, sumupsim.Hang, sumupsim.Truncate, sumupsim.HTML, sumupsim.Status} {
		w := newTill(t, tillOptions{stock: 1, timeout: 2 * time.Second})
		w.plan(sumupsim.Plan{Faults: []sumupsim.Fault{{Route: "create", Kind: kind, After: true}}})
		p := w.place(1)
		w.wantStands(p.order, "pending_payment unpaid creating")
		w.until("found", time.Minute, func() bool { return w.stands(p.order) == "pending_payment unpaid open" })
		if open := w.sim.Ledger().Open; len(open) != 1 || open[0] != w.text("SELECT provider_id FROM orders.payment_attempts") {
			t.Errorf("%s: SumUp has %v open", kind, open)
		}
		if url := w.text("SELECT hosted_url FROM orders.payment_attempts"); url == "" {
			t.Errorf("%s: nobody knows where to pay", kind)
		}
		w.pay(p.reference)
		w.until("paid", 2*time.Minute, func() bool { return w.stands(p.order) == "paid paid paid" })
		w.sound()
	}
}

// TestI07: a webhook that comes before the answer to the create is taken, and forgotten; the
// checkout is adopted all the same.
func TestI07(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 1})
	w.plan(sumupsim.Plan{Hooks: sumupsim.Hooks{BeforeCreate: true, Envelope: "both"}})
	p := w.place(1)
	w.wantStands(p.order, "pending_payment unpaid open")
	w.plan(sumupsim.Plan{Hooks: sumupsim.Hooks{Drop: 1}})
	w.pay(p.reference)
	w.until("paid", time.Minute, func() bool { return w.stands(p.order) == "paid paid paid" })
	w.sound()
	// The same with the answer lost: nothing but the reference is known.
	w.exec("UPDATE market.stock SET on_hand = on_hand + 1")
	w.plan(sumupsim.Plan{Faults: []sumupsim.Fault{{Route: "create", Kind: sumupsim.Close, After: true}}, Hooks: sumupsim.Hooks{BeforeCreate: true, Envelope: "both"}})
	p = w.place(1)
	w.wantStands(p.order, "pending_payment unpaid creating")
	w.until("open", time.Minute, func() bool { return w.stands(p.order) == "pending_payment unpaid open" })
}

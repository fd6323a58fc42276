package orders_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/orders/sumupsim"
)

// The ways of an order, as the product's description has them, apart from the code's own.
var (
	modelStatus = map[string]string{
		"pending_payment": "paid cancelled expired", "expired": "paid", "paid": "part_fulfilled fulfilled cancelled",
		"part_fulfilled": "fulfilled cancelled", "fulfilled": "", "cancelled": "",
	}
	modelPayment = map[string]string{
		"unpaid": "review paid", "review": "unpaid paid", "paid": "part_refunded refunded", "part_refunded": "refunded", "refunded": "",
	}
)

func leads(ways map[string]string, from, to string) bool {
	return from == to || slices.Contains(strings.Fields(ways[from]), to)
}

// bill is what a walk knows of an order's money: the model.
type bill struct {
	placed
	paid bool // SumUp has the money
}

// TestI17: whatever happens to an order, and in whatever order we hear of it, it goes only
// the ways that there are, is paid once, ends with SumUp's money in its books; and what its
// events say is what it is.
func TestI17(t *testing.T) {
	t.Parallel()
	shops := []*till{newTill(t, tillOptions{stock: 100_000}),
		newTill(t, tillOptions{stock: 100_000, failedIsFinal: true})}
	for _, w := range shops {
		w.plan(sumupsim.Plan{Hooks: sumupsim.Hooks{Drop: 1}}) // the walk brings them, when it likes
	}
	rapid.Check(t, func(rt *rapid.T) {
		w := rapid.SampledFrom(shops).Draw(rt, "shop")
		b := &bill{placed: w.place(1)}
		steps := rapid.SliceOfN(rapid.SampledFrom([]string{"pay", "pay", "decline", "hook", "return", "wait", "wait", "expire", "again", "refund", "work", "outage", "cancel", "sweep"}), 1, 8).Draw(rt, "steps")
		for i, step := range steps {
			w.step(b, step, i)
		}
		w.plan(sumupsim.Plan{Hooks: sumupsim.Hooks{Drop: 1}})
		w.until("it is at rest", 3*time.Hour, func() bool {
			return w.text("SELECT status <> 'pending_payment' FROM orders.orders WHERE id = $1", b.order) == "true" && w.done()
		})
		w.sameMoneyOf(b.order)
		stands := w.stands(b.order)
		if b.paid == strings.Contains(stands, "unpaid") {
			rt.Errorf("SumUp has money: %v; the order stands at %q", b.paid, stands)
		}
		w.walked(b.order)
		if t.Failed() {
			rt.Fatalf("%v: %s", steps, w.all())
		}
	})
	for _, w := range shops {
		w.sound()
	}
}

// step is one thing that happens. What cannot be done then is refused, and changes nothing.
func (w *till) step(b *bill, what string, i int) {
	ctx := shopperContext(w.t.Context(), b.user)
	reference := w.text("SELECT reference FROM orders.payment_attempts WHERE order_id = $1 ORDER BY number DESC LIMIT 1", b.order)
	switch what {
	case "pay":
		if _, err := w.sim.Pay(reference); err == nil {
			b.paid = true
		}
	case "decline":
		w.sim.Decline(reference)
	case "hook":
		for range 2 {
			w.hook(map[string]string{"id": w.text("SELECT coalesce(max(provider_id), 'none') FROM orders.payment_attempts WHERE order_id = $1", b.order)})
		}
	case "return":
		if err := w.LookNow(ctx, b.attempt, "return"); err != nil {
			w.t.Error(err)
		}
	case "wait":
		w.advance(90 * time.Second)
	case "expire":
		w.advance(33 * time.Minute)
	case "again":
		w.Pay(ctx, b.public, "", fmt.Sprint(b.reference, i))
	case "refund":
		w.Refund(shopContext(ctx), b.public, fmt.Sprint(b.reference, i), orders.NewRefund{AmountMinor: 150})
	case "work":
		w.work()
	case "outage":
		w.plan(sumupsim.Plan{Faults: []sumupsim.Fault{{Kind: sumupsim.Close, Share: 0.5, After: i%2 == 0}}, Hooks: sumupsim.Hooks{Drop: 1}})
	case "cancel":
		w.Deactivate(ctx, b.order)
	case "sweep":
		if err := w.Sweep(ctx); err != nil {
			w.t.Error(err)
		}
	}
}

// walked fails the test where an order went a way that there is not, or where its events do
// not say what it is.
func (w *till) walked(order any) {
	w.t.Helper()
	rows, err := w.pool.Query(w.t.Context(), `SELECT after ->> 'status', after ->> 'payment_status' FROM orders.order_events WHERE order_id = $1 ORDER BY sequence`, order)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	status, payment := "pending_payment", "unpaid"
	for rows.Next() {
		var s, p string
		if err := rows.Scan(&s, &p); err != nil {
			w.t.Fatal(err)
		}
		if !leads(modelStatus, status, s) || !leads(modelPayment, payment, p) {
			w.t.Errorf("it went from %s/%s to %s/%s", status, payment, s, p)
		}
		status, payment = s, p
	}
	if got := w.text("SELECT status || ' ' || payment_status FROM orders.orders WHERE id = $1", order); got != status+" "+payment {
		w.t.Errorf("its events say %s %s, it is %s", status, payment, got)
	}
}

// TestForbiddenWays: each way that there is not is an error, and changes nothing; in the
// service, and where the service is gone round.
func TestForbiddenWays(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 100})
	for status := range modelStatus {
		for payment := range modelPayment {
			p := w.place(1)
			// The rules of the schema are put aside to get there.
			w.exec("ALTER TABLE orders.orders DISABLE TRIGGER keep_order")
			w.exec(`UPDATE orders.orders SET status = $2, payment_status = $3, paid_at = CASE WHEN $3 IN ('unpaid', 'review') THEN NULL ELSE shared.clock() END WHERE id = $1`, p.order, "expired", payment)
			if payment != "unpaid" && payment != "review" || status == "pending_payment" || status == "cancelled" {
				w.exec("UPDATE orders.orders SET status = $2 WHERE id = $1", p.order, status)
			}
			w.exec("ALTER TABLE orders.orders ENABLE TRIGGER keep_order")
			from := w.text("SELECT status || ' ' || payment_status FROM orders.orders WHERE id = $1", p.order)
			at, paid, _ := strings.Cut(from, " ")
			for toStatus := range modelStatus {
				for toPayment := range modelPayment {
					if leads(modelStatus, at, toStatus) && leads(modelPayment, paid, toPayment) {
						continue
					}
					if err := w.Step(t.Context(), p.order, toStatus, toPayment); err == nil {
						t.Errorf("%s to %s %s was taken", from, toStatus, toPayment)
					}
					if _, err := w.pool.Exec(t.Context(), `UPDATE orders.orders SET status = $2, payment_status = $3,
						paid_at = CASE WHEN $3 IN ('unpaid', 'review') THEN NULL ELSE shared.clock() END WHERE id = $1`, p.order, toStatus, toPayment); err == nil {
						t.Errorf("the schema took %s to %s %s", from, toStatus, toPayment)
					}
				}
			}
			if now := w.text("SELECT status || ' ' || payment_status FROM orders.orders WHERE id = $1", p.order); now != from {
				t.Errorf("%s became %s", from, now)
			}
		}
	}
}

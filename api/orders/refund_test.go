package orders_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/orders/sumupsim"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
)

// bought is an order that is paid.
func (w *till) bought(loaves int64) placed {
	w.t.Helper()
	p := w.place(loaves)
	w.pay(p.reference)
	w.until("paid", 5*time.Minute, func() bool { return w.stands(p.order) == "paid paid paid" })
	return p
}

// line is the id of an order's only line.
func (w *till) line(p placed) contract.LineID {
	u := w.text("SELECT 'line_' || replace(id::text, '-', '') FROM orders.order_lines WHERE order_id = $1", p.order)
	return contract.LineID(u)
}

func (w *till) refunds(p placed, want string) {
	w.t.Helper()
	if got := w.text(`SELECT coalesce(string_agg(amount_minor || ' ' || reason || ' ' || status, ', ' ORDER BY created_at, id), '') FROM orders.refunds WHERE order_id = $1`, p.order); got != want {
		w.t.Errorf("refunds: %s, want %s", got, want)
	}
}

func (w *till) done() bool {
	return w.number("SELECT count(*) FROM orders.refunds WHERE due IS NOT NULL") == 0
}

// TestRefund: lines, delivery and amounts go back, never more than came in, each to its end.
func TestRefund(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 10})
	shop := shopContext(t.Context())
	p := w.bought(3)
	line := w.line(p)
	for i, step := range []struct {
		what orders.NewRefund
		want string // the amount, or the problem
		left string // on hand, reserved, status, payment
	}{
		{orders.NewRefund{Lines: []orders.RefundLine{{Line: line, Quantity: 1}}, Note: "squashed"}, "325", "10/2 paid part_refunded"},
		{orders.NewRefund{Lines: []orders.RefundLine{{Line: line, Quantity: 3}}}, "refund_too_much", "10/2 paid part_refunded"},
		{orders.NewRefund{AmountMinor: 651}, "refund_too_much", "10/2 paid part_refunded"},
		{orders.NewRefund{AmountMinor: 50}, "50", "10/2 paid part_refunded"},
		{orders.NewRefund{}, "invalid", "10/2 paid part_refunded"},
		{orders.NewRefund{AmountMinor: 1, Delivery: true}, "invalid", "10/2 paid part_refunded"},
		{orders.NewRefund{Delivery: true}, "refund_too_much", "10/2 paid part_refunded"},
		{orders.NewRefund{Lines: []orders.RefundLine{{Line: "line_00000000000000000000000000000000", Quantity: 1}}}, "invalid", "10/2 paid part_refunded"},
		{orders.NewRefund{AmountMinor: 600}, "600", "10/2 paid refunded"},
		{orders.NewRefund{AmountMinor: 1}, "refund_too_much", "10/2 paid refunded"},
	} {
		made, _, err := w.Refund(shop, p.public, fmt.Sprint(i), step.what)
		got := problem.Code(err)
		if err == nil {
			got = fmt.Sprint(made[0].AmountMinor)
		}
		if got != step.want {
			t.Errorf("step %d: %s, want %s (%v)", i, got, step.want, err)
		}
		w.until("sent", time.Minute, w.done)
		if left := w.text(`SELECT s.on_hand || '/' || s.reserved || ' ' || o.status || ' ' || o.payment_status FROM market.stock s, orders.orders o`); left != step.left {
			t.Errorf("step %d leaves %s, want %s", i, left, step.left)
		}
		w.sameMoney()
	}
	if n := w.mails("order_refunded"); n != 3 {
		t.Errorf("%d mails of refunds, want 3", n)
	}
	if n := w.number("SELECT count(*) FROM orders.documents WHERE kind = 'credit_note'"); n != 3 {
		t.Errorf("%d credit notes, want 3", n)
	}
}

// TestI16: a refund whose answer is lost is made once; so is one that is asked for twice.
func TestI16(t *testing.T) {
	t.Parallel()
	shop := shopContext(t.Context())
	for _, fault := range []sumupsim.Fault{{Kind: sumupsim.Close, After: true}, {Kind: sumupsim.Hang, After: true}, {Kind: sumupsim.HTML}, {Kind: sumupsim.Close}} {
		fault.Route, fault.Times = "refund", 1
		w := newTill(t, tillOptions{stock: 10, timeout: 2 * time.Second})
		p := w.bought(2)
		w.plan(sumupsim.Plan{Faults: []sumupsim.Fault{fault}, RefundReads: 1})
		var all sync.WaitGroup
		for range 8 { // a double click, and more
			all.Go(func() {
				if _, _, err := w.Refund(shop, p.public, "the-same", orders.NewRefund{AmountMinor: 400}); err != nil && problem.Code(err) != "in_progress" {
					t.Error(err)
				}
			})
		}
		all.Wait()
		w.work()
		w.until("refunded", 10*time.Minute, w.done)
		w.refunds(p, "400 requested done")
		if events := w.sim.Ledger().Of(p.reference, sumupsim.EntryRefund); len(events) != 1 || events[0].AmountMinor != -400 {
			t.Errorf("%+v: SumUp has %v", fault, events)
		}
		w.sound()
	}
}

// TestRefundsOfOnePayment: several at once are sent one after the other, so that what SumUp
// shows tells them apart, even where answers are lost.
func TestRefundsOfOnePayment(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 10})
	p := w.bought(4)
	w.plan(sumupsim.Plan{Faults: []sumupsim.Fault{{Route: "refund", Kind: sumupsim.Close, After: true, Share: 0.5}}})
	shop := shopContext(t.Context())
	var all sync.WaitGroup
	for i := range 10 {
		all.Go(func() {
			if _, _, err := w.Refund(shop, p.public, fmt.Sprint(i), orders.NewRefund{AmountMinor: 200}); err != nil && problem.Code(err) != "refund_too_much" {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := w.number("SELECT count(*) FROM orders.refunds"); n != 6 {
		t.Errorf("%d refunds of 200 of 1300 were taken, want 6", n)
	}
	for range 3 {
		for _, d := range w.due("false", "due IS NOT NULL") {
			all.Go(func() {
				if _, err := w.SendRefund(context.WithoutCancel(t.Context()), d.id); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	w.until("refunded", time.Hour, w.done)
	w.sound()
	if back := -w.number("SELECT sum(amount_minor) FROM orders.ledger WHERE kind = 'refund'"); back != 1200 {
		t.Errorf("%d went back", back)
	}
}

// TestRefundsKnownApart: what had gone back of a payment before, and is not in our books, is
// not taken for a refund whose answer was lost; nor is what SumUp shows late taken for none.
func TestRefundsKnownApart(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 10})
	p := w.bought(2)
	if err := w.sim.RefundOutside(w.text("SELECT transaction_id FROM orders.ledger"), 100); err != nil {
		t.Fatal(err)
	}
	w.plan(sumupsim.Plan{Faults: []sumupsim.Fault{{Route: "refund", Kind: sumupsim.Close, Times: 1}}})
	if _, _, err := w.Refund(shopContext(t.Context()), p.public, "one", orders.NewRefund{AmountMinor: 100}); err != nil {
		t.Fatal(err)
	}
	w.work()
	w.refunds(p, "100 requested unknown")
	w.until("it is made", time.Hour, w.done)
	w.plan(sumupsim.Plan{Faults: []sumupsim.Fault{{Route: "refund", Kind: sumupsim.Close, After: true, Times: 1}}, RefundReads: 1})
	if _, _, err := w.Refund(shopContext(t.Context()), p.public, "two", orders.NewRefund{AmountMinor: 150}); err != nil {
		t.Fatal(err)
	}
	w.until("it is made", time.Hour, w.done)
	w.refunds(p, "100 requested done, 150 requested done")
	var amounts []int64
	for _, e := range w.sim.Ledger().Of(p.reference, sumupsim.EntryRefund) {
		amounts = append(amounts, e.AmountMinor)
	}
	if fmt.Sprint(amounts) != "[-100 -100 -150]" {
		t.Errorf("SumUp has refunded %v", amounts)
	}
}

// TestRefundRefused: what SumUp does not refund is shown to somebody, and can be asked for
// again.
func TestRefundRefused(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 10})
	shop := shopContext(t.Context())
	p := w.bought(1)
	transaction := w.text("SELECT transaction_id FROM orders.ledger")
	if err := w.sim.RefundOutside(transaction, 300); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Refund(shop, p.public, "one", orders.NewRefund{AmountMinor: 325}); err != nil {
		t.Fatal(err)
	}
	w.until("it is over", time.Hour, w.done)
	w.refunds(p, "325 requested failed")
	w.wantStands(p.order, "paid paid paid")
	if got := w.text("SELECT kind || ' ' || ours_minor FROM orders.differences WHERE resolved_at IS NULL"); got != "refund_failed 325" {
		t.Errorf("shown: %s", got)
	}
	if _, _, err := w.Refund(shop, p.public, "two", orders.NewRefund{AmountMinor: 25}); err != nil {
		t.Fatal(err)
	}
	w.until("it is over", time.Hour, w.done)
	w.refunds(p, "325 requested failed, 25 requested done")
}

// TestSurplusRefund: what bought nothing is corrected by no credit note, whoever sends it back.
func TestSurplusRefund(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 10})
	p := w.bought(2)
	w.exec(`INSERT INTO orders.refunds (id, order_id, provider, transaction_id, amount_minor, currency, reason, status, actor, created_at)
		SELECT gen_random_uuid(), order_id, provider, transaction_id, amount_minor, currency, 'paid_twice', 'failed', 'sumup', shared.clock() FROM orders.ledger`)
	if _, _, err := w.Refund(shopContext(t.Context()), p.public, "one", orders.NewRefund{AmountMinor: 650}); err != nil {
		t.Fatal(err)
	}
	w.until("it is over", time.Hour, w.done)
	if n := w.number("SELECT count(*) FROM orders.documents WHERE kind = 'credit_note'"); n != 0 {
		t.Errorf("%d credit notes", n)
	}
}

// TestRefundStuck: a refund of which SumUp says nothing for a day is shown to somebody, and is
// made when SumUp is back.
func TestRefundStuck(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 10})
	p := w.bought(1)
	w.plan(sumupsim.Plan{Faults: []sumupsim.Fault{{Route: "transaction", Kind: sumupsim.Status, Status: 404}}})
	if _, _, err := w.Refund(shopContext(t.Context()), p.public, "one", orders.NewRefund{AmountMinor: 325}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		w.advance(9 * time.Hour)
		if n := w.number("SELECT count(*) FROM orders.differences"); n != 0 {
			t.Fatal("somebody was told too soon")
		}
		w.work()
	}
	w.refunds(p, "325 requested requested")
	if got := w.text("SELECT string_agg(kind || ' ' || ours_minor, ',') FROM orders.differences"); got != "refund_failed 325" {
		t.Errorf("shown: %s", got)
	}
	w.plan(sumupsim.Plan{})
	w.until("it is made", time.Hour, w.done)
	w.refunds(p, "325 requested done")
	w.sameMoney()
}

// TestRefundsListed: whoever ordered sees them, strangers do not.
func TestRefundsListed(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 10})
	p := w.bought(1)
	if _, _, err := w.Refund(shopContext(t.Context()), p.public, "one", orders.NewRefund{AmountMinor: 25, Note: "sorry"}); err != nil {
		t.Fatal(err)
	}
	list, err := w.Refunds(shopperContext(t.Context(), p.user), p.public, "")
	if err != nil || len(list) != 1 || list[0].AmountMinor != 25 || list[0].Note != "sorry" {
		t.Errorf("%v, %v", list, err)
	}
	if _, err := w.Refunds(shopperContext(t.Context(), id.Format[contract.UserID]("user", id.New())), p.public, ""); problem.Code(err) != "not_found" {
		t.Errorf("a stranger: %v", err)
	}
}

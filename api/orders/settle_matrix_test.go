package orders_test

import (
	"flag"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/orders/sumupsim"
)

var wholeMatrix = flag.Bool("matrix", false, "TestFaultMatrix tells each story in each cell, and not one of them in turn")

// faults are all that the simulator can do to one exchange.
func faults() (list []sumupsim.Fault) {
	for _, after := range []bool{false, true} {
		for _, kind := range []string{sumupsim.Close, sumupsim.Reset, sumupsim.Hang} {
			list = append(list, sumupsim.Fault{Kind: kind, After: after})
		}
		for _, status := range []int{500, 502, 503, 429} {
			list = append(list, sumupsim.Fault{Kind: sumupsim.Status, Status: status, After: after, RetryAfter: status / 429 * 2})
		}
	}
	for _, kind := range []string{sumupsim.Truncate, sumupsim.HTML, sumupsim.Slow, sumupsim.Amount, sumupsim.TransactionAmount, sumupsim.Currency,
		sumupsim.OtherMerchant, sumupsim.Reference, sumupsim.ID, sumupsim.Decimals} {
		list = append(list, sumupsim.Fault{Kind: kind, DelayMS: 30})
	}
	return list
}

// cell is one square of the matrix: what goes wrong, while what is done.
type cell struct {
	name string
	plan sumupsim.Plan
}

// cells are every fault of the simulator at creating, paying, webhooks and refunding.
func cells() (list []cell) {
	for stage, routes := range map[string][]string{"create": {"create", "find"}, "pay": {"checkout", "deactivate"}, "refund": {"refund", "transaction"}} {
		for _, fault := range faults() {
			var p sumupsim.Plan
			for _, route := range routes {
				f := fault
				f.Route, f.Times = route, 2
				p.Faults = append(p.Faults, f)
			}
			list = append(list, cell{fmt.Sprintf("%s/%s after %v %d", stage, fault.Kind, fault.After, fault.Status), p})
		}
	}
	for name, hooks := range map[string]sumupsim.Hooks{
		"dropped": {Drop: 1}, "half dropped": {Drop: 0.5}, "late": {DelayMS: 50}, "twenty copies": {Copies: 20}, "reordered": {Reorder: 3, Copies: 3},
		"before the create": {BeforeCreate: true, Envelope: "both"}, "after the delete": {AfterDelete: true}, "the other envelope": {Envelope: "new"},
		"both envelopes": {Envelope: "both"}, "an unknown type": {UnknownType: true}, "forged": {Forged: 10},
	} {
		list = append(list, cell{"webhook/" + name, sumupsim.Plan{Hooks: hooks}})
	}
	for name, p := range map[string]sumupsim.Plan{
		"seen late": {PendingReads: 2}, "found late": {MissingReads: 2}, "refund seen late": {RefundReads: 1}, "paid twice": {PayTwice: true},
		"shown twice": {RefundItems: true},
	} {
		list = append(list, cell{"pay/" + name, p})
	}
	return list
}

// stories are what is done in each cell.
var stories = []struct {
	name string
	tell func(w *till, p placed)
}{
	{"paid and refunded", func(w *till, p placed) {
		w.until("there is a page to pay on", time.Hour, func() bool { _, known := w.sim.Checkout(p.reference); return known })
		w.pay(p.reference)
		w.until("it is paid", 3*time.Hour, func() bool { return strings.HasPrefix(w.stands(p.order), "paid paid paid") })
		if _, _, err := w.Refund(shopContext(w.t.Context()), p.public, p.reference, orders.NewRefund{AmountMinor: 200}); err != nil {
			w.t.Error(err)
		}
	}},
	{"refused and paid again", func(w *till, p placed) {
		w.until("there is a page to pay on", time.Hour, func() bool { _, known := w.sim.Checkout(p.reference); return known })
		w.sim.Decline(p.reference)
		w.work()
		w.Pay(shopperContext(w.t.Context(), p.user), p.public, "", "again")
		w.sim.Pay(w.text("SELECT reference FROM orders.payment_attempts WHERE order_id = $1 ORDER BY number DESC LIMIT 1", p.order))
	}},
	{"left alone", func(w *till, p placed) {}},
	{"paid at the last moment", func(w *till, p placed) {
		w.advance(29*time.Minute + 58*time.Second)
		w.sim.Pay(p.reference)
	}},
}

// TestFaultMatrix: whatever goes wrong at SumUp, and when, in the end its money is ours, cell
// by cell: nothing is charged that we do not know of, refunded twice, or kept where nothing
// was sold. Both readings of a checkout whose payment failed are tried.
func TestFaultMatrix(t *testing.T) {
	t.Parallel()
	all := cells()
	var done sync.WaitGroup
	const shops = 6
	for n := range shops {
		w := newTill(t, tillOptions{stock: 1_000_000, failedIsFinal: n%2 == 1, timeout: time.Second, seed: uint64(n)})
		done.Go(func() {
			for i, c := range all {
				if i%(shops/2) != n/2 {
					continue
				}
				for s, story := range stories {
					if *wholeMatrix || s == i%len(stories) {
						w.tell(fmt.Sprintf("%s: %s (failed is final: %v)", c.name, story.name, n%2 == 1), c, story.tell)
					}
				}
			}
			w.sound()
		})
	}
	done.Wait()
	t.Logf("%d cells, each with both readings of FAILED", len(all))
}

// tell tells a story in a cell, and compares the books when all is at rest.
func (w *till) tell(name string, c cell, story func(w *till, p placed)) {
	w.plan(c.plan)
	p, err := w.tryPlace(1)
	if err != nil {
		w.t.Errorf("%s: %v", name, err)
		return
	}
	story(w, p)
	w.until(name+": it is at rest", 4*time.Hour, func() bool {
		return w.number(`SELECT count(*) FROM orders.orders WHERE id = $1 AND status = 'pending_payment'`, p.order) == 0 && w.done()
	})
	w.plan(sumupsim.Plan{})
	if left := w.sim.Ledger().Open; len(left) != 0 {
		w.t.Errorf("%s: %v can still be paid", name, left)
	}
	w.sameMoneyOf(p.order)
	if strings.Contains(w.stands(p.order), "mismatch") {
		w.t.Errorf("%s: the order stands at %q", name, w.stands(p.order))
	}
	// What has been looked at is out of the way of what comes.
	w.exec("UPDATE orders.payment_attempts SET verify_due = NULL WHERE status IN ('paid', 'closed')")
}

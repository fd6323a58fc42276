package orders_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/orders/sumup"
	"rose-ash.com/roseash/api/orders/sumupsim"
	"rose-ash.com/roseash/api/shared/contract"
)

// deaf is a world that hears of no payment by itself.
func deaf(t testing.TB, change ...func(*worldOptions)) *world {
	return newWorld(t, append(change, func(o *worldOptions) { o.Sim.Plan.Hooks.Drop = 1 })...)
}

// charge pays an order in the simulator, and nobody looks; it returns the transaction.
func (w *world) charge(o orders.Order) string {
	w.t.Helper()
	_, reference := w.attempt(o)
	transaction, err := w.Sim.Pay(reference)
	if err != nil {
		w.t.Fatal(err)
	}
	return transaction
}

// night compares, and fails the test where the run is not complete.
func (w *world) night() orders.Reconciliation {
	w.t.Helper()
	r, err := w.Reconcile(w.t.Context())
	if err != nil || r.Status != "done" || r.EndedAt == nil {
		w.t.Fatalf("Reconcile = %+v, %v", r, err)
	}
	return r
}

// differs are the open differences: kinds and transactions, in some order.
func (w *world) differs() []string {
	w.t.Helper()
	list := get[orders.DifferenceList](w, "/v1/differences?limit=100", bearer("shop"))
	all := []string{}
	for _, d := range list.Items {
		all = append(all, d.Kind+" "+d.Transaction)
	}
	slices.Sort(all)
	return all
}

// booked counts the rows of everything that a comparison may write.
func (w *world) booked() string {
	w.t.Helper()
	return one[string](w, `SELECT concat_ws(' ', (SELECT count(*) FROM orders.ledger), (SELECT count(*) FROM orders.refunds), (SELECT count(*) FROM orders.documents),
		(SELECT count(*) FROM orders.order_events), (SELECT count(*) FROM orders.differences), (SELECT count(*) FROM public.letters), (SELECT count(*) FROM bus.domain_events),
		(SELECT count(*) FROM orders.payouts), (SELECT count(*) FROM orders.transactions))`)
}

func (w *world) order(id string) orders.Order {
	w.t.Helper()
	return get[orders.Order](w, "/v1/orders/"+id, bearer("shop"))
}

func sorted(list ...string) []string {
	slices.Sort(list)
	return list
}

// TestI23: the comparison finds a payment that nobody was told of, one that was made
// elsewhere, and a refund that was made in SumUp's dashboard, and shows each. Again it finds
// nothing.
func TestI23(t *testing.T) {
	t.Parallel()
	w := deaf(t)
	bread := w.product("Bread", 325, 0, nil)
	plain := w.pay(w.guest().add(bread, 1).buys(325))
	back := w.pay(w.guest().add(bread, 2).buys(650))
	missed := w.guest().add(bread, 3).buys(975)
	unpaid := w.guest().add(bread, 4).buys(1300)
	paid := w.charge(missed)
	foreign, err := w.Sim.Foreign(500, "GBP")
	if err != nil {
		t.Fatal(err)
	}
	refunded := one[string](w, "SELECT transaction_id FROM orders.ledger WHERE order_id = $1", uuidOf(back))
	if err := w.Sim.RefundOutside(refunded, 200); err != nil {
		t.Fatal(err)
	}
	w.advance(20 * time.Minute)

	run := w.night()
	if run.Seen != 4 || run.Found != 3 || run.OursMinor != 325+650-200+975 || run.TheirsMinor != run.OursMinor+500 || run.To.Sub(run.From) < 24*time.Hour {
		t.Errorf("the run is %+v", run)
	}
	want := sorted("payment_missed "+paid, "foreign_payment "+foreign, "refund_outside "+refunded)
	if got := w.differs(); !slices.Equal(got, want) {
		t.Errorf("shown %q, want %q", got, want)
	}
	for id, want := range map[string]string{
		string(plain.ID): "paid paid 325 0", string(back.ID): "paid part_refunded 650 200",
		string(missed.ID): "paid paid 975 0", string(unpaid.ID): "pending_payment unpaid 0 0",
	} {
		o := w.order(id)
		if got := fmt.Sprint(o.Status, " ", o.PaymentStatus, " ", o.PaidMinor, " ", o.RefundedMinor); got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
	if got := one[string](w, "SELECT string_agg(kind || ' ' || n, ' ' ORDER BY kind) FROM (SELECT kind, count(*) AS n FROM orders.documents GROUP BY kind) d"); got != "credit_note 1 invoice 3" {
		t.Errorf("documents: %s", got)
	}
	if got := one[string](w, "SELECT actor || ' ' || cause FROM orders.order_events WHERE order_id = $1 AND kind = 'paid'", uuidOf(missed)); got != "sumup night" {
		t.Errorf("it was paid by %s", got)
	}
	w.sound()

	booked := w.booked()
	if again := w.night(); again.Found != 0 || again.OursMinor != run.OursMinor || again.TheirsMinor != run.TheirsMinor {
		t.Errorf("the second run is %+v", again)
	}
	for _, d := range get[orders.DifferenceList](w, "/v1/differences", bearer("clerk")).Items {
		path := "/v1/differences/" + d.ID + "/resolve"
		for range 2 {
			if r := w.ask(http.MethodPost, path, bearer("shop"), map[string]string{"resolution": "Looked at."}); r.Status != http.StatusOK {
				t.Errorf("resolve = %d %s", r.Status, r.Body)
			}
		}
		if r := w.ask(http.MethodPost, path, bearer("shop"), map[string]string{"resolution": "Other words."}); r.Status != http.StatusConflict || r.code() != "difference_resolved" {
			t.Errorf("resolving in other words = %d %s", r.Status, r.Body)
		}
		if r := w.ask(http.MethodPost, path, bearer("clerk"), map[string]string{"resolution": "x"}); r.Status != http.StatusForbidden {
			t.Errorf("the clerk's = %d", r.Status)
		}
	}
	if got := w.differs(); len(got) != 0 {
		t.Errorf("still open: %q", got)
	}
	w.advance(20 * time.Hour)
	w.night()
	if got := w.differs(); len(got) != 0 {
		t.Errorf("shown again: %q", got)
	}
	w.exec("DELETE FROM orders.payouts") // of the day after
	if got, before := w.booked(), booked; got[:len(got)-4] != before[:len(before)-4] {
		t.Errorf("rows %s, before %s", got, before)
	}
	// It grows: that is news.
	if err := w.Sim.RefundOutside(refunded, 100); err != nil {
		t.Fatal(err)
	}
	w.night()
	if got := w.differs(); !slices.Equal(got, []string{"refund_outside " + refunded}) || w.order(string(back.ID)).RefundedMinor != 300 {
		t.Errorf("after another refund: %q", got)
	}
	w.sound()
}

// TestNightAtOnce: many comparisons at once are one, and payments that are looked at
// meanwhile are settled once.
func TestNightAtOnce(t *testing.T) {
	t.Parallel()
	w := deaf(t)
	bread := w.product("Bread", 325, 0, nil)
	for range 6 {
		w.charge(w.guest().add(bread, 1).buys(325))
	}
	w.advance(20 * time.Minute)
	var wg sync.WaitGroup
	attempts := one[[]string](w, "SELECT array_agg('pay_' || replace(id::text, '-', '')) FROM orders.payment_attempts")
	for i := range 12 {
		wg.Go(func() {
			if r, err := w.Reconcile(context.WithoutCancel(t.Context())); err != nil {
				t.Errorf("Reconcile = %+v, %v", r, err)
			}
		})
		wg.Go(func() { _ = w.Verify(context.WithoutCancel(t.Context()), contract.AttemptID(attempts[i%6]), "poll") })
	}
	wg.Wait()
	w.night()
	if n := one[int](w, "SELECT count(*) FROM orders.ledger"); n != 6 {
		t.Errorf("%d rows of the ledger", n)
	}
	if n := one[int](w, "SELECT count(*) FROM orders.orders WHERE payment_status = 'paid'"); n != 6 {
		t.Errorf("%d are paid", n)
	}
	if n := one[int](w, "SELECT count(*) FROM orders.reconciliations WHERE status = 'running'"); n != 0 {
		t.Errorf("%d run on", n)
	}
	w.sound()
}

// forgetful is SumUp where it does not tell our reference with a transaction.
type forgetful struct{ orders.Provider }

func (f forgetful) Transaction(ctx context.Context, id string) sumup.Result[sumup.Transaction] {
	r := f.Provider.Transaction(ctx, id)
	r.Value.ForeignID = ""
	return r
}

// A payment is found by its checkout where its transaction does not name our reference.
func TestNightByCheckout(t *testing.T) {
	t.Parallel()
	w := deaf(t, func(o *worldOptions) { o.Change = func(o *orders.Options) { o.Provider = forgetful{o.Provider} } })
	bread := w.product("Bread", 325, 0, nil)
	other, missed := w.guest().add(bread, 1).buys(325), w.guest().add(bread, 1).buys(325)
	w.charge(missed)
	w.advance(20 * time.Minute)
	w.night()
	if got := w.order(string(missed.ID)).Status + " " + w.order(string(other.ID)).Status; got != "paid pending_payment" {
		t.Errorf("they are %s", got)
	}
}

// What SumUp does not tell makes a run that failed; the next one begins where it did.
func TestNightWithoutSumUp(t *testing.T) {
	t.Parallel()
	w := deaf(t)
	w.charge(w.guest().add(w.product("Bread", 325, 0, nil), 1).buys(325))
	w.advance(20 * time.Minute)
	for _, route := range []string{"history", "transaction"} {
		if err := w.Sim.SetPlan(sumupsim.Plan{Faults: []sumupsim.Fault{{Route: route, Kind: sumupsim.Status, Status: 503}}}); err != nil {
			t.Fatal(err)
		}
		r, err := w.Reconcile(t.Context())
		if err != nil || r.Status != "failed" || r.Fault == "" || r.Found != 0 {
			t.Errorf("%s is away: %+v, %v", route, r, err)
		}
	}
	if n := one[int](w, "SELECT count(*) FROM orders.ledger"); n != 0 {
		t.Error("something was booked")
	}
	if err := w.Sim.SetPlan(sumupsim.Plan{Faults: []sumupsim.Fault{{Route: "payouts", Kind: sumupsim.Status, Status: 503}}}); err != nil {
		t.Fatal(err)
	}
	if r := w.eventually(); r.Found != 1 || r.Fault == "" {
		t.Errorf("without payouts: %+v", r)
	}
	list := get[orders.ReconciliationList](w, "/v1/reconciliations?limit=2", bearer("clerk"))
	if len(list.Items) != 2 || list.NextCursor == "" || list.Items[0].Status != "done" {
		t.Errorf("the list is %+v", list)
	}
	rest := get[orders.ReconciliationList](w, "/v1/reconciliations?limit=100&cursor="+list.NextCursor, bearer("clerk"))
	if len(rest.Items) == 0 || rest.NextCursor != "" || rest.Items[0].ID == list.Items[1].ID {
		t.Errorf("the rest is %+v", rest)
	}
	bare := deaf(t, func(o *worldOptions) { o.Change = func(o *orders.Options) { o.Provider = nil } })
	if r := bare.ask(http.MethodPost, "/v1/reconciliations", bearer("shop"), nil); r.Status != http.StatusServiceUnavailable || r.code() != "payments_not_configured" {
		t.Errorf("without SumUp = %d %s", r.Status, r.Body)
	}
}

// eventually compares until SumUp is asked again: who was away is left alone for a while.
func (w *world) eventually() orders.Reconciliation {
	w.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		r, err := w.Reconcile(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		if r.Status == "done" {
			return r
		}
		time.Sleep(100 * time.Millisecond)
	}
	w.t.Fatal("SumUp is never asked again")
	return orders.Reconciliation{}
}

// What banks take back comes into the books; what SumUp does not know is shown, and so is
// other money than the ledger has.
func TestNightOddities(t *testing.T) {
	t.Parallel()
	w := deaf(t)
	bread := w.product("Bread", 1000, 2000, nil)
	charged, odd := w.pay(w.guest().add(bread, 1).buys(1000)), w.pay(w.guest().add(bread, 2).buys(2000))
	of := func(o orders.Order) string {
		return one[string](w, "SELECT transaction_id FROM orders.ledger WHERE order_id = $1 AND kind = 'payment'", uuidOf(o))
	}
	w.exec(`INSERT INTO orders.ledger (id, provider, transaction_id, kind, amount_minor, currency, at, recorded_at)
		VALUES (gen_random_uuid(), 'sumup', 'nowhere', 'payment', 700, 'GBP', shared.clock(), shared.clock())`)
	w.advance(20 * time.Minute)
	w.night()
	w.advance(50 * time.Hour)
	if err := w.Sim.Chargeback(of(charged)); err != nil {
		t.Fatal(err)
	}
	w.night()
	if got, want := w.differs(), sorted("chargeback "+of(charged), "missing_there nowhere"); !slices.Equal(got, want) {
		t.Errorf("shown %q, want %q", got, want)
	}
	o := w.order(string(charged.ID))
	if o.PaymentStatus != "refunded" || o.RefundedMinor != 1000 || one[int64](w, "SELECT amount_minor FROM orders.ledger WHERE kind = 'chargeback'") != -1000 {
		t.Errorf("after the chargeback: %s %d", o.PaymentStatus, o.RefundedMinor)
	}
	booked := w.booked()
	w.advance(time.Hour)
	if r := w.night(); r.Found != 0 || w.booked() != booked {
		t.Errorf("again: %+v", r)
	}
	if err := w.Sim.SetPlan(sumupsim.Plan{Faults: []sumupsim.Fault{{Route: "transaction", Kind: sumupsim.Amount}, {Route: "history", Kind: sumupsim.Amount}}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Sim.RefundOutside(of(odd), 1); err != nil { // so that it is listed
		t.Fatal(err)
	}
	w.night()
	if got := w.differs(); !slices.Contains(got, "amount "+of(odd)) {
		t.Errorf("shown %q", got)
	}
	if w.order(string(odd.ID)).RefundedMinor != 0 {
		t.Error("something was booked of an amount that is not ours")
	}
}

// Asking for a comparison has it made by a job.
func TestNightByRequest(t *testing.T) {
	t.Parallel()
	w := deaf(t)
	if r := w.ask(http.MethodPost, "/v1/reconciliations", bearer("clerk"), nil); r.Status != http.StatusForbidden {
		t.Errorf("the clerk's = %d", r.Status)
	}
	for range 2 {
		if r := w.ask(http.MethodPost, "/v1/reconciliations", bearer("shop"), nil); r.Status != http.StatusAccepted {
			t.Fatalf("= %d %s", r.Status, r.Body)
		}
	}
	w.run()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		list := get[orders.ReconciliationList](w, "/v1/reconciliations", bearer("shop")).Items
		if len(list) != 1 {
			t.Fatalf("%d runs", len(list))
		}
		if list[0].Status == "done" {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("it is never done")
}

// A payment by the counter's card reader, which SumUp lists too, is that sale's: it is no
// foreign one, and stands for one sale only.
func TestNightAndTheCounter(t *testing.T) {
	t.Parallel()
	w := deaf(t)
	bread := w.product("Bread", 325, 0, nil)
	r := w.ask(http.MethodPost, "/v1/counter-sales", with(bearer("shop"), "Idempotency-Key", "one"),
		map[string]any{"method": "card_reader", "lines": []any{map[string]any{"id": bread, "quantity": 2}}})
	if r.Status != http.StatusCreated {
		t.Fatalf("counter sale = %d %s", r.Status, r.Body)
	}
	sold, err := w.Sim.Foreign(650, "GBP")
	if err != nil {
		t.Fatal(err)
	}
	w.advance(time.Minute)
	again, err := w.Sim.Foreign(650, "GBP")
	if err != nil {
		t.Fatal(err)
	}
	w.advance(20 * time.Minute)
	w.night()
	w.night()
	if got := w.differs(); !slices.Equal(got, []string{"foreign_payment " + again}) {
		t.Errorf("shown %q", got)
	}
	if got := one[string](w, "SELECT transaction_id FROM orders.transactions WHERE order_id = $1", uuidOf(decodeOrder(t, r))); got != sold {
		t.Errorf("the sale's is %s", got)
	}
}

package sumupsim_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rose-ash.com/roseash/api/orders/sumupsim"
)

// model is what the ledger must be: sums kept by hand.
type model struct {
	amount  map[string]int64  // of checkouts, by reference
	paid    map[string]string // the transaction, by reference
	left    map[string]int64  // of transactions
	charged map[string]bool   // back
	ended   map[string]bool
}

// Any order of payments, refunds, ends and chargebacks leaves the sums that one gets by
// adding up, and nothing is ever below zero.
func TestLedgerAddsUp(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := open(t, sumupsim.Options{})
		defer w.Close()
		m := model{map[string]int64{}, map[string]string{}, map[string]int64{}, map[string]bool{}, map[string]bool{}}
		for step := range rapid.IntRange(1, 40).Draw(r, "steps") {
			reference := fmt.Sprintf("R%d", rapid.IntRange(0, 5).Draw(r, "reference"))
			minor := rapid.Int64Range(1, 2000).Draw(r, "minor")
			transaction := m.paid[reference]
			switch rapid.SampledFrom([]string{"create", "pay", "decline", "delete", "refund", "outside", "chargeback"}).Draw(r, "what") {
			case "create":
				status := w.ask("POST", "/v0.1/checkouts", fields(reference, "amount", float64(minor)/100)).status
				if _, known := m.amount[reference]; known != (status == http.StatusConflict) {
					r.Fatalf("step %d: create %s: %d", step, reference, status)
				} else if !known {
					m.amount[reference] = minor
				}
			case "pay":
				id, err := w.Pay(reference)
				if may := m.amount[reference] > 0 && transaction == "" && !m.ended[reference]; may != (err == nil) {
					r.Fatalf("step %d: pay %s: %v", step, reference, err)
				} else if may {
					m.paid[reference], m.left[id] = id, m.amount[reference]
				}
			case "decline":
				w.Decline(reference)
			case "delete":
				id, _ := w.Checkout(reference)
				if w.ask("DELETE", "/v0.1/checkouts/"+id, nil).status == http.StatusOK {
					m.ended[reference] = true
				}
			case "refund":
				status := w.ask("POST", refunds+transaction+"x/refunds", nil).status
				if status != http.StatusNotFound {
					r.Fatalf("step %d: refund of nothing: %d", step, status)
				}
				if transaction == "" {
					continue
				}
				want := http.StatusCreated
				switch {
				case m.left[transaction] == 0 || m.charged[transaction]:
					want = http.StatusConflict
				case minor > m.left[transaction]:
					want = http.StatusUnprocessableEntity
				}
				if status = w.ask("POST", refunds+transaction+"/refunds", map[string]any{"amount": float64(minor) / 100}).status; status != want {
					r.Fatalf("step %d: refund %d of %d: %d", step, minor, m.left[transaction], status)
				}
				if status == http.StatusCreated {
					m.left[transaction] -= minor
				}
			case "outside":
				if err := w.RefundOutside(transaction, minor); (err == nil) != (transaction != "" && minor <= m.left[transaction]) {
					r.Fatalf("step %d: refund outside: %v", step, err)
				} else if err == nil {
					m.left[transaction] -= minor
				}
			case "chargeback":
				if w.Chargeback(transaction) == nil {
					m.left[transaction], m.charged[transaction] = 0, true
				}
			}
		}
		l := w.Ledger()
		balances := l.Balances()
		for reference, transaction := range m.paid {
			if l.Balance(reference) != m.left[transaction] || balances[reference] != m.left[transaction] {
				r.Fatalf("%s has %d, want %d", reference, balances[reference], m.left[transaction])
			}
			if n := len(l.Of(reference, sumupsim.EntryPayment)); n != 1 {
				r.Fatalf("%s was paid %d times", reference, n)
			}
		}
		var sum, want int64
		for _, e := range l.Entries {
			sum += e.AmountMinor
			if (e.Kind == sumupsim.EntryPayment) != (e.AmountMinor > 0) {
				r.Fatalf("an entry of the wrong sign: %+v", e)
			}
		}
		for _, left := range m.left {
			want += left
		}
		if sum != want || len(balances) != len(m.paid) {
			r.Fatalf("the ledger sums up to %d, want %d", sum, want)
		}
	})
}

// Payers, refunders and readers at once: each checkout is paid at most once, and no more
// goes back than came in.
func TestAtOnce(t *testing.T) {
	w := open(t, sumupsim.Options{Now: time.Now})
	const checkouts, each = 20, 8
	var wg sync.WaitGroup
	var mu sync.Mutex
	paid := map[string]int{}
	for i := range checkouts {
		reference := fmt.Sprintf("R%d", i)
		for range each {
			wg.Go(func() {
				w.ask("POST", "/v0.1/checkouts", fields(reference))
				id, err := w.Pay(reference)
				if err == nil {
					mu.Lock()
					paid[reference]++
					mu.Unlock()
					for range 3 {
						wg.Go(func() { w.ask("POST", refunds+id+"/refunds", `{"amount": 6.05}`) })
					}
				}
				w.ask("GET", "/v0.1/checkouts?checkout_reference="+reference, nil)
				w.ask("GET", history, nil)
				w.Ledger()
			})
		}
	}
	wg.Wait()
	for reference, balance := range w.Ledger().Balances() {
		if paid[reference] != 1 || balance != 0 {
			t.Errorf("%s: paid %d times, %d left", reference, paid[reference], balance)
		}
	}
	if len(paid) != checkouts {
		t.Errorf("%d of %d were paid", len(paid), checkouts)
	}
}

// BenchmarkCheckout is a create, a payment and a read, over HTTP and with a file.
func BenchmarkCheckout(b *testing.B) {
	w := open(b, sumupsim.Options{Now: time.Now, File: b.TempDir() + "/ledger"})
	var mu sync.Mutex
	n := 0
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			mu.Lock()
			n++
			reference := fmt.Sprint(n)
			mu.Unlock()
			id := w.create(reference)
			must(w.Pay(id))(b)
			if r := w.ask("GET", "/v0.1/checkouts/"+id, nil); r.string("status") != "PAID" {
				b.Fatal(string(r.text))
			}
		}
	})
}

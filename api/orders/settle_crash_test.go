package orders_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	osexec "os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/orders/sumupsim"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/db"
)

// TestI09: whatever a process leaves that dies between any two steps is put right: at each
// request to SumUp, before it leaves and after its answer has come, whoever makes it ends
// there, with all that it would have done next.
func TestI09(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 1000})
	for _, story := range []struct {
		name string
		tell func(p *placed)
	}{
		{"bought and sent back", func(p *placed) {
			*p, _ = w.tryPlace(1)
			if _, err := w.sim.Pay(p.reference); err == nil {
				w.LookNow(t.Context(), p.attempt, "return")
			}
			w.Refund(shopContext(t.Context()), p.public, p.reference, orders.NewRefund{AmountMinor: 100})
			for _, d := range w.due("false", "due <= shared.clock()") {
				w.SendRefund(t.Context(), d.id)
			}
		}},
		{"refused and ended", func(p *placed) {
			*p, _ = w.tryPlace(1)
			w.sim.Decline(p.reference)
			w.LookNow(t.Context(), p.attempt, "return")
			w.Pay(shopperContext(t.Context(), p.user), p.public, "", p.reference)
			w.Deactivate(t.Context(), p.order)
			w.advance(33 * time.Minute)
			w.LookNow(t.Context(), p.attempt, "expiry")
		}},
	} {
		for step := 0; ; step++ {
			passed := w.dieAt(step, story.tell)
			w.until("all is at rest", 3*time.Hour, func() bool {
				return w.number(`SELECT (SELECT count(*) FROM orders.payment_attempts WHERE status IN ('creating', 'open')) +
					(SELECT count(*) FROM orders.orders WHERE status = 'pending_payment') + (SELECT count(*) FROM orders.refunds WHERE due IS NOT NULL)`) == 0
			})
			w.sound()
			if t.Failed() {
				t.Fatalf("%s, died at step %d: %s", story.name, step, w.all())
			}
			if open := w.sim.Ledger().Open; len(open) != 0 {
				t.Fatalf("%s, died at step %d: %v can still be paid", story.name, step, open)
			}
			if passed {
				t.Logf("%s: %d steps", story.name, step)
				break
			}
		}
	}
}

// dieAt tells a story whose teller dies at a step of the wire; true: it came to its end.
func (w *till) dieAt(step int, tell func(*placed)) (passed bool) {
	w.t.Helper()
	n := 0
	var mu sync.Mutex
	at := func() {
		mu.Lock()
		dies := n == step
		n++
		mu.Unlock()
		if dies {
			runtime.Goexit()
		}
	}
	w.wire.mu.Lock()
	w.wire.at = at
	w.wire.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		var p placed
		tell(&p)
		passed = true
	}()
	<-done
	w.wire.mu.Lock()
	w.wire.at = nil
	w.wire.mu.Unlock()
	return passed
}

// Variables of the process that is killed.
const (
	victimURL = "ORDERS_TEST_DATABASE"
	victimSim = "ORDERS_TEST_SUMUP"
)

// init makes this program the process that TestKilled kills, where it was started as that.
func init() {
	if os.Getenv(victimURL) == "" {
		return
	}
	shop(os.Getenv(victimURL), os.Getenv(victimSim))
	os.Exit(0)
}

// shop sells, is paid and refunds, until it is killed.
func shop(url, sim string) {
	testing.Init()
	t := &victim{}
	w := &till{t: t, url: url, watch: &wristwatch{}}
	var err error
	if w.pool, err = db.Open(t.Context(), db.Options{URL: url, Name: "victim", MaxConns: 8, StatementTimeout: patience, AcquireTimeout: patience}); err != nil {
		panic(err)
	}
	w.build("http://127.0.0.1:1", sim, 0)
	if err := w.pool.QueryRow(t.Context(), "SELECT 'var_' || replace(id::text, '-', '') FROM market.variants").Scan(&w.bread.ID); err != nil {
		panic(err)
	}
	go w.bus.Run(t.Context())
	fmt.Println("ready")
	for range 4 {
		go func() {
			for {
				p, err := w.tryPlace(1)
				if err != nil {
					continue
				}
				what := "pay"
				if rand.N(4) == 0 {
					what = "decline"
				}
				res, err := http.Post(sim+"/_sim/"+what, "application/json", strings.NewReader(`{"checkout":"`+p.reference+`"}`))
				if err == nil {
					res.Body.Close()
				}
				w.LookNow(t.Context(), p.attempt, "return")
				w.Refund(shopContext(t.Context()), p.public, id.New().String(), orders.NewRefund{AmountMinor: 1 + rand.Int64N(325)})
			}
		}()
	}
	select {}
}

// victim is the test of a process that is no test.
type victim struct{ testing.TB }

// Context lasts as long as the process.
func (victim) Context() context.Context { return context.Background() }

// Helper does nothing.
func (victim) Helper() {}

// TestKilled: a shop that is killed at any moment while it sells, is paid and refunds leaves
// nothing that the next one does not put right.
func TestKilled(t *testing.T) {
	t.Parallel()
	w := newTill(t, tillOptions{stock: 100_000})
	w.plan(sumupsim.Plan{Hooks: sumupsim.Hooks{Drop: 1}})
	for range 3 {
		shop := osexec.Command(os.Args[0])
		shop.Env = append(os.Environ(), victimURL+"="+w.url, victimSim+"="+w.sim.URL)
		shop.Stderr = t.Output()
		out, err := shop.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := shop.Start(); err != nil {
			t.Fatal(err)
		}
		defer shop.Process.Kill()
		if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
			t.Fatalf("the shop says %q, %v", line, err)
		}
		sold := w.number("SELECT count(*) FROM orders.ledger")
		await(t, "the shop sells", func() bool { return w.number("SELECT count(*) FROM orders.ledger") > sold })
		time.Sleep(rand.N(400 * time.Millisecond))
		if err := shop.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = shop.Wait()
	}
	t.Logf("%d orders, %d payments, %d refunds when it was killed last", w.number("SELECT count(*) FROM orders.orders"),
		w.number("SELECT count(*) FROM orders.ledger WHERE kind = 'payment'"), w.number("SELECT count(*) FROM orders.refunds"))
	w.until("all is at rest", 3*time.Hour, func() bool {
		return w.number(`SELECT (SELECT count(*) FROM orders.orders WHERE status = 'pending_payment') + (SELECT count(*) FROM orders.refunds WHERE due IS NOT NULL)`) == 0
	})
	w.sound()
	if n := w.number("SELECT count(*) FROM orders.ledger"); n == 0 {
		t.Error("nothing was sold before it was killed")
	}
}

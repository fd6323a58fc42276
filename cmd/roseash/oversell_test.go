// The shop under a rush: many more buyers than goods, while the process is killed, orders run
// out of time, the till sells and the shop gives back. Nothing is ever sold twice, nor paid
// for twice, and every penny is where the payment provider says that it is.

package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/sumupsim"
)

var (
	oversellRounds  = flag.Int("oversell.rounds", 1, "how often two hundred buyers go for fifty units while the server is killed")
	oversellPrivate = flag.Bool("oversell.private", false, "on the private PostgreSQL, which dies with the server")
)

const (
	rushBuyers = 200
	rushUnits  = 50
	rushTries  = 2 // more, of who finds all sold
	rushTills  = 2
	rushSales  = 8   // of each till
	rushPrice  = 325 // of a unit, in pence
	simKey     = "sup_sk_oversell"
	simShop    = "OVERSELL"

	// calmAfter is how long the server has after a start, and after whatever it brings to
	// its end, to go on with that; calmTries is how often it is started for that, each time half an hour later.
	calmAfter = 8 * time.Second
	calmTries = 12
)

// TestOversellKill has two hundred buyers go for fifty units of the real program by HTTP,
// whose payments a simulator of SumUp takes that outlives it.
func TestOversellKill(t *testing.T) {
	t.Parallel()
	r := newRush(t)
	for n := range *oversellRounds {
		began := time.Now()
		r.restock(n)
		r.round(n)
		r.settle()
		r.sound()
		r.spent += time.Since(began)
		if t.Failed() {
			t.Fatalf("so it is after round %d: %s", n, r.figures())
		}
	}
	r.server.end(t)
	r.readLogs()
	t.Log(r.figures())
	if r.orders.Load() == 0 || r.paid.Load() == 0 || r.soldOut.Load() == 0 || r.sold.Load() == 0 {
		t.Errorf("next to nothing happened: %s", r.figures())
	}
}

// strained is a SumUp whose answers come late or are lost, some after what was asked for is
// done, and which tells of payments twice or not at all.
var strained = sumupsim.Plan{
	Faults: []sumupsim.Fault{
		{Route: "create", Kind: sumupsim.Close, After: true, Share: 0.05},
		{Route: "refund", Kind: sumupsim.Reset, After: true, Share: 0.1},
		{Route: "deactivate", Kind: sumupsim.Status, After: true, Share: 0.1},
		{Route: "checkout", Kind: sumupsim.Status, Share: 0.05},
		{Kind: sumupsim.Slow, DelayMS: 200, Share: 0.2},
	},
	Hooks: sumupsim.Hooks{Drop: 0.3, Copies: 2},
}

// rush is a shop with one thing to sell.
type rush struct {
	place
	sim     *sumupsim.Server
	client  *http.Client
	token   string
	server  *running
	variant string
	method  string // of delivery
	slot    string
	read    int // logs that have been looked through
	spent   time.Duration
	kills   int // while people bought
	bounces int // afterwards
	expired int // orders whose time was made to be over while the server ran

	answers                                                                                       atomic.Int64 // of the server
	orders, paid, declined, tooLate, soldOut, cancelled, refunded, handed, sold, tillEmpty, again atomic.Int64

	mu    sync.Mutex
	told  map[string]bool // orders that their buyers know of
	codes map[string]int  // refusals, by status and code

	longest time.Duration // that a request took with all its tries
	slowest string        // which that was
}

func newRush(t *testing.T) *rush {
	t.Helper()
	r := &rush{place: newPlace(t, *oversellPrivate, ""), told: map[string]bool{}, codes: map[string]int{},
		client: &http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: rushBuyers}}}
	t.Cleanup(r.client.CloseIdleConnections)
	var err error
	if r.sim, err = sumupsim.Listen("127.0.0.1:0", sumupsim.Options{APIKey: simKey, MerchantCode: simShop, Plan: strained}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		r.sim.Shutdown(ctx)
	})
	r.begin()
	token, err := os.ReadFile(filepath.Join(r.dir, ".data", "dev-token"))
	if err != nil {
		t.Fatal(err)
	}
	r.token = strings.TrimSpace(string(token))
	r.furnish()
	return r
}

// furnish makes what is sold, and a way to have it.
func (r *rush) furnish() {
	r.t.Helper()
	var product struct{ Variants []struct{ ID string } }
	r.make(http.MethodPost, "/v1/categories", map[string]any{"slug": "bakery", "name": "Bakery", "parent": ""}, nil)
	r.make(http.MethodPost, "/v1/products", map[string]any{"slug": "rye-loaf", "name": "Rye loaf", "category": "bakery", "variants": []any{
		map[string]any{"sku": "RYE-800", "name": "800 g loaf", "price": map[string]any{"amount_minor": rushPrice, "currency": "GBP"},
			"vat_rate": 0, "quantity": 800, "unit": "g", "track_stock": true}}}, &product)
	r.make(http.MethodPut, "/v1/products/rye-loaf/publish", nil, nil)
	r.variant = product.Variants[0].ID
	var method struct{ ID string }
	r.make(http.MethodPost, "/v1/delivery-methods", map[string]any{"name": "Collection", "kind": "collection", "place": "The barn"}, &method)
	r.method = method.ID
	var window struct{ Slots []struct{ ID string } }
	now := time.Now().UTC().Truncate(time.Second)
	r.make(http.MethodPost, "/v1/order-windows", map[string]any{"name": "Week", "opens_at": now.Add(-time.Hour), "closes_at": now.Add(24 * time.Hour),
		"slots": []any{map[string]any{"delivery": r.method, "starts_at": now.Add(48 * time.Hour), "ends_at": now.Add(50 * time.Hour), "capacity": 100_000}}}, &window)
	r.slot = window.Slots[0].ID
}

// make does something for the shop that must succeed, and decodes the answer into out.
func (r *rush) make(method, path string, body, out any) {
	r.t.Helper()
	answer := r.send(r.keeper("make "+path+" "+strconv.FormatInt(r.answers.Load(), 10)), method, path, body)
	if answer.status/100 != 2 {
		r.t.Fatalf("%s %s = %d %s", method, path, answer.status, answer.body)
	}
	if out != nil {
		if err := json.Unmarshal(answer.body, out); err != nil {
			r.t.Fatalf("%v in %s", err, answer.body)
		}
	}
}

// restock has as many units received as are missing for all of them to be available.
func (r *rush) restock(round int) {
	r.t.Helper()
	missing := rushUnits - r.number("SELECT coalesce(sum(on_hand - reserved), 0)::bigint FROM market.stock")
	if missing == 0 {
		return
	}
	answer := r.send(r.keeper(fmt.Sprint("restock-", round)), http.MethodPost, "/v1/stock/movements",
		map[string]any{"movements": []any{map[string]any{"variant": r.variant, "change": missing, "reason": "received"}}})
	if answer.status/100 != 2 {
		r.t.Fatalf("restock = %d %s", answer.status, answer.body)
	}
}

// round has everybody buy while the server is killed, and orders run out of time, at moments
// that are counted in its answers.
func (r *rush) round(n int) {
	r.t.Helper()
	var all sync.WaitGroup
	for i := range rushBuyers {
		all.Go(func() { r.buyer(n, i) })
	}
	for i := range rushTills {
		all.Go(func() { r.till(n, i) })
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		all.Wait()
	}()
	events := []func(){r.strike, r.expire}
	if rand.N(2) == 0 {
		events = append(events, r.strike)
	}
	rand.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
	for _, event := range events {
		r.moment(done)
		event()
	}
	select {
	case <-done:
	case <-time.After(3 * patience):
		r.t.Fatalf("the buyers do not come to an end: %s", r.figures())
	}
}

// moment waits for some more answers, or for everybody to be done.
func (r *rush) moment(done <-chan struct{}) {
	until := r.answers.Load() + rand.N[int64](300)
	for began := time.Now(); r.answers.Load() < until && time.Since(began) < patience/6; time.Sleep(time.Millisecond) {
		select {
		case <-done:
			return
		default:
		}
	}
	time.Sleep(rand.N(20 * time.Millisecond))
}

// strike kills the server, and starts it again.
func (r *rush) strike() {
	r.t.Helper()
	r.server.kill()
	r.kills++
	time.Sleep(rand.N(200 * time.Millisecond))
	r.begin()
}

// begin starts the server and waits until it is ready.
func (r *rush) begin() {
	r.t.Helper()
	r.server = r.startWith([]string{"SUMUP_BASE_URL=" + r.sim.URL, "SUMUP_API_KEY=" + simKey, "SUMUP_MERCHANT_CODE=" + simShop}, "serve", "--seed", "never")
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		if r.server.over() {
			text, _ := os.ReadFile(r.server.log)
			r.t.Fatalf("roseash ended:\n%s", text)
		}
		status, _, err := ask(http.MethodGet, "http://"+r.listen+"/readyz", "", nil)
		if err == nil && status == http.StatusOK {
			return
		}
		if time.Since(began) > patience {
			r.t.Fatalf("roseash is not ready: %d, %v", status, err)
		}
	}
}

// startWith is start with these variables instead of those of a Ghost.
func (s place) startWith(environ []string, args ...string) *running {
	s.t.Helper()
	*s.logs++
	out, err := os.Create(filepath.Join(s.dir, fmt.Sprintf("log%d", *s.logs)))
	if err != nil {
		s.t.Fatal(err)
	}
	defer out.Close()
	path, err := exec.LookPath("roseash")
	if err != nil {
		s.t.Fatal(err)
	}
	r := &running{cmd: exec.Command(path, args...), log: out.Name(), ended: make(chan struct{})}
	r.cmd.Dir, r.cmd.Stdout, r.cmd.Stderr = s.dir, out, out
	r.cmd.Env = append([]string{"GORACE=atexit_sleep_ms=0", "PATH=" + os.Getenv("PATH"), "HOME=" + s.dir, "ROSEASH_PG_BIN=" + os.Getenv("ROSEASH_PG_BIN"),
		"ROSEASH_LISTEN=" + s.listen, "DATABASE_URL=" + s.database, "ROSEASH_LOG=json"}, environ...)
	if err := r.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() {
		r.cmd.Wait()
		close(r.ended)
	}()
	s.t.Cleanup(r.kill)
	return r
}

// expireSQL lets the time of all unpaid orders be over, but of those that somebody changes at
// this moment, while the server goes on: it is what their half hour would do.
const expireSQL = `
WITH over AS (
	UPDATE orders.orders SET expires_at = shared.clock() WHERE id IN (
		SELECT id FROM orders.orders WHERE status = 'pending_payment' AND expires_at > shared.clock() FOR UPDATE SKIP LOCKED)
	RETURNING id), due AS (
	UPDATE orders.payment_attempts SET verify_due = shared.clock() WHERE id IN (
		SELECT id FROM orders.payment_attempts WHERE status IN ('creating', 'open') AND order_id IN (SELECT id FROM over) FOR UPDATE SKIP LOCKED)
	RETURNING id), jobs AS (
	UPDATE river.river_job SET state = 'available', scheduled_at = clock_timestamp() WHERE id IN (
		SELECT id FROM river.river_job WHERE state IN ('scheduled', 'retryable') AND kind = 'orders.verify' AND args ->> 'attempt' IN (SELECT id::text FROM due) FOR UPDATE SKIP LOCKED)
	RETURNING id)
SELECT count(*) FROM over`

func (r *rush) expire() {
	r.t.Helper()
	r.expired += int(r.number(expireSQL))
}

// laterSQL is what half an hour and more does while no server runs. Whoever led those that
// run jobs does not any more.
const laterSQL = `
UPDATE orders.orders SET expires_at = expires_at - interval '35 minutes' WHERE status = 'pending_payment';
UPDATE orders.payment_attempts SET verify_due = verify_due - interval '35 minutes', valid_until = valid_until - interval '35 minutes',
	created_at = created_at - interval '35 minutes', updated_at = updated_at - interval '35 minutes' WHERE verify_due IS NOT NULL;
UPDATE orders.refunds SET due = due - interval '35 minutes', created_at = created_at - interval '35 minutes' WHERE due IS NOT NULL;
UPDATE river.river_job SET state = 'available', scheduled_at = clock_timestamp() WHERE state IN ('scheduled', 'retryable') AND queue = 'payments';
UPDATE river.river_leader SET expires_at = clock_timestamp()`

// unrestSQL finds what is not at its end yet.
const unrestSQL = `
SELECT format('%s orders wait for their payment', count(*)) FROM orders.orders WHERE status = 'pending_payment' HAVING count(*) > 0
UNION ALL SELECT format('%s attempts can be paid', count(*)) FROM orders.payment_attempts WHERE status IN ('creating', 'open') HAVING count(*) > 0
UNION ALL SELECT format('%s refunds are on their way, %s', count(*), min(fault)) FROM orders.refunds WHERE due IS NOT NULL HAVING count(*) > 0`

// settle lets time pass, with the server killed each time, until everything is at its end.
func (r *rush) settle() {
	r.t.Helper()
	var left []string
	for range calmTries {
		r.server.kill()
		r.bounces++
		r.exec(laterSQL)
		r.begin()
		for went := time.Now(); time.Since(went) < calmAfter; time.Sleep(50 * time.Millisecond) {
			before := left
			if left = r.rows(unrestSQL); len(left) == 0 {
				return
			}
			if !slices.Equal(before, left) {
				went = time.Now()
			}
		}
	}
	r.t.Fatalf("it does not come to its end: %s\n%s\n%s", strings.Join(left, "; "), r.figures(), strings.Join(r.rows(`
		SELECT concat_ws(' ', o.id, o.status, o.payment_status, o.expires_at, a.status, a.provider_status, a.fault, a.verify_tries, a.verify_due, r.status, r.fault, r.due)
		FROM orders.orders o LEFT JOIN orders.payment_attempts a ON a.order_id = o.id LEFT JOIN orders.refunds r ON r.order_id = o.id
		WHERE o.status = 'pending_payment' OR a.status IN ('creating', 'open') OR r.due IS NOT NULL LIMIT 10`), "\n"))
}

// number is the only value that a query finds.
func (r *rush) number(query string) (n int64) {
	r.t.Helper()
	r.open(func(conn *pgx.Conn) {
		if err := conn.QueryRow(context.Background(), query).Scan(&n); err != nil {
			r.t.Fatalf("%v: %s", err, query)
		}
	})
	return n
}

// figures are what happened so far.
func (r *rush) figures() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return fmt.Sprintf("%d orders (%d by a second press of the same key), %d paid, %d refused by the bank, %d too late to pay, %d answers sold out; "+
		"%d ended by hand, %d refunded, %d handed over; %d sold over the counter, %d times none left there; "+
		"%d made to expire, %d kills and %d more starts, %d answers in %.1f s; the slowest after %.1f s: %s; refusals: %v",
		r.orders.Load(), r.again.Load(), r.paid.Load(), r.declined.Load(), r.tooLate.Load(), r.soldOut.Load(),
		r.cancelled.Load(), r.refunded.Load(), r.handed.Load(), r.sold.Load(), r.tillEmpty.Load(),
		r.expired, r.kills, r.bounces, r.answers.Load(), r.spent.Seconds(), r.longest.Seconds(), r.slowest, r.codes)
}

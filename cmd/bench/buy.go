// Part buy: putting something into a cart, and ordering it. SumUp is simulated by a process
// of its own, the load comes from this one, PostgreSQL writes to the disk before it answers.

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/sumupsim"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/db"
)

const (
	// addGoal and checkoutGoal are the most processor time that we and PostgreSQL may take
	// together, as a multiple of the control's; addP50Goal and checkoutsGoal are of ours alone.
	addGoal       = 2.0
	checkoutGoal  = 2.5
	addP50Goal    = 5 * time.Millisecond
	checkoutsGoal = 200 // a second

	benchKey      = "sup_sk_bench"
	benchMerchant = "BENCH"
)

// serveSimulator is SumUp, in a process of its own.
func serveSimulator(context.Context, string, string) (http.Handler, error) {
	return sumupsim.New(sumupsim.Options{BaseURL: "http://127.0.0.1", APIKey: benchKey, MerchantCode: benchMerchant})
}

// serveShop is our side: serveOurs, with the simulator for SumUp.
func serveShop(ctx context.Context, url, dir string) (http.Handler, error) {
	address, err := os.ReadFile(filepath.Join(dir, simulatorFile))
	if err != nil {
		return nil, err
	}
	app, err := ourApp(ctx, url, dir, "SUMUP_BASE_URL="+string(address), "SUMUP_API_KEY="+benchKey, "SUMUP_MERCHANT_CODE="+benchMerchant)
	if err != nil {
		return nil, err
	}
	return app.Handler(nil), nil
}

func (b *bench) buy(ctx context.Context) (err error) {
	b.say("buy: a private PostgreSQL, a shop of %d products and a SumUp", buyProducts)
	cluster, err := db.StartCluster(ctx, db.ClusterOptions{DataDir: filepath.Join(b.work, "buy"), BinDir: b.pgBin, Durable: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.Stop(context.WithoutCancel(ctx))) }()
	if err := db.Migrate(ctx, cluster.URL(), quiet); err != nil {
		return err
	}
	_, variants, err := stock(ctx, cluster.URL(), buyProducts)
	if err != nil {
		return err
	}
	s := &shoppers{variants: variants}
	if s.conn, err = pgx.Connect(ctx, cluster.URL()); err != nil {
		return err
	}
	defer s.conn.Close(context.WithoutCancel(ctx))
	if _, err := s.conn.Exec(ctx, "UPDATE market.stock SET on_hand = 1000000000"); err != nil {
		return err
	}
	postmaster, err := postmasterOf(cluster.Dir())
	if err != nil {
		return err
	}
	sides := map[string]*side{}
	for _, name := range []string{"serve-simulator", "serve-shop", "serve-buy"} {
		dir := filepath.Join(b.work, name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			return err
		}
		if sim := sides["serve-simulator"]; sim != nil {
			if err := os.WriteFile(filepath.Join(dir, simulatorFile), []byte("http://"+sim.addr), 0o600); err != nil {
				return err
			}
		}
		side, err := startSide(ctx, name, cluster.URL(), dir)
		if err != nil {
			return err
		}
		sides[name] = side
		defer func() { err = errors.Join(err, side.stop()) }()
	}
	pair := [2]*side{sides["serve-shop"], sides["serve-buy"]}
	t := table{{"", "", "requests/s", "p50", "p99", "p50, one asks", "server CPU µs/request", "PostgreSQL CPU µs/request", "both, µs"}}
	for _, work := range []struct {
		name string
		goal float64
		make func(context.Context, int) ([][]byte, error)
	}{
		{"the first thing: a new cart", addGoal, s.first},
		{"another thing, into a cart of one", addGoal, s.another},
		{"checkout", checkoutGoal, s.checkouts},
	} {
		if err := b.sold(ctx, &t, pair, postmaster, work.name, work.goal, work.make); err != nil {
			return err
		}
	}
	t.write(b.out, fmt.Sprintf("Buying: %d connections, every request its own cart, SumUp in a process of its own, fsync on. "+
		"Checkout is from the first byte of the request to the 201 with the page to pay on.", connections))
	return nil
}

// buyProducts is how many products there are: orders spread over them.
const buyProducts = 2000

// sold measures one kind of request, on both sides in turn.
func (b *bench) sold(ctx context.Context, t *table, pair [2]*side, postmaster int, name string, goal float64, make func(context.Context, int) ([][]byte, error)) error {
	lists := [2][]sample{}
	for run := range b.runs + 1 {
		for turn := range pair {
			i := (turn + run) % len(pair)
			messages, err := make(ctx, b.requests)
			if err != nil {
				return err
			}
			s, err := measureBusy(ctx, pair[i], postmaster, reading{messages: messages, requests: b.requests})
			if err != nil {
				return fmt.Errorf("%s, %s: %w", pair[i].name, name, err)
			}
			if run > 0 { // the first of each warms pools and plans
				lists[i] = append(lists[i], s)
			}
		}
	}
	var alone [2]time.Duration // of one who asks at a time
	for i := range pair {
		messages, err := make(ctx, b.requests/4)
		if err != nil {
			return err
		}
		quiet, err := press(ctx, pair[i].addr, messages, len(messages), 1)
		if err != nil {
			return err
		}
		alone[i] = percentile(quiet.latencies, 50)
	}
	for i, who := range []string{"ours", "control"} {
		middle := func(of func(sample) float64) float64 { return median(column(lists[i], of)) }
		t.add(name, who, fmt.Sprintf("%.0f", middle(sample.perSecond)), millis(time.Duration(middle(sample.p50))), millis(time.Duration(middle(sample.p99))), millis(alone[i]),
			fmt.Sprintf("%.1f", middle(sample.serverCPU)), fmt.Sprintf("%.1f", middle(sample.postgresCPU)), fmt.Sprintf("%.1f", middle(sample.bothCPU)))
	}
	rate := median(column(lists[0], sample.perSecond))
	both := ratios(column(lists[0], sample.bothCPU), column(lists[1], sample.bothCPU))
	speed, wait := ratioText(ratios(column(lists[0], sample.perSecond), column(lists[1], sample.perSecond))), ""
	if goal == addGoal {
		wait = fmt.Sprintf("goal < %s %s", millis(addP50Goal), verdict(alone[0] < addP50Goal))
	} else {
		speed += fmt.Sprintf(", goal ≥ %d/s %s", checkoutsGoal, verdict(rate >= checkoutsGoal))
	}
	t.add("", "ours ÷ control", speed, "", "", wait, "", "", fmt.Sprintf("%s, goal ≤ %.1f %s", ratioText(both), goal, verdict(median(both) <= goal)))
	return nil
}

// shoppers make requests, each of a browser of its own.
type shoppers struct {
	conn     *pgx.Conn
	variants []string
	next     int
}

func (s *shoppers) variant() string {
	s.next++
	return s.variants[s.next%len(s.variants)]
}

func item(variant string) []byte {
	body, _ := json.Marshal(map[string]any{"kind": "product", "id": variant, "quantity": 1})
	return body
}

// first are requests of browsers without a cart.
func (s *shoppers) first(_ context.Context, count int) (messages [][]byte, err error) {
	for range count {
		messages = append(messages, message(http.MethodPost, issuerHost, "/v1/cart/items", "", item(s.variant())))
	}
	return messages, nil
}

// another are requests of browsers with one thing in their cart.
func (s *shoppers) another(ctx context.Context, count int) (messages [][]byte, err error) {
	tokens, err := s.carts(ctx, count, nil)
	for _, token := range tokens {
		messages = append(messages, withHeaders(message(http.MethodPost, issuerHost, "/v1/cart/items", "", item(s.variant())), "Cookie: __Host-cart="+token))
	}
	return messages, err
}

// checkouts are orders of carts with two things in them.
func (s *shoppers) checkouts(ctx context.Context, count int) (messages [][]byte, err error) {
	var totals []int64
	tokens, err := s.carts(ctx, count, &totals)
	for i, token := range tokens {
		body, err := json.Marshal(map[string]any{"expected_total_minor": totals[i], "contact": map[string]string{"name": "Gwen Ashdown", "email": "gwen@example.org"}})
		if err != nil {
			return nil, err
		}
		messages = append(messages, withHeaders(message(http.MethodPost, issuerHost, "/v1/checkout", "", body),
			"Cookie: __Host-cart="+token, "Idempotency-Key: "+uuid.NewString()))
	}
	return messages, err
}

var endOfHead = regexp.MustCompile(`\r\n\r\n`)

// withHeaders adds header lines to a message.
func withHeaders(message []byte, lines ...string) []byte {
	at := endOfHead.FindIndex(message)[0] + 2
	var head []byte
	for _, l := range lines {
		head = append(append(head, l...), '\r', '\n')
	}
	return append(append(append([]byte{}, message[:at]...), head...), message[at:]...)
}

// carts stores carts as the product does: of one thing, or where totals are wanted of two.
func (s *shoppers) carts(ctx context.Context, count int, totals *[]int64) (tokens []string, err error) {
	prices := map[string]int64{}
	rows, err := s.conn.Query(ctx, "SELECT id, price_minor FROM market.variants")
	if err != nil {
		return nil, err
	}
	var u uuid.UUID
	var price int64
	if _, err := pgx.ForEachRow(rows, []any{&u, &price}, func() error {
		prices[id.Format[string]("var", u)] = price
		return nil
	}); err != nil {
		return nil, err
	}
	var carts, lines [][]any
	now := time.Now().UTC()
	for range count {
		token, cart := seal.Random(), id.New()
		tokens = append(tokens, token)
		carts = append(carts, []any{cart, auth.BrowserCart(token).Key, "GBP", now.AddDate(0, 0, 30), now, now})
		things, total := 1, int64(0)
		if totals != nil {
			things = 2
		}
		for j := range things {
			v := s.variant()
			total += prices[v]
			lines = append(lines, []any{id.New(), cart, "product", v, "Bread", int64(1), prices[v], int32(j + 1), now, now})
		}
		if totals != nil {
			*totals = append(*totals, total)
		}
	}
	if _, err := s.conn.CopyFrom(ctx, pgx.Identifier{"cart", "carts"}, []string{"id", "holder", "currency", "expires_at", "created_at", "updated_at"}, pgx.CopyFromRows(carts)); err != nil {
		return nil, err
	}
	_, err = s.conn.CopyFrom(ctx, pgx.Identifier{"cart", "lines"}, []string{"id", "cart_id", "kind", "thing", "name", "quantity", "added_unit_minor", "position", "created_at", "updated_at"}, pgx.CopyFromRows(lines))
	return tokens, err
}

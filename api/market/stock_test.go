package market_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/idempotency"
	"rose-ash.com/roseash/api/shared/problem"
)

// counted makes a published product whose variants, by their skus, are counted.
func (s *shop) counted(slug string, skus ...string) contract.Product {
	s.t.Helper()
	fields := make([]market.VariantFields, len(skus))
	for i, sku := range skus {
		fields[i] = variant(sku, 125, 100, contract.UnitGram)
		fields[i].TrackStock = ptr(true)
	}
	p, err := s.CreateProduct(s.t.Context(), market.ProductFields{
		Slug: &slug, Name: ptr("P " + slug), Category: ptr("bread"), Variants: &fields})
	if err == nil {
		p, err = s.PublishProduct(s.t.Context(), slug)
	}
	if err != nil {
		s.t.Fatalf("counted(%s): %v", slug, err)
	}
	return p
}

// keyed is the editor's token with an Idempotency-Key.
func keyed(key string) map[string]string { return with(editor, "Idempotency-Key", key) }

var moveKeys atomic.Int64

// move moves stock under a key of its own and fails the test where that is refused.
func (s *shop) move(moves ...market.StockMove) market.StockMoved {
	s.t.Helper()
	moved, err := s.tryMove(moves...)
	if err != nil {
		s.t.Fatalf("MoveStock(%+v): %v", moves, err)
	}
	return moved
}

func (s *shop) tryMove(moves ...market.StockMove) (market.StockMoved, error) {
	request, err := idempotency.For("editor", fmt.Sprintf("test-%d", moveKeys.Add(1)), "POST", "/v1/stock/movements", moves)
	if err != nil {
		return market.StockMoved{}, err
	}
	moved, _, err := s.MoveStock(s.t.Context(), request, "editor", moves)
	return moved, err
}

func change(sku string, by int64, reason market.Reason) market.StockMove {
	return market.StockMove{SKU: sku, Change: &by, Reason: reason}
}

func found(sku string, n int64) market.StockMove {
	return market.StockMove{SKU: sku, Counted: &n, Reason: market.Counted}
}

// reserve gives some of a variant's stock to orders.
func (s *shop) reserve(sku string, n int64) {
	s.t.Helper()
	tag, err := s.pool.Exec(s.t.Context(), `UPDATE market.stock SET reserved = $2
		WHERE variant_id = (SELECT id FROM market.variants WHERE sku = $1)`, sku, n)
	if err != nil || tag.RowsAffected() != 1 {
		s.t.Fatalf("reserve: %v, %v", tag, err)
	}
}

func movements(items ...string) string { return `{"movements":[` + strings.Join(items, ",") + `]}` }

func TestMovementsOverHTTP(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	p := s.counted("rye", "RYE-800", "RYE-400")
	big, small := p.Variants[0].ID, p.Variants[1].ID
	s.product("plain", "bread")
	updated := map[string]int{"market.product_updated": 1, "*": 0}
	const path = "/v1/stock/movements"
	received := movements(`{"sku":"RYE-800","change":12,"reason":"received","note":"Tuesday's bake"}`)
	var first []byte
	apitest.Run(t, s.handler, s.pool, []apitest.Scenario{
		{Name: "before anything moved", URL: "/v1/stock", Header: editor, Status: 200,
			Want:       []string{`"sku":"RYE-400"`, `"on_hand":0`, `"product_slug":"rye"`, `"product_name":"P rye"`},
			NotWant:    []string{"plain-1", "updated_at"},
			WantHeader: map[string]string{"Cache-Control": "private, no-store"}},
		{Name: "the product is out of stock", URL: "/v1/products/rye", Status: 200, Want: []string{`"availability":"out_of_stock"`}},
		{Name: "goods come in", Method: "POST", URL: path, Header: keyed("k-1"), Body: received, Status: 200, Events: updated,
			Want:       []string{`"change":12`, `"on_hand":12`, `"available":12`, `"reason":"received"`, `"note":"Tuesday's bake"`, `"actor":"editor"`, `"sku":"RYE-800"`},
			NotWant:    []string{"RYE-400"},
			WantHeader: map[string]string{"Idempotent-Replayed": "", "Cache-Control": "private, no-store"},
			After:      func(_ *testing.T, _ *http.Response, body []byte) { first = body }},
		{Name: "the same again", Method: "POST", URL: path, Header: keyed("k-1"), Body: " " + received, Status: 200, Events: quiet,
			WantHeader: map[string]string{"Idempotent-Replayed": "true"}, After: func(t *testing.T, _ *http.Response, body []byte) {
				if string(body) != string(first) {
					t.Errorf("the replay is %s, want %s", body, first)
				}
			}},
		{Name: "another under the same key", Method: "POST", URL: path, Header: keyed("k-1"), Body: strings.Replace(received, "12", "13", 1),
			Status: 422, Events: quiet, Want: []string{`"idempotency_key_reused"`}},
		{Name: "without a key", Method: "POST", URL: path, Header: editor, Body: received, Status: 400, Events: quiet,
			Want: []string{`"idempotency_key_required"`, `"header.Idempotency-Key"`}},
		{Name: "with two words for a key", Method: "POST", URL: path, Header: keyed("k 1"), Body: received, Status: 422, Events: quiet, Want: []string{`"header.Idempotency-Key"`}},
		{Name: "with a long key", Method: "POST", URL: path, Header: keyed(strings.Repeat("k", 256)), Body: received, Status: 422, Events: quiet, Want: []string{`"header.Idempotency-Key"`}},
		{Name: "a sale at the counter", Method: "POST", URL: path, Header: keyed("k-2"), Status: 200, Events: quiet,
			Body: movements(`{"variant":"` + string(big) + `","change":-2,"reason":"counter_sale"}`), Want: []string{`"on_hand":10`}},
		{Name: "too much is sold", Method: "POST", URL: path, Header: keyed("k-3"), Status: 409, Events: quiet,
			Body: movements(`{"sku":"RYE-400","change":5,"reason":"received"}`, `{"sku":"RYE-800","change":-11,"reason":"counter_sale"}`),
			Want: []string{`"insufficient_stock"`, `"body.movements[1].change"`}, NotWant: []string{"movements[0]"}},
		{Name: "nothing of that was done", URL: "/v1/stock?sku=RYE-400", Header: editor, Status: 200, Want: []string{`"on_hand":0`}},
		{Name: "the key of a refusal is free", Method: "POST", URL: path, Header: keyed("k-3"), Status: 200, Events: quiet,
			Body: movements(`{"sku":"RYE-800","change":-1,"reason":"wasted"}`), Want: []string{`"on_hand":9`}},
		{Name: "a count", Method: "POST", URL: path, Header: keyed("k-4"), Status: 200, Events: quiet,
			Body: movements(`{"sku":"RYE-800","counted":7,"reason":"counted"}`), Want: []string{`"change":-2`, `"on_hand":7`}},
		{Name: "a count that finds what there is", Method: "POST", URL: path, Header: keyed("k-5"), Status: 200, Events: quiet,
			Body: movements(`{"sku":"RYE-800","counted":7,"reason":"counted"}`), Want: []string{`"movements":[]`, `"on_hand":7`}},
		{Name: "one variant several times, and another", Method: "POST", URL: path, Header: keyed("k-6"), Status: 200, Events: updated,
			Body: movements(`{"sku":"RYE-800","change":3,"reason":"returned"}`, `{"variant":"`+string(small)+`","change":6,"reason":"received"}`,
				`{"sku":"RYE-800","change":-4,"reason":"corrected"}`, `{"sku":"RYE-800","counted":5,"reason":"counted"}`),
			Want: []string{`"on_hand":10`, `"on_hand":6`, `"on_hand":5`}},
		{Name: "all is sold", Method: "POST", URL: path, Header: keyed("k-7"), Status: 200, Events: updated,
			Body: movements(`{"sku":"RYE-800","change":-5,"reason":"counter_sale"}`, `{"sku":"RYE-400","change":-6,"reason":"counter_sale"}`)},
		{Name: "what is not counted", Method: "POST", URL: path, Header: keyed("k-8"), Status: 409, Events: quiet,
			Body: movements(`{"sku":"plain-1","change":1,"reason":"received"}`), Want: []string{`"stock_not_tracked"`, `"body.movements[0].variant"`}},
		{Name: "more than can be counted", Method: "POST", URL: path, Header: keyed("k-9"), Status: 409, Events: quiet,
			Body: movements(`{"sku":"RYE-800","change":1000000000,"reason":"received"}`, `{"sku":"RYE-800","change":1,"reason":"received"}`),
			Want: []string{`"too_much_stock"`, `"body.movements[1].change"`}},
		{Name: "the newest first", URL: path + "?limit=2", Header: editor, Status: 200, Want: []string{`"next_cursor"`, `"change":-6`, `"change":-5`}, NotWant: []string{`"change":12`}},
		{Name: "of one variant", URL: path + "?variant=" + string(small), Header: editor, Status: 200, Want: []string{`"change":6`, `"change":-6`}, NotWant: []string{"RYE-800"}},
		{Name: "of a sku", URL: path + "?sku=RYE-800", Header: editor, Status: 200, Want: []string{`"change":12`}, NotWant: []string{"RYE-400"}},
		{Name: "what is sold out", URL: "/v1/stock?available_max=0&product=rye", Header: editor, Status: 200, Want: []string{"RYE-800", "RYE-400", `"updated_at"`}},
	})
}

func TestMovementsAreRefused(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	s.counted("rye", "RYE-800")
	s.move(change("RYE-800", 5, market.Received))
	s.reserve("RYE-800", 3)
	const canary = apitest.Canary
	const unknown = "var_00000000000000000000000000000000"
	many := make([]string, 201)
	for i := range many {
		many[i] = `{"sku":"RYE-800","change":1,"reason":"received"}`
	}
	var scenarios []apitest.Scenario
	for i, tt := range []struct {
		name, body string
		status     int
		want       string
	}{
		{"none", movements(), 422, `"body.movements"`},
		{"no list", `{}`, 422, `"body`},
		{"null", `{"movements":null}`, 422, `"body.movements"`},
		{"201", movements(many...), 422, `"body.movements"`},
		{"no variant", movements(`{"change":1,"reason":"received"}`), 422, `"body.movements[0].variant"`},
		{"both names", movements(`{"variant":"` + unknown + `","sku":"RYE-800","change":1,"reason":"received"}`), 422, `"body.movements[0].variant"`},
		{"unknown id", movements(`{"variant":"` + unknown + `","change":1,"reason":"received"}`), 422, `"body.movements[0].variant"`},
		{"unknown sku", movements(many[0], `{"sku":"`+canary+`","change":1,"reason":"received"}`), 422, `"body.movements[1].sku"`},
		{"no sku", movements(`{"sku":"` + canary + ` x","change":1,"reason":"received"}`), 422, `"body.movements[0].sku"`},
		{"another kind of id", movements(`{"variant":"prod_00000000000000000000000000000000","change":1,"reason":"received"}`), 422, `"body.movements[0].variant"`},
		{"no reason", movements(`{"sku":"RYE-800","change":1}`), 422, `"body.movements[0]`},
		{"a reason of orders", movements(`{"sku":"RYE-800","change":-1,"reason":"order"}`), 422, `"body.movements[0].reason"`},
		{"another reason", movements(`{"sku":"RYE-800","change":-1,"reason":"` + canary + `"}`), 422, `"body.movements[0].reason"`},
		{"no amount", movements(`{"sku":"RYE-800","reason":"received"}`), 422, `"body.movements[0].change"`},
		{"nothing", movements(`{"sku":"RYE-800","change":0,"reason":"received"}`), 422, `"body.movements[0].change"`},
		{"half a loaf", movements(`{"sku":"RYE-800","change":0.5,"reason":"received"}`), 422, `"body.movements[0].change"`},
		{"a text", movements(`{"sku":"RYE-800","change":"` + canary + `","reason":"received"}`), 422, `"body.movements[0].change"`},
		{"beyond all", movements(`{"sku":"RYE-800","change":1000000001,"reason":"received"}`), 422, `"body.movements[0].change"`},
		{"beyond 64 bits", movements(`{"sku":"RYE-800","change":99999999999999999999,"reason":"received"}`), 422, ``},
		{"below all", movements(`{"sku":"RYE-800","change":-1000000001,"reason":"wasted"}`), 422, `"body.movements[0].change"`},
		{"received below zero", movements(`{"sku":"RYE-800","change":-1,"reason":"received"}`), 422, `"body.movements[0].change"`},
		{"sold above zero", movements(`{"sku":"RYE-800","change":1,"reason":"counter_sale"}`), 422, `"body.movements[0].change"`},
		{"counted by change", movements(`{"sku":"RYE-800","change":1,"reason":"counted"}`), 422, `"body.movements[0].change"`},
		{"counted nothing", movements(`{"sku":"RYE-800","reason":"counted"}`), 422, `"body.movements[0].counted"`},
		{"counted below zero", movements(`{"sku":"RYE-800","counted":-1,"reason":"counted"}`), 422, `"body.movements[0].counted"`},
		{"received by count", movements(`{"sku":"RYE-800","counted":1,"change":1,"reason":"received"}`), 422, `"body.movements[0].counted"`},
		{"a note of two lines", movements(`{"sku":"RYE-800","change":1,"reason":"received","note":"` + canary + `\nx"}`), 422, `"body.movements[0].note"`},
		{"a long note", movements(`{"sku":"RYE-800","change":1,"reason":"received","note":"` + strings.Repeat("é", 501) + `"}`), 422, `"body.movements[0].note"`},
		{"an unknown field", movements(`{"sku":"RYE-800","change":1,"reason":"received","` + canary + `":1}`), 422, ``},
		{"what orders have", movements(`{"sku":"RYE-800","change":-3,"reason":"counter_sale"}`), 409, `"body.movements[0].change"`},
		{"counted less than orders have", movements(`{"sku":"RYE-800","counted":2,"reason":"counted"}`), 409, `"body.movements[0].counted"`},
		{"each that is too much", movements(`{"sku":"RYE-800","change":-2,"reason":"wasted"}`, `{"sku":"RYE-800","change":-1,"reason":"wasted"}`, `{"sku":"RYE-800","counted":0,"reason":"counted"}`),
			409, `[{"location":"body.movements[1].change","message":"expected no more to leave than is available"},{"location":"body.movements[2].counted"`},
	} {
		scenarios = append(scenarios, apitest.Scenario{Name: tt.name, Method: "POST", URL: "/v1/stock/movements", Header: keyed(fmt.Sprint(i)),
			Body: tt.body, Status: tt.status, Want: []string{tt.want}, NotWant: []string{canary}, Events: quiet})
	}
	for _, tt := range []struct {
		url    string
		status int
	}{
		{"/v1/stock?product=no-such", 404},
		{"/v1/stock?product=prod_00000000000000000000000000000000", 404},
		{"/v1/stock?product=" + canary, 404},
		{"/v1/stock?sku=NO-SUCH", 200},
		{"/v1/stock?sku=" + canary + "%20", 422},
		{"/v1/stock?available_max=-1", 422},
		{"/v1/stock?available_max=" + canary, 422},
		{"/v1/stock?available_max=1000000001", 422},
		{"/v1/stock?limit=101", 422},
		{"/v1/stock?cursor=" + canary, 422},
		{"/v1/stock/movements?variant=" + unknown, 404},
		{"/v1/stock/movements?variant=" + canary, 422},
		{"/v1/stock/movements?sku=NO-SUCH", 404},
		{"/v1/stock/movements?sku=RYE-800&variant=" + unknown, 422},
		{"/v1/stock/movements?cursor=" + canary, 422},
	} {
		scenarios = append(scenarios, apitest.Scenario{Name: tt.url, URL: tt.url, Header: editor, Status: tt.status, NotWant: []string{canary}})
	}
	for _, op := range []struct{ method, url, body string }{
		{"GET", "/v1/stock", ""}, {"GET", "/v1/stock/movements", ""}, {"POST", "/v1/stock/movements", movements(many[0])},
	} {
		for status, header := range map[int]map[string]string{401: {}, 403: reader} {
			scenarios = append(scenarios, apitest.Scenario{Name: fmt.Sprint(op.method, op.url, status), Method: op.method, URL: op.url,
				Header: with(header, "Idempotency-Key", "k"), Body: op.body, Status: status, NotWant: []string{"RYE"}, Events: quiet})
		}
	}
	apitest.Run(t, s.handler, s.pool, scenarios)
	if list, err := s.Movements(t.Context(), market.MovementQuery{}); err != nil || len(list.Items) != 1 {
		t.Errorf("%d movements, %v, want the one before the refusals", len(list.Items), err)
	}
}

// What is walked by cursors is each met once.
func TestStockIsWalked(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	skus := []string{"A-1", "A.2", "B-1", "b-2", "c_3", "10", "Z/9"}
	s.counted("rye", skus...)
	for i, sku := range skus {
		s.move(change(sku, int64(i+1), market.Received))
		s.clock.Advance(time.Second)
	}
	levels := map[string]int64{}
	last := ""
	for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
		page := getAs[market.StockList](s, editor, "/v1/stock?limit=2&cursor="+url.QueryEscape(cursor))
		for _, level := range page.Items {
			levels[level.SKU] = level.OnHand
			if level.UpdatedAt == nil || level.Available != level.OnHand {
				t.Errorf("%+v", level)
			}
			last = level.SKU
		}
		cursor = page.NextCursor
	}
	if len(levels) != len(skus) || levels["Z/9"] != 7 {
		t.Errorf("stock %v, the last %s, want each of %v", levels, last, skus)
	}
	var changes []int64
	for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
		page := getAs[market.MovementList](s, editor, "/v1/stock/movements?limit=3&cursor="+url.QueryEscape(cursor))
		for _, m := range page.Items {
			changes = append(changes, m.Change)
		}
		cursor = page.NextCursor
	}
	if fmt.Sprint(changes) != "[7 6 5 4 3 2 1]" {
		t.Errorf("movements %v, want the newest first", changes)
	}
	if page := getAs[market.StockList](s, editor, "/v1/stock?available_max=3"); len(page.Items) != 3 {
		t.Errorf("%d with at most 3, want 3", len(page.Items))
	}
}

// getAs asks with a token and decodes a 200.
func getAs[T any](s *shop, header map[string]string, path string) (v T) {
	s.t.Helper()
	res, body := apitest.Ask(s.t, s.handler, apitest.Scenario{URL: path, Header: header})
	if res.StatusCode != 200 {
		s.t.Fatalf("GET %s = %d %s", path, res.StatusCode, body)
	}
	if err := json.Unmarshal(body, &v); err != nil {
		s.t.Fatalf("%v in %s", err, body)
	}
	return v
}

// Availability is as much as can be ordered, not anything at all; drafts are
// moved in silence; what changed is noted for those who keep lists.
func TestAvailabilityTurns(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	s.counted("rye", "RYE", "RYE-2")
	if _, err := s.pool.Exec(t.Context(), `UPDATE market.variants SET order_step = 5, order_min = 10`); err != nil {
		t.Fatal(err)
	}
	for i, tt := range []struct {
		moves  []market.StockMove
		events int
	}{
		{[]market.StockMove{change("RYE", 9, market.Received)}, 0},
		{[]market.StockMove{change("RYE", 1, market.Received)}, 1},
		{[]market.StockMove{change("RYE", -1, market.Wasted)}, 1},
		{[]market.StockMove{change("RYE", 1, market.Received), change("RYE-2", 20, market.Received)}, 1},
		{[]market.StockMove{change("RYE", 5, market.Received)}, 0},
		{[]market.StockMove{change("RYE", -15, market.CounterSale), change("RYE", 15, market.Returned)}, 0},
		{[]market.StockMove{found("RYE", 0)}, 1},
		{[]market.StockMove{found("RYE", 9)}, 0},
	} {
		if _, err := s.pool.Exec(t.Context(), "DELETE FROM market.changes"); err != nil {
			t.Fatal(err)
		}
		s.events()
		s.move(tt.moves...)
		if got := s.events(); len(got) != tt.events {
			t.Errorf("step %d: events %v, want %d", i, got, tt.events)
		}
		var noted int
		if err := s.pool.QueryRow(t.Context(), "SELECT count(*) FROM market.changes").Scan(&noted); err != nil || noted != tt.events {
			t.Errorf("step %d: %d changes noted, %v, want %d", i, noted, err, tt.events)
		}
	}
	if _, err := s.UnpublishProduct(t.Context(), "rye"); err != nil {
		t.Fatal(err)
	}
	s.events()
	s.move(change("RYE", 100, market.Received))
	if got := s.events(); len(got) != 0 {
		t.Errorf("events of a draft: %v", got)
	}
}

func TestMoveStockInProcess(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	s.counted("rye", "RYE")
	for _, m := range []market.StockMove{{SKU: "RYE", Reason: market.Received}, {SKU: "RYE", Change: ptr(int64(-1)), Reason: market.OrderSent}, {Variant: "x", Change: ptr(int64(1)), Reason: market.Received}} {
		if _, err := s.tryMove(m); problem.Code(err) != "invalid" {
			t.Errorf("%+v: %v, want a 422 invalid", m, err)
		}
	}
}

// What is in the shop of the world, who shops there, and what always holds.

package orders_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/idempotency"
)

// unique numbers what must not be there twice.
var unique atomic.Int64

func ptr[T any](v T) *T { return &v }

// product puts something into the shop that costs so much and is taxed at a rate in basis
// points, stock not counted; change may be nil. It returns the variant's id.
func (w *world) product(name string, priceMinor int64, vatRate int, change func(*market.VariantFields)) contract.VariantID {
	w.t.Helper()
	n := unique.Add(1)
	category, slug := "everything", fmt.Sprintf("%s-%d", strings.ToLower(strings.ReplaceAll(name, " ", "-")), n)
	if one[int](w, "SELECT count(*) FROM market.categories WHERE slug = $1", category) == 0 {
		if _, err := w.Market.CreateCategory(w.t.Context(), market.CategoryFields{Slug: &category, Name: ptr("Everything"), Parent: ptr("")}); err != nil {
			w.t.Fatal(err)
		}
	}
	v := market.VariantFields{SKU: fmt.Sprintf("SKU-%d", n), Name: name, Price: market.Price{AmountMinor: priceMinor, Currency: "GBP"}, VATRate: vatRate,
		Quantity: 1, Unit: contract.UnitEach}
	if change != nil {
		change(&v)
	}
	p, err := w.Market.CreateProduct(w.t.Context(), market.ProductFields{Slug: &slug, Name: &name, Category: &category, Variants: &[]market.VariantFields{v}})
	if err == nil {
		p, err = w.Market.PublishProduct(w.t.Context(), slug)
	}
	if err != nil {
		w.t.Fatalf("product(%s): %v", name, err)
	}
	return p.Variants[0].ID
}

// counted has a product's stock counted.
func counted(v *market.VariantFields) { v.TrackStock = ptr(true) }

// stock receives so much of a variant whose stock is counted.
func (w *world) stock(variant contract.VariantID, change int64) {
	w.t.Helper()
	moves := []market.StockMove{{Variant: variant, Change: &change, Reason: market.Received}}
	request, err := idempotency.For("world", fmt.Sprint("stock-", unique.Add(1)), http.MethodPost, "/v1/stock/movements", moves)
	if err == nil {
		_, _, err = w.Market.MoveStock(w.t.Context(), request, "world", moves)
	}
	if err != nil {
		w.t.Fatalf("stock: %v", err)
	}
}

// reprice changes what a variant costs from now on.
func (w *world) reprice(variant contract.VariantID, minor int64) {
	w.t.Helper()
	r := w.ask(http.MethodPost, "/v1/variants/"+string(variant)+"/prices", bearer("shop"),
		map[string]any{"list": "public", "price": map[string]any{"amount_minor": minor, "currency": "GBP"}})
	if r.Status != http.StatusCreated {
		w.t.Fatalf("reprice = %d %s", r.Status, r.Body)
	}
}

// delivery makes a delivery method of a kind, collection or delivery.
func (w *world) delivery(kind string, feeMinor int64, postcodes ...string) contract.DeliveryID {
	w.t.Helper()
	if postcodes == nil {
		postcodes = []string{}
	}
	u := id.New()
	w.exec(`INSERT INTO orders.delivery_methods (id, name, kind, place, instructions, fee_minor, currency, postcodes, created_at, updated_at)
		VALUES ($1, $2, $3, 'The Barn', 'Ring the bell.', $4, 'GBP', $5, shared.clock(), shared.clock())`, u, "By "+kind, kind, feeMinor, postcodes)
	return id.Format[contract.DeliveryID]("del", u)
}

// slot makes a window that closes after a while, and a slot of a method in it; capacity 0 is
// any number.
func (w *world) slot(method contract.DeliveryID, closesIn time.Duration, capacity int) contract.SlotID {
	w.t.Helper()
	m, _ := id.Parse("del", method)
	window, slot := id.New(), id.New()
	w.exec(`INSERT INTO orders.windows (id, name, opens_at, closes_at, created_at, updated_at)
		VALUES ($1, 'Week', shared.clock() - interval '1 day', shared.clock() + make_interval(secs => $2), shared.clock(), shared.clock())`, window, closesIn.Seconds())
	w.exec(`INSERT INTO orders.slots (id, window_id, delivery_id, starts_at, ends_at, capacity)
		VALUES ($1, $2, $3, date_trunc('hour', shared.clock()) + interval '2 days', date_trunc('hour', shared.clock()) + interval '50 hours', nullif($4, 0))`, slot, window, m, capacity)
	return id.Format[contract.SlotID]("slot", slot)
}

// shopper is somebody with a cart.
type shopper struct {
	w      *world
	Header map[string]string // of their requests
}

// guest is a new browser; it gets its cookie with the first thing that it puts into the cart.
func (w *world) guest() *shopper { return &shopper{w, map[string]string{}} }

// as is whoever has a token: anna, bryn.
func (w *world) as(token string) *shopper { return &shopper{w, bearer(token)} }

// add puts so much of a variant into the cart.
func (s *shopper) add(variant contract.VariantID, quantity int64) *shopper {
	s.w.t.Helper()
	r := s.w.ask(http.MethodPost, "/v1/cart/items", s.Header, map[string]any{"kind": "product", "id": variant, "quantity": quantity})
	if r.Status >= 300 {
		s.w.t.Fatalf("POST /v1/cart/items = %d %s", r.Status, r.Body)
	}
	if cookie, _, _ := strings.Cut(r.Header.Get("Set-Cookie"), ";"); cookie != "" {
		s.Header = with(s.Header, "Cookie", cookie)
	}
	return s
}

// form is what a guest sends to order, for so much; delivery and the rest may be added.
func form(totalMinor int64) map[string]any {
	return map[string]any{"expected_total_minor": totalMinor, "contact": map[string]any{"name": "Gwen Guest", "email": "gwen@example.org"}}
}

// merged is a form with more fields.
func merged(base map[string]any, more map[string]any) map[string]any {
	all := map[string]any{}
	for _, m := range []map[string]any{base, more} {
		for k, v := range m {
			all[k] = v
		}
	}
	return all
}

// order sends a form under a new Idempotency-Key.
func (s *shopper) order(body any) reply {
	s.w.t.Helper()
	return s.w.ask(http.MethodPost, "/v1/checkout", with(s.Header, "Idempotency-Key", fmt.Sprint("order-", unique.Add(1))), body)
}

// buys orders what is in the cart and fails the test where that does not work.
func (s *shopper) buys(totalMinor int64) orders.Order {
	s.w.t.Helper()
	r := s.order(form(totalMinor))
	if r.Status != http.StatusCreated {
		s.w.t.Fatalf("POST /v1/checkout = %d %s", r.Status, r.Body)
	}
	return decodeOrder(s.w.t, r)
}

// sees are the headers by which the shopper sees an order of theirs.
func (s *shopper) sees(o orders.Order) map[string]string {
	if o.Key != "" {
		return with(s.Header, "Order-Key", o.Key)
	}
	return s.Header
}

func decodeOrder(t testing.TB, r reply) (o orders.Order) {
	t.Helper()
	if err := json.Unmarshal(r.Body, &o); err != nil {
		t.Fatalf("%v in %s", err, r.Body)
	}
	return o
}

// uuidOf is an order's id as the database has it.
func uuidOf(o orders.Order) uuid.UUID {
	u, _ := id.Parse("ord", o.ID)
	return u
}

// attempt is the latest attempt to pay an order: its id and its reference.
func (w *world) attempt(o orders.Order) (attempt contract.AttemptID, reference string) {
	w.t.Helper()
	var u uuid.UUID
	err := w.pool.QueryRow(w.t.Context(), "SELECT id, reference FROM orders.payment_attempts WHERE order_id = $1 ORDER BY number DESC LIMIT 1", uuidOf(o)).Scan(&u, &reference)
	if err != nil {
		w.t.Fatalf("the attempt of %s: %v", o.ID, err)
	}
	return id.Format[contract.AttemptID]("pay", u), reference
}

// pay pays an order in the simulator, has it looked at, and returns it as the shop sees it.
func (w *world) pay(o orders.Order) orders.Order {
	w.t.Helper()
	attempt, reference := w.attempt(o)
	if _, err := w.Sim.Pay(reference); err != nil {
		w.t.Fatalf("pay %s: %v", o.ID, err)
	}
	if err := w.Verify(w.t.Context(), attempt, "poll"); err != nil {
		w.t.Fatalf("verify %s: %v", o.ID, err)
	}
	return get[orders.Order](w, "/v1/orders/"+string(o.ID), bearer("shop"))
}

// letters are the kinds of mails to somebody, in their order.
func (w *world) letters(to string) []string {
	w.t.Helper()
	return one[[]string](w, "SELECT coalesce(array_agg(kind ORDER BY id), '{}') FROM public.letters WHERE recipient = $1", to)
}

// letter is the data of the latest mail of a kind.
func (w *world) letter(kind string) (m contract.OrderMail) {
	w.t.Helper()
	if err := json.Unmarshal(one[[]byte](w, "SELECT data FROM public.letters WHERE kind = $1 ORDER BY id DESC LIMIT 1", kind), &m); err != nil {
		w.t.Fatal(err)
	}
	return m
}

// sound fails the test where what is stored does not hold together: stock that is reserved
// for no order, sums that do not add up, events that do not tell the state, numbers with gaps.
func (w *world) sound() {
	w.t.Helper()
	for what, sql := range map[string]string{
		"reserved stock is not that of the reservations": `SELECT count(*) FROM market.stock s
			WHERE s.reserved <> (SELECT coalesce(sum(r.quantity), 0) FROM market.reservations r WHERE r.variant_id = s.variant_id)`,
		"more is reserved than there is": `SELECT count(*) FROM market.stock WHERE reserved > on_hand`,
		"something is reserved for an order that has ended": `SELECT count(*) FROM market.reservations r JOIN orders.orders o ON r.order_id = 'ord_' || replace(o.id::text, '-', '')
			WHERE o.status IN ('cancelled', 'expired', 'fulfilled')`,
		"something is reserved for no order": `SELECT count(*) FROM market.reservations r
			WHERE NOT EXISTS (SELECT FROM orders.orders o WHERE r.order_id = 'ord_' || replace(o.id::text, '-', ''))`,
		"a slot's places are not those of its orders": `SELECT count(*) FROM orders.slots s
			WHERE s.taken <> (SELECT count(*) FROM orders.orders o WHERE o.slot_id = s.id AND o.status NOT IN ('cancelled', 'expired'))`,
		"an order's lines do not add up": `SELECT count(*) FROM orders.orders o WHERE (o.gross_minor, o.discount_minor, o.deposit_minor)
			IS DISTINCT FROM (SELECT (sum(l.gross_minor)::bigint, sum(l.discount_minor)::bigint, sum(l.deposit_minor)::bigint) FROM orders.order_lines l WHERE l.order_id = o.id)`,
		"an order's money is not that of the ledger": `SELECT count(*) FROM orders.orders o, LATERAL (SELECT coalesce(sum(g.amount_minor) FILTER (WHERE g.kind = 'payment'), 0) AS paid,
			-coalesce(sum(g.amount_minor) FILTER (WHERE g.kind <> 'payment'), 0) AS refunded FROM orders.ledger g WHERE g.order_id = o.id) m
			WHERE o.payment_status <> 'review' AND (o.paid_minor, o.refunded_minor) <> (m.paid, m.refunded)`,
		"an invoice is missing or not needed": `SELECT count(*) FROM orders.orders o
			WHERE (o.status IN ('paid', 'part_fulfilled', 'fulfilled')) AND NOT EXISTS (SELECT FROM orders.documents d WHERE d.order_id = o.id AND d.kind = 'invoice')`,
		"numbers of documents have gaps": `SELECT count(*) FROM (SELECT kind, count(*) AS n, max(number) AS last FROM orders.documents GROUP BY kind) d
			JOIN orders.counters c ON c.name = d.kind WHERE d.n <> d.last OR d.last <> c.value`,
		"events do not follow each other": `SELECT count(*) FROM (SELECT before_hash, sequence, lag(after_hash) OVER w AS last, row_number() OVER w AS place
			FROM orders.order_events WINDOW w AS (PARTITION BY order_id ORDER BY sequence)) e WHERE e.before_hash IS DISTINCT FROM e.last OR e.sequence <> e.place`,
		"an order's last event does not tell its state": `SELECT count(*) FROM orders.orders o, LATERAL (SELECT after FROM orders.order_events e WHERE e.order_id = o.id ORDER BY sequence DESC LIMIT 1) e
			WHERE (e.after ->> 'status', e.after ->> 'payment_status', e.after ->> 'fulfilment_status', (e.after ->> 'paid_minor')::bigint, (e.after ->> 'refunded_minor')::bigint)
				IS DISTINCT FROM (o.status, o.payment_status, o.fulfilment_status, o.paid_minor, o.refunded_minor)
			OR (SELECT jsonb_agg(jsonb_build_array(l ->> 'quantity', l ->> 'fulfilled', l ->> 'refunded_minor')) FROM jsonb_array_elements(e.after -> 'lines') l)
				IS DISTINCT FROM (SELECT jsonb_agg(jsonb_build_array(l.quantity::text, l.fulfilled::text, l.refunded_minor::text) ORDER BY l.position) FROM orders.order_lines l WHERE l.order_id = o.id)`,
	} {
		if n := one[int](w, sql); n != 0 {
			w.t.Errorf("%s: %d", what, n)
		}
	}
}

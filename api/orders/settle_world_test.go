package orders_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"rose-ash.com/roseash/api/cart"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/orders/sumup"
	"rose-ash.com/roseash/api/orders/sumupsim"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/idempotency"
	"rose-ash.com/roseash/api/shared/mail"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// wristwatch is the machine's clock, moved on: with it moves that of the database and of the
// simulator.
type wristwatch struct {
	mu sync.Mutex
	by time.Duration
}

// Now implements clock.Clock.
func (w *wristwatch) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().UTC().Add(w.by).Truncate(time.Microsecond)
}

// till is a shop that is paid by the simulator: real tables, real HTTP, both ways.
type till struct {
	t testing.TB
	*orders.Service
	pool   *db.Pool
	url    string // of the database
	watch  *wristwatch
	sim    *sumupsim.Server
	market *market.Service
	bus    *bus.Bus
	wire   *wire
	hooks  *httptest.Server
	bread  contract.Variant
}

// wire counts what is asked of SumUp.
type wire struct {
	next  http.RoundTripper
	mu    sync.Mutex
	calls int
	at    func() // before each request leaves, and after each answer has come; may be nil
}

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	w.calls++
	at := w.at
	w.mu.Unlock()
	if at != nil {
		at()
	}
	res, err := w.next.RoundTrip(r)
	if at != nil {
		at()
	}
	return res, err
}

func (w *wire) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls
}

// tillOptions differ from test to test.
type tillOptions struct {
	failedIsFinal bool
	stock         int64
	timeout       time.Duration // of a call of SumUp's; 0: longer than a busy machine needs, and too long for what hangs
	seed          uint64
}

const shifting = `
CREATE TABLE public.shift (by interval NOT NULL);
INSERT INTO public.shift VALUES ('0');
CREATE OR REPLACE FUNCTION shared.clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS
	$$ SELECT clock_timestamp() + by FROM public.shift $$`

func newTill(t testing.TB, o tillOptions) *till {
	t.Helper()
	w := &till{t: t, url: dbtest.URL(t), watch: &wristwatch{}}
	var err error
	w.pool, err = db.Open(t.Context(), db.Options{URL: w.url, Name: "till", MaxConns: 16, StatementTimeout: patience, AcquireTimeout: patience})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.pool.Close)
	w.exec(shifting)
	w.sim, err = sumupsim.Listen("127.0.0.1:0", sumupsim.Options{FailedIsFinal: o.failedIsFinal, Now: w.watch.Now, Seed: o.seed})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.sim.Close)
	router := chi.NewRouter()
	w.hooks = httptest.NewServer(router)
	t.Cleanup(w.hooks.Close)
	w.build(w.hooks.URL, w.sim.URL, o.timeout)
	w.Mount(router)
	w.stock(max(o.stock, 1))
	return w
}

// build makes the services, as the program does.
func (w *till) build(base, sim string, timeout time.Duration) {
	w.t.Helper()
	sites, err := urls.New(base, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	key := seal.New([]byte(strings.Repeat("k", seal.KeySize)))
	w.bus = bus.New(w.pool, nil, bus.Workers(2), bus.StopWithin(patience))
	mails, err := mail.New(mail.Options{Pool: w.pool, Clock: w.watch, Key: key, Bus: w.bus, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		w.t.Fatal(err)
	}
	w.market = market.New(w.pool, w.watch)
	w.wire = &wire{next: &http.Transport{MaxIdleConnsPerHost: 16}}
	if timeout == 0 {
		timeout = 30 * time.Second // less than a look lasts for the others
	}
	log := io.Discard
	if os.Getenv("ORDERS_TEST_LOG") != "" {
		log = os.Stderr
	}
	w.Service = orders.New(orders.Options{
		Pool: w.pool, Clock: w.watch, Key: key, Bus: w.bus, Mail: mails, Sites: sites, Log: slog.New(slog.NewTextHandler(log, nil)),
		Cart:      cart.New(cart.Options{Pool: w.pool, Clock: w.watch, Owners: map[contract.LineKind]cart.Owner{contract.ProductLine: w.market}}),
		Suppliers: map[contract.LineKind]orders.Supplier{contract.ProductLine: w.market},
		People:    nobodies{},
		Settings: func(context.Context) (contract.SiteSettings, error) {
			return contract.SiteSettings{Timezone: "UTC"}, nil
		},
		Provider: sumup.New(sumup.Options{HTTP: &http.Client{Transport: w.wire}, BaseURL: sim, APIKey: "sup_sk_test",
			MerchantCode: sumupsim.Merchant, Timeout: timeout, Pause: 10 * time.Millisecond, Clock: w.watch}),
		MerchantCode: sumupsim.Merchant, Currency: "GBP",
	})
	w.Jobs()
}

type nobodies struct{}

func (nobodies) Person(context.Context, contract.UserID) (string, string, error) {
	return "Anna Ashdown", "anna@example.org", nil
}

// stock puts so many loaves on the shelf.
func (w *till) stock(n int64) {
	w.t.Helper()
	ctx := w.t.Context()
	if _, err := w.market.CreateCategory(ctx, market.CategoryFields{Slug: of("bakery"), Name: of("Bakery"), Parent: of("")}); err != nil {
		w.t.Fatal(err)
	}
	p, err := w.market.CreateProduct(ctx, market.ProductFields{Slug: of("rye"), Name: of("Rye loaf"), Category: of("bakery"),
		Variants: &[]market.VariantFields{{SKU: "RYE", Name: "Rye", Price: market.Price{AmountMinor: 325, Currency: "GBP"}, Quantity: 800, Unit: contract.UnitGram, TrackStock: of(true)}}})
	if err == nil {
		p, err = w.market.PublishProduct(ctx, "rye")
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.bread = p.Variants[0]
	request, err := idempotency.For("test", "stock", "POST", "/", nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, _, err := w.market.MoveStock(ctx, request, "test", []market.StockMove{{SKU: "RYE", Change: &n, Reason: market.Received}}); err != nil {
		w.t.Fatal(err)
	}
}

func of[T any](v T) *T { return &v }

// placed is an order that was placed, with its first attempt.
type placed struct {
	order, attempt uuid.UUID
	public         contract.OrderID
	user           contract.UserID
	reference      string // of the attempt
	total          int64
}

// shopperContext is somebody who has signed in.
func shopperContext(ctx context.Context, user contract.UserID) context.Context {
	return auth.WithPrincipal(ctx, auth.Principal{Name: string(user), User: user, Scopes: []string{auth.ScopeCartWrite, auth.ScopeAccountRead}})
}

func shopContext(ctx context.Context) context.Context {
	return auth.WithPrincipal(ctx, auth.Principal{Name: "shop", User: "user_000000000000000000000000000000aa", Scopes: []string{auth.ScopeOrdersRead, auth.ScopeOrdersWrite}})
}

// place orders so many loaves for a new user.
func (w *till) place(loaves int64) placed {
	w.t.Helper()
	p, err := w.tryPlace(loaves)
	if err != nil {
		w.t.Fatalf("Checkout: %v", err)
	}
	return p
}

func (w *till) tryPlace(loaves int64) (p placed, err error) {
	ctx := context.WithoutCancel(w.t.Context())
	p = placed{user: id.Format[contract.UserID]("user", id.New()), total: loaves * 325}
	cartID := id.New()
	if _, err := w.pool.Exec(ctx, `INSERT INTO cart.carts (id, holder, currency, expires_at, created_at, updated_at)
		VALUES ($1, $2, 'GBP', shared.clock() + interval '1 year', shared.clock(), shared.clock())`, cartID, string(p.user)); err != nil {
		return p, err
	}
	if _, err := w.pool.Exec(ctx, `INSERT INTO cart.lines (id, cart_id, kind, thing, quantity, added_unit_minor, position, created_at, updated_at)
		VALUES ($1, $2, 'product', $3, $4, 325, 1, shared.clock(), shared.clock())`, id.New(), cartID, string(w.bread.ID), loaves); err != nil {
		return p, err
	}
	request, err := idempotency.For(string(p.user), "one", "POST", "/v1/checkout", nil)
	if err != nil {
		return p, err
	}
	answer, err := w.Checkout(shopperContext(ctx, p.user), request, nil, netip.Prefix{}, orders.NewOrder{ExpectedTotalMinor: p.total})
	if err != nil {
		return p, err
	}
	p.public = answer.Order.ID
	p.order, _ = id.Parse("ord", p.public)
	return p, w.pool.QueryRow(ctx, "SELECT id, reference FROM orders.payment_attempts WHERE order_id = $1 ORDER BY number DESC LIMIT 1", p.order).Scan(&p.attempt, &p.reference)
}

func (w *till) exec(sql string, args ...any) {
	w.t.Helper()
	if _, err := w.pool.Exec(context.WithoutCancel(w.t.Context()), sql, args...); err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
}

// text is the first column of the first row, as text.
func (w *till) text(sql string, args ...any) (text string) {
	w.t.Helper()
	if err := w.pool.QueryRow(context.WithoutCancel(w.t.Context()), "SELECT ("+sql+")::text", args...).Scan(&text); err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
	return text
}

func (w *till) number(sql string, args ...any) (n int64) {
	w.t.Helper()
	if err := w.pool.QueryRow(context.WithoutCancel(w.t.Context()), sql, args...).Scan(&n); err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// stands tells an order's status, its payment's, and its attempts': "paid paid paid".
func (w *till) stands(order uuid.UUID) string {
	w.t.Helper()
	return w.text(`SELECT concat_ws(' ', o.status, o.payment_status, (SELECT string_agg(a.status, ',' ORDER BY a.number) FROM orders.payment_attempts a WHERE a.order_id = o.id))
		FROM orders.orders o WHERE o.id = $1`, order)
}

func (w *till) wantStands(order uuid.UUID, want string) {
	w.t.Helper()
	if got := w.stands(order); got != want {
		w.t.Errorf("the order stands at %q, want %q", got, want)
	}
}

// all is what there is to say of the orders, for a test that failed.
func (w *till) all() string {
	return w.text(`SELECT string_agg(concat_ws(' ', o.status, o.payment_status, a.status, a.provider_status, a.fault, a.verify_tries, a.verify_due - shared.clock(), r.status, r.fault, r.due - shared.clock()), E'\n' ORDER BY a.created_at DESC)
		FROM (SELECT * FROM orders.orders ORDER BY placed_at DESC LIMIT 3) o LEFT JOIN orders.payment_attempts a ON a.order_id = o.id LEFT JOIN orders.refunds r ON r.order_id = o.id`)
}

// pay pays at the simulator.
func (w *till) pay(reference string) string {
	w.t.Helper()
	transaction, err := w.sim.Pay(reference)
	if err != nil {
		w.t.Fatalf("Pay: %v; %s", err, w.all())
	}
	return transaction
}

// plan changes how SumUp misbehaves.
func (w *till) plan(p sumupsim.Plan) {
	w.t.Helper()
	if err := w.sim.SetPlan(p); err != nil {
		w.t.Fatal(err)
	}
}

// hook posts a webhook and returns its status and body.
func (w *till) hook(body any) string {
	w.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	res, err := http.Post(w.WebhookURL(), "application/json", strings.NewReader(string(raw)))
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	return fmt.Sprintf("%d %q", res.StatusCode, text)
}

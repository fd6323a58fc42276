// The world that all tests of orders share: a shop with goods on a database of its own, the
// real cart and market, the simulator of SumUp's over HTTP, and the API in front on a server
// that webhooks reach. newWorld makes one; what a test needs of it:
//
//   - w.product, w.stock, w.delivery, w.slot put things into the shop;
//   - w.guest and w.as are shoppers, who add things and order them;
//   - w.ask sends a request; w.pay pays in the simulator and has the attempt looked at;
//   - w.run works the jobs; without it nothing happens in the background;
//   - w.advance moves every clock: the services', the database's and the simulator's;
//   - w.sound fails the test where an invariant of the stored orders does not hold.

package orders_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/cart"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/orders/sumup"
	"rose-ash.com/roseash/api/orders/sumupsim"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// patience is for a busy machine; no test waits that long when all is well.
const patience = 60 * time.Second

// People of the world; their tokens are the names of the variables.
var (
	anna   = contract.UserID("user_0000000000000000000000000000000a")
	bryn   = contract.UserID("user_0000000000000000000000000000000b")
	keeper = contract.UserID("user_0000000000000000000000000000000c") // runs it
)

// tokens are who may do what: anna and bryn are members, shop runs the shop, clerk may only
// look at orders, narrow acts for anna and may not touch her cart, program acts for nobody.
var tokens = apitest.Tokens{
	"anna":    {Name: string(anna), User: anna, Scopes: []string{auth.ScopeAccountWrite, auth.ScopeCartWrite}},
	"bryn":    {Name: string(bryn), User: bryn, Scopes: []string{auth.ScopeAccountWrite, auth.ScopeCartWrite}},
	"shop":    {Name: string(keeper), User: keeper, Scopes: []string{auth.ScopeAccountWrite, auth.ScopeCartWrite, auth.ScopeOrdersWrite, auth.ScopeMarketWrite}},
	"clerk":   {Name: "client_clerk", Client: "client_clerk", Scopes: []string{auth.ScopeOrdersRead}},
	"narrow":  {Name: string(anna), User: anna, Client: "client_narrow", Scopes: []string{auth.ScopeMarketWrite}},
	"program": {Name: "client_program", Client: "client_program", Scopes: []string{auth.ScopeCartWrite, auth.ScopeAccountRead}},
}

// movable is a clock that runs, and can be moved.
type movable struct{ ahead atomic.Int64 }

// Now implements clock.Clock.
func (m *movable) Now() time.Time {
	return time.Now().Add(time.Duration(m.ahead.Load())).UTC().Truncate(time.Microsecond)
}

// people knows who has signed in.
type people map[contract.UserID][2]string

// Person implements orders.People.
func (p people) Person(_ context.Context, user contract.UserID) (name, email string, err error) {
	return p[user][0], p[user][1], nil
}

// letters is a queue of mails that are never sent: they are rows of the test's database, there
// if and only if the transaction is.
type letters struct{}

// Queue implements mail.Queue.
func (letters) Queue(ctx context.Context, tx pgx.Tx, m contract.Mail) error {
	data, err := json.Marshal(m.Data)
	if err == nil {
		_, err = tx.Exec(ctx, "INSERT INTO public.letters (kind, recipient, data) VALUES ($1, $2, $3)", m.Kind, m.To, data)
	}
	return err
}

// worldOptions are what a test's world differs in.
type worldOptions struct {
	Conns  int32            // sessions of the database; 16
	Sim    sumupsim.Options // of the simulator
	Change func(*orders.Options)
	Log    *slog.Logger
}

// world is the shop.
type world struct {
	t testing.TB
	*orders.Service
	Market  *market.Service
	Cart    *cart.Service
	Sim     *sumupsim.Sim
	pool    *db.Pool
	bus     *bus.Bus
	clock   *movable
	handler http.Handler
	url     string // of the API
	client  *http.Client
}

func newWorld(t testing.TB, change ...func(*worldOptions)) *world {
	t.Helper()
	o := worldOptions{Conns: 16, Log: slog.New(slog.DiscardHandler)}
	for _, fn := range change {
		fn(&o)
	}
	w := &world{t: t, clock: &movable{}, client: &http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: 128}}}
	var err error
	w.pool, err = db.Open(context.Background(), db.Options{URL: dbtest.URL(t), Name: "dbtest", MaxConns: o.Conns, StatementTimeout: patience, AcquireTimeout: patience})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.pool.Close)
	w.exec("CREATE TABLE public.letters (id bigserial PRIMARY KEY, kind text NOT NULL, recipient text NOT NULL, data jsonb NOT NULL)")

	o.Sim.Now = w.clock.Now
	if o.Sim.MerchantCode == "" {
		o.Sim.MerchantCode = "MROSE"
	}
	if w.Sim, err = sumupsim.New(o.Sim); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Sim.Close)
	sim := httptest.NewServer(w.Sim)
	t.Cleanup(sim.Close)

	front := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.handler.ServeHTTP(rw, r) }))
	t.Cleanup(front.Close)
	w.url = front.URL
	sites, err := urls.New(w.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.bus = bus.New(w.pool, o.Log)
	w.Market = market.New(w.pool, w.clock)
	w.Cart = cart.New(cart.Options{Pool: w.pool, Clock: w.clock, Owners: map[contract.LineKind]cart.Owner{contract.ProductLine: w.Market}})
	options := orders.Options{
		Pool: w.pool, Clock: w.clock, Key: seal.New(make([]byte, seal.KeySize)), Bus: w.bus, Mail: letters{}, Sites: sites, Log: o.Log,
		Cart: w.Cart, Suppliers: map[contract.LineKind]orders.Supplier{contract.ProductLine: w.Market},
		People: people{anna: {"Anna Ashdown", "anna@example.org"}, bryn: {"Bryn", "bryn@example.org"}, keeper: {"Shop", "shop@example.org"}},
		Settings: func(context.Context) (contract.SiteSettings, error) {
			return contract.SiteSettings{Timezone: "Europe/London"}, nil
		},
		Provider: sumup.New(sumup.Options{HTTP: w.client, BaseURL: sim.URL, APIKey: "sup_sk_test", MerchantCode: o.Sim.MerchantCode, Timeout: 30 * time.Second}),

		MerchantCode: o.Sim.MerchantCode, Currency: "GBP",
	}
	if o.Change != nil {
		o.Change(&options)
	}
	w.Service = orders.New(options)
	w.Jobs()
	w.handler = api.NewHandler(api.HandlerOptions{
		Log: o.Log, Sites: sites, Deadline: patience,
		Routes:     []api.Routes{w.Service.Routes, w.Cart.Routes, w.Market.Routes},
		Middleware: []func(huma.API) api.Middleware{func(a huma.API) api.Middleware { return auth.Middleware(a, tokens) }},
		Plain:      []func(chi.Router){w.Mount},
	})
	return w
}

// run works the jobs to the end of the test.
func (w *world) run() {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	end := make(chan error, 1)
	go func() { end <- w.bus.Run(ctx) }()
	w.t.Cleanup(func() {
		cancel()
		if err := <-end; err != nil && !errors.Is(err, bus.ErrJobsLeft) {
			w.t.Errorf("Run = %v", err)
		}
	})
}

// advance moves every clock but River's own: jobs that are to be done later are not done sooner.
func (w *world) advance(by time.Duration) {
	w.t.Helper()
	ahead := time.Duration(w.clock.ahead.Add(int64(by)))
	w.exec(fmt.Sprintf(`CREATE OR REPLACE FUNCTION shared.clock() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE AS
		$$ SELECT clock_timestamp() + interval '%d microseconds' $$`, ahead.Microseconds()))
}

// exec runs a statement in the database.
func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	if _, err := w.pool.Exec(context.Background(), sql, args...); err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
}

// one is the only value that a query finds.
func one[T any](w *world, sql string, args ...any) (v T) {
	w.t.Helper()
	if err := w.pool.QueryRow(context.Background(), sql, args...).Scan(&v); err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// reply is an answer over HTTP.
type reply struct {
	Status int
	Header http.Header
	Body   []byte
}

// code is the code of a problem document.
func (r reply) code() string {
	var d struct{ Code string }
	_ = json.Unmarshal(r.Body, &d)
	return d.Code
}

// ask sends a request over HTTP; body is nil, a string as it stands, or what is marshalled.
func (w *world) ask(method, path string, header map[string]string, body any) reply {
	w.t.Helper()
	r, err := w.tryAsk(method, path, header, body)
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

// tryAsk is ask for goroutines: it fails by its answer.
func (w *world) tryAsk(method, path string, header map[string]string, body any) (reply, error) {
	var text []byte
	switch b := body.(type) {
	case nil:
	case string:
		text = []byte(b)
	default:
		var err error
		if text, err = json.Marshal(b); err != nil {
			return reply{}, err
		}
	}
	r, err := http.NewRequestWithContext(context.Background(), method, w.url+path, bytes.NewReader(text))
	if err != nil {
		return reply{}, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	res, err := w.client.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	text, err = io.ReadAll(res.Body)
	return reply{res.StatusCode, res.Header, text}, err
}

// get reads what is at a path and decodes a 200.
func get[T any](w *world, path string, header map[string]string) (v T) {
	w.t.Helper()
	r := w.ask(http.MethodGet, path, header, nil)
	if r.Status != http.StatusOK {
		w.t.Fatalf("GET %s = %d %s", path, r.Status, r.Body)
	}
	if err := json.Unmarshal(r.Body, &v); err != nil {
		w.t.Fatalf("%v in %s", err, r.Body)
	}
	return v
}

// with is some headers and one more.
func with(header map[string]string, name, value string) map[string]string {
	more := maps.Clone(header)
	if more == nil {
		more = map[string]string{}
	}
	more[name] = value
	return more
}

// bearer is the headers of a request with a token.
func bearer(token string) map[string]string {
	return map[string]string{"Authorization": "Bearer " + token}
}

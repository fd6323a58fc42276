package cart_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/cart"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// shelf stands in for the domain that things belong to.
type shelf struct {
	mu     sync.Mutex
	offers map[string]contract.Offer
	member map[string]int64 // what members pay
}

// Offers implements cart.Owner.
func (s *shelf) Offers(_ context.Context, _ pgx.Tx, ids []string, buyer contract.Buyer) (map[string]contract.Offer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := map[string]contract.Offer{}
	for _, one := range ids {
		if o, ok := s.offers[one]; ok {
			if price, less := s.member[one]; less && buyer.Member {
				o.Price.AmountMinor = price
			}
			found[one] = o
		}
	}
	return found, nil
}

// set changes an offer.
func (s *shelf) set(one string, change func(*contract.Offer)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.offers[one]
	change(&o)
	s.offers[one] = o
}

func (s *shelf) remove(one string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.offers, one)
}

// variant is the id of the nth thing on the shelf.
func variant(n int) string { return "var_" + strings.Repeat("0", 31) + string("0123456789abcdef"[n]) }

// noNetwork is where requests in process come from.
var noNetwork = netip.MustParsePrefix("127.0.0.1/32")

// Things on the shelf.
var (
	bread   = variant(1) // 3.25, no VAT, bakery
	cola    = variant(2) // 1.20 with 20 % VAT, deposit 0.25, 10 at the most, 4 left
	oats    = variant(3) // by weight: 2.50 a kg, from 100 g on in steps of 50 g
	eggs    = variant(4) // 2.00, members 1.80
	bratkes = variant(5) // in euros
	hidden  = variant(9) // nowhere
)

const (
	bakery = contract.CategoryID("cat_0000000000000000000000000000000a")
	drinks = contract.CategoryID("cat_0000000000000000000000000000000b")
)

func pounds(minor int64) contract.Money { return contract.Money{AmountMinor: minor, Currency: "GBP"} }

func offer(one, name string, price int64, category contract.CategoryID) contract.Offer {
	return contract.Offer{Kind: contract.ProductLine, ID: one, Name: name, SKU: strings.ToUpper(name), Slug: name, Price: pounds(price), PublicPrice: pounds(price),
		Deposit: pounds(0), Quantity: 1, Unit: contract.UnitEach, OrderStep: 1, OrderMin: 1, CategoryIDs: []contract.CategoryID{category}}
}

func newShelf() *shelf {
	s := &shelf{offers: map[string]contract.Offer{}, member: map[string]int64{eggs: 180}}
	s.offers[bread] = offer(bread, "bread", 325, bakery)
	s.offers[cola], s.offers[oats] = offer(cola, "cola", 120, drinks), offer(oats, "oats", 250, bakery)
	s.offers[eggs], s.offers[bratkes] = offer(eggs, "eggs", 200, bakery), offer(bratkes, "bratkes", 300, bakery)
	four := int64(4)
	s.set(cola, func(o *contract.Offer) {
		o.VATRate, o.Deposit, o.OrderMax, o.Available = 2000, pounds(25), 10, &four
	})
	s.set(oats, func(o *contract.Offer) {
		o.SoldByWeight, o.Quantity, o.Unit, o.OrderStep, o.OrderMin = true, 1000, contract.UnitGram, 50, 100
	})
	s.set(bratkes, func(o *contract.Offer) { o.Price.Currency, o.PublicPrice.Currency = "EUR", "EUR" })
	return s
}

// world is carts on a database of their own, with the API in front.
type world struct {
	t testing.TB
	*cart.Service
	pool    *db.Pool
	clock   *clock.Manual
	shelf   *shelf
	handler http.Handler
}

// People and programs, by their tokens.
var (
	ada        = contract.UserID("user_000000000000000000000000000000ad")
	bob        = contract.UserID("user_000000000000000000000000000000b0")
	principals = apitest.Tokens{
		"ada":     {Name: string(ada), User: ada, Scopes: []string{auth.ScopeCartWrite}},
		"bob":     {Name: string(bob), User: bob, Scopes: []string{auth.ScopeCartWrite}},
		"reader":  {Name: string(ada), User: ada, Client: "app_1", Scopes: []string{auth.ScopeAccountRead}},
		"program": {Name: "app_2", Client: "app_2", Scopes: []string{auth.ScopeCartWrite}},
		"shop":    {Name: "user_000000000000000000000000000000c0", User: "user_000000000000000000000000000000c0", Scopes: []string{auth.ScopeOrdersWrite, auth.ScopeCartWrite}},
		"clerk":   {Name: "user_000000000000000000000000000000c1", User: "user_000000000000000000000000000000c1", Scopes: []string{auth.ScopeOrdersRead}},
	}
)

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, pool: dbtest.New(t), clock: clock.NewManual(time.Date(2026, 5, 1, 9, 30, 0, 0, time.UTC)), shelf: newShelf()}
	return w.serve(map[contract.LineKind]cart.Owner{contract.ProductLine: w.shelf})
}

func (w *world) serve(owners map[contract.LineKind]cart.Owner) *world {
	w.Service = cart.New(cart.Options{Pool: w.pool, Clock: w.clock, Owners: owners})
	w.handler = api.NewHandler(api.HandlerOptions{
		Log:        slog.New(slog.DiscardHandler),
		Routes:     []api.Routes{w.Routes},
		Middleware: []func(huma.API) api.Middleware{func(a huma.API) api.Middleware { return auth.Middleware(a, principals) }},
	})
	return w
}

// shopper is a browser or a client with a token.
type shopper struct {
	w      *world
	token  string // of the API
	cookie string // of the cart
	from   string // its address; the machine itself
}

func (w *world) browser() *shopper           { return &shopper{w: w} }
func (w *world) user(token string) *shopper  { return &shopper{w: w, token: token} }
func (s *shopper) header() map[string]string { return s.with() }

// with is the shopper's headers and more, in pairs of name and value.
func (s *shopper) with(more ...string) map[string]string {
	h := map[string]string{}
	if s.token != "" {
		h["Authorization"] = "Bearer " + s.token
	}
	if s.cookie != "" {
		h["Cookie"] = auth.CartCookie + "=" + s.cookie
	}
	if s.from != "" {
		h["X-Forwarded-For"] = s.from
	}
	for i := 0; i < len(more); i += 2 {
		h[more[i]] = more[i+1]
	}
	return h
}

// ask sends a request and keeps the cookie that comes back.
func (s *shopper) ask(method, url, body string, more ...string) (*http.Response, []byte) {
	s.w.t.Helper()
	res, text := apitest.Ask(s.w.t, s.w.handler, apitest.Scenario{Method: method, URL: url, Body: body, Header: s.with(more...)})
	for _, c := range res.Cookies() {
		if c.Name == auth.CartCookie {
			s.cookie = c.Value
		}
	}
	return res, text
}

// cart is what the shopper sees, after a request that must succeed.
func (s *shopper) cart(method, url, body string, more ...string) (c cart.Cart) {
	s.w.t.Helper()
	res, text := s.ask(method, url, body, more...)
	if res.StatusCode != http.StatusOK {
		s.w.t.Fatalf("%s %s = %d %s", method, url, res.StatusCode, text)
	}
	if err := json.Unmarshal(text, &c); err != nil {
		s.w.t.Fatal(err)
	}
	return c
}

func (s *shopper) see() cart.Cart { s.w.t.Helper(); return s.cart("GET", "/v1/cart", "") }

func (s *shopper) add(one string, quantity int64) cart.Cart {
	s.w.t.Helper()
	return s.cart("POST", "/v1/cart/items", item(one, quantity))
}

// refused is the code of a problem.
func (s *shopper) refused(method, url, body string, more ...string) string {
	s.w.t.Helper()
	res, text := s.ask(method, url, body, more...)
	var p struct{ Code string }
	if err := json.Unmarshal(text, &p); err != nil || res.StatusCode < 400 {
		s.w.t.Fatalf("%s %s = %d %s, want a refusal", method, url, res.StatusCode, text)
	}
	return p.Code
}

func item(one string, quantity int64, more ...any) string {
	fields := map[string]any{"kind": "product", "id": one, "quantity": quantity}
	for i := 0; i < len(more); i += 2 {
		fields[more[i].(string)] = more[i+1]
	}
	b, _ := json.Marshal(fields)
	return string(b)
}

// ctx is that of a request by the shopper, for what has no operation.
func (s *shopper) ctx() context.Context {
	ctx := s.w.t.Context()
	if p, ok := principals[s.token]; ok {
		ctx = auth.WithPrincipal(ctx, p)
	}
	return auth.WithCartToken(ctx, s.cookie)
}

// order is a new order's id.
func order() contract.OrderID { return id.Format[contract.OrderID]("ord", id.New()) }

// take makes an order of the shopper's cart in a transaction of its own.
func (s *shopper) take(o contract.OrderID, email string, ifMatch *int64) (taken contract.TakenCart, err error) {
	err = db.InTx(s.ctx(), s.w.pool, func(tx pgx.Tx) (err error) {
		taken, err = s.w.Take(s.ctx(), tx, o, email, ifMatch)
		return err
	})
	return taken, err
}

// takeSlowly is take in a transaction that goes on for a while, as an order's does.
func (s *shopper) takeSlowly(o contract.OrderID, email string) (taken contract.TakenCart, err error) {
	err = db.InTx(s.ctx(), s.w.pool, func(tx pgx.Tx) (err error) {
		if taken, err = s.w.Take(s.ctx(), tx, o, email, nil); err != nil {
			return err
		}
		_, err = tx.Exec(s.ctx(), "SELECT pg_sleep(0.02)")
		return err
	})
	return taken, err
}

// giveBack ends an order unpaid.
func (w *world) giveBack(taken contract.TakenCart, o contract.OrderID) {
	w.t.Helper()
	if err := w.tryGiveBack(taken, o); err != nil {
		w.t.Fatalf("GiveBack: %v", err)
	}
}

func (w *world) tryGiveBack(taken contract.TakenCart, o contract.OrderID) error {
	lines := make([]contract.ReturnedLine, len(taken.Lines))
	for i, l := range taken.Lines {
		lines[i] = contract.ReturnedLine{Kind: l.Offer.Kind, ID: l.Offer.ID, Quantity: l.Quantity, Note: l.Note, AddedUnitMinor: l.Offer.Price.AmountMinor}
	}
	ctx := context.WithoutCancel(w.t.Context())
	return db.InTx(ctx, w.pool, func(tx pgx.Tx) error {
		if err := w.LockFor(ctx, tx, taken.ID); err != nil {
			return err
		}
		return w.GiveBack(ctx, tx, taken.ID, o, lines)
	})
}

// signIn merges the browser's cart into a user's, as signing in does.
func (w *world) signIn(user contract.UserID, cookie string) error {
	ctx := context.WithoutCancel(w.t.Context())
	return db.InTx(ctx, w.pool, func(tx pgx.Tx) error {
		return w.Merge(ctx, tx, contract.SignedIn{User: user}, contract.Visitor{Cart: cookie})
	})
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	if _, err := w.pool.Exec(context.WithoutCancel(w.t.Context()), sql, args...); err != nil {
		w.t.Fatal(err)
	}
}

// number is the first column of the first row.
func (w *world) number(sql string, args ...any) (n int64) {
	w.t.Helper()
	if err := w.pool.QueryRow(context.WithoutCancel(w.t.Context()), sql, args...).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// quantities is what is in a cart, by thing.
func quantities(c cart.Cart) map[string]int64 {
	all := map[string]int64{}
	for _, l := range c.Lines {
		all[l.Offer.ID] += l.Quantity
	}
	return all
}

func sameQuantities(t testing.TB, c cart.Cart, want map[string]int64) {
	t.Helper()
	if got := quantities(c); !maps.Equal(got, want) {
		t.Errorf("the cart has %v, want %v", got, want)
	}
}

// notices are those of the line of a thing, as words.
func notices(c cart.Cart, one string) string {
	var all []string
	for _, l := range c.Lines {
		if l.Offer.ID == one {
			for _, n := range l.Notices {
				all = append(all, string(n.Code))
			}
		}
	}
	return strings.Join(all, " ")
}

// discount makes a discount.
func (w *world) discount(body string) (d cart.DiscountCode) {
	w.t.Helper()
	res, text := w.user("shop").ask("POST", "/v1/discounts", body)
	if res.StatusCode != http.StatusCreated {
		w.t.Fatalf("a discount = %d %s", res.StatusCode, text)
	}
	if err := json.Unmarshal(text, &d); err != nil {
		w.t.Fatal(err)
	}
	return d
}

func (w *world) erase(user contract.UserID) {
	w.t.Helper()
	if err := db.InTx(w.t.Context(), w.pool, func(tx pgx.Tx) error { return w.Erase(w.t.Context(), tx, user) }); err != nil {
		w.t.Fatalf("Erase: %v", err)
	}
}

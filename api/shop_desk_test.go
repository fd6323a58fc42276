package api_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/orders/sumupsim"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
	"rose-ash.com/roseash/db/dbtest"
)

// desk is a shopkeeper at a browser without scripts, in a shop that takes payments by the
// simulator.
type desk struct {
	*keeper
	pool    *db.Pool
	sim     *sumupsim.Sim
	product contract.Product
	rye     contract.Variant
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	sim, err := sumupsim.New(sumupsim.Options{APIKey: "sup_sk_desk", MerchantCode: "MDESK"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	provider := httptest.NewServer(sim)
	t.Cleanup(provider.Close)
	sites, err := urls.New("http://localhost:8080", nil)
	if err != nil {
		t.Fatal(err)
	}
	pool := dbtest.New(t)
	app, err := api.New(api.AppOptions{Pool: pool, Log: slog.New(slog.DiscardHandler), Config: config.Config{DataDir: t.TempDir(), Sites: sites, Currency: "GBP",
		SumUp: config.SumUp{BaseURL: provider.URL, APIKey: config.NewSecret("sup_sk_desk"), MerchantCode: "MDESK"}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	keeper := &keeper{t: t, app: app, handler: app.Handler(nil), as: shopkeeper()}
	keeper.as.User = "user_0000000000000000000000000000000c"
	keeper.as.Scopes = append(keeper.as.Scopes, auth.ScopeOrdersWrite)
	d := &desk{keeper: keeper, pool: pool, sim: sim}
	d.stockUp()
	return d
}

// stockUp puts rye loaves on the shelf: ten of them, with gluten in them.
func (d *desk) stockUp() {
	d.t.Helper()
	slug, name, text := "bread", "Bread", "Rye loaf"
	if _, err := d.app.Market.CreateCategory(d.t.Context(), market.CategoryFields{Slug: &slug, Name: &name}); err != nil {
		d.t.Fatal(err)
	}
	counted, productSlug := true, "rye-loaf"
	allergens := []contract.Allergen{}
	for _, code := range contract.AllergenCodes {
		a := contract.Allergen{Code: code, State: contract.FreeOf}
		if code == contract.Gluten {
			a.State, a.Detail = contract.Contains, "rye"
		}
		allergens = append(allergens, a)
	}
	p, err := d.app.Market.CreateProduct(d.t.Context(), market.ProductFields{Slug: &productSlug, Name: &text, Category: &slug, Allergens: &allergens,
		Variants: &[]market.VariantFields{{SKU: "RYE-800", Name: "800 g", Price: market.Price{AmountMinor: 420, Currency: "GBP"}, Quantity: 800, Unit: contract.UnitGram, TrackStock: &counted}}})
	if err == nil {
		p, err = d.app.Market.PublishProduct(d.t.Context(), p.Slug)
	}
	if err != nil {
		d.t.Fatal(err)
	}
	d.product, d.rye = p, p.Variants[0]
	page := d.get("/shop/stock/?sku=RYE-800")
	d.want(d.send("/shop/stock/", page.fields, map[string]string{"sku": "RYE-800", "reason": "received", "amount": "10"}), 200, "Recorded.")
}

// order has a member order so many loaves.
func (d *desk) order(loaves int, delivery, slot string) string {
	d.t.Helper()
	return d.orderTotal(loaves, 420*int64(loaves), delivery, slot)
}

// orderTotal has a member put loaves into the cart, and order all of it for so much.
func (d *desk) orderTotal(loaves int, totalMinor int64, delivery, slot string) string {
	d.t.Helper()
	was := d.as
	d.as = &auth.Principal{Name: "user_member", User: contract.UserID("user_" + strings.Repeat("0", 31) + "a"), Scopes: []string{auth.ScopeCartWrite, auth.ScopeAccountRead}}
	defer func() { d.as = was; d.header = nil }()
	d.ask(http.MethodPost, "/v1/cart/items", map[string]any{"kind": "product", "id": d.rye.ID, "quantity": loaves}, nil)
	d.header = map[string]string{"Idempotency-Key": id.New().String()}
	var order struct {
		ID     string `json:"id"`
		Totals contract.Totals
	}
	body := map[string]any{"expected_total_minor": totalMinor, "contact": map[string]any{"name": "Wren <b>Hollis</b>", "email": "wren@example.org"},
		"accept_terms": true, "accept_cancellation": true, "note": "Ring twice"}
	if delivery != "" {
		body["delivery"], body["slot"] = delivery, slot
	}
	d.ask(http.MethodPost, "/v1/checkout", body, &order)
	return order.ID
}

// ask asks the API as whoever has signed in.
func (d *desk) ask(method, at string, body, to any) {
	d.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		d.t.Fatal(err)
	}
	res, text := d.do(method, at, "application/json", strings.NewReader(string(raw)))
	if res.StatusCode >= 300 {
		d.t.Fatalf("%s %s = %d %s", method, at, res.StatusCode, text)
	}
	if to != nil {
		if err := json.Unmarshal([]byte(text), to); err != nil {
			d.t.Fatal(err)
		}
	}
}

// pay pays an order in the simulator, and has its attempt looked at.
func (d *desk) pay(order string) {
	d.t.Helper()
	u, _ := id.Parse("ord", order)
	var attempt uuid.UUID
	var reference string
	if err := d.pool.QueryRow(d.t.Context(), "SELECT id, reference FROM orders.payment_attempts WHERE order_id = $1 ORDER BY number DESC LIMIT 1", u).Scan(&attempt, &reference); err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.sim.Pay(reference); err != nil {
		d.t.Fatal(err)
	}
	if err := d.app.Orders.Verify(d.t.Context(), id.Format[contract.AttemptID]("pay", attempt), "poll"); err != nil {
		d.t.Fatal(err)
	}
}

// open makes a way to collect and a window with two slots, by their forms.
func (d *desk) open() (delivery, slot string) {
	d.t.Helper()
	page := d.want(d.get("/shop/delivery/"), 200, "There is none yet")
	page = d.get("/shop/delivery/new/")
	page = d.want(d.send("/shop/delivery/new/", page.fields, map[string]string{"name": "At the barn", "place": "The barn", "fee": "one"}), 422, "expected an amount such as 3.25", "At the barn")
	d.want(d.send("/shop/delivery/new/", page.fields, map[string]string{"fee": ""}), 200, "Added.", "At the barn", "they collect it", "offered")

	page = d.get("/shop/windows/new/")
	now := time.Now().In(time.UTC)
	at := func(days int) string { return now.AddDate(0, 0, days).Format("2006-01-02T15:04") }
	day := now.AddDate(0, 0, 5).Format(time.DateOnly)
	typed := map[string]string{"name": "Week 49", "opens_at": at(-1), "closes_at": at(3), "slots[0].day": day, "slots[0].from": "16:00", "slots[0].to": "18:00", "slots[0].capacity": "none",
		"slots[1].day": day, "slots[1].from": "18:00", "slots[1].to": "19:00", "slots[1].capacity": "2"}
	page = d.want(d.send("/shop/windows/new/", page.fields, map[string]string{"more": "yes"}), 200, "Slot 8")
	page = d.want(d.send("/shop/windows/new/", page.fields, with(typed, "more", "")), 422, "expected a number above zero")
	page = d.want(d.send("/shop/windows/new/", page.fields, map[string]string{"slots[0].capacity": ""}), 200, "Added.", "Week 49", "16:00 to 18:00", "0 of 2")
	window := d.first(page, `/shop/windows/win_[0-9a-f]+/`)
	page = d.get(window)
	page = d.want(d.send(window, page.fields, map[string]string{"slots[1].capacity": "3", "name": "The week"}), 200, "Saved.", "The week")
	if page.fields["slots[1].capacity"] != "3" || page.fields["slots[0].capacity"] != "" {
		d.t.Errorf("the slots are %v", page.fields)
	}
	return page.fields["slots[0].delivery"], page.fields["slots[0].id"]
}

// first is the first address of a kind that a page leads to.
func (d *desk) first(page seen, pattern string) string {
	d.t.Helper()
	at := regexp.MustCompile(pattern).FindString(page.body)
	if at == "" {
		d.t.Fatalf("%s leads to no %s", page.at, pattern)
	}
	return at
}

func with(m map[string]string, name, value string) map[string]string {
	m[name] = value
	return m
}

// one reads a number.
func (d *desk) one(sql string) (n int) {
	d.t.Helper()
	if err := d.pool.QueryRow(d.t.Context(), sql).Scan(&n); err != nil {
		d.t.Fatal(err)
	}
	return n
}

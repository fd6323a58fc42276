package api_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// buyer is somebody at a browser without scripts, which keeps its cookies.
type buyer struct {
	*desk
	cookies map[string]string
	as      *auth.Principal // who has signed in; nil: nobody
	header  map[string]string
}

func (d *desk) buyer() *buyer { return &buyer{desk: d, cookies: map[string]string{}} }

// visit sends a request and follows redirects within the site, as browsers do.
func (b *buyer) visit(method, at string, form url.Values) (seen, *http.Response) {
	b.t.Helper()
	for hops := 0; ; hops++ {
		var body io.Reader = http.NoBody
		if form != nil {
			body = strings.NewReader(form.Encode())
		}
		ctx := b.t.Context()
		if b.as != nil {
			ctx = auth.WithPrincipal(ctx, *b.as)
		}
		r := httptest.NewRequestWithContext(ctx, method, at, body)
		r.Host, r.RemoteAddr = "localhost:8080", "127.0.0.1:40000"
		if form != nil {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		for name, value := range b.header {
			r.Header.Set(name, value)
		}
		for name, value := range b.cookies {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		w := httptest.NewRecorder()
		b.handler.ServeHTTP(w, r)
		res := w.Result()
		for _, c := range res.Cookies() {
			b.cookies[c.Name] = c.Value
		}
		to := res.Header.Get("Location")
		if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "/") || hops == 5 {
			s := seen{status: res.StatusCode, at: at, body: w.Body.String(), fields: map[string]string{}}
			doc, err := html.Parse(strings.NewReader(s.body))
			if err != nil {
				b.t.Fatal(err)
			}
			readFields(doc, s.fields)
			return s, res
		}
		at, _, _ = strings.Cut(to, "#")
		method, form = http.MethodGet, nil
	}
}

func (b *buyer) see(at string) seen {
	b.t.Helper()
	s, _ := b.visit(http.MethodGet, at, nil)
	return s
}

// fill sends a form with some fields changed.
func (b *buyer) fill(at string, fields, changes map[string]string) seen {
	b.t.Helper()
	s, _ := b.submit(at, fields, changes)
	return s
}

func (b *buyer) submit(at string, fields, changes map[string]string) (seen, *http.Response) {
	b.t.Helper()
	all := maps.Clone(fields)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, changes)
	form := url.Values{}
	for name, value := range all {
		form.Set(name, value)
	}
	return b.visit(http.MethodPost, at, form)
}

// says is a page with a status and some texts, and without others that begin with an exclamation mark.
func (b *buyer) says(s seen, status int, texts ...string) seen {
	b.t.Helper()
	if s.status != status {
		b.t.Errorf("%s = %d, want %d\n%.2000s", s.at, s.status, status, s.body)
	}
	for _, text := range texts {
		without, not := strings.CutPrefix(text, "!")
		if strings.Contains(s.body, without) == not {
			b.t.Errorf("%s: %q, %v\n%s", s.at, without, not, s.body[max(0, strings.Index(s.body, "<main")):])
		}
	}
	return s
}

// add puts loaves into the cart by the product page's form.
func (b *buyer) add(quantity, price string) seen {
	b.t.Helper()
	return b.fill("/cart/add/", nil, map[string]string{"variant": string(b.rye.ID), "quantity": quantity, "price": price})
}

// lineIn is the id of the first line on a page of the cart.
func lineIn(s seen) string {
	return regexp.MustCompile(`/cart/lines/(line_[0-9a-f]{32})/`).FindStringSubmatch(s.body + `/cart/lines/line_00000000000000000000000000000000/`)[1]
}

// TestCartPages goes through the cart by its forms alone.
func TestCartPages(t *testing.T) {
	b := newDesk(t).buyer()
	b.says(b.see("/cart/"), 200, "There is nothing in it yet", "!Your orders")
	price := b.rye.Price.AmountMinor
	page := b.says(b.add("2", strconv.FormatInt(price-10, 10)), 200, "Rye loaf is in your cart. It costs", "the page that you came from said", `class="cart-count">1<`, "Go to checkout")
	if b.cookies[auth.CartCookie] == "" {
		t.Fatal("the browser has no cookie of its cart")
	}
	b.says(b.see("/fragments/cart-mini"), 200, "1 thing", "Rye loaf", `href="/cart/"`, "!<html")
	line := lineIn(page)
	at := "/cart/lines/" + line + "/"
	b.says(b.fill(at, nil, map[string]string{"quantity": "3"}), 200, "Changed.", `value="3"`)
	b.says(b.fill(at, nil, map[string]string{"quantity": "two"}), 422, "Say how much as a whole number.", `aria-invalid="true"`, `value="two"`)
	b.says(b.fill(at, nil, map[string]string{"quantity": "99999999"}), 422, "!Changed.")
	b.says(b.fill(at, nil, map[string]string{"note": " cut, <please> "}), 200, "cut, &lt;please&gt;")
	b.says(b.fill("/cart/", nil, map[string]string{"note": "Ring twice."}), 200, "Your note is stored.", "Ring twice.")
	b.says(b.fill("/cart/codes/", nil, map[string]string{"code": "NOSUCH"}), 409, "!Use &lt;", `value="NOSUCH"`)
	b.says(b.fill("/cart/lines/line_0/remove/", nil, nil), 422)
	b.says(b.fill("/cart/add/", nil, map[string]string{"variant": "var_00000000000000000000000000000000", "quantity": "1"}), 422, "That is no longer sold.")
	b.says(b.add("-1", ""), 422, "It was not put into your cart")

	// Another browser has another cart, and cannot touch this one.
	other := b.buyer()
	other.says(other.see("/cart/"), 200, "There is nothing in it yet")
	other.says(other.fill(at+"remove/", nil, nil), 404)
	b.says(b.fill(at, nil, map[string]string{"quantity": "0"}), 200, "Removed.", "There is nothing in it yet")
}

// TestCartFromElsewhere: a form from another host, with which browsers send no cookies, begins
// no cart; a page asks, and its button does.
func TestCartFromElsewhere(t *testing.T) {
	b := newDesk(t).buyer()
	b.header = map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8080"}
	asked := b.says(b.add("2", "1"), 200, "Put it into your cart?", `name="quantity" value="2"`)
	if len(b.cookies) > 0 {
		t.Fatalf("it began a cart: %v", b.cookies)
	}
	b.header = nil
	b.says(b.fill("/cart/add/", asked.fields, nil), 200, "Rye loaf is in your cart")
	b.says(b.see("/cart/add/?variant="+string(b.rye.ID)), 200, "Put it into your cart?", `type="number"`)
	b.says(b.see("/cart/add/?variant=var_0"), 404)
	b.says(b.see("/cart/add/"), 200, "Your cart")
	// What another site sends is refused before that.
	b.header = map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}
	b.says(b.add("1", "1"), 403)
}

// collection is a way of delivery with one slot, and terms to be accepted.
func (b *buyer) collection(closesIn time.Duration, capacity int) (method, slot string) {
	b.t.Helper()
	m, w, s := id.New(), id.New(), id.New()
	for _, q := range []struct {
		sql  string
		args []any
	}{
		{`UPDATE orders.settings SET terms = 'We sell, you eat.', cancellation = 'Fresh food stays.', business_name = 'Rose Ash Ltd', invoice_prefix = 'RA-', version = version + 1`, nil},
		{`INSERT INTO orders.delivery_methods (id, name, kind, place, currency, created_at, updated_at) VALUES ($1, 'The barn', 'collection', 'Mill Lane', 'GBP', shared.clock(), shared.clock())`, []any{m}},
		{`INSERT INTO orders.windows (id, name, opens_at, closes_at, created_at, updated_at) VALUES ($1, 'Week', shared.clock() - interval '1 day', shared.clock() + make_interval(secs => $2), shared.clock(), shared.clock())`, []any{w, closesIn.Seconds()}},
		{`INSERT INTO orders.slots (id, window_id, delivery_id, starts_at, ends_at, capacity) VALUES ($1, $2, $3, shared.clock() + interval '2 days', shared.clock() + interval '50 hours', $4)`, []any{s, w, m, capacity}},
	} {
		if _, err := b.pool.Exec(b.t.Context(), q.sql, q.args...); err != nil {
			b.t.Fatal(err)
		}
	}
	return id.Format[string]("del", m), id.Format[string]("slot", s)
}

// TestCheckoutPages orders as a guest, pays, changes and looks at the invoice.
func TestCheckoutPages(t *testing.T) {
	b := newDesk(t).buyer()
	b.says(b.see("/checkout/"), 200, "There is nothing in it yet")
	b.add("3", "")
	method, slot := b.collection(time.Hour, 4)
	page := b.says(b.see("/checkout/"), 200, "You can order as a guest", "The barn", "4 places left", "We sell, you eat.", "Fresh food stays.", "plays at it")
	if page.fields["delivery"] != method || page.fields["slot."+method] != slot {
		t.Errorf("the only way and time are not chosen: %v", page.fields)
	}
	wrong := b.says(b.fill("/checkout/", page.fields, map[string]string{"do": "pay", "slot." + method: "", "note": "Ring <twice>."}), 422, "Say who you are.", "This needs an e-mail address that works.",
		"Choose a time.", "To order, accept the terms of sale.", "Ring &lt;twice&gt;.", `href="#f-email"`)
	filled := map[string]string{"do": "pay", "name": "Ada", "email": "ada@example.org", "accept_terms": "yes", "accept_cancellation": "yes", "slot." + method: slot}
	b.says(b.fill("/checkout/", wrong.fields, changed(filled, "expected", "1")), 409, "Something has changed since you looked", "now; it was £0.01", "!is new")
	b.says(b.fill("/checkout/", wrong.fields, changed(filled, "do", "quote")), 200, `value="Ada"`, "Pay £")

	_, res := b.submit("/checkout/", wrong.fields, filled)
	if res.StatusCode != 303 || !strings.HasPrefix(res.Header.Get("Location"), "http://127.0.0.1:") {
		t.Fatalf("ordering = %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	if policy := res.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' http://127.0.0.1:") {
		t.Errorf("the policy keeps the browser here: %s", policy)
	}
	// The Back button, and another press: the same order.
	_, again := b.submit("/checkout/", wrong.fields, filled)
	if again.Header.Get("Location") != res.Header.Get("Location") {
		t.Errorf("a second press leads to %q, the first to %q", again.Header.Get("Location"), res.Header.Get("Location"))
	}
	order := b.says(b.see("/checkout/"), 200, "Waiting for your payment", `http-equiv="refresh"`, "data-watch=", "Pay £", "Cancel this order")
	own := regexp.MustCompile(`^/orders/ord_[0-9a-f]{32}/[0-9A-Za-z_-]{22}/$`)
	if !own.MatchString(order.at) {
		t.Fatalf("the order is at %s", order.at)
	}
	stranger := b.buyer()
	for _, at := range []string{order.at[:len(order.at)-24] + "/", order.at[:len(order.at)-3] + "x/", order.at[:len(order.at)-24] + "/invoice/", "/orders/ord_0/", order.at + "invoice/"} {
		stranger.says(stranger.see(at), 404, "!Ada")
	}
	_, res = stranger.visit("GET", order.at, nil)
	if res.Header.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(res.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("the page with a key in its address: %v", res.Header)
	}
	b.pay(regexp.MustCompile(`ord_[0-9a-f]{32}`).FindString(order.at))
	paid := b.says(b.see(order.at), 200, "Thank you. It is paid.", "Invoice RA-1", "cereals containing gluten (rye)", "Take less of something", "!http-equiv=\"refresh\"", "!Pay £")
	b.says(b.see(order.at+"invoice/"), 200, "Invoice RA-1", "Rose Ash Ltd", "Rye loaf", "Ada")
	b.says(b.see(order.at+"invoice/?credit=x"), 404)
	b.says(b.fill(order.at+"pay/", nil, map[string]string{"key": "k1"}), 409, "This order is paid already.")
	quantity := regexp.MustCompile(`name="(quantity\.line_[0-9a-f]{32})"`).FindStringSubmatch(paid.body)
	if quantity == nil {
		t.Fatal("there is no form to take less")
	}
	b.says(b.fill(order.at+"edit/", paid.fields, map[string]string{quantity[1]: "9"}), 422, "From 0 to 3.")
	b.says(b.fill(order.at+"edit/", paid.fields, nil), 200, "Everything stays as it was.")
	b.says(b.fill(order.at+"edit/", paid.fields, map[string]string{quantity[1]: "2", "key": "k2"}), 200, "The order is changed.", "It is 2 now, of the 3 that you ordered.", "on its way back, because you took less")
	b.says(b.fill(order.at+"cancel/", nil, map[string]string{"key": "k3"}), 200, "The order is cancelled.", "This order is cancelled")
	b.says(b.fill(order.at+"cancel/", nil, map[string]string{"key": "k4"}), 409, "That cannot be done with the order as it is now.")
}

// member is somebody with an account.
func (b *buyer) member(address string) *auth.Principal {
	b.t.Helper()
	u := id.New()
	if _, err := b.pool.Exec(b.t.Context(), `INSERT INTO identity.users (id, webauthn_handle, created_at, updated_at) VALUES ($1, sha256($2::text::bytea), shared.clock(), shared.clock())`, u, address); err != nil {
		b.t.Fatal(err)
	}
	name := id.Format[string]("user", u)
	return &auth.Principal{Name: name, User: contract.UserID(name), Session: "ses_" + contract.SessionID(strings.Repeat("0", 32)), Scopes: []string{auth.ScopeAccountWrite, auth.ScopeCartWrite}}
}

// changed is a form with one field changed.
func changed(form map[string]string, name, value string) map[string]string {
	form = maps.Clone(form)
	form[name] = value
	return form
}

// TestMemberOrders: who has signed in has a list of their orders, and nobody else's key.
func TestMemberOrders(t *testing.T) {
	b := newDesk(t).buyer()
	b.says(b.see("/orders/"), 200, "Sign in")
	b.as = b.member("bryn@example.org")
	b.says(b.see("/orders/"), 200, "You have ordered nothing yet")
	b.add("1", "")
	page := b.see("/checkout/")
	if s, res := b.submit("/checkout/", page.fields, map[string]string{"do": "pay", "name": "Bryn", "email": "bryn@example.org"}); res.StatusCode != 303 {
		t.Fatalf("ordering = %d\n%s", res.StatusCode, s.body)
	}
	list := b.says(b.see("/orders/"), 200, "waiting for payment")
	at := regexp.MustCompile(`/orders/ord_[0-9a-f]{32}/`).FindString(list.body)
	b.says(b.see(at), 200, "Waiting for your payment", "Your orders")
	b.says(b.see("/checkout/"), 200, "Waiting for your payment") // the cart has become that order
	b.says(b.fill(at+"cancel/", nil, map[string]string{"key": "k1"}), 200, "This order is cancelled", "in your cart again", "To your cart")
	b.says(b.see("/cart/"), 200, "Rye loaf", "Go to checkout")
	b.as = b.member("anna@example.org")
	b.says(b.see(at), 404, "!Bryn")
}

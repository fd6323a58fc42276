package orders_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/shared/contract"
)

// A guest orders, pays, and sees the order again by its key.
func TestGuestOrders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	loaf := w.product("Rye loaf", 325, 0, counted)
	crisps := w.product("Crisps", 120, 2000, nil)
	w.stock(loaf, 5)
	gwen := w.guest().add(loaf, 2).add(crisps, 1)
	view := get[orders.CheckoutView](w, "/v1/checkout", gwen.Header)
	if view.Totals.TotalMinor != 770 || !view.Payments || len(view.Lines) != 2 || len(view.Delivery) != 0 {
		t.Fatalf("the checkout is %+v", view)
	}
	r := gwen.order(merged(form(770), map[string]any{"note": "  ring\r\ntwice "}))
	if r.Status != http.StatusCreated {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	o := decodeOrder(t, r)
	if o.Status != "pending_payment" || o.Payment.Status != "open" || !strings.HasPrefix(o.Payment.URL, "http") || o.Key == "" || o.User != "" ||
		o.Note != "ring\ntwice" || o.Name != "Gwen Guest" || o.ExpiresAt == nil || len(o.Lines) != 2 || o.Totals.VATMinor != 20 {
		t.Errorf("the order is %s", r.Body)
	}
	if got := r.Header.Get("Location"); got != "/v1/orders/"+string(o.ID) {
		t.Errorf("Location = %q", got)
	}
	if left := o.ExpiresAt.Sub(o.PlacedAt); left != orders.HoldLasts {
		t.Errorf("goods are held for %s", left)
	}
	if n := one[int64](w, "SELECT quantity FROM market.reservations"); n != 2 {
		t.Errorf("%d loaves are held", n)
	}
	if got := w.letters("gwen@example.org"); len(got) != 0 {
		t.Errorf("%v were sent before it was paid", got)
	}
	paid := w.pay(o)
	if paid.Status != "paid" || paid.PaymentStatus != "paid" || paid.PaidMinor != 770 || len(paid.Documents) != 1 || paid.Documents[0].Number != "1" || paid.Payment.URL != "" || paid.Key != "" {
		t.Errorf("the paid order is %+v", paid)
	}
	seen := get[orders.Order](w, "/v1/orders/"+string(o.ID), gwen.sees(o))
	if seen.ID != o.ID || seen.Status != "paid" {
		t.Errorf("the guest sees %+v", seen)
	}
	if got := fmt.Sprint(w.letters("gwen@example.org")); got != "[order_paid]" {
		t.Errorf("mails: %s", got)
	}
	m := w.letter("order_paid")
	if m.Link != w.url+"/orders/"+string(o.ID)+"/"+o.Key+"/" || m.Reference != o.Reference || m.Invoice != "1" || len(m.Lines) != 2 || m.Totals.TotalMinor != 770 {
		t.Errorf("the mail is %+v", m)
	}
	w.sound()
}

// A member orders by what their account says of them, and finds the order among theirs.
func TestMemberOrders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	loaf := w.product("Rye loaf", 325, 0, nil)
	a := w.as("anna").add(loaf, 1)
	r := a.order(map[string]any{"expected_total_minor": 325, "contact": map[string]any{"phone": "+44 (0)1422 000000"}})
	if r.Status != http.StatusCreated {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	o := decodeOrder(t, r)
	if o.User != anna || o.Name != "Anna Ashdown" || o.Email != "anna@example.org" || o.Key != "" {
		t.Errorf("the order is %s", r.Body)
	}
	list := get[orders.OrderList](w, "/v1/me/orders", a.Header)
	if len(list.Items) != 1 || list.Items[0].ID != o.ID || list.Items[0].Lines != 1 {
		t.Errorf("her orders are %+v", list)
	}
	if other := get[orders.OrderList](w, "/v1/me/orders", bearer("bryn")); len(other.Items) != 0 {
		t.Errorf("his orders are %+v", other)
	}
	w.pay(o)
	if m := w.letter("order_paid"); m.Link != w.url+"/orders/"+string(o.ID)+"/" {
		t.Errorf("the mail leads to %s", m.Link)
	}
	w.sound()
}

// What costs nothing is paid at once, without any attempt, also where payments are not set up.
func TestFreeOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *worldOptions) { o.Change = func(o *orders.Options) { o.Provider = nil } })
	loaf := w.product("Rye loaf", 325, 0, counted)
	w.stock(loaf, 5)
	w.exec(`INSERT INTO cart.discounts (id, code, name, kind, percent_bp, created_at, updated_at) VALUES (gen_random_uuid(), 'GIFT', 'Gift', 'percent', 10000, shared.clock(), shared.clock())`)
	gwen := w.guest().add(loaf, 2)
	if r := gwen.order(form(650)); r.Status != http.StatusServiceUnavailable || r.code() != "payments_not_configured" {
		t.Fatalf("with something to pay: %d %s", r.Status, r.Body)
	}
	if r := w.ask(http.MethodPost, "/v1/cart/codes", gwen.Header, map[string]any{"code": "gift"}); r.Status >= 300 {
		t.Fatalf("the code: %d %s", r.Status, r.Body)
	}
	r := gwen.order(form(0))
	if r.Status != http.StatusCreated {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	o := decodeOrder(t, r)
	if o.Status != "paid" || o.Payment.Status != "none" || len(o.Documents) != 1 || o.ExpiresAt != nil || o.Key == "" || len(o.Discounts) != 1 {
		t.Errorf("the order is %s", r.Body)
	}
	if n := one[int](w, "SELECT count(*) FROM orders.payment_attempts"); n != 0 {
		t.Errorf("%d attempts", n)
	}
	if got := fmt.Sprint(w.letters("gwen@example.org")); got != "[order_paid]" {
		t.Errorf("mails: %s", got)
	}
	w.sound()
}

// Delivery takes a fee, an address that is served, and a place in a slot.
func TestDelivery(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	loaf := w.product("Rye loaf", 1000, 2000, nil)
	van, barn := w.delivery("delivery", 350, "HX7", "ol"), w.delivery("collection", 0)
	slot := w.slot(barn, time.Hour, 1)
	address := map[string]any{"line1": "12 Rose Lane", "town": "Hebden Bridge", "postcode": "hx7 8ab", "country": "GB"}
	gwen := w.guest().add(loaf, 1)
	for _, tt := range []struct {
		name   string
		total  int64
		more   map[string]any
		status int
		code   string
	}{
		{"no method", 1000, nil, 422, "invalid"},
		{"an unknown method", 1000, map[string]any{"delivery": "del_" + strings.Repeat("0", 32)}, 422, "invalid"},
		{"no address", 1350, map[string]any{"delivery": van}, 422, "invalid"},
		{"an address that is not served", 1350, map[string]any{"delivery": van, "address": merged(address, map[string]any{"postcode": "HX71 8AB"})}, 422, "not_served"},
		{"without the fee", 1000, map[string]any{"delivery": van, "address": address}, 409, "cart_changed"},
		{"no slot", 1000, map[string]any{"delivery": barn}, 422, "invalid"},
		{"another method's slot", 1350, map[string]any{"delivery": van, "slot": slot, "address": address}, 422, "invalid"},
		{"an unknown slot", 1000, map[string]any{"delivery": barn, "slot": "slot_" + strings.Repeat("0", 32)}, 409, "window_closed"},
	} {
		if r := gwen.order(merged(form(tt.total), tt.more)); r.Status != tt.status || r.code() != tt.code {
			t.Errorf("%s: %d %s", tt.name, r.Status, r.Body)
		}
	}
	quote := w.ask(http.MethodPost, "/v1/checkout/quote", gwen.Header, map[string]any{"delivery": van, "address": map[string]any{"postcode": "OL14 5AA"}})
	var q orders.Quote
	if err := json.Unmarshal(quote.Body, &q); err != nil || q.Totals.TotalMinor != 1350 || !q.Served || q.Totals.VATMinor != 225 {
		t.Errorf("the quote is %d %s", quote.Status, quote.Body)
	}
	r := gwen.order(merged(form(1350), map[string]any{"delivery": van, "address": address}))
	if o := decodeOrder(t, r); r.Status != 201 || o.Totals.DeliveryMinor != 350 || o.Address == nil || o.Address.Postcode != "HX7 8AB" || o.Address.Name != "Gwen Guest" || o.Delivery.Kind != "delivery" {
		t.Errorf("the delivered order is %d %s", r.Status, r.Body)
	}
	// One place: the second is told that it is full, and the cart stays.
	o := decodeOrder(t, w.guest().add(loaf, 1).order(merged(form(1000), map[string]any{"delivery": barn, "slot": slot, "address": address})))
	if o.Delivery == nil || o.Delivery.Slot == nil || o.Delivery.Slot.ID != slot || o.EditableUntil == nil || o.Address != nil || o.Delivery.Timezone != "Europe/London" {
		t.Errorf("the collected order is %+v", o)
	}
	late := w.guest().add(loaf, 1)
	if r := late.order(merged(form(1000), map[string]any{"delivery": barn, "slot": slot})); r.Status != 409 || r.code() != "slot_full" {
		t.Errorf("the second: %d %s", r.Status, r.Body)
	}
	view := get[orders.CheckoutView](w, "/v1/checkout", late.Header)
	for _, d := range view.Delivery {
		if d.ID == barn && (!d.Slotted || len(d.Slots) != 1 || *d.Slots[0].Left != 0) || d.ID == van && d.Slotted {
			t.Errorf("it can be had by %+v", d)
		}
	}
	w.pay(o)
	if m := w.letter("order_paid"); !strings.HasPrefix(m.Delivery, "By collection, ") || m.Instructions != "Ring the bell." {
		t.Errorf("the mail says %q, %q", m.Delivery, m.Instructions)
	}
	w.advance(2 * time.Hour)
	if r := late.order(merged(form(1000), map[string]any{"delivery": barn, "slot": slot})); r.Status != 409 || r.code() != "window_closed" {
		t.Errorf("after the close: %d %s", r.Status, r.Body)
	}
	w.sound()
}

// Where the shop has terms they are agreed to, in the words that were shown; these are kept.
func TestTerms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	loaf := w.product("Rye loaf", 325, 0, nil)
	w.exec("UPDATE orders.settings SET terms = '# Fair *play*', cancellation = 'Bread stays sold.', version = 2")
	gwen := w.guest().add(loaf, 1)
	view := get[orders.CheckoutView](w, "/v1/checkout", gwen.Header)
	if view.Terms.Version != 2 || !strings.Contains(view.Terms.TermsHTML, "<em>play</em>") || view.Terms.Cancellation != "Bread stays sold." {
		t.Errorf("the terms are %+v", view.Terms)
	}
	both := map[string]any{"accept_terms": true, "accept_cancellation": true}
	for name, more := range map[string]map[string]any{"neither": {}, "one": {"accept_terms": true}, "the other": {"accept_cancellation": true}} {
		if r := gwen.order(merged(form(325), more)); r.Status != 422 {
			t.Errorf("%s: %d %s", name, r.Status, r.Body)
		}
	}
	if r := gwen.order(merged(merged(form(325), both), map[string]any{"terms_version": 1})); r.Status != 409 || r.code() != "terms_changed" {
		t.Errorf("other words: %d %s", r.Status, r.Body)
	}
	o := decodeOrder(t, gwen.order(merged(merged(form(325), both), map[string]any{"terms_version": 2})))
	if o.Accepted == nil || o.Accepted.Version != 2 || len(o.Accepted.TermsHash) != 64 || o.Accepted.At != o.PlacedAt {
		t.Fatalf("accepted: %+v", o.Accepted)
	}
	w.exec("UPDATE orders.settings SET cancellation = 'No bread.', version = 3")
	if _, err := w.pool.Exec(t.Context(), "UPDATE orders.settings SET terms = 'other'"); err == nil {
		t.Error("other terms are the same version")
	}
	w.pay(o)
	if m := w.letter("order_paid"); m.Cancellation != "Bread stays sold." {
		t.Errorf("the mail says %q", m.Cancellation)
	}
}

// What was out of stock is named, and nothing of the order is left.
func TestOutOfStock(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	loaf, crisps := w.product("Rye loaf", 325, 0, counted), w.product("Crisps", 120, 2000, counted)
	w.stock(loaf, 3)
	w.stock(crisps, 1)
	gwen, eve := w.guest().add(loaf, 2).add(crisps, 1), w.guest().add(loaf, 2).add(crisps, 1)
	gwen.buys(770)
	r := eve.order(form(770))
	if r.Status != 409 || r.code() != "out_of_stock" || !strings.Contains(string(r.Body), "cart.lines[0].quantity") || !strings.Contains(string(r.Body), "only 1 left") ||
		!strings.Contains(string(r.Body), "cart.lines[1].quantity") || !strings.Contains(string(r.Body), "none left") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if n := one[int](w, "SELECT count(*) FROM orders.orders"); n != 1 {
		t.Errorf("%d orders", n)
	}
	if view := get[orders.CheckoutView](w, "/v1/checkout", eve.Header); len(view.Lines) != 2 {
		t.Errorf("the cart has %d lines", len(view.Lines))
	}
	w.sound()
}

// A price that has changed between the cart and the order: a 409 that says what it costs now,
// and nothing stored. No stale total buys.
func TestI13(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	loaf, crisps := w.product("Rye loaf", 325, 0, counted), w.product("Crisps", 120, 2000, nil)
	w.stock(loaf, 5)
	gwen := w.guest().add(loaf, 2).add(crisps, 1)
	w.reprice(loaf, 350)
	key := with(gwen.Header, "Idempotency-Key", "the-one")
	r := w.ask(http.MethodPost, "/v1/checkout", key, form(770))
	if r.Status != 409 || r.code() != "cart_changed" {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	var d struct {
		Errors []struct{ Location, Message string }
	}
	if err := json.Unmarshal(r.Body, &d); err != nil {
		t.Fatal(err)
	}
	want := "[{body.expected_total_minor it is £8.20 now} {cart.lines[0] Rye loaf: £7.00 now} {cart.lines[1] Crisps: £1.20 now}]"
	if got := fmt.Sprint(d.Errors); got != want {
		t.Errorf("it says %s, want %s", got, want)
	}
	for _, table := range []string{"orders.orders", "orders.order_lines", "orders.order_events", "orders.payment_attempts", "market.reservations", "shared.idempotency_keys", "bus.domain_events WHERE kind LIKE 'orders.%'", "cart.carts WHERE status = 'converted'"} {
		if n := one[int](w, "SELECT count(*) FROM "+table); n != 0 && table != "shared.idempotency_keys" || table == "shared.idempotency_keys" && one[int](w, "SELECT count(*) FROM shared.idempotency_keys WHERE key = 'the-one'") != 0 {
			t.Errorf("%s has %d rows", table, n)
		}
	}
	// The cart shows which line it is.
	if cart := w.ask(http.MethodGet, "/v1/cart", gwen.Header, nil); !strings.Contains(string(cart.Body), "price_changed") {
		t.Errorf("the cart says %s", cart.Body)
	}
	// The same key may be used again with what was agreed to.
	r = w.ask(http.MethodPost, "/v1/checkout", key, form(820))
	if o := decodeOrder(t, r); r.Status != 201 || o.Totals.TotalMinor != 820 || o.Lines[0].Offer.Price.AmountMinor != 350 {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	w.sound()
}

// An order is a picture of its moment: nothing of it follows the shop.
func TestOrderIsAPicture(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	loaf := w.product("Rye loaf", 325, 0, func(v *market.VariantFields) {
		v.Allergens = &[]contract.Allergen{{Code: contract.Gluten, State: contract.Contains, Detail: "rye"}}
	})
	gwen := w.guest().add(loaf, 1)
	o := gwen.buys(325)
	w.exec("UPDATE market.products SET name = 'Cake'")
	w.reprice(loaf, 999)
	seen := get[orders.Order](w, "/v1/orders/"+string(o.ID), gwen.sees(o))
	offer := seen.Lines[0].Offer
	if offer.Name != "Rye loaf" || offer.Price.AmountMinor != 325 || seen.Totals.TotalMinor != 325 || offer.LabelHash == "" || len(offer.Allergens) != 14 {
		t.Errorf("the order shows %+v", offer)
	}
	w.pay(o)
	if m := w.letter("order_paid"); len(m.Lines[0].Allergens) != 14 {
		t.Errorf("the mail names %v", m.Lines[0].Allergens)
	}
}

// What no shop sends is refused, echoes nothing, and leaves nothing.
func TestHostileOrders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	loaf := w.product("Rye loaf", 325, 0, nil)
	gwen := w.guest().add(loaf, 1)
	contact := func(name, email, phone string) map[string]any {
		return merged(form(325), map[string]any{"contact": map[string]any{"name": name, "email": email, "phone": phone}})
	}
	for name, body := range map[string]any{
		"no JSON":              `{"expected_total_minor": 325,`,
		"an array":             `[]`,
		"nothing":              `{}`,
		"a total in words":     `{"expected_total_minor":"325","contact":{"name":"a","email":"a@example.org"}}`,
		"a fraction":           `{"expected_total_minor":325.5,"contact":{"name":"a","email":"a@example.org"}}`,
		"a total below zero":   merged(form(-1), nil),
		"an unknown field":     merged(form(325), map[string]any{"total_minor": 1}),
		"no name":              contact("", "gwen@example.org", ""),
		"a name of spaces":     contact("  ", "gwen@example.org", ""),
		"a name of two lines":  contact("Gwen\nBcc: all@example.org", "gwen@example.org", ""),
		"a name that turns":    contact("Gwen \u202e", "gwen@example.org", ""),
		"a long name":          contact(strings.Repeat("n", 121), "gwen@example.org", ""),
		"no address":           contact("Gwen", "", ""),
		"no mailbox":           contact("Gwen", "gwen", ""),
		"a list":               contact("Gwen", "gwen@example.org,eve@example.org", ""),
		"a header":             contact("Gwen", "gwen@example.org\r\nBcc: eve@example.org", ""),
		"a named mailbox":      contact("Gwen", "Gwen <gwen@example.org>", ""),
		"a phone in words":     contact("Gwen", "gwen@example.org", "call me"),
		"a NUL":                contact("Gw\u0000en", "gwen@example.org", ""),
		"a note with a NUL":    merged(form(325), map[string]any{"note": "a\u0000b"}),
		"a long note":          merged(form(325), map[string]any{"note": strings.Repeat("n", 1001)}),
		"a slot of no method":  merged(form(325), map[string]any{"slot": "slot_" + strings.Repeat("0", 32)}),
		"another id":           merged(form(325), map[string]any{"delivery": "slot_" + strings.Repeat("0", 32)}),
		"half an address":      merged(form(325), map[string]any{"address": map[string]any{"line1": "x"}}),
		"a country in words":   merged(form(325), map[string]any{"address": map[string]any{"line1": "x", "town": "y", "postcode": "z", "country": "uk"}}),
		"a postcode of lines":  merged(form(325), map[string]any{"address": map[string]any{"line1": "x", "town": "y", "postcode": "z\nz", "country": "GB"}}),
		"a version of nothing": merged(form(325), map[string]any{"terms_version": -1}),
	} {
		r := gwen.order(body)
		if r.Status != 422 && r.Status != 400 {
			t.Errorf("%s: %d %s", name, r.Status, r.Body)
		}
		for _, echoed := range []string{"gwen@example", "Bcc", "call me"} {
			if strings.Contains(string(r.Body), echoed) {
				t.Errorf("%s: the answer repeats %q", name, echoed)
			}
		}
	}
	for name, tt := range map[string]struct {
		header map[string]string
		status int
		code   string
	}{
		"no key":       {gwen.Header, 400, "idempotency_key_required"},
		"a long key":   {with(gwen.Header, "Idempotency-Key", strings.Repeat("k", 256)), 422, "invalid"},
		"no cart":      {map[string]string{"Idempotency-Key": "k"}, 409, "cart_empty"},
		"no such cart": {map[string]string{"Idempotency-Key": "k", "Cookie": "__Host-cart=nobody"}, 409, "cart_empty"},
		"bad token":    {with(bearer("nobody"), "Idempotency-Key", "k"), 401, "invalid_token"},
		"narrow token": {with(bearer("narrow"), "Idempotency-Key", "k"), 403, "insufficient_scope"},
		"a program":    {with(bearer("program"), "Idempotency-Key", "k"), 403, "forbidden"},
		"old version":  {with(with(gwen.Header, "Idempotency-Key", "k"), "If-Match", `"v99-x"`), 412, "precondition_failed"},
		"no version":   {with(with(gwen.Header, "Idempotency-Key", "k"), "If-Match", `x`), 412, "precondition_failed"},
	} {
		if r := w.ask(http.MethodPost, "/v1/checkout", tt.header, form(325)); r.Status != tt.status || r.code() != tt.code {
			t.Errorf("%s: %d %s", name, r.Status, r.Body)
		}
	}
	if n := one[int](w, "SELECT count(*) FROM orders.orders"); n != 0 {
		t.Errorf("%d orders", n)
	}
	gwen.buys(325)
}

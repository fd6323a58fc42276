package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/id"
)

// TestShopOrders follows an order over the desk by forms alone: from the board to the shelf, into
// hands, and its money back.
func TestShopOrders(t *testing.T) {
	d := newDesk(t)
	d.want(d.get("/shop/orders/"), 200, "Nothing waits to be picked")
	delivery, slot := d.open()
	order := d.order(3, delivery, slot)
	at := "/shop/orders/" + order + "/"
	d.want(d.get("/shop/orders/?state=pay"), 200, "Wren &lt;b&gt;Hollis&lt;/b&gt;", "£12.60", "to pay", "At the barn, ")
	d.want(d.get(at), 200, "to pay", "They can pay now", "Ordered", "who ordered", "Ring twice", "Contains", "cereals containing gluten (rye)")
	d.pay(order)
	d.want(d.get("/shop/orders/"), 200, "to pick", `<span class="shop-order-count">1</span>`)
	d.want(d.get("/shop/orders/?slot="+slot), 200, "£12.60")
	d.want(d.get("/shop/orders/?q=nobody"), 200, "Nothing fits.")

	// The shelf.
	page := d.want(d.get("/shop/pick/"), 200, "1 order", "RYE-800", "Ring twice", "Start picking")
	page = d.want(d.get("/shop/pick/?slot="+slot), 200, "RYE-800", "for 1 order")
	page = d.want(d.send(at+"picking/", map[string]string{"status": "picking", "back": page.fields["back"]}, nil), 200, "Picking has begun", "being picked")
	if !strings.HasPrefix(page.at, "/shop/pick/?") || !strings.Contains(page.at, slot) {
		t.Errorf("after picking the page is %s", page.at)
	}
	d.want(d.send(at+"picking/", map[string]string{"status": "ready"}, nil), 200, "It is ready. Who ordered is told.", "Ready", "you")
	d.want(d.get("/shop/orders/?state=ready"), 200, "£12.60")

	// One loaf is handed over, then another, and the third is short: its price goes back.
	page = d.want(d.get(at+"hand-over/"), 200, "£12.60", "cereals containing gluten")
	line := ""
	for name := range page.fields {
		if strings.HasPrefix(name, "line_") {
			line = name
		}
	}
	if page.fields[line] != "3" || page.fields["key"] == "" {
		t.Fatalf("the form is %v", page.fields)
	}
	d.want(d.send(at+"hand-over/", page.fields, map[string]string{line: "some"}), 422, "expected a whole number")
	d.want(d.send(at+"hand-over/", page.fields, map[string]string{line: "4"}), 422, "expected no more than is left")
	one := map[string]string{line: "1"}
	d.want(d.send(at+"hand-over/", page.fields, one), 200, "Handed over.", "partly handed over", "1 handed over")
	d.want(d.send(at+"hand-over/", page.fields, one), 200, "1 handed over") // the same form again
	page = d.get(at + "hand-over/")
	sure := d.want(d.send(at+"hand-over/", page.fields, map[string]string{line: "1", "final": "yes"}), 200, "Hand over, and pay back £4.20", "Goes back")
	d.want(d.send(at+"hand-over/", sure.fields, map[string]string{"reason": "The rye was sold out."}), 200, "handed over", "of 3 ordered", "There was not enough", "The rye was sold out.")
	d.want(d.send(at+"hand-over/", sure.fields, map[string]string{"reason": "The rye was sold out."}), 200, "handed over")
	d.want(d.get("/shop/orders/?state=done"), 200, "£12.60")
	if n := d.one("SELECT count(*) FROM orders.refunds"); n != 1 {
		t.Errorf("there are %d refunds, want 1", n)
	}

	// A refund is shown before it is made, and made once.
	page = d.want(d.get(at+"refund/"), 200, "at most £8.40")
	d.want(d.send(at+"refund/", page.fields, nil), 422, "say what is to be paid back")
	d.want(d.send(at+"refund/", page.fields, map[string]string{"amount": "8.41"}), 422, "at most £8.40 can go back")
	d.want(d.send(at+"refund/", page.fields, map[string]string{"amount": "1", line: "1"}), 422, "either an amount, or lines")
	sure = d.want(d.send(at+"refund/", page.fields, map[string]string{line: "1", "note": "It was squashed."}), 200, "Pay back £4.20")
	d.want(d.send(at+"refund/", sure.fields, nil), 200, "The refund was asked for", "It was squashed.")
	d.want(d.send(at+"refund/", sure.fields, nil), 200, "It was squashed.")
	if n := d.one("SELECT count(*) FROM orders.refunds"); n != 2 {
		t.Errorf("there are %d refunds, want 2", n)
	}
	d.want(d.send(at+"cancel/", d.get(at+"cancel/").fields, nil), 409, "Nothing was changed")

	// Papers.
	d.want(d.get(at+"packing-slip/"), 200, "At the barn", "cereals containing gluten (rye)", "Ring twice")
	d.want(d.get(at+"invoice/"), 200, "Invoice", "£12.60", "Wren &lt;b&gt;Hollis&lt;/b&gt;")
	d.want(d.get(at+"credit-notes/99/"), 404)
	d.want(d.get("/shop/orders/ord_none/"), 404)
}

// TestShopCancelsOrders: one that is not paid, and one that is.
func TestShopCancelsOrders(t *testing.T) {
	d := newDesk(t)
	delivery, slot := d.open()
	at := "/shop/orders/" + d.order(2, delivery, slot) + "/"
	page := d.want(d.get(at+"cancel/"), 200, "Nobody has paid for it")
	d.want(d.send(at+"cancel/", page.fields, nil), 200, "Cancelled.", "cancelled")
	d.want(d.get("/shop/orders/?state=ended"), 200, "£8.40")

	// Its loaves are in the cart again: one more makes three.
	order := d.orderTotal(1, 1260, delivery, slot)
	d.pay(order)
	at = "/shop/orders/" + order + "/"
	page = d.want(d.get(at+"cancel/"), 200, "Cancel, and pay back £12.60")
	d.want(d.send(at+"cancel/", page.fields, map[string]string{"reason": "The van <b>broke</b> down."}), 200, "Cancelled.", "The van &lt;b&gt;broke&lt;/b&gt; down.", "It was cancelled")
	d.want(d.send(at+"cancel/", page.fields, map[string]string{"reason": "The van <b>broke</b> down."}), 200, "Cancelled.")
	if n := d.one("SELECT count(*) FROM orders.refunds"); n != 1 {
		t.Errorf("there are %d refunds, want 1", n)
	}
}

// TestShopSells sells over the counter: found by its sku, counted, paid in cash.
func TestShopSells(t *testing.T) {
	d := newDesk(t)
	d.want(d.get("/shop/sell/"), 200, "Nothing is being sold")
	page := d.want(d.get("/shop/sell/?q=rye-800"), 200, "Rye loaf", "£4.20")
	field := "sell." + string(d.product.ID) + "." + string(d.rye.ID)
	if page.fields[field] != "1" || page.fields["q"] != "" {
		t.Fatalf("after a scan the form is %v", page.fields)
	}
	d.want(d.get("/shop/sell/?q=RYE-800&"+field+"=1"), 200, "£8.40")
	d.want(d.get("/shop/sell/?q=nothing+like+it&"+field+"=1"), 200, "Nothing was found", "£4.20")
	d.want(d.get("/shop/sell/?"+field+"=2&remove="+field), 200, "Nothing is being sold")
	page = d.want(d.get("/shop/sell/?"+field+"=2&cash=20&discount=0.40&discount_note=Yesterday%27s"), 200, "£8.00", "Change of £20.00: £12.00", "Yesterday&#39;s")
	d.want(d.send("/shop/sell/", page.fields, map[string]string{"method": "cash", field: "x"}), 422, "expected a whole number")
	d.want(d.send("/shop/sell/", page.fields, map[string]string{"method": "cash", field: "11"}), 409, "there is only 10")
	sold := d.want(d.send("/shop/sell/", page.fields, map[string]string{"method": "cash"}), 200, "Change <b>£12.00</b>", "£8.00", "Paid in cash: £20.00 given")
	again := d.send("/shop/sell/", page.fields, map[string]string{"method": "cash"})
	if again.at != sold.at {
		t.Errorf("sent again it is sold at %s, want %s", again.at, sold.at)
	}
	if n := d.one("SELECT count(*) FROM orders.orders"); n != 1 {
		t.Errorf("there are %d orders, want 1", n)
	}
	d.want(d.get("/shop/orders/?state=done"), 200, "Sold at the counter", "£8.00")
	d.want(d.get("/shop/stock/?sku=RYE-800"), 200, "Sold at the counter")
}

// TestShopDiscounts makes, changes and ends a code.
func TestShopDiscounts(t *testing.T) {
	d := newDesk(t)
	d.want(d.get("/shop/discounts/"), 200, "There are no codes yet")
	page := d.get("/shop/discounts/new/")
	page = d.want(d.send("/shop/discounts/new/", page.fields, map[string]string{"code": "autumn", "name": "Autumn", "percent": "a lot"}), 422, "expected a number such as 2.50")
	page = d.want(d.send("/shop/discounts/new/", page.fields, map[string]string{"percent": "12.5", "minimum": "20"}), 200, "Added.", "AUTUMN", "12.5% off everything", "from £20.00", "in use")
	at := d.first(page, `/shop/discounts/disc_[0-9a-f]+/`)
	page = d.get(at)
	if page.fields["percent"] != "12.5" || page.fields["minimum"] != "20.00" {
		t.Errorf("the form is %v", page.fields)
	}
	d.want(d.send(at, page.fields, map[string]string{"name": "Late autumn"}), 200, "Saved.")
	d.want(d.send(at, page.fields, map[string]string{"name": "Mine"}), 412, "Now stored: <q>Late autumn</q>")
	page = d.get(at)
	d.want(d.send(at, page.fields, map[string]string{"kind": "fixed", "amount": "0"}), 422, `href="#f-amount"`)
	d.want(d.send(at+"deactivate/", map[string]string{"etag": d.get(at).fields["etag"]}, nil), 200, "It can no longer be used.", "off")
}

// TestShopTerms changes what stands on invoices.
func TestShopTerms(t *testing.T) {
	d := newDesk(t)
	page := d.get("/shop/delivery/terms/")
	d.want(d.send("/shop/delivery/terms/", page.fields, map[string]string{"business_name": "Rose Ash Ltd", "invoice_prefix": "ra"}), 422, `href="#f-invoice-prefix"`)
	d.want(d.send("/shop/delivery/terms/", page.fields, map[string]string{"business_name": "Rose Ash Ltd", "invoice_prefix": "RA-", "terms": "## Ours\nFair."}), 200, "Saved.")
	page = d.want(d.send("/shop/delivery/terms/", page.fields, map[string]string{"business_name": "Mine"}), 412, "Now stored: <q>Rose Ash Ltd</q>")
	d.want(d.send("/shop/delivery/terms/", page.fields, nil), 200, "Saved.")
}

// TestShopBooks shows months, passes files on, and settles differences.
func TestShopBooks(t *testing.T) {
	d := newDesk(t)
	d.want(d.get("/shop/accounts/"), 200, time.Now().Format("January 2006"), "vat.csv")
	month := time.Now().Format("2006-01")
	res, body := d.do(http.MethodGet, "/shop/accounts/"+month+"/orders.csv", "", http.NoBody)
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/csv") || body == "" {
		t.Errorf("orders.csv = %d %s %q", res.StatusCode, res.Header.Get("Content-Type"), body)
	}
	d.want(d.get("/shop/accounts/autumn/orders.csv"), 404)
	d.want(d.get("/shop/differences/"), 200, "the books agree")
	if _, err := d.pool.Exec(t.Context(), `INSERT INTO orders.differences (id, kind, transaction_id, theirs_minor, currency, found_at, seen_at)
		VALUES ($1, 'foreign_payment', 'tx-1', 420, 'GBP', now(), now())`, id.New()); err != nil {
		t.Fatal(err)
	}
	page := d.want(d.get("/shop/differences/"), 200, "A payment that no order knows", "£4.20", "What to do:")
	at := d.first(page, `/shop/differences/diff_[0-9a-f]+/`)
	d.want(d.send(at, map[string]string{"resolution": " "}, nil), 422, "What was done")
	d.want(d.send(at, map[string]string{"resolution": "The <b>fair</b>"}, nil), 200, "Settled.", "the books agree")
	d.want(d.get("/shop/differences/?open=no"), 200, "The &lt;b&gt;fair&lt;/b&gt;")
	d.want(d.send("/shop/differences/run/", nil, nil), 200, "The books are being compared", "under way")
}

// TestShopOrdersAreForThoseWhoMay: who may look sees no forms, and nobody else sees anything.
func TestShopOrdersAreForThoseWhoMay(t *testing.T) {
	d := newDesk(t)
	delivery, slot := d.open()
	at := "/shop/orders/" + d.order(1, delivery, slot) + "/"
	d.as = &auth.Principal{Name: "user_clerk", Scopes: []string{auth.ScopeOrdersRead}}
	for _, page := range []string{"/shop/orders/", at, "/shop/pick/", "/shop/discounts/", "/shop/delivery/", "/shop/delivery/terms/", "/shop/windows/", "/shop/accounts/", "/shop/differences/"} {
		if seen := d.want(d.get(page), 200); strings.Contains(seen.body, `method="post"`) && page != "/shop/delivery/terms/" {
			t.Errorf("%s has a form for who may only look", page)
		}
	}
	for _, page := range []string{"/shop/sell/", at + "refund/", at + "cancel/", "/shop/discounts/new/"} {
		d.want(d.get(page), 403, "Not for you, so far")
	}
	d.want(d.send(at+"cancel/", map[string]string{"key": "k"}, nil), 403)
	d.as = &auth.Principal{Name: "user_nobody", Scopes: []string{auth.ScopeCartWrite, auth.ScopeMarketWrite}}
	for _, part := range strings.Fields("orders pick sell discounts delivery windows accounts differences") {
		d.want(d.get("/shop/"+part+"/"), 403)
	}
	d.as = nil
	res, _ := d.do(http.MethodGet, "/shop/orders/", "", http.NoBody)
	if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "/login/") {
		t.Errorf("a stranger is led to %q with %d", to, res.StatusCode)
	}
}

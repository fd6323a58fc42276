package orders_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/shared/contract"
)

// Whoever may not see an order is told, to the byte, what they are told of one that there is
// not: by no key, a wrong one, another order's, another user, or a program.
func TestI22(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	loaf := w.product("Rye loaf", 325, 0, nil)
	gwen, eve, anna := w.guest().add(loaf, 1), w.guest().add(loaf, 1), w.as("anna").add(loaf, 1)
	hers, eves, annas := gwen.buys(325), eve.buys(325), anna.buys(325)
	for _, o := range []orders.Order{hers, annas} {
		w.pay(o)
	}
	unknown := contract.OrderID("ord_" + strings.Repeat("0", 32))
	plain := map[string]string{}
	type way struct {
		name   string
		order  contract.OrderID
		header map[string]string
	}
	ways := []way{
		{"nobody", hers.ID, plain}, {"a wrong key", hers.ID, with(plain, "Order-Key", strings.Repeat("A", 22))},
		{"another order's key", hers.ID, with(plain, "Order-Key", eves.Key)}, {"a long key", hers.ID, with(plain, "Order-Key", hers.Key+"A")},
		{"the beginning of the key", hers.ID, with(plain, "Order-Key", hers.Key[:21])}, {"the cart's cookie", hers.ID, gwen.Header},
		{"a member", hers.ID, bearer("bryn")}, {"a program", hers.ID, bearer("program")}, {"an app of little reach", annas.ID, bearer("narrow")},
		{"another member", annas.ID, bearer("bryn")}, {"nobody, a member's", annas.ID, plain}, {"a guest's key for a member's", annas.ID, with(plain, "Order-Key", hers.Key)},
		{"another member with a key", annas.ID, with(bearer("bryn"), "Order-Key", eves.Key)},
	}
	for _, path := range []string{"", "/invoice", "/credit-notes/1"} {
		want := w.ask(http.MethodGet, "/v1/orders/"+string(unknown)+path, plain, nil)
		if want.Status != 404 || want.code() != "not_found" {
			t.Fatalf("an unknown order: %d %s", want.Status, want.Body)
		}
		for _, tt := range append(ways, way{"a member, unknown", unknown, bearer("bryn")}, way{"with a key, unknown", unknown, with(plain, "Order-Key", hers.Key)}, way{"the shop, unknown", unknown, bearer("shop")}) {
			got := w.ask(http.MethodGet, "/v1/orders/"+string(tt.order)+path, tt.header, nil)
			for _, own := range []string{"Date", "X-Request-Id"} {
				got.Header.Del(own)
				want.Header.Del(own)
			}
			if got.Status != want.Status || string(got.Body) != string(want.Body) || fmt.Sprint(got.Header) != fmt.Sprint(want.Header) {
				t.Errorf("%s%s: %d %s %v, and of none %d %s %v", tt.name, path, got.Status, got.Body, got.Header, want.Status, want.Body, want.Header)
			}
		}
		if path == "/credit-notes/1" {
			continue
		}
		for name, tt := range map[string]way{
			"the guest": {"", hers.ID, with(plain, "Order-Key", hers.Key)}, "the guest, signed in since": {"", hers.ID, with(bearer("bryn"), "Order-Key", hers.Key)},
			"the member": {"", annas.ID, bearer("anna")}, "the shop": {"", hers.ID, bearer("shop")}, "who may look": {"", annas.ID, bearer("clerk")},
		} {
			if got := w.ask(http.MethodGet, "/v1/orders/"+string(tt.order)+path, tt.header, nil); got.Status != 200 || got.Header.Get("Cache-Control") != "private, no-store" {
				t.Errorf("%s%s: %d %s", name, path, got.Status, got.Body)
			}
		}
	}
	// Events are the shop's: whoever ordered is told that they lack the scope, of any order.
	for _, o := range []contract.OrderID{annas.ID, unknown} {
		if got := w.ask(http.MethodGet, "/v1/orders/"+string(o)+"/events", bearer("anna"), nil); got.Status != 403 {
			t.Errorf("events of %s: %d", o, got.Status)
		}
	}
	for _, header := range []map[string]string{plain, bearer("anna"), bearer("program")} {
		if got := w.ask(http.MethodGet, "/v1/orders", header, nil); got.Status != 401 && got.Status != 403 {
			t.Errorf("the shop's list: %d", got.Status)
		}
	}
}

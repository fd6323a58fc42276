package orders_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/shared/contract"
)

// The shop finds orders by where they are, by slot, and by what people say of themselves.
func TestShopOrders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	loaf, barn := w.product("Rye loaf", 325, 0, nil), w.delivery("collection", 0)
	slots := []contract.SlotID{w.slot(barn, time.Hour, 0), w.slot(barn, time.Hour, 0)}
	var made []orders.Order
	for i := range 7 {
		contact := map[string]any{"name": fmt.Sprintf("Person %d%% of_it", i), "email": fmt.Sprintf("P%d@example.org", i)}
		r := w.guest().add(loaf, int64(i+1)).order(merged(form(int64(325*(i+1))), map[string]any{"contact": contact, "delivery": barn, "slot": slots[i%2]}))
		if r.Status != http.StatusCreated {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
		made = append(made, decodeOrder(t, r))
	}
	for _, o := range made[:3] {
		w.pay(o)
	}
	w.picking(made[0], "picking")
	newest := func(places ...int) (ids []contract.OrderID) {
		for _, i := range places {
			ids = append(ids, made[i].ID)
		}
		return ids
	}
	for query, want := range map[string][]contract.OrderID{
		"":                                   newest(6, 5, 4, 3, 2, 1, 0),
		"status=paid":                        newest(2, 1, 0),
		"status=paid&fulfilment=unfulfilled": newest(2, 1),
		"payment=unpaid":                     newest(6, 5, 4, 3),
		"payment=unpaid,paid&slot=" + string(slots[1]): newest(5, 3, 1),
		"fulfilment=picking":                           newest(0),
		"status=cancelled":                             nil,
		"q=" + made[4].Reference:                       newest(4),
		"q=" + strings.ToLower(strings.ReplaceAll(made[4].Reference, "-", "")): newest(4),
		"q=" + made[4].Reference[:6]:        newest(4),
		"q=p5@EXAMPLE":                      newest(5),
		"q=example.org":                     nil,
		"q=" + url.QueryEscape("person 3"):  newest(3),
		"q=" + url.QueryEscape("son 3% of"): newest(3),
		"q=" + url.QueryEscape("%"):         newest(6, 5, 4, 3, 2, 1, 0),
		"q=" + url.QueryEscape("%%"):        nil,
		"q=" + url.QueryEscape("of_it"):     newest(6, 5, 4, 3, 2, 1, 0),
		"q=" + url.QueryEscape("of%it"):     nil,
		"q=" + url.QueryEscape(`\`):         nil,
	} {
		list := get[orders.OrderList](w, "/v1/orders?"+query, bearer("clerk"))
		var got []contract.OrderID
		for _, item := range list.Items {
			got = append(got, item.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	item := get[orders.OrderList](w, "/v1/orders?limit=1", bearer("shop")).Items[0]
	if item.Lines != 1 || item.TotalMinor != 325*7 || item.Delivery.Slot.ID != slots[0] || item.Name != "Person 6% of_it" || item.Email != "P6@example.org" || item.Currency != "GBP" {
		t.Errorf("an item is %+v", item)
	}
	// Page by page it is the same list, whatever is ordered meanwhile.
	var walked []contract.OrderID
	for cursor := ""; ; {
		list := get[orders.OrderList](w, "/v1/orders?limit=3&cursor="+url.QueryEscape(cursor), bearer("shop"))
		for _, item := range list.Items {
			walked = append(walked, item.ID)
		}
		if cursor = list.NextCursor; cursor == "" {
			break
		}
		w.guest().add(loaf, 1).order(merged(form(325), map[string]any{"delivery": barn, "slot": slots[0]}))
	}
	if want := newest(6, 5, 4, 3, 2, 1, 0); !slices.Equal(walked, want) {
		t.Errorf("page by page: %v, want %v", walked, want)
	}
	for _, query := range []string{"cursor=x", "status=gone", "slot=slot_1", "limit=0", "limit=101", "q=" + strings.Repeat("x", 101), "q=a%09b%0a"} {
		if r := w.ask(http.MethodGet, "/v1/orders?"+query, bearer("shop"), nil); r.Status != 422 {
			t.Errorf("%s: %d %s", query, r.Status, r.Body)
		}
	}
}

// One's own orders are those that one made while signed in, the newest first.
func TestOwnOrders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	loaf := w.product("Rye loaf", 325, 0, nil)
	var mine []contract.OrderID
	for range 5 {
		mine = append([]contract.OrderID{w.as("anna").add(loaf, 1).buys(325).ID}, mine...)
	}
	// A guest with her address has orders of their own.
	contact := map[string]any{"name": "Not Anna", "email": "anna@example.org"}
	w.guest().add(loaf, 1).order(merged(form(325), map[string]any{"contact": contact}))
	w.as("bryn").add(loaf, 1).order(merged(form(325), map[string]any{"contact": contact}))
	var got []contract.OrderID
	for cursor := ""; ; {
		list := get[orders.OrderList](w, "/v1/me/orders?limit=2&cursor="+url.QueryEscape(cursor), bearer("anna"))
		for _, item := range list.Items {
			got = append(got, item.ID)
		}
		if cursor = list.NextCursor; cursor == "" {
			break
		}
	}
	if !slices.Equal(got, mine) {
		t.Errorf("hers are %v, want %v", got, mine)
	}
	for token, want := range map[string]int{"program": 403, "narrow": 403, "clerk": 403, "nobody": 401} {
		if r := w.ask(http.MethodGet, "/v1/me/orders", bearer(token), nil); r.Status != want {
			t.Errorf("%s: %d %s", token, r.Status, r.Body)
		}
	}
}

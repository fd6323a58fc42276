package orders_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/shared/contract"
)

// slotJSON is a slot of a method in May 2030, from one hour to another.
func slotJSON(method contract.DeliveryID, from, until int, more string) string {
	return fmt.Sprintf(`{"delivery":%q,"starts_at":"2030-05-03T%02d:00:00Z","ends_at":"2030-05-03T%02d:00:00Z"%s}`, method, from, until, more)
}

// windowJSON is a window of that week with slots.
func windowJSON(slots ...string) string {
	return `{"name":"First week of May","opens_at":"2030-04-26T08:00:00Z","closes_at":"2030-05-01T20:00:00Z","slots":[` + strings.Join(slots, ",") + `]}`
}

func TestOrderWindowsOverHTTP(t *testing.T) {
	w := newWorld(t)
	const path = "/v1/order-windows"
	barn, van := w.delivery("collection", 0), w.delivery("delivery", 350)
	made, tag := made[orders.OrderWindow](w, path, windowJSON(slotJSON(van, 18, 20, ""), slotJSON(barn, 15, 17, `,"capacity":40`)))
	if len(made.Slots) != 2 || made.Slots[0].Delivery != barn || *made.Slots[0].Capacity != 40 || made.Slots[1].Capacity != nil || !made.Active || made.Version != 1 || made.Slots[1].DeliveryName != "By delivery" {
		t.Fatalf("made %+v", made)
	}
	url := path + "/" + string(made.ID)
	with := func(i int, more string) string { return `,"id":"` + string(made.Slots[i].ID) + `"` + more }
	apitest.Run(t, w.handler, w.pool, []apitest.Scenario{
		{Name: "the list", URL: path, Header: bearer("clerk"), Status: 200, Want: []string{`"First week of May"`, `"capacity":40`, `"taken":0`}, WantHeader: map[string]string{"Cache-Control": "private, no-store"}},
		{Name: "strangers", URL: path, Status: 401},
		{Name: "members", URL: url, Header: bearer("anna"), Status: 403},
		{Name: "readers do not write", Method: "DELETE", URL: url, Header: bearer("clerk"), Status: 403},
		{Name: "unknown", URL: path + "/win_00000000000000000000000000000000", Header: bearer("clerk"), Status: 404},
		{Name: "a broken cursor", URL: path + "?cursor=x", Header: bearer("clerk"), Status: 422, Want: []string{`"invalid_cursor"`}},
		{Name: "without a version", Method: "PATCH", URL: url, Header: bearer("shop"), Body: `{}`, Status: 428},
		{Name: "nothing", Method: "PATCH", URL: url, Header: matching(tag), Body: `{}`, Status: 200, Want: []string{`"version":1`}},
		{Name: "slots alone are left", Method: "PATCH", URL: url, Header: matching(tag), Body: `{"name":"Week 18","active":false}`, Status: 200, Want: []string{`"version":2`, `"Week 18"`, `"active":false`, `"capacity":40`}},
		{Name: "two slots change places", Method: "PATCH", URL: url, Header: matching(`"v2-x"`), Status: 200, Want: []string{`"version":3`},
			Body: `{"slots":[` + slotJSON(barn, 18, 20, with(0, "")) + `,` + slotJSON(barn, 15, 17, with(1, "")) + `]}`},
		{Name: "one more and one gone", Method: "PATCH", URL: url, Header: matching(`"v3-x"`), Status: 200, Want: []string{`"version":4`, string(made.Slots[0].ID), `"capacity":7`}, NotWant: []string{string(made.Slots[1].ID)},
			Body: `{"slots":[` + slotJSON(barn, 18, 20, with(0, "")) + `,` + slotJSON(van, 9, 10, `,"capacity":7`) + `]}`},
		{Name: "no slots at all", Method: "PATCH", URL: url, Header: matching(`"v4-x"`), Body: `{"slots":[]}`, Status: 200, Want: []string{`"slots":[]`, `"version":5`}},
		{Name: "a slot of no window", Method: "PATCH", URL: url, Header: matching(`"v5-x"`), Body: `{"slots":[` + slotJSON(barn, 18, 20, with(0, "")) + `]}`, Status: 422, Want: []string{"body.slots[0].id"}},
		{Name: "gone", Method: "DELETE", URL: url, Header: matching(`"v5-x"`), Status: 204},
		{Name: "gone again", Method: "DELETE", URL: url, Header: matching(`"v5-x"`), Status: 404},
	})
}

func TestOrderWindowsRefuse(t *testing.T) {
	w := newWorld(t)
	barn := w.delivery("collection", 0)
	post := func(name, body string, location ...string) apitest.Scenario {
		return apitest.Scenario{Name: name, Method: "POST", URL: "/v1/order-windows", Header: bearer("shop"), Body: body, Status: 422, Want: location, NotWant: []string{"9999-99"}}
	}
	good := slotJSON(barn, 15, 17, "")
	many := make([]string, 101)
	for i := range many {
		many[i] = good
	}
	apitest.Run(t, w.handler, w.pool, []apitest.Scenario{
		post("no name", `{"opens_at":"2030-04-26T08:00:00Z","closes_at":"2030-05-01T20:00:00Z"}`, "name"),
		post("no close", `{"name":"x","opens_at":"2030-04-26T08:00:00Z"}`, "closes_at"),
		post("closes before it opens", `{"name":"x","opens_at":"2030-05-01T20:00:00Z","closes_at":"2030-04-26T08:00:00Z"}`, "body.closes_at"),
		post("closes as it opens", `{"name":"x","opens_at":"2030-05-01T20:00:00Z","closes_at":"2030-05-01T21:00:00+01:00"}`, "body.closes_at"),
		post("no time", `{"name":"x","opens_at":"9999-99-99","closes_at":"2030-05-01T20:00:00Z"}`, "body.opens_at"),
		post("before the shop", `{"name":"x","opens_at":"0001-01-01T00:00:00Z","closes_at":"2030-05-01T20:00:00Z"}`, "body.opens_at"),
		post("at the end of time", `{"name":"x","opens_at":"2030-05-01T20:00:00Z","closes_at":"9999-12-31T23:59:59-12:00"}`, "body.closes_at"),
		post("a name of two lines", `{"name":"a\nb","opens_at":"2030-04-26T08:00:00Z","closes_at":"2030-05-01T20:00:00Z"}`, "body.name"),
		post("a hundred and one slots", windowJSON(many...), "body.slots"),
		post("a slot that ends before it starts", windowJSON(slotJSON(barn, 17, 15, "")), "body.slots[0].ends_at"),
		post("a slot of no time", windowJSON(slotJSON(barn, 17, 17, "")), "body.slots[0].ends_at"),
		post("a slot before the window", windowJSON(strings.ReplaceAll(good, "2030-05-03", "2030-04-03")), "body.slots[0].ends_at"),
		post("a slot years after it", windowJSON(strings.ReplaceAll(good, "2030-05-03", "2036-05-03")), "body.slots[0].ends_at"),
		post("the same slot twice", windowJSON(good, slotJSON(barn, 15, 18, "")), "body.slots[1]"),
		post("no place", windowJSON(slotJSON(barn, 15, 17, `,"capacity":0`)), "body.slots[0].capacity"),
		post("too many places", windowJSON(slotJSON(barn, 15, 17, `,"capacity":1000000000000`)), "body.slots[0].capacity"),
		post("half a place", windowJSON(slotJSON(barn, 15, 17, `,"capacity":1.5`)), "body.slots[0].capacity"),
		post("an unknown method", windowJSON(slotJSON("del_00000000000000000000000000000000", 15, 17, "")), "body.slots"),
		post("no method", windowJSON(slotJSON("barn", 15, 17, "")), "body.slots[0].delivery"),
		post("a slot of another window", windowJSON(slotJSON(barn, 15, 17, `,"id":"`+string(w.slot(barn, time.Hour, 1))+`"`)), "body.slots[0].id"),
		post("its own count", windowJSON(slotJSON(barn, 15, 17, `,"taken":7`)), "body.slots[0]"),
		post("no list", `{"name":"x","opens_at":"2030-04-26T08:00:00Z","closes_at":"2030-05-01T20:00:00Z","slots":{}}`, "body.slots"),
	})
	if n := one[int](w, "SELECT count(*) FROM orders.windows WHERE name <> 'Week'"); n != 0 {
		t.Errorf("%d windows were made", n)
	}
}

// A slot that orders have stays where it is, as large as they are.
func TestTakenSlotsStay(t *testing.T) {
	w := newWorld(t)
	loaf := w.product("Rye loaf", 325, 0, nil)
	barn, van := w.delivery("collection", 0), w.delivery("delivery", 0)
	slot := w.slot(barn, time.Hour, 5)
	var placed []orders.Order
	for range 2 {
		r := w.guest().add(loaf, 1).order(merged(form(325), map[string]any{"delivery": barn, "slot": slot}))
		if r.Status != http.StatusCreated {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
		placed = append(placed, decodeOrder(t, r))
	}
	list := get[orders.OrderWindowList](w, "/v1/order-windows", bearer("shop"))
	window := list.Items[0]
	if window.Slots[0].Taken != 2 {
		t.Fatalf("%d places are taken", window.Slots[0].Taken)
	}
	change := func(change func(*orders.WindowSlot)) string {
		s := window.Slots[0]
		change(&s)
		capacity := ""
		if s.Capacity != nil {
			capacity = fmt.Sprintf(`,"capacity":%d`, *s.Capacity)
		}
		return fmt.Sprintf(`{"slots":[{"id":%q,"delivery":%q,"starts_at":%q,"ends_at":%q%s}]}`, s.ID, s.Delivery, s.StartsAt.Format(time.RFC3339), s.EndsAt.Format(time.RFC3339), capacity)
	}
	url := "/v1/order-windows/" + string(window.ID)
	refused := func(name, body, location string) apitest.Scenario {
		return apitest.Scenario{Name: name, Method: "PATCH", URL: url, Header: matching(`"v1-x"`), Body: body, Status: 409, Want: []string{`"slot_taken"`, location}}
	}
	apitest.Run(t, w.handler, w.pool, []apitest.Scenario{
		refused("removed", `{"slots":[]}`, "body.slots"),
		refused("too small", change(func(s *orders.WindowSlot) { s.Capacity = ptr(1) }), "body.slots[0].capacity"),
		refused("later", change(func(s *orders.WindowSlot) { s.StartsAt = s.StartsAt.Add(time.Minute) }), "body.slots[0]"),
		refused("longer", change(func(s *orders.WindowSlot) { s.EndsAt = s.EndsAt.Add(time.Minute) }), "body.slots[0]"),
		refused("otherwise", change(func(s *orders.WindowSlot) { s.Delivery = van }), "body.slots[0]"),
		{Name: "the window", Method: "DELETE", URL: url, Header: matching(`"v1-x"`), Status: 409, Want: []string{`"slot_taken"`}},
		{Name: "as large as its orders", Method: "PATCH", URL: url, Header: matching(`"v1-x"`), Body: change(func(s *orders.WindowSlot) { s.Capacity = ptr(2) }), Status: 200, Want: []string{`"capacity":2`, `"taken":2`}},
		{Name: "closed early", Method: "PATCH", URL: url, Header: matching(`"v2-x"`), Body: `{"closes_at":"` + time.Now().UTC().Format(time.RFC3339) + `"}`, Status: 200},
	})
	w.sound()
	for _, o := range placed { // unpaid orders that end give their places back
		if r := w.ask(http.MethodPost, "/v1/orders/"+string(o.ID)+"/cancel", map[string]string{"Order-Key": o.Key, "Idempotency-Key": "c-" + string(o.ID)}, `{}`); r.Status != http.StatusOK {
			t.Fatalf("cancel = %d %s", r.Status, r.Body)
		}
	}
	if r := w.ask(http.MethodDelete, url, matching(`"v3-x"`), nil); r.Status != http.StatusNoContent {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	w.sound()
}

// The list is read on to its end, each window once.
func TestWindowsAreReadOn(t *testing.T) {
	w := newWorld(t)
	barn := w.delivery("collection", 0)
	for i := range 7 {
		w.slot(barn, time.Duration(1+i%3)*time.Hour, i)
	}
	seen, url := map[contract.WindowID]int{}, "/v1/order-windows?limit=2"
	last := time.Now().Add(24 * time.Hour)
	for pages := 0; url != ""; pages++ {
		list := get[orders.OrderWindowList](w, url, bearer("clerk"))
		for _, window := range list.Items {
			seen[window.ID]++
			if window.ClosesAt.After(last) || len(window.Slots) != 1 {
				t.Errorf("%s closes at %s, after the one before it; %d slots", window.ID, window.ClosesAt, len(window.Slots))
			}
			last = window.ClosesAt
		}
		if url = ""; list.NextCursor != "" {
			url = "/v1/order-windows?limit=2&cursor=" + list.NextCursor
		}
		if pages > 4 {
			t.Fatal("the list does not end")
		}
	}
	if len(seen) != 7 {
		t.Errorf("%d windows, want 7", len(seen))
	}
}

package cart_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/cart"
)

// TestDiscounts: who may keep them, and what may stand in them.
func TestDiscounts(t *testing.T) {
	w := newWorld(t)
	shop := apitest.Bearer("shop")
	d := w.discount(`{"code":"spring-10","name":"Spring","kind":"percent","percent_bp":1000,"usage_limit":5,"ends_at":"2090-06-01T02:00:00+02:00"}`)
	at := "/v1/discounts/" + string(d.ID)
	bad := func(name, body, where string) apitest.Scenario {
		return apitest.Scenario{Name: name, Method: "POST", URL: "/v1/discounts", Header: shop, Body: body, Status: 422, Want: []string{where}}
	}
	w.exec("UPDATE cart.discounts SET used = 3")
	apitest.Run(t, w.handler, w.pool, []apitest.Scenario{
		{Name: "a stranger", URL: "/v1/discounts", Status: 401},
		{Name: "a shopper", URL: "/v1/discounts", Header: apitest.Bearer("ada"), Status: 403},
		{Name: "who sees orders", URL: "/v1/discounts", Header: apitest.Bearer("clerk"), Status: 200, Want: []string{`"SPRING-10"`, `"used":3`}},
		{Name: "one of them", URL: at, Header: apitest.Bearer("clerk"), Status: 200, Want: []string{`"ends_at":"2090-06-01T00:00:00Z"`, `"active":true`, `"category_ids":[]`}},
		{Name: "who sees orders makes none", Method: "POST", URL: "/v1/discounts", Header: apitest.Bearer("clerk"), Body: `{"code":"MINE","name":"Mine","kind":"percent","percent_bp":10000}`, Status: 403},
		{Name: "none of that id", URL: "/v1/discounts/disc_" + strings.Repeat("0", 32), Header: shop, Status: 404},
		{Name: "no id", URL: "/v1/discounts/" + apitest.Canary, Header: shop, Status: 422},
		{Name: "a cursor of somebody's own", URL: "/v1/discounts?cursor=" + apitest.Canary, Header: shop, Status: 422, Want: []string{"invalid_cursor"}},

		{Name: "the same code in other letters", Method: "POST", URL: "/v1/discounts", Header: shop, Body: `{"code":"Spring-10","name":"x","kind":"percent","percent_bp":1}`, Status: 409, Want: []string{"code_taken"}},
		bad("nothing", `{}`, "required"),
		bad("a code that is too short", `{"code":"ab","name":"x","kind":"percent","percent_bp":1}`, "body.code"),
		bad("a code with a space", `{"code":"a b c","name":"x","kind":"percent","percent_bp":1}`, "body.code"),
		bad("no part", `{"code":"NEW","name":"x","kind":"percent"}`, "body.percent_bp"),
		bad("more than all", `{"code":"NEW","name":"x","kind":"percent","percent_bp":10001}`, "body.percent_bp"),
		bad("both", `{"code":"NEW","name":"x","kind":"percent","percent_bp":1,"amount_minor":1,"currency":"GBP"}`, "body.amount_minor"),
		bad("an amount of nothing", `{"code":"NEW","name":"x","kind":"fixed","amount_minor":1}`, "body.currency"),
		bad("a minimum of nothing", `{"code":"NEW","name":"x","kind":"percent","percent_bp":1,"minimum_minor":1}`, "body.currency"),
		bad("another kind", `{"code":"NEW","name":"x","kind":"free"}`, "body.kind"),
		bad("no category", `{"code":"NEW","name":"x","kind":"percent","percent_bp":1,"category_ids":["bread"]}`, "body.category_ids"),
		bad("no time", `{"code":"NEW","name":"x","kind":"percent","percent_bp":1,"ends_at":"tomorrow"}`, "body.ends_at"),
		bad("ends before it starts", `{"code":"NEW","name":"x","kind":"percent","percent_bp":1,"starts_at":"2030-01-02T00:00:00Z","ends_at":"2030-01-01T00:00:00Z"}`, "body.ends_at"),
		bad("a name of two lines", `{"code":"NEW","name":"a\nb","kind":"percent","percent_bp":1}`, "body.name"),
		bad("used before it is made", `{"code":"NEW","name":"x","kind":"percent","percent_bp":1,"used":7}`, "body"),

		{Name: "a change without a version", Method: "PATCH", URL: at, Header: shop, Body: `{"name":"x"}`, Status: 428},
		{Name: "a change of an older one", Method: "PATCH", URL: at, Header: apitest.Bearer("shop", "If-Match", `"v9"`), Body: `{"name":"x"}`, Status: 412},
		{Name: "fewer than were used", Method: "PATCH", URL: at, Header: apitest.Bearer("shop", "If-Match", `"v1"`), Body: `{"usage_limit":2}`, Status: 422, Want: []string{"body.usage_limit"}},
		{Name: "an amount instead", Method: "PATCH", URL: at, Header: apitest.Bearer("shop", "If-Match", `"v1"`), Body: `{"kind":"fixed","amount_minor":250,"currency":"GBP","usage_limit":0,"ends_at":"","members_only":true}`,
			Status: 200, Want: []string{`"amount_minor":250`, `"version":2`, `"members_only":true`}, NotWant: []string{"percent_bp", "usage_limit", "ends_at"}},
		{Name: "ended", Method: "DELETE", URL: at, Header: apitest.Bearer("shop", "If-Match", `"v2"`), Status: 204},
		{Name: "it stays", URL: "/v1/discounts?status=inactive", Header: shop, Status: 200, Want: []string{`"active":false`, `"used":3`}},
		{Name: "and is not among the others", URL: "/v1/discounts?status=active", Header: shop, Status: 200, Want: []string{`"items":[]`}},
	})
}

// TestDiscountPages: the list is read on, each discount once.
func TestDiscountPages(t *testing.T) {
	w := newWorld(t)
	for _, name := range strings.Fields("AAA BBB CCC DDD EEE") {
		w.discount(`{"code":"` + name + `","name":"x","kind":"percent","percent_bp":1}`)
	}
	seen, next := "", ""
	for range 3 {
		_, body := w.user("shop").ask("GET", "/v1/discounts?limit=2&cursor="+next, "")
		var page cart.DiscountList
		if err := json.Unmarshal(body, &page); err != nil {
			t.Fatal(err)
		}
		for _, d := range page.Items {
			seen += d.Code + " "
		}
		next = page.NextCursor
	}
	if seen != "EEE DDD CCC BBB AAA " || next != "" {
		t.Errorf("the pages have %q, and then %q", seen, next)
	}
}

// TestDiscountRace: of many who change the same version one does.
func TestDiscountRace(t *testing.T) {
	w := newWorld(t)
	d := w.discount(`{"code":"RACE","name":"x","kind":"percent","percent_bp":1}`)
	var mu sync.Mutex
	got := map[int]int{}
	var all sync.WaitGroup
	for range 12 {
		all.Go(func() {
			res, _ := w.user("shop").ask("PATCH", "/v1/discounts/"+string(d.ID), `{"name":"y"}`, "If-Match", `"v1"`)
			mu.Lock()
			defer mu.Unlock()
			got[res.StatusCode]++
		})
	}
	all.Wait()
	if got[http.StatusOK] != 1 || got[http.StatusPreconditionFailed] != 11 || w.number("SELECT version FROM cart.discounts") != 2 {
		t.Errorf("answers %v", got)
	}
}

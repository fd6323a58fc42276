package orders_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/orders"
)

// made sends a request that makes something, and returns it with its ETag.
func made[T any](w *world, path string, body any) (v T, etag string) {
	w.t.Helper()
	r := w.ask(http.MethodPost, path, bearer("shop"), body)
	if r.Status != http.StatusCreated {
		w.t.Fatalf("POST %s = %d %s", path, r.Status, r.Body)
	}
	if err := json.Unmarshal(r.Body, &v); err != nil {
		w.t.Fatal(err)
	}
	if got := w.ask(http.MethodGet, r.Header.Get("Location"), bearer("clerk"), nil); got.Status != http.StatusOK || got.Header.Get("ETag") != r.Header.Get("ETag") {
		w.t.Errorf("GET %s = %d %s, want what was made", r.Header.Get("Location"), got.Status, got.Header.Get("ETag"))
	}
	return v, r.Header.Get("ETag")
}

// matching is the shopkeeper's headers for a change of a version.
func matching(etag string) map[string]string { return with(bearer("shop"), "If-Match", etag) }

func TestDeliveryMethodsOverHTTP(t *testing.T) {
	w := newWorld(t)
	const path = "/v1/delivery-methods"
	barn, tag := made[orders.DeliveryMethod](w, path, map[string]any{"name": "  Collection  at the barn ", "kind": "collection", "place": "Mill Lane", "instructions": "Ring.\r\nTwice."})
	if barn.Name != "Collection at the barn" || barn.Instructions != "Ring.\nTwice." || !barn.Active || barn.Currency != "GBP" || barn.Version != 1 || barn.FreeFromMinor != nil {
		t.Errorf("made %+v", barn)
	}
	van, _ := made[orders.DeliveryMethod](w, path, map[string]any{"name": "Van", "kind": "delivery", "fee_minor": 350, "free_from_minor": 4000, "postcodes": []string{"hx7", " ol14  5"}, "sort_order": 1})
	w.slot(van.ID, time.Hour, 3)
	one := path + "/" + string(barn.ID)
	apitest.Run(t, w.handler, w.pool, []apitest.Scenario{
		{Name: "the list", URL: path, Header: bearer("clerk"), Status: 200, Want: []string{`"Mill Lane"`, `"OL14 5"`, `"free_from_minor":4000`}, WantHeader: map[string]string{"Cache-Control": "private, no-store"}},
		{Name: "strangers", URL: path, Status: 401},
		{Name: "members", URL: path, Header: bearer("anna"), Status: 403},
		{Name: "readers do not write", Method: "POST", URL: path, Header: bearer("clerk"), Body: `{"name":"x","kind":"collection"}`, Status: 403},
		{Name: "unknown", URL: path + "/del_00000000000000000000000000000000", Header: bearer("clerk"), Status: 404, Want: []string{`"not_found"`}},
		{Name: "no id", URL: path + "/xyz", Header: bearer("clerk"), Status: 422, NotWant: []string{"xyz"}},
		{Name: "a change without a version", Method: "PATCH", URL: one, Header: bearer("shop"), Body: `{"name":"B"}`, Status: 428},
		{Name: "a change of another version", Method: "PATCH", URL: one, Header: matching(`"v9-x"`), Body: `{"name":"B"}`, Status: 412, Want: []string{`"precondition_failed"`}},
		{Name: "a change", Method: "PATCH", URL: one, Header: matching(tag), Body: `{"name":"Barn","fee_minor":120,"free_from_minor":1000,"active":false}`, Status: 200,
			Want: []string{`"name":"Barn"`, `"fee_minor":120`, `"free_from_minor":1000`, `"active":false`, `"version":2`, `"place":"Mill Lane"`}},
		{Name: "no change", Method: "PATCH", URL: one, Header: matching(`"v2-x"`), Body: `{"name":"Barn"}`, Status: 200, Want: []string{`"version":2`}},
		{Name: "always a fee", Method: "PATCH", URL: one, Header: matching(`"v2-x"`), Body: `{"free_from_minor":0}`, Status: 200, NotWant: []string{"free_from_minor"}},
		{Name: "in use", Method: "DELETE", URL: path + "/" + string(van.ID), Header: matching(`"v1-x"`), Status: 409, Want: []string{`"in_use"`}},
		{Name: "gone without a version", Method: "DELETE", URL: one, Header: bearer("shop"), Status: 428},
		{Name: "gone", Method: "DELETE", URL: one, Header: matching(`"v3-x"`), Status: 204},
		{Name: "gone again", Method: "DELETE", URL: one, Header: matching(`"v3-x"`), Status: 404},
	})
	if left := get[orders.DeliveryMethodList](w, path, bearer("clerk")); len(left.Items) != 1 || left.Items[0].ID != van.ID {
		t.Errorf("left %+v", left)
	}
}

func TestDeliveryMethodsRefuse(t *testing.T) {
	w := newWorld(t)
	long := strings.Repeat("é", 121)
	post := func(body, location string) apitest.Scenario {
		return apitest.Scenario{Name: body[:min(len(body), 60)], Method: "POST", URL: "/v1/delivery-methods", Header: bearer("shop"), Body: body, Status: 422, Want: []string{location}}
	}
	codes, _ := json.Marshal(make([]string, 201))
	apitest.Run(t, w.handler, w.pool, []apitest.Scenario{
		post(`{"kind":"collection"}`, "name"), post(`{"name":"x"}`, "kind"),
		post(`{"name":"","kind":"collection"}`, "body.name"), post(`{"name":"   ","kind":"collection"}`, "body.name"),
		post(`{"name":"`+long+`","kind":"collection"}`, "body.name"), post(`{"name":"a\u0007b","kind":"collection"}`, "body.name"),
		post(`{"name":"a\nb","kind":"collection"}`, "body.name"), post(`{"name":"a\u202eb","kind":"collection"}`, "body.name"),
		post(`{"name":"x","kind":"pigeon"}`, "body.kind"), post(`{"name":"x","kind":"collection","place":"a\u0007"}`, "body.place"),
		post(`{"name":"x","kind":"collection","instructions":"a\u0007"}`, "body.instructions"),
		post(`{"name":"x","kind":"collection","fee_minor":-1}`, "body.fee_minor"), post(`{"name":"x","kind":"collection","fee_minor":1e12}`, "body.fee_minor"),
		post(`{"name":"x","kind":"collection","fee_minor":1.5}`, "body.fee_minor"), post(`{"name":"x","kind":"collection","free_from_minor":-1}`, "body.free_from_minor"),
		post(`{"name":"x","kind":"collection","sort_order":-1}`, "body.sort_order"), post(`{"name":"x","kind":"collection","sort_order":100001}`, "body.sort_order"),
		post(`{"name":"x","kind":"collection","postcodes":[""]}`, "body.postcodes[0]"), post(`{"name":"x","kind":"collection","postcodes":["HX7","hx7"]}`, "body.postcodes[1]"),
		post(`{"name":"x","kind":"collection","postcodes":["'; DROP"]}`, "body.postcodes[0]"), post(`{"name":"x","kind":"collection","postcodes":`+string(codes)+`}`, "body.postcodes"),
		post(`{"name":"x","kind":"collection","currency":"EUR"}`, "body"), post(`{"name":"x","kind":"collection","id":"del_1"}`, "body"),
		{Name: "no JSON", Method: "POST", URL: "/v1/delivery-methods", Header: bearer("shop"), Body: `{`, Status: 400},
		{Name: "null", Method: "POST", URL: "/v1/delivery-methods", Header: bearer("shop"), Body: `null`, Status: 422},
	})
	for i := range 100 {
		w.delivery("collection", int64(i))
	}
	if r := w.ask(http.MethodPost, "/v1/delivery-methods", bearer("shop"), `{"name":"x","kind":"collection"}`); r.Status != 409 || r.code() != "too_many" {
		t.Errorf("one more than a hundred = %d %s", r.Status, r.Body)
	}
}

// What an order was told of its delivery stays, whatever becomes of the method.
func TestOrdersKeepTheirDelivery(t *testing.T) {
	w := newWorld(t)
	loaf := w.product("Rye loaf", 325, 0, nil)
	barn, tag := made[orders.DeliveryMethod](w, "/v1/delivery-methods", map[string]any{"name": "Barn", "kind": "collection", "fee_minor": 100})
	gwen := w.guest().add(loaf, 1)
	r := gwen.order(merged(form(425), map[string]any{"delivery": barn.ID}))
	if r.Status != http.StatusCreated {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	o := decodeOrder(t, r)
	w.pay(o)
	if r := w.ask(http.MethodDelete, "/v1/delivery-methods/"+string(barn.ID), matching(tag), nil); r.Status != http.StatusNoContent {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	if after := get[orders.Order](w, "/v1/orders/"+string(o.ID), gwen.sees(o)); after.Delivery == nil || after.Delivery.Name != "Barn" || after.Totals.DeliveryMinor != 100 {
		t.Errorf("the order is delivered by %+v", after.Delivery)
	}
	w.sound()
}

func TestOrderSettingsOverHTTP(t *testing.T) {
	w := newWorld(t)
	const path = "/v1/order-settings"
	patch := func(name, tag, body string, status int, want ...string) apitest.Scenario {
		return apitest.Scenario{Name: name, Method: "PATCH", URL: path, Header: matching(tag), Body: body, Status: status, Want: want}
	}
	apitest.Run(t, w.handler, w.pool, []apitest.Scenario{
		{Name: "at first", URL: path, Header: bearer("clerk"), Status: 200, Want: []string{`"version":1`, `"terms":""`}},
		{Name: "strangers", URL: path, Status: 401},
		{Name: "members", URL: path, Header: bearer("bryn"), Status: 403},
		{Name: "readers do not write", Method: "PATCH", URL: path, Header: with(bearer("clerk"), "If-Match", `"v1-x"`), Body: `{}`, Status: 403},
		{Name: "without a version", Method: "PATCH", URL: path, Header: bearer("shop"), Body: `{}`, Status: 428},
		patch("nothing", `"v1-x"`, `{}`, 200, `"version":1`),
		patch("all", `"v1-x"`, `{"business_name":" Rose  Ash ","business_address":"The Barn\r\nMill Lane","vat_number":"GB123456789","company_number":"IP031234","contact":"hello@rose-ash.example","terms":"## Terms\n\nBe kind.","cancellation":"You may.","invoice_prefix":"RA-"}`, 200,
			`"business_name":"Rose Ash"`, `"The Barn\nMill Lane"`, `"invoice_prefix":"RA-"`, `"version":2`),
		patch("who read the first version", `"v1-x"`, `{"terms":""}`, 412),
		patch("scripts", `"v2-x"`, `{"terms":"<script>alert(1)</script>"}`, 422, `"unsafe_html"`, "body.terms"),
		patch("handlers", `"v2-x"`, `{"cancellation":"<p onclick=x>a</p>"}`, 422, `"unsafe_html"`, "body.cancellation"),
		patch("too long", `"v2-x"`, `{"terms":"`+strings.Repeat("a", 20001)+`"}`, 422, "body.terms"),
		patch("two lines", `"v2-x"`, `{"business_name":"a\nb"}`, 422, "body.business_name"),
		patch("control characters", `"v2-x"`, `{"business_address":"a\u0007"}`, 422, "body.business_address"),
		patch("a small prefix", `"v2-x"`, `{"invoice_prefix":"ra/"}`, 422, "body.invoice_prefix"),
		patch("a long prefix", `"v2-x"`, `{"invoice_prefix":"AAAAAAAAAAA"}`, 422, "body.invoice_prefix"),
		patch("an unknown field", `"v2-x"`, `{"version":7}`, 422),
		{Name: "it stayed", URL: path, Header: bearer("clerk"), Status: 200, Want: []string{`"version":2`, "Be kind."}},
	})
	if kept := one[int](w, "SELECT count(*) FROM orders.terms"); kept != 2 {
		t.Errorf("%d versions of the terms are kept, want 2", kept)
	}
	// What is said there is what shoppers agree to, and what is on the invoice.
	loaf := w.product("Rye loaf", 325, 0, nil)
	gwen := w.guest().add(loaf, 1)
	if r := gwen.order(form(325)); r.Status != 422 {
		t.Errorf("without agreeing = %d %s", r.Status, r.Body)
	}
	r := gwen.order(merged(form(325), map[string]any{"accept_terms": true, "accept_cancellation": true, "terms_version": 2}))
	o := w.pay(decodeOrder(t, r))
	if invoice := w.ask(http.MethodGet, fmt.Sprintf("/v1/orders/%s/invoice", o.ID), bearer("shop"), nil); !strings.Contains(string(invoice.Body), `"number":"RA-1"`) || !strings.Contains(string(invoice.Body), "Mill Lane") {
		t.Errorf("the invoice is %s", invoice.Body)
	}
	w.sound()
}

package market_test

import (
	"net/http"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/apitest"
)

var quiet = map[string]int{"*": 0}

const (
	loaf = `{"slug":"rye-loaf","name":"Rye loaf","category":"bread","description":"Two *days*.",
		"images":[{"url":"/media/` + hash + `/rye.jpg","alt":"A loaf","width":12,"height":8}],
		"variants":[{"sku":"RYE-800","name":"800 g","price":{"amount_minor":420,"currency":"GBP"},"vat_rate":0,"quantity":800,"unit":"g"}]}`
	newPrice = `{"variants":[{"sku":"RYE-800","name":"800 g","price":{"amount_minor":440,"currency":"GBP"},"vat_rate":0,"quantity":800,"unit":"g"}]}`
)

// TestLifeOfAProduct follows one product from draft to deletion; each step sees
// what the steps before it left.
func TestLifeOfAProduct(t *testing.T) {
	s := newShop(t)
	s.category("bakery", "")
	s.category("bread", "bakery")
	s.category("cakes", "bakery")
	const path = "/v1/products/rye-loaf"
	var tag string
	remember := func(t *testing.T, res *http.Response, _ []byte) { tag = res.Header.Get("ETag") }
	ifMatch := map[string]string{}
	matching := func(*testing.T) {
		clear(ifMatch)
		ifMatch["Authorization"], ifMatch["If-Match"] = editor["Authorization"], tag
	}
	apitest.Run(t, s.handler, s.pool, []apitest.Scenario{
		{Name: "made as a draft", Method: "POST", URL: "/v1/products", Header: editor, Body: loaf, Status: 201, Events: quiet,
			Want:       []string{`"status":"draft"`, `"description_html":"<p>Two <em>days`, `"amount_minor":525`, `"per":"kg"`},
			WantHeader: map[string]string{"Cache-Control": "private, no-store"}, After: remember},
		{Name: "strangers see no draft", URL: path, Status: 404, NotWant: []string{"Rye"}},
		{Name: "nor do those without the scope", URL: path, Header: reader, Status: 404},
		{Name: "nor lists", URL: "/v1/products", Status: 200, Want: []string{`"items":[]`}, NotWant: []string{"next_cursor"}},
		{Name: "editors do", URL: path, Header: editor, Status: 200, Want: []string{`"version":1`}},
		{Name: "in their list too", URL: "/v1/products?status=draft", Header: editor, Status: 200, Want: []string{`"slug":"rye-loaf"`}},
		{Name: "a draft is edited in silence", Method: "PATCH", URL: path, Before: matching, Header: ifMatch, Body: `{"summary":"Dark."}`,
			Status: 200, Events: quiet, Want: []string{`"version":2`}, After: remember},
		{Name: "published", Method: "PUT", URL: path + "/publish", Header: editor, Status: 200, Want: []string{`"status":"published"`, `"version":3`},
			Events: map[string]int{"market.product_published": 1, "*": 0}},
		{Name: "published again", Method: "PUT", URL: path + "/publish", Header: editor, Status: 200, Want: []string{`"version":3`}, Events: quiet, After: remember},
		{Name: "everybody sees it", URL: path, Status: 200, Want: []string{"Rye loaf"},
			WantHeader: map[string]string{"Cache-Control": "public, no-cache"}, After: func(t *testing.T, res *http.Response, _ []byte) {
				if got := res.Header.Get("ETag"); got != tag {
					t.Errorf("ETag %s, want the editor's, %s", got, tag)
				}
				clear(ifMatch)
				ifMatch["If-None-Match"] = tag
			}},
		{Name: "those who have it are told so", URL: path, Header: ifMatch, Status: 304, WantHeader: map[string]string{"Cache-Control": "public, no-cache"}},
		{Name: "by a category above", URL: "/v1/products?category=bakery", Status: 200, Want: []string{`"slug":"rye-loaf"`}},
		{Name: "not by another", URL: "/v1/products?category=cakes", Status: 200, Want: []string{`"items":[]`}},
		{Name: "a new price", Method: "PATCH", URL: path, Before: matching, Header: ifMatch, Body: newPrice, Status: 200,
			Want: []string{`"amount_minor":440`, `"version":4`}, Events: map[string]int{"market.product_updated": 1, "*": 0}},
		{Name: "of the version before", Method: "PATCH", URL: path, Header: ifMatch, Body: newPrice, Status: 412, Events: quiet, After: nil},
		{Name: "without a version", Method: "PATCH", URL: path, Header: editor, Body: newPrice, Status: 428, Events: quiet},
		{Name: "the version now", URL: path, Status: 200, After: remember},
		{Name: "the same again", Method: "PATCH", URL: path, Before: matching, Header: ifMatch, Body: newPrice, Status: 200, Events: quiet, Want: []string{`"version":4`}},
		{Name: "nothing at all", Method: "PATCH", URL: path, Before: matching, Header: ifMatch, Body: `{}`, Status: 200, Events: quiet, Want: []string{`"version":4`}},
		{Name: "other Markdown for the same page", Method: "PATCH", URL: path, Before: matching, Header: ifMatch, Body: `{"description":"Two _days_."}`,
			Status: 200, Events: quiet, Want: []string{`"version":5`}, After: remember},
		{Name: "no variant left", Method: "PATCH", URL: path, Before: matching, Header: ifMatch, Body: `{"variants":[]}`, Status: 409, Want: []string{`"code":"no_variant"`}, Events: quiet},
		{Name: "moved", Method: "PATCH", URL: path, Before: matching, Header: ifMatch, Body: `{"category":"cakes"}`, Status: 200, After: remember,
			Want: []string{`"slug":"cakes"`}, Events: map[string]int{"market.product_updated": 1, "*": 0}},
		{Name: "taken back", Method: "PUT", URL: path + "/unpublish", Header: editor, Status: 200, Want: []string{`"status":"draft"`},
			Events: map[string]int{"market.product_unpublished": 1, "*": 0}},
		{Name: "taken back again", Method: "PUT", URL: path + "/unpublish", Header: editor, Status: 200, Events: quiet, After: remember},
		{Name: "gone for strangers", URL: path, Status: 404},
		{Name: "published once more", Method: "PUT", URL: path + "/publish", Header: editor, Status: 200, Events: map[string]int{"market.product_published": 1, "*": 0}},
		{Name: "deleted without a version", Method: "DELETE", URL: path, Header: editor, Status: 428, Events: quiet},
		{Name: "deleted with an old one", Method: "DELETE", URL: path, Before: matching, Header: ifMatch, Status: 412, Events: quiet},
		{Name: "the last version", URL: path, Status: 200, After: remember},
		{Name: "deleted", Method: "DELETE", URL: path, Before: matching, Header: ifMatch, Status: 204, Events: map[string]int{"market.product_unpublished": 1, "*": 0}},
		{Name: "deleted again", Method: "DELETE", URL: path, Header: ifMatch, Status: 404, Events: quiet},
	})
}

func TestWhoMayWrite(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	s.product("rye-loaf", "bread")
	var scenarios []apitest.Scenario
	for _, op := range []struct{ method, url, body string }{
		{"POST", "/v1/categories", `{"slug":"x","name":"X"}`},
		{"PATCH", "/v1/categories/bread", `{}`},
		{"DELETE", "/v1/categories/bread", ``},
		{"POST", "/v1/products", loaf},
		{"PATCH", "/v1/products/rye-loaf", newPrice},
		{"PUT", "/v1/products/rye-loaf/publish", ``},
		{"PUT", "/v1/products/rye-loaf/unpublish", ``},
		{"DELETE", "/v1/products/rye-loaf", ``},
		{"POST", "/v1/brands", `{"slug":"x","name":"X"}`}, {"PATCH", "/v1/brands/ash", `{}`}, {"DELETE", "/v1/brands/ash", ``},
		{"POST", "/v1/producers", `{"slug":"x","name":"X"}`}, {"PATCH", "/v1/producers/ash", `{}`}, {"DELETE", "/v1/producers/ash", ``},
		{"POST", "/v1/labels", `{"slug":"x","name":"X"}`}, {"PATCH", "/v1/labels/ash", `{}`}, {"DELETE", "/v1/labels/ash", ``},
		{"POST", "/v1/collections", `{"slug":"x","name":"X"}`}, {"PATCH", "/v1/collections/ash", `{}`}, {"DELETE", "/v1/collections/ash", ``},
		{"GET", "/v1/products?status=draft", ``},
	} {
		for status, header := range map[int]map[string]string{401: nil, 403: reader} {
			scenarios = append(scenarios, apitest.Scenario{Name: op.method + " " + op.url + " " + http.StatusText(status),
				Method: op.method, URL: op.url, Header: header, Body: op.body, Status: status, NotWant: []string{"rye-loaf"}, Events: quiet})
		}
	}
	apitest.Run(t, s.handler, s.pool, scenarios)
}

func TestRefusals(t *testing.T) {
	s := newShop(t)
	s.category("bread", "")
	s.product("rye-loaf", "bread")
	const canary = apitest.Canary
	product := func(old, new string) string {
		other := strings.Replace(loaf, "rye-loaf", "other-loaf", 1)
		if !strings.Contains(other, old) {
			t.Fatalf("no %s in the body", old)
		}
		return strings.Replace(other, old, new, 1)
	}
	post := func(name, body string, status int, want ...string) apitest.Scenario {
		return apitest.Scenario{Name: name, Method: "POST", URL: "/v1/products", Header: editor, Body: body,
			Status: status, Want: want, NotWant: []string{canary}, Events: quiet}
	}
	scenarios := []apitest.Scenario{
		post("an unknown field", product(`"name"`, `"`+canary+`":1,"name"`), 422),
		post("no name", product(`"name":"Rye loaf",`, ``), 422, `"body`),
		post("an empty name", product(`"Rye loaf"`, `""`), 422, `"body.name"`),
		post("a blank name", product(`"Rye loaf"`, `"  "`), 422, `"body.name"`),
		post("a name of two lines", product(`"Rye loaf"`, `"`+canary+`\nloaf"`), 422, `"body.name"`),
		post("a name with NUL", product(`"Rye loaf"`, `"Rye\u0000loaf"`), 400),
		post("a name that is no UTF-8", product(`"Rye loaf"`, "\"Rye\xffloaf\""), 400),
		post("a long name", product(`"Rye loaf"`, `"`+strings.Repeat("é", 201)+`"`), 422, `"body.name"`),
		post("a number for a name", product(`"Rye loaf"`, `7`), 422, `"body.name"`),
		post("a slug with a path", product(`other-loaf`, `../`+canary), 422, `"body.slug"`),
		post("a slug with capitals", product(`other-loaf`, canary), 422, `"body.slug"`),
		post("a slug in use", loaf, 409, `"code":"slug_taken"`),
		post("no such category", product(`"category":"bread"`, `"category":"cakes"`), 422, `"body.category"`),
		post("no such category id", product(`"category":"bread"`, `"category":"cat_00000000000000000000000000000000"`), 422, `"body.category"`),
		post("another kind of id", product(`"category":"bread"`, `"category":"prod_00000000000000000000000000000000"`), 422, `"body.category"`),
		post("a script", product(`Two *days*.`, `<script>`+canary+`</script>`), 422, `"code":"unsafe_html"`),
		post("an image from elsewhere", product(`/media/`+hash+`/rye.jpg`, `https://example.org/`+canary+`.jpg`), 422, `"body.images[0].url"`),
		post("an image by script", product(`/media/`+hash+`/rye.jpg`, `javascript:/`+hash+`/rye.jpg`), 422, `"body.images[0].url"`),
		post("a price of nothing", product(`420`, `0`), 422, `"body.variants[0].price.amount_minor"`),
		post("a price below zero", product(`420`, `-1`), 422, `"body.variants[0].price.amount_minor"`),
		post("a price with a fraction", product(`420`, `4.2`), 422, `"body.variants[0].price.amount_minor"`),
		post("a price beyond all", product(`420`, `100000000000`), 422, `"body.variants[0].price.amount_minor"`),
		post("a small currency", product(`"GBP"`, `"gbp"`), 422, `"body.variants[0].price.currency"`),
		post("too much VAT", product(`"vat_rate":0`, `"vat_rate":10001`), 422, `"body.variants[0].vat_rate"`),
		post("nothing in it", product(`"quantity":800`, `"quantity":0`), 422, `"body.variants[0].quantity"`),
		post("another unit", product(`"unit":"g"`, `"unit":"`+canary+`"`), 422, `"body.variants[0].unit"`),
		post("a sku in use", product(`RYE-800`, `rye-loaf-1`), 409, `"code":"sku_taken"`),
		post("a variant of another product", product(`"sku"`, `"id":"var_00000000000000000000000000000000","sku"`), 422, `"body.variants[0].id"`),
		post("a sku twice", product(`}]}`, `},{"sku":"RYE-800","name":"x","price":{"amount_minor":1,"currency":"GBP"},"vat_rate":0,"quantity":1,"unit":"g"}]}`), 422, `"body.variants[1].sku"`),
		post("two currencies", product(`}]}`, `},{"sku":"RYE-9","name":"x","price":{"amount_minor":1,"currency":"EUR"},"vat_rate":0,"quantity":1,"unit":"g"}]}`), 422, `"body.variants[1].price.currency"`),
		post("no JSON", `{`+canary, 400),
	}
	for _, tt := range []struct {
		url    string
		status int
	}{
		{"/v1/products/" + canary, 404},
		{"/v1/products/no-such", 404},
		{"/v1/products/prod_00000000000000000000000000000000", 404},
		{"/v1/products/..%2f..%2fetc", 404},
		{"/v1/products/%00", 400},
		{"/v1/products/%ff", 400},
		{"/v1/products/" + strings.Repeat("a", 101), 422},
		{"/v1/categories/" + canary, 404},
		{"/v1/categories/%00", 400},
		{"/v1/products?category=no-such", 404},
		{"/v1/products?category=cat_00000000000000000000000000000000", 404},
		{"/v1/products?category=%00", 400},
		{"/v1/products?limit=0", 422},
		{"/v1/products?limit=101", 422},
		{"/v1/products?limit=" + canary, 422},
		{"/v1/products?cursor=" + canary, 422},
		{"/v1/products?cursor=eyJrIjoiXHUwMDAwIn0", 422}, // a key of NUL
		{"/v1/products?status=" + canary, 422},
		{"/v1/products?" + canary + "=1", 422},
	} {
		scenarios = append(scenarios, apitest.Scenario{Name: tt.url, URL: tt.url, Status: tt.status, NotWant: []string{canary}})
	}
	apitest.Run(t, s.handler, s.pool, scenarios)
}

func TestLifeOfACategory(t *testing.T) {
	s := newShop(t)
	var tag string
	remember := func(t *testing.T, res *http.Response, _ []byte) { tag = res.Header.Get("ETag") }
	ifMatch := map[string]string{}
	matching := func(*testing.T) { ifMatch["Authorization"], ifMatch["If-Match"] = editor["Authorization"], tag }
	changed := map[string]int{"market.category_updated": 1, "*": 0}
	patch := func(name, slug, body string, status int, events map[string]int, want ...string) []apitest.Scenario {
		return []apitest.Scenario{
			{Name: name + ": the version", URL: "/v1/categories/" + slug, Status: 200, After: remember},
			{Name: name, Method: "PATCH", URL: "/v1/categories/" + slug, Before: matching, Header: ifMatch, Body: body, Status: status, Events: events, Want: want},
		}
	}
	scenarios := []apitest.Scenario{
		{Name: "at the top", Method: "POST", URL: "/v1/categories", Header: editor, Body: `{"slug":"bakery","name":"Bakery"}`, Status: 201, Events: changed},
		{Name: "below it", Method: "POST", URL: "/v1/categories", Header: editor, Body: `{"slug":"bread","name":"Bread","parent":"bakery"}`, Status: 201, Events: changed,
			Want: []string{`"ancestors":[{"id":"cat_`, `"slug":"bakery"`}},
		{Name: "below that", Method: "POST", URL: "/v1/categories", Header: editor, Body: `{"slug":"rye","name":"Rye","parent":"bread"}`, Status: 201, Events: changed},
		{Name: "a slug in use", Method: "POST", URL: "/v1/categories", Header: editor, Body: `{"slug":"rye","name":"Rye"}`, Status: 409, Events: quiet, Want: []string{`"slug_taken"`}},
		{Name: "a word of the site", Method: "POST", URL: "/v1/categories", Header: editor, Body: `{"slug":"products","name":"X"}`, Status: 422, Events: quiet, Want: []string{`"reserved_slug"`}},
		{Name: "another word of the site", Method: "POST", URL: "/v1/categories", Header: editor, Body: `{"slug":"page","name":"X"}`, Status: 422, Events: quiet, Want: []string{`"reserved_slug"`}},
		{Name: "no such parent", Method: "POST", URL: "/v1/categories", Header: editor, Body: `{"slug":"x","name":"X","parent":"none"}`, Status: 422, Events: quiet, Want: []string{`"body.parent"`}},
		{Name: "no name", Method: "POST", URL: "/v1/categories", Header: editor, Body: `{"slug":"x"}`, Status: 422, Events: quiet},
		{Name: "without a version", Method: "PATCH", URL: "/v1/categories/rye", Header: editor, Body: `{}`, Status: 428, Events: quiet},
		{Name: "of another version", Method: "PATCH", URL: "/v1/categories/rye", Header: with(editor, "If-Match", `"v9-a"`), Body: `{"name":"X"}`, Status: 412, Events: quiet},
		{Name: "no such", Method: "PATCH", URL: "/v1/categories/none", Header: with(editor, "If-Match", `"v1-a"`), Body: `{}`, Status: 404, Events: quiet},
		{Name: "not empty", Method: "DELETE", URL: "/v1/categories/bread", Header: with(editor, "If-Match", `"v1-a"`), Status: 409, Events: quiet, Want: []string{`"not_empty"`}},
		{Name: "of another version, deleted", Method: "DELETE", URL: "/v1/categories/rye", Header: with(editor, "If-Match", `"v9-a"`), Status: 412, Events: quiet},
		{Name: "the tree", URL: "/v1/categories", Status: 200, Want: []string{`"children":[{"id":"cat_`}},
	}
	scenarios = append(scenarios, patch("a new name", "bread", `{"name":"Loaves","description":"Daily.","image":{"url":"/media/`+hash+`/b.svg","alt":"Loaves"}}`, 200, changed, `"Loaves"`, `b.svg`)...)
	scenarios = append(scenarios, patch("the same name", "bread", `{"name":"Loaves"}`, 200, quiet, `"version":2`)...)
	scenarios = append(scenarios, patch("no picture", "bread", `{"image":{"url":"","alt":""}}`, 200, changed, `"version":3`)...)
	scenarios = append(scenarios, patch("below itself", "bakery", `{"parent":"bakery"}`, 422, quiet, `"below_itself"`)...)
	scenarios = append(scenarios, patch("below its own", "bakery", `{"parent":"rye"}`, 422, quiet, `"below_itself"`)...)
	scenarios = append(scenarios, patch("to the top", "rye", `{"parent":""}`, 200, changed, `"ancestors":[]`)...)
	scenarios = append(scenarios, patch("now below it", "bakery", `{"parent":"rye"}`, 200, changed)...)
	scenarios = append(scenarios,
		apitest.Scenario{Name: "moved with what is below", URL: "/v1/categories/bread", Status: 200, Want: []string{`"ancestors":[{"id":"cat_`, `"slug":"rye"`, `"slug":"bakery"`}, After: remember},
		apitest.Scenario{Name: "deleted", Method: "DELETE", URL: "/v1/categories/bread", Before: matching, Header: ifMatch, Status: 204, Events: changed},
		apitest.Scenario{Name: "deleted again", Method: "DELETE", URL: "/v1/categories/bread", Header: ifMatch, Status: 404, Events: quiet},
	)
	apitest.Run(t, s.handler, s.pool, scenarios)
}

// What the requests of the authorization table about carts and orders are about.

package api_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"testing"

	"rose-ash.com/roseash/api/apitest"
	"rose-ash.com/roseash/api/shared/id"
)

func init() {
	maps.Copy(bodies, map[string]string{
		"update-cart":      `{"note":"Ring twice, $n times"}`,
		"create-cart-item": `{"kind":"product","id":"$loose","quantity":1}`,
		"update-cart-item": `{"quantity":2}`,
		"create-cart-code": `{"code":"FREE"}`,
		"create-quote":     `{}`,
		"create-order":     `{"expected_total_minor":0,"contact":{"name":"Somebody","email":"somebody@example.org"}}`,
		"cancel-order":     `{}`,
		"edit-order":       `{"note":"Later, please"}`,

		"set-picking":       `{"status":"picking"}`,
		"create-fulfilment": `{"lines":[],"final":true}`,
		"create-refund":     `{"amount_minor":1,"reason":"requested"}`,

		"create-counter-sale":    `{"lines":[{"id":"$loose","quantity":1}],"method":"cash"}`,
		"create-discount":        `{"code":"CODE-$n","name":"Code $n","kind":"percent","percent_bp":1000}`,
		"update-discount":        `{"name":"Code $n, again"}`,
		"create-delivery-method": `{"name":"Barn $n","kind":"collection","active":false}`,
		"update-delivery-method": `{"name":"Barn $n, again"}`,
		"create-order-window":    `{"name":"Week $n","opens_at":"2030-04-26T08:00:00Z","closes_at":"2030-05-01T20:00:00Z"}`,
		"update-order-window":    `{"name":"Week $n, again"}`,
		"update-order-settings":  `{"contact":"shop-$n@example.org"}`,
		"resolve-difference":     `{"resolution":"Looked at it."}`,
	})
}

// openShop puts something on the shelf that costs nothing with the code FREE.
func (w *matrix) openShop(t *testing.T) {
	t.Helper()
	text := w.make(t, "admin", "/v1/products", `{"name":"Loose","slug":"loose","category":"shelf",
		"variants":[{"name":"One","sku":"LOOSE-1","price":{"amount_minor":100,"currency":"GBP"},"quantity":1,"unit":"each","vat_rate":0}]}`, "id")
	if res, body := w.as(t, "admin", apitest.Scenario{Method: "PUT", URL: "/v1/products/" + text + "/publish"}); res.StatusCode != http.StatusOK {
		t.Fatalf("publishing = %d %s", res.StatusCode, body)
	}
	_, body := w.as(t, "admin", apitest.Scenario{Method: "GET", URL: "/v1/products/loose"})
	var product struct{ Variants []struct{ ID string } }
	if err := json.Unmarshal(body, &product); err != nil || len(product.Variants) != 1 {
		t.Fatalf("%v: %s", err, body)
	}
	w.loose = product.Variants[0].ID
	w.make(t, "shopkeeper", "/v1/discounts", `{"code":"FREE","name":"Free","kind":"percent","percent_bp":10000}`, "id")
}

// fillCart empties the owner's cart and puts one thing and the code FREE into it.
func (w *matrix) fillCart(t *testing.T) (line, code string) {
	t.Helper()
	var body []byte
	for _, s := range []apitest.Scenario{
		{Method: "DELETE", URL: "/v1/cart"},
		{Method: "POST", URL: "/v1/cart/items", Body: w.fill(bodies["create-cart-item"])},
		{Method: "POST", URL: "/v1/cart/codes", Body: `{"code":"FREE"}`},
	} {
		var res *http.Response
		if res, body = w.as(t, "owner", s); res.StatusCode != http.StatusOK {
			t.Fatalf("%s %s = %d %s", s.Method, s.URL, res.StatusCode, body)
		}
	}
	var cart struct{ Lines, Discounts []struct{ ID string } }
	if err := json.Unmarshal(body, &cart); err != nil || len(cart.Lines) != 1 || len(cart.Discounts) != 1 {
		t.Fatalf("%v: %s", err, body)
	}
	return cart.Lines[0].ID, cart.Discounts[0].ID
}

// ofShop makes what a parameter of the cart's and the orders' paths names; false: it is none
// of theirs.
func (w *matrix) ofShop(t *testing.T, operation, parameter string) (string, bool) {
	t.Helper()
	switch parameter {
	case "line":
		line, _ := w.fillCart(t)
		return line, true
	case "order":
		w.fillCart(t)
		return w.make(t, "owner", "/v1/checkout", bodies["create-order"], "id"), true
	case "number":
		return "1", true
	case "discount":
		if operation == "delete-cart-code" {
			_, code := w.fillCart(t)
			return code, true
		}
		return w.make(t, "shopkeeper", "/v1/discounts", bodies["create-discount"], "id"), true
	case "method":
		return w.make(t, "shopkeeper", "/v1/delivery-methods", bodies["create-delivery-method"], "id"), true
	case "window":
		return w.make(t, "shopkeeper", "/v1/order-windows", bodies["create-order-window"], "id"), true
	case "month":
		return "2026-10", true
	case "difference":
		u := id.New()
		w.exec(t, `INSERT INTO orders.differences (id, kind, transaction_id, found_at, seen_at) VALUES ($1, 'foreign_payment', $2, shared.clock(), shared.clock())`, u, u.String())
		return id.Format[string]("diff", u), true
	}
	return "", false
}

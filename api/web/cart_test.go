// Where the cart's pages are, and what of an API's answer reaches the browser.

package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// TestCartHost: at a host of its own the cart is nowhere else, strangers get in, and a new
// cart's cookie reaches the browser.
func TestCartHost(t *testing.T) {
	sites, err := urls.New("https://rose.example", map[urls.App]string{urls.Cart: "https://cart.example", urls.Account: "https://me.example"})
	if err != nil {
		t.Fatal(err)
	}
	private := Private{Sites: sites, Assets: site.DefaultAssets(), Clock: clock.NewManual(time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)),
		Settings: func(context.Context) (contract.SiteSettings, error) {
			return contract.SiteSettings{Title: "Rose Ash"}, nil
		}}
	r := chi.NewRouter()
	r.Get("/v1/cart", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"lines":[],"totals":{}}`)) })
	r.Post("/v1/cart/items", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Set-Cookie", "__Host-cart=token")
		_, _ = w.Write([]byte(`{}`))
	})
	(&Account{Private: private}).Mount(r)
	(&Cart{Private: private}).Mount(r)
	(&Checkout{Private: private, PayOrigins: "https://*.sumup.com"}).Mount(r)
	(&Orders{Private: private, PayOrigins: "https://*.sumup.com"}).Mount(r)
	ask := func(method, host, at string) *http.Response {
		req := httptest.NewRequest(method, at, strings.NewReader("variant=var_1"))
		req.Host = host
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		return w.Result()
	}
	for _, tt := range []struct {
		method, host, at string
		status           int
		location         string
	}{
		{"GET", "cart.example", "/cart/", 200, ""},
		{"GET", "cart.example", "/", 303, "/cart/"},
		{"GET", "me.example", "/", 303, "/account/"},
		{"GET", "rose.example", "/", 404, ""},
		{"GET", "rose.example", "/cart/?done=added", 303, "https://cart.example/cart/?done=added"},
		{"GET", "rose.example", "/orders/ord_1/key/", 303, "https://cart.example/orders/ord_1/key/"},
		{"GET", "rose.example", "/checkout/", 303, "https://cart.example/checkout/"},
		{"POST", "rose.example", "/cart/add/", 404, ""},
		{"POST", "rose.example", "/checkout/", 404, ""},
		{"GET", "cart.example", "/cart/nothing/", 404, ""},
		{"GET", "cart.example", "/orders/", 303, "/login/?return_to=%2Forders%2F"},
		{"GET", "cart.example", "/orders/ord_1/k%2F..%2Fx/", 404, ""},
		{"POST", "cart.example", "/cart/add/", 303, "/cart/?done=added&what=var_1"},
	} {
		if res := ask(tt.method, tt.host, tt.at); res.StatusCode != tt.status || res.Header.Get("Location") != tt.location {
			t.Errorf("%s %s%s = %d to %q, want %d to %q", tt.method, tt.host, tt.at, res.StatusCode, res.Header.Get("Location"), tt.status, tt.location)
		}
	}
	if res := ask("POST", "cart.example", "/cart/add/"); len(res.Cookies()) != 1 || res.Cookies()[0].Value != "token" {
		t.Errorf("the browser is given %v", res.Cookies())
	}
	for at, pays := range map[string]bool{"/cart/": false, "/checkout/": true, "/orders/": true} {
		policy := ask("GET", "cart.example", at).Header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "form-action 'self'") || strings.Contains(policy, "https://*.sumup.com") != pays || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: %s", at, policy)
		}
	}
}

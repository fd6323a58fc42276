package api_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rose-ash.com/roseash/api"
)

// TestApp: the parts answer where they should, and the private listener shows
// nothing but health and metrics.
func TestApp(t *testing.T) {
	app, _ := whole(t)
	public, private := app.Handler(nil), app.PrivateHandler()
	tests := []struct {
		name   string
		h      http.Handler
		path   string
		status int
		want   string
	}{
		{"public", public, "/livez", 200, "live"},
		{"public", public, "/readyz", 200, "ready"},
		{"public", public, "/v1/posts", 200, `"items":[]`},
		{"public", public, "/v1/products", 200, `"items":[]`},
		{"public", public, "/v1/settings", 200, `"title":"Rose Ash"`},
		{"public", public, "/media/" + strings.Repeat("0", 64) + "/x.png", 404, "no such image"},
		{"public", public, "/metrics", 404, "not_found"},
		{"public", public, "/", 404, "not_found"},
		{"private", private, "/livez", 200, "live"},
		{"private", private, "/readyz", 200, "ready"},
		{"private", private, "/metrics", 200, "roseash_bus_unbuilt 0"},
		{"private", private, "/v1/posts", 404, "not_found"},
	}
	for _, tt := range tests {
		w := httptest.NewRecorder()
		tt.h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "https://coop.example"+tt.path, nil))
		body, _ := io.ReadAll(w.Body)
		if w.Code != tt.status || !strings.Contains(string(body), tt.want) {
			t.Errorf("%s %s = %d %s, want %d with %s", tt.name, tt.path, w.Code, body, tt.status, tt.want)
		}
	}
}

// TestEveryRoute: the document is made from the operations that are served.
func TestEveryRoute(t *testing.T) {
	app, _ := whole(t)
	served := api.Document([]api.Routes{app.Blog.Routes, app.Ghost.Routes, app.Market.Routes, app.Media.Routes, app.Search.Routes,
		app.Identity.Routes, app.OAuth.Routes, app.Account.Routes, app.Cart.Routes, app.Orders.Routes, app.Events.Routes})
	described := api.Document(api.EveryRoute())
	if len(served.Paths) == 0 || len(served.Paths) != len(described.Paths) {
		t.Errorf("%d paths are served, %d described", len(served.Paths), len(described.Paths))
	}
	for path := range served.Paths {
		if described.Paths[path] == nil {
			t.Errorf("%s is not described", path)
		}
	}
}

package api

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/clock"
)

type oneToken struct{}

func (oneToken) Verify(_ context.Context, c auth.Credentials) (auth.Principal, error) {
	if c.Token != "good" {
		return auth.Principal{}, auth.ErrRefused
	}
	return auth.Principal{Name: "ada", Scopes: []string{auth.AllScopes}}, nil
}

func limitedToy(limit int, c clock.Clock) http.Handler {
	return NewHandler(HandlerOptions{Log: slog.New(slog.DiscardHandler), Limit: limit, Clock: c, Middleware: verified(oneToken{}), Routes: []Routes{func(a huma.API) {
		huma.Register(a, huma.Operation{OperationID: "get-toy", Method: http.MethodGet, Path: "/v1/toy"},
			func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
	}}})
}

// TestLimit: every answer of the API says what is left, and who asks too often
// waits as long as it says.
func TestLimit(t *testing.T) {
	c := clock.NewManual(time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC))
	h := limitedToy(3, c)
	get := func(path, from string, header ...string) *http.Response {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.RemoteAddr = from
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Result()
	}
	const ada, bob, bad = "Bearer good", "192.0.2.8:99", "Bearer guess"
	good := []string{"Authorization", ada}
	tests := []struct {
		name, path, from string
		header           []string
		status           int
		policy, limit    string
		retry            string
	}{
		{"first", "/v1/toy", "192.0.2.7:1", nil, 204, `"address";q=3;w=60`, `"address";r=2;t=20`, ""},
		{"nothing there", "/v1/nothing", "192.0.2.7:2", nil, 404, `"address";q=3;w=60`, `"address";r=1;t=40`, ""},
		{"a token is not counted with its address", "/v1/toy", "192.0.2.7:2", good, 204, `"token";q=30;w=60`, `"token";r=29;t=2`, ""},
		{"a wrong token is", "/v1/toy", "192.0.2.7:3", []string{"Authorization", bad}, 401, `"address";q=3;w=60`, `"address";r=0;t=60`, ""},
		{"too many", "/v1/toy", "192.0.2.7:4", nil, 429, `"address";q=3;w=60`, `"address";r=0;t=20`, "20"},
		{"too many of nothing", "/v1/nothing", "192.0.2.7:4", nil, 429, `"address";q=3;w=60`, `"address";r=0;t=20`, "20"},
		{"no more guesses", "/v1/toy", "192.0.2.7:5", []string{"Authorization", bad}, 429, `"address";q=3;w=60`, `"address";r=0;t=20`, "20"},
		{"no way round by another scheme", "/v1/toy", "192.0.2.7:5", []string{"Authorization", "Basic eA=="}, 429, `"address";q=3;w=60`, `"address";r=0;t=20`, "20"},
		{"a token still is taken", "/v1/toy", "192.0.2.7:5", good, 204, `"token";q=30;w=60`, `"token";r=28;t=4`, ""},
		{"others are not kept out", "/v1/toy", bob, nil, 204, `"address";q=3;w=60`, `"address";r=2;t=20`, ""},
		{"what is no API is not counted", "/livez", "192.0.2.7:4", nil, 200, "", "", ""},
		{"one network", "/v1/toy", "[2001:db8::1]:9", nil, 204, `"address";q=3;w=60`, `"address";r=2;t=20`, ""},
		{"the same network", "/v1/toy", "[2001:db8::ffff:2]:9", nil, 204, `"address";q=3;w=60`, `"address";r=1;t=40`, ""},
		{"another network", "/v1/toy", "[2001:db8:0:1::1]:9", nil, 204, `"address";q=3;w=60`, `"address";r=2;t=20`, ""},
	}
	for _, tt := range tests {
		res := get(tt.path, tt.from, tt.header...)
		h := res.Header
		if res.StatusCode != tt.status || h.Get("RateLimit-Policy") != tt.policy || h.Get("RateLimit") != tt.limit || h.Get("Retry-After") != tt.retry {
			t.Errorf("%s: %d, RateLimit-Policy %s, RateLimit %s, Retry-After %s; want %d %s %s %s", tt.name,
				res.StatusCode, h.Get("RateLimit-Policy"), h.Get("RateLimit"), h.Get("Retry-After"), tt.status, tt.policy, tt.limit, tt.retry)
		}
	}
	c.Advance(20 * time.Second)
	if res := get("/v1/toy", "192.0.2.7:6"); res.StatusCode != http.StatusNoContent {
		t.Errorf("after waiting: %d", res.StatusCode)
	}
}

// TestTokenLimit: a token has ten times as much, and then waits too.
func TestTokenLimit(t *testing.T) {
	h := limitedToy(3, clock.NewManual(time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)))
	for i := range 31 {
		r := httptest.NewRequest(http.MethodGet, "/v1/toy", nil)
		r.Header.Set("Authorization", "Bearer good")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		want := http.StatusNoContent
		if i == 30 {
			want = http.StatusTooManyRequests
		}
		if w.Code != want {
			t.Errorf("request %d: %d, want %d", i, w.Code, want)
		}
	}
}

// TestNoLimit: 0 counts nothing and says nothing.
func TestNoLimit(t *testing.T) {
	w := httptest.NewRecorder()
	limitedToy(0, nil).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1/toy", nil))
	if w.Code != http.StatusNoContent || w.Header().Get("RateLimit") != "" {
		t.Errorf("%d with RateLimit %q", w.Code, w.Header().Get("RateLimit"))
	}
}

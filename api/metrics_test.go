package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/db/dbtest"
)

func TestMetrics(t *testing.T) {
	m := api.NewMetrics("")
	m.Pool(dbtest.New(t))
	m.Gauge("roseash_bus_waiting", "Domain events that wait.", func() float64 { return 7 })
	h, _ := toy(t, func(o *api.HandlerOptions) { o.Metrics = m })
	ask(h, "GET", "/v1/seeds/leek", "")
	ask(h, "GET", "/v1/seeds/"+canary, "")
	ask(h, "GET", "/"+canary, "")
	ask(h, canary, "/v1/seeds/leek", "")

	w := httptest.NewRecorder()
	m.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	text := w.Body.String()
	for _, want := range []string{
		`roseash_http_request_duration_seconds_count{method="GET",route="/v1/seeds/{seed}",status="200"} 1`,
		`roseash_http_request_duration_seconds_count{method="GET",route="/v1/seeds/{seed}",status="422"} 1`,
		`roseash_http_request_duration_seconds_count{method="GET",route="none",status="404"} 1`,
		`roseash_http_request_duration_seconds_count{method="other",route="none",status="405"} 1`,
		"roseash_bus_waiting 7",
		"roseash_db_connections_max 8",
		"go_goroutines ",
		"process_start_time_seconds ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	if strings.Contains(text, canary) {
		t.Error("/metrics has a client's text")
	}
}

func TestMetricsAccess(t *testing.T) {
	tests := []struct {
		name, token, peer, host string
		header                  []string
		status                  int
	}{
		{"a program on this machine", "", "127.0.0.1:1", "localhost:8080", nil, 200},
		{"by address", "", "[::1]:1", "[::1]:8080", nil, 200},
		{"from elsewhere", "", "192.0.2.1:1", "localhost:8080", nil, 404},
		{"a rebound name", "", "127.0.0.1:1", "evil.example", nil, 404},
		{"passed on by a proxy", "", "127.0.0.1:1", "localhost", []string{"X-Forwarded-For", "127.0.0.1"}, 404},
		{"with the token", "secret", "192.0.2.1:1", "example.org", []string{"Authorization", "Bearer secret"}, 200},
		{"with another token", "secret", "192.0.2.1:1", "example.org", []string{"Authorization", "Bearer secrets"}, 404},
		{"without the token", "secret", "127.0.0.1:1", "localhost", nil, 404},
		{"an empty token", "", "192.0.2.1:1", "example.org", []string{"Authorization", "Bearer "}, 404},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, _ := toy(t, func(o *api.HandlerOptions) { o.Metrics = api.NewMetrics(tt.token) })
			r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
			r.RemoteAddr, r.Host = tt.peer, tt.host
			for i := 0; i < len(tt.header); i += 2 {
				r.Header.Set(tt.header[i], tt.header[i+1])
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != tt.status {
				t.Errorf("/metrics = %d, want %d", w.Code, tt.status)
			}
			if shown := strings.Contains(w.Body.String(), "go_goroutines"); shown != (tt.status == 200) {
				t.Errorf("the numbers are shown: %v", shown)
			}
		})
	}
}

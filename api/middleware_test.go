package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"rose-ash.com/roseash/api"
)

func TestRequestID(t *testing.T) {
	h, out := toy(t)
	const good = "019ab3f4-7c2e-7d06-b8a1-f0c2d3e4f506"
	tests := map[string]struct {
		sent string
		kept bool
	}{
		"a UUID":         {good, true},
		"without dashes": {strings.ReplaceAll(good, "-", ""), true},
		"none":           {"", false},
		"free text":      {canary, false},
		"too long":       {good + good, false},
		"a line break":   {good + "\n" + canary, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			res := ask(h, "GET", "/v1/seeds/leek", "", "X-Request-Id", tt.sent)
			got := res.Header.Get("X-Request-Id")
			if (got == tt.sent) != tt.kept || len(got) < 32 {
				t.Errorf("sent %q, answered %q", tt.sent, got)
			}
			if !strings.Contains(out.String(), got) {
				t.Error("the log does not have the id")
			}
		})
	}
}

func TestClientAddress(t *testing.T) {
	h, _ := toy(t, func(o *api.HandlerOptions) {
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	})
	tests := map[string]struct{ peer, forwarded, want string }{
		"no proxy":             {"203.0.113.7:40000", "", "203.0.113.7:40000"},
		"a stranger's claim":   {"203.0.113.7:40000", "198.51.100.1", "203.0.113.7:40000"},
		"loopback":             {"127.0.0.1:40000", "198.51.100.1", "198.51.100.1:0"},
		"loopback v6":          {"[::1]:40000", "2001:db8::1", "[2001:db8::1]:0"},
		"a trusted proxy":      {"10.1.2.3:40000", "198.51.100.1", "198.51.100.1:0"},
		"two proxies":          {"127.0.0.1:1", "198.51.100.1, 10.1.2.3", "198.51.100.1:0"},
		"an invented hop":      {"127.0.0.1:1", "192.0.2.99, 198.51.100.1", "198.51.100.1:0"},
		"text":                 {"127.0.0.1:1", canary, "127.0.0.1:1"},
		"text before a proxy":  {"127.0.0.1:1", canary + ", 10.1.2.3", "10.1.2.3:0"},
		"a mapped address":     {"127.0.0.1:1", "::ffff:198.51.100.1", "198.51.100.1:0"},
		"a loopback that lies": {"127.0.0.1:1", "127.0.0.1", "127.0.0.1:0"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/plain/address", nil)
			r.RemoteAddr = tt.peer
			if tt.forwarded != "" {
				r.Header.Set("X-Forwarded-For", tt.forwarded)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if got, _, _ := strings.Cut(w.Body.String(), " "); got != tt.want {
				t.Errorf("the client is %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPanic(t *testing.T) {
	h, out := toy(t)
	res := ask(h, "GET", "/v1/faults/panic", "")
	body := read(t, res)
	if res.StatusCode != 500 || strings.Contains(body, "on purpose") || !strings.Contains(body, "urn:request:"+res.Header.Get("X-Request-Id")) {
		t.Errorf("answer = %d %s", res.StatusCode, body)
	}
	if n := strings.Count(out.String(), "on purpose"); n != 1 {
		t.Errorf("the log has the panic %d times, want once", n)
	}
	if !strings.Contains(out.String(), "toy_test.go") {
		t.Error("the log has no stack")
	}
}

// TestPanicAfterHeader: a broken answer must not look whole.
func TestPanicAfterHeader(t *testing.T) {
	h, _ := toy(t)
	defer func() {
		if fault := recover(); fault != http.ErrAbortHandler {
			t.Errorf("panic = %v, want http.ErrAbortHandler, which closes the connection", fault)
		}
	}()
	ask(h, "GET", "/plain/half", "")
	t.Error("the handler returned")
}

func TestAccessLog(t *testing.T) {
	h, out := toy(t)
	ask(h, "GET", "/v1/seeds/leek?limit=3", "", "Authorization", "Bearer "+canary)
	var line map[string]any
	if err := json.Unmarshal([]byte(out.String()), &line); err != nil {
		t.Fatalf("the log is not one JSON line: %s", out)
	}
	for name, want := range map[string]any{"method": "GET", "route": "/v1/seeds/{seed}", "status": 200.0, "client": "192.0.2.1"} {
		if line[name] != want {
			t.Errorf("%s = %v, want %v", name, line[name], want)
		}
	}
	for _, text := range []string{canary, "limit", "leek"} {
		if strings.Contains(out.String(), text) {
			t.Errorf("the log has %q: %s", text, out)
		}
	}
}

func TestSecurityHeaders(t *testing.T) {
	h, _ := toy(t, func(o *api.HandlerOptions) { o.HTTPS = true })
	for url, policy := range map[string]string{
		"/v1/seeds/leek": "default-src 'none'; frame-ancestors 'none'",
		"/livez":         "default-src 'none'; frame-ancestors 'none'",
		"/media/x/y.png": "default-src 'none'; frame-ancestors 'none'",
		"/a-post/":       "script-src 'self'",
		"/docs":          "style-src 'self'",
	} {
		header := ask(h, "GET", url, "").Header
		if got := header.Get("Content-Security-Policy"); !strings.Contains(got, policy) {
			t.Errorf("%s: policy %q lacks %q", url, got, policy)
		}
		if got := header.Get("Content-Security-Policy"); strings.Contains(got, "unsafe") {
			t.Errorf("%s: policy %q is unsafe", url, got)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options":     "nosniff",
			"Strict-Transport-Security":  "max-age=31536000; includeSubDomains",
			"Cross-Origin-Opener-Policy": "same-origin",
		} {
			if got := header.Get(name); got != want {
				t.Errorf("%s: %s = %q, want %q", url, name, got, want)
			}
		}
		if header.Get("Referrer-Policy") == "" || header.Get("Cross-Origin-Resource-Policy") == "" {
			t.Errorf("%s: headers %v", url, header)
		}
	}
	plain, _ := toy(t)
	if got := ask(plain, "GET", "/a-post/", "").Header.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("HSTS without https: %q", got)
	}
}

func TestNotModified(t *testing.T) {
	h, _ := toy(t)
	tests := []struct {
		url, none string
		status    int
	}{
		{"/v1/seeds/leek", `"v1"`, 304},
		{"/v1/seeds/leek", `W/"v1"`, 304},
		{"/v1/seeds/leek", `"v0", "v1"`, 304},
		{"/v1/seeds/leek", `*`, 304},
		{"/v1/seeds/leek", `"v0"`, 200},
		{"/v1/seeds/leek", `v1`, 200},
		{"/v1/seeds/missing", `*`, 404},
		{"/v1/old/leek", `"v1"`, 304},
	}
	for _, tt := range tests {
		for _, method := range []string{"GET", "HEAD"} {
			res := ask(h, method, tt.url, "", "If-None-Match", tt.none)
			if res.StatusCode != tt.status {
				t.Errorf("%s %s with %s = %d, want %d", method, tt.url, tt.none, res.StatusCode, tt.status)
			}
			if tt.status != 304 {
				continue
			}
			if res.Header.Get("ETag") != `"v1"` || res.Header.Get("Cache-Control") != "max-age=60" || res.Header.Get("Content-Type") != "" {
				t.Errorf("%s %s with %s: headers %v", method, tt.url, tt.none, res.Header)
			}
			if body := read(t, res); body != "" {
				t.Errorf("%s %s with %s has a body: %s", method, tt.url, tt.none, body)
			}
		}
	}
}

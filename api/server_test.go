package api_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/shared/problem"
)

func TestRouting(t *testing.T) {
	site := func(o *api.HandlerOptions) {
		o.Site = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNotFound)
			io.WriteString(w, "the site")
		})
	}
	h, _ := toy(t, site)
	tests := []struct {
		method, url string
		status      int
		allow       string
		want        string // part of the body
	}{
		{"GET", "/v1/seeds/leek", 200, "", `"variety":"leek"`},
		{"POST", "/v1/seeds/leek", 405, "GET, HEAD", `"code":"method_not_allowed"`},
		{"DELETE", "/v1/seeds", 405, "POST", `"code":"method_not_allowed"`},
		{"OPTIONS", "/v1/old/leek", 405, "GET, HEAD, PUT", `"code":"method_not_allowed"`},
		{"TRACE", "/v1/seeds", 405, "POST", `"code":"method_not_allowed"`},
		{"GET", "/v1", 404, "", `"code":"not_found"`},
		{"GET", "/v1/seeds/leek/", 404, "", `"code":"not_found"`},
		{"GET", "/v1/../v1/seeds", 404, "", `"code":"not_found"`},
		{"GET", "/v10/", 404, "", "the site"},
		{"GET", "/a-post/", 404, "", "the site"},
		{"POST", "/a-post/", 404, "", "the site"},
	}
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.url, func(t *testing.T) {
			res := ask(h, tt.method, tt.url, "")
			body := read(t, res)
			if res.StatusCode != tt.status || !strings.Contains(body, tt.want) {
				t.Errorf("answer = %d %s, want %d with %s", res.StatusCode, body, tt.status, tt.want)
			}
			if got := strings.Join(res.Header.Values("Allow"), "|"); got != tt.allow {
				t.Errorf("Allow = %q, want %q", got, tt.allow)
			}
		})
	}
}

// patience is for a busy machine; no test waits that long when all is well.
const patience = time.Minute

// headerTime is how long a client of serve may take for its headers.
var headerTime = patience

// serve runs the toy API as the product is run and returns its address and
// what stops it.
func serve(t *testing.T, change ...func(*api.HandlerOptions)) (address string, health *api.Health, stop func() error) {
	t.Helper()
	health = api.NewHealth(nil)
	h, _ := toy(t, append(change, func(o *api.HandlerOptions) { o.Health = health })...)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := api.NewServer(h)
	s.ReadHeaderTimeout = headerTime
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- api.Serve(ctx, s, l, health) }()
	stopped := false
	stop = func() error {
		stopped = true
		cancel()
		return <-done
	}
	t.Cleanup(func() {
		if !stopped {
			stop()
		}
	})
	return l.Addr().String(), health, stop
}

// wire sends bytes on a new connection and returns all that comes back until
// the server closes it.
func wire(t *testing.T, address, sent string) string {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, sent); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(c)
	if err != nil && len(answer) == 0 {
		t.Fatalf("no answer: %v", err)
	}
	return string(answer)
}

// TestHead: over the wire a HEAD has the headers of the GET and no body.
func TestHead(t *testing.T) {
	address, _, _ := serve(t)
	answer := wire(t, address, "HEAD /v1/seeds/leek HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	if !strings.HasPrefix(answer, "HTTP/1.1 200 ") || !strings.Contains(answer, "Etag: \"v1\"") || !strings.HasSuffix(answer, "\r\n\r\n") {
		t.Errorf("answer = %q", answer)
	}
}

// TestSmuggling: a request whose length can be read in two ways never makes the
// server answer a request that is hidden in its body.
func TestSmuggling(t *testing.T) {
	address, _, _ := serve(t)
	const hidden = "GET /v1/faults/unknown HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
	tests := map[string]string{
		"length and chunks": "POST /v1/seeds HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" +
			fmt.Sprintf("Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", len(hidden)+5) + hidden,
		"two lengths":      "POST /v1/seeds HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n" + hidden,
		"an odd encoding":  "POST /v1/seeds HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden,
		"a signed length":  "POST /v1/seeds HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\n" + hidden,
		"a split header":   "POST /v1/seeds HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\n" + hidden,
		"two hosts":        "GET /v1/seeds/leek HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" + hidden,
		"chunks of 1.0":    "POST /v1/seeds HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
		"headers too long": "GET /v1/seeds/leek HTTP/1.1\r\nHost: x\r\nX-A: " + strings.Repeat("a", 64<<10) + "\r\n\r\n" + hidden,
	}
	for name, request := range tests {
		t.Run(name, func(t *testing.T) {
			answer := wire(t, address, request)
			if strings.Contains(answer, " 500 ") {
				t.Errorf("the hidden request was answered: %q", answer)
			}
			if !strings.HasPrefix(answer, "HTTP/1.1 4") && !strings.HasPrefix(answer, "HTTP/1.0 4") && !strings.HasPrefix(answer, "HTTP/1.1 501 ") {
				t.Errorf("answer = %q, want a refusal", answer)
			}
		})
	}
}

// TestSlowHeaders: a client that does not finish its headers loses its connection.
func TestSlowHeaders(t *testing.T) {
	headerTime = 300 * time.Millisecond
	defer func() { headerTime = patience }()
	address, _, _ := serve(t)
	wire(t, address, "GET /v1/seeds/leek HTTP/1.1\r\nHost: x\r\n") // it fails where the connection is kept
}

// TestDeadline: an answer that does not come in time is a 503.
func TestDeadline(t *testing.T) {
	h, _ := toy(t, func(o *api.HandlerOptions) { o.Deadline = 20 * time.Millisecond })
	res := ask(h, "GET", "/v1/faults/sleep", "")
	if body := read(t, res); res.StatusCode != 503 || !strings.Contains(body, `"code":"timeout"`) || res.Header.Get("Retry-After") == "" {
		t.Errorf("answer = %d %s, Retry-After %q", res.StatusCode, body, res.Header.Get("Retry-After"))
	}
}

// TestDeadlineOfUploads: the time a body may take is not taken from its answer.
func TestDeadlineOfUploads(t *testing.T) {
	h, _ := toy(t, func(o *api.HandlerOptions) { o.Deadline = 20 * time.Millisecond })
	if res := ask(h, "PUT", "/v1/seeds/leek/drawing", `{"variety":"a","grams":1}`); res.StatusCode != http.StatusNoContent {
		t.Errorf("answer = %d %s, want 204", res.StatusCode, read(t, res))
	}
}

// TestSlowBody: a body that stops arriving is a 408, and the connection ends.
func TestSlowBody(t *testing.T) {
	address, _, _ := serve(t)
	answer := wire(t, address, "PUT /v1/seeds/leek/drawing HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
	if !strings.HasPrefix(answer, "HTTP/1.1 408 ") || !strings.Contains(answer, `"code":"timeout"`) {
		t.Errorf("answer = %q, want 408 timeout", answer)
	}
}

// TestServeDrains: at the end requests in flight are answered, new ones are not,
// and the process is not kept by one that does not end.
func TestServeDrains(t *testing.T) {
	for name, endless := range map[string]bool{"a request that ends": false, "one that does not": true} {
		t.Run(name, func(t *testing.T) {
			within := patience // longer than the request takes
			if endless {
				within = api.DrainTimeout
			}
			defer api.Drain(within)()
			entered, leave := make(chan struct{}), make(chan struct{})
			address, health, stop := serve(t, func(o *api.HandlerOptions) {
				o.Plain = append(o.Plain, func(r chi.Router) {
					r.Get("/plain/slow", func(w http.ResponseWriter, r *http.Request) {
						close(entered)
						<-leave
						io.WriteString(w, "done")
					})
				})
			})
			answered := make(chan string, 1)
			go func() {
				c, err := net.Dial("tcp", address)
				if err != nil {
					answered <- err.Error()
					return
				}
				defer c.Close()
				io.WriteString(c, "GET /plain/slow HTTP/1.1\r\nHost: x\r\n\r\n")
				res, err := http.ReadResponse(bufio.NewReader(c), nil)
				if err != nil {
					answered <- "no answer"
					return
				}
				body, _ := io.ReadAll(res.Body)
				answered <- string(body)
			}()
			<-entered
			start := time.Now()
			stopped := make(chan error, 1)
			go func() { stopped <- stop() }()
			if endless {
				defer close(leave)
			} else {
				close(leave)
			}
			if err := <-stopped; err != nil {
				t.Errorf("Serve = %v, want nil", err)
			}
			if took := time.Since(start); took >= patience {
				t.Errorf("stopping took %v", took)
			}
			if problem.Code(health.Ready(t.Context())) != "draining" {
				t.Error("the process says it is ready")
			}
			want := "done"
			if endless {
				want = "no answer"
			}
			if got := <-answered; got != want {
				t.Errorf("the request got %q, want %q", got, want)
			}
			if c, err := net.Dial("tcp", address); err == nil {
				c.Close()
				t.Error("the listener still accepts")
			}
		})
	}
}

// TestServeFails: a listener that is gone is an error, not a stop.
func TestServeFails(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if err := api.Serve(t.Context(), api.NewServer(http.NotFoundHandler()), l, nil); err == nil {
		t.Error("Serve = nil on a closed listener")
	}
}

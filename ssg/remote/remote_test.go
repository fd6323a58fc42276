package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/httpx"
	"rose-ash.com/roseash/db/dbtest"
)

// realAPI is the API of a co-op that has just begun.
func realAPI(t *testing.T) http.Handler {
	t.Helper()
	cfg, err := config.Load(config.Options{Environ: []string{"ROSEASH_DATA_DIR=" + t.TempDir()}})
	if err != nil {
		t.Fatal(err)
	}
	app, err := api.New(api.AppOptions{Config: cfg, Pool: dbtest.New(t), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	return app.Handler(nil)
}

// at makes a site that does not pause before it asks again; the pauses are noted.
func at(t *testing.T, h http.Handler, o Options) (s *Site, pauses *[]time.Duration) {
	t.Helper()
	if h != nil {
		server := httptest.NewServer(h)
		t.Cleanup(server.Close)
		o.URL = server.URL
	}
	s, err := newSite(o)
	if err != nil {
		t.Fatal(err)
	}
	pauses = new([]time.Duration)
	s.slots = make(chan struct{}, 1) // one after the other, so that faults come in order
	s.pause = func(ctx context.Context, d time.Duration) error {
		*pauses = append(*pauses, d)
		return ctx.Err()
	}
	return s, pauses
}

// TestFaultsThatPass: an API that is out of order now and then is read all the same.
func TestFaultsThatPass(t *testing.T) {
	h := realAPI(t)
	var asked atomic.Int32
	s, pauses := at(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch asked.Add(1) % 5 {
		case 1:
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
		case 2:
			w.WriteHeader(http.StatusBadGateway)
			io.WriteString(w, "<h1>the proxy's words</h1>")
		case 3: // half an answer
			w.Header().Set("Content-Length", "1000")
			io.WriteString(w, `{"items":[`)
			panic(http.ErrAbortHandler)
		default:
			h.ServeHTTP(w, r)
		}
	}), Options{})
	if err := s.read(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Sources().Blog.Settings(t.Context()); err != nil {
		t.Fatal(err)
	}
	names, err := s.lists.Names(t.Context())
	if err != nil || len(names) != 0 {
		t.Errorf("a site without anything has the lists %v, %v", names, err)
	}
	if len(*pauses) < 6 {
		t.Errorf("%d pauses", len(*pauses))
	}
	for i, p := range *pauses {
		if p < firstWait || p > 10*time.Second || i == 0 && p < 7*time.Second {
			t.Errorf("pause %d is %s", i, p)
		}
	}
}

func TestPausesGrow(t *testing.T) {
	s, pauses := at(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
	}), Options{})
	_, err := s.Sources().Blog.Settings(t.Context())
	if err == nil || !strings.Contains(err.Error(), "get-settings") || !strings.Contains(err.Error(), "503") {
		t.Errorf("an API that is down: %v", err)
	}
	if len(*pauses) != tries-1 {
		t.Fatalf("%d pauses, want %d", len(*pauses), tries-1)
	}
	for i, p := range *pauses {
		if least := firstWait << i; p < least || p > least*5/4 {
			t.Errorf("pause %d is %s, want %s and at most a quarter more", i, p, least)
		}
	}
}

// TestFaultsThatStay: an error says which operation failed and how, once, and
// repeats nothing of the address.
func TestFaultsThatStay(t *testing.T) {
	problem := func(status int, code string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(status)
			fmt.Fprintf(w, `{"code":%q,"detail":"never shown"}`, code)
		}
	}
	body := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, text) }
	}
	for name, tt := range map[string]struct {
		handler http.HandlerFunc
		asked   int32
		want    string
	}{
		"of another version":  {problem(422, "invalid"), 1, "422 Unprocessable Entity (invalid): is this the API"},
		"no API at all":       {problem(404, "not_found"), 1, "404 Not Found (not_found): is this the API"},
		"not for us":          {problem(403, "forbidden"), 1, "403 Forbidden (forbidden)"},
		"a code that is none": {problem(400, "secret 123\x1b[0m"), 1, "400 Bad Request"},
		"a page":              {body("<!doctype html><p>Hello"), 1, "not the API's"},
		"half a document":     {body(`{"title":`), 1, "not the API's"},
		"of another type":     {body(`{"title":[]}`), 1, "not the API's"},
		"no content":          {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, 1, "204 No Content"},
		"not implemented":     {problem(501, "no"), 1, "501"},
		"down for good":       {problem(503, "draining"), tries, "6 times in vain: the answer is 503 Service Unavailable (draining)"},
		"broken connections":  {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, tries, "6 times in vain: EOF"},
		"a redirect elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://other.invalid/secret", http.StatusFound)
		}, 1, "redirect to another host"},
		"slower than is waited": {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, tries, "no answer in time"},
	} {
		t.Run(name, func(t *testing.T) {
			waits := time.Minute
			if name == "slower than is waited" {
				waits = time.Second
			}
			var asked atomic.Int32
			s, _ := at(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				tt.handler(w, r)
			}), Options{Client: httpx.Operator(waits)})
			_, err := s.Sources().Blog.Settings(t.Context())
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "operation get-settings") {
				t.Fatalf("%v, want %q", err, tt.want)
			}
			if strings.Contains(err.Error(), "/v1/") || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "never shown") {
				t.Errorf("the error repeats what was sent or answered: %v", err)
			}
			if asked.Load() != tt.asked {
				t.Errorf("asked %d times, want %d", asked.Load(), tt.asked)
			}
		})
	}
	s, _ := at(t, nil, Options{URL: "http://127.0.0.1:1"})
	if err := s.read(t.Context()); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("nobody listens: %v", err)
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.read(stopped); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

// TestListsThatMakeNoSense: a server that never ends a list, or contradicts itself,
// ends the reading.
func TestListsThatMakeNoSense(t *testing.T) {
	post := func(id string, ordinal int) string {
		return fmt.Sprintf(`{"id":"post_%s","published_at":"2026-01-01T00:00:00Z","ordinal":%d}`, id, ordinal)
	}
	for name, tt := range map[string]struct{ posts, want string }{
		"no end":           {`{"items":[],"next_cursor":"again"}`, "does not go on"},
		"no page size":     {`{"items":[` + post("a", 0) + `],"pages":{"size":0,"sealed":0}}`, "contradict"},
		"sealed below 0":   {`{"items":[` + post("a", 0) + `],"pages":{"size":1,"sealed":-1}}`, "contradict"},
		"an ordinal below": {`{"items":[` + post("a", -1) + `],"pages":{"size":1,"sealed":0}}`, "contradict"},
		"twice":            {`{"items":[` + post("a", 0) + `,` + post("a", 3) + `,` + post("b", 0) + `],"pages":{"size":1,"sealed":0}}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := at(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/v1/posts" {
					io.WriteString(w, tt.posts)
				} else {
					io.WriteString(w, `{"items":[]}`)
				}
			}), Options{})
			err := s.read(t.Context())
			if tt.want == "" != (err == nil) || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}

func TestAddresses(t *testing.T) {
	for _, url := range []string{
		"", "coop.example", "ftp://coop.example", "https://", "https://user:secret@coop.example", "https://coop.example?x=1",
		"https://coop.example/?", "https://coop.example/#top", "http://[", "https://coop.example:http",
	} {
		if _, err := Open(t.Context(), Options{URL: url}); !errors.Is(err, ErrURL) {
			t.Errorf("%q: %v, want ErrURL", url, err)
		}
	}
	asked := make(chan string, 100)
	for path, want := range map[string]string{"": "/v1/", "/": "/v1/", "/shop": "/shop/v1/", "/shop/": "/shop/v1/"} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked <- r.URL.Path
			io.WriteString(w, `{"items":[]}`)
		}))
		if _, err := Open(t.Context(), Options{URL: server.URL + path}); err != nil {
			t.Errorf("%q: %v", path, err)
		}
		server.Close()
		for len(asked) > 0 {
			if got := <-asked; !strings.HasPrefix(got, want) {
				t.Errorf("%q: asked %s, want below %s", path, got, want)
			}
		}
	}
}

// TestRequestsAreBounded: never more than some at once, and a hundred ids in each.
func TestRequestsAreBounded(t *testing.T) {
	var now, most, requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		defer now.Add(-1)
		requests.Add(1)
		time.Sleep(2 * time.Millisecond)
		if ids := r.URL.Query().Get("ids"); strings.Count(ids, ",") >= 100 {
			w.WriteHeader(422)
		}
		io.WriteString(w, `{"items":[]}`)
	}))
	defer server.Close()
	s, err := newSite(Options{URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]contract.ProductID, 2450)
	for i := range ids {
		ids[i] = contract.ProductID(fmt.Sprintf("prod_%032d", i))
	}
	done := make(chan error)
	for range 3 {
		go func() {
			_, err := s.Sources().Market.ProductsByID(t.Context(), ids)
			done <- err
		}()
	}
	for range 3 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if most.Load() > atOnce || requests.Load() != 3*25 {
		t.Errorf("%d requests, %d at once", requests.Load(), most.Load())
	}
}

type answering []byte

func (a answering) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(a)))}, nil
}

// FuzzAnswers: whatever a server answers, reading ends, with sense or an error.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{
		`{"items":[{"id":"post_1","published_at":"2026-01-01T00:00:00Z","ordinal":3}],"pages":{"size":2,"sealed":1}}`,
		`{"items":[{"id":"cat_1","slug":"a"}],"next_cursor":"x"}`, `{"items":null}`, `[]`, `{"items":[{"id":"","ordinal":9223372036854775807}],"pages":{"size":1,"sealed":9223372036854775807}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := newSite(Options{URL: "http://localhost", Client: &http.Client{Transport: answering(body)}})
		if err != nil {
			t.Fatal(err)
		}
		s.pause = func(context.Context, time.Duration) error { return nil }
		if s.read(t.Context()) != nil {
			return
		}
		sources := s.Sources()
		if _, err := sources.Lists.Pages(t.Context()); err != nil {
			t.Error(err)
		}
		_, _, _ = sources.Blog.WalkPosts(t.Context(), "")
		_, _, _ = sources.Market.WalkProducts(t.Context(), "")
	})
}

// Scenarios and how they are run.

package apitest

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"rose-ash.com/roseash/db"
)

// Canary is text that no refusal may repeat, whichever part of a request held it.
const Canary = "Canary7f3aSecret"

// Scenario is one request and what is expected of it. Scenarios of one Run
// follow each other on the same data.
type Scenario struct {
	Name   string
	Method string            // GET if empty
	URL    string            // path and query
	Header map[string]string // a body is sent as application/json unless said here
	Body   string
	Status int
	// Want must be in the body, NotWant must not.
	Want, NotWant []string
	// WantHeader must be in the answer; an empty value means that the header
	// must not be there.
	WantHeader map[string]string
	// Events are the domain events the request makes, by kind; "*" is any kind
	// not named. Nil: they are not counted.
	Events map[string]int
	// Before prepares what the request needs.
	Before func(t *testing.T)
	// After looks at the answer more closely.
	After func(t *testing.T, res *http.Response, body []byte)
}

// Run asks handler each scenario in turn, each as a subtest. The pool is where
// events are counted; it may be nil when no scenario has Events.
func Run(t *testing.T, handler http.Handler, pool *db.Pool, scenarios []Scenario) {
	t.Helper()
	contract := Open(t, handler)
	for _, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) { s.run(t, handler, pool, contract) })
	}
}

func (s Scenario) run(t *testing.T, handler http.Handler, pool *db.Pool, contract *Contract) {
	if s.Before != nil {
		s.Before(t)
	}
	before := counts(t, pool, s.Events)
	res, body := Ask(t, handler, s)
	if res.StatusCode != s.Status {
		t.Errorf("status = %d, want %d", res.StatusCode, s.Status)
	}
	for _, want := range s.Want {
		if !strings.Contains(string(body), want) {
			t.Errorf("the body lacks %q", want)
		}
	}
	for _, not := range s.NotWant {
		if strings.Contains(string(body), not) {
			t.Errorf("the body has %q", not)
		}
	}
	for name, want := range s.WantHeader {
		if got := strings.Join(res.Header.Values(name), ", "); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	for _, fault := range contract.Check(methodOf(s), s.URL, res, body) {
		t.Errorf("against the document: %s", fault)
	}
	compareEvents(t, s.Events, before, counts(t, pool, s.Events))
	if s.After != nil {
		s.After(t, res, body)
	}
	if t.Failed() {
		t.Logf("%s %s answered %d %s\n%s", methodOf(s), s.URL, res.StatusCode, res.Header, body)
	}
}

// Ask sends the request of s and returns the answer with its body read. The
// request comes from this machine and is addressed to localhost.
func Ask(t testing.TB, handler http.Handler, s Scenario) (*http.Response, []byte) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), methodOf(s), s.URL, strings.NewReader(s.Body))
	r.Host, r.RemoteAddr = "localhost:8080", "127.0.0.1:40000"
	if s.Body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, value := range s.Header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	res := w.Result()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("read the answer: %v", err)
	}
	return res, body
}

func methodOf(s Scenario) string {
	if s.Method == "" {
		return http.MethodGet
	}
	return s.Method
}

// counts is how many events of each kind there are; nil when nobody asks.
func counts(t *testing.T, pool *db.Pool, asked map[string]int) map[string]int {
	t.Helper()
	if asked == nil {
		return nil
	}
	rows, err := pool.Query(context.WithoutCancel(t.Context()), "SELECT kind, count(*) FROM bus.domain_events GROUP BY kind")
	if err != nil {
		t.Fatalf("count events: %v", err)
	}
	defer rows.Close()
	byKind := map[string]int{}
	for rows.Next() {
		var kind string
		var n int
		if err := rows.Scan(&kind, &n); err != nil {
			t.Fatalf("count events: %v", err)
		}
		byKind[kind] = n
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("count events: %v", err)
	}
	return byKind
}

func compareEvents(t *testing.T, want, before, after map[string]int) {
	t.Helper()
	if want == nil {
		return
	}
	others := 0
	for _, kind := range slices.Sorted(maps.Keys(after)) {
		made := after[kind] - before[kind]
		if _, named := want[kind]; !named {
			others += made
			continue
		}
		if made != want[kind] {
			t.Errorf("%d events %s, want %d", made, kind, want[kind])
		}
	}
	for kind, n := range want {
		if _, seen := after[kind]; !seen && kind != "*" && n != 0 {
			t.Errorf("0 events %s, want %d", kind, n)
		}
	}
	if n, counted := want["*"]; counted && others != n {
		t.Errorf("%d events of other kinds, want %d: before %v, after %v", others, n, before, after)
	}
}

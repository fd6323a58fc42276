// Requests: which route, which faults, and the answer on the wire.

package sumupsim

import (
	"bytes"
	"crypto/subtle"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// maxBody is the longest request that is read.
const maxBody = 64 << 10

// request is one of the API's, taken apart.
type request struct {
	route    string
	id       string // of the checkout or transaction in the path
	merchant string // in the path
	query    url.Values
	body     []byte
	base     string // the origin of hosted pages

	made, ended *checkout // by this request, for webhooks
}

// ServeHTTP answers as SumUp would, at /v0.1/…, /v1.0/…, /v2.1/…, at the hosted page
// /pay/c-{id}, and at /_sim/… for whoever controls it.
func (s *Sim) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasPrefix(r.URL.Path, "/_sim/"):
		s.control(w, r)
	case strings.HasPrefix(r.URL.Path, "/pay/"):
		s.page(w, r)
	default:
		s.api(w, r)
	}
}

// origin is where this simulator is reached.
func (s *Sim) origin(r *http.Request) string {
	if s.BaseURL != "" {
		return strings.TrimRight(s.BaseURL, "/")
	}
	return "http://" + r.Host
}

// route finds what a request is; the route is empty where there is none.
func (s *Sim) route(r *http.Request) *request {
	q := &request{query: r.URL.Query(), base: s.origin(r)}
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	at := func(pattern string) bool {
		want := strings.Split(pattern, "/")
		if len(want) != len(parts) {
			return false
		}
		for i, part := range want {
			switch {
			case parts[i] == "":
				return false
			case part == "{id}":
				q.id = parts[i]
			case part == "{merchant}":
				q.merchant = parts[i]
			case part != parts[i]:
				return false
			}
		}
		return true
	}
	for _, known := range []struct{ method, pattern, route string }{
		{"POST", "v0.1/checkouts", routeCreate},
		{"GET", "v0.1/checkouts", routeFind},
		{"GET", "v0.1/checkouts/{id}", routeCheckout},
		{"PATCH", "v0.1/checkouts/{id}", routeUpdate},
		{"DELETE", "v0.1/checkouts/{id}", routeDeactivate},
		{"POST", "v1.0/merchants/{merchant}/payments/{id}/refunds", routeRefund},
		{"GET", "v2.1/merchants/{merchant}/transactions", routeTransaction},
		{"GET", "v2.1/merchants/{merchant}/transactions/history", routeHistory},
		{"GET", "v1.0/merchants/{merchant}/payouts", routePayouts},
	} {
		if known.method == r.Method && at(known.pattern) {
			q.route = known.route
			return q
		}
	}
	return q
}

// api answers a request of SumUp's API.
func (s *Sim) api(w http.ResponseWriter, r *http.Request) {
	q := s.route(r)
	var err error
	if q.body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody)); err != nil {
		panic(http.ErrAbortHandler)
	}
	if q.route == "" {
		write(w, notFound(), nil)
		return
	}
	s.mu.Lock()
	breaks, lies := s.strike(q.route, s.about(q))
	var a answer
	if breaks == nil || breaks.late() {
		a = s.do(q, r)
		for _, f := range lies {
			a.body = tamper(a.body, f)
		}
	}
	plan := s.Options.Plan.Hooks
	// Under the lock: what it shows may change as soon as that is free.
	text := encode(a)
	s.mu.Unlock()

	if q.made != nil && plan.BeforeCreate {
		s.hooks.now(q.made)
	}
	if q.ended != nil && plan.AfterDelete {
		s.hooks.tell(q.ended)
	}
	if breaks == nil {
		write(w, a, text)
		return
	}
	s.broken(w, r, *breaks, a, text)
}

// late tells that a fault strikes after what was asked for is done.
func (f Fault) late() bool {
	return f.After || f.Kind == Truncate || f.Kind == HTML || f.Kind == Slow
}

// do does what a request asks for. The caller holds the lock.
func (s *Sim) do(q *request, r *http.Request) answer {
	key, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !found || key == "" || s.APIKey != "" && subtle.ConstantTimeCompare([]byte(key), []byte(s.APIKey)) != 1 {
		return unauthorized(q.route)
	}
	if q.merchant != "" && q.merchant != s.MerchantCode {
		switch q.route {
		case routeRefund:
			return problem(http.StatusNotFound, "Transaction not found")
		case routeTransaction:
			return notFound()
		}
		return unauthorized(q.route)
	}
	s.due()
	switch q.route {
	case routeCreate:
		return s.create(q)
	case routeFind:
		return s.find(q)
	case routeCheckout:
		return s.read(q)
	case routeUpdate:
		return s.update(q)
	case routeDeactivate:
		return s.deactivate(q)
	case routeRefund:
		return s.refund(q)
	case routeTransaction:
		return s.transaction(q)
	case routeHistory:
		return s.history(q)
	}
	return s.payouts(q)
}

// about is the reference of the checkout that a request is about, for faults that strike
// only one.
func (s *Sim) about(q *request) string {
	switch q.route {
	case routeCreate:
		var in checkoutRequest
		json.Unmarshal(q.body, &in)
		return in.Reference
	case routeFind:
		return q.query.Get("checkout_reference")
	case routeRefund:
		if t := s.state.Transactions[q.id]; t != nil {
			return t.Foreign
		}
	case routeTransaction:
		if t := s.asked(q); t != nil {
			return t.Foreign
		}
	default:
		if c := s.state.Checkouts[q.id]; c != nil {
			return c.Reference
		}
	}
	return ""
}

func encode(a answer) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(a.body) != nil {
		panic("sumupsim: an answer that is no JSON")
	}
	return b.Bytes()
}

func write(w http.ResponseWriter, a answer, text []byte) {
	if text == nil {
		text = encode(a)
	}
	w.Header().Set("Content-Type", a.media)
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	if a.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(a.retryAfter))
	}
	w.WriteHeader(a.status)
	w.Write(text)
}

// broken is what a fault makes of an answer.
func (s *Sim) broken(w http.ResponseWriter, r *http.Request, f Fault, a answer, text []byte) {
	switch f.Kind {
	case Status:
		if f.Status == 0 {
			f.Status = http.StatusServiceUnavailable
		}
		refused := problem(f.Status, "The simulator's plan wants this.")
		refused.retryAfter = f.RetryAfter
		write(w, refused, nil)
		return
	case HTML:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, "<!doctype html><title>Maintenance</title><h1>We will be back soon</h1>")
		return
	case Truncate:
		w.Header().Set("Content-Type", a.media)
		w.Header().Set("Content-Length", strconv.Itoa(len(text)))
		w.WriteHeader(a.status)
		w.Write(text[:len(text)/2])
		flush(w)
		panic(http.ErrAbortHandler)
	case Slow:
		w.Header().Set("Content-Type", a.media)
		w.WriteHeader(a.status)
		const parts = 10
		for i := range parts {
			w.Write(text[len(text)*i/parts : len(text)*(i+1)/parts])
			flush(w)
			if !s.sleep(r, f.DelayMS, 200, parts) {
				panic(http.ErrAbortHandler)
			}
		}
		return
	case Hang:
		s.sleep(r, f.DelayMS, 60_000, 1)
		panic(http.ErrAbortHandler)
	case Reset:
		reset(w)
	}
	panic(http.ErrAbortHandler)
}

// sleep waits one of the parts of a delay; false: the client left, or the simulator closes.
func (s *Sim) sleep(r *http.Request, ms, instead, parts int) bool {
	if ms == 0 {
		ms = instead
	}
	t := time.NewTimer(time.Duration(ms) * time.Millisecond / time.Duration(parts))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
	case <-s.life.Done():
	}
	return false
}

func flush(w http.ResponseWriter) { http.NewResponseController(w).Flush() }

// reset ends a connection the hard way, where there is a way.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}

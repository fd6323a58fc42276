// How pages of people who have signed in ask the API.

package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/problem"
)

// reply is what the API answered.
type reply struct {
	status  int
	header  http.Header
	body    bytes.Buffer
	refused *problem.Details // of a status of 400 and above
}

// Header is the answer's header.
func (a *reply) Header() http.Header { return a.header }

// WriteHeader keeps the status.
func (a *reply) WriteHeader(status int) {
	if a.status == 0 && status >= http.StatusOK {
		a.status = status
	}
}

// Write keeps a part of the body.
func (a *reply) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

// call is a request to the API.
type call struct {
	method, path string
	query        url.Values
	ifMatch, key string
	orderKey     string // of a guest's order
	json         any
	raw          []byte
	rawType      string
}

// newKey is an Idempotency-Key, made when a form is shown.
func newKey() string { return rand.Text() }

// ask sends a request to the API in place of the person who asks for a page, who is in the
// context: there is neither a token nor a cookie. A refusal is in the reply; only a fault
// is an error, and that one has to prove first who one is.
func (p *Private) ask(ctx context.Context, r *http.Request, c call) (*reply, error) {
	var body io.Reader = http.NoBody
	kind := ""
	switch {
	case c.json != nil:
		raw, err := json.Marshal(c.json)
		if err != nil {
			return nil, problem.Internal().WithCause(err)
		}
		body, kind = bytes.NewReader(raw), "application/json"
	case c.raw != nil:
		body, kind = bytes.NewReader(c.raw), c.rawType
	}
	inner, err := http.NewRequestWithContext(anew(ctx), c.method, (&url.URL{Path: c.path, RawQuery: c.query.Encode()}).String(), body)
	if err != nil {
		return nil, problem.Internal().WithCause(err)
	}
	inner.Host, inner.RemoteAddr, inner.RequestURI = r.Host, r.RemoteAddr, inner.URL.RequestURI()
	for name, value := range map[string]string{"Content-Type": kind, "If-Match": c.ifMatch, "Idempotency-Key": c.key, "Order-Key": c.orderKey} {
		if value != "" {
			inner.Header.Set(name, value)
		}
	}
	a := &reply{header: http.Header{}}
	p.api.ServeHTTP(a, inner)
	if a.status < http.StatusBadRequest {
		return a, nil
	}
	a.refused = problem.ForStatus(a.status, "")
	if err := json.Unmarshal(a.body.Bytes(), a.refused); err != nil || a.status >= http.StatusInternalServerError || a.status == http.StatusUnauthorized {
		return a, a.refused
	}
	return a, nil
}

// anew is ctx for a request of its own: the router must not take it for what is left of
// the one it is answering.
func anew(ctx context.Context) context.Context {
	return context.WithValue(ctx, chi.RouteCtxKey, nil)
}

// asker is who may ask the API: pages that stand on a Private.
type asker interface {
	ask(ctx context.Context, r *http.Request, c call) (*reply, error)
}

// read asks for something and decodes it; a refusal is an error.
func read[T any](s asker, r *http.Request, path string, query url.Values) (v T, a *reply, err error) {
	a, err = s.ask(r.Context(), r, call{method: http.MethodGet, path: path, query: query})
	if err != nil {
		return v, a, err
	}
	if a.refused != nil {
		return v, a, a.refused
	}
	if err := json.Unmarshal(a.body.Bytes(), &v); err != nil {
		return v, a, problem.Internal().WithCause(err)
	}
	return v, a, nil
}

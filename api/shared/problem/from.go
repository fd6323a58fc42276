// Turning any error into a document, and a document into an answer.

package problem

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// From returns the document for any error; nil for nil.
//
//   - a *Details anywhere in the chain is returned as it is;
//   - a body over its limit is a 413 `too_large`;
//   - a database that cannot be reached, is starting or has no connection left
//     is a 503 `database_unavailable` with Retry-After;
//   - a deadline that passed, ours or the statement's, is a 503 `timeout` with
//     Retry-After; a deadlock or a lock not granted is a 503 `busy`;
//   - a cancelled request is a 503 `cancelled`, which nobody reads;
//   - everything else is a bare 500.
//
// The error itself is kept as the document's cause for the log.
func From(err error) *Details {
	if err == nil {
		return nil
	}
	var d *Details
	if errors.As(err, &d) {
		return d
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return TooLarge("the body is larger than this address takes").WithCause(err)
	}
	if d := fromDatabase(err); d != nil {
		return d.WithCause(err)
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return timeout().WithCause(err)
	case errors.Is(err, context.Canceled):
		return Unavailable("the request was cancelled").WithCode("cancelled").WithCause(err)
	}
	var network *net.OpError
	if errors.As(err, &network) {
		return Unavailable("a service this needs cannot be reached").WithRetryAfter(2 * time.Second).WithCause(err)
	}
	return Internal().WithCause(err)
}

// fromDatabase recognises the faults of PostgreSQL that pass by themselves
// (SQLSTATE classes of its manual, appendix A); nil for any other error.
func fromDatabase(err error) *Details {
	unavailable := Unavailable("the database cannot be reached").
		WithCode("database_unavailable").WithRetryAfter(2 * time.Second)
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		return unavailable
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch {
		case strings.HasPrefix(pg.Code, "08"), pg.Code == "53300",
			pg.Code == "57P01", pg.Code == "57P02", pg.Code == "57P03":
			return unavailable
		case pg.Code == "57014", pg.Code == "25P03", pg.Code == "25P04":
			return timeout()
		case pg.Code == "40001", pg.Code == "40P01", pg.Code == "55P03":
			return Unavailable("another change is in the way").WithCode("busy").WithRetryAfter(time.Second)
		}
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	if pgconn.SafeToRetry(err) {
		return unavailable
	}
	return nil
}

func timeout() *Details {
	return Unavailable("this took too long").WithCode("timeout").WithRetryAfter(2 * time.Second)
}

// Code returns the code that From(err) has, "" for nil.
func Code(err error) string {
	if err == nil {
		return ""
	}
	return From(err).Code
}

// Write answers a plain handler's request with From(err). Answers of 500 and
// above are logged, once, with their cause and the request's context; the path
// is left out because some paths carry a token.
func Write(w http.ResponseWriter, r *http.Request, err error) {
	d := From(err)
	if d == nil {
		d = Internal()
	}
	if d.Status >= http.StatusInternalServerError && d.cause != nil && d.Code != "cancelled" {
		slog.ErrorContext(r.Context(), "request failed", "code", d.Code, "method", r.Method, "error", d.cause)
	}
	body, jsonErr := json.Marshal(d)
	if jsonErr != nil {
		http.Error(w, http.StatusText(d.Status), d.Status)
		return
	}
	h := w.Header()
	// What the handler prepared for its own success does not describe this body.
	for _, name := range []string{"Content-Length", "Content-Encoding", "ETag", "Last-Modified"} {
		h.Del(name)
	}
	for name, values := range d.headers {
		h[name] = values
	}
	h.Set("Content-Type", MediaType)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(d.Status)
	_, _ = w.Write(append(body, '\n'))
}

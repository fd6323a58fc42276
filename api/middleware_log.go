// The access log, and what happens to a panic.

package api

import (
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"rose-ash.com/roseash/api/shared/problem"
)

// methods are those we answer. Any other is logged as "other": a method is
// text of the client's choice.
var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut,
	http.MethodPatch, http.MethodDelete, http.MethodOptions,
}

func methodOf(r *http.Request) string {
	if slices.Contains(methods, r.Method) {
		return r.Method
	}
	return "other"
}

// routeOf is the pattern that took the request: "/v1/posts/{post}". It is what
// is logged and counted, because a path can hold a token or a stranger's text.
// "site" is the built pages, "none" an address we do not have.
func routeOf(r *http.Request, status int) string {
	if c := chi.RouteContext(r.Context()); c != nil {
		if pattern := c.RoutePattern(); pattern != "" && pattern != "/*" {
			return pattern
		}
	}
	if status == http.StatusNotFound || status == http.StatusMethodNotAllowed || status == http.StatusTooManyRequests {
		return "none"
	}
	return "site"
}

// accessLog writes one line a request and tells observe about it.
func accessLog(log *slog.Logger, observe func(route, method string, status int, took time.Duration)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			start := time.Now()
			ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
			defer func() {
				took, status := time.Since(start), ww.Status()
				switch {
				case status == 0 && r.Context().Err() != nil:
					status = statusGone
				case status == 0:
					status = http.StatusOK
				}
				route := routeOf(r, status)
				observe(route, methodOf(r), status, took)
				level := slog.LevelInfo
				if quietRoutes[route] {
					level = slog.LevelDebug
				}
				log.LogAttrs(r.Context(), level, "request",
					slog.String("method", methodOf(r)), slog.String("route", route), slog.Int("status", status),
					slog.Int("bytes", ww.BytesWritten()), slog.Float64("ms", float64(took.Microseconds())/1000),
					slog.String("client", clientOf(r)))
			}()
			next.ServeHTTP(ww, r)
		})
	}
}

// statusGone is what is logged where the client left before the answer.
const statusGone = 499

// quietRoutes are asked every few seconds by machines.
var quietRoutes = map[string]bool{"/livez": true, "/readyz": true, "/metrics": true}

func clientOf(r *http.Request) string {
	if a, ok := addressOf(r.RemoteAddr); ok {
		return a.String()
	}
	return ""
}

// recoverer answers a panic with a bare 500 and logs it, once, with its stack.
func recoverer(log *slog.Logger) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() {
				fault := recover()
				if fault == nil {
					return
				}
				if err, ok := fault.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					panic(http.ErrAbortHandler)
				}
				if r.Context().Err() != nil {
					// Huma panics when it cannot write to a client who left.
					panic(http.ErrAbortHandler)
				}
				log.ErrorContext(r.Context(), "panic", "fault", fault, "stack", string(debug.Stack()))
				if ww, ok := w.(middleware.WrapResponseWriter); ok && ww.Status() != 0 {
					panic(http.ErrAbortHandler) // half an answer is no answer
				}
				problem.Write(w, r, named(r.Context(), problem.Internal()))
			}()
			next.ServeHTTP(w, r)
		})
	}
}

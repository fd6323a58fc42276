// The router: what a request passes on its way, in order, and who answers it.

package api

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
)

// HandlerOptions are what the router is made of. The zero value of a field
// means what its comment says.
type HandlerOptions struct {
	// Log gets the access log and panics; slog.Default.
	Log *slog.Logger
	// Routes are the domains' operations.
	Routes []Routes
	// Middleware stands before every operation, such as auth's.
	Middleware []func(huma.API) Middleware
	// Plain adds the handlers that are no operations: media, webhooks, pages.
	Plain []func(chi.Router)
	// Sessions knows who a session's cookie belongs to; nil: nobody signs in.
	Sessions Sessions
	// Sites are the origins that pages come from.
	Sites urls.Sites
	// Site answers every address that is no API's: the built pages and their
	// 404 page. Nil: a problem document.
	Site http.Handler
	// Health answers /livez and /readyz; nil: always ready.
	Health *Health
	// Metrics answers /metrics and counts requests; nil: none.
	Metrics *Metrics
	// Deadline is the longest an answer may take; 10 s.
	Deadline time.Duration
	// TrustedProxies are believed in what they say of the client, besides
	// loopback.
	TrustedProxies []netip.Prefix
	// HTTPS tells that the base URL is https: answers carry HSTS.
	HTTPS bool
	// Limit is how many requests a minute the API takes from one address; who has
	// a valid token may send ten times as many. 0: any number.
	Limit int
	// Clock is the time by which requests are counted; the machine's.
	Clock clock.Clock
}

// NewHandler builds the router. A request passes: its id, the access log and
// counters, recovery from panics, the client's address, closing after a chunked
// body, security headers, the count of requests, the deadline, a check that its
// address is text, a check that it comes from a page of ours, from where it comes,
// who is signed in, HEAD answered as GET; then chi finds the handler.
func NewHandler(o HandlerOptions) http.Handler {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Deadline == 0 {
		o.Deadline = 10 * time.Second
	}
	if o.Health == nil {
		o.Health = NewHealth(nil)
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	limits := newLimits(o.Limit, o.Clock)
	r := chi.NewRouter()
	r.Use(
		requestID,
		accessLog(o.Log, o.Metrics.observe),
		recoverer(o.Log),
		clientAddress(o.TrustedProxies),
		closeChunked,
		securityHeaders(o.HTTPS),
		limits.count,
		deadline(o.Deadline),
		wellFormedAddress,
		ownPages(o.Sites),
		traced,
		signedIn(o.Sessions, o.Sites),
		middleware.GetHead,
	)
	r.NotFound(notFound(o.Site))
	r.MethodNotAllowed(methodNotAllowed(r))

	api := NewAPI(r, o.Routes, append(slices.Clone(o.Middleware), charged(limits))...)
	r.Get("/livez", live)
	r.Get("/readyz", o.Health.ready)
	if o.Metrics != nil {
		r.Get("/metrics", o.Metrics.public)
	}
	mountDocs(r, published(api.OpenAPI()))
	for _, mount := range o.Plain {
		mount(r)
	}
	return r
}

// wellFormedAddress refuses an API address whose path or query is not UTF-8,
// holds a NUL or is not percent-encoded properly: PostgreSQL would refuse it
// later, and net/url would drop half of it in silence.
func wellFormedAddress(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isAPI(r.URL.Path) {
			query, err := url.QueryUnescape(r.URL.RawQuery)
			if err == nil {
				_, err = url.ParseQuery(r.URL.RawQuery)
			}
			if err != nil || !isText(r.URL.Path) || !isText(query) {
				problem.Write(w, r, problem.BadRequest("the address is not UTF-8 text, properly encoded").WithCode("unreadable"))
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// closeChunked ends the connection after a chunked request. Where a length was
// given as well, net/http has dropped it and nobody can tell any more; what
// follows on the connection may be part of the body to a proxy before us (RFC
// 9112 section 6.3).
func closeChunked(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.TransferEncoding) > 0 {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

func isAPI(path string) bool { return path == "/v1" || strings.HasPrefix(path, "/v1/") }

func notFound(site http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if site == nil || isAPI(r.URL.Path) {
			problem.Write(w, r, problem.NotFound("there is nothing at this address"))
			return
		}
		site.ServeHTTP(w, r)
	}
}

// methodNotAllowed names the methods the address does take, in one Allow
// header; chi forgets them once the handler is replaced.
func methodNotAllowed(router chi.Router) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.RawPath
		if path == "" {
			path = r.URL.Path
		}
		var allow []string
		for _, method := range methods {
			found := router.Match(chi.NewRouteContext(), method, path)
			if !found && method == http.MethodHead {
				found = router.Match(chi.NewRouteContext(), http.MethodGet, path)
			}
			if found {
				allow = append(allow, method)
			}
		}
		problem.Write(w, r, problem.MethodNotAllowed(allow...))
	}
}

// NewServer is an HTTP server with a limit on everything a client can draw out
// or blow up: headers in 5 s and 32 KiB, a request in 30 s, an answer in 90 s.
func NewServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      90 * time.Second,
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(discardClientText{slog.Default().Handler()}, slog.LevelDebug),
	}
}

// discardClientText keeps net/http's own complaints out of the log: they quote
// what a client sent.
type discardClientText struct{ slog.Handler }

// Handle logs that something was refused and not what.
func (h discardClientText) Handle(ctx context.Context, record slog.Record) error {
	return h.Handler.Handle(ctx, slog.NewRecord(record.Time, record.Level, "connection refused or broken off", record.PC))
}

// DrainTimeout is how long requests in flight may go on once the process stops.
const DrainTimeout = 1200 * time.Millisecond

// drainTimeout is another one in tests.
var drainTimeout = DrainTimeout

// Serve answers on l until ctx ends. Then /readyz fails, nothing new is
// accepted, and requests in flight have DrainTimeout to finish. It returns nil
// after such a stop.
func Serve(ctx context.Context, s *http.Server, l net.Listener, health *Health) error {
	stopped := make(chan error, 1)
	go func() { stopped <- s.Serve(l) }()
	select {
	case err := <-stopped:
		return err
	case <-ctx.Done():
	}
	if health != nil {
		health.Drain()
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if err := s.Shutdown(drain); err != nil {
		s.Close()
	}
	if err := <-stopped; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

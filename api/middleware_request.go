// What every request gets before anything else: a name, a deadline and a
// truthful address of who asks.

package api

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/shared/problem"
)

type requestIDKey struct{}

// wellFormedID is a UUID with or without hyphens. Anything freer would put the
// client's text into our log.
var wellFormedID = regexp.MustCompile(`^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$`)

// RequestID is the id of the request that ctx belongs to, "" outside of one.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// requestID takes a well-formed X-Request-Id or makes one, and answers with it.
func requestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("X-Request-Id")
		if id == "" || !wellFormedID.MatchString(id) {
			id = uuid.Must(uuid.NewV7()).String()
		}
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
	})
}

// named gives a problem the name under which the log has it.
func named(ctx context.Context, d *problem.Details) *problem.Details {
	if id := RequestID(ctx); id != "" && d.Instance == "" {
		return d.WithInstance("urn:request:" + id)
	}
	return d
}

// LogHandler adds the request's id to every record that is logged with the
// request's context. The process's default logger is made with it.
func LogHandler(h slog.Handler) slog.Handler { return logHandler{h} }

type logHandler struct{ slog.Handler }

// Handle adds request_id and passes the record on.
func (h logHandler) Handle(ctx context.Context, record slog.Record) error {
	if id := RequestID(ctx); id != "" {
		record = record.Clone()
		record.AddAttrs(slog.String("request_id", id))
	}
	return h.Handler.Handle(ctx, record)
}

// WithAttrs keeps the wrapping.
func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return logHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup keeps the wrapping.
func (h logHandler) WithGroup(name string) slog.Handler { return logHandler{h.Handler.WithGroup(name)} }

// deadline bounds the time an answer may take: whatever waits on the request's
// context gives up then, which becomes a 503.
func deadline(limit time.Duration) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			outer := context.WithValue(r.Context(), unboundKey{}, unbound{r.Context(), limit})
			ctx, cancel := context.WithTimeout(outer, limit)
			defer cancel()
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}

// unbound is the request's context as it was before its deadline.
type unbound struct {
	ctx   context.Context
	limit time.Duration
}

type unboundKey struct{}

// extended is ctx with as much more time as its body may take to arrive; ctx
// itself where that is within the deadline. It ends with the request all the same.
func extended(ctx context.Context, body time.Duration) (context.Context, context.CancelFunc) {
	before, ok := ctx.Value(unboundKey{}).(unbound)
	if !ok || body < before.limit {
		return ctx, func() {}
	}
	longer, cancel := context.WithTimeout(context.WithoutCancel(ctx), before.limit+body)
	gone := context.AfterFunc(before.ctx, cancel)
	return longer, func() { gone(); cancel() }
}

// forwarding are the headers by which a proxy says for whom it asks.
var forwarding = []string{"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip"}

// clientAddress puts the client's address into RemoteAddr. X-Forwarded-For is
// believed from loopback and from the proxies given, right to left as far as
// they are trusted, and from nobody else. The headers stay: that a request was
// forwarded is a reason to refuse it in places.
func clientAddress(proxies []netip.Prefix) func(http.Handler) http.Handler {
	trusted := func(a netip.Addr) bool {
		return a.IsLoopback() || slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if peer, ok := addressOf(r.RemoteAddr); ok && trusted(peer) {
				hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
				for _, hop := range slices.Backward(hops) {
					addr, err := netip.ParseAddr(strings.TrimSpace(hop))
					if err != nil || addr.Zone() != "" {
						break
					}
					r.RemoteAddr = net.JoinHostPort(addr.Unmap().String(), "0")
					if !trusted(addr.Unmap()) {
						break
					}
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}

func addressOf(hostport string) (netip.Addr, bool) {
	ap, err := netip.ParseAddrPort(hostport)
	return ap.Addr().Unmap(), err == nil
}

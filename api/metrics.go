// /metrics in Prometheus' text format.

package api

import (
	"crypto/subtle"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// Metrics counts requests and shows what the process and its parts count.
// NewMetrics makes one. A nil *Metrics counts nothing.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	handler  http.Handler
	token    string
}

// NewMetrics makes the registry. Whoever shows token may read /metrics on the
// public listener; without one only a program on this machine may.
func NewMetrics(token string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "roseash_http_request_duration_seconds",
			Help:    "Time to answer a request, by route pattern.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route", "method", "status"}),
		token: token,
	}
	m.registry.MustRegister(m.requests, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.handler = promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
	return m
}

// Gauge shows what read returns each time somebody looks, such as how many
// domain events wait. The name follows Prometheus' rules and begins with
// "roseash_". It panics when the name is taken.
func (m *Metrics) Gauge(name, help string, read func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
}

// Counter is a Gauge that only rises.
func (m *Metrics) Counter(name, help string, read func() float64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, read))
}

// Pool shows the state of the database's connections.
func (m *Metrics) Pool(pool *db.Pool) {
	m.Gauge("roseash_db_connections", "Open connections.", func() float64 { return float64(pool.Stat().TotalConns()) })
	m.Gauge("roseash_db_connections_in_use", "Connections that somebody holds.", func() float64 { return float64(pool.Stat().AcquiredConns()) })
	m.Gauge("roseash_db_connections_max", "Most connections there may be.", func() float64 { return float64(pool.Stat().MaxConns()) })
	m.Counter("roseash_db_acquire_total", "Connections that were asked for.", func() float64 { return float64(pool.Stat().AcquireCount()) })
	m.Counter("roseash_db_acquire_empty_total", "Times somebody had to wait for a connection.", func() float64 { return float64(pool.Stat().EmptyAcquireCount()) })
	m.Counter("roseash_db_acquire_seconds_total", "Time spent waiting for connections.", func() float64 { return pool.Stat().AcquireDuration().Seconds() })
}

// ServeHTTP shows everything to everybody: for a private listener.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.handler.ServeHTTP(w, r) }

// public shows everything to whoever has the token, or is a program on this
// machine that asks this machine; to others the address does not exist.
func (m *Metrics) public(w http.ResponseWriter, r *http.Request) {
	if !m.hasToken(r) && !(m.token == "" && local(r)) {
		problem.Write(w, r, problem.NotFound("there is nothing at this address"))
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	m.handler.ServeHTTP(w, r)
}

func (m *Metrics) hasToken(r *http.Request) bool {
	shown, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return ok && m.token != "" && subtle.ConstantTimeCompare([]byte(shown), []byte(m.token)) == 1
}

// local tells that a request came from this machine, names it, and was not
// passed on for somebody else.
func local(r *http.Request) bool {
	for _, name := range forwarding {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	peer, ok := addressOf(r.RemoteAddr)
	if !ok || !peer.IsLoopback() {
		return false
	}
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && ip.IsLoopback()
}

// observe counts one answered request.
func (m *Metrics) observe(route, method string, status int, took time.Duration) {
	if m == nil {
		return
	}
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Observe(took.Seconds())
}

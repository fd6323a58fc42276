// The two clients.

package httpx

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"rose-ash.com/roseash/api/shared/urls"
)

// ErrRefused is in the chain of every error by which a client declines to make
// a request, follow a redirect or dial an address.
var ErrRefused = errors.New("httpx: refused")

// UserAgent is what we call ourselves where nothing else was chosen.
const UserAgent = "RoseAsh"

const (
	maxRedirects = 3
	maxHeader    = 64 << 10
	dialTimeout  = 3 * time.Second

	defaultTimeout  = 10 * time.Second
	defaultMaxBytes = 5 << 20
)

// PublicOptions tune a Public client; the zero value is ready.
type PublicOptions struct {
	// Timeout is for a whole exchange, redirects and body included; default 10 s.
	Timeout time.Duration
	// MaxBytes is the largest body, after decompression; default 5 MiB.
	MaxBytes int64
	// Schemes that may be asked for, of http and https; default both.
	Schemes []string
	// Ports that may be dialled; default 80 and 443.
	Ports []string
	// Peers are exact loopback host:port pairs, as they stand in the URL, that
	// are let through over plain http. Only for development and tests; a pair
	// that is not loopback makes Public panic.
	Peers []string
	// UserAgent replaces UserAgent, for a name with an address to ask at.
	UserAgent string

	resolver *net.Resolver
}

// Operator makes a client for hosts that the operator configured. Timeout is
// for a whole exchange; 0 means 10 s. Redirects are followed three times, on the
// same host and port or to its https, and never from https to http, because requests
// carry keys and other services may be on the same host.
func Operator(timeout time.Duration) *http.Client {
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	dialer := &net.Dialer{Timeout: dialTimeout}
	return &http.Client{
		Timeout:   timeout,
		Transport: &named{next: transport(dialer.DialContext), agent: UserAgent},
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			if !sameServer(via[0].URL, next.URL) {
				return fmt.Errorf("%w: redirect to another host", ErrRefused)
			}
			return redirect(next, via)
		},
	}
}

// sameServer tells whether a redirect leads to the host and port that were asked, or to the
// usual https of that host.
func sameServer(asked, next *url.URL) bool {
	if !strings.EqualFold(next.Hostname(), asked.Hostname()) {
		return false
	}
	port := portOfURL(next)
	return port == portOfURL(asked) || next.Scheme == "https" && port == "443"
}

// portOfURL is the port that is dialled.
func portOfURL(u *url.URL) string {
	if port := u.Port(); port != "" {
		return port
	}
	return map[string]string{"http": "80", "https": "443"}[u.Scheme]
}

// Public makes a client for addresses that came from outside.
func Public(o PublicOptions) *http.Client {
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = defaultMaxBytes
	}
	if len(o.Schemes) == 0 {
		o.Schemes = []string{"http", "https"}
	}
	if len(o.Ports) == 0 {
		o.Ports = []string{"80", "443"}
	}
	if o.UserAgent == "" {
		o.UserAgent = UserAgent
	}
	for _, peer := range o.Peers {
		if _, _, err := net.SplitHostPort(peer); err != nil || !urls.Loopback(peer) {
			panic("httpx: a peer must be a loopback host:port")
		}
	}
	return &http.Client{
		Timeout: o.Timeout,
		Transport: &guarded{
			options: o,
			next:    &named{next: transport(o.dial), agent: o.UserAgent},
		},
		CheckRedirect: redirect,
	}
}

func redirect(next *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return fmt.Errorf("%w: more than %d redirects", ErrRefused, maxRedirects)
	}
	if via[len(via)-1].URL.Scheme == "https" && next.URL.Scheme != "https" {
		return fmt.Errorf("%w: redirect from https to %s", ErrRefused, next.URL.Scheme)
	}
	return nil
}

func transport(dial func(ctx context.Context, network, addr string) (net.Conn, error)) *http.Transport {
	return &http.Transport{
		Proxy:                  nil,
		DialContext:            dial,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    5 * time.Second,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: maxHeader,
		MaxIdleConns:           64,
		MaxIdleConnsPerHost:    4,
		MaxConnsPerHost:        16,
		IdleConnTimeout:        60 * time.Second,
	}
}

// dial checks the address after resolution, in the moment before connecting.
func (o PublicOptions) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	allowed := func(ip netip.AddrPort) bool { return IsPublic(ip.Addr()) }
	if slices.Contains(o.Peers, addr) {
		allowed = func(ip netip.AddrPort) bool { return ip.Addr().Unmap().IsLoopback() }
	}
	dialer := &net.Dialer{
		Timeout:  dialTimeout,
		Resolver: o.resolver,
		ControlContext: func(_ context.Context, network, address string, _ syscall.RawConn) error {
			ip, err := netip.ParseAddrPort(address)
			if err != nil || !strings.HasPrefix(network, "tcp") || !allowed(ip) {
				return fmt.Errorf("%w: the address %s is not public", ErrRefused, address)
			}
			return nil
		},
	}
	return dialer.DialContext(ctx, network, addr)
}

// guarded checks each request's URL, the redirected ones too, and caps bodies.
type guarded struct {
	options PublicOptions
	next    http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (g *guarded) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := g.options.check(r.URL); err != nil {
		closeBody(r)
		return nil, err
	}
	res, err := g.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if res.ContentLength > g.options.MaxBytes && r.Method != http.MethodHead {
		res.Body.Close()
		return nil, ErrTooLarge
	}
	res.Body = &capped{body: res.Body, left: g.options.MaxBytes}
	return res, nil
}

func (o PublicOptions) check(u *url.URL) error {
	if u.User != nil {
		return fmt.Errorf("%w: a URL with a user name", ErrRefused)
	}
	port := portOfURL(u)
	if u.Scheme == "http" && slices.Contains(o.Peers, net.JoinHostPort(u.Hostname(), port)) {
		return nil
	}
	if !slices.Contains(o.Schemes, u.Scheme) {
		return fmt.Errorf("%w: the scheme is not allowed", ErrRefused)
	}
	if !slices.Contains(o.Ports, port) {
		return fmt.Errorf("%w: the port is not allowed", ErrRefused)
	}
	if u.Hostname() == "" {
		return fmt.Errorf("%w: no host", ErrRefused)
	}
	return nil
}

// named says who we are unless the request says it itself.
type named struct {
	next  http.RoundTripper
	agent string
}

// RoundTrip implements http.RoundTripper.
func (n *named) RoundTrip(r *http.Request) (*http.Response, error) {
	if _, ok := r.Header["User-Agent"]; !ok {
		r = r.Clone(r.Context())
		r.Header.Set("User-Agent", n.agent)
	}
	return n.next.RoundTrip(r)
}

// CloseIdleConnections lets http.Client.CloseIdleConnections through.
func (n *named) CloseIdleConnections() { closeIdle(n.next) }

// CloseIdleConnections lets http.Client.CloseIdleConnections through.
func (g *guarded) CloseIdleConnections() { closeIdle(g.next) }

func closeIdle(next http.RoundTripper) {
	if c, ok := next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		r.Body.Close()
	}
}

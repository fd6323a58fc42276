// The client and what it is made from.

package sumup

import (
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"rose-ash.com/roseash/api/shared/clock"
)

// Options are how SumUp is reached. HTTP, BaseURL, APIKey and MerchantCode are needed.
type Options struct {
	HTTP         *http.Client // httpx.Operator
	BaseURL      string       // https://api.sumup.com
	APIKey       string
	MerchantCode string
	// Timeout is for one call with all that it tries again; 0: 10 s.
	Timeout time.Duration
	// Pause is the mean wait before a read is sent again, which doubles; 0: 200 ms.
	Pause time.Duration
	// Log is told once when SumUp does not take the key; nil: nobody is.
	Log *slog.Logger
	// Clock tells how long a Retry-After that is a date is; nil: the machine's.
	Clock clock.Clock
}

// Client asks SumUp. New makes one; it is safe for concurrent use.
type Client struct {
	o       Options
	http    *http.Client
	breaker breaker
	denied  atomic.Bool // the log knows that the key is not taken
}

const (
	defaultTimeout = 10 * time.Second
	defaultPause   = 200 * time.Millisecond
)

// New makes a client; nothing is asked.
func New(o Options) *Client {
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.Pause <= 0 {
		o.Pause = defaultPause
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	o.BaseURL = strings.TrimRight(o.BaseURL, "/")
	// SumUp's API redirects nothing. A POST that is redirected would be sent twice or
	// become a GET, and the key would go along.
	h := *o.HTTP
	h.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{o: o, http: &h}
}

// String names the client, so that nothing writes its key.
func (c *Client) String() string { return "SumUp at " + c.o.BaseURL }

// GoString is String.
func (c *Client) GoString() string { return c.String() }

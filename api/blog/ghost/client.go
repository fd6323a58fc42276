// The client of Ghost's Admin API.

package ghost

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/clock"
)

// What becomes of a question to Ghost that is not answered as asked.
var (
	// ErrNotFound: Ghost answered that it has no such thing.
	ErrNotFound = errors.New("ghost: not found")
	// ErrCollision: somebody changed it in Ghost since it was read (UPDATE_COLLISION).
	ErrCollision = errors.New("ghost: it was changed in Ghost meanwhile")
)

// Fault is any other answer that is of no use: none at all, a refusal, or one that is
// not what the Admin API says. Its text is ours and holds nothing of the answer.
type Fault struct {
	Status     int           // of the answer; 0: there was none
	RetryAfter time.Duration // what Ghost asked us to wait; 0: it did not say
	Reason     string        // in words of ours
	Err        error         // beneath it, for the log; may be nil
}

// Error is the reason.
func (f *Fault) Error() string { return "ghost: " + f.Reason }

// Unwrap is what is beneath.
func (f *Fault) Unwrap() error { return f.Err }

// Options of a Client.
type Options struct {
	URL      string       // where Ghost is, with its directory where it has one
	AdminKey string       // id:hex, of an integration
	HTTP     *http.Client // httpx.Operator
	Clock    clock.Clock
}

// Client asks one Ghost. It is safe for concurrent use.
type Client struct {
	http  *http.Client
	clock clock.Clock
	base  string // of the Admin API, with a slash at its end
	key   adminKey
}

// New makes a client. It fails where the address or the key cannot be one.
func New(o Options) (*Client, error) {
	u, err := url.Parse(o.URL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("ghost: the address must be http or https, with a host, and without a user, query or fragment")
	}
	key, err := readKey(o.AdminKey)
	if err != nil {
		return nil, err
	}
	if o.HTTP == nil || o.Clock == nil {
		return nil, errors.New("ghost: a client needs an HTTP client and a clock")
	}
	return &Client{http: o.HTTP, clock: o.Clock, base: strings.TrimRight(u.String(), "/") + "/ghost/api/admin/", key: key}, nil
}

// A Collection is what the Admin API lists under one address.
type Collection struct {
	Name string // posts, pages, tags, users, tiers, newsletters or members
	Kind Kind
}

// Collections are those that a sync walks through, in an order in which what is
// referred to comes first.
var Collections = []Collection{
	{"users", KindUser}, {"tags", KindTag}, {"tiers", KindTier}, {"newsletters", KindNewsletter},
	{"posts", KindPost}, {"pages", KindPost}, {"members", KindMember},
}

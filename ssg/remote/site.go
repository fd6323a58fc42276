// The site: what was read of it, and the sources that it makes.

package remote

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/httpx"
	"rose-ash.com/roseash/api/shared/paging"
	"rose-ash.com/roseash/openapi/client"
	"rose-ash.com/roseash/ssg"
)

// Options say which site is read, and how.
type Options struct {
	// URL is where the API is: the origin of the site, with the path before /v1 if
	// it has one.
	URL string
	// Client makes the requests; nil: httpx.Operator with a minute for each.
	Client *http.Client
	// Log gets what was tried again; nil: nobody.
	Log *slog.Logger
}

// ErrURL says that an address cannot be the API's.
var ErrURL = errors.New("the API's address must be http:// or https:// with a host, without a user name, a query or a fragment")

// Site is a site as it was when it was opened. Its methods are safe for
// concurrent use.
type Site struct {
	api   *client.Client
	log   *slog.Logger
	slots chan struct{} // one in it for each request under way
	pause func(context.Context, time.Duration) error

	posts     []contract.PostID // posts and pages, the oldest first
	products  []contract.ProductID
	types     map[contract.PostID]contract.PostType
	tags      map[contract.TagID]contract.Tag
	authors   map[contract.AuthorID]contract.Author
	terms     map[contract.TermID]contract.Term
	placed    map[string][]contract.TermID // collections by the post that shows them
	calendars []contract.Calendar
	entries   []contract.EntryLink // the oldest first
	lists     *paging.Memory
}

// Open reads where everything stands. It fails with ErrURL, and where the API does
// not answer as it should.
func Open(ctx context.Context, o Options) (*Site, error) {
	s, err := newSite(o)
	if err != nil {
		return nil, err
	}
	return s, s.read(ctx)
}

func newSite(o Options) (*Site, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return nil, ErrURL
	}
	if o.Client == nil {
		o.Client = httpx.Operator(time.Minute)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Site{log: o.Log, slots: make(chan struct{}, atOnce), pause: pause}
	s.api, err = client.NewClient(strings.TrimSuffix(o.URL, "/"), client.WithHTTPClient(o.Client))
	return s, err
}

// Sources are the site as the generator reads it.
func (s *Site) Sources() ssg.Sources {
	return ssg.Sources{Blog: blog{s}, Market: market{s}, Events: events{s}, Lists: s.lists}
}

// blog and market are parts of the site.
type (
	blog   struct{ *Site }
	market struct{ *Site }
)

var (
	_ ssg.Blog   = blog{}
	_ ssg.Market = market{}
)

// Addresses without a file: a page that is not written yet, one that has moved,
// one that was withdrawn, and those where there never was any.

package web

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/filetype"
	"rose-ash.com/roseash/api/shared/problem"
)

// Missing answers for an address that has no file.
type Missing interface {
	// Resolve says what is at a path of a tree that has no file: Body (a page that
	// is not on disk yet), Location (moved, 301 or 302) or Gone (withdrawn, 410); the zero
	// Answer is a 404. An error is the answer's: without the database nobody can
	// tell, and a 404 would have search engines forget the page.
	Resolve(ctx context.Context, tree, path string) (contract.Answer, error)
}

// resolvedAtOnce is how many addresses are looked up at a time. Strangers try
// thousands that never were; the others must not wait for a connection.
const resolvedAtOnce = 8

// missing answers for a path that has no file.
func (s *Site) missing(w http.ResponseWriter, r *http.Request, tree, at string) {
	var a contract.Answer
	if s.Missing != nil {
		var err error
		if a, err = s.resolve(r.Context(), tree, at); err != nil {
			problem.Write(w, r, err)
			return
		}
	}
	switch {
	case a.Body != nil:
		h := w.Header()
		h.Set("Content-Type", a.ContentType)
		// The file, with its own headers, may be there the next moment.
		h.Set("Cache-Control", "no-store")
		withoutConditions(r)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.Body))
	case a.Location != "":
		to, err := url.Parse(a.Location)
		if err != nil {
			problem.Write(w, r, problem.Internal().WithCause(err))
			return
		}
		if to.RawQuery == "" {
			to.RawQuery = r.URL.RawQuery
		}
		w.Header().Set("Cache-Control", filetype.PageCaching)
		w.Header().Set("Location", to.String())
		status := http.StatusMovedPermanently
		if a.Temporary {
			status = http.StatusFound
		}
		w.WriteHeader(status)
	case a.Gone:
		s.notice(w, r, tree, http.StatusGone)
	default:
		s.notice(w, r, tree, http.StatusNotFound)
	}
}

func (s *Site) resolve(ctx context.Context, tree, at string) (contract.Answer, error) {
	select {
	case s.resolving <- struct{}{}:
		defer func() { <-s.resolving }()
	case <-ctx.Done():
		return contract.Answer{}, ctx.Err()
	}
	return s.Missing.Resolve(ctx, tree, at)
}

// notice answers with a tree's own page for a status.
func (s *Site) notice(w http.ResponseWriter, r *http.Request, tree string, status int) {
	name, said := notFoundFile, problem.NotFound("there is nothing at this address")
	if status == http.StatusGone {
		name, said = goneFile, problem.ForStatus(http.StatusGone, "what was at this address has been withdrawn")
	}
	if !s.serve(w, r, tree+"/"+name, status) {
		problem.Write(w, r, said)
	}
}

// withoutConditions drops what was asked about a file that is not there.
func withoutConditions(r *http.Request) {
	for _, condition := range []string{"If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since", "If-Range", "Range"} {
		r.Header.Del(condition)
	}
}

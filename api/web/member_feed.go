// A member's own calendar as calendar programs fetch it, /ics/me/<secret>.ics. Whoever knows
// the address may read it: it is in no log, no cache and no search engine.

package web

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
)

// FeedSource is what finds the calendar behind a secret: events.Service.MemberFeed.
type FeedSource interface {
	// MemberFeed is an iCalendar file. It fails with 404 for a secret that nobody has.
	MemberFeed(ctx context.Context, secret string) (file []byte, err error)
}

// MemberFeed answers for members' own calendars.
type MemberFeed struct {
	Source FeedSource
}

// Mount adds the address to the router of the API. The pattern, not the address, is what the
// access log shows.
func (f *MemberFeed) Mount(r chi.Router) {
	r.Get(urls.MemberICS+"{secret}", f.serve)
	r.Head(urls.MemberICS+"{secret}", f.serve)
}

func (f *MemberFeed) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "private, no-store")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Referrer-Policy", "no-referrer")
	h.Del("Access-Control-Allow-Origin") // no page of another site has to know it
	secret, is := strings.CutSuffix(chi.URLParam(r, "secret"), ".ics")
	if !is {
		problem.Write(w, r, problem.NotFound("there is no calendar at this address"))
		return
	}
	file, err := f.Source.MemberFeed(r.Context(), secret)
	if err != nil {
		problem.Write(w, r, err)
		return
	}
	sum := sha256.Sum256(file)
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:18]) + `"`
	h.Set("ETag", tag)
	if matches(r.Header.Values("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `inline; filename="calendar.ics"`)
	h.Set("Content-Length", strconv.Itoa(len(file)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(file)
	}
}

// matches compares an entity tag with those of If-None-Match, weakly (RFC 9110 section 13.1.2).
func matches(given []string, tag string) bool {
	for _, line := range given {
		tags := strings.Split(line, ",")
		if slices.ContainsFunc(tags, func(t string) bool {
			t = strings.TrimSpace(t)
			return t == "*" || strings.TrimPrefix(t, "W/") == tag
		}) {
			return true
		}
	}
	return false
}

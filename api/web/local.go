// Pages for those who run the site, until people can sign in: they are open to whoever
// is at this machine, and ask the API in process.

package web

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
	"rose-ash.com/roseash/site-templates/scene"
)

// Local is what such pages stand on. There are none without a Token. Requests from
// elsewhere, that were forwarded, or addressed to a host that is not loopback, are
// answered as if there were no pages.
type Local struct {
	// Token is the development token, which pages show to the API.
	Token    string
	Settings func(ctx context.Context) (contract.SiteSettings, error)
	Sites    urls.Sites
	Assets   site.Assets
	Clock    clock.Clock
	// NotFound answers those to whom the pages are closed; nil: a problem document.
	NotFound http.Handler

	api http.Handler
}

// localPage answers a request, or says why not.
type localPage func(w http.ResponseWriter, r *http.Request) error

// mount adds pages, by their patterns, to the router of the API. All are below an
// address, which begins and ends with a slash.
func (l *Local) mount(r chi.Router, address string, pages map[string]localPage) {
	l.api = r
	m := http.NewServeMux()
	for pattern, page := range pages {
		m.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "private, no-store")
			if err := page(w, r); err != nil {
				problem.Write(w, r, err)
			}
		})
	}
	m.HandleFunc(address, l.closed)
	guarded := http.NewCrossOriginProtection().Handler(m)
	r.Handle(address+"*", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !l.open(r) {
			l.closed(w, r)
			return
		}
		guarded.ServeHTTP(w, r)
	}))
	r.Get(strings.TrimSuffix(address, "/"), func(w http.ResponseWriter, r *http.Request) {
		if !l.open(r) {
			l.closed(w, r)
			return
		}
		redirect(w, r, address)
	})
}

// open tells that a request came straight from this machine.
func (l *Local) open(r *http.Request) bool {
	if l.Token == "" || !urls.Loopback(r.Host) || !urls.Loopback(r.RemoteAddr) {
		return false
	}
	for name := range r.Header {
		if name == "Forwarded" || name == "Via" || name == "X-Real-Ip" || strings.HasPrefix(name, "X-Forwarded-") {
			return false
		}
	}
	return true
}

func (l *Local) closed(w http.ResponseWriter, r *http.Request) {
	if l.NotFound != nil {
		l.NotFound.ServeHTTP(w, r)
		return
	}
	problem.Write(w, r, problem.NotFound("there is nothing at this address"))
}

// frame is what stands around a page of a section of the site, and the site's zone.
func (l *Local) frame(r *http.Request, section, title string) (site.Frame, *time.Location, error) {
	settings, err := l.Settings(r.Context())
	if err != nil {
		return site.Frame{}, nil, err
	}
	at := zone(settings)
	around := scene.Scene{App: urls.Blog, Settings: settings, Sites: l.Sites, Assets: l.Assets, Year: l.Clock.Now().In(at).Year()}
	f := around.Frame(r.URL.Path)
	f.Section = section
	f.Head = site.Head{Title: title + " – " + settings.Title, NoIndex: true}
	return f, at, nil
}

// done leads to a page by a request of its own, so that going back or loading it
// again sends nothing twice.
func done(w http.ResponseWriter, r *http.Request, to, what string) error {
	if what != "" {
		joint := "?"
		if strings.Contains(to, "?") {
			joint = "&"
		}
		to += joint + "done=" + what
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// show answers with a page.
func show(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	var body bytes.Buffer
	if err := page.Render(r.Context(), &body); err != nil {
		return problem.Internal().WithCause(err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
	return nil
}

// The shopkeeper's pages, /shop/: plain forms over the API.
//
// A page asks the API itself, in process, as any client would: with a token,
// If-Match and, for stock, an Idempotency-Key; what the API refuses is shown at the field it is
// about, with what was typed still there. Nothing needs a script.

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

// Shop is the shopkeeper's pages. There are none without a Token. Until people can
// sign in, they are open to whoever is at this machine and to nobody else: requests
// from elsewhere, that were forwarded, or addressed to a host that is not loopback, are
// answered as if there were no pages.
type Shop struct {
	// Token is the development token, which pages show to the API.
	Token    string
	Settings func(ctx context.Context) (contract.SiteSettings, error)
	Sites    urls.Sites
	Assets   site.Assets
	Media    urls.Media
	Clock    clock.Clock
	// NotFound answers those to whom the pages are closed; nil: a problem document.
	NotFound http.Handler

	api     http.Handler
	uploads uploads
}

// shopAddress is below which the pages are.
const shopAddress = "/shop/"

// Mount adds the pages to the router of the API.
func (s *Shop) Mount(r chi.Router) {
	s.api = r
	m := http.NewServeMux()
	for pattern, page := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET /shop/{$}":                                         s.products,
		"GET /shop/products/new/{$}":                            s.newProduct,
		"POST /shop/products/new/{$}":                           s.createProduct,
		"GET /shop/products/{id}/{$}":                           s.editProduct,
		"POST /shop/products/{id}/{$}":                          s.saveProduct,
		"POST /shop/products/{id}/{action}/{$}":                 s.actOnProduct,
		"GET /shop/products/{id}/prices/{variant}/{$}":          s.prices,
		"POST /shop/products/{id}/prices/{variant}/{$}":         s.planPrice,
		"POST /shop/products/{id}/prices/{variant}/{price}/{$}": s.unplanPrice,
		"GET /shop/stock/{$}":                                   s.stock,
		"POST /shop/stock/{$}":                                  s.moveStock,
		"GET /shop/catalogue/{$}":                               s.catalogue,
		"POST /shop/catalogue/{$}":                              s.uploadCatalogue,
		"POST /shop/catalogue/apply/{$}":                        s.applyCatalogue,
		"GET /shop/catalogue/file.csv":                          s.downloadCatalogue,
	} {
		m.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "private, no-store")
			if err := page(w, r); err != nil {
				problem.Write(w, r, err)
			}
		})
	}
	m.HandleFunc(shopAddress, s.closed)
	guarded := http.NewCrossOriginProtection().Handler(m)
	r.Handle(shopAddress+"*", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.open(r) {
			s.closed(w, r)
			return
		}
		guarded.ServeHTTP(w, r)
	}))
	r.Get(strings.TrimSuffix(shopAddress, "/"), func(w http.ResponseWriter, r *http.Request) {
		if !s.open(r) {
			s.closed(w, r)
			return
		}
		redirect(w, r, shopAddress)
	})
}

// open tells that a request came straight from this machine.
func (s *Shop) open(r *http.Request) bool {
	if s.Token == "" || !urls.Loopback(r.Host) || !urls.Loopback(r.RemoteAddr) {
		return false
	}
	for name := range r.Header {
		if name == "Forwarded" || name == "Via" || name == "X-Real-Ip" || strings.HasPrefix(name, "X-Forwarded-") {
			return false
		}
	}
	return true
}

func (s *Shop) closed(w http.ResponseWriter, r *http.Request) {
	if s.NotFound != nil {
		s.NotFound.ServeHTTP(w, r)
		return
	}
	problem.Write(w, r, problem.NotFound("there is nothing at this address"))
}

// page is what stands around a page of a section.
func (s *Shop) page(r *http.Request, section, title string, trail ...site.Link) (site.ShopPage, *time.Location, error) {
	settings, err := s.Settings(r.Context())
	if err != nil {
		return site.ShopPage{}, nil, err
	}
	at := zone(settings)
	around := scene.Scene{App: urls.Blog, Settings: settings, Sites: s.Sites, Assets: s.Assets, Media: s.Media, Year: s.Clock.Now().In(at).Year()}
	p := site.ShopPage{Frame: around.Frame(r.URL.Path), Section: section, Title: title, Trail: trail}
	p.Frame.Section = "shop"
	p.Frame.Head = site.Head{Title: title + " – Shop – " + settings.Title, NoIndex: true}
	if text, ok := doneTexts[r.URL.Query().Get("done")]; ok && r.Method == http.MethodGet {
		p.Message = &site.ShopMessage{Kind: "done", Text: text}
	}
	return p, at, nil
}

// doneTexts are what pages say after something was done, by the word in the address.
var doneTexts = map[string]string{
	"made": "The draft was made. Readers see it once it is published.", "saved": "Saved.", "published": "Published. Its page is being built.",
	"unpublished": "Taken back: readers no longer see it.", "deleted": "Deleted.", "priced": "The price is set.", "unplanned": "The planned price was taken back.",
	"moved": "Recorded.", "imported": "The catalogue was imported.",
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

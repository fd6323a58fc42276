// A post as whoever looks at it may read it, /read/<slug>/: where the gate on its page
// leads, and what needs no script.

package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
	"rose-ash.com/roseash/site-templates/scene"
)

// Read is the pages below /read/. Nobody has to have signed in; who has is asked for by
// Silent where the sign-in is at another host.
type Read struct {
	Private
	// Media is where a CDN has kept images; the zero value: where the server has.
	Media urls.Media
	// Silent has who has signed in elsewhere known here before a page is shown; nil: there
	// is one origin.
	Silent func(http.Handler) http.Handler
}

// Mount adds the pages to the router of the API.
func (p *Read) Mount(r chi.Router) {
	p.api = r
	var page http.Handler = http.HandlerFunc(p.serve)
	if p.Silent != nil {
		page = p.Silent(page)
	}
	r.Method(http.MethodGet, "/read/{slug}/", page)
	r.Get("/read/{slug}", func(w http.ResponseWriter, r *http.Request) { redirect(w, r, r.URL.Path+"/") })
}

// readBody is what the API answers of a body, as far as the page uses it.
type readBody struct {
	HTML   string   `json:"html"`
	Access bool     `json:"access"`
	Tiers  []string `json:"tiers"`
}

func (p *Read) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "private, no-store")
	h.Set("X-Robots-Tag", "noindex")
	slug, err := url.PathUnescape(chi.URLParam(r, "slug"))
	if err != nil || strings.Contains(slug, "/") || p.Sites.OriginOf(r.Host) != p.Sites.Base(urls.Blog) {
		p.closed(w, r)
		return
	}
	if err := p.page(w, r, slug); err != nil {
		if d := problem.From(err); d.Status == http.StatusUnprocessableEntity {
			err = problem.NotFound("there is nothing at this address") // what is no slug
		}
		p.fail(w, r, err)
	}
}

func (p *Read) page(w http.ResponseWriter, r *http.Request, slug string) error {
	post, err := p.post(r, slug)
	if err != nil {
		return err
	}
	body, _, err := read[readBody](p, r, apiOf(post)+"/body", nil)
	if err != nil {
		return err
	}
	frame, zone, err := p.frame(r, string(urls.Blog), post.Title)
	if err != nil {
		return err
	}
	s := scene.Scene{App: urls.Blog, Sites: p.Sites, Assets: p.Assets, Media: p.Media}
	view := site.ReadPage{PostPage: s.Post(post, zone), Tiers: anyOf(body.Tiers)}
	_, view.SignedIn = auth.PrincipalFrom(r.Context())
	view.Frame, view.Body, view.BodyURL = frame, body.HTML, ""
	if body.Access {
		view.GatedFor = ""
	}
	if view.GatedFor != "" {
		view.ReadOnURL = signInPage + "?" + url.Values{"return_to": {r.URL.EscapedPath()}}.Encode()
	}
	// The page says noindex; whoever finds it by a link is told where the one for all is.
	w.Header().Set("Link", "<"+p.Sites.URL(urls.Blog, post.Path)+`>; rel="canonical"`)
	return show(w, r, http.StatusOK, site.Read(view))
}

// post is the post with a slug, or the page with it where the post has nothing to read on.
func (p *Read) post(r *http.Request, slug string) (contract.Post, error) {
	post, _, err := read[contract.Post](p, r, "/v1/posts/"+slug, nil)
	if err == nil && post.Gated || err != nil && problem.From(err).Status != http.StatusNotFound {
		return post, err
	}
	page, _, pageErr := read[contract.Post](p, r, "/v1/pages/"+slug, nil)
	if pageErr == nil && (err != nil || page.Gated) {
		return page, nil
	}
	return post, err
}

// apiOf is where the API has a post or page.
func apiOf(p contract.Post) string { return "/v1/" + string(p.Type) + "s/" + string(p.ID) }

// anyOf joins names: "Supporter, Patron or Friend".
func anyOf(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

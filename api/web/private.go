// Pages for people who have signed in. They ask the API in process, as whoever is at the
// browser: the request's context says who that is, so that no secret is passed on.

package web

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
	"rose-ash.com/roseash/site-templates/scene"
)

// Private is what such pages stand on. Who has not signed in is led to where they can, who
// lacks a scope is told which.
type Private struct {
	// Need is a scope that all of the pages need; empty: to have signed in is enough.
	Need string
	// Open lets everybody in, signed in or not.
	Open bool
	// FormTargets are where forms of the pages may lead besides this site, as sources of
	// form-action (CSP 3); empty: nowhere.
	FormTargets string

	Settings func(ctx context.Context) (contract.SiteSettings, error)
	// Calendars tells whether there are any, so that the header leads to them; nil: there are none.
	Calendars func(ctx context.Context) (bool, error)
	Sites     urls.Sites
	Assets    site.Assets
	Clock     clock.Clock
	// Denied hears who was refused a page for lack of a scope; nil: nobody does.
	Denied func(ctx context.Context, p auth.Principal, page string)
	// NotFound answers addresses without a page; nil: a problem document.
	NotFound http.Handler

	api   http.Handler
	pages *http.ServeMux
}

// privatePage answers a request, or says why not.
type privatePage func(w http.ResponseWriter, r *http.Request) error

// privatePolicy is the policy of pages that nobody may frame.
var privatePolicy = strings.Replace(site.ContentSecurityPolicy, "frame-ancestors 'self'", "frame-ancestors 'none'", 1)

// mount adds pages, by their patterns, to the router of the API. All are below an
// address, which begins and ends with a slash. What a page sends comes from this site:
// the router has seen to that.
func (p *Private) mount(r chi.Router, address string, pages map[string]privatePage) {
	p.api, p.pages = r, http.NewServeMux()
	for pattern, page := range pages {
		p.pages.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if err := page(w, r); err != nil {
				p.fail(w, r, err)
			}
		})
	}
	p.pages.HandleFunc(address, p.closed)
	open := func(w http.ResponseWriter, r *http.Request) error {
		p.pages.ServeHTTP(w, r)
		return nil
	}
	if !p.Open {
		open = p.needs(p.Need, open)
	}
	r.Handle(address+"*", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "private, no-store")
		w.Header().Set("Content-Security-Policy", p.policy(r))
		if err := open(w, r); err != nil {
			p.fail(w, r, err)
		}
	}))
	r.Get(strings.TrimSuffix(address, "/"), func(w http.ResponseWriter, r *http.Request) {
		redirect(w, r, address)
	})
}

// policy is that of a page on the host that is asked. What a form sends may lead to the
// issuer, to prove again who one is: a browser holds redirects to form-action too (CSP 3
// section 6.3.1).
func (p *Private) policy(r *http.Request) string {
	targets := p.FormTargets
	if issuer := p.Sites.Issuer(); issuer != p.Sites.OriginOf(r.Host) {
		targets = issuer + " " + targets
	}
	return strings.Replace(privatePolicy, "form-action 'self'", strings.TrimSpace("form-action 'self' "+targets), 1)
}

// needs is page for those who have signed in and hold a scope; empty: any or none.
func (p *Private) needs(scope string, page privatePage) privatePage {
	return func(w http.ResponseWriter, r *http.Request) error {
		who, known := auth.PrincipalFrom(r.Context())
		switch {
		case !known:
			return p.anonymous(w, r)
		case scope != "" && !who.Has(scope):
			if p.Denied != nil {
				p.Denied(r.Context(), who, "page "+scope)
			}
			return p.refused(w, r, scope)
		}
		return page(w, r)
	}
}

// signInPage is where people sign in.
const signInPage = "/login/"

// anonymous leads to where one signs in, and from there back. What was sent is not sent
// again by that: a form says so.
func (p *Private) anonymous(w http.ResponseWriter, r *http.Request) error {
	to := signInPage + "?" + url.Values{"return_to": {p.pageOf(r)}}.Encode()
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	return p.notice(w, r, site.ErrorPage{
		Code: http.StatusUnauthorized, Title: "You are not signed in",
		Message: "Your session has ended, so nothing of what you sent was stored. Sign in, then send it again.",
		Links:   []site.Link{{Text: "Sign in", URL: to}},
	})
}

// again leads to where one proves once more who one is, and back to the page.
func (p *Private) again(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, p.freshURL(r), http.StatusSeeOther)
}

// freshURL is where whoever has signed in proves again that it is them.
func (p *Private) freshURL(r *http.Request) string {
	return signInPage + "?" + url.Values{"fresh": {"1"}, "return_to": {p.pageOf(r)}}.Encode()
}

// pageOf is the address of the page that a request belongs to: its own, or for what a form
// sends the nearest above it that can be looked at.
func (p *Private) pageOf(r *http.Request) string {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return r.URL.RequestURI()
	}
	at := r.URL.EscapedPath()
	for at != "/" && p.pages != nil {
		if look, err := http.NewRequest(http.MethodGet, at, http.NoBody); err == nil {
			if _, pattern := p.pages.Handler(look); strings.HasPrefix(pattern, "GET ") {
				break
			}
		}
		at = at[:strings.LastIndexByte(strings.TrimSuffix(at, "/"), '/')+1]
	}
	return at
}

// refused says which permission is missing.
func (p *Private) refused(w http.ResponseWriter, r *http.Request, scope string) error {
	message := "None of your roles permits this. Somebody who looks after this site can give you one that does."
	for _, s := range auth.Scopes() {
		if s.Name == scope {
			message = "This takes a role that permits one to: " + strings.ToLower(s.About[:1]) + s.About[1:] +
				". None of yours does. Somebody who looks after this site can give you one."
		}
	}
	return p.notice(w, r, site.ErrorPage{
		Code: http.StatusForbidden, Title: "Not for you, so far", Message: message,
		Links: []site.Link{{Text: "Your account", URL: p.Sites.Link(p.app(r), urls.Account, urls.Home())}},
	})
}

// notice answers with a page that says why there is no other.
func (p *Private) notice(w http.ResponseWriter, r *http.Request, page site.ErrorPage) error {
	frame, _, err := p.frame(r, "", page.Title)
	if err != nil {
		return err
	}
	page.Frame = frame
	return show(w, r, page.Code, site.Error(page))
}

// fail answers for a page that could not be shown. What the API says of who asks is said
// in the same way as by the pages.
func (p *Private) fail(w http.ResponseWriter, r *http.Request, err error) {
	d := problem.From(err)
	var failed error
	switch {
	case d.Code == "reauthentication_required":
		p.again(w, r)
	case d.Status == http.StatusUnauthorized:
		failed = p.anonymous(w, r)
	case d.Status == http.StatusForbidden:
		failed = p.refused(w, r, "")
	case d.Status == http.StatusNotFound:
		p.closed(w, r)
	case d.Status < http.StatusInternalServerError:
		failed = p.notice(w, r, site.ErrorPage{Code: d.Status, Title: "That did not work", Message: sentence(d.Detail),
			Links: []site.Link{{Text: "Go on", URL: p.pageOf(r)}}})
	default:
		problem.Write(w, r, err)
	}
	if failed != nil {
		problem.Write(w, r, failed)
	}
}

// closed answers for an address without a page.
func (p *Private) closed(w http.ResponseWriter, r *http.Request) {
	if p.NotFound != nil && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		p.NotFound.ServeHTTP(w, r)
		return
	}
	problem.Write(w, r, problem.NotFound("there is nothing at this address"))
}

// frame is what stands around a page of a section of the site, and the site's zone.
func (p *Private) frame(r *http.Request, section, title string) (site.Frame, *time.Location, error) {
	settings, err := p.Settings(r.Context())
	if err != nil {
		return site.Frame{}, nil, err
	}
	at := zone(settings)
	around := scene.Scene{App: p.app(r), Settings: settings, Sites: p.Sites, Assets: p.Assets, Year: p.Clock.Now().In(at).Year(), Events: there(r.Context(), p.Calendars)}
	around.Assets.JS = "" // who is there is known: no script has to ask
	f := around.Frame(r.URL.Path)
	f.Section = section
	f.Account, f.CartCount = p.member(r)
	f.Head = site.Head{Title: title + " – " + settings.Title, NoIndex: true}
	return f, at, nil
}

// there tells what has tells. What cannot be had is no reason to show no page.
func there(ctx context.Context, has func(context.Context) (bool, error)) bool {
	if has == nil {
		return false
	}
	some, err := has(ctx)
	return err == nil && some
}

// app is one of those on the origin that is asked, from which links lead elsewhere.
func (p *Private) app(r *http.Request) urls.App {
	tree, ok := p.Sites.ByHost(r.Host)
	if !ok {
		tree = urls.MainTree
	}
	if here := p.Sites.InTree(tree); len(here) > 0 {
		return here[0]
	}
	return urls.Blog
}

// summary is what the API says of whoever asks, as far as headers of pages use it.
type summary struct {
	SignedIn  bool   `json:"signed_in"`
	Name      string `json:"name"`
	CartCount int    `json:"cart_count"`
}

// member is the text of the header's link to the account, and how much is in the cart; empty:
// nothing. What cannot be had is no reason to show no page.
func (p *Private) member(r *http.Request) (name, cart string) {
	_, known := auth.PrincipalFrom(r.Context())
	if !known && auth.CartToken(r.Context()) == "" {
		return "Sign in", ""
	}
	me, _, err := read[summary](p, r, "/v1/me/summary", nil)
	if err == nil && me.CartCount > 0 {
		cart = strconv.Itoa(me.CartCount)
	}
	switch {
	case !known:
		return "Sign in", cart
	case err == nil && me.Name != "":
		return me.Name, cart
	}
	return "Account", cart
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

// The web server: which address is answered by what, and how answers go wrong.

package ghosttest

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// api is where the Admin API is.
const api = "/ghost/api/admin/"

// Listen serves the Ghost on a free loopback port. Where Options have no URL, the site is
// there, from the first version on. stop ends it.
func (g *Ghost) Listen() (address string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	address = "http://" + listener.Addr().String()
	g.mu.Lock()
	if g.options.URL == SiteURL {
		for _, w := range g.versions {
			w.url = address
		}
		g.cache.Clear()
	}
	g.mu.Unlock()
	server := &http.Server{Handler: g, ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = server.Serve(listener) }() // it ends when it is closed
	return address, func() { _ = server.Close() }, nil
}

// ServeHTTP answers the Admin API and the files of the site.
func (g *Ghost) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	o := g.settings()
	var fault *Fault
	if o.Fault != nil {
		fault = o.Fault(r)
	}
	delay := o.Delay
	if fault != nil {
		delay += fault.Delay
	}
	if !wait(r, delay) {
		return
	}
	if fault != nil && fault.Cut {
		cut(rw)
	}
	a, instead := fault.instead()
	if !instead {
		if o.Before != nil {
			o.Before(r)
		}
		a = g.answer(r, o, fault)
		if o.After != nil {
			o.After(r)
		}
	}
	for key, values := range a.header {
		rw.Header()[key] = values
	}
	rw.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	rw.WriteHeader(a.status)
	body := a.body
	if fault != nil && fault.Truncate {
		body = body[:len(body)/2]
	}
	if r.Method != http.MethodHead {
		_, _ = rw.Write(body) // who does not listen has no answer
	}
	if o.Seen != nil {
		o.Seen(r, a.status, len(body))
	}
	if len(body) < len(a.body) {
		if f, ok := rw.(http.Flusher); ok {
			f.Flush()
		}
		cut(rw)
	}
}

// cut ends the connection, as net/http has it.
func cut(http.ResponseWriter) { panic(http.ErrAbortHandler) }

func wait(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// answer makes the true answer, of the version that Choose names.
func (g *Ghost) answer(r *http.Request, o Options, fault *Fault) answer {
	g.mu.Lock()
	versions := g.versions
	g.mu.Unlock()
	at := len(versions) - 1
	if o.Choose != nil && r.Method == http.MethodGet {
		at = min(max(o.Choose(r, len(versions)), 0), at)
	}
	w := versions[at]
	path := r.URL.Path
	if site, err := url.Parse(w.url); err == nil {
		path = strings.TrimPrefix(path, strings.TrimSuffix(site.Path, "/"))
	}
	if strings.HasPrefix(path, "/content/") {
		return g.file(r, path)
	}
	rest, ok := strings.CutPrefix(path, api)
	if !ok {
		return answer{http.StatusNotFound, http.Header{"Content-Type": {"text/html; charset=utf-8"}}, []byte("<!DOCTYPE html><title>404</title><h1>Page not found</h1>")}
	}
	if !strings.HasSuffix(path, "/") && r.Method == http.MethodGet {
		a := jsonAnswer(http.StatusMovedPermanently, nil)
		there := *r.URL
		there.Path += "/"
		a.header.Set("Location", there.RequestURI())
		return a
	}
	return g.admin(r, w, strings.Split(strings.Trim(rest, "/"), "/"), fault)
}

// admin answers one endpoint of the Admin API.
func (g *Ghost) admin(r *http.Request, w *world, parts []string, fault *Fault) answer {
	if parts[0] == "site" && r.Method == http.MethodGet { // everybody may see it
		return jsonAnswer(http.StatusOK, encode(object{"site": w.site()}))
	}
	if why, ok := g.refused(r); !ok {
		return why
	}
	get := r.Method == http.MethodGet
	switch parts[0] {
	case "config":
		if get {
			return jsonAnswer(http.StatusOK, encode(object{"config": config}))
		}
	case "settings":
		if get {
			return jsonAnswer(http.StatusOK, encode(object{"settings": w.settingsList(), "meta": object{}}))
		}
		return notAllowed("edit settings")
	case "snippets", "redirects", "integrations", "invites", "api_keys":
		return notAllowed(map[bool]string{true: "list ", false: "edit "}[get] + parts[0])
	case "images":
		if len(parts) == 2 && parts[1] == "upload" && r.Method == http.MethodPost {
			return g.upload(r, w)
		}
	}
	c, known := collections[parts[0]]
	switch {
	case !known:
		return noSuchEndpoint(r)
	case !get:
		return g.write(r, c, parts[1:])
	case len(parts) == 1:
		return g.list(w, c, r.URL.Query(), fault)
	case len(parts) == 2 && len(parts[1]) != 24:
		return invalid("read "+c.one, "Validation (matches) failed for id")
	case len(parts) == 2:
		return g.read(w, c, "id", parts[1], r.URL.Query())
	case len(parts) == 3 && parts[1] == "slug" && c.bySlug:
		return g.read(w, c, "slug", parts[2], r.URL.Query())
	}
	return noSuchEndpoint(r)
}

// read is one thing by its id or slug.
func (g *Ghost) read(w *world, c collection, by, value string, q url.Values) answer {
	if c.one == "post" || c.one == "page" {
		for id, p := range w.posts {
			if p.Type == c.one && (by == "id" && id == value || by == "slug" && p.Slug == value) {
				return g.onePost(w, p, q, http.StatusOK)
			}
		}
		return notFound(c, "read")
	}
	for _, r := range g.rows(w, c, q) {
		if r.fields[by][0] == value {
			return jsonAnswer(http.StatusOK, []byte(`{"`+c.name+`":[`+string(r.whole)+`]}`))
		}
	}
	return notFound(c, "read")
}

func (g *Ghost) onePost(w *world, p *Post, q url.Values, status int) answer {
	return jsonAnswer(status, []byte(`{"`+p.Type+`s":[`+string(g.postJSON(w, p, formOf(q)))+`]}`))
}

func (w *world) site() object {
	o := object{
		"url": w.url + "/", "version": "6.65", "allow_external_signup": true,
		"site_uuid": "e8a0bec8-6f2b-4ddc-b80e-e85ef8b0b61e",
	}
	for _, key := range []string{"title", "description", "logo", "icon", "cover_image", "accent_color", "locale", "timezone"} {
		o[key] = w.settings[key]
		if s, ok := o[key].(string); ok {
			o[key] = text(w.out(s))
		}
	}
	return o
}

func (w *world) settingsList() []object {
	list := []object{}
	for _, key := range sorted(w.settings) {
		value := w.settings[key]
		if s, ok := value.(string); ok {
			value = w.out(s)
		}
		list = append(list, object{"key": key, "value": value})
	}
	return list
}

var config = object{
	"version": "6.65.0", "environment": "production", "database": "mariadb", "mail": "Direct", "useGravatar": false,
	"labs":             object{"automationAnalytics": true, "tagDetailsReact": true, "members": true},
	"clientExtensions": object{}, "enableDeveloperExperiments": false, "stripeDirect": false, "mailgunIsConfigured": false,
	"emailAnalytics": true, "klipy": object{"apiKey": nil, "contentFilter": "off"},
	"signupForm":             object{"url": "https://cdn.jsdelivr.net/ghost/signup-form@~{version}/umd/signup-form.min.js", "version": "0.3"},
	"security":               object{"allowWebhookInternalIPs": true, "staffDeviceVerification": false},
	"exploreTestimonialsUrl": "https://explore.ghost.org/api/testimonials",
}

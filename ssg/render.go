// Rendering: a unit's data in, its pages out. One file a kind of page.

package ssg

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"path"
	"runtime/debug"
	"strings"
	"time"

	"github.com/a-h/templ"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// Page is one file of a built tree.
type Page struct {
	Tree string // urls.Sites.Tree of its app
	File string // below the tree: "tag/bakery/index.html"
	Body []byte

	unit Unit
	hash [sha256.Size]byte // of Body
}

// Renderer makes pages. It holds nothing that changes while the site runs.
type Renderer struct {
	sites  urls.Sites
	assets site.Assets
	files  fs.FS // the bundled files
}

// NewRenderer makes a renderer for a site's addresses; assets are the addresses
// of files, which are copied into every tree.
func NewRenderer(sites urls.Sites, assets site.Assets, files fs.FS) *Renderer {
	return &Renderer{sites, assets, files}
}

// guarded is render with a panic as an error: one page that cannot be made must
// not take the others with it.
func (r *Renderer) guarded(ctx context.Context, from *reader, u Unit) (pages []Page, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
		}
	}()
	return r.render(ctx, from, u)
}

func (r *Renderer) render(ctx context.Context, from *reader, u Unit) ([]Page, error) {
	switch u.Kind() {
	case kindAssets:
		return r.copyAssets()
	case kindHome:
		return r.home(ctx, from)
	case kindPost:
		return r.post(ctx, from, contract.PostID(u.ID()))
	case kindTag:
		return r.tag(ctx, from, contract.TagID(u.ID()))
	case kindAuthor:
		return r.author(ctx, from, contract.AuthorID(u.ID()))
	case kindMarket:
		return r.marketHome(ctx, from)
	case kindCategory:
		return r.category(ctx, from, contract.CategoryID(u.ID()))
	case kindProduct:
		return r.product(ctx, from, contract.ProductID(u.ID()))
	case kindFeed:
		return r.siteFeed(ctx, from)
	case kindSitemap:
		return r.sitemap(ctx, from)
	case kindRobots:
		return r.robots()
	case kindNotFound:
		return r.notFound(from)
	}
	return nil, fmt.Errorf("ssg: no renderer for a unit of kind %q", u.Kind())
}

// page renders a component as the page at a path of an app.
func (r *Renderer) page(ctx context.Context, app urls.App, at string, c templ.Component) (Page, error) {
	var b bytes.Buffer
	if err := c.Render(ctx, &b); err != nil {
		return Page{}, err
	}
	return r.file(app, at, b.Bytes()), nil
}

// file places bytes at a path of an app; a path that ends in a slash is a
// directory's index.
func (r *Renderer) file(app urls.App, at string, body []byte) Page {
	name := strings.TrimPrefix(r.sites.Path(app, at), "/")
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	return Page{Tree: r.sites.Tree(app), File: name, Body: body}
}

// apps are those that have pages, one for each tree they are in.
func (r *Renderer) apps() []urls.App {
	apps := []urls.App{urls.Blog}
	if r.sites.Tree(urls.Market) != r.sites.Tree(urls.Blog) {
		apps = append(apps, urls.Market)
	}
	return apps
}

// rootFile places bytes at the root of an app's tree.
func (r *Renderer) rootFile(app urls.App, name string, body []byte) Page {
	return Page{Tree: r.sites.Tree(app), File: strings.TrimPrefix(name, "/"), Body: body}
}

func (r *Renderer) copyAssets() ([]Page, error) {
	var pages []Page
	err := fs.WalkDir(r.files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(r.files, name)
		for _, app := range r.apps() {
			pages = append(pages, r.rootFile(app, path.Join(site.AssetPrefix, name), body))
		}
		return err
	})
	return pages, err
}

func (r *Renderer) robots() ([]Page, error) {
	var pages []Page
	for _, app := range r.apps() {
		text := "User-agent: *\nAllow: /\n" +
			"Disallow: /account/\nDisallow: /cart/\nDisallow: /checkout/\nDisallow: /editor/\nDisallow: /login/\nDisallow: /read/\n\n" +
			"Sitemap: " + r.sites.Base(app) + urls.Sitemap() + "\n"
		pages = append(pages, r.rootFile(app, urls.Robots(), []byte(text)))
	}
	return pages, nil
}

func (r *Renderer) notFound(from *reader) ([]Page, error) {
	var pages []Page
	for _, app := range r.apps() {
		s, err := r.scene(from, app)
		if err != nil {
			return nil, err
		}
		p := site.ErrorPage{
			Frame: s.frame("/404.html", head{title: "Page not found", description: "There is no page at this address.", noIndex: true}),
			Code:  404, Title: "Page not found",
			Message: "There is no page at this address. It may have moved, or it has been taken down.",
			Links: []site.Link{
				{Text: "Read the blog", URL: s.link(urls.Blog, urls.Home())},
				{Text: "Go to the market", URL: s.link(urls.Market, urls.Home())},
			},
		}
		page, err := r.page(context.Background(), app, "/404.html", site.Error(p))
		if err != nil {
			return nil, err
		}
		page.File = "404.html"
		pages = append(pages, page)
	}
	return pages, nil
}

func location(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC // a zone is checked when it is set; this one came with an old database
	}
	return zone
}

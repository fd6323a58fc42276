// Rendering: a unit's data in, its page out. One file a kind of page.

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
	"sync"
	"time"

	"github.com/a-h/templ"

	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/api/shared/zones"
	site "rose-ash.com/roseash/site-templates"
)

// Page is one file of a built tree.
type Page struct {
	Tree string // urls.Sites.Tree of its app
	File string // below the tree: "tag/bakery/index.html"
	Body []byte
}

// PageSizes is how many items a full page of a list has. A list keeps the size
// that it was made with.
type PageSizes struct{ Posts, Products int }

// DefaultPageSizes are those of the product.
var DefaultPageSizes = PageSizes{Posts: 20, Products: 24}

// of is the page size of a list.
func (s PageSizes) of(list string) int {
	if list == listProducts || strings.HasPrefix(list, listProducts+"/") {
		return s.Products
	}
	return s.Posts
}

// Renderer makes pages. It holds nothing that changes while the site runs.
type Renderer struct {
	sites  urls.Sites
	assets site.Assets
	files  fs.FS // the bundled files
	// Media is where a CDN has kept images; the zero value: where the server has.
	Media urls.Media
}

// NewRenderer makes a renderer for a site's addresses; assets are the addresses
// of files, which are copied into every tree.
func NewRenderer(sites urls.Sites, assets site.Assets, files fs.FS) *Renderer {
	return &Renderer{sites: sites, assets: assets, files: files}
}

// Rendered is a unit as it is now: its page, nil where it has none, and what was
// read for it.
type Rendered struct {
	Unit  Unit
	Page  *Page
	Hash  [sha256.Size]byte // of the page's bytes
	Reads map[string]int64
	took  time.Duration // zero where another process rendered it
}

// buffers are reused from page to page.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// render makes a unit's page. A panic is an error: one page that cannot be made
// must not take the others with it.
func (r *Renderer) render(ctx context.Context, b *batch, u Unit) (result Rendered, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
		}
	}()
	from := b.reader(u)
	page, err := r.make(ctx, from)
	if err != nil {
		return Rendered{}, err
	}
	result = Rendered{Unit: u, Page: page, Reads: from.reads}
	if page != nil {
		result.Hash = sha256.Sum256(page.Body)
	}
	return result, nil
}

// make renders; nil without an error means that the unit has no page.
func (r *Renderer) make(ctx context.Context, from *reader) (*Page, error) {
	switch from.unit.Kind {
	case kindAsset:
		return r.asset(from.unit)
	case kindPost:
		return r.post(ctx, from)
	case kindProduct:
		return r.product(ctx, from)
	case kindTag:
		return r.tag(ctx, from)
	case kindAuthor:
		return r.author(ctx, from)
	case kindCategory:
		return r.category(ctx, from)
	case kindTerm:
		return r.term(ctx, from)
	case kindOccurrence, kindEntry, kindMonth, kindCalendar, kindArchive, kindFragment, kindICS, kindScript:
		return r.makeEvents(ctx, from)
	case kindHome:
		return r.home(ctx, from)
	case kindMarket:
		return r.marketHome(ctx, from)
	case kindFeed:
		return r.feedOf(from)
	case kindSitemap:
		return r.sitemap(from)
	case kindIndex:
		return r.sitemapIndex(from)
	case kindRobots:
		return r.robots(from.unit)
	case kindNotFound:
		return r.missing(ctx, from, "404.html", 404, "Page not found",
			"There is no page at this address. It may have moved, or it has been taken down.")
	case kindWithdrawn:
		return r.missing(ctx, from, "410.html", 410, "Page withdrawn",
			"What was at this address has been taken down and does not come back.")
	}
	return nil, nil // a kind that was: its page goes
}

// page renders a component as the page at a path of an app.
func (r *Renderer) page(ctx context.Context, app urls.App, at string, c templ.Component) (*Page, error) {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := c.Render(ctx, b); err != nil {
		return nil, err
	}
	return r.file(app, at, bytes.Clone(b.Bytes())), nil
}

// file places bytes at a path of an app; a path that ends in a slash is a
// directory's index.
func (r *Renderer) file(app urls.App, at string, body []byte) *Page {
	name := strings.TrimPrefix(r.sites.Path(app, at), "/")
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	return &Page{Tree: r.sites.Tree(app), File: name, Body: body}
}

// apps are those that have pages, one for each tree they are in.
func (r *Renderer) apps() []urls.App {
	apps := []urls.App{urls.Blog}
	for _, app := range []urls.App{urls.Market, urls.Events} {
		if r.sites.Tree(app) != r.sites.Tree(urls.Blog) {
			apps = append(apps, app)
		}
	}
	return apps
}

// appOf is the app of a tree's own files; false where the tree is not in use.
func (r *Renderer) appOf(tree string) (urls.App, bool) {
	for _, app := range r.apps() {
		if r.sites.Tree(app) == tree {
			return app, true
		}
	}
	return "", false
}

// rootFile places bytes at the root of an app's tree.
func (r *Renderer) rootFile(app urls.App, name string, body []byte) *Page {
	return &Page{Tree: r.sites.Tree(app), File: strings.TrimPrefix(name, "/"), Body: body}
}

// fixed are the units that every site has.
func (r *Renderer) fixed() ([]Unit, error) {
	units := []Unit{{Kind: kindHome}, {Kind: kindMarket}, {Kind: kindFeed, ID: listPosts}}
	for _, l := range mapped {
		if !sharded[l] {
			units = append(units, Unit{Kind: kindSitemap, ID: l})
		}
	}
	units = append(units, r.fixedEvents()...)
	for _, app := range r.apps() {
		tree := r.sites.Tree(app)
		for _, kind := range []string{kindNotFound, kindWithdrawn, kindIndex, kindRobots} {
			units = append(units, Unit{Kind: kind, ID: tree})
		}
		err := fs.WalkDir(r.files, ".", func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				units = append(units, Unit{Kind: kindAsset, ID: tree + "/" + name})
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return units, nil
}

// indexes are the units of the sitemaps' indexes.
func (r *Renderer) indexes() []Unit {
	var units []Unit
	for _, app := range r.apps() {
		units = append(units, Unit{Kind: kindIndex, ID: r.sites.Tree(app)})
	}
	return units
}

func (r *Renderer) asset(u Unit) (*Page, error) {
	tree, name, _ := strings.Cut(u.ID, "/")
	app, used := r.appOf(tree)
	if !used {
		return nil, nil
	}
	body, err := fs.ReadFile(r.files, name)
	if err != nil {
		return nil, nil // of another version's bundle
	}
	return r.rootFile(app, path.Join(site.AssetPrefix, name), body), nil
}

func (r *Renderer) robots(u Unit) (*Page, error) {
	app, used := r.appOf(u.ID)
	if !used {
		return nil, nil
	}
	text := "User-agent: *\nAllow: /\n" +
		"Disallow: /account/\nDisallow: /cart/\nDisallow: /checkout/\nDisallow: /editor/\nDisallow: /login/\nDisallow: /organise/\nDisallow: /read/\nDisallow: /search/\nDisallow: /shop/\n\n" +
		"Sitemap: " + r.sites.Base(app) + urls.Sitemap() + "\n"
	return r.rootFile(app, urls.Robots(), []byte(text)), nil
}

// missing is the page that answers for pages that are not there.
func (r *Renderer) missing(ctx context.Context, from *reader, file string, code int, title, message string) (*Page, error) {
	app, used := r.appOf(from.unit.ID)
	if !used {
		return nil, nil
	}
	s := r.scene(from, app)
	p := site.ErrorPage{
		Frame: s.frame("/"+file, head{title: title, description: message, noIndex: true}),
		Code:  code, Title: title, Message: message,
		Links: []site.Link{
			{Text: "Read the blog", URL: s.link(urls.Blog, urls.Home())},
			{Text: "Go to the market", URL: s.link(urls.Market, urls.Home())},
		},
	}
	page, err := r.page(ctx, app, "/"+file, site.Error(p))
	if page != nil {
		page.File = file
	}
	return page, err
}

func location(name string) *time.Location {
	zone, err := zones.Load(name)
	if err != nil {
		return time.UTC // a zone is checked when it is set; this one came with an old database
	}
	return zone
}

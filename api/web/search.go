// The search page, /search/: products, posts, pages and entries by words, and the listing of
// products by filters. It is a GET form and works without a script; each state of it
// has an address.

package web

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
	"rose-ash.com/roseash/site-templates/scene"
)

// Finder is what the search page reads.
type Finder interface {
	Settings(ctx context.Context) (contract.SiteSettings, error)
	// FindProducts lists products. It fails with 404 for an unknown category and with
	// 422, naming the parameter, for anything else that there is not.
	FindProducts(ctx context.Context, query ProductSearch) (ProductsFound, error)
	// FindTexts finds posts, pages and entries of calendars, the best first.
	FindTexts(ctx context.Context, words string, limit int) ([]TextFound, error)
}

// ProductSearch is which products are wanted. Names are slugs or ids, prices minor
// units; a zero field leaves everything. Brands, producers and countries are
// alternatives, labels and allergens are demands.
type ProductSearch struct {
	Words                                        string
	Category, Collection                         string
	Brands, Producers, Labels, FreeFrom, Origins []string
	InStock, Reduced                             bool
	PriceMin, PriceMax                           int64
	Sort, Cursor                                 string
	Limit                                        int
}

// ProductsFound is some of the products, and how many there are of what.
type ProductsFound struct {
	Cards []contract.ProductCard
	Next  string // cursor of those that follow; empty: none
	Total int
	// Similar tells that the words are in no product; these are spelt alike.
	Similar bool
	// Category is the one that was named, with its ancestors.
	Category                                     *contract.Category
	Collection                                   *contract.TermLink // the one that was named
	Categories                                   []Counted          // below it
	Brands, Producers, Labels, FreeFrom, Origins []Counted
	InStock, Reduced                             Counted
	Least, Most                                  *contract.Money // of the list without bounds of the price
}

// Counted is a value of a facet. Name is empty where Value is a code of its own.
type Counted struct {
	Value, Name string
	ID          string // by which an address may name it too
	Count       int
	Chosen      bool
}

// TextFound is a post, page or entry with the part of its text where the words are.
type TextFound struct {
	Title, URL string
	Page       bool
	Entry      bool
	Next       *NextDate         // of an entry; nil: it is over
	Card       contract.PostCard // with the date and the picture
	Snippet    []site.SnippetPart
}

// NextDate is when an entry is next, by the clocks of its zone.
type NextDate struct {
	At       time.Time
	Timezone string
}

// productsAPage and textsAPage are how much the page shows at once.
const (
	productsAPage = 24
	textsAPage    = 10
)

// SearchPage is the http.Handler of the search page.
type SearchPage struct {
	Finder Finder
	// Calendars tells whether there are any, so that the header leads to them; nil: there are none.
	Calendars func(ctx context.Context) (bool, error)
	Sites     urls.Sites
	Assets    site.Assets
	Media     urls.Media
	Clock     clock.Clock
}

// Mount adds the page to a router.
func (p *SearchPage) Mount(r chi.Router) {
	at := urls.Search()
	r.Method(http.MethodGet, at, p)
	r.Get(strings.TrimSuffix(at, "/"), func(w http.ResponseWriter, r *http.Request) {
		redirect(w, r, at)
	})
}

// ServeHTTP answers with the page. What cannot be asked for is a 422 or 404 with the
// form as it was sent, so that it can be mended.
func (p *SearchPage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	view, status, err := p.answer(r.Context(), r.URL.Query())
	if err != nil {
		problem.Write(w, r, err)
		return
	}
	var body bytes.Buffer
	if err := site.Search(view).Render(r.Context(), &body); err != nil {
		problem.Write(w, r, problem.Internal().WithCause(err))
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "private, no-cache")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
}

// answer is the page for a query and its status. A refusal of the query becomes part
// of the page; any other error is returned.
func (p *SearchPage) answer(ctx context.Context, values url.Values) (site.SearchPage, int, error) {
	settings, err := p.Finder.Settings(ctx)
	if err != nil {
		return site.SearchPage{}, 0, err
	}
	s := scene.Scene{App: urls.Blog, Settings: settings, Sites: p.Sites, Assets: p.Assets, Media: p.Media, Year: p.Clock.Now().In(zone(settings)).Year(),
		Events: there(ctx, p.Calendars)}
	asked, err := readAsked(values)
	var found ProductsFound
	if err == nil {
		found, err = p.Finder.FindProducts(ctx, asked.ProductSearch)
	}
	status := http.StatusOK
	fault := ""
	if err != nil {
		var refusal *problem.Details
		if !errors.As(err, &refusal) || refusal.Status != http.StatusNotFound && refusal.Status != http.StatusUnprocessableEntity {
			return site.SearchPage{}, 0, err
		}
		status, fault = refusal.Status, faultOf(refusal)
	}
	view := asked.page(s, found)
	if view.Fault = fault; fault != "" {
		view.Total = ""
	}
	if asked.Words != "" && fault == "" && !asked.filtered() && asked.Cursor == "" {
		texts, err := p.Finder.FindTexts(ctx, asked.Words, textsAPage)
		if err != nil {
			return view, 0, err
		}
		view.Texts = textHits(s, texts)
	}
	view.Note = note(asked, found, len(view.Texts))
	if fault != "" {
		view.Note = ""
	}
	return view, status, nil
}

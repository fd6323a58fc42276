// The shopkeeper's pages, /shop/: plain forms over the API.
//
// A page asks the API itself, in process, as any client would: with If-Match and, for
// stock, an Idempotency-Key; what the API refuses is shown at the field it is
// about, with what was typed still there. Nothing needs a script.

package web

import (
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
)

// Shop is the shopkeeper's pages, for those who may change products, prices and stock.
type Shop struct {
	Private
	Media urls.Media

	uploads uploads
}

// shopAddress is below which the pages are.
const shopAddress = "/shop/"

// Mount adds the pages to the router of the API.
func (s *Shop) Mount(r chi.Router) {
	s.Need = auth.ScopeMarketWrite
	s.mount(r, shopAddress, map[string]privatePage{
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
	})
}

// page is what stands around a page of a section.
func (s *Shop) page(r *http.Request, section, title string, trail ...site.Link) (site.ShopPage, *time.Location, error) {
	return shopPage(&s.Private, r, section, title, trail...)
}

// shopPage is what stands around a page of a section of the shop, and the site's zone.
func shopPage(p *Private, r *http.Request, section, title string, trail ...site.Link) (site.ShopPage, *time.Location, error) {
	frame, at, err := p.frame(r, "shop", title+" – Shop")
	if err != nil {
		return site.ShopPage{}, nil, err
	}
	page := site.ShopPage{Frame: frame, Section: section, Title: title, Trail: trail}
	if text, ok := doneTexts[r.URL.Query().Get("done")]; ok && r.Method == http.MethodGet {
		page.Message = &site.Message{Kind: "done", Text: text}
	}
	return page, at, nil
}

// doneTexts are what pages say after something was done, by the word in the address.
var doneTexts = map[string]string{
	"made": "The draft was made. Readers see it once it is published.", "saved": "Saved.", "published": "Published. Its page is being built.",
	"unpublished": "Taken back: readers no longer see it.", "deleted": "Deleted.", "priced": "The price is set.", "unplanned": "The planned price was taken back.",
	"moved": "Recorded.", "imported": "The catalogue was imported.",
	"picking": "Picking has begun: who ordered can no longer change it.", "ready": "It is ready. Who ordered is told.", "handed_over": "Handed over.",
	"refunded": "The refund was asked for. See below how far it is.", "cancelled": "Cancelled. What was paid goes back.",
	"added": "Added.", "off": "It can no longer be used.", "removed": "Removed.", "compared": "The books are being compared.", "settled": "Settled.",
}

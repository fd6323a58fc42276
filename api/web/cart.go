// The cart's pages, /cart/: what somebody has chosen, with a form for each line. They work for
// strangers and without a script, and ask the API in process as whoever is at the browser.
//
// Cart, checkout and orders are at the cart's origin, which has the cookie of the cart; at
// other hosts of ours their addresses lead there.

package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
	"rose-ash.com/roseash/site-templates/scene"
)

// Cart is the pages.
type Cart struct {
	Private
	// Media is where a CDN has kept images; the zero value: where the server has.
	Media urls.Media
}

// Where the pages are.
const (
	cartAddress      = "/cart/"
	checkoutAddress  = "/checkout/"
	ownOrdersAddress = "/orders/"
	miniAddress      = "/fragments/cart-mini"
)

// Mount adds the pages to the router of the API. Where the cart has an origin of its own, that
// origin's first page leads to them. Mount it after Account, whose origin's first page this
// one takes along: a router has one handler for /.
func (c *Cart) Mount(r chi.Router) {
	c.Open = true
	c.mount(r, cartAddress, c.atCart(map[string]privatePage{
		"GET /cart/{$}":                          c.cart,
		"POST /cart/{$}":                         c.saveNote,
		"GET /cart/add/{$}":                      c.askAdd,
		"POST /cart/add/{$}":                     c.add,
		"POST /cart/lines/{line}/{$}":            c.changeLine,
		"POST /cart/lines/{line}/remove/{$}":     c.removeLine,
		"POST /cart/codes/{$}":                   c.useCode,
		"POST /cart/codes/{discount}/remove/{$}": c.dropCode,
	}))
	r.Get(miniAddress, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "private, no-store")
		if err := c.mini(w, r); err != nil {
			c.fail(w, r, err)
		}
	})
	if c.Sites.Tree(urls.Cart) == urls.MainTree {
		return
	}
	r.Get("/", func(w http.ResponseWriter, r *http.Request) {
		switch app := c.app(r); {
		case app == urls.Cart:
			http.Redirect(w, r, cartAddress, http.StatusSeeOther)
		case app == urls.Account:
			http.Redirect(w, r, accountAddress, http.StatusSeeOther)
		default:
			c.closed(w, r)
		}
	})
}

// atCart has pages at the cart's origin alone. At another host of ours what can be looked at
// leads there; nothing is sent to it.
func (p *Private) atCart(pages map[string]privatePage) map[string]privatePage {
	at := make(map[string]privatePage, len(pages))
	for pattern, page := range pages {
		at[pattern] = func(w http.ResponseWriter, r *http.Request) error {
			switch origin := p.Sites.Base(urls.Cart); {
			case p.Sites.OriginOf(r.Host) == origin:
				return page(w, r)
			case r.Method == http.MethodGet || r.Method == http.MethodHead:
				http.Redirect(w, r, origin+r.URL.RequestURI(), http.StatusSeeOther)
			default:
				p.closed(w, r)
			}
			return nil
		}
	}
	return at
}

// keepCookies has the browser keep what the API gave it: the cookie of a new cart.
func keepCookies(w http.ResponseWriter, a *reply) {
	for _, cookie := range a.header.Values("Set-Cookie") {
		w.Header().Add("Set-Cookie", cookie)
	}
}

// cart shows what is in it.
func (c *Cart) cart(w http.ResponseWriter, r *http.Request) error {
	return c.page(w, r, http.StatusOK, cartView{})
}

// cartView is what a page of the cart says besides what is in it.
type cartView struct {
	message *site.Message
	line    string    // whose form was refused
	form    site.Form // of that line, or of the page
	part    string    // which form of the page that is: "code" or "note"
}

// page shows the cart.
func (c *Cart) page(w http.ResponseWriter, r *http.Request, status int, v cartView) error {
	cart, _, err := read[cartDoc](c, r, "/v1/cart", nil)
	if err != nil {
		return err
	}
	frame, _, err := c.frame(r, "cart", "Your cart")
	if err != nil {
		return err
	}
	frame.CartCount = countText(len(cart.Lines))
	goods := c.goods(r)
	page := site.CartPage{
		Frame: frame, Message: v.message, Sums: sumsOf(cart.Totals, cart.discounts()), MarketURL: frame.MarketURL,
		Note: site.Form{Values: map[string]string{"note": cart.Note}}, Held: cart.held(),
	}
	page.Sums.Open = "Delivery is chosen at checkout."
	if v.part == "note" {
		page.Note = v.form
	}
	if v.part == "code" {
		page.Code = v.form
	}
	for _, l := range cart.Lines {
		line := goods.cartLine(l)
		if line.ID == v.line {
			for name, value := range v.form.Values {
				line.Form.Values[name] = value
			}
			line.Form.Errors = v.form.Errors
		}
		page.Lines = append(page.Lines, line)
	}
	for _, d := range cart.Discounts {
		page.Codes = append(page.Codes, codeOf(d, cart.Totals.Currency))
	}
	if _, known := auth.PrincipalFrom(r.Context()); known {
		page.OrdersURL = ownOrdersAddress
	} else {
		page.SignInURL = loginAt(cartAddress)
		if _, _, ok := lastOrder(r); ok {
			page.OrdersURL = ownOrdersAddress // which leads to the one that this browser placed
		}
		page.MemberSaves = c.memberSaves(r, cart)
	}
	if page.Message == nil && r.Method == http.MethodGet {
		page.Message = cartDone(r.URL.Query(), cart)
	}
	return show(w, r, status, site.Cart(page))
}

// mini is the cart in a few lines.
func (c *Cart) mini(w http.ResponseWriter, r *http.Request) error {
	cart, _, err := read[cartDoc](c, r, "/v1/cart", nil)
	if err != nil {
		return err
	}
	s := scene.Scene{App: c.app(r), Sites: c.Sites}
	return show(w, r, http.StatusOK, site.CartMini(miniOf(cart, s.CartLink(cartAddress))))
}

// goods makes lines as pages of this host show them.
func (c *Cart) goods(r *http.Request) goods { return goods{c.Sites, c.app(r), c.Media} }

// memberSaves is what members would pay less for what is in the cart; empty: nothing, or it
// cannot be had.
func (c *Cart) memberSaves(r *http.Request, cart cartDoc) string {
	ids := make([]string, 0, len(cart.Lines))
	for _, l := range cart.Lines {
		if l.Offer.Kind == "product" && !l.has("gone") {
			ids = append(ids, l.Offer.ID)
		}
	}
	if len(ids) == 0 {
		return ""
	}
	now, _, err := read[listed[availabilityDoc]](c, r, "/v1/availability", url.Values{"ids": {strings.Join(ids, ",")}})
	if err != nil {
		return ""
	}
	return savings(cart, now.Items)
}

// Checkout, /checkout/: one page that asks all there is to ask and ends at the button that
// pays. The total that it shows is sent along; the API orders nothing at another one.

package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/api/shared/zones"
	site "rose-ash.com/roseash/site-templates"
)

// Checkout is the page.
type Checkout struct {
	Private
	// Media is where a CDN has kept images; the zero value: where the server has.
	Media urls.Media
	// PayOrigins are where browsers are sent to pay, as sources of form-action (CSP 3).
	PayOrigins string
	// Simulated tells that payments are played, not made.
	Simulated bool
	// Silent has who has signed in elsewhere known here before the page is shown; nil: there
	// is one origin.
	Silent func(http.Handler) http.Handler
}

// Mount adds the page to the router of the API.
func (c *Checkout) Mount(r chi.Router) {
	c.Open, c.FormTargets = true, c.PayOrigins
	if c.Silent != nil {
		r = r.With(c.Silent)
	}
	c.mount(r, checkoutAddress, c.atCart(map[string]privatePage{
		"GET /checkout/{$}":  c.checkout,
		"POST /checkout/{$}": c.send,
	}))
}

// checkout shows the page with what is known already.
func (c *Checkout) checkout(w http.ResponseWriter, r *http.Request) error {
	return c.page(w, r, http.StatusOK, checkoutState{})
}

// checkoutState is what a page of checkout says besides what is to be bought.
type checkoutState struct {
	form    site.Form // as it was sent; empty: for the first time
	key     string    // to be kept; empty: a new one
	message *site.Message
	changed bool                 // the total may be another one than was seen
	short   []problem.FieldError // what there is not enough of
	lacking bool                 // something is wrong with its fields
}

// page shows the cart with all that can be chosen, and what it comes to as it is chosen.
func (c *Checkout) page(w http.ResponseWriter, r *http.Request, status int, state checkoutState) error {
	view, answer, err := read[checkoutDoc](c, r, "/v1/checkout", nil)
	if problem.Code(err) == "cart_empty" || problem.Code(err) == "cart_converted" {
		return c.nothingToBuy(w, r, problem.From(err))
	}
	if err != nil {
		return err
	}
	f := state.form
	if f.Values == nil {
		f = site.Form{Values: view.values(), Errors: map[string]string{}}
	}
	if state.lacking {
		view.missing(f)
		state.message = &site.Message{Kind: "fault", Text: "Nothing was ordered yet: see what is missing.", Items: checkoutLinks(f)}
	}
	quote, err := c.quote(r, view, f)
	if err != nil {
		return err
	}
	frame, zone, err := c.frame(r, "checkout", "Checkout")
	if err != nil {
		return err
	}
	if at, err := zones.Load(view.Timezone); err == nil {
		zone = at
	}
	if state.changed {
		totalMoved(state.message, f.Values["expected"], quote.Totals)
		state.message.Items = append(state.message.Items, quote.changes(f.Values["seen"])...)
	}
	for _, e := range state.short {
		state.message.Items = append(state.message.Items, site.Link{Text: shortText(quote.Lines, e), URL: cartAddress})
	}
	page := site.CheckoutPage{
		Frame: frame, Message: state.message, Form: f, Key: state.key, ETag: answer.header.Get("ETag"), Expected: whole(quote.Totals.TotalMinor), Seen: quote.seen(),
		Terms: view.Terms.TermsHTML, Cancelling: view.Terms.CancellationHTML, TermsVersion: whole(view.Terms.Version),
		Country: countryOf(frame.Lang), Methods: view.methods(zone), Sums: sumsOf(quote.Totals, quote.Discounts),
	}
	if page.Key == "" {
		page.Key = newKey()
	}
	deliveryRow(&page.Sums, view, f.Values["delivery"])
	for _, l := range quote.Lines {
		line := (goods{c.Sites, c.app(r), c.Media}).line(l.Offer, l.ID, l.Quantity, l.Note)
		price(&line, l.GrossMinor, l.NetMinor, quote.Totals.Currency)
		page.Lines = append(page.Lines, line)
	}
	if _, known := auth.PrincipalFrom(r.Context()); known {
		page.SignedIn = frame.Account
	} else {
		page.SignInURL = loginAt(checkoutAddress)
	}
	c.payment(&page, view, quote)
	return show(w, r, status, site.Checkout(page))
}

// payment sets what the button says, or why there is none.
func (c *Checkout) payment(page *site.CheckoutPage, view checkoutDoc, quote quoteDoc) {
	free := quote.Totals.TotalMinor == 0
	switch {
	case len(view.Delivery) > 0 && view.closed():
		page.Held = "There is no way to get it to you at present, so it cannot be ordered now. Your cart stays as it is."
	case !free && !view.Payments:
		page.Held = paymentsMissing
	case free:
		page.Pay, page.How = "Order now, for nothing", "There is nothing to pay."
	default:
		page.Pay, page.How = "Pay "+page.Sums.Total+" now", "You pay at SumUp, on the next page. We never see your card."
		if c.Simulated {
			page.How = "This site takes no real money: the next page only plays at it."
		}
	}
}

// quote is what the cart comes to as it is chosen.
func (c *Checkout) quote(r *http.Request, view checkoutDoc, f site.Form) (quoteDoc, error) {
	same := quoteDoc{Lines: view.Lines, Discounts: view.Discounts, Totals: view.Totals}
	o := view.option(f.Values["delivery"])
	if o == nil {
		return same, nil
	}
	body := map[string]any{"delivery": o.ID}
	if code := strings.TrimSpace(f.Values["address.postcode"]); code != "" && o.Kind == "delivery" {
		body["address"] = map[string]any{"postcode": code, "country": f.Values["address.country"]}
	}
	answer, err := c.ask(r.Context(), r, call{method: http.MethodPost, path: "/v1/checkout/quote", json: body})
	switch {
	case err != nil:
		return same, err
	case answer.refused != nil && answer.status == http.StatusUnprocessableEntity:
		return same, nil // what is wrong with it is said when it is sent
	case answer.refused != nil:
		return same, answer.refused
	}
	var q quoteDoc
	if err := json.Unmarshal(answer.body.Bytes(), &q); err != nil {
		return same, problem.Internal().WithCause(err)
	}
	if body["address"] != nil && !q.Served && f.Errors != nil {
		f.Errors["address.postcode"] = notServed
	}
	return q, nil
}

// nothingToBuy leads to the order that the cart has become, or to the cart.
func (c *Checkout) nothingToBuy(w http.ResponseWriter, r *http.Request, d *problem.Details) error {
	if d.Code == "cart_converted" {
		if at := orderPageOf(r, d); at != "" {
			http.Redirect(w, r, at, http.StatusSeeOther)
			return nil
		}
		return c.notice(w, r, site.ErrorPage{Code: http.StatusConflict, Title: "That is an order already",
			Message: "What was in your cart has been ordered, in another window perhaps. The mail about the order has the link to it.",
			Links:   []site.Link{{Text: "To your cart", URL: cartAddress}}})
	}
	to := cartAddress
	if at := c.justOrdered(r); at != "" {
		to = at
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// justOrdered is the page of the order that waits for its payment, for who goes back to
// checkout from where one pays; empty: there is none.
func (c *Checkout) justOrdered(r *http.Request) string {
	if _, known := auth.PrincipalFrom(r.Context()); !known {
		if id, key, ok := lastOrder(r); ok {
			return orderPath(id, key)
		}
		return ""
	}
	list, _, err := read[listed[orderItemDoc]](c, r, "/v1/me/orders", url.Values{"limit": {"1"}})
	if err != nil || len(list.Items) == 0 || list.Items[0].Status != "pending_payment" {
		return ""
	}
	return orderPath(string(list.Items[0].ID), "")
}

// orderPageOf is the page of the order that a problem names; of a guest's, where this browser
// has placed it. Empty: the browser may not see it.
func orderPageOf(r *http.Request, d *problem.Details) string {
	id := strings.TrimPrefix(d.GetHeaders().Get("Location"), "/v1/orders/")
	if id == "" {
		id = strings.TrimPrefix(d.Instance, "/v1/orders/")
	}
	if !nameable.MatchString(id) {
		return ""
	}
	if _, known := auth.PrincipalFrom(r.Context()); known {
		return ownOrdersAddress + id + "/"
	}
	if last, key, ok := lastOrder(r); ok && last == id {
		return orderPath(id, key)
	}
	return ""
}

// deliveryRow names what delivery costs where it costs nothing too.
func deliveryRow(s *site.Sums, view checkoutDoc, chosen string) {
	o := view.option(chosen)
	if o == nil || o.FeeMinor > 0 {
		return
	}
	if len(s.Rows) == 0 {
		s.Rows = append(s.Rows, site.Fact{Name: "Goods", Value: s.Total})
	}
	s.Rows = append(s.Rows, site.Fact{Name: o.Name, Value: "free"})
}

// countryOf is the country that a locale names: GB of en-GB.
func countryOf(locale string) string {
	if _, region, ok := strings.Cut(locale, "-"); ok && len(region) == 2 {
		return strings.ToUpper(region)
	}
	return "GB"
}

// checkoutDoc is what the API says before somebody orders.
type checkoutDoc struct {
	Note      string                `json:"note"`
	Lines     []contract.PricedLine `json:"lines"`
	Discounts []contract.Discount   `json:"discounts"`
	Totals    contract.Totals       `json:"totals"`
	Delivery  []deliveryDoc         `json:"delivery"`
	Timezone  string                `json:"timezone"`
	Payments  bool                  `json:"payments"`
	Terms     struct {
		Version          int64  `json:"version"`
		TermsHTML        string `json:"terms_html"`
		CancellationHTML string `json:"cancellation_html"`
	} `json:"terms"`
	Contact struct {
		Name  string `json:"name"`
		Email string `json:"email"`
	} `json:"contact"`
}

// deliveryDoc is one way to have an order.
type deliveryDoc struct {
	ID           string    `json:"id"`
	Name         string    `json:"name"`
	Kind         string    `json:"kind"`
	Place        string    `json:"place"`
	Instructions string    `json:"instructions"`
	FeeMinor     int64     `json:"fee_minor"`
	FreeFrom     *int64    `json:"free_from_minor"`
	Slotted      bool      `json:"slotted"`
	Slots        []slotDoc `json:"slots"`
}

// slotDoc is a time to choose.
type slotDoc struct {
	ID       string    `json:"id"`
	StartsAt time.Time `json:"starts_at"`
	EndsAt   time.Time `json:"ends_at"`
	ClosesAt time.Time `json:"closes_at"`
	Left     *int32    `json:"left"`
}

// quoteDoc is what an order would come to.
type quoteDoc struct {
	Lines     []contract.PricedLine `json:"lines"`
	Discounts []contract.Discount   `json:"discounts"`
	Totals    contract.Totals       `json:"totals"`
	Served    bool                  `json:"served"`
}

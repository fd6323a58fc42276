// Orders, /orders/: one's own list, and each order by itself. Who has signed in reaches theirs
// by its address; a guest's has its key in the address, which no other site is told.

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
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/api/shared/zones"
	site "rose-ash.com/roseash/site-templates"
)

// Orders is the pages.
type Orders struct {
	Private
	// Media is where a CDN has kept images; the zero value: where the server has.
	Media urls.Media
	// PayOrigins are where browsers are sent to pay, as sources of form-action (CSP 3).
	PayOrigins string
}

// Mount adds the pages to the router of the API.
func (o *Orders) Mount(r chi.Router) {
	o.Open, o.FormTargets = true, o.PayOrigins
	pages := map[string]privatePage{"GET /orders/{$}": o.list}
	for _, at := range []string{"/orders/{id}/", "/orders/{id}/{key}/"} {
		pages["GET "+at+"{$}"] = o.keyed(o.order)
		pages["POST "+at+"pay/{$}"] = o.keyed(o.pay)
		pages["POST "+at+"cancel/{$}"] = o.keyed(o.cancel)
		pages["POST "+at+"edit/{$}"] = o.keyed(o.edit)
		pages["GET "+at+"invoice/{$}"] = o.keyed(o.invoice)
	}
	o.mount(r, ownOrdersAddress, o.atCart(pages))
}

// keyed is a page whose address may have a guest's key: nobody else is told the address.
func (o *Orders) keyed(page privatePage) privatePage {
	return func(w http.ResponseWriter, r *http.Request) error {
		if key := r.PathValue("key"); key != "" {
			w.Header().Set("Referrer-Policy", "no-referrer")
			if !nameable.MatchString(key) {
				return problem.NotFound("there is nothing at this address")
			}
		}
		w.Header().Set("X-Robots-Tag", "noindex")
		return page(w, r)
	}
}

// at is the page's own address, and the API's of its order with what else that needs.
func (o *Orders) at(r *http.Request) (page string, ask call) {
	id, key := r.PathValue("id"), r.PathValue("key")
	return orderPath(id, key), call{method: http.MethodGet, path: resource("/v1/orders", id), orderKey: key}
}

// fetch asks the API for something of an order.
func fetch[T any](o *Orders, r *http.Request, c call) (v T, err error) {
	answer, err := o.ask(r.Context(), r, c)
	if err != nil {
		return v, err
	}
	if answer.refused != nil {
		if answer.status == http.StatusUnprocessableEntity { // what is no id
			return v, problem.NotFound("there is nothing at this address")
		}
		return v, answer.refused
	}
	if err := json.Unmarshal(answer.body.Bytes(), &v); err != nil {
		return v, problem.Internal().WithCause(err)
	}
	return v, nil
}

// list is one's own orders. A guest's browser is led to the order that it placed last.
func (o *Orders) list(w http.ResponseWriter, r *http.Request) error {
	if _, known := auth.PrincipalFrom(r.Context()); !known {
		if id, key, ok := lastOrder(r); ok {
			http.Redirect(w, r, orderPath(id, key), http.StatusSeeOther)
			return nil
		}
		return o.anonymous(w, r)
	}
	list, _, err := read[listed[orderItemDoc]](o, r, "/v1/me/orders", queried(r, "cursor"))
	if err != nil {
		return err
	}
	frame, zone, err := o.frame(r, "orders", "Your orders")
	if err != nil {
		return err
	}
	page := site.OrdersPage{Frame: frame, MarketURL: frame.MarketURL, NextURL: next(r, list.NextCursor)}
	for _, item := range list.Items {
		row := site.OrderItem{Link: site.Link{Text: item.Reference, URL: orderPath(string(item.ID), "")}, Placed: moment(item.PlacedAt, zone),
			State: item.state(), Total: money.Format(contract.Money{AmountMinor: item.TotalMinor, Currency: item.Currency})}
		if d := item.Delivery; d != nil && !item.over() {
			row.About = d.label(zone)
		}
		page.Orders = append(page.Orders, row)
	}
	return show(w, r, http.StatusOK, site.Orders(page))
}

// order shows how an order stands.
func (o *Orders) order(w http.ResponseWriter, r *http.Request) error {
	return o.page(w, r, http.StatusOK, nil, nil)
}

// page shows an order, with the form to change it as it was sent.
func (o *Orders) page(w http.ResponseWriter, r *http.Request, status int, message *site.Message, sent *site.Form) error {
	at, ask := o.at(r)
	doc, err := fetch[orderDoc](o, r, ask)
	if err != nil {
		return err
	}
	frame, zone, err := o.frame(r, "orders", "Order "+doc.Reference)
	if err != nil {
		return err
	}
	now := o.Clock.Now()
	view := doc.page(goods{o.Sites, o.app(r), o.Media}, zone, now)
	view.Frame, view.Message = frame, message
	if text, ok := orderDone[r.URL.Query().Get("done")]; ok && message == nil && r.Method == http.MethodGet {
		view.Message = &site.Message{Kind: "done", Text: text}
	}
	_, known := auth.PrincipalFrom(r.Context())
	switch {
	case ask.orderKey != "":
		view.Guest = true
	case known:
		view.OrdersURL = ownOrdersAddress
	}
	for _, d := range doc.Documents {
		view.Papers = append(view.Papers, d.link(at))
	}
	if view.Pay != nil {
		view.Pay.Action, view.Pay.Key = at+"pay/", newKey()
	}
	if view.Cancel != nil {
		view.Cancel.Action, view.Cancel.Key = at+"cancel/", newKey()
	}
	if view.Edit != nil {
		view.Edit.Action, view.Edit.Key = at+"edit/", newKey()
		if sent != nil {
			view.Edit.Form = *sent
		}
	}
	if view.Watch != nil {
		view.Watch.URL, view.Watch.Key = ask.path+"/payment", ask.orderKey
		view.Frame.Head.Refresh = refreshSeconds
	}
	return show(w, r, status, site.Order(view))
}

// refreshSeconds is after how long a browser without scripts loads a page anew that waits for
// a payment.
const refreshSeconds = "10"

// pay leads to where the order is paid: once more, where the last try came to nothing.
func (o *Orders) pay(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	at, ask := o.at(r)
	ask.method, ask.path, ask.key = http.MethodPost, ask.path+"/payments", r.PostForm.Get("key")
	answer, err := o.ask(r.Context(), r, ask)
	if handled, shown := o.refused(w, r, answer, err); handled {
		return shown
	}
	var state struct {
		Payment paymentDoc `json:"payment"`
	}
	if err := json.Unmarshal(answer.body.Bytes(), &state); err != nil {
		return problem.Internal().WithCause(err)
	}
	toPayment(w, r, state.Payment.URL, at)
	return nil
}

// cancel gives the whole order up.
func (o *Orders) cancel(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	at, ask := o.at(r)
	ask.method, ask.path, ask.key, ask.json = http.MethodPost, ask.path+"/cancel", r.PostForm.Get("key"), map[string]any{}
	answer, err := o.ask(r.Context(), r, ask)
	if handled, shown := o.refused(w, r, answer, err); handled {
		return shown
	}
	return done(w, r, at, "cancelled")
}

// edit takes less of what was ordered.
func (o *Orders) edit(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := formOf(r.PostForm)
	at, ask := o.at(r)
	doc, err := fetch[orderDoc](o, r, ask)
	if err != nil {
		return err
	}
	lines := []map[string]any{}
	for _, l := range doc.Lines {
		name := "quantity." + string(l.ID)
		typed, sent := f.Values[name]
		switch {
		case !sent:
		case !wholeNumber.MatchString(strings.TrimSpace(typed)) || number(typed, 0) > l.Quantity:
			f.Errors[name] = "From 0 to " + countOf(l.Offer, l.Quantity) + "."
		case number(typed, 0) != l.Quantity:
			lines = append(lines, map[string]any{"line": l.ID, "quantity": number(typed, 0)})
		}
	}
	switch {
	case len(f.Errors) > 0:
		return o.page(w, r, http.StatusUnprocessableEntity, &site.Message{Kind: "fault", Text: "Nothing was changed: see what is wrong with the fields."}, &f)
	case len(lines) == 0:
		return done(w, r, at, "unchanged")
	}
	ask.method, ask.path, ask.key, ask.json = http.MethodPost, ask.path+"/edits", f.Values["key"], map[string]any{"lines": lines}
	answer, err := o.ask(r.Context(), r, ask)
	if handled, shown := o.refused(w, r, answer, err); handled {
		return shown
	}
	return done(w, r, at, "edited")
}

// refused shows the order with the reason why something was not done to it; false: it was.
func (o *Orders) refused(w http.ResponseWriter, r *http.Request, answer *reply, err error) (bool, error) {
	if answer == nil || answer.refused == nil {
		return err != nil, err
	}
	d := answer.refused
	words, known := orderRefusals[d.Code]
	switch {
	case known:
		return true, o.page(w, r, answer.status, &site.Message{Kind: "changed", Text: words}, nil)
	case err != nil:
		return true, err
	case answer.status == http.StatusNotFound:
		return true, d
	}
	var rest []string
	for _, e := range d.Errors {
		rest = append(rest, e.Message)
	}
	return true, o.page(w, r, answer.status, refusal(d, rest), nil)
}

// orderDone are what the page says after something was done.
var orderDone = map[string]string{
	"cancelled": "The order is cancelled.", "edited": "The order is changed. What it costs less goes back the way you paid.", "unchanged": "Everything stays as it was.",
}

// orderRefusals are what the page says of refusals that people meet, by their codes.
var orderRefusals = map[string]string{
	"payment_unknown":         "SumUp does not answer just now, so nobody knows whether this order has been paid. We go on asking, and nothing is charged twice. Try again in a minute.",
	"payments_not_configured": "Paying is not set up here at present. Your order stays as it is.",
	"already_paid":            "This order is paid already.",
	"paid_meanwhile":          "Your payment has just come in. If you still want to cancel, do it once more: the money then goes back.",
	"payment_review":          "Money has come in for this order that does not fit it. Somebody looks at it; do not pay again.",
	"order_ended":             "This order has ended without being paid. What was in it is in your cart again.",
	"picking_started":         "Somebody is packing it already, so it cannot be changed any more. Write to us, and we see what can be done.",
	"window_closed":           "The time for changes is over. Write to us, and we see what can be done.",
	"wrong_state":             "That cannot be done with the order as it is now.",
	"in_progress":             "That is being done at this moment. Look again in a few seconds.",
	"idempotency_key_reused":  "That page was old. Here is how the order stands now.",
	"busy":                    "Too much is going on at this moment. Try again.",
}

// link is the page of a document.
func (d documentDoc) link(at string) site.Link {
	if d.Kind == "invoice" {
		return site.Link{Text: "Invoice " + d.Number, URL: at + "invoice/"}
	}
	number := d.Href[strings.LastIndexByte(d.Href, '/')+1:]
	return site.Link{Text: "Credit note " + d.Number, URL: at + "invoice/?" + url.Values{"credit": {number}}.Encode()}
}

// label is where and when in one line.
func (d orderDeliveryDoc) label(zone *time.Location) string {
	if d.Slot == nil {
		return d.Name
	}
	return d.Name + ", " + slotSpan(d.Slot.StartsAt, d.Slot.EndsAt, d.zone(zone))
}

// zone is the shop's when it was ordered.
func (d orderDeliveryDoc) zone(otherwise *time.Location) *time.Location {
	if at, err := zones.Load(d.Timezone); err == nil {
		return at
	}
	return otherwise
}

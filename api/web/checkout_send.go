// Sending checkout: the order that comes of it, or in words why there is none.

package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

// send works out the total again, or orders.
func (c *Checkout) send(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := formOf(r.PostForm)
	if f.Values["do"] != "pay" {
		return c.page(w, r, http.StatusOK, checkoutState{form: f, key: f.Values["key"]})
	}
	delivery := f.Values["delivery"]
	body := map[string]any{
		"expected_total_minor": number(f.Values["expected"], 0),
		"contact":              map[string]any{"name": f.Values["name"], "email": strings.TrimSpace(f.Values["email"]), "phone": f.Values["phone"]},
		"delivery":             delivery, "slot": f.Values["slot."+delivery], "note": f.Values["note"],
		"accept_terms": f.Values["accept_terms"] == "yes", "accept_cancellation": f.Values["accept_cancellation"] == "yes",
		"terms_version": number(f.Values["terms_version"], 0),
	}
	if strings.TrimSpace(f.Values["address.line1"]+f.Values["address.postcode"]) != "" {
		address := map[string]any{}
		for _, part := range []string{"line1", "line2", "town", "postcode", "country"} {
			address[part] = f.Values["address."+part]
		}
		body["address"] = address
	}
	answer, err := c.ask(r.Context(), r, call{method: http.MethodPost, path: "/v1/checkout", key: f.Values["key"], ifMatch: f.Values["etag"], json: body})
	if answer != nil && answer.refused != nil {
		if words, known := checkoutFaults[answer.refused.Code]; known {
			return c.page(w, r, answer.status, checkoutState{form: f, key: f.Values["key"], message: &site.Message{Kind: "fault", Text: words}})
		}
	}
	if err != nil {
		return err
	}
	if answer.refused != nil {
		return c.refused(w, r, f, answer)
	}
	var o orderDoc
	if err := json.Unmarshal(answer.body.Bytes(), &o); err != nil {
		return problem.Internal().WithCause(err)
	}
	keepCookies(w, answer)
	if o.Key != "" {
		setCookie(w, orderCookie, string(o.ID)+"/"+o.Key, orderLasts)
	}
	toPayment(w, r, o.Payment.URL, orderPath(string(o.ID), o.Key))
	return nil
}

// toPayment leads to where one pays, and where that is not known to the order's page.
func toPayment(w http.ResponseWriter, r *http.Request, pay, order string) {
	if !strings.HasPrefix(pay, "https://") && !strings.HasPrefix(pay, "http://") {
		pay = order
	}
	http.Redirect(w, r, pay, http.StatusSeeOther)
}

// refused says at the fields and above them why nothing was ordered.
func (c *Checkout) refused(w http.ResponseWriter, r *http.Request, f site.Form, answer *reply) error {
	d := answer.refused
	slot := "slot." + f.Values["delivery"]
	state := checkoutState{form: f}
	switch d.Code {
	case "cart_empty", "cart_converted":
		return c.nothingToBuy(w, r, d)
	case "in_progress":
		state.key = f.Values["key"]
		state.message = &site.Message{Kind: "changed", Text: "Your order is being placed at this moment. Wait a few seconds, then press the button again: it is placed once only."}
	case "window_closed":
		f.Errors[slot] = "Orders for this time have just closed. Choose another."
	case "slot_full":
		f.Errors[slot] = "This time has just been filled. Choose another."
	case "out_of_stock":
		state.short = d.Errors
		state.message = &site.Message{Kind: "fault", Text: "Somebody was faster: there is not enough of everything. Nothing was ordered, and nothing was paid. Take less of it, or take it out of your cart."}
	case "cart_changed":
		state.changed = true
		state.message = &site.Message{Kind: "changed", Text: "Something has changed since you looked, so nothing was ordered yet."}
	case "terms_changed":
		state.message = &site.Message{Kind: "changed", Text: "The terms of sale have changed meanwhile, so nothing was ordered yet. Read them again, please."}
		f.Values["accept_terms"], f.Values["accept_cancellation"] = "", ""
	case "discount_unusable":
		state.message = &site.Message{Kind: "fault", Text: "A discount code cannot be used any more, so nothing was ordered.",
			Items: []site.Link{{Text: "Take it out of your cart", URL: cartAddress}}}
	case "idempotency_key_reused":
		state.message = &site.Message{Kind: "changed", Text: "This page was sent before, with something else on it. Look it over, then press the button again."}
	default:
		if d.Status == http.StatusPreconditionFailed {
			state.changed = true
			state.message = &site.Message{Kind: "changed", Text: "Your cart has changed in another window, so nothing was ordered yet."}
			break
		}
		rest := noted(d, f.Errors, func(location string) string { return checkoutField(location, slot) })
		if len(f.Errors) == 0 {
			state.message = refusal(d, rest)
		}
	}
	if len(f.Errors) > 0 {
		for name := range f.Errors {
			if words, known := checkoutWords[strings.SplitN(name, ".del_", 2)[0]]; known && d.Status == http.StatusUnprocessableEntity {
				f.Errors[name] = words
			}
		}
		if d.Code == "not_served" {
			f.Errors["address.postcode"] = notServed
		}
		state.lacking = true
	}
	return c.page(w, r, answer.status, state)
}

// checkoutField is the field of the form that a place in the request came from.
func checkoutField(location, slot string) string {
	name := strings.TrimPrefix(strings.TrimPrefix(location, "body."), "contact.")
	switch name {
	case "slot":
		return slot
	case "address", "address.name", "address.country":
		return "address.line1"
	}
	if _, known := checkoutWords[name]; known || name == "note" {
		return name
	}
	return ""
}

// checkoutLinks lead to the fields that something is wrong with, in their order on the page.
func checkoutLinks(f site.Form) (links []site.Link) {
	for _, name := range []string{"name", "email", "phone", "delivery", "slot." + f.Values["delivery"], "address.line1", "address.line2", "address.town", "address.postcode", "note", "accept_terms", "accept_cancellation"} {
		if words, wrong := f.Errors[name]; wrong {
			links = append(links, site.Link{Text: words, URL: "#" + site.FieldID(name)})
		}
	}
	return links
}

const (
	notServed       = "We do not come there. Choose another way, or another address."
	paymentsMissing = "Paying is not set up here yet, so nothing can be ordered. Your cart stays as it is."
)

// checkoutWords are what is said at fields that the API would not take.
var checkoutWords = map[string]string{
	"name": "Say who you are.", "email": "This needs an e-mail address that works.", "phone": "This is no telephone number. You can leave it empty.",
	"delivery": "Choose how you get it.", "slot": "Choose a time.",
	"address.line1": "Say where we bring it.", "address.line2": "This has to be one line.", "address.town": "Say in which town.", "address.postcode": "This needs a postcode.",
	"accept_terms": "To order, accept the terms of sale.", "accept_cancellation": "To order, read how you can cancel.",
}

// checkoutFaults are what is said of what the API cannot do at present.
var checkoutFaults = map[string]string{
	"payments_not_configured": paymentsMissing,
	"payment_unknown":         "We cannot reach SumUp just now, so we do not know how things stand. Try again in a minute: nothing is charged twice.",
	"busy":                    "Too much is going on at this moment. Try again.",
}

// orderCookie has a guest's browser find the order again that it placed last.
const (
	orderCookie = "__Host-order"
	orderLasts  = 24 * time.Hour
)

// lastOrder is the order that a guest's browser placed last, with its key.
func lastOrder(r *http.Request) (id, key string, ok bool) {
	id, key, ok = strings.Cut(cookieOf(r, orderCookie), "/")
	return id, key, ok && nameable.MatchString(id) && nameable.MatchString(key)
}

// orderPath is the page of an order; of a guest's, with its key.
func orderPath(id, key string) string {
	if key != "" {
		key += "/"
	}
	return ownOrdersAddress + id + "/" + key
}

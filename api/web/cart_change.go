// What the cart's forms do. Each asks the API once and leads back to the cart; what the API
// refuses is said there, with what was typed still in its field.

package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

// wholeNumber is what a quantity is typed as.
var wholeNumber = regexp.MustCompile(`^[0-9]{1,9}$`)

// add puts something into the cart. price is what the page showed that it comes from.
func (c *Cart) add(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := formOf(r.PostForm)
	if c.cookieless(r) {
		return c.confirm(w, r, f.Values, false)
	}
	body := map[string]any{"kind": "product", "id": f.Values["variant"], "quantity": number(f.Values["quantity"], 1)}
	seen, shown := f.Values["price"], wholeNumber.MatchString(f.Values["price"])
	if shown {
		body["price_minor"] = number(seen, 0)
	}
	answer, err := c.ask(r.Context(), r, call{method: http.MethodPost, path: "/v1/cart/items", key: f.Values["key"], json: body})
	if err != nil {
		return err
	}
	keepCookies(w, answer)
	if answer.refused != nil {
		return c.page(w, r, answer.status, cartView{message: refusedCart(answer.refused)})
	}
	what := url.Values{"done": {"added"}, "what": {f.Values["variant"]}}
	if shown {
		what.Set("seen", seen)
	}
	http.Redirect(w, r, cartAddress+"?"+what.Encode(), http.StatusSeeOther)
	return nil
}

// cookieless tells a form that a page of another site of ours has sent: browsers send the
// cookies of the cart and of the session to a page that somebody goes to from here, but not
// with such a form (SameSite=Lax, RFC 6265bis section 5.6.7.1), so that it would begin a cart
// in place of the one that is there.
func (c *Cart) cookieless(r *http.Request) bool {
	if _, known := auth.PrincipalFrom(r.Context()); known || auth.CartToken(r.Context()) != "" {
		return false
	}
	if from := r.Header.Get("Sec-Fetch-Site"); from != "" {
		return from == "cross-site"
	}
	origin := r.Header.Get("Origin")
	return origin != "" && origin != c.Sites.OriginOf(r.Host)
}

// askAdd asks whether something is to be put into the cart: the way from a market with an
// origin of its own.
func (c *Cart) askAdd(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	values := map[string]string{"variant": query.Get("variant"), "price": query.Get("price"), "quantity": query.Get("quantity")}
	if values["variant"] == "" {
		http.Redirect(w, r, cartAddress, http.StatusSeeOther)
		return nil
	}
	return c.confirm(w, r, values, true)
}

// confirm shows the page with one button that sends a form from here.
func (c *Cart) confirm(w http.ResponseWriter, r *http.Request, values map[string]string, quantity bool) error {
	now, _, err := read[listed[availabilityDoc]](c, r, "/v1/availability", url.Values{"ids": {values["variant"]}})
	if err != nil && problem.From(err).Status >= http.StatusInternalServerError {
		return err
	}
	if err != nil || len(now.Items) == 0 {
		return problem.NotFound("there is nothing at this address")
	}
	frame, _, err := c.frame(r, "cart", "Put it into your cart?")
	if err != nil {
		return err
	}
	item := now.Items[0]
	page := site.CartAddPage{Frame: frame, Action: cartAddress + "add/", CartURL: cartAddress, AskFirst: quantity,
		Fields: [][2]string{{"variant", string(item.Variant)}}, Form: site.Form{Values: map[string]string{"quantity": "1"}},
		Name: money.Format(item.Price)}
	if wholeNumber.MatchString(values["quantity"]) {
		page.Form.Values["quantity"] = values["quantity"]
	}
	if !quantity {
		page.Fields = append(page.Fields, [2]string{"quantity", page.Form.Values["quantity"]})
	}
	if wholeNumber.MatchString(values["price"]) {
		page.Fields = append(page.Fields, [2]string{"price", values["price"]})
	}
	return show(w, r, http.StatusOK, site.CartAdd(page))
}

// changeLine sets how much is wanted of a line, or its note: what the form has.
func (c *Cart) changeLine(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f, id := formOf(r.PostForm), r.PathValue("line")
	body := map[string]any{}
	if note, ok := f.Values["note"]; ok {
		body["note"] = strings.TrimSpace(note)
	}
	if typed, ok := f.Values["quantity"]; ok {
		typed = strings.TrimSpace(typed)
		if strings.Trim(typed, "0") == "" && typed != "" {
			return c.removeLine(w, r)
		}
		if !wholeNumber.MatchString(typed) {
			f.Errors["quantity"] = "Say how much as a whole number."
			return c.page(w, r, http.StatusUnprocessableEntity, cartView{line: id, form: f})
		}
		body["quantity"] = number(typed, 1)
	}
	return c.change(w, r, call{method: http.MethodPatch, path: resource("/v1/cart/items", id), json: body}, "changed", cartView{line: id, form: f})
}

func (c *Cart) removeLine(w http.ResponseWriter, r *http.Request) error {
	return c.change(w, r, call{method: http.MethodDelete, path: resource("/v1/cart/items", r.PathValue("line"))}, "removed", cartView{})
}

func (c *Cart) saveNote(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := formOf(r.PostForm)
	return c.change(w, r, call{method: http.MethodPatch, path: "/v1/cart", json: map[string]any{"note": strings.TrimSpace(f.Values["note"])}},
		"noted", cartView{form: f, part: "note"})
}

func (c *Cart) useCode(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := formOf(r.PostForm)
	return c.change(w, r, call{method: http.MethodPost, path: "/v1/cart/codes", json: map[string]any{"code": strings.TrimSpace(f.Values["code"])}},
		"code", cartView{form: f, part: "code"})
}

func (c *Cart) dropCode(w http.ResponseWriter, r *http.Request) error {
	return c.change(w, r, call{method: http.MethodDelete, path: resource("/v1/cart/codes", r.PathValue("discount"))}, "dropped", cartView{})
}

// change asks for a change and leads back, or says on the page why there was none.
func (c *Cart) change(w http.ResponseWriter, r *http.Request, ask call, what string, v cartView) error {
	answer, err := c.ask(r.Context(), r, ask)
	if err != nil {
		return err
	}
	keepCookies(w, answer)
	if answer.refused == nil {
		to := cartAddress + "?done=" + what
		if v.line != "" {
			to += "#" + url.PathEscape(v.line)
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	d := answer.refused
	words, known := cartRefusals[d.Code]
	if known {
		v.message = &site.Message{Kind: "fault", Text: words}
	} else {
		v.message = refusedForm(v.form, d)
	}
	if _, wrong := v.form.Errors["quantity"]; wrong {
		v.form.Errors["quantity"], v.message = wrongQuantity, nil
	}
	// What is about the one field of a form is said there.
	for field, codes := range cartFieldCodes {
		if _, there := v.form.Values[field]; there && codes[d.Code] {
			v.form.Errors[field] = words
			v.message = nil
		}
	}
	return c.page(w, r, answer.status, v)
}

// number reads a whole number that was typed.
func number(text string, otherwise int64) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		return otherwise
	}
	return n
}

// wrongQuantity is said of what cannot be ordered in a quantity.
const wrongQuantity = "It cannot be ordered in that quantity."

// cartFieldCodes are the refusals that are about one field.
var cartFieldCodes = map[string]map[string]bool{
	"quantity": {"quantity_limit": true},
	"code":     {"discount_unusable": true},
}

// cartRefusals are what the cart says of refusals that people meet, by their codes.
var cartRefusals = map[string]string{
	"quantity_limit":    "That is more than can be ordered of it.",
	"too_many_codes":    "There are as many codes in your cart as can be.",
	"discount_unusable": "There is no such code, or it cannot be used now.",
	"not_found":         "That is no longer in your cart, or no longer sold.",
	"other_currency":    "It is sold in another currency than what is in your cart. Order that first.",
}

// refusedCart is what is said of something that was not put into the cart.
func refusedCart(d *problem.Details) *site.Message {
	words, known := cartRefusals[d.Code]
	switch {
	case known && d.Status == http.StatusNotFound:
		words = "That is no longer sold."
	case known:
	case len(d.Errors) > 0 && d.Errors[0].Location == "body.id":
		words = "That is no longer sold."
	case len(d.Errors) > 0 && d.Errors[0].Location == "body.quantity":
		words = "It was not put into your cart: " + wrongQuantity
	default:
		words = "It was not put into your cart: " + d.Detail + "."
	}
	return &site.Message{Kind: "fault", Text: words}
}

// cartDone is what the cart says after something was done, by the words in the address.
func cartDone(query url.Values, cart cartDoc) *site.Message {
	text, ok := map[string]string{
		"added": "It is in your cart.", "changed": "Changed.", "removed": "Removed.", "noted": "Your note is stored.",
		"code": "The code is in your cart.", "dropped": "The code is out again.",
	}[query.Get("done")]
	if !ok {
		return nil
	}
	if query.Get("done") == "added" {
		text = addedText(query, cart, text)
	}
	return &site.Message{Kind: "done", Text: text}
}

// addedText names what was put in, and its price where the page that it comes from showed
// another one.
func addedText(query url.Values, cart cartDoc, text string) string {
	for _, l := range cart.Lines {
		if l.Offer.ID != query.Get("what") {
			continue
		}
		text = l.Offer.Name + " is in your cart."
		seen := query.Get("seen")
		if was := (contract.Money{AmountMinor: number(seen, 0), Currency: l.Offer.Price.Currency}); wholeNumber.MatchString(seen) && was != l.Offer.Price && was != l.Offer.PublicPrice {
			text += " It costs " + money.Format(l.Offer.Price) + " now; the page that you came from said " + money.Format(was) + "."
		}
	}
	return text
}

// Refunding a part of an order: lines, delivery or an amount. What goes back is shown first;
// the key of that page makes it happen once.

package web

import (
	"net/http"
	"strconv"
	"strings"

	"rose-ash.com/roseash/api/shared/money"
	site "rose-ash.com/roseash/site-templates"
)

func (s *ShopOrders) refundForm(w http.ResponseWriter, r *http.Request) error {
	o, err := s.anOrder(r)
	if err != nil {
		return err
	}
	gone, err := s.refundedParts(r, o)
	if err != nil {
		return err
	}
	return s.refundPage(w, r, http.StatusOK, o, gone, site.Form{Values: map[string]string{}}, nil)
}

// refundPage shows the form.
func (s *ShopOrders) refundPage(w http.ResponseWriter, r *http.Request, status int, o orderDoc, gone refundedParts, f site.Form, message *site.Message) error {
	shop, _, err := s.page(r, "orders", "Refund "+o.Reference, orderTrail(o)...)
	if err != nil {
		return err
	}
	if message != nil {
		shop.Message = message
	}
	cur := o.Totals.Currency
	view := site.ShopTakePage{Shop: shop, Form: f, URL: orderAddress(o.ID) + "refund/", BackURL: orderAddress(o.ID), Currency: cur, Most: amount(max(0, o.most()), cur),
		Intro: "It goes back the way it came. What was not handed over yet is taken off the order with it. To give up all of the order, cancel it."}
	for _, l := range o.Lines {
		if left := l.Ordered - gone.quantities[l.ID]; left > 0 {
			view.Lines = append(view.Lines, takeLine(l, left, l.lost(left, 0), cur))
		}
	}
	if fee := o.Totals.DeliveryMinor - gone.delivery; fee > 0 {
		view.Delivery = amount(fee, cur)
	}
	return show(w, r, status, site.ShopRefundForm(view))
}

// wantedRefund is a refund as a form says it.
type wantedRefund struct {
	parts  []site.ShopPart
	fields [][2]string
	minor  int64
}

// readRefund reads a form; what is wrong with it is noted at its fields.
func readRefund(o orderDoc, gone refundedParts, f site.Form) (want wantedRefund) {
	cur := o.Totals.Currency
	keep := func(name, value string) { want.fields = append(want.fields, [2]string{name, value}) }
	quantities := typedQuantities(o, f)
	for _, l := range o.Lines {
		left := l.Ordered - gone.quantities[l.ID]
		n := quantities[l.ID]
		if n > left {
			f.Errors[string(l.ID)] = "there are " + howMany(l.Offer, left)
		}
		if n == 0 || n > left {
			continue
		}
		minor := l.lost(left, left-n)
		want.minor += minor
		keep(string(l.ID), strconv.FormatInt(n, 10))
		want.parts = append(want.parts, site.ShopPart{Name: l.name(), Quantity: howMany(l.Offer, n), Amount: amount(minor, cur)})
	}
	if fee := o.Totals.DeliveryMinor - gone.delivery; f.Values["delivery"] == "yes" && fee > 0 {
		want.minor += fee
		keep("delivery", "yes")
		want.parts = append(want.parts, site.ShopPart{Name: "Delivery", Amount: amount(fee, cur)})
	}
	if text := strings.TrimSpace(f.Values["amount"]); text != "" {
		minor, ok := money.ParseDecimal(text, money.Places(cur))
		switch {
		case !ok || minor == 0:
			f.Errors["amount"] = "expected an amount such as 3.25"
		case len(want.parts) > 0:
			f.Errors["amount"] = "either an amount, or lines and delivery"
		}
		want.minor = minor
		want.parts = []site.ShopPart{{Name: "For nothing in particular", Amount: amount(minor, cur)}}
		keep("amount", text)
	}
	for _, name := range []string{"note", "restock"} {
		if f.Values[name] != "" {
			keep(name, f.Values[name])
		}
	}
	if most := max(0, o.most()); len(f.Errors) == 0 && want.minor > most {
		f.Errors["amount"] = "that is " + amount(want.minor, cur) + ", and at most " + amount(most, cur) + " can go back"
	}
	return want
}

// refund shows what a form would pay back, and pays it back where that was seen.
func (s *ShopOrders) refund(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	o, err := s.anOrder(r)
	if err != nil {
		return err
	}
	gone, err := s.refundedParts(r, o)
	if err != nil {
		return err
	}
	f := site.Form{Values: typed(r.PostForm), Errors: map[string]string{}}
	if f.Values["sure"] != "yes" {
		want := readRefund(o, gone, f)
		switch {
		case len(f.Errors) > 0:
			return s.refundPage(w, r, http.StatusUnprocessableEntity, o, gone, f, unfit(f))
		case want.minor == 0:
			return s.refundPage(w, r, http.StatusUnprocessableEntity, o, gone, f, &site.Message{Kind: "fault", Text: "Nothing was changed: say what is to be paid back."})
		}
		return s.surePage(w, r, o, want)
	}
	a, err := s.act(r, call{method: http.MethodPost, path: "/v1/orders/" + string(o.ID) + "/refunds", key: f.Values["key"], json: sentRefund(o, f)})
	if err != nil {
		return err
	}
	if a.refused != nil {
		return s.refundPage(w, r, a.status, o, gone, f, refusedForm(f, a.refused))
	}
	return done(w, r, orderAddress(o.ID), "refunded")
}

// sentRefund is the request that a form which was looked at stands for. It depends on the
// form alone, so that the same form is the same request however often it is sent.
func sentRefund(o orderDoc, f site.Form) map[string]any {
	body, lines := map[string]any{}, []any{}
	for _, l := range o.Lines {
		if n, ok := money.ParseDecimal(f.Values[string(l.ID)], 0); ok && n > 0 {
			lines = append(lines, map[string]any{"line": l.ID, "quantity": n})
		}
	}
	if len(lines) > 0 {
		body["lines"] = lines
	}
	if minor, ok := money.ParseDecimal(f.Values["amount"], money.Places(o.Totals.Currency)); ok {
		body["amount_minor"] = minor
	}
	for _, name := range []string{"delivery", "restock"} {
		if f.Values[name] == "yes" {
			body[name] = true
		}
	}
	if f.Values["note"] != "" {
		body["note"] = f.Values["note"]
	}
	return body
}

// surePage shows what would go back.
func (s *ShopOrders) surePage(w http.ResponseWriter, r *http.Request, o orderDoc, want wantedRefund) error {
	shop, _, err := s.page(r, "orders", "Refund "+o.Reference, orderTrail(o)...)
	if err != nil {
		return err
	}
	sum := amount(want.minor, o.Totals.Currency)
	view := site.ShopSurePage{Shop: shop, URL: orderAddress(o.ID) + "refund/", Key: newKey(), Parts: want.parts, Fields: append(want.fields, [2]string{"sure", "yes"}),
		Intro: "This goes back the way it came, and a mail says so.", Sums: []site.ShopSum{{Name: "Goes back", Amount: sum, Strong: true}},
		Warnings: []string{"It cannot be taken back. Money on a card takes some days to be there."},
		Button:   "Pay back " + sum, BackURL: orderAddress(o.ID) + "refund/", BackText: "Change it"}
	if o.pending() > 0 {
		view.Warnings = append(view.Warnings, "Another refund of this order is still on its way. Wait until it is done to be sure of each penny.")
	}
	return show(w, r, http.StatusOK, site.ShopSure(view))
}

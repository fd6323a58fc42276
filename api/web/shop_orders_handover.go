// Handing an order over, all of it or a part. Where that is all there is, what is short is
// shown first with what goes back for it.

package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	site "rose-ash.com/roseash/site-templates"
)

func (s *ShopOrders) handOverForm(w http.ResponseWriter, r *http.Request) error {
	o, err := s.anOrder(r)
	if err != nil {
		return err
	}
	f := site.Form{Values: map[string]string{}}
	for _, l := range o.Lines {
		f.Values[string(l.ID)] = strconv.FormatInt(l.Quantity-l.Fulfilled, 10)
	}
	return s.handOverPage(w, r, http.StatusOK, o, f, nil)
}

// handOverPage shows the form.
func (s *ShopOrders) handOverPage(w http.ResponseWriter, r *http.Request, status int, o orderDoc, f site.Form, message *site.Message) error {
	shop, _, err := s.page(r, "orders", "Hand over "+o.Reference, orderTrail(o)...)
	if err != nil {
		return err
	}
	if message != nil {
		shop.Message = message
	}
	view := site.ShopTakePage{Shop: shop, Form: f, Key: newKey(), URL: orderAddress(o.ID) + "hand-over/", BackURL: orderAddress(o.ID),
		Intro: "What leaves the shop now. What is left out can be handed over another time, as long as you do not say that it is all."}
	if o.Name != "" {
		view.Intro = "For " + o.Name + ". " + view.Intro
	}
	for _, l := range o.Lines {
		if left := l.Quantity - l.Fulfilled; left > 0 {
			view.Lines = append(view.Lines, takeLine(l, left, l.lost(l.Quantity, l.Fulfilled), o.Totals.Currency))
		}
	}
	return show(w, r, status, site.ShopHandOver(view))
}

// takeLine is a line of a form, of which there is so much.
func takeLine(l orderLineDoc, left, worth int64, cur string) site.ShopTakeLine {
	line := site.ShopTakeLine{Field: string(l.ID), Name: l.Offer.Name, Variant: l.Offer.VariantName, SKU: l.Offer.SKU, Left: howMany(l.Offer, left),
		Worth: amount(worth, cur), AgeLimit: ageLimit(l.Offer), Allergens: allergensOf(l.Offer.Allergens)}
	if l.Offer.SoldByWeight {
		line.Unit = "g"
	}
	return line
}

// typedQuantities is how many of each line a form says. What is no number is noted.
func typedQuantities(o orderDoc, f site.Form) map[contract.LineID]int64 {
	quantities := map[contract.LineID]int64{}
	for _, l := range o.Lines {
		text := strings.TrimSpace(f.Values[string(l.ID)])
		n, ok := money.ParseDecimal(text, 0)
		if text != "" && !ok {
			f.Errors[string(l.ID)] = "expected a whole number"
		}
		quantities[l.ID] = n
	}
	return quantities
}

// handOver hands over what a form says; where something is short it asks first. What is sent
// depends on the form alone, so that the same form is the same request however often it comes.
func (s *ShopOrders) handOver(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	o, err := s.anOrder(r)
	if err != nil {
		return err
	}
	f := site.Form{Values: typed(r.PostForm), Errors: map[string]string{}}
	quantities := typedQuantities(o, f)
	final := f.Values["final"] == "yes"
	if len(f.Errors) == 0 && final && f.Values["sure"] != "yes" && (o.Status == "paid" || o.Status == "part_fulfilled") {
		if view := shortOf(o, quantities, f); len(view.Parts) > 0 && len(f.Errors) == 0 {
			return s.shortPage(w, r, o, view, f)
		}
	}
	if len(f.Errors) > 0 {
		return s.handOverPage(w, r, http.StatusUnprocessableEntity, o, f, unfit(f))
	}
	lines, fields := []any{}, []string{}
	for _, l := range o.Lines {
		if n := quantities[l.ID]; n > 0 {
			lines, fields = append(lines, map[string]any{"line": l.ID, "quantity": n}), append(fields, string(l.ID))
		}
	}
	body := map[string]any{"lines": lines}
	if final {
		body["final"] = true
	}
	if f.Values["reason"] != "" {
		body["reason"] = f.Values["reason"]
	}
	a, err := s.act(r, call{method: http.MethodPost, path: "/v1/orders/" + string(o.ID) + "/fulfilments", key: f.Values["key"], json: body})
	if err != nil {
		return err
	}
	if a.refused != nil {
		rest := noted(a.refused, f.Errors, func(location string) string {
			for i, field := range fields {
				if strings.HasPrefix(location, fmt.Sprintf("body.lines[%d]", i)) {
					return field
				}
			}
			return ""
		})
		m := refusal(a.refused, rest)
		m.Items = append(m.Items, faultLinks(f)...)
		return s.handOverPage(w, r, a.status, o, f, m)
	}
	return done(w, r, orderAddress(o.ID), "handed_over")
}

// shortOf is what is short where no more of an order than this is handed over. More than
// there is is noted.
func shortOf(o orderDoc, quantities map[contract.LineID]int64, f site.Form) (view site.ShopSurePage) {
	goes := int64(0)
	for _, l := range o.Lines {
		n, left := quantities[l.ID], l.Quantity-l.Fulfilled
		switch {
		case n > left:
			f.Errors[string(l.ID)] = "there are " + howMany(l.Offer, left)
			continue
		case n > 0:
			view.Fields = append(view.Fields, [2]string{string(l.ID), strconv.FormatInt(n, 10)})
		}
		if n < left {
			back := l.lost(l.Quantity, l.Fulfilled+n)
			goes += back
			view.Parts = append(view.Parts, site.ShopPart{Name: l.name(), Quantity: howMany(l.Offer, left-n), Amount: amount(back, o.Totals.Currency)})
		}
	}
	sum := amount(min(goes, max(0, o.most())), o.Totals.Currency)
	view.Sums = []site.ShopSum{{Name: "Goes back", Amount: sum, Strong: true}}
	view.Button = "Hand over, and pay back " + sum
	return view
}

// shortPage shows what is short, and what goes back for it.
func (s *ShopOrders) shortPage(w http.ResponseWriter, r *http.Request, o orderDoc, view site.ShopSurePage, f site.Form) error {
	shop, _, err := s.page(r, "orders", "Not all of "+o.Reference, orderTrail(o)...)
	if err != nil {
		return err
	}
	view.Shop, view.URL, view.Key, view.Form = shop, orderAddress(o.ID)+"hand-over/", newKey(), f
	view.Intro = "This is short. It is taken off the order, and what was paid for it goes back the way it came; a mail says so."
	view.Fields = append(view.Fields, [2]string{"final", "yes"}, [2]string{"sure", "yes"})
	view.Ask = &site.Input{Name: "reason", Label: "Why", Hint: "Who ordered reads it: The rye was sold out.", Max: 500}
	view.BackURL, view.BackText = orderAddress(o.ID)+"hand-over/", "Change it"
	return show(w, r, http.StatusOK, site.ShopSure(view))
}

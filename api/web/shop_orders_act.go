// What is done with an order as a whole: saying how far picking is, and cancelling it.

package web

import (
	"net/http"
	"net/url"
	"strings"

	site "rose-ash.com/roseash/site-templates"
)

// act asks the API to do something. That nobody can tell now whether it can be done, as the
// payment provider does not answer, is a refusal like others.
func (s *ShopOrders) act(r *http.Request, c call) (*reply, error) {
	a, err := s.ask(r.Context(), r, c)
	if err != nil && a != nil && a.status == http.StatusServiceUnavailable && a.refused != nil {
		err = nil
	}
	return a, err
}

// setPicking says that picking has begun, or that the order is ready.
func (s *ShopOrders) setPicking(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	status := r.PostForm.Get("status")
	a, err := s.ask(r.Context(), r, call{method: http.MethodPut, path: resource("/v1/orders", r.PathValue("id")) + "/picking",
		json: map[string]any{"status": status}})
	if err != nil {
		return err
	}
	if a.refused != nil {
		return s.orderPage(w, r, a.status, refusal(a.refused, nil))
	}
	back := ordersAddress + r.PathValue("id") + "/"
	if list, from := strings.CutPrefix(r.PostForm.Get("back"), "pick?"); from { // the pick list, and there again
		if query, err := url.ParseQuery(list); err == nil {
			back = pickAddress + "?" + url.Values{"window": query["window"], "slot": query["slot"]}.Encode()
		}
	}
	return done(w, r, back, status)
}

func (s *ShopOrders) cancelForm(w http.ResponseWriter, r *http.Request) error {
	return s.cancelPage(w, r, http.StatusOK, site.Form{Values: map[string]string{}}, newKey(), nil)
}

// cancelPage shows what cancelling would do.
func (s *ShopOrders) cancelPage(w http.ResponseWriter, r *http.Request, status int, f site.Form, key string, message *site.Message) error {
	o, err := s.anOrder(r)
	if err != nil {
		return err
	}
	shop, _, err := s.page(r, "orders", "Cancel "+o.Reference, orderTrail(o)...)
	if err != nil {
		return err
	}
	if message != nil {
		shop.Message = message
	}
	view := site.ShopSurePage{Shop: shop, URL: orderAddress(o.ID) + "cancel/", Key: key, Form: f, Button: "Cancel the order", BackURL: orderAddress(o.ID), BackText: "Keep it",
		Intro: "Nobody has paid for it. Its goods go back on the shelf, and what is in it goes back into the cart of who ordered.",
		Ask:   &site.Input{Name: "reason", Label: "Why", Hint: "Who ordered reads it.", Max: 500}}
	switch {
	case o.Status == "pending_payment":
		view.Warnings = []string{"First the payment provider is told that nothing can be paid any more. If it was paid in this very moment, the order is paid and stays."}
	default:
		view.Intro = "What was paid for it and not handed over goes back, and those goods go back on the shelf. Who ordered is told by mail."
		if back := o.cancelWorth(); back > 0 {
			view.Sums = []site.ShopSum{{Name: "Goes back", Amount: amount(back, o.Totals.Currency), Strong: true}}
			view.Warnings = []string{"It goes the way it came. Money on a card takes some days to be there."}
			view.Button = "Cancel, and pay back " + amount(back, o.Totals.Currency)
		}
	}
	return show(w, r, status, site.ShopSure(view))
}

func (s *ShopOrders) cancel(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := site.Form{Values: typed(r.PostForm), Errors: map[string]string{}}
	body := map[string]any{}
	if f.Values["reason"] != "" {
		body["reason"] = f.Values["reason"]
	}
	a, err := s.act(r, call{method: http.MethodPost, path: resource("/v1/orders", r.PathValue("id")) + "/cancel", key: f.Values["key"], json: body})
	if err != nil {
		return err
	}
	if a.refused != nil {
		return s.cancelPage(w, r, a.status, f, newKey(), refusedForm(f, a.refused))
	}
	return done(w, r, ordersAddress+r.PathValue("id")+"/", "cancelled")
}

// How goods leave the shop, and what stands on invoices and is agreed to.

package web

import (
	"net/http"
	"net/url"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

// shopMethod is a way for goods to leave the shop.
type shopMethod struct {
	ID            contract.DeliveryID `json:"id"`
	Name          string              `json:"name"`
	Kind          string              `json:"kind"`
	Place         string              `json:"place"`
	Instructions  string              `json:"instructions"`
	FeeMinor      int64               `json:"fee_minor"`
	FreeFromMinor int64               `json:"free_from_minor"`
	Currency      string              `json:"currency"`
	Postcodes     []string            `json:"postcodes"`
	Active        bool                `json:"active"`
	SortOrder     int64               `json:"sort_order"`
}

// allMethods are all ways for goods to leave the shop.
func (s *ShopOrders) allMethods(r *http.Request) ([]shopMethod, error) {
	list, _, err := read[listed[shopMethod]](s, r, "/v1/delivery-methods", nil)
	return list.Items, err
}

func (s *ShopOrders) deliveries(w http.ResponseWriter, r *http.Request) error {
	shop, _, err := s.page(r, "delivery", "Delivery")
	if err != nil {
		return err
	}
	methods, err := s.allMethods(r)
	if err != nil {
		return err
	}
	view := site.ShopDeliveryPage{Shop: shop, CanMake: mayWrite(r)}
	for _, m := range methods {
		row := site.ShopMethodRow{Link: site.Link{Text: m.Name, URL: deliveryAddress + string(m.ID) + "/"}, Kind: "they collect it", Place: m.Place, Fee: "free",
			State: site.State{Text: "not offered"}}
		if m.Kind == "delivery" {
			row.Kind, row.Place = "we bring it", "anywhere"
			if len(m.Postcodes) > 0 {
				row.Place = strings.Join(m.Postcodes, ", ")
			}
		}
		if m.FeeMinor > 0 {
			row.Fee = amount(m.FeeMinor, m.Currency)
			if m.FreeFromMinor > 0 {
				row.Fee += ", free from " + amount(m.FreeFromMinor, m.Currency)
			}
		}
		if m.Active {
			row.State = site.State{Text: "offered", Kind: "good"}
		}
		view.Methods = append(view.Methods, row)
	}
	return show(w, r, http.StatusOK, site.ShopDelivery(view))
}

// methodValues is what stands in the form of a way.
func methodValues(m shopMethod) map[string]string {
	v := map[string]string{"name": m.Name, "kind": m.Kind, "place": m.Place, "instructions": m.Instructions, "postcodes": strings.Join(m.Postcodes, ", "),
		"active": yes(m.Active), "sort_order": whole(m.SortOrder), "fee": "", "free_from": ""}
	for name, minor := range map[string]int64{"fee": m.FeeMinor, "free_from": m.FreeFromMinor} {
		if minor > 0 {
			v[name] = money.Decimal(contract.Money{AmountMinor: minor, Currency: m.Currency})
		}
	}
	return v
}

func (s *ShopOrders) newDelivery(w http.ResponseWriter, r *http.Request) error {
	return s.methodPage(w, r, http.StatusOK, nil, site.ShopMethodPage{Form: site.Form{Values: map[string]string{"kind": "collection", "active": "yes", "sort_order": "0"}}}, nil)
}

func (s *ShopOrders) delivery(w http.ResponseWriter, r *http.Request) error {
	m, a, err := s.method(r, r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.methodPage(w, r, http.StatusOK, &m, site.ShopMethodPage{Form: site.Form{Values: methodValues(m)}, ETag: a.header.Get("ETag")}, nil)
}

func (s *ShopOrders) method(r *http.Request, id string) (shopMethod, *reply, error) {
	return named[shopMethod](s, r, "/v1/delivery-methods", id)
}

// methodPage shows the form; m is nil for a new way.
func (s *ShopOrders) methodPage(w http.ResponseWriter, r *http.Request, status int, m *shopMethod, view site.ShopMethodPage, message *site.Message) error {
	title := "New way for goods to leave"
	if m != nil {
		title = m.Name
	}
	shop, _, err := s.page(r, "delivery", title, site.Link{Text: "Delivery", URL: deliveryAddress})
	if err != nil {
		return err
	}
	if message != nil {
		shop.Message = message
	}
	view.Shop, view.URL, view.Currency, view.CanSave = shop, deliveryAddress+"new/", s.Currency, mayWrite(r)
	if m != nil {
		view.ID, view.URL, view.Currency = string(m.ID), deliveryAddress+string(m.ID)+"/", m.Currency
	}
	return show(w, r, status, site.ShopMethod(view))
}

// methodBody reads the form of a way; what is no number is noted.
func methodBody(f site.Form, currency string) map[string]any {
	body := map[string]any{"active": f.Values["active"] == "yes", "postcodes": strings.FieldsFunc(strings.ToUpper(f.Values["postcodes"]), func(c rune) bool { return strings.ContainsRune(", \n\t;", c) })}
	for _, name := range []string{"name", "kind", "place", "instructions"} {
		body[name] = f.Values[name]
	}
	for field, name := range map[string]string{"fee": "fee_minor", "free_from": "free_from_minor"} {
		text := strings.TrimSpace(f.Values[field])
		n, ok := money.ParseDecimal(text, money.Places(currency))
		if text != "" && !ok {
			f.Errors[field] = "expected an amount such as 3.25"
		}
		body[name] = n
	}
	if n, given := wholeTyped(f, "sort_order"); given {
		body["sort_order"] = n
	}
	return body
}

func (s *ShopOrders) saveDelivery(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := formOf(r.PostForm)
	var stored *shopMethod
	c, currency, etag := call{method: http.MethodPost, path: "/v1/delivery-methods"}, s.Currency, ""
	if id := r.PathValue("id"); id != "new" {
		m, a, err := s.method(r, id)
		if err != nil {
			return err
		}
		stored, currency, etag = &m, m.Currency, a.header.Get("ETag")
		c = call{method: http.MethodPatch, path: "/v1/delivery-methods/" + string(m.ID), ifMatch: f.Values["etag"]}
	}
	c.json = methodBody(f, currency)
	view := site.ShopMethodPage{Form: f, ETag: f.Values["etag"]}
	if len(f.Errors) > 0 {
		return s.methodPage(w, r, http.StatusUnprocessableEntity, stored, view, unfit(f))
	}
	a, err := s.ask(r.Context(), r, c)
	switch {
	case err != nil:
		return err
	case a.status == http.StatusPreconditionFailed:
		view.ETag, view.Form.Stored = etag, storedNow(methodValues(*stored), f.Values)
		return s.methodPage(w, r, a.status, stored, view, meanwhileChanged())
	case a.refused != nil:
		return s.methodPage(w, r, a.status, stored, view, refusedFields(f, a.refused, map[string]string{"fee_minor": "fee", "free_from_minor": "free_from"}))
	case stored == nil:
		return done(w, r, deliveryAddress, "added")
	}
	return done(w, r, deliveryAddress+string(stored.ID)+"/", "saved")
}

// refusedFields is refusedForm where fields of the form have other names than in the request.
func refusedFields(f site.Form, d *problem.Details, names map[string]string) *site.Message {
	rest := noted(d, f.Errors, func(location string) string {
		name, _, _ := strings.Cut(strings.TrimPrefix(location, "body."), "[")
		if own, ok := names[name]; ok {
			return own
		}
		return fieldOf(f.Values, name)
	})
	m := refusal(d, rest)
	m.Items = append(m.Items, faultLinks(f)...)
	return m
}

func (s *ShopOrders) deleteDelivery(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	a, err := s.ask(r.Context(), r, call{method: http.MethodDelete, path: resource("/v1/delivery-methods", r.PathValue("id")), ifMatch: r.PostForm.Get("etag")})
	if err != nil {
		return err
	}
	if a.refused == nil {
		return done(w, r, deliveryAddress, "removed")
	}
	m, now, err := s.method(r, r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.methodPage(w, r, a.status, &m, site.ShopMethodPage{Form: site.Form{Values: methodValues(m)}, ETag: now.header.Get("ETag")}, refusal(a.refused, nil))
}

// termFields are the fields of the form of what stands on invoices.
var termFields = strings.Fields("business_name business_address vat_number company_number contact terms cancellation invoice_prefix")

// values is what stands in that form.
func (o shopSettings) values() map[string]string {
	return map[string]string{"business_name": o.BusinessName, "business_address": o.BusinessAddress, "vat_number": o.VATNumber, "company_number": o.CompanyNumber,
		"contact": o.Contact, "terms": o.Terms, "cancellation": o.Cancellation, "invoice_prefix": o.InvoicePrefix}
}

func (s *ShopOrders) terms(w http.ResponseWriter, r *http.Request) error {
	return s.termsPage(w, r, http.StatusOK, nil, nil)
}

// termsPage shows the form; f is what was typed, nil: what is stored.
func (s *ShopOrders) termsPage(w http.ResponseWriter, r *http.Request, status int, f *site.Form, message *site.Message) error {
	stored, a, err := read[shopSettings](s, r, "/v1/order-settings", nil)
	if err != nil {
		return err
	}
	shop, _, err := s.page(r, "delivery", "Invoices and terms")
	if err != nil {
		return err
	}
	if message != nil {
		shop.Message = message
	}
	view := site.ShopTermsPage{Shop: shop, Form: site.Form{Values: stored.values()}, ETag: a.header.Get("ETag"), CanSave: mayWrite(r)}
	if f != nil {
		view.Form = *f
		if status == http.StatusPreconditionFailed {
			view.Form.Stored = storedNow(stored.values(), f.Values)
		} else {
			view.ETag = f.Values["etag"]
		}
	}
	return show(w, r, status, site.ShopTerms(view))
}

func (s *ShopOrders) saveTerms(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := formOf(url.Values(r.PostForm))
	body := map[string]any{}
	for _, name := range termFields {
		if text, there := f.Values[name]; there {
			body[name] = text
		}
	}
	a, err := s.ask(r.Context(), r, call{method: http.MethodPatch, path: "/v1/order-settings", ifMatch: f.Values["etag"], json: body})
	switch {
	case err != nil:
		return err
	case a.status == http.StatusPreconditionFailed:
		return s.termsPage(w, r, a.status, &f, meanwhileChanged())
	case a.refused != nil:
		return s.termsPage(w, r, a.status, &f, refusedForm(f, a.refused))
	}
	return done(w, r, deliveryAddress+"terms/", "saved")
}

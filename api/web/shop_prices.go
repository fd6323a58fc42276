// The prices of a variant.

package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

type priceList struct {
	Items []struct {
		ID         string         `json:"id"`
		List       string         `json:"list"`
		Price      contract.Money `json:"price"`
		State      string         `json:"state"`
		ValidFrom  time.Time      `json:"valid_from"`
		ValidUntil *time.Time     `json:"valid_until"`
	} `json:"items"`
	NextCursor string `json:"next_cursor"`
}

// localTime is how an input of type datetime-local writes a time.
const localTime = "2006-01-02T15:04"

func (s *Shop) prices(w http.ResponseWriter, r *http.Request) error {
	return s.priceForm(w, r, http.StatusOK, site.Form{Values: map[string]string{"list": "public"}}, nil)
}

func (s *Shop) planPrice(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	_, at, err := s.page(r, "products", "")
	if err != nil {
		return err
	}
	f := site.Form{Values: typed(r.PostForm), Errors: map[string]string{}}
	currency := f.Values["currency"]
	minor, ok := money.ParseDecimal(strings.TrimSpace(f.Values["price"]), money.Places(currency))
	if !ok {
		f.Errors["price"] = "expected an amount such as 3.25"
	}
	body := map[string]any{"list": f.Values["list"], "price": map[string]any{"amount_minor": minor, "currency": currency}}
	for _, name := range []string{"valid_from", "valid_until"} {
		if f.Values[name] == "" {
			continue
		}
		moment, err := time.ParseInLocation(localTime, f.Values[name], at)
		if err != nil {
			f.Errors[name] = "expected a day and a time, such as 2030-05-04T09:00"
		}
		body[name] = moment.UTC().Format(time.RFC3339)
	}
	if len(f.Errors) > 0 {
		return s.priceForm(w, r, http.StatusUnprocessableEntity, f, wrong(nil, nil))
	}
	variant := r.PathValue("variant")
	a, err := s.ask(r.Context(), r, call{method: http.MethodPost, path: "/v1/variants/" + variant + "/prices", json: body})
	if err != nil {
		return err
	}
	if a.refused != nil {
		return s.priceForm(w, r, a.status, f, wrong(a.refused, notePrice(f, a.refused)))
	}
	return done(w, r, pricesAddress(r), "priced")
}

// notePrice puts a refusal at the fields, and returns what is about none.
func notePrice(f site.Form, d *problem.Details) (rest []string) {
	return noted(d, f.Errors, func(location string) string {
		name, _, _ := strings.Cut(strings.TrimPrefix(location, "body."), ".")
		return fieldOf(f.Values, name)
	})
}

func (s *Shop) unplanPrice(w http.ResponseWriter, r *http.Request) error {
	variant := r.PathValue("variant")
	a, err := s.ask(r.Context(), r, call{method: http.MethodDelete, path: "/v1/variants/" + variant + "/prices/" + r.PathValue("price")})
	if err != nil {
		return err
	}
	if a.refused != nil {
		return s.priceForm(w, r, a.status, site.Form{Values: map[string]string{"list": "public"}},
			&site.Message{Kind: "fault", Text: "That was not done: " + a.refused.Detail + "."})
	}
	return done(w, r, pricesAddress(r), "unplanned")
}

// pricesAddress is the page of the variant that a request is about.
func pricesAddress(r *http.Request) string {
	return shopAddress + "products/" + r.PathValue("id") + "/prices/" + r.PathValue("variant") + "/"
}

func (s *Shop) priceForm(w http.ResponseWriter, r *http.Request, status int, f site.Form, message *site.Message) error {
	id := r.PathValue("variant")
	query := url.Values{"limit": {"50"}}
	if c := r.URL.Query().Get("cursor"); c != "" {
		query.Set("cursor", c)
	}
	list, _, err := read[priceList](s, r, "/v1/variants/"+id+"/prices", query)
	if err != nil {
		return err
	}
	p, _, err := read[contract.Product](s, r, "/v1/products/"+r.PathValue("id"), nil)
	if err != nil {
		return err
	}
	n := slices.IndexFunc(p.Variants, func(v contract.Variant) bool { return string(v.ID) == id })
	if n < 0 {
		return problem.NotFound("there is nothing at this address")
	}
	v := p.Variants[n]
	shop, at, err := s.page(r, "products", "Prices of "+v.Name, site.Link{Text: "Products", URL: shopAddress}, site.Link{Text: p.Name, URL: productAddress(p.ID)})
	if err != nil {
		return err
	}
	if message != nil {
		message.Items = append(message.Items, faultLinks(f)...)
		shop.Message = message
	}
	view := site.ShopPricesPage{Shop: shop, Form: f, Action: pricesAddress(r), Product: site.Link{Text: p.Name, URL: productAddress(p.ID)},
		Now: money.Format(v.Price), PerUnit: money.PerUnit(v.UnitPrice), Currency: v.Price.Currency}
	if v.MemberPrice != nil {
		view.Member = money.Format(*v.MemberPrice)
	}
	for _, one := range list.Items {
		row := site.ShopPrice{List: map[string]string{"public": "everybody", "member": "members"}[one.List], Price: money.Format(one.Price), State: one.State, From: moment(one.ValidFrom, at)}
		if one.ValidUntil != nil {
			until := moment(*one.ValidUntil, at)
			row.Until = &until
		}
		if one.State == "planned" {
			row.Unplan = view.Action + one.ID + "/"
		}
		view.Prices = append(view.Prices, row)
	}
	if list.NextCursor != "" {
		view.NextURL = view.Action + "?" + url.Values{"cursor": {list.NextCursor}}.Encode()
	}
	return show(w, r, status, site.ShopPrices(view))
}

// moment is a time with its day and hour.
func moment(t time.Time, at *time.Location) site.Date {
	return site.Date{ISO: t.UTC().Format(time.RFC3339), Text: t.In(at).Format("2 Jan 2006, 15:04")}
}

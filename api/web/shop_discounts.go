// Discount codes: the list, and the form of one.

package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	site "rose-ash.com/roseash/site-templates"
)

// shopDiscount is a discount code.
type shopDiscount struct {
	ID            contract.DiscountID   `json:"id"`
	Code          string                `json:"code"`
	Name          string                `json:"name"`
	Kind          contract.DiscountKind `json:"kind"`
	PercentBP     int64                 `json:"percent_bp"`
	AmountMinor   int64                 `json:"amount_minor"`
	Currency      string                `json:"currency"`
	CategoryIDs   []contract.CategoryID `json:"category_ids"`
	MinimumMinor  int64                 `json:"minimum_minor"`
	UsageLimit    int64                 `json:"usage_limit"`
	UsagePerBuyer int64                 `json:"usage_per_buyer"`
	MembersOnly   bool                  `json:"members_only"`
	Used          int64                 `json:"used"`
	Active        bool                  `json:"active"`
	StartsAt      *time.Time            `json:"starts_at"`
	EndsAt        *time.Time            `json:"ends_at"`
}

// state is whether it can be used now.
func (d shopDiscount) state(now time.Time) site.State {
	switch {
	case !d.Active:
		return site.State{Text: "off"}
	case d.EndsAt != nil && !now.Before(*d.EndsAt):
		return site.State{Text: "over"}
	case d.UsageLimit > 0 && d.Used >= d.UsageLimit:
		return site.State{Text: "used up"}
	case d.StartsAt != nil && now.Before(*d.StartsAt):
		return site.State{Text: "to come", Kind: "wait"}
	}
	return site.State{Text: "in use", Kind: "good"}
}

func (s *ShopOrders) discounts(w http.ResponseWriter, r *http.Request) error {
	shop, at, err := s.page(r, "discounts", "Discounts")
	if err != nil {
		return err
	}
	query := queried(r, "cursor")
	query.Set("limit", "50")
	list, _, err := read[listed[shopDiscount]](s, r, "/v1/discounts", query)
	if err != nil {
		return err
	}
	categories, err := s.categoryChoices(r)
	if err != nil {
		return err
	}
	view := site.ShopDiscountsPage{Shop: shop, CanMake: mayWrite(r), NextURL: next(r, list.NextCursor)}
	for _, d := range list.Items {
		view.Items = append(view.Items, discountRow(d, categories, s.Clock.Now(), at))
	}
	return show(w, r, http.StatusOK, site.ShopDiscounts(view))
}

// discountRow is a code in the list, in words.
func discountRow(d shopDiscount, categories []site.Choice, now time.Time, at *time.Location) site.ShopDiscountRow {
	row := site.ShopDiscountRow{Link: site.Link{Text: d.Code, URL: discountsAddress + string(d.ID) + "/"}, Name: d.Name, State: d.state(now),
		Takes: amount(d.AmountMinor, d.Currency), Used: grouped(d.Used)}
	if d.Kind == contract.PercentDiscount {
		row.Takes = money.WriteDecimal(d.PercentBP, 2, true) + "%"
	}
	row.Takes += " off "
	names := []string{}
	for _, c := range categories {
		if slices.Contains(d.CategoryIDs, contract.CategoryID(c.Value)) {
			names = append(names, strings.TrimLeft(c.Text, "– "))
		}
	}
	switch {
	case len(d.CategoryIDs) == 0:
		row.Takes += "everything"
	case len(names) == 0:
		row.Takes += "categories that are gone"
	default:
		row.Takes += strings.Join(names, ", ")
	}
	if d.MinimumMinor > 0 {
		row.Terms = append(row.Terms, "from "+amount(d.MinimumMinor, d.Currency))
	}
	if d.MembersOnly {
		row.Terms = append(row.Terms, "for members")
	}
	if d.UsagePerBuyer > 0 {
		row.Terms = append(row.Terms, counted(int(d.UsagePerBuyer), "order", "orders")+" a person")
	}
	if d.UsageLimit > 0 {
		row.Used += " of " + grouped(d.UsageLimit)
	}
	if d.StartsAt != nil {
		row.When = "from " + moment(*d.StartsAt, at).Text
	}
	if d.EndsAt != nil {
		row.When = strings.TrimSpace(row.When + " until " + moment(*d.EndsAt, at).Text)
	}
	return row
}

// categoryChoices are the categories of the market, those below others set in.
func (s *ShopOrders) categoryChoices(r *http.Request) (choices []site.Choice, err error) {
	list, _, err := read[listed[contract.Category]](s, r, "/v1/categories", nil)
	for _, c := range list.Items {
		choices = append(choices, site.Choice{Value: string(c.ID), Text: strings.Repeat("– ", len(c.Ancestors)) + c.Name})
	}
	return choices, err
}

// discountValues is what stands in the form of a code.
func discountValues(d shopDiscount, at *time.Location) map[string]string {
	v := map[string]string{"code": d.Code, "name": d.Name, "kind": string(d.Kind), "members_only": yes(d.MembersOnly), "active": yes(d.Active),
		"percent": "", "amount": "", "minimum": "", "usage_limit": some(d.UsageLimit), "usage_per_buyer": some(d.UsagePerBuyer),
		"starts_at": localOf(d.StartsAt, at), "ends_at": localOf(d.EndsAt, at)}
	if d.PercentBP > 0 {
		v["percent"] = money.WriteDecimal(d.PercentBP, 2, true)
	}
	for name, minor := range map[string]int64{"amount": d.AmountMinor, "minimum": d.MinimumMinor} {
		if minor > 0 {
			v[name] = money.Decimal(contract.Money{AmountMinor: minor, Currency: d.Currency})
		}
	}
	for _, c := range d.CategoryIDs {
		v["category_ids."+string(c)] = "yes"
	}
	return v
}

// localOf is a moment as an input of type datetime-local has it.
func localOf(t *time.Time, at *time.Location) string {
	if t == nil {
		return ""
	}
	return t.In(at).Format(localTime)
}

func (s *ShopOrders) newDiscount(w http.ResponseWriter, r *http.Request) error {
	return s.discountPage(w, r, http.StatusOK, nil, site.ShopDiscountPage{Form: site.Form{Values: map[string]string{"kind": "percent", "active": "yes"}}}, nil)
}

func (s *ShopOrders) discount(w http.ResponseWriter, r *http.Request) error {
	d, a, err := named[shopDiscount](s, r, "/v1/discounts", r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.discountPage(w, r, http.StatusOK, &d, site.ShopDiscountPage{ETag: a.header.Get("ETag")}, nil)
}

// discountPage shows the form; d is nil for a new code, and a form without values is filled
// with what is stored.
func (s *ShopOrders) discountPage(w http.ResponseWriter, r *http.Request, status int, d *shopDiscount, view site.ShopDiscountPage, message *site.Message) error {
	title := "New code"
	if d != nil {
		title = d.Code
	}
	shop, at, err := s.page(r, "discounts", title, site.Link{Text: "Discounts", URL: discountsAddress})
	if err != nil {
		return err
	}
	if message != nil {
		shop.Message = message
	}
	view.Shop, view.URL, view.Currency, view.CanSave = shop, discountsAddress+"new/", s.Currency, mayWrite(r)
	if d != nil {
		view.ID, view.URL, view.Active, view.State = string(d.ID), discountsAddress+string(d.ID)+"/", d.Active, d.state(s.Clock.Now())
		view.Used = "Used by " + counted(int(d.Used), "order", "orders") + "."
		if d.Currency != "" {
			view.Currency = d.Currency
		}
		if view.Form.Values == nil {
			view.Form.Values = discountValues(*d, at)
		}
	}
	if view.Categories, err = s.categoryChoices(r); err != nil {
		return err
	}
	return show(w, r, status, site.ShopDiscount(view))
}

// discountNames are fields that have other names in the form.
var discountNames = map[string]string{"percent_bp": "percent", "amount_minor": "amount", "minimum_minor": "minimum", "category_ids": "category_ids"}

// discountBody reads the form of a code; numbers and times that are none are noted.
func discountBody(form url.Values, f site.Form, currency string, at *time.Location) map[string]any {
	body := map[string]any{"code": strings.TrimSpace(f.Values["code"]), "name": f.Values["name"], "kind": f.Values["kind"],
		"members_only": f.Values["members_only"] == "yes", "category_ids": append([]string{}, form["category_ids"]...)}
	number := func(field, name string, places int, optional bool) {
		text := strings.TrimSpace(f.Values[field])
		n, ok := money.ParseDecimal(text, places)
		if text == "" && optional {
			n, ok = 0, true
		}
		if !ok {
			f.Errors[field] = "expected a number"
			if places > 0 {
				f.Errors[field] = "expected a number such as 2.50"
			}
		}
		body[name] = n
	}
	if f.Values["kind"] == "fixed" {
		number("amount", "amount_minor", money.Places(currency), false)
	} else {
		number("percent", "percent_bp", 2, false)
	}
	number("minimum", "minimum_minor", money.Places(currency), true)
	number("usage_limit", "usage_limit", 0, true)
	number("usage_per_buyer", "usage_per_buyer", 0, true)
	body["currency"] = currency
	for _, name := range []string{"starts_at", "ends_at"} {
		body[name] = momentTyped(f, name, at)
	}
	return body
}

// momentTyped is a day and a time of a form as the API reads them; empty: none was typed.
// What is no time is noted.
func momentTyped(f site.Form, name string, at *time.Location) string {
	if f.Values[name] == "" {
		return ""
	}
	t, err := time.ParseInLocation(localTime, f.Values[name], at)
	if err != nil {
		f.Errors[name] = "expected a day and a time, such as 2030-05-04T09:00"
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func (s *ShopOrders) saveDiscount(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	_, at, err := s.page(r, "discounts", "")
	if err != nil {
		return err
	}
	f := formOf(r.PostForm, "category_ids")
	var stored *shopDiscount
	c, currency, etag := call{method: http.MethodPost, path: "/v1/discounts"}, s.Currency, ""
	if id := r.PathValue("id"); id != "new" {
		d, a, err := named[shopDiscount](s, r, "/v1/discounts", id)
		if err != nil {
			return err
		}
		stored, etag = &d, a.header.Get("ETag")
		if d.Currency != "" {
			currency = d.Currency
		}
		c = call{method: http.MethodPatch, path: "/v1/discounts/" + string(d.ID), ifMatch: f.Values["etag"]}
	}
	body := discountBody(r.PostForm, f, currency, at)
	if stored != nil {
		body["active"] = f.Values["active"] == "yes"
	}
	c.json = body
	view := site.ShopDiscountPage{Form: f, ETag: f.Values["etag"]}
	if len(f.Errors) > 0 {
		return s.discountPage(w, r, http.StatusUnprocessableEntity, stored, view, unfit(f))
	}
	a, err := s.ask(r.Context(), r, c)
	switch {
	case err != nil:
		return err
	case a.status == http.StatusPreconditionFailed:
		view.ETag = etag
		view.Form.Stored = storedNow(discountValues(*stored, at), f.Values)
		return s.discountPage(w, r, a.status, stored, view, meanwhileChanged())
	case a.refused != nil:
		return s.discountPage(w, r, a.status, stored, view, refusedFields(f, a.refused, discountNames))
	case stored == nil:
		return done(w, r, discountsAddress, "added")
	}
	return done(w, r, discountsAddress+string(stored.ID)+"/", "saved")
}

// storedNow is what is stored by now, by the fields in which something else was typed.
func storedNow(stored, typed map[string]string) map[string]string {
	now := map[string]string{}
	for name, value := range stored {
		if was, there := typed[name]; there && was != value {
			now[name] = value
		}
	}
	return now
}

// meanwhileChanged says that somebody else was faster.
func meanwhileChanged() *site.Message {
	return &site.Message{Kind: "changed", Text: "Somebody changed this meanwhile. What you typed is kept; where something else is stored now it is shown beneath. Save again to store what you typed."}
}

func (s *ShopOrders) deactivateDiscount(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	path := resource("/v1/discounts", r.PathValue("id"))
	a, err := s.ask(r.Context(), r, call{method: http.MethodDelete, path: path, ifMatch: r.PostForm.Get("etag")})
	if err != nil {
		return err
	}
	if a.refused == nil {
		return done(w, r, discountsAddress, "off")
	}
	d, now, err := read[shopDiscount](s, r, path, nil)
	if err != nil {
		return err
	}
	return s.discountPage(w, r, a.status, &d, site.ShopDiscountPage{ETag: now.header.Get("ETag")}, refusal(a.refused, nil))
}

// wholeTyped is a whole number of a form; an empty field is none.
func wholeTyped(f site.Form, name string) (n int64, given bool) {
	text := strings.TrimSpace(f.Values[name])
	if text == "" {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		f.Errors[name] = "expected a whole number"
	}
	return n, true
}

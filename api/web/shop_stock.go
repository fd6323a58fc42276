// The stock, and what moves it.

package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

type movementList struct {
	Items []struct {
		SKU       string    `json:"sku"`
		Change    int64     `json:"change"`
		OnHand    int64     `json:"on_hand"`
		Reason    string    `json:"reason"`
		Note      string    `json:"note"`
		Actor     string    `json:"actor"`
		CreatedAt time.Time `json:"created_at"`
	} `json:"items"`
	NextCursor string `json:"next_cursor"`
}

// stockReasons are what a shopkeeper records, with what it does to the number that is
// typed: 1 it comes, -1 it leaves, 0 it was counted.
var stockReasons = []struct {
	value, text string
	sign        int64
}{
	{"received", "Received", 1}, {"counter_sale", "Sold at the counter", -1}, {"counted", "Counted", 0},
	{"wasted", "Wasted", -1}, {"returned", "Returned", 1},
}

var reasonTexts = map[string]string{"order": "Sent out", "corrected": "Corrected"}

func init() {
	for _, r := range stockReasons {
		reasonTexts[r.value] = r.text
	}
}

func (s *Shop) stock(w http.ResponseWriter, r *http.Request) error {
	sku := strings.TrimSpace(r.URL.Query().Get("sku"))
	return s.stockPage(w, r, http.StatusOK, site.Form{Values: map[string]string{"sku": sku, "reason": "received"}}, newKey(), nil)
}

func (s *Shop) moveStock(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	f := site.Form{Values: typed(r.PostForm), Errors: map[string]string{}}
	move := map[string]any{"sku": strings.TrimSpace(f.Values["sku"]), "reason": f.Values["reason"]}
	if note := strings.TrimSpace(f.Values["note"]); note != "" {
		move["note"] = note
	}
	amount, ok := money.ParseDecimal(strings.TrimSpace(f.Values["amount"]), 0)
	if !ok {
		f.Errors["amount"] = "expected a whole number"
	}
	for _, reason := range stockReasons {
		switch {
		case reason.value != f.Values["reason"]:
		case reason.sign == 0:
			move["counted"] = amount
		default:
			move["change"] = reason.sign * amount
		}
	}
	if len(f.Errors) > 0 {
		return s.stockPage(w, r, http.StatusUnprocessableEntity, f, f.Values["key"], wrong(nil, nil))
	}
	a, err := s.ask(r.Context(), r, call{method: http.MethodPost, path: "/v1/stock/movements", key: f.Values["key"],
		json: map[string]any{"movements": []any{move}}})
	if err != nil {
		return err
	}
	if a.refused == nil {
		return done(w, r, shopAddress+"stock/?"+url.Values{"sku": {f.Values["sku"]}}.Encode(), "moved")
	}
	rest := noteMove(f, a.refused)
	return s.stockPage(w, r, a.status, f, newKey(), wrong(a.refused, rest))
}

// noteMove puts a refusal at the fields, and returns what is about none.
func noteMove(f site.Form, d *problem.Details) (rest []string) {
	return noted(d, f.Errors, func(location string) string {
		switch _, name, _ := strings.Cut(location, "]."); name {
		case "change", "counted":
			return "amount"
		case "sku", "reason", "note":
			return name
		}
		return ""
	})
}

// stockPage shows the stock, the latest movements and the form.
func (s *Shop) stockPage(w http.ResponseWriter, r *http.Request, status int, f site.Form, key string, message *site.Message) error {
	shop, at, err := s.page(r, "stock", "Stock")
	if err != nil {
		return err
	}
	if message != nil {
		message.Items = append(message.Items, faultLinks(f)...)
		shop.Message = message
	}
	asked := r.URL.Query()
	view := site.ShopStockPage{Shop: shop, Form: f, Key: key, SKU: strings.TrimSpace(asked.Get("sku")), Low: strings.TrimSpace(asked.Get("low"))}
	for _, reason := range stockReasons {
		view.Reasons = append(view.Reasons, site.Choice{Value: reason.value, Text: reason.text})
	}
	query := url.Values{"limit": {"50"}}
	for name, value := range map[string]string{"sku": view.SKU, "cursor": asked.Get("cursor"), "available_max": view.Low} {
		if value != "" {
			query.Set(name, value)
		}
	}
	list, a, err := read[stockList](s, r, "/v1/stock", query)
	if err != nil && (a == nil || a.refused == nil) {
		return err // what cannot be asked for has nothing
	}
	low := int64(lowStock)
	if n, err := strconv.ParseInt(view.Low, 10, 64); err == nil {
		low = n
	}
	for _, level := range list.Items {
		view.Levels = append(view.Levels, site.ShopLevel{
			Product: site.Link{Text: level.ProductName, URL: productAddress(level.Product)}, Variant: level.VariantName, SKU: level.SKU,
			MoveURL: shopAddress + "stock/?" + url.Values{"sku": {level.SKU}}.Encode() + "#move",
			OnHand:  grouped(level.OnHand), Reserved: grouped(level.Reserved), Available: grouped(level.Available), Low: level.Available <= low,
		})
	}
	if list.NextCursor != "" {
		query.Del("limit")
		query.Del("available_max")
		query.Set("cursor", list.NextCursor)
		if view.Low != "" {
			query.Set("low", view.Low)
		}
		view.NextURL = shopAddress + "stock/?" + query.Encode()
	}
	if err := s.movements(r, &view, at); err != nil {
		return err
	}
	return show(w, r, status, site.ShopStock(view))
}

func (s *Shop) movements(r *http.Request, view *site.ShopStockPage, at *time.Location) error {
	query := url.Values{"limit": {"20"}}
	if view.SKU != "" {
		query.Set("sku", view.SKU)
	}
	if c := r.URL.Query().Get("older"); c != "" {
		query.Set("cursor", c)
	}
	list, a, err := read[movementList](s, r, "/v1/stock/movements", query)
	if err != nil && (a == nil || a.refused == nil) {
		return err
	}
	for _, m := range list.Items {
		when := moment(m.CreatedAt, at)
		row := site.ShopMovement{At: when.Text, ISO: when.ISO, SKU: m.SKU, Change: grouped(m.Change), OnHand: grouped(m.OnHand),
			Reason: reasonTexts[m.Reason], Note: m.Note, Actor: m.Actor, Outward: m.Change < 0}
		if m.Change > 0 {
			row.Change = "+" + row.Change
		}
		view.Movements = append(view.Movements, row)
	}
	if list.NextCursor != "" {
		query.Del("limit")
		query.Del("cursor")
		query.Set("older", list.NextCursor)
		view.Older = shopAddress + "stock/?" + query.Encode()
	}
	return nil
}

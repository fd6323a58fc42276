// The till: selling over the counter. What is being sold is in the address until it is paid;
// nothing is stored before that.

package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"rose-ash.com/roseash/api/shared/money"
	site "rose-ash.com/roseash/site-templates"
)

// till searches, adds, takes away and reckons, by what is in the address.
func (s *ShopOrders) till(w http.ResponseWriter, r *http.Request) error {
	asked := r.URL.Query()
	sale, err := s.readSale(r, asked)
	if err != nil {
		return err
	}
	view := site.ShopSellPage{Key: newKey()}
	words := strings.TrimSpace(asked.Get("q"))
	if added := asked.Get("add"); added != "" {
		if err := s.addTo(r, sale, added); err != nil {
			return err
		}
	} else if words != "" {
		found, err := s.find(r, words)
		if err != nil {
			return err
		}
		if only := exactly(found, words); only != nil { // a bar code was scanned, or a sku typed
			sale.add(*only)
			words = ""
		} else {
			view.Searched = true
			view.Found = foundRows(found, sale.member())
		}
	}
	if removed := asked.Get("remove"); removed != "" {
		sale.remove(removed)
	}
	if !view.Searched {
		words = ""
	}
	sale.form.Values["q"] = words
	return s.tillPage(w, r, http.StatusOK, sale, view, nil)
}

// tillPage shows the till.
func (s *ShopOrders) tillPage(w http.ResponseWriter, r *http.Request, status int, sale *sale, view site.ShopSellPage, message *site.Message) error {
	shop, _, err := s.page(r, "sell", "Sell")
	if err != nil {
		return err
	}
	if message != nil {
		shop.Message = message
	}
	view.Shop, view.Form, view.Currency = shop, sale.form, sale.currency
	lines, discounts, totals := sale.sum()
	for i, g := range sale.goods {
		row := site.ShopSellRow{ID: g.field(), Field: g.field(), Name: g.product.Name, Detail: g.detail(), Price: each(g.offer(sale.member())), Amount: amount(lines[i].GrossMinor, sale.currency)}
		if g.variant.SoldByWeight {
			row.Unit = "g"
		}
		if g.available != nil && *g.available < g.quantity {
			row.Stock = howMany(g.offer(false), *g.available) + " left"
		}
		view.Rows = append(view.Rows, row)
	}
	sums := totalSums(totals, discounts)
	view.Sums, view.Total = sums[:len(sums)-1], amount(totals.TotalMinor, sale.currency)
	if len(view.Sums) == 1 && len(view.Rows) == 0 {
		view.Sums = nil
	}
	if given := sale.given(); given > totals.TotalMinor && len(view.Rows) > 0 {
		view.Change = "Change of " + amount(given, sale.currency) + ": " + amount(given-totals.TotalMinor, sale.currency)
	}
	return show(w, r, status, site.ShopSell(view))
}

// foundRows are goods that can be sold.
func foundRows(found []saleGoods, member bool) (rows []site.ShopSellFound) {
	for _, g := range found {
		row := site.ShopSellFound{ID: g.field(), Name: g.product.Name, Detail: g.detail(), Price: each(g.offer(member))}
		if g.available != nil {
			row.Stock, row.Out = howMany(g.offer(false), *g.available)+" left", *g.available <= 0
		}
		rows = append(rows, row)
	}
	return rows
}

// sell records a sale that was paid, and shows its receipt.
func (s *ShopOrders) sell(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	sale, err := s.readSale(r, r.PostForm)
	if err != nil {
		return err
	}
	method, key := r.PostForm.Get("method"), r.PostForm.Get("key")
	again := func(status int, m *site.Message) error {
		return s.tillPage(w, r, status, sale, site.ShopSellPage{Key: newKey()}, m)
	}
	if len(sale.goods) == 0 {
		return again(http.StatusUnprocessableEntity, &site.Message{Kind: "fault", Text: "Nothing was sold: there is nothing to sell."})
	}
	if len(sale.form.Errors) > 0 {
		return again(http.StatusUnprocessableEntity, unfit(sale.form))
	}
	body := sale.wanted()
	body["method"] = method
	a, err := s.act(r, call{method: http.MethodPost, path: "/v1/counter-sales", key: key, json: body})
	if err != nil {
		return err
	}
	if a.refused != nil {
		return again(a.status, sale.refused(a.refused))
	}
	to := sellAddress + strings.TrimPrefix(a.header.Get("Location"), "/v1/orders/") + "/"
	if given := sale.given(); method == "cash" && given > 0 {
		to += "?" + url.Values{"given": {whole(given)}}.Encode()
	}
	return done(w, r, to, "")
}

// receipt shows a sale that was made, with the change to give.
func (s *ShopOrders) receipt(w http.ResponseWriter, r *http.Request) error {
	o, err := s.anOrder(r)
	if err != nil {
		return err
	}
	d, _, err := read[paperDoc](s, r, "/v1/orders/"+string(o.ID)+"/invoice", nil)
	if err != nil {
		return err
	}
	shop, at, err := s.page(r, "sell", "Sold", site.Link{Text: "Sell", URL: sellAddress})
	if err != nil {
		return err
	}
	cur := o.Totals.Currency
	view := site.ShopReceiptPage{Shop: shop, Reference: o.Reference, When: moment(o.PlacedAt, at), Seller: d.seller(), Sums: totalSums(o.Totals, o.Discounts),
		VAT: vatRows(o.Totals.VAT, cur), Paid: "Paid: " + strings.ToLower(payers[o.Payment.Provider]) + ". Invoice " + d.Number + ".", OrderURL: orderAddress(o.ID)}
	for _, l := range d.Lines {
		view.Lines = append(view.Lines, d.line(l))
	}
	if given, ok := money.ParseDecimal(r.URL.Query().Get("given"), 0); ok && given >= o.Totals.TotalMinor {
		view.Change = amount(given-o.Totals.TotalMinor, cur)
		view.Paid = "Paid in cash: " + amount(given, cur) + " given, " + view.Change + " change. Invoice " + d.Number + "."
	}
	return show(w, r, http.StatusOK, site.ShopReceipt(view))
}

// exactly is the one thing that words name: by its sku or its bar code.
func exactly(found []saleGoods, words string) *saleGoods {
	at := slices.IndexFunc(found, func(g saleGoods) bool {
		return strings.EqualFold(g.variant.SKU, words) || g.variant.GTIN != "" && strings.TrimLeft(g.variant.GTIN, "0") == strings.TrimLeft(words, "0")
	})
	if at < 0 {
		return nil
	}
	return &found[at]
}

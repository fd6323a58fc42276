// A sale while it is made: goods with how many of each, as a form has them.

package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

// mostFound is how many products a search at the till shows, mostSold how many things one
// sale may have.
const (
	mostFound = 8
	mostSold  = 100
)

// sale is what is being sold.
type sale struct {
	goods    []saleGoods
	form     site.Form
	currency string
}

// saleGoods is so much of one thing.
type saleGoods struct {
	product   contract.Product
	variant   contract.Variant
	quantity  int64
	available *int64 // nil: it is not counted
}

// field is the field of the form for its quantity, which tells where it is found again.
func (g saleGoods) field() string {
	return "sell." + string(g.product.ID) + "." + string(g.variant.ID)
}

func (g saleGoods) detail() string {
	return strings.TrimPrefix(g.variant.Name+" · "+g.variant.SKU, " · ")
}

// offer is the thing as everybody is offered it, or a member.
func (g saleGoods) offer(member bool) contract.Offer {
	o := contract.Offer{Kind: contract.ProductLine, ID: string(g.variant.ID), Price: g.variant.Price, VATRate: g.variant.VATRate, Quantity: g.variant.Quantity,
		Unit: g.variant.Unit, SoldByWeight: g.variant.SoldByWeight, CategoryIDs: g.product.CategoryIDs}
	if member && g.variant.MemberPrice != nil {
		o.Price = *g.variant.MemberPrice
	}
	if g.variant.Deposit != nil {
		o.Deposit = *g.variant.Deposit
	}
	return o
}

// readSale is the sale of a form. What is no quantity is noted at its field; what is gone
// from the shop is left out.
func (s *ShopOrders) readSale(r *http.Request, form url.Values) (*sale, error) {
	v := &sale{form: site.Form{Values: map[string]string{}, Errors: map[string]string{}}, currency: s.Currency}
	fields := []string{}
	for name := range form {
		if strings.HasPrefix(name, "sell.") {
			fields = append(fields, name)
		}
	}
	slices.Sort(fields)
	for _, name := range []string{"member", "discount", "discount_note", "cash"} {
		v.form.Values[name] = strings.TrimSpace(form.Get(name))
	}
	for _, field := range fields[:min(len(fields), mostSold)] {
		g, err := s.goodsOf(r, field)
		if err != nil {
			return nil, err
		}
		if g == nil {
			continue
		}
		text := strings.TrimSpace(form.Get(field))
		n, ok := money.ParseDecimal(text, 0)
		if !ok || n == 0 || n > 1_000_000 {
			v.form.Errors[field], n = "expected a whole number", 0
		}
		g.quantity = n
		v.goods, v.currency = append(v.goods, *g), g.variant.Price.Currency
		v.form.Values[field] = text
	}
	for _, name := range []string{"discount", "cash"} {
		if _, ok := v.amount(name); !ok {
			v.form.Errors[name] = "expected an amount such as 2.50"
		}
	}
	if _, discounts, _ := v.sum(); len(discounts) > 0 && discounts[0].TakenMinor < discounts[0].AmountMinor && len(v.goods) > 0 {
		v.form.Errors["discount"] = "that is more than the goods come to"
	}
	return v, s.stockOf(r, v.goods)
}

// goodsOf is the thing that a field is about; nil: there is none.
func (s *ShopOrders) goodsOf(r *http.Request, field string) (*saleGoods, error) {
	product, variant, _ := strings.Cut(strings.TrimPrefix(field, "sell."), ".")
	p, a, err := read[contract.Product](s, r, resource("/v1/products", product), nil)
	if err != nil {
		if a != nil && a.refused != nil && a.status < http.StatusInternalServerError {
			return nil, nil
		}
		return nil, err
	}
	for _, v := range p.Variants {
		if string(v.ID) == variant && p.Status == contract.PublishedProduct {
			return &saleGoods{product: p, variant: v}, nil
		}
	}
	return nil, nil
}

// stockOf fills in how much there is of goods.
func (s *ShopOrders) stockOf(r *http.Request, goods []saleGoods) error {
	ids := []string{}
	for _, g := range goods {
		ids = append(ids, string(g.variant.ID))
	}
	if len(ids) == 0 {
		return nil
	}
	list, _, err := read[listed[struct {
		Variant   contract.VariantID `json:"variant"`
		Available *int64             `json:"available"`
	}]](s, r, "/v1/availability", url.Values{"ids": {strings.Join(ids, ",")}})
	for _, level := range list.Items {
		for i := range goods {
			if goods[i].variant.ID == level.Variant {
				goods[i].available = level.Available
			}
		}
	}
	return err
}

// find looks for goods by words, skus and bar codes.
func (s *ShopOrders) find(r *http.Request, words string) (found []saleGoods, err error) {
	products := []string{}
	for _, sku := range slices.Compact([]string{words, strings.ToUpper(words)}) {
		level, a, err := read[stockList](s, r, "/v1/stock", url.Values{"sku": {sku}})
		if err != nil && (a == nil || a.refused == nil) {
			return nil, err // other words than skus can have are refused, which says nothing here
		}
		for _, l := range level.Items {
			products = append(products, string(l.Product))
		}
	}
	hits, a, err := read[listed[struct {
		ID string `json:"id"`
	}]](s, r, "/v1/search", url.Values{"q": {words}, "kinds": {"product"}, "limit": {whole(mostFound)}})
	if err != nil && (a == nil || a.refused == nil) {
		return nil, err
	}
	for _, h := range hits.Items {
		if !slices.Contains(products, h.ID) {
			products = append(products, h.ID)
		}
	}
	for _, id := range products {
		p, a, err := read[contract.Product](s, r, resource("/v1/products", id), nil)
		if err != nil && (a == nil || a.refused == nil) {
			return nil, err // what has just been taken back is not found
		}
		for _, v := range p.Variants {
			if err == nil && p.Status == contract.PublishedProduct {
				found = append(found, saleGoods{product: p, variant: v})
			}
		}
	}
	return found, s.stockOf(r, found)
}

// addTo adds one of the thing that a button names.
func (s *ShopOrders) addTo(r *http.Request, v *sale, field string) error {
	g, err := s.goodsOf(r, field)
	if err != nil || g == nil {
		return err
	}
	one := []saleGoods{*g}
	if err := s.stockOf(r, one); err != nil {
		return err
	}
	v.add(one[0])
	return nil
}

// add adds one more of something, or the least that is sold of it.
func (v *sale) add(g saleGoods) {
	step := max(g.variant.OrderStep, 1)
	at := slices.IndexFunc(v.goods, func(o saleGoods) bool { return o.variant.ID == g.variant.ID })
	if at < 0 {
		v.goods, at = append(v.goods, g), len(v.goods)
		step = max(g.variant.OrderMin, step)
		v.currency = g.variant.Price.Currency
	}
	v.goods[at].quantity += step
	field := g.field()
	v.form.Values[field] = whole(v.goods[at].quantity)
	delete(v.form.Errors, field)
}

func (v *sale) remove(field string) {
	v.goods = slices.DeleteFunc(v.goods, func(g saleGoods) bool { return g.field() == field })
	delete(v.form.Values, field)
	delete(v.form.Errors, field)
}

// member tells that it is sold at members' prices.
func (v *sale) member() bool { return v.form.Values["member"] == "yes" }

// amount is what a field says in minor units; an empty one says 0.
func (v *sale) amount(name string) (minor int64, ok bool) {
	if v.form.Values[name] == "" {
		return 0, true
	}
	return money.ParseDecimal(v.form.Values[name], money.Places(v.currency))
}

// given is what was given in cash; 0: nobody has said.
func (v *sale) given() int64 {
	minor, _ := v.amount("cash")
	return minor
}

// discount is what is taken off, and why.
func (v *sale) discount() (minor int64, note string) {
	minor, _ = v.amount("discount")
	return minor, v.form.Values["discount_note"]
}

// sum is what the sale comes to.
func (v *sale) sum() ([]contract.PricedLine, []contract.Discount, contract.Totals) {
	var lines []contract.PricedLine
	for _, g := range v.goods {
		lines = append(lines, contract.PricedLine{Offer: g.offer(v.member()), Quantity: g.quantity})
	}
	var discounts []contract.Discount
	if minor, note := v.discount(); minor > 0 {
		if note == "" {
			note = "At the counter"
		}
		discounts = []contract.Discount{{Name: note, Kind: contract.FixedDiscount, AmountMinor: minor}}
	}
	return money.Sum(lines, discounts, 0, v.currency)
}

// wanted is the sale as the API wants it, with what it came to when it was paid.
func (v *sale) wanted() map[string]any {
	_, _, totals := v.sum()
	lines := []any{}
	for _, g := range v.goods {
		lines = append(lines, map[string]any{"id": g.variant.ID, "quantity": g.quantity})
	}
	body := map[string]any{"lines": lines, "member": v.member(), "expected_total_minor": totals.TotalMinor}
	if minor, note := v.discount(); minor > 0 {
		discount := map[string]any{"amount_minor": minor}
		if note != "" {
			discount["note"] = note
		}
		body["discount"] = discount
	}
	return body
}

// refused notes at the fields what the API refused.
func (v *sale) refused(d *problem.Details) *site.Message {
	rest := noted(d, v.form.Errors, func(location string) string {
		for i, g := range v.goods {
			if strings.HasPrefix(location, fmt.Sprintf("body.lines[%d]", i)) {
				return g.field()
			}
		}
		return map[string]string{"body.discount.amount_minor": "discount", "body.discount.note": "discount_note"}[location]
	})
	m := refusal(d, rest)
	m.Text = strings.Replace(m.Text, "Nothing was changed", "Nothing was sold", 1)
	if d.Code == "cart_changed" {
		m.Text = "Nothing was sold: a price has changed meanwhile. The sum is that of now; take or give back the difference, and press the button again."
	}
	return m
}

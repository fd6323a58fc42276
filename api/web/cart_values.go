// What is in a cart and in an order, in words: lines, prices, sums.

package web

import (
	"strconv"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/urls"
	site "rose-ash.com/roseash/site-templates"
	"rose-ash.com/roseash/site-templates/scene"
)

// cartDoc is a cart as the API has it.
type cartDoc struct {
	Note      string          `json:"note"`
	Lines     []cartLineDoc   `json:"lines"`
	Discounts []cartCodeDoc   `json:"discounts"`
	Totals    contract.Totals `json:"totals"`
}

type cartLineDoc struct {
	contract.PricedLine
	AddedPriceMinor int64 `json:"added_price_minor"`
	Notices         []struct {
		Code      string `json:"code"`
		Available *int64 `json:"available"`
	} `json:"notices"`
}

type cartCodeDoc struct {
	contract.Discount
	MinimumMinor int64  `json:"minimum_minor"`
	Reason       string `json:"reason"`
}

// availabilityDoc is what the API says of a variant now.
type availabilityDoc struct {
	Variant     contract.VariantID `json:"variant"`
	Price       contract.Money     `json:"price"`
	MemberPrice *contract.Money    `json:"member_price"`
}

// has tells whether a line has a notice of a kind.
func (l cartLineDoc) has(code string) bool {
	for _, n := range l.Notices {
		if n.Code == code {
			return true
		}
	}
	return false
}

// held is why a cart cannot be bought as it is; empty: it can.
func (c cartDoc) held() string {
	for _, l := range c.Lines {
		for _, n := range l.Notices {
			if n.Code != "price_changed" {
				return "Something in your cart cannot be had as it is. See to what is marked, then go on."
			}
		}
	}
	for _, d := range c.Discounts {
		if d.Reason == "not_in_force" || d.Reason == "used_up" || d.Reason == "used_before" {
			return "The code " + d.Code + " cannot be used any more. Take it out, then go on."
		}
	}
	return ""
}

func (c cartDoc) discounts() []contract.Discount {
	list := make([]contract.Discount, len(c.Discounts))
	for i, d := range c.Discounts {
		list[i] = d.Discount
	}
	return list
}

// goods makes lines as pages show them.
type goods struct {
	sites urls.Sites
	app   urls.App // where the page is
	media urls.Media
}

// line is a line of a cart or an order; what it costs is for so much of it.
func (g goods) line(o contract.Offer, id contract.LineID, quantity int64, note string) site.BasketLine {
	s := scene.Scene{App: g.app, Sites: g.sites, Media: g.media}
	line := site.BasketLine{ID: string(id), Name: o.Name, Picture: s.Picture(o.Image), Quantity: amountOf(o, quantity), Note: note}
	if o.VariantName != o.Name {
		line.Variant = o.VariantName
	}
	if o.Slug != "" {
		line.URL = s.Link(urls.Market, urls.Product(o.Slug))
	}
	line.Each, line.Terms = priceTexts(o)
	return line
}

// cartLine is a line of the cart with what its form has.
func (g goods) cartLine(l cartLineDoc) site.CartLine {
	o := l.Offer
	line := site.CartLine{
		BasketLine: g.line(o, l.ID, l.Quantity, l.Note), Gone: l.has("gone"),
		Form: site.Form{Values: map[string]string{"quantity": whole(l.Quantity), "note": l.Note}},
		Step: whole(max(o.OrderStep, 1)), Min: whole(max(o.OrderMin, o.OrderStep, 1)), Max: some(o.OrderMax),
	}
	if o.SoldByWeight {
		line.Unit = "g"
	}
	price(&line.BasketLine, l.GrossMinor, l.NetMinor, o.Price.Currency)
	for _, n := range l.Notices {
		line.Notices = append(line.Notices, noticeText(l, n.Code, n.Available))
	}
	return line
}

// price sets what a line costs, and what it did before discounts.
func price(line *site.BasketLine, gross, net int64, currency string) {
	line.Price = money.Format(contract.Money{AmountMinor: net, Currency: currency})
	if net < gross {
		line.Was = money.Format(contract.Money{AmountMinor: gross, Currency: currency})
	}
}

// amountOf is a quantity in words: "2 ×", "750 g".
func amountOf(o contract.Offer, quantity int64) string {
	if o.SoldByWeight {
		return money.Size(quantity, contract.UnitGram)
	}
	return grouped(quantity) + " ×"
}

// countOf is a quantity within a sentence: "2", "750 g".
func countOf(o contract.Offer, quantity int64) string {
	return strings.TrimSuffix(amountOf(o, quantity), " ×")
}

// priceTexts are the price of one, and what else the law wants said of it: the price of a
// kilogram or litre, VAT, the deposit (Price Marking Order 2004).
func priceTexts(o contract.Offer) (each string, terms []string) {
	each = money.Format(o.Price) + " each"
	per := money.PerUnit(money.UnitPrice(o.Price, max(o.Quantity, 1), o.Unit))
	switch {
	case o.SoldByWeight:
		each = per
		if o.Quantity != 1000 {
			each = money.Format(o.Price) + " per " + money.Size(o.Quantity, o.Unit)
			terms = append(terms, per)
		}
	case o.Unit != contract.UnitEach && o.Quantity > 0:
		terms = append(terms, per)
	}
	if o.Deposit.AmountMinor > 0 {
		terms = append(terms, "+ "+money.Format(o.Deposit)+" deposit")
	}
	return each, append(terms, money.Rate(o.VATRate))
}

// noticeText is what a shopper has to know of a line.
func noticeText(l cartLineDoc, code string, available *int64) string {
	o := l.Offer
	switch code {
	case "price_changed":
		was := contract.Money{AmountMinor: l.AddedPriceMinor, Currency: o.Price.Currency}
		return "It costs " + money.Format(o.Price) + " now. It was " + money.Format(was) + " when you put it in."
	case "out_of_stock":
		return "There is none left. Remove it to go on."
	case "less_available":
		if available != nil && *available > 0 {
			return "There is only " + countOf(o, *available) + " left. Take that much, or remove it."
		}
		return "There is less of it than you want."
	case "quantity_off":
		return "That much cannot be ordered: " + limitsOf(o) + "."
	case "gone":
		return "This is no longer sold. Remove it to go on."
	}
	return "Something about this has changed."
}

// limitsOf is how much of something can be ordered.
func limitsOf(o contract.Offer) string {
	words := []string{"at least " + countOf(o, max(o.OrderMin, o.OrderStep, 1))}
	if o.OrderMax > 0 {
		words = append(words, "at most "+countOf(o, o.OrderMax))
	}
	if o.OrderStep > 1 {
		words = append(words, "in steps of "+countOf(o, o.OrderStep))
	}
	return strings.Join(words, ", ")
}

// codeOf is a discount code with what it takes off, or why it takes nothing.
func codeOf(d cartCodeDoc, currency string) site.CartCode {
	code := site.CartCode{ID: string(d.ID), Code: d.Code, Name: d.Name}
	switch d.Reason {
	case "":
		code.Takes = "−" + money.Format(contract.Money{AmountMinor: d.TakenMinor, Currency: currency})
	case "not_in_force":
		code.Takes = "is not valid now"
	case "used_up":
		code.Takes = "has been used up"
	case "used_before":
		code.Takes = "was used by you before"
	case "members_only":
		code.Takes = "is for members: sign in"
	case "minimum":
		code.Takes = "from " + money.Format(contract.Money{AmountMinor: d.MinimumMinor, Currency: currency}) + " on, of what it is for"
	case "nothing_eligible":
		code.Takes = "is for nothing in your cart"
	default:
		code.Takes = "takes nothing off here"
	}
	return code
}

// sumsOf are the parts of a total, without delivery where that is not chosen yet.
func sumsOf(t contract.Totals, discounts []contract.Discount) site.Sums {
	text := func(minor int64) string {
		return money.Format(contract.Money{AmountMinor: minor, Currency: t.Currency})
	}
	s := site.Sums{Total: text(t.TotalMinor)}
	if t.Currency == "" {
		return site.Sums{Total: "0"}
	}
	if t.DiscountMinor > 0 || t.DepositMinor > 0 || t.DeliveryMinor > 0 {
		s.Rows = append(s.Rows, site.Fact{Name: "Goods", Value: text(t.GrossMinor)})
	}
	named := int64(0)
	for _, d := range discounts {
		if d.TakenMinor > 0 {
			s.Rows, named = append(s.Rows, site.Fact{Name: d.Name, Value: "−" + text(d.TakenMinor)}), named+d.TakenMinor
		}
	}
	if rest := t.DiscountMinor - named; rest > 0 {
		s.Rows = append(s.Rows, site.Fact{Name: "Discounts", Value: "−" + text(rest)})
	}
	if t.DepositMinor > 0 {
		s.Rows = append(s.Rows, site.Fact{Name: "Deposits", Value: text(t.DepositMinor)})
	}
	if t.DeliveryMinor > 0 {
		s.Rows = append(s.Rows, site.Fact{Name: "Delivery", Value: text(t.DeliveryMinor)})
	}
	s.VAT = taxRows(t)
	return s
}

// taxRows are the tax in a total by its rates.
func taxRows(t contract.Totals) (rows []site.Fact) {
	for _, v := range t.VAT {
		text := func(minor int64) string {
			return money.Format(contract.Money{AmountMinor: minor, Currency: t.Currency})
		}
		rows = append(rows, site.Fact{
			Name: "VAT " + money.WriteDecimal(int64(v.Rate), 2, true) + "% in " + text(v.GrossMinor), Value: text(v.VATMinor)})
	}
	return rows
}

// savings is what members would pay less for lines.
func savings(cart cartDoc, now []availabilityDoc) string {
	member := map[string]contract.Money{}
	for _, v := range now {
		if v.MemberPrice != nil {
			member[string(v.Variant)] = *v.MemberPrice
		}
	}
	var less int64
	for _, l := range cart.Lines {
		o := l.Offer
		price, lower := member[o.ID]
		if !lower || price.AmountMinor >= o.Price.AmountMinor || price.Currency != o.Price.Currency || l.has("gone") {
			continue
		}
		if o.SoldByWeight {
			less += money.Weighed(o.Price, o.Quantity, l.Quantity).AmountMinor - money.Weighed(price, o.Quantity, l.Quantity).AmountMinor
		} else {
			less += (o.Price.AmountMinor - price.AmountMinor) * l.Quantity
		}
	}
	if less <= 0 {
		return ""
	}
	return money.Format(contract.Money{AmountMinor: less, Currency: cart.Totals.Currency})
}

// mostOfMini is how many lines the cart in a few lines names.
const mostOfMini = 3

func miniOf(cart cartDoc, at string) site.CartMiniView {
	view := site.CartMiniView{CartURL: at}
	n := len(cart.Lines)
	if n == 0 {
		return view
	}
	view.Count, view.Total = "1 thing", sumsOf(cart.Totals, nil).Total
	if n > 1 {
		view.Count = strconv.Itoa(n) + " things"
	}
	for _, l := range cart.Lines[:min(n, mostOfMini)] {
		view.Lines = append(view.Lines, site.Fact{Name: l.Offer.Name, Value: countOf(l.Offer, l.Quantity)})
	}
	if n > mostOfMini {
		view.More = "and " + strconv.Itoa(n-mostOfMini) + " more"
	}
	return view
}

// countText is a number for the header; empty for none.
func countText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

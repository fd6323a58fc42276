// Papers of an order, to be printed: the invoice, credit notes and the packing slip.

package web

import (
	"net/http"
	"strings"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	site "rose-ash.com/roseash/site-templates"
)

func (s *ShopOrders) invoice(w http.ResponseWriter, r *http.Request) error {
	return s.paper(w, r, "/invoice")
}

func (s *ShopOrders) creditNote(w http.ResponseWriter, r *http.Request) error {
	return s.paper(w, r, resource("/credit-notes", r.PathValue("number")))
}

// paper shows a document of an order.
func (s *ShopOrders) paper(w http.ResponseWriter, r *http.Request, which string) error {
	d, _, err := read[paperDoc](s, r, resource("/v1/orders", r.PathValue("id"))+which, nil)
	if err != nil {
		return err
	}
	kind := "Invoice"
	if d.Kind == "credit_note" {
		kind = "Credit note"
	}
	shop, at, err := s.page(r, "orders", kind+" "+d.Number, site.Link{Text: "Orders", URL: ordersAddress},
		site.Link{Text: d.Reference, URL: ordersAddress + r.PathValue("id") + "/"})
	if err != nil {
		return err
	}
	cur := d.Totals.Currency
	view := site.ShopPaperPage{Shop: shop, Kind: kind, Number: d.Number, Seller: d.seller(), Buyer: d.buyer(), VAT: vatRows(d.Totals.VAT, cur)}
	view.Facts = []site.ShopFact{{Name: "Issued", Values: []string{d.IssuedAt.In(at).Format("2 January 2006")}}, {Name: "Order", Values: []string{d.Reference}},
		{Name: "Ordered", Values: []string{d.PlacedAt.In(at).Format("2 January 2006")}}}
	if d.Invoice != "" {
		view.Facts = append(view.Facts, site.ShopFact{Name: "Corrects", Values: []string{"Invoice " + d.Invoice}})
	}
	if d.Delivery != "" {
		view.Facts = append(view.Facts, site.ShopFact{Name: "Delivery", Values: []string{d.Delivery}})
	}
	for _, l := range d.Lines {
		view.Lines = append(view.Lines, d.line(l))
	}
	view.Sums = documentSums(d.Totals)
	if d.Kind == "credit_note" {
		view.Notes = []string{refundReasons[d.Reason] + "."}
		if d.Note != "" {
			view.Notes = append(view.Notes, d.Note)
		}
	}
	return show(w, r, http.StatusOK, site.ShopPaper(view))
}

// documentSums is what leads to the total of a document.
func documentSums(t contract.Totals) []site.ShopSum {
	sums := []site.ShopSum{{Name: "Goods", Amount: amount(t.GrossMinor, t.Currency)}}
	for _, part := range []struct {
		name  string
		minor int64
	}{{"Discounts", -t.DiscountMinor}, {"Deposit, outside of VAT", t.DepositMinor}, {"Delivery", t.DeliveryMinor}} {
		if part.minor != 0 {
			sums = append(sums, site.ShopSum{Name: part.name, Amount: amount(part.minor, t.Currency)})
		}
	}
	return append(sums, site.ShopSum{Name: "Total", Amount: amount(t.TotalMinor, t.Currency), Strong: true})
}

func (d paperDoc) seller() site.ShopParty {
	party := site.ShopParty{Name: d.Seller.Name}
	for line := range strings.SplitSeq(d.Seller.Address, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			party.Lines = append(party.Lines, line)
		}
	}
	for _, fact := range [][2]string{{"VAT number ", d.Seller.VATNumber}, {"Company number ", d.Seller.CompanyNumber}, {"", d.Seller.Contact}} {
		if fact[1] != "" {
			party.Lines = append(party.Lines, fact[0]+fact[1])
		}
	}
	return party
}

func (d paperDoc) buyer() site.ShopParty {
	party := site.ShopParty{Name: d.Buyer.Name, Lines: addressLines(d.Buyer.Address)}
	if d.Buyer.Email != "" {
		party.Lines = append(party.Lines, d.Buyer.Email)
	}
	return party
}

// line is a line of the document in words.
func (d paperDoc) line(l paperLineDoc) site.ShopPaperLine {
	cur := d.Totals.Currency
	line := site.ShopPaperLine{Name: l.Name, SKU: l.SKU, Quantity: grouped(l.Quantity), Price: amount(l.PriceMinor, cur), Rate: percent(l.VATRate), Amount: amount(l.GrossMinor, cur)}
	if l.VariantName != "" {
		line.Name += ", " + l.VariantName
	}
	if l.SoldByWeight {
		line.Quantity, line.Price = money.Size(l.Quantity, contract.UnitGram), perWeight(line.Price, l.PriceQuantity)
	}
	if l.Quantity == 0 {
		line.Quantity = "–"
	}
	if l.PriceMinor == 0 {
		line.Price, line.Rate = "", ""
	}
	return line
}

// vatRows are the shares of VAT in a sum.
func vatRows(shares []contract.VATShare, cur string) (rows []site.ShopVATRow) {
	for _, v := range shares {
		rows = append(rows, site.ShopVATRow{Rate: percent(v.Rate), Net: amount(v.GrossMinor-v.VATMinor, cur), VAT: amount(v.VATMinor, cur), Gross: amount(v.GrossMinor, cur)})
	}
	return rows
}

// packingSlip shows what lies with the goods.
func (s *ShopOrders) packingSlip(w http.ResponseWriter, r *http.Request) error {
	o, err := s.anOrder(r)
	if err != nil {
		return err
	}
	shop, at, err := s.page(r, "orders", "Packing slip of "+o.Reference, orderTrail(o)...)
	if err != nil {
		return err
	}
	settings, _, err := read[shopSettings](s, r, "/v1/order-settings", nil)
	if err != nil {
		return err
	}
	view := site.ShopSlipPage{Shop: shop, Reference: o.Reference, Name: o.Name, Slot: leaves(o.Channel, o.Delivery, at), Note: o.Note,
		Seller: site.ShopParty{Name: settings.BusinessName}}
	if settings.Contact != "" {
		view.Seller.Lines = []string{settings.Contact}
	}
	if lines := addressLines(o.Address); len(lines) > 0 {
		view.Facts = append(view.Facts, site.ShopFact{Name: "To", Values: lines})
	}
	if o.Phone != "" {
		view.Facts = append(view.Facts, site.ShopFact{Name: "Telephone", Values: []string{o.Phone}})
	}
	for _, l := range o.Lines {
		if l.Quantity > 0 {
			view.Lines = append(view.Lines, site.ShopSlipLine{Name: l.name(), SKU: l.Offer.SKU, Quantity: howMany(l.Offer, l.Quantity), Note: l.Note,
				Done: l.Fulfilled == l.Quantity, AgeLimit: ageLimit(l.Offer), Allergens: allergensOf(l.Offer.Allergens)})
		}
	}
	return show(w, r, http.StatusOK, site.ShopSlip(view))
}

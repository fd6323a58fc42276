// Invoices and credit notes to be printed, /orders/<id>/invoice/.

package web

import (
	"net/http"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

// paperDoc is an invoice or a credit note as the API has it.
type paperDoc struct {
	Kind      string    `json:"kind"`
	Number    string    `json:"number"`
	IssuedAt  time.Time `json:"issued_at"`
	Reference string    `json:"reference"`
	PlacedAt  time.Time `json:"placed_at"`
	Invoice   string    `json:"invoice"`
	Reason    string    `json:"reason"`
	Note      string    `json:"note"`
	Seller    struct {
		Name          string `json:"name"`
		Address       string `json:"address"`
		VATNumber     string `json:"vat_number"`
		CompanyNumber string `json:"company_number"`
		Contact       string `json:"contact"`
	} `json:"seller"`
	Buyer struct {
		Name    string      `json:"name"`
		Email   string      `json:"email"`
		Address *addressDoc `json:"address"`
	} `json:"buyer"`
	Delivery string          `json:"delivery"`
	Lines    []paperLineDoc  `json:"lines"`
	Totals   contract.Totals `json:"totals"`
}

type paperLineDoc struct {
	Line          contract.LineID `json:"line"`
	Name          string          `json:"name"`
	VariantName   string          `json:"variant_name"`
	SKU           string          `json:"sku"`
	Quantity      int64           `json:"quantity"`
	SoldByWeight  bool            `json:"sold_by_weight"`
	PriceMinor    int64           `json:"price_minor"`
	PriceQuantity int64           `json:"price_quantity"`
	NetMinor      int64           `json:"net_minor"`
	GrossMinor    int64           `json:"gross_minor"`
	VATRate       int             `json:"vat_rate"`
}

// invoice shows an order's invoice, or the credit note that the query names.
func (o *Orders) invoice(w http.ResponseWriter, r *http.Request) error {
	at, ask := o.at(r)
	if number := r.URL.Query().Get("credit"); number != "" {
		if !wholeNumber.MatchString(number) {
			return problem.NotFound("there is nothing at this address")
		}
		ask.path += "/credit-notes/" + number
	} else {
		ask.path += "/invoice"
	}
	doc, err := fetch[paperDoc](o, r, ask)
	if err != nil {
		return err
	}
	title := "Invoice " + doc.Number
	if doc.Kind == "credit_note" {
		title = "Credit note " + doc.Number
	}
	frame, zone, err := o.frame(r, "orders", title)
	if err != nil {
		return err
	}
	page := doc.page(zone)
	page.Frame, page.Title, page.BackURL, page.BackText = frame, title, at, "Order "+doc.Reference
	return show(w, r, http.StatusOK, site.Invoice(page))
}

// page is the document in words.
func (d paperDoc) page(zone *time.Location) site.InvoicePage {
	text := func(minor int64) string {
		return money.Format(contract.Money{AmountMinor: minor, Currency: d.Totals.Currency})
	}
	day := func(t time.Time) string { return t.In(zone).Format("2 January 2006") }
	p := site.InvoicePage{From: append([]string{d.Seller.Name}, strings.Split(d.Seller.Address, "\n")...), To: []string{d.Buyer.Name}, Sums: sumsOf(d.Totals, nil)}
	if d.Buyer.Address != nil {
		p.To = append(p.To, d.Buyer.Address.lines()...)
	}
	if d.Buyer.Email != "" {
		p.To = append(p.To, d.Buyer.Email)
	}
	for _, f := range []site.Fact{
		{Name: "Issued, and date of supply", Value: day(d.IssuedAt)}, {Name: "Order", Value: d.Reference}, {Name: "Ordered", Value: day(d.PlacedAt)},
		{Name: "Corrects invoice", Value: d.Invoice}, {Name: "VAT number", Value: d.Seller.VATNumber}, {Name: "Company number", Value: d.Seller.CompanyNumber},
		{Name: "Delivery", Value: d.Delivery}, {Name: "Questions to", Value: d.Seller.Contact},
	} {
		if f.Value != "" {
			p.Facts = append(p.Facts, f)
		}
	}
	for _, l := range d.Lines {
		line := site.InvoiceLine{Name: l.Name, Each: text(l.PriceMinor), VAT: money.WriteDecimal(int64(l.VATRate), 2, true) + "%", Price: text(l.NetMinor), Quantity: grouped(l.Quantity)}
		if l.VariantName != "" && l.VariantName != l.Name {
			line.Name += ", " + l.VariantName
		}
		if l.SoldByWeight {
			line.Quantity = money.Size(l.Quantity, contract.UnitGram)
			line.Each += " / " + strings.TrimPrefix(money.Size(max(l.PriceQuantity, 1), contract.UnitGram), "1 ")
		}
		if l.Quantity == 0 {
			line.Quantity = ""
		}
		p.Lines = append(p.Lines, line)
	}
	if d.Totals.DiscountMinor > 0 {
		p.Notes = append(p.Notes, "Amounts of lines are what is left after discounts of "+text(d.Totals.DiscountMinor)+" in all.")
	}
	p.Notes = append(p.Notes, "All prices include VAT. Deposits are outside its scope.")
	if d.Note != "" {
		p.Notes = append(p.Notes, d.Note)
	}
	return p
}

// An order as the API has it, and as its page shows it.

package web

import (
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	site "rose-ash.com/roseash/site-templates"
)

// orderAxes are an order's three states.
type orderAxes struct {
	Channel          string `json:"channel"`
	Status           string `json:"status"`
	PaymentStatus    string `json:"payment_status"`
	FulfilmentStatus string `json:"fulfilment_status"`
}

// orderDoc is an order with all that belongs to it; what is only the shop's to know is empty
// for whoever ordered.
type orderDoc struct {
	orderAxes
	ID            contract.OrderID    `json:"id"`
	Reference     string              `json:"reference"`
	Key           string              `json:"key"`
	Name          string              `json:"name"`
	Email         string              `json:"email"`
	Phone         string              `json:"phone"`
	Address       *addressDoc         `json:"address"`
	Note          string              `json:"note"`
	User          contract.UserID     `json:"user"`
	Lines         []orderLineDoc      `json:"lines"`
	Discounts     []contract.Discount `json:"discounts"`
	Totals        contract.Totals     `json:"totals"`
	PaidMinor     int64               `json:"paid_minor"`
	RefundedMinor int64               `json:"refunded_minor"`
	Payment       paymentDoc          `json:"payment"`
	Refunds       []refundDoc         `json:"refunds"`
	Delivery      *orderDeliveryDoc   `json:"delivery"`
	Documents     []documentDoc       `json:"documents"`
	EditableUntil *time.Time          `json:"editable_until"`
	PlacedAt      time.Time           `json:"placed_at"`
	ExpiresAt     *time.Time          `json:"expires_at"`
	PaidAt        *time.Time          `json:"paid_at"`
	ReadyAt       *time.Time          `json:"ready_at"`
	FulfilledAt   *time.Time          `json:"fulfilled_at"`
	EndedAt       *time.Time          `json:"ended_at"`
}

// orderItemDoc is an order in a list.
type orderItemDoc struct {
	orderAxes
	ID         contract.OrderID  `json:"id"`
	Reference  string            `json:"reference"`
	Name       string            `json:"name"`
	LineCount  int               `json:"lines"`
	Currency   string            `json:"currency"`
	TotalMinor int64             `json:"total_minor"`
	Delivery   *orderDeliveryDoc `json:"delivery"`
	PlacedAt   time.Time         `json:"placed_at"`
}

type addressDoc struct {
	Name     string `json:"name"`
	Line1    string `json:"line1"`
	Line2    string `json:"line2"`
	Town     string `json:"town"`
	Postcode string `json:"postcode"`
	Country  string `json:"country"`
}

type orderLineDoc struct {
	ID            contract.LineID `json:"id"`
	Offer         contract.Offer  `json:"offer"`
	Ordered       int64           `json:"ordered"`
	Quantity      int64           `json:"quantity"`
	Fulfilled     int64           `json:"fulfilled"`
	Note          string          `json:"note"`
	GrossMinor    int64           `json:"gross_minor"`
	DiscountMinor int64           `json:"discount_minor"`
	NetMinor      int64           `json:"net_minor"`
	DepositMinor  int64           `json:"deposit_minor"`
	VATMinor      int64           `json:"vat_minor"`
	RefundedMinor int64           `json:"refunded_minor"`
}

type paymentDoc struct {
	Status   string `json:"status"`
	Provider string `json:"provider"`
	URL      string `json:"url"`
	Declined bool   `json:"declined"`
}

type refundDoc struct {
	AmountMinor int64      `json:"amount_minor"`
	Status      string     `json:"status"`
	Reason      string     `json:"reason"`
	Note        string     `json:"note"`
	CreatedAt   time.Time  `json:"created_at"`
	DoneAt      *time.Time `json:"done_at"`
}

// orderDeliveryDoc is how and when an order leaves the shop.
type orderDeliveryDoc struct {
	Name         string `json:"name"`
	Kind         string `json:"kind"`
	Place        string `json:"place"`
	Instructions string `json:"instructions"`
	Timezone     string `json:"timezone"`
	Slot         *struct {
		ID       contract.SlotID   `json:"id"`
		Window   contract.WindowID `json:"window"`
		StartsAt time.Time         `json:"starts_at"`
		EndsAt   time.Time         `json:"ends_at"`
	} `json:"slot"`
}

type documentDoc struct {
	Kind   string `json:"kind"`
	Number string `json:"number"`
	Href   string `json:"href"`
}

// lines are the parts of an address.
func (a addressDoc) lines() (lines []string) {
	for _, part := range []string{a.Name, a.Line1, a.Line2, strings.TrimSpace(a.Town + " " + a.Postcode)} {
		if part != "" {
			lines = append(lines, part)
		}
	}
	return lines
}

// addressLines are an address as the shop writes it on a parcel, with the country where it is
// another; nil has none.
func addressLines(a *addressDoc) (lines []string) {
	if a == nil {
		return nil
	}
	if lines = a.lines(); a.Country != "GB" && a.Country != "" {
		lines = append(lines, a.Country)
	}
	return lines
}

// page is the order in words; the addresses of its forms are for the caller to fill in.
func (d orderDoc) page(g goods, zone *time.Location, now time.Time) site.OrderPage {
	text := func(minor int64) string {
		return money.Format(contract.Money{AmountMinor: minor, Currency: d.Totals.Currency})
	}
	told := d.told(now, zone)
	p := site.OrderPage{
		Reference: d.Reference, Placed: moment(d.PlacedAt, zone), Title: told.title, Words: told.words, Kind: told.kind,
		Steps: d.steps(zone), Sums: sumsOf(d.Totals, d.Discounts), Note: d.Note,
	}
	if told.pay {
		p.Pay = &site.OrderPay{Text: "Pay " + p.Sums.Total + " now"}
		if d.ExpiresAt != nil {
			p.Pay.Until = site.Date{ISO: d.ExpiresAt.UTC().Format(time.RFC3339), Text: d.ExpiresAt.In(zone).Format("15:04")}
		}
	}
	if told.watch {
		p.Watch = &site.OrderWatch{State: strings.Join([]string{d.Status, d.PaymentStatus, d.Payment.Status, yesNo(d.Payment.Declined)}, " ")}
	}
	if told.inCart {
		p.CartURL = cartAddress
	}
	if d.PaidMinor > 0 {
		p.Sums.After = append(p.Sums.After, site.Fact{Name: "Paid", Value: text(d.PaidMinor)})
	}
	if d.RefundedMinor > 0 {
		p.Sums.After = append(p.Sums.After, site.Fact{Name: "Gone back", Value: text(d.RefundedMinor)})
	}
	for _, l := range d.Lines {
		p.Lines = append(p.Lines, l.line(g, text))
	}
	for _, r := range d.Refunds {
		p.Refunds = append(p.Refunds, r.words(text(r.AmountMinor), zone))
	}
	p.Delivery, p.About = d.delivery(zone)
	for _, f := range []site.Fact{{Name: "Name", Value: d.Name}, {Name: "E-mail", Value: d.Email}, {Name: "Telephone", Value: d.Phone}} {
		if f.Value != "" {
			p.Contact = append(p.Contact, f)
		}
	}
	d.changes(&p, now, zone)
	return p
}

func yesNo(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// line is a line of the order, with its allergens and what has become of it.
func (l orderLineDoc) line(g goods, text func(int64) string) site.BasketLine {
	line := g.line(l.Offer, l.ID, l.Ordered, l.Note)
	price(&line, l.GrossMinor, l.NetMinor, l.Offer.Price.Currency)
	line.Contents = contentsOf(l.Offer.Allergens)
	switch {
	case l.Quantity == 0:
		line.Notices = append(line.Notices, "This is not part of the order any more.")
	case l.Quantity < l.Ordered:
		line.Notices = append(line.Notices, "It is "+countOf(l.Offer, l.Quantity)+" now, of the "+countOf(l.Offer, l.Ordered)+" that you ordered.")
	}
	if l.RefundedMinor > 0 {
		line.Notices = append(line.Notices, text(l.RefundedMinor)+" of what it cost went back.")
	}
	if l.Fulfilled > 0 && l.Fulfilled < l.Quantity {
		line.State = countOf(l.Offer, l.Fulfilled) + " handed over so far"
	}
	return line
}

// delivery is how, where and when.
func (d orderDoc) delivery(zone *time.Location) (facts []site.Fact, about string) {
	by := d.Delivery
	if by == nil {
		return nil, ""
	}
	facts = append(facts, site.Fact{Name: "How", Value: by.Name})
	if by.Place != "" {
		facts = append(facts, site.Fact{Name: "Where", Value: by.Place})
	}
	if d.Address != nil {
		facts = append(facts, site.Fact{Name: "To", Value: strings.Join(d.Address.lines(), ", ")})
	}
	if by.Slot != nil {
		facts = append(facts, site.Fact{Name: "When", Value: slotSpan(by.Slot.StartsAt, by.Slot.EndsAt, by.zone(zone))})
	}
	return facts, by.Instructions
}

// changes are what whoever ordered can still do.
func (d orderDoc) changes(p *site.OrderPage, now time.Time, zone *time.Location) {
	open := (d.EditableUntil == nil || now.Before(*d.EditableUntil)) && d.FulfilmentStatus == "unfulfilled"
	switch {
	case d.Status == "pending_payment" && d.PaymentStatus == "unpaid":
		p.Cancel = &site.OrderCancel{Text: "What is in it goes back into your cart. If a payment is on its way, we say so, and nothing is lost."}
	case d.Status == "paid" && open:
		p.Cancel = &site.OrderCancel{Text: "All that you paid goes back the way you paid it. That can be done until " + d.changeUntil(zone).Text + "."}
		if edit := d.edit(zone); len(edit.Inputs) > 0 {
			p.Edit = edit
		}
	}
}

// changeUntil is when whoever ordered can change nothing any more; without a window that is
// when somebody begins to pick it.
func (d orderDoc) changeUntil(zone *time.Location) site.Date {
	if d.EditableUntil == nil {
		return site.Date{Text: "we begin to pick it"}
	}
	return moment(*d.EditableUntil, zone)
}

// edit is the form to take less.
func (d orderDoc) edit(zone *time.Location) *site.OrderEdit {
	e := &site.OrderEdit{Until: d.changeUntil(zone), Form: site.Form{Values: map[string]string{}}}
	for _, l := range d.Lines {
		if l.Quantity == 0 {
			continue
		}
		name := "quantity." + string(l.ID)
		in := site.OrderEditInput{Input: site.Input{Name: name, Label: l.Offer.Name, Width: "half"}, Most: whole(l.Quantity), Step: whole(max(l.Offer.OrderStep, 1))}
		if l.Offer.SoldByWeight {
			in.Unit = "g"
		}
		e.Inputs, e.Form.Values[name] = append(e.Inputs, in), whole(l.Quantity)
	}
	return e
}

// contentsOf are the allergens of something by what is known of them. Unknown is not absent.
func contentsOf(all []contract.Allergen) (facts []site.Fact) {
	of := map[contract.AllergenState][]string{}
	for _, a := range all {
		of[a.State] = append(of[a.State], allergenText(a))
	}
	for _, part := range []struct {
		state contract.AllergenState
		name  string
	}{{contract.Contains, "Contains"}, {contract.MayContain, "May contain"}, {contract.Unknown, "Check the label for"}} {
		switch names := of[part.state]; {
		case len(names) == 0:
		case part.state == contract.Unknown && len(names) == len(all):
			facts = append(facts, site.Fact{Name: part.name, Value: "all allergens"})
		default:
			facts = append(facts, site.Fact{Name: part.name, Value: strings.Join(names, ", ")})
		}
	}
	if len(all) > 0 && len(facts) == 0 {
		facts = append(facts, site.Fact{Name: "Allergens", Value: "none of the fourteen"})
	}
	return facts
}

// allergenText is an allergen as food labels name it.
func allergenText(a contract.Allergen) string {
	name := string(a.Code)
	switch a.Code {
	case contract.Gluten:
		name = "cereals containing gluten"
	case contract.Sulphites:
		name = "sulphur dioxide and sulphites"
	}
	if a.Detail != "" {
		name += " (" + a.Detail + ")"
	}
	return name
}

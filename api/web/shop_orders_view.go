// One order with all that is known of it, and what can be done with it.

package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

// shownEvents is how many events stand on the page of an order at first.
const shownEvents = 12

// named asks for the thing of a list that an address names. What can be no id names nothing.
func named[T any](s *ShopOrders, r *http.Request, list, id string) (v T, a *reply, err error) {
	v, a, err = read[T](s, r, resource(list, id), nil)
	if err != nil && a != nil && a.status == http.StatusUnprocessableEntity {
		err = problem.NotFound("there is nothing at this address")
	}
	return v, a, err
}

// anOrder is the order that an address names.
func (s *ShopOrders) anOrder(r *http.Request) (o orderDoc, err error) {
	o, _, err = named[orderDoc](s, r, "/v1/orders", r.PathValue("id"))
	return o, err
}

// orderTrail leads to an order and its board.
func orderTrail(o orderDoc) []site.Link {
	return []site.Link{{Text: "Orders", URL: ordersAddress}, {Text: o.Reference, URL: orderAddress(o.ID)}}
}

func (s *ShopOrders) order(w http.ResponseWriter, r *http.Request) error {
	return s.orderPage(w, r, http.StatusOK, nil)
}

// orderPage shows an order, and why something was not done with it.
func (s *ShopOrders) orderPage(w http.ResponseWriter, r *http.Request, status int, message *site.Message) error {
	o, err := s.anOrder(r)
	if err != nil {
		return err
	}
	shop, at, err := s.page(r, "orders", "Order "+o.Reference, orderTrail(o)[0])
	if err != nil {
		return err
	}
	if message != nil {
		shop.Message = message
	}
	cur := o.Totals.Currency
	view := site.ShopOrderPage{Shop: shop, URL: orderAddress(o.ID), Note: o.Note, Facts: orderFacts(o, at), Papers: orderPapers(o), Sums: orderSums(o),
		States: []site.State{orderState(o.orderAxes)}}
	if note := paymentNote(o.orderAxes); note.Text != "" {
		view.States = append(view.States, note)
	} else if o.PaymentStatus == "paid" && o.Status != "cancelled" {
		view.States = append(view.States, site.State{Text: "paid", Kind: "good"})
	}
	if o.PaymentStatus == "review" {
		view.Alarms = append(view.Alarms, site.ShopAlarm{Text: "Money came for it that does not fit.", Link: site.Link{Text: "See what, and what to do", URL: differencesAddress}})
	}
	for _, l := range o.Lines {
		view.Lines = append(view.Lines, orderLine(l, cur))
	}
	for _, share := range o.Totals.VAT {
		if share.VATMinor != 0 {
			view.VAT = append(view.VAT, site.ShopSum{Name: percent(share.Rate) + " in " + amount(share.GrossMinor, cur), Amount: amount(share.VATMinor, cur)})
		}
	}
	view.Payments, view.Refunds = orderMoney(o, at)
	if mayWrite(r) {
		view.Do, view.More = orderDo(o)
	}
	if err := s.orderEvents(r, o, &view, at); err != nil {
		return err
	}
	return show(w, r, status, site.ShopOrder(view))
}

// percent is a rate in basis points: 20%, 5.5%.
func percent(rate int) string { return money.WriteDecimal(int64(rate), 2, true) + "%" }

// orderDo is what can be done with an order now: at once, and on pages of their own.
func orderDo(o orderDoc) (do []site.ShopDo, more []site.Link) {
	at := orderAddress(o.ID)
	open := o.Status == "paid" || o.Status == "part_fulfilled"
	if open {
		do = pickingDo(o.ID, o.orderAxes)
		more = append(more, site.Link{Text: "Hand over", URL: at + "hand-over/", Current: len(do) == 0})
	}
	if o.PaidMinor > o.RefundedMinor {
		more = append(more, site.Link{Text: "Refund", URL: at + "refund/"})
	}
	if open || o.Status == "pending_payment" {
		more = append(more, site.Link{Text: "Cancel", URL: at + "cancel/"})
	}
	return do, more
}

// pickingDo is the button that says how far picking is, if there is one.
func pickingDo(id contract.OrderID, o orderAxes) []site.ShopDo {
	do := site.ShopDo{URL: orderAddress(id) + "picking/"}
	switch o.FulfilmentStatus {
	case "unfulfilled":
		do.Text, do.Fields = "Start picking", [][2]string{{"status", "picking"}}
	case "picking":
		do.Text, do.Fields = "It is ready", [][2]string{{"status", "ready"}}
	default:
		return nil
	}
	return []site.ShopDo{do}
}

func orderFacts(o orderDoc, at *time.Location) (facts []site.ShopFact) {
	add := func(name, link string, values ...string) {
		if values = slices.DeleteFunc(values, func(v string) bool { return v == "" }); len(values) > 0 {
			facts = append(facts, site.ShopFact{Name: name, Values: values, URL: link})
		}
	}
	kind := "as a guest"
	if o.User != "" {
		kind = "with an account"
	}
	if o.Channel == "counter" {
		kind = ""
	}
	add("Who", "", o.Name, o.Email, o.Phone, kind)
	slot := ""
	if o.Delivery != nil && o.Delivery.Slot != nil {
		slot = pickAddress + "?" + url.Values{"window": {string(o.Delivery.Slot.Window)}, "slot": {string(o.Delivery.Slot.ID)}}.Encode()
	}
	add("Leaves the shop", slot, leaves(o.Channel, o.Delivery, at))
	add("To", "", addressLines(o.Address)...)
	add("Ordered", "", moment(o.PlacedAt, at).Text)
	if o.Status == "pending_payment" && o.ExpiresAt != nil {
		add("Held until", "", moment(*o.ExpiresAt, at).Text)
	}
	if o.PaidAt != nil {
		add("Paid", "", moment(*o.PaidAt, at).Text)
	}
	if o.EditableUntil != nil && o.Status == "paid" && o.FulfilmentStatus == "unfulfilled" {
		add("They may change it until", "", moment(*o.EditableUntil, at).Text)
	}
	return facts
}

// orderPapers are what can be printed.
func orderPapers(o orderDoc) []site.Link {
	at := orderAddress(o.ID)
	links := []site.Link{{Text: "Packing slip", URL: at + "packing-slip/"}}
	if o.Channel == "counter" {
		links = []site.Link{{Text: "Receipt", URL: sellAddress + string(o.ID) + "/"}}
	}
	for _, d := range o.Documents {
		switch d.Kind {
		case "invoice":
			links = append(links, site.Link{Text: "Invoice " + d.Number, URL: at + "invoice/"})
		case "credit_note":
			number := d.Href[strings.LastIndexByte(d.Href, '/')+1:]
			links = append(links, site.Link{Text: "Credit note " + d.Number, URL: at + "credit-notes/" + url.PathEscape(number) + "/"})
		}
	}
	return links
}

// orderSums is how the total comes about, and what is left of it.
func orderSums(o orderDoc) []site.ShopSum {
	sums := totalSums(o.Totals, o.Discounts)
	if o.RefundedMinor > 0 {
		sums = append(sums, site.ShopSum{Name: "Gone back", Amount: amount(-o.RefundedMinor, o.Totals.Currency)},
			site.ShopSum{Name: "Left", Amount: amount(o.PaidMinor-o.RefundedMinor, o.Totals.Currency), Strong: true})
	}
	return sums
}

// totalSums is what leads to a total.
func totalSums(t contract.Totals, discounts []contract.Discount) []site.ShopSum {
	sums := []site.ShopSum{{Name: "Goods", Amount: amount(t.GrossMinor, t.Currency)}}
	for _, d := range discounts {
		name := d.Name
		if d.Kind == contract.PercentDiscount {
			name += ", " + percent(d.PercentBP) + " off"
		}
		sums = append(sums, site.ShopSum{Name: name, Amount: amount(-d.TakenMinor, t.Currency)})
	}
	if t.DepositMinor > 0 {
		sums = append(sums, site.ShopSum{Name: "Deposit", Amount: amount(t.DepositMinor, t.Currency)})
	}
	if t.DeliveryMinor > 0 {
		sums = append(sums, site.ShopSum{Name: "Delivery", Amount: amount(t.DeliveryMinor, t.Currency)})
	}
	return append(sums, site.ShopSum{Name: "Total", Amount: amount(t.TotalMinor, t.Currency), Strong: true})
}

func orderLine(l orderLineDoc, cur string) site.ShopOrderLine {
	line := site.ShopOrderLine{
		Name: l.Offer.Name, Variant: l.Offer.VariantName, SKU: l.Offer.SKU, Quantity: howMany(l.Offer, l.Quantity), Price: each(l.Offer),
		Net: amount(l.NetMinor, cur), Note: l.Note, AgeLimit: ageLimit(l.Offer), Allergens: allergensOf(l.Offer.Allergens),
	}
	if l.Ordered != l.Quantity {
		line.Ordered = howMany(l.Offer, l.Ordered)
	}
	for to, minor := range map[*string]int64{&line.Discount: l.DiscountMinor, &line.Deposit: l.DepositMinor, &line.Refunded: l.RefundedMinor} {
		if minor > 0 {
			*to = amount(minor, cur)
		}
	}
	if l.Fulfilled > 0 {
		line.HandedOver = howMany(l.Offer, l.Fulfilled)
		if l.Fulfilled == l.Quantity {
			line.HandedOver = "all"
		}
	}
	return line
}

// orderMoney is what came in and what went back, in words.
func orderMoney(o orderDoc, at *time.Location) (in []site.ShopPayment, back []site.ShopRefund) {
	cur := o.Totals.Currency
	if text, known := paymentStates[o.Payment.Status]; known && o.Totals.TotalMinor > 0 {
		p := site.ShopPayment{At: moment(o.PlacedAt, at), How: payers[o.Payment.Provider], Amount: amount(o.Totals.TotalMinor, cur), State: text.state, Words: text.words}
		if o.Payment.Declined {
			p.Words = "The last try was refused; they can try again on the same page."
		}
		if o.PaidAt != nil {
			p.At, p.Amount = moment(*o.PaidAt, at), amount(o.PaidMinor, cur)
		}
		in = append(in, p)
	}
	for _, f := range o.Refunds {
		text := refundStates[f.Status]
		one := site.ShopRefund{At: moment(f.CreatedAt, at), Amount: amount(f.AmountMinor, cur), Why: refundReasons[f.Reason], Note: f.Note, State: text.state, Words: text.words}
		if f.DoneAt != nil {
			one.At = moment(*f.DoneAt, at)
		}
		back = append(back, one)
	}
	return in, back
}

// orderEvents are what happened, the latest first; the page shows all only when asked.
func (s *ShopOrders) orderEvents(r *http.Request, o orderDoc, view *site.ShopOrderPage, at *time.Location) error {
	list, _, err := read[listed[shopEvent]](s, r, "/v1/orders/"+string(o.ID)+"/events", nil)
	if err != nil {
		return err
	}
	events := list.Items
	slices.SortFunc(events, func(a, b shopEvent) int { return b.Sequence - a.Sequence })
	if len(events) > shownEvents && r.URL.Query().Get("events") != "all" {
		events = events[:shownEvents]
		view.Older = orderAddress(o.ID) + "?events=all#s-events"
	}
	who, _ := auth.PrincipalFrom(r.Context())
	for _, e := range events {
		event := site.ShopEvent{At: moment(e.At, at), What: eventText(e.Kind), By: o.who(e.Actor, who.User), Notes: eventNotes(e, o)}
		event.Cause, event.Trace = causeText(e.Cause)
		view.Events = append(view.Events, event)
	}
	return nil
}

// eventNotes is what an event says besides its kind.
func eventNotes(e shopEvent, o orderDoc) (notes []string) {
	cur := o.Totals.Currency
	if minor, ok := e.Details["amount_minor"].(float64); ok {
		notes = append(notes, amount(int64(minor), cur))
	}
	lines, _ := e.Details["lines"].([]any)
	for _, one := range lines {
		part, _ := one.(map[string]any)
		at := slices.IndexFunc(o.Lines, func(l orderLineDoc) bool { return string(l.ID) == part["line"] })
		if at < 0 {
			continue
		}
		offer := o.Lines[at].Offer
		for _, field := range [][2]string{{"handed", ""}, {"short", "short: "}, {"quantity", "now "}} {
			if n, ok := part[field[0]].(float64); ok && n > 0 {
				notes = append(notes, field[1]+howMany(offer, int64(n))+" × "+o.Lines[at].name())
			}
		}
	}
	if minor, ok := e.Details["refund_minor"].(float64); ok && minor > 0 {
		notes = append(notes, amount(int64(minor), cur)+" go back")
	}
	if reason, ok := e.Details["reason"].(string); ok && reason != "" {
		if text, known := refundReasons[reason]; known {
			reason = text
		}
		notes = append(notes, reason)
	}
	return notes
}

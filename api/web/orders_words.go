// How an order stands, in words for whoever placed it.

package web

import (
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	site "rose-ash.com/roseash/site-templates"
)

// standing is what a page says of how an order stands.
type standing struct {
	title  string
	words  []string
	kind   string // "waiting", "good", "bad" or none
	pay    bool   // it can be paid
	watch  bool   // it may be paid at any moment
	inCart bool   // its things are in the cart again
}

// told is how an order stands now, for every combination of its states.
func (d orderDoc) told(now time.Time, zone *time.Location) standing {
	switch d.Status {
	case "pending_payment":
		return d.unpaid(now)
	case "expired":
		return d.expired()
	case "cancelled":
		return d.cancelled()
	}
	if d.PaymentStatus == "refunded" {
		return standing{title: "All of it has gone back", kind: "bad", words: []string{"What you paid for this order went back the way you paid it. That can take some days to show."}}
	}
	return d.paid(zone)
}

// unpaid is an order that waits for its payment. What nobody knows is never said to be unpaid.
func (d orderDoc) unpaid(now time.Time) standing {
	s := standing{kind: "waiting", pay: true, watch: true}
	late := d.ExpiresAt != nil && !now.Before(*d.ExpiresAt)
	switch {
	case d.PaymentStatus == "review" || d.Payment.Status == "mismatch":
		return standing{title: "We are looking into your payment", kind: "waiting", words: []string{
			"Money has come in for this order that does not fit it. Somebody looks at it by hand, and writes to you.", "Please do not pay again. Your things stay held."}}
	case late:
		s.pay, s.title = false, "We do not know yet whether you have paid"
		s.words = []string{"SumUp has not told us. We go on asking, your things stay held, and nothing is charged twice.", "This page looks again by itself; we write to you as soon as it is clear."}
	case d.Payment.Status == "creating":
		s.title = "We do not know yet whether your payment is set up"
		s.words = []string{"SumUp has not answered yet. This page looks again by itself. You can also go on to pay: nothing is charged twice."}
	case d.Payment.Declined:
		s.title, s.kind = "Your payment was refused", "bad"
		s.words = []string{"The bank or the card said no, so nothing was taken. You can try again, with another card if you like."}
	case d.Payment.Status == "open":
		s.title = "Waiting for your payment"
		s.words = []string{"We have not heard of a payment yet. If you have just paid, wait a moment: this page looks by itself, and nothing is charged twice."}
	default:
		s.title, s.watch = "This is not paid yet", false
		s.words = []string{"The last try came to nothing, and nothing was taken. Pay now to keep the order."}
	}
	return s
}

// expired is an order that was not paid in time, or not as far as anybody knew then.
func (d orderDoc) expired() standing {
	switch d.PaymentStatus {
	case "review":
		return standing{title: "We are looking into your payment", kind: "waiting", words: []string{"The order has ended, but money has come in that does not fit it. Somebody looks at it by hand, and writes to you."}}
	case "paid", "part_refunded":
		return standing{title: "You paid after the order had ended", kind: "bad", words: []string{"We could not hold everything for you any longer, so your money is on its way back. Nothing more is charged."}}
	case "refunded":
		return standing{title: "You paid after the order had ended", kind: "bad", words: []string{"We could not hold everything for you any longer, so your money has gone back. That can take some days to show."}}
	}
	return standing{title: "This order has ended", kind: "bad", inCart: true, words: []string{"It was not paid in time, and nothing was charged. What was in it is in your cart again."}}
}

// cancelled is an order that somebody gave up.
func (d orderDoc) cancelled() standing {
	s := standing{title: "This order is cancelled", kind: "bad"}
	switch d.PaymentStatus {
	case "unpaid":
		s.inCart, s.words = true, []string{"Nothing was paid. What was in it is in your cart again."}
	case "review":
		s.words = []string{"Money has come in that does not fit it. Somebody looks at it by hand, and writes to you."}
	case "paid":
		s.words = []string{"What you paid is on its way back, the way you paid it."}
	case "part_refunded":
		s.words = []string{"Part of what you paid has gone back, the way you paid it. What was handed over before stays paid."}
	default:
		s.words = []string{"What you paid has gone back, the way you paid it. That can take some days to show."}
	}
	return s
}

// paid is an order that is paid, by how far it has come.
func (d orderDoc) paid(zone *time.Location) standing {
	s := standing{kind: "good"}
	collected := d.Delivery == nil || d.Delivery.Kind == "collection"
	if d.Channel == "counter" {
		return standing{title: "Bought in the shop", kind: "good", words: []string{"Paid, and taken along."}}
	}
	switch d.FulfilmentStatus {
	case "fulfilled":
		s.title, s.words = "You have it all", []string{"It was collected. Thank you, and enjoy it."}
		if !collected {
			s.words = []string{"It was brought to you. Thank you, and enjoy it."}
		}
	case "part_fulfilled":
		s.title, s.words = "You have a part of it", []string{"The rest is still to come. We write to you when there is something to know."}
	case "ready":
		s.title, s.words = "It is ready to collect", []string{"Say your name or " + d.Reference + " when you come." + d.when(zone)}
		if !collected {
			s.title, s.words = "It is on its way to you", []string{"It is packed and goes out." + d.when(zone)}
		}
	case "picking":
		s.title, s.words = "We are packing it", []string{"We write to you when it is ready." + d.when(zone)}
	default:
		s.title = "Thank you. It is paid."
		s.words = []string{"A mail with all of this is on its way to you. We pack it, and write to you when it is ready." + d.when(zone)}
	}
	if d.PaymentStatus == "part_refunded" {
		s.words = append(s.words, money.Format(contract.Money{AmountMinor: d.RefundedMinor, Currency: d.Totals.Currency})+" of what you paid has gone back.")
	}
	return s
}

// when says when it is to be collected or comes, as a sentence after another; empty: nobody
// has chosen a time.
func (d orderDoc) when(zone *time.Location) string {
	by := d.Delivery
	if by == nil || by.Slot == nil {
		return ""
	}
	at := slotSpan(by.Slot.StartsAt, by.Slot.EndsAt, by.zone(zone))
	switch {
	case by.Kind == "delivery":
		return " We come on " + at + "."
	case by.Place != "":
		return " Come on " + at + ", to " + by.Place + "."
	}
	return " Come on " + at + "."
}

// steps are the stages of an order that goes its way; none of one that has ended.
func (d orderDoc) steps(zone *time.Location) []site.OrderStep {
	if d.Status == "cancelled" || d.Status == "expired" || d.Channel == "counter" || d.PaymentStatus == "refunded" {
		return nil
	}
	ready, handed := "Ready to collect", "Collected"
	if d.Delivery != nil && d.Delivery.Kind == "delivery" {
		ready, handed = "On its way", "Brought to you"
	}
	steps := []site.OrderStep{{Text: "Ordered"}, {Text: "Paid"}, {Text: "Packed"}, {Text: ready}, {Text: handed}}
	reached := 1
	switch {
	case d.Status == "pending_payment":
	case d.FulfilmentStatus == "fulfilled":
		reached = 5
	case d.FulfilmentStatus == "ready" || d.FulfilmentStatus == "part_fulfilled":
		reached = 4
	default:
		reached = 2
	}
	for i, t := range []*time.Time{&d.PlacedAt, d.PaidAt, nil, d.ReadyAt, d.FulfilledAt} {
		switch {
		case i < reached:
			steps[i].State = "done"
			if t != nil && !t.IsZero() {
				steps[i].When = moment(*t, zone)
			}
		case i == reached:
			steps[i].State = "now"
		}
	}
	return steps
}

// over tells that nothing more happens with an order.
func (a orderAxes) over() bool {
	return a.Status == "cancelled" || a.Status == "expired" || a.FulfilmentStatus == "fulfilled"
}

// state is how an order stands, in a word or two.
func (a orderAxes) state() site.State {
	switch {
	case a.PaymentStatus == "review":
		return site.State{Text: "payment being looked at", Kind: "waiting"}
	case a.Status == "pending_payment":
		return site.State{Text: "waiting for payment", Kind: "waiting"}
	case a.Status == "expired":
		return site.State{Text: "not paid in time"}
	case a.Status == "cancelled":
		return site.State{Text: "cancelled"}
	case a.PaymentStatus == "refunded":
		return site.State{Text: "paid back"}
	case a.FulfilmentStatus == "fulfilled":
		return site.State{Text: "done", Kind: "good"}
	case a.FulfilmentStatus == "part_fulfilled":
		return site.State{Text: "partly handed over", Kind: "good"}
	case a.FulfilmentStatus == "ready":
		return site.State{Text: "ready", Kind: "good"}
	case a.FulfilmentStatus == "picking":
		return site.State{Text: "being packed", Kind: "good"}
	}
	return site.State{Text: "paid", Kind: "good"}
}

// refundWhys are why money goes back.
var refundWhys = map[string]string{
	"cancelled": "because the order was cancelled", "short": "because there was not enough of something", "edited": "because you took less",
	"late_payment": "because it came after the order had ended", "paid_twice": "because it was paid twice", "mismatch": "because it did not fit the order",
}

// words is a refund in a sentence or two.
func (r refundDoc) words(amount string, zone *time.Location) string {
	text := amount
	switch {
	case r.Status == "done" && r.DoneAt != nil:
		text += " went back on " + r.DoneAt.In(zone).Format("2 January")
	case r.Status == "done":
		text += " went back"
	case r.Status == "failed":
		return text + " could not be sent back. The shop knows, and writes to you."
	default:
		text += " is on its way back"
	}
	if why := refundWhys[r.Reason]; why != "" {
		text += ", " + why
	}
	text += "."
	if r.Note != "" {
		text += " The shop says: “" + r.Note + "”"
	}
	return text
}

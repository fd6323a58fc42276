// Orders in words: states, amounts, times, allergens, and what happened to them.

package web

import (
	"fmt"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	site "rose-ash.com/roseash/site-templates"
)

func orderAddress(id contract.OrderID) string { return ordersAddress + string(id) + "/" }

func amount(minor int64, currency string) string {
	if minor < 0 {
		return "−" + money.Format(contract.Money{AmountMinor: -minor, Currency: currency})
	}
	return money.Format(contract.Money{AmountMinor: minor, Currency: currency})
}

// counted is a number of things.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(int64(n)) + " " + many
}

// ageOf is how long something is ago, as roughly as people say it.
func ageOf(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "now"
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

// daySpan is a time from one moment to another: Fri 4 Dec, 16:00 to 18:00.
func daySpan(from, to time.Time, at *time.Location) string {
	from, to = from.In(at), to.In(at)
	until := to.Format("15:04")
	if from.YearDay() != to.YearDay() || from.Year() != to.Year() {
		until = to.Format("Mon 2 Jan, 15:04")
	}
	return from.Format("Mon 2 Jan, 15:04") + " to " + until
}

// leaves is how and when an order leaves the shop.
func leaves(channel string, d *orderDeliveryDoc, at *time.Location) string {
	switch {
	case channel == "counter":
		return "Sold at the counter"
	case d == nil:
		return ""
	case d.Slot == nil:
		return d.Name
	}
	return d.Name + ", " + daySpan(d.Slot.StartsAt, d.Slot.EndsAt, at)
}

// name is the thing and, where there are several, which.
func (l orderLineDoc) name() string {
	if l.Offer.VariantName == "" {
		return l.Offer.Name
	}
	return l.Offer.Name + ", " + l.Offer.VariantName
}

// orderState is where an order is, in one word or two.
func orderState(o orderAxes) site.State {
	switch o.Status {
	case "pending_payment":
		return site.State{Text: "to pay", Kind: "wait"}
	case "expired":
		return site.State{Text: "not paid in time"}
	case "cancelled":
		return site.State{Text: "cancelled"}
	case "fulfilled":
		return site.State{Text: "handed over", Kind: "good"}
	}
	switch o.FulfilmentStatus {
	case "ready":
		return site.State{Text: "ready", Kind: "good"}
	case "picking":
		return site.State{Text: "being picked", Kind: "wait"}
	case "part_fulfilled":
		return site.State{Text: "partly handed over", Kind: "wait"}
	}
	return site.State{Text: "to pick", Kind: "wait"}
}

// paymentNote is what is not usual about the money of an order.
func paymentNote(o orderAxes) site.State {
	switch o.PaymentStatus {
	case "review":
		return site.State{Text: "payment to look into", Kind: "bad"}
	case "part_refunded":
		return site.State{Text: "partly refunded"}
	case "refunded":
		return site.State{Text: "refunded"}
	}
	return site.State{}
}

// howMany is a quantity of what is offered: 2, or 750 g.
func howMany(o contract.Offer, quantity int64) string {
	if o.SoldByWeight {
		return money.Size(quantity, contract.UnitGram)
	}
	return grouped(quantity)
}

// each is what one costs.
func each(o contract.Offer) string {
	if o.SoldByWeight {
		return perWeight(money.Format(o.Price), o.Quantity)
	}
	return money.Format(o.Price)
}

// perWeight is a price for so many grams: £2.80 / kg.
func perWeight(price string, grams int64) string {
	return price + " / " + strings.TrimPrefix(money.Size(grams, contract.UnitGram), "1 ")
}

func ageLimit(o contract.Offer) string {
	if o.AgeLimit == 0 {
		return ""
	}
	return fmt.Sprintf("%d+", o.AgeLimit)
}

// allergensOf are the allergens of what was ordered.
func allergensOf(list []contract.Allergen) (a site.ShopAllergens) {
	var contains, may, unknown []string
	for _, one := range list {
		name := allergenText(one)
		switch one.State {
		case contract.Contains:
			contains = append(contains, name)
		case contract.MayContain:
			may = append(may, name)
		case contract.Unknown:
			unknown = append(unknown, name)
		}
	}
	a.Contains, a.May, a.Unknown = strings.Join(contains, ", "), strings.Join(may, ", "), strings.Join(unknown, ", ")
	if len(unknown) == len(contract.AllergenCodes) {
		a.Unknown = "all allergens: nobody has said what is in it"
	}
	a.None = len(list) > 0 && len(contains)+len(may)+len(unknown) == 0
	return a
}

// who is whoever did something to an order.
func (d orderDoc) who(actor string, me contract.UserID) string {
	switch {
	case actor == "guest", actor != "" && actor == string(d.User):
		return "who ordered"
	case actor == "sumup":
		return "the payment provider"
	case actor == "system":
		return "by itself"
	}
	id := strings.TrimPrefix(actor, "shop:")
	if id == string(me) {
		return "you"
	}
	if len(id) > 10 {
		id = "…" + id[len(id)-6:]
	}
	return "the shop (" + id + ")"
}

// causeTexts are why something happened, by the API's words.
var causeTexts = map[string]string{
	"webhook": "the provider told us", "poll": "we asked the provider", "return": "they came back from paying",
	"expiry": "the time to pay was over", "night": "the nightly comparison",
}

// causeText is a cause in words, and in full where the words leave something out.
func causeText(cause string) (text, trace string) {
	if text, ok := causeTexts[cause]; ok {
		return text, ""
	}
	if id, ok := strings.CutPrefix(cause, "request "); ok && len(id) > 12 {
		return "request …" + id[len(id)-6:], cause
	}
	return cause, ""
}

// orderEventTexts are what happens to orders, by the API's words.
var orderEventTexts = map[string]string{
	"placed": "Ordered", "paid": "Paid", "expired": "Not paid in time", "cancelled": "Cancelled", "edited": "Changed by who ordered",
	"payment.review": "Money came that does not fit", "payment.late": "Paid after its end", "payment.twice": "Paid a second time",
	"refund.requested": "A refund was asked for", "refund.done": "Refunded", "refund.failed": "A refund failed", "refund.outside": "Refunded outside of the shop",
	"payment.again": "Another try to pay", "picking.started": "Picking began", "picking.ready": "Ready",
	"fulfilment.part": "Partly handed over", "fulfilled": "Handed over", "erased": "Personal data were erased",
}

func eventText(kind string) string {
	if text, ok := orderEventTexts[kind]; ok {
		return text
	}
	return upperFirst(strings.NewReplacer(".", ": ", "_", " ").Replace(kind))
}

// refundReasons are why money goes back.
var refundReasons = map[string]string{
	"requested": "Refund", "cancelled": "It was cancelled", "short": "There was not enough", "edited": "They ordered less",
	"late_payment": "It was paid after its end", "paid_twice": "It was paid twice", "mismatch": "It did not fit", "outside": "Refunded outside of the shop",
}

// refundStates are where money is that goes back, with what that means.
var refundStates = map[string]struct {
	state site.State
	words string
}{
	"requested": {site.State{Text: "asked for", Kind: "wait"}, "It is sent in a moment."},
	"sending":   {site.State{Text: "being sent", Kind: "wait"}, "The payment provider has it."},
	"unknown":   {site.State{Text: "not known yet", Kind: "wait"}, "The payment provider did not answer. It is asked until it says; nothing is sent twice."},
	"done":      {site.State{Text: "gone back", Kind: "good"}, ""},
	"failed":    {site.State{Text: "failed", Kind: "bad"}, "The payment provider refused it. See the differences."},
}

// payers are ways to pay.
var payers = map[string]string{"sumup": "By card online", "cash": "In cash", "card_reader": "On the card reader", "none": "Nothing to pay"}

// paymentStates are where an attempt to pay is.
var paymentStates = map[string]struct {
	state site.State
	words string
}{
	"creating": {site.State{Text: "being prepared", Kind: "wait"}, "The page to pay on is being made."},
	"open":     {site.State{Text: "waiting", Kind: "wait"}, "They can pay now. Whether they have is asked again and again."},
	"paid":     {site.State{Text: "paid", Kind: "good"}, "The money is there."},
	"closed":   {site.State{Text: "closed"}, "It can no longer be paid."},
	"mismatch": {site.State{Text: "does not fit", Kind: "bad"}, "Money came, but not the sum, the currency or the merchant that was asked for. A person has to look at it."},
}

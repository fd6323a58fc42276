// Checkout in words: ways, times, and what has changed since somebody looked.

package web

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
	"rose-ash.com/roseash/api/shared/problem"
	site "rose-ash.com/roseash/site-templates"
)

// fewPlaces is how many places of a slot are so few that it is said.
const fewPlaces = 5

// option is the way with an id; nil: there is none.
func (v checkoutDoc) option(id string) *deliveryDoc {
	for i := range v.Delivery {
		if v.Delivery[i].ID == id {
			return &v.Delivery[i]
		}
	}
	return nil
}

// open tells whether the way can be chosen now.
func (d deliveryDoc) open() bool {
	if !d.Slotted {
		return true
	}
	for _, s := range d.Slots {
		if !s.full() {
			return true
		}
	}
	return false
}

func (s slotDoc) full() bool { return s.Left != nil && *s.Left <= 0 }

// closed tells that no way can be chosen now.
func (v checkoutDoc) closed() bool {
	for _, d := range v.Delivery {
		if d.open() {
			return false
		}
	}
	return true
}

// values are what stands in the form at first: what is known of who orders, and the first way
// that is open. A time is chosen for nobody, unless there is only one.
func (v checkoutDoc) values() map[string]string {
	values := map[string]string{"name": v.Contact.Name, "email": v.Contact.Email, "note": v.Note}
	for _, d := range v.Delivery {
		if _, chosen := values["delivery"]; !chosen && d.open() {
			values["delivery"] = d.ID
		}
		if len(d.Slots) == 1 && !d.Slots[0].full() {
			values["slot."+d.ID] = d.Slots[0].ID
		}
	}
	return values
}

// missing notes at the fields of a form all that it lacks: the API tells one fault at a time.
func (v checkoutDoc) missing(f site.Form) {
	needed := []string{"name", "email"}
	if v.Terms.TermsHTML != "" {
		needed = append(needed, "accept_terms")
	}
	if v.Terms.CancellationHTML != "" {
		needed = append(needed, "accept_cancellation")
	}
	if o := v.option(f.Values["delivery"]); o != nil && o.Kind == "delivery" {
		needed = append(needed, "address.line1", "address.town", "address.postcode")
	} else if o == nil && len(v.Delivery) > 0 {
		needed = append(needed, "delivery")
	}
	for _, name := range needed {
		if _, noted := f.Errors[name]; !noted && strings.TrimSpace(f.Values[name]) == "" {
			f.Errors[name] = checkoutWords[name]
		}
	}
	if o, slot := v.option(f.Values["delivery"]), "slot."+f.Values["delivery"]; o != nil && o.Slotted && f.Values[slot] == "" && f.Errors[slot] == "" {
		f.Errors[slot] = checkoutWords["slot"]
	}
}

// methods are the ways as the page shows them.
func (v checkoutDoc) methods(zone *time.Location) []site.CheckoutMethod {
	list := make([]site.CheckoutMethod, len(v.Delivery))
	for i, d := range v.Delivery {
		m := site.CheckoutMethod{ID: d.ID, Name: d.Name, Place: d.Place, About: d.Instructions, Delivers: d.Kind == "delivery", Fee: "free"}
		if d.FeeMinor > 0 {
			m.Fee = money.Format(contract.Money{AmountMinor: d.FeeMinor, Currency: v.Totals.Currency})
			if d.FreeFrom != nil {
				m.Fee += ", free from " + money.Format(contract.Money{AmountMinor: *d.FreeFrom, Currency: v.Totals.Currency})
			}
		}
		switch {
		case d.Slotted && len(d.Slots) == 0:
			m.Closed = "There is no time to choose at present."
		case !d.open():
			m.Closed = "All times are full."
		}
		for _, s := range d.Slots {
			slot := site.CheckoutSlot{ID: s.ID, Text: slotSpan(s.StartsAt, s.EndsAt, zone), Until: "order by " + s.ClosesAt.In(zone).Format("Monday 2 January, 15:04"), Full: s.full()}
			if s.Left != nil && *s.Left <= fewPlaces && !s.full() {
				slot.Left = strconv.Itoa(int(*s.Left)) + " places left"
				if *s.Left == 1 {
					slot.Left = "1 place left"
				}
			}
			m.Slots = append(m.Slots, slot)
		}
		list[i] = m
	}
	return list
}

// slotSpan is a time from one moment to another: Friday 3 May, 16:00 to 18:00.
func slotSpan(from, to time.Time, zone *time.Location) string {
	from, to = from.In(zone), to.In(zone)
	end := to.Format("15:04")
	if from.Format(time.DateOnly) != to.Format(time.DateOnly) {
		end = to.Format("Monday 2 January, 15:04")
	}
	return from.Format("Monday 2 January, 15:04") + " to " + end
}

// lineAt is a place in a request that is in a line of the cart.
var lineAt = regexp.MustCompile(`^cart\.lines\[([0-9]{1,3})\]`)

// shortText names what there is not enough of.
func shortText(lines []contract.PricedLine, e problem.FieldError) string {
	if m := lineAt.FindStringSubmatch(e.Location); m != nil {
		if i, err := strconv.Atoi(m[1]); err == nil && i < len(lines) {
			return lines[i].Offer.Name + ": " + e.Message
		}
	}
	return sentence(e.Message)
}

// totalMoved adds to what is said that the total is another one than was seen.
func totalMoved(m *site.Message, seen string, now contract.Totals) {
	if !wholeNumber.MatchString(seen) || number(seen, 0) == now.TotalMinor {
		return
	}
	was := contract.Money{AmountMinor: number(seen, 0), Currency: now.Currency}
	m.Text += " The total is " + money.Format(contract.Money{AmountMinor: now.TotalMinor, Currency: now.Currency}) + " now; it was " + money.Format(was) + ". If that is well, press the button again."
}

// seen is what lines and delivery cost, for a form to bring back: what has changed since can
// then be said line by line.
func (q quoteDoc) seen() string {
	parts := []string{"delivery:" + whole(q.Totals.DeliveryMinor)}
	for _, l := range q.Lines {
		parts = append(parts, string(l.ID)+":"+whole(l.NetMinor+l.DepositMinor))
	}
	return strings.Join(parts, " ")
}

// changes are what costs something else than it did when it was seen, in words.
func (q quoteDoc) changes(seen string) (items []site.Link) {
	was := map[string]int64{}
	for _, part := range strings.Fields(seen) {
		if name, cost, ok := strings.Cut(part, ":"); ok && wholeNumber.MatchString(cost) {
			was[name] = number(cost, 0)
		}
	}
	text := func(minor int64) string {
		return money.Format(contract.Money{AmountMinor: minor, Currency: q.Totals.Currency})
	}
	say := func(name, what string, now int64) {
		before, known := was[name]
		delete(was, name)
		switch {
		case !known:
			items = append(items, site.Link{Text: what + " is new: " + text(now)})
		case before != now:
			items = append(items, site.Link{Text: what + ": " + text(now) + ", before " + text(before)})
		}
	}
	if len(was) == 0 {
		return nil
	}
	for _, l := range q.Lines {
		say(string(l.ID), l.Offer.Name, l.NetMinor+l.DepositMinor)
	}
	say("delivery", "Delivery", q.Totals.DeliveryMinor)
	if len(was) > 0 {
		items = append(items, site.Link{Text: "Something is not in your cart any more"})
	}
	return items
}

// Every combination of an order's states has words that fit it.

package web

import (
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	site "rose-ash.com/roseash/site-templates"
)

// combinations calls use with an order in each combination of its states.
func combinations(use func(d orderDoc)) {
	for _, status := range []string{"pending_payment", "paid", "part_fulfilled", "fulfilled", "cancelled", "expired"} {
		for _, payment := range []string{"unpaid", "review", "paid", "part_refunded", "refunded"} {
			for _, fulfilment := range []string{"unfulfilled", "picking", "ready", "part_fulfilled", "fulfilled"} {
				for _, attempt := range []string{"none", "creating", "open", "paid", "closed", "mismatch"} {
					for _, kind := range []string{"", "collection", "delivery"} {
						d := orderDoc{orderAxes: orderAxes{"web", status, payment, fulfilment}, Reference: "R7K2-9QXM", Payment: paymentDoc{Status: attempt}, Totals: contract.Totals{Currency: "GBP"}}
						if kind != "" {
							d.Delivery = &orderDeliveryDoc{Kind: kind, Name: "x"}
						}
						use(d)
					}
				}
			}
		}
	}
}

// TestEveryStanding: each combination is told in words, nothing that may hold money is called
// unpaid, and nothing that is paid or looked into can be paid again.
func TestEveryStanding(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	combinations(func(d orderDoc) {
		told, state := d.told(now, time.UTC), d.state()
		text := told.title + " " + strings.Join(told.words, " ")
		if told.title == "" || len(told.words) == 0 || state.Text == "" || strings.Contains(text, "  ") {
			t.Errorf("%+v: %+v, %+v", d.orderAxes, told, state)
		}
		if told.pay != (d.Status == "pending_payment" && d.PaymentStatus != "review" && d.Payment.Status != "mismatch") {
			t.Errorf("%+v, %s: to be paid: %v", d.orderAxes, d.Payment.Status, told.pay)
		}
		if told.inCart && d.PaymentStatus != "unpaid" {
			t.Errorf("%+v: what is paid for is in the cart again", d.orderAxes)
		}
		if d.PaymentStatus == "review" && d.Status != "paid" && d.Status != "part_fulfilled" && d.Status != "fulfilled" && !strings.Contains(text, "not fit") {
			t.Errorf("%+v: %q", d.orderAxes, text)
		}
		if told.watch && !strings.Contains(text, "nothing is charged twice") && !d.Payment.Declined && told.kind != "bad" {
			t.Errorf("%+v, %s: %q does not say that nothing is charged twice", d.orderAxes, d.Payment.Status, text)
		}
		if len(d.steps(time.UTC)) > 0 && (d.Status == "cancelled" || d.Status == "expired") {
			t.Errorf("%+v has steps", d.orderAxes)
		}
	})
}

func TestStanding(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	past, ahead := now.Add(-time.Minute), now.Add(time.Minute)
	pending := orderAxes{"web", "pending_payment", "unpaid", "unfulfilled"}
	for name, tt := range map[string]struct {
		d          orderDoc
		want       string
		pay, watch bool
	}{
		"open":                {orderDoc{orderAxes: pending, Payment: paymentDoc{Status: "open"}, ExpiresAt: &ahead}, "Waiting for your payment", true, true},
		"refused":             {orderDoc{orderAxes: pending, Payment: paymentDoc{Status: "open", Declined: true}, ExpiresAt: &ahead}, "Your payment was refused", true, true},
		"being made":          {orderDoc{orderAxes: pending, Payment: paymentDoc{Status: "creating"}, ExpiresAt: &ahead}, "We do not know yet whether your payment is set up", true, true},
		"closed":              {orderDoc{orderAxes: pending, Payment: paymentDoc{Status: "closed"}, ExpiresAt: &ahead}, "This is not paid yet", true, false},
		"nobody knows":        {orderDoc{orderAxes: pending, Payment: paymentDoc{Status: "open"}, ExpiresAt: &past}, "We do not know yet whether you have paid", false, true},
		"wrong money":         {orderDoc{orderAxes: orderAxes{"web", "pending_payment", "review", "unfulfilled"}}, "We are looking into your payment", false, false},
		"at the counter":      {orderDoc{orderAxes: orderAxes{"counter", "fulfilled", "paid", "fulfilled"}}, "Bought in the shop", false, false},
		"brought":             {orderDoc{orderAxes: orderAxes{"web", "paid", "paid", "ready"}, Delivery: &orderDeliveryDoc{Kind: "delivery"}}, "It is on its way to you", false, false},
		"late":                {orderDoc{orderAxes: orderAxes{"web", "expired", "paid", "unfulfilled"}}, "You paid after the order had ended", false, false},
		"ended":               {orderDoc{orderAxes: orderAxes{"web", "expired", "unpaid", "unfulfilled"}}, "This order has ended", false, false},
		"all of it sent back": {orderDoc{orderAxes: orderAxes{"web", "paid", "refunded", "unfulfilled"}}, "All of it has gone back", false, false},
	} {
		if got := tt.d.told(now, time.UTC); got.title != tt.want || got.pay != tt.pay || got.watch != tt.watch {
			t.Errorf("%s: %+v, want %q, %v, %v", name, got, tt.want, tt.pay, tt.watch)
		}
	}
}

func TestRefundWords(t *testing.T) {
	at := time.Date(2026, 12, 3, 9, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		r    refundDoc
		want string
	}{
		{refundDoc{Status: "done", Reason: "short", DoneAt: &at}, "£3.25 went back on 3 December, because there was not enough of something."},
		{refundDoc{Status: "unknown", Reason: "requested"}, "£3.25 is on its way back."},
		{refundDoc{Status: "failed", Reason: "edited"}, "£3.25 could not be sent back. The shop knows, and writes to you."},
		{refundDoc{Status: "requested", Reason: "paid_twice", Note: "Sorry."}, "£3.25 is on its way back, because it was paid twice. The shop says: “Sorry.”"},
	} {
		if got := tt.r.words("£3.25", time.UTC); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.r, got, tt.want)
		}
	}
}

// TestContents: what is not known is said to be so, and nothing is said of what is no food.
func TestContents(t *testing.T) {
	all := func(state contract.AllergenState) (list []contract.Allergen) {
		for _, code := range contract.AllergenCodes {
			list = append(list, contract.Allergen{Code: code, State: state})
		}
		return list
	}
	text := func(facts []site.Fact) string {
		var parts []string
		for _, f := range facts {
			parts = append(parts, f.Name+": "+f.Value)
		}
		return strings.Join(parts, "; ")
	}
	mixed := all(contract.FreeOf)
	mixed[1] = contract.Allergen{Code: contract.Gluten, State: contract.Contains, Detail: "rye"}
	mixed[2].State, mixed[3].State = contract.MayContain, contract.Unknown
	for _, tt := range []struct {
		list []contract.Allergen
		want string
	}{
		{nil, ""},
		{all(contract.FreeOf), "Allergens: none of the fourteen"},
		{all(contract.Unknown), "Check the label for: all allergens"},
		{mixed, "Contains: cereals containing gluten (rye); May contain: crustaceans; Check the label for: eggs"},
	} {
		if got := text(contentsOf(tt.list)); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

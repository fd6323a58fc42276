package web

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	site "rose-ash.com/roseash/site-templates"
)

func TestOrderWords(t *testing.T) {
	for _, c := range []struct {
		status, fulfilment, want string
	}{
		{"pending_payment", "unfulfilled", "to pay"}, {"paid", "unfulfilled", "to pick"}, {"paid", "picking", "being picked"}, {"paid", "ready", "ready"},
		{"part_fulfilled", "part_fulfilled", "partly handed over"}, {"fulfilled", "fulfilled", "handed over"}, {"cancelled", "unfulfilled", "cancelled"},
		{"cancelled", "part_fulfilled", "cancelled"}, {"expired", "unfulfilled", "not paid in time"},
	} {
		if got := orderState(orderAxes{Status: c.status, FulfilmentStatus: c.fulfilment}).Text; got != c.want {
			t.Errorf("%s, %s is %q, want %q", c.status, c.fulfilment, got, c.want)
		}
	}
	for d, want := range map[time.Duration]string{time.Second: "now", 59 * time.Minute: "59 min", 47 * time.Hour: "47 h", 49 * time.Hour: "2 days"} {
		if got := ageOf(d); got != want {
			t.Errorf("%s ago is %q, want %q", d, got, want)
		}
	}
	at := time.Date(2026, 12, 4, 16, 0, 0, 0, time.UTC)
	for until, want := range map[time.Time]string{at.Add(2 * time.Hour): "Fri 4 Dec, 16:00 to 18:00", at.AddDate(0, 0, 1): "Fri 4 Dec, 16:00 to Sat 5 Dec, 16:00"} {
		if got := daySpan(at, until, time.UTC); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := amount(-420, "GBP"); got != "−£4.20" {
		t.Errorf("got %q", got)
	}
}

// TestAllergensAreNeverLeftOut: what is not known is said, and so is that there are none.
func TestAllergensAreNeverLeftOut(t *testing.T) {
	all := func(state contract.AllergenState) (list []contract.Allergen) {
		for _, code := range contract.AllergenCodes {
			list = append(list, contract.Allergen{Code: code, State: state})
		}
		return list
	}
	if a := allergensOf(all(contract.FreeOf)); !a.None || a.Contains+a.May+a.Unknown != "" {
		t.Errorf("free of all is %+v", a)
	}
	if a := allergensOf(all(contract.Unknown)); a.None || !strings.Contains(a.Unknown, "nobody has said") {
		t.Errorf("nothing known is %+v", a)
	}
	if a := allergensOf(nil); a != (site.ShopAllergens{}) {
		t.Errorf("what is no food is %+v", a)
	}
	list := all(contract.FreeOf)
	list[0].State, list[0].Detail, list[1].State, list[2].State = contract.Contains, "rye", contract.MayContain, contract.Unknown
	a := allergensOf(list)
	if a.None || !strings.Contains(a.Contains, "(rye)") || a.May == "" || a.Unknown == "" {
		t.Errorf("some are %+v", a)
	}
}

// TestWorthOfParts: what goes back for the parts of a line adds up to the line.
func TestWorthOfParts(t *testing.T) {
	l := orderLineDoc{Ordered: 3, Quantity: 3, GrossMinor: 1000, DiscountMinor: 0, NetMinor: 1000, DepositMinor: 50}
	sum := int64(0)
	for from := int64(3); from > 0; from-- {
		sum += l.lost(from, from-1)
	}
	if sum != 1050 {
		t.Errorf("the parts are %d, want 1050", sum)
	}
	o := orderDoc{Lines: []orderLineDoc{l}, PaidMinor: 1300, Totals: contract.Totals{DeliveryMinor: 250}}
	if got := o.cancelWorth(); got != 1300 {
		t.Errorf("all of it is %d, want 1300", got)
	}
	o.Lines[0].Fulfilled = 1
	if got, want := o.cancelWorth(), l.lost(3, 1); got != want {
		t.Errorf("what was not handed over is %d, want %d", got, want)
	}
	o.Refunds = []refundDoc{{AmountMinor: 1200, Status: "sending"}}
	if got := o.cancelWorth(); got != 100 {
		t.Errorf("beside what is on its way it is %d, want 100", got)
	}
}

// FuzzDeskForms: forms of any kind are read or noted, and what is read of them is sound.
func FuzzDeskForms(f *testing.F) {
	f.Add("slots[0].day=2030-05-03&slots[0].from=16:00&slots[0].to=18:00&slots[0].capacity=4&kind=fixed&amount=2.50&starts_at=2030-05-03T09:00")
	f.Add("slots[0].day=x&slots[1].day=&slots[2].day=2030-01-01&percent=-1&minimum=9999999999999999&category_ids=a&category_ids=b")
	f.Fuzz(func(t *testing.T, text string) {
		form, err := url.ParseQuery(text)
		if err != nil {
			return
		}
		v := formOf(form, "category_ids")
		slots, rows := slotsBody(v, time.UTC)
		if len(slots) != len(rows) {
			t.Errorf("%d slots of %d rows", len(slots), len(rows))
		}
		body := discountBody(form, v, "GBP", time.UTC)
		method := methodBody(v, "GBP")
		for _, n := range []any{body["minimum_minor"], body["usage_limit"], method["fee_minor"]} {
			if n.(int64) < 0 {
				t.Errorf("%q became %d", text, n)
			}
		}
		o := orderDoc{Lines: []orderLineDoc{{ID: "line_1", Ordered: 3, Quantity: 3, NetMinor: 300}}, PaidMinor: 300}
		if want := readRefund(o, refundedParts{}, v); len(v.Errors) == 0 && (want.minor < 0 || want.minor > 300) {
			t.Errorf("%q pays back %d of 300", text, want.minor)
		}
	})
}

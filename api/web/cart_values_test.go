// Prices and quantities of lines, in words.

package web

import (
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/zones"
	site "rose-ash.com/roseash/site-templates"
)

func gbp(minor int64) contract.Money { return contract.Money{AmountMinor: minor, Currency: "GBP"} }

func TestPriceTexts(t *testing.T) {
	for _, tt := range []struct {
		o    contract.Offer
		want string
	}{
		{contract.Offer{Price: gbp(460), Quantity: 800, Unit: contract.UnitGram}, "£4.60 each, £5.75 / kg, no VAT"},
		{contract.Offer{Price: gbp(425), Quantity: 750, Unit: contract.UnitMillilitre, Deposit: gbp(25), VATRate: 2000}, "£4.25 each, £5.67 / L, + £0.25 deposit, includes 20% VAT"},
		{contract.Offer{Price: gbp(500), Quantity: 1000, Unit: contract.UnitGram, SoldByWeight: true}, "£5.00 / kg, no VAT"},
		{contract.Offer{Price: gbp(150), Quantity: 100, Unit: contract.UnitGram, SoldByWeight: true}, "£1.50 per 100 g, £15.00 / kg, no VAT"},
		{contract.Offer{Price: gbp(360), Quantity: 1, Unit: contract.UnitEach, VATRate: 500}, "£3.60 each, includes 5% VAT"},
		{contract.Offer{Price: gbp(360)}, "£3.60 each, no VAT"},
	} {
		each, terms := priceTexts(tt.o)
		if got := strings.Join(append([]string{each}, terms...), ", "); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

// TestSums: what stands in the rows and the total is what the sum says, discounts without a
// name too.
func TestSums(t *testing.T) {
	totals := contract.Totals{Currency: "GBP", GrossMinor: 1697, DiscountMinor: 270, DepositMinor: 25, DeliveryMinor: 350, TotalMinor: 1802,
		VAT: []contract.VATShare{{Rate: 0, GrossMinor: 213}, {Rate: 2000, GrossMinor: 1564, VATMinor: 261}}}
	got := sumsOf(totals, []contract.Discount{{Name: "Spring", TakenMinor: 170}, {Name: "Nothing"}})
	want := site.Sums{Total: "£18.02", Rows: []site.Fact{{Name: "Goods", Value: "£16.97"}, {Name: "Spring", Value: "−£1.70"}, {Name: "Discounts", Value: "−£1.00"}, {Name: "Deposits", Value: "£0.25"}, {Name: "Delivery", Value: "£3.50"}},
		VAT: []site.Fact{{Name: "VAT 0% in £2.13", Value: "£0.00"}, {Name: "VAT 20% in £15.64", Value: "£2.61"}}}
	if len(got.Rows) != len(want.Rows) || got.Total != want.Total || len(got.VAT) != len(want.VAT) {
		t.Fatalf("%+v, want %+v", got, want)
	}
	for i := range want.Rows {
		if got.Rows[i] != want.Rows[i] {
			t.Errorf("row %d is %v, want %v", i, got.Rows[i], want.Rows[i])
		}
	}
	for i := range want.VAT {
		if got.VAT[i] != want.VAT[i] {
			t.Errorf("tax %d is %v, want %v", i, got.VAT[i], want.VAT[i])
		}
	}
}

func TestSavings(t *testing.T) {
	lower, higher := gbp(400), gbp(900)
	line := func(id string, quantity int64, weight bool) cartLineDoc {
		return cartLineDoc{PricedLine: contract.PricedLine{Quantity: quantity, Offer: contract.Offer{ID: id, Price: gbp(500), Quantity: 1000, Unit: contract.UnitGram, SoldByWeight: weight}}}
	}
	now := []availabilityDoc{{Variant: "var_1", MemberPrice: &lower}, {Variant: "var_2", MemberPrice: &higher}, {Variant: "var_3", MemberPrice: &lower}, {Variant: "var_4"}}
	cart := cartDoc{Totals: contract.Totals{Currency: "GBP"}, Lines: []cartLineDoc{line("var_1", 3, false), line("var_2", 1, false), line("var_3", 250, true), line("var_4", 1, false)}}
	if got := savings(cart, now); got != "£3.25" {
		t.Errorf("members save %q, want £3.25", got)
	}
	if got := savings(cart, nil); got != "" {
		t.Errorf("members save %q of nothing", got)
	}
}

func TestSlotSpan(t *testing.T) {
	from := time.Date(2026, 5, 1, 15, 0, 0, 0, time.UTC)
	london, err := zones.Load("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	if got := slotSpan(from, from.Add(2*time.Hour), london); got != "Friday 1 May, 16:00 to 18:00" {
		t.Errorf("%q", got)
	}
	if got := slotSpan(from, from.Add(10*time.Hour), london); got != "Friday 1 May, 16:00 to Saturday 2 May, 02:00" {
		t.Errorf("%q", got)
	}
}

func TestParagraphs(t *testing.T) {
	long := strings.Repeat("word ", 100)
	got := paragraphs("## Right to cancel\n\nYou may\ncancel.\n \n" + long + "\n\n\u202eodd\n")
	if len(got) != 4 || got[0] != "Right to cancel" || got[1] != "You may cancel." || got[2] != strings.TrimSpace(long) || got[3] != "odd" {
		t.Errorf("%q", got)
	}
}

// TestChanges: only what costs something else is named, and what has come or gone.
func TestChanges(t *testing.T) {
	q := quoteDoc{Totals: contract.Totals{Currency: "GBP", DeliveryMinor: 350}, Lines: []contract.PricedLine{
		{ID: "line_1", NetMinor: 460, Offer: contract.Offer{Name: "Rye"}}, {ID: "line_2", NetMinor: 300, DepositMinor: 20, Offer: contract.Offer{Name: "Juice"}}}}
	if got := q.changes(q.seen()); len(got) != 0 {
		t.Errorf("nothing has changed, and it says %v", got)
	}
	for seen, want := range map[string]string{
		"delivery:0 line_1:460 line_2:320":            "Delivery: £3.50, before £0.00",
		"delivery:350 line_1:420 line_2:320":          "Rye: £4.60, before £4.20",
		"delivery:350 line_1:460":                     "Juice is new: £3.20",
		"delivery:350 line_1:460 line_2:320 line_3:1": "Something is not in your cart any more",
	} {
		if got := q.changes(seen); len(got) != 1 || got[0].Text != want {
			t.Errorf("%s: %v, want %q", seen, got, want)
		}
	}
	if got := q.changes("line_1:x <script>"); got != nil {
		t.Errorf("nonsense makes %v", got)
	}
}

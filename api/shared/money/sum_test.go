package money_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
)

// pieces is a line of so many pieces.
func pieces(price, quantity int64, rate int, categories ...contract.CategoryID) contract.PricedLine {
	return contract.PricedLine{Quantity: quantity, Offer: contract.Offer{Price: pounds(price), VATRate: rate, CategoryIDs: categories}}
}

// grams is a line of what costs price a kilogram.
func grams(price, quantity int64, rate int) contract.PricedLine {
	return contract.PricedLine{Quantity: quantity, Offer: contract.Offer{Price: pounds(price), VATRate: rate, SoldByWeight: true, Quantity: 1000, Unit: contract.UnitGram}}
}

func percent(bp int, categories ...contract.CategoryID) contract.Discount {
	return contract.Discount{Kind: contract.PercentDiscount, PercentBP: bp, CategoryIDs: categories}
}

func fixed(minor int64, categories ...contract.CategoryID) contract.Discount {
	return contract.Discount{Kind: contract.FixedDiscount, AmountMinor: minor, CategoryIDs: categories}
}

func TestSum(t *testing.T) {
	bottle := pieces(120, 3, 2000)
	bottle.Offer.Deposit = pounds(25)
	for _, tt := range []struct {
		name      string
		lines     []contract.PricedLine
		discounts []contract.Discount
		delivery  int64
		nets      []int64 // of the lines
		taken     []int64 // by the discounts
		want      contract.Totals
	}{
		{name: "nothing", want: contract.Totals{VAT: []contract.VATShare{}}},
		{name: "nothing, delivered", delivery: 300, want: contract.Totals{DeliveryMinor: 300, TotalMinor: 300, VAT: []contract.VATShare{{GrossMinor: 300}}}},
		{name: "two rates and a deposit", lines: []contract.PricedLine{pieces(325, 2, 0), bottle}, nets: []int64{650, 360},
			want: contract.Totals{GrossMinor: 1010, DepositMinor: 75, TotalMinor: 1085, VATMinor: 60,
				VAT: []contract.VATShare{{Rate: 0, GrossMinor: 650}, {Rate: 2000, GrossMinor: 360, VATMinor: 60}}}},
		{name: "by weight, a half goes up", lines: []contract.PricedLine{grams(250, 350, 0), grams(250, 2, 0)}, nets: []int64{88, 1},
			want: contract.Totals{GrossMinor: 89, TotalMinor: 89, VAT: []contract.VATShare{{GrossMinor: 89}}}},
		{name: "a discount over three lines loses no penny", lines: []contract.PricedLine{pieces(100, 1, 0), pieces(100, 1, 0), pieces(100, 1, 0)},
			discounts: []contract.Discount{fixed(100)}, nets: []int64{66, 67, 67}, taken: []int64{100},
			want: contract.Totals{GrossMinor: 300, DiscountMinor: 100, TotalMinor: 200, VAT: []contract.VATShare{{GrossMinor: 200}}}},
		{name: "a part is rounded half up once", lines: []contract.PricedLine{pieces(5, 1, 0), pieces(10, 1, 0)},
			discounts: []contract.Discount{percent(1000)}, nets: []int64{4, 9}, taken: []int64{2},
			want: contract.Totals{GrossMinor: 15, DiscountMinor: 2, TotalMinor: 13, VAT: []contract.VATShare{{GrossMinor: 13}}}},
		{name: "one after the other, for what they are for", lines: []contract.PricedLine{pieces(1000, 1, 0, "a", "root"), pieces(500, 1, 0, "b", "root")},
			discounts: []contract.Discount{percent(5000, "a"), percent(1000), fixed(9999, "b")}, nets: []int64{450, 0}, taken: []int64{500, 100, 450},
			want: contract.Totals{GrossMinor: 1500, DiscountMinor: 1050, TotalMinor: 450, VAT: []contract.VATShare{{GrossMinor: 450}}}},
		{name: "for nothing that is there", lines: []contract.PricedLine{pieces(1000, 1, 0, "a")}, discounts: []contract.Discount{fixed(100, "c")},
			nets: []int64{1000}, taken: []int64{0}, want: contract.Totals{GrossMinor: 1000, TotalMinor: 1000, VAT: []contract.VATShare{{GrossMinor: 1000}}}},
		{name: "the fee is taxed as the goods are", lines: []contract.PricedLine{pieces(300, 1, 2000), pieces(100, 1, 0)}, delivery: 400, nets: []int64{300, 100},
			want: contract.Totals{GrossMinor: 400, DeliveryMinor: 400, TotalMinor: 800, VATMinor: 100,
				VAT: []contract.VATShare{{GrossMinor: 200}, {Rate: 2000, GrossMinor: 600, VATMinor: 100}}}},
		{name: "free goods, delivered", lines: []contract.PricedLine{pieces(300, 1, 2000), pieces(100, 1, 0)}, discounts: []contract.Discount{percent(10_000)}, delivery: 400,
			nets: []int64{0, 0}, taken: []int64{400}, want: contract.Totals{GrossMinor: 400, DiscountMinor: 400, DeliveryMinor: 400, TotalMinor: 400, VATMinor: 50,
				VAT: []contract.VATShare{{GrossMinor: 100}, {Rate: 2000, GrossMinor: 300, VATMinor: 50}}}},
		{name: "gifts, delivered", lines: []contract.PricedLine{pieces(0, 1, 0), pieces(0, 1, 2000)}, delivery: 120, nets: []int64{0, 0},
			want: contract.Totals{DeliveryMinor: 120, TotalMinor: 120, VATMinor: 20, VAT: []contract.VATShare{{}, {Rate: 2000, GrossMinor: 120, VATMinor: 20}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := slices.Clone(tt.lines)
			lines, discounts, totals := money.Sum(tt.lines, tt.discounts, tt.delivery, "GBP")
			tt.want.Currency = "GBP"
			if diff := cmp.Diff(tt.want, totals); diff != "" {
				t.Errorf("totals (-want +got):\n%s", diff)
			}
			for i, want := range tt.nets {
				if lines[i].NetMinor != want {
					t.Errorf("line %d comes to %d, want %d", i, lines[i].NetMinor, want)
				}
			}
			for i, want := range tt.taken {
				if discounts[i].TakenMinor != want {
					t.Errorf("discount %d takes %d, want %d", i, discounts[i].TakenMinor, want)
				}
			}
			if diff := cmp.Diff(before, tt.lines); diff != "" {
				t.Errorf("Sum changed what it was given:\n%s", diff)
			}
		})
	}
}

func TestShare(t *testing.T) {
	for _, tt := range []struct {
		amount  int64
		weights []int64
		want    []int64
	}{
		{10, []int64{1, 1, 1}, []int64{4, 3, 3}},
		{1, []int64{1, 2}, []int64{0, 1}},
		{7, []int64{0, 5, 0}, []int64{0, 7, 0}},
		{7, []int64{0, 0}, []int64{7, 0}},
		{0, []int64{3, 4}, []int64{0, 0}},
		{7, nil, []int64{}},
		{9_999_999_999_900, []int64{9_999_999_999_900, 9_999_999_999_900}, []int64{4_999_999_999_950, 4_999_999_999_950}},
	} {
		if got := money.Share(tt.amount, tt.weights); !slices.Equal(got, tt.want) {
			t.Errorf("Share(%d, %v) = %v, want %v", tt.amount, tt.weights, got, tt.want)
		}
	}
}

func TestPart(t *testing.T) {
	lines, _, _ := money.Sum([]contract.PricedLine{pieces(100, 3, 2000)}, []contract.Discount{fixed(100)}, 0, "GBP")
	line := lines[0] // 300 less 100, with 33 VAT
	line.DepositMinor = 75
	type amounts struct{ quantity, gross, discount, net, deposit, vat int64 }
	of := func(l contract.PricedLine) amounts {
		return amounts{l.Quantity, l.GrossMinor, l.DiscountMinor, l.NetMinor, l.DepositMinor, l.VATMinor}
	}
	for quantity, want := range []amounts{{}, {1, 100, 33, 67, 25, 11}, {2, 200, 67, 133, 50, 22}, {3, 300, 100, 200, 75, 33}} {
		if got := of(money.Part(line, int64(quantity))); got != want {
			t.Errorf("Part(%d) = %+v, want %+v", quantity, got, want)
		}
	}
	if got, want := of(money.Between(line, 3, 2)), (amounts{1, 100, 33, 67, 25, 11}); got != want {
		t.Errorf("Between(3, 2) = %+v, want %+v", got, want)
	}
	if got, want := of(money.Between(line, 2, 1)), (amounts{1, 100, 34, 66, 25, 11}); got != want {
		t.Errorf("Between(2, 1) = %+v, want %+v", got, want)
	}
}

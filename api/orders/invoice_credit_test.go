package orders

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"testing"
	"time"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/money"
)

// basket is a random order as it is stored.
func basket(t *testing.T, random *rand.Rand) (ordersdb.Order, []ordersdb.Line) {
	t.Helper()
	p := placement{Order: ordersdb.Order{ID: id.New()}}
	for range 1 + random.IntN(6) {
		p.Lines = append(p.Lines, contract.PricedLine{Quantity: 1 + random.Int64N(9), Offer: contract.Offer{
			Kind: contract.ProductLine, ID: "var_x", Name: "Thing", VATRate: []int{0, 500, 2000}[random.IntN(3)],
			Price: contract.Money{AmountMinor: random.Int64N(2000), Currency: "GBP"}, Deposit: contract.Money{AmountMinor: random.Int64N(2) * 25, Currency: "GBP"}}})
	}
	if random.IntN(2) == 0 {
		p.Discounts = []contract.Discount{{Kind: contract.PercentDiscount, PercentBP: 1 + random.IntN(9999)}}
	}
	p.Lines, p.Discounts, p.Totals = money.Sum(p.Lines, p.Discounts, random.Int64N(3)*333, "GBP")
	row, err := p.row()
	if err != nil {
		t.Fatal(err)
	}
	lines, err := p.rows()
	if err != nil {
		t.Fatal(err)
	}
	return row, lines
}

// back is a random refund of what is left: of lines, of delivery, or of all that is left.
func back(t *testing.T, random *rand.Rand, left map[contract.LineID]int64, all bool) (refund ordersdb.Refund) {
	t.Helper()
	parts := []refundPart{}
	for _, line := range append(slicesOf(left), "") {
		amount := left[line]
		if !all && amount > 0 {
			amount = random.Int64N(amount + 1)
		}
		if amount == 0 {
			continue
		}
		left[line] -= amount
		refund.AmountMinor += amount
		parts = append(parts, refundPart{Line: line, AmountMinor: amount, Quantity: random.Int64N(2)})
	}
	var err error
	if refund.Lines, err = json.Marshal(parts); err != nil {
		t.Fatal(err)
	}
	return refund
}

func slicesOf(left map[contract.LineID]int64) (lines []contract.LineID) {
	for line := range left {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// Credit notes for a whole order, in however many pieces, add up to its invoice, to the
// penny: each line, its deposit, and the tax of each rate. Each holds together in itself.
func TestCreditNotesAddUp(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 14))
	for range 3000 {
		row, lines := basket(t, random)
		left := map[contract.LineID]int64{"": row.DeliveryMinor}
		for _, l := range lines {
			left[lineID(l)] = l.NetMinor + l.DepositMinor
		}
		pieces := 1 + random.IntN(4)
		var before []ordersdb.Refund
		var sum contract.Totals
		vat := map[int]contract.VATShare{}
		for i := range pieces {
			refund := back(t, random, left, i == pieces-1)
			var doc Document
			if err := credit(&doc, row, lines, before, refund); err != nil {
				t.Fatal(err)
			}
			before = append(before, refund)
			if doc.Totals.TotalMinor != refund.AmountMinor {
				t.Fatalf("a note for %d comes to %+v", refund.AmountMinor, doc.Totals)
			}
			taxed := doc.Totals.DepositMinor
			for _, share := range doc.Totals.VAT {
				was := vat[share.Rate]
				vat[share.Rate] = contract.VATShare{Rate: share.Rate, GrossMinor: was.GrossMinor + share.GrossMinor, VATMinor: was.VATMinor + share.VATMinor}
				taxed += share.GrossMinor
			}
			if taxed != doc.Totals.TotalMinor {
				t.Fatalf("a note's rates come to %d: %+v", taxed, doc.Totals)
			}
			sum.GrossMinor += doc.Totals.GrossMinor
			sum.DepositMinor += doc.Totals.DepositMinor
			sum.DeliveryMinor += doc.Totals.DeliveryMinor
		}
		if sum.GrossMinor != row.GrossMinor-row.DiscountMinor || sum.DepositMinor != row.DepositMinor || sum.DeliveryMinor != row.DeliveryMinor {
			t.Fatalf("notes come to %+v of %+v", sum, row)
		}
		totals, err := totalsOf(row)
		if err != nil {
			t.Fatal(err)
		}
		want := map[int]contract.VATShare{}
		for _, share := range totals.VAT {
			if share.GrossMinor != 0 {
				want[share.Rate] = share
			}
		}
		if !maps.Equal(vat, want) {
			t.Fatalf("notes tax %v, the invoice %v", vat, want)
		}
	}
}

// Money back for nothing in particular takes its share of every rate, and all of it all tax.
func TestCreditOfAnAmount(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		row, lines := basket(t, random)
		if row.TotalMinor == 0 {
			continue
		}
		first := random.Int64N(row.TotalMinor + 1)
		var doc Document
		refunds := []ordersdb.Refund{{AmountMinor: first, Lines: json.RawMessage("[]")}, {AmountMinor: row.TotalMinor - first, Lines: json.RawMessage("[]")}}
		if err := credit(&doc, row, lines, nil, refunds[0]); err != nil {
			t.Fatal(err)
		}
		vat := doc.Totals.VATMinor
		if doc.Totals.TotalMinor != first {
			t.Fatalf("%d back is a note of %+v", first, doc.Totals)
		}
		doc = Document{}
		if err := credit(&doc, row, lines, refunds[:1], refunds[1]); err != nil {
			t.Fatal(err)
		}
		totals, _ := totalsOf(row)
		if vat+doc.Totals.VATMinor != totals.VATMinor {
			t.Fatalf("%d and %d of the tax are back, of %d", vat, doc.Totals.VATMinor, totals.VATMinor)
		}
	}
}

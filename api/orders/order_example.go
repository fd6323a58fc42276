// An order as the API's description shows one: its sums add up.

package orders

import (
	"encoding/json"
	"time"

	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/money"
)

const exampleOrderID = contract.OrderID("ord_019ab3f47c2e7d06b8a1f0c2d3e4f510")

// exampleLines are two loaves at ten per cent off, and what they come to with delivery.
func exampleLines(deliveryMinor int64) ([]contract.PricedLine, []contract.Discount, contract.Totals) {
	gbp := func(minor int64) contract.Money { return contract.Money{AmountMinor: minor, Currency: "GBP"} }
	return money.Sum([]contract.PricedLine{{
		ID: "line_019ab3f47c2e7d06b8a1f0c2d3e4f511", Quantity: 2, Note: "Sliced, please.",
		Offer: contract.Offer{
			Kind: contract.ProductLine, ID: "var_019ab3f47c2e7d06b8a1f0c2d3e4f507", Name: "Rye loaf", VariantName: "800 g loaf", SKU: "RYE-800", Slug: "rye-loaf",
			Price: gbp(325), PublicPrice: gbp(350), Deposit: gbp(0), Quantity: 800, Unit: contract.UnitGram, OrderStep: 1, OrderMin: 1, OrderMax: 12,
			CategoryIDs: []contract.CategoryID{"cat_019ab3f47c2e7d06b8a1f0c2d3e4f506"},
			Allergens:   []contract.Allergen{{Code: contract.Gluten, State: contract.Contains, Detail: "rye"}},
			Ingredients: "Wholemeal **rye** flour, water, salt", LabelHash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		},
	}}, []contract.Discount{{ID: "disc_019ab3f47c2e7d06b8a1f0c2d3e4f512", Code: "SPRING-10", Name: "Spring fair", Kind: contract.PercentDiscount, PercentBP: 1000}}, deliveryMinor, "GBP")
}

func exampleDelivery() *OrderDelivery {
	at := time.Date(2026, 5, 8, 15, 0, 0, 0, time.UTC)
	return &OrderDelivery{ID: "del_019ab3f47c2e7d06b8a1f0c2d3e4f513", Name: "Collection at the barn", Kind: "collection", Place: "The Barn, Mill Lane",
		Instructions: "Ring the bell by the gate.", Timezone: "Europe/London",
		Slot: &OrderSlot{ID: "slot_019ab3f47c2e7d06b8a1f0c2d3e4f514", Window: "win_019ab3f47c2e7d06b8a1f0c2d3e4f515", StartsAt: at, EndsAt: at.Add(2 * time.Hour)}}
}

// exampleOrder is paid and ready.
func exampleOrder() Order {
	lines, discounts, totals := exampleLines(0)
	at := time.Date(2026, 5, 1, 9, 30, 0, 0, time.UTC)
	paid, ready, until := at.Add(2*time.Minute), at.Add(100*time.Hour), at.Add(72*time.Hour)
	l := lines[0]
	return Order{
		ID: exampleOrderID, Reference: "R7K2-9QXM", Channel: "web", Status: "paid", PaymentStatus: "paid", FulfilmentStatus: "ready",
		Name: "Anna Ashdown", Email: "anna@example.org", Phone: "01422 000000", Note: "Leave it with the neighbours.", User: "user_019ab3f47c2e7d06b8a1f0c2d3e4f501",
		Lines: []OrderLine{{ID: l.ID, Offer: l.Offer, Ordered: 2, Quantity: 2, Note: l.Note, GrossMinor: l.GrossMinor, DiscountMinor: l.DiscountMinor,
			NetMinor: l.NetMinor, DepositMinor: l.DepositMinor, VATMinor: l.VATMinor}},
		Discounts: discounts, Totals: totals, PaidMinor: totals.TotalMinor, Payment: Payment{Status: "paid", Provider: "sumup"},
		Refunds: []OrderRefund{}, Delivery: exampleDelivery(), Accepted: &Accepted{Version: 4, TermsHash: l.Offer.LabelHash, At: at},
		Documents:     []DocumentLink{{Kind: invoiceKind, Number: "RA-1042", Href: documentPath(exampleOrderID, invoiceKind, 0), IssuedAt: paid}},
		EditableUntil: &until, PlacedAt: at, PaidAt: &paid, ReadyAt: &ready, Version: 4,
	}
}

// exampleView is what there is to know before that order.
func exampleView() CheckoutView {
	lines, discounts, totals := exampleLines(0)
	d, left := exampleDelivery(), int32(4)
	return CheckoutView{
		Cart: "cart_019ab3f47c2e7d06b8a1f0c2d3e4f510", Version: 3, Note: "Please pack the eggs on top.", Lines: lines, Discounts: discounts, Totals: totals,
		Delivery: []DeliveryOption{{ID: d.ID, Name: d.Name, Kind: d.Kind, Place: d.Place, Instructions: d.Instructions, Postcodes: []string{}, Slotted: true,
			Slots: []SlotOption{{OrderSlot: *d.Slot, WindowName: "First week of May", ClosesAt: d.Slot.StartsAt.Add(-4 * 24 * time.Hour), Left: &left}}}},
		Timezone: d.Timezone, Payments: true, Contact: Contact{Name: "Anna Ashdown", Email: "anna@example.org"},
		Terms: Terms{Version: 4, Terms: "Be fair.", TermsHTML: "<p>Be fair.</p>", Cancellation: "Fresh food cannot be sent back.", CancellationHTML: "<p>Fresh food cannot be sent back.</p>"},
	}
}

func exampleQuote() Quote {
	lines, discounts, totals := exampleLines(350)
	return Quote{Lines: lines, Discounts: discounts, Totals: totals, Delivery: exampleDelivery(), Slot: "open", Served: true}
}

// asJSON is a value as JSON has it.
func asJSON(v any) (plain any) {
	text, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(text, &plain)
	}
	if err != nil {
		panic(err) // it is plain data
	}
	return plain
}

package site

import "slices"

// desk is what stands around a sample of the pages about orders.
func desk(section, title string, trail ...Link) ShopPage {
	p := shopPage(section, title)
	p.Trail = trail
	return p
}

var (
	deskDay    = Date{ISO: "2026-12-04T16:05:00Z", Text: "4 Dec 2026, 16:05"}
	deskOrders = Link{Text: "Orders", URL: "/shop/orders/"}
	deskOrder  = Link{Text: "R7K2-9QXM", URL: "/shop/orders/ord_1/"}
	deskSeller = ShopParty{Name: "Rose Ash Co-operative Ltd", Lines: []string{"The Old Dairy, Mill Lane", "Hebden Bridge HX7 6DS", "VAT number GB 123 4567 89"}}
	deskRye    = ShopAllergens{Contains: "gluten (rye, wheat)", May: "sesame", Unknown: "lupin and mustard"}
)

func deskSums() []ShopSum {
	return []ShopSum{{Name: "Goods", Amount: "£14.35"}, {Name: "AUTUMN10, 10 % off", Amount: "−£1.44"}, {Name: "Deposit", Amount: "£0.50"},
		{Name: "Delivery", Amount: "£2.50"}, {Name: "Total", Amount: "£15.91", Strong: true}}
}

func deskSamples() []sample {
	const evil = `"><script>alert(1)</script>`
	return slices.Concat(deskOrderSamples(evil), deskPaperSamples(evil), deskSettingSamples(evil))
}

func deskOrderSamples(evil string) []sample {
	states := []Choice{{Text: "All slots"}, {Value: "slot_1", Text: "Fri 4 Dec, 16:00 to 18:00"}}
	wrong := Form{Values: map[string]string{"line_1": "3", "amount": evil}, Errors: map[string]string{"line_1": "at most 2", "amount": "expected an amount such as 3.25"}}
	take := ShopTakePage{URL: "/shop/orders/ord_1/refund/", Intro: "What is paid back goes to the card it came from.", Form: wrong, Delivery: "£2.50", Most: "£15.91", Currency: "GBP",
		BackURL: deskOrder.URL, Lines: []ShopTakeLine{
			{Field: "line_1", Name: "Rye loaf", Variant: "800 g loaf", SKU: "RYE-800", Left: "2", Worth: "£8.40", Allergens: deskRye},
			{Field: "line_2", Name: "Red lentils", SKU: "LENT", Left: "750 g", Unit: "g", Worth: "£2.10", Allergens: ShopAllergens{None: true}},
			{Field: "line_3", Name: "Cider", Variant: "750 ml", SKU: "CID", Left: "1", Worth: "£3.85", AgeLimit: "18+"}}}
	handOver, refund := take, take
	handOver.Shop, refund.Shop = desk("orders", "Hand over", deskOrders, deskOrder), desk("orders", "Refund", deskOrders, deskOrder)
	handOver.URL = "/shop/orders/ord_1/hand-over/"
	return []sample{
		{"desk-orders", ShopOrders(ShopOrdersPage{
			Shop: desk("orders", "Orders"), Form: Form{Values: map[string]string{"q": evil, "slot": "slot_1"}}, State: "pick", Slots: states, NextURL: "/shop/orders/?cursor=x",
			Filters: []ShopFilter{{Link{Text: "To pick", URL: "/shop/orders/?state=pick", Current: true}, "12"}, {Link{Text: "Ready", URL: "/shop/orders/?state=ready"}, "3"},
				{Link{Text: "To pay", URL: "/shop/orders/?state=pay"}, "2"}, {Link{Text: "Handed over", URL: "/shop/orders/?state=done"}, ""}, {Link{Text: "Ended", URL: "/shop/orders/?state=ended"}, ""}},
			Rows: []ShopOrderRow{
				{Link: deskOrder, Name: "Wren Hollis", Slot: "Collection at the barn, Fri 4 Dec, 16:00 to 18:00", Things: "5 things", Total: "£15.91", State: State{"to pick", "wait"}, Age: "2 h", Placed: deskDay},
				{Link: Link{Text: "0QXM-R7K2", URL: "/shop/orders/ord_2/"}, Name: evil, Slot: "Delivery", Things: "1 thing", Total: "£2.10", State: State{"picking", "wait"},
					Notes: []State{{"payment to look into", "bad"}}, Age: "3 days", Placed: deskDay},
			}})},
		{"desk-orders-none", ShopOrders(ShopOrdersPage{Shop: desk("orders", "Orders"), Empty: "Nothing waits to be picked.", Filters: []ShopFilter{{Link{Text: "To pick", URL: "/shop/orders/", Current: true}, "0"}}})},
		{"desk-order", ShopOrder(ShopOrderPage{
			Shop: desk("orders", "Order R7K2-9QXM", deskOrders), URL: deskOrder.URL, Note: evil,
			States: []State{{"paid", "good"}, {"to pick", "wait"}},
			Do:     []ShopDo{{Text: "Start picking", URL: deskOrder.URL + "picking/", Key: "k", Fields: [][2]string{{"status", "picking"}}}},
			More:   []Link{{Text: "Hand over", URL: deskOrder.URL + "hand-over/", Current: true}, {Text: "Refund", URL: deskOrder.URL + "refund/"}, {Text: "Cancel", URL: deskOrder.URL + "cancel/"}},
			Papers: []Link{{Text: "Packing slip", URL: deskOrder.URL + "packing-slip/"}, {Text: "Invoice RA-17", URL: deskOrder.URL + "invoice/"}},
			Alarms: []ShopAlarm{{Text: "Something about its payment has to be looked into.", Link: Link{Text: "See what", URL: "/shop/differences/"}}},
			Facts:  []ShopFact{{Name: "Who", Values: []string{"Wren Hollis", "wren@example.org"}}, {Name: "Leaves the shop", Values: []string{"Collection at the barn"}, URL: "/shop/pick/?slot=slot_1"}},
			Lines: []ShopOrderLine{
				{Name: "Rye loaf", Variant: "800 g loaf", SKU: "RYE-800", Quantity: "2", Ordered: "3", HandedOver: "1", Price: "£4.20", Net: "£11.34", Discount: "£1.26", Refunded: "£3.78", Note: evil, Allergens: deskRye},
				{Name: "Cider", SKU: "CID", Quantity: "1", Price: "£3.85", Net: "£3.85", Deposit: "£0.50", AgeLimit: "18+", Allergens: ShopAllergens{None: true}}},
			Sums: deskSums(), VAT: []ShopSum{{Name: "20% on £3.85", Amount: "£0.64"}},
			Payments: []ShopPayment{{At: deskDay, How: "Card", Amount: "£15.91", State: State{"paid", "good"}, Words: "The money is there.", Code: "TAAA4"}},
			Refunds:  []ShopRefund{{At: deskDay, Amount: "£3.78", Why: "There was not enough", Note: evil, State: State{"under way", "wait"}, Words: "It is being sent.", By: "Ash"}},
			Events:   []ShopEvent{{At: deskDay, What: "Paid", By: "the payment provider", Cause: "told by it"}, {At: deskDay, What: "Placed", Notes: []string{evil}, By: "Wren", Cause: "request …c0ffee", Trace: "request 01a205fa-c0ffee"}},
			Older:    "/shop/orders/ord_1/?older=x"})},
		{"desk-order-bare", ShopOrder(ShopOrderPage{Shop: desk("orders", "Order R7K2-9QXM", deskOrders)})},
		{"desk-hand-over", ShopHandOver(handOver)},
		{"desk-refund", ShopRefundForm(refund)},
		{"desk-sure", ShopSure(ShopSurePage{Shop: desk("orders", "Refund £6.28", deskOrders, deskOrder), URL: "/shop/orders/ord_1/refund/", Intro: "This goes back to the card.", Key: "k",
			Fields: [][2]string{{"line_1", "1"}, {"note", evil}, {"sure", "yes"}}, Parts: []ShopPart{{"Rye loaf", "1", "£3.78"}, {"Delivery", "", "£2.50"}},
			Sums: []ShopSum{{Name: "Goes back", Amount: "£6.28", Strong: true}}, Warnings: []string{"It takes some days to be there."}, Button: "Pay back £6.28",
			Ask: &Input{Name: "note", Label: "Why", Max: 500}, BackURL: deskOrder.URL, BackText: "Back"})},
		{"desk-pick", ShopPick(ShopPickPage{Shop: desk("pick", "Pick"), Form: Form{Values: map[string]string{"window": "win_1"}}, Windows: []Choice{{"win_1", "Week 49"}}, Slots: states, What: "Week 49, all slots: 2 orders",
			Sums: []ShopPickSum{{"Rye loaf", "800 g loaf", "RYE-800", "5", "for 2 orders"}, {evil, "", "X", "1.5 kg", "for 1 order"}}, More: true,
			Orders: []ShopPickOrder{{Link: deskOrder, ID: "ord_1", Name: evil, Slot: "Fri 4 Dec, 16:00 to 18:00", State: State{"to pick", "wait"}, Note: evil, Slip: deskOrder.URL + "packing-slip/",
				Do:    []ShopDo{{Text: "Start picking", URL: deskOrder.URL + "picking/", Key: "k", Quiet: true, About: "R7K2-9QXM"}},
				Lines: []ShopSlipLine{{Name: "Rye loaf", SKU: "RYE-800", Quantity: "2", Note: evil, Allergens: deskRye}, {Name: "Cider", SKU: "CID", Quantity: "1", Done: true, AgeLimit: "18+"}}}}})},
		{"desk-pick-none", ShopPick(ShopPickPage{Shop: desk("pick", "Pick"), Fault: "There is no ordering window yet."})},
	}
}

func deskPaperSamples(evil string) []sample {
	lines := []ShopPaperLine{{Name: "Rye loaf, 800 g loaf", SKU: "RYE-800", Quantity: "2", Price: "£4.20", Rate: "0%", Amount: "£8.40"}, {Name: evil, Quantity: "750 g", Price: "£2.80 / kg", Rate: "20%", Amount: "£2.10"}}
	vat := []ShopVATRow{{Rate: "0%", Net: "£8.40", VAT: "£0.00", Gross: "£8.40"}, {Rate: "20%", Net: "£1.75", VAT: "£0.35", Gross: "£2.10"}}
	rows := []ShopSellRow{{ID: "var_1", Field: "quantity.var_1", Name: "Rye loaf", Detail: "800 g loaf · RYE-800", Price: "£4.20", Amount: "£8.40"},
		{ID: "var_2", Field: "quantity.var_2", Name: evil, Detail: "LENT", Price: "£2.80 / kg", Unit: "g", Amount: "£2.10", Stock: "500 g left"}}
	return []sample{
		{"desk-invoice", ShopPaper(ShopPaperPage{Shop: desk("orders", "Invoice RA-17", deskOrders, deskOrder), Kind: "Invoice", Number: "RA-17", Facts: []ShopFact{{Name: "Issued", Values: []string{"4 Dec 2026"}}},
			Seller: deskSeller, Buyer: ShopParty{Name: evil, Lines: []string{"wren@example.org"}}, Lines: lines, Sums: deskSums(), VAT: vat, Notes: []string{"Paid by card."}})},
		{"desk-slip", ShopSlip(ShopSlipPage{Shop: desk("orders", "Packing slip", deskOrders, deskOrder), Reference: "R7K2-9QXM", Name: evil, Slot: "Collection at the barn, Fri 4 Dec, 16:00 to 18:00",
			Facts: []ShopFact{{Name: "Telephone", Values: []string{"01422 000000"}}}, Note: evil, Seller: deskSeller,
			Lines: []ShopSlipLine{{Name: "Rye loaf", SKU: "RYE-800", Quantity: "2", Allergens: deskRye}, {Name: "Lentils", SKU: "LENT", Quantity: "750 g", Allergens: ShopAllergens{None: true}}}})},
		{"desk-sell", ShopSell(ShopSellPage{Shop: desk("sell", "Sell"), Key: "k", Searched: true, Total: "£10.50", Change: "Change of £20.00: £9.50", Currency: "GBP", Rows: rows, Sums: []ShopSum{{Name: "Goods", Amount: "£10.50"}},
			Form:  Form{Values: map[string]string{"q": evil, "quantity.var_1": "2", "quantity.var_2": "x"}, Errors: map[string]string{"quantity.var_2": "expected a whole number", "q": "that is too long"}},
			Found: []ShopSellFound{{ID: "var_3", Name: evil, Detail: "Cider · CID", Price: "£3.85", Stock: "12 left"}, {ID: "var_4", Name: "Oats", Price: "£1.00", Stock: "none left", Out: true}}})},
		{"desk-sell-new", ShopSell(ShopSellPage{Shop: desk("sell", "Sell"), Total: "£0.00", Searched: true})},
		{"desk-receipt", ShopReceipt(ShopReceiptPage{Shop: desk("sell", "Sold"), Reference: "R7K2-9QXM", When: deskDay, Seller: deskSeller, Lines: lines, Sums: deskSums(), VAT: vat, Paid: "Paid in cash: £20.00 given.", Change: "£4.09", OrderURL: deskOrder.URL})},
	}
}

func deskSettingSamples(evil string) []sample {
	choices := []Choice{{"cat_1", "Bread"}, {"cat_2", evil}}
	form := Form{Values: map[string]string{"name": evil, "category_ids.cat_1": "yes", "active": "yes"}, Errors: map[string]string{"name": "is taken"}, Stored: map[string]string{"name": "Autumn"}}
	order := deskOrder
	return []sample{
		{"desk-discounts", ShopDiscounts(ShopDiscountsPage{Shop: desk("discounts", "Discounts"), CanMake: true, NextURL: "/shop/discounts/?cursor=x", Items: []ShopDiscountRow{
			{Link: Link{Text: "AUTUMN10", URL: "/shop/discounts/disc_1/"}, Name: evil, Takes: "10 % off Bread", Terms: []string{"from £20.00", "for members"}, Used: "3 of 50", When: "until 31 Dec 2026", State: State{"in use", "good"}}}})},
		{"desk-discount", ShopDiscount(ShopDiscountPage{Shop: desk("discounts", "AUTUMN10"), Form: form, ID: "disc_1", URL: "/shop/discounts/disc_1/", ETag: `"1"`, Currency: "GBP", Categories: choices, Used: "Used by 3 orders.",
			State: State{"in use", "good"}, CanSave: true, Active: true})},
		{"desk-delivery", ShopDelivery(ShopDeliveryPage{Shop: desk("delivery", "Delivery"), CanMake: true, Methods: []ShopMethodRow{{Link: Link{Text: evil, URL: "/shop/delivery/del_1/"}, Kind: "they collect it", Place: "The barn", Fee: "free", State: State{"offered", "good"}}}})},
		{"desk-delivery-none", ShopDelivery(ShopDeliveryPage{Shop: desk("delivery", "Delivery")})},
		{"desk-method", ShopMethod(ShopMethodPage{Shop: desk("delivery", "Collection"), Form: form, ID: "del_1", URL: "/shop/delivery/del_1/", ETag: `"1"`, Currency: "GBP", CanSave: true})},
		{"desk-terms", ShopTerms(ShopTermsPage{Shop: desk("delivery", "Invoices and terms"), Form: form, ETag: `"1"`, CanSave: true})},
		{"desk-windows", ShopWindows(ShopWindowsPage{Shop: desk("delivery", "Ordering windows"), Methods: true, CanMake: true, NextURL: "/shop/windows/?cursor=x", Items: []ShopWindowRow{{
			Link: Link{Text: evil, URL: "/shop/windows/win_1/"}, When: "Mon 30 Nov, 09:00 to Wed 2 Dec, 20:00", State: State{"open", "good"}, PickURL: "/shop/pick/?window=win_1",
			Slots: []ShopSlotRow{{When: "Fri 4 Dec, 16:00 to 18:00", Method: "Collection", Taken: "20 of 20", Full: true, PickURL: "/shop/pick/?slot=slot_1"}}}, {Link: Link{Text: "Empty", URL: "/shop/windows/win_2/"}, State: State{Text: "not offered"}}}})},
		{"desk-windows-none", ShopWindows(ShopWindowsPage{Shop: desk("delivery", "Ordering windows")})},
		{"desk-window", ShopWindow(ShopWindowPage{Shop: desk("delivery", "Week 49"), Form: form, ID: "win_1", URL: "/shop/windows/win_1/", ETag: `"1"`, Methods: choices, CanSave: true,
			Slots: []ShopSlotForm{{Prefix: "slots[0].", ID: "slot_1", Title: "Fri 4 Dec", Taken: "Taken by 20 orders."}, {Prefix: "slots[1].", ID: "slot_2", Title: "Sat 5 Dec"}, {Prefix: "slots[2].", Title: "Another slot"}}})},
		{"desk-accounts", ShopAccounts(ShopAccountsPage{Shop: desk("accounts", "Accounts"), Month: "2026-12", Title: "December 2026", Months: []Choice{{"2026-12", "December 2026"}}, Sums: deskSums(),
			VAT:   []ShopVATRow{{Rate: "0%", Net: "£8.40", VAT: "£0.00", Gross: "£8.40"}},
			Files: []ShopFile{{Link{Text: "VAT", URL: "/shop/accounts/2026-12/vat.csv"}, "By rate, for the return."}}})},
		{"desk-differences", ShopDifferences(ShopDifferencesPage{Shop: desk("accounts", "Differences"), Open: true, CanRun: true, NextURL: "/shop/differences/?cursor=x",
			Items: []ShopDifference{{ID: "diff_1", Title: "A payment that no order knows", What: evil, ToDo: "Look into it.", Sums: []ShopSum{{Name: "Theirs", Amount: "£4.20"}}, Code: "TAAA4", Order: &order, Found: deskDay,
				URL: "/shop/differences/diff_1/", Form: Form{Values: map[string]string{"resolution": evil}, Errors: map[string]string{"resolution": "expected some words"}}},
				{ID: "diff_2", Title: "Paid twice", Settled: "Settled by Ash.", Solution: evil, Found: deskDay}},
			Runs: []ShopRun{{At: deskDay, Span: "3 Dec to 4 Dec", State: State{"done", "good"}, Seen: "31", Ours: "£480.10", Theirs: "£484.30", Found: "1"}}})},
		{"desk-differences-none", ShopDifferences(ShopDifferencesPage{Shop: desk("accounts", "Differences")})},
	}
}

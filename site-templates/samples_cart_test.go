// The made-up co-op's till: carts, checkout and orders in every state that looks or reads
// differently.

package site

func tillFrame(section, path, title string) Frame {
	f := sampleFrame(section, path, title)
	f.Account, f.CartCount = "Sign in", "3"
	f.Assets.JS = ""
	f.Assets.CartCSS, f.Assets.CartCSSIntegrity = "/_assets/cart.css", "sha384-cart"
	f.Assets.OrderJS, f.Assets.OrderJSIntegrity = "/_assets/order.js", "sha384-orderjs"
	f.Head.NoIndex = true
	return f
}

const evilText = `"><script>alert(1)</script>`

func sampleLines() []BasketLine {
	return []BasketLine{
		{ID: "line_1", Name: "Rye loaf", Variant: "800 g loaf", URL: "/market/products/rye-loaf/", Picture: samplePicture("bread.svg", "A rye loaf, cut", 1200, 900), Quantity: "2 ×",
			Each: "£4.60 each", Terms: []string{"£5.75 / kg", "no VAT"}, Price: "£8.28", Was: "£9.20", Note: "cut, please",
			Contents: []Fact{{"Contains", "cereals containing gluten (rye)"}, {"Check the label for", "sesame, lupin"}}},
		{ID: "line_2", Name: "Carlin peas, loose", URL: "/market/products/carlin-peas/", Quantity: "750 g", Each: "£5.00 / kg", Terms: []string{"no VAT"}, Price: "£3.75",
			Notices: []string{"It costs £5.00 now. It was £4.80 when you put it in."}, State: "500 g handed over so far"},
		{ID: "line_3", Name: evilText, URL: "javascript:x()", Quantity: "1 ×", Each: "£3.20 each", Terms: []string{"+ £0.20 deposit", "includes 20% VAT"}, Price: "£3.20", Notices: []string{"This is no longer sold. Remove it to go on."}},
	}
}

func sampleSums() Sums {
	return Sums{Rows: []Fact{{"Goods", "£16.15"}, {"Spring", "−£0.92"}, {"Deposits", "£0.20"}, {"Delivery", "£3.50"}}, Total: "£18.93", VAT: []Fact{{"VAT 0% in £15.13", "£0.00"}, {"VAT 20% in £3.60", "£0.60"}}}
}

func sampleCart() CartPage {
	p := CartPage{Frame: tillFrame("cart", "/cart/", "Your cart"), MarketURL: "/market/", SignInURL: "/login/?return_to=%2Fcart%2F", MemberSaves: "£1.20",
		Sums: sampleSums(), Codes: []CartCode{{"disc_1", "SPRING", "Spring", "−£0.92"}, {"disc_2", "OLD", evilText, "has been used up"}},
		Message: &Message{Kind: "done", Text: "Rye loaf is in your cart."}, Note: Form{Values: map[string]string{"note": "Eggs on top."}}}
	p.Sums.Open = "Delivery is chosen at checkout."
	for _, l := range sampleLines() {
		p.Lines = append(p.Lines, CartLine{BasketLine: l, Form: Form{Values: map[string]string{"quantity": "2", "note": l.Note}}, Step: "1", Min: "1", Max: "12"})
	}
	p.Lines[0].Form.Errors = map[string]string{"quantity": "That is more than can be ordered of it.", "note": "is too long"}
	p.Lines[1].Unit, p.Lines[1].Step, p.Lines[1].Min, p.Lines[1].Max = "g", "50", "100", ""
	p.Lines[2].Gone = true
	return p
}

func sampleCheckout() CheckoutPage {
	return CheckoutPage{
		Frame: tillFrame("checkout", "/checkout/", "Checkout"), Key: "K", ETag: `"v3"`, Expected: "1893", SignInURL: "/login/?return_to=%2Fcheckout%2F", Country: "GB", TermsVersion: "4",
		Message: &Message{Kind: "changed", Text: "Something has changed since you looked.", Items: []Link{{Text: "Rye loaf: £9.20 now."}, {Text: "Choose a time.", URL: "#f-slot-del-1"}}},
		Form: Form{Values: map[string]string{"name": evilText, "delivery": "del_2", "slot.del_1": "slot_1", "accept_terms": "yes", "note": evilText},
			Errors: map[string]string{"email": "This needs an e-mail address that works.", "slot.del_1": "Choose a time.", "delivery": "Choose how you get it.", "address.postcode": "We do not come there."}},
		Methods: []CheckoutMethod{
			{ID: "del_1", Name: "Collect at the barn", Fee: "free", Place: "The Barn, Mill Lane, Hebden Bridge", About: "Ring the bell by the gate.", Slots: []CheckoutSlot{
				{ID: "slot_1", Text: "Friday 4 December, 16:00 to 18:00", Until: "order by Thursday 3 December, 20:00", Left: "2 places left"},
				{ID: "slot_2", Text: "Saturday 5 December, 10:00 to 12:00", Until: "order by Thursday 3 December, 20:00"},
				{ID: "slot_3", Text: "Sunday 6 December, 10:00 to 12:00", Full: true},
			}},
			{ID: "del_2", Name: "By cargo bike", Fee: "£3.50, free from £40.00", About: "Within HX7.", Delivers: true, Slots: []CheckoutSlot{{ID: "slot_4", Text: "Friday 4 December, 18:00 to 20:00", Until: "order by Thursday 3 December, 20:00"}}},
			{ID: "del_3", Name: "At the Saturday market", Fee: "free", Place: "Market square", Closed: "All times are full.", Slots: []CheckoutSlot{{ID: "slot_5", Text: "Saturday", Full: true}}},
		},
		Lines: sampleLines(), Sums: sampleSums(), Pay: "Pay £18.93 now", How: "You pay at SumUp, on the next page. We never see your card.",
		Terms: "<h2>Terms of sale</h2><p>We sell, you eat.</p>", Cancelling: "<p>Fresh food cannot be given back.</p>",
	}
}

func sampleOrder(title, kind string) OrderPage {
	at := Date{ISO: "2026-11-28T09:00:00Z", Text: "28 Nov 2026, 09:00"}
	return OrderPage{
		Frame: tillFrame("orders", "/orders/ord_1/", "Order R7K2-9QXM"), Reference: "R7K2-9QXM", Title: title, Kind: kind, Placed: at,
		Words: []string{"A mail with all of this is on its way to you. We pack it, and write to you when it is ready. Come on Friday 4 December, 16:00 to 18:00, to The Barn, Mill Lane."},
		Steps: []OrderStep{{"Ordered", at, "done"}, {"Paid", at, "done"}, {"Packed", Date{}, "now"}, {"Ready to collect", Date{}, ""}, {"Collected", Date{}, ""}},
		Lines: sampleLines(), Sums: sampleSums(), Delivery: []Fact{{"How", "Collect at the barn"}, {"Where", "The Barn, Mill Lane"}, {"When", "Friday 4 December, 16:00 to 18:00"}},
		About: "Ring the bell by the gate.", Contact: []Fact{{"Name", "Ada Baker"}, {"E-mail", "ada@example.org"}}, Note: "Eggs on top.", OrdersURL: "/orders/",
	}
}

func tillSamples() []sample {
	at := Date{ISO: "2026-12-03T20:00:00Z", Text: "3 Dec 2026, 20:00"}
	empty := CartPage{Frame: tillFrame("cart", "/cart/", "Your cart"), MarketURL: "/market/", SignInURL: "/login/?return_to=%2Fcart%2F"}
	held := sampleCart()
	held.Held, held.Message, held.SignInURL = "Something in your cart cannot be had as it is.", &Message{Kind: "fault", Text: "There is no such code."}, ""
	held.Code = Form{Values: map[string]string{"code": evilText}, Errors: map[string]string{"code": "There is no such code."}}
	closed := CheckoutPage{Frame: tillFrame("checkout", "/checkout/", "Checkout"), SignedIn: "Ada Baker", Held: "Paying is not set up here yet.", Lines: sampleLines()[:1], Sums: Sums{Total: "£9.20"}}
	waiting := sampleOrder("Waiting for your payment", "waiting")
	waiting.Pay = &OrderPay{Action: "/orders/ord_1/k/pay/", Key: "K", Text: "Pay £18.93 now", Until: Date{ISO: "2026-11-28T09:32:00Z", Text: "09:32"}}
	waiting.Watch = &OrderWatch{URL: "/v1/orders/ord_1/payment", Key: "k", State: "pending_payment unpaid open false"}
	waiting.Frame.Head.Refresh = "10"
	waiting.Guest, waiting.OrdersURL = true, ""
	waiting.Cancel = &OrderCancel{Action: "/orders/ord_1/k/cancel/", Key: "K", Text: "What is in it goes back into your cart."}
	paid := sampleOrder("Thank you. It is paid.", "good")
	paid.Papers = []Link{{Text: "Invoice RA-1042", URL: "/orders/ord_1/invoice/"}}
	paid.Refunds = []string{"£3.25 went back on 3 December, because you took less."}
	paid.Sums.After = []Fact{{"Paid", "£18.93"}, {"Gone back", "£3.25"}}
	paid.Edit = &OrderEdit{Action: "/orders/ord_1/edit/", Key: "K", Until: at, Form: Form{Values: map[string]string{"quantity.line_1": "2"}, Errors: map[string]string{"quantity.line_1": "From 0 to 2."}},
		Inputs: []OrderEditInput{{Input: Input{Name: "quantity.line_1", Label: "Rye loaf", Width: "half"}, Step: "1", Most: "2"}, {Input: Input{Name: "quantity.line_2", Label: "Carlin peas", Unit: "g", Width: "half"}, Step: "50", Most: "750"}}}
	paid.Cancel = &OrderCancel{Action: "/orders/ord_1/cancel/", Key: "K", Text: "All that you paid goes back."}
	ended := sampleOrder("This order has ended", "bad")
	ended.CartURL, ended.Steps, ended.Message = "/cart/", nil, &Message{Kind: "changed", Text: "This order has ended without being paid."}
	orders := []OrderItem{
		{Link: Link{Text: "R7K2-9QXM", URL: "/orders/ord_1/"}, Placed: at, State: State{"paid", "good"}, Total: "£18.93", About: "Collect at the barn, Friday 4 December, 16:00 to 18:00"},
		{Link: Link{Text: "8FAC-2J4K", URL: "/orders/ord_2/"}, Placed: at, State: State{"waiting for payment", "waiting"}, Total: "£4.60"},
		{Link: Link{Text: "ZZ4T-0M1N", URL: "javascript:x()"}, Placed: at, State: State{Text: "cancelled"}, Total: "£12.00"},
	}
	return []sample{
		{"cart", Cart(sampleCart())},
		{"cart-held", Cart(held)},
		{"cart-empty", Cart(empty)},
		{"cart-add", CartAdd(CartAddPage{Frame: tillFrame("cart", "/cart/add/", "Put it into your cart?"), Action: "/cart/add/", CartURL: "/cart/", Name: "£4.60", AskFirst: true, Unit: "g",
			Fields: [][2]string{{"variant", evilText}, {"price", "460"}}, Form: Form{Values: map[string]string{"quantity": "1"}}})},
		{"checkout", Checkout(sampleCheckout())},
		{"checkout-closed", Checkout(closed)},
		{"orders", Orders(OrdersPage{Frame: tillFrame("orders", "/orders/", "Your orders"), Orders: orders, NextURL: "/orders/?cursor=x"})},
		{"orders-empty", Orders(OrdersPage{Frame: tillFrame("orders", "/orders/", "Your orders"), MarketURL: "/market/"})},
		{"order-waiting", Order(waiting)},
		{"order-paid", Order(paid)},
		{"order-ended", Order(ended)},
		{"invoice", Invoice(InvoicePage{Frame: tillFrame("orders", "/orders/ord_1/invoice/", "Invoice RA-1042"), Title: "Invoice RA-1042", BackURL: "/orders/ord_1/", BackText: "Order R7K2-9QXM",
			From: []string{"Rose Ash Cooperative Ltd", "The Barn", "Hebden Bridge"}, To: []string{"Ada Baker", evilText}, Facts: []Fact{{"Issued", "28 November 2026"}, {"Order", "R7K2-9QXM"}},
			Lines: []InvoiceLine{{"Rye loaf, 800 g loaf", "2", "£4.60", "0%", "£8.28"}, {"Carlin peas, loose", "750 g", "£5.00 / 1 kg", "0%", "£3.75"}, {evilText, "1", "£3.20", "20%", "£3.20"}},
			Sums:  sampleSums(), Notes: []string{"All prices include VAT. Deposits are outside its scope."}, Following: []Link{{Text: "Credit note RACN-7", URL: "/orders/ord_1/invoice/?credit=7"}}})},
	}
}

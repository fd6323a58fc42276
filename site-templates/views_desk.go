// What the shopkeeper's pages about orders are given: the board, one order, and the forms by
// which it is handed over, refunded and cancelled.

package site

// ShopOrdersPage is the board: orders by what is to be done with them.
type ShopOrdersPage struct {
	Shop    ShopPage
	Form    Form   // of the search: q, slot
	State   string // of the filter that is on; the search keeps it
	Filters []ShopFilter
	Slots   []Choice
	Rows    []ShopOrderRow
	Empty   string // what is said where there are no rows
	NextURL string
}

// ShopFilter leads to a part of a list.
type ShopFilter struct {
	Link
	Count string // how many there are; empty: nobody counted
}

// ShopOrderRow is an order on the board.
type ShopOrderRow struct {
	Link          // its reference
	Name   string // of who ordered
	Slot   string // when and how it leaves the shop
	Things string // "5 things"
	Total  string
	State  State
	Notes  []State // what is not as it should be
	Age    string  // "2 h"
	Placed Date
}

// ShopOrderPage is one order with all that is known of it.
type ShopOrderPage struct {
	Shop     ShopPage
	URL      string
	States   []State
	Do       []ShopDo // what can be done at once
	More     []Link   // pages on which more can be done; the one to go on with is current
	Papers   []Link   // invoice, credit notes, packing slip
	Alarms   []ShopAlarm
	Facts    []ShopFact
	Note     string // of who ordered
	Lines    []ShopOrderLine
	Sums     []ShopSum
	VAT      []ShopSum
	Payments []ShopPayment
	Refunds  []ShopRefund
	Events   []ShopEvent
	Older    string // more events; empty: these are all
}

// ShopDo is a button that does something at once. Sending it twice does it once.
type ShopDo struct {
	Text   string
	URL    string
	Key    string // Idempotency-Key; empty: none
	Fields [][2]string
	Quiet  bool
	About  string // for those who do not see where the button is
}

// ShopAlarm is something about an order that a person has to look into.
type ShopAlarm struct {
	Text string
	Link Link
}

// ShopFact is something to know, in a line or several.
type ShopFact struct {
	Name   string
	Values []string
	URL    string // where the first value leads; empty: nowhere
}

// ShopOrderLine is a line of an order as it was bought.
type ShopOrderLine struct {
	Name       string
	Variant    string
	SKU        string
	Quantity   string // still wanted: 2, or 750 g
	Ordered    string // where that was another
	HandedOver string // empty: nothing
	Price      string // of one
	Net        string
	Discount   string // empty: none
	Deposit    string // empty: none
	Refunded   string // empty: nothing
	Note       string
	AgeLimit   string // "18+"
	Allergens  ShopAllergens
}

// ShopAllergens are the allergens of one thing in words. What is not known is not absent.
type ShopAllergens struct {
	Contains string
	May      string
	Unknown  string
	None     bool // it is food, and free of all of them
}

// ShopSum is an amount with what it is.
type ShopSum struct {
	Name   string
	Amount string
	Strong bool
}

// ShopPayment is an attempt to pay.
type ShopPayment struct {
	At     Date
	How    string // card, cash, …
	Amount string
	State  State
	Words  string // what that means, and what happens next
	Code   string // by which the provider knows it
}

// ShopRefund is money that went back or is about to.
type ShopRefund struct {
	At     Date
	Amount string
	Why    string
	Note   string
	State  State
	Words  string
	By     string
}

// ShopEvent is something that happened to an order.
type ShopEvent struct {
	At    Date
	What  string
	Notes []string
	By    string
	Cause string
	Trace string // the cause in full, to be found in logs; empty: Cause is
}

// ShopTakePage is a form about the lines of an order: what is handed over, or what is
// refunded.
type ShopTakePage struct {
	Shop     ShopPage
	Form     Form
	URL      string
	Key      string // Idempotency-Key; empty: another page follows
	Intro    string
	Lines    []ShopTakeLine
	Delivery string // the fee that can still go back; empty: none
	Most     string // what can go back in all
	Currency string
	BackURL  string
}

// ShopTakeLine is a line in such a form.
type ShopTakeLine struct {
	Field     string // of its quantity
	Name      string
	Variant   string
	SKU       string
	Left      string // how much there is to take: 2, or 750 g
	Unit      string // "g" of what is sold by weight
	Worth     string // of what is left
	AgeLimit  string
	Allergens ShopAllergens
}

// ShopSurePage shows what something would do before it is done. What was typed before goes
// along in hidden fields.
type ShopSurePage struct {
	Shop     ShopPage
	URL      string
	Intro    string
	Parts    []ShopPart
	Sums     []ShopSum
	Warnings []string
	Key      string
	Fields   [][2]string
	Form     Form
	Ask      *Input // a line that is asked for; nil: none
	Button   string
	BackURL  string
	BackText string
}

// ShopPart is so much of a line and what that is worth.
type ShopPart struct {
	Name     string
	Quantity string
	Amount   string
}

// What the pages of the cart are given, and what lines and sums look like wherever they are
// shown: in the cart, at checkout, in an order, on an invoice.

package site

// CartPage is the cart.
type CartPage struct {
	Frame       Frame
	Message     *Message
	Lines       []CartLine
	Codes       []CartCode
	Code        Form // of a discount code
	Note        Form // for the shop
	Sums        Sums
	MarketURL   string
	SignInURL   string // where members sign in, and get back from; empty: they have
	MemberSaves string // what members would pay less: "£1.20"; empty: the same, or nobody knows
	Held        string // why it cannot be bought as it is; empty: it can
	OrdersURL   string // empty: who is not signed in has no list
}

// CartLine is a line of the cart with its forms.
type CartLine struct {
	BasketLine
	Form Form   // quantity and note
	Unit string // of the quantity: "g"; empty: pieces
	Step string
	Min  string
	Max  string // empty: no limit
	Gone bool   // it can only be removed
}

// BasketLine is something that is bought, and what it costs.
type BasketLine struct {
	ID       string
	Name     string
	Variant  string // "800 g loaf"; empty: there is nothing to tell apart
	URL      string
	Picture  *Picture
	Quantity string   // "2 ×", "750 g"
	Each     string   // "£4.60 each", "£5.00 per kg"
	Terms    []string // "+ £0.20 deposit each", "includes 20% VAT"
	Price    string   // of the quantity, without the deposit
	Was      string   // before discounts; empty: the same
	Note     string
	Notices  []string // what has changed about it, in words
	Contents []Fact   // allergens by what is known: "Contains", "May contain", "Not known"
	State    string   // of an order: "1 of 2 handed over"
}

// CartCode is a discount code that is used.
type CartCode struct {
	ID    string
	Code  string
	Name  string
	Takes string // "−£2.00"
}

// Sums are what a basket comes to.
type Sums struct {
	Rows  []Fact // goods, discounts, deposits, delivery
	Total string
	Open  string // what the total leaves out: "Delivery is added at checkout."
	VAT   []Fact // "20% of £12.00" and the tax in it
	After []Fact // what was paid and what went back, of an order
}

// CartAddPage asks once more: a form that another site of ours sends comes without cookies.
type CartAddPage struct {
	Frame    Frame
	Action   string
	Fields   [][2]string
	Form     Form // quantity
	Unit     string
	Name     string // empty: nobody knows
	CartURL  string
	AskFirst bool // the quantity is asked here
}

// CartMiniView is the cart in a few lines, for other pages to include.
type CartMiniView struct {
	CartURL string
	Count   string // "3 things"; empty: none
	Lines   []Fact // name and quantity
	More    string // "and 2 more"
	Total   string
}

// What the pages of checkout and of orders are given.

package site

// CheckoutPage is all that is asked before somebody pays.
type CheckoutPage struct {
	Frame      Frame
	Message    *Message
	Form       Form
	Key        string // Idempotency-Key
	ETag       string // of the cart that is shown
	Expected   string // the total that is shown, in minor units
	Seen       string // what the lines and delivery cost as they are shown
	SignInURL  string // empty: they have
	SignedIn   string // who they are; empty: a guest
	Methods    []CheckoutMethod
	Lines      []BasketLine
	Sums       Sums
	Pay        string // "Pay £12.50 now"
	How        string // where one pays, and what of the card is seen here
	Held       string // why nothing can be ordered; empty: it can
	Terms      string // sanitised HTML; empty: there are none to accept
	Cancelling string // the right to cancel, sanitised HTML; empty: none to read
	// TermsVersion tells which words are accepted.
	TermsVersion string
	Country      string // of the address: the shop's
}

// CheckoutMethod is a way that goods reach people, with its times.
type CheckoutMethod struct {
	ID       string
	Name     string
	Fee      string // "free", "£3.50"
	Place    string
	About    string
	Delivers bool // it needs an address
	Slots    []CheckoutSlot
	Closed   string // why it cannot be chosen; empty: it can
}

// CheckoutSlot is a time to come, or to be at home.
type CheckoutSlot struct {
	ID    string
	Text  string // "Friday 3 May, 16:00 to 18:00"
	Until string // "order by Thursday 2 May, 20:00"
	Left  string // "2 places left"; empty: enough
	Full  bool
}

// OrdersPage is somebody's orders, the newest first.
type OrdersPage struct {
	Frame     Frame
	Orders    []OrderItem
	NextURL   string
	MarketURL string
}

// OrderItem is an order in a list.
type OrderItem struct {
	Link   // its reference
	Placed Date
	State  State
	Total  string
	About  string // "Rye loaf, carrots and 3 more"
}

// OrderPage is an order as whoever placed it sees it.
type OrderPage struct {
	Frame     Frame
	Message   *Message
	Reference string
	Title     string // how it stands, in a few words
	Words     []string
	Kind      string // of the state: "waiting", "good", "bad" or ""
	Steps     []OrderStep
	Pay       *OrderPay
	Watch     *OrderWatch
	Placed    Date
	Lines     []BasketLine
	Sums      Sums
	Delivery  []Fact // how, where, when
	About     string // instructions of the delivery method
	Contact   []Fact
	Note      string
	Refunds   []string // what went back or is going back, in words
	Papers    []Link
	Edit      *OrderEdit
	Cancel    *OrderCancel
	OrdersURL string // of who has signed in
	CartURL   string // where the things of an order that ended are
	Guest     bool   // the page is reached by its address alone
}

// OrderStep is a stage of an order.
type OrderStep struct {
	Text  string
	When  Date
	State string // "done", "now" or ""
}

// OrderPay is the way to pay an order that is not paid.
type OrderPay struct {
	Action string
	Key    string // Idempotency-Key
	Text   string // "Pay £12.50 now"
	Until  Date   // how long its things are held
}

// OrderWatch has the page looked at again while a payment is on its way.
type OrderWatch struct {
	URL     string // where the API tells
	Key     string // the guest's
	State   string // as it was shown
	Seconds string // between two looks of a browser without scripts
}

// OrderEdit is the form to take less of what was ordered.
type OrderEdit struct {
	Action string
	Key    string
	Form   Form
	Until  Date
	Inputs []OrderEditInput
}

// OrderEditInput is how much of a line is wanted.
type OrderEditInput struct {
	Input
	Step string
	Most string
}

// OrderCancel is the form to cancel an order.
type OrderCancel struct {
	Action string
	Key    string
	Text   string // what happens then
}

// InvoicePage is an invoice or a credit note, to be printed.
type InvoicePage struct {
	Frame     Frame
	Title     string // "Invoice RA-1042"
	Facts     []Fact
	From      []string // lines of an address
	To        []string
	Lines     []InvoiceLine
	Sums      Sums
	Notes     []string
	BackURL   string
	BackText  string
	Following []Link // credit notes
}

// InvoiceLine is a line of an invoice.
type InvoiceLine struct {
	Name     string
	Quantity string
	Each     string
	VAT      string // "20%"
	Price    string
}

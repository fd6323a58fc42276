// What papers and lists to be printed are given: invoices, credit notes, packing slips, the
// pick list and the receipt of the counter.

package site

// ShopPaperPage is an invoice or a credit note as it was issued.
type ShopPaperPage struct {
	Shop   ShopPage
	Kind   string // "Invoice" or "Credit note"
	Number string
	Facts  []ShopFact // issued, supplied, of which order
	Seller ShopParty
	Buyer  ShopParty
	Lines  []ShopPaperLine
	Sums   []ShopSum
	VAT    []ShopVATRow
	Notes  []string
}

// ShopParty is who sells or buys.
type ShopParty struct {
	Name  string
	Lines []string
}

// ShopPaperLine is a line of such a paper. Amounts include VAT.
type ShopPaperLine struct {
	Name     string
	SKU      string
	Quantity string
	Price    string // of one
	Rate     string // of VAT
	Amount   string
}

// ShopVATRow is the tax of one rate.
type ShopVATRow struct {
	Rate  string
	Net   string // without the tax
	VAT   string
	Gross string
}

// ShopSlipPage is what lies with the goods.
type ShopSlipPage struct {
	Shop      ShopPage
	Reference string
	Name      string
	Slot      string
	Facts     []ShopFact
	Note      string
	Lines     []ShopSlipLine
	Seller    ShopParty
}

// ShopSlipLine is a line of it, or of the check list of an order.
type ShopSlipLine struct {
	Name      string
	SKU       string
	Quantity  string
	Note      string
	Done      bool // handed over
	AgeLimit  string
	Allergens ShopAllergens
}

// ShopPickPage is what to take from the shelves, and for whom.
type ShopPickPage struct {
	Shop    ShopPage
	Form    Form // window, slot
	Windows []Choice
	Slots   []Choice
	What    string // what the list is for, in words
	Sums    []ShopPickSum
	Orders  []ShopPickOrder
	More    bool // there are more orders than these
	Fault   string
}

// ShopPickSum is how much of one thing all orders want together.
type ShopPickSum struct {
	Name     string
	Variant  string
	SKU      string
	Quantity string
	Orders   string
}

// ShopPickOrder is the check list of one order.
type ShopPickOrder struct {
	Link
	ID    string
	Name  string
	Slot  string
	State State
	Note  string
	Lines []ShopSlipLine
	Slip  string
	Do    []ShopDo
}

// ShopSellPage is the till.
type ShopSellPage struct {
	Shop     ShopPage
	Form     Form // q, member, discount, cash and the quantities
	Key      string
	Searched bool
	Found    []ShopSellFound
	Rows     []ShopSellRow
	Sums     []ShopSum
	Total    string
	Change   string // what is to be given back, in words; empty: nothing
	Currency string
}

// ShopSellFound is something that can be sold.
type ShopSellFound struct {
	ID     string
	Name   string
	Detail string // variant and sku
	Price  string
	Stock  string
	Out    bool
}

// ShopSellRow is something that is being sold.
type ShopSellRow struct {
	ID     string
	Field  string // of its quantity
	Name   string
	Detail string
	Price  string
	Unit   string // "g" of what is sold by weight
	Amount string
	Stock  string // less than wanted: how much there is
}

// ShopReceiptPage is a sale over the counter that was made.
type ShopReceiptPage struct {
	Shop      ShopPage
	Reference string
	When      Date
	Seller    ShopParty
	Lines     []ShopPaperLine
	Sums      []ShopSum
	VAT       []ShopVATRow
	Paid      string // how, and how much was given
	Change    string // empty: none
	OrderURL  string
}

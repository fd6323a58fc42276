// What the pages are given by which a shopkeeper says how the shop sells: discounts,
// delivery, ordering windows; and those about its books.

package site

// ShopDiscountsPage lists discount codes.
type ShopDiscountsPage struct {
	Shop    ShopPage
	Items   []ShopDiscountRow
	CanMake bool
	NextURL string
}

// ShopDiscountRow is a discount code.
type ShopDiscountRow struct {
	Link         // the code
	Name  string // what shoppers read
	Takes string // "10 % off Bread"
	Terms []string
	Used  string
	When  string
	State State
}

// ShopDiscountPage is the form of one. ID is empty for a new one.
type ShopDiscountPage struct {
	Shop       ShopPage
	Form       Form
	ID         string
	URL        string
	ETag       string
	Currency   string
	Categories []Choice
	Used       string
	State      State
	CanSave    bool
	Active     bool
}

// ShopDeliveryPage lists how goods leave the shop.
type ShopDeliveryPage struct {
	Shop    ShopPage
	Methods []ShopMethodRow
	CanMake bool
}

// ShopMethodRow is one way for goods to leave the shop.
type ShopMethodRow struct {
	Link
	Kind  string
	Place string
	Fee   string
	State State
}

// ShopMethodPage is the form of one. ID is empty for a new one.
type ShopMethodPage struct {
	Shop     ShopPage
	Form     Form
	ID       string
	URL      string
	ETag     string
	Currency string
	CanSave  bool
}

// ShopTermsPage is the form of what stands on invoices and is agreed to.
type ShopTermsPage struct {
	Shop    ShopPage
	Form    Form
	ETag    string
	CanSave bool
}

// ShopWindowsPage lists ordering windows.
type ShopWindowsPage struct {
	Shop    ShopPage
	Items   []ShopWindowRow
	Methods bool // there is a way for goods to leave the shop
	CanMake bool
	NextURL string
}

// ShopWindowRow is a window with its slots.
type ShopWindowRow struct {
	Link
	When    string
	State   State
	Slots   []ShopSlotRow
	PickURL string
}

// ShopSlotRow is a time for collection or delivery.
type ShopSlotRow struct {
	When    string
	Method  string
	Taken   string
	Full    bool
	PickURL string
}

// ShopWindowPage is the form of one. ID is empty for a new one.
type ShopWindowPage struct {
	Shop    ShopPage
	Form    Form
	ID      string
	URL     string
	ETag    string
	Methods []Choice
	Slots   []ShopSlotForm
	CanSave bool
}

// ShopSlotForm is a slot in the form of its window.
type ShopSlotForm struct {
	Prefix string // of its fields' names: slots[0].
	ID     string // empty: a new one
	Title  string
	Taken  string // empty: nobody has taken it
}

// ShopAccountsPage is the books of one month.
type ShopAccountsPage struct {
	Shop   ShopPage
	Month  string
	Title  string // December 2026
	Months []Choice
	Sums   []ShopSum
	VAT    []ShopVATRow
	Files  []ShopFile
	Fault  string
}

// ShopFile is a file for the books.
type ShopFile struct {
	Link
	About string
}

// ShopDifferencesPage is where our books and the payment provider's do not agree.
type ShopDifferencesPage struct {
	Shop    ShopPage
	Open    bool // those that nobody has settled
	Items   []ShopDifference
	NextURL string
	Runs    []ShopRun
	CanRun  bool
}

// ShopDifference is one of them.
type ShopDifference struct {
	ID       string
	Title    string
	What     string
	ToDo     string
	Sums     []ShopSum
	Code     string // by which the provider knows it
	Order    *Link
	Found    Date
	Form     Form
	URL      string // the action that settles it; empty: it is settled, or not for who asks
	Settled  string // when and by whom
	Solution string
}

// ShopRun is one comparison of the books.
type ShopRun struct {
	At     Date
	Span   string
	State  State
	Seen   string
	Ours   string
	Theirs string
	Found  string
}

// What the shopkeeper's pages are given: forms with what was typed and what is wrong
// with it, and lists as text.

package site

// ShopPage is what every page under /shop/ has around its content.
type ShopPage struct {
	Frame   Frame
	Section string // "orders", "products", "stock", …: the tab that is on
	Title   string
	Trail   []Link // the pages above this one
	Message *Message
}

// ShopProductsPage lists products.
type ShopProductsPage struct {
	Shop     ShopPage
	Query    string
	Status   string // "published" or "draft"
	Items    []ShopProductRow
	NextURL  string
	Searched bool // Items are what was found
	More     bool // there are more than Items
}

// ShopProductRow is a product in the list.
type ShopProductRow struct {
	Link
	Detail   string // brand and category
	Picture  *Picture
	Status   string
	Price    string
	PerUnit  string
	Reduced  bool
	Variants int
	Stock    []ShopStockCell // of its variants that are counted
	Out      bool
}

// ShopStockCell is how much there is of a variant.
type ShopStockCell struct {
	Name      string
	OnHand    string
	Available string
	Low       bool
}

// ShopProductPage is the form of one product. ID is empty for a new one.
type ShopProductPage struct {
	Shop       ShopPage
	Form       Form
	ID         string
	ETag       string
	Published  bool
	PageURL    string // where readers see it; empty: nowhere
	Categories []Choice
	Brands     []Choice
	Producers  []Choice
	Allergens  []Choice
	Labels     []Choice
	Variants   []ShopVariant
}

// ShopVariant is a variant in the form of its product.
type ShopVariant struct {
	Prefix    string // of its fields' names: variants[0].
	ID        string // empty: a new one
	Title     string
	PricesURL string
	Open      bool
}

// ShopPricesPage is the prices of one variant.
type ShopPricesPage struct {
	Shop     ShopPage
	Form     Form
	Action   string
	Product  Link
	Now      string
	Member   string
	PerUnit  string
	Currency string
	Prices   []ShopPrice
	NextURL  string
}

// ShopPrice is a price on one list for some time.
type ShopPrice struct {
	List   string
	Price  string
	State  string // past, current or planned
	From   Date
	Until  *Date
	Unplan string // the action that takes it back; empty: it has begun
}

// ShopStockPage is the stock and its movements.
type ShopStockPage struct {
	Shop      ShopPage
	Form      Form
	Key       string
	SKU       string
	Low       string
	Levels    []ShopLevel
	NextURL   string
	Reasons   []Choice
	Movements []ShopMovement
	Older     string
}

// ShopLevel is how much there is of a variant.
type ShopLevel struct {
	Product   Link
	Variant   string
	SKU       string
	MoveURL   string
	OnHand    string
	Reserved  string
	Available string
	Low       bool
}

// ShopMovement is a change of stock.
type ShopMovement struct {
	At      string
	ISO     string
	SKU     string
	Change  string
	OnHand  string
	Reason  string
	Note    string
	Actor   string
	Outward bool
}

// ShopCataloguePage is the catalogue as a file. Preview is what an uploaded file would
// change; nil: none was uploaded.
type ShopCataloguePage struct {
	Shop    ShopPage
	Fault   string
	Faults  []string
	Preview *ShopPreview
}

// ShopPreview is what a file would change.
type ShopPreview struct {
	Token     string
	File      string
	Facts     []string
	Created   int
	Changed   int
	Unchanged int
	LeftOut   int
	Products  []ShopPreviewRow
	MoreRows  int
	Broken    []ShopBrokenRow
	BrokenAll int
	CanApply  bool
	CanSkip   bool
}

// ShopPreviewRow is a product that a file would change.
type ShopPreviewRow struct {
	Product Link
	Change  string // new or changed
	Fields  string
	Prices  []string
}

// ShopBrokenRow is a row that cannot be read.
type ShopBrokenRow struct {
	Line   string
	Column string
	Reason string
}

// What is in carts and orders, as far as domains have to agree on it: lines, what their
// owners say of them, and sums.

package contract

// LineKind says whose a line is: the market's goods, later tickets and bookings.
type LineKind string

// The kinds. Cart and orders know no more of them than their names.
const (
	ProductLine LineKind = "product"
	TicketLine  LineKind = "ticket"
	BookingLine LineKind = "booking"
)

// CartID and LineID are ids of carts and their lines; a line of an order keeps the id
// that it had in the cart.
type (
	CartID     string // cart_…
	LineID     string // line_…
	DiscountID string // disc_…
)

// Buyer is who something is offered to. Members are those who have signed in.
type Buyer struct {
	User   UserID // empty: a guest
	Member bool
}

// Offer is what the owner of a kind of lines says of one of its things now (schema.org's
// Offer). Price is for Quantity of Unit where it is sold by weight, else for one piece.
type Offer struct {
	Kind         LineKind     `json:"kind"`
	ID           string       `json:"id"`           // var_…
	Name         string       `json:"name"`         // Rye loaf
	VariantName  string       `json:"variant_name"` // 800 g loaf; empty: there is nothing to tell apart
	SKU          string       `json:"sku"`
	Slug         string       `json:"slug"` // of its page
	Image        *Image       `json:"image,omitempty"`
	Price        Money        `json:"price"`        // this buyer's, with VAT, without the deposit
	PublicPrice  Money        `json:"public_price"` // everybody's
	Deposit      Money        `json:"deposit"`      // for a piece
	VATRate      int          `json:"vat_rate"`     // basis points
	Quantity     int64        `json:"quantity"`     // of Unit in a piece, or what the price is for
	Unit         Unit         `json:"unit"`
	SoldByWeight bool         `json:"sold_by_weight"` // ordered in grams
	OrderStep    int64        `json:"order_step"`
	OrderMin     int64        `json:"order_min"`
	OrderMax     int64        `json:"order_max,omitempty"` // 0: no limit
	Available    *int64       `json:"available,omitempty"` // nil: not counted
	CategoryIDs  []CategoryID `json:"category_ids"`        // its own and those above, nearest first
	Allergens    []Allergen   `json:"allergens"`           // all fourteen where it is food
	Ingredients  string       `json:"ingredients,omitempty"`
	AgeLimit     int          `json:"age_limit,omitempty"`
	LabelHash    string       `json:"label_hash,omitempty"` // of all particulars that the law wants known: what was on show when it was bought
}

// Take is so much of one thing: pieces, or grams of what is sold by weight.
type Take struct {
	Kind     LineKind
	ID       string
	Quantity int64
}

// Shortage is a thing of which there is less than was wanted.
type Shortage struct {
	ID        string
	Available int64
}

// PricedLine is a line with what it costs. Gross is of the quantity, before discounts;
// all amounts are in minor units with VAT.
type PricedLine struct {
	ID            LineID `json:"id"`
	Offer         Offer  `json:"offer"`
	Quantity      int64  `json:"quantity"`
	Note          string `json:"note,omitempty"`
	GrossMinor    int64  `json:"gross_minor"`
	DiscountMinor int64  `json:"discount_minor"` // its share of all discounts
	NetMinor      int64  `json:"net_minor"`      // gross less discount: what is paid for it, without the deposit
	DepositMinor  int64  `json:"deposit_minor"`  // of the quantity
	VATMinor      int64  `json:"vat_minor"`      // in NetMinor
}

// DiscountKind is how a discount is reckoned.
type DiscountKind string

// Percent takes basis points off, Fixed an amount.
const (
	PercentDiscount DiscountKind = "percent"
	FixedDiscount   DiscountKind = "fixed"
)

// Discount is a reduction as it applies to a basket. It takes from lines whose offer is
// in one of its categories, or from all where it names none.
type Discount struct {
	ID          DiscountID   `json:"id"`
	Code        string       `json:"code"`
	Name        string       `json:"name"`
	Kind        DiscountKind `json:"kind"`
	PercentBP   int          `json:"percent_bp,omitempty"`   // 1000 is 10 %
	AmountMinor int64        `json:"amount_minor,omitempty"` // of Fixed
	CategoryIDs []CategoryID `json:"category_ids,omitempty"`
	TakenMinor  int64        `json:"taken_minor"` // what it takes off this basket
}

// VATShare is the tax of one rate in a sum: Gross includes VAT.
type VATShare struct {
	Rate       int   `json:"rate" example:"2000" doc:"Basis points: 2000 is 20 %."`
	GrossMinor int64 `json:"gross_minor" example:"1200" doc:"What is taxed at the rate, with the tax."`
	VATMinor   int64 `json:"vat_minor" example:"200"`
}

// Totals is what a basket comes to. Total = Gross − Discount + Deposit + Delivery.
// VAT has one share a rate, by rate; deposits are outside its scope.
type Totals struct {
	Currency      string     `json:"currency" example:"GBP"`
	GrossMinor    int64      `json:"gross_minor" example:"1250" doc:"The lines, before discounts."`
	DiscountMinor int64      `json:"discount_minor" example:"0"`
	DepositMinor  int64      `json:"deposit_minor" example:"0" doc:"Given back for the empty containers; outside of VAT."`
	DeliveryMinor int64      `json:"delivery_minor" example:"0" doc:"The fee of delivery, taxed in proportion to what is delivered."`
	TotalMinor    int64      `json:"total_minor" example:"1250" doc:"What is to be paid."`
	VAT           []VATShare `json:"vat" doc:"A share for each rate, by rate."`
	VATMinor      int64      `json:"vat_minor" example:"0" doc:"All tax in the total."`
}

// TakenCart is a cart that has become an order: what the order is made from.
type TakenCart struct {
	ID        CartID
	Version   int64
	Buyer     Buyer
	Note      string
	Lines     []PricedLine
	Discounts []Discount
	Totals    Totals // without delivery
}

// ReturnedLine is a line that an order gives back to the open cart, as far as the cart
// keeps it.
type ReturnedLine struct {
	Kind           LineKind
	ID             string
	Quantity       int64
	Note           string
	AddedUnitMinor int64
}

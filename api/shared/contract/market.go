// The market's data: categories, products with their variants. What is in food
// stands in particulars.go, what products are grouped by in terms.go, and the
// events in marketevents.go.

package contract

import "time"

// Ids of the market, as they are shown outside.
type (
	ProductID  string // prod_…
	VariantID  string // var_…
	CategoryID string // cat_…
	TermID     string // brand_…, producer_…, label_… or collection_…
)

// Money is an amount in minor units (pence) of an ISO 4217 currency.
type Money struct {
	AmountMinor int64  `json:"amount_minor" example:"325" doc:"Minor units: pence, cents."`
	Currency    string `json:"currency" example:"GBP" doc:"ISO 4217 code."`
}

// Unit is what a quantity is counted in.
type Unit string

// Quantities are integers of the small unit; prices a unit are shown for the
// large one (1 kg, 1 L, one piece).
const (
	UnitGram       Unit = "g"
	UnitMillilitre Unit = "ml"
	UnitEach       Unit = "each"
)

// UnitPrice is the price of one kilogram, litre or piece, rounded half up to
// the minor unit.
type UnitPrice struct {
	Money
	Per string `json:"per" enum:"kg,L,each" doc:"What the price is for one of."`
}

// CategoryLink is what a link to a category needs.
type CategoryLink struct {
	ID   CategoryID `json:"id" example:"cat_019ab3f47c2e7d06b8a1f0c2d3e4f506"`
	Slug string     `json:"slug" example:"bread"`
	Name string     `json:"name" example:"Bread"`
}

// Category is a node of the category tree. Ancestors run from the root to the
// parent; Children are in their order.
type Category struct {
	CategoryLink
	Description string         `json:"description,omitempty" example:"Baked overnight, on the shelf by eight."`
	Image       *Image         `json:"image,omitempty"`
	ParentID    *CategoryID    `json:"parent_id,omitempty" example:"cat_019ab3f47c2e7d06b8a1f0c2d3e4f500"`
	Ancestors   []CategoryLink `json:"ancestors" doc:"From the root to the parent."`
	Children    []CategoryLink `json:"children" doc:"In their order."`
	SortOrder   int            `json:"sort_order" example:"0" doc:"Place among siblings."`
	Version     int64          `json:"version" example:"3" doc:"Counts the changes; the ETag."`
	UpdatedAt   time.Time      `json:"updated_at"`
}

// Availability is whether a variant can be had, in schema.org's words.
type Availability string

// What is not counted is always in stock.
const (
	InStock    Availability = "in_stock"
	OutOfStock Availability = "out_of_stock"
)

// Variant is what is sold: one size or kind of a product with its sku and price.
// Price and MemberPrice include VAT and leave out the Deposit, which is given back;
// VATRate is in basis points (2000 = 20 %). Quantity counts Unit. What is sold by
// weight is ordered in grams, and its price is that of Quantity; everything else is
// ordered by the piece.
type Variant struct {
	ID           VariantID    `json:"id" example:"var_019ab3f47c2e7d06b8a1f0c2d3e4f507"`
	SKU          string       `json:"sku" example:"RYE-800"`
	Name         string       `json:"name" example:"800 g loaf"`
	Options      []string     `json:"options" example:"[\"800 g\"]" doc:"A value for each of the product's options, in their order."`
	GTIN         string       `json:"gtin,omitempty" example:"5012345678900" doc:"GS1 number of one, with its check digit."`
	CaseGTIN     string       `json:"case_gtin,omitempty" example:"15012345678907" doc:"GS1 number of a case."`
	CaseSize     int          `json:"case_size,omitempty" example:"6" doc:"How many are in a case."`
	Price        Money        `json:"price" doc:"With VAT, without the deposit."`
	MemberPrice  *Money       `json:"member_price,omitempty" doc:"What members pay, where that is another price."`
	Reduction    *Reduction   `json:"reduction,omitempty" doc:"Where the price is reduced for some time."`
	Deposit      *Money       `json:"deposit,omitempty" doc:"Paid on top, and given back for the empty container."`
	VATRate      int          `json:"vat_rate" example:"0" doc:"Basis points: 2000 is 20 %."`
	Quantity     int64        `json:"quantity" example:"800" doc:"How much of the unit is in it."`
	Drained      int64        `json:"drained_quantity,omitempty" example:"240" doc:"How much of the unit is in it without the liquid."`
	Pieces       int          `json:"pieces" example:"1" doc:"How many pieces the quantity is divided into."`
	Unit         Unit         `json:"unit" enum:"g,ml,each" example:"g"`
	UnitPrice    UnitPrice    `json:"unit_price" doc:"For one kg, L or piece, rounded half up; of the drained quantity where there is one."`
	MemberUnit   *UnitPrice   `json:"member_unit_price,omitempty" doc:"The same of the member price."`
	SoldByWeight bool         `json:"sold_by_weight" example:"false" doc:"Ordered in grams, the price being that of the quantity; else by the piece."`
	OrderStep    int64        `json:"order_step" example:"1" doc:"Pieces, or grams where it is sold by weight, are ordered in multiples of this."`
	OrderMin     int64        `json:"order_min" example:"1" doc:"The fewest that can be ordered."`
	OrderMax     int64        `json:"order_max,omitempty" example:"12" doc:"The most that can be ordered at once; absent: no limit."`
	Availability Availability `json:"availability" enum:"in_stock,out_of_stock" example:"in_stock"`
	TrackStock   bool         `json:"track_stock" example:"true" doc:"Whether stock is counted; what is not counted is always in stock."`
	Allergens    []Allergen   `json:"allergens,omitempty" doc:"Where they differ from the product's; all fourteen."`
	SupplierSKU  string       `json:"supplier_sku,omitempty" example:"PRS-118240" doc:"For editors: what the supplier calls it."`
}

// Reduction is a price that holds for some time, beside the lowest of the 30 days
// before it (Directive 98/6/EC, article 6a).
type Reduction struct {
	ValidUntil time.Time `json:"valid_until" doc:"When the price ends."`
	Lowest     Money     `json:"lowest_price" doc:"The lowest price of the 30 days before the reduction."`
}

// ProductStatus is where a product is in its life.
type ProductStatus string

// Only a published product is on pages and in lists.
const (
	DraftProduct     ProductStatus = "draft"
	PublishedProduct ProductStatus = "published"
)

// ProductCard is what lists show of a product. Price is the lowest of its
// variants', VariantCount how many there are; a draft without variants has zero
// prices. CategoryIDs are the category and its ancestors, nearest first; cards of one
// answer may share them, so nobody changes them.
type ProductCard struct {
	ID           ProductID    `json:"id" example:"prod_019ab3f47c2e7d06b8a1f0c2d3e4f508"`
	Slug         string       `json:"slug" example:"rye-loaf"`
	Name         string       `json:"name" example:"Rye loaf"`
	Summary      string       `json:"summary" example:"Dark, sour and good for a week."`
	Brand        *TermLink    `json:"brand,omitempty"`
	Producer     *TermLink    `json:"producer,omitempty"`
	Labels       []TermLink   `json:"labels" doc:"Organic, vegan and the like, by name."`
	Collections  []TermLink   `json:"collections" doc:"Those whose rule the product fits, by name."`
	Image        *Image       `json:"image,omitempty"`
	Category     CategoryLink `json:"category"`
	CategoryIDs  []CategoryID `json:"category_ids" example:"[\"cat_019ab3f47c2e7d06b8a1f0c2d3e4f506\",\"cat_019ab3f47c2e7d06b8a1f0c2d3e4f500\"]" doc:"The category and its ancestors, nearest first."`
	Price        Money        `json:"price" doc:"The lowest of the variants'."`
	MemberPrice  *Money       `json:"member_price,omitempty" doc:"Of the variant whose price is shown."`
	UnitPrice    UnitPrice    `json:"unit_price" doc:"Of the variant whose price is shown."`
	Reduction    *Reduction   `json:"reduction,omitempty" doc:"Of the variant whose price is shown."`
	VariantName  string       `json:"variant_name" example:"800 g loaf" doc:"Of the variant whose price is shown."`
	VariantCount int          `json:"variant_count" example:"2"`
	Availability Availability `json:"availability" enum:"in_stock,out_of_stock" example:"in_stock" doc:"In stock where any variant is."`
	CreatedAt    time.Time    `json:"created_at"`
	UpdatedAt    time.Time    `json:"updated_at"`
}

// Product is a product with all that its page shows. Description is the
// Markdown as it was written, DescriptionHTML what was made of it, sanitised.
type Product struct {
	ProductCard
	Particulars
	Status          ProductStatus  `json:"status" enum:"draft,published" example:"published"`
	Description     string         `json:"description" example:"Two days' sourdough." doc:"Markdown."`
	DescriptionHTML string         `json:"description_html" example:"<p>Two days’ sourdough.</p>" doc:"The description as sanitised HTML."`
	Images          []Image        `json:"images" doc:"The first is the card's."`
	Options         []string       `json:"options" example:"[\"Size\"]" doc:"What the variants differ in."`
	Variants        []Variant      `json:"variants" doc:"In their order."`
	Claims          []Claim        `json:"claims" doc:"Who says that the product deserves its labels, in their order."`
	Ancestors       []CategoryLink `json:"ancestors" doc:"Of the category, from the root."`
	Version         int64          `json:"version" example:"7" doc:"Counts the changes; the ETag."`
}

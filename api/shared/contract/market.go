// The market's data: categories, products with their variants, and the events
// that announce their changes.

package contract

import "time"

// Ids of the market, as they are shown outside.
type (
	ProductID  string // prod_…
	VariantID  string // var_…
	CategoryID string // cat_…
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

// Variant is what is sold: one size of a product with its sku and price. Price
// includes VAT; VATRate is in basis points (2000 = 20 %). Quantity counts Unit.
type Variant struct {
	ID        VariantID `json:"id" example:"var_019ab3f47c2e7d06b8a1f0c2d3e4f507"`
	SKU       string    `json:"sku" example:"RYE-800"`
	Name      string    `json:"name" example:"800 g loaf"`
	Price     Money     `json:"price" doc:"With VAT."`
	VATRate   int       `json:"vat_rate" example:"0" doc:"Basis points: 2000 is 20 %."`
	Quantity  int64     `json:"quantity" example:"800" doc:"How much of the unit is in it."`
	Unit      Unit      `json:"unit" enum:"g,ml,each" example:"g"`
	UnitPrice UnitPrice `json:"unit_price" doc:"For one kg, L or piece, rounded half up."`
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
	Brand        string       `json:"brand,omitempty" example:"Rose Ash Bakery"`
	Image        *Image       `json:"image,omitempty"`
	Category     CategoryLink `json:"category"`
	CategoryIDs  []CategoryID `json:"category_ids" example:"[\"cat_019ab3f47c2e7d06b8a1f0c2d3e4f506\",\"cat_019ab3f47c2e7d06b8a1f0c2d3e4f500\"]" doc:"The category and its ancestors, nearest first."`
	Price        Money        `json:"price" doc:"The lowest of the variants'."`
	UnitPrice    UnitPrice    `json:"unit_price" doc:"Of the variant whose price is shown."`
	VariantName  string       `json:"variant_name" example:"800 g loaf" doc:"Of the variant whose price is shown."`
	VariantCount int          `json:"variant_count" example:"2"`
	CreatedAt    time.Time    `json:"created_at"`
	UpdatedAt    time.Time    `json:"updated_at"`
}

// Product is a product with all that its page shows. Description is the
// Markdown as it was written, DescriptionHTML what was made of it, sanitised.
type Product struct {
	ProductCard
	Status          ProductStatus  `json:"status" enum:"draft,published" example:"published"`
	Description     string         `json:"description" example:"Two days' sourdough." doc:"Markdown."`
	DescriptionHTML string         `json:"description_html" example:"<p>Two days’ sourdough.</p>" doc:"The description as sanitised HTML."`
	Images          []Image        `json:"images" doc:"The first is the card's."`
	Variants        []Variant      `json:"variants" doc:"In their order."`
	Ancestors       []CategoryLink `json:"ancestors" doc:"Of the category, from the root."`
	Version         int64          `json:"version" example:"7" doc:"Counts the changes; the ETag."`
}

// ProductRef is what every event about a product carries: the categories on
// whose lists it is or was, ancestors included, before and after the change.
type ProductRef struct {
	ID         ProductID    `json:"id"`
	Categories []CategoryID `json:"categories"`
}

// ProductPublished is emitted when a product gets its page.
type ProductPublished struct{ ProductRef }

// ProductUpdated is emitted when a published product changes, its price too.
type ProductUpdated struct{ ProductRef }

// ProductUnpublished is emitted when a product loses its page.
type ProductUnpublished struct{ ProductRef }

// CategoryUpdated is emitted when a category is made, changed, moved or
// removed; its ancestors, descendants and products show its name. Ancestors are
// those before and after the change together.
type CategoryUpdated struct {
	ID        CategoryID   `json:"id"`
	Ancestors []CategoryID `json:"ancestors"`
}

// Kind names the event in the database.
func (ProductPublished) Kind() string { return "market.product_published" }

// Kind names the event in the database.
func (ProductUpdated) Kind() string { return "market.product_updated" }

// Kind names the event in the database.
func (ProductUnpublished) Kind() string { return "market.product_unpublished" }

// Kind names the event in the database.
func (CategoryUpdated) Kind() string { return "market.category_updated" }

// What the pages of a product and of a term are given.

package site

// TermPage lists the products of a brand, producer, label or collection.
type TermPage struct {
	Frame       Frame
	Kind        string // "Brand"
	Name        string
	Description string // sanitised HTML
	Picture     *Picture
	Place       string // "Suffolk, England"
	Website     string
	Breadcrumbs []Link
	FilterURL   string // as CategoryPage's
	Products    []ProductCard
	Pager       Pager
}

// ProductPage is one product with its variants and all that must be known of it
// before it is bought.
type ProductPage struct {
	Frame           Frame
	Name            string
	Brand           *Link
	Producer        *Link
	Summary         string
	Breadcrumbs     []Link
	Pictures        []Picture
	Claims          []Claim
	Variants        []Variant
	AgeLimit        int    // years; 0: none
	Description     string // sanitised HTML
	LegalName       string
	Ingredients     string // sanitised HTML, allergens emphasised
	Allergens       []Allergens
	Nutrition       *Nutrition
	Storage         string
	Usage           string
	Origin          string // "Suffolk, England, United Kingdom"
	BusinessName    string // who answers for it
	BusinessAddress string
	Related         []ProductCard
}

// Variant is one size or kind of a product. Everything is text that is ready to show,
// empty where there is nothing to say.
type Variant struct {
	ID          string // the API's, so that the script finds it
	PriceMinor  string // both prices in minor units, for the script
	MemberMinor string
	SKU         string
	Name        string
	Size        string // "800 g", "4 × 125 g", "per kg"
	Drained     string // "240 g drained"
	Options     []Fact
	Price       string
	UnitPrice   string // "£5.75 / kg"
	VAT         string // "includes 20% VAT"
	MemberPrice string
	MemberUnit  string
	Was         string // the lowest price of the 30 days before a reduction
	Until       Date   // the reduction's end
	Deposit     string // "£0.20"
	ByWeight    string // "by weight, in steps of 50 g"
	Limits      string // "at most 12"
	Numbers     []Fact // by which dealers know it: GTIN, case
	SoldOut     bool
	AddURL      string // where it is put into the cart; empty: nowhere
	OrderStep   int64  // of pieces, or of grams
	OrderMin    int64
	OrderMax    int64 // 0: no limit
	Grams       bool  // it is ordered by weight
}

// Fact is a word and what it stands for.
type Fact struct {
	Name  string
	Value string
}

// Claim is a label and who says that the product deserves it.
type Claim struct {
	Link
	Source      string // "Certified", "Declared by the maker"; empty: nobody knows
	Certificate string // "GB-ORG-99"
}

// Allergens are the fourteen by what is known of them. Unknown is not absent.
type Allergens struct {
	Of         string // the variant; empty: the product
	Contains   []string
	MayContain []string
	FreeFrom   []string
	Unknown    []string
}

// Nutrition is a table of what is in 100 g or 100 ml, and in a serving.
type Nutrition struct {
	Per     string // "100 g"
	Serving string // "30 g"; empty: no such column
	Rows    []Nutrient
}

// Nutrient is a row of the table. Part is one of what is above: "of which sugars".
type Nutrient struct {
	Name    string
	Part    bool
	Per     string // "1.4 g"
	Serving string
}

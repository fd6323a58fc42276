// The market's part of the data: categories, terms, products, collections.

package seed

// Category is a node of the market's tree. Parent is empty at the top.
type Category struct {
	Slug        string
	Name        string
	Parent      string
	Description string
	Image       Image // only at the top of the tree
	Sort        int   // among siblings, from 0
}

// Term is a brand, a producer or a label. Place and Website are of brands and
// producers; a picture is there where it helps.
type Term struct {
	Slug        string
	Name        string
	Description string // Markdown
	Place       string
	Website     string
	Image       Image
}

// Collection is a choice of products by a rule, with a page of its own and,
// besides, under the posts and pages of Placements.
type Collection struct {
	Slug        string
	Name        string
	Description string // Markdown
	Image       Image
	Rule        Rule
	Placements  []Placement
}

// Rule says which products are in a collection: those that fit every field that
// is given (any of its values, FreeFrom all of them), Products as well, Except
// never. All but FreeFrom (allergens) and Countries (ISO 3166-1) are slugs.
type Rule struct {
	Categories []string `yaml:"categories"` // these and what is below them
	Brands     []string `yaml:"brands"`
	Producers  []string `yaml:"producers"`
	Labels     []string `yaml:"labels"`
	FreeFrom   []string `yaml:"free_from"`
	Countries  []string `yaml:"countries"`
	Reduced    bool     `yaml:"reduced"`
	Products   []string `yaml:"products"`
	Except     []string `yaml:"except"`
}

// Placement is a post or page, by its slug, that shows a collection.
type Placement struct {
	Type string `yaml:"type"` // "post" or "page"
	Slug string `yaml:"slug"`
}

// Product is something the market sells. Category, Brand and Producer are slugs;
// Producer may be empty.
type Product struct {
	Name        string
	Slug        string
	Category    string
	Brand       string
	Producer    string
	Summary     string
	Description string // Markdown
	LegalName   string // where the name does not say what it is in law
	Ingredients string // Markdown, allergens in bold; empty for fresh produce and most of what is not food
	Allergens   []Allergen
	Nutrition   *Nutrition // nil where it is not declared
	Storage     string
	Usage       string
	Origin      Origin
	Business    Business
	AgeLimit    int // years; 0: none
	Labels      []Claim
	Images      []Image
	Options     []string // what the variants differ in: "Size"
	Variants    []Variant
	Sort        int // within the whole market, from 0
}

// Allergen is what is known of one allergen, in the order of [Allergens]. What is
// not listed is not known, which is not the same as absent.
type Allergen struct {
	Code   string
	State  string // "contains", "may_contain" or "free"
	Detail string // which cereal, nut or the like
}

// Nutrition is what 100 g or 100 ml hold: energy in kJ and kcal, the rest in
// milligrams.
type Nutrition struct {
	Per             string // "100g" or "100ml"
	EnergyKJ        int64
	EnergyKcal      int64
	FatMg           int64
	SaturatesMg     int64
	CarbohydrateMg  int64
	SugarsMg        int64
	FibreMg         *int64 // nil where it is not declared
	ProteinMg       int64
	SaltMg          int64
	ServingQuantity int64 // g or ml; 0 where none is stated
}

// Origin is where a product comes from: an ISO 3166-1 code, and words.
type Origin struct {
	Country string `yaml:"country"`
	Region  string `yaml:"region"`
}

// Business is who answers for the product.
type Business struct {
	Name    string `yaml:"name"`
	Address string `yaml:"address"`
}

// Claim is who says that a product deserves a label, named by its slug.
type Claim struct {
	Label       string
	Source      string // "declared", "certified" or "derived"
	Certificate string // of a certified claim: "GB-ORG-99"
}

// Variant is what goes into a cart. The prices include VAT and leave out the
// deposit. The unit price follows from Quantity, an integer amount of Unit: price
// per kilogram or litre is PriceMinor*1000/Quantity, per piece
// PriceMinor/Quantity; where there is a Drained quantity, that is taken. What is
// sold by weight is ordered and stocked in grams, everything else by the piece.
type Variant struct {
	SKU              string
	Name             string
	Options          []string // a value for each of the product's options
	GTIN             string   // of the range for use within one company, or empty
	CaseGTIN         string
	CaseSize         int    // pieces in a case; 0: not known
	PriceMinor       int    // pence
	MemberPriceMinor int    // pence; 0: members pay the same
	DepositMinor     int    // pence; 0: none
	Currency         string // ISO 4217
	VATBasisPoints   int    // 0 or 2000
	Quantity         int
	Drained          int    // of Quantity, without the liquid; 0: does not apply
	Pieces           int    // how many the quantity is divided into, 1 or more
	Unit             string // "g", "ml" or "each"
	WeightGrams      int    // as carried, packaging included
	SoldByWeight     bool
	OrderStep        int // 1 or more
	OrderMin         int // 1 or more
	OrderMax         int // 0: no limit
	TrackStock       bool
	Stock            int        // on the shelf when the shop opens, where it is tracked
	Reduction        *Reduction // nil where there is none
	Allergens        []Allergen // where they differ from the product's
	Sort             int
}

// Reduction is a lower price for some days, counted from when the demo is stored:
// it holds from the beginning of day StartsInDays (0: at once) for Days days.
type Reduction struct {
	PriceMinor   int
	StartsInDays int
	Days         int
}

// Allergens lists the fourteen of UK food law by the names used here.
var Allergens = []string{
	"celery", "gluten", "crustaceans", "eggs", "fish", "lupin", "milk",
	"molluscs", "mustard", "nuts", "peanuts", "sesame", "soya", "sulphites",
}

// The demo's data as plain structs, and how it is read whole.

package seed

import "time"

// Data is the whole demo co-op, in the order in which it should be stored:
// what comes later refers to what came before by slug or name.
type Data struct {
	Images     []Image // each picture once, by name
	Site       Site
	Authors    []Author
	Tags       []Tag
	Posts      []Post // newest first
	Pages      []Page
	Categories []Category // parents before their children, siblings by Sort
	Products   []Product  // in the order of the market's file
}

// Image is a picture with its bytes. Name is the file name ("leeks.svg"),
// unique in the package; the media type follows from its ending. Alt describes
// the picture where it is used; in Data.Images it is the text of its first use.
type Image struct {
	Name  string
	Bytes []byte
	Alt   string
}

// Site holds the settings of the whole site.
type Site struct {
	Title               string
	Description         string
	Locale              string // BCP 47, "en-GB"
	Timezone            string // IANA name
	AccentColor         string // "#rrggbb"
	Icon                Image  // the mark alone, square
	Cover               Image  // wide picture for the front page
	SocialCard          Image  // PNG, 1200 by 630, for pages without a picture
	Navigation          []Link
	SecondaryNavigation []Link
	Announcement        string // HTML, one line above every page; may be empty
}

// Link is an entry of a navigation. URL is a path of this site.
type Link struct {
	Label string `yaml:"label"`
	URL   string `yaml:"url"`
}

// Author is a team of the co-op that signs posts.
type Author struct {
	Slug    string
	Name    string
	Bio     string
	Picture Image
}

// Tag groups posts.
type Tag struct {
	Slug        string
	Name        string
	Description string
	AccentColor string // "#rrggbb"
}

// Visibility says who may read a post in full.
type Visibility string

// The visibilities used by the demo. A members' post may hold the line
// [MembersOnlyMarker]; what stands before it is free for all to read.
const (
	Public  Visibility = "public"
	Members Visibility = "members"
)

// MembersOnlyMarker parts a members' post: before it the free part, after it
// what only members read. A members' post without it is gated as a whole.
const MembersOnlyMarker = "<!--members-only-->"

// Post is an entry of the blog.
type Post struct {
	Title               string
	Slug                string
	Authors             []string // slugs, the first is the primary author
	Tags                []string // slugs, the first is the primary tag
	PublishedAt         time.Time
	FeatureImage        Image
	FeatureImageCaption string
	Excerpt             string
	Featured            bool
	Visibility          Visibility
	Markdown            string // the body, with pictures as images/<name>
}

// Page is a page outside the blog's stream.
type Page struct {
	Title               string
	Slug                string
	PublishedAt         time.Time
	FeatureImage        Image
	FeatureImageCaption string
	Excerpt             string
	Markdown            string
}

// Category is a node of the market's tree. Parent is empty at the top.
type Category struct {
	Slug        string
	Name        string
	Parent      string
	Description string
	Image       Image // only at the top of the tree
	Sort        int   // among siblings, from 0
}

// Product is something the market sells. Category is the slug of the node it
// hangs under. Contains and MayContain hold names from the UK's list of
// fourteen allergens, as spelt in [Allergens].
type Product struct {
	Name        string
	Slug        string
	Category    string
	Brand       string
	Summary     string
	Description string // Markdown
	Origin      string
	Ingredients string // Markdown, allergens in bold; empty for fresh produce and what is not food
	Contains    []string
	MayContain  []string
	Labels      []string // diet and farming: "organic", "vegan", …
	Images      []Image
	Variants    []Variant
	Sort        int // within the whole market, from 0
}

// Variant is what goes into a cart. The price includes VAT. The unit price
// follows from Quantity, an integer amount of Unit: price per kilogram or
// litre is PriceMinor*1000/Quantity, per piece PriceMinor/Quantity.
type Variant struct {
	SKU            string
	Name           string
	PriceMinor     int    // pence
	Currency       string // ISO 4217
	VATBasisPoints int    // 0 or 2000
	Quantity       int
	Unit           string // "g", "ml" or "each"
	WeightGrams    int    // as carried, packaging included
	Sort           int
}

// Allergens lists the fourteen of UK food law by the names used here.
var Allergens = []string{
	"celery", "gluten", "crustaceans", "eggs", "fish", "lupin", "milk",
	"molluscs", "mustard", "nuts", "peanuts", "sesame", "soya", "sulphites",
}

// The demo's data as plain structs: the site and the blog. The market's are in
// catalogue.go.

package seed

import "time"

// Data is the whole demo co-op, in the order in which it should be stored:
// what comes later refers to what came before by slug or name.
type Data struct {
	Images  []Image // each picture once, by name
	Site    Site
	Authors []Author
	Tags    []Tag
	Posts   []Post // newest first
	Pages   []Page

	Categories  []Category // parents before their children, siblings by Sort
	Brands      []Term
	Producers   []Term
	Labels      []Term
	Products    []Product    // by Sort
	Collections []Collection // last, since a rule names all of the others

	Shop   Shop
	Events Events
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

// What the pages are given: one plain struct a page kind. Everything in them is
// ready to show: addresses are final, HTML is sanitised, prices are text. The
// generator and the dynamic pages make them; the components only lay them out.

package site

import "time"

// Frame is what every page has around its content.
type Frame struct {
	Lang        string // BCP 47, en-GB
	SiteTitle   string
	SiteTagline string
	HomeURL     string
	MarketURL   string
	EventsURL   string // empty: there are no calendars
	SearchURL   string // empty: no search
	AccountURL  string // empty: nobody signs in here
	Account     string // who is signed in, or "Sign in"; empty: the page is the same for all
	CartURL     string // empty: nothing is sold here
	CartCount   string // how many things are in the cart; empty: none, or the page is the same for all
	Logo        string // address, empty: the built-in mark
	LogoDark    string // the same for dark surroundings; empty: Logo on a light plate
	Section     string // "blog", "market" or "events": which part of the site this is
	Navigation  []Link
	Secondary   []Link
	FeedURL     string
	Year        int // of the copyright line; 0: none
	// Announcement is a line above every page, sanitised HTML; empty: none.
	Announcement string
	Assets       Assets
	Head         Head
	frames       []string // origins of frames that a reader may ask for
	gated        bool     // there is a gate that the script may open
	buys         bool     // something can be put into the cart from here
	events       bool     // dates of calendars are shown
	dates        bool     // there is something about them that only the script knows: what day it is
}

// Head is what machines read of a page.
type Head struct {
	Title       string // complete, with the site's name
	Description string
	Canonical   string
	PrevURL     string // of a paginated list: the newer page
	NextURL     string
	NoIndex     bool
	OG          OpenGraph
	JSONLD      string // one JSON document, already escaped for a script element
	FeedURL     string // the feed of this page (a tag's, an author's), else the site's
	FeedTitle   string
	// CalendarURL is the iCalendar file of what the page is about.
	CalendarURL   string
	CalendarTitle string
	Refresh       string // seconds after which a browser without scripts loads the page anew; empty: never
}

// OpenGraph is what other sites show of a page.
type OpenGraph struct {
	Type          string // website, article, product
	Title         string
	Description   string
	Image         string // absolute, raster
	ImageAlt      string
	PublishedTime string // RFC 3339, articles only
	ModifiedTime  string
	Tags          []string
	PriceAmount   string // products only: 3.25
	PriceCurrency string
}

// Link is an address with its text. Current marks the page one is on.
type Link struct {
	Text    string
	URL     string
	Current bool
}

// Picture is an image with what the browser needs to leave room for it.
type Picture struct {
	URL     string
	Alt     string
	Caption string // sanitised HTML
	Width   int    // 0: not known
	Height  int
	Srcset  string // as the attribute takes it, with widths (urls.Media); empty: one size
	Eager   bool   // above the fold: not lazy, high priority; the components know it of most
}

// Date is a moment as machines and as people read it.
type Date struct {
	ISO  string // 2026-11-20T09:00:00Z
	Text string // 20 November 2026
}

// NewDate writes a moment in the site's time zone.
func NewDate(t time.Time, zone *time.Location) Date {
	return Date{ISO: t.UTC().Format(time.RFC3339), Text: t.In(zone).Format("2 January 2006")}
}

// PostCard is a post in a list.
type PostCard struct {
	URL         string
	Title       string
	Excerpt     string
	Picture     *Picture
	Published   Date
	ReadingTime int // minutes
	Tag         *Tag
	Authors     []Link
	Featured    bool
	MembersOnly bool // some of it is for members
}

// Tag is a link to a tag with its colour (#rrggbb or empty).
type Tag struct {
	Link
	Color string
}

// Pager leads through a paginated list; an empty address is no link. Pages are
// counted from the oldest, and there are no totals: a page must not change when
// another is added.
type Pager struct {
	NewerURL string
	OlderURL string
	Page     int // 0: the open page at the list's own address, which is the newest
}

// HomePage is the blog's front page and its continuation pages.
type HomePage struct {
	Frame     Frame
	Cover     *Picture
	Intro     string
	Posts     []PostCard
	Pager     Pager
	Products  []ProductCard    // a few from the market, first page only
	Calendars []PlacedCalendar // first page only
}

// PostPage is one post or page.
type PostPage struct {
	Frame       Frame
	IsPage      bool // a page: no byline, no neighbours
	Title       string
	ShowTitle   bool // title and picture are shown
	Excerpt     string
	Picture     *Picture
	Published   Date
	Updated     *Date // where the day differs
	ReadingTime int
	Tags        []Tag
	Authors     []Byline
	Body        string // sanitised HTML
	GatedFor    string // "": all is here; "members", "paid members": who reads on
	ReadOnURL   string // where they do
	BodyURL     string // where the API has the body as whoever asks may read it; empty: the page is not made whole in place
	Placed      []Placed
	Calendars   []PlacedCalendar
	Newer       *PostCard
	Older       *PostCard
}

// ReadPage is a post or page as whoever looks at it may read it. GatedFor is empty where
// that is all of it, else ReadOnURL is where strangers sign in.
type ReadPage struct {
	PostPage
	SignedIn bool
	Tiers    string // what those memberships are called that open it: "Supporter or Patron"; empty: any
}

// Placed is a collection of the market under a post or page: the first of its
// products, and the way to all of them.
type Placed struct {
	Link
	Products []ProductCard
}

// Byline is an author under a post.
type Byline struct {
	Link
	Bio     string
	Picture *Picture
}

// TagPage lists a tag's posts.
type TagPage struct {
	Frame       Frame
	Name        string
	Description string
	Color       string
	Picture     *Picture
	Posts       []PostCard
	Pager       Pager
}

// AuthorPage shows an author and their posts.
type AuthorPage struct {
	Frame    Frame
	Name     string
	Bio      string
	Location string
	Website  string
	Social   []Link
	Picture  *Picture
	Cover    *Picture
	Posts    []PostCard
	Pager    Pager
}

// ProductCard is a product in a list. Prices are text: "£3.25", "£6.50 / kg"; From
// says that there are dearer variants.
type ProductCard struct {
	URL         string
	Name        string
	Brand       string
	Summary     string
	Picture     *Picture
	Size        string // "500 g"
	From        bool
	Price       string
	MemberPrice string // what members pay; empty: the same
	Was         string // the lowest price of the 30 days before a reduction; empty: not reduced
	UnitPrice   string
	Labels      []string // "organic", "gluten-free"
	SoldOut     bool
}

// CategoryCard is a category on the market's home or above a list.
type CategoryCard struct {
	Link
	Description string
	Picture     *Picture
	Children    []Link
}

// MarketPage is the market's home.
type MarketPage struct {
	Frame       Frame
	Intro       string
	Categories  []CategoryCard
	Collections []CategoryCard
	Labels      []Link
	Products    []ProductCard
	Calendars   []PlacedCalendar
}

// CategoryPage lists a category's products, those of its descendants too.
type CategoryPage struct {
	Frame       Frame
	Name        string
	Description string
	Picture     *Picture
	Breadcrumbs []Link
	FilterURL   string // where the products can be filtered and sorted; empty: nowhere
	Children    []CategoryCard
	Products    []ProductCard
	Pager       Pager
}

// ErrorPage is 404 and its like. Links lead on.
type ErrorPage struct {
	Frame   Frame
	Code    int
	Title   string
	Message string
	Links   []Link
}

// The blog's data: posts, pages, tags, authors, site settings and the events
// that announce their changes.

package contract

import "time"

// Ids of the blog, as they are shown outside: a prefix and 32 hex digits.
type (
	PostID   string // post_…, of posts and pages alike
	TagID    string // tag_…
	AuthorID string // author_…
)

// PostType tells a post, which is listed and fed, from a page, which is not.
type PostType string

// The two types of Ghost's posts table.
const (
	TypePost PostType = "post"
	TypePage PostType = "page"
)

// PostStatus is where a post is in its life.
type PostStatus string

// Only a published post has a page; a scheduled one gets it at its time.
const (
	StatusDraft     PostStatus = "draft"
	StatusScheduled PostStatus = "scheduled"
	StatusPublished PostStatus = "published"
)

// Visibility says who may read the gated part of a post.
type Visibility string

// Ghost's levels of access. All but Public have a gated part.
const (
	VisibilityPublic  Visibility = "public"
	VisibilityMembers Visibility = "members"
	VisibilityPaid    Visibility = "paid"
	VisibilityTiers   Visibility = "tiers"
)

// SourceFormat is the format in which a body was written.
type SourceFormat string

// Markdown is written here; the others come from Ghost.
const (
	FormatMarkdown  SourceFormat = "markdown"
	FormatLexical   SourceFormat = "lexical"
	FormatMobiledoc SourceFormat = "mobiledoc"
	FormatHTML      SourceFormat = "html"
)

// Image is a picture with its alternative text. Width and Height are pixels,
// zero where they are not known. Caption is sanitised HTML.
type Image struct {
	URL     string `json:"url"`
	Alt     string `json:"alt"`
	Caption string `json:"caption,omitempty"`
	Width   int    `json:"width,omitempty"`
	Height  int    `json:"height,omitempty"`
}

// Meta is what search engines and other sites show of a page, with Ghost's
// names. An empty field falls back to the page's own title, excerpt and image.
type Meta struct {
	MetaTitle          string `json:"meta_title,omitempty"`
	MetaDescription    string `json:"meta_description,omitempty"`
	CanonicalURL       string `json:"canonical_url,omitempty"`
	OGTitle            string `json:"og_title,omitempty"`
	OGDescription      string `json:"og_description,omitempty"`
	OGImage            string `json:"og_image,omitempty"`
	TwitterTitle       string `json:"twitter_title,omitempty"`
	TwitterDescription string `json:"twitter_description,omitempty"`
	TwitterImage       string `json:"twitter_image,omitempty"`
}

// TagLink is what a link to a tag needs.
type TagLink struct {
	ID          TagID  `json:"id"`
	Slug        string `json:"slug"`
	Name        string `json:"name"`
	AccentColor string `json:"accent_color,omitempty"`
}

// AuthorLink is what a byline needs.
type AuthorLink struct {
	ID           AuthorID `json:"id"`
	Slug         string   `json:"slug"`
	Name         string   `json:"name"`
	ProfileImage *Image   `json:"profile_image,omitempty"`
}

// PostCard is what lists, neighbours and feeds show of a post. Path is the
// address of its page within the blog, with both slashes.
type PostCard struct {
	ID           PostID       `json:"id"`
	Type         PostType     `json:"type"`
	Slug         string       `json:"slug"`
	Path         string       `json:"path"`
	Title        string       `json:"title"`
	Excerpt      string       `json:"excerpt"`
	FeatureImage *Image       `json:"feature_image,omitempty"`
	Featured     bool         `json:"featured"`
	Visibility   Visibility   `json:"visibility"`
	ReadingTime  int          `json:"reading_time"`          // minutes, at least 1
	PublishedAt  time.Time    `json:"published_at,omitzero"` // absent from a draft that never was public
	UpdatedAt    time.Time    `json:"updated_at"`
	Tags         []TagLink    `json:"tags"`    // the public ones, first = primary
	Authors      []AuthorLink `json:"authors"` // first = primary
}

// Post is a published post or page as everybody may see it. HTML is sanitised
// and holds the free part only; Gated says that there is more for those whom
// Visibility names.
type Post struct {
	PostCard
	Meta
	HTML                     string `json:"html"`
	Gated                    bool   `json:"gated"`
	CustomTemplate           string `json:"custom_template,omitempty"`
	ShowTitleAndFeatureImage bool   `json:"show_title_and_feature_image"`
}

// PostQuery picks posts of a list, newest first. Tag and Author are ids or
// slugs. Statuses is for editors; empty means what everybody may see. Cursor is
// the one that came with the page before.
type PostQuery struct {
	Type     PostType
	Tag      string
	Author   string
	Featured *bool
	Statuses []PostStatus
	Limit    int // 1 to 100
	Cursor   string
}

// Neighbours are the published posts next to one in time.
type Neighbours struct {
	Newer *PostCard
	Older *PostCard
}

// Tag groups posts. An internal tag (Ghost: name starts with #) has no page.
type Tag struct {
	TagLink
	Meta
	Description  string    `json:"description,omitempty"`
	FeatureImage *Image    `json:"feature_image,omitempty"`
	Internal     bool      `json:"internal"`
	UpdatedAt    time.Time `json:"updated_at"`
}

// Author writes posts. Social maps a network's name to the handle or address.
type Author struct {
	AuthorLink
	Meta
	Bio        string            `json:"bio,omitempty"`
	Website    string            `json:"website,omitempty"`
	Location   string            `json:"location,omitempty"`
	CoverImage *Image            `json:"cover_image,omitempty"`
	Social     map[string]string `json:"social,omitempty"`
	UpdatedAt  time.Time         `json:"updated_at"`
}

// NavItem is one entry of a menu. URL is a path of the site or an absolute
// http, https or mailto address.
type NavItem struct {
	Label string `json:"label"`
	URL   string `json:"url"`
}

// SiteSettings are the publication's own particulars, with Ghost's names.
type SiteSettings struct {
	Meta
	Title               string            `json:"title"`
	Description         string            `json:"description"`
	Logo                string            `json:"logo,omitempty"`
	Icon                string            `json:"icon,omitempty"`
	CoverImage          string            `json:"cover_image,omitempty"`
	AccentColor         string            `json:"accent_color,omitempty"`
	Announcement        string            `json:"announcement_content,omitempty"` // sanitised HTML, above every page
	Locale              string            `json:"locale"`
	Timezone            string            `json:"timezone"`
	Navigation          []NavItem         `json:"navigation"`
	SecondaryNavigation []NavItem         `json:"secondary_navigation"`
	Social              map[string]string `json:"social,omitempty"`
	UpdatedAt           time.Time         `json:"updated_at"`
}

// PostRef is what every event about a post carries: who it is, and the tags
// and authors whose lists it is on or has just left (before and after the
// change together). Path is the one before the change where it differs.
type PostRef struct {
	ID      PostID     `json:"id"`
	Type    PostType   `json:"type"`
	Tags    []TagID    `json:"tags"`
	Authors []AuthorID `json:"authors"`
}

// PostPublished is emitted in the transaction that makes a post public.
type PostPublished struct{ PostRef }

// PostUpdated is emitted when a published post changes in what it shows.
type PostUpdated struct{ PostRef }

// PostUnpublished is emitted when a post stops being public, deletion included.
type PostUnpublished struct{ PostRef }

// TagUpdated is emitted when a tag that is on a page changes.
type TagUpdated struct {
	ID TagID `json:"id"`
}

// AuthorUpdated is emitted when an author who is on a page changes.
type AuthorUpdated struct {
	ID AuthorID `json:"id"`
}

// SiteUpdated is emitted when the site settings change.
type SiteUpdated struct{}

// Kind names the event in the database.
func (PostPublished) Kind() string { return "blog.post_published" }

// Kind names the event in the database.
func (PostUpdated) Kind() string { return "blog.post_updated" }

// Kind names the event in the database.
func (PostUnpublished) Kind() string { return "blog.post_unpublished" }

// Kind names the event in the database.
func (TagUpdated) Kind() string { return "blog.tag_updated" }

// Kind names the event in the database.
func (AuthorUpdated) Kind() string { return "blog.author_updated" }

// Kind names the event in the database.
func (SiteUpdated) Kind() string { return "blog.site_updated" }

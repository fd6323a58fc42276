// What a Ghost holds. The JSON names are those of its export and API.

package ghosttest

import (
	"errors"
	"time"
)

// Flag is true, false, 1 or 0.
type Flag bool

// UnmarshalJSON reads any of the spellings.
func (f *Flag) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case "true", "1", `"true"`, `"1"`:
		*f = true
	case "false", "0", "null", `"false"`, `"0"`:
		*f = false
	default:
		return errors.New("ghosttest: a switch is neither true nor false")
	}
	return nil
}

// Meta is what search engines and other sites show.
type Meta struct {
	MetaTitle          string `json:"meta_title"`
	MetaDescription    string `json:"meta_description"`
	OGTitle            string `json:"og_title"`
	OGDescription      string `json:"og_description"`
	OGImage            string `json:"og_image"`
	TwitterTitle       string `json:"twitter_title"`
	TwitterDescription string `json:"twitter_description"`
	TwitterImage       string `json:"twitter_image"`
}

// Post is a post or page. Texts hold __GHOST_URL__ for the address of the site. An empty
// text is null in Ghost. SetBody changes Lexical, HTML and Plaintext together.
type Post struct {
	Meta
	ID                  string    `json:"id"`
	UUID                string    `json:"uuid"`
	CommentID           string    `json:"comment_id"`
	Type                string    `json:"type"` // post or page
	Title               string    `json:"title"`
	Slug                string    `json:"slug"`
	URL                 string    `json:"url"` // in a State only
	CanonicalURL        string    `json:"canonical_url"`
	Status              string    `json:"status"`     // draft, scheduled, published, sent
	Visibility          string    `json:"visibility"` // public, members, paid, tiers
	Tiers               []string  `json:"tiers"`      // ids, where visibility is tiers
	Featured            Flag      `json:"featured"`
	EmailOnly           Flag      `json:"email_only"`
	CustomTemplate      string    `json:"custom_template"`
	ShowTitle           Flag      `json:"show_title_and_feature_image"`
	Lexical             string    `json:"lexical"`
	Mobiledoc           string    `json:"mobiledoc"`
	HTML                string    `json:"html"`
	Plaintext           string    `json:"plaintext"`
	CustomExcerpt       string    `json:"custom_excerpt"`
	Frontmatter         string    `json:"frontmatter"`
	FeatureImage        string    `json:"feature_image"`
	FeatureImageAlt     string    `json:"feature_image_alt"`
	FeatureImageCaption string    `json:"feature_image_caption"`
	CodeinjectionHead   string    `json:"codeinjection_head"`
	CodeinjectionFoot   string    `json:"codeinjection_foot"`
	Tags                []string  `json:"tags"`    // ids in order
	Authors             []string  `json:"authors"` // ids in order
	Newsletter          string    `json:"newsletter_id"`
	EmailSegment        string    `json:"email_recipient_filter"`
	EmailSubject        string    `json:"email_subject"`
	CreatedAt           time.Time `json:"created_at"`
	UpdatedAt           time.Time `json:"updated_at"`
	PublishedAt         time.Time `json:"published_at"`
}

func (p *Post) clone() *Post {
	c := *p
	c.Tiers, c.Tags, c.Authors = own(p.Tiers), own(p.Tags), own(p.Authors)
	return &c
}

// own is a copy of a list that is never nil: null and [] are the same to Ghost.
func own[T any](list []T) []T { return append([]T{}, list...) }

// equal tells whether two of a kind say the same.
func equal[T any](a, b interface{ clone() T }) bool {
	return string(encode(a.clone())) == string(encode(b.clone()))
}

// Tag groups posts; an internal one has a name that begins with #.
type Tag struct {
	Meta
	ID                string    `json:"id"`
	Name              string    `json:"name"`
	Slug              string    `json:"slug"`
	URL               string    `json:"url"` // in a State only
	Description       string    `json:"description"`
	FeatureImage      string    `json:"feature_image"`
	Visibility        string    `json:"visibility"`
	AccentColor       string    `json:"accent_color"`
	CanonicalURL      string    `json:"canonical_url"`
	CodeinjectionHead string    `json:"codeinjection_head"`
	CodeinjectionFoot string    `json:"codeinjection_foot"`
	CreatedAt         time.Time `json:"created_at"`
	UpdatedAt         time.Time `json:"updated_at"`
}

func (t *Tag) clone() *Tag { c := *t; return &c }

// Role is what a user may do.
type Role struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Description string    `json:"description"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
}

// User is one of the staff, an author.
type User struct {
	ID              string    `json:"id"`
	Name            string    `json:"name"`
	Slug            string    `json:"slug"`
	URL             string    `json:"url"` // in a State only
	Email           string    `json:"email"`
	ProfileImage    string    `json:"profile_image"`
	CoverImage      string    `json:"cover_image"`
	Bio             string    `json:"bio"`
	Website         string    `json:"website"`
	Location        string    `json:"location"`
	Facebook        string    `json:"facebook"`
	Twitter         string    `json:"twitter"`
	Threads         string    `json:"threads"`
	Bluesky         string    `json:"bluesky"`
	Mastodon        string    `json:"mastodon"`
	TikTok          string    `json:"tiktok"`
	YouTube         string    `json:"youtube"`
	Instagram       string    `json:"instagram"`
	LinkedIn        string    `json:"linkedin"`
	Accessibility   string    `json:"accessibility"`
	Status          string    `json:"status"`
	MetaTitle       string    `json:"meta_title"`
	MetaDescription string    `json:"meta_description"`
	LastSeen        time.Time `json:"last_seen"`
	CreatedAt       time.Time `json:"created_at"`
	UpdatedAt       time.Time `json:"updated_at"`
	Role            Role      `json:"role"`
}

func (u *User) clone() *User { c := *u; return &c }

// Tier is what members may have or pay for. Prices are minor units.
type Tier struct {
	ID             string    `json:"id"`
	Name           string    `json:"name"`
	Slug           string    `json:"slug"`
	Description    string    `json:"description"`
	Active         Flag      `json:"active"`
	Type           string    `json:"type"`
	Visibility     string    `json:"visibility"`
	Currency       string    `json:"currency"`
	MonthlyPrice   *int64    `json:"monthly_price"`
	YearlyPrice    *int64    `json:"yearly_price"`
	TrialDays      int       `json:"trial_days"`
	Benefits       []string  `json:"benefits"`
	WelcomePageURL string    `json:"welcome_page_url"`
	CreatedAt      time.Time `json:"created_at"`
	UpdatedAt      time.Time `json:"updated_at"`
}

func (t *Tier) clone() *Tier { c := *t; c.Benefits = own(t.Benefits); return &c }

// Newsletter is a list that members subscribe to.
type Newsletter struct {
	ID                string    `json:"id"`
	UUID              string    `json:"uuid"`
	Name              string    `json:"name"`
	Slug              string    `json:"slug"`
	Description       string    `json:"description"`
	Status            string    `json:"status"`
	Visibility        string    `json:"visibility"`
	SubscribeOnSignup Flag      `json:"subscribe_on_signup"`
	SortOrder         int       `json:"sort_order"`
	SenderName        string    `json:"sender_name"`
	CreatedAt         time.Time `json:"created_at"`
	UpdatedAt         time.Time `json:"updated_at"`
	looks             map[string]any
}

func (n *Newsletter) clone() *Newsletter { c := *n; return &c }

// Label is a mark on a member.
type Label struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Slug      string    `json:"slug"`
	CreatedAt time.Time `json:"created_at"`
}

// Member reads with an account.
type Member struct {
	ID          string    `json:"id"`
	UUID        string    `json:"uuid"`
	Email       string    `json:"email"`
	Name        string    `json:"name"`
	Note        string    `json:"note"`
	Status      string    `json:"status"`
	Labels      []Label   `json:"labels"`
	Newsletters []string  `json:"newsletters"` // ids
	Tiers       []string  `json:"tiers"`       // ids
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
}

func (m *Member) clone() *Member {
	c := *m
	c.Labels, c.Newsletters, c.Tiers = own(m.Labels), own(m.Newsletters), own(m.Tiers)
	return &c
}

// What is taken of Ghost's documents: the fields that are stored, with the names of
// the Admin API.

package ghost

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"
)

// Kind is what an object is. Pages are posts to Ghost, with a type of their own.
type Kind string

// The kinds there are. Settings are one object, whose id is "settings".
const (
	KindPost       Kind = "post"
	KindTag        Kind = "tag"
	KindUser       Kind = "user"
	KindTier       Kind = "tier"
	KindNewsletter Kind = "newsletter"
	KindMember     Kind = "member"
	KindSettings   Kind = "settings"
)

// Object is one thing of Ghost's cut down to what is stored of it. Two objects with the
// same Hash would be stored alike, whatever their times of change say.
type Object struct {
	Kind     Kind
	ID       string
	URL      string          // where Ghost has it, absolute; empty where it has no page
	EditedAt time.Time       // Ghost's updated_at; zero: it says none
	Data     json.RawMessage // a Post, Tag, User, Tier, Newsletter, Member or Settings
	Hash     [sha256.Size]byte
	// Fault says why a thing in a list cannot be read; of such a one nothing is known but
	// Kind and ID.
	Fault *Fault
}

// document is what an Object can hold.
type document interface {
	about() (kind Kind, id, url string, editedAt time.Time)
}

// NewObject makes the object of a document.
func NewObject(d document) Object {
	data, err := json.Marshal(d)
	if err != nil {
		panic(err) // documents are texts, numbers and times
	}
	o := Object{Data: data, Hash: sha256.Sum256(data)}
	if p, ok := d.(Post); ok && !p.UpdatedAt.IsZero() {
		p.UpdatedAt = Time{}
		o.Hash = NewObject(p).Hash
	}
	o.Kind, o.ID, o.URL, o.EditedAt = d.about()
	return o
}

// As reads an object's document. It fails where the object is of another kind.
func As[T document](o Object) (T, error) {
	var d T
	if kind, _, _, _ := d.about(); kind != o.Kind {
		return d, fmt.Errorf("ghost: a %s is no %s", o.Kind, kind)
	}
	err := json.Unmarshal(o.Data, &d)
	return d, err
}

// Ref names another object.
type Ref struct {
	ID string `json:"id"`
}

// TierRef names a tier that may read a post.
type TierRef struct {
	ID   string `json:"id"`
	Slug string `json:"slug"`
}

// Meta is what search engines and other sites show.
type Meta struct {
	MetaTitle          string `json:"meta_title,omitempty"`
	MetaDescription    string `json:"meta_description,omitempty"`
	OGTitle            string `json:"og_title,omitempty"`
	OGDescription      string `json:"og_description,omitempty"`
	OGImage            string `json:"og_image,omitempty"`
	TwitterTitle       string `json:"twitter_title,omitempty"`
	TwitterDescription string `json:"twitter_description,omitempty"`
	TwitterImage       string `json:"twitter_image,omitempty"`
}

// Post is a post or page. Lexical and Mobiledoc are its source, of which one is empty;
// HTML is Ghost's own rendering, with all its gates.
type Post struct {
	Meta
	ID                  string    `json:"id"`
	UUID                string    `json:"uuid,omitempty"`
	CommentID           string    `json:"comment_id,omitempty"`
	Type                string    `json:"type"` // post or page
	Title               string    `json:"title"`
	Slug                string    `json:"slug"`
	URL                 string    `json:"url,omitempty"`
	CanonicalURL        string    `json:"canonical_url,omitempty"`
	Status              string    `json:"status"` // draft, scheduled, published, sent
	Visibility          string    `json:"visibility"`
	Tiers               []TierRef `json:"tiers,omitempty"` // where visibility is tiers
	Featured            Bool      `json:"featured,omitempty"`
	EmailOnly           Bool      `json:"email_only,omitempty"`
	CustomTemplate      string    `json:"custom_template,omitempty"`
	ShowTitle           *Bool     `json:"show_title_and_feature_image,omitempty"` // nil: yes
	Lexical             string    `json:"lexical,omitempty"`
	Mobiledoc           string    `json:"mobiledoc,omitempty"`
	HTML                string    `json:"html,omitempty"`
	CustomExcerpt       string    `json:"custom_excerpt,omitempty"`
	Frontmatter         string    `json:"frontmatter,omitempty"`
	FeatureImage        string    `json:"feature_image,omitempty"`
	FeatureImageAlt     string    `json:"feature_image_alt,omitempty"`
	FeatureImageCaption string    `json:"feature_image_caption,omitempty"`
	CodeinjectionHead   string    `json:"codeinjection_head,omitempty"`
	CodeinjectionFoot   string    `json:"codeinjection_foot,omitempty"`
	Tags                []Ref     `json:"tags,omitempty"`    // in order, the first is the primary one
	Authors             []Ref     `json:"authors,omitempty"` // in order
	Newsletter          *Ref      `json:"newsletter,omitempty"`
	EmailSegment        string    `json:"email_segment,omitempty"`
	EmailSubject        string    `json:"email_subject,omitempty"`
	CreatedAt           Time      `json:"created_at,omitzero"`
	UpdatedAt           Time      `json:"updated_at,omitzero"`
	PublishedAt         Time      `json:"published_at,omitzero"`
}

func (p Post) about() (Kind, string, string, time.Time) {
	return KindPost, p.ID, p.URL, p.UpdatedAt.Time
}

// Tag groups posts; an internal one has a name that begins with #.
type Tag struct {
	Meta
	ID                string `json:"id"`
	Name              string `json:"name"`
	Slug              string `json:"slug"`
	URL               string `json:"url,omitempty"`
	Description       string `json:"description,omitempty"`
	FeatureImage      string `json:"feature_image,omitempty"`
	Visibility        string `json:"visibility,omitempty"` // public or internal
	AccentColor       string `json:"accent_color,omitempty"`
	CanonicalURL      string `json:"canonical_url,omitempty"`
	CodeinjectionHead string `json:"codeinjection_head,omitempty"`
	CodeinjectionFoot string `json:"codeinjection_foot,omitempty"`
	CreatedAt         Time   `json:"created_at,omitzero"`
}

func (t Tag) about() (Kind, string, string, time.Time) { return KindTag, t.ID, t.URL, time.Time{} }

// User is an author. Their e-mail and what they did last is not taken.
type User struct {
	Meta
	ID           string `json:"id"`
	Name         string `json:"name"`
	Slug         string `json:"slug"`
	URL          string `json:"url,omitempty"`
	Bio          string `json:"bio,omitempty"`
	Website      string `json:"website,omitempty"`
	Location     string `json:"location,omitempty"`
	ProfileImage string `json:"profile_image,omitempty"`
	CoverImage   string `json:"cover_image,omitempty"`
	Facebook     string `json:"facebook,omitempty"`
	Twitter      string `json:"twitter,omitempty"`
	Threads      string `json:"threads,omitempty"`
	Bluesky      string `json:"bluesky,omitempty"`
	Mastodon     string `json:"mastodon,omitempty"`
	TikTok       string `json:"tiktok,omitempty"`
	YouTube      string `json:"youtube,omitempty"`
	Instagram    string `json:"instagram,omitempty"`
	LinkedIn     string `json:"linkedin,omitempty"`
	CreatedAt    Time   `json:"created_at,omitzero"`
}

func (u User) about() (Kind, string, string, time.Time) { return KindUser, u.ID, u.URL, time.Time{} }

// Tier is what members may have or pay for. Prices are minor units a month and a year.
type Tier struct {
	ID             string   `json:"id"`
	Name           string   `json:"name"`
	Slug           string   `json:"slug"`
	Description    string   `json:"description,omitempty"`
	Active         Bool     `json:"active"`
	Type           string   `json:"type"`       // free or paid
	Visibility     string   `json:"visibility"` // public or none
	Currency       string   `json:"currency,omitempty"`
	MonthlyPrice   *int64   `json:"monthly_price,omitempty"`
	YearlyPrice    *int64   `json:"yearly_price,omitempty"`
	TrialDays      int      `json:"trial_days,omitempty"`
	Benefits       []string `json:"benefits,omitempty"`
	WelcomePageURL string   `json:"welcome_page_url,omitempty"`
}

func (t Tier) about() (Kind, string, string, time.Time) { return KindTier, t.ID, "", time.Time{} }

// Newsletter is a list that members subscribe to.
type Newsletter struct {
	ID                string `json:"id"`
	Name              string `json:"name"`
	Slug              string `json:"slug"`
	Description       string `json:"description,omitempty"`
	Status            string `json:"status"` // active or archived
	Visibility        string `json:"visibility"`
	SubscribeOnSignup Bool   `json:"subscribe_on_signup"`
	SortOrder         int    `json:"sort_order,omitempty"`
	SenderName        string `json:"sender_name,omitempty"`
}

func (n Newsletter) about() (Kind, string, string, time.Time) {
	return KindNewsletter, n.ID, "", time.Time{}
}

// Label is a mark on a member.
type Label struct {
	Slug string `json:"slug"`
}

// Member reads with an account. Notes on them and where they read are not taken.
type Member struct {
	ID          string  `json:"id"`
	UUID        string  `json:"uuid,omitempty"`
	Email       string  `json:"email"`
	Name        string  `json:"name,omitempty"`
	Status      string  `json:"status"` // free, paid, comped or gift
	Labels      []Label `json:"labels,omitempty"`
	Newsletters []Ref   `json:"newsletters,omitempty"` // subscribed to
	Tiers       []Ref   `json:"tiers,omitempty"`
	CreatedAt   Time    `json:"created_at,omitzero"`
}

func (m Member) about() (Kind, string, string, time.Time) {
	return KindMember, m.ID, "", time.Time{}
}

// Settings are the publication's particulars, by Ghost's keys, as text. Values that are
// not text, and keys that nothing is made of, are left out.
type Settings map[string]string

func (Settings) about() (Kind, string, string, time.Time) {
	return KindSettings, "settings", "", time.Time{}
}

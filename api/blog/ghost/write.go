// Writing posts and pages to the Admin API.

package ghost

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// PostEdit is a change to a post or page; a nil field stays as it is, an empty text
// removes what was there. UpdatedAt is the one that was read.
type PostEdit struct {
	UpdatedAt           time.Time `json:"updated_at"`
	Title               *string   `json:"title,omitempty"`
	Slug                *string   `json:"slug,omitempty"`
	HTML                *string   `json:"html,omitempty"`    // Ghost makes its own document of it
	Lexical             *string   `json:"lexical,omitempty"` // the document itself, without HTML
	Status              *string   `json:"status,omitempty"`
	Visibility          *string   `json:"visibility,omitempty"`
	Featured            *bool     `json:"featured,omitempty"`
	CustomExcerpt       *string   `json:"custom_excerpt,omitempty"`
	PublishedAt         *string   `json:"published_at,omitempty"` // RFC 3339
	CanonicalURL        *string   `json:"canonical_url,omitempty"`
	FeatureImage        *string   `json:"feature_image,omitempty"`
	FeatureImageAlt     *string   `json:"feature_image_alt,omitempty"`
	FeatureImageCaption *string   `json:"feature_image_caption,omitempty"`
	MetaTitle           *string   `json:"meta_title,omitempty"`
	MetaDescription     *string   `json:"meta_description,omitempty"`
	OGTitle             *string   `json:"og_title,omitempty"`
	OGDescription       *string   `json:"og_description,omitempty"`
	OGImage             *string   `json:"og_image,omitempty"`
	TwitterTitle        *string   `json:"twitter_title,omitempty"`
	TwitterDescription  *string   `json:"twitter_description,omitempty"`
	TwitterImage        *string   `json:"twitter_image,omitempty"`
	ShowTitle           *bool     `json:"show_title_and_feature_image,omitempty"` // pages only
	Tags                *[]TagRef `json:"tags,omitempty"`
	Authors             *[]Ref    `json:"authors,omitempty"`
}

// TagRef names a tag by its id in Ghost, or by its slug and name; Ghost makes one that it
// does not have.
type TagRef struct {
	ID   string `json:"id,omitempty"`
	Slug string `json:"slug,omitempty"`
	Name string `json:"name,omitempty"`
}

// UpdatePost changes a post or page ("posts" or "pages") and returns it as it is then.
// It fails with ErrCollision, ErrNotFound or a *Fault. Ghost sees a collision only where
// a field of the post itself changes, tags do not count, and its times are seconds: read
// what it returns before you rely on it.
func (c *Client) UpdatePost(ctx context.Context, collection, id string, edit PostEdit) (Object, error) {
	if collection != "posts" && collection != "pages" || !idShape.MatchString(id) {
		return Object{}, &Fault{Reason: "it has no such post"}
	}
	query := shapes(KindPost)
	if edit.HTML != nil {
		query.Set("source", "html")
		if *edit.HTML == "" {
			edit.HTML = new("<p></p>") // Ghost would leave the body as it is
		}
	}
	raw, err := c.ask(ctx, http.MethodPut, collection+"/"+id+"/", query, map[string][]PostEdit{collection: {edit}})
	if err != nil {
		return Object{}, err
	}
	return readOne(Collection{collection, KindPost}, raw, id)
}

// On is a post with the fields that the edit sets. What Ghost makes of the rest (its
// document, tags that it has to make) stays as it is.
func (e PostEdit) On(p Post) Post {
	updated := p.UpdatedAt
	e.HTML, e.Tags = nil, nil
	raw, err := json.Marshal(e)
	if err == nil {
		err = json.Unmarshal(raw, &p) // the names are the same
	}
	if err != nil {
		panic(err) // both are texts, switches and times
	}
	p.UpdatedAt = updated
	return p
}

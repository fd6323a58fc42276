// Ghost's own JSON export, as "Export your content" writes it.

package blog

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// maxExport is how many bytes an export may have: about 50,000 long posts.
const maxExport = 1 << 30

// ErrExport says that a file is not a Ghost export that can be read; its text
// says why, for the person who chose the file.
var ErrExport = errors.New("not a Ghost export that can be imported")

// nul is a NUL character as JSON writes it; PostgreSQL keeps none.
var nul = regexp.MustCompile(`(?:^|[^\\])(?:\\\\)*\\u0000`)

// ghostExport is the part of an export that the blog takes.
type ghostExport struct {
	Version string
	Posts   []ghostPost
	Meta    map[string]ghostMeta // by post
	Tags    []ghostTag
	Users   []ghostUser
	TagsOf  map[string][]string // ids, in order, by post
	UsersOf map[string][]string
	Setting map[string]string
}

type ghostPost struct {
	ID                string     `json:"id"`
	Title             string     `json:"title"`
	Slug              string     `json:"slug"`
	Mobiledoc         string     `json:"mobiledoc"`
	Lexical           string     `json:"lexical"`
	HTML              string     `json:"html"`
	FeatureImage      string     `json:"feature_image"`
	Featured          ghostBool  `json:"featured"`
	Type              string     `json:"type"`
	Status            string     `json:"status"`
	Visibility        string     `json:"visibility"`
	CreatedAt         ghostTime  `json:"created_at"`
	UpdatedAt         ghostTime  `json:"updated_at"`
	PublishedAt       ghostTime  `json:"published_at"`
	CustomExcerpt     string     `json:"custom_excerpt"`
	CodeinjectionHead string     `json:"codeinjection_head"`
	CodeinjectionFoot string     `json:"codeinjection_foot"`
	CustomTemplate    string     `json:"custom_template"`
	CanonicalURL      string     `json:"canonical_url"`
	ShowTitle         *ghostBool `json:"show_title_and_feature_image"`
}

type ghostMeta struct {
	PostID              string    `json:"post_id"`
	MetaTitle           string    `json:"meta_title"`
	MetaDescription     string    `json:"meta_description"`
	OGTitle             string    `json:"og_title"`
	OGDescription       string    `json:"og_description"`
	OGImage             string    `json:"og_image"`
	TwitterTitle        string    `json:"twitter_title"`
	TwitterDescription  string    `json:"twitter_description"`
	TwitterImage        string    `json:"twitter_image"`
	FeatureImageAlt     string    `json:"feature_image_alt"`
	FeatureImageCaption string    `json:"feature_image_caption"`
	EmailOnly           ghostBool `json:"email_only"`
}

type ghostTag struct {
	ghostMeta
	ID           string    `json:"id"`
	Name         string    `json:"name"`
	Slug         string    `json:"slug"`
	Description  string    `json:"description"`
	FeatureImage string    `json:"feature_image"`
	Visibility   string    `json:"visibility"`
	AccentColor  string    `json:"accent_color"`
	CanonicalURL string    `json:"canonical_url"`
	CreatedAt    ghostTime `json:"created_at"`
}

type ghostUser struct {
	ghostMeta
	ID           string    `json:"id"`
	Name         string    `json:"name"`
	Slug         string    `json:"slug"`
	Bio          string    `json:"bio"`
	Website      string    `json:"website"`
	Location     string    `json:"location"`
	ProfileImage string    `json:"profile_image"`
	CoverImage   string    `json:"cover_image"`
	Facebook     string    `json:"facebook"`
	Twitter      string    `json:"twitter"`
	Threads      string    `json:"threads"`
	Bluesky      string    `json:"bluesky"`
	Mastodon     string    `json:"mastodon"`
	TikTok       string    `json:"tiktok"`
	YouTube      string    `json:"youtube"`
	Instagram    string    `json:"instagram"`
	LinkedIn     string    `json:"linkedin"`
	CreatedAt    ghostTime `json:"created_at"`
}

// ghostBool is true, false, 1 or 0: exports of the two databases differ.
type ghostBool bool

// UnmarshalJSON reads either spelling; null is false.
func (b *ghostBool) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case "true", "1":
		*b = true
	case "false", "0", "null":
		*b = false
	default:
		return errors.New("a switch is neither true nor false")
	}
	return nil
}

// ghostTime is a moment in any of the spellings that exports have had.
type ghostTime struct{ time.Time }

// UnmarshalJSON reads RFC 3339, SQL and millisecond spellings; null is zero.
func (t *ghostTime) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) != nil {
		var ms int64
		if err := json.Unmarshal(data, &ms); err != nil {
			return errors.New("a date cannot be read")
		}
		if ms != 0 {
			t.Time = time.UnixMilli(ms).UTC()
		}
		return nil
	}
	if text == "" {
		return nil
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateTime} {
		if moment, err := time.Parse(layout, text); err == nil {
			t.Time = moment.UTC().Truncate(time.Microsecond)
			return nil
		}
	}
	return errors.New("a date cannot be read")
}

// readExport reads an export. Everything is read and checked before anything is
// stored; it fails with ErrExport.
func readExport(r io.Reader) (*ghostExport, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxExport+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the file cannot be read: %w", err)
	case len(raw) > maxExport:
		return nil, fmt.Errorf("%w: it is larger than 1 GiB", ErrExport)
	case !utf8.Valid(raw):
		return nil, fmt.Errorf("%w: it is not UTF-8 text", ErrExport)
	case nul.Match(raw):
		return nil, fmt.Errorf("%w: it holds a NUL character, which no text may", ErrExport)
	}
	var file struct {
		DB []struct {
			Meta struct {
				Version string `json:"version"`
			} `json:"meta"`
			Data *exportData `json:"data"`
		} `json:"db"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		return nil, fmt.Errorf("%w: %s", ErrExport, jsonFault(err, len(raw)))
	}
	if len(file.DB) != 1 || file.DB[0].Data == nil || file.DB[0].Data.Posts == nil {
		return nil, fmt.Errorf("%w: the JSON has no db[0].data.posts; take the file that Ghost's Settings, Migration tools, Export makes", ErrExport)
	}
	return file.DB[0].Data.index(file.DB[0].Meta.Version)
}

// jsonFault says in words what is wrong with the JSON, without quoting it.
func jsonFault(err error, size int) string {
	var syntax *json.SyntaxError
	var typ *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax) && (int(syntax.Offset) >= size || strings.Contains(syntax.Error(), "unexpected end")):
		return fmt.Sprintf("the JSON ends in the middle, after %d bytes; the download may have been cut off", size)
	case errors.As(err, &syntax):
		return fmt.Sprintf("the JSON is malformed at byte %d", syntax.Offset)
	case errors.As(err, &typ):
		return fmt.Sprintf("the JSON has a value of the wrong type at byte %d", typ.Offset)
	}
	return "the JSON cannot be read: " + err.Error()
}

type exportData struct {
	Posts      []ghostPost `json:"posts"`
	PostsMeta  []ghostMeta `json:"posts_meta"`
	Tags       []ghostTag  `json:"tags"`
	Users      []ghostUser `json:"users"`
	PostsTags  []postLink  `json:"posts_tags"`
	PostsUsers []postLink  `json:"posts_authors"`
	Settings   []struct {
		Key   string          `json:"key"`
		Value json.RawMessage `json:"value"`
	} `json:"settings"`
}

type postLink struct {
	PostID    string `json:"post_id"`
	TagID     string `json:"tag_id"`
	AuthorID  string `json:"author_id"`
	SortOrder int    `json:"sort_order"`
}

// index arranges the tables of an export by post, and refuses records that
// nothing can be made of.
func (d *exportData) index(version string) (*ghostExport, error) {
	x := &ghostExport{
		Version: version, Posts: d.Posts, Tags: d.Tags, Users: d.Users,
		Meta: map[string]ghostMeta{}, Setting: map[string]string{},
		TagsOf:  ordered(d.PostsTags, func(l postLink) string { return l.TagID }),
		UsersOf: ordered(d.PostsUsers, func(l postLink) string { return l.AuthorID }),
	}
	seen := map[string]bool{}
	for i, p := range d.Posts {
		if p.ID == "" || seen[p.ID] {
			return nil, fmt.Errorf("%w: post %d has no id of its own", ErrExport, i+1)
		}
		seen[p.ID] = true
	}
	for i, t := range d.Tags {
		if t.ID == "" {
			return nil, fmt.Errorf("%w: tag %d has no id", ErrExport, i+1)
		}
	}
	for i, u := range d.Users {
		if u.ID == "" {
			return nil, fmt.Errorf("%w: user %d has no id", ErrExport, i+1)
		}
	}
	for _, m := range d.PostsMeta {
		x.Meta[m.PostID] = m
	}
	for _, s := range d.Settings {
		var text string
		if json.Unmarshal(s.Value, &text) == nil {
			x.Setting[s.Key] = text
		}
	}
	return x, nil
}

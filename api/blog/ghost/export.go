// Ghost's own JSON export, as "Export your content" writes it.

package ghost

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxExport is how many bytes an export may have: about 50,000 long posts.
const maxExport = 1 << 30

// ErrExport says that a file is not a Ghost export that can be read; its text says why,
// for the person who chose the file.
var ErrExport = errors.New("not a Ghost export that can be imported")

// Placeholder stands in exports where Ghost's own address belongs.
const Placeholder = "__GHOST_URL__"

// Export is what an export holds. Its objects have no URL, and their addresses begin with
// Placeholder where they are at the Ghost. Members are not among them.
type Export struct {
	Version  string   // of the Ghost that wrote it
	Objects  []Object // users, tags, tiers, newsletters, then posts and pages
	Settings Settings
}

// nul is a NUL character as JSON writes it; PostgreSQL keeps none.
var nul = regexp.MustCompile(`(?:^|[^\\])(?:\\\\)*\\u0000`)

// ReadExport reads and checks a whole export. It fails with ErrExport.
func ReadExport(r io.Reader) (Export, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxExport+1))
	switch {
	case err != nil:
		return Export{}, fmt.Errorf("the file cannot be read: %w", err)
	case len(raw) > maxExport:
		return Export{}, fmt.Errorf("%w: it is larger than 1 GiB", ErrExport)
	case !utf8.Valid(raw):
		return Export{}, fmt.Errorf("%w: it is not UTF-8 text", ErrExport)
	case nul.Match(raw):
		return Export{}, fmt.Errorf("%w: it holds a NUL character, which no text may", ErrExport)
	}
	var file struct {
		DB []struct {
			Meta struct {
				Version string `json:"version"`
			} `json:"meta"`
			Data *tables `json:"data"`
		} `json:"db"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		return Export{}, fmt.Errorf("%w: %s", ErrExport, jsonFault(err, len(raw)))
	}
	if len(file.DB) != 1 || file.DB[0].Data == nil || file.DB[0].Data.Posts == nil {
		return Export{}, fmt.Errorf("%w: the JSON has no db[0].data.posts; take the file that Ghost's Settings, Migration tools, Export makes", ErrExport)
	}
	objects, err := file.DB[0].Data.objects()
	return Export{file.DB[0].Meta.Version, objects, readSettings(file.DB[0].Data.Settings)}, err
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

// tables are those of Ghost's database that are taken.
type tables struct {
	Posts        []postRow    `json:"posts"`
	PostsMeta    []postMeta   `json:"posts_meta"`
	Tags         []Tag        `json:"tags"`
	Users        []User       `json:"users"`
	Newsletters  []Newsletter `json:"newsletters"`
	Tiers        []tierRow    `json:"products"`
	Benefits     []benefit    `json:"benefits"`
	PostsTags    []link       `json:"posts_tags"`
	PostsAuthors []link       `json:"posts_authors"`
	PostsTiers   []link       `json:"posts_products"`
	TierBenefits []link       `json:"products_benefits"`
	Settings     []setting    `json:"settings"`
}

// postRow is a post without what other tables hold of it.
type postRow struct {
	Post
	NewsletterID         string `json:"newsletter_id"`
	EmailRecipientFilter string `json:"email_recipient_filter"`
}

// postMeta is the other half of a post.
type postMeta struct {
	Meta
	PostID              string `json:"post_id"`
	FeatureImageAlt     string `json:"feature_image_alt"`
	FeatureImageCaption string `json:"feature_image_caption"`
	EmailSubject        string `json:"email_subject"`
	EmailOnly           Bool   `json:"email_only"`
	Frontmatter         string `json:"frontmatter"`
}

type tierRow struct {
	Tier
	Benefits json.RawMessage `json:"benefits"` // a table of their own has them
}

type benefit struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// link is a row of a table that joins two others, in an order.
type link struct {
	PostID    string `json:"post_id"`
	TagID     string `json:"tag_id"`
	AuthorID  string `json:"author_id"`
	TierID    string `json:"product_id"`
	BenefitID string `json:"benefit_id"`
	SortOrder int    `json:"sort_order"`
}

// objects joins the tables, and refuses records that nothing can be made of.
func (t *tables) objects() ([]Object, error) {
	list := make([]Object, 0, len(t.Users)+len(t.Tags)+len(t.Tiers)+len(t.Newsletters)+len(t.Posts))
	seen := map[Kind]map[string]bool{KindUser: {}, KindTag: {}, KindTier: {}, KindNewsletter: {}, KindPost: {}}
	add := func(d document, n int, fault string) error {
		o := NewObject(d)
		if !idShape.MatchString(o.ID) || seen[o.Kind][o.ID] {
			return fmt.Errorf("%w: %s %d has no id of its own", ErrExport, fault, n+1)
		}
		seen[o.Kind][o.ID] = true
		list = append(list, o)
		return nil
	}
	for i, u := range t.Users {
		if err := add(u, i, "user"); err != nil {
			return nil, err
		}
	}
	for i, tag := range t.Tags {
		if err := add(tag, i, "tag"); err != nil {
			return nil, err
		}
	}
	for i, tier := range t.tiers() {
		if err := add(tier, i, "tier"); err != nil {
			return nil, err
		}
	}
	for i, n := range t.Newsletters {
		if err := add(n, i, "newsletter"); err != nil {
			return nil, err
		}
	}
	for i, p := range t.posts() {
		if err := add(p, i, "post"); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (t *tables) tiers() []Tier {
	names := map[string]string{}
	for _, b := range t.Benefits {
		names[b.ID] = b.Name
	}
	of := ordered(t.TierBenefits, func(l link) (string, string) { return l.TierID, l.BenefitID })
	tiers := make([]Tier, len(t.Tiers))
	for i, row := range t.Tiers {
		tiers[i] = row.Tier
		tiers[i].Currency = strings.ToUpper(row.Currency)
		for _, id := range of[row.ID] {
			if names[id] != "" {
				tiers[i].Benefits = append(tiers[i].Benefits, names[id])
			}
		}
	}
	return tiers
}

func (t *tables) posts() []Post {
	meta, slugs := map[string]postMeta{}, map[string]string{}
	for _, m := range t.PostsMeta {
		meta[m.PostID] = m
	}
	for _, tier := range t.Tiers {
		slugs[tier.ID] = tier.Slug
	}
	tags := ordered(t.PostsTags, func(l link) (string, string) { return l.PostID, l.TagID })
	authors := ordered(t.PostsAuthors, func(l link) (string, string) { return l.PostID, l.AuthorID })
	tiers := ordered(t.PostsTiers, func(l link) (string, string) { return l.PostID, l.TierID })
	posts := make([]Post, len(t.Posts))
	for i, row := range t.Posts {
		p, m := row.Post, meta[row.ID]
		if p.Type != "page" {
			p.Type = "post"
		}
		p.Meta, p.FeatureImageAlt, p.FeatureImageCaption = m.Meta, m.FeatureImageAlt, m.FeatureImageCaption
		p.EmailSubject, p.EmailOnly, p.Frontmatter = m.EmailSubject, m.EmailOnly, m.Frontmatter
		p.URL, p.EmailSegment = "", row.EmailRecipientFilter
		p.Tags, p.Authors, p.Tiers, p.Newsletter = refs(tags[row.ID]), refs(authors[row.ID]), nil, nil
		for _, id := range tiers[row.ID] {
			p.Tiers = append(p.Tiers, TierRef{id, slugs[id]})
		}
		if row.NewsletterID != "" {
			p.Newsletter = &Ref{row.NewsletterID}
		}
		posts[i] = p.normal()
	}
	return posts
}

func refs(ids []string) []Ref {
	var list []Ref
	for _, id := range ids {
		list = append(list, Ref{id})
	}
	return list
}

// ordered groups what a table joins by its first side, each once and in order.
func ordered(rows []link, sides func(link) (of, id string)) map[string][]string {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b link) int { return cmp.Compare(a.SortOrder, b.SortOrder) })
	joined := map[string][]string{}
	for _, row := range rows {
		if of, id := sides(row); id != "" && !slices.Contains(joined[of], id) {
			joined[of] = append(joined[of], id)
		}
	}
	return joined
}

// What an editor gives to make or change a post.

package blog

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/safehtml"
	"rose-ash.com/roseash/api/shared/urls"
)

// PostFields are the fields of a post that an editor sets. A nil field stays as
// it is; a new post needs a title.
type PostFields struct {
	Title                    *string                `json:"title,omitempty" minLength:"1" maxLength:"255" example:"Bread on Tuesdays" doc:"The headline."`
	Slug                     *string                `json:"slug,omitempty" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" maxLength:"191" example:"bread-on-tuesdays" doc:"Part of the address. Made from the title where it is not given; a reserved word is refused."`
	Source                   *string                `json:"source,omitempty" maxLength:"1000000" example:"Flour, water, salt and *time*." doc:"The body in its source format. What follows a line <!--members-only--> is for those whom visibility names."`
	SourceFormat             *contract.SourceFormat `json:"source_format,omitempty" enum:"markdown,html" example:"markdown" doc:"The format of source; Markdown where it is not given."`
	CustomExcerpt            *string                `json:"custom_excerpt,omitempty" maxLength:"300" example:"How our oven week goes." doc:"Shown in lists and feeds; else the beginning of the text."`
	FeatureImage             *contract.Image        `json:"feature_image,omitempty" doc:"The picture above the post and in lists. An empty url removes it."`
	Featured                 *bool                  `json:"featured,omitempty" example:"false" doc:"Shown first."`
	Visibility               *contract.Visibility   `json:"visibility,omitempty" enum:"public,members,paid,tiers" example:"public" doc:"Who may read the gated part."`
	Tags                     *[]string              `json:"tags,omitempty" maxItems:"50" example:"[\"Bakery\"]" doc:"Names or slugs, the first is the primary tag. Those that do not exist are made; a name that begins with # is internal."`
	Authors                  *[]string              `json:"authors,omitempty" maxItems:"20" example:"[\"bakery\"]" doc:"Slugs or ids of existing authors, the first is the primary one."`
	Meta                     *contract.Meta         `json:"meta,omitempty" doc:"What search engines and other sites show instead of title, excerpt and picture."`
	PublishedAt              *time.Time             `json:"published_at,omitempty" example:"2026-03-01T09:00:00Z" doc:"The date of publication, for dating back. It may not lie in the future."`
	ShowTitleAndFeatureImage *bool                  `json:"show_title_and_feature_image,omitempty" example:"true" doc:"False leaves both off the page."`
}

// apply writes the fields that are given onto row at a time and renders the body where it
// is new or its source or visibility changed. What Ghost wrote is made of the document
// that its source was rendered as, until somebody gives another source. It fails
// with 422 on a field that is wrong.
func (f PostFields) apply(row *blogdb.Post, fresh bool, now time.Time) error {
	was := *row
	if f.PublishedAt != nil {
		at := f.PublishedAt.UTC().Truncate(clock.Precision)
		if at.After(now) {
			return problem.Unprocessable("a post cannot have been published in the future").
				WithField("body.published_at", "must not be later than now")
		}
		row.PublishedAt = &at
	}
	if f.Title != nil {
		if row.Title = strings.TrimSpace(*f.Title); row.Title == "" {
			return problem.Unprocessable("a post needs a title").WithField("body.title", "may not be blank")
		}
	}
	if f.Source != nil && *f.Source != row.Source {
		row.Source, row.GhostHtml = *f.Source, nil
		if row.SourceFormat != string(contract.FormatHTML) {
			row.SourceFormat = string(contract.FormatMarkdown)
		}
	}
	if f.SourceFormat != nil && row.GhostHtml == nil {
		row.SourceFormat = string(*f.SourceFormat)
	}
	setAs(&row.Visibility, f.Visibility)
	set(&row.Featured, f.Featured)
	set(&row.Meta, f.Meta)
	set(&row.ShowTitleAndFeatureImage, f.ShowTitleAndFeatureImage)
	if f.CustomExcerpt != nil {
		row.CustomExcerpt = orNil(strings.TrimSpace(*f.CustomExcerpt))
	}
	if f.FeatureImage != nil {
		picture, err := checkPicture(*f.FeatureImage)
		if err != nil {
			return err
		}
		row.FeatureImage = picture
	}
	if fresh || row.Source != was.Source || row.SourceFormat != was.SourceFormat || row.Visibility != was.Visibility {
		b, err := render(*row)
		if err != nil {
			return err
		}
		b.into(row)
	}
	row.Excerpt = excerptOf(deref(row.CustomExcerpt), row.Plaintext)
	return nil
}

// render renders the body of a post from what it was written in.
func render(row blogdb.Post) (body, error) {
	visibility := contract.Visibility(row.Visibility)
	switch {
	case row.GhostHtml != nil:
		return renderGhost(wholeOf(row), visibility)
	case row.SourceFormat == string(contract.FormatMarkdown):
		return renderMarkdown(row.Source, visibility)
	}
	if what := safehtml.Active(row.Source); what != "" {
		return body{}, unsafeHTML("body.source", what)
	}
	return splitBody(row.Source, visibility)
}

// wholeOf is the document of a body that Ghost wrote. Where it has no gates it is the body
// itself; those of an import before documents were kept are as Ghost stored them.
func wholeOf(row blogdb.Post) string {
	switch {
	case row.Document != nil:
		return *row.Document
	case row.MembersHtml != nil:
		return *row.GhostHtml
	}
	return row.Html
}

// checkPicture is a picture that may stand on a page, nil for one without an
// address.
func checkPicture(p contract.Image) (*contract.Image, error) {
	if p.URL == "" {
		return nil, nil
	}
	if u, err := url.Parse(p.URL); err != nil || !(u.Scheme == "" && u.Host == "" && strings.HasPrefix(p.URL, "/") || u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")) {
		return nil, problem.Unprocessable("the picture's address cannot be used").
			WithField("body.feature_image.url", "must be a path of this site or an http or https address")
	}
	if what := safehtml.Active(p.Caption); what != "" {
		return nil, unsafeHTML("body.feature_image.caption", what)
	}
	var err error
	if p.Caption, err = safehtml.Clean(p.Caption); err != nil {
		return nil, tooDeep
	}
	return &p, nil
}

// into writes what was rendered onto row.
func (b body) into(row *blogdb.Post) {
	row.Html, row.Plaintext, row.ReadingTime = b.html, b.plaintext, int32(b.readingTime)
	row.MembersHtml, row.Document, row.RenderVersion = orNil(b.members), orNil(b.document), currentRender
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

func setAs[T ~string](field *string, value *T) {
	if value != nil {
		*field = string(*value)
	}
}

// checkSlug refuses slugs that cannot stand at the root of the site.
func checkSlug(slug string) error {
	switch {
	case !urls.ValidSlug(slug):
		return problem.Unprocessable("the slug is not usable").WithCode("invalid_slug").
			WithField("body.slug", "use lower-case letters, digits and single dashes between them")
	case urls.Reserved(slug):
		return problem.Unprocessable("the slug is a word that the site itself uses").WithCode("reserved_slug").
			WithField("body.slug", "choose another word")
	}
	return nil
}

var slugTaken = problem.Conflict("another post or page has this slug").WithCode("slug_taken").
	WithField("body.slug", "choose another word")

// place gives row its slug and path: the wanted slug, which must be free, or one
// made from the title, with -2, -3 … behind it until it is.
func place(ctx context.Context, q *blogdb.Queries, row *blogdb.Post, wanted *string) error {
	base := ""
	if wanted != nil {
		if err := checkSlug(*wanted); err != nil {
			return err
		}
		base = *wanted
	} else if base = urls.Slug(row.Title); base == "" {
		base = "untitled"
	}
	for n := 1; ; n++ {
		slug := numbered(base, n)
		taken, err := addressTaken(ctx, q, row, slug, urls.Post(slug))
		switch {
		case err != nil:
			return err
		case !taken && !urls.Reserved(slug):
			row.Slug, row.Path = slug, urls.Post(slug)
			return nil
		case wanted != nil:
			return slugTaken
		}
	}
}

// numbered is the n-th try for a slug: word, word-2, word-3 …
func numbered(slug string, n int) string {
	if n == 1 {
		return slug
	}
	return clip(slug, 180) + "-" + strconv.Itoa(n)
}

func addressTaken(ctx context.Context, q *blogdb.Queries, row *blogdb.Post, slug, path string) (bool, error) {
	return q.AddressTaken(ctx, blogdb.AddressTakenParams{ID: row.ID, Type: row.Type, Slug: slug, Path: path})
}

// tagIDs finds the tags named by an editor and makes those that are not there.
func (s *Service) tagIDs(ctx context.Context, q *blogdb.Queries, names []string) ([]uuid.UUID, error) {
	wanted := make([]named, 0, len(names))
	for i, name := range names {
		name = strings.TrimSpace(name)
		slug, ok := tagSlug(name)
		if !ok {
			return nil, problem.Unprocessable("a tag's name is not usable").
				WithField("body.tags["+strconv.Itoa(i)+"]", "needs a letter or digit and at most 191 characters")
		}
		wanted = add(wanted, named{slug, name})
	}
	// Rows are locked in one order everywhere: two editors who name the same tags
	// must not wait for each other.
	made := map[string]uuid.UUID{}
	for _, w := range slices.SortedFunc(slices.Values(wanted), func(a, b named) int { return cmp.Compare(a.slug, b.slug) }) {
		tag, err := q.EnsureTag(ctx, blogdb.EnsureTagParams{
			ID: id.New(), Slug: w.slug, Name: w.name, Internal: strings.HasPrefix(w.name, "#"), Now: s.clock.Now(),
		})
		if err != nil {
			return nil, err
		}
		made[w.slug] = tag.ID
	}
	ids := make([]uuid.UUID, len(wanted))
	for i, w := range wanted {
		ids[i] = made[w.slug]
	}
	return ids, nil
}

// authorIDs finds the authors named by an editor; one that is not there is 422.
func (s *Service) authorIDs(ctx context.Context, q *blogdb.Queries, refs []string) ([]uuid.UUID, error) {
	ids := make([]uuid.UUID, 0, len(refs))
	seen := map[uuid.UUID]bool{}
	for i, ref := range refs {
		author, err := findAuthor(ctx, q, ref)
		if err == noSuchAuthor {
			return nil, problem.Unprocessable("an author does not exist").
				WithField("body.authors["+strconv.Itoa(i)+"]", "must be the slug or id of an author")
		}
		if err != nil {
			return nil, err
		}
		if !seen[author.ID] {
			ids = append(ids, author.ID)
		}
		seen[author.ID] = true
	}
	return ids, nil
}

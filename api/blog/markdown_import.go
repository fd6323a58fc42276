// The import of Markdown files: what is to be done with each, and its rendering.

package blog

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/markdown"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/safehtml"
	"rose-ash.com/roseash/api/shared/urls"
)

// markdownVersion goes into the hash of what was imported: raise it when files
// are read or rendered differently, so that the next import stores them anew.
const markdownVersion = "1:"

// maxSource is how many bytes the text of a file may have; more than the API takes
// for an editor's.
const maxSource = 1 << 20

// MarkdownFile is a post or page as a file of another site has it.
type MarkdownFile struct {
	File      string // its path from the content root: what it is known by
	Hash      string // of its bytes
	Type      contract.PostType
	Title     string
	Slug      string
	Excerpt   string // empty: the beginning of the text
	Source    string // Markdown
	Tags      []string
	Authors   []string
	Image     contract.Image // without a URL: none
	Draft     bool
	Published time.Time // zero: not known; one to come makes it scheduled
	Updated   time.Time // zero: not known
	Warnings  []string
}

// MarkdownImport is one run over the files of a site. Batches are judged in any
// order, by any number of goroutines, and stored one by one.
type MarkdownImport struct {
	s       *Service
	dryRun  bool
	tags    map[string]uuid.UUID // by slug, those of earlier batches
	authors map[string]uuid.UUID
	claimed map[string]string // files by the addresses that a dry run would have given them
}

// NewMarkdownImport begins a run. A dry run says what would become of each file
// and writes nothing.
func (s *Service) NewMarkdownImport(dryRun bool) *MarkdownImport {
	im := &MarkdownImport{s: s, dryRun: dryRun, claimed: map[string]string{}}
	im.forget()
	return im
}

// forget drops what may not be in the database any more.
func (im *MarkdownImport) forget() {
	im.tags, im.authors = map[string]uuid.UUID{}, map[string]uuid.UUID{}
}

// MarkdownBatch is some files that Judge has judged, for Store.
type MarkdownBatch struct{ items []markdownItem }

// markdownItem is one file of a batch. Those with an empty Change are to be
// stored; id is that of the post which an earlier import made, if there is one.
type markdownItem struct {
	outcome       contract.Imported
	id            uuid.UUID
	row           blogdb.Post
	tags, authors []named
}

// named is a tag or an author.
type named struct{ slug, name string }

// Judge compares files with what earlier imports left and renders those that are
// to be stored, on all processors. A file that nothing can be made of is refused
// in its outcome. Judge writes nothing, and fails only where the database does.
func (im *MarkdownImport) Judge(ctx context.Context, files []MarkdownFile) (*MarkdownBatch, error) {
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = f.File
	}
	rows, err := im.s.queries().ImportedPosts(ctx, blogdb.ImportedPostsParams{Origin: originMarkdown, OriginIds: names})
	if err != nil {
		return nil, err
	}
	earlier := make(map[string]blogdb.ImportedPostsRow, len(rows))
	for _, r := range rows {
		earlier[deref(r.OriginID)] = r
	}
	b := &MarkdownBatch{items: make([]markdownItem, len(files))}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	now := im.s.clock.Now()
	for i, f := range files {
		item := &b.items[i]
		item.outcome = contract.Imported{File: f.File, Type: string(f.Type), Slug: f.Slug, Warnings: f.Warnings}
		was, known := earlier[f.File]
		if known {
			item.id = was.ID
			item.seen(deref(was.OriginHash) == markdownVersion+f.Hash, was.Version, deref(was.OriginVersion), was.Slug, was.Path, was.IsPublic)
		}
		if item.outcome.Change == "" {
			group.Go(func() error { return errors.Join(ctx.Err(), item.fill(f, now)) })
		}
	}
	return b, group.Wait()
}

// seen decides on a file whose post is there.
func (i *markdownItem) seen(alike bool, version, imported int64, slug, path string, public bool) {
	switch {
	case alike:
		i.outcome.Change = contract.ImportUnchanged
	case version > imported:
		i.outcome.Change = contract.ImportKept
		i.warn("was changed here since the last import: the file's change is left out")
	default:
		return
	}
	i.outcome.Slug = slug
	if public {
		i.outcome.Path = path
	}
}

func (i *markdownItem) warn(text string) {
	i.outcome.Warnings = append(slices.Clip(i.outcome.Warnings), text)
}

func (i *markdownItem) refuse(reason string) error {
	i.outcome.Change, i.outcome.Reason, i.outcome.Path = contract.ImportRefused, reason, ""
	return nil
}

// fill makes the row of a file, or refuses it.
func (i *markdownItem) fill(f MarkdownFile, now time.Time) error {
	slug := f.Slug
	if !storedSlug.MatchString(slug) {
		slug = urls.Slug(slug)
	}
	i.outcome.Slug = slug
	switch {
	case slug == "":
		return i.refuse("its slug has no letter or digit that an address can have")
	case urls.Reserved(slug):
		return i.refuse("the slug " + slug + " is a word that the site itself uses")
	case len(f.Source) > maxSource:
		return i.refuse("its text is larger than 1 MiB")
	}
	row := blogdb.Post{
		Type: string(f.Type), Slug: slug, Path: urls.Post(slug), Title: clip(f.Title, 2000), Status: string(contract.StatusPublished),
		Visibility: string(contract.VisibilityPublic), SourceFormat: string(contract.FormatMarkdown), Source: f.Source,
		CustomExcerpt: orNil(clip(f.Excerpt, 2000)), CreatedAt: now, UpdatedAt: f.Updated, Origin: originMarkdown,
		OriginID: &f.File, OriginHash: orNil(markdownVersion + f.Hash), Flags: []string{},
	}
	if row.Title == "" {
		row.Title = "(untitled)"
	}
	if !f.Published.IsZero() {
		row.PublishedAt, row.CreatedAt = &f.Published, f.Published
	}
	switch {
	case f.Draft:
		row.Status = string(contract.StatusDraft)
	case f.Published.After(now):
		row.Status, row.CreatedAt = string(contract.StatusScheduled), now
	}
	body, err := markdownBody(f.Source, contract.VisibilityPublic, markdown.RenderForeign)
	switch code := problem.Code(err); {
	case errors.Is(err, safehtml.ErrTooDeep):
		return i.refuse("its elements are nested too deeply")
	case code == "unsafe_html":
		return i.refuse("its text holds a gated block of Ghost's, which Markdown has not")
	case err != nil:
		return err
	}
	if body.unsafe != "" {
		i.warn("left out " + body.unsafe)
	}
	body.into(&row)
	row.Excerpt = excerptOf(deref(row.CustomExcerpt), row.Plaintext)
	if f.Image.URL != "" {
		if row.FeatureImage, err = checkPicture(f.Image); err != nil {
			i.warn("its picture has an address that cannot be used")
		}
	}
	for _, name := range f.Tags {
		if slug, ok := tagSlug(name); ok {
			i.tags = add(i.tags, named{slug, name})
		} else {
			i.warn("a tag has a name that cannot be used: " + clip(name, 40))
		}
	}
	for _, name := range f.Authors {
		if slug := urls.Slug(name); slug != "" && len(name) <= 191 {
			i.authors = add(i.authors, named{slug, name})
		} else {
			i.warn("an author has a name that cannot be used: " + clip(name, 40))
		}
	}
	row.Flags = append(row.Flags, i.outcome.Warnings...)
	i.row = row
	return nil
}

// add appends a tag or an author that is not there yet.
func add(list []named, n named) []named {
	if slices.ContainsFunc(list, func(m named) bool { return m.slug == n.slug }) {
		return list
	}
	return append(list, n)
}

// tagSlug is the slug of a tag that an editor or a file names; ok is false where
// the name is not usable.
func tagSlug(name string) (slug string, ok bool) {
	plain, internal := strings.CutPrefix(name, "#")
	slug = urls.Slug(plain)
	ok = slug != "" && len(name) <= 191
	if internal {
		slug = clip("hash-"+slug, urls.MaxSlug)
	}
	return slug, ok
}

// outcomeOf completes what is said of a file whose row is stored.
func (i *markdownItem) outcomeOf(change contract.Change, row blogdb.Post) {
	i.outcome.Change, i.outcome.Slug = change, row.Slug
	if row.Status == string(contract.StatusPublished) {
		i.outcome.Path = row.Path
	}
}

// taken says who has an address already.
func taken(slug, file string) string {
	if file != "" {
		return "the slug " + slug + " is that of " + strconv.Quote(file)
	}
	return "another post or page has the slug " + slug
}

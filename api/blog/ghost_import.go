// The import of a Ghost export: everything or nothing, and nothing twice.

package blog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db"
)

// renderVersion goes into the hash of what was imported: raise it when bodies
// are rendered differently, so that the next import renders them anew.
const renderVersion = 1

// ImportOptions say what an import takes.
type ImportOptions struct {
	GhostURL string                // where the old site stands, for its pictures; empty: they are left out and flagged
	Settings bool                  // take title, description, menus and the like as well
	Progress func(done, total int) // called after each post; may be nil
}

// Outcome is what became of one post of an export.
type Outcome struct {
	Title, Slug string
	Type        contract.PostType
	Change      string // created, updated, unchanged, kept: changed here since the last import
	Result      string // public page, free part only, draft, scheduled, e-mail only
	Path        string // of the page, empty where there is none
	Flags       []string
}

// ImportReport says what became of every post.
type ImportReport struct {
	GhostVersion string
	Outcomes     []Outcome
	Tags         int
	Authors      int
}

// ImportGhost reads Ghost's JSON export and stores its authors, tags, posts and
// pages, each under its Ghost id, in one transaction with their events. What has
// not changed since the last import is not touched and not announced. It fails
// with ErrExport and changes nothing where the file cannot be read.
func (s *Service) ImportGhost(ctx context.Context, r io.Reader, o ImportOptions) (report ImportReport, err error) {
	export, err := readExport(r)
	if err != nil {
		return report, err
	}
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	err = db.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		im := &importer{s: s, tx: tx, q: blogdb.New(tx), export: export, options: o,
			tags: map[string]uuid.UUID{}, authors: map[string]uuid.UUID{}}
		report = ImportReport{GhostVersion: export.Version, Tags: len(export.Tags), Authors: len(export.Users)}
		if err := im.lists(ctx); err != nil {
			return err
		}
		for i := range export.Posts {
			outcome, err := im.post(ctx, export.Posts[i])
			if err != nil {
				return err
			}
			report.Outcomes = append(report.Outcomes, outcome)
			o.Progress(i+1, len(export.Posts))
		}
		if o.Settings {
			return im.settings(ctx)
		}
		return nil
	})
	return report, err
}

// importer is one run over an export.
type importer struct {
	s       *Service
	tx      pgx.Tx
	q       *blogdb.Queries
	export  *ghostExport
	options ImportOptions
	tags    map[string]uuid.UUID // ours by Ghost's id
	authors map[string]uuid.UUID
}

// post stores one post or page.
func (im *importer) post(ctx context.Context, p ghostPost) (Outcome, error) {
	meta := im.export.Meta[p.ID]
	hash := hashOf(renderVersion, im.options.GhostURL, p, meta, im.export.TagsOf[p.ID], im.export.UsersOf[p.ID])
	was, err := im.q.PostByOrigin(ctx, blogdb.PostByOriginParams{Origin: originGhost, OriginID: &p.ID})
	known := err == nil
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return Outcome{}, err
	}
	if known && deref(was.OriginHash) == hash {
		return outcome(was, "unchanged"), nil
	}
	if known && was.Version > deref(was.OriginVersion) {
		kept := outcome(was, "kept")
		kept.Flags = append(kept.Flags, "was changed here since the last import: Ghost's change is left out")
		return kept, nil
	}
	before, err := linksOf(ctx, im.q, was.ID)
	if err != nil {
		return Outcome{}, err
	}
	row := was
	if !known {
		row = blogdb.Post{ID: id.New(), Origin: originGhost, OriginID: &p.ID, CreatedAt: im.s.clock.Now()}
	}
	row.OriginHash = &hash
	row.Flags = []string{}
	if err := im.fill(&row, p, meta); err != nil {
		return Outcome{}, err
	}
	if err := im.place(ctx, &row); err != nil {
		return Outcome{}, err
	}
	change := "updated"
	if !known {
		// A row is first stored as a draft, so that storing it public announces it.
		draft := row
		draft.Status = string(contract.StatusDraft)
		if was, err = im.q.InsertPost(ctx, insertParams(draft)); err != nil {
			return Outcome{}, err
		}
		change, row.Version = "created", was.Version
		row.IsPublic, row.SortedAt = was.IsPublic, was.SortedAt
	}
	if err := setTags(ctx, im.q, row.ID, pick(im.tags, im.export.TagsOf[p.ID])); err != nil {
		return Outcome{}, err
	}
	if err := setAuthors(ctx, im.q, row.ID, pick(im.authors, im.export.UsersOf[p.ID])); err != nil {
		return Outcome{}, err
	}
	stored, err := im.s.store(ctx, im.tx, was, before, row, row.UpdatedAt)
	if err != nil {
		return Outcome{}, err
	}
	return outcome(stored, change), im.q.MarkImported(ctx, row.ID)
}

// fill writes the export's fields onto row.
func (im *importer) fill(row *blogdb.Post, p ghostPost, meta ghostMeta) error {
	row.Type = string(contract.TypePost)
	if p.Type == "page" {
		row.Type = string(contract.TypePage)
	}
	row.Slug = ghostSlug(p.Slug, p.Title)
	row.Title = clip(strings.TrimSpace(p.Title), 2000)
	if row.Title == "" {
		row.Title = "(untitled)"
	}
	row.Status, row.EmailOnly = string(contract.StatusDraft), bool(meta.EmailOnly)
	switch p.Status {
	case "published", "sent":
		row.Status = string(contract.StatusPublished)
		row.EmailOnly = row.EmailOnly || p.Status == "sent"
	case "scheduled":
		row.Status = string(contract.StatusScheduled)
	}
	row.Visibility = p.Visibility
	switch contract.Visibility(p.Visibility) {
	case contract.VisibilityPublic, contract.VisibilityMembers, contract.VisibilityPaid:
	default:
		row.Visibility = string(contract.VisibilityTiers) // a filter over tiers: closed to everybody else
	}
	row.Featured = bool(p.Featured)
	row.ShowTitleAndFeatureImage = p.ShowTitle == nil || bool(*p.ShowTitle)
	row.CustomExcerpt = orNil(clip(p.CustomExcerpt, 2000))
	row.CodeinjectionHead, row.CodeinjectionFoot = orNil(p.CodeinjectionHead), orNil(p.CodeinjectionFoot)
	row.CustomTemplate = orNil(p.CustomTemplate)
	row.PublishedAt = nil
	if !p.PublishedAt.IsZero() {
		row.PublishedAt = &p.PublishedAt.Time
	} else if row.Status == string(contract.StatusPublished) {
		row.PublishedAt = &row.CreatedAt
	}
	if !p.CreatedAt.IsZero() {
		row.CreatedAt = p.CreatedAt.Time
	}
	row.UpdatedAt = im.s.clock.Now()
	if !p.UpdatedAt.IsZero() {
		row.UpdatedAt = p.UpdatedAt.Time
	}
	row.Meta = meta.contract(im, p.CanonicalURL)
	row.FeatureImage = im.image(p.FeatureImage, meta.FeatureImageAlt, meta.FeatureImageCaption)

	row.SourceFormat, row.Source = string(contract.FormatHTML), p.HTML
	switch {
	case p.Lexical != "":
		row.SourceFormat, row.Source = string(contract.FormatLexical), p.Lexical
	case p.Mobiledoc != "":
		row.SourceFormat, row.Source = string(contract.FormatMobiledoc), p.Mobiledoc
	}
	document, missing := im.local(p.HTML)
	row.GhostHtml = &document
	b, err := render(*row)
	if err != nil {
		return err
	}
	b.into(row)
	row.Excerpt = excerptOf(deref(row.CustomExcerpt), row.Plaintext)
	if b.unsafe != "" {
		row.Flags = append(row.Flags, "left out "+b.unsafe)
	}
	if missing {
		row.Flags = append(row.Flags, "pictures of the old site are missing: set GHOST_URL and import again")
	}
	return nil
}

// place gives row an address that is free: /<slug>/, else /pages/<slug>/ where a
// reserved word or a page of the other type has that, else a numbered slug. All
// but the first are flagged.
func (im *importer) place(ctx context.Context, row *blogdb.Post) error {
	wanted := row.Slug
	for n := 1; ; n++ {
		slug := numbered(wanted, n)
		for _, path := range []string{urls.Post(slug), "/pages/" + slug + "/"} {
			taken, err := addressTaken(ctx, im.q, row, slug, path)
			if err != nil {
				return err
			}
			if taken {
				continue
			}
			row.Slug, row.Path = slug, path
			if own := "/" + wanted + "/"; path != own {
				row.Flags = append(row.Flags, "stands at "+path+": "+own+" is taken")
			}
			return nil
		}
	}
}

func outcome(r blogdb.Post, change string) Outcome {
	o := Outcome{Title: r.Title, Slug: r.Slug, Type: contract.PostType(r.Type), Change: change, Flags: r.Flags}
	switch {
	case r.EmailOnly:
		o.Result = "e-mail only"
	case r.Status != string(contract.StatusPublished):
		o.Result = r.Status
	case r.MembersHtml != nil && r.Visibility != string(contract.VisibilityPublic):
		o.Result, o.Path = "free part only, the rest is for "+r.Visibility, r.Path
	case r.MembersHtml != nil:
		o.Result, o.Path = "public page without its gated blocks", r.Path
	default:
		o.Result, o.Path = "public page", r.Path
	}
	return o
}

// ghostPicture is an image of the old site that the export refers to.
var ghostPicture = regexp.MustCompile(`<img\b[^>]*__GHOST_URL__[^>]*>`)

const ghostURL = "__GHOST_URL__"

// local replaces Ghost's placeholder for its own address: pictures keep the old
// site's, where it is known, and are left out where it is not; links become
// links within this site.
func (im *importer) local(document string) (string, bool) {
	missing := false
	document = ghostPicture.ReplaceAllStringFunc(document, func(img string) string {
		if im.options.GhostURL == "" {
			missing = true
			return ""
		}
		return strings.ReplaceAll(img, ghostURL, strings.TrimSuffix(im.options.GhostURL, "/"))
	})
	return strings.ReplaceAll(document, ghostURL, ""), missing
}

// address is local for a single address.
func (im *importer) address(u string) string {
	if strings.Contains(u, ghostURL) && im.options.GhostURL == "" {
		return ""
	}
	return strings.ReplaceAll(u, ghostURL, strings.TrimSuffix(im.options.GhostURL, "/"))
}

// hashOf fingerprints what an import stores.
func hashOf(parts ...any) string {
	h := sha256.New()
	if err := json.NewEncoder(h).Encode(parts); err != nil {
		panic(err) // the parts were read from JSON
	}
	return hex.EncodeToString(h.Sum(nil))
}

func pick(ours map[string]uuid.UUID, theirs []string) []uuid.UUID {
	ids := []uuid.UUID{}
	for _, t := range theirs {
		if u, ok := ours[t]; ok && !slices.Contains(ids, u) {
			ids = append(ids, u)
		}
	}
	return ids
}

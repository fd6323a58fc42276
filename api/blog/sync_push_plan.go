// What is to be written of a post to Ghost: the fields that somebody has changed here.

package blog

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/safehtml"
	"rose-ash.com/roseash/db"
)

// pushPlan is what is to be written of a post, and over what.
type pushPlan struct {
	row  blogdb.Post  // as it is here
	base ghost.Object // as it was in Ghost when both were alike
	post ghost.Post   // of base
	edit ghost.PostEdit
	// source is the hash of what somebody wrote here in place of Ghost's body; nil where
	// the body is Ghost's.
	source *string
}

// planPush compares a post with what is stored of Ghost's. wanted is false where there is
// nothing to bring: Ghost has no such post, nothing was changed here, or somebody has to
// choose first.
func (y *Sync) planPush(ctx context.Context, post uuid.UUID) (plan pushPlan, wanted bool, err error) {
	err = db.InTx(ctx, y.pool, func(tx pgx.Tx) error {
		q := blogdb.New(tx)
		plan.row, err = q.PostByID(ctx, post)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil || plan.row.Origin != originGhost || plan.row.Version <= deref(plan.row.OriginVersion) {
			return err
		}
		if _, err := q.PostConflict(ctx, post); !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		stored, err := q.GhostObject(ctx, blogdb.GhostObjectParams{Kind: string(ghost.KindPost), GhostID: *plan.row.OriginID})
		if errors.Is(err, pgx.ErrNoRows) || err == nil && stored.Data == nil {
			return nil
		}
		if err != nil {
			return err
		}
		plan.base, wanted = objectOf(stored), true
		if plan.post, err = ghost.As[ghost.Post](plan.base); err != nil {
			return err
		}
		return y.compare(ctx, tx, &plan)
	})
	return plan, wanted && err == nil, err
}

// compare fills in the edit. What is compared is the row that nobody would have changed:
// Ghost's fields are not stored as they are.
func (y *Sync) compare(ctx context.Context, tx pgx.Tx, plan *pushPlan) error {
	q, row := blogdb.New(tx), plan.row
	in, err := y.addressesOf(ctx, tx, plan.base, plan.post.URL)
	if err != nil {
		return err
	}
	was := row
	was.Flags = nil
	y.fillPost(&was, plan.post, in)
	e := &plan.edit
	e.Title = differing(was.Title, row.Title)
	e.Status = differing(was.Status, row.Status)
	e.Featured = differing(was.Featured, row.Featured)
	e.CustomExcerpt = differing(deref(was.CustomExcerpt), deref(row.CustomExcerpt))
	if row.Visibility != string(contract.VisibilityTiers) { // Ghost would want to know which
		e.Visibility = differing(was.Visibility, row.Visibility)
	}
	if row.Type == string(contract.TypePage) {
		e.ShowTitle = differing(was.ShowTitleAndFeatureImage, row.ShowTitleAndFeatureImage)
	}
	if slug := ghostSlug(plan.post.Slug, plan.post.Title); !numberedOf(row.Slug, slug) {
		e.Slug = &row.Slug
	}
	if at := row.PublishedAt; at != nil && !sameSecond(at, was.PublishedAt) && (e.Status == nil || at.Before(y.clock.Now().Add(-time.Minute))) {
		// Ghost takes the moment itself at which something is published now.
		e.PublishedAt = new(at.UTC().Format(time.RFC3339Nano))
	}
	e.CanonicalURL = differing(was.Meta.CanonicalURL, row.Meta.CanonicalURL)
	e.MetaTitle = differing(was.Meta.MetaTitle, row.Meta.MetaTitle)
	e.MetaDescription = differing(was.Meta.MetaDescription, row.Meta.MetaDescription)
	e.OGTitle = differing(was.Meta.OGTitle, row.Meta.OGTitle)
	e.OGDescription = differing(was.Meta.OGDescription, row.Meta.OGDescription)
	e.TwitterTitle = differing(was.Meta.TwitterTitle, row.Meta.TwitterTitle)
	e.TwitterDescription = differing(was.Meta.TwitterDescription, row.Meta.TwitterDescription)
	if err := comparePictures(ctx, q, e, was, row); err != nil {
		return err
	}
	if err := compareLists(ctx, q, plan); err != nil {
		return err
	}
	return compareBodies(ctx, q, plan)
}

// compareBodies compares sources. What somebody wrote here goes as HTML, of which Ghost makes
// a document; a document of Ghost's own differs only where it was chosen over a newer one.
func compareBodies(ctx context.Context, q *blogdb.Queries, plan *pushPlan) error {
	row, e := plan.row, &plan.edit
	if row.GhostHtml != nil {
		switch contract.SourceFormat(row.SourceFormat) {
		case contract.FormatLexical:
			e.Lexical = differing(plan.post.Lexical, row.Source)
		default:
			e.HTML = differing(plan.post.HTML, *row.GhostHtml)
		}
		return nil
	}
	if plan.source = new(hashOfSource(row)); *plan.source == deref(row.OriginHash) {
		return nil
	}
	b, err := render(row)
	if err != nil {
		return err
	}
	document, err := withOrigins(ctx, q, cmp.Or(b.document, b.html))
	e.HTML = &document
	return err
}

// hashOfSource tells two sources apart.
func hashOfSource(row blogdb.Post) string {
	sum := sha256.Sum256([]byte(row.SourceFormat + "\n" + row.Source))
	return hex.EncodeToString(sum[:])
}

// comparePictures compares addresses of pictures, which are Ghost's own or any on the web;
// one that is only here stays here.
func comparePictures(ctx context.Context, q *blogdb.Queries, e *ghost.PostEdit, was, row blogdb.Post) error {
	before, now := deref(was.FeatureImage), deref(row.FeatureImage)
	for _, p := range []struct {
		field    **string
		was, now string
	}{
		{&e.FeatureImage, before.URL, now.URL},
		{&e.OGImage, was.Meta.OGImage, row.Meta.OGImage},
		{&e.TwitterImage, was.Meta.TwitterImage, row.Meta.TwitterImage},
	} {
		origins, err := originsOf(ctx, q, p.was+" "+p.now)
		if err != nil {
			return err
		}
		from, to := cmp.Or(origins[p.was], p.was), cmp.Or(origins[p.now], p.now)
		if !strings.HasPrefix(to, "/") {
			*p.field = differing(from, to)
		}
	}
	e.FeatureImageAlt = differing(before.Alt, now.Alt)
	e.FeatureImageCaption = differing(before.Caption, now.Caption)
	return nil
}

// compareLists compares tags and authors. Authors that Ghost does not have are left out.
func compareLists(ctx context.Context, q *blogdb.Queries, plan *pushPlan) error {
	tags, err := q.TagsForGhost(ctx, plan.row.ID)
	if err != nil {
		return err
	}
	refs := make([]ghost.TagRef, len(tags))
	var tagIDs []string
	for i, t := range tags {
		refs[i] = ghost.TagRef{ID: t.GhostID, Slug: t.Slug, Name: t.Name}
		tagIDs = append(tagIDs, t.GhostID)
	}
	if known, err := knownRefs(ctx, q, ghost.KindTag, plan.post.Tags); err != nil {
		return err
	} else if !slices.Equal(known, tagIDs) {
		plan.edit.Tags = &refs
	}
	authors, err := q.AuthorsForGhost(ctx, plan.row.ID)
	if err != nil {
		return err
	}
	if known, err := knownRefs(ctx, q, ghost.KindUser, plan.post.Authors); err != nil {
		return err
	} else if len(authors) > 0 && !slices.Equal(known, authors) {
		list := make([]ghost.Ref, len(authors))
		for i, id := range authors {
			list[i].ID = id
		}
		plan.edit.Authors = &list
	}
	return nil
}

// knownRefs are those of Ghost's references that are something here.
func knownRefs(ctx context.Context, q *blogdb.Queries, kind ghost.Kind, refs []ghost.Ref) (ids []string, err error) {
	rows, err := q.GhostRefs(ctx, blogdb.GhostRefsParams{Kind: string(kind), GhostIds: refIDs(refs)})
	for _, ref := range refs {
		if slices.ContainsFunc(rows, func(r blogdb.GhostRefsRow) bool { return r.GhostID == ref.ID }) {
			ids = append(ids, ref.ID)
		}
	}
	return ids, err
}

// ourFile is the address of a copy of ours, in text or markup.
var ourFile = regexp.MustCompile(`/media/[0-9A-Za-z._/-]+`)

// originsOf are the addresses of the originals of our copies in a text.
func originsOf(ctx context.Context, q *blogdb.Queries, text string) (map[string]string, error) {
	ours := ourFile.FindAllString(text, -1)
	if len(ours) == 0 {
		return nil, nil
	}
	rows, err := q.MediaOrigins(ctx, ours)
	origins := make(map[string]string, len(rows))
	for _, r := range rows {
		origins[r.Address] = r.Url
	}
	return origins, err
}

// withOrigins is a document that shows the originals of our copies.
func withOrigins(ctx context.Context, q *blogdb.Queries, document string) (string, error) {
	origins, err := originsOf(ctx, q, document)
	return localise(document, origins), err
}

func differing[T comparable](was, is T) *T {
	if was == is {
		return nil
	}
	return &is
}

var slugNumber = regexp.MustCompile(`^-[0-9]+$`)

// numberedOf tells that a slug is another with a number behind it, or that one itself.
func numberedOf(slug, base string) bool {
	rest, ok := strings.CutPrefix(slug, base)
	return ok && (rest == "" || slugNumber.MatchString(rest))
}

// sameSecond compares dates as Ghost keeps them.
func sameSecond(a, b *time.Time) bool {
	return a != nil && b != nil && a.Truncate(time.Second).Equal(b.Truncate(time.Second))
}

// empty tells that there is nothing to write.
func (p pushPlan) empty() bool { return p.edit == ghost.PostEdit{} }

// known is what Ghost has after a write, as far as it is known here: what it answered for
// the fields that were written, and what was read before for all others. Ghost does not see
// every collision: what somebody wrote between reading and writing must be met as a change.
func (p pushPlan) known(before, answer ghost.Post) ghost.Object {
	want := p.edit.On(before)
	want.URL, want.UpdatedAt = answer.URL, answer.UpdatedAt
	if p.edit.Slug != nil {
		want.Slug = answer.Slug
	}
	if p.edit.Status != nil || p.edit.PublishedAt != nil {
		want.PublishedAt = answer.PublishedAt
	}
	if p.edit.HTML != nil || p.edit.Lexical != nil {
		want.HTML, want.Lexical, want.Mobiledoc = answer.HTML, answer.Lexical, answer.Mobiledoc
	}
	if p.edit.Tags != nil {
		want.Tags = answer.Tags
	}
	return ghost.NewObject(want)
}

// written tells that Ghost has what the plan would write and nothing else that is new: it
// was written before, and the answer was lost.
func (p pushPlan) written(now ghost.Post) bool {
	e := p.edit
	if p.empty() || e.Slug != nil && !numberedOf(now.Slug, *e.Slug) {
		return false
	}
	if e.Lexical != nil && *e.Lexical != now.Lexical {
		return false
	}
	if e.HTML != nil && strings.Join(strings.Fields(safehtml.Text(*e.HTML)), " ") != strings.Join(strings.Fields(safehtml.Text(now.HTML)), " ") {
		return false
	}
	if e.Tags != nil {
		for i, t := range *e.Tags {
			if i >= len(now.Tags) || t.ID != "" && t.ID != now.Tags[i].ID {
				return false
			}
		}
		if len(*e.Tags) != len(now.Tags) {
			return false
		}
	}
	return p.known(p.post, now).Hash == ghost.NewObject(now).Hash
}

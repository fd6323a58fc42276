// Posts and pages of Ghost's, as they are stored here.

package blog

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/blog/lexical"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// putPost stores a post or page under its Ghost id, and announces what readers see of it.
func (y *Sync) putPost(ctx context.Context, tx pgx.Tx, o ghost.Object, _ uuid.UUID) (uuid.UUID, error) {
	p, err := ghost.As[ghost.Post](o)
	if err != nil {
		return uuid.Nil, err
	}
	q := blogdb.New(tx)
	was, err := q.PostByOrigin(ctx, blogdb.PostByOriginParams{Origin: originGhost, OriginID: &p.ID})
	known := err == nil
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return uuid.Nil, err
	}
	row := was
	if !known {
		now := y.clock.Now()
		row = blogdb.Post{ID: id.New(), Origin: originGhost, OriginID: &p.ID, CreatedAt: now, UpdatedAt: now}
	}
	before, err := linksOf(ctx, q, row.ID)
	if err != nil {
		return uuid.Nil, err
	}
	in, err := y.addressesOf(ctx, tx, o, p.URL)
	if err != nil {
		return uuid.Nil, err
	}
	row.OriginHash, row.Flags = nil, []string{}
	y.fillPost(&row, p, in)
	if err := y.fillBody(ctx, q, &row, p, in); err != nil {
		return uuid.Nil, err
	}
	if err := y.placePost(ctx, q, &row, p); err != nil {
		return uuid.Nil, err
	}
	row.Flags = append(row.Flags, in.flags()...)
	if !known {
		// A row is first stored as a draft, so that storing it public announces it.
		draft := row
		draft.Status = string(contract.StatusDraft)
		if was, err = q.InsertPost(ctx, insertParams(draft)); err != nil {
			return uuid.Nil, err
		}
		row.Version, row.IsPublic, row.SortedAt = was.Version, was.IsPublic, was.SortedAt
	}
	if err := linkPost(ctx, q, row.ID, p); err != nil {
		return uuid.Nil, err
	}
	changed := row.UpdatedAt
	if p.UpdatedAt.IsZero() {
		changed = y.clock.Now()
	}
	if _, err := y.store(ctx, tx, was, before, row, changed); err != nil {
		return uuid.Nil, err
	}
	return row.ID, q.MarkImported(ctx, row.ID)
}

// removePost takes a post away.
func (y *Sync) removePost(ctx context.Context, tx pgx.Tx, ours uuid.UUID) error {
	q := blogdb.New(tx)
	row, err := q.LockPost(ctx, ours)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	before, err := linksOf(ctx, q, ours)
	if err != nil {
		return err
	}
	if err := q.DeletePost(ctx, ours); err != nil || !row.IsPublic {
		return err
	}
	return bus.Emit(ctx, tx, contract.PostUnpublished{PostRef: before.ref(row.ID, row.Type)})
}

// linkPost gives a post its tags and authors, in Ghost's order. Those that Ghost says it has
// not are left out; a post without them is stored with no hash of its own, so that the next
// walk brings it again.
func linkPost(ctx context.Context, q *blogdb.Queries, post uuid.UUID, p ghost.Post) error {
	tags, err := refsOf(ctx, q, ghost.KindTag, p.Tags)
	if err != nil {
		return err
	}
	if err := setTags(ctx, q, post, tags); err != nil {
		return err
	}
	authors, err := refsOf(ctx, q, ghost.KindUser, p.Authors)
	if err != nil {
		return err
	}
	return setAuthors(ctx, q, post, authors)
}

// refsOf are ours of what a post of Ghost's refers to, in its order and each once.
func refsOf(ctx context.Context, q *blogdb.Queries, kind ghost.Kind, refs []ghost.Ref) ([]uuid.UUID, error) {
	rows, err := q.GhostRefs(ctx, blogdb.GhostRefsParams{Kind: string(kind), GhostIds: refIDs(refs)})
	if err != nil {
		return nil, err
	}
	ours := make(map[string]uuid.UUID, len(rows))
	for _, r := range rows {
		ours[r.GhostID] = r.ObjectID
	}
	ids := []uuid.UUID{}
	for _, ref := range refs {
		if u, ok := ours[ref.ID]; ok && !slices.Contains(ids, u) {
			ids = append(ids, u)
		}
	}
	return ids, nil
}

// namesOnlyKnown tells that every tag and author that a post names is stored here.
func namesOnlyKnown(ctx context.Context, q *blogdb.Queries, o ghost.Object) (bool, error) {
	p, err := ghost.As[ghost.Post](o)
	if err != nil {
		return false, err
	}
	for kind, refs := range map[ghost.Kind][]ghost.Ref{ghost.KindTag: p.Tags, ghost.KindUser: p.Authors} {
		stored, err := q.GhostRefs(ctx, blogdb.GhostRefsParams{Kind: string(kind), GhostIds: refIDs(refs)})
		if err != nil {
			return false, err
		}
		for _, ref := range refs {
			if !slices.ContainsFunc(stored, func(r blogdb.GhostRefsRow) bool { return r.GhostID == ref.ID }) {
				return false, nil
			}
		}
	}
	return true, nil
}

// fillPost writes Ghost's fields onto row, all but the body and the address.
func (y *Sync) fillPost(row *blogdb.Post, p ghost.Post, in *addresses) {
	row.Type = string(contract.TypePost)
	if p.Type == "page" {
		row.Type = string(contract.TypePage)
	}
	row.Title = clip(strings.TrimSpace(p.Title), 2000)
	if row.Title == "" {
		row.Title = "(untitled)"
	}
	row.Status, row.EmailOnly = string(contract.StatusDraft), bool(p.EmailOnly)
	switch p.Status {
	case "published", "sent":
		row.Status = string(contract.StatusPublished)
		row.EmailOnly = row.EmailOnly || p.Status == "sent"
	case "scheduled":
		row.Status = string(contract.StatusScheduled)
	}
	row.Visibility, row.Tiers = p.Visibility, []string{}
	switch contract.Visibility(p.Visibility) {
	case contract.VisibilityPublic, contract.VisibilityMembers, contract.VisibilityPaid:
	default:
		row.Visibility = string(contract.VisibilityTiers) // a filter over tiers: closed to everybody else
		for _, t := range p.Tiers {
			row.Tiers = append(row.Tiers, t.Slug)
		}
	}
	row.Featured = bool(p.Featured)
	row.ShowTitleAndFeatureImage = p.ShowTitle == nil || bool(*p.ShowTitle)
	row.CustomExcerpt = orNil(clip(p.CustomExcerpt, 2000))
	row.CodeinjectionHead, row.CodeinjectionFoot = orNil(p.CodeinjectionHead), orNil(p.CodeinjectionFoot)
	row.CustomTemplate = orNil(p.CustomTemplate)
	if !p.CreatedAt.IsZero() {
		row.CreatedAt = p.CreatedAt.Time
	}
	row.PublishedAt = nil
	if !p.PublishedAt.IsZero() {
		row.PublishedAt = &p.PublishedAt.Time
	} else if row.Status == string(contract.StatusPublished) {
		row.PublishedAt = new(row.CreatedAt)
	}
	if !p.UpdatedAt.IsZero() {
		row.UpdatedAt = p.UpdatedAt.Time
	}
	row.Meta = in.meta(p.Meta, p.CanonicalURL)
	row.FeatureImage = in.image(p.FeatureImage, p.FeatureImageAlt, p.FeatureImageCaption)
	if p.CodeinjectionHead != "" || p.CodeinjectionFoot != "" {
		row.Flags = append(row.Flags, "has code injection, which is kept and not run")
	}
}

// fillBody writes the body onto row: the source, and what is made of it. A document that
// cannot be rendered here is shown as Ghost rendered it, with a flag that says why.
func (y *Sync) fillBody(ctx context.Context, q *blogdb.Queries, row *blogdb.Post, p ghost.Post, in *addresses) error {
	document, flags := y.rendered(row, p)
	row.GhostHtml = &p.HTML
	document = localise(document, in.copies)
	if err := in.lookUp(ctx, q, document); err != nil {
		return err
	}
	document = in.ours(document)
	b, err := renderGhost(document, contract.Visibility(row.Visibility))
	if errors.Is(err, tooDeep) {
		flags = append(flags, "left out its body, which nests elements too deeply")
		b, err = body{readingTime: 1}, nil
	}
	if err != nil {
		return err
	}
	b.into(row)
	row.Excerpt = excerptOf(deref(row.CustomExcerpt), row.Plaintext)
	if left := "left out " + b.unsafe; b.unsafe != "" && !slices.Contains(flags, left) {
		flags = append(flags, left)
	}
	row.Flags = append(row.Flags, flags...)
	return nil
}

// rendered is the document of a post with its gates, its addresses as Ghost has them, and
// flags that say what it lacks. It writes the source onto row.
func (y *Sync) rendered(row *blogdb.Post, p ghost.Post) (document string, flags []string) {
	row.SourceFormat, row.Source = string(contract.FormatHTML), p.HTML
	switch {
	case p.Lexical != "":
		row.SourceFormat, row.Source = string(contract.FormatLexical), p.Lexical
	case p.Mobiledoc != "":
		row.SourceFormat, row.Source = string(contract.FormatMobiledoc), p.Mobiledoc
		return p.HTML, []string{"was written in an older editor of Ghost's: shown as Ghost rendered it"}
	case p.HTML != "":
		return p.HTML, []string{"has no source: shown as Ghost rendered it"}
	default:
		return "", nil
	}
	out, err := lexical.Render(p.Lexical, lexical.Options{SiteURL: strings.TrimSuffix(y.options.URL, "/"), Trusted: true})
	switch {
	case err != nil:
		return p.HTML, []string{"has a source that cannot be read: shown as Ghost rendered it"}
	case len(out.Unknown) > 0:
		names := clip(strings.Join(out.Unknown[:min(len(out.Unknown), 5)], ", "), 200)
		return p.HTML, []string{"holds cards that are not known here (" + names + "): shown as Ghost rendered it"}
	}
	for _, left := range out.Left {
		flags = append(flags, "left out "+left)
	}
	return out.HTML, flags
}

// renderAgain makes the body of a post anew that was changed here, where it is still the
// one that Ghost wrote. It stays changed here.
func (y *Sync) renderAgain(ctx context.Context, tx pgx.Tx, was blogdb.Post, o ghost.Object) error {
	q := blogdb.New(tx)
	p, err := ghost.As[ghost.Post](o)
	if err != nil || was.GhostHtml == nil || p.HTML != *was.GhostHtml {
		return err
	}
	before, err := linksOf(ctx, q, was.ID)
	if err != nil {
		return err
	}
	in, err := y.addressesOf(ctx, tx, o, p.URL)
	if err != nil {
		return err
	}
	row := was
	row.Flags = slices.Clone(was.Flags)
	kept := slices.DeleteFunc(row.Flags, func(f string) bool { return strings.HasSuffix(f, notCopied) || f == noPlaceFlag })
	if err := y.fillBody(ctx, q, &row, p, in); err != nil {
		return err
	}
	row.Flags = append(kept, in.flags()...)
	_, err = y.store(ctx, tx, was, before, row, was.UpdatedAt)
	return err
}

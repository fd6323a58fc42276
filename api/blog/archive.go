// Posts that were published before this blog had them.

package blog

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

// EnsurePost makes a post or page that has been public since published, and
// announces it with PostPublished in the same transaction. One that has the
// slug already is left alone, whatever became of it; made tells which. The
// fields need a slug and a title; it fails as CreatePost does.
func (s *Service) EnsurePost(ctx context.Context, typ contract.PostType, fields PostFields, published time.Time) (made bool, err error) {
	if fields.Slug == nil {
		return false, problem.Unprocessable("a post needs a slug").WithField("body.slug", "is required")
	}
	err = db.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := blogdb.New(tx)
		_, err := q.PostBySlug(ctx, blogdb.PostBySlugParams{Type: string(typ), Slug: *fields.Slug})
		if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		draft, err := newDraft(typ, fields, s.clock.Now())
		if err != nil {
			return err
		}
		draft.PublishedAt = &published
		if err := place(ctx, q, &draft, fields.Slug); err != nil {
			return err
		}
		was, err := q.InsertPost(ctx, insertParams(draft))
		if err != nil {
			return err
		}
		if err := s.relink(ctx, q, was.ID, fields); err != nil {
			return err
		}
		row := was
		row.Status = string(contract.StatusPublished)
		_, err = s.store(ctx, tx, was, links{}, row, published)
		made = err == nil
		return err
	})
	return made && err == nil, err
}

// newDraft is a local post that is not stored yet.
func newDraft(typ contract.PostType, fields PostFields, now time.Time) (blogdb.Post, error) {
	if fields.Title == nil {
		return blogdb.Post{}, problem.Unprocessable("a post needs a title").WithField("body.title", "is required")
	}
	row := blogdb.Post{
		ID: id.New(), Type: string(typ), Status: string(contract.StatusDraft),
		Visibility: string(contract.VisibilityPublic), SourceFormat: string(contract.FormatMarkdown),
		ShowTitleAndFeatureImage: true, CreatedAt: now, UpdatedAt: now, Origin: originLocal, Flags: []string{},
	}
	return row, fields.apply(&row, true, now)
}

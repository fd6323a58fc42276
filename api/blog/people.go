// Authors and tags that are made whole, with a text of their own. An editor's
// post makes a tag by naming it; these are for the demo and for imports.

package blog

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
)

// EnsureAuthor makes an author with the slug of a, or leaves the one that is
// there alone; made tells which. The id and the time in a do not count. Nothing
// is announced: an author without posts is on no page.
func (s *Service) EnsureAuthor(ctx context.Context, a contract.Author) (made bool, err error) {
	q := s.queries()
	if _, err := q.AuthorBySlug(ctx, a.Slug); !errors.Is(err, pgx.ErrNoRows) {
		return false, err
	}
	if err := checkSlug(a.Slug); err != nil {
		return false, err
	}
	if a.Social == nil {
		a.Social = map[string]string{}
	}
	now := s.clock.Now()
	_, err = q.InsertAuthor(ctx, blogdb.InsertAuthorParams{
		ID: id.New(), Slug: a.Slug, Name: a.Name, Bio: a.Bio, Website: a.Website, Location: a.Location,
		ProfileImage: a.ProfileImage, CoverImage: a.CoverImage, Social: a.Social, Meta: a.Meta,
		CreatedAt: now, UpdatedAt: now, Origin: originLocal,
	})
	return err == nil, err
}

// EnsureTag makes a tag with the slug of t, or leaves the one that is there
// alone; made tells which. The id and the time in t do not count. Nothing is
// announced: a tag without posts is on no page.
func (s *Service) EnsureTag(ctx context.Context, t contract.Tag) (made bool, err error) {
	q := s.queries()
	if _, err := q.TagBySlug(ctx, t.Slug); !errors.Is(err, pgx.ErrNoRows) {
		return false, err
	}
	if err := checkSlug(t.Slug); err != nil {
		return false, err
	}
	now := s.clock.Now()
	_, err = q.InsertTag(ctx, blogdb.InsertTagParams{
		ID: id.New(), Slug: t.Slug, Name: t.Name, Description: t.Description, Internal: t.Internal,
		AccentColor: orNil(t.AccentColor), FeatureImage: t.FeatureImage, Meta: t.Meta,
		CreatedAt: now, UpdatedAt: now, Origin: originLocal,
	})
	return err == nil, err
}

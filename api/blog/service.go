// The service, and what turns rows into the contract's shapes.

package blog

import (
	"context"
	"time"

	"github.com/google/uuid"

	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/db"
)

// Prefixes of the ids as the API shows them.
const (
	postPrefix   = "post"
	tagPrefix    = "tag"
	authorPrefix = "author"
)

// Where a post comes from.
const (
	originLocal = "local"
	originGhost = "ghost"
)

// Service is the blog. Its methods are safe for concurrent use.
type Service struct {
	pool  *db.Pool
	clock clock.Clock
}

// New makes the blog on a migrated database.
func New(pool *db.Pool, clk clock.Clock) *Service {
	return &Service{pool: pool, clock: clk}
}

func (s *Service) queries() *blogdb.Queries { return blogdb.New(s.pool) }

// links are the tags and authors of some posts, by post.
type links struct {
	tags    map[uuid.UUID][]blogdb.TagsOfPostsRow
	authors map[uuid.UUID][]blogdb.AuthorsOfPostsRow
}

// linksOf reads the tags and authors of rows with one query each.
func linksOf(ctx context.Context, q *blogdb.Queries, rows ...blogdb.Post) (links, error) {
	l := links{map[uuid.UUID][]blogdb.TagsOfPostsRow{}, map[uuid.UUID][]blogdb.AuthorsOfPostsRow{}}
	ids := make([]uuid.UUID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	tags, err := q.TagsOfPosts(ctx, ids)
	if err != nil {
		return l, err
	}
	for _, t := range tags {
		l.tags[t.PostID] = append(l.tags[t.PostID], t)
	}
	authors, err := q.AuthorsOfPosts(ctx, ids)
	for _, a := range authors {
		l.authors[a.PostID] = append(l.authors[a.PostID], a)
	}
	return l, err
}

func (l links) card(r blogdb.Post) contract.PostCard {
	c := contract.PostCard{
		ID: id.Format[contract.PostID](postPrefix, r.ID), Type: contract.PostType(r.Type),
		Slug: r.Slug, Path: r.Path, Title: r.Title, Excerpt: r.Excerpt, FeatureImage: r.FeatureImage,
		Featured: r.Featured, Visibility: contract.Visibility(r.Visibility), ReadingTime: int(r.ReadingTime),
		UpdatedAt: r.UpdatedAt, Tags: []contract.TagLink{}, Authors: []contract.AuthorLink{},
	}
	if r.PublishedAt != nil {
		c.PublishedAt = *r.PublishedAt
	}
	for _, t := range l.tags[r.ID] {
		if !t.Internal {
			c.Tags = append(c.Tags, tagLink(t.ID, t.Slug, t.Name, t.AccentColor))
		}
	}
	for _, a := range l.authors[r.ID] {
		c.Authors = append(c.Authors, authorLink(a.ID, a.Slug, a.Name, a.ProfileImage))
	}
	return c
}

func (l links) post(r blogdb.Post) contract.Post {
	return contract.Post{
		PostCard: l.card(r), Meta: r.Meta, HTML: r.Html, Gated: r.MembersHtml != nil,
		CustomTemplate: deref(r.CustomTemplate), ShowTitleAndFeatureImage: r.ShowTitleAndFeatureImage,
	}
}

// ref is what events say of a post: every list that it is on.
func (l links) ref(r blogdb.Post) contract.PostRef {
	ref := contract.PostRef{
		ID: id.Format[contract.PostID](postPrefix, r.ID), Type: contract.PostType(r.Type),
		Tags: []contract.TagID{}, Authors: []contract.AuthorID{},
	}
	for _, t := range l.tags[r.ID] {
		ref.Tags = append(ref.Tags, id.Format[contract.TagID](tagPrefix, t.ID))
	}
	for _, a := range l.authors[r.ID] {
		ref.Authors = append(ref.Authors, id.Format[contract.AuthorID](authorPrefix, a.ID))
	}
	return ref
}

func tagLink(u uuid.UUID, slug, name string, color *string) contract.TagLink {
	return contract.TagLink{ID: id.Format[contract.TagID](tagPrefix, u), Slug: slug, Name: name, AccentColor: deref(color)}
}

func authorLink(u uuid.UUID, slug, name string, picture *contract.Image) contract.AuthorLink {
	return contract.AuthorLink{ID: id.Format[contract.AuthorID](authorPrefix, u), Slug: slug, Name: name, ProfileImage: picture}
}

func toTag(r blogdb.Tag) contract.Tag {
	return contract.Tag{
		TagLink: tagLink(r.ID, r.Slug, r.Name, r.AccentColor), Meta: r.Meta, Description: r.Description,
		FeatureImage: r.FeatureImage, Internal: r.Internal, UpdatedAt: r.UpdatedAt,
	}
}

func toAuthor(r blogdb.Author) contract.Author {
	return contract.Author{
		AuthorLink: authorLink(r.ID, r.Slug, r.Name, r.ProfileImage), Meta: r.Meta, Bio: r.Bio,
		Website: r.Website, Location: r.Location, CoverImage: r.CoverImage, Social: r.Social, UpdatedAt: r.UpdatedAt,
	}
}

func deref[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// orNil is the opposite of deref: the zero value becomes nil.
func orNil[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// sortKey is the cursor of the lists of posts.
type sortKey struct {
	At time.Time `json:"a"`
	ID uuid.UUID `json:"i"`
}
